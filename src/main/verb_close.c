/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <string.h>

#include "base/json.h"
#include "base/parse.h"
#include "main/actor.h"
#include "register/closing.h"
#include "register/till.h"
#include "wire/request.h"

#include "base/poison.h"

static const char usage[] =
	"close day [--count AMOUNT] [--empty] | month | year " ACTOR_USAGE
	" [--store DIR] [--json]";

#define WAIT_MS 10000
#define COUNT_MAX INT64_C(999999999)
/* As long as somebody is willing to look at a printer. */
#define PRINT_MS 5000
#define PRINT_STEP_MS 20
#define PERIODS_MAX 120 /* months that were never closed */

struct close {
	const struct args *args;
	struct shop_conf conf;
	struct actor actor;
	const char *count;
	bool empty;
	/* what is to be closed */
	enum event_type type;
	enum period_kind kind;
	int64_t number, counted;
	char name[PERIOD_NAME_BYTES];
	/* and was */
	int64_t sales, gross, difference;
	char date[PERIOD_DATE_BYTES];
	uint64_t sequence;
};

/* --- what there is to close ----------------------------------------------- */

static enum rc
look_at_day(struct close *c, const struct totals *t,
	const struct closing_now *now, bool *ret_due)
{
	c->type = EVENT_DAY_CLOSED;
	c->number = t->closings + 1;
	*ret_due = now->begun || c->empty;
	return RC_OK;
}

/* The next one that is over: one that is not is nobody's mistake. */
static enum rc
look_at_period(struct close *c, struct shop *s, const struct closing_now *now,
	bool *ret_due, struct err *reterr)
{
	struct store_period next;
	char current[PERIOD_NAME_BYTES];
	enum rc rc = closing_next(s, c->kind, &now->had, &next, reterr);

	*ret_due = false;
	if (rc == RC_NOTFOUND) {
		return RC_OK;
	}
	period_name(c->kind, now->date, current);
	if (rc == RC_OK && strcmp(next.p.name, current) < 0) {
		c->type = EVENT_PERIOD_CLOSED;
		memcpy(c->name, next.p.name, sizeof(c->name));
		*ret_due = true;
	}
	return rc;
}

static enum rc
take_count(struct close *c, const struct shop *s, struct err *reterr)
{
	struct money m = {0};

	if (c->count == NULL) {
		return RC_OK;
	}
	if (money_parse_major(c->count, strlen(c->count),
		    s->config.currency.digits, &m) != RC_OK ||
		m.minor < 0 || m.minor > COUNT_MAX) {
		return err_set(reterr, RC_INVAL, 0, "close",
			"--count takes an amount like 1199.15");
	}
	c->counted = m.minor;
	return RC_OK;
}

static enum rc
look_in(struct close *c, struct shop *s, bool *ret_due, struct err *reterr)
{
	struct clock_reading read = clock_read(&c->conf.clock);
	struct closing_now now;
	struct totals t;
	enum rc rc = take_count(c, s, reterr);

	if (rc == RC_OK && s->store == NULL) {
		rc = err_set(reterr, RC_CORRUPT, 0, "close", "%s", s->trouble);
	}
	if (rc == RC_OK) {
		rc = store_totals(s->store, &t, reterr);
	}
	if (rc == RC_OK) {
		rc = closing_now(s, &t, &read, &now, reterr);
	}
	if (rc == RC_OK && c->type == EVENT_DAY_CLOSED) {
		rc = look_at_day(c, &t, &now, ret_due);
	} else if (rc == RC_OK) {
		rc = look_at_period(c, s, &now, ret_due, reterr);
	}
	return rc;
}

static enum rc
look(struct close *c, bool *ret_due, struct err *reterr)
{
	struct shop_conf conf = c->conf;
	struct shop *s = NULL;
	enum rc rc;

	conf.mode = SHOP_READ;
	rc = shop_open(&conf, &s, reterr);
	if (rc == RC_OK) {
		rc = look_in(c, s, ret_due, reterr);
	}
	shop_close(s);
	return rc;
}

/* --- closing it ----------------------------------------------------------- */

static void
make_request(const struct close *c, struct request *r)
{
	memset(r, 0, sizeof(*r));
	r->type = c->type;
	r->event.type = c->type;
	r->actor = actor_no(&c->actor);
	if (c->type == EVENT_DAY_CLOSED) {
		r->event.data.day.number = c->number;
		r->event.data.day.counts = c->count != NULL ? 1 : 0;
		r->event.data.day.counted = c->counted;
		return;
	}
	r->event.data.period.kind = period_kind_name(c->kind);
	r->event.data.period.name = c->name;
}

static bool
is_printing(struct till *t)
{
	struct till_device d[CONFIG_DEVICES];
	size_t n = till_device_list(t, d, CONFIG_DEVICES);
	unsigned jobs = 0;

	for (size_t i = 0; i < n; i++) {
		jobs += d[i].jobs;
	}
	return jobs > 0;
}

/* No register runs: this process is it, for as long as it takes.  What a kill
 * left is known now: there may be nothing more to do. */
static enum rc
close_here(struct close *c, struct till *t, bool *ret_due, struct err *reterr)
{
	struct shop *s = till_shop(t);
	struct request r;
	struct event given;
	enum rc rc;

	rc = s->read_only ? err_set(reterr, RC_IO, 0, "close", "%s", s->trouble)
			  : RC_OK;
	if (rc == RC_OK) {
		rc = look_in(c, s, ret_due, reterr);
	}
	if (rc != RC_OK || !*ret_due) {
		return rc;
	}
	make_request(c, &r);
	rc = actor_admit(&c->actor, s, people_ask_permit(c->type),
		event_type_name(c->type), &given, reterr);
	if (rc == RC_OK) {
		rc = s->prompt(s->prompt_arg, &r, &given, &c->sequence, reterr);
		if (rc != RC_OK) {
			people_ask_undone(s, &given);
		}
	}
	for (int ms = 0; rc == RC_OK && ms < PRINT_MS && is_printing(t);
		ms += PRINT_STEP_MS) {
		(void)till_idle(t);
		(void)poll(NULL, 0, PRINT_STEP_MS);
	}
	return rc;
}

