/* SPDX-License-Identifier: Apache-2.0 */
#include "register/config_doubt.h"

#include <string.h>

#include "base/conf.h"

#include "base/poison.h"

#define WORDS_BYTES 320
#define MISSING_TOLD 3 /* codes of one section by name, the rest as a number */

struct doubter {
	const struct config *c;
	int32_t today;
	const struct config_goods *goods; /* NULL: no catalog */
	config_doubt_fn fn;
	void *arg;
	char section[64];
};

static void
doubt(const struct doubter *d, const char *words)
{
	d->fn(d->arg, &(struct config_doubt){d->section, words});
}

static void
name_section(struct doubter *d, const char *kind, const char *id)
{
	struct sbuf b;

	sbuf_init(&b, d->section, sizeof(d->section));
	sbuf_printf(&b, "%s %s", kind, id);
}

/* --- when --- */

/* 0 Monday to 6 Sunday, of a day as 20261121 (Sakamoto). */
static unsigned
weekday(int32_t day)
{
	static const int shift[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
	int y = day / 10000, m = day / 100 % 100, d = day % 100;

	y -= m < 3 ? 1 : 0;
	return (unsigned)(y + y / 4 - y / 100 + y / 400 + shift[(m + 11) % 12] +
			  d + 6) %
	       7;
}

/* Days from one to the other, as far as a week. */
static int
days_between(int32_t from, int32_t until)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y = from / 10000, m = from / 100 % 100, d = from % 100;
	int n = 0;

	while (n < 7 && y * 10000 + m * 100 + d < until) {
		bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

		if (++d > days[m - 1] + (m == 2 && leap ? 1 : 0)) {
			d = 1;
			m = m == 12 ? 1 : m + 1;
			y += m == 1 ? 1 : 0;
		}
		n++;
	}
	return n;
}

static void
look_at_when(struct doubter *d, const struct rule_when *w)
{
	char words[WORDS_BYTES];
	struct sbuf b;
	bool some = false;
	int n;

	if (w->until != 0 && w->until < d->today) {
		sbuf_init(&b, words, sizeof(words));
		sbuf_printf(&b,
			"is over since %04d-%02d-%02d: take it out, or write "
			"another last day",
			w->until / 10000, w->until / 100 % 100, w->until % 100);
		doubt(d, words);
		return;
	}
	if (w->days == 0 || w->from == 0 || w->until == 0) {
		return;
	}
	n = days_between(w->from, w->until);
	for (int i = 0; i <= n && i < 7; i++) {
		some = some ||
		       (w->days >> (weekday(w->from) + (unsigned)i) % 7 & 1) !=
			       0;
	}
	if (!some) {
		doubt(d, "holds on no day: none of its days of the week is "
			 "between its first and its last");
	}
}

/* --- goods --- */

struct missing {
	char words[WORDS_BYTES];
	struct sbuf b;
	size_t n;
};

static void
note_code(struct doubter *d, struct missing *m, const struct rule_pick *p)
{
	struct item item;

	if (p->kind != PICK_CODE || d->goods == NULL ||
		d->goods->find(d->goods->arg, p->text, &item)) {
		return;
	}
	if (m->n++ < MISSING_TOLD) {
		sbuf_puts(&m->b, m->n > 1 ? ", " : "");
		sbuf_printf(&m->b, "%.60s", p->text);
	}
}

static void
note_dept(struct doubter *d, const struct rule_pick *p)
{
	char words[WORDS_BYTES];
	struct sbuf b;

	if (p->kind != PICK_DEPT || d->c->n_dept == 0 ||
		p->text[strspn(p->text, "0123456789")] != '\0' ||
		config_dept_find(d->c, p->text) != NULL) {
		return;
	}
	sbuf_init(&b, words, sizeof(words));
	sbuf_printf(&b,
		"is for department %s, which is not under [departments]: "
		"correct the number, or write the department there",
		p->text);
	doubt(d, words);
}

static void
begin_codes(struct missing *m)
{
	sbuf_init(&m->b, m->words, sizeof(m->words));
	sbuf_puts(&m->b, "is for goods that are not in the catalog: ");
	m->n = 0;
}

static void
end_codes(struct doubter *d, struct missing *m)
{
	if (m->n > MISSING_TOLD) {
		sbuf_printf(&m->b, " and %zu more", m->n - MISSING_TOLD);
	}
	if (m->n > 0) {
		sbuf_puts(&m->b, "; import them, or correct the codes");
		doubt(d, m->words);
	}
}

static void
look_at_picks(struct doubter *d, struct missing *m, const struct rule_pick *p,
	size_t n)
{
	for (size_t i = 0; i < n; i++) {
		note_code(d, m, &p[i]);
		note_dept(d, &p[i]);
	}
}

