/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "../core/gen.h"
#include "core/pricing.h"
#include "engine_rig.h"
#include "register/draft_internal.h"

#include "base/poison.h"

/* What the engine shows, to compare. */
struct shown {
	struct engine_view view;
	struct basket sums;
	struct basket_line *line; /* BASKET_LINES_MAX of them */
};

static void
shown_take(struct rig *r, struct shown *s)
{
	const struct basket *b = engine_view(r->e)->basket;

	s->view = *engine_view(r->e);
	s->sums = *b;
	memcpy(s->line, b->line, b->n_line * sizeof(b->line[0]));
}

static bool
same_line(const struct basket_line *a, const struct basket_line *b)
{
	return a->no == b->no && strcmp(a->item.code, b->item.code) == 0 &&
	       a->qty.milli == b->qty.milli &&
	       a->price.minor == b->price.minor &&
	       a->item.price.minor == b->item.price.minor &&
	       a->overridden == b->overridden &&
	       a->discount_ppm == b->discount_ppm &&
	       a->discount.minor == b->discount.minor &&
	       a->amount.minor == b->amount.minor &&
	       a->off.minor == b->off.minor && a->list == b->list &&
	       a->relief.minor == b->relief.minor;
}

/* Who buys, what is off all of it, the coupons. */
static bool
same_head(const struct basket *a, const struct basket *b)
{
	bool same = strcmp(a->buyer.group, b->buyer.group) == 0 &&
		    strcmp(a->buyer.certificate, b->buyer.certificate) == 0 &&
		    strcmp(a->buyer.vat, b->buyer.vat) == 0 &&
		    a->sale_ppm == b->sale_ppm &&
		    a->sale_off.minor == b->sale_off.minor &&
		    a->n_coupon == b->n_coupon && a->n_step == b->n_step &&
		    a->next_no == b->next_no && a->age == b->age;

	for (size_t i = 0; same && i < a->n_coupon; i++) {
		same = a->coupon[i].rule == b->coupon[i].rule &&
		       a->coupon[i].counts == b->coupon[i].counts &&
		       a->coupon[i].amount.minor == b->coupon[i].amount.minor;
	}
	return same;
}

/* ${price_check} may differ: a check that found nothing is over. */
static bool
shown_same(struct rig *r, const struct shown *s)
{
	const struct engine_view *v = engine_view(r->e);
	const struct basket *b = v->basket;
	bool same = v->state == s->view.state &&
		    v->due.minor == s->view.due.minor &&
		    v->n_tender == s->view.n_tender &&
		    v->has_pending_qty == s->view.has_pending_qty &&
		    v->has_prev == s->view.has_prev &&
		    v->n_parked == s->view.n_parked &&
		    v->next_sale == s->view.next_sale &&
		    b->n_line == s->sums.n_line &&
		    (b->n_line == 0 || v->selected == s->view.selected) &&
		    b->items.milli == s->sums.items.milli &&
		    b->discounts.minor == s->sums.discounts.minor &&
		    same_head(b, &s->sums);

	for (size_t i = 0; same && i < b->n_line; i++) {
		same = same_line(&b->line[i], &s->line[i]);
	}
	for (size_t i = 0; same && i < 2; i++) {
		same = b->by_class[i].tax.minor ==
			       s->sums.by_class[i].tax.minor &&
		       b->by_class[i].gross.minor ==
			       s->sums.by_class[i].gross.minor;
	}
	return same;
}

/* So many lines are computed anew in no time. */
#define FEW 12

static struct basket fresh; /* filled anew for every look */

/* What was put in, without anything that followed from it. */
static struct basket_line
put_in(const struct basket_line *from)
{
	struct basket_line l = *from;

	if (l.return_no > 0) {
		l.amount = l.back;
		l.relief = l.back_relief;
		return l;
	}
	l.amount.minor = l.relief.minor = 0;
	if (!l.overridden && l.qty.milli > 0 && !l.unknown) {
		l.price.minor = 12345;
	}
	if (l.discount_ppm > 0) {
		l.discount.minor = 999;
	}
	l.off.minor = 77;
	l.list = 7;
	return l;
}

static void
begin_fresh(const struct rig *r, const struct basket *b)
{
	basket_begin(&fresh, b->id, b->opened, &r->config.tax, b->round);
	basket_set_rules(&fresh, b->rules);
}

