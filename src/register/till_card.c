/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Card terminals: what the engine's acts ask of them, once they are recorded,
 * and what they say, which becomes the engine's next input.  Nothing is asked
 * but by an act: what is not known is looked up with PINPAD_LAST, which never
 * charges.
 */
#include <string.h>

#include "base/i18n.h"
#include "core/currency.h"
#include "register/till_internal.h"

#include "base/poison.h"

/* A terminal that is switched on, or has to finish what it does. */
#define THERE_US ((int64_t)3000000)
#define BUSY_US ((int64_t)15000000)
#define RETRY_US ((int64_t)100000)
/* From one look at the last payment to the next, while it does not answer. */
#define LAST_US ((int64_t)10000000)
#define RECORD_US ((int64_t)1000000)

static struct mono
now_of(const struct till *t)
{
	return clock_read(&t->real).mono;
}

static struct till_port *
port_of(struct till *t)
{
	struct till_port *p =
		till_device_find(t, DEVICE_PINPAD, t->card.order.device);

	return p != NULL && p->host != NULL ? p : NULL;
}

static void
put(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text);
}

/* --- asking --------------------------------------------------------------- */

/* It is over without a question: nothing was charged. */
static void
not_asked(struct till *t, const char *why)
{
	t->card.waits = false;
	t->card.has = true;
	put(t->card.why, sizeof(t->card.why), why);
}

static void
try_ask(struct till *t, struct mono now)
{
	struct till_asking *c = &t->card;
	struct till_port *p = port_of(t);
	struct err e = {0};
	enum rc rc;

	if (p == NULL) {
		not_asked(t, N_("This terminal is not configured."));
		return;
	}
	rc = device_host_ask(p->host, c->id, &c->order.ask, &e);
	if (rc == RC_OK) {
		c->waits = false;
		return;
	}
	if (rc == RC_DOWN && now.us - c->since.us < THERE_US) {
		device_host_again(p->host);
		return;
	}
	if (rc == RC_AGAIN && now.us < c->until.us) {
		return;
	}
	not_asked(t, e.msg);
}

static void
begin(struct till *t, const struct card_order *o, bool recovers)
{
	struct till_asking *c = &t->card;
	uint32_t id = c->id + 1;
	char told[sizeof(c->told)];

	memcpy(told, c->told, sizeof(told));
	memset(c, 0, sizeof(*c));
	memcpy(c->told, told, sizeof(told));
	c->id = id == 0 ? 1 : id;
	c->open = true;
	c->waits = true;
	c->recovers = recovers;
	c->order = *o;
	c->since = now_of(t);
	c->until.us = c->since.us + BUSY_US;
	try_ask(t, c->since);
}

/* The terminal is told, behind the journal. */
static void
tell(struct till *t)
{
	struct till_port *p = port_of(t);

	if (t->card.held && p != NULL) {
		device_host_stored(p->host);
	}
	t->card.held = false;
}

void
till_card_act(struct till *t)
{
	const struct card_order *o = &t->act.card;
	struct till_port *p;

	t->card.stuck = false;
	switch (o->what) {
	case CARD_DO_ASK:
		tell(t);
		t->card.told[0] = '\0';
		begin(t, o, o->ask.op == PINPAD_LAST);
		break;
	case CARD_DO_STOP:
		p = port_of(t);
		if (t->card.waits) {
			not_asked(t, N_("Stopped before it was asked."));
		} else if (p != NULL) {
			device_host_cancel(p->host);
		}
		break;
	case CARD_DO_STORED:
		tell(t);
		break;
	case CARD_DO_NOTHING:
	default:
		break;
	}
}

/* --- what it says --------------------------------------------------------- */

static void
keep_slip(struct till_asking *c, const struct pinpad_slip *s)
{
	char *to = s->copy == PINPAD_CUSTOMER ? c->slip : c->merchant;
	size_t n = s->len < PINPAD_SLIP_BYTES ? s->len : PINPAD_SLIP_BYTES;

	if (to[0] != '\0') {
		return; /* a copy of the copy */
	}
	memcpy(to, s->text, n);
	to[n] = '\0';
	(void)pinpad_mask(to, n);
}

