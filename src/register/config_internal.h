/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_INTERNAL_H
#define REGISTER_CONFIG_INTERNAL_H

#include "base/conf.h"
#include "base/i18n.h"
#include "register/config.h"

/**
 * config_internal - what the files of the configuration share: config.c reads
 * the text and looks at it as a whole, config_set.c takes one value each,
 * config_sale.c what a cashier is asked while selling,
 * config_change.c how many people a change of it takes,
 * config_tax.c taxes and what a bill is rounded to,
 * config_people.c what is about people: roles, reasons and the lock,
 * config_display.c how the screen looks, config_receipt.c the paper,
 * config_own.c holds and gives back the rules,
 * config_locale.c the shop's language and how it writes numbers,
 * config_write.c makes the first text of a store.
 */

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
	KEY_CURRENCY_DISPLAY,
	KEY_TAX_PRICES,
	KEY_TAX_BASIS,
	KEY_TAX_ROUND,
	KEY_TAX_PARTS,
	KEY_TAX_DECIMALS,
	KEY_TAX_CLASS,
	KEY_CLASS_REVERSE,
	KEY_CLASS_MARK,
	KEY_PART_NUMBER,
	KEY_BILL_STEP,
	KEY_BILL_ROUND,
	KEY_DEPT,
	KEY_RECEIPT_COLUMNS,
	KEY_RECEIPT_HEADER,
	KEY_RECEIPT_FOOTER,
	KEY_RECEIPT_TITLE,
	KEY_RECEIPT_OPENED,
	KEY_RECEIPT_SAVED,
	KEY_RECEIPT_REQUIRED,
	KEY_RECEIPT_BUYER_FROM,
	KEY_PRINTER_DRIVER,
	KEY_PRINTER_URI,
	KEY_PRINTER_PROFILE,
	KEY_DRAWER_PIN,
	KEY_DRAWER_SENSOR,
	KEY_DRAWER_WARN,
	KEY_DRAWER_DEVICE,
	KEY_DRAWER_DROP,
	KEY_DRAWER_N_PIN, /* [drawer N] */
	KEY_DRAWER_N_SENSOR,
	KEY_DRAWER_N_WARN,
	KEY_DRAWER_N_DEVICE,
	KEY_DAY_OPEN,
	KEY_DAY_SHIFTS,
	KEY_DAY_RECOUNT,
	KEY_ARCHIVE_KEEP,
	KEY_ARCHIVE_MEDIUM,
	KEY_DEVICE_DRIVER, /* [device NAME] */
	KEY_DEVICE_PORT,
	KEY_DEVICE_BAUD,
	KEY_DEVICE_FRAME,
	KEY_DEVICE_FLOW,
	KEY_DEVICE_OPTION,
	KEY_LIMITS_ENTRY,
	KEY_ROLE, /* [role NAME]: one row a permit, in their order */
	KEY_ROLE_LAST = KEY_ROLE + PERMIT_COUNT - 1,
	KEY_ROLE_PROOF,
	KEY_ROLE_DIGITS,
	KEY_REASON, /* [reasons KIND]: one row a kind, in their order */
	KEY_REASON_LAST = KEY_REASON + REASON_COUNT - 1,
	KEY_LOCK_AFTER,
	KEY_PEOPLE_VERBS,
	KEY_TENDER_NAME,
	KEY_TENDER_KIND,
	KEY_TENDER_OVERPAY,
	KEY_TENDER_DRAWER,
	KEY_TENDER_KEY,
	KEY_TENDER_LIMIT,
	KEY_TENDER_TERMINAL,
	KEY_SALE_NOT_ON_FILE,
	KEY_SALE_BEST_BEFORE,
	KEY_PEOPLE_CONFIG,
	KEY_SCAN_SEPARATOR,
	KEY_RECALL,
	KEY_AGE_LOOKS_OVER,
	KEY_AGE_LEAP_DAY,
	KEY_AGE_DATE_ORDER,
	KEY_DISPLAY_LAYOUT,
	KEY_DISPLAY_COLORS,
	KEY_DISPLAY_LINES,
	KEY_DISPLAY_DIGITS,
	KEY_DISPLAY_CURSOR,
	KEY_DISPLAY_SOUND,
	KEY_DISPLAY_CLOCK,
	KEY_KEYS_PROFILE,
	KEY_LOCALE_LANGUAGE,
	KEY_LOCALE_FORMAT,
	KEY_LEDGER_SHOP,
	KEY_LEDGER_DRAWER, /* one row an account, in their order */
	KEY_LEDGER_SAFE,
	KEY_LEDGER_CLEARING,
	KEY_LEDGER_SALES,
	KEY_LEDGER_TAX,
	KEY_LEDGER_DEPOSITS,
	KEY_LEDGER_ROUNDING,
	KEY_LEDGER_OVER_SHORT,
	KEY_LEDGER_PAID_IN,
	KEY_LEDGER_PAID_OUT,
	KEY_LEDGER_OPENING,
	KEY_LEDGER_TURNOVER,
	KEY_LEDGER_TENDER, /* [ledger KIND]: one row a kind, in their order */
	KEY_LEDGER_SALES_OF,
	KEY_LEDGER_TAX_OF,
	KEY_LEDGER_DEPARTMENT,
	/* rules: config_rules.c */
	KEY_LIST_NAME,
	KEY_LIST_FROM,
	KEY_LIST_UNTIL,
	KEY_LIST_DAYS,
	KEY_LIST_TIME,
	KEY_LIST_GROUP,
	KEY_LIST_ALWAYS,
	KEY_LIST_GOODS,
	KEY_PROMO_NAME,
	KEY_PROMO_FROM,
	KEY_PROMO_UNTIL,
	KEY_PROMO_DAYS,
	KEY_PROMO_TIME,
	KEY_PROMO_GROUP,
	KEY_PROMO_ITEMS,
	KEY_PROMO_ITEMS2,
	KEY_PROMO_ITEMS3,
	KEY_PROMO_ITEMS4,
	KEY_PROMO_BUY,
	KEY_PROMO_BUY2,
	KEY_PROMO_BUY3,
	KEY_PROMO_BUY4,
	KEY_PROMO_PRICE,
	KEY_PROMO_OFF,
	KEY_PROMO_PERCENT,
	KEY_PROMO_FREE,
	KEY_PROMO_FREE_PERCENT,
	KEY_PROMO_PAIRING,
	KEY_PROMO_SAME,
	KEY_PROMO_LIMIT,
	KEY_COUPON_NAME,
	KEY_COUPON_FROM,
	KEY_COUPON_UNTIL,
	KEY_COUPON_DAYS,
	KEY_COUPON_TIME,
	KEY_COUPON_GROUP,
	KEY_COUPON_CODE,
	KEY_COUPON_KIND,
	KEY_COUPON_ITEMS,
	KEY_COUPON_OFF,
	KEY_COUPON_PERCENT,
	KEY_COUPON_LEAST,
	KEY_COUPON_LIMIT,
	KEY_COUPON_DOUBLED,
	KEY_COUPON_TENDER,
	KEY_DEPOSIT_NAME,
	KEY_DEPOSIT_PRICE,
	KEY_DEPOSIT_TAX,
	KEY_DEPOSIT_EMPTIES,
	KEY_FORM_FORM,
	KEY_FORM_VALUE,
	KEY_FORM_DECIMALS,
	KEY_COUNT
};

