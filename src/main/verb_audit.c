/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "base/parse.h"
#include "main/actor.h"
#include "register/audit.h"

#include "base/poison.h"

static const char usage[] =
	"audit [WORD...] [--from N] [--to N] [--last N] " ACTOR_USAGE
	" [--store DIR] [--json]";

#define FILTER_BYTES 512
#define LAST_MAX 100000

struct wish {
	char filter[FILTER_BYTES];
	int64_t from, to, last;
	bool json;
	FILE *out;           /* NULL: rows are counted and go nowhere */
	uint64_t rows, seen; /* how many, and the last one's sequence */
	struct actor who;
};

static void
row_json(const struct audit_row *r, struct sbuf *b)
{
	char hash[2 * HASH_BYTES + 1], time[UTC_TEXT_BYTES];
	struct json j;

	utc_format(r->time, time);
	hex_encode(hash, r->whole, HASH_BYTES);
	json_init(&j, b);
	json_obj(&j, NULL);
	json_u64(&j, "seq", r->sequence);
	json_str(&j, "time", time);
	json_i64(&j, "tz", r->tz_min);
	json_str(&j, "actor", r->actor);
	if (r->approver[0] != '\0') {
		json_str(&j, "approver", r->approver);
	}
	json_str(&j, "event", r->event);
	json_str(&j, "detail", r->detail);
	if (r->training) {
		json_bool(&j, "training", true);
	}
	json_str(&j, "hash", hash);
	json_bool(&j, "chained", r->chained);
	json_obj_end(&j);
	sbuf_putc(b, '\n');
}

static void
row_text(const struct audit_row *r, struct sbuf *b)
{
	struct civil c = utc_civil(r->time, r->tz_min);

	sbuf_printf(b, "%8llu  %04d-%02d-%02d %02d:%02d:%02d  %-4s %-5s %-19s ",
		(unsigned long long)r->sequence, c.year, c.month, c.day, c.hour,
		c.minute, c.second, r->actor,
		r->approver[0] != '\0' ? r->approver : "-", r->event);
	sbuf_puts(b, r->chained ? r->hash : "CHAIN BROKEN");
	sbuf_puts(b, r->training ? "  (training) " : "  ");
	sbuf_puts(b, r->detail);
	sbuf_putc(b, '\n');
}

static enum rc
put_row(void *arg, const struct audit_row *r, struct err *reterr)
{
	struct wish *w = arg;
	char line[2048];
	struct sbuf b;

	w->rows++;
	w->seen = r->sequence;
	if (w->out == NULL) {
		return RC_OK;
	}
	sbuf_init(&b, line, sizeof(line));
	if (w->json) {
		row_json(r, &b);
	} else {
		row_text(r, &b);
	}
	if (fwrite(line, 1, b.len, w->out) != b.len) {
		return err_set(reterr, RC_IO, 0, "audit",
			"nobody reads the rows any more");
	}
	return RC_OK;
}

/* Where the last ones begin: looking back is what the screen does, too. */
static enum rc
find_first(struct shop *s, struct wish *w, struct err *reterr)
{
	uint64_t next = w->to > 0 ? (uint64_t)w->to : shop_head(s);
	int64_t left = w->last;

	while (next > 0 && next >= (uint64_t)w->from && left > 0) {
		uint64_t seq[256];
		size_t n = 0;
		size_t cap = left < 256 ? (size_t)left : 256;
		enum rc rc = audit_back(
			s, next, w->filter, seq, cap, &n, &next, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		left -= (int64_t)n;
		if (left == 0 && seq[n - 1] > (uint64_t)w->from) {
			w->from = (int64_t)seq[n - 1];
		}
	}
	return RC_OK;
}

static enum rc
walk(const struct args *a, struct wish *w, FILE *out, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	enum rc rc = shop_open(&conf, &s, reterr);

	w->out = out;
	w->rows = 0;
	if (rc == RC_OK && (w->to == 0 || (uint64_t)w->to > shop_head(s))) {
		w->to = (int64_t)shop_head(s);
	}
	if (rc == RC_OK && w->last > 0) {
		rc = find_first(s, w, reterr);
	}
	if (rc == RC_OK) {
		rc = audit_each(s, (uint64_t)w->from, (uint64_t)w->to,
			w->filter, put_row, w, reterr);
	}
	if (rc == RC_OK && out != NULL && fflush(out) != 0) {
		rc = err_set(reterr, RC_IO, 0, "audit",
			"the rows cannot be written");
	}
	shop_close(s);
	return rc;
}

/* To look is an act, too, and is in the journal before there is a row to see. */
static enum rc
record(const struct args *a, const struct wish *w, struct err *reterr)
{
	const struct event_export x = {.kind = "audit",
		.format = w->json ? "jsonl" : "text",
		.first = w->from,
		.last = (int64_t)w->seen,
		.rows = (int64_t)w->rows};

	return actor_shown(&w->who, a, &x, reterr);
}

/* Twice, up to the same line: how much it is, then what it is. */
static enum rc
run(const struct args *a, struct wish *w, struct err *reterr)
{
	enum rc rc = walk(a, w, NULL, reterr);

	if (rc == RC_OK) {
		rc = record(a, w, reterr);
	}
	return rc == RC_OK ? walk(a, w, stdout, reterr) : rc;
}

static const char *
read_number(const char *text, int64_t max, int64_t *ret)
{
	if (text != NULL &&
		parse_i64(text, strlen(text), 1, max, ret) != RC_OK) {
		return "--from, --to and --last take a number from 1";
	}
	return NULL;
}

static const char *
read_wish(const struct args *a, const char *from, const char *to,
	const char *last, struct wish *w)
{
	const char *bad = read_number(from, INT64_MAX, &w->from);
	struct sbuf b;

	bad = bad != NULL ? bad : read_number(to, INT64_MAX, &w->to);
	bad = bad != NULL ? bad : read_number(last, LAST_MAX, &w->last);
	sbuf_init(&b, w->filter, sizeof(w->filter));
	for (size_t i = 0; i < a->n; i++) {
		sbuf_puts(&b, i > 0 ? " " : "");
		sbuf_puts(&b, a->rest[i]);
	}
	w->json = args_json(a);
	return bad == NULL && !sbuf_ok(&b) ? "these are too many words" : bad;
}

int
verb_audit(int argc, char *argv[])
{
	struct wish w = {.from = 1};
	const char *from = NULL, *to = NULL, *last = NULL, *bad;
	struct opt opt[] = {{"from", OPT_TEXT, &from}, {"to", OPT_TEXT, &to},
		{"last", OPT_TEXT, &last}, ACTOR_OPTS(w.who)};
	struct err e = {0};
	struct args a;
	int status;
	enum rc rc;

	status = args_parse(
		&a, argc, argv, usage, opt, ARRAY_LEN(opt), 0, ARGS_REST);
	if (status >= 0) {
		return status;
	}
	bad = read_wish(&a, from, to, last, &w);
	bad = bad != NULL ? bad : actor_read(&w.who);
	if (bad != NULL) {
		status = args_usage(&a, usage, bad);
	} else {
		rc = run(&a, &w, &e);
		status = rc == RC_OK ? EXIT_DONE : args_fail(&a, rc, &e);
	}
	actor_done(&w.who);
	args_done(&a);
	return status;
}
