/* SPDX-License-Identifier: Apache-2.0 */
/* What a verb asks of the register that runs: keyed at its prompt, as far as the
 * engine can tell, by the one who asks. */
#include <string.h>

#include "base/i18n.h"
#include "register/till_internal.h"
#include "wire/request.h"

#include "base/poison.h"

/* "12ZR", "202611MZ", "2026YZ" */
static void
put_end(const struct request *r, struct sbuf *b)
{
	const struct event_period *p = &r->event.data.period;
	enum period_kind kind = PERIOD_MONTH;

	if (r->type == EVENT_DAY_CLOSED) {
		sbuf_i64(b, r->event.data.day.number);
		sbuf_puts(b, "ZR");
		return;
	}
	for (const char *c = p->name; *c != '\0'; c++) {
		if (*c != '-') {
			sbuf_putc(b, *c);
		}
	}
	(void)period_kind_of(p->name, &kind);
	sbuf_puts(b, kind == PERIOD_MONTH ? "MZ" : "YZ");
}

/* Its words are a verb's, whatever the shop speaks. */
static enum rc
key(struct till *t, const struct request *r, const char *text,
	const struct event *given, struct err *reterr)
{
	const struct input in = {.kind = INPUT_ENTRY,
		.text = text,
		.len = strlen(text),
		.sure = true};
	struct act *act = &t->act;
	char was[I18N_BYTES];

	i18n_language("en", was);
	engine_verb(t->engine, r->actor, &in, act);
	i18n_language(was, NULL);
	if (!act->reply.ok || act->n == 0) {
		return err_set(
			reterr, RC_DENIED, 0, "close", "%s", act->reply.text);
	}
	if (given->type != EVENT_TYPE_COUNT && act->n < ACT_EVENTS) {
		act->event[act->n++] = *given;
	}
	till_make_final(t);
	return act->reply.ok ? RC_OK
			     : err_set(reterr, RC_DENIED, 0, "close", "%s",
				       act->reply.text);
}

enum rc
till_prompt(void *arg, const struct request *r, const struct event *given,
	uint64_t *ret_sequence, struct err *reterr)
{
	const struct event none = {.type = EVENT_TYPE_COUNT};
	struct till *t = arg;
	char text[48];
	struct sbuf b;
	enum rc rc = RC_OK;

	/* the drawer first: a fact by itself, whatever becomes of the day */
	if (r->type == EVENT_DAY_CLOSED && r->event.data.day.counts > 0) {
		sbuf_init(&b, text, sizeof(text));
		money_put(&b, (struct money){r->event.data.day.counted},
			till_config(t)->currency.digits);
		sbuf_puts(&b, "CT");
		rc = key(t, r, text, &none, reterr);
	}
	if (rc == RC_OK) {
		sbuf_init(&b, text, sizeof(text));
		put_end(r, &b);
		rc = key(t, r, text, given, reterr);
	}
	if (rc == RC_OK) {
		*ret_sequence = t->act.event[0].sequence;
		t->stirred = clock_read(&t->real).mono;
		t->touched = t->stirred;
	}
	return rc;
}
