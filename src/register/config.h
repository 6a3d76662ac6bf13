/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_H
#define REGISTER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/sbuf.h"
#include "core/age.h"
#include "core/format.h"
#include "core/item.h"
#include "core/money.h"
#include "core/receipt.h"
#include "core/rules.h"
#include "core/tax.h"
#include "device/device.h"
#include "register/config_ledger.h"
#include "register/permit.h"

/**
 * config - holdfast.conf: one readable INI text, its version the SHA-256 of
 * its bytes, active from the event that carries it.  One table of keys serves
 * the parser, the checks and the manual's test: holdfast.conf(5).
 */
#define CONFIG_TEXT_BYTES 524288
#define CONFIG_VALUE_BYTES 256
#define CONFIG_DEPTS 64
#define CONFIG_TENDERS 12 /* with cash, which is always the first */

/** What a department sale ("149DP20") books. */
struct config_dept {
	char no[ITEM_DEPT_BYTES];
	char name[64];
	char tax[TAX_CODE_BYTES];
};

/** What somebody may do without asking: for each the largest quantity,
 * PERMIT_ALL, or PERMIT_NEVER. */
struct config_role {
	char name[16];
	int64_t may[PERMIT_COUNT];
	int64_t day[PERMIT_COUNT]; /* minor units a business day, in all;
				    * 0 no such limit */
	/* what proves who it is */
	enum {
		PROOF_EITHER, /* a PIN, or a badge */
		PROOF_BOTH,   /* one behind the other */
		PROOF_PIN     /* a badge says who, the PIN proves it */
	} proof;
	int pin_digits; /* least of a new PIN, 0 no more than anybody's */
};

/* A tax by name, and the shop's number for it. */
#define CONFIG_TAX_PARTS 16
#define CONFIG_MARK_BYTES 8
struct config_tax_part {
	char name[TAX_PART_BYTES];
	char number[48];
};

#define CONFIG_ROLES 8
#define CONFIG_REASONS 9
#define CONFIG_REASON_BYTES 48
#define CONFIG_OWNER "owner" /* the role that may do everything */
/** A device: what [device NAME] says.  class_ is its driver's. */
#define CONFIG_DEVICES 16
#define CONFIG_DEVICE_OPTS 20
#define CONFIG_DEVICE_NAME_BYTES 16
struct config_device_opt {
	char key[20];
	char value[96];
};

struct config_device {
	char name[CONFIG_DEVICE_NAME_BYTES];
	char driver[24]; /* "" none: the section is switched off */
	char port[CONFIG_VALUE_BYTES];
	struct device_line line;
	size_t n_opt;
	struct config_device_opt opt[CONFIG_DEVICE_OPTS];
	bool known; /* this version has the driver */
	enum device_class class_;
};

enum tender_kind {
	TENDER_CASH,
	TENDER_HAND, /* booked by hand: another machine, or paper, has it */
	TENDER_CARD  /* a card terminal takes it */
};

/** A way to pay. */
struct config_tender {
	char code[3];  /* "CC"; "CA" is cash */
	char name[48]; /* "" for cash: the word for it is the screen's */
	enum tender_kind kind;
	bool overpay;  /* more than the due is taken, the rest is change */
	bool drawer;   /* it belongs in the drawer, which opens for it */
	unsigned key;  /* F-key that takes it in pay, 0 none */
	int64_t limit; /* the most one of it may be, 0 none */
	/* TENDER_CARD: name of its device; "" the first terminal */
	char terminal[CONFIG_DEVICE_NAME_BYTES];
};

/* What a code does that is not on file. */
enum not_on_file {
	NOT_ON_FILE_REFUSE, /* it is refused, and that is all */
	NOT_ON_FILE_LINE,   /* a line without a price, resolved before paying */
	NOT_ON_FILE_STOP    /* asked at once */
};

/* Lots of goods that are not sold any more. */
#define CONFIG_RECALLS 64
#define CONFIG_SEPARATOR_BYTES 8
struct config_recall {
	char gtin[15];	/* 14 digits */
	char lots[CONFIG_VALUE_BYTES]; /* one blank between; "*" all of them */
};

