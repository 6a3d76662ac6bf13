/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "register/document.h"
#include "register/entry.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* Text to read: the live keys, the last receipt, a report.  Typing or scanning
 * closes it and goes on selling. */

#define VIEW_FIRST ((size_t)65536)
#define VIEW_PARKED 256
#define VIEW_LAST ((size_t)8 << 20)

static bool
make_room(struct app *a, size_t cap)
{
	char *p;

	if (a->view_cap >= cap) {
		return true;
	}
	p = realloc(a->view, cap);
	if (p == NULL) {
		app_attention(a, "Not enough memory to show this.");
		return false;
	}
	a->view = p;
	a->view_cap = cap;
	return true;
}

static void
open_view(struct app *a, const struct screen_ops *ops, const char *title)
{
	struct sbuf b;
	const char *p;

	sbuf_init(&b, a->view_title, sizeof(a->view_title));
	sbuf_puts(&b, title);
	a->view_top = 0;
	a->view_lines = 0;
	for (p = a->view; *p != '\0'; p++) {
		if (*p == '\n') {
			a->view_lines++;
		}
	}
	if (p > a->view && p[-1] != '\n') {
		a->view_lines++;
	}
	if (a->over == NULL || a->over->view == false) {
		a->under = a->over;
	}
	a->over = ops;
}

static void
put_key(struct sbuf *b, const char *key, const char *help)
{
	size_t n = strlen(key);

	sbuf_puts(b, "  ");
	sbuf_puts(b, key);
	sbuf_fill(b, ' ', n < 13 ? 13 - n : 1);
	sbuf_puts(b, help);
	sbuf_putc(b, '\n');
}

void
view_help(struct app *a)
{
	enum screen_bit bit = app_screen(a)->bit;
	struct sbuf b;
	size_t i;

	if (!make_room(a, VIEW_FIRST)) {
		return;
	}
	sbuf_init(&b, a->view, a->view_cap);
	for (i = 0; i < keymap_n; i++) {
		if ((keymap[i].screens & (unsigned)bit) != 0 &&
			keymap[i].key != NULL) {
			put_key(&b, keymap[i].key, keymap[i].help);
		}
	}
	put_key(&b, "Ctrl-F 1..0", "F1 to F10 where there are no F-keys");
	put_key(&b, "Ctrl-L", "paint the screen anew");
	if ((bit & (SCREEN_READY | SCREEN_SALE | SCREEN_PAY)) != 0) {
		sbuf_puts(&b, "\n  12*          quantity of the next item\n"
			      "\n  Letters and Enter:\n");
		for (i = 0; i < command_table_n; i++) {
			put_key(&b, command_table[i].letters,
				command_table[i].what);
		}
		put_key(&b, "R", "the last receipt on the screen");
	}
	open_view(a, &screen_view_ops, "KEYS THAT WORK NOW");
}

void
view_receipt(struct app *a)
{
	struct err err = {.rc = RC_OK};
	enum rc rc = RC_OK;
	struct sbuf b;
	size_t cap;

	for (cap = VIEW_FIRST; cap <= VIEW_LAST; cap *= 4) {
		if (!make_room(a, cap)) {
			return;
		}
		sbuf_init(&b, a->view, a->view_cap);
		rc = till_last_receipt(a->till, &b, &err);
		if (rc != RC_RANGE && sbuf_ok(&b)) {
			break;
		}
	}
	if (rc == RC_NOTFOUND) {
		app_attention(a, "No sale has been made yet, so there is no "
				 "receipt.");
	} else if (rc != RC_OK) {
		app_attention(a, err.msg[0] != '\0'
					 ? err.msg
					 : "The receipt cannot be shown now.");
	} else {
		open_view(a, &screen_receipt_ops, "LAST RECEIPT");
	}
}

void
view_report(struct app *a, const struct totals *t)
{
	struct clock_reading r = clock_read(&a->clock);
	struct err err = {.rc = RC_OK};
	struct sbuf b;

	if (!make_room(a, VIEW_FIRST)) {
		return;
	}
	sbuf_init(&b, a->view, a->view_cap);
	if (document_report_text(till_config(a->till), t, r.utc, r.tz_min, &b,
		    &err) != RC_OK) {
		app_attention(a, err.msg);
		return;
	}
	open_view(a, &screen_view_ops, "X REPORT");
}

