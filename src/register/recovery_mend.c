/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "register/purge_base.h"
#include "register/shop_internal.h"

#include "base/poison.h"

/* A store that does not open may still tell its lines. */
static enum rc
copies_head(struct shop *s, struct store_head *ret, struct err *reterr)
{
	struct shop_own *o = s->own;
	enum rc rc = RC_OK;

	if (s->store != NULL) {
		return store_head(s->store, ret, reterr);
	}
	if (o->salvage == NULL) {
		rc = store_salvage_open(
			o->store_dir, s->keys, &s->rng, &o->salvage, reterr);
	}
	return rc == RC_OK ? store_salvage_head(o->salvage, ret, reterr) : rc;
}

static uint64_t
known_sequence(struct shop *s)
{
	uint64_t known = watermark_read(s->own->journal_dir);
	struct store_head head;

	if (copies_head(s, &head, NULL) == RC_OK && head.applied > known) {
		known = head.applied;
	}
	return known;
}

static struct journal_conf
journal_conf_of(struct shop *s)
{
	struct purge_base b;
	struct journal_conf c = {
		.dir = s->own->journal_dir,
		.keys = s->keys,
		.rng = &s->rng,
		.segment_bytes = s->own->segment_bytes,
		.known_sequence = known_sequence(s),
		.epoch = s->own->epoch,
	};

	memcpy(c.reg, s->own->reg, UUID_BYTES);
	purge_base_below(s->own->journal_dir, &b);
	c.base_number = b.number;
	c.base_sequence = b.sequence;
	memcpy(c.base_hash, b.hash, HASH_BYTES);
	return c;
}

/* A line from the store mends the journal only when this register signed it. */
static enum rc
copy_of(void *arg, uint64_t sequence, const char **ret_line, size_t *ret_len,
	struct err *reterr)
{
	struct shop *s = arg;
	size_t len;
	enum rc rc;

	if (s->store != NULL) {
		rc = store_line(s->store, sequence, s->own->read_buf,
			WIRE_LINE_BYTES + 1, &len, reterr);
	} else {
		rc = store_salvage_line(s->own->salvage, sequence,
			s->own->read_buf, WIRE_LINE_BYTES + 1, &len, reterr);
	}
	if (rc == RC_OK && !wire_verify(s->own->read_buf, len,
				   keys_public_at(s->keys, sequence))) {
		rc = RC_NOTFOUND;
	}
	if (rc != RC_OK) {
		return err_set(reterr, RC_NOTFOUND, 0, __func__,
			"the store holds no good copy of line %llu",
			(unsigned long long)sequence);
	}
	*ret_line = s->own->read_buf;
	*ret_len = len;
	return RC_OK;
}

enum rc
recovery_mend(struct shop *s, struct err *reterr)
{
	struct journal_conf conf = journal_conf_of(s);
	struct store_head head;
	uint64_t n = 0;
	enum rc rc;

	journal_close(s->journal);
	s->journal = NULL;
	rc = copies_head(s, &head, reterr);
	if (rc == RC_OK && s->store != NULL) {
		/* the copies must outlive a power cut while they are used */
		rc = store_sync(s->store, reterr);
	}
	if (rc == RC_OK) {
		rc = journal_repair(
			&conf, head.applied, copy_of, s, &n, reterr);
	}
	if (rc == RC_OK) {
		s->recovered.repaired += (int64_t)n;
	}
	return rc;
}

static enum rc
open_journal(struct shop *s, struct journal_report *rep, struct err *reterr)
{
	struct journal_conf conf = journal_conf_of(s);
	enum rc rc;

	memset(rep, 0, sizeof(*rep));
	journal_close(s->journal);
	s->journal = NULL;
	rc = journal_open(&conf, &s->journal, rep, reterr);
	if (rc == RC_OK && rep->tail == JOURNAL_TORN) {
		s->recovered.tail = "torn";
		s->recovered.dropped_bytes = (int64_t)rep->dropped_bytes;
		hex_encode(s->own->dropped_hash, rep->dropped_hash, HASH_BYTES);
		s->recovered.dropped_hash = s->own->dropped_hash;
	}
	return rc;
}

enum rc
recovery_journal(struct shop *s, struct err *reterr)
{
	struct journal_report rep;
	struct err e = {0};
	enum rc mended;
	enum rc rc;

	rc = open_journal(s, &rep, reterr);
	if (rc != RC_CORRUPT) {
		return rc;
	}
	mended = recovery_mend(s, &e);
	if (mended == RC_OK) {
		rc = open_journal(s, &rep, reterr);
	} else if (mended == RC_NOMEM || mended == RC_NOSPC ||
		   mended == RC_IO) {
		return shop_hand_on(mended, &e, reterr);
	}
	if (rc == RC_CORRUPT) {
		return err_set(reterr, RC_CORRUPT, 0, __func__,
			"the journal is damaged at sequence %llu (%s) and the "
			"store holds no copy; run 'holdfast verify', then "
			"restore a backup",
			(unsigned long long)rep.bad_sequence, rep.path);
	}
	return rc;
}
