/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/screen_pay.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/entry.h"

#include "base/poison.h"

#define SHORT_CODE 8 /* digits of an EAN-8 */

void
pay_split(struct app *a, const struct reply *r)
{
	if (r->n_part > 0) {
		memcpy(a->split.sale, till_view(a->till)->basket->id,
			sizeof(a->split.sale));
		memcpy(a->split.part, r->part, r->n_part * sizeof(r->part[0]));
		a->split.n = r->n_part;
	}
}

/* The part that is next, of the ones that what is due is dealt out in: of this
 * sale, and as long as what is due is a sum of the last of them.  False: none,
 * or the last, which is all that is due. */
static bool
offered(const struct app *a, size_t *ret_at)
{
	const struct engine_view *v = till_view(a->till);
	int64_t sum = 0;

	if (v->state != ENGINE_PAY || memcmp(a->split.sale, v->basket->id,
					      sizeof(a->split.sale)) != 0) {
		return false;
	}
	for (size_t i = a->split.n; i-- > 0;) {
		sum += a->split.part[i].minor;
		if (sum == v->due.minor && a->split.part[i].minor > 0 &&
			i + 1 < a->split.n) {
			*ret_at = i;
			return true;
		}
	}
	return false;
}

/* Its amount as it is keyed, "" when all that is due is asked for. */
static void
put_offered(const struct app *a, char out[32])
{
	struct sbuf b;
	size_t at;

	sbuf_init(&b, out, 32);
	if (offered(a, &at)) {
		sbuf_i64(&b, a->split.part[at].minor);
	}
}

/* A code and no amount: a scanner may type as slowly as a hand.  It is longer
 * than any amount, or it is a short code on file and, as money, a hundred times
 * what is due. */
static bool
reads_as_code(const struct app *a)
{
	const struct prompt *p = &a->prompt;
	struct item item;
	struct money m;

	if (!text_is_digits(p->text)) {
		return false;
	}
	memset(&item, 0, sizeof(item));
	return p->len > AMOUNT_DIGITS ||
	       (p->len == SHORT_CODE && till_view(a->till)->due.minor > 0 &&
		       app_parse_money(a, p->text, p->len, &m) &&
		       m.minor / 100 > till_view(a->till)->due.minor &&
		       till_item(a->till, p->text, p->len, &item));
}

bool
pay_entered(const struct app *a, struct money *ret)
{
	const char *text = a->prompt.text;

	return text[0] != '\0' && text[strspn(text, "0123456789.,")] == '\0' &&
	       !reads_as_code(a) &&
	       app_parse_money(a, text, a->prompt.len, ret);
}

const struct config_tender *
pay_listed(const struct app *a)
{
	const struct config *c = till_config(a->till);
	const char *text = a->prompt.text;

	if (a->prompt.len != 1 || text[0] < '1' || text[0] > '9' ||
		(size_t)(text[0] - '1') >= c->n_tender) {
		return NULL;
	}
	return &c->tender[text[0] - '1'];
}

/* The amount of the row QUICK whose letter is typed; n_quick: none.  It waits
 * for Enter as a number of the list does: codes begin with these letters. */
static size_t
quick_typed(const struct app *a)
{
	size_t n = till_view(a->till)->n_quick;
	char c = a->prompt.text[0];

	if (c >= 'A' && c <= 'Z') {
		c = (char)(c - 'A' + 'a');
	}
	if (a->prompt.len != 1 || c < 'a' || (size_t)(c - 'a') >= n) {
		return n;
	}
	return (size_t)(c - 'a');
}

/* The tender that is on an F-key; NULL: none. */
static const struct config_tender *
on_key(const struct app *a, unsigned key)
{
	const struct config *c = till_config(a->till);

	for (size_t i = 0; i < c->n_tender; i++) {
		if (c->tender[i].key == key && key != 0) {
			return &c->tender[i];
		}
	}
	return NULL;
}

/* --- the prompt -------------------------------------------------------------- */

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	const struct engine_view *v = till_view(a->till);

	(void)state;
	if (v->n_tender > 0) {
		/* cells: 78 */
		sbuf_puts(out, _("digits Enter = cash   5000CC = part by "
				 "card   - gives the last part back"));
	} else if (v->n_quick > 0) {
		/* cells: 78 */
		sbuf_puts(out, _("digits Enter = cash   5000CC = part by "
				 "card   a-d Enter = quick   Esc to sale"));
	} else {
		/* cells: 78 */
		sbuf_puts(out, _("digits Enter = cash   5000CC = part by "
				 "card   Esc to sale"));
	}
}

/* What a tender would take now: the amount before its letters, else the
 * rest. */
static void
put_tender(const struct app *a, const struct config_tender *t,
	const char *amount, struct sbuf *out)
{
	const struct engine_view *v = till_view(a->till);
	struct money m = t->kind == TENDER_CASH ? v->cash_due : v->due;

	if (amount[0] != '\0' &&
		!app_parse_money(a, amount, strlen(amount), &m)) {
		return;
	}
	sbuf_puts(out, _("Enter = "));
	sbuf_puts(out, engine_tender_name(t->name));
	sbuf_putc(out, ' ');
	app_put_money(a, out, m);
}

