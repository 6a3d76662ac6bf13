/* SPDX-License-Identifier: Apache-2.0 */
/* holdfast-sim: simulated devices, driven by scenarios and by what is typed. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/bench.h"

#include "base/poison.h"

enum {
	EXIT_DONE = 0,
	EXIT_NOT = 1,
	EXIT_USAGE = 2
};

#define TYPED_BYTES 1024
#define ANSWER_BYTES ((size_t)1024 * 1024)
#define MS INT64_C(1000)

static const char usage[] =
	"usage: holdfast-sim list\n"
	"       holdfast-sim DRIVER --pty LINK | --tcp HOST:PORT | --unix PATH "
	"| --serial PATH\n"
	"                    [-o KEY=VALUE]... [--scenario FILE] "
	"[--paper FILE] [--picture FILE]\n"
	"                    [--baud N] [--frame 8N1] [--log FILE]\n"
	"       holdfast-sim bench FILE [--log FILE]\n";

struct sim {
	struct bench *bench;
	struct mono began;
	FILE *log;
	char typed[TYPED_BYTES];
	size_t n_typed;
	bool too_long;
	char *answer;
};

/* --- what is said --------------------------------------------------------- */

static void
say(void *arg, const char *name, const char *line)
{
	struct sim *s = arg;
	struct clock c = clock_system();
	int64_t ms = (clock_read(&c).mono.us - s->began.us) / MS;
	FILE *to[] = {stdout, s->log};

	for (size_t i = 0; i < ARRAY_LEN(to); i++) {
		if (to[i] != NULL) {
			(void)fprintf(to[i], "%lld.%03lld %s: %s\n",
				(long long)(ms / 1000), (long long)(ms % 1000),
				name, line);
			(void)fflush(to[i]);
		}
	}
}

/* --- what is typed -------------------------------------------------------- */

static void
carry_out(struct sim *s, const char *line)
{
	struct err e = {0};
	struct sbuf out;

	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#') {
		return;
	}
	if (strcmp(line, "quit") == 0) {
		loop_stop(bench_loop(s->bench));
		return;
	}
	sbuf_init(&out, s->answer, ANSWER_BYTES);
	if (bench_tell(s->bench, line, &out, &e) != RC_OK) {
		say(s, "sim", e.msg);
		return;
	}
	if (out.len > 0) {
		(void)fputs(out.p, stdout);
		(void)fflush(stdout);
	} else {
		say(s, "told", line);
	}
}

static void
take_typed(struct sim *s, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != '\n' && p[i] != '\r') {
			if (s->n_typed + 1 < sizeof(s->typed)) {
				s->typed[s->n_typed++] = p[i];
			} else {
				s->too_long = true;
			}
			continue;
		}
		s->typed[s->n_typed] = '\0';
		if (s->too_long) {
			say(s, "sim", "the line is too long: write it shorter");
		} else {
			carry_out(s, s->typed);
		}
		s->n_typed = 0;
		s->too_long = false;
	}
}

static enum rc
on_typed(void *arg, int fd, short revents)
{
	struct sim *s = arg;
	char b[256];
	ssize_t n = read(fd, b, sizeof(b));

	(void)revents;
	if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
		return RC_OK;
	}
	if (n <= 0) {
		/* Nobody types any more; the devices go on. */
		return loop_fd(bench_loop(s->bench), fd, 0, on_typed, s);
	}
	take_typed(s, b, (size_t)n);
	return RC_OK;
}

static enum rc
on_end(void *arg)
{
	struct sim *s = arg;

	loop_stop(bench_loop(s->bench));
	return RC_OK;
}

/* --- verbs ---------------------------------------------------------------- */

static enum rc
watch(struct sim *s)
{
	static const int end[] = {SIGINT, SIGTERM, SIGHUP};
	struct loop *l = bench_loop(s->bench);
	enum rc rc = loop_fd(l, STDIN_FILENO, POLLIN, on_typed, s);

	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(end); i++) {
		rc = loop_signal(l, end[i], on_end, s);
	}
	return rc;
}

static int
fail(const struct err *e)
{
	(void)fprintf(stderr, "holdfast-sim: %s\n", e->msg);
	return e->rc == RC_INVAL || e->rc == RC_PROTO ? EXIT_USAGE : EXIT_NOT;
}