static void
assert_same(const struct basket *a, const struct basket *b)
{
	assert_int_equal(a->n_line, b->n_line);
	for (size_t i = 0; i < b->n_line; i++) {
		if (!same_line(&a->line[i], &b->line[i])) {
			const struct basket_line *x = &a->line[i];
			const struct basket_line *y = &b->line[i];

			fail_msg("line %u %s: qty %lld, price %lld %lld, "
				 "discount %lld %lld, off %lld %lld, list %d "
				 "%d, relief %lld %lld, class %u %u, "
				 "amount %lld %lld, by hand %d %d %u %u",
				(unsigned)y->no, y->item.code,
				(long long)y->qty.milli,
				(long long)x->price.minor,
				(long long)y->price.minor,
				(long long)x->discount.minor,
				(long long)y->discount.minor,
				(long long)x->off.minor,
				(long long)y->off.minor, x->list, y->list,
				(long long)x->relief.minor,
				(long long)y->relief.minor,
				(unsigned)x->tax_idx, (unsigned)y->tax_idx,
				(long long)x->amount.minor,
				(long long)y->amount.minor, x->overridden,
				y->overridden, x->discount_ppm,
				y->discount_ppm);
		}
	}
	assert_int_equal(a->total.net.minor, b->total.net.minor);
	assert_int_equal(a->total.tax.minor, b->total.tax.minor);
	assert_int_equal(a->total.gross.minor, b->total.gross.minor);
	assert_int_equal(a->discounts.minor, b->discounts.minor);
	assert_int_equal(a->coupons.minor, b->coupons.minor);
	assert_int_equal(a->n_coupon, b->n_coupon);
	assert_int_equal(a->n_step, b->n_step);
	for (size_t i = 0; i < b->n_step; i++) {
		assert_int_equal(a->step[i].kind, b->step[i].kind);
		assert_int_equal(a->step[i].idx, b->step[i].idx);
		assert_int_equal(a->step[i].rule, b->step[i].rule);
		assert_int_equal(
			a->step[i].amount.minor, b->step[i].amount.minor);
	}
}

/* The sums are those of a basket that the same is put into. */
static void
check_fresh(const struct rig *r, const struct basket *b)
{
	begin_fresh(r, b);
	assert_int_equal(basket_receipt(&fresh, b->back, b->n_back), RC_OK);
	assert_int_equal(basket_put_head(&fresh, b), RC_OK);
	for (size_t i = b->n_line; i-- > 0;) {
		struct basket_line l = put_in(&b->line[i]);

		if (l.link == 0) {
			assert_int_equal(basket_restore(&fresh, &l), RC_OK);
		}
	}
	assert_same(&fresh, b);
}

/* And so are they of one that comes back from its draft. */
static void
check_draft(const struct rig *r, const struct basket *b)
{
	static uint8_t plain[4096];
	struct basket head = {.rules = b->rules};
	struct basket_line l;
	uint64_t mark = 0;
	uint8_t age = 0;
	struct rd rd;

	begin_fresh(r, b);
	assert_int_equal(basket_receipt(&fresh, b->back, b->n_back), RC_OK);
	rd_init(&rd, plain, draft_sale_encode(b, plain, sizeof(plain)));
	assert_int_equal(rd_u8(&rd), PART_SALE);
	assert_true(draft_sale_decode(&rd, DRAFT_FORMAT, &head, &mark));
	assert_true(rd_end(&rd));
	assert_int_equal(basket_put_head(&fresh, &head), RC_OK);
	for (size_t i = 0; i < b->n_line; i++) {
		size_t n = draft_line_encode(
			&b->line[i], b->age, plain, sizeof(plain));

		rd_init(&rd, plain, n);
		assert_int_equal(rd_u8(&rd), PART_LINE);
		assert_true(
			draft_line_decode(&rd, DRAFT_FORMAT, &l, &age, &mark));
		assert_true(rd_end(&rd));
		assert_int_equal(l.at.us, b->line[i].at.us);
		assert_int_equal(basket_restore(&fresh, &l), RC_OK);
	}
	assert_same(&fresh, b);
}

