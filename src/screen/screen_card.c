/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/screen_card.h"

#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/text.h"

#include "base/poison.h"

static const struct screen_ops asked_ops, sign_ops, open_ops;

static const struct engine_card *
card_of(const struct app *a)
{
	return &till_view(a->till)->card;
}

/* --- which box ------------------------------------------------------------ */

static const struct screen_ops *
wanted(const struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const struct engine_card *c = &v->card;

	if (v->signed_off || v->locked) {
		return NULL; /* it waits for whoever signs on */
	}
	switch (c->phase) {
	case CARD_ASKED:
		return &asked_ops;
	case CARD_SIGN:
		return &sign_ops;
	case CARD_UNKNOWN:
		return memcmp(c->payment, a->card_later, sizeof(c->payment)) ==
				       0
			       ? NULL
			       : &open_ops;
	case CARD_IDLE:
	default:
		return NULL;
	}
}

static const struct screen_ops *
is_open(const struct app *a)
{
	for (size_t i = 0; i < a->depth; i++) {
		const struct screen_ops *ops = a->stack[i].ops;

		if (ops == &asked_ops || ops == &sign_ops || ops == &open_ops) {
			return ops;
		}
	}
	return NULL;
}

void
card_follow(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const struct screen_ops *want = wanted(a), *had = is_open(a);

	if (want == had || v->ask == ASK_APPROVAL || v->ask == ASK_REASON) {
		return; /* a supervisor stands before it: one at a time */
	}
	while (is_open(a) != NULL) {
		app_close(a);
	}
	if (had != NULL) {
		app_shifted(a);
	}
	if (want != NULL && app_open(a, want, NULL) && want != &asked_ops) {
		app_signal(a, SOUND_STOP);
	}
	if (v->card.phase == CARD_IDLE) {
		memset(a->card_later, 0, sizeof(a->card_later));
	}
}

void
card_again(struct app *a)
{
	memset(a->card_later, 0, sizeof(a->card_later));
	card_follow(a);
}

bool
card_due(const struct app *a, int64_t *ret)
{
	struct till_card t;

	if ((is_open(a) != &asked_ops && is_open(a) != &open_ops) ||
		a->lay.kind == DISPLAY_READER) {
		return false;
	}
	memset(&t, 0, sizeof(t));
	till_card(a->till, &t);
	*ret = a->now + 1000000;
	return t.phase != CARD_IDLE || is_open(a) == &asked_ops;
}

/* --- the terminal works --------------------------------------------------- */

bool
card_stops(const struct app *a)
{
	struct till_card t;

	memset(&t, 0, sizeof(t));
	till_card(a->till, &t);
	return t.may_stop && !card_of(a)->stopping;
}

static void
act_asked(struct app *a, void *state, enum action action)
{
	(void)state;
	if (action != ACTION_CLEAR) {
		app_attention(a, _("The terminal works: only Esc does "
				   "something here, it asks it to stop."));
	} else if (card_of(a)->stopping) {
		app_attention(a, _("The terminal was asked to stop; it says "
				   "when it has."));
	} else if (!card_stops(a)) {
		app_attention(a, _("The terminal has answered: its answer is "
				   "being recorded."));
	} else {
		(void)app_entry(a, "CL");
	}
}

static void
hint_asked(const struct app *a, const void *state, struct sbuf *out)
{
	(void)state;
	if (card_stops(a)) {
		/* cells: 78 */
		sbuf_puts(out, _("Esc asks the terminal to stop   scans wait, "
				 "none is lost"));
	} else if (card_of(a)->stopping) {
		/* cells: 78 */
		sbuf_puts(out, _("the terminal was asked to stop   scans "
				 "wait"));
	} else {
		/* cells: 78 */
		sbuf_puts(out, _("the terminal has answered   scans wait"));
	}
}

static void
reading_asked(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 28 */
	sbuf_puts(out, _("the terminal works"));
}

bool
card_goes_back(const struct app *a)
{
	enum pinpad_op op = card_of(a)->op;

	return op == PINPAD_REVERSE || op == PINPAD_REFUND;
}

/* --- the answer of a person ----------------------------------------------- */

struct answer {
	const char *digit, *code;
	const char *reading; /* N_(), behind "Enter = " */
	const char *back;    /* N_(), of money that goes back; NULL the same */
};

static const struct answer sign_answers[] = {
	/* cells: 20 */
	{"1", "SG", N_("it is right"), NULL},
	/* cells: 20 */
	{"2", "SX", N_("NOT right, reverse"), NULL},
};

static const struct answer open_answers[] = {
	/* cells: 20 */
	{"1", "KA", N_("ask the terminal"), NULL},
	/* cells: 20 */
	{"2", "KP", N_("it WAS paid"),
		/* cells: 20 */
		N_("it WAS given back")},
	/* cells: 20 */
	{"3", "KX", N_("it was NOT paid"),
		/* cells: 20 */
		N_("it was NOT given")},
};

static const struct answer *
answer_of(const struct answer list[], size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].digit, text) == 0 ||
			strcasecmp(list[i].code, text) == 0) {
			return &list[i];
		}
	}
	return NULL;
}

