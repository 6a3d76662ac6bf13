/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_KEYMAP_WATCH_H
#define SCREEN_KEYMAP_WATCH_H

#include "base/err.h"
#include "base/sbuf.h"
#include "screen/keymap.h"

/**
 * keymap_watch - the keymap file: read at the start, and again whenever it was
 * saved, also by an editor that writes aside and renames.
 */
struct keymap_watch;

struct keymap_conf {
	const char *path;    /* of the file; it need not exist */
	bool given;	     /* it should: the command line names it */
	const char *profile; /* of the command line, NULL none */
	const char *wanted;  /* of the configuration, NULL none */
	const char (*code)[4]; /* as in struct keymap_source */
	size_t n_code;
};

/** keymap_watch_open(c, ret): *c is copied. RC_NOMEM.  A directory that cannot
 * be watched is no error: the file is read once. */
MUST_CHECK enum rc keymap_watch_open(
	const struct keymap_conf *c, struct keymap_watch **ret);
void keymap_watch_close(struct keymap_watch *w);
/** keymap_watch_fd(w): readable when something in the directory changed; -1
 * nothing is watched. */
int keymap_watch_fd(const struct keymap_watch *w);
/** keymap_watch_read(w, ret, ret_ok, say): the map as the file is now.  *ret is
 * NULL when nothing changed since the last call, or when the file cannot be
 * read; the caller owns it.  ${say} is what to tell, "" nothing; *ret_ok: good
 * news. RC_NOMEM. */
MUST_CHECK enum rc keymap_watch_read(struct keymap_watch *w,
	struct keymap **ret, bool *ret_ok, struct sbuf *say);
/** keymap_say(m, name, say): what is wrong with its file, in one line; "" when
 * nothing is. */
void keymap_say(const struct keymap *m, const char *name, struct sbuf *say);

#endif
