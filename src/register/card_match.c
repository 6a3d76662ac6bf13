/* SPDX-License-Identifier: Apache-2.0 */
#include "register/card_match.h"

#include <string.h>

#include "base/poison.h"

/* Two clocks that nobody sets, and a payment that takes its time. */
#define AROUND_US ((int64_t)15 * 60 * 1000000)
#define WHEN_LEN 19 /* "2026-11-21 14:05:33" */

static bool
same(const char *a, const char *b)
{
	return a[0] != '\0' && strcmp(a, b) == 0;
}

/* Both are known, and are not the same. */
static bool
differ(const char *a, const char *b)
{
	return a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0;
}

enum when {
	WHEN_UNKNOWN,
	WHEN_THEN,
	WHEN_ELSE
};

static enum when
compare_time(const struct card_intent *i, const char *when)
{
	char text[WHEN_LEN + 2];
	struct utc at;
	int64_t away;

	if (strlen(when) != WHEN_LEN) {
		return WHEN_UNKNOWN;
	}
	memcpy(text, when, WHEN_LEN);
	text[10] = 'T';
	text[WHEN_LEN] = 'Z';
	text[WHEN_LEN + 1] = '\0';
	if (utc_parse(text, WHEN_LEN + 1, &at) != RC_OK) {
		return WHEN_UNKNOWN;
	}
	away = at.us - (int64_t)i->tz_min * 60 * 1000000 - i->since.us;
	return away < -AROUND_US || away > AROUND_US ? WHEN_ELSE : WHEN_THEN;
}

/* The payment that was the last one before ours still is. */
static enum card_verdict
match_before(const struct card_intent *i, const struct pinpad_result *r)
{
	const struct store_terminal *k = i->known;
	int64_t was = k == NULL ? 0 : k->amount < 0 ? -k->amount : k->amount;

	/* numbers begin anew: the same one need not be the same payment */
	if (k != NULL && same(k->receipt, i->last) &&
		(differ(k->trace, r->trace) ||
			(was != 0 && r->amount != 0 && was != r->amount))) {
		return CARD_VERDICT_OTHER;
	}
	return CARD_VERDICT_NOT;
}

static bool
is_our_amount(const struct card_intent *i, const struct pinpad_result *r)
{
	return r->amount == i->amount &&
	       (r->currency == 0 || i->currency == 0 ||
		       r->currency == i->currency);
}

enum card_verdict
card_match(const struct card_intent *i, const struct pinpad_result *r)
{
	enum when when = compare_time(i, r->when);
	bool ours = r->last_op == i->op || r->last_op == PINPAD_LAST;

	if (r->outcome == PINPAD_UNKNOWN) {
		return CARD_VERDICT_SILENT;
	}
	if (i->known != NULL && differ(i->known->id, r->terminal)) {
		return CARD_VERDICT_OTHER; /* another terminal stands there */
	}
	if (same(r->receipt, i->last)) {
		return match_before(i, r);
	}
	if (!pinpad_outcome_paid(r->outcome)) {
		return r->last_op == i->op && when != WHEN_ELSE &&
				       (r->amount == 0 || is_our_amount(i, r))
			       ? CARD_VERDICT_NOT
			       : CARD_VERDICT_OTHER;
	}
	/* a new payment; where none is known before, its time must say so */
	if (!is_our_amount(i, r) || when == WHEN_ELSE ||
		(when == WHEN_UNKNOWN && i->last[0] == '\0')) {
		return CARD_VERDICT_OTHER;
	}
	if (ours) {
		return CARD_VERDICT_PAID;
	}
	/* nobody told it that its answer was heard, and it took it back */
	return r->last_op == PINPAD_REVERSE && i->op == PINPAD_PAY
		       ? CARD_VERDICT_NOT
		       : CARD_VERDICT_OTHER;
}
