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
#include "register/config_diff.h"
#include "register/config_doubt.h"
#include "register/config_parts.h"

#include "base/poison.h"

#define BASE                                                                   \
	"[shop]\nname = Corner\n[register]\nid = R01\n[currency]\n"            \
	"code = EUR\n[tax]\nprices = included\nA = 19%\n"

/* --- several files --- */

static void
one_file_is_taken_to_the_byte(void **state)
{
	static const char text[] = "\xEF\xBB\xBF# no end";
	struct config_part p = {"x/a.conf", text, strlen(text), 0};
	char out[64];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, out, sizeof(out));
	assert_int_equal(config_join(&p, 1, &b, NULL), RC_OK);
	assert_string_equal(out, text);
	assert_int_equal(p.first, 1);
	sbuf_init(&b, out, 8);
	assert_int_equal(config_join(&p, 1, &b, NULL), RC_RANGE);
}

static void
several_are_one_text_with_their_names(void **state)
{
	static const char week[] = "\xEF\xBB\xBF[promotion P]\nitems = 1\n";
	struct config_part p[] = {{"/etc/a.conf", BASE, strlen(BASE), 0},
		{"b\n.conf", "", 0, 0}, {"c.conf", week, strlen(week), 0},
		{"d.conf", "off = 0", 7, 0}};
	char out[1024];
	struct err err = {0};
	struct config c = {.version = ""};
	struct sbuf b;
	int line = 0;

	(void)state;
	sbuf_init(&b, out, sizeof(out));
	assert_int_equal(config_join(p, 4, &b, NULL), RC_OK);
	assert_string_equal(out,
		"# --- a.conf\n" BASE "# --- b .conf\n# --- c.conf\n"
		"[promotion P]\nitems = 1\n# --- d.conf\noff = 0\n");
	assert_string_equal(
		config_part_at(p, 4, 1, &line)->name, "/etc/a.conf");
	assert_int_equal(line, 1);
	assert_string_equal(
		config_part_at(p, 4, 10, &line)->name, "/etc/a.conf");
	assert_int_equal(line, 9);
	assert_string_equal(config_part_at(p, 4, 13, &line)->name, "c.conf");
	assert_int_equal(line, 1);
	/* what is wrong is told by the file and its own line */
	assert_int_equal(
		config_part_check(p, 4, b.p, b.len, &c, &err), RC_PROTO);
	assert_memory_equal(err.msg, "d.conf:1:7: '0' is no amount", 28);
	p[3].text = "off = 1";
	assert_int_equal(config_join(p, 4, &b, NULL), RC_OK);
	assert_int_equal(config_part_check(p, 4, b.p, b.len, &c, &err), RC_OK);
	assert_int_equal(rules_n_promotions(c.rules), 1);
	assert_int_equal(config_section_line(b.p, b.len, "promotion P"), 13);
	assert_int_equal(config_section_line(b.p, b.len, "promotion Q"), 0);
	config_release(&c);
}

/* --- what differs --- */

#define LINES_MAX 4000

struct text {
	char p[LINES_MAX * 4];
	size_t len;
};

static void
write_text(struct text *t, const char *line, size_t n, bool end)
{
	t->len = 0;
	for (size_t i = 0; i < n; i++) {
		t->p[t->len++] = line[i];
		if (i + 1 < n || end) {
			t->p[t->len++] = '\n';
		}
	}
}

static const char *
line_end(const char *s)
{
	const char *nl = strchr(s, '\n');

	assert_non_null(nl);
	return nl + 1;
}

/* One text made from the other by what was written, as patch does; each line
 * that stays or goes must be there. */
