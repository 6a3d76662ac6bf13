/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/manifest.h"

#include <string.h>

#include "base/bytes.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

#define F(name) offsetof(struct archive_file, name)
static const struct wire_member file_member[] = {
	{"path", WIRE_TEXT, false, F(path), NULL},
	{"bytes", WIRE_INT, false, F(bytes), NULL},
	{"sha256", WIRE_TEXT, false, F(sha256), NULL},
	{"first", WIRE_INT, false, F(first), NULL},
	{"last", WIRE_INT, false, F(last), NULL},
};
#undef F

#define D(name) offsetof(struct archive_day, name)
static const struct wire_member day_member[] = {
	{"number", WIRE_INT, false, D(number), NULL},
	{"sequence", WIRE_INT, false, D(sequence), NULL},
	{"date", WIRE_TEXT, true, D(date), NULL},
	{"sales", WIRE_INT, false, D(sales), NULL},
	{"gross", WIRE_INT, false, D(gross), NULL},
	{"returns", WIRE_INT, true, D(returns), NULL},
	{"return_amount", WIRE_INT, true, D(return_amount), NULL},
	{"grand", WIRE_INT, false, D(grand), NULL},
};
#undef D

#define C(name) offsetof(struct archive_config, name)
static const struct wire_member config_member[] = {
	{"version", WIRE_TEXT, false, C(version), NULL},
	{"sequence", WIRE_INT, false, C(sequence), NULL},
};
#undef C

static const struct wire_table file_table = {
	file_member, ARRAY_LEN(file_member), sizeof(struct archive_file)};
static const struct wire_table day_table = {
	day_member, ARRAY_LEN(day_member), sizeof(struct archive_day)};
static const struct wire_table config_table = {
	config_member, ARRAY_LEN(config_member), sizeof(struct archive_config)};

#define M(name) offsetof(struct archive_manifest, name)
static const struct wire_member manifest_member[] = {
	{"format", WIRE_TEXT, false, M(format), NULL},
	{"number", WIRE_INT, false, M(number), NULL},
	{"tenant", WIRE_UUID, false, M(tenant), NULL},
	{"store", WIRE_UUID, false, M(store), NULL},
	{"register_id", WIRE_UUID, false, M(reg), NULL},
	{"register", WIRE_TEXT, false, M(register_no), NULL},
	{"shop", WIRE_TEXT, true, M(shop), NULL},
	{"public_key", WIRE_TEXT, false, M(public_key), NULL},
	{"first", WIRE_INT, false, M(first), NULL},
	{"last", WIRE_INT, false, M(last), NULL},
	{"before", WIRE_TEXT, true, M(before), NULL},
	{"first_hash", WIRE_TEXT, false, M(first_hash), NULL},
	{"last_hash", WIRE_TEXT, false, M(last_hash), NULL},
	{"first_time", WIRE_TIME, false, M(first_time), NULL},
	{"last_time", WIRE_TIME, false, M(last_time), NULL},
	{"sales", WIRE_INT, false, M(sales), NULL},
	{"gross", WIRE_INT, false, M(gross), NULL},
	{"grand", WIRE_INT, false, M(grand), NULL},
	{"days", WIRE_LIST, true, M(day), &day_table},
	{"configs", WIRE_LIST, true, M(config), &config_table},
	{"files", WIRE_LIST, false, M(file), &file_table},
};
#undef M

static const struct wire_table manifest_table = {manifest_member,
	ARRAY_LEN(manifest_member), sizeof(struct archive_manifest)};

enum rc
manifest_encode(const struct archive_manifest *m, const uint8_t *sign_secret,
	struct sbuf *out, struct err *reterr)
{
	char text[WIRE_SIG_TEXT + 1];
	uint8_t sig[SIG_BYTES];
	enum rc rc;

	sbuf_clear(out);
	rc = wire_data_encode(&manifest_table, m, out, reterr);
	if (rc != RC_OK || sign_secret == NULL) {
		return rc;
	}
	sbuf_cut(out, out->len - 1); /* the brace that ends it */
	crypto_sign_with(sign_secret, out->p, out->len, sig);
	base64_encode(text, sig, sizeof(sig));
	sbuf_puts(out, WIRE_SIG_HEAD);
	sbuf_puts(out, text);
	sbuf_puts(out, "\"}");
	if (!sbuf_ok(out) || out->len > WIRE_LINE_BYTES) {
		sbuf_clear(out);
		return err_set(reterr, RC_RANGE, 0, __func__,
			"too many days for one archive: archive them in parts "
			"with --until");
	}
	return RC_OK;
}

enum rc
manifest_decode(const char *text, size_t len, struct arena *a,
	struct archive_manifest *ret, struct err *reterr)
{
	char *copy;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (len <= WIRE_SIG_TAIL || len > WIRE_LINE_BYTES) {
		return err_set(reterr, RC_PROTO, 0, __func__,
			"it is no manifest of an archive");
	}
	/* the object without its signature is one that the table knows */
	len -= WIRE_SIG_TAIL;
	copy = arena_take(a, 1, len + 1);
	if (copy == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to read the manifest of an archive");
	}
	memcpy(copy, text, len);
	copy[len] = '}';
	rc = wire_data_decode(&manifest_table, copy, len + 1, a, ret, reterr);
	if (rc == RC_OK && strcmp(ret->format, MANIFEST_FORMAT) != 0) {
		rc = err_set(reterr, RC_PROTO, 0, __func__,
			"the archive has the format %.40s, which this version "
			"does not know",
			ret->format);
	}
	return rc;
}