/* Enter alone: all that is due, or the part that is next. */
static void
read_nothing(const struct app *a, struct sbuf *out)
{
	size_t at;

	if (offered(a, &at)) {
		/* cells: 28 */
		sbuf_printf(out, _("Enter = part %zu of %zu, cash "), at + 1,
			a->split.n);
		app_put_money(a, out, a->split.part[at]);
		return;
	}
	sbuf_puts(out, _("Enter = exact "));
	app_put_money(a, out, till_view(a->till)->cash_due);
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct config_tender *t = NULL;
	char part[32];
	struct entry e;

	if (a->prompt.len == 0) {
		read_nothing(a, out);
		return;
	}
	entry_parse(a->prompt.text, a->prompt.len, &e);
	if (pay_listed(a) != NULL) {
		put_offered(a, part);
		put_tender(a, pay_listed(a), part, out);
		return;
	}
	if (quick_typed(a) < till_view(a->till)->n_quick) {
		sbuf_puts(out, _("Enter = "));
		sbuf_puts(out, engine_tender_name(""));
		sbuf_putc(out, ' ');
		app_put_money(
			a, out, till_view(a->till)->quick[quick_typed(a)]);
		return;
	}
	if (reads_as_code(a)) {
		/* cells: 28 */
		sbuf_puts(out, _("a code: Enter looks it up"));
		return;
	}
	if (e.kind == ENTRY_COMMAND && e.command == CMD_CA) {
		t = &till_config(a->till)->tender[0];
	} else if (e.like_command) {
		t = config_tender_find(till_config(a->till), e.letters);
	} else if (e.kind == ENTRY_CODE &&
		   a->prompt.text[strspn(a->prompt.text, "0123456789.,")] ==
			   '\0') {
		put_tender(a, &till_config(a->till)->tender[0], e.code, out);
		return;
	}
	if (t != NULL) {
		put_tender(a, t, e.before[0] != '\0' ? e.before : e.after, out);
	} else {
		app_reading_entry(a, state, out);
	}
}

/* --- keys -------------------------------------------------------------------- */

static void
pay_by(struct app *a, const char *amount, const char *code)
{
	char buf[PROMPT_BYTES + 8];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, amount);
	sbuf_puts(&b, code);
	prompt_clear(&a->prompt);
	(void)app_entry(a, buf);
}

/* All that is due by a tender, or what is keyed. */
static void
by_key(struct app *a, unsigned key)
{
	const struct config_tender *t = on_key(a, key);
	char amount[PROMPT_BYTES];
	struct money m;

	if (t == NULL) {
		app_attention(a, _("No way to pay is on this key; F1 lists the "
				   "keys."));
		return;
	}
	if (a->prompt.len > 0 && !pay_entered(a, &m)) {
		app_remind(a, _("Enter takes what stands in the prompt, Esc "
				"clears it; then this key."));
		return;
	}
	memcpy(amount, a->prompt.text, sizeof(amount));
	if (amount[0] == '\0') {
		put_offered(a, amount);
	}
	pay_by(a, amount, t->code);
}

static void
quick(struct app *a, size_t i)
{
	const struct engine_view *v = till_view(a->till);
	char amount[32];
	struct sbuf b;

	sbuf_init(&b, amount, sizeof(amount));
	if (i > 0 && i < v->n_quick && i < CASH_QUICK) {
		sbuf_i64(&b, v->quick[i].minor);
	}
	pay_by(a, amount, "CA");
}

static void
accept(struct app *a, void *state)
{
	const struct config_tender *t = pay_listed(a);
	char text[PROMPT_BYTES], part[32];

	put_offered(a, part);
	if (t != NULL) {
		pay_by(a, part, t->code);
	} else if (a->prompt.len == 0 && part[0] != '\0') {
		pay_by(a, part, "CA");
	} else if (quick_typed(a) < till_view(a->till)->n_quick) {
		quick(a, quick_typed(a));
	} else if (reads_as_code(a)) {
		memcpy(text, a->prompt.text, sizeof(text));
		pay_by(a, text, "");
	} else {
		app_act_selling(a, state, ACTION_ACCEPT);
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	switch ((int)action) {
	case ACTION_ACCEPT:
	case ACTION_PAY:
		accept(a, state);
		break;
	case ACTION_REMOVE_TENDER:
		pay_by(a, a->prompt.text, "VD");
		break;
	case ACTION_TENDER_2:
		by_key(a, 2);
		break;
	case ACTION_TENDER_3:
		by_key(a, 3);
		break;
	case ACTION_TENDER_5:
	case ACTION_TENDER_6:
	case ACTION_TENDER_7:
	case ACTION_TENDER_8:
		by_key(a, 5 + (unsigned)(action - ACTION_TENDER_5));
		break;
	default:
		app_act_selling(a, state, action);
		break;
	}
}

/* The first word of the tender on the key. */
static void
bar(const struct app *a, const void *state, unsigned n, struct sbuf *out)
{
	const struct config_tender *t = on_key(a, n);

	(void)state;
	if (t != NULL) {
		sbuf_write(out, t->name, strcspn(t->name, " "));
	}
}

const struct screen_ops screen_pay_ops = {
	.bit = SCREEN_PAY,
	.label = N_("CASH"),
	.draw = pay_draw,
	.bar = bar,
	.hint = hint,
	.reading = reading,
	.act = act,
	.scan = app_scan_selling,
};
