/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The basket tried out: prices and discounts of all lines may follow from one,
 * and a line may bring another with it, so a change that is only to happen once
 * it is recorded is made on a copy, and either basket is whole at any time.
 *
 * A scan is put behind the lines there are, and stands when it fits: it needs
 * no copy, which of 2,000 lines would be 1.6 MB.
 */
#include <string.h>

#include "register/engine_internal.h"

#include "base/poison.h"

void
engine_trial(struct engine *e)
{
	e->before = e->basket;
	basket_move(&e->basket, e->spare);
}

void
engine_trial_add(struct engine *e)
{
	e->before = e->basket;
}

/* What was put in of the lines that were there is as it was, and all else
 * follows from it, so this cannot fail. */
void
engine_trial_add_undo(struct engine *e)
{
	e->basket = e->before;
	if (e->basket.n_line > 0) {
		(void)!basket_reprice(&e->basket);
	}
}

/* The memory that the basket does not stand in is the spare one. */
static void
stand(struct engine *e, const struct basket *b)
{
	e->spare = b->line == e->memory[0] ? e->memory[1] : e->memory[0];
	e->basket = *b;
}

void
engine_trial_undo(struct engine *e)
{
	stand(e, &e->before);
}

void
engine_trial_done(struct engine *e)
{
	stand(e, &e->basket);
}

void
engine_trial_keep(struct engine *e, enum wait wait, size_t idx)
{
	e->wait = wait;
	e->wait_idx = idx;
	e->wait_after = e->basket;
	stand(e, &e->before);
}

const struct basket_line *
engine_wait_line(const struct engine *e)
{
	return &e->wait_after.line[e->wait_idx];
}

void
engine_settle_trial(struct engine *e)
{
	uint32_t no = e->basket.n_line > 0 ? e->basket.line[e->selected].no : 0;
	size_t i = 0;

	stand(e, &e->wait_after);
	while (i + 1 < e->basket.n_line && e->basket.line[i].no < no) {
		i++;
	}
	e->selected = i;
}
