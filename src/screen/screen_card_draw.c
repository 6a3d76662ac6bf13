/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/screen_card.h"
#include "screen/tape.h"

#include "base/poison.h"

#define TEXT_CELLS (DIALOG_COLS - 4)

const char *
card_what(enum pinpad_op op)
{
	switch (op) {
	case PINPAD_REFUND:
		/* cells: 40 */
		return _("REFUND TO A CARD");
	case PINPAD_REVERSE:
		/* cells: 40 */
		return _("CARD PAYMENT IS REVERSED");
	case PINPAD_RESERVE:
		/* cells: 40 */
		return _("RESERVATION ON A CARD");
	case PINPAD_CAPTURE:
		/* cells: 40 */
		return _("PAYMENT OF A RESERVATION");
	case PINPAD_RELEASE:
		/* cells: 40 */
		return _("RESERVATION IS RELEASED");
	case PINPAD_CLOSE:
		/* cells: 40 */
		return _("END OF THE TERMINAL'S DAY");
	case PINPAD_STATUS:
		/* cells: 40 */
		return _("STATUS OF THE TERMINAL");
	case PINPAD_TOTALS:
		/* cells: 40 */
		return _("TOTALS OF THE TERMINAL");
	case PINPAD_PAY:
	case PINPAD_LAST:
	case PINPAD_OP_COUNT:
	default:
		/* cells: 40 */
		return _("CARD PAYMENT");
	}
}

/* "20.00 EUR", without a sign: the title says which way it goes. */
static void
put_amount(const struct app *a, struct sbuf *out, struct money m)
{
	app_put_money(a, out, m.minor < 0 ? money_neg(m) : m);
	sbuf_putc(out, ' ');
	sbuf_puts(out, till_config(a->till)->currency.code);
}

/* Amount, tender and terminal in one line. */
static void
put_subject(const struct app *a, struct dialog *d)
{
	const struct engine_card *c = &till_view(a->till)->card;
	char buf[160], name[64];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	if (c->amount.minor != 0) {
		put_amount(a, &b, c->amount);
		sbuf_puts(&b, "   ");
	}
	text_fit_middle(name, sizeof(name), c->name, 20);
	sbuf_puts(&b, name);
	sbuf_puts(&b, name[0] != '\0' ? "   " : "");
	sbuf_puts(&b, c->device);
	dialog_line(d, ROLE_TOTAL, buf);
}

/* Words of a terminal, as long as they are, in so many rows. */
static void
put_words(struct dialog *d, enum role role, const char *text, int rows)
{
	size_t at = 0, len = strlen(text);
	char buf[DEVICE_TEXT_BYTES + 64];

	while (at < len && rows-- > 0) {
		size_t n = widget_break(text + at, TEXT_CELLS);
		struct sbuf b;

		sbuf_init(&b, buf, sizeof(buf));
		sbuf_write(&b, text + at, n > 0 ? n : len - at);
		dialog_line(d, role, buf);
		at += n > 0 ? n : len - at;
		at += text[at] == ' ' ? 1 : 0;
	}
}

static void
put_seconds(struct dialog *d, unsigned seconds)
{
	char buf[64];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 40 */
	sbuf_printf(
		&b, P_("for %u second", "for %u seconds", seconds), seconds);
	dialog_line(d, ROLE_NORMAL, buf);
}

/* --- the terminal works --------------------------------------------------- */

static const char *
step_of(const struct till_card *t, const struct engine_card *c)
{
	if (c->stopping) {
		/* cells: 50 */
		return _("It was asked to stop: wait for what it says.");
	}
	return t->step[0] != '\0' ? _(t->step)
				  /* cells: 50 */
				  : _("The terminal is asked.");
}

void
card_draw_asked(struct app *a, void *state)
{
	const struct engine_card *c = &till_view(a->till)->card;
	struct till_card t;
	struct dialog d;
	int row, rows;

	(void)state;
	memset(&t, 0, sizeof(t));
	till_card(a->till, &t);
	dialog_begin(&d, card_what(c->op));
	put_subject(a, &d);
	dialog_line(&d, ROLE_NORMAL, "");
	put_words(&d, ROLE_HEAD, step_of(&t, c), 2);
	put_seconds(&d, t.seconds);
	dialog_line(&d, ROLE_NORMAL, "");
	if (card_stops(a)) {
		dialog_choice(&d, app_back_key(a),
			/* cells: 46 */
			_("Ask the terminal to stop"));
	} else if (!c->stopping) {
		dialog_line(&d, ROLE_NORMAL,
			/* cells: 50 */
			_("It cannot be stopped any more."));
	}
	rows = widget_dialog(a->grid, &a->lay, &d, &row);
	hold_draw(a, row + 1, row + rows);
}

void
card_speak_asked(const struct app *a, const void *state, struct sbuf *out)
{
	const struct engine_card *c = &till_view(a->till)->card;
	struct till_card t;

	(void)state;
	memset(&t, 0, sizeof(t));
	till_card(a->till, &t);
	sbuf_puts(out, card_what(c->op));
	sbuf_putc(out, ' ');
	put_amount(a, out, c->amount);
	sbuf_putc(out, '\n');
	sbuf_puts(out, step_of(&t, c));
}

