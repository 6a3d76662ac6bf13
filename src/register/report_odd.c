/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "register/report_internal.h"

#include "base/poison.h"

/* What wants a look: acts that a shop loses money by when nobody looks, and
 * what befell the register itself.  Each says where it stands in the audit. */
enum odd {
	ODD_VOID,
	ODD_LINE_VOID,
	ODD_BELOW,
	ODD_ABOVE,
	ODD_DISCOUNT,
	ODD_NO_SALE,
	ODD_BLIND,
	ODD_TENDER,
	ODD_CARD,
	ODD_DIFFERENCE,
	ODD_REPRINT,
	ODD_HAND,
	ODD_REFUSED,
	ODD_PIN,
	ODD_GLASS,
	ODD_CLOCK,
	ODD_RECOVERED,
	ODD_RESTORED,
	ODD_MOVED,
	ODD_HUB,
	ODDS
};

static const struct {
	const char *word, *label;
	bool amount;
} kinds[ODDS] = {
	/* cells: 18 */
	[ODD_VOID] = {"void", N_("sale voided"), true},
	/* cells: 18 */
	[ODD_LINE_VOID] = {"line-void", N_("line voided"), true},
	/* cells: 18 */
	[ODD_BELOW] = {"price-below", N_("price lowered"), true},
	/* cells: 18 */
	[ODD_ABOVE] = {"price-above", N_("price raised"), true},
	/* cells: 18 */
	[ODD_DISCOUNT] = {"discount", N_("discount by hand"), true},
	/* cells: 18 */
	[ODD_NO_SALE] = {"no-sale", N_("no sale"), false},
	/* cells: 18 */
	[ODD_BLIND] = {"return-blind", N_("no receipt"), true},
	/* cells: 18 */
	[ODD_TENDER] = {"tender-removed", N_("payment undone"), true},
	/* cells: 18 */
	[ODD_CARD] = {"card-decided", N_("card, by hand"), true},
	/* cells: 18 */
	[ODD_DIFFERENCE] = {"difference", N_("over or short"), true},
	/* cells: 18 */
	[ODD_REPRINT] = {"reprint", N_("copy printed"), false},
	/* cells: 18 */
	[ODD_HAND] = {"drawer-hand", N_("drawer by hand"), false},
	/* cells: 18 */
	[ODD_REFUSED] = {"approval-refused", N_("not approved"), false},
	/* cells: 18 */
	[ODD_PIN] = {"pin", N_("PIN or badge"), false},
	/* cells: 18 */
	[ODD_GLASS] = {"break-glass", N_("emergency code"), false},
	/* cells: 18 */
	[ODD_CLOCK] = {"clock", N_("clock jumped"), false},
	/* cells: 18 */
	[ODD_RECOVERED] = {"recovered", N_("recovered"), false},
	/* cells: 18 */
	[ODD_RESTORED] = {"restored", N_("restored"), false},
	/* cells: 18 */
	[ODD_MOVED] = {"moved", N_("other machine"), false},
	/* cells: 18 */
	[ODD_HUB] = {"hub", N_("refused by the hub"), false},
};

const char *
report_odd_word(int64_t n, const char **ret_label)
{
	size_t i = n >= 0 && n < ODDS ? (size_t)n : 0;

	if (ret_label != NULL) {
		*ret_label = kinds[i].label;
	}
	return kinds[i].word;
}

enum {
	ODD_COL_SEQ,
	ODD_COL_AT,
	ODD_COL_TZ,
	ODD_COL_WHO,
	ODD_COL_BY,
	ODD_COL_WHAT,
	ODD_COL_DETAIL,
	ODD_COL_AMOUNT,
	ODD_COL_REASON,
	ODD_COLS
};

