/* SPDX-License-Identifier: Apache-2.0 */
/* Codes that hold a price, a weight or a count, and what no two rules may
 * have: one code that means two things. */
#include <string.h>

#include "register/config_rules_internal.h"

#include "base/poison.h"

#define VALUE_DIGITS 9 /* of an amount that can be keyed */
#define LEAST_LENGTH 6
#define WEIGHT_DECIMALS 3 /* quantities are kept in thousandths */

struct letters {
	size_t n, i, v, p, c;
};

static enum rc
wrong_form(const char *value, const char *what, struct err *reterr)
{
	return err_set(
		reterr, RC_PROTO, 0, "config", "'%.40s' %s", value, what);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Letters of one meaning stand side by side: the number is read from left to
 * right. */
static bool
is_run(const char *s, char letter)
{
	const char *from = strchr(s, letter);

	if (from == NULL) {
		return true;
	}
	while (*from == letter) {
		from++;
	}
	return strchr(from, letter) == NULL;
}

static void
count(const char *s, struct letters *n)
{
	for (; *s != '\0'; s++) {
		n->n++;
		n->i += *s == 'i' ? 1 : 0;
		n->v += *s == 'v' ? 1 : 0;
		n->p += *s == 'p' ? 1 : 0;
		n->c += *s == 'c' ? 1 : 0;
	}
}

static bool
is_gs1_length(size_t n)
{
	return n == 8 || n == 12 || n == 13 || n == 14;
}

enum rc
rules_form_text(const char *value, char *out, size_t cap, struct err *reterr)
{
	struct letters n = {0};

	count(value, &n);
	if (strspn(value, "0123456789ivpcx") != n.n) {
		return wrong_form(value,
			"is no form of a code: write digits, i item, v "
			"verifier, p value, c check digit, x any digit",
			reterr);
	}
	if (n.n < LEAST_LENGTH || n.n >= cap) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"'%.40s' has a wrong length: write one sign for each "
			"digit of the code, %d to %zu",
			value, LEAST_LENGTH, cap - 1);
	}
	if (!is_digit(value[0])) {
		return wrong_form(value,
			"fits any code: begin with the digits that these "
			"codes begin with, like 2iiiiivppppc",
			reterr);
	}
	if (n.i == 0 || n.p == 0) {
		return wrong_form(value,
			n.i == 0 ? "names no item: write an i for each of "
				   "its digits"
				 : "holds no value: write a p for each of its "
				   "digits",
			reterr);
	}
	if (!is_run(value, 'i') || !is_run(value, 'p')) {
		return wrong_form(value,
			"has its item or its value in two places: write all "
			"i, and all p, side by side",
			reterr);
	}
	if (n.p > VALUE_DIGITS) {
		return wrong_form(value,
			"holds a value of more than nine digits: write x for "
			"those that are always 0",
			reterr);
	}
	if (n.v > 1 || (n.v == 1 && n.p != 4 && n.p != 5)) {
		return wrong_form(value,
			"has a verifier that is not defined: it is one digit, "
			"of a value of four or five; write x instead of v",
			reterr);
	}
	if (n.c > 1 ||
		(n.c == 1 && (value[n.n - 1] != 'c' || !is_gs1_length(n.n)))) {
		return wrong_form(value,
			"has a check digit that is not defined: it is the last "
			"of 8, 12, 13 or 14 digits; write x instead of c",
			reterr);
	}
	memcpy(out, value, n.n + 1);
	return RC_OK;
}

enum rc
rules_end_form(struct rules_read *rr)
{
	struct code_form *f = &rr->form;
	struct letters n = {0};
	int most = 0;

	if (!rules_seen(rr, KEY_FORM_FORM) || !rules_seen(rr, KEY_FORM_VALUE)) {
		return rules_wrong_at(rr, rr->section,
			"[code %s] does not say what the codes hold: write "
			"'form = 2iiiiivppppc' and 'value = price', weight or "
			"count",
			f->id);
	}
	count(f->form, &n);
	switch (f->value) {
	case CODE_HOLDS_PRICE:
		most = rr->c->currency.digits;
		break;
	case CODE_HOLDS_WEIGHT:
		most = WEIGHT_DECIMALS;
		break;
	case CODE_HOLDS_COUNT:
		break;
	}
	if (!rules_seen(rr, KEY_FORM_DECIMALS)) {
		f->decimals = (uint8_t)most;
	} else if (f->decimals > most) {
		return rules_wrong_at(rr, rules_place_of(rr, KEY_FORM_DECIMALS),
			"this value has at most %d decimals here: write so "
			"many, or fewer",
			most);
	}
	if (rules_n_forms(rr->r) < RULES_FORMS) {
		rr->form_at[rules_n_forms(rr->r)] =
			rules_place_of(rr, KEY_FORM_FORM);
	}
	return rules_added(rr, rules_add_form(rr->r, f));
}

/* --- what two sections may not both have --- */

/* Whether one code could fit both. */
static bool
overlap(const char *a, const char *b)
{
	if (strlen(a) != strlen(b)) {
		return false;
	}
	for (; *a != '\0'; a++, b++) {
		if (is_digit(*a) && is_digit(*b) && *a != *b) {
			return false;
		}
	}
	return true;
}

static bool
fits(const char *form, const char *code)
{
	if (strlen(form) != strlen(code)) {
		return false;
	}
	for (; *form != '\0'; form++, code++) {
		if (!is_digit(*code) || (is_digit(*form) && *form != *code)) {
			return false;
		}
	}
	return true;
}

static enum rc
check_code(struct rules_read *rr, const char *code, struct rules_place at,
	const char *what)
{
	for (size_t i = 0; i < rules_n_forms(rr->r); i++) {
		const struct code_form *f = rules_form(rr->r, i);

		if (fits(f->form, code)) {
			return rules_wrong_at(rr, at,
				"%s %.60s would be read as a code of [code "
				"%s]: write another one",
				what, code, f->id);
		}
	}
	return RC_OK;
}

static enum rc
check_forms(struct rules_read *rr)
{
	for (size_t j = 1; j < rules_n_forms(rr->r); j++) {
		const struct code_form *b = rules_form(rr->r, j);

		for (size_t i = 0; i < j; i++) {
			const struct code_form *a = rules_form(rr->r, i);

			if (overlap(a->form, b->form)) {
				return rules_wrong_at(rr, rr->form_at[j],
					"one code could be of [code %s] and of "
					"[code %s]: write digits that tell "
					"them apart, or take one out",
					a->id, b->id);
			}
		}
	}
	return RC_OK;
}

enum rc
rules_end_all(struct rules_read *rr)
{
	enum rc rc = check_forms(rr);

	for (size_t i = 0; rc == RC_OK && i < rules_n_deposits(rr->r); i++) {
		rc = check_code(rr, rules_deposit(rr->r, i)->id,
			rr->deposit_at[i], "the deposit");
	}
	for (size_t i = 0; rc == RC_OK && i < rules_n_coupons(rr->r); i++) {
		const char *code = rules_coupon(rr->r, i)->code;
		int d = rules_find_deposit(rr->r, code);

		if (d >= 0) {
			return rules_wrong_at(rr, rr->coupon_at[i],
				"%s is the code of a deposit: write another "
				"one for this coupon",
				code);
		}
		rc = check_code(rr, code, rr->coupon_at[i], "the coupon");
	}
	return rc;
}