static void
check_sums(struct rig *r)
{
	const struct engine_view *v = engine_view(r->e);
	const struct basket *b = v->basket;
	int64_t paid = 0;

	for (size_t i = 0; i < b->n_line; i++) {
		const struct basket_line *l = &b->line[i];
		struct money whole = {0};

		if (l->return_no == 0 && !l->unknown) {
			assert_int_equal(
				qty_extend(l->price, l->qty, b->round, &whole),
				RC_OK);
		}
		if (l->return_no == 0) {
			assert_int_equal(whole.minor - l->discount.minor -
						 l->off.minor - l->relief.minor,
				l->amount.minor);
			assert_true(l->qty.milli < 0 || l->amount.minor >= 0);
		}
		/* a deposit is never alone, nor given for less */
		if (l->link != 0) {
			assert_true(i > 0 && b->line[i - 1].no == l->link);
			assert_int_equal(l->off.minor, 0);
		}
	}
	if (b->n_line < FEW || b->next_no % 64 == 0) {
		check_fresh(r, b);
	}
	for (size_t i = 0; i < v->n_tender; i++) {
		paid += v->tender[i].amount.minor;
	}
	assert_int_equal(paid, v->paid.minor);
	assert_int_equal(b->total.gross.minor,
		v->due.minor + v->paid.minor + b->coupons.minor);
	assert_true(v->n_tender == 0 || v->state == ENGINE_PAY);
	assert_true(engine_fits(r->e));
	if (b->n_line > 0) {
		assert_true(v->selected < b->n_line);
		assert_true(v->state != ENGINE_READY);
	} else {
		assert_int_equal(v->state, ENGINE_READY);
	}
}

/* Put aside and brought back it is what it was. */
static void
check_parked(struct rig *r)
{
	static struct basket_line line[BASKET_LINES_MAX];
	static struct price_step step[BASKET_LINES_MAX * PRICE_STEPS];
	struct basket was = *engine_view(r->e)->basket;

	if (was.n_line == 0 || engine_view(r->e)->n_tender > 0 ||
		engine_view(r->e)->has_pending_qty) {
		return;
	}
	memcpy(line, was.line, was.n_line * sizeof(*line));
	memcpy(step, was.step, was.n_step * sizeof(*step));
	was.line = line;
	was.step = step;
	rig_input(r, "PK");
	assert_true(r->act.reply.ok);
	/* rules are asked by the line's own time */
	r->clock.now.utc.us += INT64_C(7200000000);
	rig_input(r, "PK");
	if (r->act.reply.parked == 0 && r->act.reply.ok &&
		memcmp(engine_view(r->e)->basket->id, was.id, UUID_BYTES) ==
			0) {
		assert_same(engine_view(r->e)->basket, &was);
	}
}

/* While a part is paid before and behind it, no input moves a line. */
static void
check_still(struct rig *r, const struct shown *s)
{
	const struct engine_view *v = engine_view(r->e);

	if (s->view.n_tender == 0 || v->n_tender == 0) {
		return;
	}
	assert_int_equal(v->state, ENGINE_PAY);
	assert_int_equal(v->basket->n_line, s->sums.n_line);
	assert_int_equal(
		v->basket->total.gross.minor, s->sums.total.gross.minor);
	for (size_t i = 0; i < v->basket->n_line; i++) {
		assert_true(same_line(&v->basket->line[i], &s->line[i]));
	}
}

static const char *const codes[] = {"5449000000996", "4311501000014", "4011",
	"AB 12 x", "free", "ODD", "4011", "999", "milk", "BREAK", "ALE",
	"4311501000014", "5449000000996", "ALE", "C50", "M60", "M30", "C5"};
static const char *const commands[] = {"TL", "CA", "VD", "CN", "PO", "DI", "DA",
	"QT", "DP20", "NS", "PC", "PK", "RP", "XR", "RI", "CL", "SL", "SO", "+",
	"-", "*", "ZZ", "PC4011", "TL", "QT", "PO", "CC", "CK", "CP", "TT",
	"RS4011", "OI", "1AG", "NF", "LK", "CC", "CK", "CA", "RF", "RF", "0RF1",
	"0RF", "RF1", "DS", "DT", "CG staff", "CG", "CO C50", "CO M60",
	"CO M30", "CO C5", "CO-", "CO", "3SP", "TE E-1", "TE", "EM D25",
	"VN DE 123", "VN", "WT734", "TW22"};

