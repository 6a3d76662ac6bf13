/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "screen/app_internal.h"

#include "base/poison.h"

/* What does it cost?  A scan here never sells. */

void
check_open(struct app *a, const struct item *item)
{
	if (a->over != &screen_check_ops) {
		prompt_clear(&a->ask);
	}
	a->over = &screen_check_ops;
	a->has_check = item != NULL;
	if (item != NULL) {
		a->check = *item;
		app_say(a, MSG_INFO,
			"Scan another to check it.  Enter or + adds THIS item.");
	} else {
		app_say(a, MSG_INFO, "Scan or key the item to check.");
	}
}

void
check_code(struct app *a, const char *text, size_t len)
{
	char buf[PROMPT_BYTES + KEYS_SCAN_BYTES];
	struct sbuf b;

	a->has_check = false;
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, "PC ");
	sbuf_write(&b, text, len);
	(void)app_input(a, INPUT_ENTRY, buf, b.len, 0);
}

static void
draw(struct app *a)
{
	const struct config *c = till_config(a->till);
	struct grid *g = a->grid;
	int row = a->lay.work_row + 1;
	char buf[ITEM_NAME_BYTES + 64];
	struct sbuf b;

	grid_box(g, row, 5, 12, 68, "NOT ADDED TO THE SALE", ROLE_HEAD);
	if (!a->has_check) {
		grid_center(g, row + 5, 6, 66, ROLE_NORMAL,
			"Scan or key an item to see its price.");
		return;
	}
	(void)grid_middle(g, row + 2, 8, 62, ROLE_TOTAL, a->check.name);
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, a->check.code);
	if (a->check.dept[0] != '\0') {
		sbuf_puts(&b, "      dept ");
		sbuf_puts(&b, a->check.dept);
	}
	(void)grid_middle(g, row + 3, 8, 62, ROLE_NORMAL, buf);
	sbuf_clear(&b);
	app_put_money(a, &b, a->check.price);
	widget_big(g, row + 5, 8, 22, ROLE_TOTAL, buf);
	sbuf_clear(&b);
	sbuf_puts(&b, c->currency.code);
	sbuf_puts(&b, "   tax class ");
	sbuf_puts(&b, a->check.tax);
	sbuf_puts(&b, c->tax.included ? ", included" : ", added on top");
	(void)grid_text(g, row + 7, 33, 38, ROLE_NORMAL, buf);
}

static void
hint(const struct app *a, struct sbuf *out)
{
	const struct basket *b = till_view(a->till)->basket;

	sbuf_puts(out, "a scan here never sells   Esc back");
	if (b != NULL && b->n_line > 0) {
		sbuf_printf(out, "   the sale goes on: %zu line%s, ", b->n_line,
			b->n_line == 1 ? "" : "s");
		app_put_money(a, out, till_view(a->till)->due);
	}
}

static void
reading(const struct app *a, struct sbuf *out)
{
	if (a->ask.len > 0) {
		sbuf_puts(out, "Enter = check this code");
	} else if (a->has_check) {
		sbuf_puts(out, "Enter = add the item shown");
	} else {
		sbuf_puts(out, "scan or key an item");
	}
}

static void
add(struct app *a)
{
	struct item item = a->check;

	if (!a->has_check) {
		app_attention(a, "No item is shown yet: scan or key one.");
		return;
	}
	app_close(a);
	app_scan_selling(a, item.code, strlen(item.code));
}

static void
act(struct app *a, enum action action)
{
	char buf[PROMPT_BYTES];

	if (action == ACTION_CLEAR) {
		app_close(a);
		app_say(a, MSG_NONE, "");
	} else if (action == ACTION_ACCEPT && a->ask.len > 0) {
		memcpy(buf, a->ask.text, sizeof(buf));
		prompt_clear(&a->ask);
		check_code(a, buf, strlen(buf));
	} else {
		add(a);
	}
}

const struct screen_ops screen_check_ops = {
	.bit = SCREEN_CHECK,
	.title = "PRICE CHECK",
	.label = "CHECK",
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.scan = check_code,
};
