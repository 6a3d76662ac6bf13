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

#include "base/rng.h"
#include "base/sbuf.h"
#include "register/config.h"
#include "register/config_edit.h"

#include "base/poison.h"

/* What a rule may lean on stands behind it here: the order of sections is
 * the owner's. */
#define TAIL                                                                   \
	"[shop]\nname = Corner\n[register]\nid = R01\n[currency]\n"            \
	"code = EUR\n[tax]\nprices = included\nA = 19%\nB = 7%\n"              \
	"[departments]\n20 = B, Fruit\n[tender CP]\nname = Coupon\n"           \
	"[tender CK]\nname = Cheque\n"

static enum rc
parse(const char *rules, struct config *c, struct err *err)
{
	static char text[CONFIG_TEXT_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, rules);
	sbuf_puts(&b, TAIL);
	assert_true(sbuf_ok(&b));
	return config_check("t", b.p, b.len, c, err);
}

static void
good(const char *rules, struct config *c)
{
	struct err err = {0};

	if (parse(rules, c, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
}

static void
assert_pick(const struct rule_pick *p, enum pick_kind kind, bool except,
	const char *text)
{
	assert_int_equal(p->kind, kind);
	assert_int_equal(p->except, except);
	if (text == NULL) {
		assert_null(p->text);
	} else {
		assert_string_equal(p->text, text);
	}
}

static void
a_text_without_rules_has_none(void **state)
{
	struct config c;

	(void)state;
	good("", &c);
	assert_null(c.rules);
	assert_null(c.rules_memory);
	config_release(&c);
}

static void
lists_are_read(void **state)
{
	struct config c;
	const struct price_list *l;

	(void)state;
	good("[pricelist HAPPY]\nname = Happy hour\nfrom = 2026-11-01\n"
	     "until = 2026-11-01\ndays = mon,tue  sun\ntime = 17:00 - 19:30\n"
	     "group = staff\nalways = yes\n4711 = 4.50\ndept  20 = -10%\n"
	     "dept Fresh Food = -12.5 %\ngroup beer = -0.50\ntax A = 1\n"
	     "all = 100.00\n"
	     "[pricelist night-2]\ntime = 22:00-6:00\n1.2-x_Y = 0.01\n",
		&c);
	assert_int_equal(rules_n_lists(c.rules), 2);
	l = rules_list(c.rules, 0);
	assert_string_equal(l->id, "HAPPY");
	assert_string_equal(l->name, "Happy hour");
	assert_int_equal(l->when.from, 20261101);
	assert_int_equal(l->when.until, 20261101);
	assert_int_equal(l->when.days, 1 | 2 | 64);
	assert_int_equal(l->when.minute_from, 17 * 60);
	assert_int_equal(l->when.minute_to, 19 * 60 + 30);
	assert_string_equal(l->when.group, "staff");
	assert_true(l->always);
	assert_int_equal(l->n_row, 6);
	assert_pick(&l->row[0].pick, PICK_CODE, false, "4711");
	assert_int_equal(l->row[0].how, PRICE_IS);
	assert_int_equal(l->row[0].value, 450);
	assert_pick(&l->row[1].pick, PICK_DEPT, false, "20");
	assert_int_equal(l->row[1].how, PRICE_OFF_PPM);
	assert_int_equal(l->row[1].value, 100000);
	assert_pick(&l->row[2].pick, PICK_DEPT, false, "Fresh Food");
	assert_int_equal(l->row[2].value, 125000);
	assert_pick(&l->row[3].pick, PICK_GROUP, false, "beer");
	assert_int_equal(l->row[3].how, PRICE_OFF);
	assert_int_equal(l->row[3].value, 50);
	assert_pick(&l->row[4].pick, PICK_TAX, false, "A");
	assert_int_equal(l->row[4].value, 100);
	assert_pick(&l->row[5].pick, PICK_ALL, false, NULL);
	l = rules_list(c.rules, 1);
	assert_string_equal(l->name, "night-2");
	assert_int_equal(l->when.minute_from, 22 * 60);
	assert_int_equal(l->when.minute_to, 6 * 60);
	assert_pick(&l->row[0].pick, PICK_CODE, false, "1.2-x_Y");
	assert_true(rules_timed(c.rules));
	config_release(&c);
	assert_null(c.rules);
}

static void
promotions_are_read(void **state)
{
	struct config c;
	const struct promotion *p;

	(void)state;
	good("[promotion MENU]\nitems = 1, dept 20 ,not 2,not  group x\n"
	     "items2 = all\nitems = 3\nbuy = 3\nprice = 5.00\nlimit = 2\n"
	     "[promotion B]\nitems = tax A\nbuy = 3\nfree = 1\nsame = yes\n"
	     "pairing = shop\nfree_percent = 50%\n"
	     "[promotion C]\nitems = all, not 4711\npercent = 100%\n"
	     "[promotion D]\nitems = 1\noff = 0.01\n"
	     "[promotion E]\nitems = 1\nitems2 = 2\nfree = 1\n",
		&c);
	assert_int_equal(rules_n_promotions(c.rules), 5);
	p = rules_promotion(c.rules, 0);
	assert_string_equal(p->name, "MENU");
	assert_int_equal(p->n_slot, 2);
	assert_int_equal(p->slot[0].count, 3);
	assert_int_equal(p->slot[0].n_pick, 5);
	assert_pick(&p->slot[0].pick[1], PICK_DEPT, false, "20");
	assert_pick(&p->slot[0].pick[2], PICK_CODE, true, "2");
	assert_pick(&p->slot[0].pick[3], PICK_GROUP, true, "x");
	assert_pick(&p->slot[0].pick[4], PICK_CODE, false, "3");
	assert_int_equal(p->slot[1].count, 1);
	assert_pick(&p->slot[1].pick[0], PICK_ALL, false, NULL);
	assert_int_equal(p->reward, REWARD_PRICE);
	assert_int_equal(p->value, 500);
	assert_int_equal(p->limit, 2);
	p = rules_promotion(c.rules, 1);
	assert_int_equal(p->reward, REWARD_CHEAPEST);
	assert_int_equal(p->free, 1);
	assert_int_equal(p->value, 500000);
	assert_true(p->shop && p->same);
	assert_pick(&p->slot[0].pick[0], PICK_TAX, false, "A");
	p = rules_promotion(c.rules, 2);
	assert_int_equal(p->reward, REWARD_PPM);
	assert_int_equal(p->value, 1000000);
	assert_int_equal(p->slot[0].count, 1);
	p = rules_promotion(c.rules, 3);
	assert_int_equal(p->reward, REWARD_OFF);
	assert_int_equal(p->value, 1);
	p = rules_promotion(c.rules, 4);
	assert_int_equal(p->reward, REWARD_CHEAPEST);
	assert_int_equal(p->value, 1000000);
	assert_false(rules_timed(c.rules));
	config_release(&c);
}

static void
coupons_deposits_and_forms_are_read(void **state)
{
	struct config c;
	const struct coupon *k;
	const struct deposit *d;
	const struct code_form *f;

	(void)state;
	good("[coupon A]\ncode = W2026\npercent = 10%\nleast = 20.00\n"
	     "limit = 1\n"
	     "[coupon B]\ncode = 0512345678900\nkind = maker\noff = 0.50\n"
	     "items = 4711\ndoubled = yes\ntender = CK\n"
	     "[coupon C]\ncode = x\nkind = maker\noff = 1\n"
	     "[deposit D25]\nname = Pfand\nprice = 0.25\nempties = B\n"
	     "[deposit D-8]\nprice = 0.08\ntax = B\n"
	     "[deposit D15]\nprice = 0.15\n"
	     "[code P]\nform = 2iiiiivppppc\nvalue = price\n"
	     "[code W]\nform = 28iiiiipppppc\nvalue = weight\n"
	     "[code N]\nform = 29iiiiixxpppc\nvalue = count\n"
	     "[code L]\nform = 21iiiipppp\nvalue = price\ndecimals = 0\n",
		&c);
	k = rules_coupon(c.rules, 0);
	assert_string_equal(k->code, "W2026");
	assert_int_equal(k->how, PRICE_OFF_PPM);
	assert_int_equal(k->value, 100000);
	assert_int_equal(k->least.minor, 2000);
	assert_int_equal(k->limit, 1);
	assert_false(k->maker);
	assert_int_equal(k->n_pick, 1);
	assert_pick(&k->pick[0], PICK_ALL, false, NULL);
	k = rules_coupon(c.rules, 1);
	assert_true(k->maker && k->doubled);
	assert_string_equal(k->tender, "CK");
	assert_int_equal(k->how, PRICE_OFF);
	assert_int_equal(k->value, 50);
	assert_pick(&k->pick[0], PICK_CODE, false, "4711");
	assert_string_equal(rules_coupon(c.rules, 2)->tender, "CP");
	d = rules_deposit(c.rules, 0);
	assert_string_equal(d->id, "D25");
	assert_string_equal(d->name, "Pfand");
	assert_int_equal(d->price.minor, 25);
	assert_int_equal(d->how, DEPOSIT_AS_ITEM);
	assert_string_equal(d->tax, "B");
	d = rules_deposit(c.rules, 1);
	assert_int_equal(d->how, DEPOSIT_CLASS);
	assert_string_equal(d->tax, "B");
	assert_string_equal(d->name, "D-8");
	assert_string_equal(rules_deposit(c.rules, 2)->tax, "A");
	assert_int_equal(rules_n_forms(c.rules), 4);
	f = rules_form(c.rules, 0);
	assert_string_equal(f->form, "2iiiiivppppc");
	assert_int_equal(f->value, CODE_HOLDS_PRICE);
	assert_int_equal(f->decimals, 2);
	assert_int_equal(rules_form(c.rules, 1)->value, CODE_HOLDS_WEIGHT);
	assert_int_equal(rules_form(c.rules, 1)->decimals, 3);
	assert_int_equal(rules_form(c.rules, 2)->value, CODE_HOLDS_COUNT);
	assert_int_equal(rules_form(c.rules, 2)->decimals, 0);
	assert_int_equal(rules_form(c.rules, 3)->decimals, 0);
	config_release(&c);
}

#define PROMO "[promotion P]\nitems = 4711\n"
#define LIST "[pricelist L]\n"
#define COUPON "[coupon C]\ncode = X1\n"
#define DEPOSIT "[deposit D]\n"
#define FORM "[code F]\n"

static const struct {
	const char *rules, *where, *words;
} wrong[] = {
	/* sections */
	{"[promotion]\n", "t:1:2: ", "names no promotion"},
	{"[promotion A B]\n", "t:1:2: ", "names no promotion"},
	{"[promotion abcdefghijklmnopqrstuvwxyz01234]\n", "t:1:2: ", "1 to 40"},
	{"[promotions A]\n", "t:1:2: ", "no section"},
	{PROMO "off = 1\n[promotion P]\nitems = 4\n", "t:4:2: ", "twice"},
	{LIST "1 = 1\n" LIST "2 = 2\n", "t:3:2: ", "twice"},
	{COUPON "off = 1\n" COUPON "off = 2\n", "t:4:2: ", "twice"},
	{DEPOSIT "price = 1\n" DEPOSIT "price = 1\n", "t:3:2: ", "twice"},
	{FORM "form = 2iiiiippp\nvalue = price\n" FORM, "t:4:2: ", "twice"},
	{PROMO "offf = 1\n", "t:3:1: ", "no key 'offf'"},
	{PROMO "off = 1\noff = 2\n", "t:4:7: ", "twice"},
	{PROMO "off =\n", "t:3:6: ", "empty"},
	{DEPOSIT "group = x\n", "t:2:1: ", "no key"},
	{FORM "name = x\n", "t:2:1: ", "no key"},
	/* amounts, parts, numbers */
	{PROMO "percent = 100.1%\n", "t:3:11: ", "at most 100%"},
	{PROMO "percent = 0%\n", "t:3:11: ", "above 0%"},
	{PROMO "percent = -5%\n", "t:3:11: ", "above 0%"},
	{PROMO "percent = 20\n", "t:3:11: ", "percentage"},
	{PROMO "percent = %\n", "t:3:11: ", "percentage"},
	{PROMO "price = 0.00\n", "t:3:9: ", "above 0"},
	{PROMO "price = -1\n", "t:3:9: ", "above 0"},
	{PROMO "off = 1.005\n", "t:3:7: ", "2 decimals"},
	{PROMO "off = 1,50\n", "t:3:7: ", "no amount"},
	{PROMO "off = 10000000.00\n", "t:3:7: ", "no amount"},
	{PROMO "buy = 0\n", "t:3:7: ", "1 to 9999"},
	{PROMO "buy = -3\n", "t:3:7: ", "1 to 9999"},
	{PROMO "buy = 2.5\n", "t:3:7: ", "1 to 9999"},
	{PROMO "limit = 10000\n", "t:3:9: ", "1 to 9999"},
	{DEPOSIT "price = 0\n", "t:2:9: ", "above 0"},
	{COUPON "least = 0\n", "t:3:9: ", "above 0"},
	{LIST "4711 = 0.00\n", "t:2:8: ", "above 0"},
	{LIST "4711 = 10%\n", "t:2:8: ", "-10%"},
	{LIST "4711 = -101%\n", "t:2:8: ", "at most 100%"},
	{LIST "4711 = --1\n", "t:2:8: ", "no amount"},
	{LIST "4711 = -\n", "t:2:8: ", "no amount"},
	{LIST "always = maybe\n", "t:2:10: ", "yes or no"},
	/* when */
	{LIST "1 = 1\nfrom = 2026-02-29\n", "t:3:8: ", "no day"},
	{LIST "1 = 1\nfrom = 2026-13-01\n", "t:3:8: ", "no day"},
	{LIST "1 = 1\nfrom = 1.11.2026\n", "t:3:8: ", "no day"},
	{LIST "from = 2026-11-02\nuntil = 2026-11-01\n1 = 1\n",
		"t:3:9: ", "before the first"},
	{PROMO "from = 2026-11-02\nuntil = 2026-11-01\noff = 1\n",
		"t:4:9: ", "before the first"},
	{COUPON "from = 2026-11-02\nuntil = 2026-11-01\noff = 1\n",
		"t:4:9: ", "before the first"},
	{LIST "1 = 1\ndays = monday\n", "t:3:8: ", "no days"},
	{LIST "1 = 1\ntime = 25:00-26:00\n", "t:3:8: ", "no time"},
	{LIST "1 = 1\ntime = 17:60-19:00\n", "t:3:8: ", "no time"},
	{LIST "1 = 1\ntime = 17:00\n", "t:3:8: ", "no time"},
	{LIST "1 = 1\ntime = 24:00-1:00\n", "t:3:8: ", "no time"},
	{LIST "1 = 1\ntime = 12:00-12:00\n", "t:3:8: ", "no time at all"},
	{LIST "1 = 1\ngroup = two words\n", "t:3:9: ", "no name"},
	{LIST "1 = 1\ngroup = abcdefghijklmnop\n", "t:3:9: ", "at most 15"},
	/* goods */
	{"[promotion P]\noff = 1\n", "t:1:2: ", "for no goods"},
	{"[promotion P]\nitems = not 4711\noff = 1\n",
		"t:2:9: ", "only exceptions"},
	{"[promotion P]\nitems = 4711, not 4711\noff = 1\n",
		"t:2:9: ", "leave nothing"},
	{"[promotion P]\nitems = 05449000000996, not 5449000000996\noff = 1\n",
		"t:2:9: ", "leave nothing"},
	{"[promotion P]\nitems = dept 1, not all\noff = 1\n",
		"t:2:9: ", "leave nothing"},
	{"[promotion P]\nitems = 1,,2\n", "t:2:9: ", "comma"},
	{"[promotion P]\nitems = 1,\n", "t:2:9: ", "comma"},
	{"[promotion P]\nitems = 1 2\n", "t:2:9: ", "commas"},
	{"[promotion P]\nitems = dept\n", "t:2:9: ", "which one"},
	{"[promotion P]\nitems = not\n", "t:2:9: ", "which one"},
	{"[promotion P]\nitems = tax C\n", "t:2:9: ", "no tax class 'C'"},
	{"[promotion P]\nitems = group a/b\n", "t:2:9: ", "no name"},
	{"[promotion P]\nitems = D\noff = 1\n[deposit D]\nprice = 1\n",
		"t:2:9: ", "D is a deposit"},
	{LIST "D = 1\n[deposit D]\nprice = 1\n", "t:2:1: ", "D is a deposit"},
	{LIST "tax C = 1\n", "t:2:1: ", "no tax class"},
	{LIST "not 4711 = 1\n", "t:2:1: ", "no code"},
	{LIST "name = Empty\n", "t:1:2: ", "has no price"},
	{LIST "1 = 1\ndept 2 = 1\n1 = 2\n", "t:4:5: ", "1 stands in"},
	{LIST "dept 2 = 1\ndept  2 = 2\n", "t:3:11: ", "2 stands in"},
	{LIST "all = 1\nall = 2\n", "t:3:7: ", "all stands in"},
	{LIST "5449000000996 = 1\n9 = 1\n05449000000996 = 2\n",
		"t:4:18: ", "twice"},
	/* promotions that contradict themselves */
	{PROMO, "t:1:2: ", "takes nothing off"},
	{PROMO "off = 1\npercent = 5%\n", "t:4:11: ", "'off' already"},
	{PROMO "buy = 3\nfree = 1\nprice = 1\n", "t:4:8: ", "'price' already"},
	{PROMO "free = 1\n", "t:3:8: ", "as many are free"},
	{PROMO "buy = 2\nfree = 2\n", "t:4:8: ", "fewer than 2"},
	{PROMO "items2 = 2\nfree = 2\n", "t:4:8: ", "fewer than 2"},
	{PROMO "off = 1\nfree_percent = 50%\n", "t:4:16: ", "goes with 'free'"},
	{PROMO "off = 1\npairing = shop\n", "t:4:11: ", "goes with 'free'"},
	{PROMO "buy = 2\nitems2 = 2\nfree = 1\npairing = shop\n",
		"t:6:11: ", "one set"},
	{PROMO "buy = 2\nfree = 1\npairing = us\n",
		"t:5:11: ", "customer or shop"},
	{PROMO "items2 = 2\nsame = yes\noff = 1\n",
		"t:4:8: ", "never the same"},
	{PROMO "items3 = 2\noff = 1\n", "t:3:10: ", "no 'items2'"},
	{PROMO "buy2 = 2\noff = 1\n", "t:3:8: ", "items2"},
	{"[promotion P]\nbuy = 2\noff = 1\n", "t:2:7: ", "items"},
	/* coupons */
	{"[coupon C]\noff = 1\n", "t:1:2: ", "no code"},
	{"[coupon C]\ncode = a b\n", "t:2:8: ", "no code"},
	{COUPON, "t:1:2: ", "takes nothing off"},
	{COUPON "off = 1\npercent = 1%\n", "t:4:11: ", "'off' already"},
	{COUPON "off = 1\nkind = bank\n", "t:4:8: ", "store or maker"},
	{COUPON "off = 1\ndoubled = yes\n", "t:4:11: ", "of a maker"},
	{COUPON "off = 1\ntender = CK\n", "t:4:10: ", "of a maker"},
	{COUPON "off = 1\nkind = maker\ntender = CA\n",
		"t:5:10: ", "than cash"},
	{COUPON "off = 1\nkind = maker\ntender = ZZ\n",
		"t:5:10: ", "no [tender ZZ]"},
	{COUPON "off = 1\nitems = not 1\n", "t:4:9: ", "only exceptions"},
	{COUPON "off = 1\n[coupon B]\ncode = X1\noff = 1\n",
		"t:5:8: ", "[coupon C] has the code"},
	{COUPON "off = 1\n[deposit X1]\nprice = 1\n",
		"t:2:8: ", "code of a deposit"},
	{"[coupon C]\ncode = 20000001\noff = 1\n"
	 "[code F]\nform = 2iiippxx\nvalue = price\n",
		"t:2:8: ", "of [code F]"},
	/* deposits */
	{DEPOSIT "tax = A\n", "t:1:2: ", "no amount"},
	{DEPOSIT "price = 1\ntax = C\n", "t:3:7: ", "no tax class"},
	{DEPOSIT "price = 1\nempties = item\n", "t:3:11: ", "no tax class"},
	{DEPOSIT "price = 1\ntax = A\nempties = B\n",
		"t:4:11: ", "class of its own"},
	{"[deposit 20000001]\nprice = 1\n"
	 "[code F]\nform = 2iiippxx\nvalue = price\n",
		"t:1:2: ", "of [code F]"},
	/* forms */
	{FORM "value = price\n", "t:1:2: ", "form = "},
	{FORM "form = 2iiiiippp\n", "t:1:2: ", "value = "},
	{FORM "form = 2iiiiivvpppp\n", "t:2:8: ", "verifier"},
	{FORM "form = 2iiiiivppp\n", "t:2:8: ", "verifier"},
	{FORM "form = 2abc567\n", "t:2:8: ", "no form"},
	{FORM "form = 2iipp\n", "t:2:8: ", "wrong length"},
	{FORM "form = 2iiiiiiiiiiiiiiiiiiiiiiiiiiipppppppp\n",
		"t:2:8: ", "wrong length"},
	{FORM "form = 2iiiiippppc\n", "t:2:8: ", "check digit"},
	{FORM "form = 2iiiiicppppppp\n", "t:2:8: ", "check digit"},
	{FORM "form = iiiiiippppppc\n", "t:2:8: ", "any code"},
	{FORM "form = 2xxxxxxppp\n", "t:2:8: ", "no item"},
	{FORM "form = 2iiiiiiiiiiic\n", "t:2:8: ", "no value"},
	{FORM "form = 2iipppppppppp\n", "t:2:8: ", "nine digits"},
	{FORM "form = 2iippiippp\n", "t:2:8: ", "two places"},
	{FORM "form = 2iiiiippp\nvalue = price\ndecimals = 3\n",
		"t:4:12: ", "at most 2"},
	{FORM "form = 2iiiiippp\nvalue = count\ndecimals = 1\n",
		"t:4:12: ", "at most 0"},
	{FORM "form = 2iiiiippp\nvalue = price\ndecimals = 4\n",
		"t:4:12: ", "0, 1, 2 or 3"},
	{FORM "form = 2iiiiippp\nvalue = money\n", "t:3:9: ", "count"},
	{FORM "form = 2iiiiippp\nvalue = price\n[code G]\n"
	      "form = 21iiiippp\nvalue = price\n",
		"t:5:8: ", "[code F] and of [code G]"},
};

static void
says_where_and_what_to_write(void **state)
{
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = {0};
		struct config c = {.version = ""};
		enum rc rc = parse(wrong[i].rules, &c, &err);

		if (rc != RC_PROTO || err.rc != RC_PROTO ||
			strncmp(err.msg, wrong[i].where,
				strlen(wrong[i].where)) != 0 ||
			strstr(err.msg, wrong[i].words) == NULL) {
			bad++;
			print_error("%s-> %s '%s'\n", wrong[i].rules,
				rc_name(rc), err.msg);
		}
		assert_null(c.rules_memory);
	}
	assert_int_equal(bad, 0);
}

static void
what_overlaps_and_is_no_slip_is_taken(void **state)
{
	struct config c;

	(void)state;
	/* promotions for the same goods: the best deal decides */
	good(PROMO "off = 1\n[promotion Q]\nitems = all\npercent = 1%\n", &c);
	config_release(&c);
	/* an ID is used once of its kind */
	good("[promotion X]\nitems = 1\noff = 1\n[pricelist X]\n1 = 1\n"
	     "[coupon X]\ncode = 1\noff = 1\n[deposit X]\nprice = 1\n"
	     "[code X]\nform = 2iiiiippp\nvalue = price\n",
		&c);
	config_release(&c);
	/* digits tell forms apart, wherever they stand; so does the length */
	good("[code A]\nform = 20iiiippp\nvalue = price\n"
	     "[code B]\nform = 21iiiippp\nvalue = weight\n"
	     "[code C]\nform = 2iiiiipppp\nvalue = weight\n",
		&c);
	config_release(&c);
	good(LIST "dept 1 = 1\ngroup 1 = 1\n1 = 1\ndept 2 = 1\n", &c);
	config_release(&c);
}

static void
long_sets_stand_on_many_lines(void **state)
{
	static char text[CONFIG_TEXT_BYTES];
	struct config c;
	struct sbuf b;
	unsigned no = 0;

	(void)state;
	sbuf_init(&b, text, sizeof(text) - sizeof(TAIL));
	sbuf_puts(&b, "[promotion MANY]\nbuy = 2\noff = 1.00\n");
	for (int line = 0; line < 100; line++) {
		sbuf_puts(&b, "items = ");
		for (int i = 0; i < 200; i++) {
			sbuf_printf(
				&b, "%s%u", i > 0 ? ", " : "", 10000 + no++);
		}
		sbuf_putc(&b, '\n');
	}
	sbuf_puts(&b, "[pricelist MANY]\n");
	for (unsigned i = 0; i < 10000; i++) {
		sbuf_printf(&b, "%u = %u.00\n", 90000 - i, i + 1);
	}
	assert_true(sbuf_ok(&b));
	good(text, &c);
	assert_int_equal(rules_promotion(c.rules, 0)->slot[0].n_pick, 20000);
	assert_pick(&rules_promotion(c.rules, 0)->slot[0].pick[19999],
		PICK_CODE, false, "29999");
	assert_int_equal(rules_list(c.rules, 0)->n_row, 10000);
	assert_pick(&rules_list(c.rules, 0)->row[9999].pick, PICK_CODE, false,
		"80001");
	assert_int_equal(rules_list(c.rules, 0)->row[9999].value, 1000000);
	config_release(&c);
}

static void
there_is_room_for_as_many_as_the_manual_says(void **state)
{
	static char text[CONFIG_TEXT_BYTES];
	struct err err = {0};
	struct config c;
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text) - sizeof(TAIL));
	for (int i = 0; i < RULES_PROMOTIONS; i++) {
		sbuf_printf(&b, "[promotion P%d]\nitems = %d\noff = 0.10\n", i,
			i + 1);
	}
	for (int i = 0; i < RULES_COUPONS; i++) {
		sbuf_printf(&b, "[coupon C%d]\ncode = K%d\noff = 0.10\n", i, i);
	}
	for (int i = 0; i < RULES_DEPOSITS; i++) {
		sbuf_printf(&b, "[deposit D%d]\nprice = 0.10\n", i);
	}
	for (int i = 0; i < RULES_LISTS; i++) {
		sbuf_printf(&b, "[pricelist L%d]\n1 = 0.10\n", i);
	}
	for (int i = 0; i < RULES_FORMS; i++) {
		sbuf_printf(&b, "[code F%d]\nform = %diiipp\nvalue = price\n",
			i, i + 10);
	}
	assert_true(sbuf_ok(&b));
	good(text, &c);
	assert_int_equal(rules_n_promotions(c.rules), RULES_PROMOTIONS);
	assert_int_equal(rules_n_coupons(c.rules), RULES_COUPONS);
	config_release(&c);
	sbuf_puts(&b, "[promotion MORE]\nitems = 1\noff = 1\n");
	assert_int_equal(parse(text, &c, &err), RC_PROTO);
	assert_non_null(
		strstr(err.msg, "there is room for 1000 of [promotion"));
}