/** How the register's screen looks; zero is what is there without a word
 * about it. */
enum display_layout {
	DISPLAY_LAYOUT_AUTO, /* by the terminal */
	DISPLAY_PANEL,
	DISPLAY_STACKED, /* for slow lines */
	DISPLAY_READER	 /* for braille and speech */
};

enum display_colors {
	DISPLAY_COLORS_AUTO,
	DISPLAY_256,
	DISPLAY_8,
	DISPLAY_MONO,
	DISPLAY_CONTRAST
};

enum display_lines {
	DISPLAY_LINES_AUTO,
	DISPLAY_LINES_ASCII,
	DISPLAY_LINES_ACS,
	DISPLAY_LINES_UTF8
};

struct config_display {
	enum display_layout layout;
	enum display_colors colors;
	enum display_lines lines;
	bool small_digits;
	bool row_cursor; /* in lists, while nothing is typed */
	bool silent;
	bool half_day; /* twice twelve hours */
};

/** What is on a receipt besides what always is. */
struct config_receipt {
	char title[48];
	bool opened; /* when the sale began */
	bool saved;  /* what the customer saved */
	char required[CONFIG_VALUE_BYTES]; /* fields, one blank between */
	int64_t buyer_from; /* total from which it names the buyer, 0 none */
};

/* A cash drawer beside the first one. */
#define CONFIG_DRAWERS 9
struct config_drawer {
	bool there;
	char device[CONFIG_DEVICE_NAME_BYTES]; /* "": the receipt printer */
	int pin; /* as drawer_pin, and so below */
	bool low;
	int warn_s;
};

struct config {
	char version[65]; /* hex */
	char shop[CONFIG_VALUE_BYTES];
	char address[CONFIG_VALUE_BYTES]; /* lines by '|' */
	char tax_id[CONFIG_VALUE_BYTES];
	char register_no[16];
	struct currency currency;
	enum round cash_round;
	struct tax_policy tax;
	char tax_mark[TAX_CLASS_MAX][CONFIG_MARK_BYTES]; /* as tax.class_ */
	size_t n_tax_part;
	struct config_tax_part tax_part[CONFIG_TAX_PARTS];
	int64_t bill_step; /* what a bill is rounded to, 0 it is not */
	enum round bill_round;
	enum round price_round;
	unsigned cols;			  /* receipt: 32, 40, 42, 48 */
	char header[CONFIG_VALUE_BYTES];
	char footer[CONFIG_VALUE_BYTES];
	struct config_receipt receipt;
	size_t n_device;
	struct config_device device[CONFIG_DEVICES];
	char drawer_device[CONFIG_DEVICE_NAME_BYTES]; /* "" see config_drawer */
	int drawer_pin; /* of its printer: 0 pin 2, 1 pin 5, -1 none */
	bool drawer_low;     /* its contact is low when it is shut */
	int drawer_warn_s;   /* open longer than that is said, 0 never */
	struct config_drawer drawer_more[CONFIG_DRAWERS - 1]; /* from 2 on */
	int64_t drop_above; /* cash in a drawer, then it is said; 0 never */
	bool day_by_hand;   /* nothing is sold before somebody opens the day */
	int keep_days;	    /* that a purge leaves at least */
	bool archive_any;   /* an archive may be on the register's own disk */
	bool shifts;	    /* cash is somebody's: a shift of their own */
	int64_t recount_above; /* over or short, then it is counted twice;
				* MONEY_MAX never */
	int64_t max_amount; /* one entry, minor units; guards slips of the finger */
	enum not_on_file not_on_file;
	unsigned age_looks_over; /* years; 0: looks are never enough */
	enum leap_day age_leap;
	enum date_order date_order;
	bool best_before_stops; /* else it is said, and sold */
	char scan_separator[CONFIG_SEPARATOR_BYTES]; /* besides GS; "" none */
	size_t n_recall;
	struct config_recall recall[CONFIG_RECALLS];
	char keys_profile[8]; /* of the keyboard, "" none is named */
	size_t n_dept;
	struct config_dept dept[CONFIG_DEPTS];
	size_t n_role; /* cashier, supervisor, then those of the text */
	struct config_role role[CONFIG_ROLES];
	/* [kind][number - 1], "" there is none */
	char reason[REASON_COUNT][CONFIG_REASONS][CONFIG_REASON_BYTES];
	bool two_people; /* change the configuration: one drafts, one approves */
	int lock_min; /* idle minutes until the register locks, 0 never */
	bool verbs_pin; /* verbs ask the owner, too, for number and PIN */
	size_t n_tender; /* at least 1 */
	struct config_tender tender[CONFIG_TENDERS];
	struct config_display display;
	struct config_ledger ledger;
	/* price lists, promotions, coupons, deposits, forms of codes; NULL
	 * there are none.  They live as long as one configuration has them:
	 * config_share(), config_release(). */
	const struct rules *rules;
	void *rules_memory;
	char language[I18N_BYTES];    /* of screen and paper */
	const struct format *format; /* never NULL; static */
};

