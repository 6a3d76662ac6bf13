/* SPDX-License-Identifier: Apache-2.0 */
/* Which goods a rule is for. */
#include <stdlib.h>
#include <string.h>

#include "core/barcode.h"
#include "core/item.h"
#include "register/config_rules_internal.h"

#include "base/poison.h"

#define GROWN(cap) ((cap) < 16 ? 16 : (cap)*2)

static enum rc
no_memory(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "config",
		"no memory to read the rules: close other programs");
}

/* "dept 20" is more than the word: what stands behind it. */
static const char *
behind(const char *word, const char *s, size_t n, size_t *ret_n)
{
	size_t len = strlen(word);

	if (n < len || memcmp(s, word, len) != 0 ||
		(n > len && s[len] != ' ' && s[len] != '\t')) {
		return NULL;
	}
	while (len < n && (s[len] == ' ' || s[len] == '\t')) {
		len++;
	}
	*ret_n = n - len;
	return s + len;
}

/* Nothing of a rule is ever taken off a deposit. */
static bool
is_deposit(const struct rules_read *rr, const char *code)
{
	for (size_t i = 0; i < rr->p->n_deposit; i++) {
		if (strcmp(rr->p->deposit[i], code) == 0) {
			return true;
		}
	}
	return false;
}

static enum rc
check_code(const struct rules_read *rr, const char *code, size_t n,
	struct err *reterr)
{
	struct code_key key[CODE_CANDIDATES];

	if (memchr(code, ' ', n) != NULL || memchr(code, '\t', n) != NULL) {
		return config_wrong(reterr,
			"'%s' is no code: write commas between goods, and "
			"dept, group, tax or all for more than one",
			code, "");
	}
	if (strcmp(code, "dept") == 0 || strcmp(code, "group") == 0 ||
		strcmp(code, "tax") == 0 || strcmp(code, "not") == 0) {
		return config_wrong(reterr,
			"'%s' alone says nothing: write which one behind it, "
			"like 'dept 20'",
			code, "");
	}
	if (code_recognize(code, n, key) == 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"this code is too long: a code has at most %d bytes",
			CODE_BYTES - 1);
	}
	if (is_deposit(rr, code)) {
		return config_wrong(reterr,
			"%s is a deposit, and no rule changes its price: "
			"write goods here",
			code, "");
	}
	return RC_OK;
}

static enum rc
check_words(const struct rules_read *rr, const struct rule_pick *p, size_t n,
	struct err *reterr)
{
	char word[ITEM_GROUPS_BYTES];

	if (n == 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"dept, group and tax say which one: write it behind "
			"the word, like 'dept 20'");
	}
	if (p->kind == PICK_TAX) {
		return rules_class(rr, p->text, word, reterr);
	}
	if (p->kind == PICK_GROUP) {
		return rules_name_word(p->text, n, word, sizeof(word), reterr);
	}
	if (n >= ITEM_DEPT_BYTES) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"this department is too long: write at most %d bytes",
			ITEM_DEPT_BYTES - 1);
	}
	return RC_OK;
}

/* "4711", "dept 20", "group beer", "tax A", "all"; what has a text gets its
 * own in the section's arena. */
static enum rc
pick_of(struct rules_read *rr, const char *s, size_t n, struct rule_pick *ret,
	struct err *reterr)
{
	static const struct {
		const char *word;
		enum pick_kind kind;
	} kinds[] = {
		{"dept", PICK_DEPT}, {"group", PICK_GROUP}, {"tax", PICK_TAX}};

	const char *rest = NULL;
	size_t len = n;

	ret->kind = PICK_CODE;
	if (n == 3 && memcmp(s, "all", 3) == 0) {
		ret->kind = PICK_ALL;
		return RC_OK;
	}
	for (size_t i = 0; rest == NULL && i < ARRAY_LEN(kinds); i++) {
		rest = behind(kinds[i].word, s, n, &len);
		ret->kind = rest != NULL ? kinds[i].kind : PICK_CODE;
	}
	ret->text = arena_text(&rr->arena, rest != NULL ? rest : s, len);
	if (ret->text == NULL) {
		return no_memory(reterr);
	}
	return ret->kind == PICK_CODE ? check_code(rr, ret->text, n, reterr)
				      : check_words(rr, ret, len, reterr);
}

static enum rc
add_pick(struct rules_picks *to, const struct rule_pick *p, struct err *reterr)
{
	if (to->n == to->cap) {
		size_t cap = GROWN(to->cap);
		struct rule_pick *more = realloc(to->pick, cap * sizeof(*more));

		if (more == NULL) {
			return no_memory(reterr);
		}
		to->pick = more;
		to->cap = cap;
	}
	to->pick[to->n++] = *p;
	return RC_OK;
}

