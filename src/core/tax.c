/* SPDX-License-Identifier: Apache-2.0 */
#include "core/tax.h"

#include <string.h>

#include "core/wide.h"

#include "base/poison.h"

/* What a part is of the net, over den; sum: all of them. */
struct factors {
	size_t n;
	wide part[TAX_PARTS], sum, den;
};

/* A tax or its parts, with the decimals of ${scale}. */
struct raw {
	wide tax[TAX_PARTS];
};

int
tax_find(const struct tax_policy *p, const char *code)
{
	for (size_t i = 0; i < p->n_class && i < TAX_ROWS; i++) {
		if (strcmp(p->class_[i].code, code) == 0) {
			return (int)i;
		}
	}
	return -1;
}

int
tax_find_rate(const struct tax_policy *p, const char *code, uint32_t rate_ppm)
{
	for (size_t i = 0; i < p->n_class && i < TAX_ROWS; i++) {
		if (p->class_[i].rate_ppm == rate_ppm &&
			strcmp(p->class_[i].code, code) == 0) {
			return (int)i;
		}
	}
	return -1;
}

const char *
tax_why_name(enum tax_why why)
{
	switch (why) {
	case TAX_EXEMPT:
		return "exempt";
	case TAX_REVERSE:
		return "reverse";
	case TAX_DUE:
	default:
		return NULL;
	}
}

bool
tax_why_find(const char *name, enum tax_why *ret)
{
	for (enum tax_why why = TAX_DUE; why <= TAX_REVERSE; why++) {
		const char *known = tax_why_name(why);

		if (name == known || (name != NULL && known != NULL &&
					     strcmp(name, known) == 0)) {
			*ret = why;
			return true;
		}
	}
	return false;
}

static struct factors
factors_of(const struct tax_class *c)
{
	struct factors f = {.n = c->n_part, .den = PPM_ONE};

	if (c->n_part == 0 || c->n_part > TAX_PARTS) {
		f.n = 1;
		f.part[0] = f.sum = c->rate_ppm;
		return f;
	}
	for (size_t i = 0; i < c->n_part; i++) {
		wide rate = c->part[i].rate_ppm;

		if (!c->part[i].on_tax || f.sum == 0) {
			f.part[i] = rate * (f.den / PPM_ONE);
			f.sum += f.part[i];
			continue;
		}
		f.part[i] = rate * (f.den + f.sum);
		for (size_t k = 0; k < i; k++) {
			f.part[k] *= PPM_ONE;
		}
		f.sum = f.sum * PPM_ONE + f.part[i];
		f.den *= PPM_ONE;
	}
	return f;
}

uint32_t
tax_rate_of(const struct tax_class *c)
{
	struct factors f = factors_of(c);

	return (uint32_t)wide_divide(f.sum, f.den / PPM_ONE, ROUND_HALF_UP);
}

static int64_t
scale_of(const struct tax_policy *p)
{
	int64_t scale = 1;

	for (unsigned i = 0; p->basis != TAX_PER_RECEIPT && i < p->decimals &&
			     i < TAX_DECIMALS_MAX;
		i++) {
		scale *= 10;
	}
	return scale;
}

/* The parts of one amount, each on its own. */
static enum rc
each(const struct tax_policy *p, const struct tax_class *c,
	const struct factors *f, wide amount, struct raw *ret)
{
	wide before = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < f->n && rc == RC_OK; i++) {
		wide num = f->part[i], den = f->den, base = amount;

		if (p->included) {
			den += f->sum;
		} else if (c->n_part > 0) {
			num = c->part[i].rate_ppm;
			den = PPM_ONE;
			base += c->part[i].on_tax ? before : 0;
		}
		rc = wide_ratio_round(base, num, den, p->round, &ret->tax[i]);
		before += ret->tax[i];
	}
	return rc;
}

/* Whether what is kept of class ${c} is one sum. */
static bool
is_one(const struct tax_policy *p, const struct tax_class *c)
{
	return p->together || c->n_part == 0;
}

/* The tax of one amount, which is a unit, a line or all of a class; both have
 * as many decimals. */