static void
random_entry(struct gen *g, char *out, size_t cap)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	if (gen_below(g, 20) == 0) {
		sbuf_u64(&b, gen_below(g, 20));
		if (gen_below(g, 4) == 0) {
			sbuf_printf(&b, ".%u", (unsigned)gen_below(g, 1000));
		}
		sbuf_putc(&b, '*');
	}
	switch (gen_below(g, 10)) {
	case 0:
		break;
	case 1:
	case 2:
	case 3:
	case 4:
		sbuf_puts(&b, codes[gen_below(g, ARRAY_LEN(codes))]);
		break;
	default:
		if (gen_below(g, 2) == 0) {
			sbuf_i64(&b, gen_range(g, 0, 1000));
		} else if (gen_below(g, 8) == 0) {
			sbuf_i64(&b, gen_range(g, 0, INT64_MAX));
		}
		sbuf_puts(&b, commands[gen_below(g, ARRAY_LEN(commands))]);
		if (gen_below(g, 4) == 0) {
			sbuf_i64(&b, gen_range(g, 0, 9));
		}
		break;
	}
}

static void
random_shop(struct gen *g, struct rig *r)
{
	static const int64_t steps[] = {1, 1, 5, 10, 50};

	r->config.tax.included = gen_below(g, 2) == 0;
	r->config.tax.basis =
		gen_below(g, 2) == 0 ? TAX_PER_RECEIPT : TAX_PER_LINE;
	r->config.tax.round = (enum round)gen_below(g, ROUND_COUNT);
	r->config.price_round = (enum round)gen_below(g, ROUND_COUNT);
	r->config.cash_round = (enum round)gen_below(g, ROUND_COUNT);
	r->config.currency.cash_step = steps[gen_below(g, ARRAY_LEN(steps))];
	r->config.tax.class_[0].rate_ppm = (uint32_t)gen_below(g, 300000);
	r->config.not_on_file = (enum not_on_file)gen_below(g, 2);
	r->clock.now.tz_min = (int32_t)gen_below(g, 25) * 60 - 720;
	rig_rules(r, gen_below(g, 4) == 0 ? "" : rig_all_rules);
	rig_engine(r);
}

/* Whatever is keyed, with acts that fail to be recorded in between: a refusal
 * and a failure change nothing, and the sums are right at every step. */
static void
random_shifts_hold(void **state)
{
	struct gen g = gen_start("random shifts");
	struct shown before = {.line = NULL};
	uint64_t sold = 0, refused = 0, failed = 0;

	(void)state;
	before.line = calloc(BASKET_LINES_MAX, sizeof(*before.line));
	assert_non_null(before.line);
	for (int shift = 0; shift < 40; shift++) {
		struct rig r;

		rig_open(&r);
		random_shop(&g, &r);
		for (int i = 0; i < 800; i++) {
			char text[64];
			bool scan = gen_below(&g, 5) == 0;
			bool fails = gen_below(&g, 5) == 0;

			random_entry(&g, text, sizeof(text));
			shown_take(&r, &before);
			r.fail = fails;
			rig_bytes(&r, scan ? INPUT_SCAN : INPUT_ENTRY, text,
				strlen(text));
			failed += fails && !r.fail ? 1 : 0;
			r.fail = false;
			if (!r.act.reply.ok) {
				refused++;
				assert_non_null(r.act.reply.error);
				assert_true(r.act.reply.text[0] != '\0');
				assert_int_equal(r.act.n, 0);
				if (!shown_same(&r, &before)) {
					fail_msg("'%s' refused (%s), but "
						 "something changed",
						text, r.act.reply.error);
				}
			}
			check_still(&r, &before);
			check_sums(&r);
			if (engine_view(r.e)->basket->n_line < FEW) {
				check_draft(&r, engine_view(r.e)->basket);
			}
			if (gen_below(&g, 60) == 0) {
				check_parked(&r);
				check_sums(&r);
			}
			r.clock.now.utc.us +=
				(int64_t)gen_below(&g, 60) * INT64_C(60000000);
		}
		sold += r.n_sold;
		assert_int_equal(r.totals.sales, r.n_sold);
		rig_close(&r);
	}
	free(before.line);
	printf("# %llu sold, %llu refused, %llu not recorded\n",
		(unsigned long long)sold, (unsigned long long)refused,
		(unsigned long long)failed);
	assert_true(sold > 50 && refused > 500 && failed > 100);
}

static bool
says_tender(const char *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		if ((p[i] == 'C' || p[i] == 'c') &&
			strchr("AaCcKkPp", p[i + 1]) != NULL) {
			return true;
		}
	}
	return false;
}

/* Noise on the line sells nothing: only a tender or the exact key ends a sale, and a
 * scan never does, whatever it spells. */
