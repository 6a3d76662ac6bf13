/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "core/barcode.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* Not on file.  The box stays until it is answered by one of its own keys:
 * neither Enter nor a scan closes it, so no item leaves the shop unseen. */

struct stop {
	char code[CODE_BYTES];
	unsigned repeats; /* of the same unknown code */
};

/* Amount and department, to sell it all the same. */
struct by_dept {
	char amount[24]; /* the first answer */
};

static const struct screen_ops stop_ops, dept_ops;

static void
give_back(struct app *a, void *state)
{
	(void)a;
	free(state);
}

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
		a->bells = 0;
		app_ring_bells(a, 3);
	}
}

bool
stop_again(struct app *a, const char *code)
{
	struct stop *s = app_find(a, &stop_ops);

	if (s == NULL || strcmp(code, s->code) != 0) {
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

static void
draw_stop(struct app *a, void *state)
{
	const struct stop *s = state;
	struct dialog d;
	char buf[96];
	struct sbuf b;
	int row, rows;

	begin_box(a, s, &d);
	/* cells: 48 */
	dialog_choice(&d, "1", _("Type again"));
	/* cells: 48 */
	dialog_choice(&d, "3", _("Sell by amount and department"));
	/* cells: 46 */
	dialog_choice(&d, "Esc", _("Do not sell"));
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
act_stop(struct app *a, void *state, enum action action)
{
	const struct stop *s = state;
	char buf[CODE_BYTES + 96];
	struct sbuf b;

	if (action == ACTION_DEPT) {
		struct by_dept *d = app_room(a, sizeof(*d));

		if (d != NULL && app_open(a, &dept_ops, d)) {
			app_say(a, MSG_INFO,
				_("Key the amount, Enter, then the "
				  "department."));
		}
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	if (action == ACTION_AGAIN) {
		sbuf_puts(&b, _("Scan or key the item again."));
	} else if (s->repeats > 0) {
		sbuf_printf(&b, _("Not sold: %s, scanned %u times"),
			bare_code(s), s->repeats + 1);
	} else {
		sbuf_printf(&b, _("Not sold: %s"), bare_code(s));
	}
	app_close(a);
	app_say(a, MSG_WARN, buf);
}

static void
reading_stop(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 28 */
	sbuf_puts(out, _("1, 3 or Esc"));
}

static void
put_amount(const struct app *a, const struct by_dept *d, struct sbuf *out)
{
	struct money m;

	if (money_parse_entry(
		    d->amount, strlen(d->amount), app_digits(a), &m) == RC_OK) {
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
	dialog_line(&d, ROLE_TOTAL, _("Sell by amount and department"));
	rows = widget_dialog(a->grid, &a->lay, &d, &row);
	if (rows < 4) {
		return;
	}
	sbuf_init(&b, amount, sizeof(amount));
	put_amount(a, s, &b);
	f[0].value = amount;
	widget_form(a->grid, row, 3, DIALOG_COLS - 4, f, ARRAY_LEN(f),
		s->amount[0] != '\0' ? 1 : 0, app_prompt(a)->text);
	sbuf_init(&b, list, sizeof(list));
	for (i = 0; i < c->n_dept; i++) {
		sbuf_puts(&b, i == 0 ? "" : "   ");
		sbuf_puts(&b, c->dept[i].no);
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, c->dept[i].name);
	}
	(void)grid_text(
		a->grid, row + 2, 3, DIALOG_COLS - 4, ROLE_NORMAL, list);
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
	if (s->amount[0] == '\0') {
		if (p->text[strspn(p->text, "0123456789.,")] != '\0' ||
			p->len >= sizeof(s->amount)) {
			ask_amount(a, _("The amount is digits: 149 is "));
			return;
		}
		memcpy(s->amount, p->text, p->len + 1);
		prompt_clear(p);
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, s->amount);
	sbuf_puts(&b, "DP");
	sbuf_puts(&b, p->text);
	prompt_clear(p);
	if (app_entry(a, buf)) {
		app_close(a);
		app_close(a);
	}
}

static void
act_dept(struct app *a, void *state, enum action action)
{
	struct by_dept *s = state;

	if (action == ACTION_ACCEPT) {
		accept_dept(a, s);
	} else if (s->amount[0] != '\0') {
		s->amount[0] = '\0';
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
	} else if (money_parse_entry(p->text, p->len, app_digits(a), &m) ==
		   RC_OK) {
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
	.close = give_back,
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
	.close = give_back,
};
