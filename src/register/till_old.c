/* SPDX-License-Identifier: Apache-2.0 */
/* A register whose disk is an older one than the hub has seen: an image that was
 * put back.  What it sold now would be printed and numbered a second time. */
#include <string.h>

#include "base/i18n.h"
#include "register/till_proof.h"
#include "register/till_sync_internal.h"

/* behind shop.h's own headers: config.h is the register's here */
#include "register/shop_internal.h"

#include "base/poison.h"

/* A copy may be as far as the hub, and is none of these then. */
static bool
may_be_old(const char *kind)
{
	return strcmp(kind, worker_fork_name(WORKER_ROLLBACK)) == 0 ||
	       strcmp(kind, worker_fork_name(WORKER_CLONE)) == 0;
}

/* The line that says so came behind all there was here. */
static bool
is_recorded(const struct store_hub *h)
{
	return h->refused_line != 0 && may_be_old(h->refused) &&
	       h->refused_sequence >= h->refused_line;
}

bool
till_old_by(const struct store_hub *h, const struct worker_state *w)
{
	/* the hub takes it again: that was put back itself since */
	return is_recorded(h) && (w == NULL || w->link != WORKER_ONLINE ||
					 w->fork != WORKER_FORK_NONE);
}

bool
till_old(const struct till *t)
{
	const struct till_link *l = t->sync != NULL ? &t->sync->link : NULL;

	return l != NULL && till_old_by(&l->hub, l->heard ? &l->state : NULL);
}

const char *
till_old_note(const struct till *t)
{
	return till_old(t)
		       /* cells: 140, two rows */
		       ? _("This disk is old: the hub has sales of this "
			   "register that it lacks. Nothing is sold here. The "
			   "owner: holdfast restore CODE --hub URL.")
		       : "";
}

bool
till_old_stops(struct till *t, const struct input *in)
{
	if (!till_old(t) || !till_waits(in)) {
		return false;
	}
	till_people_refuse(t, WORD_OLD_DISK, till_old_note(t));
	return true;
}
