/* SPDX-License-Identifier: Apache-2.0 */
/* Sales put aside, brought back, and given up. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "base/text.h"
#include "register/engine_internal.h"

#include "base/poison.h"

#define NOTE_BYTES 96 /* of a note, or it is cut */

static bool
basket_event(struct engine *e, struct act *act, enum event_type type)
{
	const struct basket *b = &e->basket;
	struct event_basket *d = &act->event[act->n].data.basket;

	act->event[act->n++].type = type;
	memcpy(d->sale, b->id, UUID_BYTES);
	d->opened = b->opened;
	d->n_line = b->n_line;
	d->age = b->age;
	d->total = b->total.gross.minor;
	if (engine_event_head(e, d) != RC_OK ||
		engine_event_lines(e, type == EVENT_SALE_PARKED, &d->line) !=
			RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The sale could not be put together: void a line."));
		return false;
	}
	act->draft = DRAFT_GONE;
	return true;
}

/* Words to know it by again, which whoever brings it back is told. */
static void
put_note(struct engine *e, struct act *act, const char *note)
{
	char clean[NOTE_BYTES];

	(void)text_clean(note, strlen(note), clean, sizeof(clean), 0);
	if (clean[0] != '\0') {
		act->event[0].data.basket.note =
			arena_text(&e->arena, clean, strlen(clean));
	}
}

static void
park(struct engine *e, struct act *act, const char *note)
{
	char number[32], text[AMOUNT_BYTES];

	if (!basket_event(e, act, EVENT_SALE_PARKED)) {
		return;
	}
	(void)snprintf(
		number, sizeof(number), "P%02" PRIu64, e->series.next_parked);
	act->event[0].data.basket.number =
		arena_text(&e->arena, number, strlen(number));
	if (act->event[0].data.basket.number == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The sale could not be put together: void a line."));
		return;
	}
	put_note(e, act, note);
	/* a number that was voided is not given to another line */
	if (e->basket.line[e->basket.n_line - 1].no + 1 < e->basket.next_no) {
		act->event[0].data.basket.next = e->basket.next_no;
	}
	act->reply.parked = e->series.next_parked;
	e->wait = WAIT_PARKED;
	engine_say(act, _("Parked as %llu: %s.  %lluPK brings it back."),
		(unsigned long long)e->series.next_parked,
		engine_amount(e, e->basket.total.gross, text),
		(unsigned long long)e->series.next_parked);
}

static void
refuse_recall(struct act *act, enum rc rc)
{
	if (rc == RC_NOTFOUND) {
		engine_refuse(act, WORD_TAX_CLASS,
			_("The parked sale has a tax class that is not "
			  "configured: write its rate in holdfast.conf."));
		return;
	}
	engine_refuse(act, WORD_UNAVAILABLE,
		_("The parked sale does not fit this register: ring its items "
		  "again."));
}

/* The lines stand in the basket from here on; engine_drop_act() takes them out again
 * when the recall is not recorded. */
static bool
load(struct engine *e, struct act *act, const struct event_basket *d)
{
	enum rc rc;

	engine_empty(e);
	engine_begin_basket(e, d->sale, d->opened);
	rc = engine_basket_back(d, &e->basket);
	if (rc != RC_OK) {
		engine_empty(e);
		refuse_recall(act, rc);
		return false;
	}
	e->wait = WAIT_RECALLED;
	return true;
}

/* A parked sale, 0 the oldest.  False: refused. */
static bool
find_parked(struct engine *e, struct act *act, uint64_t number,
	const struct event **ret)
{
	const struct event *ev = NULL;
	struct err err = {0};
	enum rc rc = e->ports.parked(e->ports.arg, number, &ev, &err);

	if (rc == RC_NOTFOUND && number > 0) {
		engine_refuse(act, WORD_NOTHING_PARKED,
			_("No sale is parked as %llu: key PK for the oldest."),
			(unsigned long long)number);
	} else if (rc == RC_NOTFOUND) {
		engine_refuse(
			act, WORD_NOTHING_PARKED, _("No sale is parked."));
	} else if (rc != RC_OK || ev->type != EVENT_SALE_PARKED ||
		   ev->data.basket.number == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The parked sale cannot be read: %s"), err.msg);
	} else {
		*ret = ev;
		return true;
	}
	return false;
}

/* Its lines into the basket, and that it was brought back.  False: refused. */
static bool
bring_back(struct engine *e, struct act *act, const struct event *ev)
{
	struct event_recalled *d = &act->event[0].data.recalled;

	if (!load(e, act, &ev->data.basket)) {
		return false;
	}
	act->event[0].type = EVENT_SALE_RECALLED;
	act->n = 1;
	memcpy(d->sale, ev->data.basket.sale, UUID_BYTES);
	d->number = arena_text(&e->arena, ev->data.basket.number,
		strlen(ev->data.basket.number));
	if (d->number == NULL) {
		engine_empty(e);
		e->wait = WAIT_NONE;
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The parked sale cannot be read: key PK again."));
		return false;
	}
	engine_receipt_again(e);
	return true;
}

