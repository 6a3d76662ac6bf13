/* SPDX-License-Identifier: Apache-2.0 */
/* A terminal at work: one command to the register after the other. */
#include <stdio.h>
#include <string.h>

#include "sim/zvt_internal.h"

#include "base/poison.h"

#define T3_US INT64_C(5000000)
#define PRINTS 0x80u
#define PRINTS_PAYMENTS 0x02u
#define PRINTS_ADMIN 0x04u
#define STEPS 0x08u
#define LINES 6u

struct book_row *
sim_zvt_row(struct sim_zvt *s, size_t at)
{
	return at == 0 ? NULL : &s->book.row[at - 1];
}

void
sim_zvt_begin(struct sim_zvt *s, enum zvt_job job, enum pinpad_op op)
{
	static const enum zvt_stage first[] = {
		[JOB_NONE] = STAGE_OVER,
		[JOB_PLAIN] = STAGE_END,
		[JOB_REFUSE] = STAGE_FAIL,
		[JOB_CARD] = STAGE_CARD,
		[JOB_BOOK] = STAGE_HOST,
		[JOB_TOTALS] = STAGE_INFO,
		[JOB_REPEAT] = STAGE_INFO,
	};

	s->job = job;
	s->stage = first[job];
	s->op = op;
	s->sent = false;
	s->answered = false;
	s->card_in = job != JOB_CARD;
	s->step = 0;
	s->slip = 0;
	s->line = 0;
	s->row = 0;
	s->about = 0;
	s->fail = 0;
	s->due.us = s->now.us + s->takes_us;
	zvt_begin(&s->data, ZVT_COMPLETION);
}

static void
over(struct sim_zvt *s)
{
	if (s->once && (s->job == JOB_CARD || s->job == JOB_BOOK)) {
		s->fate = FATE_APPROVE;
		s->once = false;
	}
	s->job = JOB_NONE;
	s->stage = STAGE_OVER;
	s->row = 0;
	s->about = 0;
	s->sent = false;
}

/* It is final: what was authorized is charged, what it was about changes. */
static void
settle(struct sim_zvt *s, struct sim_out *out)
{
	struct book_row *r = sim_zvt_row(s, s->row);
	struct book_row *about = sim_zvt_row(s, s->about);

	if (r == NULL || r->state != BOOK_PENDING) {
		return;
	}
	r->state = BOOK_CHARGED;
	if (about != NULL) {
		about->state =
			s->op == PINPAD_REVERSE ? BOOK_REVERSED : BOOK_CLOSED;
	}
	s->last = true;
	s->last_info = s->info;
	sim_say(out, "charged receipt=%u op=%s amount=%lld", r->receipt,
		pinpad_op_name(r->op), (long long)r->amount);
}

void
sim_zvt_drop(struct sim_zvt *s, struct sim_out *out, const char *why)
{
	struct book_row *r = sim_zvt_row(s, s->row);

	if (s->job == JOB_NONE) {
		return;
	}
	if (r != NULL && r->state == BOOK_PENDING) {
		r->state = BOOK_REVERSED;
		sim_say(out, "reversed receipt=%u: %s", r->receipt, why);
	} else {
		sim_say(out, "given up: %s", why);
	}
	over(s);
}

/* --- what it says --------------------------------------------------------- */

static void
send_made(struct sim_zvt *s, struct zvt_make *m, struct sim_out *out)
{
	if (zvt_end(m)) {
		sim_zvt_send(s, m->byte, m->n, out);
	}
	s->sent = true;
	s->answered = false;
	s->due.us = s->now.us + T3_US;
}

static void
send_step(struct sim_zvt *s, uint8_t code, struct sim_out *out)
{
	struct zvt_make m;

	zvt_begin(&m, ZVT_STEP);
	zvt_put1(&m, code);
	send_made(s, &m, out);
}

