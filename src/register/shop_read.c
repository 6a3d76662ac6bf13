/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "register/purge_base.h"
#include "register/shop_internal.h"

#include "base/poison.h"

uint64_t
shop_head(const struct shop *s)
{
	struct store_head head;
	uint64_t known;

	if (s->journal != NULL) {
		return journal_head(s->journal).sequence;
	}
	known = watermark_read(s->own->journal_dir);
	if (s->store != NULL && store_head(s->store, &head, NULL) == RC_OK &&
		head.applied > known) {
		known = head.applied;
	}
	return known;
}

uint64_t
shop_begin(const struct shop *s)
{
	struct purge_base b;

	/* a base that is needed and missing is told by who reads on */
	return purge_base_begin(s->own->journal_dir, &b, NULL) == RC_OK
		       ? b.sequence + 1
		       : 1;
}

/* One line out of the journal: slow, for when the store cannot tell. */
static enum rc
journal_line_of(
	struct shop *s, uint64_t sequence, size_t *ret_len, struct err *reterr)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	enum rc rc;

	rc = journal_reader_open(
		s->own->journal_dir, s->keys, sequence, &r, reterr);
	if (rc == RC_OK) {
		rc = journal_reader_next(r, shop_head(s), &rec, reterr);
	}
	if (rc == RC_OK && rec.sequence != sequence) {
		rc = RC_NOTFOUND;
	}
	if (rc == RC_OK && rec.line != NULL) {
		memcpy(s->own->read_buf, rec.line, rec.len);
		*ret_len = rec.len;
	}
	journal_reader_close(r);
	return rc;
}

/* A line that was purged: out of the archive that somebody named. */
static enum rc
archived_line_of(
	struct shop *s, uint64_t sequence, size_t *ret_len, struct err *reterr)
{
	struct journal_reader *r = NULL;
	struct journal_record rec = {0};
	char dir[PATH_BYTES];
	enum rc rc;

	if (s->own->archive == NULL) {
		return err_set(reterr, RC_NOTFOUND, 0, __func__,
			"line %llu was purged: it is in an archive, name that "
			"with --archive",
			(unsigned long long)sequence);
	}
	rc = path_join(dir, sizeof(dir), s->own->archive, "journal");
	if (rc == RC_OK) {
		rc = journal_reader_open(dir, s->keys, sequence, &r, reterr);
	}
	if (rc == RC_OK) {
		rc = journal_reader_next(r, UINT64_MAX, &rec, reterr);
	}
	if (rc == RC_NOTFOUND || (rc == RC_OK && rec.sequence != sequence)) {
		rc = err_set(reterr, RC_NOTFOUND, 0, __func__,
			"line %llu is not in the archive %s: name the one that "
			"holds it",
			(unsigned long long)sequence, s->own->archive);
	}
	/* whoever has the medium does not have the register's key */
	if (rc == RC_OK && !wire_verify(rec.line, rec.len,
				   keys_public_at(s->keys, sequence))) {
		rc = err_set(reterr, RC_CORRUPT, 0, __func__,
			"line %llu of the archive %s is not signed by this "
			"register",
			(unsigned long long)sequence, s->own->archive);
	}
	if (rc == RC_OK && rec.line != NULL) {
		memcpy(s->own->read_buf, rec.line, rec.len);
		*ret_len = rec.len;
	}
	journal_reader_close(r);
	return rc;
}

static enum rc
line_of(struct shop *s, uint64_t sequence, size_t *ret_len, struct err *reterr)
{
	enum rc rc = RC_AGAIN;

	*ret_len = 0;
	if (s->store != NULL && !s->store_behind) {
		rc = store_line(s->store, sequence, s->own->read_buf,
			WIRE_LINE_BYTES + 1, ret_len, reterr);
	}
	if ((rc == RC_CORRUPT || rc == RC_AGAIN) && sequence >= shop_begin(s)) {
		rc = journal_line_of(s, sequence, ret_len, reterr);
	}
	if (rc != RC_OK && sequence != 0 && sequence < shop_begin(s)) {
		rc = archived_line_of(s, sequence, ret_len, reterr);
	}
	if (rc == RC_OK && *ret_len > s->own->read_most) {
		s->own->read_most = *ret_len;
	}
	return rc;
}

