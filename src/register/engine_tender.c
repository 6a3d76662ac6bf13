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

static void
put_act(struct engine *e, struct act *act, enum event_type type)
{
	struct event_tender_act *d = &act->event[0].data.tender;
	const struct engine_tender *t = &e->wait_tender;

	act->event[0].type = type;
	act->n = 1;
	memcpy(d->sale, e->basket.id, UUID_BYTES);
	d->no = t->no;
	d->tender = engine_tender_word(t->code);
	d->name = t->name[0] != '\0' ? t->name : NULL;
	d->amount = t->amount.minor;
	d->tendered = t->tendered.minor;
	d->approver = engine_approver(e);
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

enum rc
engine_restore_tenders(struct engine *e, const struct engine_tender tender[],
	size_t n, uint32_t next_no, struct err *reterr)
{
	int64_t left = engine_due(e).minor;

	for (size_t i = 0; i < n; i++) {
		left -= left < tender[i].amount.minor ? left + 1
						      : tender[i].amount.minor;
		if (left < 0 || tender[i].amount.minor < 0) {
			break;
		}
	}
	if (n >= ENGINE_TENDERS || e->basket.n_line == 0 ||
		(n > 0 && left < 0)) {
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
