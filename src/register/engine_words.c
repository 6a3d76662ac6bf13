/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "register/engine_internal.h"

#include "base/poison.h"

const struct engine_word engine_words[] = {
	{"bad_entry", "what was keyed has no meaning here"},
	{"unknown_command", "no command has these letters"},
	{"bad_quantity", "no quantity: a number above zero, at most three "
			 "decimals"},
	{"bad_amount", "no amount, percentage, or price for this line"},
	{"too_large", "an amount, a quantity or a sum beyond the limit"},
	{"not_on_file", "the catalog does not hold this code"},
	{"no_search", "the catalog has no index of words: import it again"},
	{"no_department", "the configuration has no department of this "
			  "number"},
	{"tax_class", "the item's tax class is not configured"},
	{"no_line", "the sale has no such line"},
	{"no_sale", "nothing has been sold yet"},
	{"sale_open", "not with a sale open: finish, park or cancel it"},
	{"sale_full", "the sale takes no more lines"},
	{"short", "it pays nothing of what is due"},
	{"not_while_paying", "lines change in the sale, not in pay"},
	{"nothing_parked", "no sale is parked, or none of this number"},
	{"no_receipt", "no receipt of this number, or none yet"},
	{"no_operators", "there is nobody to sign on or off yet"},
	{"unavailable", "the catalog or the store could not be read"},
	{"not_recorded", "the act could not be made final: nothing happened"},
	{"tender_open", "a part is paid: take the rest, or give it back first"},
	{"no_tender", "no part is paid that could be given back, or no such"},
	{"no_change", "this tender gives no change: at most what is due"},
	{"again", "far more than is due: key it again when it is right"},
	{"approval", "a supervisor must approve it, or may not"},
	{"reason", "why it is done must be said by a reason's number"},
	{"signed_off", "nobody is signed on"},
	{"locked", "the register is locked"},
	{"pin", "the number and the PIN do not go together, or the badge is "
		"nobody's"},
	{"second",
		"badge and PIN are both asked for: the other one is missing"},
	{"wait", "after wrong PINs no other is looked at for a while"},
	{"returned", "it came back already, or as much of it"},
	{"not_on_receipt", "the receipt has no such line"},
	{"unresolved", "a line is not on file: resolve or void it first"},
	{"age_check", "the item asks for an age: answer with AG"},
	{"age_refused", "the customer is not old enough: it is not sold"},
	{"training", "not in training, or not with a sale open"},
	{"parked_open", "a sale is parked: the day is not over"},
	{"z_number", "not the number of the next Z"},
	{"no_group", "no rule is for such a group of customers"},
	{"no_coupon", "no coupon has this code, or the sale has none"},
	{"coupon_limit", "the sale has as many of this coupon as it takes"},
	{"receipt_field", "receipts lack a field that they must have"},
	{"weigh", "the item is sold by weight: weigh it"},
	{"bad_weight", "no weight, or not more than its tare"},
	{"verifier", "the code's verifier and its price do not go together: "
		     "not sold"},
	{"code_value", "the code holds a price, weight or count of nothing, or "
		       "too large a one"},
	{"deposit", "a deposit goes with its goods and takes no other price; "
		    "or there is none"},
	{"symbol", "the symbol is damaged, or names no goods"},
	{"expired", "its symbol says a last day that is past: not sold"},
	{"best_before", "its symbol says a best day that is past, and the shop "
			"does not sell it then"},
	{"recalled", "its lot is not sold any more"},
	{"serial", "the piece of this serial number is in the sale"},
	{"scale", "there is no scale, or it cannot do that now"},
	{"card_busy", "the card terminal is asked: wait for it, or CL"},
	{"declined", "the card terminal did not do it; nothing was charged"},
	{"card_unknown", "it is not known whether a card was charged: KA, KP, "
			 "KX"},
	{"signature", "a signature is to be looked at first: SG or SX"},
	{"no_terminal", "no card terminal is configured, or none of this "
			"number"},
	{"no_payment", "no card payment waits for this, or none is reserved"},
	{"no_period", "no closed day waits for the end of its month or year"},
	{"period_open",
		"the month or year is not over, a day of it is open, or "
		"a month of it is not closed"},
	{"no_draft", "no draft of the settings has this number"},
	{"draft", "this draft cannot be approved, or not by them"},
	{"no_shift", "cash needs a drawer of one's own, or nobody has it: OS"},
	{"shift", "that drawer cannot be opened so: it is somebody's, or there "
		  "is none"},
	{"shift_open", "a drawer is still somebody's: the day is not over"},
	{"day", "no business day is open, or one is"},
	{"recount", "the count is far off: it is recorded, count once more"},
	{"moved", "the data came from another machine: the owner confirms it "
		  "(MV)"},
	{"no_hub", "the register belongs to no hub"},
	{"no_worker", "the sync worker does not run, or refuses"},
	{"old_disk", "the hub has sales of this register that its disk lacks: "
		     "it is restored from there"},
};
const size_t engine_n_words = ARRAY_LEN(engine_words);

_Static_assert(ARRAY_LEN(engine_words) == WORD_COUNT, "every word has a row");

static void put_text(struct reply *r, const char *fmt, va_list ap) PRINTF(2, 0);

static void
put_text(struct reply *r, const char *fmt, va_list ap)
{
	int n = vsnprintf(r->text, sizeof(r->text), fmt, ap);
	size_t len;

	if (n < 0) {
		r->text[0] = '\0';
		return;
	}
	if ((size_t)n < sizeof(r->text)) {
		return;
	}
	/* cut: not within a character */
	len = sizeof(r->text) - 1;
	while (len > 0 && ((unsigned char)r->text[len - 1] & 0xC0) == 0x80) {
		len--;
	}
	r->text[len > 0 ? len - 1 : 0] = '\0';
}

void
engine_refuse(struct act *act, enum word w, const char *fmt, ...)
{
	va_list ap;

	memset(act, 0, sizeof(*act));
	act->reply.error = engine_words[w].word;
	va_start(ap, fmt);
	put_text(&act->reply, fmt, ap);
	va_end(ap);
}

void
engine_say(struct act *act, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_text(&act->reply, fmt, ap);
	va_end(ap);
}

const char *
engine_amount(const struct engine *e, struct money m, char buf[AMOUNT_BYTES])
{
	struct sbuf b;

	sbuf_init(&b, buf, AMOUNT_BYTES);
	format_amount(&b, e->config->format, m, &e->config->currency);
	return buf;
}

const char *
engine_short(const char *name, char buf[SHORT_BYTES])
{
	text_fit_middle(buf, SHORT_BYTES, name, 40);
	return buf;
}

bool
engine_copy(char *out, size_t cap, const char *s)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, s == NULL ? "" : s);
	return sbuf_ok(&b);
}
