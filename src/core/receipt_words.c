/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "core/page.h"

#include "base/poison.h"

const char *const receipt_english[RECEIPT_WORDS] = {
	/* cells: 30 */
	[RECEIPT_COPY] = NC_("receipt", "*** COPY %s ***"),
	/* cells: 32 */
	[RECEIPT_UNCERTAIN] = NC_("receipt", "First print uncertain"),
	/* cells: 32 */
	[RECEIPT_TRAINING] = NC_("receipt", "TRAINING - NOT A SALE"),
	/* cells: 16 */
	[RECEIPT_TAX_ID] = NC_("receipt", "Tax ID %s"),
	/* cells: 14 */
	[RECEIPT_REGISTER] = NC_("receipt", "Register %s"),
	/* cells: 12 */
	[RECEIPT_RECEIPT] = NC_("receipt", "Receipt %s"),
	/* cells: 14 */
	[RECEIPT_OPERATOR] = NC_("receipt", "Operator %s"),
	/* cells: 32 */
	[RECEIPT_RETURN] = NC_("receipt", "RETURN"),
	/* cells: 32 */
	[RECEIPT_EXCHANGE] = NC_("receipt", "EXCHANGE"),
	/* cells: 12 */
	[RECEIPT_DISCOUNT] = NC_("receipt", "Discount"),
	/* cells: 16 */
	[RECEIPT_OF_RECEIPT] = NC_("receipt", "Of receipt %s"),
	/* cells: 16 */
	[RECEIPT_LIST_PRICE] = NC_("receipt", "List price %s"),
	/* cells: 20 */
	[RECEIPT_SUBTOTAL] = NC_("receipt", "Subtotal"),
	/* cells: 16 */
	[RECEIPT_TAX_OF] = NC_("receipt", "Tax %s of %s"),
	/* cells: 14 */
	[RECEIPT_TOTAL] = NC_("receipt", "TOTAL %s"),
	/* cells: 20 */
	[RECEIPT_ROUNDING] = NC_("receipt", "Rounding"),
	/* cells: 20 */
	[RECEIPT_TO_PAY] = NC_("receipt", "To pay"),
	/* cells: 20 */
	[RECEIPT_CASH] = NC_("receipt", "Cash"),
	/* cells: 20 */
	[RECEIPT_CHANGE] = NC_("receipt", "Change"),
	/* cells: 20 */
	[RECEIPT_ITEMS] = NC_("receipt", "Items %s"),
	/* cells: 20 */
	[RECEIPT_CHECK] = NC_("receipt", "Check %s"),
	/* cells: 7 */
	[RECEIPT_RATE] = NC_("receipt", "Rate"),
	/* cells: 7 */
	[RECEIPT_NET] = NC_("receipt", "Net"),
	/* cells: 7 */
	[RECEIPT_TAX] = NC_("receipt", "Tax"),
	/* cells: 7 */
	[RECEIPT_GROSS] = NC_("receipt", "Gross"),
	/* cells: 7 */
	[RECEIPT_SUM] = NC_("receipt", "Sum"),
	/* cells: 32 */
	[RECEIPT_X_REPORT] = NC_("receipt", "X REPORT"),
	/* cells: 20 */
	[RECEIPT_ENTRIES] = NC_("receipt", "Entries %s to %s"),
	/* cells: 20 */
	[RECEIPT_SALES] = NC_("receipt", "Sales"),
	/* cells: 14 */
	[RECEIPT_TURNOVER] = NC_("receipt", "Gross %s"),
	/* cells: 20 */
	[RECEIPT_LINES_RETURNED] = NC_("receipt", "Lines returned"),
	/* cells: 20 */
	[RECEIPT_AMOUNT_RETURNED] = NC_("receipt", "Amount returned"),
	/* cells: 20 */
	[RECEIPT_SALES_VOIDED] = NC_("receipt", "Sales voided"),
	/* cells: 20 */
	[RECEIPT_LINES_VOIDED] = NC_("receipt", "Lines voided"),
	/* cells: 20 */
	[RECEIPT_AMOUNT_VOIDED] = NC_("receipt", "Amount voided"),
	/* cells: 20 */
	[RECEIPT_OVERRIDES] = NC_("receipt", "Price overrides"),
	/* cells: 20 */
	[RECEIPT_DISCOUNTS] = NC_("receipt", "Discounts"),
	/* cells: 20 */
	[RECEIPT_DISCOUNT_GIVEN] = NC_("receipt", "Discount given"),
	/* cells: 24 */
	[RECEIPT_OFF_LINE] = NC_("receipt", "- lines, by hand"),
	/* cells: 24 */
	[RECEIPT_OFF_PROMOTION] = NC_("receipt", "- promotions"),
	/* cells: 24 */
	[RECEIPT_OFF_COUPON] = NC_("receipt", "- coupons of the shop"),
	/* cells: 24 */
	[RECEIPT_OFF_SALE] = NC_("receipt", "- whole sales"),
	/* cells: 24 */
	[RECEIPT_OFF_BACK] = NC_("receipt", "- of what came back"),
	/* cells: 24 */
	[RECEIPT_OFF_TAX] = NC_("receipt", "Tax taken out"),
	/* cells: 24 */
	[RECEIPT_DEPOSITS] = NC_("receipt", "Deposits charged"),
	/* cells: 24 */
	[RECEIPT_DEPOSITS_BACK] = NC_("receipt", "Deposits given back"),
	/* cells: 20 */
	[RECEIPT_NO_SALES] = NC_("receipt", "Drawer without sale"),
	/* cells: 20 */
	[RECEIPT_EMERGENCIES] = NC_("receipt", "EMERGENCY CODE USED"),
	/* cells: 20 */
	[RECEIPT_COPIES] = NC_("receipt", "Copies printed"),
	/* cells: 20 */
	[RECEIPT_PARKED] = NC_("receipt", "Sales parked"),
	/* cells: 20 */
	[RECEIPT_DRAWER] = NC_("receipt", "Cash in drawer"),
	/* cells: 32; %s a number */
	[RECEIPT_Z_REPORT] = NC_("receipt", "Z REPORT %s"),
	/* cells: 24 */
	[RECEIPT_OPENING] = NC_("receipt", "Cash at the start"),
	/* cells: 24 */
	[RECEIPT_PAID_IN] = NC_("receipt", "Paid in"),
	/* cells: 24 */
	[RECEIPT_PAID_OUT] = NC_("receipt", "Paid out"),
	/* cells: 24 */
	[RECEIPT_PICKUPS] = NC_("receipt", "Picked up"),
	/* cells: 24 */
	[RECEIPT_FLOATS] = NC_("receipt", "From the safe"),
	/* cells: 24 */
	[RECEIPT_COUNTED] = NC_("receipt", "Cash counted"),
	/* cells: 24 */
	[RECEIPT_SHORT] = NC_("receipt", "Cash short"),
	/* cells: 24 */
	[RECEIPT_OVER] = NC_("receipt", "Cash over"),
	/* cells: 24 */
	[RECEIPT_CLOSINGS] = NC_("receipt", "Days closed"),
	/* cells: 24 */
	[RECEIPT_GRAND] = NC_("receipt", "Grand total"),
	/* cells: 11; %s a date and time */
	[RECEIPT_OPENED] = NC_("receipt", "Begun %s"),
	/* cells: 18; %s the price it has otherwise */
	[RECEIPT_INSTEAD] = NC_("receipt", "Instead of %s"),
	/* cells: 16; what was taken off a weight, "0.022 kg" */
	[RECEIPT_TARE] = NC_("receipt", "Tare %s"),
	/* cells: 30 */
	[RECEIPT_BY_HAND] = NC_("receipt", "Weight keyed by hand"),
	/* cells: 20 */
	[RECEIPT_SALE_DISCOUNT] = NC_("receipt", "Discount on the sale"),
	/* cells: 14 */
	[RECEIPT_COUPON] = NC_("receipt", "Coupon"),
	/* cells: 20 */
	[RECEIPT_RELIEF] = NC_("receipt", "Tax not charged"),
	/* cells: 8; a tax and what it is of: "GST 5% of 16.28" */
	[RECEIPT_PART_OF] = NC_("receipt", "%s of %s"),
	/* cells: 8; a tax and the shop's number with its office */
	[RECEIPT_PART_NUMBER] = NC_("receipt", "%s no. %s"),
	/* cells: 8; in a table of taxes */
	[RECEIPT_EXEMPT] = NC_("receipt", "exempt"),
	/* cells: 8; in a table of taxes: the buyer owes it */
	[RECEIPT_REVERSE] = NC_("receipt", "reverse"),
	/* cells: 40; %s the number of a certificate */
	[RECEIPT_EXEMPT_NOTE] =
		NC_("receipt", "Exempt from tax, certificate %s"),
	/* cells: 64 */
	[RECEIPT_REVERSE_NOTE] =
		NC_("receipt", "Reverse charge: the buyer owes the tax"),
	/* cells: 40 */
	[RECEIPT_BUYER_VAT] = NC_("receipt", "VAT number of the buyer %s"),
	/* cells: 24; a mark and a rate: "* taxed at 8%" */
	[RECEIPT_MARKED] = NC_("receipt", "%s taxed at %s"),
	/* cells: 20 */
	[RECEIPT_BILL_ROUNDING] = NC_("receipt", "Bill rounding"),
	/* cells: 8; %s up to 20 characters */
	[RECEIPT_LOT] = NC_("receipt", "Lot %s"),
	/* cells: 8; a serial number: %s up to 20 characters */
	[RECEIPT_SERIAL] = NC_("receipt", "Serial %s"),
	/* cells: 24 */
	[RECEIPT_SAVED] = NC_("receipt", "You saved %s"),
	/* cells: 32, of a card payment, the number behind it */
	[RECEIPT_AUTH] = NC_("receipt", "Auth. %s"),
	/* cells: 32, by card and terminal, without asking the bank */
	[RECEIPT_OFFLINE] = NC_("receipt", "Approved offline"),
	/* cells: 20, the terminal did not say which card it was */
	[RECEIPT_CARD_UNNAMED] = NC_("receipt", "card not named"),
	/* cells: 20 */
	[RECEIPT_CARD_OTHER] = NC_("receipt", "other cards"),
	/* cells: 20, of a card tender: nobody asked a terminal */
	[RECEIPT_CARD_HAND] = NC_("receipt", "without a terminal"),
	/* cells: 24, refunds */
	[RECEIPT_CARD_BACK] = NC_("receipt", "Given back to cards"),
	/* cells: 24, before the sale was complete */
	[RECEIPT_CARD_REVERSED] = NC_("receipt", "Reversed in the sale"),
	/* cells: 24 */
	[RECEIPT_UNSETTLED] = NC_("receipt", "Payments not settled"),
	/* cells: 48; %s a card terminal */
	[RECEIPT_TERMINAL_OPEN] =
		NC_("receipt", "The day of terminal %s is not over"),
	/* cells: 14; %s a card terminal, its sum less ours */
	[RECEIPT_TERMINAL_DIFFERENCE] = NC_("receipt", "%s less ours"),
	/* cells: 16; %s a card terminal */
	[RECEIPT_TERMINAL_DAY] = NC_("receipt", "DAY OF %s"),
	/* cells: 20 */
	[RECEIPT_TERMINAL_THEIRS] = NC_("receipt", "Terminal"),
	/* cells: 20 */
	[RECEIPT_TERMINAL_OURS] = NC_("receipt", "Register"),
	/* cells: 48 */
	[RECEIPT_TERMINAL_SAME] = NC_("receipt", "Both have the same."),
	/* cells: 48; %s an amount */
	[RECEIPT_TERMINAL_MORE] =
		NC_("receipt", "The terminal has %s more than the register."),
	/* cells: 48; %s an amount */
	[RECEIPT_TERMINAL_LESS] =
		NC_("receipt", "The terminal has %s less than the register."),
	/* cells: 30; %s is 2026-11, or 2026 */
	[RECEIPT_PERIOD] = NC_("receipt", "CLOSED: %s"),
	/* cells: 32; numbers of the first and the last Z */
	[RECEIPT_PERIOD_DAYS] = NC_("receipt", "Z reports %s to %s"),
	/* cells: 20 */
	[RECEIPT_EVER_SALES] = NC_("receipt", "Sales ever"),
	/* cells: 20 */
	[RECEIPT_EVER_RETURNED] = NC_("receipt", "Returned ever"),
	/* cells: 20; %s a date, 2026-11-21 */
	[RECEIPT_BUSINESS_DAY] = NC_("receipt", "Business day %s"),
	/* cells: 16; numbers of a shift and of an operator */
	[RECEIPT_SHIFT] = NC_("receipt", "Shift %s, operator %s"),
	/* cells: 10; %s its number */
	[RECEIPT_SHIFT_DRAWER] = NC_("receipt", "Drawer %s"),
	/* cells: 32; a table of taxes is below */
	[RECEIPT_EVER_TAXES] = NC_("receipt", "Taxes since the first day:"),
	/* cells: 10; %s a number and a code, 4711:9f86d081884c7d65 */
	[RECEIPT_ANCHOR] = NC_("receipt", "Line %s"),
};

const char *
page_word(const struct page *p, enum receipt_word word)
{
	const char *s = p->head != NULL ? p->head->word[word] : NULL;

	return s != NULL ? s : receipt_english[word];
}

const struct format *
page_format(const struct page *p)
{
	return p->head != NULL ? p->head->format : NULL;
}

void
page_say(const struct page *p, struct sbuf *b, enum receipt_word word,
	const char *first, const char *second)
{
	const char *next = first;
	const char *s;

	for (s = page_word(p, word); *s != '\0'; s++) {
		if (s[0] != '%' || s[1] != 's' || next == NULL) {
			sbuf_putc(b, *s);
			continue;
		}
		sbuf_puts(b, page_text(next));
		next = next == first ? second : NULL;
		s++;
	}
}

const char *
page_tender(const struct page *p, const char *name, const char *word)
{
	if (page_text(name)[0] != '\0') {
		return name;
	}
	return strcmp(page_text(word), "cash") == 0 ? page_word(p, RECEIPT_CASH)
						    : page_text(word);
}
