/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/bench.h"

#include <stdlib.h>
#include <string.h>

#include "base/conf.h"

#include "base/poison.h"

#define FILE_MAX ((size_t)64 * 1024)

struct bench {
	struct loop *loop;
	struct clock clock;
	struct stand *stand[BENCH_STANDS];
	size_t n;
};

/* --- configuration -------------------------------------------------------- */

static bool
is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	return n > 0 && n < STAND_NAME && name[n] == '\0';
}

enum rc
bench_add(struct bench_conf *conf, const char *name, struct stand_conf **ret,
	struct err *reterr)
{
	struct stand_conf *c;

	if (!is_name(name)) {
		return err_set(reterr, RC_INVAL, 0, "bench",
			"'%.40s' is no name of a device: write letters, digits "
			"and '-'",
			name);
	}
	for (size_t i = 0; i < conf->n; i++) {
		if (strcmp(conf->stand[i].name, name) == 0) {
			return err_set(reterr, RC_INVAL, 0, "bench",
				"there are two of the name %s: name one "
				"otherwise",
				name);
		}
	}
	if (conf->n == BENCH_STANDS) {
		return err_set(reterr, RC_INVAL, 0, "bench",
			"there are more than %d devices: use a second process",
			BENCH_STANDS);
	}
	c = &conf->stand[conf->n++];
	memset(c, 0, sizeof(*c));
	memcpy(c->name, name, strlen(name) + 1);
	c->kind = LINE_KINDS;
	*ret = c;
	return RC_OK;
}

struct loading {
	struct bench_conf *conf;
	struct stand_conf *stand;
};

static enum rc
on_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct loading *l = arg;

	(void)pos;
	if (key == NULL) {
		return bench_add(l->conf, section, &l->stand, reterr);
	}
	if (l->stand == NULL) {
		return err_set(reterr, RC_INVAL, 0, "bench",
			"a device begins with its name: write [printer] before "
			"it");
	}
	return stand_conf_set(l->stand, key, value, reterr);
}

enum rc
bench_load(struct bench_conf *conf, const char *path, struct err *reterr)
{
	struct loading l = {.conf = conf};
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc = file_load(path, FILE_MAX, &text, &n, reterr);

	conf->n = 0;
	if (rc == RC_OK) {
		rc = conf_parse(
			path, (const char *)text, n, on_key, &l, reterr);
	}
	if (rc == RC_OK && conf->n == 0) {
		rc = err_set(reterr, RC_INVAL, 0, "bench",
			"%.200s has no device: write [NAME] and its driver",
			path);
	}
	free(text);
	return rc;
}

/* --- running -------------------------------------------------------------- */

enum rc
bench_open(const struct bench_conf *conf, stand_say_fn say, void *arg,
	struct bench **ret, struct err *reterr)
{
	struct bench *b = calloc(1, sizeof(*b));
	enum rc rc = RC_OK;

	if (b == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "bench", "no memory");
	}
	b->clock = clock_system();
	rc = loop_new(&b->loop, reterr);
	for (size_t i = 0; rc == RC_OK && i < conf->n; i++) {
		rc = stand_open(&conf->stand[i], b->loop, &b->clock, (int)i,
			say, arg, &b->stand[i], reterr);
		if (rc != RC_OK) {
			err_wrap(reterr, "%s", conf->stand[i].name);
		} else {
			b->n++;
		}
	}
	if (rc != RC_OK) {
		bench_close(b);
		return rc;
	}
	*ret = b;
	return RC_OK;
}

void
bench_close(struct bench *b)
{
	if (b == NULL) {
		return;
	}
	for (size_t i = 0; i < b->n; i++) {
		stand_close(b->stand[i]);
	}
	loop_free(b->loop);
	free(b);
}

struct loop *
bench_loop(struct bench *b)
{
	return b->loop;
}

size_t
bench_count(const struct bench *b)
{
	return b->n;
}

struct stand *
bench_stand(struct bench *b, size_t i)
{
	return b->stand[i];
}

/* --- commands ------------------------------------------------------------- */

static struct stand *
named(struct bench *b, const char *line, const char **ret_rest)
{
	for (size_t i = 0; i < b->n; i++) {
		if (sim_is(line, stand_name(b->stand[i]), ret_rest)) {
			return b->stand[i];
		}
	}
	*ret_rest = line;
	return b->n == 1 ? b->stand[0] : NULL;
}

static void
put_indented(struct sbuf *out, const char *lines)
{
	while (*lines != '\0') {
		size_t n = strcspn(lines, "\n");

		sbuf_puts(out, "    ");
		sbuf_write(out, lines, n);
		sbuf_putc(out, '\n');
		lines += n + (lines[n] == '\n' ? 1 : 0);
	}
}

static void
put_help(struct sbuf *out, const struct stand *s)
{
	const struct sim_device *d = stand_device(s);

	sbuf_printf(out, "%s (%s): %s\n", stand_name(s), d->name, d->summary);
	put_indented(out, d->commands);
}

static void
put_list(struct bench *b, struct sbuf *out)
{
	for (size_t i = 0; i < b->n; i++) {
		sbuf_printf(out, "%s: %s at %s\n", stand_name(b->stand[i]),
			stand_device(b->stand[i])->name,
			stand_address(b->stand[i]));
	}
}

static enum rc
nobody(const char *line, struct err *reterr)
{
	return err_set(reterr, RC_INVAL, 0, "bench",
		"'%.40s' is none of the devices: write 'list' to see them",
		line);
}

/* "show", "show NAME". */
static enum rc
tell_show(
	struct bench *b, const char *who, struct sbuf *out, struct err *reterr)
{
	const char *rest;
	const struct stand *s = named(b, who, &rest);

	if (*who != '\0' && (s == NULL || rest == who || *rest != '\0')) {
		return nobody(who, reterr);
	}
	for (size_t i = 0; i < b->n; i++) {
		if (*who == '\0' && b->n > 1) {
			sbuf_printf(out, "%s:\n", stand_name(b->stand[i]));
		}
		if (*who == '\0' || b->stand[i] == s) {
			stand_show(b->stand[i], out);
		}
	}
	return RC_OK;
}

/* "help", "help NAME". */
static enum rc
tell_help(
	struct bench *b, const char *who, struct sbuf *out, struct err *reterr)
{
	const char *rest;
	const struct stand *s = named(b, who, &rest);

	if (*who != '\0' && (s == NULL || rest == who || *rest != '\0')) {
		return nobody(who, reterr);
	}
	for (size_t i = 0; i < b->n; i++) {
		if (*who == '\0' || b->stand[i] == s) {
			put_help(out, b->stand[i]);
		}
	}
	sbuf_puts(out, "the line of each:\n");
	put_indented(out, player_commands());
	return RC_OK;
}

enum rc
bench_tell(
	struct bench *b, const char *line, struct sbuf *out, struct err *reterr)
{
	const char *rest;
	struct stand *s;

	if (sim_is(line, "list", &rest) && *rest == '\0') {
		put_list(b, out);
		return RC_OK;
	}
	if (sim_is(line, "show", &rest)) {
		return tell_show(b, rest, out, reterr);
	}
	if (sim_is(line, "help", &rest)) {
		return tell_help(b, rest, out, reterr);
	}
	s = named(b, line, &rest);
	return s != NULL ? stand_tell(s, rest, reterr) : nobody(line, reterr);
}
