/* SPDX-License-Identifier: Apache-2.0 */
/* Where the journal begins, who writes to it, and what others know of its end.
 */
#include <sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "register/verify.h"
#include "register/verify_internal.h"
#include "wire/event.h"

#include "base/poison.h"

enum rc
verify_anchor_parse(
	const char *text, struct verify_anchor *ret, struct err *reterr)
{
	const char *colon = strchr(text, ':');
	size_t n = colon != NULL ? strlen(colon + 1) : 0;
	int64_t sequence = 0;

	if (colon == NULL || n < VERIFY_ANCHOR_DIGITS ||
		n > (size_t)2 * HASH_BYTES ||
		parse_i64(text, (size_t)(colon - text), 1, INT64_MAX,
			&sequence) != RC_OK) {
		goto bad;
	}
	memset(ret, 0, sizeof(*ret));
	ret->sequence = (uint64_t)sequence;
	for (size_t i = 0; i < n; i++) {
		char c = colon[1 + i];

		if (c >= 'A' && c <= 'F') {
			c = (char)(c - 'A' + 'a');
		}
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
			goto bad;
		}
		ret->hash[i] = c;
	}
	return RC_OK;
bad:
	return err_set(reterr, RC_INVAL, 0, __func__,
		"'%.40s' is no anchor: it is a line's number, a colon and %d "
		"or more hexadecimal digits of its hash",
		text, VERIFY_ANCHOR_DIGITS);
}

enum rc
verify_past_begin(const char *journal_dir, struct verify_past *p,
	uint64_t *ret_begin, struct err *reterr)
{
	struct journal_segment first;
	enum rc rc = purge_base_begin(journal_dir, &p->base, reterr);

	*ret_begin = 1;
	if (rc == RC_OK) {
		*ret_begin = p->base.sequence + 1;
		return rc;
	}
	memset(&p->base, 0, sizeof(p->base));
	if (journal_first(journal_dir, &first, NULL) == RC_OK &&
		first.first != 0) {
		*ret_begin = first.first;
	}
	return rc;
}

enum rc
verify_past_load(const char *journal_dir, struct verify_past *p,
	const struct keys *keys, struct store *made, struct totals *ret_totals,
	struct shifts *ret_shifts, struct err *reterr)
{
	enum rc rc = purge_base_load(journal_dir, keys, &p->base, made, reterr);

	if (rc == RC_OK) {
		rc = store_totals(made, ret_totals, reterr);
	}
	if (rc == RC_OK) {
		rc = store_shifts(made, ret_shifts, reterr);
	}
	if (rc == RC_OK) {
		rc = purge_base_sum(journal_dir, &p->base, reterr);
	}
	return rc;
}

static enum rc
kept_line(struct store *made, uint64_t at, char *line, const uint8_t *pub,
	struct arena *a, struct event *e, struct err *reterr)
{
	size_t n = 0;
	enum rc rc =
		store_line(made, at, line, WIRE_LINE_BYTES + 1, &n, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (!wire_verify(line, n, pub)) {
		return err_set(reterr, RC_CORRUPT, 0, __func__,
			"line %llu of the base is not signed by this register",
			(unsigned long long)at);
	}
	arena_reset(a);
	return wire_decode(line, n, a, e, reterr);
}

enum rc
verify_past_kept(const struct verify_past *p, struct store *made,
	const struct keys *keys, struct arena *a, verify_kept_fn fn, void *arg,
	struct err *reterr)
{
	char *line = malloc(WIRE_LINE_BYTES + 1);
	struct event e;
	uint64_t at = 0;
	enum rc rc = RC_OK;

	if (line == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to verify; close programs and try again");
	}
	while (rc == RC_OK) {
		rc = store_line_next(made, at, &at, reterr);
		if (rc == RC_OK && at > p->base.sequence) {
			rc = RC_NOTFOUND;
		}
		if (rc == RC_OK) {
			rc = kept_line(made, at, line, keys_public_at(keys, at),
				a, &e, reterr);
		}
		if (rc == RC_OK) {
			fn(arg, &e);
		}
	}
	crypto_wipe(line, WIRE_LINE_BYTES + 1);
	free(line);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

void
verify_past_chain(const struct verify_past *p, struct chain *c)
{
	c->begun = true;
	c->epoch = p->base.epoch;
	c->sequence = p->base.sequence;
	memcpy(c->reg, p->base.reg, UUID_BYTES);
	memcpy(c->hash, p->base.hash, HASH_BYTES);
}

static bool
same_digits(const struct verify_anchor *a, const uint8_t hash[HASH_BYTES])
{
	char hex[2 * HASH_BYTES + 1];

	hex_encode(hex, hash, HASH_BYTES);
	return strncmp(hex, a->hash, strlen(a->hash)) == 0;
}

bool
verify_past_line(struct verify_past *p, const struct event *e,
	const uint8_t hash[HASH_BYTES], char *words, size_t cap)
{
	char hex[2 * HASH_BYTES + 1];

	for (size_t i = 0; i < p->n_anchor; i++) {
		if (p->anchor[i].sequence == e->sequence &&
			!same_digits(&p->anchor[i], hash)) {
			(void)snprintf(words, cap,
				"line %llu is not the one that its anchor %s "
				"names: another history was put in its place",
				(unsigned long long)e->sequence,
				p->anchor[i].hash);
			return false;
		}
	}
	if (e->type != EVENT_JOURNAL_PURGED ||
		(uint64_t)e->data.purge.last != p->base.sequence) {
		return true;
	}
	hex_encode(hex, p->base.sum, HASH_BYTES);
	p->named = true;
	if (e->data.purge.base == NULL ||
		strcmp(e->data.purge.base, hex) != 0) {
		(void)snprintf(words, cap,
			"the base of the journal is not the one that line "
			"%llu names: put it back from a backup",
			(unsigned long long)e->sequence);
		return false;
	}
	return true;
}

bool
verify_past_anchor(const struct verify_past *p, size_t i, uint64_t last,
	char *words, size_t cap)
{
	const struct verify_anchor *a = &p->anchor[i];
	unsigned long long at = a->sequence;

	if (a->sequence > last) {
		(void)snprintf(words, cap,
			"the end is missing: an anchor names line %llu, the "
			"last one there is %llu",
			at, (unsigned long long)last);
		return false;
	}
	if (a->sequence < p->base.sequence) {
		(void)snprintf(words, cap,
			"line %llu, which an anchor names, was purged: give "
			"the anchor to 'holdfast archive verify'",
			at);
		return false;
	}
	if (a->sequence == p->base.sequence && !same_digits(a, p->base.hash)) {
		(void)snprintf(words, cap,
			"line %llu is not the one that its anchor %s names", at,
			a->hash);
		return false;
	}
	return true;
}

bool
verify_is_running(const char *dir)
{
	char path[PATH_BYTES];
	bool running;
	int fd;

	if (path_join(path, sizeof(path), dir, "lock") != RC_OK) {
		return false;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	running = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	(void)close(fd);
	return running;
}
