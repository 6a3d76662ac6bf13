/* SPDX-License-Identifier: Apache-2.0 */
/* What the register asks of a terminal: as it must be, or refused. */
#include <string.h>

#include "sim/zvt_internal.h"

#include "base/poison.h"

#define MALFORMED 0x849au
#define BUSY 0x849cu

/* Fixed parameters and bitmaps of a command. */
struct fields {
	bool good;
	bool password, service_byte;
	uint8_t service;
	int64_t amount, currency, receipt; /* -1 not there */
	bool any_receipt;
};

static void
take_field(struct fields *f, const struct zvt_bmp *b)
{
	switch (b->id) {
	case 0x03:
		f->service_byte = true;
		f->service = b->p[0];
		break;
	case 0x04:
		f->good = f->good && f->amount < 0;
		f->amount = zvt_bcd(b->p, b->n);
		f->good = f->good && f->amount >= 0;
		break;
	case 0x49:
		f->currency = zvt_bcd(b->p, b->n);
		f->good = f->good && f->currency > 0;
		break;
	case 0x87:
		f->any_receipt = b->p[0] == 0xff && b->p[1] == 0xff;
		f->receipt = zvt_bcd(b->p, b->n);
		f->good = f->good && (f->any_receipt || f->receipt >= 0);
		break;
	case 0x06:
	case 0x0b:
	case 0x19:
	case 0x3b:
		break;
	default:
		/* card data above all: a register sends none */
		f->good = false;
		break;
	}
}

static struct fields
read_fields(const struct sim_zvt *s, const struct zvt_apdu *a, bool password)
{
	struct fields f = {
		.good = true, .amount = -1, .currency = -1, .receipt = -1};
	const uint8_t *p = a->p;
	size_t n = a->n;
	struct zvt_bmp b;

	if (password) {
		f.good = n >= 3;
		f.password = n >= 3 && memcmp(p, s->password, 3) == 0;
		p += n >= 3 ? 3 : 0;
		n -= n >= 3 ? 3 : 0;
	}
	while (zvt_bmp_next(&p, &n, &b)) {
		take_field(&f, &b);
	}
	f.good = f.good && n == 0;
	return f;
}

static void
refuse(struct sim_zvt *s, uint16_t with, const char *why, struct sim_out *out)
{
	sim_say(out, "refused %s", why);
	sim_zvt_answer(s, with, out);
}

/* Behind 80 00: 06 1E. */
static void
abort_with(struct sim_zvt *s, uint8_t code, struct sim_out *out)
{
	sim_zvt_answer(s, ZVT_YES, out);
	sim_zvt_begin(s, JOB_REFUSE, PINPAD_STATUS);
	s->fail = code;
}

/* --- commands ------------------------------------------------------------- */

struct wanted {
	bool blocks;
};

static void
wanted_tag(void *arg, const struct zvt_tag *t)
{
	struct wanted *w = arg;

	if (t->tag == 0x0a && t->n == 2 && t->p[0] == 0x06 && t->p[1] == 0xd3) {
		w->blocks = true;
	}
}

static void
do_register(struct sim_zvt *s, const struct zvt_apdu *a, struct sim_out *out)
{
	struct wanted w = {false};
	const uint8_t *p = a->p;
	size_t n = a->n;
	struct zvt_bmp b;
	uint8_t id[4];
	int64_t number = 0;

	if (n != 4 && n < 6) {
		refuse(s, MALFORMED, "a registration that is too short", out);
		return;
	}
	if (memcmp(p, s->password, 3) != 0) {
		refuse(s, 0x8437, "a wrong password", out);
		return;
	}
	s->config = p[3];
	s->currency = n >= 6 ? (unsigned)zvt_bcd(p + 4, 2) : 978;
	p += n >= 6 ? 6 : 4;
	n -= n >= 6 ? 6 : 4;
	while (zvt_bmp_next(&p, &n, &b)) {
		if (b.id == 0x06) {
			zvt_tag_walk(b.p, b.n, wanted_tag, &w);
		} else if (b.id != 0x03) {
			break;
		}
	}
	if (n > 0) {
		refuse(s, MALFORMED, "a registration with something behind it",
			out);
		return;
	}
	s->blocks = w.blocks;
	s->registered = true;
	sim_say(out, "registered %02X", s->config);
	sim_zvt_answer(s, ZVT_YES, out);
	sim_zvt_begin(s, JOB_PLAIN, PINPAD_STATUS);
	for (size_t i = 0; i < 8; i++) {
		number = number * 10 + (s->terminal[i] - '0');
	}
	zvt_put(&s->data, "\x19\x00\x29", 3);
	zvt_put_bcd(&s->data, number, sizeof(id));
	zvt_put_currency(&s->data, s->currency);
}

