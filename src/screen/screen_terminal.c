/* SPDX-License-Identifier: Apache-2.0 */
/* What a card terminal said of itself and its day, as a page to read. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/screen_card.h"

#include "base/poison.h"

#define NAME_CELLS 24
#define COUNT_CELLS 8
#define AMOUNT_CELLS 16

static void
put_left(struct sbuf *out, const char *text, size_t cells)
{
	size_t n = text_cells(text, strlen(text));

	sbuf_puts(out, text);
	sbuf_fill(out, ' ', n < cells ? cells - n : 1);
}

static void
put_right(struct sbuf *out, const char *text, size_t cells)
{
	size_t n = text_cells(text, strlen(text));

	sbuf_fill(out, ' ', n < cells ? cells - n : 1);
	sbuf_puts(out, text);
}

static void
put_fact(struct sbuf *out, const char *label, const char *value)
{
	if (value[0] != '\0') {
		put_left(out, label, NAME_CELLS);
		sbuf_puts(out, value);
		sbuf_putc(out, '\n');
	}
}

static void
put_total(const struct app *a, struct sbuf *out, const char *name,
	int64_t count, int64_t amount)
{
	char text[32];
	struct sbuf b;

	put_left(out, name, NAME_CELLS);
	sbuf_init(&b, text, sizeof(text));
	sbuf_i64(&b, count);
	put_right(out, text, COUNT_CELLS);
	sbuf_init(&b, text, sizeof(text));
	app_put_money(a, &b, (struct money){amount});
	put_right(out, text, AMOUNT_CELLS);
	sbuf_putc(out, '\n');
}

void
terminal_put(
	const struct app *a, const struct pinpad_result *said, struct sbuf *out)
{
	const struct pinpad_result *r = said;
	int64_t count = 0, amount = 0;

	/* cells: 22 */
	put_fact(out, _("Device"), till_view(a->till)->card.device);
	/* cells: 22 */
	put_fact(out, _("Terminal"), r->terminal);
	/* cells: 22 */
	put_fact(out, _("By its clock"), r->when);
	put_fact(out,
		/* cells: 22 */
		_("It says"),
		r->text[0] != '\0' ? i18n_text(r->text)
		: pinpad_outcome_paid(r->outcome)
			/* cells: 50 */
			? _("all is well")
			/* cells: 50 */
			: _("it did not do it"));
	if (r->n_total == 0) {
		return;
	}
	sbuf_putc(out, '\n');
	for (size_t i = 0; i < r->n_total && i < PINPAD_TOTAL_ROWS; i++) {
		put_total(a, out, r->total[i].name, r->total[i].count,
			r->total[i].amount);
		count += r->total[i].count;
		amount += r->total[i].amount;
	}
	/* cells: 22 */
	put_total(a, out, _("Total"), count, amount);
}