/* Given to the engine, or a word; the prompt is empty behind it. */
static void
take_answer(struct app *a, const struct answer list[], size_t n,
	const char *why_not)
{
	struct prompt *p = app_prompt(a);
	const struct answer *t = answer_of(list, n, p->text);

	if (p->len > AMOUNT_DIGITS && text_is_digits(p->text)) {
		/* a scanner that types as slowly as a hand */
		const struct key_event at = {.at.us = a->now};
		char code[PROMPT_BYTES];

		memcpy(code, p->text, p->len + 1);
		prompt_clear(p);
		hold_scan(a, code, strlen(code), &at);
		return;
	}
	prompt_clear(p);
	if (t == NULL) {
		app_attention(a, why_not);
	} else {
		(void)app_entry(a, t->code);
	}
}

static void
read_answer(const struct app *a, const struct answer list[], size_t n,
	const char *none, struct sbuf *out)
{
	const struct prompt *p = &a->stack[a->depth - 1].prompt;
	const struct answer *t = answer_of(list, n, p->text);

	if (t == NULL) {
		sbuf_puts(out, none);
	} else {
		/* cells: 28 */
		sbuf_printf(out, _("Enter = %s"),
			t->back != NULL && card_goes_back(a) ? _(t->back)
							     : _(t->reading));
	}
}

static void
act_sign(struct app *a, void *state, enum action action)
{
	(void)state;
	if (action == ACTION_SUPERVISOR) {
		people_arm(a);
		return;
	}
	if (action != ACTION_ACCEPT) {
		prompt_clear(app_prompt(a));
	}
	/* cells: 70 */
	take_answer(a, sign_answers, ARRAY_LEN(sign_answers),
		_("Key 1: the signature is right, or 2: it is not; then "
		  "Enter."));
}

static void
reading_sign(const struct app *a, const void *state, struct sbuf *out)
{
	(void)state;
	read_answer(a, sign_answers, ARRAY_LEN(sign_answers),
		/* cells: 28 */
		_("1 or 2, then Enter"), out);
}

static void
hint_sign(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("1 Enter right   2 Enter not right: the payment is "
			 "reversed"));
}

/* What is not decided stays so: the register sells on, but not by that
 * terminal. */
static void
leave_open(struct app *a)
{
	memcpy(a->card_later, card_of(a)->payment, sizeof(a->card_later));
	while (is_open(a) != NULL) {
		app_close(a);
	}
	app_say(a, MSG_WARN,
		/* cells: 70 */
		_("The card payment is still open: KA Enter brings it back."));
}

static void
act_open(struct app *a, void *state, enum action action)
{
	(void)state;
	if (action == ACTION_SUPERVISOR) {
		people_arm(a);
	} else if (action == ACTION_CLEAR) {
		leave_open(a);
	} else {
		if (action != ACTION_ACCEPT) {
			prompt_clear(app_prompt(a));
		}
		take_answer(a, open_answers, ARRAY_LEN(open_answers),
			/* cells: 70 */
			_("Key 1, 2 or 3, then Enter; nothing is charged by "
			  "it."));
	}
}

static void
reading_open(const struct app *a, const void *state, struct sbuf *out)
{
	(void)state;
	read_answer(a, open_answers, ARRAY_LEN(open_answers),
		/* cells: 28 */
		_("1, 2 or 3, then Enter"), out);
}

static void
hint_open(const struct app *a, const void *state, struct sbuf *out)
{
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, card_goes_back(a)
			       ? _("1 ask again   2 given back   3 not given "
				   "back, then Enter   Esc later")
			       /* cells: 78 */
			       : _("1 ask again   2 paid   3 not paid, then "
				   "Enter   Esc later"));
}

/* --- the screens ---------------------------------------------------------- */

static const struct screen_ops asked_ops = {
	.bit = SCREEN_CARD,
	/* cells: 12 */
	.label = N_("CARD"),
	.box = true,
	.asks = true,
	.quiet = true,
	.fresh = true,
	.keys_only = true,
	.draw = card_draw_asked,
	.hint = hint_asked,
	.reading = reading_asked,
	.act = act_asked,
	.speak = card_speak_asked,
};

static const struct screen_ops sign_ops = {
	.bit = SCREEN_SIGNATURE,
	/* cells: 12 */
	.label = N_("SIGNATURE"),
	.box = true,
	.asks = true,
	.fresh = true,
	/* cells: 71 */
	.stop = N_("Is the signature right?  The sale waits for the answer"),
	.draw = card_draw_sign,
	.hint = hint_sign,
	.reading = reading_sign,
	.act = act_sign,
	.speak = card_speak_sign,
};

static const struct screen_ops open_ops = {
	.bit = SCREEN_CARD_OPEN,
	/* cells: 12 */
	.label = N_("PAID?"),
	.box = true,
	.asks = true,
	.fresh = true,
	/* cells: 71 */
	.stop = N_("What became of it?  Look at the terminal, then say"),
	.draw = card_draw_open,
	.hint = hint_open,
	.reading = reading_open,
	.act = act_open,
	.speak = card_speak_open,
};
