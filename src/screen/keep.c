/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lies before the cashier and is in no sale yet, over kill -9: the desk
 * of register/till.h in this screen's words.
 *
 * Text, a line each:  line NUMBER   the selected one, when it is not the last
 *                     back ask|none|NUMBER  how goods come back
 *                     pay           on the way to pay
 *                     check         the next code is looked up, not sold
 *                     empties       the next code is of something empty
 *                     qty NUMBER    waits for its item
 *                     ask ...       what raised the question that is open
 *                     count VALUExPIECES ...  of a count not recorded yet
 *                     counting ROW  and it is on the screen
 *                     prompt TEXT
 * Entries that wait:  S CODE        a scan
 *                     K CODE CP     a key
 *
 * Nothing secret is written: not what is typed into a box.
 */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* --- writing ------------------------------------------------------------- */

static void
put_goods(const struct engine_goods *g, struct sbuf *out)
{
	enum qty_from from = g->much.from;

	/* its code said how much: of the item alone it would be another sale */
	if (g->symbol[0] == '\0' && (from == QTY_PRICED || from == QTY_CODE)) {
		return;
	}
	if (g->line != 0) {
		sbuf_printf(out, "ask L %u ", (unsigned)g->line);
	} else {
		/* what was weighed is weighed again */
		sbuf_puts(out, "ask G ");
		qty_put(out, from == QTY_COUNTED ? g->much.qty : QTY_ONE);
		sbuf_putc(out, ' ');
	}
	sbuf_puts(out, g->line == 0 && g->symbol[0] != '\0' ? g->symbol
							    : g->item.code);
	sbuf_putc(out, '\n');
}

/* The input that waits for a supervisor, or for a reason. */
static void
put_kept(const struct input *in, struct sbuf *out)
{
	if (in == NULL || (in->kind != INPUT_ENTRY && in->kind != INPUT_SCAN)) {
		return;
	}
	sbuf_puts(out, in->kind == INPUT_ENTRY ? "ask E " : "ask S ");
	sbuf_write(out, in->text, in->len);
	sbuf_putc(out, '\n');
}

static void
put_question(const struct app *a, struct sbuf *out)
{
	const struct engine_view *v = till_view(a->till);

	if (v->ask == ASK_AGE || v->ask == ASK_UNKNOWN ||
		v->ask == ASK_WEIGHT) {
		put_goods(v->goods, out);
	} else if (v->ask == ASK_APPROVAL || v->ask == ASK_REASON) {
		put_kept(v->kept, out);
	} else if (stop_is_line(a)) {
		sbuf_puts(out, "ask R\n");
	}
}

static bool
is_secret(const struct app *a)
{
	const struct screen_ops *s = app_screen(a);

	return a->depth == 0 && s->secret != NULL && s->secret(a, NULL);
}

/* A code that is to come back must not be sold because the register ended in
 * between. */
static void
put_back(const struct engine_view *v, struct sbuf *out)
{
	if (v->returning == RETURN_ASK) {
		sbuf_puts(out, "back ask\n");
	} else if (v->returning == RETURN_BLIND) {
		sbuf_puts(out, "back none\n");
	} else if (v->returning == RETURN_RECEIPT) {
		sbuf_printf(out, "back %s\n", v->receipt->number);
	}
}

static void
put_text(const struct app *a, struct sbuf *out)
{
	const struct engine_view *v = till_view(a->till);

	if (v->selected + 1 < v->basket->n_line) {
		sbuf_printf(out, "line %u\n",
			(unsigned)v->basket->line[v->selected].no);
	}
	put_back(v, out); /* not while paying */
	if (v->state == ENGINE_PAY && v->n_tender == 0) {
		sbuf_puts(out, "pay\n");
	}
	if (v->price_check) {
		sbuf_puts(out, "check\n");
	}
	if (v->empties) {
		sbuf_puts(out, "empties\n");
	}
	if (v->has_pending_qty) {
		sbuf_puts(out, "qty ");
		qty_put(out, v->pending_qty);
		sbuf_putc(out, '\n');
	}
	put_question(a, out);
	count_put(a, out);
	if (a->prompt.len > 0 && !is_secret(a)) {
		sbuf_puts(out, "prompt ");
		sbuf_puts(out, a->prompt.text);
		sbuf_putc(out, '\n');
	}
}

/* It stays as it is, and goes on with the cashier; but what was keyed to sign
 * off or to lock was taken, and would stand there for the next one. */
static void
forget_prompt(struct app *a)
{
	char text[DESK_TEXT_BYTES];
	struct sbuf b;
	char *at;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, till_desk(a->till));
	at = strncmp(text, "prompt ", 7) == 0 ? text
					      : strstr(text, "\nprompt ");
	if (at == NULL || a->prompt.len > 0 || a->kept) {
		return;
	}
	at += at == text ? 0 : 1;
	(void)till_desk_set(a->till, text, (size_t)(at - text));
}

void
keep_follow(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	char text[DESK_TEXT_BYTES];
	struct sbuf b;

	if (v->signed_off || v->locked) {
		forget_prompt(a);
		till_desk_write(a->till);
		return;
	}
	if (a->kept) {
		a->kept = false;
		(void)keep_back(a);
	}
	sbuf_init(&b, text, sizeof(text));
	put_text(a, &b);
	(void)till_desk_set(a->till, text, b.len);
	till_desk_write(a->till);
}

