/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/entry.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* What the three selling screens share: keys become entries of the prompt's
 * grammar, so that the engine hears the same from every keyboard. */

static void
sign_off(struct app *a)
{
	const struct basket *b = till_view(a->till)->basket;

	if (till_view(a->till)->n_tender > 0) {
		(void)app_entry(a, "SO"); /* which says why not */
	} else if (till_view(a->till)->people) {
		people_sign_off(a);
	} else if (b == NULL || b->n_line == 0 || a->leaving) {
		a->done = true;
	} else {
		a->leaving = true;
		app_attention(a, _("The open sale is kept and comes back; SO "
				   "once more leaves."));
	}
}

/* The whole sale goes with it, so Enter alone does not do it. */
static void
cancel(struct app *a)
{
	const struct basket *b = till_view(a->till)->basket;
	char text[192], total[32];
	struct sbuf s;

	if (b == NULL || b->n_line == 0 || a->cancelling ||
		till_view(a->till)->n_tender > 0) {
		a->cancelling = false;
		(void)app_entry(a, "CN");
		return;
	}
	a->cancelling = true;
	sbuf_init(&s, total, sizeof(total));
	app_put_money(a, &s, b->total.gross);
	sbuf_init(&s, text, sizeof(text));
	/* cells: 71 */
	sbuf_printf(&s,
		P_("CN once more gives up the whole sale: %zu line, %s.",
			"CN once more gives up the whole sale: %zu lines, %s.",
			b->n_line),
		b->n_line, total);
	app_attention(a, text);
}

static bool
is_word(const char *text, const char *word)
{
	size_t i;

	for (i = 0; word[i] != '\0'; i++) {
		char c = text[i];

		if (c >= 'a' && c <= 'z') {
			c = (char)(c - 'a' + 'A');
		}
		if (c != word[i]) {
			return false;
		}
	}
	return text[i] == '\0';
}

static bool
is_amount(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789.,")] == '\0';
}

/* prompt text with letters of a command around it, as one entry */
static void
send(struct app *a, const char *before, const char *middle, const char *after)
{
	char buf[PROMPT_BYTES + 16];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, before);
	sbuf_puts(&b, middle);
	sbuf_puts(&b, after);
	prompt_clear(&a->prompt);
	(void)app_entry(a, buf);
}

/* What is keyed, when it is a number or nothing. */
static bool
take_number(struct app *a, char ret[PROMPT_BYTES])
{
	const char *text = a->prompt.text;

	if (text[strspn(text, "0123456789")] != '\0') {
		app_remind(a, _("Enter takes what stands in the prompt, Esc "
				"clears it; then this key."));
		return false;
	}
	memcpy(ret, text, PROMPT_BYTES);
	return true;
}

/* A key that takes a number before it, or none. */
static void
with_number(struct app *a, const char *letters)
{
	char buf[PROMPT_BYTES];

	if (!take_number(a, buf)) {
		return;
	}
	send(a, letters, buf, "");
}

/* Words, and no quantity: a note. */
static bool
is_note(const char *text)
{
	return text[strspn(text, "0123456789.,*%")] != '\0';
}

/* With one parked sale, or none, there is nothing to choose. */
static void
park(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	char note[PROMPT_BYTES];

	memcpy(note, a->prompt.text, sizeof(note));
	if (v->basket->n_line > 0 && is_note(note)) {
		send(a, "PK ", note, "");
	} else if (a->prompt.len == 0 && v->basket->n_line == 0 &&
		   v->n_parked > 1) {
		parked_open(a);
	} else {
		with_number(a, "PK");
	}
}

