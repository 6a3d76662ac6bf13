/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/entry.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* "A 19%  9.32 + 1.77", "Q  16.28 + GST 5% 0.81 + QST 9.975% 1.62" */
static void
put_class(const struct app *a, struct sbuf *out, const struct tax_class *c,
	const struct tax_sum *t)
{
	sbuf_puts(out, c->code);
	if (c->n_part == 0) {
		sbuf_putc(out, ' ');
		app_put_tax(a, out, c, 0);
	}
	sbuf_puts(out, "  ");
	app_put_money(a, out, t->net);
	for (size_t i = 0; i < app_tax_rows(c); i++) {
		sbuf_puts(out, " + ");
		if (c->n_part > 0) {
			app_put_tax(a, out, c, i);
			sbuf_putc(out, ' ');
		}
		app_put_money(a, out, app_tax_of(c, t, i));
	}
}

/* Two classes on a row; one whose numbers are longer has a row of its own, and
 * no number is ever cut. */
static void
draw_taxes(struct app *a, int row, int end)
{
	const struct basket *b = till_view(a->till)->basket;
	int col = 1, half = (a->lay.list_cols - 2) / 2;
	int whole = a->lay.list_cols - 2;
	size_t i;

	for (i = 0; i < b->tax->n_class && row < end; i++) {
		const struct tax_class *c = &b->tax->class_[i];
		const struct tax_sum *t = &b->by_class[i];
		char buf[192];
		struct sbuf s;
		int cells;

		if (t->gross.minor == 0 && t->tax.minor == 0) {
			continue;
		}
		sbuf_init(&s, buf, sizeof(buf));
		put_class(a, &s, c, t);
		cells = (int)text_cells(buf, s.len);
		if (cells > half - 1 && col != 1) {
			col = 1;
			row++;
		}
		if (row >= end || cells > whole) {
			continue;
		}
		(void)grid_text(a->grid, row, col, whole, ROLE_NORMAL, buf);
		if (col == 1 && cells <= half - 1) {
			col += half;
		} else {
			col = 1;
			row++;
		}
	}
}

/* More comes back than is sold. */
static bool
pays_out(const struct app *a)
{
	return till_view(a->till)->due.minor < 0;
}

