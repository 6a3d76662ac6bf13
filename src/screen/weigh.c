/* SPDX-License-Identifier: Apache-2.0 */
/* What lies on the scale while goods wait for their weight.  No screen of its
 * own: a stable weight is taken by itself, and until then everything can be
 * keyed as ever, a weight by hand before all. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"
#include "screen/item_facts.h"

#include "base/poison.h"

#define STALE_US ((int64_t)1500000) /* older is no weight */

bool
weigh_is_open(const struct app *a)
{
	const struct config_device *c =
		config_device_find(till_config(a->till), DEVICE_SCALE, NULL);

	return a->depth == 0 && c != NULL &&
	       till_view(a->till)->ask == ASK_WEIGHT;
}

static bool
is_fresh(const struct app *a, const struct till_scale *s)
{
	return s->there && s->asked && s->reading.read.us > 0 &&
	       a->now - s->reading.read.us < STALE_US;
}

/* What keeps it from being taken; NULL: nothing. */
static const char *
mark_of(const struct app *a, const struct till_scale *s)
{
	unsigned f = s->reading.flags;

	if (!s->there) {
		/* cells: 40 */
		return _("the scale is not there: key the weight");
	}
	if (!is_fresh(a, s)) {
		/* cells: 40 */
		return _("the scale is asked");
	}
	if ((f & SCALE_FAULT) != 0) {
		/* cells: 40 */
		return _("FAULT: look at the scale");
	}
	if ((f & SCALE_OVER) != 0) {
		/* cells: 40 */
		return _("TOO HEAVY for this scale");
	}
	if ((f & SCALE_UNDER) != 0) {
		/* cells: 40 */
		return _("BELOW ZERO: empty it, set it to zero");
	}
	if ((f & SCALE_MOTION) != 0 || (f & SCALE_STABLE) == 0) {
		/* cells: 40 */
		return _("moving");
	}
	if ((f & SCALE_BELOW) != 0) {
		/* cells: 40 */
		return _("too light for this scale");
	}
	return s->reading.grams <= 0
		       /* cells: 40 */
		       ? _("nothing lies on it")
		       : NULL;
}

/* "0.734 kg", or that there is none. */
static void
put_weight(const struct app *a, const struct till_scale *s, struct sbuf *out)
{
	const unsigned none = SCALE_OVER | SCALE_UNDER | SCALE_FAULT;

	if (!is_fresh(a, s) || (s->reading.flags & none) != 0) {
		sbuf_puts(out, "-.--- kg");
		return;
	}
	format_measure(
		out, app_format(a), (struct qty){s->reading.grams}, "kg");
}

static void
put_price(const struct app *a, const struct item *item, struct sbuf *out)
{
	char name[96];

	text_fit_middle(name, sizeof(name), item->name, 28);
	sbuf_puts(out, name);
	sbuf_puts(out, "   ");
	app_put_money(a, out, item_price(a, item));
	sbuf_puts(out, " / ");
	sbuf_puts(out, item->unit[0] != '\0' ? item->unit : "kg");
}

/* The scale's own, or the one that was keyed or is the item's. */
static int64_t
tare_of(const struct app *a, const struct till_scale *s)
{
	const struct engine_view *v = till_view(a->till);

	if (s->reading.tare > 0) {
		return s->reading.tare;
	}
	return v->tare > 0 ? v->tare : v->goods->item.tare;
}

static void
put_tare(const struct app *a, const struct till_scale *s, struct dialog *d)
{
	char buf[64];
	struct sbuf b;

	if (tare_of(a, s) <= 0) {
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 40 */
	sbuf_printf(&b, _("tare %lld g"), (long long)tare_of(a, s));
	dialog_line(d, ROLE_NORMAL, buf);
}

void
weigh_draw(struct app *a)
{
	const struct engine_goods *g = till_view(a->till)->goods;
	struct till_scale s;
	const char *mark;
	char buf[160];
	struct dialog d;
	struct sbuf b;
	int row;

	memset(&s, 0, sizeof(s));
	till_scale(a->till, &s);
	mark = mark_of(a, &s);
	/* cells: 40 */
	dialog_begin(&d, _("WEIGH IT"));
	sbuf_init(&b, buf, sizeof(buf));
	put_price(a, &g->item, &b);
	dialog_line(&d, ROLE_TOTAL, buf);
	if (!a->grid->tight) {
		dialog_line(&d, ROLE_NORMAL, "");
	}
	sbuf_clear(&b);
	put_weight(a, &s, &b);
	sbuf_puts(&b, "   ");
	/* cells: 40 */
	sbuf_puts(&b, mark != NULL ? mark : _("STEADY"));
	dialog_line(&d, mark == NULL ? ROLE_GOOD : ROLE_HEAD, buf);
	put_tare(a, &s, &d);
	/* what keeps a steady weight from being taken; all else the mark says */
	if (mark == NULL && s.text[0] != '\0') {
		dialog_line(&d, ROLE_WARN, _(s.text));
	}
	dialog_line(&d, ROLE_NORMAL, "");
	dialog_line(&d, ROLE_NORMAL,
		/* cells: 50 */
		_("A steady weight is taken by itself."));
	/* cells: 46 */
	dialog_choice(&d, "WT", _("keys it: 734WT is 734 grams"));
	/* cells: 46 */
	dialog_choice(&d, app_back_key(a), _("not sold"));
	(void)widget_dialog(a->grid, &a->lay, &d, &row);
}

/* For ears, what changed in words: digits that run would never stop. */
void
weigh_tell(struct app *a)
{
	struct till_scale s;
	const char *mark;
	char now[sizeof(a->weigh_told)];
	struct sbuf b;

	if (!weigh_is_open(a)) {
		a->weigh_told[0] = '\0';
		return;
	}
	memset(&s, 0, sizeof(s));
	till_scale(a->till, &s);
	mark = mark_of(a, &s);
	sbuf_init(&b, now, sizeof(now));
	sbuf_puts(&b, mark != NULL ? mark : _("STEADY"));
	if (strcmp(now, a->weigh_told) != 0) {
		memcpy(a->weigh_told, now, sizeof(now));
		reader_tell(a, now);
	}
}