static enum rc
tax_of(const struct tax_policy *p, const struct tax_class *c,
	const struct factors *f, wide scaled, struct raw *ret)
{
	wide den = f->den + (p->included ? f->sum : 0);

	memset(ret, 0, sizeof(*ret));
	if (scaled > INT64_MAX || scaled < -INT64_MAX) {
		return RC_RANGE;
	}
	if (!is_one(p, c)) {
		return each(p, c, f, scaled, ret);
	}
	return wide_ratio_round(scaled, f->sum, den, p->round, &ret->tax[0]);
}

/* Of ${n} units that are worth ${each}. */
static enum rc
add_units(const struct tax_policy *p, const struct tax_class *c,
	const struct factors *f, int64_t worth, int64_t n, struct raw *sum)
{
	struct raw one;
	enum rc rc;

	if (n == 0) {
		return RC_OK;
	}
	rc = tax_of(p, c, f, (wide)worth * scale_of(p), &one);
	for (size_t i = 0; i < TAX_PARTS && rc == RC_OK; i++) {
		wide product;

		if (__builtin_mul_overflow(one.tax[i], (wide)n, &product) ||
			__builtin_add_overflow(
				sum->tax[i], product, &sum->tax[i])) {
			rc = RC_RANGE;
		}
	}
	return rc;
}

/* The tax of one line, rounded as it is told, onto its class. */
static enum rc
tally_tax(const struct tax_policy *p, struct tax_tally *t, size_t class_idx,
	struct money amount, int64_t units)
{
	const struct tax_class *c = &p->class_[class_idx];
	const struct factors f = factors_of(c);
	struct raw sum = {{0}};
	int64_t sign = amount.minor < 0 ? -1 : 1;
	enum rc rc;

	if (p->basis == TAX_PER_LINE) {
		rc = tax_of(p, c, &f, (wide)amount.minor * scale_of(p), &sum);
	} else {
		int64_t rest = amount.minor % units * sign;

		rc = add_units(
			p, c, &f, amount.minor / units + sign, rest, &sum);
		if (rc == RC_OK) {
			rc = add_units(p, c, &f, amount.minor / units,
				units - rest, &sum);
		}
	}
	for (size_t i = 0; i < TAX_PARTS && rc == RC_OK; i++) {
		sum.tax[i] += t->tax[class_idx][i];
		rc = sum.tax[i] > INT64_MAX || sum.tax[i] < -INT64_MAX
			     ? RC_RANGE
			     : RC_OK;
	}
	for (size_t i = 0; i < TAX_PARTS && rc == RC_OK; i++) {
		t->tax[class_idx][i] = (int64_t)sum.tax[i];
	}
	return rc;
}

enum rc
tax_tally_add(const struct tax_policy *p, struct tax_tally *t, size_t class_idx,
	struct money amount, int64_t units)
{
	struct money next;
	enum rc rc;

	if (class_idx >= p->n_class || class_idx >= TAX_ROWS || units < 1) {
		return RC_INVAL;
	}
	rc = money_add((struct money){t->amount[class_idx]}, amount, &next);
	if (rc == RC_OK && p->basis != TAX_PER_RECEIPT) {
		rc = tally_tax(p, t, class_idx, amount, units);
	}
	if (rc == RC_OK) {
		t->amount[class_idx] = next.minor;
	}
	return rc;
}

/* Whole cents among the parts of a class, by what each is of the net. */
static enum rc
share_out(const struct factors *f, struct money tax, struct money part[])
{
	int64_t sign = tax.minor < 0 ? -1 : 1;
	wide whole = (wide)tax.minor * sign, left = whole;
	wide rest[TAX_PARTS] = {0}, quotient = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < f->n && rc == RC_OK && f->sum > 0; i++) {
		rc = wide_ratio(whole, f->part[i], f->sum, &quotient, &rest[i]);
		part[i].minor = (int64_t)quotient * sign;
		left -= quotient;
	}
	for (; rc == RC_OK && left > 0; left--) {
		size_t best = 0;

		for (size_t i = 1; i < f->n; i++) {
			best = rest[i] > rest[best] ? i : best;
		}
		part[best].minor += sign;
		rest[best] = -1;
	}
	return rc;
}

