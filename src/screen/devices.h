/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_DEVICES_H
#define SCREEN_DEVICES_H

#include "base/clock.h"
#include "base/sbuf.h"
#include "register/till.h"

/**
 * devices - the devices as the cashier sees them on every screen: their words
 * in the status row, and one message when a word changes.
 *
 * A word in capitals is trouble, on every terminal and in every dump; a word
 * in small letters is not.  Where the row has no room for all, what is well
 * goes first, and how many are left away stands at the end: "+2 ok".
 *
 * What a device says is told once, and as it stands: one that comes and goes
 * is told at most every few seconds.  Nothing of it rings but a drawer that
 * stands open.
 */
#define DEVICE_CELLS (CONFIG_DEVICES + 3) /* and drawer, and what is hidden */

struct device_cell {
	char text[4 * CONFIG_DEVICE_NAME_BYTES];
	bool bad;
};

struct device_row {
	struct device_cell cell[DEVICE_CELLS];
	size_t n;
};

/* What was told of one. */
struct device_seen {
	char name[CONFIG_DEVICE_NAME_BYTES];
	const char *word;
	struct utc since; /* of the word, as far as this screen has seen */
	const char *told; /* NULL: nothing yet */
	int64_t told_at;
};

struct devices {
	struct device_seen seen[CONFIG_DEVICES];
	size_t n;
	int64_t due; /* something waits to be told until then; 0 nothing */
	size_t unprinted; /* receipts that were told of */
	int64_t doubt_at; /* when one was, and may not have been read; 0 */
	/* of the drawer; 0 it is shut */
	int64_t open_at, ring_at;
	size_t open_no; /* which one */
};

struct app;

/** devices_row(a, st, room, ret): as many as stand in ${room} cells, each two
 * apart. */
void devices_row(const struct app *a, const struct till_status *st, int room,
	struct device_row *ret);
/** devices_put(r, out): the row as text. */
void devices_put(const struct device_row *r, struct sbuf *out);
/** devices_mark(a, r, col): what is trouble looks like it, in the status row
 * from column ${col} on. */
void devices_mark(struct app *a, const struct device_row *r, int col);
/** devices_follow(a): what has changed is told, if it may be now. */
void devices_follow(struct app *a);
/** devices_due(a, ret): when to call devices_follow() at the latest; false: not
 * by time. */
bool devices_due(const struct app *a, int64_t *ret);
/** devices_bad(d): it does not work as it is. */
bool devices_bad(const struct till_device *d);
/** devices_word(word): as the cashier reads it, in capitals where it is
 * trouble; NULL there is no such device. */
const char *devices_word(const char *word);
/** devices_label(a, d, out): "PRN", "PIN", or its name where another one of its
 * kind has that. */
void devices_label(
	const struct app *a, const struct till_device *d, struct sbuf *out);
/** devices_since(a, name, ret): since when its word is what it is; false: not
 * known. */
bool devices_since(const struct app *a, const char *name, struct utc *ret);
/** devices_say(d, out): a sentence of what is the matter and what is done
 * meanwhile; "" it works. */
void devices_say(const struct till_device *d, struct sbuf *out);

#endif
