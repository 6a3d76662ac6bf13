/* SPDX-License-Identifier: Apache-2.0 */
/* find CATALOG: how long a keystroke of a search takes, in microseconds.
 *
 * Prints: products; keystrokes of names being typed, p50 p99 max; every single
 * letter and digit, p50 max; every pair of them, p50 p99 max; several words of
 * the commonest beginnings, max; a look at every name, p50. */
#include "store/find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#include "base/poison.h"

#define ROWS 99 /* as the screen lists */
#define NAMES 400
#define LOOKS 3

static const char keys[] = "abcdefghijklmnopqrstuvwxyz0123456789";

struct bench {
	struct catalog *c;
	struct find *f;
	struct item item[ROWS];
	int64_t *us;
	size_t n;
	size_t cap;
	uint64_t seed;
	uint64_t at; /* of catalog_each */
	uint64_t step;
	uint64_t seen;
	const char *word;
};

static void
need(enum rc rc, const struct err *e)
{
	if (rc != RC_OK) {
		(void)fprintf(stderr, "find: %s\n", e->msg);
		exit(1);
	}
}

static int64_t
now_us(void)
{
	struct clock c = clock_system();

	return clock_read(&c).mono.us;
}

static int64_t
stroke(struct bench *b, const char *query, size_t len)
{
	int64_t began = now_us();
	struct err e = {0};
	uint64_t n_match = 0;
	size_t n = 0;

	need(find_run(b->f, query, len, &n_match, &e), &e);
	need(find_page(b->f, 0, b->item, ROWS, &n, &e), &e);
	began = now_us() - began;
	if (b->n == b->cap) {
		b->cap = b->cap == 0 ? 4096 : 2 * b->cap;
		b->us = realloc(b->us, b->cap * sizeof(*b->us));
		if (b->us == NULL) {
			exit(1);
		}
	}
	b->us[b->n++] = began;
	return began;
}

static int
compare(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x;
	int64_t b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

static int64_t
part(const struct bench *b, unsigned per_mille)
{
	return b->us[(b->n - 1) * per_mille / 1000];
}

static void
sort(struct bench *b)
{
	qsort(b->us, b->n, sizeof(*b->us), compare);
}

/* The first two words of one name, a key at a time. */
static enum rc
type_name(void *arg, const struct item *item)
{
	struct bench *b = arg;
	const char *p = item->name;
	const char *end = p + strlen(p);
	unsigned blanks = 0;
	int32_t cp;

	if (b->at++ % b->step != b->step / 2) {
		return RC_OK;
	}
	while (text_next(&p, end, &cp)) {
		blanks += cp == ' ' ? 1 : 0;
		if (blanks == 2) {
			break;
		}
		(void)stroke(b, item->name, (size_t)(p - item->name));
	}
	return RC_OK;
}

static enum rc
look(void *arg, const struct item *item)
{
	struct bench *b = arg;
	char folded[ITEM_NAME_BYTES];
	size_t n = strlen(b->word);
	const char *p = folded;

	text_fold(item->name, strlen(item->name), folded, sizeof(folded));
	while (p != NULL) {
		if (strncmp(p, b->word, n) == 0) {
			b->seen++;
			break;
		}
		p = strchr(p, ' ');
		p = p == NULL ? NULL : p + 1;
	}
	return RC_OK;
}

static void
pairs(struct bench *b, int64_t worst[4], char of[4][3])
{
	for (size_t i = 0; keys[i] != '\0'; i++) {
		for (size_t k = 0; keys[k] != '\0'; k++) {
			const char q[3] = {keys[i], keys[k], '\0'};
			int64_t us = stroke(b, q, 2);

			for (size_t w = 0; w < 4; w++) {
				if (us > worst[w]) {
					worst[w] = us;
					memcpy(of[w], q, 3);
					break;
				}
			}
		}
	}
}

int
main(int argc, char *argv[])
{
	struct bench b = {.seed = 1};
	int64_t worst[4] = {0};
	char of[4][3] = {{0}};
	char words[16];
	struct err e = {0};
	int64_t most;

	if (argc != 2) {
		return 2;
	}
	need(catalog_open(argv[1], 0, &b.c, &e), &e);
	need(find_open(b.c, &b.f, &e), &e);
	b.step = catalog_count(b.c) / NAMES + 1;
	need(catalog_each(b.c, type_name, &b, &e), &e);
	sort(&b);
	printf("%llu %lld %lld %lld ", (unsigned long long)catalog_count(b.c),
		(long long)part(&b, 500), (long long)part(&b, 990),
		(long long)part(&b, 1000));
	b.n = 0;
	for (size_t i = 0; keys[i] != '\0'; i++) {
		(void)stroke(&b, &keys[i], 1);
	}
	sort(&b);
	printf("%lld %lld ", (long long)part(&b, 500),
		(long long)part(&b, 1000));
	b.n = 0;
	pairs(&b, worst, of);
	sort(&b);
	printf("%lld %lld %lld ", (long long)part(&b, 500),
		(long long)part(&b, 990), (long long)part(&b, 1000));
	(void)snprintf(words, sizeof(words), "%s %s %s %s", of[0], of[1], of[2],
		of[3]);
	b.n = 0;
	most = stroke(&b, words, strlen(words));
	most = stroke(&b, "a b c d e f g h i l m n o p r s", 31) > most
		       ? b.us[1]
		       : most;
	printf("%lld ", (long long)most);
	b.n = 0;
	b.word = "oliv";
	for (int i = 0; i < LOOKS; i++) {
		int64_t began = now_us();

		need(catalog_each(b.c, look, &b, &e), &e);
		(void)stroke(&b, "", 0);
		b.us[b.n - 1] = now_us() - began;
	}
	sort(&b);
	printf("%lld\n", (long long)part(&b, 500));
	find_close(b.f);
	catalog_close(b.c);
	free(b.us);
	return 0;
}
