/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sale that is open when the register starts.
 *
 * The draft's file may be of any age: neither taking it away nor its last
 * second is flushed.  The journal decides.  One sale is open at a time, so
 * whatever ended or brought back a sale behind the mark of a draft (a
 * "boundary": completed, voided, parked, recalled) shows that the draft's sale
 * is not open any more, be it that one or another.  A draft written for a
 * recall stands only with that recall recorded, and nothing behind it.
 *
 * Where the last boundary is a recall and no draft stands, the sale is put
 * together from the line that parked it.  Changes of lines that are recorded
 * and not in the draft are made again.
 *
 * What is paid of it stands in the journal alone, behind the last boundary:
 * the draft knows nothing of it, so that it can come back once only.
 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "register/till_internal.h"

#include "base/poison.h"

#define OLD_LOOK                                                               \
	1000 /* lines in which the sale of an old draft is looked for */

struct boundary {
	uint64_t sequence; /* 0: none */
	enum event_type type;
	uint8_t sale[UUID_BYTES];
};

/* The last boundary at or before ${from}, but not before ${to}; of the sale
 * ${id} when that is not NULL. */
static enum rc
find_boundary(struct till *t, uint64_t from, uint64_t to, const uint8_t *id,
	struct boundary *ret, struct err *reterr)
{
	memset(ret, 0, sizeof(*ret));
	for (uint64_t seq = from; seq > 0 && seq >= to; seq--) {
		const uint8_t *sale = NULL;
		const struct event *e;
		enum rc rc = shop_event(t->shop, seq, NULL, &e, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		if (e->training) {
			continue;
		}
		if (e->type == EVENT_SALE_COMPLETED) {
			sale = e->data.sale.sale;
		} else if (e->type == EVENT_SALE_VOIDED ||
			   e->type == EVENT_SALE_PARKED) {
			sale = e->data.basket.sale;
		} else if (e->type == EVENT_SALE_RECALLED) {
			sale = e->data.recalled.sale;
		}
		if (sale != NULL &&
			(id == NULL || memcmp(id, sale, UUID_BYTES) == 0)) {
			ret->sequence = seq;
			ret->type = e->type;
			memcpy(ret->sale, sale, UUID_BYTES);
			return RC_OK;
		}
	}
	return RC_OK;
}

/* --- does the draft stand? --- */

static enum rc
is_parked(struct till *t, const uint8_t id[UUID_BYTES], bool *ret,
	struct err *reterr)
{
	struct store_parked list[PARKED_MAX];
	size_t n = 0;
	enum rc rc = RC_OK;

	*ret = false;
	if (t->shop->store != NULL) {
		rc = store_parked_list(
			t->shop->store, list, PARKED_MAX, &n, reterr);
	}
	for (size_t i = 0; rc == RC_OK && !*ret && i < n; i++) {
		const struct event *e;

		rc = shop_event(t->shop, list[i].sequence, NULL, &e, reterr);
		*ret = rc == RC_OK && e->type == EVENT_SALE_PARKED &&
		       memcmp(e->data.basket.sale, id, UUID_BYTES) == 0;
	}
	return rc;
}

/* A draft without marks: what became of its sale, as far as one looks. */
static enum rc
judge_old(struct till *t, const uint8_t id[UUID_BYTES], bool *ret,
	struct err *reterr)
{
	uint64_t head = shop_head(t->shop);
	struct boundary b;
	enum rc rc;

	rc = find_boundary(
		t, head, head > OLD_LOOK ? head - OLD_LOOK : 1, id, &b, reterr);
	if (rc == RC_OK && b.sequence != 0) {
		*ret = b.type == EVENT_SALE_RECALLED;
		return RC_OK;
	}
	if (rc == RC_OK) {
		rc = is_parked(t, id, ret, reterr);
		*ret = !*ret;
	}
	return rc;
}

static enum rc
judge(struct till *t, const uint8_t id[UUID_BYTES],
	const struct draft_mark *mark, const struct boundary *last, bool *ret,
	struct err *reterr)
{
	struct boundary before;
	enum rc rc;