static void
patch(const struct text *from, const char *diff, struct text *ret)
{
	const char *a = from->p, *end = from->p + from->len;
	size_t no = 1;

	ret->len = 0;
	if (*diff != '\0') {
		diff = line_end(line_end(diff));
	}
	while (*diff != '\0') {
		const char *next = line_end(diff);
		size_t n = (size_t)(next - diff) - 1;
		bool open = next[0] == '\\';

		if (diff[0] == '@') {
			unsigned long at = strtoul(diff + 4, NULL, 10);
			unsigned long size = 1;
			const char *comma = strpbrk(diff + 4, ", ");

			if (*comma == ',') {
				size = strtoul(comma + 1, NULL, 10);
			}
			for (; no < at + (size == 0 ? 1 : 0); no++) {
				const char *to = line_end(a);

				memcpy(ret->p + ret->len, a, (size_t)(to - a));
				ret->len += (size_t)(to - a);
				a = to;
			}
			diff = next;
			continue;
		}
		n -= 1;
		if (diff[0] != '+') {
			assert_memory_equal(a, diff + 1, n);
			a += n;
			if (!open) {
				assert_int_equal(*a++, '\n');
			}
			no++;
		}
		if (diff[0] != '-') {
			memcpy(ret->p + ret->len, diff + 1, n);
			ret->len += n;
			if (!open) {
				ret->p[ret->len++] = '\n';
			}
		}
		diff = open ? line_end(next) : next;
	}
	memcpy(ret->p + ret->len, a, (size_t)(end - a));
	ret->len += (size_t)(end - a);
}

static size_t
compare(const struct text *a, const struct text *b)
{
	static struct text made;
	struct config_side from = {"a", a->p, a->len}, to = {"b", b->p, b->len};
	size_t room = config_diff_bytes(&from, &to);
	char *out = malloc(room);
	struct sbuf d;
	bool same = false;
	size_t changes = 0;

	assert_non_null(out);
	sbuf_init(&d, out, room);
	assert_int_equal(config_diff(&from, &to, &d, &same, NULL), RC_OK);
	assert_int_equal(
		same, a->len == b->len && memcmp(a->p, b->p, a->len) == 0);
	assert_int_equal(same, d.len == 0);
	patch(a, out, &made);
	assert_int_equal(made.len, b->len);
	assert_memory_equal(made.p, b->p, b->len);
	for (const char *s = out; *s != '\0'; s = line_end(s)) {
		changes += (*s == '-' || *s == '+') && s[1] != *s ? 1 : 0;
	}
	free(out);
	return changes;
}

static void
a_difference_makes_one_of_the_other(void **state)
{
	static struct text a, b;
	static char x[LINES_MAX], y[LINES_MAX];
	struct rng_seeded s;
	struct rng r = rng_seeded(&s, 11);

	(void)state;
	for (int i = 0; i < 3000; i++) {
		uint8_t dice[40];
		size_t n = 0, m = 0;

		rng_fill(&r, dice, sizeof(dice));
		for (size_t k = 0; k < dice[0] % 20u; k++) {
			x[n++] = (char)('a' + dice[k + 1] % 4);
		}
		for (size_t k = 0; k < n; k++) {
			if (dice[k + 20] % 5 != 0) {
				y[m++] = x[k];
			}
			if (dice[k + 20] % 7 == 0) {
				y[m++] = 'z';
			}
		}
		write_text(&a, x, n, dice[38] % 4 != 0);
		write_text(&b, y, m, dice[39] % 4 != 0);
		(void)compare(&a, &b);
	}
}

static void
a_difference_is_the_shortest_until_it_is_long(void **state)
{
	static struct text a, b;
	static char x[LINES_MAX], y[LINES_MAX];

	(void)state;
	for (size_t i = 0; i < LINES_MAX; i++) {
		x[i] = (char)('a' + i * i % 23);
		y[i] = x[i];
	}
	y[10] = '0';
	y[2000] = '1';
	y[3999] = '2';
	write_text(&a, x, LINES_MAX, true);
	write_text(&b, y, LINES_MAX, true);
	assert_int_equal(compare(&a, &b), 6);
	write_text(&b, y, LINES_MAX - 3, true);
	assert_int_equal(compare(&a, &b), 4 + 3);
	for (size_t i = 0; i < LINES_MAX; i += 3) {
		y[i] = '!';
	}
	write_text(&b, y, LINES_MAX, true);
	assert_true(compare(&a, &b) >= 2 * (size_t)LINES_MAX / 3);
	/* nothing in common, and nothing at all */
	memset(y, '?', sizeof(y));
	write_text(&b, y, LINES_MAX, false);
	assert_int_equal(compare(&a, &b), 2 * LINES_MAX);
	write_text(&b, y, 0, false);
	assert_int_equal(compare(&a, &b), LINES_MAX);
	assert_int_equal(compare(&b, &a), LINES_MAX);
	assert_int_equal(compare(&b, &b), 0);
}

