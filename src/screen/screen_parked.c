/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* The parked sales of this register, the oldest first. */

#define PARKED_MAX 256

struct parked {
	struct store_parked list[PARKED_MAX];
	struct rows rows;
};

static const struct screen_ops parked_ops;

void
parked_open(struct app *a)
{
	struct parked *s = app_room(a, sizeof(*s));
	struct err err = {.rc = RC_OK};

	if (s == NULL) {
		return;
	}
	if (till_parked(a->till, s->list, PARKED_MAX, &s->rows.n, &err) !=
		RC_OK) {
		free(s);
		app_attention(a, err.msg[0] != '\0'
					 ? err.msg
					 : _("The list cannot be shown now."));
		return;
	}
	(void)app_open(a, &parked_ops, s);
}

struct cells {
	const struct app *a;
	const struct parked *s;
};

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct cells *c = arg;
	const struct store_parked *p = &c->s->list[row];
	struct clock_reading r = clock_read(&c->a->clock);
	struct civil t = utc_civil(p->time, r.tz_min);

	switch (col) {
	case 0:
		sbuf_putc(out, 'P');
		sbuf_u64(out, p->number);
		break;
	case 1:
		format_time(
			out, app_format(c->a), t, c->a->look.half_day, false);
		break;
	case 2:
		app_put_age(c->a, out, p->time);
		break;
	case 3:
		sbuf_puts(out, p->actor);
		break;
	case 4:
		sbuf_printf(out, "%lld", (long long)p->n_line);
		break;
	default:
		app_put_money(c->a, out, (struct money){p->total});
		break;
	}
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 10 */
		{N_("Sale"), 10, false, 0},
		/* cells: 7 */
		{N_("Parked"), 7, false, 0},
		/* cells: 6 */
		{N_("Age"), 6, true, 0},
		/* cells: 12 */
		{N_("Cashier"), 0, false, 0},
		/* cells: 6 */
		{N_("Lines"), 6, true, 0},
		/* cells: 12 */
		{N_("Total"), 12, true, 0},
	};
	struct parked *s = state;
	struct cells c = {.a = a, .s = s};

	(void)widget_rows(a->grid, a->lay.work_row, 0, a->lay.work_rows,
		a->lay.cols - 1, cols, ARRAY_LEN(cols), &s->rows, put_cell, &c);
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("Up/Down move   Enter or number Enter recall   Esc "
			 "back"));
}

static void
recall(struct app *a, const struct parked *s)
{
	char buf[32];
	struct sbuf b;
	size_t idx = 0;

	if (!rows_pick(&s->rows, app_prompt(a)->text, &idx)) {
		app_attention(a, _("There is no parked sale of that number in "
				   "the list."));
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, "PK");
	sbuf_u64(&b, s->list[idx].number);
	app_close(a);
	(void)app_entry(a, buf);
}

static void
act(struct app *a, void *state, enum action action)
{
	struct parked *s = state;

	if (action == ACTION_ACCEPT || action == ACTION_PARK) {
		recall(a, s);
	} else if (action == ACTION_CLEAR) {
		app_close(a);
	} else {
		(void)rows_move(&s->rows, action, (size_t)a->lay.work_rows - 2);
	}
}

static void
give_back(struct app *a, void *state)
{
	(void)a;
	free(state);
}

static const struct screen_ops parked_ops = {
	.bit = SCREEN_PARKED,
	/* cells: 24 */
	.title = N_("PARKED SALES"),
	/* cells: 12 */
	.label = N_("RECALL"),
	.draw = draw,
	.hint = hint,
	.act = act,
	.close = give_back,
};
