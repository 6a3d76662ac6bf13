/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "register/audit.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* Who did what: the journal, newest first, narrowed by words.  To look at it is
 * an act, and stands in it. */

#define AUDIT_ROWS 2000
#define DETAIL_ROWS 4

struct audit {
	struct rows rows;
	uint64_t seq[AUDIT_ROWS];
	uint64_t next; /* where to look further back, 0 nowhere */
	char filter[PROMPT_BYTES];
	struct audit_row at; /* the one that is drawn */
	struct totals day;   /* when it was opened; first 0: not known */
};

static const struct screen_ops audit_ops;

/* More rows behind those there are. */
static void
look_back(struct app *a, struct audit *s)
{
	struct err err = {.rc = RC_OK};
	size_t n = 0;

	if (s->next == 0 || s->rows.n == AUDIT_ROWS) {
		return;
	}
	if (audit_back(till_shop(a->till), s->next, s->filter,
		    s->seq + s->rows.n, AUDIT_ROWS - s->rows.n, &n, &s->next,
		    &err) != RC_OK) {
		app_attention(a, err.msg[0] != '\0'
					 ? err.msg
					 : _("The journal cannot be read "
					     "now."));
		return;
	}
	s->rows.n += n;
}

static void
begin(struct app *a, struct audit *s)
{
	s->rows.n = 0;
	s->rows.selected = 0;
	s->rows.top = 0;
	s->rows.shown = 0;
	s->next = shop_head(till_shop(a->till));
	look_back(a, s);
	if (s->rows.n == 0 && s->next > 0) {
		app_say(a, MSG_INFO,
			_("Nothing yet: PgDn looks further back."));
	} else if (s->rows.n == 0) {
		app_advise(a, _("No line fits: Esc takes all."));
	} else {
		app_say(a, MSG_INFO,
			_("Read-only.  That it was looked at is the newest "
			  "line."));
	}
}

void
audit_open(struct app *a, const struct reply *r)
{
	struct audit *s = app_room(a, sizeof(*s));

	if (s != NULL) {
		s->day = r->totals;
	}
	if (s != NULL && app_open(a, &audit_ops, s)) {
		begin(a, s);
	}
}

struct cells {
	const struct app *a;
	struct audit *s;
};

static void
put_time(const struct app *a, const struct audit_row *r, struct sbuf *out)
{
	struct civil t = utc_civil(r->time, r->tz_min);
	struct clock_reading now = clock_read(&a->clock);
	struct civil today = utc_civil(now.utc, now.tz_min);

	if (t.year == today.year && t.month == today.month &&
		t.day == today.day) {
		format_time(out, app_format(a), t, a->look.half_day, true);
	} else {
		format_day(out, app_format(a), t);
		sbuf_putc(out, ' ');
		format_time(out, app_format(a), t, false, false);
	}
}

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct cells *c = arg;
	struct audit_row *r = &c->s->at;

	/* the columns of a row come one after the other */
	if (r->sequence != c->s->seq[row] &&
		audit_row(till_shop(c->a->till), c->s->seq[row], r, NULL) !=
			RC_OK) {
		memset(r, 0, sizeof(*r));
		return;
	}
	switch (col) {
	case 0:
		sbuf_u64(out, r->sequence);
		break;
	case 1:
		put_time(c->a, r, out);
		break;
	case 2:
		sbuf_puts(out, r->actor);
		break;
	case 3:
		sbuf_puts(out, r->approver[0] != '\0' ? r->approver : "-");
		break;
	case 4:
		sbuf_puts(out, r->event);
		break;
	case 5:
		sbuf_puts(out, r->training ? "(T) " : "");
		sbuf_puts(out, r->detail);
		break;
	default:
		sbuf_puts(out, r->chained ? r->hash : "!!!!!");
		break;
	}
}