static void
put_card(struct sim_zvt *s, struct zvt_make *m)
{
	uint8_t pan[8] = {0x67, 0xee, 0xee, 0xee, 0xee, 0xee};
	uint8_t check[11] = {0x2f, 8, 0x1f, 0x10, 1, 0, 0x1f, 0x12, 1, 0};
	size_t n = strlen(s->card);

	for (size_t i = 0; i < 2; i++) {
		pan[6 + i] = (uint8_t)((s->last4[2 * i] - '0') << 4 |
				       (s->last4[2 * i + 1] - '0'));
	}
	zvt_put(m, "\x19", 1);
	zvt_put1(m, s->fate == FATE_OFFLINE ? 0x40
		    : s->signature          ? 0x60
					    : 0x70);
	zvt_put_var(m, 0x22, 2, pan, sizeof(pan));
	zvt_put_var(m, 0x8b, 2, s->card, n + 1);
	zvt_put(m,
		"\x3b"
		"A12345\0",
		9);
	check[5] = s->signature ? 1 : 2;
	check[9] = s->entry;
	zvt_put_tag(m, 0x06, check, 10);
}

/* 04 0F of something that was done, by the row of the book it made. */
static void
make_info(struct sim_zvt *s, const struct book_row *r)
{
	struct zvt_make *m = &s->info;
	int64_t sec = s->now.us / 1000000 % 86400;
	int64_t id = 0;

	for (size_t i = 0; i < 8; i++) {
		id = id * 10 + (s->terminal[i] - '0');
	}
	zvt_begin(m, ZVT_STATUS_INFO);
	zvt_put(m, "\x27\x00", 2);
	zvt_put_amount(m, r->amount);
	zvt_put_currency(m, s->currency);
	zvt_put1(m, 0x0b);
	zvt_put_bcd(m, r->trace, 3);
	if (r->op == PINPAD_REVERSE) {
		zvt_put1(m, 0x37);
		zvt_put_bcd(m, sim_zvt_row(s, s->about)->trace, 3);
	}
	zvt_put1(m, 0x0c);
	zvt_put_bcd(m, sec / 3600 * 10000 + sec / 60 % 60 * 100 + sec % 60, 3);
	zvt_put(m, "\x0d\x11\x21\x29", 4);
	zvt_put_bcd(m, id, 4);
	zvt_put1(m, 0x87);
	zvt_put_bcd(m, r->receipt, 2);
	put_card(s, m);
	m->n = zvt_end(m) ? m->n : 0;
}

static void
send_declined(struct sim_zvt *s, uint8_t code, struct sim_out *out)
{
	struct zvt_make m;

	s->fail = code;
	zvt_begin(&m, ZVT_STATUS_INFO);
	zvt_put1(&m, 0x27);
	zvt_put1(&m, code);
	sim_say(out, "declined %02X", code);
	send_made(s, &m, out);
}

static void
send_totals(struct sim_zvt *s, struct sim_out *out)
{
	uint8_t data[53] = {0};
	struct zvt_make m, sum = {.n = 0};
	unsigned count = 0;
	int64_t total = book_total(&s->book, &count);

	zvt_put_bcd(&sum, total < 0 ? 0 : total, 6);
	data[4] = (uint8_t)count; /* all of them are girocard */
	memcpy(data + 5, sum.byte, 6);
	zvt_begin(&m, ZVT_STATUS_INFO);
	zvt_put(&m, "\x27\x00", 2);
	zvt_put_var(&m, 0x60, 3, data, sizeof(data));
	send_made(s, &m, out);
}

/* Silent from now on, for a while. */
static void
fall_silent(struct sim_zvt *s, bool charged, struct sim_out *out)
{
	s->deaf.us = s->now.us + s->quiet_us;
	if (charged) {
		struct book_row *r =
			book_add(&s->book, s->op, s->amount, s->last4);

		s->row = r != NULL ? (size_t)(r - s->book.row) + 1 : 0;
		if (r != NULL) {
			make_info(s, r);
		}
		settle(s, out);
	}
	sim_say(out, "silent");
	over(s);
}

static void
send_info(struct sim_zvt *s, struct sim_out *out)
{
	struct book_row *r;

	if (s->job == JOB_TOTALS) {
		send_totals(s, out);
		return;
	}
	if (s->job == JOB_REPEAT) {
		sim_zvt_send(s, s->last_info.byte, s->last_info.n, out);
		s->sent = true;
		s->answered = false;
		s->due.us = s->now.us + T3_US;
		return;
	}
	if (s->job == JOB_CARD && s->fate == FATE_DECLINE) {
		send_declined(s, s->code, out);
		return;
	}
	if (s->fate == FATE_CHARGED || s->fate == FATE_SILENT) {
		fall_silent(s, s->fate == FATE_CHARGED, out);
		return;
	}
	r = book_add(&s->book, s->op,
		s->job == JOB_CARD && s->fate == FATE_AMOUNT ? s->other
							     : s->amount,
		s->last4);
	if (r == NULL) {
		send_declined(s, 0xb2, out);
		return;
	}
	s->row = (size_t)(r - s->book.row) + 1;
	make_info(s, r);
	sim_zvt_send(s, s->info.byte, s->info.n, out);
	s->sent = true;
	s->answered = false;
	s->due.us = s->now.us + T3_US;
}

