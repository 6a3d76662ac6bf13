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

static const char program[] = "holdfast";

int
args_usage(const struct args *a, const char *usage, const char *what)
{
	return command_usage(program, a->verb, usage, what);
}

int
args_fail(const struct args *a, enum rc rc, const struct err *e)
{
	return command_fail(program, a->verb, rc, e);
}

int
args_put(const struct args *a, const void *p, size_t n)
{
	return command_put(program, a->verb, p, n);
}

bool
args_json(const struct args *a)
{
	return command_is_json(a->json);
}

/* --- what options mean --- */

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
	const char *wrong;
	struct sbuf b;

	sbuf_init(&b, a->store, sizeof(a->store));
	wrong = command_store(c->store, &b);
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
	struct opt_walk o = {.argv = argv,
		.argc = argc,
		.table = {{common, ARRAY_LEN(common)}, {opt, n_opt}}};
	const char *word;
	const char *wrong;

	memset(a, 0, sizeof(*a));
	a->verb = argv[0];
	while ((wrong = opt_next(&o, &word)) == NULL && word != NULL) {
		if (word[0] == '\0') {
			wrong = "a word is empty";
			break;
		}
		if (a->n == max) {
			wrong = "too many words";
			break;
		}
		a->rest[a->n++] = word;
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
	const char *text = command_env(name);
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
