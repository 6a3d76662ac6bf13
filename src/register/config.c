/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/i18n.h"
#include "core/currency.h"
#include "device/printer.h"
#include "register/config_internal.h"

#include "base/poison.h"

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
	enum key people = config_people_key(section, key, ret_section);

	if (*ret_section) {
		return people;
	}
	if (config_ledger_key(section, key) != KEY_COUNT) {
		*ret_section = true;
		return config_ledger_key(section, key);
	}
	if (config_tender_code(section) != NULL) {
		section = "tender CODE";
	}
	if (config_device_name(section) != NULL) {
		*ret_section = true;
		return config_device_key(key);
	}
	if (config_drawer_section(section) != 0) {
		section = "drawer N";
	}
	if (config_tax_section(section) != NULL) {
		section = config_tax_section(section);
	}
	for (size_t i = 0; i < config_n_keys; i++) {
		if (strcmp(config_keys[i].section, section) != 0) {
			continue;
		}
		*ret_section = true;
		if (i != KEY_TAX_CLASS && i != KEY_DEPT && i != KEY_RECALL &&
			strcmp(config_keys[i].key, key) == 0) {
			return (enum key)i;
		}
	}
	if (strcmp(section, "tax") == 0 && config_is_class(key)) {
		return KEY_TAX_CLASS;
	}
	if (strcmp(section, "departments") == 0 && is_dept(key)) {
		return KEY_DEPT;
	}
	if (strcmp(section, "recall") == 0 && config_is_gtin(key)) {
		return KEY_RECALL;
	}
	return KEY_COUNT;
}

static bool
may_be_empty(enum key key)
{
	return key == KEY_SHOP_ADDRESS || key == KEY_SHOP_TAX_ID ||
	       key == KEY_RECEIPT_HEADER || key == KEY_RECEIPT_FOOTER;
}

static bool
is_people(enum key key)
{
	return key >= KEY_ROLE && key <= KEY_REASON_LAST;
}

static enum rc
take_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct config_read *p = arg;
	struct config_set set;
	bool known = false;
	enum key k;

	if (config_rules_note(p, section, key)) {
		return RC_OK;
	}
	k = find_key(section, key != NULL ? key : "", &known);
	if (!known && section[0] == '\0') {
		return err_set(reterr, RC_NOTFOUND, 0, "config",
			"this stands before any section: write its [section] "
			"above it");
	}
	if (!known) {
		return err_set(reterr, RC_NOTFOUND, 0, "config",
			"there is no section [%s]: holdfast.conf(5) lists all",
			section);
	}
	if (key == NULL && config_tender_code(section) != NULL) {
		return config_tender_begin(
			p, pos, config_tender_code(section), reterr);
	}
	if (key == NULL && config_device_name(section) != NULL) {
		return config_device_begin(
			p, config_device_name(section), reterr);
	}
	if (key == NULL && config_drawer_section(section) != 0) {
		config_drawer_begin(p->c, section);
	}
	if (key == NULL) {
		return RC_OK;
	}
	if (k == KEY_COUNT && strcmp(section, "tax") == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "config",
			"'%s' is no key of [tax]; a tax class is named by "
			"capitals and digits, like A",
			key);
	}
	if (k == KEY_COUNT && strcmp(section, "recall") == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "config",
			"'%s' is no number of goods: write all digits that "
			"stand below the bar code",
			key);
	}
	if (k == KEY_COUNT) {
		return err_set(reterr, RC_NOTFOUND, 0, "config",
			"there is no key '%s' in [%s]: holdfast.conf(5) lists "
			"all",
			key, section);
	}
	if ((k != KEY_TAX_CLASS && k != KEY_DEPT && k != KEY_RECALL &&
		    !is_people(k) && !config_is_tender(k) &&
		    !config_is_device(k) && !config_is_tax_row(k) &&
		    !config_is_drawer(k) && !config_is_ledger_map(k) &&
		    p->seen[k]) ||
		config_people_twice(p, section, key)) {
		return config_wrong(reterr,
			"%s.%s stands here twice: take one out", section, key);
	}
	if (value[0] == '\0' && !may_be_empty(k)) {
		return config_wrong(reterr,
			"%s.%s is empty: write a value, or take the line out",
			section, key);
	}
	p->seen[k] = true;
	p->at[k].line = pos->line;
	p->at[k].col = pos->col;
	set = (struct config_set){p, pos, section, key, value, 0, 0};
	return config_set(k, &set, reterr);
}

