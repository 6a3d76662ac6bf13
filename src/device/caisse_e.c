/* SPDX-License-Identifier: Apache-2.0 */
#include "device/caisse_e.h"

#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define AMOUNT_MAX INT64_C(99999999)
#define REPORT_CHARS 55u
#define CURRENCY_MAX 999

static char
type_of(enum pinpad_op op)
{
	switch (op) {
	case PINPAD_PAY:
		return '0';
	case PINPAD_REFUND:
		return '1';
	case PINPAD_REVERSE:
		return '2';
	case PINPAD_RESERVE:
	case PINPAD_CAPTURE:
	case PINPAD_RELEASE:
	case PINPAD_LAST:
	case PINPAD_CLOSE:
	case PINPAD_STATUS:
	case PINPAD_TOTALS:
	case PINPAD_OP_COUNT:
	default:
		return '\0';
	}
}

static enum rc
encode(const void *opt, const struct pinpad_ask *ask, uint8_t *out, size_t cap,
	size_t *ret_n)
{
	const struct caisse_e_opt *o = opt;
	char type = type_of(ask->op);
	struct sbuf b;

	if (type == '\0' || !caisse_amount_ok(ask, AMOUNT_MAX) ||
		ask->currency > CURRENCY_MAX) {
		return RC_INVAL;
	}
	sbuf_init(&b, (char *)out, cap);
	sbuf_printf(&b, "%02u%08lld01%c%03u%10sA010B01%c", o->reg,
		(long long)ask->amount, type, (unsigned)ask->currency, "",
		o->online ? '1' : '0');
	*ret_n = b.len;
	return sbuf_ok(&b) && b.len == CAISSE_E_ASK_CHARS ? RC_OK : RC_INVAL;
}

static bool
number(const uint8_t *p, size_t n, int64_t *ret)
{
	return parse_i64((const char *)p, n, 0, AMOUNT_MAX, ret) == RC_OK;
}

static void
say(struct pinpad_result *r, enum pinpad_outcome outcome, const char *text)
{
	struct sbuf b;

	r->outcome = outcome;
	sbuf_init(&b, r->text, sizeof(r->text));
	sbuf_puts(&b, text);
}

static void
judge_done(const struct pinpad_ask *ask, int64_t amount, int64_t currency,
	struct pinpad_result *r)
{
	r->amount = amount;
	if (currency != (int64_t)ask->currency) {
		say(r, PINPAD_UNKNOWN,
			N_("the terminal took another currency: compare its "
			   "last receipt"));
	} else if (amount != ask->amount) {
		say(r, PINPAD_UNKNOWN,
			N_("the terminal took another amount: compare its last "
			   "receipt"));
	} else {
		say(r, PINPAD_APPROVED, "");
	}
}

static enum caisse_said
judge(const void *opt, const struct pinpad_ask *ask, const uint8_t *p, size_t n,
	struct pinpad_result *r, struct pinpad_slip *slip)
{
	const struct caisse_e_opt *o = opt;
	size_t skip = n == CAISSE_E_LONG_CHARS ? REPORT_CHARS : 0;
	int64_t reg, amount, currency;

	(void)slip;
	if ((n != CAISSE_E_SHORT_CHARS && n != CAISSE_E_LONG_CHARS) ||
		!number(p, 2, &reg) || !number(p + 3, 8, &amount) ||
		!number(p + 12 + skip, 3, &currency)) {
		return CAISSE_BROKEN;
	}
	if (reg != (int64_t)o->reg) {
		return CAISSE_FOREIGN;
	}
	r->code = p[2] >= '0' && p[2] <= '9' ? p[2] - '0' : -1;
	switch (p[2]) {
	case '0':
		judge_done(ask, amount, currency, r);
		return CAISSE_MINE;
	case '7':
		/* what was not done may name no amount, but not another one */
		if (amount != 0 && amount != ask->amount) {
			return CAISSE_FOREIGN;
		}
		say(r, PINPAD_DECLINED, N_("not done at the terminal"));
		return CAISSE_MINE;
	default:
		say(r, PINPAD_UNKNOWN,
			N_("the terminal took it and does not say what became "
			   "of it: compare its last receipt"));
		return CAISSE_MINE;
	}
}

const struct caisse_codec caisse_e_codec = {encode, judge, NULL};
