/* SPDX-License-Identifier: Apache-2.0 */
#include "main/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/poison.h"

/* --- verbs --- */

const struct verb *
command_find(const struct verb verb[], size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(verb[i].name, name) == 0) {
			return &verb[i];
		}
	}
	return NULL;
}

void
command_list(const struct verb verb[], size_t n)
{
	int wide = 8;

	for (size_t i = 0; i < n; i++) {
		int len = (int)strlen(verb[i].name);

		wide = len > wide ? len : wide;
	}
	for (size_t i = 0; i < n; i++) {
		(void)printf("  %-*s  %s\n", wide, verb[i].name, verb[i].help);
	}
}

/* --- options --- */

static const struct opt *
find_opt(const struct opt_walk *o, const char *name, size_t len)
{
	for (size_t t = 0; t < ARRAY_LEN(o->table); t++) {
		for (size_t i = 0; i < o->table[t].n; i++) {
			const struct opt *opt = &o->table[t].opt[i];

			if (strlen(opt->name) == len &&
				memcmp(opt->name, name, len) == 0) {
				return opt;
			}
		}
	}
	return NULL;
}

static const char *
keep(const struct opt *o, const char *value)
{
	if (o->kind == OPT_FLAG) {
		if (value != NULL) {
			return "this option takes no value";
		}
		*(bool *)o->to = true;
	} else if (o->kind == OPT_TEXT) {
		const char **to = o->to;

		if (*to != NULL) {
			return "an option is given twice";
		}
		*to = value;
	} else {
		struct opt_list *l = o->to;

		if (l->n == ARGS_LIST) {
			return "an option is given too often";
		}
		l->text[l->n++] = value;
	}
	return NULL;
}

/* The option at argv[at], and its value behind it. */
static const char *
take_option(struct opt_walk *o)
{
	const char *name = o->argv[o->at] + 2;
	const char *value = strchr(name, '=');
	size_t len = value != NULL ? (size_t)(value - name) : strlen(name);
	const struct opt *opt = find_opt(o, name, len);

	if (opt == NULL) {
		return "unknown option";
	}
	if (value != NULL) {
		value++;
	} else if (opt->kind != OPT_FLAG) {
		if (o->at + 1 >= o->argc) {
			return "an option lacks its value";
		}
		value = o->argv[++o->at];
	}
	return keep(opt, value);
}

const char *
opt_next(struct opt_walk *o, const char **ret_word)
{
	const char *wrong = NULL;

	while (wrong == NULL && ++o->at < o->argc) {
		if (!o->ended && strcmp(o->argv[o->at], "--") == 0) {
			o->ended = true;
		} else if (!o->ended && strncmp(o->argv[o->at], "--", 2) == 0) {
			wrong = take_option(o);
		} else {
			*ret_word = o->argv[o->at];
			return NULL;
		}
	}
	*ret_word = NULL;
	return wrong;
}

/* --- what is said --- */

int
command_usage(const char *program, const char *verb, const char *usage,
	const char *what)
{
	(void)fprintf(stderr, "%s %s: %s; usage: %s %s\n", program, verb, what,
		program, usage);
	return EXIT_USAGE;
}

static int
status_of(enum rc rc)
{
	switch ((int)rc) {
	case RC_OK:
		return EXIT_DONE;
	case RC_CORRUPT:
		return EXIT_DAMAGED;
	case RC_BUSY:
		return EXIT_BUSY;
	case RC_KEY:
		return EXIT_KEY;
	default:
		return EXIT_NOT;
	}
}

int
command_fail(
	const char *program, const char *verb, enum rc rc, const struct err *e)
{
	(void)fprintf(stderr, "%s %s: %s\n", program, verb,
		e->msg[0] != '\0' ? e->msg : rc_name(rc));
	return status_of(rc);
}

/* write(2) itself: one answer is one call, so that a reader, and the crash
 * tests, see each at the moment it was given. */
int
command_put(const char *program, const char *verb, const void *p, size_t n)
{
	const char *s = p;

	while (n > 0) {
		ssize_t k = write(STDOUT_FILENO, s, n);

		if (k < 0 && errno == EINTR) {
			continue;
		}
		if (k <= 0) {
			struct err e = {0};

			return command_fail(program, verb,
				err_set(&e, RC_IO, errno, "command_put",
					"cannot write the output, give it a "
					"place to go"),
				&e);
		}
		s += k;
		n -= (size_t)k;
	}
	return EXIT_DONE;
}

bool
command_is_json(bool asked)
{
	return asked || isatty(STDOUT_FILENO) == 0;
}

/* --- where the store is --- */

/* One process, no threads: nobody changes the environment meanwhile. */
const char *
command_env(const char *name)
{
	return getenv(name); /* NOLINT(concurrency-mt-unsafe) */
}

const char *
command_store(const char *given, struct sbuf *out)
{
	static const struct {
		const char *name, *below;
	} place[] = {
		{"HOLDFAST_STORE", ""},
		{"XDG_STATE_HOME", "/holdfast"},
		{"HOME", "/.local/state/holdfast"},
	};

	const char *below = "";

	for (size_t i = 0; i < ARRAY_LEN(place) && given == NULL; i++) {
		given = command_env(place[i].name);
		if (given != NULL && given[0] == '\0') {
			given = NULL;
		}
		below = place[i].below;
	}
	if (given == NULL) {
		return "no --store and no home directory";
	}
	sbuf_clear(out);
	sbuf_puts(out, given);
	sbuf_puts(out, below);
	while (out->len > 1 && out->p[out->len - 1] == '/') {
		sbuf_cut(out, out->len - 1);
	}
	if (out->len == 0 || !sbuf_ok(out)) {
		return "the path of --store is empty or too long";
	}
	return NULL;
}
