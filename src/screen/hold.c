/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"
#include "screen/item_facts.h"

#include "base/poison.h"

/* More than this, and the scanner should rest. */
#define HELD_SHOWN 20

/* A box is open: what comes meanwhile waits in one line, in order. */
static struct held *
place(struct app *a)
{
	struct held *h;

	if (a->n_held == HELD_MAX) {
		app_signal(a, SOUND_STOP);
		app_say(a, MSG_WARN,
			_("No room for more: answer the question first."));
		app_told(a);
		return NULL;
	}
	h = &a->held[a->n_held++];
	memset(h, 0, sizeof(*h));
	return h;
}

/* Not kept is not held: nothing is shown that would be gone. */
static bool
settle(struct app *a, struct held *h)
{
	if (keep_hold(a, h)) {
		return true;
	}
	a->n_held--;
	app_signal(a, SOUND_STOP);
	return false;
}

void
hold_key(struct app *a, const struct key_event *ev)
{
	struct held *h = place(a);

	if (h != NULL) {
		h->key = *ev;
		(void)settle(a, h);
	}
}

/* What the cashier will see in the box: a look, nothing is sold. */
static void
look_up(struct app *a, struct held *h)
{
	struct item item;

	memset(&item, 0, sizeof(item));
	h->known = till_item(a->till, h->text, h->len, &item);
	if (h->known) {
		text_fit_middle(h->name, sizeof(h->name), item.name, 20);
		h->price = item_price(a, &item);
	}
}

static void
tell_held(struct app *a, const struct held *h)
{
	char buf[160];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 40 */
	sbuf_printf(&b, _("HELD %zu %s"), a->held_scans,
		/* cells: 20 */
		h->known ? h->name : _("?? not on file"));
	reader_tell(a, buf);
}

bool
hold_part_paid(const struct app *a)
{
	const struct engine_view *v = till_view(a->till);

	return (v->state == ENGINE_PAY && v->n_tender > 0) ||
	       (v->card.phase != CARD_IDLE &&
		       (v->state == ENGINE_PAY || v->card.here));
}

static void
say_held(struct app *a, const struct held *h)
{
	char buf[160];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	if (till_view(a->till)->card.phase != CARD_IDLE) {
		/* cells: 72, of which the name has 20 */
		sbuf_printf(&b,
			_("HELD until the card payment is settled: %s."),
			/* cells: 20 */
			h->known ? h->name : _("?? not on file"));
		app_say(a, MSG_WARN, buf);
		return;
	}
	/* cells: 72, of which the name has 20 */
	sbuf_printf(&b, _("HELD until paid: %s.  - gives the last part back."),
		/* cells: 20 */
		h->known ? h->name : _("?? not on file"));
	app_say(a, MSG_WARN, buf);
}

void
hold_scan(
	struct app *a, const char *text, size_t len, const struct key_event *ev)
{
	struct held *h;

	app_signal(a, a->held_scans < HELD_SHOWN ? SOUND_HELD : SOUND_STOP);
	if (stop_again(a, text)) {
		/* Scanned again to make sure: it is still not on file. */
		return;
	}
	h = place(a);
	if (h == NULL) {
		return;
	}
	h->key = *ev;
	h->scan = true;
	h->len = len < sizeof(h->text) ? len : sizeof(h->text) - 1;
	memcpy(h->text, text, h->len);
	h->text[h->len] = '\0';
	if (settle(a, h)) {
		a->held_scans++;
		look_up(a, h);
		if (app_asks(a)) {
			tell_held(a, h);
		} else {
			say_held(a, h);
		}
	}
}

void
hold_back(struct app *a, const struct held *was)
{
	struct held *h = place(a);

	if (h == NULL) {
		return;
	}
	*h = *was;
	if (h->scan) {
		a->held_scans++;
		look_up(a, h);
	}
}

/* Nobody there to sell what waits: it waits on. */
static bool
is_left(const struct app *a)
{
	const struct engine_view *v = till_view(a->till);

	return v->signed_off || v->locked;
}

/* Scans alone wait for the money; a key behind one does not wait with it, and
 * the scan is refused with a word. */
static bool
is_for_later(const struct app *a)
{
	return hold_part_paid(a) && a->n_held == a->held_scans;
}

/* The change screen was never seen: what is next began at once. */
static void
say_next(struct app *a)
{
	char text[128], change[32];
	struct sbuf b;

	sbuf_init(&b, change, sizeof(change));
	app_put_money(a, &b, till_view(a->till)->prev_change);
	sbuf_init(&b, text, sizeof(text));
	/* cells: 72 */
	sbuf_printf(&b, _("Change %s.  What was held is in the next sale."),
		change);
	app_say(a, MSG_INFO, text);
}

void
hold_replay(struct app *a)
{
	bool sold = a->show_change;

	if (a->replaying) {
		return;
	}
	a->replaying = true;
	while (a->n_held > 0 && !app_asks(a) && !is_left(a) &&
		!is_for_later(a)) {
		struct held h = a->held[0];

		a->n_held--;
		memmove(a->held, a->held + 1, a->n_held * sizeof(*a->held));
		keep_take(a);
		if (h.scan) {
			a->held_scans--;
			app_dispatch_scan(a, h.text, h.len);
		} else {
			app_dispatch_key(a, &h.key);
		}
		app_typed(a);
		keep_done(a);
	}
	if (sold && !app_asks(a) && a->msg_level == MSG_NONE &&
		till_view(a->till)->state == ENGINE_SALE) {
		say_next(a);
	}
	a->replaying = false;
}

void
hold_draw(struct app *a, int row, int end)
{
	struct grid *g = a->grid;
	int col = 3, width = DIALOG_COLS - 4;
	char buf[160], code[CODE_BYTES];
	struct sbuf b;
	size_t i, shown = 0;

	if (row >= end) {
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	if (a->held_scans == 0) {
		/* cells: 50 */
		sbuf_puts(&b, _("Further scans are held, none is lost."));
	} else {
		/* cells: 50 */
		sbuf_printf(&b,
			P_("HELD %zu scan, added when this box closes:",
				"HELD %zu scans, added in order when this box "
				"closes:",
				a->held_scans),
			a->held_scans);
	}
	(void)grid_text(g, row, col, width,
		a->held_scans > 0 ? ROLE_HEAD : ROLE_NORMAL, buf);
	for (i = 0; i < a->n_held && row + 1 < end; i++) {
		const struct held *h = &a->held[i];

		if (!h->scan) {
			continue;
		}
		row++;
		shown++;
		if (row + 1 == end && shown < a->held_scans) {
			sbuf_clear(&b);
			/* cells: 40 */
			sbuf_printf(&b, _("and %zu more"),
				a->held_scans - shown + 1);
			(void)grid_text(g, row, col + 2, 40, ROLE_NORMAL, buf);
			return;
		}
		till_code(a->till, h->text, h->len, code);
		(void)grid_middle(g, row, col + 2, 18, ROLE_NORMAL,
			code[0] != '\0' ? code : h->text);
		(void)grid_text(g, row, col + 21, 20, ROLE_NORMAL,
			/* cells: 20 */
			h->known ? h->name : _("?? not on file"));
		if (h->known) {
			sbuf_clear(&b);
			app_put_money(a, &b, h->price);
			grid_right(g, row, col + 41, 9, ROLE_NORMAL, buf);
		}
	}
}
