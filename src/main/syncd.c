/* SPDX-License-Identifier: Apache-2.0 */
/* holdfast-syncd: ships a register's journal to its hub and fetches feeds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/keys_reader.h"
#include "base/log.h"
#include "base/sbuf.h"
#include "main/command.h"
#include "sync/worker.h"

#include "base/poison.h"

static const char usage[] =
	"usage: holdfast-syncd [--store DIR] [--worker-key-file FILE] [--once "
	"| --salvage]\n"
	"                      [--metrics FILE|127.0.0.1:PORT] [--verbose]\n"
	"       holdfast-syncd --help | --version\n";

struct syncd {
	const char *store, *key_file, *metrics;
	bool once, salvage, verbose;
	char place[PATH_BYTES]; /* of the store when none was named */
	char dir[PATH_BYTES];   /* its keys/ */
	struct keys *keys;
	uint8_t *handed; /* secret memory; NULL nothing was handed over */
};

/* --- keys ----------------------------------------------------------------- */

static enum rc
open_reader(struct syncd *s, bool offered, struct err *reterr)
{
	return offered ? keys_reader_open_offer(s->dir, s->key_file, s->handed,
				 &s->keys, reterr)
		       : keys_reader_open(s->dir, s->key_file, s->handed,
				 &s->keys, reterr);
}

static enum rc
ring_open(void *arg, bool offered, struct worker_keys *ret, struct err *reterr)
{
	struct syncd *s = arg;
	struct keys_reader_status st;
	enum rc rc = open_reader(s, offered, reterr);

	if (rc == RC_KEY && s->handed != NULL &&
		keys_reader_status(s->dir, &st, NULL) == RC_OK && st.handed) {
		/* of a master key before: the register hands over this one's */
		crypto_secret_free(s->handed);
		s->handed = NULL;
		rc = open_reader(s, offered, reterr);
	}
	if (rc == RC_OK) {
		ret->keys = s->keys;
		ret->link_secret = keys_link_secret(s->keys);
	}
	return rc;
}

static void
ring_close(void *arg)
{
	struct syncd *s = arg;

	keys_close(s->keys);
	s->keys = NULL;
}

static enum rc
ring_put(void *arg, const char *text, size_t n, struct err *reterr)
{
	struct syncd *s = arg;

	if (s->handed == NULL) {
		s->handed = crypto_secret_new(KEY_BYTES);
	}
	if (s->handed == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "syncd",
			"no locked memory for a key: raise the limit (ulimit "
			"-l) and try again");
	}
	if (base64_decode(s->handed, KEY_BYTES, text, n) != RC_OK) {
		return err_set(reterr, RC_KEY, 0, "syncd",
			"that is no reading key: enroll the register again");
	}
	return RC_OK;
}

/* --- the command line ----------------------------------------------------- */

static bool
choose_store(struct syncd *s)
{
	struct sbuf b;
	const char *wrong;

	sbuf_init(&b, s->place, sizeof(s->place));
	wrong = command_store(s->store, &b);
	s->store = s->place;
	return wrong == NULL;
}

/* An option with a value, "--name VALUE" or "--name=VALUE"; NULL it is another
 * one. */
static const char *
value_of(int argc, char *argv[], int *i, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n) != 0) {
		return NULL;
	}
	if (argv[*i][n] == '=') {
		return argv[*i] + n + 1;
	}
	if (argv[*i][n] == '\0' && *i + 1 < argc && argv[*i + 1] != NULL) {
		return argv[++*i];
	}
	return NULL;
}

/* -1 to go on, else the exit status. */
static int
read_args(struct syncd *s, int argc, char *argv[])
{
	for (int i = 1; i < argc; i++) {
		const char *v;

		if (strcmp(argv[i], "--help") == 0) {
			(void)fputs(usage, stdout);
			return EXIT_DONE;
		}
		if (strcmp(argv[i], "--version") == 0) {
			(void)puts("holdfast-syncd " PACKAGE_VERSION);
			return EXIT_DONE;
		}
		if (strcmp(argv[i], "--once") == 0) {
			s->once = true;
		} else if (strcmp(argv[i], "--salvage") == 0) {
			s->once = true;
			s->salvage = true;
		} else if (strcmp(argv[i], "--verbose") == 0) {
			s->verbose = true;
		} else if ((v = value_of(argc, argv, &i, "--store")) != NULL) {
			s->store = v;
		} else if ((v = value_of(argc, argv, &i,
				    "--worker-key-file")) != NULL) {
			s->key_file = v;
		} else if ((v = value_of(argc, argv, &i, "--metrics")) !=
			   NULL) {
			s->metrics = v;
		} else {
			(void)fprintf(stderr,
				"holdfast-syncd: %s is not understood\n%s",
				argv[i], usage);
			return EXIT_USAGE;
		}
	}
	return -1;
}

static int
fail(enum rc rc, const struct err *e)
{
	(void)fprintf(stderr, "holdfast-syncd: %s\n", e->msg);
	switch ((int)rc) {
	case RC_INVAL:
		return EXIT_USAGE;
	case RC_CORRUPT:
		return EXIT_DAMAGED;
	case RC_BUSY:
		return EXIT_BUSY;
	case RC_KEY:
	case RC_AGAIN:
		return EXIT_KEY;
	default:
		return EXIT_NOT;
	}
}

int
main(int argc, char *argv[])
{
	struct syncd s = {0};
	struct worker_conf conf = {0};
	struct err e = {0};
	bool left = true;
	int status = read_args(&s, argc, argv);
	enum rc rc;

	if (status >= 0) {
		return status;
	}
	if (!choose_store(&s) ||
		path_join(s.dir, sizeof(s.dir), s.store, "keys") != RC_OK) {
		(void)fprintf(stderr, "holdfast-syncd: there is no place for a "
				      "store: name it with --store\n");
		return EXIT_USAGE;
	}
	if (crypto_init() != RC_OK) {
		(void)fprintf(stderr, "holdfast-syncd: the system gives no "
				      "random numbers: try again\n");
		return EXIT_NOT;
	}
	crypto_harden_process();
	log_open(STDERR_FILENO, s.verbose ? LOG_LVL_DEBUG : LOG_LVL_INFO);
	conf.store = s.store;
	conf.once = s.once;
	conf.salvage = s.salvage;
	conf.metrics = s.metrics;
	conf.keyring =
		(struct worker_keyring){ring_open, ring_close, ring_put, &s};
	rc = worker_run(&conf, &left, &e);
	crypto_secret_free(s.handed);
	if (rc != RC_OK) {
		return fail(rc, &e);
	}
	return s.once && left ? EXIT_NOT : EXIT_DONE;
}