static void
recall(struct engine *e, struct act *act, uint64_t number)
{
	const struct event *ev = NULL;
	char text[AMOUNT_BYTES], note[NOTE_BYTES] = "";
	struct sbuf b;

	if (!find_parked(e, act, number, &ev)) {
		return;
	}
	sbuf_init(&b, note, sizeof(note));
	if (ev->data.basket.note != NULL) {
		sbuf_puts(&b, "  ");
		sbuf_puts(&b, ev->data.basket.note);
	}
	if (!bring_back(e, act, ev)) {
		return;
	}
	act->draft = DRAFT_ALL;
	engine_say(act,
		P_("Back: %zu line, %s.", "Back: %zu lines, %s.",
			e->basket.n_line),
		e->basket.n_line,
		engine_amount(e, e->basket.total.gross, text));
	if (note[0] != '\0') {
		char said[sizeof(act->reply.text)];

		memcpy(said, act->reply.text, sizeof(said));
		engine_say(act, "%s%s", said, note);
	}
}

/* Brought back and given up in one act: it is never open, and what follows
 * from either line follows from these. */
static void
cancel_parked(struct engine *e, struct act *act, const char *number)
{
	const struct event *ev = NULL;
	const char *reason = NULL;
	char text[AMOUNT_BYTES], what[96];
	struct money total;
	struct sbuf b;
	int64_t n = 0;

	if (e->basket.n_line > 0) {
		engine_refuse(act, WORD_SALE_OPEN,
			_("A sale is open: finish or park it first."));
		return;
	}
	if (parse_i64(number, strlen(number), 1, INT64_MAX, &n) != RC_OK) {
		engine_refuse(act, WORD_NOTHING_PARKED,
			_("No sale is parked as '%.20s'."), number);
		return;
	}
	if (!find_parked(e, act, (uint64_t)n, &ev)) {
		return;
	}
	total.minor = ev->data.basket.total;
	sbuf_init(&b, what, sizeof(what));
	/* cells: 42 */
	sbuf_printf(&b, _("parked sale %s, %s"), ev->data.basket.number,
		engine_amount(e, total, text));
	engine_what(e, what, NULL, NULL);
	if (!engine_reason(e, act, REASON_CANCEL, &reason) ||
		!engine_permit(e, act, PERMIT_PARKED_VOID,
			total.minor < 0 ? -total.minor : total.minor) ||
		!bring_back(e, act, ev)) {
		return;
	}
	if (!basket_event(e, act, EVENT_SALE_VOIDED)) {
		engine_drop_act(e);
		return;
	}
	act->event[1].data.basket.reason = reason;
	act->event[1].data.basket.approver = engine_approver(e);
	e->wait = WAIT_PARKED_GONE;
	engine_say(act, _("Parked sale %s is cancelled: %s."),
		act->event[0].data.recalled.number,
		engine_amount(e, e->basket.total.gross, text));
}

void
engine_park(struct engine *e, struct act *act, const char *number)
{
	int64_t n = 0;

	if (e->basket.n_line > 0 && !text_is_digits(number)) {
		park(e, act, number); /* a note, or none */
		return;
	}
	if (e->basket.n_line > 0) {
		engine_refuse(act, WORD_SALE_OPEN,
			_("A sale is open: park it with PK, then bring the "
			  "other back."));
		return;
	}
	if (number[0] != '\0' && (parse_i64(number, strlen(number), 1,
					  INT64_MAX, &n) != RC_OK)) {
		engine_refuse(act, WORD_NOTHING_PARKED,
			_("No sale is parked as '%.20s'."), number);
		return;
	}
	recall(e, act, (uint64_t)n);
}

bool
engine_cancel_put(struct engine *e, struct act *act, const char *reason,
	const char *approver)
{
	size_t i = act->n;

	if (!basket_event(e, act, EVENT_SALE_VOIDED)) {
		return false;
	}
	act->event[i].data.basket.reason = reason;
	act->event[i].data.basket.approver = approver;
	return true;
}

void
engine_cancel(struct engine *e, struct act *act, const char *number)
{
	struct money total = e->basket.total.gross;
	char text[AMOUNT_BYTES];
	const char *reason = NULL;

	if (number[0] != '\0') {
		cancel_parked(e, act, number);
		return;
	}
	if (e->basket.n_line == 0) {
		engine_refuse(
			act, WORD_NO_SALE, _("There is no sale to cancel."));
		return;
	}
	if (engine_card_held(e, act)) {
		return;
	}
	engine_what(e, engine_amount(e, total, text), NULL, NULL);
	if (!engine_reason(e, act, REASON_CANCEL, &reason) ||
		!engine_permit(e, act, PERMIT_SALE_VOID,
			total.minor < 0 ? -total.minor : total.minor) ||
		!engine_cancel_put(e, act, reason, engine_approver(e))) {
		return;
	}
	e->wait = WAIT_GONE;
	engine_say(act, _("Sale cancelled: %s."),
		engine_amount(e, e->basket.total.gross, text));
}
