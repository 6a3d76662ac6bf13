/* SPDX-License-Identifier: Apache-2.0 */
#include "main/args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"

#include "base/poison.h"

#define PASSPHRASE_BYTES 1024

struct common {
	const char *store, *key_file, *passphrase_fd, *credential;
	bool json, help, version;
};

/* One process, no threads: nobody changes the environment meanwhile. */
static const char *
env_of(const char *name)
{
	return getenv(name); /* NOLINT(concurrency-mt-unsafe) */
}

int
args_usage(const struct args *a, const char *usage, const char *what)
{
	(void)fprintf(stderr, "holdfast %s: %s; usage: holdfast %s\n", a->verb,
		what, usage);
	return EXIT_USAGE;
}

int
args_fail(const struct args *a, enum rc rc, const struct err *e)
{
	(void)fprintf(stderr, "holdfast %s: %s\n", a->verb,
		e->msg[0] != '\0' ? e->msg : rc_name(rc));
	return shop_rc_exit(rc);
}

/* write(2) itself: one answer is one call, so that a reader, and the crash
 * tests, see each at the moment it was given. */
int
args_put(const struct args *a, const void *p, size_t n)
{
	const char *s = p;

	while (n > 0) {
		ssize_t k = write(STDOUT_FILENO, s, n);

		if (k < 0 && errno == EINTR) {
			continue;
		}
		if (k <= 0) {
			struct err e = {0};

			return args_fail(a,
				err_set(&e, RC_IO, errno, "args_put",
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
args_json(const struct args *a)
{
	return a->json || isatty(STDOUT_FILENO) == 0;
}

/* --- options --- */

static const struct opt *
find_opt(const struct opt opt[], size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(opt[i].name) == len &&
			memcmp(opt[i].name, name, len) == 0) {
			return &opt[i];
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

/* One option at argv[*i]; NULL or what is wrong. */
static const char *
take_option(char *argv[], int argc, int *i, const struct opt *common,
	size_t n_common, const struct opt *opt, size_t n_opt)
{
	const char *name = argv[*i] + 2;
	const char *value = strchr(name, '=');
	size_t len = value != NULL ? (size_t)(value - name) : strlen(name);
	const struct opt *o = find_opt(common, n_common, name, len);

	if (o == NULL) {
		o = find_opt(opt, n_opt, name, len);
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

/* --- what options mean --- */

static const char *
choose_store(struct args *a, const char *given)
{
	const char *env;
	struct sbuf b;

	sbuf_init(&b, a->store, sizeof(a->store));
	if (given != NULL) {
		sbuf_puts(&b, given);
	} else if ((env = env_of("HOLDFAST_STORE")) != NULL && env[0] != '\0') {
		sbuf_puts(&b, env);
	} else if ((env = env_of("XDG_STATE_HOME")) != NULL && env[0] != '\0') {
		sbuf_puts(&b, env);
		sbuf_puts(&b, "/holdfast");
	} else if ((env = env_of("HOME")) != NULL && env[0] != '\0') {
		sbuf_puts(&b, env);
		sbuf_puts(&b, "/.local/state/holdfast");
	} else {
		return "no --store and no home directory";
	}
	while (b.len > 1 && b.p[b.len - 1] == '/') {
		sbuf_cut(&b, b.len - 1);
	}
	if (b.len == 0 || !sbuf_ok(&b)) {
		return "the path of --store is empty or too long";
	}
	return NULL;
}

/* Up to the first newline, or the end. */
static const char *
read_passphrase(struct args *a, const char *text)
{
	int64_t fd = 0;
	size_t n = 0;

	if (parse_i64(text, strlen(text), 0, 1 << 20, &fd) != RC_OK) {
		return "--passphrase-fd takes the number of a descriptor";
	}
	a->passphrase = crypto_secret_new(PASSPHRASE_BYTES);
	if (a->passphrase == NULL) {
		return "no memory for the passphrase";
	}
	while (n < PASSPHRASE_BYTES) {
		ssize_t got = read((int)fd, a->passphrase + n, 1);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return "the descriptor of --passphrase-fd cannot be "
			       "read";
		}
		if (got == 0 || a->passphrase[n] == '\n') {
			break;
		}
		n++;
	}
	if (n == 0 || n == PASSPHRASE_BYTES) {
		return "the passphrase is empty or longer than 1023 bytes";
	}
	a->key.source = KEYS_PASSPHRASE;
	a->key.given = true;
	a->key.passphrase = a->passphrase;
	a->key.passphrase_len = n;
	return NULL;
}

static const char *
settle(struct args *a, const struct common *c)
{
	const char *wrong = choose_store(a, c->store);

	a->json = c->json;
	if (wrong == NULL && (c->key_file != NULL) +
					     (c->passphrase_fd != NULL) +
					     (c->credential != NULL) >
				     1) {
		wrong = "one of --key-file, --passphrase-fd and "
			"--key-credential";
	}
	if (wrong == NULL && c->credential != NULL) {
		a->key.source = KEYS_SYSTEMD;
		a->key.given = true;
		a->key.path = c->credential;
	}
	if (wrong == NULL && c->key_file != NULL) {
		a->key.source = KEYS_FILE;
		a->key.given = true;
		a->key.path = c->key_file;
	}
	if (wrong == NULL && c->passphrase_fd != NULL) {
		wrong = read_passphrase(a, c->passphrase_fd);
	}
	return wrong;
}

int
args_parse(struct args *a, int argc, char *argv[], const char *usage,
	const struct opt opt[], size_t n_opt, size_t min, size_t max)
{
	struct common c = {0};
	const struct opt common[] = {
		{"store", OPT_TEXT, &c.store},
		{"key-file", OPT_TEXT, &c.key_file},
		{"passphrase-fd", OPT_TEXT, &c.passphrase_fd},
		{"key-credential", OPT_TEXT, &c.credential},
		{"json", OPT_FLAG, &c.json},
		{"help", OPT_FLAG, &c.help},
		{"version", OPT_FLAG, &c.version},
	};
	bool options = true;
	const char *wrong = NULL;

	memset(a, 0, sizeof(*a));
	a->verb = argv[0];
	for (int i = 1; i < argc && wrong == NULL; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (options && strncmp(argv[i], "--", 2) == 0) {
			wrong = take_option(argv, argc, &i, common,
				ARRAY_LEN(common), opt, n_opt);
		} else if (argv[i][0] == '\0') {
			wrong = "a word is empty";
		} else if (a->n == max) {
			wrong = "too many words";
		} else {
			a->rest[a->n++] = argv[i];
		}
	}
	if (wrong == NULL && (c.help || c.version)) {
		(void)printf(
			c.help ? "usage: holdfast %s\n" : PACKAGE_STRING "\n",
			usage);
		return fflush(stdout) == 0 ? EXIT_DONE : EXIT_NOT;
	}
	if (wrong == NULL && a->n < min) {
		wrong = "a word is missing";
	}
	if (wrong == NULL) {
		wrong = settle(a, &c);
	}
	if (wrong != NULL) {
		int status = args_usage(a, usage, wrong);

		args_done(a);
		return status;
	}
	return -1;
}

void
args_done(struct args *a)
{
	crypto_secret_free(a->passphrase);
	a->passphrase = NULL;
}

/* Sizes in KiB that only tests set; see ENVIRONMENT in holdfast(1). */
static uint64_t
size_of(const char *name)
{
	const char *text = env_of(name);
	int64_t kib = 0;

	if (text == NULL ||
		parse_i64(text, strlen(text), 64, INT32_MAX, &kib) != RC_OK) {
		return 0;
	}
	return (uint64_t)kib << 10;
}

struct shop_conf
args_shop(const struct args *a, enum shop_mode mode)
{
	return (struct shop_conf){
		.dir = a->store,
		.key = a->key,
		.mode = mode,
		.clock = clock_system(),
		.rng = rng_system(),
		.segment_bytes = size_of("HOLDFAST_SEGMENT_KIB"),
		.map_bytes = (size_t)size_of("HOLDFAST_MAP_KIB"),
	};
}