void
till_card_event(struct till_port *p, const struct device_event *ev)
{
	struct till *t = p->till;
	struct till_asking *c = &t->card;
	bool ours = c->open && !c->waits && ev->job == c->id &&
		    strcmp(p->name, c->order.device) == 0;

	switch ((int)ev->kind) {
	case DEVICE_READY:
		c->silent = false;
		c->again.us = 0;
		break;
	case DEVICE_CARD_STEP:
		if (ours) {
			put(c->step, sizeof(c->step), ev->text);
		}
		break;
	case DEVICE_CARD_SLIP:
		if (ours) {
			keep_slip(c, ev->slip);
		}
		/* the line that ends the payment will have it */
		if (ev->slip->hold) {
			device_host_stored(p->host);
		}
		break;
	case DEVICE_CARD_RESULT:
		if (ours && !c->has) {
			c->result = *ev->result;
			c->held = ev->result->hold;
			c->has = true;
		}
		break;
	default:
		break;
	}
}

/* --- what it said becomes an input ---------------------------------------- */

/* What was said and not recorded is not known: as behind a break. */
static void
forget_result(struct till_asking *c)
{
	enum pinpad_op op = c->order.ask.op;

	if (!c->refused || c->why[0] != '\0') {
		return;
	}
	memset(&c->result, 0, sizeof(c->result));
	c->result.op = op;
	c->result.outcome =
		pinpad_op_moves(op) ? PINPAD_UNKNOWN : PINPAD_ABORTED;
	c->result.code = -1;
	put(c->result.text, sizeof(c->result.text),
		N_("Its answer could not be recorded."));
}

/* Whether the engine still waits for this payment. */
static bool
is_waited_for(const struct till *t)
{
	const struct engine_card *v = &engine_view(t->engine)->card;

	return (v->phase == CARD_ASKED || v->phase == CARD_UNKNOWN) &&
	       memcmp(v->payment, t->card.order.payment, UUID_BYTES) == 0;
}

/* That nobody answers is said once. */
static bool
is_old_news(struct till_asking *c)
{
	const char *why = c->why[0] != '\0' ? c->why : c->result.text;
	bool old = false;

	if (!c->recovers ||
		(c->why[0] == '\0' && c->result.outcome != PINPAD_UNKNOWN)) {
		return false;
	}
	old = why[0] != '\0' && strncmp(c->told, why, sizeof(c->told) - 1) == 0;
	put(c->told, sizeof(c->told), why);
	return old;
}

static void
close_question(struct till_asking *c, struct mono now)
{
	c->open = false;
	c->has = false;
	c->step[0] = '\0';
	c->again.us = c->recovers ? now.us + LAST_US : 0;
}

static void
give_result(struct till *t, struct mono now)
{
	struct till_asking *c = &t->card;
	struct card_said said = {.recovered = c->recovers};
	struct input in = {.kind = INPUT_CARD, .text = "", .card = &said};
	bool answered =
		c->why[0] == '\0' && c->result.outcome != PINPAD_UNKNOWN;
	uint32_t id = c->id;
	struct reply reply;

	if (c->refused && now.us < c->again.us) {
		return;
	}
	if (!is_waited_for(t) || is_old_news(c)) {
		/* somebody decided meanwhile, or knows it */
		close_question(c, now);
		tell(t);
		return;
	}
	forget_result(c);
	memcpy(said.payment, c->order.payment, UUID_BYTES);
	if (c->why[0] != '\0') {
		said.not_asked = c->why;
	} else {
		said.result = &c->result;
		said.slip = c->slip;
		said.merchant = c->merchant;
	}
	till_input(t, &in, &reply);
	if (c->id != id) {
		return; /* something follows, and is asked already */
	}
	if (reply.error != NULL && strcmp(reply.error, "not_recorded") == 0) {
		c->refused = true;
		c->held = false; /* it takes it back, or LAST tells */
		c->again.us = now.us + RECORD_US;
		return;
	}
	close_question(c, now);
	c->silent = c->recovers && answered;
}

