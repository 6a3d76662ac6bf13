/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hub's one statement alone, without HTTP: several registers at once, a
 * batch of lines each, again and again.
 *
 * usage: ingest HUB.CONF REGISTERS BATCH SECONDS
 * REGISTERS is hub_load's file: a thread for each of its lines; each register
 * is in epoch 1 with no line.  Prints lines a second.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/rng.h"
#include "hub/db.h"

#define THREADS 64
#define LINE 955

struct writer {
	pthread_t thread;
	struct db *db;
	uint8_t part, tenant[UUID_BYTES], reg[UUID_BYTES];
	size_t batch;
	double end;
	uint64_t lines;
};

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Lines as long as those of sales, and as alike. */
static void
make_line(char *out, unsigned n)
{
	size_t at = 0;

	while (at + 64 < LINE) {
		at += (size_t)snprintf(out + at, LINE - at,
			"{\"line\":%u,\"code\":\"%013u\",\"kind\":\"ean13\","
			"\"qty\":1000,\"price\":%u},",
			n % 7, n * 2654435761u + (unsigned)at, n % 1999);
	}
	memset(out + at, ' ', LINE - at);
}

static void *
run(void *arg)
{
	struct writer *w = arg;
	struct db_array type, at, hash, line;
	char *text = malloc(w->batch * LINE + 64);
	uint8_t head[HASH_BYTES] = {0}, last[HASH_BYTES];
	int64_t sequence = 0;
	struct err e;

	db_array_init(&type, DB_TEXT);
	db_array_init(&at, DB_TIMESTAMPTZ);
	db_array_init(&hash, DB_BYTEA);
	db_array_init(&line, DB_BYTEA);
	for (size_t i = 0; i < w->batch; i++) {
		char *p = text + i * LINE;

		make_line(p, (unsigned)i);
		sha256(last, p, LINE);
		db_array_bytes(&type, "holdfast.sale.completed.v1", 26);
		db_array_time(&at, (struct utc){1795271526000000});
		db_array_bytes(&hash, last, HASH_BYTES);
		db_array_bytes(&line, p, LINE);
	}
	while (now_s() < w->end) {
		struct db_args a;
		struct db_rows rows = {0};

		db_args_init(&a, w->part, w->tenant);
		db_add_uuid(&a, w->reg);
		db_add_i64(&a, 1);
		db_add_i64(&a, sequence);
		db_add_bytes(&a, head, HASH_BYTES);
		db_add_i64(&a, sequence + (int64_t)w->batch);
		db_add_bytes(&a, last, HASH_BYTES);
		db_add_i64(&a, sequence + 1);
		db_add_array(&a, &type);
		db_add_array(&a, &at);
		db_add_array(&a, &hash);
		db_add_array(&a, &line);
		db_add_i64(&a, (int64_t)(w->batch * LINE));
		if (db_run(w->db, SQL_EVENTS_STORE, &a, &rows, &e) != RC_OK) {
			fprintf(stderr, "ingest: %s\n", e.msg);
			exit(2);
		}
		if (rows.affected != 1) {
			fprintf(stderr, "ingest: the head was elsewhere\n");
			exit(2);
		}
		db_rows_free(&rows);
		sequence += (int64_t)w->batch;
		memcpy(head, last, HASH_BYTES);
		w->lines += w->batch;
	}
	free(text);
	return NULL;
}

int
main(int argc, char **argv)
{
	static struct writer w[THREADS];
	static struct hub_config conf;
	struct clock clock = clock_system();
	struct db *db;
	struct err e;
	FILE *f;
	char key[200], reg[40], rest[5][200];
	size_t n = 0;
	uint64_t lines = 0;
	double begin;

	if (argc < 5 || crypto_init() != RC_OK) {
		fprintf(stderr, "usage: ingest HUB.CONF REGISTERS BATCH "
				"SECONDS\n");
		return 2;
	}
	if (hub_config_load(argv[1], &conf, &e) != RC_OK ||
		db_open(&conf, &clock, &db, &e) != RC_OK) {
		fprintf(stderr, "ingest: %s\n", e.msg);
		return 2;
	}
	f = fopen(argv[2], "r");
	if (f == NULL) {
		perror(argv[2]);
		return 2;
	}
	begin = now_s();
	while (n < THREADS &&
		fscanf(f, "%199s %39s %199s %199s %199s %199s %199s", key, reg,
			rest[0], rest[1], rest[2], rest[3], rest[4]) == 7) {
		unsigned tpart, spart;
		char tenant[40];

		if (sscanf(key, "%u.%u.%36s", &tpart, &spart, tenant) != 3 ||
			uuid_parse(tenant, strlen(tenant), w[n].tenant) !=
				RC_OK ||
			uuid_parse(reg, strlen(reg), w[n].reg) != RC_OK) {
			fprintf(stderr, "ingest: what is %s?\n", key);
			return 2;
		}
		w[n].part = (uint8_t)spart;
		w[n].db = db;
		w[n].batch = strtoul(argv[3], NULL, 10);
		w[n].end = begin + strtod(argv[4], NULL);
		n++;
	}
	fclose(f);
	for (size_t i = 0; i < n; i++) {
		if (pthread_create(&w[i].thread, NULL, run, &w[i]) != 0) {
			return 2;
		}
	}
	for (size_t i = 0; i < n; i++) {
		pthread_join(w[i].thread, NULL);
		lines += w[i].lines;
	}
	printf("%.0f\n", (double)lines / (now_s() - begin));
	return 0;
}
