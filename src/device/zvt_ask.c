/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of a terminal, and what its answer comes to. */
#include <string.h>

#include "base/i18n.h"
#include "base/sbuf.h"
#include "device/zvt_internal.h"
#include "device/zvt_words.h"

#include "base/poison.h"

#define CONFIG_PRINTS 0x80u /* receipts come as print commands */

bool
zvt_make_register(const struct zvt *z, struct zvt_make *m)
{
	/* 26: what it may send: 0A, blocks (06 D3) in place of lines */
	static const uint8_t blocks[] = {0x26, 4, 0x0a, 2, 0x06, 0xd3};
	const struct pinpad_ask *a = &z->ask;
	bool prints = (z->config & CONFIG_PRINTS) != 0;
	uint8_t bcd[1] = {
		(uint8_t)(z->columns / 10 % 10 << 4 | z->columns % 10)};
	struct zvt_make tags = {.n = 0};

	if (prints) {
		zvt_put(&tags, blocks, sizeof(blocks));
	}
	if (prints && z->columns > 0) {
		zvt_put_tag(&tags, 0x12, bcd, sizeof(bcd));
	}
	zvt_begin(m, ZVT_REGISTER);
	zvt_put(m, z->password, sizeof(z->password));
	zvt_put1(m, z->config);
	zvt_put_bcd(
		m, z->open && a->currency != 0 ? a->currency : z->currency, 2);
	if (z->service != 0) {
		zvt_put1(m, 0x03);
		zvt_put1(m, z->service);
	}
	zvt_put_tag(m, 0x06, tags.byte, tags.n);
	return zvt_end(m);
}

static uint16_t
command_of(enum pinpad_op op)
{
	static const uint16_t cmd[PINPAD_OP_COUNT] = {
		[PINPAD_PAY] = ZVT_PAY,
		[PINPAD_REFUND] = ZVT_REFUND,
		[PINPAD_REVERSE] = ZVT_REVERSE,
		[PINPAD_RESERVE] = ZVT_RESERVE,
		[PINPAD_CAPTURE] = ZVT_CAPTURE,
		[PINPAD_RELEASE] = ZVT_RELEASE,
		[PINPAD_LAST] = ZVT_REPEAT,
		[PINPAD_CLOSE] = ZVT_END_OF_DAY,
		[PINPAD_STATUS] = ZVT_STATUS,
		[PINPAD_TOTALS] = ZVT_TOTALS,
	};

	return cmd[op];
}

bool
zvt_make_ask(const struct zvt *z, struct zvt_make *m)
{
	const struct pinpad_ask *a = &z->ask;
	unsigned currency = a->currency != 0 ? a->currency : z->currency;

	zvt_begin(m, command_of(a->op));
	switch (a->op) {
	case PINPAD_PAY:
	case PINPAD_RESERVE:
		zvt_put_amount(m, a->amount);
		zvt_put_currency(m, currency);
		break;
	case PINPAD_REFUND:
		zvt_put(m, z->password, sizeof(z->password));
		zvt_put_amount(m, a->amount);
		zvt_put_currency(m, currency);
		break;
	case PINPAD_REVERSE:
		zvt_put(m, z->password, sizeof(z->password));
		zvt_put_receipt(m, a->receipt);
		if (a->amount > 0) {
			zvt_put_amount(m, a->amount);
		}
		break;
	case PINPAD_CAPTURE:
		zvt_put_receipt(m, a->receipt);
		zvt_put_amount(m, a->amount);
		break;
	case PINPAD_RELEASE:
		zvt_put_receipt(m, a->receipt);
		break;
	case PINPAD_LAST:
		zvt_put(m, z->password, sizeof(z->password));
		/* with its status information, without printing it */
		zvt_put(m, "\x03\x03", 2);
		break;
	case PINPAD_CLOSE:
	case PINPAD_STATUS:
	case PINPAD_TOTALS:
	case PINPAD_OP_COUNT:
	default:
		zvt_put(m, z->password, sizeof(z->password));
		break;
	}
	return zvt_end(m);
}

/* --- results -------------------------------------------------------------- */

static void
put_text(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text);
}

static enum pinpad_check
check_of(const struct zvt_info *i)
{
	static const enum pinpad_check check[] = {PINPAD_CHECK_NONE,
		PINPAD_CHECK_SIGNATURE, PINPAD_CHECK_PIN, PINPAD_CHECK_PIN,
		PINPAD_CHECK_PIN, PINPAD_CHECK_SIGNATURE,
		PINPAD_CHECK_SIGNATURE, PINPAD_CHECK_SIGNATURE};

	if (i->slip_info >= 0 && (i->slip_info & 2) != 0) {
		return PINPAD_CHECK_SIGNATURE;
	}
	if (i->check >= 0 && i->check < (int)ARRAY_LEN(check)) {
		return check[i->check];
	}
	return i->status == 0x70 ? PINPAD_CHECK_PIN : PINPAD_CHECK_NONE;
}

/* 5.13: the card's own yes, or the terminal's: a host was not asked. */
static bool
is_offline(const struct zvt_info *i)
{
	return i->status == 0x40 || i->online == 0;
}

