/* SPDX-License-Identifier: Apache-2.0 */
#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* What is added up from lines is computed where the lines are; here is who may,
 * and that it was done. */

void
engine_reports(struct engine *e, struct act *act, const char *what)
{
	struct event_report *d = &act->event[0].data.report;
	struct err err = {0};
	enum rc rc = RC_OK;

	engine_what(e, _("Reports"), NULL, NULL);
	if (what[0] != '\0' && e->ports.report == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE, "%s",
			_("Reports cannot be made now."));
		return;
	}
	if (!engine_permit(e, act, PERMIT_REPORTS, 0)) {
		return;
	}
	d->kind = "reports";
	if (what[0] != '\0') {
		rc = e->ports.report(e->ports.arg, what, d, &err);
	}
	if (rc == RC_INVAL) {
		engine_refuse(act, WORD_BAD_ENTRY, "%s",
			_("There is no such report or time: key RT sales, or "
			  "RT sales 12."));
		return;
	}
	if (rc != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The report cannot be made: %s"), err.msg);
		return;
	}
	act->event[0].type = EVENT_REPORT_PRINTED;
	act->n = 1;
	d->approver = engine_approver(e);
	act->reply.reports = what[0] == '\0';
	act->reply.report = what[0] != '\0';
	act->print_report = what[0] != '\0' && engine_has_printer(e);
	e->wait = WAIT_NOTHING;
	engine_say(act, "%s",
		act->reply.reports ? _("Reports; that they are looked at is "
				       "recorded.")
		: act->print_report
			? _("The report is printed; that is recorded.")
			: _("There is no printer: nothing was printed."));
}
