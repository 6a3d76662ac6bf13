/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/parse.h"
#include "main/args.h"
#include "register/document.h"

#include "base/poison.h"

static const char usage[] = "report x | z [NUMBER] [--store DIR] [--json]";

/* The Z of this number, 0 the last: each says where its own lines begin, so
 * that one is found behind the other. */
static enum rc
find_day(struct shop *s, const struct totals *t, int64_t number,
	const struct event **ret, struct err *reterr)
{
	uint64_t seq = t->first > 0 ? t->first - 1 : shop_head(s);
	const struct event *e = NULL;

	if (number == 0) {
		number = t->closings;
	}
	while (seq > 0 && number > 0 && number <= t->closings) {
		enum rc rc = shop_event(s, seq, NULL, &e, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		if (e->type == EVENT_DAY_CLOSED &&
			e->data.day.number == number) {
			*ret = e;
			return RC_OK;
		}
		seq = e->type == EVENT_DAY_CLOSED && e->data.day.first > 0 &&
				      (uint64_t)e->data.day.first < seq
			      ? (uint64_t)e->data.day.first
			      : seq;
		seq--;
	}
	return err_set(reterr, RC_NOTFOUND, 0, "report",
		"there is no such Z: %lld day%s closed", (long long)t->closings,
		t->closings == 1 ? " is" : "s are");
}

static enum rc
make_day(const struct args *a, struct shop *s, const struct totals *t,
	struct sbuf *b, struct err *reterr)
{
	const struct event *e = NULL;
	struct totals day;
	int64_t number = 0;
	enum rc rc = RC_OK;

	if (a->rest[1] != NULL && parse_i64(a->rest[1], strlen(a->rest[1]), 1,
					  INT64_MAX, &number) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "report",
			"'%.40s' is no number of a Z", a->rest[1]);
	}
	rc = find_day(s, t, number, &e, reterr);
	if (rc == RC_OK) {
		rc = document_day(e, &day, reterr);
	}
	if (rc == RC_OK && args_json(a)) {
		document_report_json(&day, b);
	} else if (rc == RC_OK) {
		rc = document_day_text(&s->config, e, b, reterr);
	}
	return rc;
}

static enum rc
make(const struct args *a, struct sbuf *b, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct clock_reading now = clock_read(&conf.clock);
	struct shop *s = NULL;
	struct totals t;
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc == RC_OK && s->store == NULL) {
		rc = err_set(reterr, RC_CORRUPT, 0, "report", "%s", s->trouble);
	}
	if (rc == RC_OK) {
		rc = store_totals(s->store, &t, reterr);
	}
	if (rc == RC_OK && a->rest[0][0] == 'z') {
		rc = make_day(a, s, &t, b, reterr);
	} else if (rc == RC_OK && args_json(a)) {
		document_report_json(&t, b);
	} else if (rc == RC_OK) {
		rc = document_report_text(
			&s->config, &t, now.utc, now.tz_min, b, reterr);
	}
	shop_close(s);
	return rc;
}

int
verb_report(int argc, char *argv[])
{
	char text[16384];
	struct err e = {0};
	struct args a;
	struct sbuf b;
	int status;
	enum rc rc;

	status = args_parse(&a, argc, argv, usage, NULL, 0, 1, 2);
	if (status >= 0) {
		return status;
	}
	if (strcmp(a.rest[0], "z") != 0 &&
		(strcmp(a.rest[0], "x") != 0 || a.rest[1] != NULL)) {
		status = args_usage(&a, usage, "say which report: x or z");
		args_done(&a);
		return status;
	}
	sbuf_init(&b, text, sizeof(text));
	rc = make(&a, &b, &e);
	if (rc == RC_OK && (b.len == 0 || b.p[b.len - 1] != '\n')) {
		sbuf_putc(&b, '\n');
	}
	status = rc == RC_OK ? args_put(&a, b.p, b.len) : args_fail(&a, rc, &e);
	args_done(&a);
	return status;
}
