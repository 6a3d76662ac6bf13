/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "core/barcode.h"
#include "screen/app_internal.h"
#include "screen/tape.h"

#include "base/poison.h"

/* Not on file.  The box stays until it is answered by one of its own keys:
 * neither Enter nor a scan closes it, so no item leaves the shop unseen. */

struct stop {
	char code[CODE_BYTES];
	unsigned repeats; /* of the same unknown code */
	uint32_t line;    /* this line of the sale; 0 a question */
};

/* Amount and department, to sell it all the same. */
struct by_dept {
	char amount[24]; /* the first answer */
	bool open;       /* at a price that was asked for */
};

static const struct screen_ops stop_ops, dept_ops, again_ops;

void
stop_open(struct app *a, const char *code)
{
	struct stop *s = app_room(a, sizeof(*s));
	struct sbuf b;

	if (s == NULL) {
		return;
	}
	sbuf_init(&b, s->code, sizeof(s->code));
	sbuf_puts(&b, code);
	if (app_open(a, &stop_ops, s)) {
		app_signal(a, SOUND_STOP);
	}
}

void
resolve_open(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	struct stop *s = app_room(a, sizeof(*s));

	if (s == NULL) {
		return;
	}
	memcpy(s->code, v->basket->line[v->selected].item.code,
		sizeof(s->code));
	s->line = v->basket->line[v->selected].no;
	(void)app_open(a, &stop_ops, s);
}

bool
stop_is_line(const struct app *a)
{
	const struct stop *s = app_find(a, &stop_ops);

	return s != NULL && s->line != 0;
}

bool
stop_may_open(const struct app *a)
{
	const struct engine_view *v = till_view(a->till);

	return v->n_tender == 0 && v->selected < v->basket->n_line &&
	       v->basket->line[v->selected].unknown;
}

/* Somebody else may have answered: a supervisor, who approved the price. */
void
stop_follow(struct app *a)
{
	const struct stop *s = app_find(a, &stop_ops);
	const struct engine_view *v = till_view(a->till);
	bool open = v->goods->kind == ASK_UNKNOWN;
	size_t idx = 0;

	if (s == NULL || v->ask == ASK_APPROVAL || v->ask == ASK_REASON) {
		return;
	}
	if (s->line != 0) {
		open = basket_find(v->basket, s->line, &idx) == RC_OK &&
		       v->basket->line[idx].unknown;
	}
	if (!open) {
		stop_leave(a);
	}
}

void
stop_leave(struct app *a)
{
	while (app_find(a, &stop_ops) != NULL) {
		app_close(a);
	}
}

static void
resolve(struct app *a, const char *letters, const char *code)
{
	char buf[PROMPT_BYTES + 16];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, letters);
	sbuf_puts(&b, code);
	if (app_entry(a, buf)) {
		stop_leave(a);
	}
}

bool
stop_found(struct app *a, const char *code)
{
	if (app_find(a, &stop_ops) == NULL) {
		return false;
	}
	search_leave(a);
	resolve(a, "RS ", code);
	return true;
}

bool
stop_again(struct app *a, const char *code)
{
	struct stop *s = app_find(a, &stop_ops);
	char bare[CODE_BYTES];

	if (s == NULL || s->line != 0) {
		return false;
	}
	till_code(a->till, code, strlen(code), bare);
	if (strcmp(bare, s->code) != 0) {
		return false;
	}
	s->repeats++;
	return true;
}

/* Without the scanner's "]E0" in front. */
static const char *
bare_code(const struct stop *s)
{
	size_t len = 0;

	return code_strip_aim(s->code, strlen(s->code), &len);
}

static void
put_kind(const char *code, struct sbuf *b)
{
	static const char *const names[CODE_KIND_COUNT] = {
		[CODE_EAN13] = "EAN-13",
		[CODE_EAN8] = "EAN-8",
		[CODE_UPCA] = "UPC-A",
		[CODE_UPCE] = "UPC-E",
		[CODE_GTIN14] = "GTIN-14",
		[CODE_PLU] = "PLU",
		[CODE_INTERNAL] = N_("Code"),
		[CODE_DEPT] = N_("Code"),
	};
	struct code_key key[CODE_CANDIDATES];
	size_t n = code_recognize(code, strlen(code), key);

	sbuf_puts(b, n > 0 ? _(names[key[0].kind]) : _("Code"));
}