static enum rc
at(const struct config_read *p, int line, int col, struct err *reterr)
{
	err_wrap(reterr, "%s:%d:%d", p->name, line, col);
	return RC_PROTO;
}

static enum rc
at_key(const struct config_read *p, enum key k, struct err *reterr)
{
	return at(p, p->at[k].line, p->at[k].col, reterr);
}

enum rc
config_settle_amount(struct config_read *p, const struct late *l, int64_t max,
	int64_t *out, const char *what, struct err *reterr)
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
check_missing(const struct config_read *p, struct err *reterr)
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
	return RC_OK;
}

static enum rc
check_devices(struct config_read *p, struct err *reterr)
{
	const struct config_pos *wrong = NULL;

	if (config_device_finish(p, &wrong, reterr) != RC_OK) {
		return at(p, wrong->line, wrong->col, reterr);
	}
	if (p->strict && p->c->drawer_device[0] != '\0' &&
		config_drawer(p->c) == NULL) {
		(void)err_set(reterr, RC_PROTO, 0, "config",
			"no printer and no drawer is called %s: write the name "
			"of a [device NAME]",
			p->c->drawer_device);
		return at_key(p, KEY_DRAWER_DEVICE, reterr);
	}
	if (p->strict && p->c->drawer_pin >= 0 && config_drawer(p->c) == NULL) {
		(void)err_set(reterr, RC_PROTO, 0, "config",
			"the drawer opens through the printer: write a driver "
			"under [printer], or 'pin = none'");
		return at_key(p, KEY_DRAWER_PIN, reterr);
	}
	if (config_drawer_finish(p, &wrong, reterr) != RC_OK) {
		return at(p, wrong->line, wrong->col, reterr);
	}
	config_device_pin(p->c);
	return RC_OK;
}

static unsigned
columns_of(const struct config_device *d)
{
	struct device_opt_value opt[CONFIG_DEVICE_OPTS];
	struct printer_profile f;
	struct device_conf conf;

	config_device_conf(d, opt, &conf);
	(void)printer_profile_of(&conf, &f, NULL);
	return f.cols;
}

