/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "main/args.h"
#include "register/closing.h"
#include "register/document.h"

#include "base/poison.h"

static const char usage[] =
	"receipt NUMBER|Z12|last [--format text|escpos|json] [--archive DIR] "
	"[--store DIR]";

/* 2,000 lines at three rows of 48 cells, in any script. */
#define RECEIPT_BYTES ((size_t)4 << 20)

/* "Z12": the paper of a closed day. */
static enum rc
find_day(struct shop *s, int64_t number, uint64_t *ret, struct err *reterr)
{
	const struct event *e = NULL;
	struct totals t;
	enum rc rc = store_totals(s->store, &t, reterr);

	if (rc == RC_OK) {
		rc = closing_day(s, &t, number, &e, reterr);
	}
	if (rc == RC_OK) {
		*ret = e->sequence;
	}
	return rc;
}

static enum rc
find(struct shop *s, const char *number, const struct event **ret,
	uint8_t hash[HASH_BYTES], struct err *reterr)
{
	uint64_t sequence = s->state.last_sale_seq;
	enum rc rc = RC_OK;

	if (s->store == NULL) {
		return err_set(
			reterr, RC_CORRUPT, 0, "receipt", "%s", s->trouble);
	}
	if (store_z_number(number) > 0) {
		rc = find_day(s, store_z_number(number), &sequence, reterr);
		return rc == RC_OK ? shop_event(s, sequence, hash, ret, reterr)
				   : rc;
	}
	if (strcmp(number, "last") != 0) {
		rc = store_doc(s->store, number, &sequence, reterr);
	} else if (sequence == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "receipt",
			"no sale has been made yet");
	}
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, rc, 0, "receipt",
			"there is no receipt %s; numbers look like %s-000001",
			number, s->state.number_prefix);
	}
	return rc == RC_OK ? shop_event(s, sequence, hash, ret, reterr) : rc;
}

static enum rc
lay_out_day(const struct config *c, const struct event *day, const char *format,
	const struct document_opts *o, struct sbuf *b, struct err *reterr)
{
	struct totals t;
	uint8_t *bytes = NULL;
	size_t n = 0;
	enum rc rc = document_day(day, &t, reterr);

	if (rc == RC_OK && strcmp(format, "text") == 0) {
		rc = document_day_text(c, day, o, b, reterr);
	} else if (rc == RC_OK && strcmp(format, "json") == 0) {
		document_report_json(&t, b);
		sbuf_putc(b, '\n');
	} else if (rc == RC_OK) {
		rc = document_day_paper(c, day, o, &bytes, &n, reterr);
		sbuf_write(b, bytes, n);
	}
	free(bytes);
	return rc;
}

static enum rc
lay_out(struct shop *s, const struct event *sale, const char *format,
	const uint8_t *hash, struct sbuf *b, struct err *reterr)
{
	struct document_opts o = {.hash = hash};
	struct config *c = config_new();
	uint8_t *bytes = NULL;
	size_t n = 0;
	enum rc rc = RC_NOMEM;

	if (c != NULL) {
		rc = shop_config_at(s, sale, c, reterr);
	}
	if (rc == RC_OK && sale->type == EVENT_DAY_CLOSED) {
		rc = lay_out_day(c, sale, format, &o, b, reterr);
	} else if (rc == RC_OK && strcmp(format, "text") == 0) {
		rc = document_text(c, sale, &o, b, reterr);
	} else if (rc == RC_OK && strcmp(format, "json") == 0) {
		rc = document_json(sale, b, reterr);
		sbuf_putc(b, '\n');
	} else if (rc == RC_OK) {
		rc = document_paper(c, sale, &o, &bytes, &n, reterr);
		sbuf_write(b, bytes, n);
	}
	free(bytes);
	config_free(c);
	return rc;
}

static enum rc
make(const struct args *a, const char *format, const char *archive,
	struct sbuf *b, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	const struct event *sale = NULL;
	uint8_t hash[HASH_BYTES];
	struct shop *s = NULL;
	enum rc rc;

	conf.archive = archive;
	rc = shop_open(&conf, &s, reterr);
	if (rc == RC_OK) {
		rc = find(s, a->rest[0], &sale, hash, reterr);
	}
	if (rc == RC_OK && sale != NULL) {
		rc = lay_out(s, sale, format, hash, b, reterr);
	}
	if (rc == RC_OK && !sbuf_ok(b)) {
		rc = err_set(reterr, RC_RANGE, 0, "receipt",
			"the receipt is too long to show");
	}
	shop_close(s);
	return rc;
}

int
verb_receipt(int argc, char *argv[])
{
	const char *format = NULL, *archive = NULL;
	struct opt opt[] = {
		{"format", OPT_TEXT, &format}, {"archive", OPT_TEXT, &archive}};
	char *text = NULL;
	struct err e = {0};
	struct args a;
	struct sbuf b;
	int status;
	enum rc rc = RC_NOMEM;

	status = args_parse(&a, argc, argv, usage, opt, 2, 1, 1);
	if (status >= 0) {
		return status;
	}
	if (format == NULL) {
		format = a.json ? "json" : "text";
	}
	if (strcmp(format, "text") != 0 && strcmp(format, "escpos") != 0 &&
		strcmp(format, "json") != 0) {
		status = args_usage(&a, usage, "this format is not known");
		args_done(&a);
		return status;
	}
	text = malloc(RECEIPT_BYTES);
	if (text != NULL) {
		sbuf_init(&b, text, RECEIPT_BYTES);
		rc = make(&a, format, archive, &b, &e);
	}
	status = rc == RC_OK ? args_put(&a, b.p, b.len) : args_fail(&a, rc, &e);
	free(text);
	args_done(&a);
	return status;
}
