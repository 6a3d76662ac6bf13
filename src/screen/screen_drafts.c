/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/config_draft.h"
#include "register/config_edit.h"
#include "register/config_try.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* Drafts of the configuration: what each would change, key by key, and what it
 * would have made of the last days' sales; approved here by somebody who did
 * not write it. */

#define LIST_ROWS 6 /* with its head */
#define CHANGES 400
#define CHANGE_BYTES 160
#define TRY_DAYS 7
#define VALUE_BYTES 1040
#define SHORT 8

struct drafts {
	struct config_draft list[DRAFTS_MAX];
	struct rows rows;
	uint64_t head;  /* of the journal, when it was read */
	uint64_t shown; /* the draft whose changes are these */
	char change[CHANGES][CHANGE_BYTES];
	size_t n_change, top;
	char tried[160];
	uint64_t approving, dropping; /* struck once */
};

static const struct screen_ops drafts_ops;

/* --- what a draft changes --- */

struct compare {
	struct drafts *s;
	const char *text; /* the other one */
	size_t len;
	bool gone; /* look for what the other lacks */
};

static void
add_change(struct drafts *s, const char *section, const char *key,
	const char *was, const char *is)
{
	struct sbuf b;

	if (s->n_change == CHANGES) {
		return;
	}
	sbuf_init(&b, s->change[s->n_change++], CHANGE_BYTES);
	sbuf_printf(&b, "[%s] %s: %s -> %s", section, key, was, is);
}

static void
compare_each(void *arg, const char *section, const char *key, const char *value)
{
	struct compare *c = arg;
	char other[VALUE_BYTES] = "";
	struct config_place p;
	struct sbuf b;
	bool has = config_find(c->text, c->len, section, key, &p);

	sbuf_init(&b, other, sizeof(other));
	if (has) {
		sbuf_write(&b, c->text + p.value, p.end - p.value);
	}
	if (c->gone && !has) {
		add_change(c->s, section, key, value, "-");
	} else if (!c->gone && (!has || strcmp(other, value) != 0)) {
		add_change(c->s, section, key, has ? other : "-", value);
	}
}

static void
put_tried(struct app *a, struct drafts *s, const char *text, size_t n)
{
	struct config *c = app_room(a, sizeof(*c));
	struct try_sums *t = app_room(a, sizeof(*t));
	struct sbuf b;

	sbuf_init(&b, s->tried, sizeof(s->tried));
	sbuf_clear(&b);
	if (c != NULL && t != NULL &&
		config_parse("draft", text, n, c, NULL) == RC_OK) {
		if (config_try(till_shop(a->till), c, TRY_DAYS, NULL, NULL, t,
			    NULL) == RC_OK) {
			/* cells: 30 */
			sbuf_printf(&b,
				P_("%lld sale of the last days: ",
					"%lld sales of the last days: ",
					t->sales),
				(long long)t->sales);
			config_try_words(t, c, &b);
		}
		config_release(c);
	}
	free(c);
	free(t);
}

static void
look_at(struct app *a, struct drafts *s)
{
	const struct config_draft *d = &s->list[s->rows.selected];
	struct shop *shop = till_shop(a->till);
	char *was = NULL, *is = NULL;
	size_t n_was = 0, n_is = 0;

	if (s->rows.n == 0 || s->shown == d->sequence) {
		return;
	}
	s->shown = d->sequence;
	s->n_change = 0;
	s->top = 0;
	s->tried[0] = '\0';
	if (shop_config_text(shop, &was, &n_was, NULL) == RC_OK &&
		config_draft_text(shop, d->sequence, &is, &n_is, NULL) ==
			RC_OK) {
		struct compare c = {s, was, n_was, false};

		config_each(is, n_is, compare_each, &c);
		c = (struct compare){s, is, n_is, true};
		config_each(was, n_was, compare_each, &c);
		put_tried(a, s, is, n_is);
	}
	free(was);
	free(is);
}

/* --- the list --- */

static enum rc
read_list(struct app *a, struct drafts *s, struct err *reterr)
{
	struct shop *shop = till_shop(a->till);
	enum rc rc =
		config_drafts(shop, s->list, DRAFTS_MAX, &s->rows.n, reterr);

	s->head = shop_head(shop);
	s->shown = 0;
	rows_fit(&s->rows);
	return rc;
}

void
drafts_open(struct app *a)
{
	struct drafts *s;
	struct err err = {.rc = RC_OK};

	for (size_t i = 0; i < a->depth; i++) {
		if (a->stack[i].ops == &drafts_ops) {
			return; /* it reads its list anew by itself */
		}
	}
	s = app_room(a, sizeof(*s));
	if (s == NULL) {
		return;
	}
	if (read_list(a, s, &err) != RC_OK) {
		free(s);
		app_attention(a, err.msg);
		return;
	}
	if (app_open(a, &drafts_ops, s) && s->rows.n == 0) {
		app_say(a, MSG_INFO,
			_("No draft waits: the settings save one, or holdfast "
			  "config draft."));
	}
}

static void
put_when(const struct app *a, struct sbuf *out, struct utc at)
{
	struct clock_reading r = clock_read(&a->clock);
	struct civil t = utc_civil(at, r.tz_min);

	format_date(out, app_format(a), t);
	sbuf_putc(out, ' ');
	format_time(out, app_format(a), t, a->look.half_day, false);
}