enum rc
rules_add_items(struct rules_read *rr, struct rules_picks *to,
	const char *value, struct err *reterr)
{
	enum rc rc = RC_OK;

	for (const char *p = value; rc == RC_OK; p++) {
		struct rule_pick pick = {.kind = PICK_ALL};
		const char *rest;
		size_t n;

		p += strspn(p, " \t");
		n = strcspn(p, ",");
		rest = p + n;
		while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t')) {
			n--;
		}
		if (n == 0) {
			return err_set(reterr, RC_PROTO, 0, "config",
				"there is nothing beside a comma: write goods "
				"there, or take the comma out");
		}
		if (n > 4 && memcmp(p, "not ", 4) == 0) {
			size_t skip = 4 + strspn(p + 4, " \t");

			pick.except = true;
			p += skip;
			n -= skip;
		}
		rc = pick_of(rr, p, n, &pick, reterr);
		if (rc == RC_OK) {
			rc = add_pick(to, &pick, reterr);
		}
		p = rest;
		if (*p == '\0') {
			break;
		}
	}
	return rc;
}

enum rc
rules_add_row(struct rules_read *rr, struct rules_place at, const char *key,
	const char *value, struct err *reterr)
{
	struct rules_row *row;
	size_t n = strlen(value);
	bool less = value[0] == '-';
	enum rc rc;

	if (rr->n_row == rr->row_cap) {
		size_t cap = GROWN(rr->row_cap);
		struct rules_row *more = realloc(rr->row, cap * sizeof(*more));

		if (more == NULL) {
			return no_memory(reterr);
		}
		rr->row = more;
		rr->row_cap = cap;
	}
	row = &rr->row[rr->n_row];
	*row = (struct rules_row){.at = at, .no = rr->n_row};
	rc = pick_of(rr, key, strlen(key), &row->row.pick, reterr);
	if (rc != RC_OK) {
		return rc == RC_PROTO ? RC_NOTFOUND : rc;
	}
	row->row.how = !less                 ? PRICE_IS
		       : value[n - 1] == '%' ? PRICE_OFF_PPM
					     : PRICE_OFF;
	if (!less && value[n - 1] == '%') {
		return config_wrong(reterr,
			"'%s' is no price: write one like 4.50, or what is "
			"taken off, like -10% or -0.50",
			value, "");
	}
	rc = row->row.how == PRICE_OFF_PPM
		     ? rules_percent(value + 1, &row->row.value, reterr)
		     : rules_amount(rr, value + (less ? 1 : 0), &row->row.value,
			       reterr);
	if (rc == RC_OK) {
		rr->n_row++;
	}
	return rc;
}

/* --- what can be told at the end of a section --- */

/* Goods of the same number are the same, however they are spelled. */
static void
spell(const struct rule_pick *p, struct code_key *ret)
{
	struct sbuf b;

	if (p->kind == PICK_CODE &&
		code_catalog_key(p->text, strlen(p->text), ret) == RC_OK) {
		return;
	}
	sbuf_init(&b, ret->key, sizeof(ret->key));
	sbuf_puts(&b, p->text != NULL ? p->text : "");
}

static int
compare_picks(const struct rule_pick *a, const struct rule_pick *b)
{
	struct code_key x = {.key = ""}, y = {.key = ""};

	if (a->kind != b->kind) {
		return a->kind < b->kind ? -1 : 1;
	}
	spell(a, &x);
	spell(b, &y);
	return strcmp(x.key, y.key);
}

enum rc
rules_items_check(struct rules_read *rr, size_t slot, enum key key)
{
	const struct rules_picks *s = &rr->slot[slot];
	bool any = false, some = false;

	for (size_t i = 0; i < s->n && !some; i++) {
		bool out = s->pick[i].except;

		any = any || !out;
		for (size_t j = 0; j < s->n && !out; j++) {
			out = s->pick[j].except &&
			      (s->pick[j].kind == PICK_ALL ||
				      compare_picks(&s->pick[i], &s->pick[j]) ==
					      0);
		}
		some = !out;
	}
	if (!any) {
		return rules_wrong_at(rr, rules_place_of(rr, key),
			"only exceptions stand here: write what they are "
			"taken from too, like 'all, not 4711'");
	}
	return some ? RC_OK
		    : rules_wrong_at(rr, rules_place_of(rr, key),
			      "the exceptions leave nothing: take one out");
}

static int
by_goods(const void *a, const void *b)
{
	const struct rules_row *x = a, *y = b;
	int way = compare_picks(&x->row.pick, &y->row.pick);

	if (way != 0) {
		return way;
	}
	return x->no < y->no ? -1 : 1;
}

static int
by_place(const void *a, const void *b)
{
	const struct rules_row *x = a, *y = b;

	return x->no < y->no ? -1 : 1;
}

enum rc
rules_rows_check(struct rules_read *rr)
{
	const struct rules_row *twice = NULL;

	if (rr->n_row == 0) {
		return RC_OK;
	}
	qsort(rr->row, rr->n_row, sizeof(*rr->row), by_goods);
	for (size_t i = 1; i < rr->n_row; i++) {
		if (compare_picks(&rr->row[i - 1].row.pick,
			    &rr->row[i].row.pick) == 0 &&
			(twice == NULL || rr->row[i].no < twice->no)) {
			twice = &rr->row[i];
		}
	}
	if (twice != NULL) {
		return rules_wrong_at(rr, twice->at,
			"%s%.60s stands in [pricelist %s] twice: take one out",
			twice->row.pick.kind == PICK_ALL ? "all" : "",
			twice->row.pick.text != NULL ? twice->row.pick.text
						     : "",
			rules_id(rr));
	}
	qsort(rr->row, rr->n_row, sizeof(*rr->row), by_place);
	return RC_OK;
}