static bool
is_digits(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

void
pay_split(struct app *a, const struct reply *r)
{
	if (r->n_part > 0) {
		memcpy(a->split.sale, till_view(a->till)->basket->id,
			sizeof(a->split.sale));
		memcpy(a->split.part, r->part, r->n_part * sizeof(r->part[0]));
		a->split.n = r->n_part;
	}
}

/* The part that is next, of the ones that what is due is dealt out in: of this
 * sale, and as long as what is due is a sum of the last of them.  False: none,
 * or the last, which is all that is due. */
static bool
offered(const struct app *a, size_t *ret_at)
{
	const struct engine_view *v = till_view(a->till);
	int64_t sum = 0;

	if (v->state != ENGINE_PAY || memcmp(a->split.sale, v->basket->id,
					      sizeof(a->split.sale)) != 0) {
		return false;
	}
	for (size_t i = a->split.n; i-- > 0;) {
		sum += a->split.part[i].minor;
		if (sum == v->due.minor && a->split.part[i].minor > 0 &&
			i + 1 < a->split.n) {
			*ret_at = i;
			return true;
		}
	}
	return false;
}

/* Its amount as it is keyed, "" when all that is due is asked for. */
static void
put_offered(const struct app *a, char out[32])
{
	struct sbuf b;
	size_t at;

	sbuf_init(&b, out, 32);
	if (offered(a, &at)) {
		sbuf_i64(&b, a->split.part[at].minor);
	}
}

/* The amount being typed, when it is one. */
static bool
entered(const struct app *a, struct money *ret)
{
	const char *text = a->prompt.text;

	return text[0] != '\0' && text[strspn(text, "0123456789.,")] == '\0' &&
	       !(is_digits(text) && a->prompt.len > AMOUNT_DIGITS) &&
	       app_parse_money(a, text, a->prompt.len, ret);
}

/* The tender whose number in the list is typed; NULL: none. */
static const struct config_tender *
listed(const struct app *a)
{
	const struct config *c = till_config(a->till);
	const char *text = a->prompt.text;

	if (a->prompt.len != 1 || text[0] < '1' || text[0] > '9' ||
		(size_t)(text[0] - '1') >= c->n_tender) {
		return NULL;
	}
	return &c->tender[text[0] - '1'];
}

/* The amount of the row QUICK whose letter is typed; n_quick: none.  It waits
 * for Enter as a number of the list does: codes begin with these letters. */
static size_t
quick_typed(const struct app *a)
{
	size_t n = till_view(a->till)->n_quick;
	char c = a->prompt.text[0];

	if (c >= 'A' && c <= 'Z') {
		c = (char)(c - 'A' + 'a');
	}
	if (a->prompt.len != 1 || c < 'a' || (size_t)(c - 'a') >= n) {
		return n;
	}
	return (size_t)(c - 'a');
}

/* The tender that is on an F-key; NULL: none. */
static const struct config_tender *
on_key(const struct app *a, unsigned key)
{
	const struct config *c = till_config(a->till);

	for (size_t i = 0; i < c->n_tender; i++) {
		if (c->tender[i].key == key && key != 0) {
			return &c->tender[i];
		}
	}
	return NULL;
}

/* --- the left half ----------------------------------------------------------- */

/* One part: its number, its tender, what it pays. */
static void
put_part(struct app *a, int row, size_t no, const char *code, const char *name,
	struct money amount)
{
	int w = a->lay.list_cols - 2, used;
	char buf[128];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_u64(&b, no);
	sbuf_puts(&b, "  ");
	sbuf_puts(&b, code);
	sbuf_putc(&b, ' ');
	sbuf_puts(&b, name);
	used = grid_middle(a->grid, row, 1, w - 14, ROLE_NORMAL, buf);
	sbuf_clear(&b);
	app_put_money(a, &b, amount);
	grid_right(a->grid, row, used + 2, w - used - 1, ROLE_NORMAL, buf);
}

/* Makers' coupons that pay a part: the ${i}th; NULL there are not as many. */
static const struct basket_coupon *
maker_at(const struct basket *b, size_t i)
{
	for (size_t k = 0; k < b->n_coupon; k++) {
		const struct coupon *c =
			rules_coupon(b->rules, (size_t)b->coupon[k].rule);

		if (c->maker && b->coupon[k].amount.minor > 0 && i-- == 0) {
			return &b->coupon[k];
		}
	}
	return NULL;
}

/* The newest at the bottom, as lines of a sale are; makers' coupons were there
 * before anything was paid. */
static void
draw_tendered(struct app *a, int row, int end)
{
	const struct engine_view *v = till_view(a->till);
	const struct basket *bk = v->basket;
	int w = a->lay.list_cols - 2;
	size_t room = (size_t)(end - row - 1), n_maker = 0, n, i = 0;

	while (maker_at(bk, n_maker) != NULL) {
		n_maker++;
	}
	n = n_maker + v->n_tender;
	(void)grid_text(a->grid, row++, 1, w, ROLE_HEAD, _("TENDERED"));
	if (n == 0) {
		(void)grid_text(
			a->grid, row, 1, w, ROLE_NORMAL, _("nothing yet"));
	}
	if (n > room) {
		i = n - room;
	}
	for (; i < n; i++, row++) {
		if (i < n_maker) {
			const struct basket_coupon *m = maker_at(bk, i);
			const struct coupon *c =
				rules_coupon(bk->rules, (size_t)m->rule);

			put_part(a, row, i + 1, c->tender, c->name, m->amount);
		} else {
			const struct engine_tender *t = &v->tender[i - n_maker];

			put_part(a, row, i + 1, t->code,
				engine_tender_name(t->name), t->amount);
		}
	}
}

/* " 2 CC  Card", in as many columns as there is width for.  Returns the rows
 * used. */
static int
draw_list(struct app *a, int row, int end)
{
	const struct config *c = till_config(a->till);
	int w = a->lay.list_cols - 2;
	int n_col = w >= 90 ? 3 : 2, width = w / n_col;
	int rows = ((int)c->n_tender + n_col - 1) / n_col;

	(void)grid_text(a->grid, row++, 1, w, ROLE_HEAD, _("PAY WITH"));
	for (int i = 0; i < (int)c->n_tender; i++) {
		const struct config_tender *t = &c->tender[i];
		int at = row + i % rows, col = 1 + i / rows * width;
		char buf[96];
		struct sbuf b;

		if (at >= end) {
			continue;
		}
		sbuf_init(&b, buf, sizeof(buf));
		sbuf_printf(&b, "%2d %s  ", i + 1, t->code);
		sbuf_puts(&b, t->kind == TENDER_CASH
				      /* cells: 20 */
				      ? _("Cash (Enter=exact)")
				      : engine_tender_name(t->name));
		(void)grid_middle(
			a->grid, at, col, width - 1, ROLE_NORMAL, buf);
	}
	return rows + 1;
}

static void
draw_quick(struct app *a, int row)
{
	const struct engine_view *v = till_view(a->till);
	int w = a->lay.list_cols - 2, col;

	/* cells: 6 */
	col = 1 + grid_text(a->grid, row, 1, 6, ROLE_HEAD, _("QUICK")) + 2;
	for (size_t i = 0; i < v->n_quick; i++) {
		char buf[64];
		struct sbuf b;
		int used;

		sbuf_init(&b, buf, sizeof(buf));
		sbuf_putc(&b, (char)('a' + i));
		sbuf_putc(&b, ' ');
		app_put_money(a, &b, v->quick[i]);
		if (i == 0) {
			sbuf_putc(&b, ' ');
			/* cells: 7 */
			sbuf_puts(&b, _("(exact)"));
		}
		used = (int)text_cells(buf, strlen(buf));
		if (col + used > w + 1) {
			break;
		}
		(void)grid_text(a->grid, row, col, used, ROLE_NORMAL, buf);
		col += used + 3;
	}
}

/* --- the panel --------------------------------------------------------------- */

/* What would be handed back; told before it is taken, the engine decides. */
static void
draw_preview(struct app *a, int row)
{
	const struct layout *l = &a->lay;
	struct money in = {0}, change, left;
	const char *label;
	char buf[64];
	struct sbuf b;
	bool more;

	if (pays_out(a) || listed(a) != NULL || !entered(a, &in)) {
		return;
	}
	engine_would(till_view(a->till), in, &change, &left);
	more = left.minor > 0;
	/* cells: 21 */
	label = more ? _("THEN STILL DUE")
		     /* cells: 21 */
		     : _("CHANGE WILL BE");
	sbuf_init(&b, buf, sizeof(buf));
	if (l->panel_cols == 0) {
		/* one row has it all, and the prompt what is entered */
		app_put_money(a, &b, more ? left : change);
		widget_pair(a->grid, l, row, label, buf, ROLE_GOOD);
		return;
	}
	app_put_money(a, &b, in);
	/* cells: 10 */
	widget_pair(a->grid, l, row, _("ENTERED"), buf, ROLE_HEAD);
	widget_pair(a->grid, l, row + 2, label, "", ROLE_HEAD);
	sbuf_clear(&b);
	app_put_money(a, &b, more ? left : change);
	widget_amount(a->grid, l, row + 3, more ? ROLE_TOTAL : ROLE_GOOD, buf);
}

static void
draw_panel(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const struct layout *l = &a->lay;
	int row = l->work_row;
	char buf[64];
	struct sbuf b;

	widget_divider(a->grid, l);
	/* cells: 14 */
	widget_pair(a->grid, l, row,
		pays_out(a) ? _("TO PAY OUT")
			    /* cells: 14 */
			    : _("STILL DUE"),
		till_config(a->till)->currency.code, ROLE_HEAD);
	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, pays_out(a) ? money_neg(v->due) : v->due);
	widget_amount(a->grid, l, row + 1, ROLE_TOTAL, buf);
	if (a->held_scans > 0 && l->panel_cols > 0) {
		sbuf_clear(&b);
		/* cells: 12 */
		sbuf_printf(&b, P_("%zu scan", "%zu scans", a->held_scans),
			a->held_scans);
		/* cells: 8 */
		widget_pair(a->grid, l, row + 4, _("Held"), buf, ROLE_WARN);
	}
	/* cells: 10 */
	app_pair_money(a, row + 5, _("Total"), v->basket->total.gross);
	if (v->n_tender > 0) {
		/* cells: 10 */
		app_pair_money(a, row + 6, _("Paid"), v->paid);
	}
	if (v->bill_rounding.minor != 0 && a->held_scans == 0) {
		/* cells: 14 */
		app_pair_money(a, row + 4, _("Rounding"), v->bill_rounding);
	}
	if (v->rounding.minor != 0) {
		/* cells: 14 */
		app_pair_money(a, row + 7, _("In cash"), v->cash_due);
		/* cells: 14 */
		app_pair_money(a, row + 8, _("Cash rounding"), v->rounding);
	}
	draw_preview(a, row + (l->work_rows > 15 ? 10 : 9));
}

