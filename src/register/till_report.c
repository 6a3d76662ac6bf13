/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "register/document.h"
#include "register/report_tie.h"
#include "register/till_internal.h"

#include "base/poison.h"

/* A report for the receipt printer: laid out before anything is recorded, so
 * that what cannot be made is refused and not half done. */

#define TEXT_FIRST ((size_t)4096)
#define TEXT_MOST ((size_t)1 << 20)

struct room {
	char *p;
	size_t len, cap;
};

static enum rc
put(void *arg, const char *text, size_t len, struct err *reterr)
{
	struct room *r = arg;
	size_t cap = r->cap == 0 ? TEXT_FIRST : r->cap;
	char *p;

	while (cap < r->len + len + 1) {
		cap *= 2;
	}
	if (cap > TEXT_MOST) {
		return err_set(reterr, RC_RANGE, 0, "report",
			"this is too long to print: ask for fewer days");
	}
	if (cap != r->cap) {
		p = realloc(r->p, cap);
		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "report",
				"no memory to print: close other programs");
		}
		r->p = p;
		r->cap = cap;
	}
	memcpy(r->p + r->len, text, len);
	r->len += len;
	r->p[r->len] = '\0';
	return RC_OK;
}

void
till_report_drop(struct till *t)
{
	free(t->report_text);
	t->report_text = NULL;
}

static enum rc
make_tie(struct till *t, const struct report_span *span,
	const struct report_look *look, struct room *room,
	struct event_report *d, struct err *reterr)
{
	struct report_tie *tie = calloc(1, sizeof(*tie));
	enum rc rc;

	if (tie == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "report",
			"no memory to print: close other programs");
	}
	rc = report_tie_make(t->shop, span, tie, reterr);
	if (rc == RC_OK) {
		d->sales = tie->side[TIE_JOURNAL].sales;
		d->gross = tie->side[TIE_JOURNAL].gross;
		rc = report_tie_text(
			tie, &t->shop->config, look, put, room, reterr);
	}
	free(tie);
	return rc;
}

/* On paper the first rows are what anybody looks for. */
#define PAPER_ITEMS 50

static enum rc
make_report(struct till *t, enum report_kind kind,
	const struct report_span *span, const struct report_look *look,
	struct room *room, struct event_report *d, struct err *reterr)
{
	struct report *r = NULL;
	enum rc rc = report_make(t->shop, kind, span, REPORT_BY_AMOUNT,
		kind == REPORT_ITEMS ? PAPER_ITEMS : 0, &r, reterr);

	if (rc == RC_OK) {
		d->sales = report_sales(r);
		d->gross = report_gross(r);
		rc = report_text(r, look, put, room, reterr);
	}
	report_free(r);
	return rc;
}

enum rc
till_report_make(struct till *t, const char *what, struct event_report *ret,
	struct err *reterr)
{
	const struct config *c = &t->shop->config;
	struct report_look look = {.width = c->cols,
		.shop = c->shop,
		.register_no = c->register_no};
	struct report_span span;
	struct report_ask ask;
	struct room room = {0};
	enum rc rc;

	till_report_drop(t);
	if (!report_words(what, &ask)) {
		return err_set(reterr, RC_INVAL, 0, "report",
			"there is no such report, or no such time");
	}
	rc = report_find_span(t->shop, &ask.pick, &span, reterr);
	if (rc == RC_OK) {
		ret->kind = ask.tie ? "tieout" : report_name(ask.kind);
		ret->first = (int64_t)span.first;
		ret->last = (int64_t)span.last;
		rc = ask.tie ? make_tie(t, &span, &look, &room, ret, reterr)
			     : make_report(t, ask.kind, &span, &look, &room,
				       ret, reterr);
	}
	if (rc != RC_OK) {
		free(room.p);
		return rc;
	}
	t->report_text = room.p;
	return RC_OK;
}