static void
shared_rules_stay_until_the_last_lets_go(void **state)
{
	struct config a, b, *c = config_new();

	(void)state;
	assert_non_null(c);
	good(PROMO "off = 1\n", &a);
	config_share(&b, &a);
	config_share(c, &b);
	config_release(&a);
	config_release(&a);
	config_release(&b);
	assert_null(b.rules);
	assert_string_equal(rules_promotion(c->rules, 0)->id, "P");
	config_free(c);
	config_free(NULL);
}

static void
changed_bytes_never_crash_it(void **state)
{
	static const char all[] =
		"[pricelist HAPPY]\nfrom = 2026-11-01\ndays = mon tue\n"
		"time = 17:00-19:00\n4711 = 4.50\ndept 20 = -10%\n"
		"[promotion MENU]\nitems = 1, dept 20, not 2\nitems2 = all\n"
		"buy = 3\nfree = 1\nfree_percent = 50%\n"
		"[coupon A]\ncode = W2026\npercent = 10%\nleast = 20.00\n"
		"[deposit D25]\nprice = 0.25\nempties = B\n"
		"[code P]\nform = 2iiiiivppppc\nvalue = price\n";
	struct rng_seeded s;
	struct rng r = rng_seeded(&s, 7);
	size_t taken = 0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		char text[sizeof(all)];
		struct config c = {.version = ""};
		struct err err = {0};
		uint16_t at[4];
		uint8_t to[4];

		memcpy(text, all, sizeof(all));
		rng_fill(&r, (uint8_t *)at, sizeof(at));
		rng_fill(&r, to, sizeof(to));
		for (size_t k = 0; k < 1 + (size_t)(i % 3); k++) {
			size_t n = at[k] % (sizeof(all) - 1);

			text[n] = i % 2 ? (char)(' ' + to[k] % 95)
					: text[to[k] % (sizeof(all) - 1)];
		}
		if (parse(text, &c, &err) != RC_OK) {
			assert_true(strncmp(err.msg, "t:", 2) == 0);
		} else {
			taken++;
		}
		config_release(&c);
	}
	assert_in_range(taken, 10, 4900);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_without_rules_has_none),
		cmocka_unit_test(lists_are_read),
		cmocka_unit_test(promotions_are_read),
		cmocka_unit_test(coupons_deposits_and_forms_are_read),
		cmocka_unit_test(says_where_and_what_to_write),
		cmocka_unit_test(what_overlaps_and_is_no_slip_is_taken),
		cmocka_unit_test(long_sets_stand_on_many_lines),
		cmocka_unit_test(there_is_room_for_as_many_as_the_manual_says),
		cmocka_unit_test(shared_rules_stay_until_the_last_lets_go),
		cmocka_unit_test(changed_bytes_never_crash_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