/* Amounts wait as text until the currency is known, whatever the order of
 * the sections. */
struct late {
	char text[32];
	int line, col;
};

/* A section [tax CLASS] or [tax_part NAME]: whether there is such a thing is
 * looked at in the end. */
struct tax_row {
	char section[32];
	const char *name; /* within section */
	int line, col;
	bool is_part, seen, seen_mark;
	struct late reverse;
	char mark[CONFIG_MARK_BYTES];
	char number[sizeof(((struct config_tax_part *)NULL)->number)];
};

struct config_pos {
	int line, col; /* line 0: it is not there */
};

struct config_read {
	const char *name;
	struct config *c;
	bool seen[KEY_COUNT];
	struct {
		int line, col;
	} at[KEY_COUNT]; /* of the values seen */
	struct late step, entry, bill_step, buyer_from;
	struct late drop_above, recount_above;
	int64_t tax_decimals;
	uint8_t display;
	size_t n_tax_row;
	struct tax_row tax_row[TAX_CLASS_MAX + CONFIG_TAX_PARTS];
	bool strict; /* config_check() */

	struct {
		int line, col;
	} dept[CONFIG_DEPTS];
	/* what stands in the text, as amounts once the currency is known */
	bool role_seen[CONFIG_ROLES][PERMIT_COUNT];
	bool proof_seen[CONFIG_ROLES];
	struct late role[CONFIG_ROLES][PERMIT_COUNT];
	struct late role_day[CONFIG_ROLES][PERMIT_COUNT];
	struct {
		int line, col; /* of the section */
		bool seen[KEY_COUNT];
		struct late limit;
	} tender[CONFIG_TENDERS];
	size_t in_tender; /* the one whose section this is */
	struct {
		struct config_pos at[KEY_DEVICE_OPTION - KEY_DEVICE_DRIVER + 1];
		struct config_pos opt[CONFIG_DEVICE_OPTS];
	} device[CONFIG_DEVICES];
	size_t in_device;
	bool drawer_seen[CONFIG_DRAWERS - 1]
			[KEY_DRAWER_N_DEVICE - KEY_DRAWER_N_PIN + 1];
	struct config_pos drawer_at[CONFIG_DRAWERS - 1];

