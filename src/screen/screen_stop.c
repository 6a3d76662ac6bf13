/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/barcode.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* Not on file.  The box stays until it is answered by one of its own keys:
 * neither Enter nor a scan closes it, so no item leaves the shop unseen. */

#define BOX_ROW 2
#define BOX_COLS 54

void
stop_open(struct app *a, const char *code)
{
	struct sbuf b;

	memset(&a->stop, 0, sizeof(a->stop));
	sbuf_init(&b, a->stop.code, sizeof(a->stop.code));
	sbuf_puts(&b, code);
	a->over = &screen_stop_ops;
	a->under = NULL;
	prompt_clear(&a->ask);
	a->bells = 0;
	app_ring_bells(a, 3);
}

/* Without the scanner's "]E0" in front. */
static const char *
bare_code(const struct app *a)
{
	size_t len = 0;

	return code_strip_aim(a->stop.code, strlen(a->stop.code), &len);
}

/* As tall as the work area allows: the rest lists what is held. */
static int
box_rows(const struct app *a)
{
	return a->lay.work_rows - 2;
}

static void
put_kind(const struct app *a, struct sbuf *b)
{
	static const char *const names[CODE_KIND_COUNT] = {
		[CODE_EAN13] = "EAN-13",
		[CODE_EAN8] = "EAN-8",
		[CODE_UPCA] = "UPC-A",
		[CODE_UPCE] = "UPC-E",
		[CODE_GTIN14] = "GTIN-14",
		[CODE_PLU] = "PLU",
		[CODE_INTERNAL] = "Code",
		[CODE_DEPT] = "Code",
	};
	struct code_key key[CODE_CANDIDATES];
	const char *code = bare_code(a);
	size_t n = code_recognize(code, strlen(code), key);

	sbuf_puts(b, n > 0 ? names[key[0].kind] : "Code");
}

static const char *
check_words(const char *code)
{
	size_t len = strlen(code);

	if (strspn(code, "0123456789") != len ||
		(len != 8 && len != 12 && len != 13 && len != 14)) {
		return "";
	}
	return code_check_ok(code, len) ? "check digit ok"
					: "check digit WRONG";
}

static void
draw_held(struct app *a, int row, int col, int end)
{
	struct grid *g = a->grid;
	char buf[160];
	struct sbuf b;
	size_t i, shown = 0;

	sbuf_init(&b, buf, sizeof(buf));
	if (a->held_scans > 0) {
		sbuf_printf(&b,
			"HELD %zu scan%s, added in order when this box closes:",
			a->held_scans, a->held_scans == 1 ? "" : "s");
		(void)grid_text(g, row, col, BOX_COLS - 4, ROLE_HEAD, buf);
	} else if (a->stop.repeats == 0) {
		(void)grid_text(g, row, col, BOX_COLS - 4, ROLE_NORMAL,
			"Further scans are held, none is lost.");
	}
	for (i = 0; i < a->n_held && row + 1 < end; i++) {
		const struct held *h = &a->held[i];

		if (!h->scan) {
			continue;
		}
		row++;
		shown++;
		if (row + 1 == end && shown < a->held_scans) {
			sbuf_clear(&b);
			sbuf_printf(
				&b, "and %zu more", a->held_scans - shown + 1);
			(void)grid_text(g, row, col + 2, 40, ROLE_NORMAL, buf);
			return;
		}
		(void)grid_middle(g, row, col + 2, 18, ROLE_NORMAL, h->text);
		(void)grid_text(g, row, col + 21, 20, ROLE_NORMAL,
			h->known ? h->name : "?? not on file");
		if (h->known) {
			sbuf_clear(&b);
			app_put_money(a, &b, h->price);
			grid_right(g, row, col + 41, 9, ROLE_NORMAL, buf);
		}
	}
}

static void
draw_box(struct app *a)
{
	struct grid *g = a->grid;
	int col = 3, row = BOX_ROW + 1;
	char buf[CODE_BYTES + 64];
	struct sbuf b;

	grid_box(
		g, BOX_ROW, 1, box_rows(a), BOX_COLS, "NOT ON FILE", ROLE_STOP);
	sbuf_init(&b, buf, sizeof(buf));
	put_kind(a, &b);
	sbuf_puts(&b, "  ");
	sbuf_puts(&b, bare_code(a));
	if (check_words(bare_code(a))[0] != '\0') {
		sbuf_puts(&b, "   ");
		sbuf_puts(&b, check_words(bare_code(a)));
	}
	(void)grid_middle(g, row, col, BOX_COLS - 4, ROLE_TOTAL, buf);
	sbuf_clear(&b);
	sbuf_printf(&b, "No such item in catalog v%lld.",
		(long long)till_catalog(a->till));
	(void)grid_text(g, row + 1, col, BOX_COLS - 4, ROLE_NORMAL, buf);
}

static void
draw_stop(struct app *a)
{
	struct grid *g = a->grid;
	int col = 3, row = BOX_ROW + 4;
	char buf[96];
	struct sbuf b;

	draw_box(a);
	(void)grid_text(g, row, col, 50, ROLE_NORMAL, "1 Type again");
	(void)grid_text(g, row + 1, col, 50, ROLE_NORMAL,
		"3 Sell by amount and department");
	(void)grid_text(g, row + 2, col, 50, ROLE_NORMAL, "Esc Do not sell");
	if (a->stop.repeats > 0) {
		sbuf_init(&b, buf, sizeof(buf));
		sbuf_printf(&b, "Scanned %u more: not held, not sold.",
			a->stop.repeats);
		(void)grid_text(g, row + 3, col, 50, ROLE_WARN, buf);
	}
	draw_held(a, row + 4, col, BOX_ROW + box_rows(a) - 1);
}