/* --- receipts ------------------------------------------------------------- */

static bool
prints(const struct sim_zvt *s)
{
	bool admin = s->job == JOB_TOTALS;

	return (s->config & PRINTS) != 0 &&
	       (s->config & (admin ? PRINTS_ADMIN : PRINTS_PAYMENTS)) != 0 &&
	       (admin || s->row != 0 || s->job == JOB_REPEAT);
}

/* Slips of this job: the shop's where one must sign, the customer's. */
static unsigned
slips(const struct sim_zvt *s)
{
	return !prints(s) ? 0 : s->signature && s->job == JOB_CARD ? 2 : 1;
}

static void
slip_row(const struct sim_zvt *s, unsigned line, char *out, size_t cap)
{
	bool shop = slips(s) == 2 && s->slip == 0;
	unsigned count;
	int64_t cents =
		s->job == JOB_TOTALS ? book_total(&s->book, &count) : s->amount;

	switch (line) {
	case 0:
		(void)snprintf(out, cap, "%s",
			s->job == JOB_TOTALS ? "Kassenschnitt"
			: shop               ? "H\x84ndlerbeleg"
					     : "Kundenbeleg");
		break;
	case 1:
		(void)snprintf(out, cap, "Terminal-ID  %s", s->terminal);
		break;
	case 2:
		(void)snprintf(
			out, cap, "%s ############%s", s->card, s->last4);
		break;
	case 3:
		(void)snprintf(out, cap, "EUR %lld,%02lld",
			(long long)(cents / 100), (long long)(cents % 100));
		break;
	case 4:
		(void)snprintf(out, cap, "%s",
			shop ? "Unterschrift: ________" : "Vielen Dank");
		break;
	default:
		out[0] = '\0';
		break;
	}
}

static void
send_block(struct sim_zvt *s, struct sim_out *out)
{
	struct zvt_make rows = {.n = 0};
	struct zvt_make in = {.n = 0};
	bool shop = slips(s) == 2 && s->slip == 0;
	uint8_t kind = s->job == JOB_TOTALS ? 3 : shop ? 1 : 2;
	struct zvt_make m;
	char row[64];

	for (unsigned i = 0; i + 1 < LINES; i++) {
		slip_row(s, i, row, sizeof(row));
		zvt_put(&rows, i == 0 ? "\x09\x01\x40" : "\x09\x01\x00", 3);
		zvt_put_tag(&rows, 0x07, row, strlen(row));
	}
	zvt_put(&rows, "\x09\x01\xc0", 3);
	zvt_put_tag(&in, 0x1f07, &kind, 1);
	if (shop) {
		zvt_put_tag(&in, 0x1f37, "\x03", 1);
	}
	zvt_put_tag(&in, 0x25, rows.byte, rows.n);
	zvt_begin(&m, ZVT_PRINT_BLOCK);
	zvt_put_tag(&m, 0x06, in.byte, in.n);
	s->line = LINES;
	send_made(s, &m, out);
}

static void
send_slip(struct sim_zvt *s, struct sim_out *out)
{
	struct zvt_make m;
	char row[64];

	if (s->blocks && !s->lines) {
		send_block(s, out);
		return;
	}
	slip_row(s, s->line, row, sizeof(row));
	s->line++;
	zvt_begin(&m, ZVT_PRINT_LINE);
	zvt_put1(&m, s->line == LINES ? 0xc0 : s->line == 1 ? 0x40 : 0x00);
	zvt_put(&m, row, strlen(row));
	send_made(s, &m, out);
}

/* --- going on ------------------------------------------------------------- */

static void
next(struct sim_zvt *s, enum zvt_stage stage)
{
	s->stage = stage;
	s->sent = false;
}

