/* SPDX-License-Identifier: Apache-2.0 */
/* One value of holdfast.conf each. */
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "register/config_internal.h"

#include "base/poison.h"

static const struct {
	const char *name;
	enum round round;
} round_table[] = {
	{"half-up", ROUND_HALF_UP},
	{"half-even", ROUND_HALF_EVEN},
	{"half-down", ROUND_HALF_DOWN},
	{"down", ROUND_DOWN},
	{"up", ROUND_UP},
};

enum rc
config_wrong(struct err *reterr, const char *fmt, const char *a, const char *b)
{
	char text[ERR_MSG_BYTES];
	struct sbuf s;

	/* fmt is one of ours: %s at most twice, spelled out here so that the
	 * compiler can check the call that prints */
	sbuf_init(&s, text, sizeof(text));
	for (const char *p = fmt; *p != '\0'; p++) {
		if (p[0] == '%' && p[1] == 's') {
			sbuf_puts(&s, a);
			a = b;
			p++;
		} else {
			sbuf_putc(&s, *p);
		}
	}
	return err_set(reterr, RC_PROTO, 0, "config", "%s", text);
}

static bool
is_class_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool
config_is_class(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n >= TAX_CODE_BYTES || s[0] < 'A' || s[0] > 'Z') {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_class_char(s[i])) {
			return false;
		}
	}
	return true;
}

enum rc
config_text(char *out, size_t cap, const char *value, struct err *reterr)
{
	size_t n = strlen(value);

	if (n >= cap) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"this is too long: write at most %zu bytes", cap - 1);
	}
	memcpy(out, value, n + 1);
	return RC_OK;
}

static enum rc
set_round(enum round *out, const char *value, struct err *reterr)
{
	for (size_t i = 0; i < ARRAY_LEN(round_table); i++) {
		if (strcmp(round_table[i].name, value) == 0) {
			*out = round_table[i].round;
			return RC_OK;
		}
	}
	return config_wrong(reterr,
		"'%s' is no rounding: write half-up, half-even, "
		"half-down, down or up",
		value, "");
}

enum rc
config_word(size_t *out, const char *const word[], size_t n, const char *value,
	const char *help, struct err *reterr)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(word[i], value) == 0) {
			*out = i;
			return RC_OK;
		}
	}
	return config_wrong(
		reterr, "'%s' is not known here: write %s", value, help);
}

static enum rc
set_id(char *out, size_t cap, const char *value, struct err *reterr)
{
	size_t n = strlen(value);

	if (n < 1 || n > 8) {
		return config_wrong(reterr,
			"'%s': write one to eight letters or digits, like R01",
			value, "");
	}
	for (size_t i = 0; i < n; i++) {
		char c = value[i];

		if (!is_class_char(c) && !(c >= 'a' && c <= 'z')) {
			return config_wrong(reterr,
				"'%s': write letters and digits only, like "
				"R01",
				value, "");
		}
	}
	return config_text(out, cap, value, reterr);
}

static enum rc
set_currency(struct config *c, const char *value, struct err *reterr)
{
	bool ok = strlen(value) == 3;

	for (size_t i = 0; ok && i < 3; i++) {
		ok = value[i] >= 'A' && value[i] <= 'Z';
	}
	if (!ok) {
		return config_wrong(reterr,
			"'%s' is no ISO 4217 code: write three capitals, like "
			"EUR",
			value, "");
	}
	return config_text(
		c->currency.code, sizeof(c->currency.code), value, reterr);
}

/* "20 = B, Fruit"; whether the class exists is looked at in the end. */
static enum rc
set_dept(struct config_read *p, const struct conf_pos *pos, const char *key,
	const char *value, struct err *reterr)
{
	struct config *c = p->c;
	struct config_dept *d = &c->dept[c->n_dept];
	const char *comma = strchr(value, ',');
	char tax[TAX_CODE_BYTES];
	size_t n = comma == NULL ? 0 : (size_t)(comma - value);

	if (config_dept_find(c, key) != NULL) {
		return config_wrong(reterr,
			"department %s stands here twice: take one out", key,
			"");
	}
	if (c->n_dept == CONFIG_DEPTS) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"there is room for %d departments: take this one out",
			CONFIG_DEPTS);
	}
	while (n > 0 && value[n - 1] == ' ') {
		n--;
	}
	if (n == 0 || n >= sizeof(tax)) {
		return config_wrong(reterr,
			"'%s': write a tax class, a comma and a name, like "
			"A, Flowers",
			value, "");
	}
	memcpy(tax, value, n);
	tax[n] = '\0';
	comma++;
	while (*comma == ' ') {
		comma++;
	}
	if (*comma == '\0' || !config_is_class(tax)) {
		return config_wrong(reterr,
			"'%s': write a tax class, a comma and a name, like "
			"A, Flowers",
			value, "");
	}
	if (strlen(comma) >= sizeof(d->name)) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"this name is too long: write at most %zu bytes",
			sizeof(d->name) - 1);
	}
	memset(d, 0, sizeof(*d));
	memcpy(d->no, key, strlen(key) + 1);
	memcpy(d->name, comma, strlen(comma) + 1);
	memcpy(d->tax, tax, n + 1);
	p->dept[c->n_dept].line = pos->line;
	p->dept[c->n_dept].col = pos->col;
	c->n_dept++;
	return RC_OK;
}

