/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"
#include "screen/item_facts.h"

#include "base/poison.h"

/* Keys, scans and the lock, tried out: each is a row that says how it was read,
 * what it means in a sale and what told so.  None of them does anything; what
 * is Esc in a sale leaves when it comes twice. */

#define PROBE_ROWS 64
#define DETAIL_ROWS 3
/* A run of keys at this pace that nobody knows for a scanner's. */
#define SLOW_US ((int64_t)150000)
#define SLOW_MIN 8

struct probe_row {
	char read[96];  /* as a keymap file spells it; the code */
	char means[96]; /* in a sale */
	char code[8];   /* two letters that do the same */
	char from[96];
};

struct probe {
	struct rows rows;
	struct probe_row row[PROBE_ROWS];
	bool leaving;            /* the last one was Esc */
	struct key_event turned; /* the lock, to be followed behind this */
	bool has_turned;
	/* keys that came like a slow scanner's */
	size_t n_run;
	int64_t run_at, run_gap;
};

static const struct screen_ops probe_ops;

/* --- how it was read ------------------------------------------------------- */

static void
put_read(const struct app *a, const struct key_event *ev, struct sbuf *out)
{
	struct keybind b = {.code = ev->code, .ch = ev->cp};
	size_t from = out->len;

	if (ev->code == KEYS_BROKEN) {
		/* cells: 24 */
		sbuf_puts(out, _("a key in pieces"));
		return;
	}
	if (ev->code == KEYS_COMMAND) {
		const char *code = action_info((enum action)ev->cp)->code;

		/* cells: 24 */
		sbuf_puts(
			out, code != NULL ? code : _("a command not allowed"));
		return;
	}
	if (ev->code == KEYS_KEYLOCK) {
		sbuf_printf(
			out, "keylock %c", ev->cp != 0 ? (char)ev->cp : '?');
		return;
	}
	if (ev->code == KEYS_TEXT) {
		b.code = KEYS_CHAR;
	} else if (ev->cp != 0 && ev->code >= KEYS_F1 && ev->code <= KEYS_F12) {
		b.code = KEYS_PREFIX;
	}
	if (b.code != KEYS_OTHER || b.ch != 0) {
		keymap_put_key(a->keymap, &b, out);
	}
	if (out->len == from) {
		/* cells: 24 */
		sbuf_puts(out, _("a key without a name"));
	}
}

/* What it does in a sale. */
static const struct keybind *
meaning(const struct app *a, const struct key_event *ev)
{
	return ev->code == KEYS_TEXT
		       ? NULL
		       : keymap_find(a->keymap, SCREEN_SALE, ev, "");
}

static void
put_meaning(
	const struct key_event *ev, const struct keybind *b, struct sbuf *out)
{
	if (b == NULL && (ev->code == KEYS_CHAR || ev->code == KEYS_TEXT)) {
		/* cells: 24 */
		sbuf_puts(out, _("text for the prompt"));
	} else if (b == NULL && ev->code == KEYS_REPAINT) {
		sbuf_puts(out, _(action_info(ACTION_REPAINT)->help));
	} else if (b == NULL) {
		/* cells: 24 */
		sbuf_puts(out, _("nothing"));
	} else if (b->action == ACTION_ENTRY) {
		sbuf_puts(out, b->entry);
	} else {
		sbuf_puts(
			out, _(b->help != NULL ? b->help
					       : action_info(b->action)->help));
	}
}

static void
put_frame(const struct keys_out *k, struct sbuf *out)
{
	if (k->device != NULL) {
		/* cells: 22 */
		sbuf_printf(out, _("frame of %s"), k->device);
	} else {
		/* cells: 22 */
		sbuf_puts(out, _("frame STX ETX"));
	}
}

static void
put_from(const struct keys_out *k, struct sbuf *out)
{
	if (k->source == KEYS_TOLD_FRAME) {
		put_frame(k, out);
	} else if (k->source == KEYS_TOLD_RHYTHM) {
		/* cells: 22 */
		sbuf_printf(out, _("pace, %d ms"), (int)(k->gap_us / 1000));
	} else if (k->source == KEYS_TOLD_READING) {
		/* cells: 22 */
		sbuf_puts(out, _("reads like a code"));
	} else if (k->key.code == KEYS_TEXT) {
		/* cells: 22 */
		sbuf_puts(out, _("paste"));
	} else {
		/* cells: 22 */
		sbuf_puts(out, _("key"));
	}
}

