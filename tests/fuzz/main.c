/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A target without a fuzzer: every input of its corpus as it is, cut off at
 * every length, and bent BENT times with numbers that are the same everywhere.
 *
 *   fuzz_NAME            the corpus, as a test
 *   fuzz_NAME FILE...    these inputs, once each
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "fuzz.h"

#include "base/poison.h"

#define INPUT_MAX 65536
#define FILES_MAX 4096
#define CUTS 512u /* a long input is cut at so many places */
#define BENT 64u

static char at[1200]; /* what is played, for whoever reads a crash */

static void
on_crash(int signo)
{
	ssize_t n = write(STDERR_FILENO, at, strlen(at));

	(void)n;
	(void)signal(signo, SIG_DFL);
	(void)raise(signo);
}

static void
play(const uint8_t *p, size_t n)
{
	/* of its own length, so that a byte too far is found */
	uint8_t *copy = malloc(n > 0 ? n : 1);

	if (copy == NULL) {
		abort();
	}
	if (n > 0) {
		memcpy(copy, p, n);
	}
	(void)LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static uint32_t
next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/* One change: a bit, a byte, a piece taken out, a piece doubled. */
static size_t
bend(uint8_t *p, size_t n, uint64_t *seed)
{
	size_t from = n > 0 ? next(seed) % n : 0;
	size_t len = n > 0 ? 1 + next(seed) % 8 : 0;

	len = len > n - from ? n - from : len;
	switch (n > 0 ? next(seed) % 4 : 9) {
	case 0:
		p[from] ^= (uint8_t)(1u << next(seed) % 8);
		return n;
	case 1:
		p[from] = (uint8_t)next(seed);
		return n;
	case 2:
		memmove(p + from, p + from + len, n - from - len);
		return n - len;
	case 3:
		if (n + len > INPUT_MAX) {
			return n;
		}
		memmove(p + from + len, p + from, n - from);
		return n + len;
	default:
		return n;
	}
}

static void
name_it(const char *path, const char *how, size_t k)
{
	(void)snprintf(at, sizeof(at), "# in %s, %s %zu\n", path, how, k);
}

static size_t
load(const char *path, uint8_t *out)
{
	FILE *f = fopen(path, "rb");
	size_t n = 0;

	if (f == NULL) {
		perror(path);
		exit(99);
	}
	n = fread(out, 1, INPUT_MAX, f);
	(void)fclose(f);
	return n;
}

static size_t
play_file(const char *path)
{
	static uint8_t in[INPUT_MAX], bent[INPUT_MAX];
	size_t n = load(path, in);
	size_t stride = n > CUTS ? n / CUTS : 1;
	uint64_t seed = n;
	size_t played = 1;

	name_it(path, "whole", n);
	play(in, n);
	for (size_t cut = 0; cut < n; cut += stride) {
		name_it(path, "cut behind byte", cut);
		play(in, cut);
		played++;
	}
	for (size_t i = 0; i < BENT; i++) {
		size_t m = n;

		name_it(path, "bent", i);
		memcpy(bent, in, n);
		for (uint32_t k = 1 + next(&seed) % 4; k > 0; k--) {
			m = bend(bent, m, &seed);
		}
		play(bent, m);
		played++;
	}
	return played;
}

static const char *
target(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash != NULL ? slash + 1 : program;

	return strncmp(name, "fuzz_", 5) == 0 ? name + 5 : name;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
play_corpus(const char *name)
{
	static char *file[FILES_MAX];
	const char *top = getenv("top_srcdir");
	char dir[512], path[1024];
	size_t n = 0, played = 0;
	struct dirent *e;
	DIR *d;

	(void)snprintf(dir, sizeof(dir), "%s/tests/fuzz/corpus/%s",
		top != NULL ? top : ".", name);
	d = opendir(dir);
	while (d != NULL && n < FILES_MAX && (e = readdir(d)) != NULL) {
		if (e->d_name[0] != '.') {
			file[n++] = strdup(e->d_name);
		}
	}
	if (d != NULL) {
		(void)closedir(d);
	}
	qsort(file, n, sizeof(file[0]), by_name);
	printf("1..2\n");
	printf("%sok 1 - %s has inputs\n", n > 0 ? "" : "not ", name);
	(void)fflush(stdout);
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, file[i]);
		played += play_file(path);
		free(file[i]);
	}
	printf("ok 2 - %s takes %zu inputs, %zu with the cut and bent ones\n",
		name, n, played);
	return n > 0 ? 0 : 1;
}

int
main(int argc, char *argv[])
{
	static const int crashes[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
	static uint8_t in[INPUT_MAX];

	for (size_t i = 0; i < ARRAY_LEN(crashes); i++) {
		(void)signal(crashes[i], on_crash);
	}
	if (argc < 2) {
		return play_corpus(target(argv[0]));
	}
	for (int i = 1; i < argc; i++) {
		name_it(argv[i], "whole", 0);
		play(in, load(argv[i], in));
	}
	return 0;
}