static enum rc
finish(struct config_read *p, struct err *reterr)
{
	struct config *c = p->c;
	enum rc rc = check_missing(p, reterr);
	size_t wrong = 0;
	int digits;

	if (rc != RC_OK) {
		return rc;
	}
	if (!p->seen[KEY_CURRENCY_DIGITS]) {
		digits = currency_digits(c->currency.code);
		if (digits < 0) {
			(void)err_set(reterr, RC_PROTO, 0, "config",
				"the decimals of %s are not known here: write "
				"'digits = 0', 2 or 3 under [currency]",
				c->currency.code);
			return at_key(p, KEY_CURRENCY_CODE, reterr);
		}
		c->currency.digits = (uint8_t)digits;
	}
	config_locale_finish(p);
	rc = config_tax_finish(p, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = check_devices(p, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (!p->seen[KEY_RECEIPT_COLUMNS] && config_printer(c) != NULL) {
		c->cols = columns_of(config_printer(c));
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
	for (size_t i = 0; i < c->n_tender; i++) {
		rc = config_settle_amount(p, &p->tender[i].limit, 999999999,
			&c->tender[i].limit, "the most a tender may be",
			reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	if (config_tender_check(p, &wrong, reterr) != RC_OK) {
		return at(
			p, p->tender[wrong].line, p->tender[wrong].col, reterr);
	}
	rc = config_settle_amount(p, &p->step, 1000000, &c->currency.cash_step,
		"the smallest cash amount", reterr);
	if (rc == RC_OK) {
		rc = config_settle_amount(p, &p->buyer_from, 999999999,
			&c->receipt.buyer_from,
			"the total that asks for the "
			"buyer",
			reterr);
	}
	if (rc == RC_OK) {
		rc = config_settle_amount(p, &p->entry, 999999999,
			&c->max_amount, "the largest entry", reterr);
	}
	if (rc == RC_OK) {
		rc = config_settle_amount(p, &p->drop_above, 999999999,
			&c->drop_above, "the cash a drawer may hold", reterr);
	}
	if (rc == RC_OK) {
		rc = config_settle_amount(p, &p->recount_above, 999999999,
			&c->recount_above, "what may be over or short", reterr);
	}
	if (rc == RC_OK) {
		rc = config_people_finish(p, reterr);
	}
	return rc;
}

static enum rc
read_text(const char *name, const char *text, size_t len, bool strict,
	struct config *ret, struct err *reterr)
{
	struct config_read *p = NULL;
	struct config *c = NULL;
	enum rc rc = RC_NOMEM;

	if (len > CONFIG_TEXT_BYTES) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"%s:1:1: the text is longer than %d bytes: shorten it",
			name, CONFIG_TEXT_BYTES);
	}
	p = calloc(1, sizeof(*p));
	c = config_new();
	if (p == NULL || c == NULL) {
		(void)err_set(reterr, RC_NOMEM, 0, "config",
			"no memory to read %s: close other programs", name);
		goto out;
	}
	p->name = name;
	p->strict = strict;
	p->c = c;
	c->currency.cash_step = 1;
	c->cols = 42;
	c->drawer_pin = -1;
	c->drawer_warn_s = 30;
	c->recount_above = MONEY_MAX;
	c->max_amount = 99999999;
	c->keep_days = 366;
	config_sale_defaults(c);
	config_ledger_init(c);
	config_tender_init(c);
	memcpy(c->language, "en", sizeof("en"));
	config_people_begin(c);

	rc = conf_parse(name, text, len, take_key, p, reterr);
	if (rc == RC_OK) {
		rc = finish(p, reterr);
	}
	if (rc == RC_OK && p->has_rules) {
		rc = config_rules_read(p, text, len, reterr);
	}
	if (rc == RC_OK) {
		config_version(text, len, c->version);
		*ret = *c;
		free(c);
		c = NULL;
	}
out:
	config_free(c);
	free(p);
	return rc;
}

enum rc
config_parse(const char *name, const char *text, size_t len, struct config *ret,
	struct err *reterr)
{
	return read_text(name, text, len, false, ret, reterr);
}

enum rc
config_check(const char *name, const char *text, size_t len, struct config *ret,
	struct err *reterr)
{
	return read_text(name, text, len, true, ret, reterr);
}

void
config_version(const char *text, size_t len, char out[65])
{
	uint8_t hash[HASH_BYTES];

	sha256(hash, text, len);
	hex_encode(out, hash, sizeof(hash));
}

static const char *
tender_name(const void *arg, const char *code)
{
	const struct config_tender *t = config_tender_find(arg, code);

	return t != NULL && t->kind != TENDER_CASH ? t->name : NULL;
}

static const char *
part_number(const void *arg, const char *part)
{
	return config_part_number(arg, part);
}

static const char *
class_mark(const void *arg, const char *class_)
{
	return config_tax_mark(arg, class_);
}

static bool
is_deposit(const void *arg, const char *code)
{
	const struct config *c = arg;

	return rules_find_deposit(c->rules, code) >= 0;
}

struct receipt_head
config_head(const struct config *c)
{
	struct receipt_head h = {.shop = c->shop,
		.address = c->address,
		.tax_id = c->tax_id,
		.header = c->header,
		.footer = c->footer,
		.register_no = c->register_no,
		.title = c->receipt.title,
		.opened = c->receipt.opened,
		.saved = c->receipt.saved,
		.part_number = part_number,
		.class_mark = class_mark,
		.is_deposit = is_deposit,
		.tax_arg = c,
		.tender_name = tender_name,
		.tender_arg = c,
		.format = c->format,
		.hidden = c->currency.hidden};

	config_words(c, h.word);
	return h;
}