static enum rc
close_it(struct close *c, bool *ret_due, struct err *reterr)
{
	struct shop_conf conf = c->conf;
	struct request r;
	struct till *t = NULL;
	enum rc rc;

	conf.mode = SHOP_WRITE;
	rc = till_open(&conf, &t, reterr);
	if (rc == RC_OK) {
		rc = close_here(c, t, ret_due, reterr);
		till_close(t);
		return rc;
	}
	make_request(c, &r);
	return rc == RC_BUSY ? actor_submit(&c->actor, &c->conf, &r, WAIT_MS,
				       &c->sequence, reterr)
			     : rc;
}

/* --- what was closed ------------------------------------------------------ */

static enum rc
read_back(struct close *c, struct err *reterr)
{
	struct shop_conf conf = c->conf;
	const struct event *e = NULL;
	struct shop *s = NULL;
	enum rc rc;

	conf.mode = SHOP_READ;
	rc = shop_open(&conf, &s, reterr);
	if (rc == RC_OK) {
		rc = shop_event(s, c->sequence, NULL, &e, reterr);
	}
	if (rc == RC_OK && e->type == EVENT_DAY_CLOSED) {
		const char *date = e->data.day.date;

		c->sales = e->data.day.sales;
		c->gross = e->data.day.gross;
		c->difference = e->data.day.difference;
		if (date != NULL && strlen(date) < sizeof(c->date)) {
			memcpy(c->date, date, strlen(date) + 1);
		}
	} else if (rc == RC_OK && e->type == EVENT_PERIOD_CLOSED) {
		c->number = e->data.period.number;
		c->sales = e->data.period.sales;
		c->gross = e->data.period.gross;
	}
	shop_close(s);
	return rc;
}

static const char *
kind_of(const struct close *c)
{
	return c->type == EVENT_DAY_CLOSED ? "day" : period_kind_name(c->kind);
}

static int
say(const struct close *c, bool closed)
{
	char text[256];
	struct sbuf b;
	struct json j;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(c->args)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "kind", kind_of(c));
		json_bool(&j, "closed", closed);
		if (closed) {
			json_str(&j, "period",
				c->type == EVENT_DAY_CLOSED ? c->date
							    : c->name);
			json_i64(&j, "number", c->number);
			json_u64(&j, "seq", c->sequence);
			json_i64(&j, "sales", c->sales);
			json_i64(&j, "gross", c->gross);
		}
		if (closed && c->type == EVENT_DAY_CLOSED) {
			json_i64(&j, "difference", c->difference);
		}
		json_obj_end(&j);
	} else if (!closed) {
		sbuf_printf(
			&b, "no %s to close: nothing is recorded", kind_of(c));
	} else if (c->type == EVENT_DAY_CLOSED) {
		sbuf_printf(&b, "Z %lld: the day %s is closed",
			(long long)c->number, c->date);
	} else {
		sbuf_printf(&b, "the %s %s is closed", kind_of(c), c->name);
	}
	sbuf_putc(&b, '\n');
	return args_put(c->args, b.p, b.len);
}

/* A day once; months and years as many as are over. */
static int
run(struct close *c)
{
	enum event_type asked = c->type;
	struct err e = {0};
	int status = EXIT_DONE;
	bool due = true;

	for (int i = 0; due && i < PERIODS_MAX && status == EXIT_DONE; i++) {
		enum rc rc;

		c->type = asked;
		rc = look(c, &due, &e);
		if (rc == RC_OK && due) {
			rc = close_it(c, &due, &e);
		}
		if (rc == RC_OK && due) {
			rc = read_back(c, &e);
		}
		if (rc != RC_OK) {
			return args_fail(c->args, rc, &e);
		}
		if (due || i == 0) {
			status = say(c, due);
		}
		due = due && asked == EVENT_PERIOD_CLOSED;
	}
	return status;
}

int
verb_close(int argc, char *argv[])
{
	struct close c = {.type = EVENT_DAY_CLOSED};
	const struct opt opt[] = {{"count", OPT_TEXT, &c.count},
		{"empty", OPT_FLAG, &c.empty}, ACTOR_OPTS(c.actor)};
	const char *wrong = NULL;
	struct args a;
	int status;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 1);
	if (status >= 0) {
		return status;
	}
	c.args = &a;
	c.conf = args_shop(&a, SHOP_READ);
	if (strcmp(a.rest[0], "month") == 0 || strcmp(a.rest[0], "year") == 0) {
		c.type = EVENT_PERIOD_CLOSED;
		c.kind = a.rest[0][0] == 'm' ? PERIOD_MONTH : PERIOD_YEAR;
	} else if (strcmp(a.rest[0], "day") != 0) {
		wrong = "say what to close: day, month or year";
	}
	if (c.type == EVENT_PERIOD_CLOSED && (c.count != NULL || c.empty)) {
		wrong = "--count and --empty are of a day";
	}
	wrong = wrong == NULL ? actor_read(&c.actor) : wrong;
	status = wrong != NULL ? args_usage(&a, usage, wrong) : run(&c);
	actor_done(&c.actor);
	args_done(&a);
	return status;
}