/* --- the signature -------------------------------------------------------- */

/* "Visa ....4410", as much as is known. */
static void
put_card(const struct pinpad_result *r, struct sbuf *out)
{
	sbuf_puts(out, r->card);
	if (r->last4[0] != '\0') {
		sbuf_puts(out, r->card[0] != '\0' ? " ...." : "....");
		sbuf_puts(out, r->last4);
	}
}

void
card_draw_sign(struct app *a, void *state)
{
	const struct engine_card *c = &till_view(a->till)->card;
	char buf[128];
	struct dialog d;
	struct sbuf b;
	int row, rows;

	(void)state;
	/* cells: 40 */
	dialog_begin(&d, _("SIGNATURE"));
	put_subject(a, &d);
	sbuf_init(&b, buf, sizeof(buf));
	put_card(&c->result, &b);
	dialog_line(&d, ROLE_NORMAL, buf);
	dialog_line(&d, ROLE_NORMAL, "");
	dialog_line(&d, ROLE_NORMAL,
		/* cells: 50 */
		_("The customer signs the slip: hold it against the"));
	dialog_line(&d, ROLE_NORMAL,
		/* cells: 50 */
		_("signature on the card."));
	dialog_line(&d, ROLE_NORMAL, "");
	/* cells: 46 */
	dialog_choice(&d, "1", _("SG  It is right"));
	/* cells: 46 */
	dialog_choice(&d, "2", _("SX  It is NOT: reverse the payment"));
	rows = widget_dialog(a->grid, &a->lay, &d, &row);
	hold_draw(a, row + 1, row + rows);
}

void
card_speak_sign(const struct app *a, const void *state, struct sbuf *out)
{
	const struct engine_card *c = &till_view(a->till)->card;
	char amount[48];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, amount, sizeof(amount));
	put_amount(a, &b, c->amount);
	sbuf_printf(out, _("SIGNATURE for %s: 1 right, 2 not right, Enter"),
		amount);
}

/* --- nobody knows --------------------------------------------------------- */

/* When it was asked, by the shop's clock. */
static void
put_asked(const struct app *a, struct dialog *d)
{
	const struct engine_card *c = &till_view(a->till)->card;
	struct clock_reading now = clock_read(&a->clock);
	struct civil at = utc_civil(c->since, now.tz_min);
	char when[16], buf[128];
	struct sbuf b;

	sbuf_init(&b, when, sizeof(when));
	format_time(&b, app_format(a), at, a->look.half_day, true);
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 50 */
	sbuf_printf(&b, _("The register asked for it at %s."), when);
	dialog_line(d, ROLE_NORMAL, buf);
}

void
card_draw_open(struct app *a, void *state)
{
	const struct engine_card *c = &till_view(a->till)->card;
	bool back = card_goes_back(a);
	struct till_card t;
	struct dialog d;
	int row, rows;

	(void)state;
	memset(&t, 0, sizeof(t));
	till_card(a->till, &t);
	dialog_begin(&d, back
				 /* cells: 46 */
				 ? _("MONEY BACK TO A CARD, WITHOUT AN ANSWER")
				 /* cells: 46 */
				 : _("CARD PAYMENT WITHOUT AN ANSWER"));
	put_subject(a, &d);
	if (a->grid->tight && c->known[0] != '\0') {
		/* the one row there is, for what decides */
		dialog_line(&d, ROLE_NORMAL, i18n_text(c->known));
	} else {
		put_asked(a, &d);
		put_words(&d, ROLE_NORMAL, i18n_text(c->known), 3);
	}
	if (t.step[0] != '\0') {
		put_words(&d, ROLE_HEAD, _(t.step), 1);
	}
	dialog_line(&d, ROLE_NORMAL, "");
	/* cells: 46 */
	dialog_choice(&d, "1", _("KA  Ask the terminal again"));
	dialog_choice(&d, "2",
		back
			/* cells: 46 */
			? _("KP  It was given back, the terminal shows it")
			/* cells: 46 */
			: _("KP  It was paid, the terminal shows it"));
	dialog_choice(&d, "3",
		back
			/* cells: 46 */
			? _("KX  It was not given back")
			/* cells: 46 */
			: _("KX  It was not paid"));
	/* cells: 46 */
	dialog_choice(&d, app_back_key(a), _("Later; that terminal waits"));
	rows = widget_dialog(a->grid, &a->lay, &d, &row);
	if (a->held_scans > 0 || rows > 2) {
		hold_draw(a, row + 1, row + rows);
	}
}

void
card_speak_open(const struct app *a, const void *state, struct sbuf *out)
{
	const struct engine_card *c = &till_view(a->till)->card;
	char amount[48];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, amount, sizeof(amount));
	put_amount(a, &b, c->amount);
	sbuf_printf(out,
		card_goes_back(a)
			? _("BACK TO A CARD %s, no answer. 1 ask again, 2 given "
			    "back, 3 not")
			: _("CARD %s without an answer. 1 ask again, 2 paid, 3 "
			    "not paid"),
		amount);
	if (c->known[0] != '\0') {
		sbuf_putc(out, '\n');
		sbuf_puts(out, i18n_text(c->known));
	}
}
