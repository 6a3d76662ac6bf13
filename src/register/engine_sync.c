/* SPDX-License-Identifier: Apache-2.0 */
/* The link to the hub: looked at, paused, and taken up again. */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "register/engine_internal.h"

#include "base/poison.h"

#define PAUSE_MAX 10080 /* minutes: a week */

static bool
is_linked(const struct engine *e)
{
	return e->ports.linked != NULL && e->ports.linked(e->ports.arg);
}

void
engine_sync(struct engine *e, struct act *act, const char *minutes)
{
	int64_t n = 0;

	if (!is_linked(e)) {
		engine_refuse(act, WORD_NO_HUB, "%s",
			_("This register belongs to no hub: holdfast sync "
			  "enroll ties it to one."));
		return;
	}
	if (minutes[0] == '\0') {
		act->reply.sync = true;
		return;
	}
	if (parse_i64(minutes, strlen(minutes), 0, PAUSE_MAX, &n) != RC_OK) {
		engine_refuse(act, WORD_BAD_QUANTITY, "%s",
			_("Minutes, up to a week: 30SY pauses, 0SY goes on."));
		return;
	}
	engine_what(
		e, n > 0 ? _("Pause sending") : _("Send again"), NULL, NULL);
	if (!engine_permit(e, act, PERMIT_SYNC, 0)) {
		return;
	}
	act->sync = n > 0 ? ACT_SYNC_PAUSE : ACT_SYNC_RESUME;
	act->minutes = n;
	if (n > 0) {
		engine_say(act,
			P_("Nothing is sent to the hub for %lld minute; "
			   "selling goes on.",
				"Nothing is sent to the hub for %lld minutes; "
				"selling goes on.",
				n),
			(long long)n);
	} else {
		engine_say(
			act, "%s", _("What waits is sent to the hub again."));
	}
}