static const struct report_col cols[ODD_COLS] = {
	/* cells: 8 */
	[ODD_COL_SEQ] = {"sequence", N_("Line"), COL_COUNT, 1, false},
	/* cells: 16 */
	[ODD_COL_AT] = {"time", N_("When"), COL_TIME, 0, false},
	[ODD_COL_TZ] = {"tz", NULL, COL_COUNT, 0, false},
	/* cells: 4 */
	[ODD_COL_WHO] = {"operator", N_("Op"), COL_TEXT, 0, false},
	/* cells: 6 */
	[ODD_COL_BY] = {"approver", N_("Appr"), COL_TEXT, 2, false},
	/* cells: 18 */
	[ODD_COL_WHAT] = {"kind", N_("What"), COL_WORD, 0, false},
	/* cells: 20 */
	[ODD_COL_DETAIL] = {"detail", N_("About"), COL_TEXT, 0, false},
	/* cells: 10 */
	[ODD_COL_AMOUNT] = {"amount", N_("Amount"), COL_SOME, 0, false},
	/* cells: 12 */
	[ODD_COL_REASON] = {"reason", N_("Reason"), COL_TEXT, 3, false},
};

/* An exception before it is a row. */
struct odd_row {
	enum odd kind;
	int64_t amount;
	const char *approver, *detail, *reason;
};

static enum rc
put(struct report *r, const struct event *e, const struct odd_row *o)
{
	char key[32];
	union report_value *v;
	struct sbuf b;

	sbuf_init(&b, key, sizeof(key));
	sbuf_printf(
		&b, "%llu %d", (unsigned long long)e->sequence, (int)o->kind);
	v = report_row(r, key);
	if (v == NULL) {
		return RC_NOMEM;
	}
	v[ODD_COL_SEQ].n = (int64_t)e->sequence;
	v[ODD_COL_AT].n = e->time.us;
	v[ODD_COL_TZ].n = e->tz_min;
	v[ODD_COL_WHAT].n = o->kind;
	v[ODD_COL_AMOUNT].n = o->amount;
	report_put(r, &v[ODD_COL_WHO], e->actor);
	report_put(r, &v[ODD_COL_BY], o->approver);
	report_put(r, &v[ODD_COL_DETAIL], o->detail);
	report_put(r, &v[ODD_COL_REASON], o->reason);
	report_count(r, kinds[o->kind].word, kinds[o->kind].label, o->amount,
		kinds[o->kind].amount);
	return RC_OK;
}

static enum rc
add_line(struct report *r, const struct event *e)
{
	const struct event_line_act *l = &e->data.line;
	struct odd_row o = {.approver = l->approver,
		.detail = l->name != NULL ? l->name : l->code,
		.reason = l->reason};

	if (__builtin_sub_overflow(l->from, l->to, &o.amount)) {
		return RC_RANGE;
	}
	switch ((int)e->type) {
	case EVENT_LINE_VOIDED:
		o.kind = ODD_LINE_VOID;
		break;
	case EVENT_LINE_DISCOUNTED:
		o.kind = ODD_DISCOUNT;
		break;
	default:
		o.kind = l->to < l->from ? ODD_BELOW : ODD_ABOVE;
		break;
	}
	return put(r, e, &o);
}

/* Goods that came back without a receipt; empties have none. */
static enum rc
add_sale(struct report *r, const struct event *e)
{
	const struct event_sale *s = &e->data.sale;
	struct odd_row o = {.kind = ODD_BLIND, .detail = s->number};
	size_t n = 0;

	for (size_t i = 0; i < s->n_line; i++) {
		const struct event_line *l = &s->line[i];

		if (l->qty >= 0 || l->return_of != NULL ||
			event_is_deposit(l)) {
			continue;
		}
		n++;
		report_plus(r, &o.amount, l->amount);
		o.reason = o.reason != NULL ? o.reason : l->reason;
		o.approver = o.approver != NULL ? o.approver : l->approver;
	}
	return n > 0 ? put(r, e, &o) : RC_OK;
}

