/* SPDX-License-Identifier: Apache-2.0 */
/* What cards paid, by card, and the days of card terminals. */
#include <string.h>

#include "core/totals_internal.h"

#include "base/poison.h"

enum rc
totals_sum(int64_t *sum, int64_t v)
{
	int64_t next;

	if (__builtin_add_overflow(*sum, v, &next) || next > MONEY_MAX ||
		next < -MONEY_MAX) {
		return RC_RANGE;
	}
	*sum = next;
	return RC_OK;
}

bool
totals_name(char *out, size_t cap, const char *name)
{
	size_t len = name == NULL ? 0 : strlen(name);

	if (len == 0 || len >= cap) {
		return false;
	}
	memset(out, 0, cap);
	memcpy(out, name, len + 1);
	return true;
}

/* --- cards ---------------------------------------------------------------- */

static struct totals_card *
find_card(struct totals *t, const char *tender, const char *card)
{
	for (size_t i = 0; i < t->n_card; i++) {
		if (strcmp(t->card[i].tender, tender) == 0 &&
			strcmp(t->card[i].card, card) == 0) {
			return &t->card[i];
		}
	}
	return NULL;
}

/* What a terminal says is no reason to refuse a sale: a name that is too long,
 * or one too many, is another one of its tender.  NULL: no room for that. */
static struct totals_card *
card_row(struct totals *t, const char *tender, const char *card)
{
	char name[TOTALS_CARD_BYTES] = "";
	struct totals_card *row;

	if (card != NULL && card[0] != '\0' &&
		!totals_name(name, sizeof(name), card)) {
		memcpy(name, TOTALS_OTHER, sizeof(TOTALS_OTHER));
	}
	row = find_card(t, tender, name);
	if (row == NULL && t->n_card >= TOTALS_CARDS - TOTALS_TENDERS) {
		memset(name, 0, sizeof(name));
		memcpy(name, TOTALS_OTHER, sizeof(TOTALS_OTHER));
		row = find_card(t, tender, name);
	}
	if (row == NULL && t->n_card < TOTALS_CARDS) {
		row = &t->card[t->n_card];
		memset(row, 0, sizeof(*row));
		if (!totals_name(row->tender, sizeof(row->tender), tender)) {
			return NULL;
		}
		memcpy(row->card, name, sizeof(row->card));
		t->n_card++;
	}
	return row;
}

enum rc
totals_card_add(
	struct totals *t, const char *tender, const struct event_tender *x)
{
	struct totals_card *row = card_row(t, tender, x->card);

	if (row == NULL || totals_sum(&row->amount, x->amount) != RC_OK) {
		return RC_RANGE;
	}
	row->count++;
	if (x->offline) {
		row->offline++;
		if (totals_sum(&row->offline_amount, x->amount) != RC_OK) {
			return RC_RANGE;
		}
	}
	if (x->amount < 0) {
		row->back++;
		return totals_sum(&row->back_amount, -x->amount);
	}
	return RC_OK;
}

/* Rows that are kept for tenders of complete sales are not for what was given
 * back before: those go together where there is no other. */
static enum rc
add_reversed(struct totals *t, const struct event_tender_act *x)
{
	char tender[TENDER_NAME_BYTES];
	struct totals_card *row;

	if (x->payment == NULL) {
		return RC_OK;
	}
	if (!totals_name(tender, sizeof(tender), x->tender)) {
		return RC_RANGE;
	}
	row = find_card(t, tender, x->card == NULL ? "" : x->card);
	if (row == NULL && t->n_card >= TOTALS_CARDS - TOTALS_TENDERS) {
		row = find_card(t, tender, TOTALS_OTHER);
		row = row != NULL ? row
				  : card_row(t, TOTALS_OTHER, TOTALS_OTHER);
	} else if (row == NULL) {
		row = card_row(t, tender, x->card);
	}
	if (row == NULL ||
		totals_sum(&row->reversed_amount, x->amount) != RC_OK) {
		return RC_RANGE;
	}
	row->reversed++;
	return RC_OK;
}

