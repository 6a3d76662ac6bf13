/* SPDX-License-Identifier: Apache-2.0 */
#include "register/restore_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/chain.h"
#include "wire/event.h"

#include "base/poison.h"

#define GROUP_BYTES ((size_t)2 << 20)

/* A group in the making; its lines lie in buf. */
struct lines {
	const char *path, *dir;
	const struct shop_conf *conf;
	struct keys *keys;
	struct journal *journal;
	struct keys_past *past;
	struct chain chain;
	uint8_t key[SIGN_PUB_BYTES]; /* that signs now */
	uint8_t reg[UUID_BYTES];
	uint32_t epoch; /* of the journal that is open */
	struct arena arena;
	void *memory;
	char *buf;
	size_t used;
	struct journal_line line[JOURNAL_GROUP_MAX];
	size_t n;
	uint8_t hash[HASH_BYTES];
};

static enum rc
append(struct lines *l, struct err *reterr)
{
	enum rc rc = RC_OK;

	if (l->n > 0) {
		rc = journal_append(l->journal, l->line, l->n, l->hash, reterr);
	}
	l->n = 0;
	l->used = 0;
	return rc;
}

/* Each epoch's records are in segments of their own. */
static enum rc
open_epoch(struct lines *l, uint32_t epoch, struct err *reterr)
{
	struct journal_report report;
	struct journal_conf c = {.dir = l->dir,
		.keys = l->keys,
		.rng = &l->conf->rng,
		.segment_bytes = l->conf->segment_bytes,
		.known_sequence = l->chain.sequence,
		.epoch = epoch};
	enum rc rc = RC_OK;

	if (l->journal != NULL) {
		rc = watermark_write(l->dir, l->chain.sequence, reterr);
		journal_close(l->journal);
		l->journal = NULL;
	}
	memcpy(c.reg, l->reg, UUID_BYTES);
	if (rc == RC_OK) {
		rc = journal_open(&c, &l->journal, &report, reterr);
	}
	if (rc == RC_OK) {
		/* the text they come from is a copy */
		rc = journal_settle(l->journal, true, NULL, reterr);
	}
	l->epoch = epoch;
	return rc;
}

static enum rc
names_no_key(struct err *reterr, uint64_t sequence)
{
	return err_set(reterr, RC_CORRUPT, 0, "restore",
		"line %llu of the hub's copy names no key that a line can be "
		"signed by: ask who runs the hub",
		(unsigned long long)sequence);
}

/* The key from this line on, where it names one. */
static enum rc
follow_key(struct lines *l, const struct event *e, struct err *reterr)
{
	const char *hex = NULL;

	if (e->sequence == 1) {
		if (e->type != EVENT_REGISTER_INITIALIZED) {
			return names_no_key(reterr, 1);
		}
		hex = e->data.initialized.public_key;
		memcpy(l->reg, e->reg, UUID_BYTES);
	} else if (e->type == EVENT_REGISTER_RESTORED) {
		hex = e->data.restored.public_key;
	}
	if (hex == NULL) {
		return RC_OK;
	}
	if (e->sequence > 1) {
		if (l->past->n + 1 >= KEYS_PAST) {
			return err_set(reterr, RC_RANGE, 0, "restore",
				"this register had too many machines; begin "
				"another one");
		}
		l->past->key[l->past->n].upto = e->sequence - 1;
		memcpy(l->past->key[l->past->n].pub, l->key, SIGN_PUB_BYTES);
		l->past->n++;
	}
	return hex_decode(l->key, SIGN_PUB_BYTES, hex, strlen(hex)) == RC_OK
		       ? RC_OK
		       : names_no_key(reterr, e->sequence);
}