/* What somebody did to a whole sale, and to its payments. */
static enum rc
add_whole(struct report *r, const struct event *e)
{
	const struct event_sale_discount *d = &e->data.discount;
	const struct event_basket *s = &e->data.basket;
	const struct event_tender_act *t = &e->data.tender;
	const struct event_payment_end *p = &e->data.payment_end;
	struct odd_row o = {0};

	switch ((int)e->type) {
	case EVENT_SALE_VOIDED:
		o = (struct odd_row){
			ODD_VOID, s->total, s->approver, s->number, s->reason};
		break;
	case EVENT_SALE_DISCOUNTED:
		o = (struct odd_row){
			ODD_DISCOUNT, 0, d->approver, NULL, d->reason};
		if (__builtin_sub_overflow(d->from, d->to, &o.amount)) {
			return RC_RANGE;
		}
		break;
	case EVENT_TENDER_REMOVED:
		o = (struct odd_row){ODD_TENDER, t->amount, t->approver,
			t->tender, t->reason};
		break;
	default:
		if (p->how == NULL || strcmp(p->how, "decided") != 0) {
			return RC_OK;
		}
		o = (struct odd_row){
			ODD_CARD, p->amount, p->approver, p->outcome, p->text};
		break;
	}
	return put(r, e, &o);
}

static enum rc
add_cash(struct report *r, const struct event *e)
{
	const struct event_drawer *d = &e->data.drawer;
	const struct event_count *c = &e->data.count;
	const struct event_shift *o = &e->data.shift;
	const struct event_shift_closed *s = &e->data.shift_closed;
	const char *reason = d->reason;

	if (e->type == EVENT_CASH_COUNTED) {
		struct odd_row count = {ODD_DIFFERENCE, c->difference,
			c->approver, NULL, c->reason};

		/* a shift's is told by its end */
		return c->difference != 0 && c->shift == 0 ? put(r, e, &count)
							   : RC_OK;
	}
	/* what was not there when somebody came is nobody's shift */
	if (e->type == EVENT_SHIFT_OPENED) {
		struct odd_row found = {ODD_DIFFERENCE, o->difference,
			o->approver, NULL, o->reason};

		return o->difference != 0 ? put(r, e, &found) : RC_OK;
	}
	if (e->type == EVENT_SHIFT_CLOSED) {
		struct odd_row left = {ODD_DIFFERENCE, s->difference,
			s->approver, s->operator_no, s->reason};

		return s->difference != 0 ? put(r, e, &left) : RC_OK;
	}
	if (reason != NULL && strcmp(reason, "no-sale") == 0) {
		struct odd_row opened = {
			ODD_NO_SALE, 0, d->approver, d->device, d->why};

		return put(r, e, &opened);
	}
	if (reason != NULL && strcmp(reason, "hand") == 0) {
		struct odd_row opened = {
			ODD_HAND, 0, d->approver, d->device, d->why};

		return put(r, e, &opened);
	}
	return RC_OK;
}

static enum rc
add_people(struct report *r, const struct event *e)
{
	const struct event_attempt *t = &e->data.attempt;
	const struct event_approval *a = &e->data.approval;
	const struct event_receipt *c = &e->data.receipt;
	const struct event_glass_use *g = &e->data.glass_use;
	struct odd_row o = {0};
	char detail[96];
	struct sbuf b;

	sbuf_init(&b, detail, sizeof(detail));
	switch ((int)e->type) {
	case EVENT_OPERATOR_REFUSED:
		sbuf_puts(&b, t->operator_no != NULL ? t->operator_no : "");
		sbuf_puts(&b, b.len > 0 ? " " : "");
		sbuf_puts(&b, t->purpose != NULL ? t->purpose : "");
		o = (struct odd_row){ODD_PIN, 0, NULL, detail, t->why};
		break;
	case EVENT_APPROVAL_REFUSED:
		o = (struct odd_row){ODD_REFUSED, 0, a->approver,
			a->what != NULL && a->what[0] != '\0' ? a->what
							      : a->permit,
			a->reason};
		break;
	case EVENT_COPY_PRINTED:
		o = (struct odd_row){
			ODD_REPRINT, 0, c->approver, c->number, NULL};
		break;
	default:
		o = (struct odd_row){
			ODD_GLASS, 0, g->operator_no, g->purpose, g->why};
		break;
	}
	return put(r, e, &o);
}

