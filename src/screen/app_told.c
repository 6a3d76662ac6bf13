/* SPDX-License-Identifier: Apache-2.0 */
/* What came of inputs, whoever gave them: a hand, or the till for a scale and a
 * card terminal, while the cashier looked elsewhere. */
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

#define SHIFT_US ((int64_t)250000) /* of a finger on its way */

void
app_change_over(struct app *a, bool training)
{
	/* what was practiced never stands among what counts, nor the reverse */
	if (till_view(a->till)->state != ENGINE_READY ||
		till_view(a->till)->training != training) {
		a->show_change = false;
	}
}

void
app_replied(struct app *a, const struct reply *r)
{
	if (coach_follow(&a->coach, till_view(a->till)) &&
		a->msg_level != MSG_STOP) {
		/* what was done is praise enough; the next step shows */
		app_say(a, MSG_INFO, "");
	}
	deals_follow(a, r->ok && !r->sold);
	people_follow(a);
	card_follow(a);
}

/* It may be in the middle of something: kept for the next tick. */
static void
on_told(void *arg, const struct input *in, const struct reply *r)
{
	struct app *a = arg;
	size_t at = a->n_told < TOLD_MAX ? a->n_told : TOLD_MAX - 1;

	if (in == a->giving) {
		return;
	}
	a->n_told = at + 1;
	a->told[at].kind = in->kind;
	memset(&a->told[at].card, 0, sizeof(a->told[at].card));
	if (in->kind == INPUT_CARD && in->card != NULL &&
		in->card->result != NULL) {
		a->told[at].card = *in->card->result;
	}
	a->told[at].reply = *r;
}

void
app_listen(struct app *a, bool on)
{
	till_told(a->till, on ? on_told : NULL, a);
}

static bool
is_about_terminal(const struct app *a, size_t i)
{
	enum pinpad_op op = a->told[i].card.op;

	return a->told[i].kind == INPUT_CARD &&
	       (op == PINPAD_CLOSE || op == PINPAD_TOTALS ||
		       op == PINPAD_STATUS);
}

/* Words of a refusal are the terminal's or the scale's: nothing was keyed that
 * a box or a search could mend. */
static void
take_one(struct app *a, size_t i)
{
	const struct reply *r = &a->told[i].reply;

	app_change_over(a, till_view(a->till)->training);
	if (r->text[0] != '\0' && !r->ok) {
		app_attention(a, r->text);
	} else if (r->ok && a->told[i].kind != INPUT_WEIGHT) {
		app_say(a, MSG_INFO, r->text);
	}
	if (r->sold) {
		a->show_change = true;
	}
	app_replied(a, r);
	if (r->ok && is_about_terminal(a, i)) {
		terminal_open(a, &a->told[i].card);
	}
	if (a->told[i].kind != INPUT_WEIGHT) {
		app_shifted(a); /* paid, or not: no key was meant for that */
	}
}

void
app_take_told(struct app *a)
{
	size_t n = a->n_told;

	for (size_t i = 0; i < n; i++) {
		take_one(a, i);
	}
	a->n_told = 0;
	if (n > 0) {
		app_follow(a);
	}
	weigh_tell(a);
}

void
app_shifted(struct app *a)
{
	a->shift.on = true;
	a->shift.painted = false;
}

void
app_shift_painted(struct app *a, struct mono now)
{
	if (a->shift.on && !a->shift.painted) {
		a->shift.painted = true;
		a->shift.at = now.us;
	}
}

bool
app_astray(struct app *a, const struct key_event *ev)
{
	if (a->shift.on && a->shift.painted &&
		ev->at.us - ev->slack_us >= a->shift.at + SHIFT_US) {
		a->shift.on = false;
	}
	return a->shift.on;
}