static void
draw(struct app *a, void *state)
{
	const struct layout *l = &a->lay;
	int row = l->work_row, end = l->work_row + l->work_rows;
	int rule = row + 4 + (l->work_rows - 15) / 2, at;
	bool tight;

	(void)state;
	draw_tendered(a, row, rule);
	if (!a->grid->tight) {
		grid_rule(a->grid, rule, 1, l->list_cols - 2, '.');
	}
	at = rule + 1 + draw_list(a, rule + 1, end);
	tight = end - at < 4;
	at += tight ? 0 : 1;
	if (!pays_out(a)) {
		draw_quick(a, at);
	}
	draw_taxes(a, at + (tight ? 1 : 2), end);
	draw_panel(a);
}

/* --- the prompt -------------------------------------------------------------- */

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	const struct engine_view *v = till_view(a->till);

	(void)state;
	if (v->n_tender > 0) {
		/* cells: 78 */
		sbuf_puts(out, _("digits Enter = cash   5000CC = part by "
				 "card   - gives the last part back"));
	} else if (v->n_quick > 0) {
		/* cells: 78 */
		sbuf_puts(out, _("digits Enter = cash   5000CC = part by "
				 "card   a-d Enter = quick   Esc to sale"));
	} else {
		/* cells: 78 */
		sbuf_puts(out, _("digits Enter = cash   5000CC = part by "
				 "card   Esc to sale"));
	}
}