	bool has_rules;
	size_t n_deposit; /* IDs of the sections [deposit ID] */
	char deposit[RULES_DEPOSITS][RULE_ID_BYTES];
};

/* What a key's setter is told. */
struct config_set {
	struct config_read *p;
	const struct conf_pos *pos;
	const char *section;
	const char *key;
	const char *value;
	size_t offset, size; /* of a plain text in struct config */
};

/** config_set(key, s, reterr): check one value and keep it.  RC_PROTO, what is
 * wrong and what to write, without the place. */
MUST_CHECK enum rc config_set(
	enum key key, const struct config_set *s, struct err *reterr);

/* config_tender.c: the sections [tender CODE]. */
bool config_is_tender(enum key key);
/** config_tender_init(c): cash. */
void config_tender_init(struct config *c);
/** config_tender_code(section): "CC" of "tender CC"; NULL: another section. */
const char *config_tender_code(const char *section);
/** config_tender_begin(p, pos, code, reterr): a section begins. */
MUST_CHECK enum rc config_tender_begin(struct config_read *p,
	const struct conf_pos *pos, const char *code, struct err *reterr);
/** config_tender_set(key, s, reterr): as config_set(). */
MUST_CHECK enum rc config_tender_set(
	enum key key, const struct config_set *s, struct err *reterr);
/** config_tender_check(p, reterr): what can only be told at the end; without
 * the place, which is that of ret_idx. */
MUST_CHECK enum rc config_tender_check(
	const struct config_read *p, size_t *ret_idx, struct err *reterr);

/* config_device.c: the sections [device NAME] and [printer]. */
bool config_is_device(enum key key);
/** config_device_name(section): "scale" of "device scale"; NULL: another. */
const char *config_device_name(const char *section);
/** config_device_key(key): KEY_DEVICE_OPTION: one of a driver. */
enum key config_device_key(const char *key);
MUST_CHECK enum rc config_device_begin(
	struct config_read *p, const char *name, struct err *reterr);
MUST_CHECK enum rc config_device_set(
	enum key key, const struct config_set *s, struct err *reterr);
/** config_device_finish(p, ret_at, reterr): without the place, which is
 * ret_at. */
MUST_CHECK enum rc config_device_finish(struct config_read *p,
	const struct config_pos **ret_at, struct err *reterr);

/* config_keep.c: [archive] */
MUST_CHECK enum rc config_keep_set(
	enum key key, const struct config_set *s, struct err *reterr);

/* config_drawer.c: [day], [drawer N], and what [drawer] says of cash. */
/** config_drawer_section(section): 2 of "drawer 2"; 0: another section. */
size_t config_drawer_section(const char *section);
/** config_is_drawer(key): it stands once in each [drawer N]. */
bool config_is_drawer(enum key key);
void config_drawer_begin(struct config *c, const char *section);
MUST_CHECK enum rc config_drawer_set(
	enum key key, const struct config_set *s, struct err *reterr);
/** config_drawer_finish(p, ret_at, reterr): as config_device_finish(). */
MUST_CHECK enum rc config_drawer_finish(struct config_read *p,
	const struct config_pos **ret_at, struct err *reterr);

/** config_device_pin(c): tell the drawer's printer its pin. */
void config_device_pin(struct config *c);

/* config_tax.c: [tax], [tax CLASS], [tax_part NAME], [bill]; one value each, as
 * config_set(). */
