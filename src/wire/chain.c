/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/chain.h"

#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/event.h"

#include "base/poison.h"

void
chain_init(struct chain *c, const uint8_t *pub)
{
	memset(c, 0, sizeof(*c));
	c->pub = pub;
}

void
chain_past(struct chain *c, const uint8_t *pub, const struct keys_past *past)
{
	chain_init(c, pub);
	c->past = past;
}

void
chain_again(struct chain *c)
{
	c->begun = false;
	c->epoch = 0;
	c->sequence = 0;
	memset(c->reg, 0, sizeof(c->reg));
	memset(c->hash, 0, sizeof(c->hash));
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

/* The key that must have signed this line; NULL: it says that it is by one
 * that this register has not. */
static const uint8_t *
signer(const struct chain *c, const struct event *e)
{
	const char *hex = e->type == EVENT_REGISTER_RESTORED
				  ? e->data.restored.public_key
				  : NULL;
	const uint8_t *known =
		c->past != NULL ? keys_past_at(c->past, e->sequence, c->pub)
				: c->pub;
	uint8_t named[SIGN_PUB_BYTES];

	if (hex != NULL &&
		(hex_decode(named, SIGN_PUB_BYTES, hex, strlen(hex)) != RC_OK ||
			memcmp(known, named, SIGN_PUB_BYTES) != 0)) {
		return NULL;
	}
	return known;
}

enum rc
chain_add(struct chain *c, const char *line, size_t len, const struct event *e,
	struct err *reterr)
{
	static const uint8_t none[SIGN_PUB_BYTES];
	const uint8_t *key;
	enum rc rc =
		c->begun ? check_next(c, e, reterr) : check_first(e, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (c->pub != NULL) {
		key = signer(c, e);
		if (key == NULL) {
			return broken(reterr, e->sequence,
				"it names another key than this register has");
		}
		/* zeros: not known, and bound by the hashes that follow */
		if (memcmp(key, none, SIGN_PUB_BYTES) != 0 &&
			!wire_verify(line, len, key)) {
			return broken(reterr, e->sequence,
				"its signature is not this register's");
		}
	}
	c->begun = true;
	memcpy(c->reg, e->reg, UUID_BYTES);
	c->epoch = e->epoch;
	c->sequence = e->sequence;
	wire_hash(line, len, c->hash);
	return RC_OK;
}
