/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_STREAM_H
#define TESTS_STORE_STREAM_H

#include "base/keys.h"
#include "store/store.h"

/* A made-up register life: the same seed gives the same events. */
#define STREAM_LINES 40
#define STREAM_TEXT 32
#define STREAM_LINE_BYTES 8192

struct stream {
	uint64_t seed;
	uint64_t sequence;
	uint64_t next_sale;
	uint64_t next_parked;
	uint32_t epoch;
	/* knobs: 0 means vary */
	unsigned only_sales;
	unsigned n_line;
	unsigned n_code; /* different items, 0 = 50 */
	struct event ev;
	struct event_line line[STREAM_LINES];
	struct event_tax tax[2];
	struct event_tender tender;
	char code[STREAM_LINES][STREAM_TEXT];
	char number[STREAM_TEXT];
	char sold[STREAM_TEXT]; /* number something comes back from */
	char version[65];
	char text[STREAM_LINE_BYTES]; /* stands for the event line */
	size_t text_len;
	uint8_t hash[HASH_BYTES];
};

void stream_init(struct stream *s, uint64_t seed);
uint64_t stream_random(struct stream *s, uint64_t below);
/** stream_next(s): the next event in s->ev, its line and hash. */
void stream_next(struct stream *s);

/** A directory of its own with keys in it, removed by scene_done(). */
struct scene {
	char dir[256];
	char store[280];
	char catalog[280];
	struct keys *keys;
	struct rng rng;
};

void scene_init(struct scene *c);
void scene_done(struct scene *c);
/** scene_remove(path): with everything in it. */
void scene_remove(const char *path);
/** scene_path(c, out, name): a path in the scene's directory. */
void scene_path(const struct scene *c, char out[300], const char *name);

/** apply_one(s, st): the stream's present event, in a transaction of its own;
 * begins again when the map grew. */
enum rc apply_one(struct store *s, const struct stream *st, struct err *e);

#endif
