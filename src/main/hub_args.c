/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "main/hub.h"

#include "base/poison.h"

static const char program[] = "holdfast-hub";

int
hub_args_usage(const struct hub_args *a, const char *usage, const char *what)
{
	return command_usage(program, a->verb, usage, what);
}

int
hub_args_fail(const struct hub_args *a, enum rc rc, const struct err *e)
{
	return command_fail(program, a->verb, rc, e);
}

int
hub_args_put(const struct hub_args *a, const void *p, size_t n)
{
	return command_put(program, a->verb, p, n);
}

bool
hub_args_json(const struct hub_args *a)
{
	return command_is_json(a->json);
}

int
hub_args_parse(struct hub_args *a, int argc, char *argv[], const char *usage,
	const struct opt opt[], size_t n_opt, size_t min, size_t max)
{
	bool help = false;
	const struct opt common[] = {
		{"config", OPT_TEXT, &a->config},
		{"json", OPT_FLAG, &a->json},
		{"help", OPT_FLAG, &help},
	};
	struct opt_walk o = {.argv = argv,
		.argc = argc,
		.table = {{common, ARRAY_LEN(common)}, {opt, n_opt}}};
	const char *word;
	const char *wrong;

	memset(a, 0, sizeof(*a));
	a->verb = argv[0];
	while ((wrong = opt_next(&o, &word)) == NULL && word != NULL) {
		if (a->n == max || a->n == ARGS_REST) {
			wrong = "there is a word too many";
			break;
		}
		a->rest[a->n++] = word;
	}
	if (wrong == NULL && help) {
		(void)printf("usage: holdfast-hub %s\n", usage);
		return fflush(stdout) == 0 ? EXIT_DONE : EXIT_NOT;
	}
	if (wrong == NULL && a->n < min) {
		wrong = "there is a word missing";
	}
	return wrong == NULL ? -1 : hub_args_usage(a, usage, wrong);
}

int
hub_args_config(const struct hub_args *a, struct hub_config *ret)
{
	struct err e = {0};
	enum rc rc = hub_config_load(a->config, ret, &e);

	return rc == RC_OK ? -1 : hub_args_fail(a, rc, &e);
}
