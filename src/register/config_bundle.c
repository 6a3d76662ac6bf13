/* SPDX-License-Identifier: Apache-2.0 */
#include "register/config_bundle.h"

#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "register/shop_internal.h"

#include "base/poison.h"

#define BEGIN "{\"holdfast\":\"configuration\",\"format\":1,\"version\":\""
#define REGISTER ",\"register\":\""
#define KEY ",\"key\":\""
#define SIG ",\"sig\":\""
#define KEY_LEN BASE64_LEN(SIGN_PUB_BYTES)
#define SIG_LEN BASE64_LEN(SIG_BYTES)
#define VERSION_LEN 64u
/* what stands at the end of a line, all of it of fixed length */
#define SIG_PART (sizeof(SIG) - 1 + SIG_LEN + 2)
#define KEY_PART (sizeof(KEY) - 1 + KEY_LEN + 1)

static void
put_said(struct shop *s, const struct event *e, struct sbuf *out)
{
	char when[UTC_TEXT_BYTES], id[UUID_TEXT_BYTES];
	struct json j;

	utc_format(e->time, when);
	uuid_format(s->state.reg, id);
	json_init(&j, out);
	json_obj(&j, NULL);
	json_str(&j, "holdfast", "configuration");
	json_i64(&j, "format", 1);
	json_str(&j, "version", e->data.config.version);
	json_str(&j, "shop", s->state.shop);
	json_str(&j, "register", s->state.register_no);
	json_str(&j, "id", id);
	json_u64(&j, "sequence", e->sequence);
	json_str(&j, "time", when);
	json_str(&j, "actor", e->actor);
	json_str_some(&j, "author", e->data.config.author);
	json_str_some(&j, "approver", e->data.config.approver);
}

static void
sign(struct shop *s, size_t begin, struct sbuf *out)
{
	char key[KEY_LEN + 1], text[SIG_LEN + 1];
	uint8_t sig[SIG_BYTES];

	base64_encode(key, keys_sign_public(s->keys), SIGN_PUB_BYTES);
	sbuf_printf(out, KEY "%s\"", key);
	if (!sbuf_ok(out)) {
		return;
	}
	crypto_sign_with(keys_sign_secret(s->keys), out->p + begin,
		out->len - begin, sig);
	base64_encode(text, sig, sizeof(sig));
	sbuf_printf(out, SIG "%s\"}", text);
}

enum rc
config_bundle_make(struct shop *s, const struct event *e, struct sbuf *out,
	struct err *reterr)
{
	size_t begin = out->len;

	if (e->data.config.origin != NULL) {
		sbuf_puts(out, e->data.config.origin);
	} else {
		put_said(s, e, out);
		sign(s, begin, out);
	}
	if (!sbuf_ok(out) || out->len - begin >= BUNDLE_HEAD_BYTES) {
		return err_set(reterr, RC_RANGE, 0, __func__,
			"the bundle's first line is too long: shorten the "
			"name of the shop");
	}
	sbuf_putc(out, '\n');
	sbuf_puts(out, e->data.config.text);
	return sbuf_ok(out) ? RC_OK
			    : err_set(reterr, RC_RANGE, 0, __func__,
				      "the configuration is too long for a "
				      "bundle");
}

/* --- and back --- */

static enum rc
is_none(struct err *reterr)
{
	return err_set(reterr, RC_PROTO, 0, "config",
		"this is no exported configuration: 'holdfast config export' "
		"makes one, 'config apply' takes a plain text");
}

static enum rc
take_head(struct config_bundle *b, size_t n, struct err *reterr)
{
	const char *key, *sig, *no;
	uint8_t raw[SIG_BYTES];
	struct sbuf to;

	if (n < sizeof(BEGIN) + VERSION_LEN + KEY_PART + SIG_PART ||
		memcmp(b->head, BEGIN, sizeof(BEGIN) - 1) != 0) {
		return is_none(reterr);
	}
	memcpy(b->version, b->head + sizeof(BEGIN) - 1, VERSION_LEN);
	b->version[VERSION_LEN] = '\0';
	sig = b->head + (n - SIG_PART);
	key = sig - KEY_PART;
	if (memcmp(sig, SIG, sizeof(SIG) - 1) != 0 ||
		memcmp(key, KEY, sizeof(KEY) - 1) != 0 ||
		strcmp(b->head + n - 2, "\"}") != 0 ||
		base64_decode(b->key, sizeof(b->key), key + sizeof(KEY) - 1,
			KEY_LEN) != RC_OK ||
		base64_decode(raw, sizeof(raw), sig + sizeof(SIG) - 1,
			SIG_LEN) != RC_OK) {
		return is_none(reterr);
	}
	if (!crypto_verify(b->key, b->head, (size_t)(sig - b->head), raw)) {
		return err_set(reterr, RC_DENIED, 0, "config",
			"the signature of the first line is wrong: it was "
			"changed behind the export; get another copy");
	}
	no = strstr(b->head, REGISTER);
	sbuf_init(&to, b->register_no, sizeof(b->register_no));
	if (no != NULL) {
		no += sizeof(REGISTER) - 1;
		sbuf_write(&to, no, strcspn(no, "\""));
	}
	return RC_OK;
}

enum rc
config_bundle_read(
	const char *p, size_t n, struct config_bundle *ret, struct err *reterr)
{
	const char *end = memchr(p, '\n', n);
	size_t len = end != NULL ? (size_t)(end - p) : 0;
	char version[65];
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (end == NULL || len >= sizeof(ret->head) || memchr(p, '\0', len)) {
		return is_none(reterr);
	}
	memcpy(ret->head, p, len);
	rc = take_head(ret, len, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	ret->text = end + 1;
	ret->len = n - len - 1;
	config_version(ret->text, ret->len, version);
	return strcmp(version, ret->version) == 0
		       ? RC_OK
		       : err_set(reterr, RC_DENIED, 0, "config",
				 "the text is not the one that was signed: it "
				 "was changed behind the export; get another "
				 "copy");
}