static const char *
check_words(const char *code)
{
	size_t len = strlen(code);

	if (strspn(code, "0123456789") != len ||
		(len != 8 && len != 12 && len != 13 && len != 14)) {
		return "";
	}
	/* cells: 20 */
	return code_check_ok(code, len) ? _("check digit ok")
					/* cells: 20 */
					: _("check digit WRONG");
}

static void
begin_box(struct app *a, const struct stop *s, struct dialog *d)
{
	const char *code = bare_code(s);
	char buf[CODE_BYTES + 64];
	struct sbuf b;

	/* cells: 40 */
	dialog_begin(d, _("NOT ON FILE"));
	sbuf_init(&b, buf, sizeof(buf));
	put_kind(code, &b);
	sbuf_puts(&b, "  ");
	sbuf_puts(&b, code);
	if (check_words(code)[0] != '\0') {
		sbuf_puts(&b, "   ");
		sbuf_puts(&b, check_words(code));
	}
	dialog_line(d, ROLE_TOTAL, buf);
	sbuf_clear(&b);
	/* cells: 50 */
	sbuf_printf(&b, _("No such item in catalog v%lld."),
		(long long)till_catalog(a->till));
	dialog_line(d, ROLE_NORMAL, buf);
	dialog_line(d, ROLE_NORMAL, "");
}

/* Side by side, so that there is room for what is held. */
static void
two_choices(struct dialog *d, const char *key, const char *text,
	const char *other_key, const char *other)
{
	size_t cells = text_cells(text, strlen(text));
	char buf[160];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, text);
	sbuf_fill(&b, ' ', cells < 22 ? 22 - cells : 1);
	sbuf_puts(&b, other_key);
	sbuf_putc(&b, ' ');
	sbuf_puts(&b, other);
	dialog_choice(d, key, buf);
}

static void
draw_stop(struct app *a, void *state)
{
	const struct stop *s = state;
	struct dialog d;
	char buf[96];
	struct sbuf b;
	int row, rows;

	begin_box(a, s, &d);
	/* cells: 22, and 24 behind it */
	two_choices(&d, "1", _("Type again"), "2", _("Find by name"));
	/* cells: 22, and 24 behind it */
	two_choices(&d, "3", _("Sell by department"), "4", _("Ask price"));
	dialog_choice(&d, app_back_key(a),
		/* cells: 46 */
		s->line != 0 ? _("Leave it as it is; then - voids it")
			     /* cells: 46 */
			     : _("Do not sell"));
	sbuf_init(&b, buf, sizeof(buf));
	if (s->repeats > 0) {
		/* cells: 50 */
		sbuf_printf(&b,
			P_("Scanned %u more: not held, not sold.",
				"Scanned %u more: not held, not sold.",
				s->repeats),
			s->repeats);
		dialog_line(&d, ROLE_WARN, buf);
	}
	rows = widget_dialog(a->grid, &a->lay, &d, &row);
	hold_draw(a, s->repeats > 0 ? row : row + 1, row + rows);
}

static void
sell_by(struct app *a, bool open)
{
	struct by_dept *d = app_room(a, sizeof(*d));

	if (d == NULL) {
		return;
	}
	d->open = open;
	if (app_open(a, &dept_ops, d)) {
		app_say(a, MSG_INFO,
			_("Key the amount, Enter, then the department."));
	}
}

/* Left unsold: a question is answered so, a line stays. */
static void
leave(struct app *a, const struct stop *s, bool again)
{
	char buf[CODE_BYTES + 96];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	if (again) {
		sbuf_puts(&b, _("Scan or key the item again."));
	} else if (s->line != 0) {
		sbuf_printf(&b, _("Still not on file: %s"), bare_code(s));
	} else if (s->repeats > 0) {
		sbuf_printf(&b, _("Not sold: %s, scanned %u times"),
			bare_code(s), s->repeats + 1);
	} else {
		sbuf_printf(&b, _("Not sold: %s"), bare_code(s));
	}
	if (s->line == 0 && !app_entry(a, again ? "CL" : "NF")) {
		return; /* not recorded: it stays open, and says why */
	}
	stop_leave(a);
	app_say(a, MSG_WARN, buf);
}