/* Ask for the last payment where nobody knows, and nobody asked yet. */
static void
recover(struct till *t, struct mono now)
{
	const struct engine_card *v = &engine_view(t->engine)->card;
	struct till_asking *c = &t->card;
	struct card_order o = {.what = CARD_DO_ASK};

	if (v->phase != CARD_UNKNOWN || c->open || c->silent ||
		now.us < c->again.us) {
		return;
	}
	memcpy(o.payment, v->payment, UUID_BYTES);
	memcpy(o.device, v->device, sizeof(o.device));
	o.ask.op = PINPAD_LAST;
	o.ask.currency =
		(uint16_t)currency_number(till_config(t)->currency.code);
	o.ask.digits = till_config(t)->currency.digits;
	begin(t, &o, true);
}

/* The one before is settled: is there another? */
static void
look_for_more(struct till *t)
{
	struct store_payment p;
	size_t n = 0;

	if (t->shop->store != NULL &&
		store_payments(t->shop->store, false, NULL, &p, 1, &n, NULL) ==
			RC_OK &&
		n > 0) {
		engine_restore_card(t->engine, &p);
	}
}

/* Cards have paid all of it: as if Enter had been keyed. */
static void
complete(struct till *t)
{
	const struct engine_view *v = engine_view(t->engine);
	struct input in = {.kind = INPUT_EXACT, .text = ""};
	struct reply reply;

	if (v->state != ENGINE_PAY || v->n_tender == 0 || v->due.minor != 0 ||
		v->card.phase != CARD_IDLE || t->card.stuck ||
		v->tender[v->n_tender - 1].payment[0] == '\0') {
		return;
	}
	till_input(t, &in, &reply);
	/* whoever touches it next tries it once more */
	t->card.stuck = !reply.ok;
}

void
till_card_take(struct till *t, struct mono now)
{
	struct till_asking *c = &t->card;
	bool unknown = engine_view(t->engine)->card.phase == CARD_UNKNOWN;

	if (t->shop->read_only) {
		return;
	}
	if (c->waits) {
		try_ask(t, now);
	}
	if (c->open && c->has) {
		give_result(t, now);
	}
	if (unknown && engine_view(t->engine)->card.phase == CARD_IDLE) {
		look_for_more(t);
	}
	recover(t, now);
	complete(t);
}

bool
till_card_next(const struct till *t, struct mono now, struct mono *ret)
{
	const struct till_asking *c = &t->card;
	const struct engine_card *v = &engine_view(t->engine)->card;

	*ret = now;
	if (c->waits || (c->has && !c->refused)) {
		ret->us += RETRY_US;
		return true;
	}
	if (c->has || (v->phase == CARD_UNKNOWN && !c->open && !c->silent)) {
		ret->us =
			c->again.us > now.us ? c->again.us : now.us + RETRY_US;
		return true;
	}
	return false;
}

/* --- start and end -------------------------------------------------------- */

void
till_card_open(struct till *t)
{
	till_card_forget(t);
	if (t->shop->read_only) {
		return;
	}
	look_for_more(t);
	if (t->signs) {
		engine_restore_signature(t->engine);
	}
}

void
till_card_forget(struct till *t)
{
	uint32_t id = t->card.id;

	memset(&t->card, 0, sizeof(t->card));
	t->card.id = id;
}

/* --- for the screen ------------------------------------------------------- */

void
till_card(struct till *t, struct till_card *ret)
{
	const struct engine_card *v = &engine_view(t->engine)->card;
	const struct till_asking *c = &t->card;

	memset(ret, 0, sizeof(*ret));
	ret->phase = v->phase;
	if (!c->open) {
		return;
	}
	memcpy(ret->step, c->step, sizeof(ret->step));
	if (c->waits) {
		/* cells: 50 */
		put(ret->step, sizeof(ret->step),
			N_("Not there yet: look at its cable and power."));
	}
	ret->seconds = (unsigned)((now_of(t).us - c->since.us) / 1000000);
	ret->may_stop = v->phase == CARD_ASKED && !c->has;
}
