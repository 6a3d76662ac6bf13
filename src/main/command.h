/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_COMMAND_H
#define MAIN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/sbuf.h"

/**
 * command - what the command lines of all programs have in common: verbs and
 * options in tables, the exit status, and one line on stderr.  What a program
 * takes besides is in args.h (holdfast) and hub.h (holdfast-hub).
 */
enum {
	EXIT_DONE = 0,
	EXIT_NOT = 1,  /* refused, or not true */
	EXIT_USAGE = 2,
	EXIT_DAMAGED = 3,
	EXIT_BUSY = 4,
	EXIT_KEY = 5
};

#define ARGS_REST 8
#define ARGS_LIST 16

enum opt_kind {
	OPT_FLAG, /* to: bool * */
	OPT_TEXT, /* to: const char ** */
	OPT_LIST  /* to: struct opt_list * */
};

struct opt_list {
	const char *text[ARGS_LIST];
	size_t n;
};

struct opt {
	const char *name; /* without the dashes */
	enum opt_kind kind;
	void *to;
};

/** One verb: name, arguments for the usage line, one line of help. */
struct verb {
	const char *name, *usage, *help;
	/* returns the exit status; argv[0] is the verb */
	int (*run)(int argc, char *argv[]);
};

/** command_find(verb, n, name): NULL there is none of that name. */
const struct verb *command_find(
	const struct verb verb[], size_t n, const char *name);
/** command_list(verb, n): a line of help each. */
void command_list(const struct verb verb[], size_t n);

/** A walk over a command line: argv[0] is the verb; the first table that has
 * an option's name is its table. */
struct opt_walk {
	char **argv;
	int argc, at; /* at: 0 to begin */
	bool ended;   /* by "--": all else is words */
	struct {
		const struct opt *opt;
		size_t n;
	} table[2];
};

/** opt_next(o, ret_word): options are kept by their tables until a word
 * comes, "--name VALUE" or "--name=VALUE"; *ret_word is NULL behind the last
 * one.  NULL, or what is wrong. */
const char *opt_next(struct opt_walk *o, const char **ret_word);

/** command_usage(program, verb, usage, what): ${what} is wrong and how it would
 * be right, on stderr; EXIT_USAGE. */
int command_usage(const char *program, const char *verb, const char *usage,
	const char *what);
/** command_fail(program, verb, rc, e): what failed, on stderr in one line; the
 * exit status of rc. */
int command_fail(const char *program, const char *verb, enum rc rc,
	const struct err *e);
/** command_put(program, verb, p, n): to stdout, flushed.  The exit status:
 * EXIT_NOT in words when nobody can be written to. */
int command_put(
	const char *program, const char *verb, const void *p, size_t n);
/** command_is_json(asked): JSON is wanted: asked for, or nobody looks at a
 * terminal. */
bool command_is_json(bool asked);

/** command_store(given, out): the directory of the store: what was given, else
 * $HOLDFAST_STORE, else that of $XDG_STATE_HOME or of $HOME.  NULL, or what is
 * wrong. */
const char *command_store(const char *given, struct sbuf *out);
/** command_env(name): NULL it is not set. */
const char *command_env(const char *name);

#endif
