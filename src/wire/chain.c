/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/chain.h"

#include <inttypes.h>
#include <string.h>

#include "wire/event.h"

#include "base/poison.h"

void
chain_init(struct chain *c, const uint8_t *pub)
{
	memset(c, 0, sizeof(*c));
	c->pub = pub;
}

static enum rc
broken(struct err *reterr, uint64_t sequence, const char *what)
{
	return err_set(reterr, RC_CORRUPT, 0, "chain",
		"event %" PRIu64 ": %s; keep this store as it is and run "
		"holdfast verify on a backup",
		sequence, what);
}

/* The first line anybody sees: an export may begin anywhere, a register only
 * with nothing before it. */
static enum rc
check_first(const struct event *e, struct err *reterr)
{
	static const uint8_t nothing[HASH_BYTES];

	if (e->sequence == 1 && memcmp(e->prev, nothing, HASH_BYTES) != 0) {
		return broken(reterr, 1,
			"it is the first and yet names one before it");
	}
	return RC_OK;
}

static enum rc
check_next(const struct chain *c, const struct event *e, struct err *reterr)
{
	if (memcmp(e->reg, c->reg, UUID_BYTES) != 0) {
		return broken(reterr, c->sequence + 1,
			"another register's event stands in its place");
	}
	if (e->sequence <= c->sequence) {
		return broken(reterr, e->sequence, "it comes a second time");
	}
	if (e->sequence != c->sequence + 1) {
		return broken(reterr, c->sequence + 1, "it is missing");
	}
	if (e->epoch < c->epoch) {
		return broken(reterr, e->sequence, "its epoch goes back");
	}
	if (e->epoch > c->epoch && e->type != EVENT_REGISTER_RESTORED) {
		return broken(reterr, e->sequence,
			"its epoch is new without a restore");
	}
	if (e->epoch == c->epoch && e->type == EVENT_REGISTER_RESTORED) {
		return broken(reterr, e->sequence,
			"it is a restore without a new epoch");
	}
	if (memcmp(e->prev, c->hash, HASH_BYTES) != 0) {
		return broken(reterr, e->sequence,
			"it does not name the one before it by its hash");
	}
	return RC_OK;
}

enum rc
chain_add(struct chain *c, const char *line, size_t len, const struct event *e,
	struct err *reterr)
{
	enum rc rc =
		c->begun ? check_next(c, e, reterr) : check_first(e, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (c->pub != NULL && !wire_verify(line, len, c->pub)) {
		return broken(reterr, e->sequence,
			"its signature is not this register's");
	}
	c->begun = true;
	memcpy(c->reg, e->reg, UUID_BYTES);
	c->epoch = e->epoch;
	c->sequence = e->sequence;
	wire_hash(line, len, c->hash);
	return RC_OK;
}