struct cells {
	const struct app *a;
	const struct drafts *s;
};

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct cells *c = arg;
	const struct config_draft *d = &c->s->list[row];

	switch (col) {
	case 0:
		sbuf_u64(out, d->sequence);
		break;
	case 1:
		sbuf_puts(out, d->author);
		break;
	case 2:
		sbuf_puts(out, d->approver[0] != '\0' ? d->approver : "-");
		break;
	case 3:
		if (d->effective.us > 0) {
			put_when(c->a, out, d->effective);
		} else {
			/* cells: 18 */
			sbuf_puts(out, _("when approved"));
		}
		break;
	case 4:
		sbuf_write(out, d->version, SHORT);
		break;
	default:
		sbuf_puts(out, d->note);
		break;
	}
}

static void
draw_changes(struct app *a, const struct drafts *s, int row, int end)
{
	int cols = a->lay.cols - 2;
	char buf[64];
	struct sbuf b;

	(void)grid_text(a->grid, row++, 1, cols, ROLE_TOTAL, s->tried);
	tape_line(a->grid->tape, s->tried);
	for (size_t i = s->top; i < s->n_change && row < end; i++) {
		if (row == end - 1 && i + 1 < s->n_change) {
			sbuf_init(&b, buf, sizeof(buf));
			/* cells: 40 */
			sbuf_printf(&b,
				P_("and %zu more change: PgDn",
					"and %zu more changes: PgDn",
					s->n_change - i),
				s->n_change - i);
			(void)grid_text(a->grid, row, 1, cols, ROLE_WARN, buf);
			tape_line(a->grid->tape, buf);
			break;
		}
		(void)grid_text(
			a->grid, row++, 1, cols, ROLE_NORMAL, s->change[i]);
		tape_line(a->grid->tape, s->change[i]);
	}
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 6 */
		{N_("Draft"), 6, true, 0},
		/* cells: 7 */
		{N_("Author"), 7, false, 0},
		/* cells: 9 */
		{N_("Approved"), 9, false, 0},
		/* cells: 18 */
		{N_("Active from"), 18, false, 0},
		/* cells: 8 */
		{N_("Version"), 8, false, 0},
		/* cells: 12 */
		{N_("Note"), 0, false, 0},
	};
	struct drafts *s = state;
	struct cells c = {.a = a, .s = s};
	int row = a->lay.work_row;

	if (s->head != shop_head(till_shop(a->till)) &&
		read_list(a, s, NULL) != RC_OK) {
		s->rows.n = 0;
	}
	look_at(a, s);
	(void)widget_rows(a->grid, row, 0, LIST_ROWS, a->lay.cols - 1, cols,
		ARRAY_LEN(cols), &s->rows, put_cell, &c);
	grid_rule(a->grid, row + LIST_ROWS, 0, a->lay.cols, '-');
	if (s->rows.n > 0) {
		draw_changes(a, s, row + LIST_ROWS + 1, row + a->lay.work_rows);
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("Up/Down move   PgDn changes   Enter twice approves   "
			 "- twice drops   Esc back"));
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct drafts *s = state;

	(void)a;
	if (s->rows.n > 0) {
		/* cells: 34 */
		sbuf_printf(out, _("Enter = approve draft %llu"),
			(unsigned long long)s->list[s->rows.selected].sequence);
	}
}

static void
enter(struct app *a, const struct config_draft *d, const char *letters)
{
	char buf[32];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_u64(&b, d->sequence);
	sbuf_puts(&b, letters);
	(void)app_entry(a, buf);
}

static void
approve(struct app *a, struct drafts *s, const struct config_draft *d)
{
	char buf[128];
	struct sbuf b;

	if (s->approving == d->sequence) {
		s->approving = 0;
		enter(a, d, "CD");
		return;
	}
	s->approving = d->sequence;
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 71 */
	sbuf_printf(&b,
		P_("Once more approves draft %llu: %zu change.",
			"Once more approves draft %llu: %zu changes.",
			s->n_change),
		(unsigned long long)d->sequence, s->n_change);
	app_attention(a, buf);
}

static void
drop(struct app *a, struct drafts *s, const struct config_draft *d)
{
	char buf[96];
	struct sbuf b;

	prompt_clear(app_prompt(a));
	if (s->dropping == d->sequence) {
		s->dropping = 0;
		enter(a, d, "XD");
		return;
	}
	s->dropping = d->sequence;
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 71 */
	sbuf_printf(&b, _("Once more drops draft %llu for good."),
		(unsigned long long)d->sequence);
	app_attention(a, buf);
}

static void
act(struct app *a, void *state, enum action action)
{
	struct drafts *s = state;
	const struct config_draft *d = &s->list[s->rows.selected];
	size_t page = (size_t)(a->lay.work_rows - LIST_ROWS - 3);

	if (action != ACTION_ACCEPT) {
		s->approving = 0;
	}
	if (action != ACTION_VOID) {
		s->dropping = 0;
	}
	if (action == ACTION_CLEAR) {
		app_close(a);
	} else if (action == ACTION_PGDN) {
		s->top += s->top + page < s->n_change ? page : 0;
	} else if (action == ACTION_PGUP) {
		s->top -= s->top < page ? s->top : page;
	} else if (action == ACTION_ACCEPT && app_prompt(a)->text[0] != '\0') {
		prompt_clear(app_prompt(a));
		app_attention(a, _("Move to a draft, then Enter."));
	} else if (action == ACTION_ACCEPT && s->rows.n > 0) {
		approve(a, s, d);
	} else if (action == ACTION_VOID && s->rows.n > 0) {
		drop(a, s, d);
	} else {
		(void)rows_move(&s->rows, action, 1);
	}
}

static const struct screen_ops drafts_ops = {
	.bit = SCREEN_DRAFTS,
	/* cells: 24 */
	.title = N_("DRAFTS"),
	/* cells: 12 */
	.label = N_("DRAFT"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.close = app_free_state,
};
