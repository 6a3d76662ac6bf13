/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of configuration, roles and persons. */
#include <string.h>

#include "base/conf.h"
#include "base/text.h"
#include "wire/feed_rows_internal.h"

#include "base/poison.h"

#define NAME_BYTES 64
#define PIN_MIN 4
#define PIN_MAX 12
#define BADGE_MAX 64

/* What its keys mean is the till's to say: here it must only be sections and
 * keys, so that nothing of one file ends up in the next one's section. */
static enum rc
any_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	size_t *n_outside = arg;

	(void)pos;
	(void)key;
	(void)value;
	(void)reterr;
	if (section == NULL || section[0] == '\0') {
		(*n_outside)++;
	}
	return RC_OK;
}

static bool
is_conf(const char *text, size_t n)
{
	size_t n_outside = 0;

	return n > 0 && n <= FEED_TEXT_BYTES &&
	       conf_parse("text", text, n, any_key, &n_outside, NULL) ==
		       RC_OK &&
	       n_outside == 0;
}

static enum feed_refusal
put_text(struct feed_rows *r, struct feed_row *row,
	const struct feed_value **ret_at)
{
	const struct feed_value *v = &r->v[CELL_TEXT];
	char *copy;

	*ret_at = NULL;
	if (v->p == NULL || v->number || v->list || !is_conf(v->p, v->n)) {
		return FEED_BAD_TEXT;
	}
	copy = arena_text(&r->arena, v->p, v->n);
	if (copy == NULL || feed_text_encode(copy, &r->out, NULL) != RC_OK) {
		return FEED_BAD_TEXT;
	}
	row->body = r->out.p;
	row->n_body = r->out.len;
	return FEED_REFUSAL_COUNT;
}

enum feed_refusal
feed_row_text(struct feed_rows *r, struct feed_row *row,
	const struct feed_value **ret_at)
{
	*ret_at = &r->v[CELL_NAME];
	if (!feed_row_word(r, CELL_NAME, row->key, NAME_BYTES) ||
		row->key[0] == '\0') {
		return FEED_BAD_NAME;
	}
	return row->deleted ? FEED_REFUSAL_COUNT : put_text(r, row, ret_at);
}

static enum feed_refusal
read_role(struct feed_rows *r, struct feed_row *row,
	const struct feed_value **ret_at)
{
	struct sbuf key;
	char name[NAME_BYTES];

	*ret_at = &r->v[CELL_ROLE];
	if (!feed_row_word(r, CELL_ROLE, name, sizeof(name)) ||
		name[0] == '\0') {
		return FEED_BAD_ROLE;
	}
	sbuf_init(&key, row->key, sizeof(row->key));
	sbuf_puts(&key, FEED_ROLE);
	sbuf_puts(&key, name);
	return row->deleted ? FEED_REFUSAL_COUNT : put_text(r, row, ret_at);
}

/* In a table badges stand with blanks between them. */
static bool
read_badges(struct feed_rows *r)
{
	const struct feed_value *v = &r->v[CELL_BADGES];
	struct feed_person *p = &r->person;
	const char *s = v->p;
	const char *end;

	if (s == NULL) {
		return true;
	}
	end = s + v->n;
	p->has_badges = true;
	if (v->number) {
		return false;
	}
	for (size_t i = 0; v->list ? i < v->n : s < end; i++) {
		/* a table's field has no NUL behind it */
		const char *blank =
			v->list ? NULL : memchr(s, ' ', (size_t)(end - s));
		size_t n = v->list         ? strlen(s)
			   : blank != NULL ? (size_t)(blank - s)
					   : (size_t)(end - s);

		if (n > 0) {
			if (p->n_badge == FEED_BADGES || n > BADGE_MAX ||
				(text_clean(s, n, r->words[2 + p->n_badge],
					 ITEM_NAME_BYTES, 0) &
					TEXT_HAD_BAD_UTF8) != 0) {
				return false;
			}
			p->badge[p->n_badge] = r->words[2 + p->n_badge];
			p->n_badge++;
		}
		s += n + 1;
	}
	return true;
}

static bool
read_active(struct feed_rows *r)
{
	const struct feed_value *v = &r->v[CELL_ACTIVE];
	char word[16];

	if (v->p == NULL && !v->number) {
		r->person.active = true;
		return true;
	}
	if (v->number) {
		r->person.active = v->i != 0;
		return v->i == 0 || v->i == 1;
	}
	if (!feed_row_word(r, CELL_ACTIVE, word, sizeof(word))) {
		return false;
	}
	r->person.active = word[0] == '\0' || strcmp(word, "true") == 0 ||
			   strcmp(word, "yes") == 0 || strcmp(word, "1") == 0;
	return r->person.active || strcmp(word, "false") == 0 ||
	       strcmp(word, "no") == 0 || strcmp(word, "0") == 0;
}

static bool
read_pin(struct feed_rows *r, struct feed_row *row)
{
	const struct feed_value *v = &r->v[CELL_PIN];

	if (v->p == NULL || (v->n == 0 && r->opts->format == FEED_FORMAT_CSV)) {
		return !v->number;
	}
	if (v->list || v->number ||
		(v->n > 0 && (v->n < PIN_MIN || v->n > PIN_MAX))) {
		return false;
	}
	row->pin = arena_text(&r->arena, v->p, v->n);
	return row->pin != NULL && (v->n == 0 || text_is_digits(row->pin));
}

static bool
is_number(const char *s)
{
	return text_is_digits(s) && strlen(s) <= 9 && s[0] != '0';
}

enum feed_refusal
feed_row_person(struct feed_rows *r, struct feed_row *row,
	const struct feed_value **ret_at)
{
	struct feed_person *p = &r->person;

	memset(p, 0, sizeof(*p));
	if (r->v[CELL_NUMBER].p == NULL) {
		return read_role(r, row, ret_at);
	}
	*ret_at = &r->v[CELL_NUMBER];
	if (!feed_row_word(r, CELL_NUMBER, row->key, 16) ||
		!is_number(row->key)) {
		return FEED_BAD_NUMBER;
	}
	if (row->deleted) {
		return FEED_REFUSAL_COUNT;
	}
	p->number = row->key;
	*ret_at = &r->v[CELL_NAME];
	if (!feed_row_word(r, CELL_NAME, r->words[0], NAME_BYTES)) {
		return FEED_BAD_NAME;
	}
	p->name = r->v[CELL_NAME].p == NULL ? NULL : r->words[0];
	*ret_at = &r->v[CELL_ROLE];
	if (!feed_row_word(r, CELL_ROLE, r->words[1], NAME_BYTES) ||
		r->words[1][0] == '\0') {
		return FEED_BAD_ROLE;
	}
	p->role = r->words[1];
	*ret_at = &r->v[CELL_ACTIVE];
	if (!read_active(r)) {
		return FEED_BAD_ROW;
	}
	/* No excerpt of these two. */
	*ret_at = NULL;
	if (!read_pin(r, row)) {
		return FEED_BAD_PIN;
	}
	if (!read_badges(r)) {
		return FEED_BAD_BADGES;
	}
	row->person = p;
	return FEED_REFUSAL_COUNT;
}
