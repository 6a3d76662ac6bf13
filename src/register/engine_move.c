/* SPDX-License-Identifier: Apache-2.0 */
/* The data came here from another machine, and somebody who may says that the
 * other one sells no more. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

static const char *
keep(struct engine *e, const char *text)
{
	return text == NULL ? NULL : arena_text(&e->arena, text, strlen(text));
}

void
engine_moved(struct engine *e, struct act *act, const char *why)
{
	struct event_moved *d = &act->event[0].data.moved;
	struct event found;

	engine_what(e, _("Register moved to this machine"), NULL, NULL);
	if (e->ports.moved == NULL || !e->ports.moved(e->ports.arg, &found)) {
		engine_refuse(act, WORD_BAD_ENTRY, "%s",
			_("The register is on its machine: there is nothing "
			  "to confirm."));
		return;
	}
	if (why[0] == '\0') {
		engine_refuse(act, WORD_REASON, "%s",
			_("Say why: key MV and the reason in words."));
		return;
	}
	if (!engine_permit(e, act, PERMIT_KEYS, 0)) {
		return;
	}
	d->from = keep(e, found.data.moved.from);
	d->to = keep(e, found.data.moved.to);
	d->how = "here";
	d->why = keep(e, why);
	d->approver = engine_approver(e);
	if (d->to == NULL || d->why == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE, "%s", _("Key it again."));
		return;
	}
	act->event[0].type = EVENT_REGISTER_MOVED;
	act->n = 1;
	e->wait = WAIT_NOTHING;
	/* cells: 75 */
	engine_say(act, "%s",
		_("The register is on this machine now; the other one sells "
		  "no more."));
}