static void
put_scan(const struct app *a, const struct keys_out *k, struct probe_row *r)
{
	struct sbuf read, means;
	struct item item;
	size_t i;

	memset(&item, 0, sizeof(item));
	sbuf_init(&read, r->read, sizeof(r->read));
	for (i = 0; i < k->len; i++) {
		/* GS and its like, as a keymap file spells bytes */
		if ((unsigned char)k->text[i] < 0x20) {
			sbuf_printf(&read, "\\x%02x", (unsigned)k->text[i]);
		} else {
			sbuf_putc(&read, k->text[i]);
		}
	}
	sbuf_init(&means, r->means, sizeof(r->means));
	if (till_item(a->till, k->text, k->len, &item)) {
		app_put_money(a, &means, item_price(a, &item));
		sbuf_puts(&means, "  ");
		sbuf_puts(&means, item.name);
	} else {
		/* cells: 20 */
		sbuf_puts(&means, _("?? not on file"));
	}
}

static void
put_key(const struct app *a, const struct key_event *ev, struct probe_row *r)
{
	const struct keybind *b = meaning(a, ev);
	struct sbuf s;

	sbuf_init(&s, r->read, sizeof(r->read));
	put_read(a, ev, &s);
	sbuf_init(&s, r->means, sizeof(r->means));
	put_meaning(ev, b, &s);
	sbuf_init(&s, r->code, sizeof(r->code));
	if (b != NULL && keymap_coded(a->keymap, SCREEN_SALE, b->action)) {
		sbuf_puts(&s, action_info(b->action)->code);
	}
}

/* --- a slow scanner -------------------------------------------------------- */

static void
say_slow(struct app *a, const struct probe *p)
{
	int ms = (int)(p->run_gap / 1000);
	/* a little more than it was, in fives; what scan_gap takes */
	int gap = (ms + 19) / 5 * 5;
	char text[160];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (gap <= 150) {
		/* cells: 72 */
		sbuf_printf(&b,
			_("%zu keys, %d ms apart: a slow scanner?  Keymap, "
			  "[keys]: scan_gap = %d"),
			p->n_run, ms, gap);
	} else {
		/* cells: 72 */
		sbuf_printf(&b,
			_("%zu keys, %d ms apart: a slow scanner?  Set it to "
			  "send a frame."),
			p->n_run, ms);
	}
	app_attention(a, text);
}

static void
follow_run(struct app *a, struct probe *p, const struct keys_out *k)
{
	int64_t gap = k->key.at.us - p->run_at;
	bool typed = !k->scan && k->source == KEYS_TOLD_HAND;
	bool ends = k->key.code == KEYS_ENTER || k->key.code == KEYS_TAB;

	app_say(a, MSG_NONE, "");
	if (!typed || (k->key.code != KEYS_CHAR && !ends)) {
		p->n_run = 0;
		return;
	}
	if (p->n_run > 0 && gap > SLOW_US) {
		p->n_run = 0;
	}
	if (p->n_run == 0) {
		p->run_gap = 0;
	} else if (gap > p->run_gap) {
		p->run_gap = gap;
	}
	p->run_at = k->key.at.us;
	if (!ends) {
		p->n_run++;
		return;
	}
	if (p->n_run >= SLOW_MIN) {
		say_slow(a, p);
	}
	p->n_run = 0;
}

/* --- the lock -------------------------------------------------------------- */

static void
leave(struct app *a, struct probe *p)
{
	const struct key_event ev = p->turned;
	bool turned = p->has_turned;

	app_say(a, MSG_NONE, "");
	app_close(a);
	if (turned) {
		app_dispatch_key(a, &ev);
	}
}

/* L locks and R takes a right away, here, too; what another position begins
 * waits until this is left. */
static void
follow_lock(struct app *a, struct probe *p, const struct key_event *ev)
{
	const struct keybind *b = meaning(a, ev);
	int32_t position;

	if (b == NULL || b->action != ACTION_KEYLOCK) {
		return;
	}
	position = b->arg != 0 ? b->arg : ev->cp;
	p->has_turned = position != 'R';
	p->turned = *ev;
	if (position == 'R') {
		app_dispatch_key(a, ev);
	} else if (position == 'L') {
		leave(a, p);
	}
}

