/* SPDX-License-Identifier: Apache-2.0 */
/* What a Z says and an X does not. */
#include "base/bytes.h"
#include "core/report_internal.h"

#include "base/poison.h"

#define LABEL_BYTES 256
#define NUMBER_BYTES 24
#define HASH_SHOWN 8 /* bytes of it, twice as many digits */

static const char *
number(int64_t n, char out[NUMBER_BYTES])
{
	struct sbuf b;

	sbuf_init(&b, out, NUMBER_BYTES);
	sbuf_i64(&b, n);
	return out;
}

/* --- drawers -------------------------------------------------------------- */

static void
put_shift(struct page *p, const struct event_day_shift *x)
{
	char left[LABEL_BYTES], right[LABEL_BYTES], no[NUMBER_BYTES];
	bool is_short = x->difference < 0;
	struct sbuf b;

	sbuf_init(&b, left, sizeof(left));
	page_say(p, &b, RECEIPT_SHIFT, number(x->shift, no), x->operator_no);
	sbuf_init(&b, right, sizeof(right));
	page_say(p, &b, RECEIPT_SHIFT_DRAWER, number(x->drawer, no), NULL);
	page_both(p, left, right);
	page_amount(
		p, ROW_NORMAL, page_word(p, RECEIPT_DRAWER), x->expected, "");
	page_amount(
		p, ROW_NORMAL, page_word(p, RECEIPT_COUNTED), x->counted, "");
	page_amount(p, ROW_BOLD,
		page_word(p, is_short ? RECEIPT_SHORT : RECEIPT_OVER),
		is_short ? -x->difference : x->difference, "");
}

void
report_shifts(struct page *p, const struct event_day *d)
{
	for (size_t i = 0; i < d->n_shift; i++) {
		put_shift(p, &d->shift[i]);
	}
}

/* --- ever ----------------------------------------------------------------- */

static struct page_tax
ever_tax(const void *list, size_t i)
{
	const struct event_grand_tax *t = (const struct event_grand_tax *)list;

	return (struct page_tax){.code = t[i].code,
		.rate = t[i].rate,
		.net = t[i].net,
		.tax = t[i].tax,
		.gross = t[i].gross};
}

/* A Z of before they were kept has none, and says none. */
void
report_ever(struct page *p, const struct event_day *d)
{
	if (d->grand_sales == 0 && d->grand_returns == 0 &&
		d->n_grand_tax == 0) {
		return;
	}
	page_count(p, page_word(p, RECEIPT_EVER_SALES), d->grand_sales);
	page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_EVER_RETURNED),
		d->grand_returns, "");
	if (d->n_grand_tax > 0) {
		page_left(p, page_word(p, RECEIPT_EVER_TAXES));
		page_tax_table(p, ever_tax, d->grand_tax, d->n_grand_tax);
	}
}

/* --- the foot ------------------------------------------------------------- */

void
report_anchor(
	struct page *p, const struct event *e, const struct receipt_opts *opts)
{
	char text[LABEL_BYTES], line[NUMBER_BYTES + 2 * HASH_SHOWN + 2];
	char digits[2 * HASH_SHOWN + 1];
	struct sbuf b;

	if (opts->hash == NULL) {
		return;
	}
	hex_encode(digits, opts->hash, HASH_SHOWN);
	sbuf_init(&b, line, sizeof(line));
	sbuf_u64(&b, e->sequence);
	sbuf_putc(&b, ':');
	sbuf_puts(&b, digits);
	page_rule(p);
	sbuf_init(&b, text, sizeof(text));
	page_say(p, &b, RECEIPT_ANCHOR, line, NULL);
	page_left(p, text);
}