enum rc
shop_event(struct shop *s, uint64_t sequence, uint8_t *ret_hash,
	const struct event **ret, struct err *reterr)
{
	struct shop_own *o = s->own;
	size_t len = 0;
	enum rc rc;

	rc = line_of(s, sequence, &len, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	arena_reset(&o->arena);
	rc = wire_decode(o->read_buf, len, &o->arena, &o->event, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (ret_hash != NULL) {
		wire_hash(o->read_buf, len, ret_hash);
	}
	*ret = &o->event;
	return RC_OK;
}

/* --- configurations ------------------------------------------------------- */

/* Text of the config.activated at ${sequence}, in memory of its own so that
 * what shop_event() gave last stays. */
static enum rc
text_at(struct shop *s, uint64_t sequence, char **ret, size_t *ret_len,
	struct err *reterr)
{
	struct arena a;
	struct event e;
	void *memory = NULL;
	char *text = NULL;
	size_t len;
	size_t n;
	enum rc rc;

	rc = line_of(s, sequence, &len, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	n = wire_arena_bytes(len);
	memory = malloc(n);
	if (memory == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to read the configuration");
	}
	arena_init(&a, memory, n);
	rc = wire_decode(s->own->read_buf, len, &a, &e, reterr);
	if (rc == RC_OK && e.type != EVENT_CONFIG_ACTIVATED) {
		rc = err_set(reterr, RC_CORRUPT, 0, __func__,
			"line %llu is no configuration; run 'holdfast "
			"rebuild'",
			(unsigned long long)sequence);
	}
	if (rc == RC_OK) {
		n = strlen(e.data.config.text);
		text = malloc(n + 1);
		if (text == NULL) {
			rc = err_set(reterr, RC_NOMEM, 0, __func__,
				"no memory to read the configuration");
		}
	}
	if (text != NULL) {
		memcpy(text, e.data.config.text, n + 1);
		*ret = text;
		*ret_len = n;
	}
	arena_wipe(&a);
	free(memory);
	return rc;
}

static enum rc
config_of(struct shop *s, uint64_t sequence, struct config *ret,
	struct err *reterr)
{
	char *text = NULL;
	size_t len = 0;
	enum rc rc = text_at(s, sequence, &text, &len, reterr);

	if (rc == RC_OK) {
		rc = config_parse(
			"recorded holdfast.conf", text, len, ret, reterr);
	}
	free(text);
	return rc;
}

enum rc
shop_load_config(struct shop *s, struct err *reterr)
{
	struct config c;
	enum rc rc;

	if (s->state.config_seq == 0) {
		return RC_OK;
	}
	rc = config_of(s, s->state.config_seq, &c, reterr);
	if (rc == RC_OK) {
		config_release(&s->config);
		s->config = c;
		s->has_config = true;
		memcpy(s->config_version, c.version, sizeof(s->config_version));
	}
	return rc;
}

enum rc
shop_config_text(
	struct shop *s, char **ret, size_t *ret_len, struct err *reterr)
{
	if (s->state.config_seq == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, __func__,
			"no configuration is active");
	}
	return text_at(s, s->state.config_seq, ret, ret_len, reterr);
}

enum rc
shop_config_at(struct shop *s, const struct event *e, struct config *ret,
	struct err *reterr)
{
	uint64_t sequence;
	enum rc rc;

	if (e->config == NULL || e->config[0] == '\0') {
		return RC_NOTFOUND;
	}
	if (s->has_config && strcmp(e->config, s->config_version) == 0) {
		config_share(ret, &s->config);
		return RC_OK;
	}
	if (s->store == NULL || s->store_behind) {
		return err_set(reterr, RC_AGAIN, 0, __func__,
			"past configurations wait until the store can be "
			"read; try again later");
	}
	rc = store_config(s->store, e->config, &sequence, reterr);
	return rc == RC_OK ? config_of(s, sequence, ret, reterr) : rc;
}

/* --- walks ---------------------------------------------------------------- */

/* What a purge has left of the lines in front of ${begin}. */
static enum rc
walk_kept(struct shop *s, uint64_t from, uint64_t begin, shop_line_fn fn,
	void *arg, struct err *reterr)
{
	struct journal_record rec = {.group_first = true};
	enum rc rc = RC_OK;
	char *line;

	if (s->store == NULL || s->store_behind) {
		return RC_OK;
	}
	line = malloc(WIRE_LINE_BYTES + 1);
	if (line == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to read what a purge has left");
	}
	for (uint64_t at = from - 1; rc == RC_OK;) {
		rc = store_line_next(s->store, at, &at, reterr);
		if (rc != RC_OK || at >= begin) {
			break;
		}
		rc = store_line(s->store, at, line, WIRE_LINE_BYTES + 1,
			&rec.len, reterr);
		if (rc == RC_OK) {
			line[rec.len] = '\0';
			rec.sequence = at;
			rec.line = line;
			rc = fn(arg, &rec, reterr);
			crypto_wipe(line, rec.len);
		}
	}
	free(line);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

enum rc
shop_walk(struct shop *s, uint64_t from, uint64_t to, shop_line_fn fn,
	void *arg, struct err *reterr)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	uint64_t begin;
	enum rc rc = RC_OK;

	if (to == 0) {
		to = shop_head(s);
	}
	begin = shop_begin(s);
	if (from < begin) {
		rc = walk_kept(
			s, from, begin <= to ? begin : to + 1, fn, arg, reterr);
		from = begin;
	}
	if (rc != RC_OK || from > to) {
		return rc;
	}
	rc = journal_reader_open(
		s->own->journal_dir, s->keys, from, &r, reterr);
	for (uint64_t at = from; rc == RC_OK && at <= to; at++) {
		rc = journal_reader_next(r, to, &rec, reterr);
		if (rc == RC_NOTFOUND) {
			rc = err_set(reterr, RC_CORRUPT, 0, __func__,
				"the journal ends before sequence %llu; run "
				"'holdfast verify'",
				(unsigned long long)at);
		}
		if (rc == RC_OK) {
			rc = fn(arg, &rec, reterr);
		}
	}
	journal_reader_close(r);
	return rc;
}

enum rc
shop_rebuild(struct shop *s, uint64_t *ret_n, struct err *reterr)
{
	enum rc rc;

	if (s->journal == NULL || s->read_only) {
		return err_set(reterr, RC_IO, 0, __func__, "%s", s->trouble);
	}
	memset(&s->recovered, 0, sizeof(s->recovered));
	s->recovered.tail = "clean";
	rc = recovery_rebuild(s, ret_n, reterr);
	if (rc == RC_OK) {
		s->store_behind = false;
		shop_note_recovered(s, "asked for");
		rc = shop_refresh(s, reterr);
	}
	return rc;
}
