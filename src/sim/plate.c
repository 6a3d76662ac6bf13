/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/plate.h"

#include <string.h>

#include "base/parse.h"

#include "base/poison.h"

#define CAPACITY 15000
#define SWING_US INT64_C(400000)
#define LOAD_MAX 999999
#define MILLIGRAMS_LB INT64_C(453592) /* and 0.37 */

static enum rc
option(struct plate *p, const struct sim_device *d, const struct sim_opt *o,
	struct err *reterr)
{
	int64_t n = 0;
	enum rc rc;

	if (strcmp(o->key, "unit") == 0) {
		p->pounds = strcmp(o->value, "lb") == 0;
		if (!p->pounds && strcmp(o->value, "kg") != 0) {
			return err_set(reterr, RC_INVAL, 0, "sim",
				"'%.20s' is no unit of a scale: write kg or lb",
				o->value);
		}
		return RC_OK;
	}
	if (strcmp(o->key, "capacity") == 0) {
		return sim_number(o->value, 1, LOAD_MAX, &p->capacity, reterr);
	}
	if (strcmp(o->key, "swing") == 0) {
		rc = sim_number(o->value, 0, 60000, &n, reterr);
		p->swing_us = rc == RC_OK ? n * 1000 : p->swing_us;
		return rc;
	}
	return sim_no_option(d, o->key, reterr);
}

enum rc
plate_open(struct plate *p, const struct sim_device *d,
	const struct sim_opt opt[], size_t n, struct err *reterr)
{
	enum rc rc = RC_OK;

	p->capacity = CAPACITY;
	p->swing_us = SWING_US;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = option(p, d, &opt[i], reterr);
	}
	return rc;
}

static enum rc
put_weight(
	struct plate *p, struct mono now, const char *rest, struct err *reterr)
{
	char word[16];
	int64_t grams = 0;
	int64_t ms = p->swing_us / 1000;
	enum rc rc;

	(void)!sim_word(&rest, word, sizeof(word));
	rc = sim_number(word, -LOAD_MAX, LOAD_MAX, &grams, reterr);
	if (rc == RC_OK && sim_word(&rest, word, sizeof(word))) {
		rc = sim_number(word, 0, 60000, &ms, reterr);
	}
	if (rc == RC_OK) {
		p->load = grams;
		p->moves = false;
		p->over = false;
		p->under = false;
		p->still.us = now.us + ms * 1000;
	}
	return rc;
}

enum rc
plate_tell(struct plate *p, const struct sim_device *d, struct mono now,
	const char *line, struct sim_out *out, struct err *reterr)
{
	const char *rest = line;
	enum rc rc = RC_OK;

	if (sim_is(line, "weight", &rest)) {
		rc = put_weight(p, now, rest, reterr);
	} else if (sim_is(line, "move", &rest)) {
		p->moves = true;
	} else if (sim_is(line, "still", &rest)) {
		p->moves = false;
		p->still = now;
	} else if (sim_is(line, "over", &rest)) {
		p->over = true;
	} else if (sim_is(line, "under", &rest)) {
		p->under = true;
	} else if (sim_is(line, "fault", &rest)) {
		p->fault = true;
	} else if (sim_is(line, "well", &rest)) {
		p->fault = false;
		p->over = false;
		p->under = false;
	} else {
		return sim_unknown(d, line, reterr);
	}
	if (rc == RC_OK) {
		sim_say(out, "%s", line);
	}
	return rc;
}

bool
plate_moves(const struct plate *p, struct mono now)
{
	return p->moves || now.us < p->still.us;
}

bool
plate_over(const struct plate *p)
{
	return p->over || p->load > p->capacity;
}

int64_t
plate_grams(const struct plate *p)
{
	return p->load - p->zero - p->tare;
}

bool
plate_under(const struct plate *p)
{
	return p->under || plate_grams(p) < 0;
}

void
plate_zero(struct plate *p)
{
	p->zero = p->load;
	p->tare = 0;
	p->under = false;
}

void
plate_tare(struct plate *p)
{
	p->tare = p->load - p->zero;
}

void
plate_clear(struct plate *p)
{
	p->tare = 0;
}

int64_t
plate_digits(const struct plate *p, bool pounds, unsigned decimals)
{
	int64_t n = plate_grams(p) * 1000;
	int64_t one = pounds ? MILLIGRAMS_LB : 1000000;

	for (unsigned i = 0; i < decimals; i++) {
		n *= 10;
	}
	return n < 0 ? 0 : (n + one / 2) / one;
}

void
plate_show(const struct plate *p, struct sbuf *out)
{
	sbuf_printf(out, "%lld g%s%s%s%s\n", (long long)plate_grams(p),
		p->tare != 0 ? " net" : "", p->moves ? ", moving" : "",
		plate_over(p) ? ", over" : "", p->fault ? ", fault" : "");
}
