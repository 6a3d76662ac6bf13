/* SPDX-License-Identifier: Apache-2.0 */
/* How taxes are named: a class by its rate, or by the parts it is made of,
 * which are rounded apart and have no rate together. */
#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

void
app_put_why(struct sbuf *out, enum tax_why why)
{
	switch (why) {
	case TAX_EXEMPT:
		/* cells: 8 */
		sbuf_puts(out, _("exempt"));
		break;
	case TAX_REVERSE:
		/* cells: 8 */
		sbuf_puts(out, _("reverse"));
		break;
	case TAX_DUE:
	default:
		break;
	}
}

size_t
app_tax_rows(const struct tax_class *c)
{
	return c->n_part > 0 ? c->n_part : 1;
}

void
app_put_tax(const struct app *a, struct sbuf *out, const struct tax_class *c,
	size_t row)
{
	if (c->n_part > 0) {
		sbuf_puts(out, c->part[row].name);
		sbuf_putc(out, ' ');
		format_rate(out, app_format(a), c->part[row].rate_ppm);
	} else if (c->why != TAX_DUE) {
		app_put_why(out, c->why);
	} else {
		format_rate(out, app_format(a), c->rate_ppm);
	}
}

struct money
app_tax_of(const struct tax_class *c, const struct tax_sum *sum, size_t row)
{
	return c->n_part > 0 ? sum->part[row] : sum->tax;
}
