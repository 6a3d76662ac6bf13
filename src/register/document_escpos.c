/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as printer bytes. */
#include <stdlib.h>

#include "device/escpos.h"
#include "register/document.h"

#include "base/poison.h"

#define JOB_BYTES ((size_t)16 << 10)
#define JOB_MAX_BYTES ((size_t)8 << 20)

/* What is to be printed; drawn again into a larger job when it did not fit. */
struct draw {
	void (*fn)(const struct draw *d, struct escpos_job *j);
	const struct config *c;
	const struct event *sale;
	const struct document_opts *opts;
	const struct totals *totals;
	struct utc time;
	int32_t tz_min;
};

static enum rc
make_job(const struct draw *d, uint8_t **ret, size_t *ret_n, struct err *reterr)
{
	const struct escpos_profile *profile;
	struct escpos_job j;
	uint8_t *p = NULL;
	enum rc rc = RC_RANGE;

	profile = escpos_profile_or_plain(
		config_device_opt(config_printer(d->c), "profile"));
	for (size_t cap = JOB_BYTES; cap <= JOB_MAX_BYTES; cap *= 2) {
		p = malloc(cap);
		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "document",
				"no memory to print: close other programs");
		}
		escpos_begin(&j, p, cap, profile);
		d->fn(d, &j);
		rc = escpos_end(&j);
		if (rc != RC_RANGE) {
			break;
		}
		free(p);
		p = NULL;
	}
	if (rc != RC_OK) {
		free(p);
		return err_set(
			reterr, rc, 0, "document", "this is too long to print");
	}
	*ret = p;
	*ret_n = j.len;
	return RC_OK;
}

static void
draw_sale(const struct draw *d, struct escpos_job *j)
{
	struct receipt_head head = config_head(d->c);
	struct receipt_opts opts = {.cols = d->c->cols,
		.copy = (uint32_t)d->opts->copy,
		.uncertain = d->opts->uncertain,
		.hash = d->opts->hash};

	if (d->opts->drawer && d->c->drawer_pin >= 0) {
		escpos_drawer(j, (unsigned)d->c->drawer_pin);
	}
	receipt_sale(&head, d->sale, &opts, escpos_row, j);
}

static void
draw_report(const struct draw *d, struct escpos_job *j)
{
	struct receipt_head head = config_head(d->c);

	receipt_report(&head, d->totals, d->time, d->tz_min,
		d->c->currency.code, d->c->currency.digits, d->c->cols,
		escpos_row, j);
}

static void
draw_day(const struct draw *d, struct escpos_job *j)
{
	struct receipt_head head = config_head(d->c);

	receipt_day(&head, d->totals, d->time, d->tz_min, d->c->currency.code,
		d->c->currency.digits, d->c->cols, escpos_row, j);
}

enum rc
document_escpos(const struct config *c, const struct event *sale,
	const struct document_opts *o, uint8_t **ret, size_t *ret_n,
	struct err *reterr)
{
	struct draw d = {.fn = draw_sale, .c = c, .sale = sale, .opts = o};

	if (sale->type != EVENT_SALE_COMPLETED) {
		return err_set(reterr, RC_INVAL, 0, "document",
			"event %llu is no sale: only sales have a receipt",
			(unsigned long long)sale->sequence);
	}
	return make_job(&d, ret, ret_n, reterr);
}

enum rc
document_report_escpos(const struct config *c, const struct totals *t,
	struct utc time, int32_t tz_min, uint8_t **ret, size_t *ret_n,
	struct err *reterr)
{
	struct draw d = {.fn = draw_report,
		.c = c,
		.totals = t,
		.time = time,
		.tz_min = tz_min};

	return make_job(&d, ret, ret_n, reterr);
}

enum rc
document_day_escpos(const struct config *c, const struct event *day,
	uint8_t **ret, size_t *ret_n, struct err *reterr)
{
	struct totals t;
	struct draw d = {.fn = draw_day,
		.c = c,
		.totals = &t,
		.time = day->time,
		.tz_min = day->tz_min};
	enum rc rc = document_day(day, &t, reterr);

	return rc == RC_OK ? make_job(&d, ret, ret_n, reterr) : rc;
}

/* Nothing but the pulse: without a row nothing is fed or cut. */
static void
draw_pulse(const struct draw *d, struct escpos_job *j)
{
	escpos_drawer(j, (unsigned)d->c->drawer_pin);
}

enum rc
document_drawer(const struct config *c, uint8_t **ret, size_t *ret_n,
	struct err *reterr)
{
	struct draw d = {.fn = draw_pulse, .c = c};

	if (c->drawer_pin < 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "document",
			"no drawer is configured: write 'pin = 2' under "
			"[drawer] in holdfast.conf");
	}
	return make_job(&d, ret, ret_n, reterr);
}
