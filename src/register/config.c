/* SPDX-License-Identifier: Apache-2.0 */
#include "register/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "base/text.h"

#include "base/poison.h"

/* In the order of config_keys[]. */
enum key {
	KEY_SHOP_NAME,
	KEY_SHOP_ADDRESS,
	KEY_SHOP_TAX_ID,
	KEY_REGISTER_ID,
	KEY_CURRENCY_CODE,
	KEY_CURRENCY_DIGITS,
	KEY_CURRENCY_ROUND,
	KEY_CASH_STEP,
	KEY_CASH_ROUND,
	KEY_TAX_PRICES,
	KEY_TAX_BASIS,
	KEY_TAX_ROUND,
	KEY_TAX_CLASS,
	KEY_DEPT,
	KEY_RECEIPT_COLUMNS,
	KEY_RECEIPT_HEADER,
	KEY_RECEIPT_FOOTER,
	KEY_PRINTER_DRIVER,
	KEY_PRINTER_URI,
	KEY_PRINTER_PROFILE,
	KEY_DRAWER_PIN,
	KEY_LIMITS_ENTRY,
	KEY_COUNT
};

const struct config_key config_keys[] = {
	{"shop", "name", NULL, "name at the head of every receipt"},
	{"shop", "address", "", "lines under the name, separated by |"},
	{"shop", "tax_id", "", "number of the shop with the tax office"},
	{"register", "id", NULL,
		"short name of this register, first part of its numbers"},
	{"currency", "code", NULL, "ISO 4217 code"},
	{"currency", "digits", "by code", "decimals: 0, 2 or 3"},
	{"currency", "round", "half-up", "rounding of price times quantity"},
	{"currency", "cash_step", "one minor unit",
		"smallest amount that can be paid in cash"},
	{"currency", "cash_round", "half-up", "rounding to the cash step"},
	{"tax", "prices", NULL, "prices hold the tax, or it is added"},
	{"tax", "basis", "receipt", "tax computed per receipt or per line"},
	{"tax", "round", "half-up", "rounding of the tax"},
	{"tax", "CLASS", NULL, "rate of a tax class in percent"},
	{"departments", "NUMBER", "none",
		"tax class and name of a department to sell by"},
	{"receipt", "columns", "42", "characters on a row: 32, 40, 42 or 48"},
	{"receipt", "header", "", "lines above the items, separated by |"},
	{"receipt", "footer", "", "lines at the end, separated by |"},
	{"printer", "driver", "none", "driver of the receipt printer"},
	{"printer", "uri", "", "where the printer is"},
	{"printer", "profile", "generic", "what the printer can do"},
	{"drawer", "pin", "none", "connector pin that opens the drawer"},
	{"limits", "entry", "99999999 minor units",
		"largest amount that can be keyed at once"},
};
const size_t config_n_keys = ARRAY_LEN(config_keys);

_Static_assert(ARRAY_LEN(config_keys) == KEY_COUNT, "every key has a row");

static const struct {
	char code[4];
	int digits;
} currency_table[] = {
	{"AED", 2},
	{"ARS", 2},
	{"AUD", 2},
	{"BDT", 2},
	{"BGN", 2},
	{"BHD", 3},
	{"BRL", 2},
	{"CAD", 2},
	{"CHF", 2},
	{"CLP", 0},
	{"CNY", 2},
	{"COP", 2},
	{"CRC", 2},
	{"CZK", 2},
	{"DKK", 2},
	{"EGP", 2},
	{"EUR", 2},
	{"GBP", 2},
	{"GHS", 2},
	{"HKD", 2},
	{"HUF", 2},
	{"IDR", 2},
	{"ILS", 2},
	{"INR", 2},
	{"IQD", 3},
	{"ISK", 0},
	{"JOD", 3},
	{"JPY", 0},
	{"KES", 2},
	{"KRW", 0},
	{"KWD", 3},
	{"LYD", 3},
	{"MAD", 2},
	{"MXN", 2},
	{"MYR", 2},
	{"NGN", 2},
	{"NOK", 2},
	{"NZD", 2},
	{"OMR", 3},
	{"PEN", 2},
	{"PHP", 2},
	{"PKR", 2},
	{"PLN", 2},
	{"PYG", 0},
	{"QAR", 2},
	{"RON", 2},
	{"RSD", 2},
	{"SAR", 2},
	{"SEK", 2},
	{"SGD", 2},
	{"THB", 2},
	{"TND", 3},
	{"TRY", 2},
	{"TWD", 2},
	{"TZS", 2},
	{"UAH", 2},
	{"UGX", 0},
	{"USD", 2},
	{"UYU", 2},
	{"UZS", 2},
	{"VND", 0},
	{"XAF", 0},
	{"XOF", 0},
	{"XPF", 0},
	{"ZAR", 2},
	{"ZMW", 2},
};