/* --- slips --- */

static void
put_doubt(void *arg, const struct config_doubt *d)
{
	struct sbuf *b = arg;

	sbuf_printf(b, "%s %s\n", d->section, d->words);
}

static size_t
doubts(const char *rules, int32_t today, char *out, size_t cap)
{
	char text[4096];
	struct config c = {.version = ""};
	struct err err = {0};
	struct sbuf b;
	size_t n = 0;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, BASE);
	sbuf_puts(&b, rules);
	if (config_check("t", b.p, b.len, &c, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	sbuf_init(&b, out, cap);
	config_doubts(&c, today, NULL, put_doubt, &b);
	config_release(&c);
	for (const char *s = out; *s != '\0'; s = line_end(s)) {
		n++;
	}
	return n;
}

#define P "[promotion P]\nitems = 1\noff = 1\n"

static void
what_is_over_is_told_the_day_after(void **state)
{
	char out[1024];

	(void)state;
	assert_int_equal(
		doubts(P "until = 2026-11-21\n", 20261121, out, sizeof(out)),
		0);
	assert_int_equal(
		doubts(P "until = 2026-11-21\n", 20261122, out, sizeof(out)),
		1);
	assert_non_null(strstr(out, "is over since 2026-11-21"));
}

static void
what_receipts_lack_is_told(void **state)
{
	char out[1024];

	(void)state;
	assert_int_equal(doubts("[receipt]\nrequired = shop.tax_id tax_part.X "
				"shop.address receipt.title\n"
				"title = T\n[shop]\naddress = here\n",
				 20261121, out, sizeof(out)),
		2);
	assert_string_equal(out,
		"receipt requires shop.tax_id, which is empty: nothing is sold "
		"until tax_id = ... stands under [shop]\n"
		"receipt requires tax_part.X, which is empty: nothing is sold "
		"until number = ... stands under [tax_part X]\n");
}

static void
what_holds_on_no_day_is_told(void **state)
{
	static const struct {
		const char *when;
		size_t n;
	} row[] = {
		/* 21 November 2026 is a Saturday */
		{"from = 2026-11-21\nuntil = 2026-11-21\ndays = sat\n", 0},
		{"from = 2026-11-21\nuntil = 2026-11-21\ndays = sun\n", 1},
		{"from = 2026-11-21\nuntil = 2026-11-22\ndays = sun\n", 0},
		{"from = 2026-11-21\nuntil = 2026-11-26\ndays = fri\n", 1},
		{"from = 2026-11-21\nuntil = 2026-11-27\ndays = fri\n", 0},
		{"from = 2026-11-21\nuntil = 2027-11-27\ndays = fri\n", 0},
		/* 29 February 2028 is a Tuesday */
		{"from = 2028-02-27\nuntil = 2028-03-01\ndays = thu sat\n", 1},
		{"from = 2028-02-27\nuntil = 2028-03-01\ndays = wed\n", 0},
		{"from = 2026-12-31\nuntil = 2027-01-01\ndays = fri\n", 0},
		{"from = 2026-12-31\nuntil = 2027-01-01\ndays = sat\n", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char rules[256], out[1024];
		struct sbuf b;

		sbuf_init(&b, rules, sizeof(rules));
		sbuf_puts(&b, P);
		sbuf_puts(&b, row[i].when);
		if (doubts(rules, 20261101, out, sizeof(out)) != row[i].n) {
			fail_msg("%s: %s", row[i].when, out);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_file_is_taken_to_the_byte),
		cmocka_unit_test(several_are_one_text_with_their_names),
		cmocka_unit_test(a_difference_makes_one_of_the_other),
		cmocka_unit_test(a_difference_is_the_shortest_until_it_is_long),
		cmocka_unit_test(what_is_over_is_told_the_day_after),
		cmocka_unit_test(what_receipts_lack_is_told),
		cmocka_unit_test(what_holds_on_no_day_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
