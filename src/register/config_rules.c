/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of rules, read when everything else is known. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register/config_rules_internal.h"

#include "base/poison.h"

/* A name of a section has at most 40 bytes, "promotion " is ten of them. */
#define ID_MAX 30
/* What a byte of a list becomes at most: a text of its own, a row. */
#define BYTES_PER_BYTE 32
#define BYTES_LEAST 4096

static const struct {
	const char *word;
	enum key first, last;
	enum rc (*end)(struct rules_read *rr);
} kinds[RULE_KINDS] = {
	[RULE_LIST] = {"pricelist", KEY_LIST_NAME, KEY_LIST_GOODS,
		rules_end_list},
	[RULE_PROMOTION] = {"promotion", KEY_PROMO_NAME, KEY_PROMO_LIMIT,
		rules_end_promotion},
	[RULE_COUPON] = {"coupon", KEY_COUPON_NAME, KEY_COUPON_TENDER,
		rules_end_coupon},
	[RULE_DEPOSIT] = {"deposit", KEY_DEPOSIT_NAME, KEY_DEPOSIT_EMPTIES,
		rules_end_deposit},
	[RULE_FORM] = {"code", KEY_FORM_FORM, KEY_FORM_DECIMALS,
		rules_end_form},
};

const char *
rules_word(enum rule_kind kind)
{
	return kinds[kind].word;
}

/* "promotion SUMMER": its kind, and where the ID begins. */
static enum rule_kind
kind_of(const char *section, const char **ret_id)
{
	for (size_t i = 0; i < RULE_KINDS; i++) {
		size_t n = strlen(kinds[i].word);

		if (strncmp(section, kinds[i].word, n) == 0 &&
			(section[n] == ' ' || section[n] == '\0')) {
			*ret_id = section + n + (section[n] == ' ' ? 1 : 0);
			return (enum rule_kind)i;
		}
	}
	return RULE_KINDS;
}

bool
config_rules_note(struct config_read *p, const char *section, const char *key)
{
	const char *id = "";
	enum rule_kind kind = kind_of(section, &id);
	size_t n = strlen(id);

	if (kind == RULE_KINDS) {
		return false;
	}
	p->has_rules = true;
	if (kind == RULE_DEPOSIT && key == NULL && n < RULE_ID_BYTES &&
		p->n_deposit < RULES_DEPOSITS) {
		memcpy(p->deposit[p->n_deposit++], id, n + 1);
	}
	return true;
}

/* --- what the files of it share --- */

bool
rules_seen(const struct rules_read *rr, enum key key)
{
	return rr->at[key - KEY_RULES].line > 0;
}

struct rules_place
rules_place_of(const struct rules_read *rr, enum key key)
{
	return rules_seen(rr, key) ? rr->at[key - KEY_RULES] : rr->section;
}

enum rc
rules_wrong_at(
	struct rules_read *rr, struct rules_place place, const char *fmt, ...)
{
	char text[ERR_MSG_BYTES];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)err_set(&rr->err, RC_PROTO, 0, "config", "%s", text);
	err_wrap(&rr->err, "%s:%d:%d", rr->p->name, place.line, place.col);
	rr->placed = true;
	return RC_PROTO;
}

const char *
rules_id(const struct rules_read *rr)
{
	switch (rr->kind) {
	case RULE_LIST:
		return rr->list.id;
	case RULE_PROMOTION:
		return rr->promotion.id;
	case RULE_COUPON:
		return rr->coupon.id;
	case RULE_DEPOSIT:
		return rr->deposit.id;
	case RULE_FORM:
		return rr->form.id;
	case RULE_KINDS:
		break;
	}
	return "";
}

enum rc
rules_added(struct rules_read *rr, enum rc rc)
{
	static const int room[RULE_KINDS] = {RULES_LISTS, RULES_PROMOTIONS,
		RULES_COUPONS, RULES_DEPOSITS, RULES_FORMS};

	if (rc == RC_NOSPC) {
		return rules_wrong_at(rr, rr->section,
			"there is room for %d of [%s ID]: take this one out",
			room[rr->kind], rules_word(rr->kind));
	}
	if (rc == RC_EXISTS) {
		return rules_wrong_at(rr, rr->section,
			"[%s %s] stands here twice: take one out",
			rules_word(rr->kind), rules_id(rr));
	}
	if (rc != RC_OK) {
		(void)err_set(&rr->err, rc, 0, "config",
			"no memory to read the rules: close other programs");
		rr->placed = true;
	}
	return rc;
}

/* --- the sections --- */

static bool
is_used(const struct rules_read *rr, enum rule_kind kind, const char *id)
{
	switch (kind) {
	case RULE_LIST:
		return rules_find_list(rr->r, id) >= 0;
	case RULE_PROMOTION:
		return rules_find_promotion(rr->r, id) >= 0;
	case RULE_COUPON:
		return rules_find_coupon(rr->r, id) >= 0;
	case RULE_DEPOSIT:
		return rules_find_deposit(rr->r, id) >= 0;
	case RULE_FORM:
	case RULE_KINDS:
		break;
	}
	for (size_t i = 0; i < rules_n_forms(rr->r); i++) {
		if (strcmp(rules_form(rr->r, i)->id, id) == 0) {
			return true;
		}
	}
	return false;
}

static enum rc
end_section(struct rules_read *rr)
{
	enum rc rc = rr->open ? kinds[rr->kind].end(rr) : RC_OK;

	rr->open = false;
	return rc;
}

static enum rc
begin_section(struct rules_read *rr, const struct conf_pos *pos,
	enum rule_kind kind, const char *id, struct err *reterr)
{
	char clean[ID_MAX + 1];

