/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of a sale that are paid before it is complete.  Each is an act of its
 * own: what was handed over is recorded when it is, and is there again after
 * a kill.  While there is one the lines stay as they are.
 */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

struct money
engine_paid(const struct engine *e)
{
	struct money paid = {0};

	for (size_t i = 0; i < e->n_tender; i++) {
		paid.minor += e->tender[i].amount.minor;
	}
	return paid;
}

void
engine_tenders_empty(struct engine *e)
{
	e->n_tender = 0;
	e->next_tender = 1;
	memset(&e->again, 0, sizeof(e->again));
}

const char *
engine_tender_word(const char *code)
{
	return strcmp(code, "CA") == 0 ? "cash" : code;
}

const char *
engine_tender_name(const char *name)
{
	return name[0] != '\0' ? name : C_("receipt", "Cash");
}

const struct config_tender *
engine_tender_of(const struct engine *e, const struct entry *en)
{
	return en->like_command ? config_tender_find(e->config, en->letters)
				: NULL;
}

bool
engine_tender_open(struct engine *e, struct act *act)
{
	char text[AMOUNT_BYTES];

	if (e->n_tender == 0) {
		return false;
	}
	engine_refuse(act, WORD_TENDER_OPEN,
		_("%s is paid already: take the rest, or give it back with VD "
		  "first."),
		engine_amount(e, engine_paid(e), text));
	return true;
}

bool
engine_tender_is_card(const struct engine_tender *t)
{
	return t->payment[0] != '\0';
}

static const char *
unless_empty(const char *s)
{
	return s[0] != '\0' ? s : NULL;
}

void
engine_tender_event(struct engine *e, struct event *ev, enum event_type type)
{
	struct event_tender_act *d = &ev->data.tender;
	const struct engine_tender *t = &e->wait_tender;

	memset(ev, 0, sizeof(*ev));
	ev->type = type;
	memcpy(d->sale, e->basket.id, UUID_BYTES);
	d->no = t->no;
	d->tender = engine_tender_word(t->code);
	d->name = unless_empty(t->name);
	d->amount = t->amount.minor;
	d->tendered = t->tendered.minor;
	d->approver = engine_approver(e);
	d->payment = unless_empty(t->payment);
	d->card = unless_empty(t->card);
	d->last4 = unless_empty(t->last4);
	d->auth = unless_empty(t->auth);
	d->offline = t->offline;
}

static void
put_act(struct engine *e, struct act *act, enum event_type type)
{
	engine_tender_event(e, &act->event[0], type);
	act->n = 1;
	/* the lines it is paid for must not be the ones a cut takes */
	act->draft = DRAFT_SURE;
}

void
engine_tender_take(struct engine *e, struct act *act,
	const struct config_tender *t, struct money amount)
{
	struct engine_tender *w = &e->wait_tender;
	char text[AMOUNT_BYTES], left[AMOUNT_BYTES];
	struct money rest;

	/* the last place is for the one that completes it */
	if (e->n_tender == ENGINE_TENDERS - 1 || e->next_tender == UINT32_MAX) {
		engine_refuse(act, WORD_SALE_FULL,
			_("So many parts no sale takes: pay the rest at once."));
		return;
	}
	memset(w, 0, sizeof(*w));
	w->no = e->next_tender;
	memcpy(w->code, t->code, sizeof(w->code));
	memcpy(w->name, t->name, sizeof(w->name));
	w->amount = amount;
	w->tendered = amount;
	put_act(e, act, EVENT_TENDER_TAKEN);
	e->wait = WAIT_TENDER;
	rest.minor = engine_due(e).minor - amount.minor;
	engine_say(act, _("%s %s taken.  %s still due."),
		engine_tender_name(t->name), engine_amount(e, amount, text),
		engine_amount(e, rest, left));
}

void
engine_tender_remove(struct engine *e, struct act *act, const struct entry *en)
{
	char text[AMOUNT_BYTES];

	if (e->n_tender == 0 || en->before[0] != '\0' || en->after[0] != '\0') {
		engine_refuse(act, WORD_NO_TENDER,
			_("Only what was taken last can be given back: key VD "
			  "alone."));
		return;
	}
	if (engine_tender_is_card(&e->tender[e->n_tender - 1])) {
		engine_card_back(e, act);
		return;
	}
	e->wait_tender = e->tender[e->n_tender - 1];
	put_act(e, act, EVENT_TENDER_REMOVED);
	e->wait = WAIT_TENDER_GONE;
	engine_say(act, _("%s %s given back."),
		engine_tender_name(e->wait_tender.name),
		engine_amount(e, e->wait_tender.amount, text));
}

void
engine_tender_list(struct engine *e, struct act *act)
{
	char text[256];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	for (size_t i = 0; i < e->config->n_tender; i++) {
		const struct config_tender *t = &e->config->tender[i];

		sbuf_puts(&b, i > 0 ? "  " : "");
		sbuf_puts(&b, t->code);
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, engine_tender_name(t->name));
	}
	act->reply.has_tenders = true;
	engine_say(act, "%s", text);
}

void
engine_settle_tender(struct engine *e)
{
	if (e->wait == WAIT_TENDER_GONE) {
		e->n_tender--;
		return;
	}
	e->tender[e->n_tender++] = e->wait_tender;
	e->next_tender = e->wait_tender.no + 1;
	e->state = ENGINE_PAY;
	e->price_check = false;
}

/* What is paid of what is due, or paid out of what is to go back: a part of it,
 * never more, and never the other way. */
static bool
is_part(int64_t left, int64_t amount)
{
	return left < 0 ? amount < 0 && amount >= left
			: amount >= 0 && amount <= left;
}

enum rc
engine_restore_tenders(struct engine *e, const struct engine_tender tender[],
	size_t n, uint32_t next_no, struct err *reterr)
{
	int64_t left = engine_due(e).minor;
	bool fits = n < ENGINE_TENDERS && e->basket.n_line > 0;

	for (size_t i = 0; fits && i < n; i++) {
		fits = is_part(left, tender[i].amount.minor);
		left -= tender[i].amount.minor;
	}
	if (!fits) {
		return err_set(reterr, RC_RANGE, 0, __func__,
			"what is paid of the open sale is more than its total");
	}
	memcpy(e->tender, tender, n * sizeof(*tender));
	e->n_tender = n;
	if (e->next_tender < next_no) {
		e->next_tender = next_no;
	}
	if (n > 0) {
		e->state = ENGINE_PAY;
	}
	engine_refresh(e);
	return RC_OK;
}
