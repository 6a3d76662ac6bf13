/* SPDX-License-Identifier: Apache-2.0 */
/* A sale, and all of it back: in random pieces and orders, on one receipt or on
 * many, with exchanges, parked in between, and with another configuration on
 * the way.  Nothing is left of any sum. */
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
#include "engine_rig.h"

#include "base/poison.h"

#define LINES 60
#define PARTS 64

struct sold {
	char number[32];
	int64_t no, milli, left;
};

/* One tax on all receipts, or a part of one. */
struct kept {
	char code[TAX_CODE_BYTES], name[TAX_PART_BYTES], why[12];
	int64_t rate, net, tax, gross;
};

struct play {
	struct gen g;
	struct rig r;
	struct sold line[LINES];
	size_t n_line;
	size_t n_exchange;
	size_t n_along; /* deposits that came with their goods */
	struct kept kept[PARTS];
	size_t n_kept;
};

static const char *const codes[] = {"5449000000996", "4311501000014", "4011",
	"WINE", "BEER", "free", "4011", "4311501000014"};

static const char text[] =
	"[shop]\nname = Corner\n[register]\nid = R01\n[currency]\n"
	"code = EUR\n[tax]\nprices = included\nA = 19%\nB = 7%\n"
	"[promotion FRUIT]\nitems = 4011\nbuy = 3\nfree = 1\n"
	"[promotion MENU]\nitems = 5449000000996\nitems2 = 4311501000014\n"
	"price = 1.79\n"
	"[promotion MILK]\nitems = 4311501000014\nbuy = 2\npercent = 30%\n"
	"[pricelist STAFF]\ngroup = staff\nall = -7.5%\n"
	"[coupon WINTER]\ncode = W1\nkind = store\nitems = all\n"
	"percent = 9%\n"
	"[deposit D25]\nprice = 0.25\ntax = item\n";

static enum rc
find_item(void *arg, const char *code, size_t len, struct item *ret,
	enum code_kind *ret_kind, struct err *reterr)
{
	static const struct item items[] = {
		{"5449000000996", CODE_EAN13, "Cola", "10", "A", {89}, 0},
		{"4311501000014", CODE_EAN13, "Milk", "20", "B", {129}, 0},
		{"4011", CODE_PLU, "Bananas", "30", "B", {199}, 0},
		{"free", CODE_INTERNAL, "Leaflet", "", "A", {0}, 0},
		{"WINE", CODE_INTERNAL, "Wine", "", "A", {795}, 0},
		{.code = "BEER",
			.kind = CODE_INTERNAL,
			.name = "Beer",
			.tax = "A",
			.price = {119},
			.deposit = "D25"},
	};

	(void)arg;
	(void)reterr;
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		if (strlen(items[i].code) == len &&
			memcmp(items[i].code, code, len) == 0) {
			*ret = items[i];
			*ret_kind = items[i].kind;
			return RC_OK;
		}
	}
	return RC_NOTFOUND;
}

static void
random_class(struct gen *g, struct tax_class *c, const char *code)
{
	memset(c, 0, sizeof(*c));
	memcpy(c->code, code, strlen(code) + 1);
	c->rate_ppm = (uint32_t)gen_range(g, 0, 300000);
	c->n_part = gen_below(g, 2) ? 0 : 1 + gen_below(g, TAX_PARTS);
	for (size_t i = 0; i < c->n_part; i++) {
		c->part[i].name[0] = 'P';
		c->part[i].name[1] = (char)('0' + i);
		c->part[i].rate_ppm = (uint32_t)gen_range(g, 0, 100000);
		c->part[i].on_tax = i > 0 && gen_below(g, 3) == 0;
	}
	if (c->n_part > 0) {
		c->rate_ppm = tax_rate_of(c);
	}
}

static void
random_policy(struct play *p)
{
	struct gen *g = &p->g;
	struct tax_policy *t = &p->r.config.tax;

	memset(t, 0, sizeof(*t));
	t->included = gen_below(g, 2);
	t->basis = (enum tax_basis)gen_below(g, 3);
	t->round = (enum round)gen_below(g, ROUND_COUNT);
	t->together = gen_below(g, 2);
	t->decimals =
		(uint8_t)(t->basis == TAX_PER_RECEIPT ? 0 : gen_below(g, 3));
	t->n_class = 2;
	random_class(g, &t->class_[0], "A");
	random_class(g, &t->class_[1], "B");
}

static const char *
key(struct play *p, const char *fmt, ...)
{
	char entry[64];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(entry, sizeof(entry), fmt, ap);
	va_end(ap);
	return rig_input(&p->r, entry);
}

