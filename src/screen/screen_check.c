/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"
#include "screen/item_facts.h"

#include "base/poison.h"

/* What does it cost?  A scan here never sells. */

struct check {
	bool has_item;
	struct item item;
};

static const struct screen_ops check_ops;

void
check_open(struct app *a, const struct item *item)
{
	struct check *s = app_find(a, &check_ops);

	if (s == NULL) {
		s = app_room(a, sizeof(*s));
		if (s == NULL || !app_open(a, &check_ops, s)) {
			return;
		}
	}
	s->has_item = item != NULL;
	if (item != NULL) {
		s->item = *item;
		app_say(a, MSG_INFO,
			_("Scan another to check it.  Enter or + adds THIS "
			  "item."));
	} else {
		app_say(a, MSG_INFO, _("Scan or key the item to check."));
	}
}

bool
check_found(struct app *a, const struct item *item)
{
	struct item found;

	if (app_find(a, &check_ops) == NULL) {
		return false;
	}
	/* it is the list's, which goes */
	found = *item;
	search_leave(a);
	check_open(a, &found);
	return true;
}

bool
check_is_open(const struct app *a)
{
	return app_find(a, &check_ops) != NULL;
}

/* Over the search it was asked from, that search is the one. */
static void
find_item(struct app *a)
{
	if (search_is_open(a)) {
		app_close(a);
		return;
	}
	prompt_clear(app_prompt(a));
	search_open(a, "");
}

void
check_code(struct app *a, void *state, const char *text, size_t len)
{
	char buf[PROMPT_BYTES + KEYS_SCAN_BYTES];
	struct check *s = state != NULL ? state : app_find(a, &check_ops);
	struct sbuf b;

	if (s != NULL) {
		s->has_item = false;
	}
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, "PC ");
	sbuf_write(&b, text, len);
	(void)app_input(a, INPUT_ENTRY, buf, b.len, 0);
}

static void
draw(struct app *a, void *state)
{
	const struct config *c = till_config(a->till);
	const struct check *s = state;
	struct grid *g = a->grid;
	int row = a->lay.work_row + 1;
	char buf[ITEM_NAME_BYTES + 64];
	struct item_facts f;
	struct sbuf b;
	size_t i;

	/* cells: 60 */
	grid_box(g, row, 5, 12, 68, _("NOT ADDED TO THE SALE"), ROLE_HEAD);
	if (!s->has_item) {
		tape_line(g->tape, _("NOT ADDED TO THE SALE"));
		/* cells: 66 */
		grid_center(g, row + 5, 6, 66, ROLE_NORMAL,
			_("Scan or key an item to see its price."));
		return;
	}
	(void)grid_middle(g, row + 2, 8, 62, ROLE_TOTAL, s->item.name);
	sbuf_init(&b, buf, sizeof(buf));
	if (s->item.dept[0] != '\0') {
		/* cells: 62 */
		sbuf_printf(&b, _("%s      dept %s %s"), s->item.code,
			s->item.dept, item_dept_name(a, s->item.dept));
	} else {
		sbuf_puts(&b, s->item.code);
	}
	(void)grid_middle(g, row + 3, 8, 62, ROLE_NORMAL, buf);
	/* the message has the name and what it costs */
	tape_line(g->tape, buf);
	sbuf_clear(&b);
	item_facts(a, &s->item, &f);
	app_put_money(a, &b, f.price);
	widget_big(g, row + 5, 8, 22, ROLE_TOTAL, buf);
	sbuf_clear(&b);
	/* cells: 38 */
	sbuf_printf(&b,
		c->tax.included ? _("%s   tax class %s, included")
				/* cells: 38 */
				: _("%s   tax class %s, added on top"),
		c->currency.code, s->item.tax);
	(void)grid_text(g, row + 5, 33, 38, ROLE_NORMAL, buf);
	tape_line(g->tape, buf);
	for (i = 0; i < f.n && row + 6 + (int)i < row + 11; i++) {
		(void)grid_text(
			g, row + 6 + (int)i, 33, 38, ROLE_NORMAL, f.text[i]);
		tape_line(g->tape, f.text[i]);
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	const struct basket *b = till_view(a->till)->basket;
	char due[32];
	struct sbuf d;

	(void)state;
	/* cells: 40 */
	sbuf_puts(out, _("a scan here never sells   Esc back"));
	if (b != NULL && b->n_line > 0) {
		sbuf_init(&d, due, sizeof(due));
		app_put_money(a, &d, till_view(a->till)->due);
		/* cells: 38 */
		sbuf_printf(out,
			P_("   the sale goes on: %zu line, %s",
				"   the sale goes on: %zu lines, %s",
				b->n_line),
			b->n_line, due);
	}
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct check *s = state;

	if (a->stack[a->depth - 1].prompt.len > 0) {
		/* cells: 40 */
		sbuf_puts(out, _("Enter = check this code"));
	} else if (s->has_item) {
		/* cells: 40 */
		sbuf_puts(out, _("Enter = add the item shown"));
	} else {
		/* cells: 40 */
		sbuf_puts(out, _("scan or key an item"));
	}
}

static void
add(struct app *a, const struct check *s)
{
	char code[CODE_BYTES];

	if (!s->has_item) {
		app_attention(a, _("No item is shown yet: scan or key one."));
		return;
	}
	memcpy(code, s->item.code, sizeof(code));
	app_close(a);
	search_leave(a);
	app_scan_selling(a, NULL, code, strlen(code));
}

static void
act(struct app *a, void *state, enum action action)
{
	struct prompt *p = app_prompt(a);
	char buf[PROMPT_BYTES];

	if (action == ACTION_CLEAR) {
		app_close(a);
		app_say(a, MSG_NONE, "");
	} else if (action == ACTION_FIND) {
		find_item(a);
	} else if (action == ACTION_ACCEPT && p->len > 0) {
		memcpy(buf, p->text, sizeof(buf));
		prompt_clear(p);
		check_code(a, state, buf, strlen(buf));
	} else {
		add(a, state);
	}
}

static const struct screen_ops check_ops = {
	.bit = SCREEN_CHECK,
	/* cells: 24 */
	.title = N_("PRICE CHECK"),
	/* cells: 12 */
	.label = N_("CHECK"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.scan = check_code,
	.close = app_free_state,
};
