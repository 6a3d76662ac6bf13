/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lay on the desk when the register ended.  What an entry did to the
 * basket and that it is done are one group of the draft.  One that was being
 * taken when an act was recorded is done when the journal has that act behind
 * the draft's mark; the text was used up by it, then.
 */
#include <string.h>
#include <unistd.h>

#include "register/draft_internal.h"
#include "register/till_internal.h"

#include "base/poison.h"

#define LOOK 1000 /* lines behind a mark that are read */
#define OLD_FILE "desk"

/* Not what a cashier keyed or scanned.  An age that was checked is a step on
 * the way: the item that asked for it is in the sale, or is refused, or still
 * waits. */
bool
till_is_aside(enum event_type type)
{
	static const enum event_type aside[] = {
		EVENT_REGISTER_INITIALIZED,
		EVENT_REGISTER_RECOVERED,
		EVENT_REGISTER_RESTORED,
		EVENT_REGISTER_MOVED,
		EVENT_CONFIG_ACTIVATED,
		EVENT_CONFIG_DRAFTED,
		EVENT_CONFIG_APPROVED,
		EVENT_CONFIG_DROPPED,
		EVENT_CATALOG_IMPORTED,
		EVENT_RECEIPT_PRINTED,
		EVENT_ORDER_PRINTED,
		EVENT_EXPORT_DONE,
		EVENT_CLOCK_JUMPED,
		EVENT_AGE_CHECKED,
		EVENT_PRICE_OVERRIDDEN, /* the same again changes nothing */
		EVENT_OPERATOR_SIGNED_ON,
		EVENT_OPERATOR_SIGNED_OFF,
		EVENT_OPERATOR_CHANGED,
		EVENT_OPERATOR_ATTEMPTED,
		EVENT_OPERATOR_REFUSED,
		EVENT_OPERATOR_UNLOCKED,
		EVENT_APPROVAL_GIVEN,
		EVENT_REGISTER_LOCKED,
		EVENT_REGISTER_UNLOCKED,
		EVENT_HUB_ENROLLED,
		EVENT_HUB_ACKNOWLEDGED,
		EVENT_HUB_QUARANTINED,
		EVENT_HUB_REFUSED,
		EVENT_FEED_FOLLOWED,
	};

	for (size_t i = 0; i < ARRAY_LEN(aside); i++) {
		if (aside[i] == type) {
			return true;
		}
	}
	return false;
}

static bool
acted_behind(struct till *t, uint64_t head)
{
	uint64_t now = shop_head(t->shop);

	for (uint64_t seq = head + 1; seq <= now; seq++) {
		const struct event *e;

		/* what cannot be read is rather taken for done: a scan that
		 * is missing shows, one that is doubled does not */
		if (seq - head > LOOK ||
			shop_event(t->shop, seq, NULL, &e, NULL) != RC_OK ||
			!till_is_aside(e->type)) {
			return true;
		}
	}
	return false;
}

/* What is practiced ends with the register: in training nothing is written, so
 * that one that began behind the mark took all of the desk with it. */
static bool
trained_behind(struct till *t, uint64_t head)
{
	uint64_t now = shop_head(t->shop);

	for (uint64_t seq = head + 1; seq <= now && seq - head <= LOOK; seq++) {
		const struct event *e;

		if (shop_event(t->shop, seq, NULL, &e, NULL) == RC_OK &&
			e->type == EVENT_TRAINING_STARTED) {
			return true;
		}
	}
	return false;
}

/* The journal is of a backup, or of practice, since. */
static bool
is_void(struct till *t, uint64_t head)
{
	bool any = !desk_is_empty(t->desk);

	return head > shop_head(t->shop) || (any && trained_behind(t, head));
}

/* What was used up of the desk, in the file of an older program. */
static enum rc
load_old(struct till *t, uint64_t *ret_head, bool *ret_found, bool *ret_used,
	struct err *reterr)
{
	struct desk_old_mark then = {0};
	char path[PATH_BYTES];
	enum rc rc = path_join(path, sizeof(path), t->shop->dir, OLD_FILE);

	*ret_found = false;
	if (rc == RC_OK) {
		/* no newer program wrote such a file */
		rc = desk_old_load(path,
			keys_sub_of(t->shop->keys, KEYS_DRAFT, 1), t->desk,
			&then, ret_found, reterr);
	}
	if (rc == RC_OK && *ret_found) {
		*ret_head = then.head;
		*ret_used =
			desk_old_moved(&then, engine_view(t->engine)->basket);
	}
	return rc == RC_NOMEM ? rc : RC_OK;
}

static void
settle(struct till *t, uint64_t head, bool used)
{
	if (is_void(t, head)) {
		desk_drop(t->desk);
	} else if (used || acted_behind(t, head)) {
		if (desk_at_stake(t->desk)) {
			desk_pop(t->desk);
		}
		(void)desk_set_text(t->desk, "", 0);
	}
	desk_unstake(t->desk);
}

/* Two files of an older program become one, before the second goes; one that
 * is torn becomes whole.  A sale that does not fit this configuration stays
 * where it is. */
static void
renew(struct till *t)
{
	const struct basket *b = engine_view(t->engine)->basket;
	char path[PATH_BYTES];
	bool old = draft_is_old(t->draft);

	if (t->note[0] != '\0' && !basket_is_begun(b)) {
		return;
	}
	if (t->draft_lacks || draft_is_torn(t->draft) ||
		(old && !desk_is_empty(t->desk))) {
		if (draft_renew(t->draft, b, NULL) != RC_OK) {
			return;
		}
	}
	if (path_join(path, sizeof(path), t->shop->dir, OLD_FILE) == RC_OK) {
		(void)unlink(path);
	}
}

enum rc
till_desk_open(struct till *t, struct err *reterr)
{
	uint64_t head = 0;
	bool found, used = false;
	enum rc rc = RC_OK;

	if (t->draft == NULL) {
		return RC_OK;
	}
	found = draft_desk_head(t->draft, &head);
	if (draft_is_old(t->draft)) {
		rc = load_old(t, &head, &found, &used, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	draft_at(t->draft, shop_head(t->shop));
	if (found) {
		settle(t, head, used);
	}
	renew(t);
	till_draft_write(t);
	return RC_OK;
}

const char *
till_desk(const struct till *t)
{
	return desk_text(t->desk);
}

size_t
till_desk_n(const struct till *t)
{
	return desk_n_held(t->desk);
}

const char *
till_desk_held(const struct till *t, size_t i)
{
	return desk_held(t->desk, i);
}

bool
till_desk_set(struct till *t, const char *text, size_t len)
{
	return desk_set_text(t->desk, text, len);
}

bool
till_desk_hold(struct till *t, const char *text, size_t len)
{
	return desk_hold(t->desk, text, len);
}

void
till_desk_stake(struct till *t)
{
	desk_stake(t->desk);
}

void
till_desk_pop(struct till *t)
{
	desk_pop(t->desk);
}

void
till_desk_write(struct till *t)
{
	if (t->draft != NULL) {
		draft_wait(t->draft);
	}
	till_draft_write(t);
}
