/* SPDX-License-Identifier: Apache-2.0 */
#include "core/code_value.h"

#include <string.h>

#include "base/poison.h"

#define VALUE_DIGITS 9
#define CODE_DIGITS 31 /* as many as a form has room for */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* --- the verifier --------------------------------------------------------- */

/* A digit times two or five, and its tens added to the units or taken from
 * them: the names of the specification. */
enum weight {
	W2_MINUS,
	W3,
	W5_MINUS,
	W5_PLUS
};

static unsigned
weigh(enum weight w, unsigned digit)
{
	unsigned by = w == W2_MINUS ? 2 : w == W3 ? 3 : 5;
	unsigned product = by * digit;
	unsigned tens = product / 10;

	if (w == W3) {
		return product % 10;
	}
	return (product % 10 + (w == W5_PLUS ? tens : 10 - tens)) % 10;
}

static unsigned
sum(const enum weight w[], size_t n, const char *digits)
{
	unsigned s = 0;

	for (size_t i = 0; i < n; i++) {
		s += weigh(w[i], (unsigned)(digits[i] - '0'));
	}
	return s;
}

int
code_verifier(const char *digits, size_t n)
{
	static const enum weight four[] = {W2_MINUS, W2_MINUS, W3, W5_MINUS};

	static const enum weight five[] = {
		W5_PLUS, W2_MINUS, W5_MINUS, W5_PLUS, W2_MINUS};

	unsigned missing;
	unsigned d = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_digit(digits[i])) {
			return -1;
		}
	}
	if (n == 4) {
		return (int)(sum(four, n, digits) * 3 % 10);
	}
	if (n != 5) {
		return -1;
	}
	missing = (10 - sum(five, n, digits) % 10) % 10;
	/* times five less the tens takes each digit to another one */
	while (weigh(W5_MINUS, d) != missing) {
		d++;
	}
	return (int)d;
}

/* --- forms ---------------------------------------------------------------- */

static size_t
count(const char *form, char what)
{
	size_t n = 0;

	for (; *form != '\0'; form++) {
		n += *form == what ? 1 : 0;
	}
	return n;
}

/* All of a kind stand together: their digits are one number. */
static bool
in_one(const char *form, char what)
{
	const char *p = strchr(form, what);

	while (p != NULL && *p == what) {
		p++;
	}
	return p == NULL || strchr(p, what) == NULL;
}

const char *
code_form_wrong(const struct code_form *form)
{
	const char *f = form->form;
	size_t n = strlen(f);
	size_t p = count(f, 'p'), v = count(f, 'v');

	if (strspn(f, "0123456789ivpcx") != n || n < 4 || n > CODE_DIGITS) {
		return "is 4 to 31 of digits and i, v, p, c, x";
	}
	if (count(f, 'i') == 0 || !in_one(f, 'i')) {
		return "needs the item's number, i, in one piece";
	}
	if (p == 0 || p > VALUE_DIGITS || !in_one(f, 'p')) {
		return "needs the value, p, 1 to 9 digits in one piece";
	}
	if (count(f, 'c') > 1 || (count(f, 'c') == 1 && f[n - 1] != 'c')) {
		return "has its check digit, c, at the end";
	}
	if (v > 1 || (v == 1 && p != 4 && p != 5)) {
		return "has one verifier, v, for a value of 4 or 5 digits";
	}
	if (!is_digit(f[0])) {
		return "begins with the digits that tell these codes";
	}
	if (form->decimals > 6) {
		return "has at most 6 decimals";
	}
	return NULL;
}

/* --- a code by a form ----------------------------------------------------- */

/* What stands in front of the shorter one is zeros. */
static bool
fits(const char *form, size_t n_form, const char *code, size_t len)
{
	size_t at = n_form > len ? n_form : len;

	for (; at > 0; at--) {
		char f = '0', c = '0';

		if (at <= n_form) {
			f = form[n_form - at];
		}
		if (at <= len) {
			c = code[len - at];
		}

		/* a zero that is left out was a zero of the form's */
		if (at > len && f != '0') {
			return false;
		}
		if (is_digit(f) && f != c) {
			return false;
		}
	}
	return strchr(form, 'c') == NULL || code_check_ok(code, len);
}

/* The digits under ${what}; a code that is shorter lacks zeros in front, and
 * those are none of these. */
static size_t
take(const char *form, size_t n_form, const char *code, size_t len, char what,
	char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < n_form; i++) {
		if (form[i] == what && n_form - i <= len) {
			out[n++] = code[len - (n_form - i)];
		}
	}
	out[n] = '\0';
	return n;
}

static enum code_match
read_as(const struct code_form *f, const char *code, size_t len,
	struct code_held *ret)
{
	char value[CODE_HELD_BYTES], verifier[CODE_HELD_BYTES];
	size_t n_form = strlen(f->form);
	size_t n;

	if (code_form_wrong(f) != NULL || !fits(f->form, n_form, code, len)) {
		return CODE_PLAIN;
	}
	ret->value = f->value;
	ret->decimals = f->decimals;
	ret->number = 0;
	(void)take(f->form, n_form, code, len, 'i', ret->item);
	n = take(f->form, n_form, code, len, 'p', value);
	for (size_t i = 0; i < n; i++) {
		ret->number = ret->number * 10 + (value[i] - '0');
	}
	if (take(f->form, n_form, code, len, 'v', verifier) == 1 &&
		code_verifier(value, n) != verifier[0] - '0') {
		return CODE_WRONG;
	}
	return CODE_HELD;
}

enum code_match
code_value_read(const struct rules *rules, const char *code, size_t len,
	struct code_held *ret)
{
	size_t n = rules_n_forms(rules);
	enum code_match match = CODE_PLAIN;

	if (len > CODE_DIGITS) {
		return CODE_PLAIN;
	}
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(code[i])) {
			return CODE_PLAIN;
		}
	}
	for (size_t i = 0; match == CODE_PLAIN && i < n; i++) {
		match = read_as(rules_form(rules, i), code, len, ret);
		ret->form = i;
	}
	return match;
}

enum rc
code_value_scale(const struct code_held *h, unsigned digits, int64_t *ret)
{
	int64_t up = 1, down = 1;

	for (unsigned i = h->decimals; i < digits; i++) {
		up *= 10;
	}
	for (unsigned i = digits; i < h->decimals; i++) {
		down *= 10;
	}
	if (h->number > MONEY_MAX / up) {
		return RC_RANGE;
	}
	*ret = (2 * (h->number * up) + down) / (2 * down);
	return RC_OK;
}
