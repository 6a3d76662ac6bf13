/* SPDX-License-Identifier: Apache-2.0 */
/* The shop's devices: how each is, since when, and what to do about it. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"

#include "base/poison.h"

#define DETAIL_ROWS 6

struct page {
	struct rows rows;
	struct till_device list[CONFIG_DEVICES];
};

static const struct screen_ops devices_ops;

static void
read_list(struct app *a, struct page *s)
{
	s->rows.n = till_device_list(a->till, s->list, CONFIG_DEVICES);
	rows_fit(&s->rows);
}

void
devices_open(struct app *a)
{
	struct page *s = app_room(a, sizeof(*s));

	if (s != NULL) {
		read_list(a, s);
		if (app_open(a, &devices_ops, s)) {
			app_say(a, MSG_INFO, "");
		}
	}
}

static const char *
kind_of(const struct till_device *d)
{
	static const char *const kind[DEVICE_CLASS_COUNT] = {
		/* cells: 16 */
		[DEVICE_PRINTER] = N_("printer"),
		/* cells: 16 */
		[DEVICE_DRAWER] = N_("cash drawer"),
		/* cells: 16 */
		[DEVICE_PINPAD] = N_("card terminal"),
		/* cells: 16 */
		[DEVICE_SCANNER] = N_("scanner"),
		/* cells: 16 */
		[DEVICE_SCALE] = N_("scale"),
		/* cells: 16 */
		[DEVICE_DISPLAY] = N_("display"),
	};

	return d->driver != NULL ? _(kind[d->driver->class_]) : "";
}

/* --- as it looks ---------------------------------------------------------- */

struct cells {
	const struct app *a;
	const struct page *s;
};

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct cells *c = arg;
	const struct till_device *d = &c->s->list[row];
	struct utc since;

	switch (col) {
	case 0:
		sbuf_puts(out, d->name);
		break;
	case 1:
		sbuf_puts(out, kind_of(d));
		break;
	case 2:
		sbuf_puts(out, devices_word(d->word));
		break;
	case 3:
		if (devices_since(c->a, d->name, &since)) {
			app_put_age(c->a, out, since);
		}
		break;
	case 4:
		if (d->jobs > 0) {
			sbuf_u64(out, d->jobs);
		}
		break;
	default:
		sbuf_puts(out, d->driver != NULL ? d->driver->name : "");
		break;
	}
}

/* What a hand can do about it. */
static const char *
remedy_of(const struct till_device *d)
{
	enum device_class class_ =
		d->driver != NULL ? d->driver->class_ : DEVICE_CLASS_COUNT;

	if (!devices_bad(d)) {
		return "";
	}
	if (strcmp(d->word, "paper") == 0 || strcmp(d->word, "cover") == 0) {
		/* cells: 76 */
		return _("Put a new roll in and shut the cover; what waits "
			 "prints by itself.");
	}
	if (strcmp(d->word, "open") == 0) {
		/* cells: 76 */
		return _("Shut it.");
	}
	if (strcmp(d->word, "unknown") == 0) {
		/* cells: 76 */
		return _("KA Enter asks the terminal what became of the "
			 "payment.");
	}
	switch (class_) {
	case DEVICE_PRINTER:
		/* cells: 76 */
		return _("Cable, power, online lamp; then R.  What waits "
			 "prints by itself.");
	case DEVICE_PINPAD:
		/* cells: 76 */
		return _("Cable, power; then R.  Until then cash, or the "
			 "terminal by itself.");
	case DEVICE_SCALE:
		/* cells: 76 */
		return _("Cable, power, empty plate; then R.  Until then key "
			 "the weight: 734WT.");
	case DEVICE_SCANNER:
		/* cells: 76 */
		return _("Cable, power; then R.  Until then key the digits "
			 "under the bars.");
	case DEVICE_DRAWER:
		/* cells: 76 */
		return _("Cable, power; then R.  Until then its own key opens "
			 "it.");
	case DEVICE_DISPLAY:
	case DEVICE_CLASS_COUNT:
	case DEVICE_WORKER:
	default:
		/* cells: 76 */
		return _("Cable, power; then R tries it again.");
	}
}

