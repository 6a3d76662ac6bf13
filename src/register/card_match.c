/* SPDX-License-Identifier: Apache-2.0 */
#include "register/card_match.h"

#include <string.h>

#include "base/parse.h"

#include "base/poison.h"

/* Two clocks that nobody sets, and a payment that takes its time. */
#define AROUND_US ((int64_t)15 * 60 * 1000000)
#define WHEN_BYTES 20 /* "2026-11-21 14:05:33", or without the year */
#define NO_YEAR_LEN 14

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

/* Local time as text; of one that has no year the one nearest to ${near}. */
static bool
parse_when(const char *when, struct utc near, struct utc *ret)
{
	bool bare = strlen(when) == NO_YEAR_LEN;
	int year = utc_civil(near, 0).year;
	int64_t best = INT64_MAX;

	if (!bare && strlen(when) != WHEN_BYTES - 1) {
		return false;
	}
	for (int y = year - 1; y <= year + 1; y++) {
		char text[WHEN_BYTES + 8];
		struct utc at;
		struct sbuf b;
		int64_t away;

		sbuf_init(&b, text, sizeof(text));
		if (bare) {
			sbuf_printf(&b, "%04d-", y);
		}
		sbuf_puts(&b, when);
		sbuf_putc(&b, 'Z');
		text[10] = 'T';
		if (utc_parse(text, b.len, &at) != RC_OK) {
			continue;
		}
		away = at.us > near.us ? at.us - near.us : near.us - at.us;
		if (away < best) {
			best = away;
			*ret = at;
		}
	}
	return best != INT64_MAX;
}

/* By how much the terminal's clock is off, as its payment before shows it. */
static int64_t
clock_off(const struct card_intent *i)
{
	struct utc at;

	if (i->known == NULL || i->known->time.us == 0 ||
		!parse_when(i->known->when, i->known->time, &at)) {
		return (int64_t)i->tz_min * 60 * 1000000;
	}
	return at.us - i->known->time.us;
}

static enum when
compare_time(const struct card_intent *i, const char *when)
{
	struct utc due = {i->since.us + clock_off(i)}, at;
	int64_t away;

	if (!parse_when(when, due, &at)) {
		return WHEN_UNKNOWN;
	}
	away = at.us - due.us;
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

/* Somebody else had it meanwhile, as far as its numbers are numbers. */
static bool
is_next(const char *last, const char *now)
{
	int64_t a = 0, b = 0;

	if (parse_i64(last, strlen(last), 0, INT32_MAX, &a) != RC_OK ||
		parse_i64(now, strlen(now), 0, INT32_MAX, &b) != RC_OK) {
		return true;
	}
	return b == a + 1 || b < a; /* they begin anew at some number */
}

enum card_verdict
card_match(const struct card_intent *i, const struct pinpad_result *r)
{
	enum when when = compare_time(i, r->when);
	/* one that does not say what it was does say when it was a reversal */
	bool ours = r->last_op == i->op ||
		    (r->last_op == PINPAD_LAST && i->op != PINPAD_REVERSE);

	if (r->outcome == PINPAD_UNKNOWN) {
		return CARD_VERDICT_SILENT;
	}
	if (r->ours) {
		/* no time and no number says more than its own name */
		return r->last_op == i->op && pinpad_outcome_paid(r->outcome) &&
				       is_our_amount(i, r)
			       ? CARD_VERDICT_PAID
			       : CARD_VERDICT_OTHER;
	}
	if (i->known != NULL && differ(i->known->id, r->terminal)) {
		return CARD_VERDICT_OTHER; /* another terminal stands there */
	}
	if (same(r->receipt, i->last)) {
		return match_before(i, r);
	}
	if (!pinpad_outcome_paid(r->outcome)) {
		return ours && when != WHEN_ELSE &&
				       (is_our_amount(i, r) ||
					       (r->amount == 0 &&
						       r->last_op == i->op))
			       ? CARD_VERDICT_NOT
			       : CARD_VERDICT_OTHER;
	}
	/* a new payment; where none is known before, its time must say so */
	if (!is_our_amount(i, r) || when == WHEN_ELSE ||
		!is_next(i->last, r->receipt) ||
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