static void
do_card(struct sim_zvt *s, enum pinpad_op op, const struct fields *f,
	struct sim_out *out)
{
	if (!f->good || f->amount <= 0) {
		refuse(s, MALFORMED, "a payment without an amount", out);
	} else if (f->currency >= 0 && f->currency != s->currency) {
		sim_say(out, "refused a foreign currency");
		abort_with(s, 0x6f, out);
	} else {
		sim_say(out, "ask %s %lld", pinpad_op_name(op),
			(long long)f->amount);
		sim_zvt_answer(s, ZVT_YES, out);
		sim_zvt_begin(s, JOB_CARD, op);
		s->amount = f->amount;
	}
}

/* The receipt it is about, open and of that kind; else the code that says what
 * is wrong with it. */
static uint8_t
find_row(struct sim_zvt *s, enum pinpad_op op, const struct fields *f,
	struct book_row **ret)
{
	struct book_row *r = book_find(&s->book, (unsigned)f->receipt);
	bool reserved = r != NULL && r->op == PINPAD_RESERVE;

	*ret = r;
	if (op == PINPAD_REVERSE) {
		if (r == NULL || reserved || r->op == PINPAD_REVERSE ||
			r->settled) {
			return 0xb5;
		}
		if (r->state != BOOK_CHARGED) {
			return 0xb4;
		}
		return f->amount >= 0 && f->amount != r->amount ? 0xb5 : 0;
	}
	if (!reserved || r->state != BOOK_CHARGED) {
		return 0xb8;
	}
	return op == PINPAD_CAPTURE && f->amount > r->amount ? 0xb7 : 0;
}

static void
do_book(struct sim_zvt *s, enum pinpad_op op, const struct fields *f,
	struct sim_out *out)
{
	struct book_row *r = NULL;
	uint8_t code;

	if (!f->good || f->receipt < 0 ||
		(op == PINPAD_CAPTURE && f->amount <= 0)) {
		refuse(s, MALFORMED, "no receipt, or no amount", out);
		return;
	}
	sim_say(out, "ask %s %lld", pinpad_op_name(op), (long long)f->receipt);
	code = find_row(s, op, f, &r);
	if (code != 0) {
		abort_with(s, code, out);
		return;
	}
	sim_zvt_answer(s, ZVT_YES, out);
	sim_zvt_begin(s, JOB_BOOK, op);
	s->about = (size_t)(r - s->book.row) + 1;
	s->amount = f->amount > 0 ? f->amount : r->amount;
}

static void
do_status(struct sim_zvt *s, const struct zvt_apdu *a, struct sim_out *out)
{
	static const char version[] = "SIM 1.0";

	if (a->n != 0 && a->n != 3 && a->n != 5) {
		refuse(s, MALFORMED, "a status enquiry", out);
		return;
	}
	sim_say(out, "ask status");
	sim_zvt_answer(s, ZVT_YES, out);
	sim_zvt_begin(s, JOB_PLAIN, PINPAD_STATUS);
	zvt_put(&s->data, "\xf0\xf0\xf7", 3);
	zvt_put(&s->data, version, sizeof(version) - 1);
	zvt_put1(&s->data, s->status);
}

static void
do_open_reservations(struct sim_zvt *s, struct sim_out *out)
{
	sim_say(out, "ask reservations");
	sim_zvt_answer(s, ZVT_YES, out);
	sim_zvt_begin(s, JOB_REFUSE, PINPAD_STATUS);
	s->fail = 0xb8;
	for (size_t i = 0; i < s->book.n; i++) {
		const struct book_row *r = &s->book.row[i];

		if (r->op == PINPAD_RESERVE && r->state == BOOK_CHARGED) {
			zvt_put1(&s->data, 0x87);
			zvt_put_bcd(&s->data, r->receipt, 2);
			return;
		}
	}
	zvt_put_receipt(&s->data, "");
}

/* 06 B0: the register takes it back. */
static void
do_stop(struct sim_zvt *s, struct sim_out *out)
{
	if (s->job == JOB_NONE) {
		sim_zvt_answer(s, ZVT_YES, out);
		return;
	}
	if (s->job != JOB_CARD || s->card_in) {
		sim_say(out, "stop comes too late");
		return;
	}
	sim_say(out, "stopped");
	sim_zvt_answer(s, ZVT_YES, out);
	s->stage = STAGE_FAIL;
	s->sent = false;
	s->fail = 0x6c;
	s->due = s->now;
}