static void
probe(struct app *a, void *state, const struct keys_out *k)
{
	struct probe *p = state;
	struct probe_row *r;
	const struct keybind *b;
	struct sbuf from;

	if (p->rows.n == PROBE_ROWS) {
		p->rows.n--;
		memmove(p->row, p->row + 1, p->rows.n * sizeof(p->row[0]));
	}
	r = &p->row[p->rows.n];
	p->rows.selected = p->rows.n++;
	memset(r, 0, sizeof(*r));
	sbuf_init(&from, r->from, sizeof(r->from));
	put_from(k, &from);
	follow_run(a, p, k);
	if (k->scan) {
		put_scan(a, k, r);
		p->leaving = false;
		return;
	}
	put_key(a, &k->key, r);
	b = meaning(a, &k->key);
	if (k->key.code == KEYS_REPAINT) {
		a->repaint = true;
	}
	if (b != NULL && b->action == ACTION_CLEAR && p->leaving) {
		leave(a, p);
		return;
	}
	p->leaving = b != NULL && b->action == ACTION_CLEAR;
	follow_lock(a, p, &k->key);
}

/* --- showing --------------------------------------------------------------- */

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct probe_row *r = &((struct probe *)arg)->row[row];
	const char *const cell[] = {r->read, r->means, r->code, r->from};

	sbuf_puts(out, cell[col]);
}

static void
draw_detail(struct app *a, const struct probe *p, int row)
{
	const struct keys_frames *f = keymap_frames(a->keymap);
	int64_t gap = f->gap_us > 0 ? f->gap_us : KEYS_GAP_US;
	size_t wrong = keymap_problems(a->keymap);
	int cols = a->lay.cols - 2;
	char text[256];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	/* cells: 78 */
	sbuf_printf(&b,
		_("Profile %s.  Scans: %d ms a character; frames: %zu."),
		keymap_profile(a->keymap), (int)(gap / 1000), f->n);
	(void)grid_text(a->grid, row, 1, cols, ROLE_NORMAL, text);
	sbuf_clear(&b);
	if (p->rows.n > 0) {
		/* what its column had no room for */
		const struct probe_row *r = &p->row[p->rows.n - 1];

		sbuf_printf(&b, "%s   %s", r->read, r->means);
		(void)grid_text(a->grid, row + 1, 1, cols, ROLE_TOTAL, text);
	} else if (wrong > 0) {
		sbuf_printf(&b,
			/* cells: 78 */
			P_("%zu line of the keymap is wrong: holdfast keys "
			   "--check names it.",
				"%zu lines of the keymap are wrong: holdfast "
				"keys --check names them.",
				wrong),
			wrong);
		(void)grid_text(a->grid, row + 1, 1, cols, ROLE_WARN, text);
	}
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 18 */
		{N_("Read as"), 18, false, 0},
		/* cells: 20 */
		{N_("In a sale"), 0, false, 0},
		/* cells: 4 */
		{N_("Code"), 4, false, 0},
		/* cells: 22 */
		{N_("Told by"), 22, false, 0},
	};
	struct probe *p = state;
	int rows = a->lay.work_rows - DETAIL_ROWS;

	(void)widget_rows(a->grid, a->lay.work_row, 0, rows, a->lay.cols - 1,
		cols, ARRAY_LEN(cols), &p->rows, put_cell, p);
	grid_rule(a->grid, a->lay.work_row + rows, 0, a->lay.cols, '-');
	draw_detail(a, p, a->lay.work_row + rows + 1);
}

static void
speak(const struct app *a, const void *state, struct sbuf *out)
{
	const struct probe *p = state;
	const struct probe_row *r;

	(void)a;
	if (p->rows.n == 0) {
		sbuf_puts(out, _("Press a key, scan, or turn the lock."));
		return;
	}
	r = &p->row[p->rows.n - 1];
	sbuf_printf(out, "%zu %s: %s\n%s%s%s", p->rows.n, r->read, r->means,
		r->code, r->code[0] != '\0' ? ", " : "", r->from);
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("press keys, scan, turn the lock: nothing is sold, "
			 "nothing done   Esc Esc back"));
}

/* No key acts here; it is left by probe(). */
static void
act(struct app *a, void *state, enum action action)
{
	(void)state;
	if (action == ACTION_CLEAR) {
		app_close(a);
	}
}

static const struct screen_ops probe_ops = {
	.bit = SCREEN_PROBE,
	/* cells: 24 */
	.title = N_("TEST OF THE KEYS"),
	/* cells: 12 */
	.label = N_("KEY"),
	.keys_only = true,
	.draw = draw,
	.speak = speak,
	.hint = hint,
	.act = act,
	.probe = probe,
	.close = app_free_state,
};

void
probe_open(struct app *a)
{
	struct probe *p;

	if (app_find(a, &probe_ops) != NULL) {
		return;
	}
	p = app_room(a, sizeof(*p));
	if (p != NULL && app_open(a, &probe_ops, p)) {
		app_say(a, MSG_NONE, "");
	}
}
