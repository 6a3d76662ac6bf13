/* SPDX-License-Identifier: Apache-2.0 */
/* Tax classes, the taxes they are made of, and what a bill is rounded to. */
#include <string.h>

#include "base/parse.h"
#include "core/currency.h"
#include "register/config_internal.h"

#include "base/poison.h"

#define CLASS_SECTION "tax "
#define PART_SECTION "tax_part "

const char *
config_tax_section(const char *section)
{
	if (strncmp(section, CLASS_SECTION, strlen(CLASS_SECTION)) == 0) {
		return "tax CLASS";
	}
	if (strncmp(section, PART_SECTION, strlen(PART_SECTION)) == 0) {
		return "tax_part NAME";
	}
	return NULL;
}

bool
config_is_tax_row(enum key key)
{
	return key == KEY_CLASS_REVERSE || key == KEY_CLASS_MARK ||
	       key == KEY_PART_NUMBER;
}

/* --- [tax] ---------------------------------------------------------------- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t
trim(const char **s, size_t n)
{
	while (n > 0 && is_blank(**s)) {
		(*s)++;
		n--;
	}
	while (n > 0 && is_blank((*s)[n - 1])) {
		n--;
	}
	return n;
}

/* "19%", "5.5 %": up to four decimals, that is parts per million. */
static enum rc
parse_rate(const char *s, size_t n, uint32_t *ret, struct err *reterr)
{
	int64_t ppm = 0;
	char text[64];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_write(&b, s, n);
	if (n < 2 || s[n - 1] != '%' || memchr(s, ',', n) != NULL) {
		return config_wrong(reterr,
			"'%s' is no rate: write a percentage, like 19% or "
			"5.5%",
			text, "");
	}
	n--;
	n = trim(&s, n);
	if (parse_decimal(s, n, 4, &ppm) != RC_OK || s[0] == '-' || ppm < 0 ||
		ppm > (int64_t)TAX_RATE_MAX_PPM) {
		return config_wrong(reterr,
			"'%s' is no rate: write 0% to 100% with at most four "
			"decimals",
			text, "");
	}
	*ret = (uint32_t)ppm;
	return RC_OK;
}

static bool
is_name_start(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (unsigned char)c >= 0x80;
}

/* "GST 5%": the name ends at the first blank. */
static enum rc
parse_part(const char *s, size_t n, struct tax_class *c, struct err *reterr)
{
	struct tax_part *part = &c->part[c->n_part];
	size_t len = 0;

	if (c->n_part == TAX_PARTS) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"a class has at most %d taxes: take one out",
			TAX_PARTS);
	}
	while (len < n && !is_blank(s[len]) && s[len] != '%') {
		len++;
	}
	if (len == 0 || !is_name_start(s[0]) || len == n || s[len] == '%') {
		return err_set(reterr, RC_PROTO, 0, "config",
			"'%.*s' is no tax: write a name and a rate, like "
			"GST 5%%",
			(int)(n < 60 ? n : 60), s);
	}
	if (len >= sizeof(part->name)) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"the name '%.*s' is too long: write at most %zu bytes",
			(int)(len < 60 ? len : 60), s, sizeof(part->name) - 1);
	}
	memcpy(part->name, s, len);
	part->name[len] = '\0';
	for (size_t i = 0; i < c->n_part; i++) {
		if (strcmp(c->part[i].name, part->name) == 0) {
			return config_wrong(reterr,
				"%s stands twice in this class: take one out",
				part->name, "");
		}
	}
	c->n_part++;
	s += len;
	n = trim(&s, n - len);
	return parse_rate(s, n, &part->rate_ppm, reterr);
}

/* Where the next part begins, and whether it is one on what stands before. */
static size_t
find_plus(const char *s, size_t *ret_skip, bool *ret_then)
{
	for (size_t i = 0; s[i] != '\0'; i++) {
		*ret_then = i > 0 && (is_blank(s[i - 1]) || s[i - 1] == '%') &&
			    strncmp(s + i, "then", 4) == 0 &&
			    is_blank(s[i + 4]);
		*ret_skip = *ret_then ? 4 : 1;
		if (s[i] == '+' || *ret_then) {
			return i;
		}
	}
	*ret_then = false;
	*ret_skip = 0;
	return strlen(s);
}

