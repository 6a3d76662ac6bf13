/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "register/desk_internal.h"

#include "base/poison.h"

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

/* --- changes ------------------------------------------------------------- */

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
	d->text_new = d->file_text || len > 0;
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
desk_stake(struct desk *d)
{
	d->stake = d->n_held > 0;
}

void
desk_unstake(struct desk *d)
{
	d->stake = false;
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
	d->stake = false;
	if (d->taken) {
		d->taken = false;
	} else if (d->n_new == d->n_held) {
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

/* --- what the file has --------------------------------------------------- */

bool
desk_is_empty(const struct desk *d)
{
	return d->n_held == 0 && d->text[0] == '\0';
}

/* That the first is at stake is said before an act only, and unsaid by what
 * is said next. */
bool
desk_is_new(const struct desk *d)
{
	return d->text_new || d->n_pop > 0 || d->n_new > 0 ||
	       (d->file_stake && !d->stake);
}

bool
desk_first_kept(const struct desk *d)
{
	return d->n_held > d->n_new && !d->taken;
}

void
desk_kept(struct desk *d)
{
	d->text_new = false;
	d->file_text = d->text[0] != '\0';
	d->file_stake = false;
	d->n_pop = 0;
	d->n_new = 0;
}

void
desk_used(struct desk *d)
{
	if (d->stake && !d->taken) {
		d->n_new -= d->n_new == d->n_held ? 1 : 0;
		d->taken = true;
	}
	d->n_pop = 0;
	d->file_stake = false;
	d->file_text = false;
	d->text_new = d->text[0] != '\0';
}

void
desk_unkept(struct desk *d, bool used)
{
	d->file_text = false;
	d->file_stake = false;
	d->text_new = !used && d->text[0] != '\0';
	d->n_pop = 0;
	d->n_new = d->n_held - (d->taken ? 1 : 0);
}

/* --- life ---------------------------------------------------------------- */

enum rc
desk_new(struct desk **ret, struct err *reterr)
{
	struct desk *d = calloc(1, sizeof(*d));

	if (d != NULL) {
		d->held = calloc(DESK_HELD_MAX, sizeof(*d->held));
	}
	if (d == NULL || d->held == NULL) {
		free(d);
		return err_set(reterr, RC_NOMEM, 0, "desk",
			"no memory for what waits: close other programs");
	}
	*ret = d;
	return RC_OK;
}

void
desk_free(struct desk *d)
{
	if (d == NULL) {
		return;
	}
	while (d->n_held > 0) {
		desk_shift(d);
	}
	crypto_wipe(d->text, sizeof(d->text));
	free(d->held);
	free(d);
}