static enum rc
add_line(struct lines *l, const char *line, size_t len, struct err *reterr)
{
	struct event e;
	enum rc rc;

	arena_reset(&l->arena);
	rc = wire_decode(line, len, &l->arena, &e, reterr);
	if (rc != RC_OK) {
		err_wrap(reterr, "a line of the hub's copy");
		return rc;
	}
	if (!l->chain.begun && e.sequence != 1) {
		return err_set(reterr, RC_CORRUPT, 0, "restore",
			"the hub's copy begins with line %llu and not with the "
			"first: ask who runs the hub",
			(unsigned long long)e.sequence);
	}
	rc = follow_key(l, &e, reterr);
	if (rc == RC_OK && (l->journal == NULL || e.epoch != l->epoch)) {
		rc = append(l, reterr);
		if (rc == RC_OK) {
			rc = open_epoch(l, e.epoch, reterr);
		}
	}
	if (rc == RC_OK) {
		rc = chain_add(&l->chain, line, len, &e, reterr);
	}
	if (rc == RC_OK &&
		(l->n == JOURNAL_GROUP_MAX || l->used + len > GROUP_BYTES)) {
		rc = append(l, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	memcpy(l->buf + l->used, line, len);
	l->line[l->n++] = (struct journal_line){
		.sequence = e.sequence, .p = l->buf + l->used, .n = len};
	l->used += len;
	memcpy(l->hash, l->chain.hash, HASH_BYTES);
	return RC_OK;
}

static enum rc
read_all(struct lines *l, FILE *f, struct err *reterr)
{
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;
	enum rc rc = RC_OK;

	while (rc == RC_OK && (n = getline(&text, &cap, f)) > 0) {
		if (text[n - 1] != '\n') {
			rc = err_set(reterr, RC_CORRUPT, 0, "restore",
				"%s ends within a line: remove it and run the "
				"same command again",
				l->path);
			break;
		}
		rc = add_line(l, text, (size_t)n - 1, reterr);
	}
	if (rc == RC_OK && ferror(f) != 0) {
		rc = err_set(reterr, RC_IO, errno, "restore",
			"%s cannot be read", l->path);
	}
	free(text);
	return rc == RC_OK ? append(l, reterr) : rc;
}

static enum rc
give_head(struct lines *l, struct journal_head *ret, struct err *reterr)
{
	struct keys_past *past = l->past;

	if (l->journal == NULL) {
		return err_set(reterr, RC_CORRUPT, 0, "restore",
			"the hub has no line of this register: enroll a new "
			"one instead");
	}
	*ret = journal_head(l->journal);
	past->key[past->n].upto = ret->sequence;
	memcpy(past->key[past->n].pub, l->key, SIGN_PUB_BYTES);
	past->n++;
	return watermark_write(l->dir, ret->sequence, reterr);
}

enum rc
restore_lines(const char *path, const char *journal_dir,
	const struct shop_conf *conf, struct keys *keys,
	struct journal_head *ret_head, struct keys_past *ret_past,
	struct err *reterr)
{
	const size_t bytes = wire_arena_bytes(WIRE_LINE_BYTES);
	struct lines *l = calloc(1, sizeof(*l));
	FILE *f = NULL;
	enum rc rc = RC_OK;

	memset(ret_past, 0, sizeof(*ret_past));
	if (l != NULL) {
		l->buf = malloc(GROUP_BYTES + WIRE_LINE_BYTES);
		l->memory = malloc(bytes);
	}
	if (l == NULL || l->buf == NULL || l->memory == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "restore",
			"no memory: close other programs");
		goto out;
	}
	l->path = path;
	l->dir = journal_dir;
	l->conf = conf;
	l->keys = keys;
	l->past = ret_past;
	arena_init(&l->arena, l->memory, bytes);
	chain_init(&l->chain, l->key);
	f = fopen(path, "re");
	if (f == NULL) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "restore",
			"%s cannot be read", path);
		goto out;
	}
	rc = read_all(l, f, reterr);
	if (rc == RC_OK) {
		rc = give_head(l, ret_head, reterr);
	}
out:
	if (f != NULL) {
		(void)fclose(f);
	}
	if (l != NULL) {
		journal_close(l->journal);
		free(l->memory);
		free(l->buf);
	}
	free(l);
	return rc;
}