static void
draw_detail(struct app *a, const struct till_device *d, int row)
{
	int w = a->lay.cols - 2;
	const struct config_device *c = NULL;
	const struct config *conf = till_config(a->till);
	char buf[DEVICE_TEXT_BYTES + CONFIG_VALUE_BYTES + 64];
	struct sbuf b;

	for (size_t i = 0; i < conf->n_device && c == NULL; i++) {
		c = strcmp(conf->device[i].name, d->name) == 0
			    ? &conf->device[i]
			    : NULL;
	}
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, d->name);
	if (c != NULL) {
		sbuf_puts(&b, "   ");
		sbuf_puts(&b, c->driver);
		sbuf_puts(&b, "   ");
		sbuf_puts(&b, c->port);
	}
	(void)grid_middle(a->grid, row++, 1, w, ROLE_TOTAL, buf);
	sbuf_clear(&b);
	devices_say(d, &b);
	if (b.len == 0) {
		/* cells: 70 */
		sbuf_puts(&b, _("It works."));
	}
	(void)grid_text(a->grid, row++, 1, w,
		devices_bad(d) ? ROLE_WARN : ROLE_NORMAL, buf);
	/* of paper and cover all is said */
	if (d->text[0] != '\0' && strcmp(d->word, "paper") != 0 &&
		strcmp(d->word, "cover") != 0) {
		(void)grid_text(a->grid, row, 1, w, ROLE_NORMAL, _(d->text));
	}
	row++;
	(void)grid_text(a->grid, row++, 1, w, ROLE_NORMAL, remedy_of(d));
	if (d->jobs > 0) {
		sbuf_clear(&b);
		/* cells: 70 */
		sbuf_printf(&b,
			P_("%u job waits for it; Q shows the receipts.",
				"%u jobs wait for it; Q shows the receipts.",
				d->jobs),
			d->jobs);
		(void)grid_text(a->grid, row, 1, w, ROLE_NORMAL, buf);
	}
}

static int
list_rows(const struct app *a)
{
	return a->lay.work_rows - DETAIL_ROWS - 1;
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 15 */
		{N_("Device"), 15, false, 0},
		/* cells: 16 */
		{N_("Kind"), 16, false, 0},
		/* cells: 8 */
		{N_("State"), 8, false, 0},
		/* cells: 6 */
		{N_("Since"), 6, true, 0},
		/* cells: 6 */
		{N_("Waits"), 6, true, 0},
		/* cells: 12 */
		{N_("Driver"), 0, false, 0},
	};
	struct page *s = state;
	struct cells c = {.a = a, .s = s};
	int rows = list_rows(a), row = a->lay.work_row;

	read_list(a, s);
	if (s->rows.n == 0) {
		(void)grid_text(a->grid, row + 1, 1, a->lay.cols - 2,
			ROLE_NORMAL, /* cells: 76 */
			_("No device is configured: ST, or [device NAME] in "
			  "holdfast.conf."));
		return;
	}
	(void)widget_rows(a->grid, row, 0, rows, a->lay.cols - 1, cols,
		ARRAY_LEN(cols), &s->rows, put_cell, &c);
	if (!a->grid->tight) {
		grid_rule(a->grid, row + rows, 0, a->lay.cols, '-');
	}
	draw_detail(a, &s->list[s->rows.selected], row + rows + 1);
}

static void
speak(const struct app *a, const void *state, struct sbuf *out)
{
	const struct page *s = state;
	const struct till_device *d;

	(void)a;
	if (s->rows.n == 0) {
		/* cells: 40 */
		sbuf_puts(out, _("No device is configured."));
		return;
	}
	d = &s->list[s->rows.selected];
	sbuf_puts(out, d->name);
	sbuf_putc(out, ' ');
	sbuf_puts(out, devices_word(d->word));
	sbuf_puts(out, ", ");
	sbuf_puts(out, kind_of(d));
	if (devices_bad(d)) {
		sbuf_putc(out, '\n');
		sbuf_puts(out, remedy_of(d));
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("T test   R try again   D open drawer   Q receipts   "
			 "Up/Down   Esc back"));
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct page *s = state;
	size_t idx = 0;

	if (!rows_pick(&s->rows, a->stack[a->depth - 1].prompt.text, &idx)) {
		/* cells: 28 */
		sbuf_puts(out, _("no row of that number"));
	} else {
		sbuf_puts(out, s->list[idx].name);
	}
}

