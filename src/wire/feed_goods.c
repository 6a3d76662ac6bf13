/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/feed_goods.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "core/age.h"
#include "core/qty.h"
#include "core/unit.h"
#include "wire/flat.h"

#include "base/poison.h"

static enum rc
refuse(struct err *reterr, const char *name)
{
	return err_set(reterr, RC_PROTO, 0, "wire",
		"the member %s is missing or not as it must be", name);
}

static enum rc
written(const struct sbuf *out, size_t before, struct err *reterr)
{
	if (!sbuf_ok(out) || out->len - before > FEED_BODY_BYTES) {
		return err_set(reterr, RC_RANGE, 0, "wire",
			"an item is larger than 1 MiB: divide it");
	}
	return RC_OK;
}

/* --- reading members ------------------------------------------------------ */

enum need {
	MAY,
	MUST
};

/* Cleaned into ${out}; what does not fit is refused, never cut. */
static bool
get_text(const struct flat *f, const char *name, enum need need, char *out,
	size_t cap)
{
	const struct flat_cell *c = flat_find(f, name);

	out[0] = '\0';
	if (c == NULL) {
		return need == MAY;
	}
	if (c->kind != FLAT_TEXT) {
		return false;
	}
	if ((text_clean(c->text, c->n, out, cap, 0) & TEXT_WAS_CUT) != 0) {
		return false;
	}
	return need == MAY || out[0] != '\0';
}

static bool
get_int(const struct flat *f, const char *name, enum need need, int64_t most,
	int64_t *ret)
{
	const struct flat_cell *c = flat_find(f, name);

	*ret = 0;
	if (c == NULL) {
		return need == MAY;
	}
	*ret = c->i;
	return c->kind == FLAT_INT && c->i >= 0 && c->i <= most;
}

static bool
get_price(const struct flat *f, struct money *ret, unsigned *ret_digits)
{
	int64_t digits = 0;

	if (!get_int(f, "price", MUST, MONEY_MAX, &ret->minor) ||
		!get_int(f, "digits", MUST, 3, &digits) || digits == 1) {
		return false;
	}
	*ret_digits = (unsigned)digits;
	return true;
}

/* --- products ------------------------------------------------------------- */

enum rc
feed_product_encode(
	const struct feed_product *p, struct sbuf *out, struct err *reterr)
{
	const struct item *it = &p->item;
	size_t before = out->len;
	struct json j;

	json_init(&j, out);
	json_obj(&j, NULL);
	json_str(&j, "code", it->code);
	json_str(&j, "name", it->name);
	json_i64(&j, "price", it->price.minor);
	json_i64(&j, "digits", (int64_t)p->digits);
	json_str(&j, "tax", it->tax);
	json_str_some(&j, "department", it->dept);
	json_i64_some(&j, "age", it->min_age);
	json_str_some(&j, "unit", it->unit);
	json_i64_some(&j, "tare", it->tare);
	json_str_some(&j, "deposit", it->deposit);
	json_str_some(&j, "groups", it->groups);
	json_obj_end(&j);
	return written(out, before, reterr);
}

static const char *
read_weighed(const struct flat *f, struct item *it)
{
	int64_t tare = 0;

	if (!get_text(f, "unit", MAY, it->unit, sizeof(it->unit)) ||
		(it->unit[0] != '\0' && unit_find(it->unit) == UNIT_COUNT)) {
		return "unit";
	}
	if (!get_int(f, "tare", MAY, QTY_MAX, &tare) ||
		(tare > 0 && it->unit[0] == '\0')) {
		return "tare";
	}
	it->tare = tare;
	return NULL;
}

/* NULL, or the member that is wrong. */
static const char *
read_product(const struct flat *f, struct feed_product *ret)
{
	struct item *it = &ret->item;
	struct code_key key;
	const char *wrong;
	int64_t age = 0;

	if (!get_text(f, "code", MUST, it->code, sizeof(it->code)) ||
		code_catalog_key(it->code, strlen(it->code), &key) != RC_OK) {
		return "code";
	}
	it->kind = key.kind;
	if (!get_text(f, "name", MUST, it->name, sizeof(it->name))) {
		return "name";
	}
	if (!get_price(f, &it->price, &ret->digits)) {
		return "price";
	}
	if (!get_text(f, "tax", MUST, it->tax, sizeof(it->tax))) {
		return "tax";
	}
	if (!get_text(f, "department", MAY, it->dept, sizeof(it->dept))) {
		return "department";
	}
	if (!get_int(f, "age", MAY, AGE_MAX, &age)) {
		return "age";
	}
	it->min_age = (uint8_t)age;
	wrong = read_weighed(f, it);
	if (wrong != NULL) {
		return wrong;
	}
	if (!get_text(f, "deposit", MAY, it->deposit, sizeof(it->deposit))) {
		return "deposit";
	}
	if (!get_text(f, "groups", MAY, it->groups, sizeof(it->groups))) {
		return "groups";
	}
	return NULL;
}

static enum rc
read_body(const char *body, size_t len, struct arena *a, struct flat *ret,
	struct err *reterr)
{
	if (len > FEED_BODY_BYTES) {
		return err_set(reterr, RC_PROTO, 0, "wire",
			"an item is larger than 1 MiB");
	}
	return flat_read(body, len, a, ret, reterr);
}

enum rc
feed_product_decode(const char *body, size_t len, struct arena *a,
	struct feed_product *ret, struct err *reterr)
{
	struct flat f;
	const char *wrong;
	enum rc rc = read_body(body, len, a, &f, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc != RC_OK) {
		return rc;
	}
	wrong = read_product(&f, ret);
	return wrong == NULL ? RC_OK : refuse(reterr, wrong);
}

/* --- prices --------------------------------------------------------------- */

enum rc
feed_price_encode(
	const struct feed_price *p, struct sbuf *out, struct err *reterr)
{
	size_t before = out->len;
	struct json j;

	json_init(&j, out);
	json_obj(&j, NULL);
	json_str(&j, "code", p->code);
	json_i64(&j, "price", p->price.minor);
	json_i64(&j, "digits", (int64_t)p->digits);
	json_obj_end(&j);
	return written(out, before, reterr);
}

enum rc
feed_price_decode(const char *body, size_t len, struct arena *a,
	struct feed_price *ret, struct err *reterr)
{
	struct flat f;
	struct code_key key;
	enum rc rc = read_body(body, len, a, &f, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc != RC_OK) {
		return rc;
	}
	if (!get_text(&f, "code", MUST, ret->code, sizeof(ret->code)) ||
		code_catalog_key(ret->code, strlen(ret->code), &key) != RC_OK) {
		return refuse(reterr, "code");
	}
	return get_price(&f, &ret->price, &ret->digits)
		       ? RC_OK
		       : refuse(reterr, "price");
}
