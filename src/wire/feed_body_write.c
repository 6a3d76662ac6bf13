/* SPDX-License-Identifier: Apache-2.0 */
/* Apart from the reading: json-c and base/json.h both have a json_bool. */
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "wire/feed_body.h"

#include "base/poison.h"

#define PIN_BYTES (SALT_BYTES + KEY_BYTES)
#define SEALED_BYTES (FEED_PERSON_BYTES + BOX_BYTES)

static enum rc
written(const struct sbuf *out, struct err *reterr)
{
	return sbuf_ok(out) ? RC_OK
			    : err_set(reterr, RC_RANGE, 0, "feed",
				      "an item is too long");
}

enum rc
feed_text_encode(const char *text, struct sbuf *out, struct err *reterr)
{
	struct json j;

	json_init(&j, out);
	json_obj(&j, NULL);
	json_str(&j, "text", text);
	json_obj_end(&j);
	return written(out, reterr);
}

enum rc
feed_person_encode(
	const struct feed_person *p, struct sbuf *out, struct err *reterr)
{
	uint8_t both[PIN_BYTES];
	char pin[BASE64_LEN(PIN_BYTES) + 1] = "";
	struct json j;

	json_init(&j, out);
	json_obj(&j, NULL);
	json_str(&j, "number", p->number);
	if (p->name != NULL) {
		json_str(&j, "name", p->name);
	}
	json_str(&j, "role", p->role);
	json_bool(&j, "active", p->active);
	if (p->pin == FEED_PIN_IS) {
		memcpy(both, p->salt, SALT_BYTES);
		memcpy(both + SALT_BYTES, p->hash, KEY_BYTES);
		base64_encode(pin, both, sizeof(both));
		pin[sizeof(pin) - 1] = '\0';
		crypto_wipe(both, sizeof(both));
	}
	if (p->pin != FEED_PIN_KEEP) {
		json_str(&j, "pin", pin);
	}
	if (p->has_badges) {
		json_arr(&j, "badges");
		for (size_t i = 0; i < p->n_badge; i++) {
			json_str(&j, NULL, p->badge[i]);
		}
		json_arr_end(&j);
	}
	json_obj_end(&j);
	crypto_wipe(pin, sizeof(pin));
	return written(out, reterr);
}

enum rc
feed_person_seal(const struct feed_person *p, const uint8_t box[KEY_BYTES],
	struct sbuf *out, struct err *reterr)
{
	char plain[FEED_PERSON_BYTES];
	uint8_t sealed[SEALED_BYTES];
	char text[BASE64_LEN(SEALED_BYTES) + 1];
	struct sbuf b;
	struct json j;
	enum rc rc;
	size_t n;

	sbuf_init(&b, plain, sizeof(plain));
	rc = feed_person_encode(p, &b, reterr);
	if (rc == RC_OK) {
		n = b.len + BOX_BYTES;
		crypto_box_seal_to(box, plain, b.len, sealed);
		base64_encode(text, sealed, n);
		text[BASE64_LEN(n)] = '\0';
		json_init(&j, out);
		json_obj(&j, NULL);
		json_str(&j, "sealed", text);
		json_obj_end(&j);
		rc = written(out, reterr);
	}
	crypto_wipe(plain, sizeof(plain));
	return rc;
}
