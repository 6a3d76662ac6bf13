/* SPDX-License-Identifier: Apache-2.0 */
/* The sections [tender CODE]: the ways to pay besides cash. */
#include <string.h>

#include "base/text.h"
#include "register/config_internal.h"
#include "register/entry.h"

#include "base/poison.h"

#define SECTION "tender "

bool
config_is_tender(enum key key)
{
	return key >= KEY_TENDER_NAME && key <= KEY_TENDER_TERMINAL;
}

void
config_tender_init(struct config *c)
{
	c->tender[0] = (struct config_tender){.code = "CA",
		.kind = TENDER_CASH,
		.overpay = true,
		.drawer = true};
	c->n_tender = 1;
}

const char *
config_tender_code(const char *section)
{
	size_t n = strlen(SECTION);

	return strncmp(section, SECTION, n) == 0 ? section + n : NULL;
}

const struct config_tender *
config_tender_find(const struct config *c, const char *code)
{
	for (size_t i = 0; code[0] != '\0' && i < c->n_tender; i++) {
		const struct config_tender *t = &c->tender[i];

		if (t->code[0] == text_upper(code[0]) &&
			t->code[1] == text_upper(code[1]) &&
			(code[1] == '\0' || code[2] == '\0')) {
			return t;
		}
	}
	return NULL;
}

static bool
is_code(const char *s)
{
	return s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z' &&
	       s[2] == '\0';
}

enum rc
config_tender_begin(struct config_read *p, const struct conf_pos *pos,
	const char *code, struct err *reterr)
{
	struct config *c = p->c;
	struct config_tender *t;

	if (!is_code(code)) {
		return config_wrong(reterr,
			"'%s' is no code of a tender: write two capitals, like "
			"[tender CC]",
			code, "");
	}
	/* a text that was taken once stays one that opens, whatever commands
	 * come later */
	if (strcmp(code, "CA") == 0 || (p->strict && entry_is_command(code))) {
		return config_wrong(reterr,
			"%s is a command already: choose other letters for "
			"this tender",
			code, "");
	}
	if (config_tender_find(c, code) != NULL) {
		return config_wrong(reterr,
			"[tender %s] stands here twice: take one out", code,
			"");
	}
	if (c->n_tender == CONFIG_TENDERS) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"there is room for %d tenders besides cash: take this "
			"one out",
			CONFIG_TENDERS - 1);
	}
	p->in_tender = c->n_tender++;
	p->tender[p->in_tender].line = pos->line;
	p->tender[p->in_tender].col = pos->col;
	t = &c->tender[p->in_tender];
	memset(t, 0, sizeof(*t));
	memcpy(t->code, code, sizeof(t->code));
	memcpy(t->name, code, sizeof(t->code));
	t->kind = TENDER_HAND;
	return RC_OK;
}

static enum rc
put_yes(bool *out, const char *value, struct err *reterr)
{
	static const char *const word[] = {"no", "yes"};
	size_t i = 0;
	enum rc rc = config_word(
		&i, word, ARRAY_LEN(word), value, "yes or no", reterr);

	*out = i == 1;
	return rc;
}

/* F4 takes a tender back, F9 is the menu, F10 exact cash. */
static enum rc
put_key(unsigned *out, const char *value, struct err *reterr)
{
	static const char *const word[] = {
		"none", "2", "3", "5", "6", "7", "8"};
	static const unsigned key[] = {0, 2, 3, 5, 6, 7, 8};
	size_t i = 0;
	enum rc rc = config_word(&i, word, ARRAY_LEN(word), value,
		"2, 3, 5, 6, 7, 8 or none; F4 takes a tender back", reterr);

	*out = key[i];
	return rc;
}

static enum rc
put_kind(enum tender_kind *out, const char *value, struct err *reterr)
{
	static const char *const word[] = {"hand", "card"};

	static const enum tender_kind kind[] = {TENDER_HAND, TENDER_CARD};

	size_t i = 0;
	enum rc rc = config_word(
		&i, word, ARRAY_LEN(word), value, "hand or card", reterr);

	*out = kind[i];
	return rc;
}

enum rc
config_tender_set(enum key key, const struct config_set *s, struct err *reterr)
{
	struct config_read *p = s->p;
	struct config_tender *t = &p->c->tender[p->in_tender];

	if (p->tender[p->in_tender].seen[key]) {
		return config_wrong(reterr,
			"%s stands twice in this section: take one out", s->key,
			"");
	}
	p->tender[p->in_tender].seen[key] = true;
	switch ((int)key) {
	case KEY_TENDER_NAME:
		return config_text(t->name, sizeof(t->name), s->value, reterr);
	case KEY_TENDER_KIND:
		return put_kind(&t->kind, s->value, reterr);
	case KEY_TENDER_OVERPAY:
		return put_yes(&t->overpay, s->value, reterr);
	case KEY_TENDER_DRAWER:
		return put_yes(&t->drawer, s->value, reterr);
	case KEY_TENDER_KEY:
		return put_key(&t->key, s->value, reterr);
	case KEY_TENDER_TERMINAL:
		return config_text(
			t->terminal, sizeof(t->terminal), s->value, reterr);
	case KEY_TENDER_LIMIT:
	default:
		return config_late(&p->tender[p->in_tender].limit, s->pos,
			s->value, reterr);
	}
}

enum rc
config_tender_check(
	const struct config_read *p, size_t *ret_idx, struct err *reterr)
{
	const struct config *c = p->c;

	for (size_t i = 0; i < c->n_tender; i++) {
		for (size_t k = 0; k < i && c->tender[i].key != 0; k++) {
			if (c->tender[k].key == c->tender[i].key) {
				*ret_idx = i;
				return config_wrong(reterr,
					"%s has the key of %s: choose another, "
					"or none",
					c->tender[i].code, c->tender[k].code);
			}
		}
	}
	return RC_OK;
}
