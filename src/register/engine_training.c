/* SPDX-License-Identifier: Apache-2.0 */
/* Training: the same register, recorded in the same journal, in a series of
 * its own.  Whatever is done in it is marked, and counts nowhere. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

void
engine_training_start(struct engine *e, const struct store_state *state)
{
	struct sbuf b;

	memset(&e->other, 0, sizeof(e->other));
	e->other.next_sale = state->next_training;
	e->other.next_parked = 1;
	sbuf_init(&b, e->other.prefix, sizeof(e->other.prefix));
	sbuf_puts(&b, state->number_prefix);
	sbuf_puts(&b, "-T");
}

void
engine_training(struct engine *e, struct act *act)
{
	if (e->basket.n_line > 0) {
		engine_refuse(act, WORD_TRAINING, "%s",
			e->training
				? _("Finish or cancel the sale that is being "
				    "practiced, then TR.")
				: _("A sale is open: finish or park it, then "
				    "TR."));
		return;
	}
	engine_what(e, _("Training mode"), NULL, NULL);
	if (!engine_permit(e, act, PERMIT_TRAINING, 0)) {
		return;
	}
	act->event[0].type =
		e->training ? EVENT_TRAINING_ENDED : EVENT_TRAINING_STARTED;
	act->event[0].data.training.next =
		(int64_t)(e->training ? e->series.next_sale
				      : e->other.next_sale);
	act->n = 1;
	e->wait = WAIT_TRAINING;
	engine_say(act, "%s",
		e->training ? _("Training is over: from here on it counts.")
			    : _("Training: nothing is sold.  TR leaves it."));
}

void
engine_settle_training(struct engine *e)
{
	struct engine_series now = e->series;

	engine_return_end(e);
	engine_empty(e);
	e->training = !e->training;
	e->series = e->other;
	e->other = now;
	if (e->training) {
		/* what was parked in the training before is gone */
		e->series.next_parked = 1;
		e->series.n_parked = 0;
	}
	e->has_prev = false;
}

/* What reads or changes the real drawer and books is no practice. */
bool
engine_trains(struct engine *e, struct act *act, enum command c)
{
	static const enum command real[] = {CMD_XR, CMD_PI, CMD_PX, CMD_PU,
		CMD_CT, CMD_ZR, CMD_ST, CMD_KR, CMD_KC, CMD_KL, CMD_KE, CMD_KS,
		CMD_KT, CMD_MZ, CMD_YZ, CMD_OD, CMD_OS, CMD_CS, CMD_HO, CMD_FL,
		CMD_SD, CMD_RT, CMD_MV};

	bool may = true;

	for (size_t i = 0; i < ARRAY_LEN(real) && e->training; i++) {
		may = may && c != real[i];
	}
	if (may) {
		return true;
	}
	engine_refuse(act, WORD_TRAINING, "%s",
		_("Not in training: TR leaves it first."));
	return false;
}

/* What happens to the register itself is real. */
void
engine_mark_training(const struct engine *e, struct act *act)
{
	size_t i;

	if (!e->training) {
		return;
	}
	for (i = 0; i < act->n; i++) {
		act->event[i].training = event_may_train(act->event[i].type);
	}
}
