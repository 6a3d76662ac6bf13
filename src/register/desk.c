/* SPDX-License-Identifier: Apache-2.0 */
/* The desk in memory; desk_file.c has the bytes. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "register/desk_internal.h"

#include "base/poison.h"

/* --- marks --------------------------------------------------------------- */

struct desk_mark
desk_mark(const struct basket *b, uint64_t head)
{
	struct desk_mark m = {.next_no = b->next_no,
		.n_line = (uint32_t)b->n_line,
		.n_unknown = (uint32_t)b->n_unknown,
		.items = b->items.milli,
		.head = head};

	if (b->n_line > 0) {
		memcpy(m.sale, b->id, UUID_BYTES);
	}
	return m;
}

/* A sale that has fewer lines than it had, without a word in the journal, or
 * is gone, was lost with the last second before a power cut: nothing of it was
 * done later than the mark. */
bool
desk_moved(const struct desk_mark *then, const struct desk_mark *now)
{
	static const uint8_t none[UUID_BYTES];

	if (memcmp(then->sale, now->sale, UUID_BYTES) != 0) {
		return memcmp(then->sale, none, UUID_BYTES) == 0;
	}
	if (then->next_no != now->next_no) {
		return now->next_no > then->next_no;
	}
	return then->n_line != now->n_line ||
	       then->n_unknown != now->n_unknown || then->items != now->items;
}

bool
desk_last_mark(const struct desk *d, struct desk_mark *ret)
{
	if (d->has_mark) {
		*ret = d->mark;
	}
	return d->has_mark;
}

/* --- in memory ----------------------------------------------------------- */

struct entry_text *
desk_entry(const struct desk *d, size_t i)
{
	return &d->held[(d->first + i) % DESK_HELD_MAX];
}

const char *
desk_text(const struct desk *d)
{
	return d->text;
}

size_t
desk_n_held(const struct desk *d)
{
	return d->n_held;
}

const char *
desk_held(const struct desk *d, size_t i)
{
	return desk_entry(d, i)->text;
}

bool
desk_at_stake(const struct desk *d)
{
	return d->stake;
}

bool
desk_set_text(struct desk *d, const char *text, size_t len)
{
	if (len >= DESK_TEXT_BYTES || memchr(text, '\0', len) != NULL) {
		return false;
	}
	if (strlen(d->text) == len && memcmp(d->text, text, len) == 0) {
		return true;
	}
	crypto_wipe(d->text, sizeof(d->text));
	memcpy(d->text, text, len);
	d->text_new = true;
	return true;
}

bool
desk_push(struct desk *d, const char *text, size_t len)
{
	struct entry_text *e;

	if (len >= DESK_ENTRY_BYTES || memchr(text, '\0', len) != NULL ||
		d->n_held == DESK_HELD_MAX) {
		return false;
	}
	e = desk_entry(d, d->n_held++);
	memcpy(e->text, text, len);
	e->text[len] = '\0';
	e->len = (uint16_t)len;
	return true;
}

bool
desk_hold(struct desk *d, const char *text, size_t len)
{
	if (!desk_push(d, text, len)) {
		return false;
	}
	d->n_new++;
	return true;
}

void
desk_stake(struct desk *d, bool yes)
{
	yes = yes && d->n_held > 0;
	d->stake_new = d->stake_new || yes != d->stake;
	d->stake = yes;
}

void
desk_shift(struct desk *d)
{
	crypto_wipe(desk_entry(d, 0), sizeof(struct entry_text));
	d->first = (d->first + 1) % DESK_HELD_MAX;
	d->n_held--;
}

void
desk_pop(struct desk *d)
{
	if (d->n_held == 0) {
		return;
	}
	desk_stake(d, false);
	if (d->n_new == d->n_held) {
		d->n_new--; /* the file never had it */
	} else {
		d->n_pop++;
	}
	desk_shift(d);
}

void
desk_drop(struct desk *d)
{
	while (d->n_held > 0) {
		desk_pop(d);
	}
	(void)desk_set_text(d, "", 0);
}

enum rc
desk_open(const char *path, const struct keys *keys, const struct rng *rng,
	struct desk **ret, struct err *reterr)
{
	struct desk *d = calloc(1, sizeof(*d));
	size_t n = path != NULL ? strlen(path) : 0;
	enum rc rc = RC_NOMEM;

	if (d != NULL) {
		d->fd = -1;
		d->named = true; /* it may be made here */
		d->held = calloc(DESK_HELD_MAX, sizeof(*d->held));
	}
	if (d == NULL || d->held == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "desk",
			"no memory for what waits: close other programs");
		goto out;
	}
	if (n + sizeof(".new") > sizeof(d->path)) {
		rc = err_set(reterr, RC_RANGE, 0, "desk",
			"the path of the desk's file is too long: %.80s...",
			path);
		goto out;
	}
	rc = RC_OK;
	if (n > 0) {
		memcpy(d->path, path, n + 1);
		d->key = keys_sub(keys, KEYS_DRAFT);
		d->rng = *rng;
		rc = desk_load(d, reterr);
	}
	if (rc == RC_OK && n > 0) {
		rc = desk_open_file(d, reterr);
	}
	if (rc == RC_OK) {
		*ret = d;
		d = NULL;
	}
out:
	desk_close(d);
	return rc;
}

void
desk_close(struct desk *d)
{
	if (d == NULL) {
		return;
	}
	if (d->fd >= 0) {
		(void)close(d->fd);
	}
	while (d->n_held > 0) {
		desk_shift(d);
	}
	crypto_wipe(d->text, sizeof(d->text));
	free(d->held);
	free(d);
}
