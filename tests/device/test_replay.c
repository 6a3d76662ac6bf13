/* SPDX-License-Identifier: Apache-2.0 */
/* Every log of tests/device/replay: whole, byte by byte, cut, with noise. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

#include "base/poison.h"

#define LOGS_MAX 256
#define NOISES 64

static int n_test;
static int n_wrong;

static void
tell(bool good, const char *name, const char *what, const char *why)
{
	printf("%sok %d - %s %s\n", good ? "" : "not ", ++n_test, name, what);
	if (!good) {
		printf("# %s\n", why);
		n_wrong++;
	}
}

static void
play_all(struct replay *r, const char *name)
{
	char why[2048] = "";
	char at[2200];
	bool good = true;
	size_t i;

	tell(replay_play(r, REPLAY_WHOLE, 0, why, sizeof(why)), name, "whole",
		why);
	tell(replay_play(r, REPLAY_BYTES, 0, why, sizeof(why)), name,
		"byte by byte", why);
	for (i = 0; good && i <= replay_input(r); i++) {
		good = replay_play(r, REPLAY_CUT, i, why, sizeof(why));
	}
	(void)snprintf(at, sizeof(at), "behind byte %zu: %s", i - 1, why);
	tell(good, name, "cut at every byte", at);
	for (i = 0, good = true; good && i < NOISES; i++) {
		good = replay_play(r, REPLAY_NOISE, i, why, sizeof(why));
	}
	(void)snprintf(at, sizeof(at), "noise %zu: %s", i - 1, why);
	tell(good, name, "with noise", at);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
main(void)
{
	const char *top = getenv("top_srcdir");
	char dir[512], path[1024], why[512] = "";
	char *name[LOGS_MAX];
	size_t n = 0;
	struct dirent *e;
	DIR *d;

	(void)snprintf(dir, sizeof(dir), "%s/tests/device/replay",
		top != NULL ? top : ".");
	d = opendir(dir);
	while (d != NULL && n < LOGS_MAX && (e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name);

		if (len > 4 && strcmp(e->d_name + len - 4, ".log") == 0) {
			name[n++] = strdup(e->d_name);
		}
	}
	if (d != NULL) {
		(void)closedir(d);
	}
	qsort(name, n, sizeof(name[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		struct replay *r;

		(void)snprintf(path, sizeof(path), "%s/%s", dir, name[i]);
		r = replay_load(path, why, sizeof(why));
		tell(r != NULL, name[i], "is a log", why);
		if (r != NULL) {
			play_all(r, name[i]);
			replay_free(r);
		}
		free(name[i]);
	}
	tell(n > 0, "logs", "are there", dir);
	printf("1..%d\n", n_test);
	return n_wrong == 0 ? 0 : 1;
}