/* The most a unit of the set costs in the catalog; -1 nobody can tell. */
static int64_t
dearest(const struct doubter *d, const struct promotion_slot *s)
{
	int64_t most = -1;
	struct item item;

	for (size_t i = 0; i < s->n_pick; i++) {
		const struct rule_pick *p = &s->pick[i];

		if (p->except) {
			continue;
		}
		if (p->kind != PICK_CODE || d->goods == NULL ||
			!d->goods->find(d->goods->arg, p->text, &item)) {
			return -1;
		}
		most = item.price.minor > most ? item.price.minor : most;
	}
	return most;
}

/* A bundle at more than all of it costs.  A list may raise a price, so this is
 * only asked where there is none that could. */
static void
look_at_saving(struct doubter *d, const struct promotion *p)
{
	int64_t sum = 0;

	if (p->reward != REWARD_PRICE || rules_n_lists(d->c->rules) > 0) {
		return;
	}
	for (size_t i = 0; i < p->n_slot; i++) {
		int64_t most = dearest(d, &p->slot[i]);

		if (most < 0 || most > INT64_MAX / p->slot[i].count) {
			return;
		}
		sum += most * p->slot[i].count;
	}
	if (sum <= p->value) {
		doubt(d, "takes nothing off: the dearest of its goods cost no "
			 "more than its price");
	}
}

static void
look_at_list(struct doubter *d, const struct price_list *l)
{
	struct missing m;

	begin_codes(&m);
	look_at_when(d, &l->when);
	for (size_t i = 0; i < l->n_row; i++) {
		look_at_picks(d, &m, &l->row[i].pick, 1);
	}
	end_codes(d, &m);
	for (size_t i = 0; i + 1 < l->n_row; i++) {
		if (l->row[i].pick.kind == PICK_ALL) {
			doubt(d, "has rows behind 'all', which never count: "
				 "write 'all' as the last one");
			return;
		}
	}
}

static void
look_at_promotion(struct doubter *d, const struct promotion *p)
{
	struct missing m;

	begin_codes(&m);
	look_at_when(d, &p->when);
	for (size_t i = 0; i < p->n_slot; i++) {
		look_at_picks(d, &m, p->slot[i].pick, p->slot[i].n_pick);
	}
	end_codes(d, &m);
	look_at_saving(d, p);
}

static void
look_at_coupon(struct doubter *d, const struct coupon *k)
{
	struct missing m;
	struct item item;

	begin_codes(&m);
	look_at_when(d, &k->when);
	look_at_picks(d, &m, k->pick, k->n_pick);
	end_codes(d, &m);
	if (d->goods != NULL && d->goods->find(d->goods->arg, k->code, &item)) {
		doubt(d, "has a code that goods of the catalog have too: "
			 "write another one");
	}
}

/* A shop that was just made cannot sell until it is told who it is. */
static void
look_at_receipt(struct doubter *d)
{
	char words[WORDS_BYTES];
	const char *name = NULL;
	struct sbuf b;

	while ((name = config_missing(d->c, name)) != NULL) {
		size_t n = strcspn(name, " "), part = strcspn(name, ".");
		bool number = strncmp(name, "tax_part.", part + 1) == 0;

		sbuf_init(&b, words, sizeof(words));
		sbuf_puts(&b, "requires ");
		sbuf_write(&b, name, n);
		sbuf_puts(&b, ", which is empty: nothing is sold until ");
		sbuf_puts(&b, number ? "number" : "");
		sbuf_write(&b, number ? "" : name + part + 1,
			number ? 0 : n - part - 1);
		sbuf_puts(&b, " = ... stands under [");
		sbuf_write(&b, name, part);
		sbuf_puts(&b, number ? " " : "");
		sbuf_write(&b, name + part + 1, number ? n - part - 1 : 0);
		sbuf_putc(&b, ']');
		doubt(d, words);
	}
}

void
config_doubts(const struct config *c, int32_t today,
	const struct config_goods *goods, config_doubt_fn fn, void *arg)
{
	struct doubter d = {c, today, goods, fn, arg, "receipt"};
	const struct rules *r = c->rules;

	look_at_receipt(&d);
	for (size_t i = 0; i < rules_n_lists(r); i++) {
		name_section(&d, "pricelist", rules_list(r, i)->id);
		look_at_list(&d, rules_list(r, i));
	}
	for (size_t i = 0; i < rules_n_promotions(r); i++) {
		name_section(&d, "promotion", rules_promotion(r, i)->id);
		look_at_promotion(&d, rules_promotion(r, i));
	}
	for (size_t i = 0; i < rules_n_coupons(r); i++) {
		name_section(&d, "coupon", rules_coupon(r, i)->id);
		look_at_coupon(&d, rules_coupon(r, i));
	}
}

/* --- where it stands --- */

struct seeker {
	const char *section;
	int line;
};

static enum rc
seek(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct seeker *s = arg;

	(void)value;
	(void)reterr;
	if (key == NULL && s->line == 0 && strcmp(section, s->section) == 0) {
		s->line = pos->line;
	}
	return RC_OK;
}

int
config_section_line(const char *text, size_t len, const char *section)
{
	struct seeker s = {section, 0};

	(void)!conf_parse("", text, len, seek, &s, NULL);
	return s.line;
}
