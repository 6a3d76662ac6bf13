/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/rules_internal.h"
#include "core/rules_match.h"

#include "base/poison.h"

/* The kind before the text, so that department 20 is not product 20. */
static const char mark_of[] = {[PICK_ALL] = '*',
	[PICK_CODE] = 'c',
	[PICK_DEPT] = 'd',
	[PICK_GROUP] = 'g',
	[PICK_TAX] = 't'};

#define HASH_BASIS UINT64_C(14695981039346656037)
#define HASH_PRIME UINT64_C(1099511628211)
#define TABLE_LEAST 16

/* What a key is made of: its kind's mark and a text that need not end. */
struct name {
	char mark;
	const char *text;
	size_t len;
	uint64_t hash;
};

static void
name_make(struct name *ret, enum pick_kind kind, const char *text, size_t len)
{
	uint64_t h = (HASH_BASIS ^ (uint8_t)mark_of[kind]) * HASH_PRIME;

	for (size_t i = 0; i < len; i++) {
		h = (h ^ (uint8_t)text[i]) * HASH_PRIME;
	}
	*ret = (struct name){mark_of[kind], text, len, h ^ (h >> 32)};
}

/* A code under the key the catalog has it; false: no code at all. */
static bool
name_code(struct name *ret, struct code_key *room, const char *code)
{
	if (code_catalog_key(code, strlen(code), room) != RC_OK) {
		return false;
	}
	name_make(ret, PICK_CODE, room->key, room->key_len);
	return true;
}

/* Place in the table where the name stands or would. */
static size_t
place(const struct rules_index *x, const struct name *k)
{
	size_t at = k->hash & (x->n_table - 1);

	while (x->table[at] != 0) {
		const struct rules_key *found = &x->key[x->table[at] - 1];

		if (found->hash == k->hash && found->text[0] == k->mark &&
			strlen(found->text + 1) == k->len &&
			(k->len == 0 || memcmp(found->text + 1, k->text,
						k->len) == 0)) {
			break;
		}
		at = (at + 1) & (x->n_table - 1);
	}
	return at;
}

/* Walks all that names goods, twice: to count, and to write down. */
struct walk {
	struct rules *r;
	bool counted;
	enum rc rc;
};

static void
walk_pick(struct walk *w, const struct rule_pick *p, enum rule_user kind,
	uint32_t user)
{
	struct rules_index *x = &w->r->index;
	struct code_key room;
	struct name name;
	struct rules_key *k;
	size_t at;

	if (p->kind == PICK_CODE && !name_code(&name, &room, p->text)) {
		return;
	}
	if (p->kind != PICK_CODE) {
		const char *text = p->kind == PICK_ALL ? "" : p->text;

		name_make(&name, p->kind, text, strlen(text));
	}
	at = place(x, &name);
	if (x->table[at] == 0) {
		char *text = arena_take(&w->r->arena, name.len + 2, 1);

		if (text == NULL) {
			w->rc = RC_NOSPC;
			return;
		}
		text[0] = name.mark;
		if (name.len > 0) {
			memcpy(text + 1, name.text, name.len);
		}
		x->key[x->n_key].hash = name.hash;
		x->key[x->n_key].text = text;
		x->table[at] = (uint32_t)++x->n_key;
	}
	k = &x->key[x->table[at] - 1];
	if (w->counted) {
		x->entry[k->first[kind] + k->n[kind]] =
			(struct rule_entry){user, p->except};
	}
	k->n[kind]++;
}

static void
walk_all(struct walk *w)
{
	const struct rules *r = w->r;

	for (size_t i = 0; i < r->n_list && w->rc == RC_OK; i++) {
		const struct price_list *l = r->list[i];

		for (size_t k = 0; k < l->n_row && w->rc == RC_OK; k++) {
			walk_pick(w, &l->row[k].pick, RULE_ROW,
				(uint32_t)(RULE_ROW_LIST * i + k));
		}
	}
	for (size_t i = 0; i < PROMOTION_SLOTS * r->n_promotion; i++) {
		const struct promotion *p = r->promotion[i / PROMOTION_SLOTS];
		size_t slot = i % PROMOTION_SLOTS;

		for (size_t k = 0; slot < p->n_slot &&
				   k < p->slot[slot].n_pick && w->rc == RC_OK;
			k++) {
			walk_pick(w, &p->slot[slot].pick[k], RULE_SLOT,
				(uint32_t)i);
		}
	}
	for (size_t i = 0; i < r->n_coupon && w->rc == RC_OK; i++) {
		const struct coupon *c = r->coupon[i];

		for (size_t k = 0; k < c->n_pick && w->rc == RC_OK; k++) {
			walk_pick(w, &c->pick[k], RULE_COUPON, (uint32_t)i);
		}
	}
}