/* What comes behind what was answered. */
static void
advance(struct sim_zvt *s, struct sim_out *out)
{
	s->due.us = s->now.us + s->takes_us;
	switch (s->stage) {
	case STAGE_CARD:
		next(s, s->fate == FATE_CANCEL ? STAGE_FAIL : STAGE_HOST);
		s->fail = s->fate == FATE_CANCEL ? 0x6c : 0;
		break;
	case STAGE_HOST:
		s->sent = false;
		if (s->step++ >= s->waits) {
			next(s, STAGE_INFO);
		}
		break;
	case STAGE_INFO:
		next(s, s->fail != 0 ? STAGE_FAIL : STAGE_SLIP);
		if (s->job == JOB_REPEAT && s->slip == 9) {
			next(s, STAGE_END);
		}
		if (s->fail == 0 && s->job != JOB_REPEAT &&
			s->fate == FATE_NO_END && s->job != JOB_TOTALS) {
			settle(s, out);
			s->deaf.us = s->now.us + s->quiet_us;
			sim_say(out, "silent");
			over(s);
		}
		break;
	case STAGE_SLIP:
		s->sent = false;
		if (s->line >= LINES) {
			s->line = 0;
			s->slip++;
		}
		break;
	case STAGE_END:
		if (s->job == JOB_TOTALS && s->op == PINPAD_CLOSE) {
			book_settle(&s->book);
		}
		over(s);
		break;
	case STAGE_FAIL:
	case STAGE_OVER:
	default:
		over(s);
		break;
	}
}

void
sim_zvt_said(struct sim_zvt *s, bool yes, uint8_t code, struct sim_out *out)
{
	struct book_row *r = sim_zvt_row(s, s->row);

	if (!s->sent || s->answered) {
		return;
	}
	if (!yes && (s->stage == STAGE_INFO || s->stage == STAGE_SLIP)) {
		/* not printed, not delivered: it takes the payment back */
		if (r != NULL && r->state == BOOK_PENDING) {
			r->state = BOOK_REVERSED;
			sim_say(out, "reversed receipt=%u", r->receipt);
		}
		next(s, STAGE_FAIL);
		s->fail = code;
		s->due.us = s->now.us + s->takes_us;
		return;
	}
	s->answered = true;
	advance(s, out);
}

static void
send_end(struct sim_zvt *s, struct sim_out *out)
{
	settle(s, out);
	send_made(s, &s->data, out);
}

static void
send_fail(struct sim_zvt *s, struct sim_out *out)
{
	struct zvt_make m;

	zvt_begin(&m, ZVT_ABORT);
	zvt_put1(&m, s->fail);
	zvt_put(&m, s->data.byte + 3, s->data.n - 3);
	send_made(s, &m, out);
}

/* One command to the register; false: nothing was to be said here. */
static void
perform(struct sim_zvt *s, struct sim_out *out)
{
	bool steps = (s->config & STEPS) != 0;

	switch (s->stage) {
	case STAGE_CARD:
		if (steps) {
			send_step(s, 0x0a, out);
			return;
		}
		advance(s, out);
		break;
	case STAGE_HOST:
		s->card_in = true;
		if (steps) {
			send_step(s, 0x04, out);
			return;
		}
		advance(s, out);
		break;
	case STAGE_INFO:
		send_info(s, out);
		break;
	case STAGE_SLIP:
		if (s->slip >= slips(s)) {
			next(s, STAGE_END);
			return;
		}
		send_slip(s, out);
		break;
	case STAGE_END:
		send_end(s, out);
		break;
	case STAGE_FAIL:
		send_fail(s, out);
		break;
	case STAGE_OVER:
	default:
		over(s);
		break;
	}
}

void
sim_zvt_work(struct sim_zvt *s, struct sim_out *out)
{
	for (int i = 0; i < 16 && s->job != JOB_NONE; i++) {
		if (s->now.us < s->due.us) {
			return;
		}
		if (s->sent) {
			/* T3: nobody answers.  What the register was told and
			 * did not hear is taken back. */
			sim_zvt_drop(s, out, "no answer");
			return;
		}
		if (s->link.awaiting || s->link.rx != ZVT_RX_IDLE) {
			return;
		}
		perform(s, out);
	}
}