/** config_tax_section(section): as the table of keys has it; NULL: another. */
const char *config_tax_section(const char *section);
/** config_is_tax_row(key): it stands once in each such section. */
bool config_is_tax_row(enum key key);
MUST_CHECK enum rc config_tax_row_set(
	enum key key, const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_class(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_basis(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_parts(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_decimals(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_bill_step(
	const struct config_set *s, struct err *reterr);
/** config_tax_finish(p, reterr): what can only be told at the end, once the
 * currency is known. */
MUST_CHECK enum rc config_tax_finish(
	struct config_read *p, struct err *reterr);

/** config_word(out, word, n, value, help, reterr): one of a few words; its
 * place in the list. */
MUST_CHECK enum rc config_word(size_t *out, const char *const word[], size_t n,
	const char *value, const char *help, struct err *reterr);
/** config_text(out, cap, value, reterr): a text that is not too long. */
MUST_CHECK enum rc config_text(
	char *out, size_t cap, const char *value, struct err *reterr);
/** config_late(l, pos, value, reterr): an amount, looked at in the end. */
MUST_CHECK enum rc config_late(struct late *l, const struct conf_pos *pos,
	const char *value, struct err *reterr);

/** config_symbol.c: what symbols say; one value each, as config_set(). */
/** config_is_gtin(key): a number of goods, with its check digit. */
bool config_is_gtin(const char *key);
MUST_CHECK enum rc config_put_best_before(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_separator(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_recall(
	const struct config_set *s, struct err *reterr);

/** config_sale.c: one value each, as config_set(). */
void config_sale_defaults(struct config *c);
MUST_CHECK enum rc config_put_change(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_not_on_file(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_looks_over(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_leap_day(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_put_date_order(
	const struct config_set *s, struct err *reterr);

/* config_ledger.c: the sections [ledger] and [ledger KIND]. */
void config_ledger_init(struct config *c);
bool config_is_ledger_map(enum key key);
/** config_ledger_key(section, key): KEY_COUNT: it is no [ledger KIND], or the
 * key is none of one. */
enum key config_ledger_key(const char *section, const char *key);
MUST_CHECK enum rc config_ledger_set(
	enum key key, const struct config_set *s, struct err *reterr);

/** config_wrong(reterr, fmt, a, b): RC_PROTO with the first two "%s" of ${fmt}
 * filled in. */
enum rc config_wrong(
	struct err *reterr, const char *fmt, const char *a, const char *b);

/** config_settle_amount(p, l, max, out, what, reterr): an amount that waited
 * for the currency; nothing when the text has none. */
MUST_CHECK enum rc config_settle_amount(struct config_read *p,
	const struct late *l, int64_t max, int64_t *out, const char *what,
	struct err *reterr);

/** config_people_begin(c): the roles that are built in. */
void config_people_begin(struct config *c);
/** config_people_key(section, key, ret_section): KEY_COUNT when it is none of
 * people's; ret_section: the section is. */
enum key config_people_key(
	const char *section, const char *key, bool *ret_section);
/** config_people_twice(p, section, key): it stood here before. */
bool config_people_twice(
	const struct config_read *p, const char *section, const char *key);
MUST_CHECK enum rc config_people_set(
	const struct config_set *s, struct err *reterr);
MUST_CHECK enum rc config_people_finish(
	struct config_read *p, struct err *reterr);

MUST_CHECK enum rc config_display_set(
	enum key key, const struct config_set *s, struct err *reterr);

/** config_receipt.c: what is on paper, as config_set(). */
MUST_CHECK enum rc config_receipt_set(
	enum key key, const struct config_set *s, struct err *reterr);

MUST_CHECK enum rc config_locale_set(
	enum key key, const struct config_set *s, struct err *reterr);
/** config_words(c, word): the words of paper in the shop's language, whatever
 * language the process speaks. */
void config_words(const struct config *c, const char *word[RECEIPT_WORDS]);
/** config_locale_finish(p): the format that goes with the language. */
void config_locale_finish(struct config_read *p);

/** config_rules_room(c, text_len): no rules yet, in memory that ${c} holds from
 * now on; c->rules is left to who fills them.  NULL no memory. */
struct rules *config_rules_room(struct config *c, size_t text_len);

/* config_rules.c: the sections of rules. */
/** config_rules_note(p, section, key): whether it is one of them; they are read
 * at the end, all else is first.  ${key} NULL: the section begins. */
bool config_rules_note(
	struct config_read *p, const char *section, const char *key);
/** config_rules_read(p, text, len, reterr): all of them, into p->c. */
MUST_CHECK enum rc config_rules_read(struct config_read *p, const char *text,
	size_t len, struct err *reterr);

/** config_is_class(s): capitals and digits, so that a misspelled key is not
 * taken for a tax class. */
bool config_is_class(const char *s);

#endif