/* What a tender would take now: the amount before its letters, else the
 * rest. */
static void
put_tender(const struct app *a, const struct config_tender *t,
	const char *amount, struct sbuf *out)
{
	const struct engine_view *v = till_view(a->till);
	struct money m = t->kind == TENDER_CASH ? v->cash_due : v->due;

	if (amount[0] != '\0' &&
		!app_parse_money(a, amount, strlen(amount), &m)) {
		return;
	}
	sbuf_puts(out, _("Enter = "));
	sbuf_puts(out, engine_tender_name(t->name));
	sbuf_putc(out, ' ');
	app_put_money(a, out, m);
}

/* Enter alone: all that is due, or the part that is next. */
static void
read_nothing(const struct app *a, struct sbuf *out)
{
	size_t at;

	if (offered(a, &at)) {
		/* cells: 28 */
		sbuf_printf(out, _("Enter = part %zu of %zu, cash "), at + 1,
			a->split.n);
		app_put_money(a, out, a->split.part[at]);
		return;
	}
	sbuf_puts(out, _("Enter = exact "));
	app_put_money(a, out, till_view(a->till)->cash_due);
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct config_tender *t = NULL;
	char part[32];
	struct entry e;

	if (a->prompt.len == 0) {
		read_nothing(a, out);
		return;
	}
	entry_parse(a->prompt.text, a->prompt.len, &e);
	if (listed(a) != NULL) {
		put_offered(a, part);
		put_tender(a, listed(a), part, out);
		return;
	}
	if (quick_typed(a) < till_view(a->till)->n_quick) {
		sbuf_puts(out, _("Enter = "));
		sbuf_puts(out, engine_tender_name(""));
		sbuf_putc(out, ' ');
		app_put_money(
			a, out, till_view(a->till)->quick[quick_typed(a)]);
		return;
	}
	if (is_digits(a->prompt.text) && a->prompt.len > AMOUNT_DIGITS) {
		/* cells: 28 */
		sbuf_puts(out, _("a code: Enter looks it up"));
		return;
	}
	if (e.kind == ENTRY_COMMAND && e.command == CMD_CA) {
		t = &till_config(a->till)->tender[0];
	} else if (e.like_command) {
		t = config_tender_find(till_config(a->till), e.letters);
	} else if (e.kind == ENTRY_CODE &&
		   a->prompt.text[strspn(a->prompt.text, "0123456789.,")] ==
			   '\0') {
		put_tender(a, &till_config(a->till)->tender[0], e.code, out);
		return;
	}
	if (t != NULL) {
		put_tender(a, t, e.before[0] != '\0' ? e.before : e.after, out);
	} else {
		app_reading_entry(a, state, out);
	}
}

