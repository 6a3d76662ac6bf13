/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lay on the desk when the register ended.  An entry that was being
 * taken is done when the sale moved on behind the mark: its line is in the
 * basket, or what it did is in the journal.  The text was consumed by what
 * moved the sale, then.
 */
#include <string.h>

#include "register/till_internal.h"

#include "base/poison.h"

#define LOOK 1000 /* lines behind a mark that are read */

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
		EVENT_CONFIG_ACTIVATED,
		EVENT_CATALOG_IMPORTED,
		EVENT_RECEIPT_PRINTED,
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

static struct desk_mark
mark_now(const struct till *t)
{
	return desk_mark(engine_view(t->engine)->basket,
		t->shop->journal != NULL ? shop_head(t->shop) : 0);
}

static void
settle(struct till *t)
{
	struct desk_mark then, now = mark_now(t);
	bool any = desk_n_held(t->desk) > 0 || desk_text(t->desk)[0] != '\0';

	if (!desk_last_mark(t->desk, &then)) {
		return;
	}
	if (then.head > now.head || (any && trained_behind(t, then.head))) {
		/* of a journal that came from a backup, or of practice */
		desk_drop(t->desk);
	} else if (desk_moved(&then, &now) || acted_behind(t, then.head)) {
		if (desk_at_stake(t->desk)) {
			desk_pop(t->desk);
		}
		(void)desk_set_text(t->desk, "", 0);
	}
	desk_stake(t->desk, false);
	till_desk_write(t);
}

enum rc
till_desk_open(struct till *t, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = RC_RANGE;

	if (!t->shop->read_only) {
		rc = path_join(path, sizeof(path), t->shop->dir, "desk");
	}
	if (rc == RC_OK) {
		rc = desk_open(
			path, t->shop->keys, &t->shop->rng, &t->desk, reterr);
	}
	if (rc == RC_OK) {
		settle(t);
	} else if (rc != RC_NOMEM) {
		rc = desk_open(
			NULL, t->shop->keys, &t->shop->rng, &t->desk, reterr);
	}
	return rc;
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
till_desk_stake(struct till *t, bool yes)
{
	desk_stake(t->desk, yes);
}

void
till_desk_pop(struct till *t)
{
	desk_pop(t->desk);
}

void
till_desk_write(struct till *t)
{
	struct desk_mark now = mark_now(t);

	if (engine_view(t->engine)->training) {
		return;
	}
	if (desk_write(t->desk, &now, NULL) == RC_OK) {
		till_flush_due(t);
	}
}
