/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "main/args.h"
#include "register/document.h"

#include "base/poison.h"

static const char usage[] = "report x [--store DIR] [--json]";

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
	if (rc == RC_OK && args_json(a)) {
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

	status = args_parse(&a, argc, argv, usage, NULL, 0, 1, 1);
	if (status >= 0) {
		return status;
	}
	if (strcmp(a.rest[0], "x") != 0) {
		status = args_usage(&a, usage, "say which report: x");
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
