/* SPDX-License-Identifier: Apache-2.0 */
#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* Between two sales: the change of the last one, or an invitation. */

/* What stands before the first sale; "" nothing does. */
static const char *
missing(const struct engine_view *v)
{
	if (v->day_missing) {
		/* cells: 40 */
		return _("No business day is open: OD");
	}
	/* cells: 75 */
	return v->shifts_on && v->shift == NULL && !v->training
		       ? _("You have no drawer: OS opens one.")
		       : "";
}

static void
draw_welcome(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const struct config *c = till_config(a->till);
	struct grid *g = a->grid;
	int row = a->lay.work_row + 2, cols = a->lay.cols;
	char change[32], buf[192], named[192];
	struct sbuf b;

	sbuf_init(&b, named, sizeof(named));
	keymap_name_keys(a->keymap, SCREEN_READY,
		/* cells: 78 */
		_("F1 lists the keys.  SO Enter leaves the register."), &b);
	grid_center(g, row, 1, cols - 2, ROLE_TOTAL, c->shop);
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 40 */
	sbuf_printf(&b, _("REGISTER %s"), c->register_no);
	grid_center(g, row + 1, 1, cols - 2, ROLE_NORMAL, buf);
	grid_center(g, row + 3, 1, cols - 2, ROLE_TOTAL, missing(v));
	grid_center(g, row + 4, 1, cols - 2, ROLE_NORMAL,
		/* cells: 78 */
		_("Scan an item, or key its code and press Enter."));
	grid_center(g, row + 5, 1, cols - 2, ROLE_NORMAL,
		/* cells: 78 */
		_("12* before an item sells twelve.  + goes to pay."));
	grid_center(g, row + 6, 1, cols - 2, ROLE_NORMAL, named);
	sbuf_clear(&b);
	app_parked(a, &b);
	grid_center(g, row + 8, 1, cols - 2, ROLE_NORMAL, buf);
	if (v->has_prev) {
		sbuf_init(&b, change, sizeof(change));
		app_put_money(a, &b, v->prev_change);
		sbuf_init(&b, buf, sizeof(buf));
		/* cells: 60 */
		sbuf_printf(
			&b, _("Prev %s  change %s"), v->prev_number, change);
		grid_center(g, row + 9, 1, cols - 2, ROLE_NORMAL, buf);
	}
}

void
app_parked(const struct app *a, struct sbuf *out)
{
	uint64_t n = till_view(a->till)->n_parked;
	char text[192];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (n == 1) {
		/* cells: 78 */
		sbuf_puts(&b, _("1 sale is parked: F5 brings it back."));
	} else if (n > 1) {
		/* cells: 78 */
		sbuf_printf(&b,
			_("%llu sales are parked: F5 lists them, 2 F5 brings "
			  "back number 2."),
			(unsigned long long)n);
	}
	/* what F5 is called on this keyboard */
	keymap_name_keys(a->keymap, SCREEN_READY, text, out);
}

static void
draw(struct app *a, void *state)
{
	(void)state;
	if (a->show_change) {
		change_draw(a);
	} else {
		draw_welcome(a);
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)state;
	sbuf_puts(out, keymap_slash_clears(a->keymap)
			       /* cells: 78 */
			       ? _("n* qty   / clear   . Enter menu: find, "
				   "return, park   digits Enter = code")
			       /* cells: 78 */
			       : _("n* qty   / find   Enter = code or command "
				   "  F8 return   SO leave"));
}

const struct screen_ops screen_ready_ops = {
	.bit = SCREEN_READY,
	/* cells: 12 */
	.label = N_("ITEM"),
	.draw = draw,
	.hint = hint,
	.reading = app_reading_entry,
	.act = app_act_selling,
	.scan = app_scan_selling,
};