static void
must(struct play *p, const char *said)
{
	if (said[0] == '!') {
		fail_msg("%s: %s", said, p->r.act.reply.text);
	}
}

/* --- what was recorded ---------------------------------------------------- */

static struct kept *
kept_of(struct play *p, const struct event_tax *t, const char *name)
{
	const char *why = t->why != NULL ? t->why : "";
	struct kept *k;

	for (size_t i = 0; i < p->n_kept; i++) {
		k = &p->kept[i];
		if (strcmp(k->code, t->code) == 0 && k->rate == t->rate &&
			strcmp(k->name, name) == 0 &&
			strcmp(k->why, why) == 0) {
			return k;
		}
	}
	assert_true(p->n_kept < PARTS);
	k = &p->kept[p->n_kept++];
	memset(k, 0, sizeof(*k));
	(void)snprintf(k->code, sizeof(k->code), "%s", t->code);
	(void)snprintf(k->name, sizeof(k->name), "%s", name);
	(void)snprintf(k->why, sizeof(k->why), "%s", why);
	k->rate = t->rate;
	return k;
}

static void
keep_taxes(struct play *p, const struct event_sale *s)
{
	for (size_t i = 0; i < s->n_tax; i++) {
		const struct event_tax *t = &s->tax[i];
		struct kept *k = kept_of(p, t, "");
		int64_t sum = 0;

		k->net += t->net;
		k->tax += t->tax;
		k->gross += t->gross;
		for (size_t n = 0; n < t->n_part; n++) {
			kept_of(p, t, t->part[n].name)->tax += t->part[n].tax;
			sum += t->part[n].tax;
		}
		assert_true(t->n_part == 0 || sum == t->tax);
	}
}

/* The last sale: what it sold is to come back, too. */
static void
learn(struct play *p)
{
	const struct event *ev = NULL;
	int64_t copies = 0;

	assert_true(p->r.act.reply.sold);
	assert_int_equal(
		p->r.e->ports.document(&p->r, "", &ev, &copies, NULL), RC_OK);
	keep_taxes(p, &ev->data.sale);
	for (size_t i = 0; i < ev->data.sale.n_line; i++) {
		const struct event_line *l = &ev->data.sale.line[i];
		struct sold *s = &p->line[p->n_line];

		if (l->qty < 0) {
			continue;
		}
		assert_true(p->n_line < LINES);
		(void)snprintf(s->number, sizeof(s->number), "%s",
			ev->data.sale.number);
		s->no = l->no;
		s->milli = l->qty;
		s->left = l->qty;
		p->n_line++;
	}
}

/* --- what is keyed ---------------------------------------------------------- */

static void
sell(struct play *p, size_t most)
{
	struct gen *g = &p->g;
	size_t n = 1 + gen_below(g, most);

	for (size_t i = 0; i < n; i++) {
		const char *code = codes[gen_below(g, ARRAY_LEN(codes))];

		must(p, gen_below(g, 5) > 0
				? key(p, "%d*%s", (int)gen_range(g, 1, 7), code)
				: key(p, "%.3f*%s",
					  (double)gen_range(g, 1, 2999) / 1000,
					  code));
		switch (gen_below(g, 8)) {
		case 0:
			must(p, key(p, "%dDI", (int)gen_below(g, 101)));
			break;
		case 1:
			must(p, key(p, "%dPO", (int)gen_below(g, 500)));
			break;
		case 2:
			(void)key(p, "%dDA", 1 + (int)gen_below(g, 90));
			break;
		default:
			break;
		}
	}
}

static void
buyer(struct play *p)
{
	switch (gen_below(&p->g, 8)) {
	case 0:
		must(p, key(p, "TE CERT-1"));
		break;
	case 1:
		must(p, key(p, "CG staff"));
		break;
	case 2:
		must(p, key(p, "%dDS", (int)gen_below(&p->g, 60)));
		break;
	case 3:
		must(p, key(p, "CO W1"));
		break;
	default:
		break;
	}
}

static void
pay(struct play *p)
{
	if (gen_below(&p->g, 4) == 0) {
		must(p, key(p, "PK"));
		must(p, key(p, "PK"));
	}
	must(p, key(p, "TL"));
	must(p, key(p, gen_below(&p->g, 2) ? "CA" : "CC"));
	learn(p);
	/* as long as nothing is open, all may change */
	if (gen_below(&p->g, 4) == 0) {
		random_policy(p);
	}
}

static bool
anything_left(const struct play *p)
{
	for (size_t i = 0; i < p->n_line; i++) {
		if (p->line[i].left > 0) {
			return true;
		}
	}
	return false;
}