	*ret = false;
	if (!mark->known || mark->last > shop_head(t->shop)) {
		return judge_old(t, id, ret, reterr);
	}
	if (!mark->recall) {
		*ret = last->sequence <= mark->begun;
		return RC_OK;
	}
	if (last->sequence <= mark->begun ||
		last->type != EVENT_SALE_RECALLED ||
		memcmp(last->sale, id, UUID_BYTES) != 0) {
		return RC_OK;
	}
	rc = find_boundary(
		t, last->sequence - 1, mark->begun + 1, NULL, &before, reterr);
	*ret = rc == RC_OK && before.sequence == 0;
	return rc;
}

/* --- what the draft lacks --- */

static void
take_discount(struct basket *b, size_t idx, const struct event_line_act *a)
{
	const struct basket_line *l = &b->line[idx];
	struct money off = {engine_by_hand(l).minor + l->discount.minor};

	if (a->ppm != 0) {
		(void)!basket_discount_ppm(b, idx, (uint32_t)a->ppm);
	} else {
		off.minor -= a->to;
		(void)!basket_discount_amount(b, idx, off);
	}
}

/* False: it is of another sale, or was refused. */
static bool
take_age(struct basket *b, const struct event *e)
{
	const struct event_age *a = &e->data.age;

	if (e->type != EVENT_AGE_CHECKED ||
		memcmp(a->sale, b->id, UUID_BYTES) != 0 ||
		strcmp(a->result, "pass") != 0 || a->age <= b->age ||
		a->age > AGE_MAX) {
		return false;
	}
	b->age = (uint8_t)a->age;
	return true;
}

static bool
take_buyer(struct basket *b, const struct event_buyer *a)
{
	struct basket_buyer by = {{0}, {0}, {0}};

	return memcmp(a->sale, b->id, UUID_BYTES) == 0 &&
	       engine_buyer_back(a, &by) && basket_set_buyer(b, &by) == RC_OK;
}

/* What is off the whole sale. */
static bool
take_off(struct basket *b, const struct event_sale_discount *a)
{
	if (memcmp(a->sale, b->id, UUID_BYTES) != 0 || a->ppm < 0 ||
		a->ppm > UINT32_MAX) {
		return false;
	}
	return (a->ppm != 0 ? basket_sale_ppm(b, (uint32_t)a->ppm)
			    : basket_sale_amount(
				      b, (struct money){a->amount})) == RC_OK;
}

/* A recorded change that is of no one line. */
static bool
take_head(struct basket *b, const struct event *e)
{
	if (e->type == EVENT_SALE_DISCOUNTED) {
		return take_off(b, &e->data.discount);
	}
	if (e->type == EVENT_BUYER_NAMED) {
		return take_buyer(b, &e->data.buyer);
	}
	return take_age(b, e);
}

/* A recorded change, onto the line as it was then.  A line that is not there
 * was keyed within the draft's last second, and is lost with its changes. */
static bool
take_act(struct basket *b, const struct event *e)
{
	const struct event_line_act *a = &e->data.line;
	size_t idx = 0;

	if ((e->type != EVENT_LINE_VOIDED &&
		    e->type != EVENT_PRICE_OVERRIDDEN &&
		    e->type != EVENT_LINE_DISCOUNTED) ||
		memcmp(a->sale, b->id, UUID_BYTES) != 0 || a->no <= 0 ||
		a->no >= UINT32_MAX) {
		return false;
	}
	if (b->next_no <= (uint32_t)a->no) {
		b->next_no = (uint32_t)a->no + 1;
	}
	if (basket_find(b, (uint32_t)a->no, &idx) != RC_OK) {
		return false;
	}
	if (e->type == EVENT_LINE_VOIDED && a->left > 0) {
		(void)!basket_set_qty(b, idx, (struct qty){a->left});
		return true;
	}
	if (e->type == EVENT_LINE_VOIDED) {
		(void)!basket_void(b, idx);
		return true;
	}
	if (a->qty > 0 && a->qty != b->line[idx].qty.milli) {
		(void)!basket_set_qty(b, idx, (struct qty){a->qty});
	}
	if (e->type == EVENT_PRICE_OVERRIDDEN) {
		(void)!basket_set_price(b, idx, (struct money){a->to});
	} else {
		take_discount(b, idx, a);
	}
	return true;
}

static enum rc
take_acts(struct till *t, struct basket *b, uint64_t behind, bool *ret_changed,
	struct err *reterr)
{
	uint64_t head = shop_head(t->shop);
	enum rc rc = RC_OK;