/**
 * A configuration holds memory beside itself (its rules).  Each one that was
 * filled by config_parse(), config_check(), shop_config_at() or config_share()
 * is given back by config_release(); one of plain "=" is the same one, moved.
 * One thread.
 */
/** config_new(): zeroed, on the heap; NULL no memory.  config_free(c): releases
 * it too; NULL is no error. */
struct config *config_new(void);
void config_free(struct config *c);
/** config_release(c): what it holds goes, unless another one shares it; then
 * it has no rules.  Zeroed, or released before: nothing. */
void config_release(struct config *c);
/** config_share(to, from): ${to}, which holds nothing, becomes the same; the
 * rules are there until both were released. */
void config_share(struct config *to, const struct config *from);

/**
 * config_parse(name, text, len, ret, reterr):
 * ${ret} is written over, not released before.
 * Errors   RC_PROTO "name:line:col: what, and what to write": unknown section
 *          or key, impossible value, a mandatory key missing (shop.name,
 *          register.id, currency.code, tax.prices, one tax class), the same
 *          key twice. *ret untouched then.
 */
MUST_CHECK enum rc config_parse(const char *name, const char *text,
	size_t len, struct config *ret, struct err *reterr);
/** config_check(name, text, len, ret, reterr): config_parse() for a text that
 * is to become active: what this version cannot do (a printer's address that no
 * transport takes) is refused too.  A recorded text is only parsed, so that
 * none ever stops a register from opening. */
MUST_CHECK enum rc config_check(const char *name, const char *text,
	size_t len, struct config *ret, struct err *reterr);

/** config_version(text, len, out): hex SHA-256. */
void config_version(const char *text, size_t len, char out[65]);

/** What init was told on its command line. */
struct config_seed {
	const char *shop, *register_no, *currency, *prices;
	const char *tax[TAX_CLASS_MAX]; /* "A=19%" */
	size_t n_tax;
	/* the text that goes where currency and tax stand, in which currency,
	 * prices (NULL: as it says) and classes go before what it says; NULL
	 * none */
	const char *country;
};
/** config_write(seed, out, reterr): a commented holdfast.conf that parses.
 * Gives each tax class a department to sell by (10, 20, ...).
 * RC_INVAL a value of the seed cannot stand in the file, in words. */
MUST_CHECK enum rc config_write(const struct config_seed *seed,
	struct sbuf *out, struct err *reterr);

/** config_head(c): the receipt head, borrowing from c. */
struct receipt_head config_head(const struct config *c);

/** config_dept_find(c, no): NULL when there is none of that number. */
const struct config_dept *config_dept_find(
	const struct config *c, const char *no);

/** config_role_find(c, name): NULL when there is none; also for the owner,
 * whose role is none of a list's. */
const struct config_role *config_role_find(
	const struct config *c, const char *name);

/** config_role_is(c, name): whether somebody can have this role. */
bool config_role_is(const struct config *c, const char *name);

/** config_may(c, role, permit, quantity): whether the role may do that
 * without asking; one that is not known may nothing. */
bool config_may(const struct config *c, const char *role, enum permit permit,
	int64_t quantity);

/** config_may_day(c, role, permit, amount): whether the role may do ${amount} in
 * all on one day without asking. */
bool config_may_day(const struct config *c, const char *role,
	enum permit permit, int64_t amount);