static int64_t
left_of(struct play *p, const struct sold *s)
{
	const struct basket *b = engine_view(p->r.e)->basket;
	int64_t back = 0;

	assert_int_equal(
		p->r.e->ports.returned(&p->r, s->number, s->no, &back, NULL),
		RC_OK);
	for (size_t i = 0; i < b->n_line; i++) {
		const struct basket_line *l = &b->line[i];

		if (l->return_no == s->no &&
			strcmp(l->return_of, s->number) == 0) {
			back -= l->qty.milli;
		}
	}
	return s->milli - back;
}

/* A piece of a line that is not back yet; never more. */
static void
bring_back(struct play *p)
{
	struct gen *g = &p->g;
	struct sold *s = &p->line[gen_below(g, p->n_line)];
	int64_t piece, left;

	while (s->left == 0) {
		s = s + 1 < p->line + p->n_line ? s + 1 : p->line;
	}
	left = s->left;
	piece = gen_range(g, 1, left);
	if (s->milli % 1000 == 0) {
		piece = 1000 * gen_range(g, 1, s->left / 1000);
	}
	must(p, key(p, "RF %s", s->number));
	assert_string_equal(
		key(p, "%lld.%03lld*RF%lld", (long long)(s->left + 1) / 1000,
			(long long)(s->left + 1) % 1000, (long long)s->no),
		"!returned");
	must(p, key(p, "%lld.%03lld*RF%lld", (long long)piece / 1000,
			(long long)piece % 1000, (long long)s->no));
	/* a deposit comes along */
	for (size_t i = 0; i < p->n_line; i++) {
		int64_t was = p->line[i].left;

		p->line[i].left = left_of(p, &p->line[i]);
		p->n_along += &p->line[i] != s && p->line[i].left < was;
	}
	assert_true(s->left == left - piece);
	must(p, key(p, "CL"));
}

static void
all_of_it(struct play *p)
{
	struct gen *g = &p->g;

	sell(p, 7);
	buyer(p);
	pay(p);
	while (anything_left(p)) {
		bool exchange = p->n_exchange < 3 && gen_below(g, 3) == 0;

		if (exchange && gen_below(g, 2)) {
			sell(p, 2);
			buyer(p);
			exchange = false;
			p->n_exchange++;
		}
		do {
			bring_back(p);
		} while (anything_left(p) && gen_below(g, 3) > 0);
		if (exchange) {
			sell(p, 2);
			p->n_exchange++;
		}
		pay(p);
	}
}

static void
nothing_is_left(struct play *p)
{
	const struct totals *t = &p->r.totals;

	assert_int_equal(t->gross, 0);
	assert_int_equal(t->discount, 0);
	for (size_t i = 0; i < t->n_tax; i++) {
		assert_int_equal(t->tax[i].net, 0);
		assert_int_equal(t->tax[i].tax, 0);
		assert_int_equal(t->tax[i].gross, 0);
	}
	for (size_t i = 0; i < p->n_kept; i++) {
		const struct kept *k = &p->kept[i];

		if (k->net != 0 || k->tax != 0 || k->gross != 0) {
			fail_msg("%s %s %s: net %lld tax %lld gross %lld left",
				k->code, k->name, k->why, (long long)k->net,
				(long long)k->tax, (long long)k->gross);
		}
	}
	for (size_t i = 0; i < p->n_line; i++) {
		int64_t back = 0;

		assert_int_equal(
			p->r.e->ports.returned(&p->r, p->line[i].number,
				p->line[i].no, &back, NULL),
			RC_OK);
		assert_int_equal(back, p->line[i].milli);
	}
}

static void
sale_and_returns_are_nothing(void **state)
{
	struct play *p = calloc(1, sizeof(*p));
	struct gen g = gen_start("returns");
	size_t n_along = 0;

	(void)state;
	assert_non_null(p);
	for (int i = 0; i < 400; i++) {
		struct config rules;
		struct err err = {0};

		memset(p, 0, sizeof(*p));
		p->g = g;
		rig_open(&p->r);
		memset(&rules, 0, sizeof(rules));
		if (config_check("t", text, strlen(text), &rules, &err) !=
			RC_OK) {
			fail_msg("%s", err.msg);
		}
		p->r.config.rules = rules.rules;
		random_policy(p);
		rig_engine(&p->r);
		p->r.e->ports.find_item = find_item;
		all_of_it(p);
		nothing_is_left(p);
		g = p->g;
		n_along += p->n_along;
		p->r.config.rules = NULL;
		rig_close(&p->r);
		config_release(&rules);
	}
	free(p);
	assert_true(n_along > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sale_and_returns_are_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