static const struct {
	const char *name;
	enum round round;
} round_table[] = {
	{"half-up", ROUND_HALF_UP},
	{"half-even", ROUND_HALF_EVEN},
	{"down", ROUND_DOWN},
	{"up", ROUND_UP},
};

/* Amounts wait as text until the currency is known, whatever the order of
 * the sections. */
struct late {
	char text[32];
	int line, col;
};

struct parse {
	const char *name;
	struct config *c;
	bool seen[KEY_COUNT];
	struct late step, entry;

	struct {
		int line, col;
	} dept[CONFIG_DEPTS];
};

int
config_currency_digits(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(currency_table); i++) {
		if (strcmp(currency_table[i].code, code) == 0) {
			return currency_table[i].digits;
		}
	}
	return -1;
}

const struct config_dept *
config_dept_find(const struct config *c, const char *no)
{
	for (size_t i = 0; i < c->n_dept; i++) {
		if (strcmp(c->dept[i].no, no) == 0) {
			return &c->dept[i];
		}
	}
	return NULL;
}

static enum rc
wrong(struct err *reterr, const char *fmt, const char *a, const char *b)
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

/* A tax class is capitals and digits, so that a misspelled key is not one. */
static bool
is_class(const char *s)
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

static bool
is_dept(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n > 9) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9') {
			return false;
		}
	}
	return true;
}

static enum key
find_key(const char *section, const char *key, bool *ret_section)
{
	*ret_section = false;
	for (size_t i = 0; i < config_n_keys; i++) {
		if (strcmp(config_keys[i].section, section) != 0) {
			continue;
		}
		*ret_section = true;
		if (i != KEY_TAX_CLASS && i != KEY_DEPT &&
			strcmp(config_keys[i].key, key) == 0) {
			return (enum key)i;
		}
	}
	if (strcmp(section, "tax") == 0 && is_class(key)) {
		return KEY_TAX_CLASS;
	}
	if (strcmp(section, "departments") == 0 && is_dept(key)) {
		return KEY_DEPT;
	}
	return KEY_COUNT;
}

static enum rc
set_text(char *out, size_t cap, const char *value, struct err *reterr)
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
	return wrong(reterr,
		"'%s' is no rounding: write half-up, half-even, down or up",
		value, "");
}

/* One of a few words; its place in the list. */
static enum rc
set_word(size_t *out, const char *const word[], size_t n, const char *value,
	const char *help, struct err *reterr)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(word[i], value) == 0) {
			*out = i;
			return RC_OK;
		}
	}
	return wrong(reterr, "'%s' is not known here: write %s", value, help);
}

static enum rc
set_id(char *out, size_t cap, const char *value, struct err *reterr)
{
	size_t n = strlen(value);

	if (n < 1 || n > 8) {
		return wrong(reterr,
			"'%s': write one to eight letters or digits, like R01",
			value, "");
	}
	for (size_t i = 0; i < n; i++) {
		char c = value[i];

		if (!is_class_char(c) && !(c >= 'a' && c <= 'z')) {
			return wrong(reterr,
				"'%s': write letters and digits only, like "
				"R01",
				value, "");
		}
	}
	return set_text(out, cap, value, reterr);
}