static void
accept(struct app *a)
{
	char text[PROMPT_BYTES];
	bool paying = till_view(a->till)->state == ENGINE_PAY;
	bool leaving, cancelling;

	memcpy(text, a->prompt.text, sizeof(text));
	prompt_clear(&a->prompt);
	leaving = is_word(text, "SO");
	cancelling = is_word(text, "CN");
	a->leaving = a->leaving && leaving;
	a->cancelling = a->cancelling && cancelling;
	if (text[0] == '\0' && paying) {
		(void)app_input(a, INPUT_EXACT, "", 0, 0);
	} else if (text[0] == '\0' && stop_may_open(a)) {
		resolve_open(a);
	} else if (text[0] == '\0') {
		app_attention(a, _("Scan or key an item; + goes to pay."));
	} else if (leaving) {
		sign_off(a);
	} else if (cancelling) {
		cancel(a);
	} else if (is_word(text, "SV")) {
		people_arm(a);
	} else if (is_word(text, "R")) {
		view_receipt(a);
	} else if (is_word(text, "HP")) {
		view_help(a);
	} else if (is_word(text, "PC") && !paying) {
		check_open(a, NULL);
	} else if (is_word(text, "PK")) {
		park(a);
	} else if (paying && is_amount(text)) {
		send(a, text, "CA", "");
	} else {
		(void)app_entry(a, text);
	}
}

static void
price_or_discount(struct app *a)
{
	char buf[PROMPT_BYTES];
	size_t len = a->prompt.len;

	memcpy(buf, a->prompt.text, sizeof(buf));
	if (is_amount(buf)) {
		send(a, buf, "PO", "");
	} else if (len > 1 && buf[len - 1] == '%') {
		buf[len - 1] = '\0';
		send(a, buf, "DI", "");
	} else {
		app_attention(a, _("Key the number first: 299 F7 is a price, "
				   "10% F7 a discount."));
	}
}

static void
move(struct app *a, enum action action)
{
	const struct basket *b = till_view(a->till)->basket;
	int page = a->lay.work_rows - 2;
	int n = b != NULL ? (int)b->n_line : 0;
	int step = 0;

	if (action == ACTION_UP || action == ACTION_DOWN) {
		step = 1;
	} else if (action == ACTION_PGUP || action == ACTION_PGDN) {
		step = page;
	} else {
		step = n;
	}
	if (action == ACTION_UP || action == ACTION_PGUP ||
		action == ACTION_HOME) {
		step = -step;
	}
	(void)app_input(a, INPUT_SELECT, "", 0, step);
}

static void
pay(struct app *a)
{
	if (till_view(a->till)->state == ENGINE_PAY) {
		accept(a);
	} else if (a->prompt.len > 0) {
		app_remind(a, _("Enter takes what stands in the prompt, Esc "
				"clears it; then + to pay."));
	} else {
		(void)app_entry(a, "TL");
	}
}

static void
price_check(struct app *a)
{
	char buf[PROMPT_BYTES];

	memcpy(buf, a->prompt.text, sizeof(buf));
	prompt_clear(&a->prompt);
	check_open(a, NULL);
	if (buf[0] != '\0') {
		check_code(a, NULL, buf, strlen(buf));
	}
}

/* "12*" stays in the prompt, for the item that is found. */
static void
find(struct app *a)
{
	char buf[PROMPT_BYTES];
	struct entry e;

	entry_parse(a->prompt.text, a->prompt.len, &e);
	if (e.kind == ENTRY_QTY) {
		search_open(a, "");
		return;
	}
	memcpy(buf, a->prompt.text, sizeof(buf));
	prompt_clear(&a->prompt);
	search_open(a, buf);
}

/* A number in front is the receipt's. */
static void
goods_back(struct app *a)
{
	char buf[PROMPT_BYTES];

	if (!take_number(a, buf)) {
		return;
	}
	send(a, buf, "RF", "");
}

void
app_act_selling(struct app *a, void *state, enum action action)
{
	(void)state;
	if (action == ACTION_ACCEPT) {
		accept(a);
	} else if (action == ACTION_PAY) {
		pay(a);
	} else if (action == ACTION_VOID) {
		with_number(a, "VD");
	} else if (action == ACTION_PARK) {
		park(a);
	} else if (action == ACTION_PRICE) {
		price_or_discount(a);
	} else if (action == ACTION_CHECK) {
		price_check(a);
	} else if (action == ACTION_RECEIPT) {
		view_receipt(a);
	} else if (action == ACTION_EXPLAIN) {
		view_explain(a);
	} else if (action == ACTION_FIND) {
		find(a);
	} else if (action == ACTION_SUPERVISOR) {
		people_arm(a);
	} else if (action == ACTION_LOCK) {
		(void)app_entry(a, "LK");
	} else if (action == ACTION_RETURN) {
		goods_back(a);
	} else if (action == ACTION_REPEAT) {
		(void)app_entry(a, "RI");
	} else if (action == ACTION_CLEAR) {
		(void)app_entry(a, "CL");
	} else {
		move(a, action);
	}
}

