/* SPDX-License-Identifier: Apache-2.0 */
#include "device/pinpad.h"

#include <string.h>

#include "base/attr.h"

#include "base/poison.h"

#define PAN_MIN 13u
#define PAN_MAX 19u
#define PAN_SHOWN 4u

static const char *const op_name[PINPAD_OP_COUNT] = {
	[PINPAD_PAY] = "pay",
	[PINPAD_REFUND] = "refund",
	[PINPAD_REVERSE] = "reverse",
	[PINPAD_RESERVE] = "reserve",
	[PINPAD_CAPTURE] = "capture",
	[PINPAD_RELEASE] = "release",
	[PINPAD_LAST] = "last",
	[PINPAD_CLOSE] = "close",
	[PINPAD_STATUS] = "status",
	[PINPAD_TOTALS] = "totals",
};

static const char *const outcome_name[] = {
	[PINPAD_APPROVED] = "approved",
	[PINPAD_OFFLINE] = "offline",
	[PINPAD_DECLINED] = "declined",
	[PINPAD_ABORTED] = "aborted",
	[PINPAD_UNKNOWN] = "unknown",
};

static const char *const check_name[] = {
	[PINPAD_CHECK_NONE] = "none",
	[PINPAD_CHECK_PIN] = "pin",
	[PINPAD_CHECK_DEVICE] = "device",
	[PINPAD_CHECK_SIGNATURE] = "signature",
};

const char *
pinpad_op_name(enum pinpad_op op)
{
	return op_name[op];
}

bool
pinpad_op_named(const char *name, enum pinpad_op *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(op_name); i++) {
		if (strcmp(name, op_name[i]) == 0) {
			*ret = (enum pinpad_op)i;
			return true;
		}
	}
	return false;
}

bool
pinpad_op_moves(enum pinpad_op op)
{
	return op <= PINPAD_RELEASE;
}

const char *
pinpad_outcome_name(enum pinpad_outcome o)
{
	return outcome_name[o];
}

bool
pinpad_outcome_named(const char *name, enum pinpad_outcome *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(outcome_name); i++) {
		if (strcmp(name, outcome_name[i]) == 0) {
			*ret = (enum pinpad_outcome)i;
			return true;
		}
	}
	return false;
}

bool
pinpad_outcome_paid(enum pinpad_outcome o)
{
	return o == PINPAD_APPROVED || o == PINPAD_OFFLINE;
}

const char *
pinpad_check_name(enum pinpad_check c)
{
	return check_name[c];
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ISO/IEC 7812-1, over the digits of text[from..to). */
static bool
luhn(const char *text, size_t from, size_t to)
{
	unsigned sum = 0;
	bool twice = false;

	for (size_t i = to; i > from; i--) {
		unsigned d;

		if (!is_digit(text[i - 1])) {
			continue;
		}
		d = (unsigned)(text[i - 1] - '0');
		d = twice ? d * 2 : d;
		sum += d > 9 ? d - 9 : d;
		twice = !twice;
	}
	return sum % 10 == 0;
}

static void
stars(char *text, size_t from, size_t to)
{
	size_t left = 0;

	for (size_t i = from; i < to; i++) {
		left += is_digit(text[i]) ? 1 : 0;
	}
	for (size_t i = from; i < to; i++) {
		if (is_digit(text[i])) {
			if (left > PAN_SHOWN) {
				text[i] = '*';
			}
			left--;
		}
	}
}

/* One past the ${want}th digit from ${from} on, single blanks and dashes
 * between them; 0 there are not so many. */
static size_t
digits_end(const char *text, size_t n, size_t from, size_t want)
{
	size_t got = 0;

	for (size_t i = from; i < n; i++) {
		if (is_digit(text[i])) {
			got++;
			if (got == want) {
				return i + 1;
			}
		} else if ((text[i] != ' ' && text[i] != '-') || i == from ||
			   !is_digit(text[i - 1])) {
			return 0;
		}
	}
	return 0;
}

/* Where the digits that stay open in front of ${end} begin. */
static size_t
shown_from(const char *text, size_t end)
{
	size_t left = PAN_SHOWN;

	while (left > 0) {
		end--;
		left -= is_digit(text[end]) ? 1 : 0;
	}
	return end;
}

size_t
pinpad_mask(char *text, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		/* the longest that passes: what it leaves open is the least */
		for (size_t want = PAN_MAX; want >= PAN_MIN; want--) {
			size_t end = is_digit(text[i])
					     ? digits_end(text, n, i, want)
					     : 0;

			if (end > 0 && luhn(text, i, end)) {
				stars(text, i, end);
				found++;
				/* what stays open may begin the next one */
				i = shown_from(text, end) - 1;
				break;
			}
		}
	}
	return found;
}