static enum rc
parse_parts(const char *value, struct tax_class *c, struct err *reterr)
{
	const char *at = value;
	bool on_tax = false, then = false;
	enum rc rc = RC_OK;
	size_t skip = 1;

	while (rc == RC_OK && skip > 0) {
		size_t n = find_plus(at, &skip, &then);
		const char *part = at;

		at += n + skip;
		n = trim(&part, n);
		rc = parse_part(part, n, c, reterr);
		if (rc == RC_OK) {
			c->part[c->n_part - 1].on_tax = on_tax;
		}
		on_tax = then;
	}
	return rc;
}

/* All taxes of a class together, before they are more than a rate can say. */
static enum rc
check_sum(struct tax_class *c, struct err *reterr)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->n_part; i++) {
		sum += c->part[i].rate_ppm;
	}
	if (sum <= TAX_RATE_MAX_PPM) {
		c->rate_ppm = tax_rate_of(c);
	}
	if (sum > TAX_RATE_MAX_PPM || c->rate_ppm > TAX_RATE_MAX_PPM) {
		return config_wrong(reterr,
			"the taxes of class %s are more than 100%: write "
			"smaller rates",
			c->code, "");
	}
	return RC_OK;
}

enum rc
config_put_class(const struct config_set *s, struct err *reterr)
{
	struct tax_policy *p = &s->p->c->tax;
	const char *value = s->value;
	struct tax_class k = {0};
	enum rc rc;

	if (tax_find(p, s->key) >= 0) {
		return config_wrong(reterr,
			"tax class %s stands here twice: take one out", s->key,
			"");
	}
	if (p->n_class == TAX_CLASS_MAX) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"there is room for %d tax classes: take this one out",
			TAX_CLASS_MAX);
	}
	memcpy(k.code, s->key, strlen(s->key) + 1);
	if (is_name_start(value[0]) && strchr(value, '%') != NULL) {
		rc = parse_parts(value, &k, reterr);
		if (rc == RC_OK) {
			rc = check_sum(&k, reterr);
		}
	} else {
		rc = parse_rate(value, strlen(value), &k.rate_ppm, reterr);
	}
	if (rc == RC_OK) {
		p->class_[p->n_class++] = k;
	}
	return rc;
}

enum rc
config_put_basis(const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {"receipt", "line", "unit"};

	static const enum tax_basis basis[] = {
		TAX_PER_RECEIPT, TAX_PER_LINE, TAX_PER_UNIT};

	size_t i = 0;
	enum rc rc = config_word(&i, word, ARRAY_LEN(word), s->value,
		"receipt, line or unit", reterr);

	s->p->c->tax.basis = basis[i];
	return rc;
}

enum rc
config_put_parts(const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {"each", "together"};
	size_t i = 0;
	enum rc rc = config_word(&i, word, ARRAY_LEN(word), s->value,
		"each or together", reterr);

	s->p->c->tax.together = i == 1;
	return rc;
}

enum rc
config_put_decimals(const struct config_set *s, struct err *reterr)
{
	if (parse_i64(s->value, strlen(s->value), 0, 7, &s->p->tax_decimals) !=
		RC_OK) {
		return config_wrong(reterr,
			"'%s' is no number of decimals: write one from 0 to 7",
			s->value, "");
	}
	return RC_OK;
}

/* --- [tax CLASS], [tax_part NAME], [bill] --------------------------------- */

static enum rc
row_of(const struct config_set *s, const char *name, struct tax_row **ret,
	struct err *reterr)
{
	struct config_read *p = s->p;
	struct tax_row *r = p->tax_row;
	size_t i = 0;

	while (i < p->n_tax_row && strcmp(r[i].section, s->section) != 0) {
		i++;
	}
	if (i == ARRAY_LEN(p->tax_row) ||
		strlen(s->section) >= sizeof(r[i].section)) {
		return config_wrong(reterr,
			"there is no room for [%s]: take it out", s->section,
			"");
	}
	if (i == p->n_tax_row) {
		p->n_tax_row++;
		memcpy(r[i].section, s->section, strlen(s->section) + 1);
		r[i].line = s->pos->line;
		r[i].col = s->pos->col;
	}
	r[i].name = r[i].section + (name - s->section);
	*ret = &r[i];
	return RC_OK;
}