enum rc
config_late(struct late *l, const struct conf_pos *pos, const char *value,
	struct err *reterr)
{
	l->line = pos->line;
	l->col = pos->col;
	return config_text(l->text, sizeof(l->text), value, reterr);
}

static enum rc
put_text(const struct config_set *s, struct err *reterr)
{
	char clean[CONFIG_VALUE_BYTES];
	unsigned had;

	had = text_clean(s->value, strlen(s->value), clean, sizeof(clean), 0);
	if ((had & ~TEXT_WAS_CUT) != 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"this holds characters that cannot be printed: write "
			"plain text");
	}
	return config_text(
		(char *)s->p->c + s->offset, s->size, s->value, reterr);
}

static enum rc
put_id(const struct config_set *s, struct err *reterr)
{
	return set_id(s->p->c->register_no, sizeof(s->p->c->register_no),
		s->value, reterr);
}

static enum rc
put_currency(const struct config_set *s, struct err *reterr)
{
	return set_currency(s->p->c, s->value, reterr);
}

static enum rc
set_digits(uint8_t *out, const char *value, struct err *reterr)
{
	static const char *const word[] = {"0", "2", "3"};
	static const uint8_t digits[] = {0, 2, 3};
	size_t i = 0;
	enum rc rc = config_word(
		&i, word, ARRAY_LEN(word), value, "0, 2 or 3", reterr);

	*out = digits[i];
	return rc;
}

static enum rc
put_digits(const struct config_set *s, struct err *reterr)
{
	return set_digits(&s->p->c->currency.digits, s->value, reterr);
}

static enum rc
put_display(const struct config_set *s, struct err *reterr)
{
	return set_digits(&s->p->display, s->value, reterr);
}

static enum rc
put_price_round(const struct config_set *s, struct err *reterr)
{
	return set_round(&s->p->c->price_round, s->value, reterr);
}

static enum rc
put_step(const struct config_set *s, struct err *reterr)
{
	return config_late(&s->p->step, s->pos, s->value, reterr);
}

static enum rc
put_cash_round(const struct config_set *s, struct err *reterr)
{
	return set_round(&s->p->c->cash_round, s->value, reterr);
}

static enum rc
put_bill_round(const struct config_set *s, struct err *reterr)
{
	return set_round(&s->p->c->bill_round, s->value, reterr);
}

static enum rc
put_entry(const struct config_set *s, struct err *reterr)
{
	return config_late(&s->p->entry, s->pos, s->value, reterr);
}

static enum rc
put_prices(const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {"included", "added"};
	size_t i = 0;
	enum rc rc = config_word(&i, word, ARRAY_LEN(word), s->value,
		"included or added", reterr);

	s->p->c->tax.included = i == 0;
	return rc;
}

static enum rc
put_tax_round(const struct config_set *s, struct err *reterr)
{
	return set_round(&s->p->c->tax.round, s->value, reterr);
}

static enum rc
put_dept(const struct config_set *s, struct err *reterr)
{
	return set_dept(s->p, s->pos, s->key, s->value, reterr);
}

static enum rc
put_columns(const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {"32", "40", "42", "48"};
	static const unsigned cols[] = {32, 40, 42, 48};
	size_t i = 0;
	enum rc rc = config_word(&i, word, ARRAY_LEN(word), s->value,
		"32, 40, 42 or 48", reterr);

	s->p->c->cols = cols[i];
	return rc;
}

static enum rc
put_pin(const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {"2", "5", "none"};
	static const int pin[] = {0, 1, -1};
	size_t i = 0;
	enum rc rc = config_word(
		&i, word, ARRAY_LEN(word), s->value, "2, 5 or none", reterr);

	s->p->c->drawer_pin = pin[i];
	return rc;
}

static enum rc
put_sensor(const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {"high", "low"};
	size_t i = 0;
	enum rc rc = config_word(
		&i, word, ARRAY_LEN(word), s->value, "high or low", reterr);

	s->p->c->drawer_low = i == 1;
	return rc;
}

static enum rc
put_warn(const struct config_set *s, struct err *reterr)
{
	int64_t n = 0;

	if (parse_i64(s->value, strlen(s->value), 0, 3600, &n) != RC_OK) {
		return config_wrong(reterr,
			"'%s' is no time for an open drawer: write seconds, 0 "
			"to 3600",
			s->value, "");
	}
	s->p->c->drawer_warn_s = (int)n;
	return RC_OK;
}

static enum rc
put_drawer_device(const struct config_set *s, struct err *reterr)
{
	struct config *c = s->p->c;

	return config_text(
		c->drawer_device, sizeof(c->drawer_device), s->value, reterr);
}

static enum rc
put_keys(const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {
		"full", "numpad", "vt", "prog", "reader"};
	struct sbuf b;
	size_t i = 0;
	enum rc rc = config_word(&i, word, ARRAY_LEN(word), s->value,
		"full, numpad, vt, prog or reader", reterr);

	sbuf_init(&b, s->p->c->keys_profile, sizeof(s->p->c->keys_profile));
	sbuf_puts(&b, word[i]);
	return rc;
}