	for (uint64_t seq = behind + 1; rc == RC_OK && seq <= head; seq++) {
		const struct event *e;

		rc = shop_event(t->shop, seq, NULL, &e, reterr);
		if (rc == RC_OK && (take_act(b, e) || take_head(b, e))) {
			*ret_changed = true;
		}
	}
	return rc;
}

/* --- the line that parked it --- */

/* Of the memory what was written, and that is what numbers were given for: all
 * of it is 6 MB to be had from the system and cleared, at each start. */
static void
wipe(struct basket *b)
{
	size_t n = b->next_no < b->cap_line ? b->next_no : b->cap_line;

	crypto_wipe(b->line, n * sizeof(*b->line));
	crypto_wipe(b->back, BASKET_BACK_MAX * sizeof(*b->back));
}

static void
begin(const struct till *t, struct basket *b, const uint8_t id[UUID_BYTES],
	struct utc opened)
{
	const struct config *c = &t->config[t->in_use];

	wipe(b);
	basket_begin(b, id, opened, &c->tax, c->price_round);
	basket_set_rules(b, c->rules);
}

static enum rc
take_parked(struct till *t, const struct boundary *recall, struct basket *b,
	struct err *reterr)
{
	const struct event_basket *d;
	const struct event *e;
	struct boundary parked;
	enum rc rc;

	rc = find_boundary(
		t, recall->sequence - 1, 1, recall->sale, &parked, reterr);
	if (rc == RC_OK && parked.type != EVENT_SALE_PARKED) {
		rc = err_set(reterr, RC_NOTFOUND, 0, __func__,
			"the line that parked it is not there");
	}
	if (rc == RC_OK) {
		rc = shop_event(t->shop, parked.sequence, NULL, &e, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	d = &e->data.basket;
	begin(t, b, d->sale, d->opened);
	rc = engine_basket_back(d, b);
	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, __func__,
			"a line does not fit this configuration");
	}
	return RC_OK;
}

/* --- what is paid of it --- */

struct paid {
	uint8_t sale[UUID_BYTES];
	struct engine_tender tender[ENGINE_TENDERS];
	size_t n;
	uint32_t next_no;
	uint64_t sequence; /* of the line looked at */
	/* of the last payment at a terminal: begun there, and ended in the
	 * line before ${ended} */
	char device[CONFIG_DEVICE_NAME_BYTES];
	char payment[UUID_TEXT_BYTES];
	char receipt[PINPAD_RECEIPT_BYTES], trace[PINPAD_RECEIPT_BYTES];
	uint64_t ended;
	bool signature;
	bool signs; /* the last tender's was to be looked at */
};

static void
copy(char *out, size_t cap, const char *s)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, s == NULL ? "" : s);
}

static void
take_tender(struct paid *p, const struct event_tender_act *a)
{
	struct engine_tender *t;
	struct sbuf code, name;

	if (p->n == ENGINE_TENDERS || a->no < 1 || a->no >= UINT32_MAX) {
		return;
	}
	t = &p->tender[p->n++];
	memset(t, 0, sizeof(*t));
	memcpy(p->sale, a->sale, UUID_BYTES);
	sbuf_init(&code, t->code, sizeof(t->code));
	sbuf_init(&name, t->name, sizeof(t->name));
	sbuf_puts(&code, a->name != NULL ? a->tender : "CA");
	sbuf_puts(&name, a->name != NULL ? a->name : "");
	t->no = (uint32_t)a->no;
	t->amount.minor = a->amount;
	t->tendered.minor = a->tendered;
	t->offline = a->offline;
	copy(t->payment, sizeof(t->payment), a->payment);
	copy(t->card, sizeof(t->card), a->card);
	copy(t->last4, sizeof(t->last4), a->last4);
	copy(t->auth, sizeof(t->auth), a->auth);
	if (p->ended == p->sequence && p->ended != 0 &&
		strcmp(p->payment, t->payment) == 0) {
		memcpy(t->receipt, p->receipt, sizeof(t->receipt));
		memcpy(t->trace, p->trace, sizeof(t->trace));
		memcpy(t->device, p->device, sizeof(t->device));
	}
	p->signs = p->ended == p->sequence && p->signature;
	p->next_no = t->no + 1;
}

/* What its tender's line does not say, and giving it back asks for. */
static void
take_end(struct paid *p, const struct event *e)
{
	const struct event_payment_end *d = &e->data.payment_end;

	uuid_format(d->payment, p->payment);
	p->ended = e->sequence + 1;
	p->signature = d->check != NULL && strcmp(d->check, "signature") == 0;
	copy(p->receipt, sizeof(p->receipt), d->receipt);
	copy(p->trace, sizeof(p->trace), d->trace);
}

