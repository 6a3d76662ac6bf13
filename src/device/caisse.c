/* SPDX-License-Identifier: Apache-2.0 */
#include "device/caisse.h"

#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "base/sbuf.h"
#include "base/text.h"

#include "base/poison.h"

#define HEAD 5u /* tag and length */
#define AMOUNT_MAX INT64_C(999999999999)
#define REF_HEAD 4u
#define PAN_LEAST 12u

static const char tag_name[CAISSE_TAG_COUNT][3] = {
	[CAISSE_CZ] = "CZ",
	[CAISSE_CA] = "CA",
	[CAISSE_CB] = "CB",
	[CAISSE_CC] = "CC",
	[CAISSE_CD] = "CD",
	[CAISSE_CE] = "CE",
	[CAISSE_CF] = "CF",
	[CAISSE_CI] = "CI",
	[CAISSE_AA] = "AA",
	[CAISSE_AC] = "AC",
	[CAISSE_AE] = "AE",
	[CAISSE_AF] = "AF",
	[CAISSE_AI] = "AI",
	[CAISSE_ZT] = "ZT",
};

/* --- fields --------------------------------------------------------------- */

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_capital(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

/* As far as there is a head, it is one. */
static bool
head_fits(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n && i < HEAD; i++) {
		if (i < 2 ? !is_capital(p[i]) : !is_digit(p[i])) {
			return false;
		}
	}
	return true;
}

static bool
keep_field(struct caisse_fields *f, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < CAISSE_TAG_COUNT; i++) {
		if (memcmp(tag_name[i], p, 2) != 0) {
			continue;
		}
		if (f->f[i].p != NULL) {
			return false; /* each once */
		}
		f->f[i].p = (const char *)p + HEAD;
		f->f[i].n = n;
	}
	return true;
}

static bool
can_be_read(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] < 0x20) {
			return false;
		}
	}
	return true;
}

enum caisse_shape
caisse_parse(
	const uint8_t *p, size_t n, struct caisse_fields *ret, size_t *ret_n)
{
	size_t at = 0;

	memset(ret, 0, sizeof(*ret));
	while (at < n) {
		size_t left = n - at;
		size_t len;

		if (p[at] == '\r' || p[at] == '\n') {
			at++;
			continue;
		}
		if (!head_fits(p + at, left)) {
			return CAISSE_NONE;
		}
		if (left < HEAD) {
			return CAISSE_PART;
		}
		if (memcmp(p + at, "CZ", 2) == 0) {
			if (ret->f[CAISSE_CZ].p != NULL) {
				break; /* the next message */
			}
		} else if (ret->f[CAISSE_CZ].p == NULL) {
			return CAISSE_NONE;
		}
		len = (size_t)(p[at + 2] - '0') * 100 +
		      (size_t)(p[at + 3] - '0') * 10 +
		      (size_t)(p[at + 4] - '0');
		if (!can_be_read(p + at + HEAD,
			    len < left - HEAD ? len : left - HEAD)) {
			return CAISSE_NONE;
		}
		if (len > left - HEAD) {
			return CAISSE_PART;
		}
		if (len > 0 && !keep_field(ret, p + at, len)) {
			return CAISSE_NONE;
		}
		at += HEAD + len;
	}
	*ret_n = at;
	if (ret->f[CAISSE_AE].p != NULL) {
		return CAISSE_ALL;
	}
	return at < n ? CAISSE_NONE : CAISSE_PART;
}

static enum caisse_shape
measure(const uint8_t *p, size_t n, size_t *ret_n)
{
	struct caisse_fields f;

	return caisse_parse(p, n, &f, ret_n);
}

static bool
has(const struct caisse_fields *f, enum caisse_tag tag)
{
	return f->f[tag].p != NULL;
}

static bool
is(const struct caisse_fields *f, enum caisse_tag tag, const char *text)
{
	return has(f, tag) && f->f[tag].n == strlen(text) &&
	       memcmp(f->f[tag].p, text, f->f[tag].n) == 0;
}

/* -1: it is not there, or no number. */
static int64_t
number(const struct caisse_fields *f, enum caisse_tag tag, size_t digits)
{
	int64_t n = -1;

	if (!has(f, tag) || f->f[tag].n > digits ||
		parse_i64(f->f[tag].p, f->f[tag].n, 0, AMOUNT_MAX, &n) !=
			RC_OK) {
		return -1;
	}
	return n;
}