static void
do_plain(struct sim_zvt *s, const char *what, struct sim_out *out)
{
	sim_say(out, "ask %s", what);
	sim_zvt_answer(s, ZVT_YES, out);
	sim_zvt_begin(s, JOB_PLAIN, PINPAD_STATUS);
}

static void
do_password(struct sim_zvt *s, const struct zvt_apdu *a, const struct fields *f,
	struct sim_out *out)
{
	if (!f->good) {
		refuse(s, MALFORMED, "no password, or more than it", out);
		return;
	}
	if (!f->password) {
		refuse(s, 0x8437, "a wrong password", out);
		return;
	}
	switch (a->cmd) {
	case ZVT_REVERSE:
		do_book(s, PINPAD_REVERSE, f, out);
		break;
	case ZVT_REFUND:
		do_card(s, PINPAD_REFUND, f, out);
		break;
	case ZVT_END_OF_DAY:
	case ZVT_TOTALS:
		sim_say(out, "ask %s",
			a->cmd == ZVT_TOTALS ? "totals" : "close");
		sim_zvt_answer(s, ZVT_YES, out);
		sim_zvt_begin(s, JOB_TOTALS,
			a->cmd == ZVT_TOTALS ? PINPAD_TOTALS : PINPAD_CLOSE);
		break;
	case ZVT_REPEAT:
		sim_say(out, "ask last");
		if (!s->last) {
			abort_with(s, 0x66, out);
			break;
		}
		sim_zvt_answer(s, ZVT_YES, out);
		sim_zvt_begin(s, JOB_REPEAT, PINPAD_LAST);
		/* bit 0: with its status information; bit 1: not printed */
		s->stage = (f->service & 1) != 0 ? STAGE_INFO : STAGE_SLIP;
		s->slip = (f->service & 2) != 0 ? 9 : 0;
		break;
	default:
		do_plain(s, "service", out);
		break;
	}
}

static bool
needs_registration(uint16_t cmd)
{
	return cmd >> 8 == 0x06 && cmd != ZVT_REGISTER && cmd != ZVT_LOG_OFF &&
	       cmd != ZVT_STOP;
}

void
sim_zvt_command(
	struct sim_zvt *s, const struct zvt_apdu *a, struct sim_out *out)
{
	struct fields f = read_fields(s, a, false);
	struct fields secret = read_fields(s, a, true);

	if (a->cmd == ZVT_STOP) {
		do_stop(s, out);
		return;
	}
	if (s->job != JOB_NONE || s->busy) {
		refuse(s, BUSY, "a command while the terminal is master", out);
		return;
	}
	if (needs_registration(a->cmd) && !s->registered) {
		refuse(s, 0x846b, "a command before the registration", out);
		return;
	}
	switch (a->cmd) {
	case ZVT_REGISTER:
		do_register(s, a, out);
		break;
	case ZVT_LOG_OFF:
		s->registered = false;
		sim_say(out, "logged off");
		sim_zvt_answer(s, ZVT_YES, out);
		break;
	case ZVT_PAY:
		do_card(s, PINPAD_PAY, &f, out);
		break;
	case ZVT_RESERVE:
		do_card(s, PINPAD_RESERVE, &f, out);
		break;
	case ZVT_CAPTURE:
		do_book(s, PINPAD_CAPTURE, &f, out);
		break;
	case ZVT_RELEASE:
		do_book(s, PINPAD_RELEASE, &f, out);
		break;
	case 0x0623:
		if (f.good && f.any_receipt) {
			do_open_reservations(s, out);
			break;
		}
		refuse(s, ZVT_NO, "a partial reversal", out);
		break;
	case ZVT_REVERSE:
	case ZVT_REFUND:
	case ZVT_END_OF_DAY:
	case ZVT_TOTALS:
	case ZVT_REPEAT:
	case 0x0651: /* send offline transactions */
	case 0x0693: /* initialization */
		do_password(s, a, &secret, out);
		break;
	case 0x0670: /* diagnosis */
		do_plain(s, "diagnosis", out);
		break;
	case ZVT_STATUS:
		do_status(s, a, out);
		break;
	default:
		refuse(s, ZVT_NO, "a command it does not know", out);
		break;
	}
}
