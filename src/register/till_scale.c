/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scale: asked when goods wait for their weight.  One that sells is taken
 * by itself, but what was sold must have been off the scale since: else the
 * same bag is sold under two names.  Who means it so keys WG.
 */
#include <string.h>

#include "base/i18n.h"
#include "core/unit.h"
#include "register/till_internal.h"

#include "base/poison.h"

#define WATCH_US INT64_C(60000000)

void
till_weights(struct till *t, till_weight_fn fn, void *arg)
{
	t->weight_fn = fn;
	t->weight_arg = arg;
}

void
till_scale_forget(struct till *t)
{
	uint32_t id = t->weigh.id;

	memset(&t->weigh, 0, sizeof(t->weigh));
	t->weigh.id = id;
}

static struct till_port *
port_of(struct till *t)
{
	struct till_port *p = till_device_find(t, DEVICE_SCALE, NULL);

	return p != NULL && p->host != NULL ? p : NULL;
}

/* --- what is asked -------------------------------------------------------- */

/* Of a kilogram, in minor units; 0: it is not sold by anything like it. */
static int64_t
price_of(const struct item *item)
{
	switch (unit_find(item->unit)) {
	case UNIT_KG:
		return item->price.minor;
	case UNIT_100G:
		return item->price.minor * 10;
	case UNIT_G:
		return item->price.minor * 1000;
	case UNIT_LB:
	case UNIT_OZ:
	case UNIT_COUNT:
	default:
		return 0;
	}
}

/* Thousandths of the unit as whole grams; 0 where they are none. */
static int64_t
tare_of(const struct item *item)
{
	switch (unit_find(item->unit)) {
	case UNIT_KG:
		return item->tare;
	case UNIT_100G:
		return item->tare % 10 == 0 ? item->tare / 10 : 0;
	case UNIT_G:
		return item->tare % 1000 == 0 ? item->tare / 1000 : 0;
	case UNIT_LB:
	case UNIT_OZ:
	case UNIT_COUNT:
	default:
		return 0;
	}
}

static void
put_ascii(const char *text, char *out, size_t cap)
{
	size_t n = 0;

	for (const char *c = text; *c != '\0' && n + 1 < cap; c++) {
		unsigned char b = (unsigned char)*c;

		if (b >= 0x20 && b < 0x7f) {
			out[n++] = *c;
		}
	}
	out[n] = '\0';
}

/* Whether goods wait for nothing but their weight. */
static const struct item *
waiting(const struct till *t)
{
	const struct engine_view *v = engine_view(t->engine);

	return v->ask == ASK_WEIGHT && v->goods != NULL && !v->locked &&
			       !v->signed_off
		       ? &v->goods->item
		       : NULL;
}

static void
ask(struct till *t, const struct item *item)
{
	struct till_weighing *w = &t->weigh;
	struct till_port *p = port_of(t);
	struct scale_ask a = {.price = price_of(item),
		.tare = tare_of(item) + engine_view(t->engine)->tare};
	bool same = strcmp(w->code, item->code) == 0;
	struct sbuf b;

	if (p == NULL || (w->asked && same)) {
		return;
	}
	put_ascii(item->name, a.text, sizeof(a.text));
	w->has = false;
	w->due = false;
	w->text[0] = '\0';
	w->id++;
	w->id += w->id == 0 ? 1u : 0u;
	w->asked = device_host_weigh(p->host, w->id, &a, NULL) == RC_OK;
	w->watch = false;
	sbuf_init(&b, w->code, sizeof(w->code));
	sbuf_puts(&b, item->code);
}

/* Nobody waits any more; what was sold is watched until it is taken off. */
static void
leave(struct till *t)
{
	struct till_weighing *w = &t->weigh;
	struct till_port *p = port_of(t);

	w->asked = false;
	w->due = false;
	w->code[0] = '\0';
	if (w->lies && p != NULL) {
		w->watch = true;
		w->watch_end.us = clock_read(&t->real).mono.us + WATCH_US;
	} else if (p != NULL) {
		device_host_rest(p->host);
	}
}

void
till_scale_follow(struct till *t)
{
	const struct item *item = waiting(t);

	if (item != NULL) {
		ask(t, item);
	} else if (t->weigh.asked) {
		leave(t);
	}
}

/* --- what it says --------------------------------------------------------- */

static void
off(struct till *t, const struct till_port *p)
{
	t->weigh.lies = false;
	if (t->weigh.watch) {
		t->weigh.watch = false;
		device_host_rest(p->host);
	}
}

static void
on_weight(struct till_port *p, const struct device_event *ev)
{
	struct till *t = p->till;
	struct till_weighing *w = &t->weigh;
	const struct scale_reading *r = &ev->weight;
	const unsigned empty = SCALE_ZERO | SCALE_UNDER | SCALE_BELOW;
	struct sbuf b;

	if (ev->job != w->id || (!w->asked && !w->watch)) {
		return; /* of what was weighed before */
	}
	/* the scale itself says when nothing was moved */
	if ((r->flags & empty) != 0 || (r->flags & SCALE_PRICED) != 0 ||
		((r->flags & SCALE_STABLE) != 0 && r->grams <= 0)) {
		off(t, p);
	}
	w->r = *r;
	w->has = true;
	sbuf_init(&b, w->text, sizeof(w->text));
	sbuf_puts(&b, ev->text);
	w->due = w->asked && !w->lies && scale_sells(r);
}