static enum rc
put_mark(struct tax_row *r, const char *value, struct err *reterr)
{
	if (strlen(value) >= sizeof(r->mark)) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"'%.60s' is too long for a mark: write at most %zu "
			"bytes, like *",
			value, sizeof(r->mark) - 1);
	}
	memcpy(r->mark, value, strlen(value) + 1);
	return RC_OK;
}

enum rc
config_tax_row_set(enum key key, const struct config_set *s, struct err *reterr)
{
	const char *name = strchr(s->section, ' ') + 1;
	struct tax_row *r = NULL;
	bool *seen;
	enum rc rc = row_of(s, name, &r, reterr);

	if (rc != RC_OK || r == NULL) {
		return rc;
	}
	r->is_part = key == KEY_PART_NUMBER;
	seen = key == KEY_CLASS_MARK ? &r->seen_mark : &r->seen;
	if (*seen) {
		return config_wrong(reterr,
			"%s stands twice in [%s]: take one out", s->key,
			s->section);
	}
	*seen = true;
	if (key == KEY_CLASS_REVERSE) {
		return config_late(&r->reverse, s->pos, s->value, reterr);
	}
	if (key == KEY_CLASS_MARK) {
		return put_mark(r, s->value, reterr);
	}
	return config_text(r->number, sizeof(r->number), s->value, reterr);
}

enum rc
config_put_bill_step(const struct config_set *s, struct err *reterr)
{
	return config_late(&s->p->bill_step, s->pos, s->value, reterr);
}

/* --- what can only be told at the end -------------------------------------- */

static enum rc
at(const struct config_read *p, int line, int col, struct err *reterr)
{
	err_wrap(reterr, "%s:%d:%d", p->name, line, col);
	return RC_PROTO;
}

static enum rc
finish_class(struct config_read *p, const struct tax_row *r, struct err *reterr)
{
	struct tax_policy *t = &p->c->tax;
	int idx = tax_find(t, r->name);
	struct tax_class *k;

	if (idx < 0) {
		(void)config_wrong(reterr,
			"there is no tax class %s: write its rate under [tax], "
			"or take this section out",
			r->name, "");
		return at(p, r->line, r->col, reterr);
	}
	k = &t->class_[idx];
	memcpy(p->c->tax_mark[idx], r->mark, sizeof(r->mark));
	if (r->reverse.line == 0) {
		return RC_OK;
	}
	if (k->rate_ppm == 0) {
		(void)config_wrong(reterr,
			"class %s has no tax that a buyer could owe: take "
			"reverse_from out",
			r->name, "");
		return at(p, r->reverse.line, r->reverse.col, reterr);
	}
	k->reverse = true;
	return config_settle_amount(p, &r->reverse, MONEY_MAX,
		&k->reverse_from.minor, "the net that reverse charge begins at",
		reterr);
}

static bool
has_part(const struct tax_policy *t, const char *name)
{
	for (size_t i = 0; i < t->n_class; i++) {
		for (size_t k = 0; k < t->class_[i].n_part; k++) {
			if (strcmp(t->class_[i].part[k].name, name) == 0) {
				return true;
			}
		}
	}
	return false;
}

static enum rc
finish_part(struct config_read *p, const struct tax_row *r, struct err *reterr)
{
	struct config *c = p->c;
	struct config_tax_part *to = &c->tax_part[c->n_tax_part];

	if (!has_part(&c->tax, r->name) || strlen(r->name) >= TAX_PART_BYTES) {
		(void)config_wrong(reterr,
			"no tax class has a part %s: write it under [tax], or "
			"take this section out",
			r->name, "");
		return at(p, r->line, r->col, reterr);
	}
	memcpy(to->name, r->name, strlen(r->name) + 1);
	memcpy(to->number, r->number, sizeof(to->number));
	c->n_tax_part++;
	return RC_OK;
}

