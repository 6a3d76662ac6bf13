/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "main/hub.h"

#include "base/poison.h"

int
hub_args_usage(const struct hub_args *a, const char *usage, const char *what)
{
	(void)fprintf(stderr, "holdfast-hub %s: %s; usage: holdfast-hub %s\n",
		a->verb, what, usage);
	return EXIT_USAGE;
}

int
hub_args_fail(const struct hub_args *a, enum rc rc, const struct err *e)
{
	(void)fprintf(stderr, "holdfast-hub %s: %s\n", a->verb,
		e->msg[0] != '\0' ? e->msg : rc_name(rc));
	if (rc == RC_CORRUPT) {
		return EXIT_DAMAGED;
	}
	if (rc == RC_BUSY) {
		return EXIT_BUSY;
	}
	return rc == RC_KEY ? EXIT_KEY : EXIT_NOT;
}

int
hub_args_put(const struct hub_args *a, const void *p, size_t n)
{
	const char *s = p;

	while (n > 0) {
		ssize_t k = write(STDOUT_FILENO, s, n);

		if (k < 0 && errno == EINTR) {
			continue;
		}
		if (k <= 0) {
			struct err e = {0};

			return hub_args_fail(a,
				err_set(&e, RC_IO, errno, "hub_args_put",
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
hub_args_json(const struct hub_args *a)
{
	return a->json || isatty(STDOUT_FILENO) == 0;
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

static const struct opt *
find(const struct opt opt[], size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(opt[i].name) == len &&
			memcmp(opt[i].name, name, len) == 0) {
			return &opt[i];
		}
	}
	return NULL;
}

/* The option at argv[*i]; NULL or what is wrong. */
static const char *
take(char *argv[], int argc, int *i, const struct opt *common, size_t n_common,
	const struct opt *opt, size_t n_opt)
{
	const char *name = argv[*i] + 2;
	const char *value = strchr(name, '=');
	size_t len = value != NULL ? (size_t)(value - name) : strlen(name);
	const struct opt *o = find(common, n_common, name, len);

	if (o == NULL) {
		o = find(opt, n_opt, name, len);
	}
	if (o == NULL) {
		return "unknown option";
	}
	if (value != NULL) {
		value++;
	} else if (o->kind != OPT_FLAG) {
		if (*i + 1 >= argc) {
			return "an option lacks its value";
		}
		value = argv[++*i];
	}
	return keep(o, value);
}

int
hub_args_parse(struct hub_args *a, int argc, char *argv[], const char *usage,
	const struct opt opt[], size_t n_opt, size_t min, size_t max)
{
	bool help = false, only_words = false;
	const struct opt common[] = {
		{"config", OPT_TEXT, &a->config},
		{"json", OPT_FLAG, &a->json},
		{"help", OPT_FLAG, &help},
	};
	const char *wrong = NULL;

	memset(a, 0, sizeof(*a));
	a->verb = argv[0];
	for (int i = 1; i < argc && wrong == NULL; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0) {
			only_words = true;
		} else if (!only_words && strncmp(argv[i], "--", 2) == 0) {
			wrong = take(argv, argc, &i, common, ARRAY_LEN(common),
				opt, n_opt);
		} else if (a->n < max && a->n < ARGS_REST) {
			a->rest[a->n++] = argv[i];
		} else {
			wrong = "there is a word too many";
		}
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
