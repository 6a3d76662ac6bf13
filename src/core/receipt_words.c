/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "core/page.h"

#include "base/poison.h"

const char *const receipt_english[RECEIPT_WORDS] = {
	/* cells: 30 */
	[RECEIPT_COPY] = N_("*** COPY %s ***"),
	/* cells: 32 */
	[RECEIPT_UNCERTAIN] = N_("First print uncertain"),
	/* cells: 32 */
	[RECEIPT_TRAINING] = N_("TRAINING - NOT A SALE"),
	/* cells: 16 */
	[RECEIPT_TAX_ID] = N_("Tax ID %s"),
	/* cells: 14 */
	[RECEIPT_REGISTER] = N_("Register %s"),
	/* cells: 12 */
	[RECEIPT_RECEIPT] = N_("Receipt %s"),
	/* cells: 14 */
	[RECEIPT_OPERATOR] = N_("Operator %s"),
	/* cells: 32 */
	[RECEIPT_RETURN] = N_("RETURN"),
	/* cells: 32 */
	[RECEIPT_EXCHANGE] = N_("EXCHANGE"),
	/* cells: 12 */
	[RECEIPT_DISCOUNT] = N_("Discount"),
	/* cells: 16 */
	[RECEIPT_OF_RECEIPT] = N_("Of receipt %s"),
	/* cells: 16 */
	[RECEIPT_LIST_PRICE] = N_("List price %s"),
	/* cells: 20 */
	[RECEIPT_SUBTOTAL] = N_("Subtotal"),
	/* cells: 16 */
	[RECEIPT_TAX_OF] = N_("Tax %s of %s"),
	/* cells: 14 */
	[RECEIPT_TOTAL] = N_("TOTAL %s"),
	/* cells: 20 */
	[RECEIPT_ROUNDING] = N_("Rounding"),
	/* cells: 20 */
	[RECEIPT_TO_PAY] = N_("To pay"),
	/* cells: 20 */
	[RECEIPT_CASH] = N_("Cash"),
	/* cells: 20 */
	[RECEIPT_CHANGE] = N_("Change"),
	/* cells: 20 */
	[RECEIPT_ITEMS] = N_("Items %s"),
	/* cells: 20 */
	[RECEIPT_CHECK] = N_("Check %s"),
	/* cells: 7 */
	[RECEIPT_RATE] = N_("Rate"),
	/* cells: 7 */
	[RECEIPT_NET] = N_("Net"),
	/* cells: 7 */
	[RECEIPT_TAX] = N_("Tax"),
	/* cells: 7 */
	[RECEIPT_GROSS] = N_("Gross"),
	/* cells: 7 */
	[RECEIPT_SUM] = N_("Sum"),
	/* cells: 32 */
	[RECEIPT_X_REPORT] = N_("X REPORT"),
	/* cells: 20 */
	[RECEIPT_ENTRIES] = N_("Entries %s to %s"),
	/* cells: 20 */
	[RECEIPT_SALES] = N_("Sales"),
	/* cells: 14 */
	[RECEIPT_TURNOVER] = N_("Gross %s"),
	/* cells: 20 */
	[RECEIPT_LINES_RETURNED] = N_("Lines returned"),
	/* cells: 20 */
	[RECEIPT_AMOUNT_RETURNED] = N_("Amount returned"),
	/* cells: 20 */
	[RECEIPT_SALES_VOIDED] = N_("Sales voided"),
	/* cells: 20 */
	[RECEIPT_LINES_VOIDED] = N_("Lines voided"),
	/* cells: 20 */
	[RECEIPT_AMOUNT_VOIDED] = N_("Amount voided"),
	/* cells: 20 */
	[RECEIPT_OVERRIDES] = N_("Price overrides"),
	/* cells: 20 */
	[RECEIPT_DISCOUNTS] = N_("Discounts"),
	/* cells: 20 */
	[RECEIPT_DISCOUNT_GIVEN] = N_("Discount given"),
	/* cells: 20 */
	[RECEIPT_NO_SALES] = N_("Drawer without sale"),
	/* cells: 20 */
	[RECEIPT_COPIES] = N_("Copies printed"),
	/* cells: 20 */
	[RECEIPT_PARKED] = N_("Sales parked"),
	/* cells: 20 */
	[RECEIPT_DRAWER] = N_("Cash in drawer"),
	/* cells: 32; %s a number */
	[RECEIPT_Z_REPORT] = N_("Z REPORT %s"),
	/* cells: 24 */
	[RECEIPT_OPENING] = N_("Cash at the start"),
	/* cells: 24 */
	[RECEIPT_PAID_IN] = N_("Paid in"),
	/* cells: 24 */
	[RECEIPT_PAID_OUT] = N_("Paid out"),
	/* cells: 24 */
	[RECEIPT_PICKUPS] = N_("Picked up"),
	/* cells: 24 */
	[RECEIPT_COUNTED] = N_("Cash counted"),
	/* cells: 24 */
	[RECEIPT_SHORT] = N_("Cash short"),
	/* cells: 24 */
	[RECEIPT_OVER] = N_("Cash over"),
	/* cells: 24 */
	[RECEIPT_CLOSINGS] = N_("Days closed"),
	/* cells: 24 */
	[RECEIPT_GRAND] = N_("Grand total"),
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