static enum rc
finish_decimals(struct config_read *p, struct err *reterr)
{
	const struct currency *c = &p->c->currency;
	int64_t more = p->tax_decimals - c->digits;
	int line = p->at[KEY_TAX_DECIMALS].line;
	int col = p->at[KEY_TAX_DECIMALS].col;

	if (!p->seen[KEY_TAX_DECIMALS]) {
		return RC_OK;
	}
	if (p->c->tax.basis == TAX_PER_RECEIPT) {
		(void)err_set(reterr, RC_PROTO, 0, "config",
			"a tax per receipt is rounded once: write 'basis = "
			"line' or unit, or take decimals out");
		return at(p, line, col, reterr);
	}
	if (more < 0 || more > TAX_DECIMALS_MAX) {
		(void)err_set(reterr, RC_PROTO, 0, "config",
			"a tax in %s is kept with %u to %u decimals: write one "
			"of these",
			c->code, (unsigned)c->digits,
			(unsigned)c->digits + TAX_DECIMALS_MAX);
		return at(p, line, col, reterr);
	}
	p->c->tax.decimals = (uint8_t)more;
	return RC_OK;
}

static enum rc
finish_display(struct config_read *p, struct err *reterr)
{
	struct currency *c = &p->c->currency;
	int display = p->display;

	if (!p->seen[KEY_CURRENCY_DISPLAY]) {
		display = p->seen[KEY_CURRENCY_DIGITS]
				  ? c->digits
				  : config_currency_display(c->code);
	}
	if (display > c->digits) {
		(void)err_set(reterr, RC_PROTO, 0, "config",
			"%s is kept with %u decimals and cannot be shown with "
			"more: write 'digits = %d' too, or a smaller display",
			c->code, (unsigned)c->digits, display);
		return at(p, p->at[KEY_CURRENCY_DISPLAY].line,
			p->at[KEY_CURRENCY_DISPLAY].col, reterr);
	}
	c->hidden = (uint8_t)(c->digits - display);
	for (unsigned i = 0; !p->seen[KEY_LIMITS_ENTRY] && i < c->hidden; i++) {
		p->c->max_amount *= 10; /* as many digits may be keyed */
	}
	return RC_OK;
}

static enum rc
finish_bill(struct config_read *p, struct err *reterr)
{
	if (p->bill_step.line == 0 && p->seen[KEY_BILL_ROUND]) {
		(void)err_set(reterr, RC_PROTO, 0, "config",
			"bills are not rounded without a step: write 'step = "
			"1.00' under [bill], or take round out");
		return at(p, p->at[KEY_BILL_ROUND].line,
			p->at[KEY_BILL_ROUND].col, reterr);
	}
	return config_settle_amount(p, &p->bill_step, 100000000,
		&p->c->bill_step, "what a bill is rounded to", reterr);
}

enum rc
config_tax_finish(struct config_read *p, struct err *reterr)
{
	enum rc rc = finish_display(p, reterr);

	if (rc == RC_OK) {
		rc = finish_decimals(p, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < p->n_tax_row; i++) {
		const struct tax_row *r = &p->tax_row[i];

		rc = r->is_part ? finish_part(p, r, reterr)
				: finish_class(p, r, reterr);
	}
	return rc == RC_OK ? finish_bill(p, reterr) : rc;
}

const char *
config_part_number(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_tax_part; i++) {
		if (strcmp(c->tax_part[i].name, name) == 0) {
			return c->tax_part[i].number;
		}
	}
	return NULL;
}

const char *
config_tax_mark(const struct config *c, const char *code)
{
	int idx = tax_find(&c->tax, code);

	return idx >= 0 && idx < TAX_CLASS_MAX ? c->tax_mark[idx] : "";
}

/* --- decimals that are shown ----------------------------------------------- */

/* Currencies that ISO 4217 gives decimals and that are shown without, of those
 * this register knows: CLDR 45 (supplemental, fractions) has no digits for IQD
 * and RSD, and none in cash for HUF and IDR, in which no price has any. */
static const char *const whole[] = {"HUF", "IDR", "IQD", "RSD"};

int
config_currency_display(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(whole); i++) {
		if (strcmp(whole[i], code) == 0) {
			return 0;
		}
	}
	return currency_digits(code);
}