/* Net, tax, gross and parts of a class. */
static enum rc
sum_up(const struct tax_policy *p, const struct tax_class *c, int64_t amount,
	const struct raw *raw, int64_t scale, struct tax_sum *ret)
{
	struct factors f = factors_of(c);
	struct tax_sum s = {.net = {amount}, .gross = {amount}};
	enum rc rc = RC_OK;

	for (size_t i = 0; i < f.n && rc == RC_OK; i++) {
		wide tax = wide_divide(raw->tax[i], scale, p->round);
		struct money part = {(int64_t)tax};

		rc = tax != part.minor ? RC_RANGE
				       : money_add(s.tax, part, &s.tax);
		if (!is_one(p, c)) {
			s.part[i] = part;
		}
	}
	if (rc == RC_OK && c->n_part > 0 && p->together) {
		rc = share_out(&f, s.tax, s.part);
	}
	/* the amount itself is one of the two ends, the other follows */
	if (rc == RC_OK && p->included) {
		rc = money_sub(s.gross, s.tax, &s.net);
	} else if (rc == RC_OK) {
		rc = money_add(s.net, s.tax, &s.gross);
	}
	if (rc == RC_OK) {
		*ret = s;
	}
	return rc;
}

enum rc
tax_split(const struct tax_policy *p, size_t class_idx, struct money amount,
	struct tax_sum *ret)
{
	const struct tax_class *c;
	struct factors f;
	struct raw raw;
	enum rc rc;

	if (class_idx >= p->n_class || class_idx >= TAX_ROWS) {
		return RC_INVAL;
	}
	c = &p->class_[class_idx];
	f = factors_of(c);
	rc = tax_of(p, c, &f, amount.minor, &raw);
	return rc == RC_OK ? sum_up(p, c, amount.minor, &raw, 1, ret) : rc;
}

enum rc
tax_sum_add(struct tax_sum *sum, const struct tax_sum *part)
{
	struct tax_sum next = *sum;

	for (size_t i = 0; i < TAX_PARTS; i++) {
		if (money_add(sum->part[i], part->part[i], &next.part[i]) !=
			RC_OK) {
			return RC_RANGE;
		}
	}
	if (money_add(sum->net, part->net, &next.net) != RC_OK ||
		money_add(sum->tax, part->tax, &next.tax) != RC_OK ||
		money_add(sum->gross, part->gross, &next.gross) != RC_OK) {
		return RC_RANGE;
	}
	*sum = next;
	return RC_OK;
}

static enum rc
end_class(const struct tax_policy *p, const struct tax_tally *t, size_t i,
	struct tax_sum *ret)
{
	struct raw raw;

	if (p->basis == TAX_PER_RECEIPT) {
		return tax_split(p, i, (struct money){t->amount[i]}, ret);
	}
	for (size_t k = 0; k < TAX_PARTS; k++) {
		raw.tax[k] = t->tax[i][k];
	}
	return sum_up(p, &p->class_[i], t->amount[i], &raw, scale_of(p), ret);
}

enum rc
tax_tally_end(const struct tax_policy *p, const struct tax_tally *t,
	struct tax_sum ret[], struct tax_sum *ret_total)
{
	struct tax_sum sum[TAX_ROWS];
	struct tax_sum total = {0};
	enum rc rc = p->n_class > TAX_ROWS ? RC_INVAL : RC_OK;

	for (size_t i = 0; rc == RC_OK && i < p->n_class; i++) {
		rc = end_class(p, t, i, &sum[i]);
		if (rc == RC_OK) {
			rc = tax_sum_add(&total, &sum[i]);
		}
	}
	if (rc != RC_OK) {
		return rc;
	}
	for (size_t i = 0; i < p->n_class; i++) {
		ret[i] = sum[i];
	}
	*ret_total = total;
	return RC_OK;
}

enum rc
tax_compute(const struct tax_policy *p, const struct money amount[],
	const uint8_t class_idx[], const int64_t units[], size_t n,
	struct tax_sum ret[], struct tax_sum *ret_total)
{
	struct tax_tally t = {0};
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = tax_tally_add(p, &t, class_idx[i], amount[i],
			units != NULL ? units[i] : 1);
	}
	return rc == RC_OK ? tax_tally_end(p, &t, ret, ret_total) : rc;
}
