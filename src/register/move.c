/* SPDX-License-Identifier: Apache-2.0 */
#include "register/move.h"

#include "base/bytes.h"
#include "register/backup_internal.h"
#include "register/shop_internal.h"

#include "base/poison.h"

enum rc
move_here(struct shop *s, const char *why, const char *actor,
	const struct event *given, struct err *reterr)
{
	struct event e[2];
	size_t n = shop_machine_event(s, "here", why, &e[0]);

	if (given->type != EVENT_TYPE_COUNT) {
		e[n++] = *given;
	}
	return shop_record(s, e, n, actor, NULL, NULL, reterr);
}

static enum rc
begin_epoch(struct shop *s, int64_t from, const char *why, const char *actor,
	const struct event *given, struct err *reterr)
{
	struct journal_head head = journal_head(s->journal);
	struct event e[3] = {{.type = EVENT_REGISTER_RESTORED}};
	char hash[2 * HASH_BYTES + 1];
	size_t n = 1;

	hex_encode(hash, head.hash, sizeof(head.hash));
	e[0].data.restored.from_epoch = from;
	e[0].data.restored.from_sequence = (int64_t)head.sequence;
	e[0].data.restored.from_hash = hash;
	e[0].data.restored.source = s->dir;
	n += shop_machine_event(s, "copy", why, &e[n]);
	if (given->type != EVENT_TYPE_COUNT) {
		e[n++] = *given;
	}
	return shop_record(s, e, n, actor, NULL, NULL, reterr);
}

enum rc
move_copy(const struct shop_conf *conf, const char *why, const char *actor,
	const struct event *given, uint32_t *ret_epoch, struct err *reterr)
{
	struct shop_conf c = *conf;
	struct shop *s = NULL;
	int64_t from = 0;
	enum rc rc;

	c.mode = SHOP_READ;
	rc = shop_open(&c, &s, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = s->store == NULL
		     ? err_set(reterr, RC_CORRUPT, 0, "move", "%s", s->trouble)
		     : RC_OK;
	if (rc == RC_OK) {
		struct store_head head;

		rc = store_head(s->store, &head, reterr);
		from = rc == RC_OK ? head.epoch : 0;
	}
	shop_close(s);
	s = NULL;
	c.mode = SHOP_WRITE;
	c.epoch = restore_epoch(from, &c.clock);
	if (rc == RC_OK) {
		rc = shop_open(&c, &s, reterr);
	}
	if (rc == RC_OK && !s->moved) {
		rc = err_set(reterr, RC_EXISTS, 0, "move",
			"somebody said meanwhile what became of the other "
			"machine");
	}
	if (rc == RC_OK) {
		rc = begin_epoch(s, from, why, actor, given, reterr);
	}
	if (rc == RC_OK) {
		*ret_epoch = c.epoch;
	}
	shop_close(s);
	return rc;
}
