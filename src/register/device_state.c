/* SPDX-License-Identifier: Apache-2.0 */
#include "register/device_state.h"

#include <sys/file.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "register/till_internal.h"

#include "base/poison.h"

#define STATE_BYTES 8192

void
device_state_write(const char *dir, const char *file,
	const struct device_state s[], size_t n)
{
	char path[PATH_BYTES], aside[PATH_BYTES], text[STATE_BYTES];
	struct sbuf b;
	int fd;
	bool good;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%s.new", file);
	if (path_join(path, sizeof(path), dir, file) != RC_OK ||
		path_join(aside, sizeof(aside), dir, text) != RC_OK) {
		return;
	}
	sbuf_clear(&b);
	for (size_t i = 0; i < n; i++) {
		sbuf_printf(&b, "%s %s %s\n", s[i].name, s[i].word, s[i].text);
	}
	fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		return;
	}
	good = write(fd, b.p, b.len) == (ssize_t)b.len;
	(void)close(fd);
	if (!good || rename(aside, path) != 0) {
		(void)unlink(aside);
	}
}

static void
put(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text);
}

void
device_state_save(const struct till *t)
{
	struct device_state s[CONFIG_DEVICES];

	for (size_t i = 0; i < t->n_port; i++) {
		const struct till_port *p = &t->port[i];

		put(s[i].name, sizeof(s[i].name), p->name);
		put(s[i].word, sizeof(s[i].word), p->word);
		put(s[i].text, sizeof(s[i].text), p->text);
	}
	device_state_write(t->shop->dir, DEVICE_STATE_REGISTER, s, t->n_port);
}

bool
device_state_held(const char *dir)
{
	char path[PATH_BYTES];
	bool held;
	int fd;

	if (path_join(path, sizeof(path), dir, "lock") != RC_OK) {
		return false;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	held = flock(fd, LOCK_SH | LOCK_NB) != 0;
	(void)close(fd);
	return held;
}

static void
take_word(const char **at, const char *end, char *out, size_t cap, bool last)
{
	const char *c = *at;
	struct sbuf b;

	while (c < end && (last || *c != ' ')) {
		c++;
	}
	sbuf_init(&b, out, cap);
	sbuf_write(&b, *at, (size_t)(c - *at));
	*at = c < end ? c + 1 : end;
}

size_t
device_state_load(const char *dir, const char *file, struct device_state ret[],
	size_t cap)
{
	char path[PATH_BYTES];
	uint8_t *text = NULL;
	size_t len = 0, n = 0;
	const char *at, *end;

	if (path_join(path, sizeof(path), dir, file) != RC_OK ||
		file_load(path, STATE_BYTES, &text, &len, NULL) != RC_OK) {
		return 0;
	}
	at = (const char *)text;
	end = at + len;
	while (at < end && n < cap) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));
		struct device_state *s = &ret[n];

		eol = eol != NULL ? eol : end;
		take_word(&at, eol, s->name, sizeof(s->name), false);
		take_word(&at, eol, s->word, sizeof(s->word), false);
		take_word(&at, eol, s->text, sizeof(s->text), true);
		at = eol < end ? eol + 1 : end;
		n++;
	}
	free(text);
	return n;
}