static void
put_when(struct pinpad_result *r, const struct zvt_info *i)
{
	struct sbuf b;

	sbuf_init(&b, r->when, sizeof(r->when));
	sbuf_puts(&b, i->date);
	sbuf_puts(&b, i->date[0] != '\0' && i->time[0] != '\0' ? " " : "");
	sbuf_puts(&b, i->time);
}

void
zvt_result(
	struct zvt *z, enum pinpad_outcome outcome, int code, const char *text)
{
	static const char *const entry[] = {"stripe", "chip", "contactless"};
	const struct zvt_info *i = &z->info;
	struct pinpad_result *r = &z->result;
	bool paid = pinpad_outcome_paid(outcome);
	bool nothing = outcome == PINPAD_DECLINED || outcome == PINPAD_ABORTED;

	memset(r, 0, sizeof(*r));
	r->op = z->ask.op;
	r->outcome = outcome;
	r->code = code;
	r->last_op = i->reversal && z->ask.op == PINPAD_LAST ? PINPAD_REVERSE
							     : PINPAD_LAST;
	if (z->ask.op != PINPAD_LAST) {
		r->last_op = z->ask.op;
	}
	if (i->amount > 0 && (!nothing || z->ask.op == PINPAD_LAST)) {
		r->amount = i->amount;
	} else if (paid && pinpad_op_moves(z->ask.op)) {
		r->amount = z->ask.amount;
	}
	r->currency = i->currency > 0 ? (uint16_t)i->currency : z->ask.currency;
	put_text(r->terminal, sizeof(r->terminal),
		i->terminal[0] != '\0' ? i->terminal : z->terminal);
	put_text(r->receipt, sizeof(r->receipt), i->receipt);
	put_text(r->trace, sizeof(r->trace), i->trace);
	put_text(r->auth, sizeof(r->auth), i->auth);
	put_text(r->card, sizeof(r->card), i->card);
	put_text(r->last4, sizeof(r->last4), i->last4);
	put_text(r->aid, sizeof(r->aid), i->aid);
	if (i->entry >= 0 && i->entry < (int)ARRAY_LEN(entry)) {
		put_text(r->entry, sizeof(r->entry), entry[i->entry]);
	}
	r->check = paid ? check_of(i) : PINPAD_CHECK_NONE;
	put_when(r, i);
	if (text == NULL) {
		text = i->text[0] != '\0' ? i->text : zvt_result_text(code);
	}
	put_text(r->text, sizeof(r->text), text);
	memcpy(r->total, i->total, sizeof(r->total));
	r->n_total = i->n_total;
	/* what must be in the journal before the terminal may forget it */
	r->hold = paid && (pinpad_op_moves(r->op) || r->op == PINPAD_CLOSE);
}

void
zvt_aborted(struct zvt *z, int code, const char *text)
{
	bool nobody = code == 0x6c;

	if (z->good) {
		/* it was told that its yes had arrived: what holds? */
		zvt_result(z, PINPAD_UNKNOWN, code,
			N_("The terminal said yes, and then that it failed."));
		return;
	}
	if (z->ask.op == PINPAD_LAST) {
		z->info.reversal = false;
		zvt_result(z, PINPAD_UNKNOWN, code,
			z->info.text[0] != '\0' ? NULL : zvt_last_text(code));
		return;
	}
	zvt_result(z, nobody ? PINPAD_ABORTED : PINPAD_DECLINED, code, text);
}

/* 06 0F behind 05 01: an LLLVAR version or not, and a byte of status. */
static int
status_byte(const struct zvt_apdu *a)
{
	size_t at = 0;

	if (a->n > 3 && a->p[0] >> 4 == 0xf && a->p[1] >> 4 == 0xf &&
		a->p[2] >> 4 == 0xf) {
		at = 3 + (a->p[0] & 15u) * 100u + (a->p[1] & 15u) * 10u +
		     (a->p[2] & 15u);
	}
	return at < a->n ? a->p[at] : 0;
}

void
zvt_completed(struct zvt *z, const struct zvt_apdu *a)
{
	struct zvt_info *i = &z->info;
	enum pinpad_op op = z->ask.op;
	bool quiet = op == PINPAD_CLOSE || op == PINPAD_TOTALS;

	if (op == PINPAD_STATUS) {
		int s = status_byte(a);

		zvt_result(z, s == 0 ? PINPAD_APPROVED : PINPAD_DECLINED, s,
			zvt_status_text(s));
		return;
	}
	zvt_info_read(i, z->charset, a->p, a->n);
	if (i->result == 0x6c) {
		zvt_result(z, PINPAD_ABORTED, i->result, NULL);
	} else if (i->result > 0) {
		zvt_result(z, PINPAD_DECLINED, i->result, NULL);
	} else if (z->good || quiet) {
		zvt_result(z,
			is_offline(i) && !quiet ? PINPAD_OFFLINE
						: PINPAD_APPROVED,
			i->result, NULL);
	} else {
		zvt_result(z, PINPAD_UNKNOWN, i->result,
			N_("The terminal did not say what became of it."));
	}
}