static enum rc
find_paid(struct till *t, uint64_t behind, struct paid *p, struct err *reterr)
{
	uint64_t head = shop_head(t->shop);
	enum rc rc = RC_OK;

	memset(p, 0, sizeof(*p));
	for (uint64_t seq = behind + 1; rc == RC_OK && seq <= head; seq++) {
		const struct event *e;

		rc = shop_event(t->shop, seq, NULL, &e, reterr);
		if (rc == RC_OK && e->training) {
			continue;
		}
		p->sequence = seq;
		if (rc == RC_OK && e->type == EVENT_PAYMENT_STARTED) {
			copy(p->device, sizeof(p->device),
				e->data.payment.terminal);
		} else if (rc == RC_OK && e->type == EVENT_PAYMENT_ENDED) {
			take_end(p, e);
		} else if (rc == RC_OK && e->type == EVENT_TENDER_TAKEN) {
			take_tender(p, &e->data.tender);
		} else if (rc == RC_OK && e->type == EVENT_TENDER_REMOVED &&
			   p->n > 0) {
			p->n--;
			p->signs = false;
		}
	}
	return rc;
}

/* Never without a word: somebody has handed it over. */
static enum rc
lost_paid(const struct till *t, const struct paid *p, struct err *reterr)
{
	const struct config *c = &t->config[t->in_use];
	struct money sum = {0};
	char text[64];
	struct sbuf b;

	for (size_t i = 0; i < p->n; i++) {
		sum.minor += p->tender[i].amount.minor;
	}
	sbuf_init(&b, text, sizeof(text));
	format_amount(&b, c->format, sum, &c->currency);
	return err_set(reterr, RC_NOTFOUND, 0, __func__,
		"%s of it is paid: ring its items again", text);
}

static enum rc
restore_paid(struct till *t, uint64_t behind, const struct basket *b,
	struct err *reterr)
{
	struct paid p;
	enum rc rc = find_paid(t, behind, &p, reterr);

	if (rc != RC_OK || p.next_no == 0) {
		return rc;
	}
	if (p.n > 0 &&
		(b->n_line == 0 || memcmp(p.sale, b->id, UUID_BYTES) != 0)) {
		return lost_paid(t, &p, reterr);
	}
	if (b->n_line == 0) {
		return RC_OK;
	}
	rc = engine_restore_tenders(
		t->engine, p.tender, p.n, p.next_no, reterr);
	t->signs = rc == RC_OK && p.n > 0 && p.signs;
	return rc;
}

/* --- all of it --- */