static void
act_stop(struct app *a, void *state, enum action action)
{
	const struct stop *s = state;

	if (action == ACTION_DEPT || action == ACTION_ASK_PRICE) {
		sell_by(a, action == ACTION_ASK_PRICE);
	} else if (action == ACTION_FIND) {
		search_open(a, "");
	} else if (action == ACTION_SUPERVISOR) {
		people_arm(a);
	} else if (action == ACTION_AGAIN && s->line != 0) {
		(void)app_open(a, &again_ops, NULL);
	} else {
		leave(a, s, action == ACTION_AGAIN);
	}
}

/* --- the code once more, for a line -------------------------------------- */

static void
act_again(struct app *a, void *state, enum action action)
{
	char code[PROMPT_BYTES];

	(void)state;
	memcpy(code, app_prompt(a)->text, sizeof(code));
	if (action != ACTION_ACCEPT || code[0] == '\0') {
		app_close(a);
		return;
	}
	prompt_clear(app_prompt(a));
	resolve(a, "RS ", code);
}

static void
scan_again(struct app *a, void *state, const char *text, size_t len)
{
	char code[CODE_BYTES];
	size_t bare = 0;
	struct sbuf b;

	(void)state;
	sbuf_init(&b, code, sizeof(code));
	sbuf_puts(&b, code_strip_aim(text, len, &bare));
	resolve(a, "RS ", code);
}

static void
draw_again(struct app *a, void *state)
{
	(void)state;
	draw_stop(a, app_find(a, &stop_ops));
}

static void
reading_again(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 28 */
	sbuf_puts(out, _("scan or key the code"));
}

static void
reading_stop(const struct app *a, const void *state, struct sbuf *out)
{
	(void)state;
	/* cells: 28, the key that goes back */
	sbuf_printf(out, _("1-4 or %s"), app_back_key(a));
}

static void
put_amount(const struct app *a, const struct by_dept *d, struct sbuf *out)
{
	struct money m;

	if (app_parse_money(a, d->amount, strlen(d->amount), &m)) {
		app_put_money(a, out, m);
	}
}

static void
draw_dept(struct app *a, void *state)
{
	const struct by_dept *s = state;
	const struct config *c = till_config(a->till);
	struct form_field f[2] = {
		/* cells: 12 */
		{N_("Amount"), "", false},
		/* cells: 12 */
		{N_("Department"), "", false},
	};
	char amount[64], list[192];
	struct dialog d;
	struct sbuf b;
	size_t i;
	int row, rows;

	begin_box(a, app_find(a, &stop_ops), &d);
	/* cells: 50 */
	dialog_line(&d, ROLE_TOTAL,
		s->open ? _("Sell at a price that was asked for")
			/* cells: 50 */
			: _("Sell by amount and department"));
	rows = widget_dialog(a->grid, &a->lay, &d, &row);
	if (rows < 4 && !a->grid->tight) {
		return;
	}
	sbuf_init(&b, amount, sizeof(amount));
	put_amount(a, s, &b);
	f[0].value = amount;
	widget_form(a->grid, row, 3, DIALOG_COLS - 4, f, ARRAY_LEN(f),
		s->amount[0] != '\0' ? 1 : 0, app_prompt(a)->text);
	tape_line(a->grid->tape, amount);
	sbuf_init(&b, list, sizeof(list));
	for (i = 0; i < c->n_dept; i++) {
		sbuf_puts(&b, i == 0 ? "" : "   ");
		sbuf_puts(&b, c->dept[i].no);
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, c->dept[i].name);
	}
	(void)grid_text(
		a->grid, row + 2, 3, DIALOG_COLS - 4, ROLE_NORMAL, list);
	if (s->amount[0] != '\0') {
		tape_line(a->grid->tape, list);
	}
	hold_draw(a, row + 4, row + rows);
}

