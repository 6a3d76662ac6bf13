/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/feed_body.h"

#include <string.h>

#include <json-c/json.h>

#include "base/bytes.h"

#include "base/poison.h"

#define DEPTH_MAX 8
#define PIN_BYTES (SALT_BYTES + KEY_BYTES)
#define SEALED_BYTES (FEED_PERSON_BYTES + BOX_BYTES)

static enum rc
refuse(struct err *reterr, const char *member, const char *why)
{
	return err_set(reterr, RC_PROTO, 0, "feed", "%s %s", member, why);
}

static enum rc
no_room(struct err *reterr)
{
	return err_set(
		reterr, RC_NOMEM, 0, "feed", "no memory to read an item");
}

static enum rc
parse(const char *text, size_t len, struct json_object **ret,
	struct err *reterr)
{
	struct json_tokener *tok = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *tree;
	enum rc rc = RC_OK;

	*ret = NULL;
	if (tok == NULL || len > INT32_MAX) {
		json_tokener_free(tok);
		return no_room(reterr);
	}
	json_tokener_set_flags(
		tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	tree = json_tokener_parse_ex(tok, text, (int)len);
	if (json_tokener_get_error(tok) != json_tokener_success ||
		!json_object_is_type(tree, json_type_object) ||
		json_tokener_get_parse_end(tok) != len) {
		json_object_put(tree);
		tree = NULL;
		rc = refuse(reterr, "the body", "is not one JSON object");
	}
	json_tokener_free(tok);
	*ret = tree;
	return rc;
}

/* A copy in the arena. */
static enum rc
take(struct json_object *v, const char *name, struct arena *a, const char **ret,
	struct err *reterr)
{
	const char *s;
	size_t n;

	if (!json_object_is_type(v, json_type_string)) {
		return refuse(reterr, name, "is no text");
	}
	s = json_object_get_string(v);
	n = (size_t)json_object_get_string_len(v);
	if (memchr(s, '\0', n) != NULL) {
		return refuse(reterr, name, "holds a NUL");
	}
	*ret = arena_text(a, s, n);
	return *ret != NULL ? RC_OK : no_room(reterr);
}

static enum rc
text_of(struct json_object *tree, const char *name, bool must, struct arena *a,
	const char **ret, struct err *reterr)
{
	struct json_object *v = NULL;

	*ret = NULL;
	if (!json_object_object_get_ex(tree, name, &v)) {
		return must ? refuse(reterr, name, "is missing") : RC_OK;
	}
	return take(v, name, a, ret, reterr);
}

enum rc
feed_text_decode(const char *body, size_t len, struct arena *a,
	const char **ret, struct err *reterr)
{
	struct json_object *tree = NULL;
	enum rc rc = parse(body, len, &tree, reterr);

	if (rc == RC_OK) {
		rc = text_of(tree, "text", true, a, ret, reterr);
	}
	if (rc == RC_OK && *ret != NULL && strlen(*ret) > FEED_TEXT_BYTES) {
		rc = refuse(reterr, "text", "is too long");
	}
	json_object_put(tree);
	return rc;
}

static enum rc
pin_of(struct json_object *tree, struct arena *a, struct feed_person *ret,
	struct err *reterr)
{
	uint8_t both[PIN_BYTES];
	const char *pin = NULL;
	enum rc rc = text_of(tree, "pin", false, a, &pin, reterr);

	if (rc != RC_OK || pin == NULL) {
		ret->pin = FEED_PIN_KEEP;
		return rc;
	}
	if (pin[0] == '\0') {
		ret->pin = FEED_PIN_NONE;
		return RC_OK;
	}
	if (base64_decode(both, sizeof(both), pin, strlen(pin)) != RC_OK) {
		return refuse(reterr, "pin", "is no salt and hash");
	}
	ret->pin = FEED_PIN_IS;
	memcpy(ret->salt, both, SALT_BYTES);
	memcpy(ret->hash, both + SALT_BYTES, KEY_BYTES);
	crypto_wipe(both, sizeof(both));
	return RC_OK;
}

static enum rc
badges_of(struct json_object *tree, struct arena *a, struct feed_person *ret,
	struct err *reterr)
{
	struct json_object *v = NULL;
	enum rc rc = RC_OK;
	size_t n;

	if (!json_object_object_get_ex(tree, "badges", &v)) {
		return RC_OK;
	}
	if (!json_object_is_type(v, json_type_array)) {
		return refuse(reterr, "badges", "is no list");
	}
	n = json_object_array_length(v);
	if (n > FEED_BADGES) {
		return refuse(reterr, "badges", "are more than 4");
	}
	ret->has_badges = true;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = take(json_object_array_get_idx(v, i), "badges", a,
			&ret->badge[i], reterr);
		ret->n_badge += rc == RC_OK ? 1 : 0;
	}
	return rc;
}

enum rc
feed_person_decode(const char *text, size_t len, struct arena *a,
	struct feed_person *ret, struct err *reterr)
{
	struct json_object *tree = NULL, *active = NULL;
	enum rc rc = parse(text, len, &tree, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc == RC_OK) {
		rc = text_of(tree, "number", true, a, &ret->number, reterr);
	}
	if (rc == RC_OK) {
		rc = text_of(tree, "name", false, a, &ret->name, reterr);
	}
	if (rc == RC_OK) {
		rc = text_of(tree, "role", true, a, &ret->role, reterr);
	}
	if (rc == RC_OK &&
		(!json_object_object_get_ex(tree, "active", &active) ||
			!json_object_is_type(active, json_type_boolean))) {
		rc = refuse(reterr, "active", "is neither true nor false");
	}
	if (rc == RC_OK) {
		ret->active = json_object_get_boolean(active) != 0;
		rc = pin_of(tree, a, ret, reterr);
	}
	if (rc == RC_OK) {
		rc = badges_of(tree, a, ret, reterr);
	}
	json_object_put(tree);
	return rc;
}

static enum rc
sealed_of(const char *body, size_t len, struct arena *a, const char **ret,
	struct err *reterr)
{
	struct json_object *tree = NULL;
	enum rc rc = parse(body, len, &tree, reterr);

	if (rc == RC_OK) {
		rc = text_of(tree, "sealed", true, a, ret, reterr);
	}
	json_object_put(tree);
	return rc;
}

enum rc
feed_person_open(const char *body, size_t len, const uint8_t box[KEY_BYTES],
	struct arena *a, struct feed_person *ret, struct err *reterr)
{
	uint8_t sealed[SEALED_BYTES], plain[FEED_PERSON_BYTES];
	const char *text = NULL;
	size_t n = 0;
	enum rc rc = sealed_of(body, len, a, &text, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc == RC_OK && text != NULL) {
		n = strlen(text) * 3 / 4;
		if (n <= BOX_BYTES || n > sizeof(sealed) ||
			base64_decode(sealed, n, text, strlen(text)) != RC_OK) {
			return refuse(reterr, "sealed", "is no sealed box");
		}
		if (crypto_box_open_with(box, sealed, n, plain) != RC_OK) {
			return err_set(reterr, RC_KEY, 0, "feed",
				"a person is sealed to another link than this "
				"register's");
		}
		rc = feed_person_decode(
			(const char *)plain, n - BOX_BYTES, a, ret, reterr);
		crypto_wipe(plain, sizeof(plain));
	}
	return rc;
}