/* From the draft, as far as it stands; an empty basket when not. */
static enum rc
from_draft(struct till *t, const struct boundary *last, struct basket *b,
	bool *ret_stands, bool *ret_changed, struct err *reterr)
{
	const struct config *c = &t->config[t->in_use];
	struct draft_mark mark;
	struct err e = {0};
	bool found = false;
	enum rc rc, loaded;

	loaded = draft_load(t->draft, &c->tax, c->price_round, c->rules, b,
		&mark, &found, &e);
	if (loaded != RC_OK) {
		/* begun anew, whatever it had */
		crypto_wipe(b->line, b->cap_line * sizeof(*b->line));
	}
	if (loaded == RC_OK && !found && !mark.known) {
		return RC_OK;
	}
	rc = judge(t, b->id, &mark, last, ret_stands, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (!*ret_stands) {
		return draft_clear(t->draft, reterr);
	}
	if (loaded != RC_OK) {
		if (reterr != NULL) {
			*reterr = e;
		}
		return loaded;
	}
	if (mark.known && mark.last <= shop_head(t->shop)) {
		rc = take_acts(t, b, mark.last, ret_changed, reterr);
	}
	return rc;
}

/* Of a sale without a line yet: who buys, and an age that was checked for its
 * first item, are asked for once.  Only when nothing was done since. */
static enum rc
restore_ahead(struct till *t, struct basket *b, struct err *reterr)
{
	bool named = false;

	for (uint64_t seq = shop_head(t->shop); seq > 0; seq--) {
		const struct event *e;
		enum rc rc = shop_event(t->shop, seq, NULL, &e, reterr);
		const uint8_t *sale = NULL;

		if (rc != RC_OK) {
			return rc;
		}
		if (e->type == EVENT_AGE_CHECKED && !e->training &&
			strcmp(e->data.age.result, "pass") == 0) {
			sale = e->data.age.sale;
		} else if (e->type == EVENT_BUYER_NAMED && !e->training) {
			sale = e->data.buyer.sale;
		} else if (!till_is_aside(e->type)) {
			return RC_OK;
		} else {
			continue;
		}
		if (memcmp(sale, b->id, UUID_BYTES) != 0 &&
			(basket_is_begun(b) || b->age > 0 || named)) {
			return RC_OK;
		}
		memcpy(b->id, sale, UUID_BYTES);
		b->opened = e->time;
		if (e->type == EVENT_BUYER_NAMED) {
			/* the last one says it all */
			named = named || take_buyer(b, &e->data.buyer);
		} else {
			(void)take_age(b, e);
		}
	}
	return RC_OK;
}

/* The sale as it was found, into the engine. */
static enum rc
to_engine(struct till *t, const struct basket *b, struct err *reterr)
{
	enum rc rc;

	if (!basket_is_begun(b) && b->age == 0) {
		return RC_OK;
	}
	rc = engine_restore(t->engine, b->id, b->opened, b->line, b->n_line,
		b->next_no, reterr);
	t->resumed = rc == RC_OK && b->n_line > 0;
	if (rc == RC_OK) {
		engine_restore_age(t->engine, b->id, b->opened, b->age);
	}
	if (rc == RC_OK && engine_restore_head(t->engine, b) != RC_OK) {
		rc = err_set(reterr, RC_RANGE, 0, __func__,
			"who buys, or what is off the sale, does not fit this "
			"configuration");
	}
	return rc;
}

static enum rc
restore_basket(struct till *t, struct basket *b, struct err *reterr)
{
	static const uint8_t none[UUID_BYTES];
	struct utc never = {0};
	struct boundary last;
	bool stands = false;
	bool changed = false; /* the draft does not say so yet */
	enum rc rc;

	rc = find_boundary(t, shop_head(t->shop), 1, NULL, &last, reterr);
	if (rc == RC_OK && t->draft != NULL) {
		rc = from_draft(t, &last, b, &stands, &changed, reterr);
	}
	if (rc == RC_OK && !stands) {
		begin(t, b, none, never);
	}
	if (rc == RC_OK && !stands && last.sequence != 0 &&
		last.type == EVENT_SALE_RECALLED) {
		changed = true;
		rc = take_parked(t, &last, b, reterr);
		if (rc == RC_OK) {
			rc = take_acts(t, b, last.sequence, &changed, reterr);
		}
	}
	if (rc == RC_OK && !basket_is_begun(b)) {
		rc = restore_ahead(t, b, reterr);
	}
	if (rc == RC_OK) {
		rc = to_engine(t, b, reterr);
	}
	if (rc == RC_OK && changed && t->draft != NULL) {
		draft_at(t->draft, shop_head(t->shop));
		t->draft_lacks = true;
	}
	if (rc == RC_OK) {
		rc = restore_paid(t, last.sequence, b, reterr);
	}
	return rc;
}

static enum rc
open_draft(struct till *t, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = path_join(path, sizeof(path), t->shop->dir, "draft");

	if (rc == RC_OK) {
		rc = draft_open(
			path, t->shop->keys, &t->shop->rng, &t->draft, reterr);
	}
	if (rc == RC_OK) {
		draft_set_desk(t->draft, t->desk);
	} else {
		t->draft = NULL;
	}
	return rc;
}

/* A basket that cannot come back is no reason not to sell. */
enum rc
till_basket_open(struct till *t, struct err *reterr)
{
	struct basket basket;
	struct err e = {0};
	struct sbuf b;
	void *memory;
	enum rc rc;

	rc = desk_new(&t->desk, reterr);
	if (rc != RC_OK || t->shop->read_only) {
		return rc;
	}
	if (open_draft(t, reterr) == RC_NOMEM) {
		return RC_NOMEM;
	}
	memory = malloc(basket_bytes(BASKET_LINES_MAX));
	if (memory == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory for the register: close other programs");
	}
	basket_init(&basket, memory, BASKET_LINES_MAX);
	rc = restore_basket(t, &basket, &e);
	wipe(&basket);
	free(memory);
	if (rc != RC_OK) {
		sbuf_init(&b, t->note, sizeof(t->note));
		sbuf_printf(
			&b, _("the open sale could not come back: %s"), e.msg);
	}
	return RC_OK;
}
