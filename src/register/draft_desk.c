/* SPDX-License-Identifier: Apache-2.0 */
/* The part of a draft that tells of the desk. */
#include <string.h>

#include "base/crypto.h"
#include "register/draft_internal.h"

#include "base/poison.h"

#define FLAG_STAKE 1
#define FLAG_TEXT 2

_Static_assert(PART_BYTES > 6 + 2 + DESK_TEXT_BYTES + 2 + DESK_ENTRY_BYTES,
	"a text and an entry fit into one part");

/* As many of the entries from ${from} on as one part takes; returns the first
 * that is left. */
static size_t
put_part(struct draft_group *g, const struct desk *d, uint8_t flags,
	size_t n_pop, const char *text, size_t from)
{
	uint8_t part[PART_BYTES];
	size_t end = from;
	size_t room = sizeof(part) - 6;
	struct wr w;

	wr_init(&w, part, sizeof(part));
	wr_u8(&w, PART_DESK);
	wr_u8(&w, flags);
	wr_u16le(&w, (uint16_t)n_pop);
	if ((flags & FLAG_TEXT) != 0) {
		wr_u16le(&w, (uint16_t)strlen(text));
		wr_bytes(&w, text, strlen(text));
		room -= 2 + strlen(text);
	}
	while (d != NULL && end < d->n_held &&
		2 + (size_t)desk_entry(d, end)->len <= room) {
		room -= 2 + (size_t)desk_entry(d, end)->len;
		end++;
	}
	wr_u16le(&w, (uint16_t)(end - from));
	for (size_t i = from; i < end; i++) {
		const struct entry_text *e = desk_entry(d, i);

		wr_u16le(&w, e->len);
		wr_bytes(&w, e->text, e->len);
	}
	group_add(g, part, w.len);
	crypto_wipe(part, w.len);
	return end;
}

void
draft_desk_put(struct draft_group *g, const struct desk *d)
{
	size_t from = put_part(g, d, d->text_new ? FLAG_TEXT : 0, d->n_pop,
		d->text, d->n_held - d->n_new);

	while (from < d->n_held) {
		from = put_part(g, d, 0, 0, "", from);
	}
}

void
draft_desk_used(struct draft_group *g, const struct desk *d)
{
	size_t n_pop = d->n_pop;

	if (d->stake && desk_first_kept(d)) {
		n_pop++;
	}
	(void)put_part(g, NULL, d->file_text ? FLAG_TEXT : 0, n_pop, "", 0);
}

void
draft_desk_stake(struct draft_group *g)
{
	(void)put_part(g, NULL, FLAG_STAKE, 0, "", 0);
}

static bool
push(struct desk *d, struct rd *r)
{
	size_t n = rd_u16le(r);
	const uint8_t *p = rd_bytes(r, n);

	return p != NULL && desk_push(d, (const char *)p, n);
}

bool
draft_desk_take(struct desk *d, struct rd *r, bool counted)
{
	uint8_t flags = rd_u8(r);
	size_t n_pop = rd_u16le(r), n, left;
	const uint8_t *p;

	if (r->bad || flags > (FLAG_STAKE | FLAG_TEXT) || n_pop > d->n_held) {
		return false;
	}
	while (n_pop > 0) {
		desk_shift(d);
		n_pop--;
	}
	if ((flags & FLAG_TEXT) != 0) {
		n = rd_u16le(r);
		p = rd_bytes(r, n);
		if (p == NULL || !desk_set_text(d, (const char *)p, n)) {
			return false;
		}
	}
	left = counted ? rd_u16le(r) : 0;
	while (counted ? left-- > 0 : !r->bad && r->n > 0) {
		if (!push(d, r)) {
			return false;
		}
	}
	d->stake = (flags & FLAG_STAKE) != 0 && d->n_held > 0;
	d->file_stake = counted && d->stake;
	return !r->bad;
}