static void
noise_completes_no_sale(void **state)
{
	static const char some[] = "0123456789+*-. TLtlVDPKCApo\r\n\x1B\xC3";
	struct gen g = gen_start("noise");
	struct rig r;

	(void)state;
	rig_open(&r);
	for (int i = 0; i < 60000; i++) {
		char text[40];
		size_t n = gen_below(&g, i % 50 == 0 ? sizeof(text) : 7);
		bool scan = gen_below(&g, 2) == 0;

		if (i % 16 == 0) {
			rig_input(&r, "4011");
			rig_input(&r, "TL");
		}
		if (i % 1000 == 0) {
			rig_input(&r, "CN");
		}
		for (size_t k = 0; k < n; k++) {
			text[k] =
				i % 3 == 0
					? (char)gen_below(&g, 256)
					: some[gen_below(&g, sizeof(some) - 1)];
		}
		rig_bytes(&r, scan ? INPUT_SCAN : INPUT_ENTRY, text, n);
		if (r.act.reply.sold) {
			assert_false(scan);
			assert_true(says_tender(text, n));
		}
		if (!r.act.reply.ok) {
			assert_true(r.act.reply.text[0] != '\0');
		}
	}
	rig_close(&r);
}

/* A sale as large as can be is still one line that can be written. */
static void
the_fullest_sale_fits_its_line(void **state)
{
	struct item it = {.kind = CODE_INTERNAL, .tax = "A"};
	struct rig r;
	size_t n;

	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		rig_open(&r);
		memset(it.name, kind == 0 ? 'x' : '"',
			kind == 0 ? 30 : sizeof(it.name) - 1);
		memset(it.code, kind == 0 ? '1' : '\\',
			kind == 0 ? 13 : sizeof(it.code) - 1);
		it.price.minor = 123456;
		rig_input(&r, "4011");
		rig_input(&r, "7DI");
		r.e->last = it; /* the item that is repeated */
		for (n = 1; n < BASKET_LINES_MAX; n++) {
			rig_input(&r, "999.999*RI");
			if (!r.act.reply.ok) {
				break;
			}
			if (kind == 0 || n % 100 == 0) {
				rig_input(&r, "99999.99PO");
				rig_input(&r, "12.3456DI");
			}
		}
		if (kind == 0) {
			assert_int_equal(n, BASKET_LINES_MAX);
			rig_input(&r, "RI");
		} else {
			assert_true(n > 900 && n < BASKET_LINES_MAX);
		}
		assert_string_equal(r.act.reply.error, "sale_full");
		check_sums(&r);
		rig_input(&r, "PK");
		assert_true(r.act.reply.ok);
		rig_input(&r, "PK");
		assert_true(r.act.reply.ok);
		rig_input(&r, "CA");
		assert_true(r.act.reply.sold);
		rig_close(&r);
	}
}

/* The same of goods that come back, with every text at its longest. */
static void
the_fullest_return_fits_its_line(void **state)
{
	struct item it = {.kind = CODE_INTERNAL, .tax = "A"};
	struct basket_line *line;
	struct rig r;
	size_t n;

	(void)state;
	rig_open(&r);
	memset(it.name, '"', sizeof(it.name) - 1);
	memset(it.code, '\\', sizeof(it.code) - 1);
	it.price.minor = 9999999;
	rig_input(&r, "4011");
	r.e->last = it;
	rig_input(&r, "RF");
	rig_input(&r, "RF");
	for (n = 1; n < BASKET_LINES_MAX; n++) {
		rig_input(&r, "999.999*RI");
		if (!r.act.reply.ok) {
			break;
		}
	}
	assert_string_equal(r.act.reply.error, "sale_full");
	assert_true(n > 500);
	line = r.e->basket.line;
	for (size_t i = 1; i < n; i++) {
		memset(line[i].reason, '"', sizeof(line[i].reason) - 1);
		memset(line[i].approver, '9', sizeof(line[i].approver) - 1);
	}
	rig_input(&r, "PK");
	assert_true(r.act.reply.ok);
	rig_input(&r, "PK");
	assert_true(r.act.reply.ok);
	rig_input(&r, "CA");
	assert_true(r.act.reply.sold);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_shifts_hold),
		cmocka_unit_test(noise_completes_no_sale),
		cmocka_unit_test(the_fullest_sale_fits_its_line),
		cmocka_unit_test(the_fullest_return_fits_its_line),
	};

	void *memory = malloc(basket_bytes(BASKET_LINES_MAX));
	int failed;

	if (memory == NULL) {
		return 1;
	}
	basket_init(&fresh, memory, BASKET_LINES_MAX);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(memory);
	return failed;
}
