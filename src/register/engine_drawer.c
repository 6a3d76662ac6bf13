/* SPDX-License-Identifier: Apache-2.0 */
/* Whose drawer it is: which one an act moves, whether there is one for cash, and
 * when it holds too much. */
#include <string.h>

#include "base/i18n.h"
#include "core/shift.h"
#include "register/engine_internal.h"

#include "base/poison.h"

void
engine_shift_load(struct engine *e)
{
	struct shifts now;

	/* one that cannot be read leaves what was known */
	if (e->ports.shifts != NULL &&
		e->ports.shifts(e->ports.arg, &now, NULL) == RC_OK) {
		e->shifts = now;
	}
}

const struct shift *
engine_shift(const struct engine *e)
{
	return e->operator_no[0] != '\0' ? shift_of(&e->shifts, e->operator_no)
					 : NULL;
}

bool
engine_shifts_on(const struct engine *e)
{
	return e->config->shifts || e->shifts.n_open > 0;
}

size_t
engine_drawer_no(const struct engine *e)
{
	const struct shift *x = engine_shift(e);

	if (x != NULL) {
		return (size_t)x->drawer;
	}
	return engine_shifts_on(e) ? 0 : 1;
}

bool
engine_may_cash(struct engine *e, struct act *act)
{
	if (e->training || !engine_shifts_on(e) || engine_shift(e) != NULL) {
		return true;
	}
	engine_refuse(act, WORD_NO_SHIFT,
		/* cells: 75 */
		_("Cash needs a drawer of your own: count it, then OS, like "
		  "20000OS."));
	return false;
}

void
engine_mark_shift(const struct engine *e, struct act *act)
{
	const struct shift *x = engine_shift(e);
	int64_t no = x != NULL ? x->number : 0;

	act->drawer_no =
		act->drawer_no != 0 ? act->drawer_no : engine_drawer_no(e);
	for (size_t i = 0; i < act->n && no != 0; i++) {
		struct event *ev = &act->event[i];
		int64_t *to =
			ev->type == EVENT_SALE_COMPLETED ? &ev->data.sale.shift
			: ev->type == EVENT_CASH_MOVED   ? &ev->data.cash.shift
			: ev->type == EVENT_CASH_COUNTED ? &ev->data.count.shift
			: ev->type == EVENT_DRAWER_OPENED
				? &ev->data.drawer.shift
				: NULL;

		if (to != NULL && *to == 0 && !ev->training) {
			*to = no;
		}
	}
}

static int64_t
cash_of(const struct event_sale *d)
{
	int64_t sum = 0;

	for (size_t i = 0; i < d->n_tender; i++) {
		bool cash = strcmp(d->tender[i].tender, "cash") == 0;

		sum += cash ? d->tender[i].amount : -d->tender[i].change;
	}
	return sum;
}

void
engine_drop_note(struct engine *e, struct act *act)
{
	const struct shift *x = engine_shift(e);
	char said[sizeof(act->reply.text)], text[AMOUNT_BYTES];
	struct totals t;
	int64_t holds;

	if (e->config->drop_above == 0 || act->n == 0 || e->training ||
		act->event[0].type != EVENT_SALE_COMPLETED ||
		e->ports.totals(e->ports.arg, &t, NULL) != RC_OK) {
		return;
	}
	holds = shifts_holds(&e->shifts, &t, x != NULL ? x->drawer : 1) +
		cash_of(&act->event[0].data.sale);
	if (holds < e->config->drop_above) {
		return;
	}
	memcpy(said, act->reply.text, sizeof(said));
	/* cells: 75 */
	engine_say(act, _("%s  More than %s in the drawer: drop some (SD)."),
		said,
		engine_amount(e, (struct money){e->config->drop_above}, text));
	act->reply.warn = true;
}