bool
keep_hold(struct app *a, const struct held *h)
{
	char text[DESK_ENTRY_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (h->scan) {
		sbuf_puts(&b, "S ");
		sbuf_write(&b, h->text, h->len);
	} else {
		sbuf_printf(&b, "K %d %d", (int)h->key.code, (int)h->key.cp);
	}
	return till_desk_hold(a->till, text, b.len);
}

void
keep_take(struct app *a)
{
	keep_follow(a); /* the question before it is answered, and gone */
	till_desk_stake(a->till);
}

void
keep_done(struct app *a)
{
	till_desk_pop(a->till);
	keep_follow(a);
}

/* --- and back ------------------------------------------------------------ */

static bool
number_of(const char **s, int64_t *ret)
{
	size_t n = strspn(*s, "-0123456789");

	if (n == 0 || parse_i64(*s, n, INT32_MIN, INT32_MAX, ret) != RC_OK) {
		return false;
	}
	*s += n + ((*s)[n] == ' ' ? 1 : 0);
	return true;
}

static bool
decode(const char *s, struct held *h)
{
	int64_t code = 0, cp = 0;

	memset(h, 0, sizeof(*h));
	if (strncmp(s, "S ", 2) == 0 && strlen(s + 2) < sizeof(h->text)) {
		h->scan = true;
		h->len = strlen(s + 2);
		memcpy(h->text, s + 2, h->len + 1);
		return true;
	}
	if (strncmp(s, "K ", 2) != 0) {
		return false;
	}
	s += 2;
	if (!number_of(&s, &code) || !number_of(&s, &cp) || code < 0 ||
		code > KEYS_OTHER) {
		return false;
	}
	h->key.code = (enum keys_code)code;
	h->key.cp = (int32_t)cp;
	return true;
}

static void
entry_with(struct app *a, const char *before, const char *middle, size_t n,
	const char *after)
{
	char text[PROMPT_BYTES + 32];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, before);
	sbuf_write(&b, middle, n);
	sbuf_puts(&b, after);
	(void)app_entry(a, text);
}

/* "G 12 CODE": the quantity, then the item. */
static void
ask_goods(struct app *a, const char *s)
{
	size_t n = strcspn(s, " ");
	const char *code = s + n + (s[n] == ' ' ? 1 : 0);

	if (n != 1 || s[0] != '1') {
		entry_with(a, "", s, n, "*");
	}
	(void)app_input(a, INPUT_SCAN, code, strlen(code), 0);
}

/* "L 3 CODE": what a line was to become. */
static void
ask_line(struct app *a, const char *s)
{
	size_t n = strcspn(s, " ");

	entry_with(a, "", s, n, "SL");
	entry_with(a, "RS ", s + n + (s[n] == ' ' ? 1 : 0),
		strlen(s + n + (s[n] == ' ' ? 1 : 0)), "");
}

static void
ask_again(struct app *a, const char *s)
{
	if (strncmp(s, "G ", 2) == 0) {
		ask_goods(a, s + 2);
	} else if (strncmp(s, "L ", 2) == 0) {
		ask_line(a, s + 2);
	} else if (strncmp(s, "E ", 2) == 0) {
		(void)app_entry(a, s + 2);
	} else if (strncmp(s, "S ", 2) == 0) {
		(void)app_input(a, INPUT_SCAN, s + 2, strlen(s + 2), 0);
	} else if (strcmp(s, "R") == 0 && stop_may_open(a)) {
		resolve_open(a);
	}
}

static void
goods_back(struct app *a, const char *s)
{
	if (strcmp(s, "ask") == 0 || strcmp(s, "none") == 0) {
		(void)app_entry(a, "RF");
	} else {
		entry_with(a, "RF ", s, strlen(s), "");
	}
	if (strcmp(s, "none") == 0) {
		(void)app_entry(a, "RF");
	}
}

static void
line_back(struct app *a, const char *s)
{
	if (strncmp(s, "line ", 5) == 0) {
		entry_with(a, "", s + 5, strlen(s + 5), "SL");
	} else if (strcmp(s, "pay") == 0) {
		(void)app_entry(a, "TL");
	} else if (strncmp(s, "back ", 5) == 0) {
		goods_back(a, s + 5);
	} else if (strcmp(s, "check") == 0) {
		(void)app_entry(a, "PC");
	} else if (strcmp(s, "empties") == 0) {
		(void)app_entry(a, "EM");
	} else if (strncmp(s, "qty ", 4) == 0) {
		entry_with(a, "", s + 4, strlen(s + 4), "*");
	} else if (strncmp(s, "count ", 6) == 0 ||
		   strncmp(s, "counting ", 9) == 0) {
		count_back(a, s);
	} else if (strncmp(s, "ask ", 4) == 0) {
		ask_again(a, s + 4);
	} else if (strncmp(s, "prompt ", 7) == 0) {
		prompt_set(&a->prompt, s + 7);
	}
}

static void
text_back(struct app *a)
{
	char text[DESK_TEXT_BYTES];
	char *next, *s = text;
	struct sbuf b;

	/* what is taken back writes the desk anew */
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, till_desk(a->till));
	while ((next = strchr(s, '\n')) != NULL) {
		*next = '\0';
		line_back(a, s);
		s = next + 1;
	}
}

bool
keep_back(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	size_t n = till_desk_n(a->till);

	a->kept = v->signed_off || v->locked;
	if (a->kept) {
		return false;
	}
	if (n == 0 && till_desk(a->till)[0] == '\0') {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		struct held h;

		/* one that says nothing keeps its place, as a key that does
		 * nothing: the rows stay the same */
		if (!decode(till_desk_held(a->till, i), &h)) {
			h.key.code = KEYS_REPAINT;
		}
		hold_back(a, &h);
	}
	text_back(a);
	hold_replay(a);
	keep_follow(a);
	return true;
}
