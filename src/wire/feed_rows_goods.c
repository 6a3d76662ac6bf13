/* SPDX-License-Identifier: Apache-2.0 */
/* Products and prices. */
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "core/age.h"
#include "core/qty.h"
#include "core/unit.h"
#include "wire/feed_rows_internal.h"

#include "base/poison.h"

enum rc
feed_key_of(const char *code, size_t len, char out[FEED_KEY_BYTES])
{
	struct code_key key;
	enum rc rc = code_catalog_key(code, len, &key);

	if (rc == RC_OK) {
		/* without the letter that says which space it is in */
		memcpy(out, key.key + 1, key.key_len - 1);
		out[key.key_len - 1] = '\0';
	}
	return rc;
}

static enum feed_refusal
read_code(struct feed_rows *r, char code[CODE_BYTES], char key[FEED_KEY_BYTES])
{
	const struct feed_value *v = &r->v[CELL_CODE];
	unsigned had;

	if (v->p == NULL || v->number || v->list) {
		return FEED_NO_CODE;
	}
	had = text_clean(v->p, v->n, code, CODE_BYTES, 0);
	r->had |= had;
	if (code[0] == '\0') {
		return v->n == 0 ? FEED_NO_CODE : FEED_BAD_CODE;
	}
	if ((had & (TEXT_WAS_CUT | TEXT_HAD_BAD_UTF8)) != 0 ||
		feed_key_of(code, strlen(code), key) != RC_OK) {
		return FEED_BAD_CODE;
	}
	return FEED_REFUSAL_COUNT;
}

static bool
read_price(struct feed_rows *r, struct money *ret)
{
	const struct feed_value *v = &r->v[CELL_PRICE];
	char word[64];

	if (v->number) {
		ret->minor = v->i;
		return v->i >= 0;
	}
	return v->p != NULL &&
	       feed_row_word(r, CELL_PRICE, word, sizeof(word)) &&
	       money_parse_major(word, strlen(word), r->opts->digits, ret) ==
		       RC_OK &&
	       ret->minor >= 0;
}

static bool
read_age(struct feed_rows *r, uint8_t *ret)
{
	const struct feed_value *v = &r->v[CELL_AGE];
	int64_t years = v->i;
	char word[16];

	if (!v->number) {
		years = 0;
		if (!feed_row_word(r, CELL_AGE, word, sizeof(word)) ||
			(word[0] != '\0' &&
				parse_i64(word, strlen(word), 0, AGE_MAX,
					&years) != RC_OK)) {
			return false;
		}
	}
	*ret = (uint8_t)years;
	return years >= 0 && years <= AGE_MAX;
}

static bool
read_unit(struct feed_rows *r, char out[ITEM_UNIT_BYTES])
{
	char word[16];
	enum unit u;

	out[0] = '\0';
	if (!feed_row_word(r, CELL_UNIT, word, sizeof(word))) {
		return false;
	}
	if (word[0] == '\0' || strcmp(word, "pc") == 0 ||
		strcmp(word, "each") == 0) {
		return true;
	}
	u = unit_find(word);
	if (u != UNIT_COUNT) {
		memcpy(out, unit_name(u), strlen(unit_name(u)) + 1);
	}
	return u != UNIT_COUNT;
}

static bool
read_tare(struct feed_rows *r, const char *unit, int64_t *ret)
{
	const struct feed_value *v = &r->v[CELL_TARE];
	char word[32];

	*ret = v->i;
	if (!v->number) {
		*ret = 0;
		if (!feed_row_word(r, CELL_TARE, word, sizeof(word)) ||
			(word[0] != '\0' && parse_decimal(word, strlen(word), 3,
						    ret) != RC_OK)) {
			return false;
		}
	}
	return *ret >= 0 && *ret <= QTY_MAX && (*ret == 0 || unit[0] != '\0');
}

static enum feed_refusal
read_more(
	struct feed_rows *r, struct item *it, const struct feed_value **ret_at)
{
	*ret_at = &r->v[CELL_AGE];
	if (!read_age(r, &it->min_age)) {
		return FEED_BAD_AGE;
	}
	*ret_at = &r->v[CELL_UNIT];
	if (!read_unit(r, it->unit)) {
		return FEED_BAD_UNIT;
	}
	*ret_at = &r->v[CELL_TARE];
	if (!read_tare(r, it->unit, &it->tare)) {
		return FEED_BAD_TARE;
	}
	*ret_at = &r->v[CELL_DEPOSIT];
	if (!feed_row_word(r, CELL_DEPOSIT, it->deposit, sizeof(it->deposit))) {
		return FEED_BAD_DEPOSIT;
	}
	*ret_at = &r->v[CELL_GROUPS];
	if (!feed_row_word(r, CELL_GROUPS, it->groups, sizeof(it->groups))) {
		return FEED_BAD_GROUPS;
	}
	return FEED_REFUSAL_COUNT;
}

static enum feed_refusal
read_product(
	struct feed_rows *r, struct item *it, const struct feed_value **ret_at)
{
	unsigned had;

	*ret_at = &r->v[CELL_NAME];
	had = (*ret_at)->p == NULL ? 0
				   : text_clean((*ret_at)->p, (*ret_at)->n,
					     it->name, sizeof(it->name), 0);
	r->had |= had;
	if (it->name[0] == '\0') {
		return FEED_NO_NAME;
	}
	*ret_at = &r->v[CELL_PRICE];
	if (!read_price(r, &it->price)) {
		return FEED_BAD_PRICE;
	}
	*ret_at = &r->v[CELL_TAX];
	if (!feed_row_word(r, CELL_TAX, it->tax, sizeof(it->tax)) ||
		it->tax[0] == '\0') {
		return FEED_BAD_TAX;
	}
	if (!feed_row_word(r, CELL_DEPT, it->dept, sizeof(it->dept))) {
		r->had |= TEXT_WAS_CUT;
	}
	return read_more(r, it, ret_at);
}

enum feed_refusal
feed_row_goods(struct feed_rows *r, struct feed_row *row,
	const struct feed_value **ret_at)
{
	bool products = strcmp(r->opts->feed, FEED_PRODUCTS) == 0;
	struct feed_product p = {.digits = r->opts->digits};
	struct feed_price price = {.digits = r->opts->digits};
	enum feed_refusal why;
	enum rc rc;

	*ret_at = &r->v[CELL_CODE];
	why = read_code(r, p.item.code, row->key);
	if (why != FEED_REFUSAL_COUNT || row->deleted) {
		return why;
	}
	if (products) {
		why = read_product(r, &p.item, ret_at);
		if (why != FEED_REFUSAL_COUNT) {
			return why;
		}
		if (row->key[0] != '\0' && text_is_digits(p.item.code)) {
			struct code_key key;

			if (code_catalog_key(p.item.code, strlen(p.item.code),
				    &key) == RC_OK &&
				key.kind == CODE_INTERNAL) {
				r->result->internal++;
			}
		}
		rc = feed_product_encode(&p, &r->out, NULL);
	} else {
		*ret_at = &r->v[CELL_PRICE];
		if (!read_price(r, &price.price)) {
			return FEED_BAD_PRICE;
		}
		memcpy(price.code, p.item.code, sizeof(price.code));
		rc = feed_price_encode(&price, &r->out, NULL);
	}
	row->body = r->out.p;
	row->n_body = r->out.len;
	return rc == RC_OK ? FEED_REFUSAL_COUNT : FEED_BAD_ROW;
}
