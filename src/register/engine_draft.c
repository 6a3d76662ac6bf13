/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts of the configuration: looked at, approved by somebody who did not
 * write them, dropped. */
#include <string.h>

#include "base/i18n.h"
#include "register/config_draft.h"
#include "register/engine_internal.h"

#include "base/poison.h"

static bool
find(struct engine *e, struct act *act, const char *name,
	struct config_draft *ret)
{
	struct err err = {0};
	enum rc rc = e->ports.draft == NULL
			     ? RC_NOTFOUND
			     : e->ports.draft(e->ports.arg, name, ret, &err);

	if (rc == RC_NOTFOUND || rc == RC_INVAL) {
		engine_refuse(act, WORD_NO_DRAFT,
			_("There is no draft %.20s: CD lists them."), name);
	} else if (rc != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE, "%s", err.msg);
	}
	return rc == RC_OK;
}

static void
name_it(struct engine *e, const struct config_draft *d)
{
	char what[96];
	struct sbuf b;

	sbuf_init(&b, what, sizeof(what));
	/* cells: 42 */
	sbuf_printf(&b, _("draft %llu of operator %s"),
		(unsigned long long)d->sequence, d->author);
	engine_what(e, what, NULL, NULL);
}

/* Its author may approve others', never this one: somebody else is asked as if
 * they could not. */
static bool
asks_other(struct engine *e, struct act *act, const struct config_draft *d)
{
	char role[sizeof(e->role)];
	bool may, own = strcmp(e->operator_no, d->author) == 0;
	struct sbuf b;

	if (!own) {
		return engine_permit(e, act, PERMIT_CONFIG_APPROVE, 0);
	}
	memcpy(role, e->role, sizeof(role));
	e->role[0] = '\0';
	may = engine_permit(e, act, PERMIT_CONFIG_APPROVE, 0);
	memcpy(e->role, role, sizeof(role));
	if (!may) {
		sbuf_init(&b, e->question.rule, sizeof(e->question.rule));
		/* cells: 42 */
		sbuf_puts(&b, _("nobody approves a draft of their own"));
	}
	return may;
}

static const char *
keep(struct engine *e, const char *s)
{
	return arena_text(&e->arena, s, strlen(s));
}

static void
approve(struct engine *e, struct act *act, const struct config_draft *d)
{
	struct event_draft_approved *a = &act->event[0].data.draft_approved;
	const char *who;
	struct err err = {0};

	name_it(e, d);
	if (!asks_other(e, act, d)) {
		return;
	}
	who = engine_approver(e) != NULL ? engine_approver(e) : e->operator_no;
	a->version = keep(e, d->version);
	a->author = keep(e, d->author);
	a->effective = d->effective;
	if (a->version == NULL || a->author == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE, _("Key it again."));
		return;
	}
	act->event[0].type = EVENT_CONFIG_APPROVED;
	if (e->ports.draft_admit(e->ports.arg, &act->event[0], who, &err) !=
		RC_OK) {
		engine_refuse(act, WORD_DRAFT, "%s", err.msg);
		return;
	}
	act->n = 1;
	act->reply.drafts = true;
	(void)engine_copy(act->actor, sizeof(act->actor), who);
	e->wait = WAIT_NOTHING;
	engine_say(act,
		d->effective.us > 0
			? _("Draft %llu is approved; it becomes active at its "
			    "time.")
			: _("Draft %llu is approved; it is active with the "
			    "next sale."),
		(unsigned long long)d->sequence);
}

static void
drop(struct engine *e, struct act *act, const struct config_draft *d)
{
	struct event_draft_dropped *x = &act->event[0].data.draft_dropped;

	name_it(e, d);
	if (!engine_permit(e, act, PERMIT_SETTINGS, 0)) {
		return;
	}
	x->version = keep(e, d->version);
	if (x->version == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE, _("Key it again."));
		return;
	}
	act->event[0].type = EVENT_CONFIG_DROPPED;
	act->n = 1;
	act->reply.drafts = true;
	if (engine_approver(e) != NULL) {
		(void)engine_copy(
			act->actor, sizeof(act->actor), engine_approver(e));
	}
	e->wait = WAIT_NOTHING;
	engine_say(act, _("Draft %llu is dropped."),
		(unsigned long long)d->sequence);
}

void
engine_drafts(struct engine *e, struct act *act, enum command command,
	const char *name)
{
	struct config_draft d;

	if (name[0] == '\0' && command == CMD_CD) {
		engine_what(e, _("Drafts"), NULL, NULL);
		if (engine_permit(e, act, PERMIT_SETTINGS, 0)) {
			act->reply.drafts = true;
			engine_say(act, "%s",
				_("Drafts: one is active when somebody else "
				  "has approved it."));
		}
		return;
	}
	if (e->training) {
		engine_refuse(act, WORD_TRAINING, "%s",
			_("Not in training: TR leaves it first."));
		return;
	}
	if (!find(e, act, name, &d)) {
		return;
	}
	if (command == CMD_CD) {
		approve(e, act, &d);
	} else {
		drop(e, act, &d);
	}
}