/* What is printed of a field: clean, masked, and nothing when it is too long.*/
static void
text_of(const struct caisse_fields *f, enum caisse_tag tag, char *out,
	size_t cap)
{
	out[0] = '\0';
	if (has(f, tag) && f->f[tag].n < cap) {
		(void)text_clean(f->f[tag].p, f->f[tag].n, out, cap, 0);
		(void)pinpad_mask(out, strlen(out));
	}
}

/* --- the request ---------------------------------------------------------- */

static char
kind_of(enum pinpad_op op)
{
	switch (op) {
	case PINPAD_PAY:
		return '0';
	case PINPAD_REFUND:
		return '1';
	case PINPAD_REVERSE:
		return '2';
	case PINPAD_LAST:
		return '3';
	case PINPAD_RESERVE:
		return '4';
	case PINPAD_STATUS:
		return 'I';
	case PINPAD_CAPTURE:
	case PINPAD_RELEASE:
	case PINPAD_CLOSE:
	case PINPAD_TOTALS:
	case PINPAD_OP_COUNT:
	default:
		return '\0';
	}
}

static bool
op_of(char kind, enum pinpad_op *ret)
{
	static const enum pinpad_op op[] = {
		PINPAD_PAY, PINPAD_REFUND, PINPAD_REVERSE, PINPAD_RESERVE};

	for (size_t i = 0; i < ARRAY_LEN(op); i++) {
		if (kind_of(op[i]) == kind) {
			*ret = op[i];
			return true;
		}
	}
	return false;
}

static void
put(struct sbuf *b, const char *tag, const char *value)
{
	sbuf_printf(b, "%s%03zu%s", tag, strlen(value), value);
}

/* Private data: what the terminal may give back. */
static void
ref_text(const struct pinpad_ask *ask, char kind, struct sbuf *b)
{
	sbuf_clear(b);
	sbuf_printf(b, "HF%c-", kind);
	for (const char *c = ask->ref; *c != '\0'; c++) {
		bool fits = *c > ' ' && *c < 0x7f;

		sbuf_write(b, fits ? c : "?", 1);
	}
}

static enum rc
encode(const void *opt, const struct pinpad_ask *ask, uint8_t *out, size_t cap,
	size_t *ret_n)
{
	const struct caisse_opt *o = opt;
	char kind[2] = {kind_of(ask->op), '\0'};
	bool moves = pinpad_op_moves(ask->op);
	char text[64];
	struct sbuf b, v;

	if (kind[0] == '\0' || (moves && !caisse_amount_ok(ask, AMOUNT_MAX))) {
		return RC_INVAL;
	}
	sbuf_init(&b, (char *)out, cap);
	sbuf_init(&v, text, sizeof(text));
	put(&b, "CZ", o->version);
	put(&b, "CJ", o->software);
	sbuf_printf(&b, "CA002%02u", o->reg);
	if (moves) {
		sbuf_printf(&v, "%02lld", (long long)ask->amount);
		put(&b, "CB", text);
	}
	put(&b, "CD", kind);
	if (moves) {
		sbuf_printf(&b, "CE003%03u", (unsigned)ask->currency);
		put(&b, "BA", "0");
	}
	if (moves && o->online) {
		put(&b, "BB", "1");
	}
	if (ask->op == PINPAD_PAY && o->partial) {
		put(&b, "BF", "1");
	}
	if (moves && o->receipt) {
		put(&b, "CK", "100");
	}
	if (moves && o->reference && ask->ref[0] != '\0') {
		ref_text(ask, kind[0], &v);
		put(&b, "CF", text);
	}
	*ret_n = b.len;
	return sbuf_ok(&b) && sbuf_ok(&v) ? RC_OK : RC_INVAL;
}

/* --- the answer ----------------------------------------------------------- */

static const struct {
	int code;
	bool stopped;
	const char *text;
} reasons[] = {
	{0, false, N_("not done: the terminal gives no reason")},
	{2, false, N_("the bank wants a call: pay in another way")},
	{4, false, N_("the bank refused the card")},
	{5, false, N_("this card cannot be used here")},
	{6, true, N_("the customer stopped")},
	{7, true, N_("it was not finished at the terminal")},
	{8, true, N_("nobody used the terminal in time")},
	{9, false, N_("the terminal did not understand: look at its version")},
	{10, false, N_("the terminal has no way to take this card")},
	{11, true, N_("stopped at the terminal")},
	{12, false, N_("the terminal cannot do that")},
	{13, false, N_("the terminal does not take this currency")},
};