	if (rules_name_word(id, strlen(id), clean, sizeof(clean), NULL) !=
		RC_OK) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"'%.40s' names no %s: write at most %d letters, "
			"digits, '-' and '_', like [%s SUMMER]",
			id, kinds[kind].word, ID_MAX, kinds[kind].word);
	}
	if (is_used(rr, kind, clean)) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"[%s %s] stands here twice: take one out, or give it "
			"another ID",
			kinds[kind].word, clean);
	}
	arena_reset(&rr->arena);
	memset(rr->at, 0, sizeof(rr->at));
	memset(&rr->list, 0, sizeof(rr->list));
	memset(&rr->promotion, 0, sizeof(rr->promotion));
	memset(&rr->coupon, 0, sizeof(rr->coupon));
	memset(&rr->deposit, 0, sizeof(rr->deposit));
	memset(&rr->form, 0, sizeof(rr->form));
	for (size_t i = 0; i < PROMOTION_SLOTS; i++) {
		rr->slot[i].n = 0;
	}
	rr->n_row = 0;
	memcpy(rr->list.id, clean, sizeof(clean));
	memcpy(rr->promotion.id, clean, sizeof(clean));
	memcpy(rr->coupon.id, clean, sizeof(clean));
	memcpy(rr->deposit.id, clean, sizeof(clean));
	memcpy(rr->form.id, clean, sizeof(clean));
	rr->kind = kind;
	rr->section = (struct rules_place){pos->line, pos->col};
	rr->open = true;
	return RC_OK;
}

static enum key
key_of(enum rule_kind kind, const char *key)
{
	for (size_t i = kinds[kind].first; i <= (size_t)kinds[kind].last; i++) {
		if (strcmp(config_keys[i].key, key) == 0 &&
			i != KEY_LIST_GOODS) {
			return (enum key)i;
		}
	}
	return kind == RULE_LIST ? KEY_LIST_GOODS : KEY_COUNT;
}

static bool
may_repeat(enum key key)
{
	return key == KEY_LIST_GOODS || key == KEY_COUPON_ITEMS ||
	       (key >= KEY_PROMO_ITEMS && key < KEY_PROMO_BUY);
}

static enum rc
take_rule(void *arg, const struct conf_pos *pos, const char *section,
	const char *name, const char *value, struct err *reterr)
{
	struct rules_read *rr = arg;
	const char *id = "";
	enum rule_kind kind = kind_of(section, &id);
	struct rules_place at = {pos->line, pos->col};
	enum key key;

	if (name == NULL) {
		enum rc rc = end_section(rr);

		return rc == RC_OK && kind != RULE_KINDS
			       ? begin_section(rr, pos, kind, id, reterr)
			       : rc;
	}
	if (kind == RULE_KINDS) {
		return RC_OK;
	}
	key = key_of(kind, name);
	if (key == KEY_COUNT) {
		return err_set(reterr, RC_NOTFOUND, 0, "config",
			"there is no key '%s' in [%s]: holdfast.conf(5) lists "
			"all",
			name, section);
	}
	if (!may_repeat(key) && rules_seen(rr, key)) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"'%s' stands in [%s] twice: take one out", name,
			section);
	}
	if (value[0] == '\0') {
		return err_set(reterr, RC_PROTO, 0, "config",
			"'%s' is empty: write a value, or take the line out",
			name);
	}
	if (!rules_seen(rr, key)) {
		rr->at[key - KEY_RULES] = at;
	}
	return key == KEY_LIST_GOODS
		       ? rules_add_row(rr, at, name, value, reterr)
		       : rules_set(rr, key, value, reterr);
}

static void
forget(struct rules_read *rr)
{
	for (size_t i = 0; i < PROMOTION_SLOTS; i++) {
		free(rr->slot[i].pick);
	}
	free(rr->row);
	free(rr->memory);
	free(rr);
}

static enum rc
read_all(
	struct rules_read *rr, const char *text, size_t len, struct err *reterr)
{
	enum rc rc = conf_parse(rr->p->name, text, len, take_rule, rr, reterr);

	if (rc == RC_OK) {
		rc = end_section(rr);
	}
	if (rc == RC_OK) {
		rc = rules_end_all(rr);
	}
	if (rc == RC_OK && rules_seal(rr->r) != RC_OK) {
		rc = rules_wrong_at(rr, (struct rules_place){1, 1},
			"the rules of this text are too many: shorten it");
	}
	if (rc != RC_OK && rr->placed && reterr != NULL) {
		*reterr = rr->err;
	}
	return rc;
}

enum rc
config_rules_read(
	struct config_read *p, const char *text, size_t len, struct err *reterr)
{
	struct rules_read *rr = calloc(1, sizeof(*rr));
	size_t bytes = BYTES_LEAST + BYTES_PER_BYTE * len;
	enum rc rc = RC_NOMEM;

	if (rr == NULL) {
		goto out;
	}
	rr->p = p;
	rr->c = p->c;
	rr->memory = malloc(bytes);
	rr->r = config_rules_room(p->c, len);
	if (rr->memory == NULL || rr->r == NULL) {
		goto out;
	}
	arena_init(&rr->arena, rr->memory, bytes);
	rc = read_all(rr, text, len, reterr);
	if (rc == RC_OK) {
		p->c->rules = rr->r;
	}
out:
	if (rc == RC_NOMEM) {
		(void)err_set(reterr, RC_NOMEM, 0, "config",
			"no memory to read %s: close other programs", p->name);
	}
	if (rr != NULL) {
		forget(rr);
	}
	return rc;
}
