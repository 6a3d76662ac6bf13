/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* The keys of the screen beneath, from the keymap in force; a slash filters
 * them.  Typing or scanning closes it and goes on beneath. */

#define HELP_BYTES ((size_t)32768)

struct help {
	enum screen_bit bit; /* of the screen it is about */
	unsigned keymap_no;  /* of the map it was made of */
	char filter[PROMPT_BYTES];
	size_t top, lines;
	char text[HELP_BYTES];
};

static const struct screen_ops help_ops, filter_ops;

static void
put_fixed(const struct help *h, struct sbuf *b, const char *keys,
	const char *what)
{
	if (h->filter[0] == '\0') {
		sbuf_puts(b, "  ");
		sbuf_puts(b, keys);
		sbuf_fill(b, ' ', 17 - strlen(keys));
		sbuf_puts(b, what);
		sbuf_putc(b, '\n');
	}
}

/* What there is nothing to be done with has no line. */
static void
leave_out(struct sbuf *b, enum action action)
{
	const char *what = _(action_info(action)->help);
	char *at = b->p;

	while (*at != '\0') {
		size_t n = strcspn(at, "\n"), k = strlen(what);
		size_t all = n + (at[n] == '\n' ? 1 : 0);

		if (n > k && memcmp(at + n - k, what, k) == 0) {
			memmove(at, at + all, strlen(at + all) + 1);
			b->len -= all;
			return;
		}
		at += all;
	}
}

static void
make(const struct app *a, struct help *h)
{
	const char *p;
	struct sbuf b;

	sbuf_init(&b, h->text, sizeof(h->text));
	keymap_help(a->keymap, h->bit, h->filter, &b);
	if (till_link(a->till) == NULL) {
		leave_out(&b, ACTION_SYNC);
	}
	put_fixed(h, &b, "Ctrl-F 1..0",
		_("F1 to F10 where there are no F-keys; - is F11, = is F12"));
	put_fixed(h, &b, "Ctrl-L", _("paint the screen anew"));
	h->lines = 0;
	for (p = h->text; *p != '\0'; p++) {
		h->lines += *p == '\n';
	}
	h->keymap_no = a->keymap_no;
}

/* The text, made anew when the keymap file was saved meanwhile. */
static struct help *
current(const struct app *a)
{
	struct help *h = app_find(a, &help_ops);

	if (h != NULL && h->keymap_no != a->keymap_no) {
		make(a, h);
	}
	return h;
}

void
view_help(struct app *a)
{
	struct help *h;

	if (current(a) != NULL) {
		return;
	}
	h = app_room(a, sizeof(*h));
	if (h != NULL) {
		h->bit = app_screen(a)->bit;
		make(a, h);
		(void)app_open(a, &help_ops, h);
	}
}

static size_t
page(const struct app *a)
{
	return (size_t)(a->lay.work_rows - 2);
}

static void
draw(struct app *a, void *state)
{
	const struct help *h = current(a);
	int row = a->lay.work_row;
	size_t skip, n;
	const char *p;

	(void)state;
	if (h == NULL) {
		return;
	}
	p = h->text;
	(void)grid_text(a->grid, row, 4, a->lay.cols - 5, ROLE_HEAD,
		/* cells: 70 */
		_("KEYS THAT WORK NOW"));
	for (skip = h->top; skip > 0 && *p != '\0'; p++) {
		skip -= *p == '\n';
	}
	for (n = 0; n < page(a) && *p != '\0'; n++) {
		char line[512];
		size_t len = strcspn(p, "\n");
		struct sbuf b;

		sbuf_init(&b, line, sizeof(line));
		sbuf_write(&b, p, len);
		row++;
		(void)grid_text(a->grid, row + 1, 4, a->lay.cols - 5,
			line[0] == ' ' ? ROLE_NORMAL : ROLE_HEAD, line);
		p += len;
		if (*p == '\n') {
			p++;
		}
	}
	if (h->lines == 0) {
		(void)grid_text(a->grid, row + 2, 4, a->lay.cols - 5,
			ROLE_NORMAL,
			/* cells: 70 */
			_("No key here has these letters."));
	}
}

static void
put_place(const struct app *a, const struct help *h, struct sbuf *out)
{
	size_t last = h->top + page(a);

	if (h->lines > page(a)) {
		/* cells: 40 */
		sbuf_printf(out, _("lines %zu-%zu of %zu   PgUp PgDn   "),
			h->top + 1, last < h->lines ? last : h->lines,
			h->lines);
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	put_place(a, state, out);
	/* cells: 38 */
	sbuf_puts(out, _("/ filter   Esc or Enter back"));
}

static void
hint_filter(const struct app *a, const void *state, struct sbuf *out)
{
	const struct help *h = current(a);

	(void)state;
	if (h != NULL) {
		put_place(a, h, out);
	}
	/* cells: 38 */
	sbuf_puts(out, _("type letters of a word   Esc back"));
}

static void
move(const struct app *a, struct help *h, enum action action)
{
	size_t most = h->lines > page(a) ? h->lines - page(a) : 0;
	size_t step = 1;

	if (action == ACTION_PGUP || action == ACTION_PGDN) {
		step = page(a);
	} else if (action == ACTION_HOME || action == ACTION_END) {
		step = h->lines;
	}
	if (action == ACTION_UP || action == ACTION_PGUP ||
		action == ACTION_HOME) {
		h->top -= step < h->top ? step : h->top;
	} else {
		h->top += step;
	}
	if (h->top > most) {
		h->top = most;
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	struct help *h = current(a);

	(void)state;
	if (action == ACTION_CLEAR || action == ACTION_ACCEPT) {
		app_close(a);
	} else if (action == ACTION_FIND) {
		if (app_screen(a) == &help_ops) {
			(void)app_open(a, &filter_ops, NULL);
		}
	} else if (h != NULL) {
		move(a, h, action);
	}
}

/* Enter is done with both, Esc goes back to the whole list. */
static void
act_filter(struct app *a, void *state, enum action action)
{
	act(a, state, action);
	if (action == ACTION_ACCEPT) {
		app_close(a);
	}
}

static void
typed_filter(struct app *a, void *state)
{
	struct help *h = current(a);
	struct sbuf b;

	(void)state;
	if (h != NULL) {
		sbuf_init(&b, h->filter, sizeof(h->filter));
		sbuf_puts(&b, app_prompt(a)->text);
		h->top = 0;
		make(a, h);
	}
}

static void
close_filter(struct app *a, void *state)
{
	struct help *h = current(a);

	(void)state;
	if (h != NULL) {
		h->filter[0] = '\0';
		h->top = 0;
		make(a, h);
	}
}

static void
close_help(struct app *a, void *state)
{
	(void)a;
	free(state);
}

static const struct screen_ops help_ops = {
	.bit = SCREEN_HELP,
	/* cells: 24 */
	.title = N_("HELP"),
	/* cells: 12 */
	.label = N_("HELP"),
	.view = true,
	.draw = draw,
	.hint = hint,
	.act = act,
	.close = close_help,
};

static const struct screen_ops filter_ops = {
	.bit = SCREEN_HELP,
	/* cells: 24 */
	.title = N_("HELP"),
	/* cells: 12 */
	.label = N_("FILTER"),
	.draw = draw,
	.hint = hint_filter,
	.act = act_filter,
	.typed = typed_filter,
	.close = close_filter,
};