static enum rc
add_hub(struct report *r, const struct event *e)
{
	const struct event_hub_apart *apart = &e->data.hub_apart;
	const struct event_hub_refused *no = &e->data.hub_refused;
	struct odd_row o = {ODD_HUB, 0, NULL, no->kind, no->detail};
	char detail[32];
	struct sbuf b;

	if (e->type == EVENT_HUB_QUARANTINED) {
		sbuf_init(&b, detail, sizeof(detail));
		sbuf_i64(&b, apart->sequence);
		o = (struct odd_row){ODD_HUB, 0, NULL, detail, apart->reason};
	}
	return put(r, e, &o);
}

static enum rc
add_register(struct report *r, const struct event *e)
{
	const struct event_moved *m = &e->data.moved;
	struct odd_row o = {0};
	char detail[96];
	struct sbuf b;

	sbuf_init(&b, detail, sizeof(detail));
	switch ((int)e->type) {
	case EVENT_CLOCK_JUMPED:
		sbuf_i64(&b, e->data.clock.delta_us / INT64_C(1000000));
		sbuf_puts(&b, " s");
		o = (struct odd_row){ODD_CLOCK, 0, NULL, detail, NULL};
		break;
	case EVENT_REGISTER_RECOVERED:
		o = (struct odd_row){ODD_RECOVERED, 0, NULL,
			e->data.recovered.why, e->data.recovered.tail};
		break;
	case EVENT_REGISTER_MOVED:
		if (strcmp(m->how, "first") == 0) {
			return RC_OK;
		}
		o = (struct odd_row){ODD_MOVED, 0, m->approver, m->how, m->why};
		break;
	default:
		o = (struct odd_row){
			ODD_RESTORED, 0, NULL, e->data.restored.source, NULL};
		break;
	}
	return put(r, e, &o);
}

static enum rc
add(struct report *r, const struct event *e)
{
	switch ((int)e->type) {
	case EVENT_LINE_VOIDED:
	case EVENT_LINE_DISCOUNTED:
	case EVENT_PRICE_OVERRIDDEN:
		return add_line(r, e);
	case EVENT_SALE_COMPLETED:
		return add_sale(r, e);
	case EVENT_SALE_VOIDED:
	case EVENT_SALE_DISCOUNTED:
	case EVENT_TENDER_REMOVED:
	case EVENT_PAYMENT_ENDED:
		return add_whole(r, e);
	case EVENT_DRAWER_OPENED:
	case EVENT_CASH_COUNTED:
	case EVENT_SHIFT_OPENED:
	case EVENT_SHIFT_CLOSED:
		return add_cash(r, e);
	case EVENT_OPERATOR_REFUSED:
	case EVENT_APPROVAL_REFUSED:
	case EVENT_COPY_PRINTED:
	case EVENT_GLASS_BROKEN:
		return add_people(r, e);
	case EVENT_CLOCK_JUMPED:
	case EVENT_REGISTER_RECOVERED:
	case EVENT_REGISTER_RESTORED:
	case EVENT_REGISTER_MOVED:
		return add_register(r, e);
	case EVENT_HUB_REFUSED:
	case EVENT_HUB_QUARANTINED:
		return add_hub(r, e);
	default:
		return RC_OK;
	}
}

const struct report_form report_form_exceptions = {
	.name = "exceptions",
	/* cells: 40 */
	.title = N_("EXCEPTIONS"),
	.col = cols,
	.n_col = ODD_COLS,
	.bar = -1,
	.add = add,
};
