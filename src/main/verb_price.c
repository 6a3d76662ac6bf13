/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "main/ring_price.h"
#include "register/explain.h"

#include "base/poison.h"

static const char usage[] =
	"price [FILE] [--at TIME] [--parked N] [--sale NUMBER|last] "
	"[--keep-going] [--store DIR] [--json]";

#define COLS 80
/* 2,000 lines with every step of each. */
#define OUT_BYTES ((size_t)8 << 20)

static enum rc
find(struct shop *s, const char *number, const struct event **ret,
	struct err *reterr)
{
	uint64_t sequence = s->state.last_sale_seq;
	enum rc rc = RC_OK;

	if (s->store == NULL) {
		return err_set(
			reterr, RC_CORRUPT, 0, "price", "%s", s->trouble);
	}
	if (strcmp(number, "last") != 0) {
		rc = store_doc(s->store, number, &sequence, reterr);
	} else if (sequence == 0) {
		rc = RC_NOTFOUND;
	}
	if (rc == RC_OK) {
		rc = shop_event(s, sequence, NULL, ret, reterr);
	}
	return rc == RC_NOTFOUND ? err_set(reterr, rc, 0, "price",
					   "there is no sale %s; numbers look "
					   "like %s-000001",
					   number, s->state.number_prefix)
				 : rc;
}

static enum rc
explain(struct shop *s, const char *number, unsigned cols, struct sbuf *b,
	struct err *reterr)
{
	struct config *c = malloc(sizeof(*c));
	struct explain x = {.config = c};
	enum rc rc = RC_NOMEM;

	if (c != NULL) {
		rc = find(s, number, &x.event, reterr);
	}
	if (rc == RC_OK) {
		rc = shop_config_at(s, x.event, c, reterr);
	}
	if (rc == RC_OK) {
		x.sale = &x.event->data.sale;
		if (cols == 0) {
			explain_json(&x, b);
		} else {
			explain_text(&x, cols, b);
		}
	}
	free(c);
	return rc;
}

static int
recorded(const struct args *a, const char *number, const struct ring_price *p)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	struct err e = {0};
	struct sbuf b;
	enum rc rc;

	sbuf_init(&b, p->out, p->out_bytes);
	rc = shop_open(&conf, &s, &e);
	if (rc == RC_OK) {
		rc = explain(s, number, p->cols, &b, &e);
	}
	shop_close(s);
	if (rc == RC_OK && !sbuf_ok(&b)) {
		rc = err_set(&e, RC_RANGE, 0, "price",
			"the explanation is too long to show");
	}
	return rc == RC_OK ? args_put(a, b.p, b.len) : args_fail(a, rc, &e);
}

/* What cannot go together. */
static const char *
wrong(const struct args *a, const struct ring_price *p, const char *sale)
{
	int64_t n;

	if (sale != NULL && (a->n > 0 || p->parked != NULL || p->at != NULL)) {
		return "--sale explains what is recorded and goes with no "
		       "entries, --at or --parked";
	}
	if (p->parked != NULL && parse_i64(p->parked, strlen(p->parked), 1,
					 999999, &n) != RC_OK) {
		return "--parked takes the number of a parked sale";
	}
	return NULL;
}

int
verb_price(int argc, char *argv[])
{
	struct ring_price p = {.usage = usage, .out_bytes = OUT_BYTES};
	const char *sale = NULL;
	struct opt opt[] = {{"at", OPT_TEXT, &p.at},
		{"parked", OPT_TEXT, &p.parked}, {"sale", OPT_TEXT, &sale},
		{"keep-going", OPT_FLAG, &p.keep_going}};
	struct err e = {0};
	const char *what;
	struct args a;
	int status;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 0, 1);
	if (status >= 0) {
		return status;
	}
	what = wrong(&a, &p, sale);
	p.cols = a.json ? 0 : COLS;
	p.path = a.n > 0 ? a.rest[0] : p.parked != NULL ? NULL : "-";
	p.out = malloc(OUT_BYTES);
	if (what != NULL) {
		status = args_usage(&a, usage, what);
	} else if (p.out == NULL) {
		status = args_fail(&a, RC_NOMEM, &e);
	} else if (sale != NULL) {
		status = recorded(&a, sale, &p);
	} else {
		status = ring_price(&a, &p);
	}
	free(p.out);
	args_done(&a);
	return status;
}