/* --- keys -------------------------------------------------------------------- */

static void
pay_by(struct app *a, const char *amount, const char *code)
{
	char buf[PROMPT_BYTES + 8];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, amount);
	sbuf_puts(&b, code);
	prompt_clear(&a->prompt);
	(void)app_entry(a, buf);
}

/* All that is due by a tender, or what is keyed. */
static void
by_key(struct app *a, unsigned key)
{
	const struct config_tender *t = on_key(a, key);
	char amount[PROMPT_BYTES];
	struct money m;

	if (t == NULL) {
		app_attention(a, _("No way to pay is on this key; F1 lists the "
				   "keys."));
		return;
	}
	if (a->prompt.len > 0 && !entered(a, &m)) {
		app_remind(a, _("Enter takes what stands in the prompt, Esc "
				"clears it; then this key."));
		return;
	}
	memcpy(amount, a->prompt.text, sizeof(amount));
	if (amount[0] == '\0') {
		put_offered(a, amount);
	}
	pay_by(a, amount, t->code);
}

static void
quick(struct app *a, size_t i)
{
	const struct engine_view *v = till_view(a->till);
	char amount[32];
	struct sbuf b;

	sbuf_init(&b, amount, sizeof(amount));
	if (i > 0 && i < v->n_quick && i < CASH_QUICK) {
		sbuf_i64(&b, v->quick[i].minor);
	}
	pay_by(a, amount, "CA");
}

static void
accept(struct app *a, void *state)
{
	const struct config_tender *t = listed(a);
	char text[PROMPT_BYTES], part[32];

	put_offered(a, part);
	if (t != NULL) {
		pay_by(a, part, t->code);
	} else if (a->prompt.len == 0 && part[0] != '\0') {
		pay_by(a, part, "CA");
	} else if (quick_typed(a) < till_view(a->till)->n_quick) {
		quick(a, quick_typed(a));
	} else if (is_digits(a->prompt.text) && a->prompt.len > AMOUNT_DIGITS) {
		memcpy(text, a->prompt.text, sizeof(text));
		pay_by(a, text, "");
	} else {
		app_act_selling(a, state, ACTION_ACCEPT);
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	switch ((int)action) {
	case ACTION_ACCEPT:
	case ACTION_PAY:
		accept(a, state);
		break;
	case ACTION_REMOVE_TENDER:
		pay_by(a, a->prompt.text, "VD");
		break;
	case ACTION_TENDER_2:
		by_key(a, 2);
		break;
	case ACTION_TENDER_3:
		by_key(a, 3);
		break;
	case ACTION_TENDER_5:
	case ACTION_TENDER_6:
	case ACTION_TENDER_7:
	case ACTION_TENDER_8:
		by_key(a, 5 + (unsigned)(action - ACTION_TENDER_5));
		break;
	default:
		app_act_selling(a, state, action);
		break;
	}
}

/* The first word of the tender on the key. */
static void
bar(const struct app *a, const void *state, unsigned n, struct sbuf *out)
{
	const struct config_tender *t = on_key(a, n);

	(void)state;
	if (t != NULL) {
		sbuf_write(out, t->name, strcspn(t->name, " "));
	}
}

const struct screen_ops screen_pay_ops = {
	.bit = SCREEN_PAY,
	.label = N_("CASH"),
	.draw = draw,
	.bar = bar,
	.hint = hint,
	.reading = reading,
	.act = act,
	.scan = app_scan_selling,
};