/* --- what can be done ----------------------------------------------------- */

static void
say_of(struct app *a, const char *name, const char *text, bool well)
{
	char buf[256];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, name);
	sbuf_puts(&b, ": ");
	sbuf_puts(&b, text);
	if (well) {
		app_say(a, MSG_INFO, buf);
	} else {
		app_attention(a, buf);
	}
}

static void
try_again(struct app *a, const struct till_device *d)
{
	bool done = till_device_again(a->till, d->name);

	say_of(a, d->name,
		/* cells: 54 */
		done ? _("the line is opened again.")
		     /* cells: 54 */
		     : _("this version has no such driver."),
		done);
}

static void
test_printer(struct app *a, const struct till_device *d)
{
	bool done = till_device_test(a->till, d->name);

	say_of(a, d->name,
		/* cells: 54 */
		done ? _("a few rows are on their way to it.")
		     /* cells: 54 */
		     : _("nothing can be printed now."),
		done);
}

static void
test(struct app *a, const struct till_device *d)
{
	switch (d->driver != NULL ? d->driver->class_ : DEVICE_CLASS_COUNT) {
	case DEVICE_PRINTER:
		test_printer(a, d);
		break;
	case DEVICE_DRAWER:
		(void)app_entry(a, "NS");
		break;
	case DEVICE_PINPAD:
		app_entry_beneath(a, "KS");
		break;
	case DEVICE_SCANNER:
		probe_open(a);
		break;
	case DEVICE_SCALE:
		say_of(a, d->name,
			/* cells: 54 */
			_("key the code of goods by weight: they are weighed."),
			true);
		break;
	case DEVICE_DISPLAY:
	case DEVICE_CLASS_COUNT:
	case DEVICE_WORKER:
	default:
		say_of(a, d->name,
			/* cells: 54 */
			_("it has no test here: holdfast device test."), false);
		break;
	}
}

static void
do_letter(struct app *a, struct page *s, char c)
{
	const struct till_device *d = &s->list[s->rows.selected];

	if (c == 'D' || c == 'd') {
		(void)app_entry(a, "NS");
	} else if (c == 'Q' || c == 'q') {
		receipts_open(a);
	} else if (s->rows.n == 0) {
		app_attention(a, _("No device is configured."));
	} else if (c == 'T' || c == 't') {
		test(a, d);
	} else if (c == 'R' || c == 'r') {
		try_again(a, d);
	} else {
		app_remind(a, _("T tests, R tries again, D opens the drawer, Q "
				"shows receipts; Esc goes back."));
	}
}

/* "T", or "2T" for row 2: a letter acts at once. */
static void
typed(struct app *a, void *state)
{
	struct page *s = state;
	char letter;

	read_list(a, s);
	if (app_rows_letter(a, &s->rows, &letter)) {
		do_letter(a, s, letter);
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	struct page *s = state;

	if (action == ACTION_CHECK) {
		do_letter(a, s, 'T');
	} else if (action == ACTION_AGAIN) {
		do_letter(a, s, 'R');
	} else if (action == ACTION_RECEIPT) {
		do_letter(a, s, 'Q');
	} else {
		(void)app_rows_act(
			a, &s->rows, action, (size_t)list_rows(a) - 2);
	}
}

static const struct screen_ops devices_ops = {
	.bit = SCREEN_DEVICES,
	/* cells: 24 */
	.title = N_("DEVICES"),
	/* cells: 12 */
	.label = N_("DEVICE"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.typed = typed,
	.speak = speak,
	.close = app_free_state,
};