static enum rc
set_currency(struct config *c, const char *value, struct err *reterr)
{
	bool ok = strlen(value) == 3;

	for (size_t i = 0; ok && i < 3; i++) {
		ok = value[i] >= 'A' && value[i] <= 'Z';
	}
	if (!ok) {
		return wrong(reterr,
			"'%s' is no ISO 4217 code: write three capitals, like "
			"EUR",
			value, "");
	}
	return set_text(
		c->currency.code, sizeof(c->currency.code), value, reterr);
}

/* "19%", "5.5 %": up to four decimals, that is parts per million. */
static enum rc
set_class(struct config *c, const char *key, const char *value,
	struct err *reterr)
{
	size_t n = strlen(value);
	struct tax_class *k;
	int64_t ppm = 0;

	if (tax_find(&c->tax, key) >= 0) {
		return wrong(reterr,
			"tax class %s stands here twice: take one out", key,
			"");
	}
	if (c->tax.n_class == TAX_CLASS_MAX) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"there is room for %d tax classes: take this one out",
			TAX_CLASS_MAX);
	}
	if (n < 2 || value[n - 1] != '%' || strchr(value, ',') != NULL) {
		return wrong(reterr,
			"'%s' is no rate: write a percentage, like 19% or "
			"5.5%",
			value, "");
	}
	n--;
	if (n > 1 && value[n - 1] == ' ') {
		n--;
	}
	if (parse_decimal(value, n, 4, &ppm) != RC_OK || value[0] == '-' ||
		ppm < 0 || ppm > (int64_t)TAX_RATE_MAX_PPM) {
		return wrong(reterr,
			"'%s' is no rate: write 0% to 100% with at most four "
			"decimals",
			value, "");
	}
	k = &c->tax.class_[c->tax.n_class];
	memcpy(k->code, key, strlen(key) + 1);
	k->rate_ppm = (uint32_t)ppm;
	c->tax.n_class++;
	return RC_OK;
}