#define REASON_NONE 0
#define REASON_AUTHORISED 1
#define REASON_FORCED 3
#define REASON_MESSAGE 9

const char *
caisse_reason(int code, bool *ret_stopped)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if (reasons[i].code == code) {
			*ret_stopped = reasons[i].stopped;
			return reasons[i].text;
		}
	}
	*ret_stopped = false;
	return reasons[0].text;
}

static void
say(struct pinpad_result *r, enum pinpad_outcome outcome, const char *text)
{
	struct sbuf b;

	r->outcome = outcome;
	sbuf_init(&b, r->text, sizeof(r->text));
	sbuf_puts(&b, text);
}

/* The last four digits, when it is a whole number with some hidden, or bare. */
static void
last4_of(const struct caisse_fields *f, char out[5])
{
	const char *p = f->f[CAISSE_AA].p;
	size_t n = p != NULL ? f->f[CAISSE_AA].n : 0;

	while (n > 0 && p[n - 1] == ' ') {
		n--;
	}
	if (n < PAN_LEAST) {
		return;
	}
	for (size_t i = n - 4; i < n; i++) {
		if (!is_digit((uint8_t)p[i])) {
			return;
		}
	}
	memcpy(out, p + n - 4, 4);
	out[4] = '\0';
}

static void
take_facts(const struct caisse_fields *f, struct pinpad_result *r)
{
	static const struct {
		const char *code, *name;
	} card[] = {
		{"001", "CB"},
		{"00B", "CB"},
		{"002", "American Express"},
		{"00D", "American Express"},
		{"00E", "Conecs"},
		{"10E", "Conecs"},
		{"00U", "UnionPay"},
		{"00C", "cheque"},
	};

	static const char *const entry[] = {
		"", "chip", "contactless", "stripe", "manual"};
	int64_t how = number(f, CAISSE_CI, 1);
	int64_t amount = number(f, CAISSE_CB, 12);
	struct sbuf b;

	r->amount = amount > 0 ? amount : 0;
	text_of(f, CAISSE_AC, r->auth, sizeof(r->auth));
	text_of(f, CAISSE_AI, r->aid, sizeof(r->aid));
	last4_of(f, r->last4);
	sbuf_init(&b, r->entry, sizeof(r->entry));
	if (how > 0 && how < (int64_t)ARRAY_LEN(entry)) {
		sbuf_puts(&b, entry[how]);
	}
	sbuf_init(&b, r->card, sizeof(r->card));
	for (size_t i = 0; i < ARRAY_LEN(card); i++) {
		if (is(f, CAISSE_CC, card[i].code)) {
			sbuf_puts(&b, card[i].name);
		}
	}
}

/* Private data that we made, or might have. */
static bool
ref_is_ours(const struct caisse_fields *f)
{
	return has(f, CAISSE_CF) && f->f[CAISSE_CF].n > REF_HEAD &&
	       memcmp(f->f[CAISSE_CF].p, "HF", 2) == 0 &&
	       f->f[CAISSE_CF].p[REF_HEAD - 1] == '-';
}

static bool
is_foreign(const struct caisse_opt *o, const struct pinpad_ask *ask,
	const struct caisse_fields *f)
{
	const char kind[2] = {kind_of(ask->op), '\0'};
	int64_t amount = number(f, CAISSE_CB, 12);
	char text[64];
	struct sbuf b;

	if (has(f, CAISSE_CA) && number(f, CAISSE_CA, 2) != (int64_t)o->reg) {
		return true;
	}
	if (ask->op == PINPAD_LAST) {
		/* its kind is that of the payment, or 3; a late answer has
		 * the kind and the private data of a payment, as well */
		return false;
	}
	if (has(f, CAISSE_CD) && !is(f, CAISSE_CD, kind)) {
		return true;
	}
	sbuf_init(&b, text, sizeof(text));
	ref_text(ask, kind[0], &b);
	if (ref_is_ours(f) && !is(f, CAISSE_CF, text)) {
		return true;
	}
	/* what was not done may name no amount, but not another one */
	return pinpad_op_moves(ask->op) && is(f, CAISSE_AE, "01") &&
	       amount > 0 && amount != ask->amount;
}