/** config_any_may(c, permit, quantity): whether anybody but the owner may. */
bool config_any_may(
	const struct config *c, enum permit permit, int64_t quantity);

/** config_reason(c, kind, n): the text of reason ${n} (1 to 9), NULL when
 * there is none of that number. */
const char *config_reason(
	const struct config *c, enum reason_kind kind, unsigned n);

/** config_n_reasons(c, kind): how many are configured; with 0 nobody is asked
 * for one. */
size_t config_n_reasons(const struct config *c, enum reason_kind kind);
/** config_tender_find(c, code): NULL when there is none, in either case of
 * letters. */
const struct config_tender *config_tender_find(
	const struct config *c, const char *code);

/** config_missing(c, from): the first of receipt.required that the
 * configuration does not fill, as it is called there: "shop.tax_id",
 * "tax_part.GST", up to a blank or the end; NULL all are there.  ${from} NULL,
 * or what it said before: the one behind. */
const char *config_missing(const struct config *c, const char *from);
/** config_missing_words(c, out): which one it is and what to do about it, for
 * who stands at the register; false, and nothing, when all are there. */
bool config_missing_words(const struct config *c, struct sbuf *out);

/** config_part_number(c, name): the shop's number for the tax of that name;
 * NULL there is none. */
const char *config_part_number(const struct config *c, const char *name);

/** config_tax_mark(c, code): what stands beside goods of a class on paper; ""
 * the class's code. */
const char *config_tax_mark(const struct config *c, const char *code);

/** config_device_find(c, class_, name): one that this version can drive; the
 * first of its class when ${name} is NULL; NULL there is none. */
const struct config_device *config_device_find(
	const struct config *c, enum device_class class_, const char *name);
/** config_printer(c): the one receipts go to: "printer", else the first. */
const struct config_device *config_printer(const struct config *c);
/** config_shares(c, d): the printer on whose line the display ${d} stands:
 * one that speaks ESC/POS, at the same port, when ${d} has shared = yes; NULL:
 * ${d} is no display, or has a line of its own. */
const struct config_device *config_shares(
	const struct config *c, const struct config_device *d);
/** config_drawer(c): what opens the cash drawer: the device that [drawer] names,
 * else the receipt printer when a pin is told, else the first drawer on a line
 * of its own; NULL there is none. */
const struct config_device *config_drawer(const struct config *c);
/** config_drawer_at(c, no): the same of any drawer, 1 the one of [drawer];
 * config_has_drawer(c, no): whether there is such a one, opened by us or not.
 * config_drawer_pin(), config_drawer_low(), config_drawer_warn_s() (open longer
 * than that is said, 0 never): of one that is there.  config_drawers(c): how
 * many there are. */
const struct config_device *config_drawer_at(
	const struct config *c, size_t no);
bool config_has_drawer(const struct config *c, size_t no);
int config_drawer_pin(const struct config *c, size_t no);
bool config_drawer_low(const struct config *c, size_t no);
int config_drawer_warn_s(const struct config *c, size_t no);
size_t config_drawers(const struct config *c);
/** config_device_opt(d, key): as it is written; NULL it is not, or ${d} is
 * NULL. */
const char *config_device_opt(const struct config_device *d, const char *key);
/** config_device_conf(d, opt, ret): for the host; all borrowed from ${d} and
 * ${opt}. */
void config_device_conf(const struct config_device *d,
	struct device_opt_value opt[CONFIG_DEVICE_OPTS],
	struct device_conf *ret);

/** config_layout_named(word, ret): a value of display.layout. */
bool config_layout_named(const char *word, enum display_layout *ret);

/** config_currency_display(code): how many of the decimals of core/currency.h
 * are shown; -1 as there. */
int config_currency_display(const char *code);

/** Table of keys, for the parser and the manual's test.  A key in capitals
 * (CLASS, NUMBER), or in a section's name (tender CODE), stands for any of its
 * kind.  fallback NULL: mandatory.  ${help} is N_(). */
struct config_key {
	const char *section, *key, *fallback, *help;
};
extern const struct config_key config_keys[];
extern const size_t config_n_keys;

#endif