int64_t
totals_by_hand(const struct totals *t, size_t i, int64_t *ret_n)
{
	int64_t amount = t->tender[i].amount, n = t->tender[i].count;
	bool some = false;

	for (size_t k = 0; k < t->n_card; k++) {
		if (strcmp(t->card[k].tender, t->tender[i].name) == 0) {
			some = some || t->card[k].count > 0;
			n -= t->card[k].count;
			if (__builtin_sub_overflow(
				    amount, t->card[k].amount, &amount)) {
				amount = 0;
			}
		}
	}
	*ret_n = some ? n : 0;
	return some ? amount : 0;
}

/* --- terminals ------------------------------------------------------------ */

/* NULL: no device has such a name. */
static struct totals_terminal *
terminal_row(struct totals *t, const char *device)
{
	struct totals_terminal fresh = {0};
	size_t i = 0;

	if (!totals_name(fresh.name, sizeof(fresh.name), device)) {
		return NULL;
	}
	while (i < t->n_terminal &&
		strcmp(t->terminal[i].name, fresh.name) != 0) {
		i++;
	}
	if (i >= TOTALS_TERMINALS - 1) {
		fresh = (struct totals_terminal){.name = TOTALS_OTHER};
		i = TOTALS_TERMINALS - 1;
	}
	if (i == t->n_terminal) {
		t->terminal[i] = fresh;
		t->n_terminal++;
	}
	return &t->terminal[i];
}

static bool
is(const char *text, const char *word)
{
	return text != NULL && strcmp(text, word) == 0;
}

static enum rc
add_closed(struct totals *t, const struct event_terminal *x)
{
	struct totals_terminal *row;

	/* it was tried only */
	if (!is(x->outcome, "approved") && !is(x->outcome, "offline")) {
		return RC_OK;
	}
	row = terminal_row(t, x->terminal);
	if (row == NULL) {
		return RC_OK;
	}
	row->begun = 0;
	row->closed++;
	return totals_sum(&row->difference, x->difference);
}

enum rc
totals_card_event(struct totals *t, const struct event *e)
{
	struct totals_terminal *row;

	switch ((int)e->type) {
	case EVENT_PAYMENT_STARTED:
		t->unsettled++;
		row = terminal_row(t, e->data.payment.terminal);
		if (row != NULL) {
			row->begun++;
		}
		return RC_OK;
	case EVENT_PAYMENT_ENDED:
		if (!is(e->data.payment_end.outcome, "unknown") &&
			t->unsettled > 0) {
			t->unsettled--;
		}
		return RC_OK;
	case EVENT_TERMINAL_CLOSED:
		return add_closed(t, &e->data.terminal);
	case EVENT_TENDER_REMOVED:
		return add_reversed(t, &e->data.tender);
	default:
		return RC_OK;
	}
}

/* --- days ----------------------------------------------------------------- */

void
totals_cards_carry(const struct totals *t, struct totals *next)
{
	next->unsettled = t->unsettled;
	for (size_t i = 0; i < t->n_terminal; i++) {
		if (t->terminal[i].begun > 0) {
			struct totals_terminal *to =
				&next->terminal[next->n_terminal++];

			*to = t->terminal[i];
			to->closed = 0;
			to->difference = 0;
		}
	}
}

static bool
same_card(const struct totals_card *a, const struct totals_card *b)
{
	return strcmp(a->tender, b->tender) == 0 &&
	       strcmp(a->card, b->card) == 0 && a->amount == b->amount &&
	       a->count == b->count && a->offline_amount == b->offline_amount &&
	       a->offline == b->offline && a->back_amount == b->back_amount &&
	       a->back == b->back && a->reversed_amount == b->reversed_amount &&
	       a->reversed == b->reversed;
}

bool
totals_cards_equal(const struct totals *a, const struct totals *b)
{
	bool same = a->n_card == b->n_card && a->n_terminal == b->n_terminal;

	for (size_t i = 0; same && i < a->n_card; i++) {
		same = same_card(&a->card[i], &b->card[i]);
	}
	for (size_t i = 0; same && i < a->n_terminal; i++) {
		const struct totals_terminal *x = &a->terminal[i];
		const struct totals_terminal *y = &b->terminal[i];

		same = strcmp(x->name, y->name) == 0 && x->begun == y->begun &&
		       x->closed == y->closed && x->difference == y->difference;
	}
	return same;
}