static void
draw_detail(struct app *a, const struct audit *s, int row)
{
	struct audit_row r;
	char buf[256];
	struct sbuf b;

	if (s->rows.n == 0 ||
		audit_row(till_shop(a->till), s->seq[s->rows.selected], &r,
			NULL) != RC_OK) {
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_u64(&b, r.sequence);
	sbuf_puts(&b, "  ");
	sbuf_puts(&b, r.event);
	sbuf_puts(&b, "  ");
	sbuf_puts(&b, r.detail);
	(void)grid_text(a->grid, row, 1, a->lay.cols - 2, ROLE_TOTAL, buf);
	sbuf_clear(&b);
	if (r.approver[0] != '\0') {
		/* cells: 76 */
		sbuf_printf(
			&b, _("by %s, approved by %s"), r.actor, r.approver);
	} else {
		/* cells: 76 */
		sbuf_printf(&b, _("by %s"), r.actor);
	}
	sbuf_printf(&b, "   hash %s...   ", r.hash);
	sbuf_puts(&b, r.chained
			      /* cells: 30 */
			      ? _("chain ok")
			      /* cells: 30 */
			      : _("CHAIN BROKEN: run holdfast verify"));
	(void)grid_text(a->grid, row + 1, 1, a->lay.cols - 2,
		r.chained ? ROLE_NORMAL : ROLE_STOP, buf);
}

/* What somebody looks for who opens this: since the last Z. */
static void
draw_day(struct app *a, const struct totals *t, int row)
{
	char buf[256], voided[64], given[64];
	struct sbuf b;

	if (t->first == 0) {
		return;
	}
	sbuf_init(&b, voided, sizeof(voided));
	app_put_money(a, &b, (struct money){t->void_amount});
	sbuf_init(&b, given, sizeof(given));
	app_put_money(a, &b, (struct money){t->discount});
	sbuf_init(&b, buf, sizeof(buf));
	if (t->emergencies > 0) {
		/* cells: 78 */
		sbuf_printf(&b,
			_("SINCE Z  EMERGENCY CODE %lld  voids %lld  prices "
			  "%lld  off %lld  no sale %lld"),
			(long long)t->emergencies,
			(long long)t->voids + (long long)t->line_voids,
			(long long)t->overrides, (long long)t->discounts,
			(long long)t->no_sales);
		(void)grid_text(
			a->grid, row, 1, a->lay.cols - 2, ROLE_STOP, buf);
		return;
	}
	/* cells: 78 */
	sbuf_printf(&b,
		_("SINCE Z  voids %lld (%s)  prices %lld  off %lld (%s)  no "
		  "sale %lld"),
		(long long)t->voids + (long long)t->line_voids, voided,
		(long long)t->overrides, (long long)t->discounts, given,
		(long long)t->no_sales);
	(void)grid_text(a->grid, row, 1, a->lay.cols - 2, ROLE_HEAD, buf);
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 7 */
		{N_("Seq"), 7, true, 0},
		/* cells: 11 */
		{N_("Time"), 11, false, 0},
		/* cells: 4 */
		{N_("Op"), 4, false, 0},
		/* cells: 4 */
		{N_("Appr"), 4, false, 0},
		/* cells: 17 */
		{N_("Event"), 17, false, 0},
		/* cells: 12 */
		{N_("Detail"), 0, false, 0},
		/* cells: 5 */
		{N_("Chain"), 5, false, 0},
	};
	struct audit *s = state;
	struct cells c = {.a = a, .s = s};
	int rows = a->lay.work_rows - DETAIL_ROWS;

	memset(&s->at, 0, sizeof(s->at));
	(void)widget_rows(a->grid, a->lay.work_row, 0, rows, a->lay.cols - 1,
		cols, ARRAY_LEN(cols), &s->rows, put_cell, &c);
	grid_rule(a->grid, a->lay.work_row + rows, 0, a->lay.cols, '-');
	draw_detail(a, s, a->lay.work_row + rows + 1);
	draw_day(a, &s->day, a->lay.work_row + rows + 3);
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("words, op=7, event=price, then Enter: filter   PgUp "
			 "PgDn   Esc back"));
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct audit *s = state;

	(void)a;
	if (s->next > 0) {
		/* cells: 40 */
		sbuf_printf(out, _("%zu lines, and more"), s->rows.n);
	} else {
		/* cells: 40 */
		sbuf_printf(
			out, P_("%zu line", "%zu lines", s->rows.n), s->rows.n);
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	struct audit *s = state;
	size_t page = (size_t)(a->lay.work_rows - DETAIL_ROWS - 1);

	if (action == ACTION_ACCEPT) {
		memcpy(s->filter, app_prompt(a)->text, sizeof(s->filter));
		begin(a, s);
	} else if (action == ACTION_CLEAR && s->filter[0] != '\0') {
		s->filter[0] = '\0';
		begin(a, s);
	} else if (action == ACTION_CLEAR) {
		app_close(a);
		app_say(a, MSG_INFO, "");
	} else {
		(void)rows_move(&s->rows, action, page);
		if (action != ACTION_HOME && action != ACTION_UP &&
			s->rows.selected + page >= s->rows.n) {
			look_back(a, s);
		}
	}
}

static const struct screen_ops audit_ops = {
	.bit = SCREEN_AUDIT,
	/* cells: 24 */
	.title = N_("AUDIT LOG"),
	/* cells: 12 */
	.label = N_("FILTER"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.close = app_free_state,
};
