/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tender STORE KEY-FILE CODES ROUNDS FLUSH-US - ring sales of ten lines and
 * set each beside one raw pwrite and fdatasync of 4 KiB on the same file
 * system, in turn, in one process.  fdatasync is this program's own: it
 * counts, notes the time of the first return, and takes FLUSH-US longer in
 * both arms.
 *
 * Prints: raw p50, final p50, final p99, done p50 (us), CPU before final p50
 * and p99 (us), flushes a sale, scan p50 and p99 (us).
 */
#include <sys/syscall.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/file.h"
#include "register/till.h"

#include "base/poison.h"

#define LINES 10

static long flush_us;
static long n_flush;
static int64_t first_done, cpu_first;

static int64_t
now_ns(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int
flush(int fd, long call)
{
	struct timespec t = {0, flush_us * 1000};
	int64_t cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
	int rc = (int)syscall(call, fd);

	if (flush_us > 0) {
		(void)nanosleep(&t, NULL);
	}
	if (n_flush++ == 0) {
		cpu_first = cpu;
		first_done = now_ns(CLOCK_MONOTONIC);
	}
	return rc;
}

int
fdatasync(int fd)
{
	return flush(fd, SYS_fdatasync);
}

int
fsync(int fd)
{
	return flush(fd, SYS_fsync);
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static double
at(int64_t *v, size_t n, unsigned percent)
{
	qsort(v, n, sizeof(*v), by_value);
	return (double)v[(n - 1) * percent / 100] / 1000.0;
}

struct bench {
	struct till *t;
	char *codes;
	char **code;
	size_t n_code;
	size_t rounds;
	uint64_t seed;
	int raw;
	int64_t *v_raw, *v_final, *v_done, *v_cpu, *v_scan;
	size_t n_scan;
	long flushes;
};

static bool
enter(struct bench *b, enum input_kind kind, const char *text)
{
	struct input in = {.kind = kind, .text = text, .len = strlen(text)};
	struct reply r;

	till_input(b->t, &in, &r);
	if (!r.ok) {
		(void)fprintf(stderr, "tender: %s: %s\n", text, r.text);
	}
	return r.ok;
}

static bool
one_round(struct bench *b, size_t i)
{
	static uint8_t block[4096];
	int64_t begin, cpu;

	for (int k = 0; k < LINES; k++) {
		b->seed = b->seed * 6364136223846793005u + 1442695040888963407u;
		begin = now_ns(CLOCK_MONOTONIC);
		if (!enter(b, INPUT_SCAN,
			    b->code[(b->seed >> 33) % b->n_code])) {
			return false;
		}
		b->v_scan[b->n_scan++] = now_ns(CLOCK_MONOTONIC) - begin;
	}
	if (!enter(b, INPUT_ENTRY, "TL")) {
		return false;
	}
	memset(block, (int)i, sizeof(block));
	n_flush = 0;
	begin = now_ns(CLOCK_MONOTONIC);
	if (pwrite(b->raw, block, sizeof(block), (off_t)(i * 4096)) < 0 ||
		fdatasync(b->raw) != 0) {
		return false;
	}
	b->v_raw[i] = now_ns(CLOCK_MONOTONIC) - begin;

	n_flush = 0;
	begin = now_ns(CLOCK_MONOTONIC);
	cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
	if (!enter(b, INPUT_ENTRY, "CA")) {
		return false;
	}
	b->v_done[i] = now_ns(CLOCK_MONOTONIC) - begin;
	b->v_final[i] = first_done - begin;
	b->v_cpu[i] = cpu_first - cpu;
	b->flushes += n_flush;
	(void)till_idle(b->t);
	return true;
}

static bool
prepare(struct bench *b, char **argv)
{
	char path[4096];
	static uint8_t zeros[1 << 16];
	uint8_t *text = NULL;
	size_t n = 0;

	b->rounds = (size_t)strtoull(argv[4], NULL, 10);
	flush_us = 0;
	if (file_load(argv[3], (size_t)1 << 30, &text, &n, NULL) != RC_OK) {
		return false;
	}
	b->codes = (char *)text;
	b->code = malloc((n / 2 + 1) * sizeof(*b->code));
	for (char *p = b->codes; b->code != NULL && *p != '\0';) {
		size_t len = strcspn(p, "\n");

		if (len > 0) {
			b->code[b->n_code++] = p;
		}
		p += len;
		if (*p == '\n') {
			*p++ = '\0';
		}
	}
	b->v_raw = calloc(b->rounds, sizeof(int64_t));
	b->v_final = calloc(b->rounds, sizeof(int64_t));
	b->v_done = calloc(b->rounds, sizeof(int64_t));
	b->v_cpu = calloc(b->rounds, sizeof(int64_t));
	b->v_scan = calloc(b->rounds * LINES, sizeof(int64_t));
	/* the raw arm: zeros written ahead, as the journal has them */
	(void)snprintf(path, sizeof(path), "%s.raw", argv[1]);
	b->raw = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	for (size_t i = 0; i * sizeof(zeros) < b->rounds * 4096; i++) {
		if (write(b->raw, zeros, sizeof(zeros)) < 0) {
			return false;
		}
	}
	(void)unlink(path);
	return b->raw >= 0 && fdatasync(b->raw) == 0 && b->n_code > 0;
}

int
main(int argc, char **argv)
{
	struct shop_conf conf = {.mode = SHOP_WRITE};
	struct bench b = {.seed = 7};
	struct err err = {0};
	size_t i = 0;

	if (argc != 6 || crypto_init() != RC_OK || !prepare(&b, argv)) {
		(void)fprintf(stderr,
			"tender STORE KEY-FILE CODES ROUNDS FLUSH-US\n");
		return 2;
	}
	conf.dir = argv[1];
	conf.key.given = true;
	conf.key.source = KEYS_FILE;
	conf.key.path = argv[2];
	conf.clock = clock_system();
	conf.rng = rng_system();
	if (till_open(&conf, &b.t, &err) != RC_OK) {
		(void)fprintf(stderr, "tender: %s\n", err.msg);
		return 1;
	}
	flush_us = strtol(argv[5], NULL, 10);
	while (i < b.rounds && one_round(&b, i)) {
		i++;
	}
	flush_us = 0;
	till_close(b.t);
	if (i < b.rounds) {
		return 1;
	}
	(void)printf("%.1f %.1f %.1f %.1f %.1f %.1f %.3f %.1f %.1f\n",
		at(b.v_raw, i, 50), at(b.v_final, i, 50), at(b.v_final, i, 99),
		at(b.v_done, i, 50), at(b.v_cpu, i, 50), at(b.v_cpu, i, 99),
		(double)b.flushes / (double)i, at(b.v_scan, b.n_scan, 50),
		at(b.v_scan, b.n_scan, 99));
	return 0;
}