static void
ask_amount(struct app *a, const char *fmt)
{
	char text[96], example[32];
	struct sbuf b;

	sbuf_init(&b, example, sizeof(example));
	app_put_money(a, &b, (struct money){149});
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, fmt);
	sbuf_puts(&b, example);
	app_attention(a, text);
}

static void
accept_dept(struct app *a, struct by_dept *s)
{
	struct prompt *p = app_prompt(a);
	char buf[PROMPT_BYTES + 64];
	struct sbuf b;

	if (p->len == 0 && s->amount[0] == '\0') {
		ask_amount(a, _("Key the amount: 149 is "));
		return;
	}
	if (p->len == 0) {
		app_attention(a, _("Key the department's number."));
		return;
	}
	if (p->len > AMOUNT_DIGITS && text_is_digits(p->text)) {
		/* a scanner that types as slowly as a hand */
		const struct key_event at = {.at.us = a->now};

		memcpy(buf, p->text, p->len + 1);
		prompt_clear(p);
		hold_scan(a, buf, strlen(buf), &at);
		return;
	}
	if (s->amount[0] == '\0') {
		if (p->text[strspn(p->text, "0123456789.,")] != '\0' ||
			p->len >= sizeof(s->amount)) {
			ask_amount(a, _("The amount is digits: 149 is "));
			return;
		}
		memcpy(s->amount, p->text, p->len + 1);
		prompt_clear(p);
		app_say(a, MSG_INFO, "");
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, s->amount);
	sbuf_puts(&b, s->open ? "OI" : "RS");
	sbuf_puts(&b, p->text);
	prompt_clear(p);
	resolve(a, buf, "");
}

static void
act_dept(struct app *a, void *state, enum action action)
{
	struct by_dept *s = state;

	if (action == ACTION_ACCEPT) {
		accept_dept(a, s);
	} else if (s->amount[0] != '\0') {
		s->amount[0] = '\0';
		app_say(a, MSG_INFO, "");
	} else {
		app_close(a);
	}
}

static void
reading_dept(const struct app *a, const void *state, struct sbuf *out)
{
	const struct by_dept *s = state;
	const struct prompt *p = &a->stack[a->depth - 1].prompt;
	struct money m;

	if (s->amount[0] != '\0') {
		/* cells: 40 */
		sbuf_puts(out, _("Enter = sell in this department"));
	} else if (app_parse_money(a, p->text, p->len, &m)) {
		sbuf_puts(out, "= ");
		app_put_money(a, out, m);
	} else {
		/* cells: 40 */
		sbuf_puts(out, _("amount first"));
	}
}

static void
hint_dept(const struct app *a, const void *state, struct sbuf *out)
{
	const struct by_dept *s = state;

	(void)a;
	sbuf_puts(out, s->amount[0] != '\0'
			       /* cells: 78 */
			       ? _("department Enter   Esc back to the amount")
			       /* cells: 78 */
			       : _("amount Enter   Esc back to the choice"));
}

/* cells: 71 */
#define STOP_WORDS N_("Not on file - Enter and scans do NOT close this box")

static const struct screen_ops stop_ops = {
	.bit = SCREEN_STOP,
	/* cells: 12 */
	.label = N_("CHOOSE"),
	.box = true,
	.asks = true,
	.keys_only = true,
	.stop = STOP_WORDS,
	.draw = draw_stop,
	.reading = reading_stop,
	.act = act_stop,
	.close = app_free_state,
};

static const struct screen_ops dept_ops = {
	.bit = SCREEN_DEPT,
	/* cells: 12 */
	.label = N_("DEPT"),
	.box = true,
	.asks = true,
	.draw = draw_dept,
	.hint = hint_dept,
	.reading = reading_dept,
	.act = act_dept,
	.close = app_free_state,
};

static const struct screen_ops again_ops = {
	.bit = SCREEN_DEPT,
	/* cells: 12 */
	.label = N_("CODE"),
	.box = true,
	.asks = true,
	.draw = draw_again,
	.reading = reading_again,
	.act = act_again,
	.scan = scan_again,
};