static size_t
count_picks(const struct rules *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_list; i++) {
		n += r->list[i]->n_row;
	}
	for (size_t i = 0; i < r->n_promotion; i++) {
		const struct promotion *p = r->promotion[i];

		for (size_t k = 0; k < p->n_slot; k++) {
			n += p->slot[k].n_pick;
		}
	}
	for (size_t i = 0; i < r->n_coupon; i++) {
		n += r->coupon[i]->n_pick;
	}
	return n;
}

enum rc
rules_seal(struct rules *r)
{
	struct rules_index *x = &r->index;
	struct walk w = {.r = r};
	size_t n = count_picks(r);
	uint32_t first = 0;

	if (n >= RULE_ROW_LIST) {
		return RC_NOSPC;
	}
	x->n_key = 0;
	x->n_table = TABLE_LEAST;
	while (x->n_table < n + n / 2) {
		x->n_table *= 2;
	}
	x->table = arena_take(&r->arena, x->n_table, sizeof(*x->table));
	x->key = arena_take(&r->arena, n, sizeof(*x->key));
	x->entry = arena_take(&r->arena, n, sizeof(*x->entry));
	if (x->table == NULL || x->key == NULL || x->entry == NULL) {
		return RC_NOSPC;
	}
	walk_all(&w);
	for (size_t i = 0; i < x->n_key; i++) {
		for (size_t kind = 0; kind < RULE_USER_COUNT; kind++) {
			x->key[i].first[kind] = first;
			first += x->key[i].n[kind];
			x->key[i].n[kind] = 0;
		}
	}
	w.counted = true;
	if (w.rc == RC_OK) {
		walk_all(&w);
	}
	return w.rc;
}

static void
find_key(const struct rules_index *x, const struct name *k,
	uint32_t ret[RULE_KEYS], size_t *n)
{
	size_t at = place(x, k);

	if (x->table[at] != 0) {
		ret[(*n)++] = x->table[at] - 1;
	}
}

size_t
rules_keys(
	const struct rules *r, const struct item *item, uint32_t ret[RULE_KEYS])
{
	const char *word = item->groups;
	struct code_key room;
	struct name k;
	size_t n = 0;

	if (r == NULL || r->index.n_key == 0) {
		return 0;
	}
	name_make(&k, PICK_ALL, "", 0);
	find_key(&r->index, &k, ret, &n);
	if (name_code(&k, &room, item->code)) {
		find_key(&r->index, &k, ret, &n);
	}
	name_make(&k, PICK_DEPT, item->dept, strlen(item->dept));
	find_key(&r->index, &k, ret, &n);
	name_make(&k, PICK_TAX, item->tax, strlen(item->tax));
	find_key(&r->index, &k, ret, &n);
	while (*word != '\0') {
		size_t len = strcspn(word, " ");

		if (len > 0) {
			name_make(&k, PICK_GROUP, word, len);
			find_key(&r->index, &k, ret, &n);
		}
		word += len + (word[len] == ' ' ? 1 : 0);
	}
	return n;
}

const struct rule_entry *
rules_entries(
	const struct rules *r, uint32_t key, enum rule_user kind, size_t *ret_n)
{
	const struct rules_key *k = &r->index.key[key];

	*ret_n = k->n[kind];
	return r->index.entry + k->first[kind];
}

bool
rules_have(const struct rules *r, const uint32_t key[], size_t n_key,
	enum rule_user kind, uint32_t user)
{
	bool in = false;

	for (size_t i = 0; i < n_key; i++) {
		size_t n;
		const struct rule_entry *e = rules_entries(r, key[i], kind, &n);
		size_t low = 0;
		size_t high = n;

		while (low < high) {
			size_t mid = low + (high - low) / 2;

			if (e[mid].user < user) {
				low = mid + 1;
			} else {
				high = mid;
			}
		}
		for (; low < n && e[low].user == user; low++) {
			if (e[low].except) {
				return false;
			}
			in = true;
		}
	}
	return in;
}