static void
act_stop(struct app *a, enum action action)
{
	char buf[CODE_BYTES + 96];
	struct sbuf b;

	if (action == ACTION_DEPT) {
		a->over = &screen_dept_ops;
		app_say(a, MSG_INFO,
			"Key the amount, Enter, then the department.");
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	if (action == ACTION_AGAIN) {
		sbuf_puts(&b, "Scan or key the item again.");
	} else {
		sbuf_puts(&b, "Not sold: ");
		sbuf_puts(&b, bare_code(a));
		if (a->stop.repeats > 0) {
			sbuf_printf(
				&b, ", scanned %u times", a->stop.repeats + 1);
		}
	}
	app_close(a);
	app_say(a, MSG_WARN, buf);
}

static void
reading_stop(const struct app *a, struct sbuf *out)
{
	(void)a;
	sbuf_puts(out, "1, 3 or Esc");
}

static void
draw_dept(struct app *a)
{
	struct grid *g = a->grid;
	int col = 3, row = BOX_ROW + 4;
	const struct config *c = till_config(a->till);
	struct money m;
	char buf[192];
	struct sbuf b;
	size_t i;

	draw_box(a);
	(void)grid_text(
		g, row, col, 50, ROLE_TOTAL, "Sell by amount and department");
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, "Amount      ");
	if (money_parse_entry(a->stop.amount, strlen(a->stop.amount),
		    app_digits(a), &m) == RC_OK) {
		app_put_money(a, &b, m);
	}
	(void)grid_text(g, row + 1, col, 50, ROLE_NORMAL, buf);
	sbuf_clear(&b);
	sbuf_puts(&b, "Department ");
	for (i = 0; i < c->n_dept; i++) {
		sbuf_puts(&b, i == 0 ? " " : "   ");
		sbuf_puts(&b, c->dept[i].no);
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, c->dept[i].name);
	}
	(void)grid_text(g, row + 2, col, BOX_COLS - 4, ROLE_NORMAL, buf);
	draw_held(a, row + 4, col, BOX_ROW + box_rows(a) - 1);
}

static void
ask_amount(struct app *a, const char *words)
{
	char text[96];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, words);
	sbuf_puts(&b, "149 is ");
	app_put_money(a, &b, (struct money){149});
	sbuf_putc(&b, '.');
	app_attention(a, text);
}

static void
accept_dept(struct app *a)
{
	char buf[PROMPT_BYTES + 64];
	struct sbuf b;

	if (a->ask.len == 0 && a->stop.amount[0] == '\0') {
		ask_amount(a, "Key the amount: ");
		return;
	}
	if (a->ask.len == 0) {
		app_attention(a, "Key the department's number.");
		return;
	}
	if (a->stop.amount[0] == '\0') {
		if (a->ask.text[strspn(a->ask.text, "0123456789.,")] != '\0' ||
			a->ask.len >= sizeof(a->stop.amount)) {
			ask_amount(a, "The amount is digits: ");
			return;
		}
		sbuf_init(&b, a->stop.amount, sizeof(a->stop.amount));
		sbuf_puts(&b, a->ask.text);
		prompt_clear(&a->ask);
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, a->stop.amount);
	sbuf_puts(&b, "DP");
	sbuf_puts(&b, a->ask.text);
	prompt_clear(&a->ask);
	if (app_entry(a, buf)) {
		app_close(a);
	}
}

static void
act_dept(struct app *a, enum action action)
{
	if (action == ACTION_ACCEPT) {
		accept_dept(a);
	} else if (a->stop.amount[0] != '\0') {
		a->stop.amount[0] = '\0';
	} else {
		a->over = &screen_stop_ops;
	}
}

static void
reading_dept(const struct app *a, struct sbuf *out)
{
	struct money m;

	if (a->stop.amount[0] != '\0') {
		sbuf_puts(out, "Enter = sell in this department");
	} else if (money_parse_entry(a->ask.text, a->ask.len, app_digits(a),
			   &m) == RC_OK) {
		sbuf_puts(out, "= ");
		app_put_money(a, out, m);
	} else {
		sbuf_puts(out, "amount first");
	}
}

static void
hint_dept(const struct app *a, struct sbuf *out)
{
	sbuf_puts(out, a->stop.amount[0] != '\0'
			       ? "department Enter   Esc back to the amount"
			       : "amount Enter   Esc back to the choice");
}

const struct screen_ops screen_stop_ops = {
	.bit = SCREEN_STOP,
	.label = "CHOOSE",
	.asks = true,
	.draw = draw_stop,
	.reading = reading_stop,
	.act = act_stop,
};

const struct screen_ops screen_dept_ops = {
	.bit = SCREEN_DEPT,
	.label = "DEPT",
	.asks = true,
	.draw = draw_dept,
	.hint = hint_dept,
	.reading = reading_dept,
	.act = act_dept,
};