#define TEXT_AT(member)                                                        \
	put_text, offsetof(struct config, member),                             \
		sizeof(((struct config *)NULL)->member)

static const struct {
	enum rc (*put)(const struct config_set *s, struct err *reterr);
	size_t offset, size;
} setter[KEY_COUNT] = {
	/* those of a tender: config_tender.c */
	[KEY_SHOP_NAME] = {TEXT_AT(shop)},
	[KEY_SHOP_ADDRESS] = {TEXT_AT(address)},
	[KEY_SHOP_TAX_ID] = {TEXT_AT(tax_id)},
	[KEY_REGISTER_ID] = {put_id, 0, 0},
	[KEY_CURRENCY_CODE] = {put_currency, 0, 0},
	[KEY_CURRENCY_DIGITS] = {put_digits, 0, 0},
	[KEY_CURRENCY_ROUND] = {put_price_round, 0, 0},
	[KEY_CASH_STEP] = {put_step, 0, 0},
	[KEY_CASH_ROUND] = {put_cash_round, 0, 0},
	[KEY_TAX_PRICES] = {put_prices, 0, 0},
	[KEY_TAX_BASIS] = {config_put_basis, 0, 0},
	[KEY_TAX_ROUND] = {put_tax_round, 0, 0},
	[KEY_TAX_PARTS] = {config_put_parts, 0, 0},
	[KEY_TAX_DECIMALS] = {config_put_decimals, 0, 0},
	[KEY_TAX_CLASS] = {config_put_class, 0, 0},
	[KEY_BILL_STEP] = {config_put_bill_step, 0, 0},
	[KEY_BILL_ROUND] = {put_bill_round, 0, 0},
	[KEY_CURRENCY_DISPLAY] = {put_display, 0, 0},
	[KEY_DEPT] = {put_dept, 0, 0},
	[KEY_RECEIPT_COLUMNS] = {put_columns, 0, 0},
	[KEY_RECEIPT_HEADER] = {TEXT_AT(header)},
	[KEY_RECEIPT_FOOTER] = {TEXT_AT(footer)},
	[KEY_DRAWER_PIN] = {put_pin, 0, 0},
	[KEY_DRAWER_SENSOR] = {put_sensor, 0, 0},
	[KEY_DRAWER_WARN] = {put_warn, 0, 0},
	[KEY_DRAWER_DEVICE] = {put_drawer_device, 0, 0},
	[KEY_LIMITS_ENTRY] = {put_entry, 0, 0},
	[KEY_SALE_NOT_ON_FILE] = {config_put_not_on_file, 0, 0},
	[KEY_SALE_BEST_BEFORE] = {config_put_best_before, 0, 0},
	[KEY_PEOPLE_CONFIG] = {config_put_change, 0, 0},
	[KEY_SCAN_SEPARATOR] = {config_put_separator, 0, 0},
	[KEY_RECALL] = {config_put_recall, 0, 0},
	[KEY_AGE_LOOKS_OVER] = {config_put_looks_over, 0, 0},
	[KEY_AGE_LEAP_DAY] = {config_put_leap_day, 0, 0},
	[KEY_AGE_DATE_ORDER] = {config_put_date_order, 0, 0},
	[KEY_KEYS_PROFILE] = {put_keys, 0, 0},
	[KEY_LOCALE_FORMAT] = {NULL, 0, 0},
};

enum rc
config_set(enum key key, const struct config_set *s, struct err *reterr)
{
	struct config_set with = *s;

	if (key >= KEY_DISPLAY_LAYOUT && key <= KEY_DISPLAY_CLOCK) {
		return config_display_set(key, s, reterr);
	}
	if (key >= KEY_RECEIPT_TITLE && key <= KEY_RECEIPT_BUYER_FROM) {
		return config_receipt_set(key, s, reterr);
	}
	if (key == KEY_LOCALE_LANGUAGE || key == KEY_LOCALE_FORMAT) {
		return config_locale_set(key, s, reterr);
	}
	if (key >= KEY_DRAWER_DROP && key <= KEY_DAY_RECOUNT) {
		return config_drawer_set(key, s, reterr);
	}
	if (key >= KEY_LEDGER_SHOP && key <= KEY_LEDGER_DEPARTMENT) {
		return config_ledger_set(key, s, reterr);
	}
	if (key >= KEY_ARCHIVE_KEEP && key <= KEY_ARCHIVE_MEDIUM) {
		return config_keep_set(key, s, reterr);
	}
	if (config_is_device(key)) {
		return config_device_set(key, s, reterr);
	}
	if (config_is_tax_row(key)) {
		return config_tax_row_set(key, s, reterr);
	}
	if (setter[key].put == NULL) {
		return config_is_tender(key) ? config_tender_set(key, s, reterr)
					     : config_people_set(s, reterr);
	}
	with.offset = setter[key].offset;
	with.size = setter[key].size;
	return setter[key].put(&with, reterr);
}