static void
judge_not_done(struct pinpad_result *r)
{
	bool stopped = false;
	const char *text = caisse_reason(r->code, &stopped);

	r->amount = 0;
	if (r->code == REASON_AUTHORISED || r->code == REASON_FORCED) {
		say(r, PINPAD_UNKNOWN,
			N_("the terminal says not done, and authorized: "
			   "compare its last receipt"));
		return;
	}
	say(r, stopped ? PINPAD_ABORTED : PINPAD_DECLINED, text);
}

static void
judge_done(const struct caisse_opt *o, const struct pinpad_ask *ask,
	const struct caisse_fields *f, struct pinpad_result *r)
{
	bool contrary = r->code > REASON_NONE && r->code != REASON_AUTHORISED &&
			r->code != REASON_FORCED;
	bool less = ask->op == PINPAD_PAY && o->partial && r->amount > 0 &&
		    r->amount < ask->amount;

	if (!pinpad_op_moves(ask->op)) {
		say(r, PINPAD_APPROVED, "");
		return;
	}
	if (r->code == REASON_MESSAGE && !has(f, CAISSE_CB)) {
		judge_not_done(r);
	} else if (contrary || !has(f, CAISSE_CA) || !has(f, CAISSE_CB)) {
		say(r, PINPAD_UNKNOWN,
			N_("the terminal says done, and not what: compare its "
			   "last receipt"));
	} else if (number(f, CAISSE_CE, 3) != (int64_t)ask->currency) {
		say(r, PINPAD_UNKNOWN,
			N_("the terminal took another currency: compare its "
			   "last receipt"));
	} else if (r->amount != ask->amount && !less) {
		say(r, PINPAD_UNKNOWN,
			N_("the terminal took another amount: compare its last "
			   "receipt"));
	} else {
		say(r, PINPAD_APPROVED, "");
	}
}

/* A duplicate is of this payment when it gives our name for it back. */
static void
judge_last(const struct pinpad_ask *ask, const struct caisse_fields *f,
	struct pinpad_result *r)
{
	char text[64];
	enum pinpad_op op;
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (is(f, CAISSE_AE, "10") && ask->ref[0] != '\0' && ref_is_ours(f) &&
		r->amount > 0 && op_of(f->f[CAISSE_CF].p[2], &op) &&
		number(f, CAISSE_CE, 3) == (int64_t)ask->currency) {
		ref_text(ask, f->f[CAISSE_CF].p[2], &b);
		if (is(f, CAISSE_CF, text)) {
			r->last_op = op;
			r->ours = true;
			say(r, PINPAD_APPROVED, "");
			return;
		}
	}
	if (!is(f, CAISSE_AE, "10")) {
		r->amount = 0;
	}
	say(r, PINPAD_UNKNOWN,
		N_("the terminal does not say whose its last payment is: "
		   "compare its last receipt"));
}

static enum caisse_said
judge(const void *opt, const struct pinpad_ask *ask, const uint8_t *p, size_t n,
	struct pinpad_result *r, struct pinpad_slip *slip)
{
	const struct caisse_opt *o = opt;
	struct caisse_fields f;
	int64_t code;
	size_t len = 0;

	if (caisse_parse(p, n, &f, &len) != CAISSE_ALL || len != n) {
		return CAISSE_BROKEN;
	}
	if (is_foreign(o, ask, &f)) {
		return CAISSE_FOREIGN;
	}
	take_facts(&f, r);
	if (has(&f, CAISSE_AF) && f.f[CAISSE_AF].n >= 2 &&
		parse_i64(f.f[CAISSE_AF].p, 2, 0, 99, &code) == RC_OK) {
		r->code = (int)code;
	}
	if (has(&f, CAISSE_ZT)) {
		caisse_slip(f.f[CAISSE_ZT].p, f.f[CAISSE_ZT].n, slip);
	}
	if (ask->op == PINPAD_LAST) {
		judge_last(ask, &f, r);
	} else if (is(&f, CAISSE_AE, "10")) {
		judge_done(o, ask, &f, r);
	} else if (is(&f, CAISSE_AE, "01")) {
		judge_not_done(r);
	} else {
		say(r, PINPAD_UNKNOWN,
			N_("the terminal took it and does not say what became "
			   "of it: compare its last receipt"));
	}
	return CAISSE_MINE;
}

const struct caisse_codec caisse_codec = {encode, judge, measure};