/* "20 = B, Fruit"; whether the class exists is looked at in the end. */
static enum rc
set_dept(struct parse *p, const struct conf_pos *pos, const char *key,
	const char *value, struct err *reterr)
{
	struct config *c = p->c;
	struct config_dept *d = &c->dept[c->n_dept];
	const char *comma = strchr(value, ',');
	char tax[TAX_CODE_BYTES];
	size_t n = comma == NULL ? 0 : (size_t)(comma - value);

	if (config_dept_find(c, key) != NULL) {
		return wrong(reterr,
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
		return wrong(reterr,
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
	if (*comma == '\0' || !is_class(tax)) {
		return wrong(reterr,
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

static enum rc
set_late(struct late *l, const struct conf_pos *pos, const char *value,
	struct err *reterr)
{
	l->line = pos->line;
	l->col = pos->col;
	return set_text(l->text, sizeof(l->text), value, reterr);
}

static enum rc
set_uri(struct config *c, const char *value, struct err *reterr)
{
	static const char *const scheme[] = {
		"file:", "serial:", "tcp:", "unix:"};

	for (size_t i = 0; i < ARRAY_LEN(scheme); i++) {
		size_t n = strlen(scheme[i]);

		if (strncmp(value, scheme[i], n) == 0 && value[n] != '\0') {
			return set_text(c->printer_uri, sizeof(c->printer_uri),
				value, reterr);
		}
	}
	return wrong(reterr,
		"'%s' says not how to reach the printer: write file:PATH, "
		"serial:PATH, tcp:HOST:PORT or unix:PATH",
		value, "");
}

/* What a key's setter is told. */
struct set {
	struct parse *p;
	const struct conf_pos *pos;
	const char *key;
	const char *value;
	size_t offset, size; /* of a plain text in struct config */
};

static enum rc
put_text(const struct set *s, struct err *reterr)
{
	char clean[CONFIG_VALUE_BYTES];
	unsigned had;

	had = text_clean(s->value, strlen(s->value), clean, sizeof(clean), 0);
	if ((had & ~TEXT_WAS_CUT) != 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"this holds characters that cannot be printed: write "
			"plain text");
	}
	return set_text((char *)s->p->c + s->offset, s->size, s->value, reterr);
}

static enum rc
put_id(const struct set *s, struct err *reterr)
{
	return set_id(s->p->c->register_no, sizeof(s->p->c->register_no),
		s->value, reterr);
}

static enum rc
put_currency(const struct set *s, struct err *reterr)
{
	return set_currency(s->p->c, s->value, reterr);
}

static enum rc
put_digits(const struct set *s, struct err *reterr)
{
	static const char *const word[] = {"0", "2", "3"};
	static const uint8_t digits[] = {0, 2, 3};
	size_t i = 0;
	enum rc rc = set_word(
		&i, word, ARRAY_LEN(word), s->value, "0, 2 or 3", reterr);

	s->p->c->currency.digits = digits[i];
	return rc;
}

static enum rc
put_price_round(const struct set *s, struct err *reterr)
{
	return set_round(&s->p->c->price_round, s->value, reterr);
}

static enum rc
put_step(const struct set *s, struct err *reterr)
{
	return set_late(&s->p->step, s->pos, s->value, reterr);
}

static enum rc
put_cash_round(const struct set *s, struct err *reterr)
{
	return set_round(&s->p->c->cash_round, s->value, reterr);
}

static enum rc
put_entry(const struct set *s, struct err *reterr)
{
	return set_late(&s->p->entry, s->pos, s->value, reterr);
}

static enum rc
put_prices(const struct set *s, struct err *reterr)
{
	static const char *const word[] = {"included", "added"};
	size_t i = 0;
	enum rc rc = set_word(&i, word, ARRAY_LEN(word), s->value,
		"included or added", reterr);

	s->p->c->tax.included = i == 0;
	return rc;
}

static enum rc
put_basis(const struct set *s, struct err *reterr)
{
	static const char *const word[] = {"receipt", "line"};
	size_t i = 0;
	enum rc rc = set_word(
		&i, word, ARRAY_LEN(word), s->value, "receipt or line", reterr);

	s->p->c->tax.basis = i == 0 ? TAX_PER_RECEIPT : TAX_PER_LINE;
	return rc;
}

static enum rc
put_tax_round(const struct set *s, struct err *reterr)
{
	return set_round(&s->p->c->tax.round, s->value, reterr);
}

static enum rc
put_class(const struct set *s, struct err *reterr)
{
	return set_class(s->p->c, s->key, s->value, reterr);
}

static enum rc
put_dept(const struct set *s, struct err *reterr)
{
	return set_dept(s->p, s->pos, s->key, s->value, reterr);
}

static enum rc
put_columns(const struct set *s, struct err *reterr)
{
	static const char *const word[] = {"32", "40", "42", "48"};
	static const unsigned cols[] = {32, 40, 42, 48};
	size_t i = 0;
	enum rc rc = set_word(&i, word, ARRAY_LEN(word), s->value,
		"32, 40, 42 or 48", reterr);

	s->p->c->cols = cols[i];
	return rc;
}

static enum rc
put_driver(const struct set *s, struct err *reterr)
{
	const char *value = strcmp(s->value, "none") == 0 ? "" : s->value;

	return set_text(s->p->c->printer_driver,
		sizeof(s->p->c->printer_driver), value, reterr);
}

static enum rc
put_uri(const struct set *s, struct err *reterr)
{
	return set_uri(s->p->c, s->value, reterr);
}

static enum rc
put_pin(const struct set *s, struct err *reterr)
{
	static const char *const word[] = {"2", "5", "none"};
	static const int pin[] = {0, 1, -1};
	size_t i = 0;
	enum rc rc = set_word(
		&i, word, ARRAY_LEN(word), s->value, "2, 5 or none", reterr);

	s->p->c->drawer_pin = pin[i];
	return rc;
}

#define TEXT_AT(member)                                                        \
	put_text, offsetof(struct config, member),                             \
		sizeof(((struct config *)NULL)->member)

static const struct {
	enum rc (*put)(const struct set *s, struct err *reterr);
	size_t offset, size;
} setter[KEY_COUNT] = {
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
	[KEY_TAX_BASIS] = {put_basis, 0, 0},
	[KEY_TAX_ROUND] = {put_tax_round, 0, 0},
	[KEY_TAX_CLASS] = {put_class, 0, 0},
	[KEY_DEPT] = {put_dept, 0, 0},
	[KEY_RECEIPT_COLUMNS] = {put_columns, 0, 0},
	[KEY_RECEIPT_HEADER] = {TEXT_AT(header)},
	[KEY_RECEIPT_FOOTER] = {TEXT_AT(footer)},
	[KEY_PRINTER_DRIVER] = {put_driver, 0, 0},
	[KEY_PRINTER_URI] = {put_uri, 0, 0},
	[KEY_PRINTER_PROFILE] = {TEXT_AT(printer_profile)},
	[KEY_DRAWER_PIN] = {put_pin, 0, 0},
	[KEY_LIMITS_ENTRY] = {put_entry, 0, 0},
};

static bool
may_be_empty(enum key key)
{
	return key == KEY_SHOP_ADDRESS || key == KEY_SHOP_TAX_ID ||
	       key == KEY_RECEIPT_HEADER || key == KEY_RECEIPT_FOOTER;
}

static enum rc
take_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct parse *p = arg;
	struct set set;
	bool known = false;
	enum key k;

	k = find_key(section, key, &known);
	if (!known) {
		return wrong(reterr,
			"there is no section [%s]: holdfast.conf(5) lists all",
			section, "");
	}
	if (k == KEY_COUNT && strcmp(section, "tax") == 0) {
		return wrong(reterr,
			"'%s' is no key of [tax]; a tax class is named by "
			"capitals and digits, like A",
			key, "");
	}
	if (k == KEY_COUNT) {
		return wrong(reterr,
			"there is no key '%s' in [%s]: holdfast.conf(5) lists "
			"all",
			key, section);
	}
	if (k != KEY_TAX_CLASS && k != KEY_DEPT && p->seen[k]) {
		return wrong(reterr, "%s.%s stands here twice: take one out",
			section, key);
	}
	if (value[0] == '\0' && !may_be_empty(k)) {
		return wrong(reterr,
			"%s.%s is empty: write a value, or take the line out",
			section, key);
	}
	p->seen[k] = true;
	set = (struct set){
		p, pos, key, value, setter[k].offset, setter[k].size};
	return setter[k].put(&set, reterr);
}

static enum rc
at(const struct parse *p, int line, int col, struct err *reterr)
{
	err_wrap(reterr, "%s:%d:%d", p->name, line, col);
	return RC_PROTO;
}

static enum rc
settle_amount(struct parse *p, const struct late *l, int64_t max, int64_t *out,
	const char *what, struct err *reterr)
{
	struct money m = {0};

	if (l->line == 0) {
		return RC_OK;
	}
	if (strchr(l->text, ',') != NULL ||
		money_parse_major(l->text, strlen(l->text),
			p->c->currency.digits, &m) != RC_OK ||
		m.minor < 1 || m.minor > max) {
		(void)err_set(reterr, RC_PROTO, 0, "config",
			"'%s' is no amount for %s: write it in %s with at "
			"most %u decimals",
			l->text, what, p->c->currency.code,
			(unsigned)p->c->currency.digits);
		return at(p, l->line, l->col, reterr);
	}
	*out = m.minor;
	return RC_OK;
}

static enum rc
check_missing(const struct parse *p, struct err *reterr)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *k = &config_keys[i];

		if (k->fallback == NULL && !p->seen[i]) {
			(void)err_set(reterr, RC_PROTO, 0, "config",
				"%s is missing: write '%s = ...' under [%s]",
				k->help, k->key, k->section);
			return at(p, 1, 1, reterr);
		}
	}
	if (p->seen[KEY_PRINTER_DRIVER] && p->c->printer_driver[0] != '\0' &&
		p->c->printer_uri[0] == '\0') {
		(void)err_set(reterr, RC_PROTO, 0, "config",
			"the printer has a driver and no place: write 'uri = "
			"file:PATH' under [printer]");
		return at(p, 1, 1, reterr);
	}
	if (p->c->drawer_pin >= 0 && p->c->printer_driver[0] == '\0') {
		(void)err_set(reterr, RC_PROTO, 0, "config",
			"the drawer opens through the printer: write a driver "
			"under [printer], or 'pin = none'");
		return at(p, 1, 1, reterr);
	}
	return RC_OK;
}

static enum rc
finish(struct parse *p, struct err *reterr)
{
	struct config *c = p->c;
	enum rc rc = check_missing(p, reterr);
	int digits;

	if (rc != RC_OK) {
		return rc;
	}
	if (!p->seen[KEY_CURRENCY_DIGITS]) {
		digits = config_currency_digits(c->currency.code);
		if (digits < 0) {
			(void)err_set(reterr, RC_PROTO, 0, "config",
				"the decimals of %s are not known here: write "
				"'digits = 0', 2 or 3 under [currency]",
				c->currency.code);
			return at(p, 1, 1, reterr);
		}
		c->currency.digits = (uint8_t)digits;
	}
	for (size_t i = 0; i < c->n_dept; i++) {
		if (tax_find(&c->tax, c->dept[i].tax) < 0) {
			(void)err_set(reterr, RC_PROTO, 0, "config",
				"there is no tax class %s: write its rate "
				"under [tax], or another class here",
				c->dept[i].tax);
			return at(p, p->dept[i].line, p->dept[i].col, reterr);
		}
	}
	rc = settle_amount(p, &p->step, 1000000, &c->currency.cash_step,
		"the smallest cash amount", reterr);
	if (rc == RC_OK) {
		rc = settle_amount(p, &p->entry, 999999999, &c->max_amount,
			"the largest entry", reterr);
	}
	return rc;
}

enum rc
config_parse(const char *name, const char *text, size_t len, struct config *ret,
	struct err *reterr)
{
	struct parse *p = NULL;
	struct config *c = NULL;
	enum rc rc = RC_NOMEM;

	if (len > CONFIG_TEXT_BYTES) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"%s:1:1: the text is longer than %d bytes: shorten it",
			name, CONFIG_TEXT_BYTES);
	}
	p = calloc(1, sizeof(*p));
	c = calloc(1, sizeof(*c));
	if (p == NULL || c == NULL) {
		(void)err_set(reterr, RC_NOMEM, 0, "config",
			"no memory to read %s: close other programs", name);
		goto out;
	}
	p->name = name;
	p->c = c;
	c->currency.cash_step = 1;
	c->cols = 42;
	c->drawer_pin = -1;
	c->max_amount = 99999999;
	memcpy(c->printer_profile, "generic", sizeof("generic"));

	rc = conf_parse(name, text, len, take_key, p, reterr);
	if (rc == RC_OK) {
		rc = finish(p, reterr);
	}
	if (rc == RC_OK) {
		config_version(text, len, c->version);
		*ret = *c;
	}
out:
	free(c);
	free(p);
	return rc;
}

void
config_version(const char *text, size_t len, char out[65])
{
	uint8_t hash[HASH_BYTES];

	sha256(hash, text, len);
	hex_encode(out, hash, sizeof(hash));
}

struct receipt_head
config_head(const struct config *c)
{
	struct receipt_head h = {.shop = c->shop,
		.address = c->address,
		.tax_id = c->tax_id,
		.header = c->header,
		.footer = c->footer,
		.register_no = c->register_no};

	return h;
}
