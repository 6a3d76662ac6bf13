/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rules.h"

#include <string.h>

#include "core/rules_internal.h"

#include "base/poison.h"

/* What a byte of text can become at most: ";" in a list of codes is a pick. */
#define BYTES_PER_BYTE 64
#define BYTES_LEAST 65536

size_t
rules_bytes(size_t text_len)
{
	return sizeof(struct rules) + BYTES_LEAST + BYTES_PER_BYTE * text_len;
}

struct rules *
rules_init(void *memory, size_t bytes)
{
	struct rules *r = memory;

	memset(r, 0, sizeof(*r));
	arena_init(&r->arena, r + 1, bytes - sizeof(*r));
	return r;
}

static void *
copy(struct rules *r, const void *from, size_t n, size_t size)
{
	void *to = arena_take(&r->arena, n, size);

	if (to != NULL && n > 0) {
		memcpy(to, from, n * size);
	}
	return to;
}

static const char *
copy_text(struct rules *r, const char *s)
{
	return copy(r, s, strlen(s) + 1, 1);
}

static const struct rule_pick *
copy_picks(struct rules *r, const struct rule_pick *from, size_t n)
{
	struct rule_pick *to = copy(r, from, n, sizeof(*from));

	for (size_t i = 0; to != NULL && i < n; i++) {
		if (from[i].text != NULL) {
			to[i].text = copy_text(r, from[i].text);
		}
		if (from[i].text != NULL && to[i].text == NULL) {
			return NULL;
		}
	}
	return to;
}

static void
note_time(struct rules *r, const struct rule_when *w)
{
	r->timed = r->timed || w->from != 0 || w->until != 0 || w->days != 0 ||
		   w->minute_from != w->minute_to;
}

enum rc
rules_add_list(struct rules *r, const struct price_list *list)
{
	struct price_list *l;
	struct price_row *row;

	if (rules_find_list(r, list->id) >= 0) {
		return RC_EXISTS;
	}
	l = copy(r, list, 1, sizeof(*l));
	row = copy(r, list->row, list->n_row, sizeof(*row));
	if (r->n_list == RULES_LISTS || l == NULL || row == NULL) {
		return RC_NOSPC;
	}
	for (size_t i = 0; i < list->n_row; i++) {
		const struct rule_pick *p =
			copy_picks(r, &list->row[i].pick, 1);

		if (p == NULL) {
			return RC_NOSPC;
		}
		row[i].pick = *p;
	}
	l->row = row;
	note_time(r, &l->when);
	r->list[r->n_list++] = l;
	return RC_OK;
}

enum rc
rules_add_promotion(struct rules *r, const struct promotion *promotion)
{
	struct promotion *p;

	if (rules_find_promotion(r, promotion->id) >= 0) {
		return RC_EXISTS;
	}
	p = copy(r, promotion, 1, sizeof(*p));
	if (r->n_promotion == RULES_PROMOTIONS || p == NULL) {
		return RC_NOSPC;
	}
	for (size_t i = 0; i < p->n_slot; i++) {
		p->slot[i].pick =
			copy_picks(r, p->slot[i].pick, p->slot[i].n_pick);
		if (p->slot[i].pick == NULL) {
			return RC_NOSPC;
		}
	}
	note_time(r, &p->when);
	r->promotion[r->n_promotion++] = p;
	return RC_OK;
}

enum rc
rules_add_coupon(struct rules *r, const struct coupon *coupon)
{
	struct coupon *c;

	if (rules_find_coupon(r, coupon->id) >= 0 ||
		rules_find_coupon_code(r, coupon->code) >= 0) {
		return RC_EXISTS;
	}
	c = copy(r, coupon, 1, sizeof(*c));
	if (r->n_coupon == RULES_COUPONS || c == NULL) {
		return RC_NOSPC;
	}
	c->code = copy_text(r, c->code);
	c->pick = copy_picks(r, c->pick, c->n_pick);
	if (c->code == NULL || c->pick == NULL) {
		return RC_NOSPC;
	}
	note_time(r, &c->when);
	r->coupon[r->n_coupon++] = c;
	return RC_OK;
}

enum rc
rules_add_deposit(struct rules *r, const struct deposit *deposit)
{
	const struct deposit *d;

	if (rules_find_deposit(r, deposit->id) >= 0) {
		return RC_EXISTS;
	}
	d = copy(r, deposit, 1, sizeof(*d));
	if (r->n_deposit == RULES_DEPOSITS || d == NULL) {
		return RC_NOSPC;
	}
	r->deposit[r->n_deposit++] = d;
	return RC_OK;
}

enum rc
rules_add_form(struct rules *r, const struct code_form *form)
{
	const struct code_form *f;

	for (size_t i = 0; i < r->n_form; i++) {
		if (strcmp(r->form[i]->id, form->id) == 0) {
			return RC_EXISTS;
		}
	}
	f = copy(r, form, 1, sizeof(*f));
	if (r->n_form == RULES_FORMS || f == NULL) {
		return RC_NOSPC;
	}
	r->form[r->n_form++] = f;
	return RC_OK;
}

size_t
rules_n_lists(const struct rules *r)
{
	return r == NULL ? 0 : r->n_list;
}

const struct price_list *
rules_list(const struct rules *r, size_t i)
{
	return r->list[i];
}

size_t
rules_n_promotions(const struct rules *r)
{
	return r == NULL ? 0 : r->n_promotion;
}

const struct promotion *
rules_promotion(const struct rules *r, size_t i)
{
	return r->promotion[i];
}

size_t
rules_n_coupons(const struct rules *r)
{
	return r == NULL ? 0 : r->n_coupon;
}

const struct coupon *
rules_coupon(const struct rules *r, size_t i)
{
	return r->coupon[i];
}

size_t
rules_n_deposits(const struct rules *r)
{
	return r == NULL ? 0 : r->n_deposit;
}

const struct deposit *
rules_deposit(const struct rules *r, size_t i)
{
	return r->deposit[i];
}

size_t
rules_n_forms(const struct rules *r)
{
	return r == NULL ? 0 : r->n_form;
}

const struct code_form *
rules_form(const struct rules *r, size_t i)
{
	return r->form[i];
}

int
rules_find_list(const struct rules *r, const char *id)
{
	for (size_t i = 0; i < rules_n_lists(r); i++) {
		if (strcmp(r->list[i]->id, id) == 0) {
			return (int)i;
		}
	}
	return -1;
}

int
rules_find_promotion(const struct rules *r, const char *id)
{
	for (size_t i = 0; i < rules_n_promotions(r); i++) {
		if (strcmp(r->promotion[i]->id, id) == 0) {
			return (int)i;
		}
	}
	return -1;
}

int
rules_find_coupon(const struct rules *r, const char *id)
{
	for (size_t i = 0; i < rules_n_coupons(r); i++) {
		if (strcmp(r->coupon[i]->id, id) == 0) {
			return (int)i;
		}
	}
	return -1;
}

int
rules_find_deposit(const struct rules *r, const char *id)
{
	for (size_t i = 0; i < rules_n_deposits(r); i++) {
		if (strcmp(r->deposit[i]->id, id) == 0) {
			return (int)i;
		}
	}
	return -1;
}

int
rules_find_coupon_code(const struct rules *r, const char *code)
{
	for (size_t i = 0; i < rules_n_coupons(r); i++) {
		if (strcmp(r->coupon[i]->code, code) == 0) {
			return (int)i;
		}
	}
	return -1;
}

bool
rules_timed(const struct rules *r)
{
	return r != NULL && r->timed;
}