void
app_scan_selling(struct app *a, void *state, const char *text, size_t len)
{
	struct entry e;

	(void)state;
	entry_parse(a->prompt.text, a->prompt.len, &e);
	if (e.kind == ENTRY_QTY) {
		/* "12*" was typed for this very item. */
		char qty[PROMPT_BYTES];

		memcpy(qty, a->prompt.text, sizeof(qty));
		prompt_clear(&a->prompt);
		if (!app_entry(a, qty)) {
			/* Selling one instead of twelve would go unseen. */
			return;
		}
	}
	(void)app_input(a, INPUT_SCAN, text, len, 0);
}

static const char *
what_is(enum command c)
{
	size_t i;

	for (i = 0; i < command_table_n; i++) {
		if (command_table[i].command == c) {
			return command_table[i].what;
		}
	}
	return "";
}

static void
put_qty(struct sbuf *out, const char *qty)
{
	/* cells: 40 */
	sbuf_printf(out, _("qty %s: scan or key the item"), qty);
}

/* What the register waits for, with nothing keyed. */
static void
put_awaited(const struct app *a, struct sbuf *out)
{
	const struct engine_view *v = till_view(a->till);
	char text[64];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (v->ask == ASK_WEIGHT) {
		text_fit_middle(text, sizeof(text), v->goods->item.name, 20);
		/* cells: 40 */
		sbuf_printf(out, _("weigh %s"), text);
	} else if (v->has_pending_qty && v->empties) {
		app_put_qty(a, &b, v->pending_qty);
		/* cells: 40 */
		sbuf_printf(out, _("%s empties: scan or key the drink"), text);
	} else if (v->has_pending_qty) {
		app_put_qty(a, &b, v->pending_qty);
		put_qty(out, text);
	} else if (v->empties) {
		/* cells: 40 */
		sbuf_puts(out, _("empties: scan or key the drink"));
	} else if (v->has_weight) {
		/* cells: 40 */
		sbuf_printf(out, _("%lld g: scan or key the item"),
			(long long)v->weight);
	} else if (v->tare > 0) {
		/* cells: 40 */
		sbuf_printf(out, _("tare %lld g: scan or key the item"),
			(long long)v->tare);
	} else {
		/* cells: 40 */
		sbuf_puts(out, _("ready"));
	}
}

void
app_reading_entry(const struct app *a, const void *state, struct sbuf *out)
{
	const char *what;
	struct entry e;

	(void)state;
	if (is_word(a->prompt.text, ".")) {
		/* cells: 40 */
		sbuf_puts(out, _("Enter = menu"));
		return;
	}
	entry_parse(a->prompt.text, a->prompt.len, &e);
	switch (e.kind) {
	case ENTRY_EMPTY:
		put_awaited(a, out);
		break;
	case ENTRY_QTY:
		put_qty(out, e.qty);
		break;
	case ENTRY_CODE:
		/* cells: 40 */
		sbuf_puts(out, _("Enter = look up code"));
		break;
	case ENTRY_COMMAND:
		what = what_is(e.command);
		what = what[0] != '\0' ? _(what) : "";
		if (!app_reading_value(a, &e, what, out)) {
			/* cells: 50 */
			sbuf_printf(out, _("Enter = %s"), what);
		}
		break;
	case ENTRY_SEARCH:
		if (is_word(a->prompt.text, "R")) {
			/* cells: 40 */
			sbuf_puts(out, _("Enter = last receipt"));
		} else if (!app_word_reading(a, out)) {
			sbuf_puts(out,
				e.like_command
					/* cells: 40 */
					? _("letters: F1 lists the commands")
					/* cells: 40 */
					: _("Enter = find items"));
		}
		break;
	case ENTRY_BAD:
	default:
		sbuf_puts(out,
			e.text != NULL && e.text[0] != '\0' ? _(e.text) : "");
		break;
	}
}