static void
put_parked(const struct app *a, const struct store_parked *p, struct sbuf *b)
{
	struct clock_reading r = clock_read(&a->clock);
	struct civil c = utc_civil(p->time, r.tz_min);
	char amount[32];
	struct sbuf m;

	sbuf_init(&m, amount, sizeof(amount));
	app_put_money(a, &m, (struct money){p->total});
	sbuf_printf(b,
		"%4llu   %04d-%02d-%02d %02d:%02d   %5lld line%s  %14s\n",
		(unsigned long long)p->number, c.year, c.month, c.day, c.hour,
		c.minute, (long long)p->n_line, p->n_line == 1 ? " " : "s",
		amount);
}

void
view_parked(struct app *a)
{
	struct store_parked list[VIEW_PARKED];
	struct err err = {.rc = RC_OK};
	struct sbuf b;
	size_t n = 0;

	if (!make_room(a, VIEW_FIRST)) {
		return;
	}
	if (till_parked(a->till, list, VIEW_PARKED, &n, &err) != RC_OK) {
		app_attention(a, err.msg[0] != '\0'
					 ? err.msg
					 : "The list cannot be shown now.");
		return;
	}
	sbuf_init(&b, a->view, a->view_cap);
	for (size_t i = 0; i < n; i++) {
		put_parked(a, &list[i], &b);
	}
	open_view(a, &screen_parked_ops, "PARKED SALES, THE OLDEST FIRST");
}

static size_t
page(const struct app *a)
{
	return (size_t)(a->lay.work_rows - 2);
}

static void
draw(struct app *a)
{
	int row = a->lay.work_row;
	const char *p = a->view, *end;
	size_t skip = a->view_top, n;

	(void)grid_text(
		a->grid, row, 4, a->lay.cols - 5, ROLE_HEAD, a->view_title);
	while (skip > 0 && (end = strchr(p, '\n')) != NULL) {
		p = end + 1;
		skip--;
	}
	for (n = 0; n < page(a) && *p != '\0'; n++) {
		char line[512];
		size_t len = strcspn(p, "\n");
		size_t cut = len < sizeof(line) - 1 ? len : sizeof(line) - 1;

		memcpy(line, p, cut);
		line[cut] = '\0';
		row++;
		(void)grid_text(a->grid, row + 1, 4, a->lay.cols - 5,
			ROLE_NORMAL, line);
		p += len;
		if (*p == '\n') {
			p++;
		}
	}
}

static void
hint(const struct app *a, struct sbuf *out)
{
	size_t last = a->view_top + page(a);

	if (a->view_lines > page(a)) {
		sbuf_printf(out, "lines %zu-%zu of %zu   arrows PgUp PgDn   ",
			a->view_top + 1,
			last < a->view_lines ? last : a->view_lines,
			a->view_lines);
	}
	sbuf_puts(out, "Esc or Enter back");
	if (a->over == &screen_receipt_ops) {
		sbuf_puts(out, "   F8 prints a copy");
	} else if (a->over == &screen_parked_ops) {
		sbuf_puts(out, "   number F5 brings it back");
	}
}

static void
move(struct app *a, enum action action)
{
	size_t most = a->view_lines > page(a) ? a->view_lines - page(a) : 0;
	size_t step = 1;

	if (action == ACTION_PGUP || action == ACTION_PGDN) {
		step = page(a);
	} else if (action == ACTION_HOME || action == ACTION_END) {
		step = a->view_lines;
	}
	if (action == ACTION_UP || action == ACTION_PGUP ||
		action == ACTION_HOME) {
		a->view_top -= step < a->view_top ? step : a->view_top;
	} else {
		a->view_top += step;
	}
	if (a->view_top > most) {
		a->view_top = most;
	}
}

static void
act(struct app *a, enum action action)
{
	if (action == ACTION_CLEAR || action == ACTION_ACCEPT) {
		app_close(a);
	} else if (action == ACTION_COPY) {
		(void)app_entry(a, "RP");
	} else if (action == ACTION_PARK) {
		app_close(a);
		(void)app_entry(a, "PK");
	} else {
		move(a, action);
	}
}

const struct screen_ops screen_view_ops = {
	.bit = SCREEN_VIEW,
	.title = "READ",
	.label = "READ",
	.view = true,
	.draw = draw,
	.hint = hint,
	.act = act,
};

const struct screen_ops screen_receipt_ops = {
	.bit = SCREEN_RECEIPT,
	.title = "RECEIPT",
	.label = "READ",
	.view = true,
	.draw = draw,
	.hint = hint,
	.act = act,
};

const struct screen_ops screen_parked_ops = {
	.bit = SCREEN_PARKED,
	.title = "PARKED",
	.label = "READ",
	.view = true,
	.draw = draw,
	.hint = hint,
	.act = act,
};