static int
run(const struct bench_conf *conf, const char *log)
{
	struct sim s = {0};
	struct clock c = clock_system();
	struct err e = {0};
	enum rc rc = RC_OK;

	s.began = clock_read(&c).mono;
	s.answer = malloc(ANSWER_BYTES);
	if (log != NULL) {
		s.log = fopen(log, "ae");
	}
	if (s.answer == NULL || (log != NULL && s.log == NULL)) {
		int sys = errno;

		rc = err_set(&e, err_sys_rc(sys), sys, "sim", "cannot write %s",
			log != NULL ? log : "anything");
	}
	if (rc == RC_OK) {
		rc = bench_open(conf, say, &s, &s.bench, &e);
	}
	if (rc == RC_OK) {
		for (size_t i = 0; i < bench_count(s.bench); i++) {
			const struct stand *d = bench_stand(s.bench, i);
			char line[PATH_BYTES + 64];

			(void)snprintf(line, sizeof(line), "ready as %s at %s",
				stand_device(d)->name, stand_address(d));
			say(&s, stand_name(d), line);
		}
		rc = watch(&s);
	}
	if (rc == RC_OK) {
		rc = loop_run(bench_loop(s.bench), &e);
	}
	bench_close(s.bench);
	if (s.log != NULL) {
		(void)fclose(s.log);
	}
	free(s.answer);
	return rc == RC_OK ? EXIT_DONE : fail(&e);
}

static int
list(void)
{
	for (size_t i = 0; i < sim_n_devices; i++) {
		(void)printf("%-10s %s\n", sim_devices[i]->name,
			sim_devices[i]->summary);
	}
	return fflush(stdout) == 0 ? EXIT_DONE : EXIT_NOT;
}

static int
misused(const char *what, const char *word)
{
	(void)fprintf(stderr, "holdfast-sim: %s%s\n%s", what, word, usage);
	return EXIT_USAGE;
}

/* "-o KEY=VALUE", "--KEY VALUE" or "--KEY=VALUE" into ${conf}. */
static enum rc
take_option(struct stand_conf *conf, const char *word, const char *value,
	struct err *reterr)
{
	const char *eq = strchr(word, '=');
	char key[STAND_NAME * 2];
	size_t n = eq != NULL ? (size_t)(eq - word) : strlen(word);

	value = eq != NULL ? eq + 1 : value;
	if (n == 0 || n >= sizeof(key) || value == NULL) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"'%.40s' has no value: write KEY=VALUE", word);
	}
	memcpy(key, word, n);
	key[n] = '\0';
	return stand_conf_set(conf, key, value, reterr);
}

static bool
is_setting(const char *word)
{
	static const char *const name[] = {"pty", "tcp", "unix", "serial",
		"baud", "frame", "scenario", "paper", "picture"};
	size_t n = strcspn(word, "=");

	for (size_t i = 0; i < ARRAY_LEN(name); i++) {
		if (strlen(name[i]) == n && memcmp(name[i], word, n) == 0) {
			return true;
		}
	}
	return false;
}

/* What stands behind DRIVER or "bench FILE"; ${stand} NULL: it takes no
 * setting of a device.  An exit status, or -1. */
static int
take_rest(int argc, char *argv[], struct stand_conf *stand, const char **log)
{
	for (int i = 0; i < argc && argv[i] != NULL; i++) {
		const char *word = argv[i];
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;
		struct err e = {0};

		if (strcmp(word, "--log") == 0 && next != NULL) {
			*log = next;
			i++;
			continue;
		}
		if (stand != NULL && strcmp(word, "-o") == 0 && next != NULL &&
			strchr(next, '=') != NULL) {
			i++;
			if (take_option(stand, next, NULL, &e) != RC_OK) {
				return fail(&e);
			}
			continue;
		}
		if (stand == NULL || strncmp(word, "--", 2) != 0 ||
			!is_setting(word + 2)) {
			return misused("this cannot stand here: ", word);
		}
		if (take_option(stand, word + 2, next, &e) != RC_OK) {
			return fail(&e);
		}
		i += strchr(word, '=') == NULL ? 1 : 0;
	}
	return -1;
}

int
main(int argc, char *argv[])
{
	static struct bench_conf conf;
	struct stand_conf *stand = NULL;
	const char *log = NULL;
	struct err e = {0};
	int status;

	(void)signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		return misused("say which device", "");
	}
	if (strcmp(argv[1], "--help") == 0) {
		(void)fputs(usage, stdout);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		(void)puts("holdfast-sim " PACKAGE_VERSION);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "list") == 0 && argc == 2) {
		return list();
	}
	if (strcmp(argv[1], "bench") == 0 && argc >= 3) {
		if (bench_load(&conf, argv[2], &e) != RC_OK) {
			return fail(&e);
		}
		status = take_rest(argc - 3, argv + 3, NULL, &log);
		return status >= 0 ? status : run(&conf, log);
	}
	if (bench_add(&conf, argv[1], &stand, &e) != RC_OK ||
		stand_conf_set(stand, "driver", argv[1], &e) != RC_OK) {
		return fail(&e);
	}
	status = take_rest(argc - 2, argv + 2, stand, &log);
	return status >= 0 ? status : run(&conf, log);
}