void
till_scale_event(struct till_port *p, const struct device_event *ev)
{
	struct till *t = p->till;

	if (p != port_of(t)) {
		return;
	}
	switch ((int)ev->kind) {
	case DEVICE_WEIGHT:
		on_weight(p, ev);
		break;
	case DEVICE_DOWN:
	case DEVICE_SILENT:
		/* what it said last is no weight any more */
		t->weigh.has = false;
		t->weigh.due = false;
		if (ev->kind == DEVICE_DOWN) {
			t->weigh.asked = false;
			t->weigh.watch = false;
		}
		break;
	case DEVICE_READY:
		till_scale_follow(t);
		break;
	default:
		break;
	}
}

/* --- what is done with it ------------------------------------------------- */

/* As the scale has it: what it took off itself and told is put back, since
 * the engine takes off what it knows of. */
static struct input
input_of(const struct scale_reading *r)
{
	bool net = (r->flags & SCALE_NET) != 0 && r->tare == 0;

	return (struct input){.kind = INPUT_WEIGHT,
		.text = net ? "net" : "",
		.len = net ? 3 : 0,
		.arg = (int)(r->grams + r->tare)};
}

static void
used_up(struct till *t)
{
	t->weigh.due = false;
	t->weigh.has = false;
	t->weigh.lies = (t->weigh.r.flags & SCALE_PRICED) == 0;
}

void
till_scale_take(struct till *t)
{
	struct till_weighing *w = &t->weigh;
	struct input in;
	struct reply reply;
	struct till_port *p = port_of(t);

	if (w->watch && p != NULL &&
		clock_read(&t->real).mono.us >= w->watch_end.us) {
		w->watch = false;
		device_host_rest(p->host);
	}
	if (!w->due || !w->asked || waiting(t) == NULL) {
		return;
	}
	in = input_of(&w->r);
	used_up(t);
	if (t->weight_fn != NULL) {
		t->weight_fn(t->weight_arg, &in);
	} else {
		till_input(t, &in, &reply);
	}
	/* refused: the next reading is of a new question */
	if (waiting(t) != NULL) {
		w->asked = false;
		till_scale_follow(t);
	}
}

static void
refuse(struct till *t, const char *text)
{
	struct reply *r = &t->act.reply;
	struct sbuf b;

	memset(&t->act, 0, sizeof(t->act));
	r->error = "scale";
	sbuf_init(&b, r->text, sizeof(r->text));
	sbuf_puts(&b, text);
}

void
till_scale_act(struct till *t)
{
	static const enum scale_command command[] = {
		[ACT_SCALE_ZERO] = SCALE_SET_ZERO,
		[ACT_SCALE_TARE] = SCALE_SET_TARE,
		[ACT_SCALE_CLEAR] = SCALE_CLEAR_TARE,
	};
	struct till_weighing *w = &t->weigh;
	struct till_port *p = port_of(t);
	struct input in;

	if (!t->act.reply.ok || t->act.scale == ACT_SCALE_NONE) {
		return;
	}
	if (p == NULL || !device_host_up(p->host)) {
		refuse(t, p == NULL ? _("There is no scale here.")
				    : _("The scale is not there: look at its "
					"cable and switch it on."));
	} else if (t->act.scale != ACT_SCALE_TAKE) {
		if (device_host_scale(p->host, command[t->act.scale], NULL) !=
			RC_OK) {
			refuse(t, _("This scale cannot do that: use its own "
				    "keys."));
		}
	} else if (!w->asked || !w->has || !scale_sells(&w->r)) {
		refuse(t, _("No steady weight is on the scale for goods that "
			    "wait for one."));
	} else {
		in = input_of(&w->r);
		used_up(t);
		engine_step(t->engine, &in, &t->act);
	}
}

/* --- for the screen ------------------------------------------------------- */

static const char *
words(const struct till_weighing *w)
{
	unsigned f = w->r.flags;

	if (w->text[0] != '\0') {
		return _(w->text);
	}
	if ((f & SCALE_OVER) != 0) {
		/* cells: 60 */
		return _("Too heavy for the scale.");
	}
	if ((f & SCALE_UNDER) != 0) {
		/* cells: 60 */
		return _("Below zero: clear the scale and set it to zero, WZ.");
	}
	if ((f & SCALE_ZERO) != 0 ||
		((f & SCALE_STABLE) != 0 && w->r.grams <= 0)) {
		/* cells: 60 */
		return _("Nothing is on the scale.");
	}
	if ((f & SCALE_BELOW) != 0) {
		/* cells: 60 */
		return _("Too light for the scale.");
	}
	if (w->lies && scale_sells(&w->r)) {
		/* cells: 60 */
		return _(
			"Take the goods off and put them on again, or key WG.");
	}
	return scale_sells(&w->r) ? "" : _("The scale is not steady yet.");
}

void
till_scale(struct till *t, struct till_scale *ret)
{
	const struct till_weighing *w = &t->weigh;
	struct till_port *p = port_of(t);
	struct sbuf b;

	memset(ret, 0, sizeof(*ret));
	ret->there = p != NULL && device_host_up(p->host) &&
		     strcmp(p->word, "silent") != 0;
	ret->asked = w->asked;
	if (w->asked && w->has) {
		ret->reading = w->r;
		sbuf_init(&b, ret->text, sizeof(ret->text));
		sbuf_puts(&b, words(w));
	}
}
