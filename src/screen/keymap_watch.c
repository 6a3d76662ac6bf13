/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/keymap_watch.h"

#include <sys/inotify.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "screen/keymap_internal.h"

#include "base/poison.h"

struct keymap_watch {
	char path[PATH_BYTES];
	const char *base; /* in path */
	bool given, was_read, has_file;
	char profile[16], wanted[16];
	bool codes_known;
	char code[KEYMAP_CODES][4];
	size_t n_code;
	int fd;
	uint8_t *text;
	size_t len;
	int next_seq;
};

static void
keep(char *out, size_t cap, const char *s)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, s != NULL ? s : "");
}

/* The directory, not the file: editors put another file in its place. */
static int
watch(const struct keymap_watch *w)
{
	size_t n = (size_t)(w->base - w->path);
	char dir[PATH_BYTES];
	struct sbuf b;
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	sbuf_init(&b, dir, sizeof(dir));
	sbuf_write(&b, n > 0 ? w->path : ".", n > 0 ? n : 1);
	if (fd >= 0 && inotify_add_watch(fd, dir,
			       IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
				       IN_DELETE) < 0) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

enum rc
keymap_watch_open(const struct keymap_conf *c, struct keymap_watch **ret)
{
	struct keymap_watch *w = calloc(1, sizeof(*w));
	const char *slash;

	if (w == NULL) {
		return RC_NOMEM;
	}
	keep(w->path, sizeof(w->path), c->path);
	slash = strrchr(w->path, '/');
	w->base = slash != NULL ? slash + 1 : w->path;
	w->given = c->given;
	keep(w->profile, sizeof(w->profile), c->profile);
	keep(w->wanted, sizeof(w->wanted), c->wanted);
	w->codes_known = c->code != NULL;
	for (; c->code != NULL && w->n_code < c->n_code &&
		w->n_code < KEYMAP_CODES;
		w->n_code++) {
		memcpy(w->code[w->n_code], c->code[w->n_code],
			sizeof(w->code[0]));
	}
	w->fd = watch(w);
	*ret = w;
	return RC_OK;
}

void
keymap_watch_close(struct keymap_watch *w)
{
	if (w != NULL) {
		if (w->fd >= 0) {
			(void)close(w->fd);
		}
		free(w->text);
		free(w);
	}
}

int
keymap_watch_fd(const struct keymap_watch *w)
{
	return w->fd;
}

/* Which file it was is not asked: its bytes tell. */
static void
drain(const struct keymap_watch *w)
{
	char buf[4096];
	ssize_t n;

	do {
		n = w->fd >= 0 ? read(w->fd, buf, sizeof(buf)) : 0;
	} while (n > 0 || (n < 0 && errno == EINTR));
}

void
keymap_say(const struct keymap *m, const char *name, struct sbuf *say)
{
	size_t n = keymap_problems(m);
	const struct keymap_problem *p;

	if (n == 0) {
		return;
	}
	p = keymap_problem(m, 0);
	sbuf_printf(say, "%s:%d:%d: %s", name, p->line, p->col, p->text);
	if (n > 1) {
		sbuf_printf(say,
			P_(" (and %zu line more)", " (and %zu lines more)",
				n - 1),
			n - 1);
	}
}

/* False: nothing to make a map of. */
static bool
load(struct keymap_watch *w, bool *ret_ok, struct sbuf *say)
{
	struct err err = {.rc = RC_OK};
	bool had = w->has_file, first = !w->was_read;
	uint8_t *text = NULL;
	size_t len = 0;
	enum rc rc = file_load(w->path, KEYMAP_FILE_MAX, &text, &len, &err);

	w->was_read = true;
	if (rc == RC_NOTFOUND) {
		free(w->text);
		w->text = NULL;
		w->len = 0;
		w->has_file = false;
		if (first && w->given) {
			*ret_ok = false;
			sbuf_printf(say,
				_("There is no keymap file %s: the built-in "
				  "keys are in force."),
				w->base);
		} else if (had) {
			sbuf_puts(say, _("The keymap file is gone: the "
					 "built-in keys are in force."));
		}
		return first || had;
	}
	if (rc != RC_OK) {
		*ret_ok = false;
		sbuf_printf(say,
			_("The keymap file %s cannot be read: %s.  The keys "
			  "stay as they were."),
			w->base, rc == RC_RANGE ? "64 KiB" : rc_name(rc));
		return first;
	}
	if (had && len == w->len && memcmp(text, w->text, len) == 0) {
		free(text);
		return false;
	}
	free(w->text);
	w->text = text;
	w->len = len;
	w->has_file = true;
	if (!first) {
		sbuf_puts(say, _("Keymap read again."));
	}
	return true;
}

enum rc
keymap_watch_read(struct keymap_watch *w, struct keymap **ret, bool *ret_ok,
	struct sbuf *say)
{
	struct keymap_source s = {.name = w->base,
		.profile = w->profile[0] != '\0' ? w->profile : NULL,
		.wanted = w->wanted[0] != '\0' ? w->wanted : NULL,
		.code = w->codes_known ? (const char(*)[4])w->code : NULL,
		.n_code = w->n_code,
		.first_seq = w->next_seq};
	struct keymap *m = NULL;
	enum rc rc;

	*ret = NULL;
	*ret_ok = true;
	drain(w);
	if (!load(w, ret_ok, say)) {
		return RC_OK;
	}
	s.text = (const char *)w->text;
	s.len = w->len;
	rc = keymap_new(&s, &m);
	if (rc != RC_OK) {
		return rc;
	}
	w->next_seq = keymap_next_seq(m);
	if (keymap_problems(m) > 0) {
		sbuf_clear(say);
		keymap_say(m, w->base, say);
		*ret_ok = false;
	}
	*ret = m;
	return RC_OK;
}
