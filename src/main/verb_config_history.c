/* SPDX-License-Identifier: Apache-2.0 */
/* holdfast config history: who put forward, approved, activated and dropped
 * what, and why. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "main/verb_config.h"

#include "base/poison.h"

#define ROW_BYTES 2048
#define SHORT 12
#define TYPE "\"type\":\"holdfast.config."

struct history {
	const struct args *args;
	struct shop *s;
	char row[ROW_BYTES];
};

struct said {
	const char *what, *version, *base, *author, *approver, *why, *note;
	struct utc effective;
};

static bool
read_event(const struct event *e, struct said *x)
{
	*x = (struct said){.what = NULL};
	switch ((int)e->type) {
	case EVENT_CONFIG_ACTIVATED:
		x->what = "active";
		x->version = e->data.config.version;
		x->base = e->data.config.previous;
		x->author = e->data.config.author;
		x->approver = e->data.config.approver;
		x->why = e->data.config.why;
		return true;
	case EVENT_CONFIG_DRAFTED:
		x->what = "drafted";
		x->version = e->data.draft.version;
		x->base = e->data.draft.base;
		x->why = e->data.draft.why;
		x->note = e->data.draft.note;
		x->effective = e->data.draft.effective;
		return true;
	case EVENT_CONFIG_APPROVED:
		x->what = "approved";
		x->version = e->data.draft_approved.version;
		x->author = e->data.draft_approved.author;
		x->note = e->data.draft_approved.note;
		x->effective = e->data.draft_approved.effective;
		return true;
	case EVENT_CONFIG_DROPPED:
		x->what = "dropped";
		x->version = e->data.draft_dropped.version;
		x->note = e->data.draft_dropped.why;
		return true;
	default:
		return false;
	}
}

static void
put_json(const struct event *e, const struct said *x, bool now, struct sbuf *b)
{
	char when[UTC_TEXT_BYTES], from[UTC_TEXT_BYTES] = "";
	struct json j;

	utc_format(e->time, when);
	if (x->effective.us > 0) {
		utc_format(x->effective, from);
	}
	json_init(&j, b);
	json_obj(&j, NULL);
	json_u64(&j, "seq", e->sequence);
	json_str(&j, "time", when);
	json_str(&j, "actor", e->actor);
	json_str(&j, "what", x->what);
	json_str(&j, "version", x->version);
	json_str_some(&j, "base", x->base);
	json_str_some(&j, "author", x->author);
	json_str_some(&j, "approver", x->approver);
	json_str_some(&j, "why", x->why);
	json_str_some(&j, "note", x->note);
	json_str_some(&j, "effective", from[0] != '\0' ? from : NULL);
	json_bool(&j, "active", now);
	json_obj_end(&j);
}

static void
put_text(const struct event *e, const struct said *x, bool now, struct sbuf *b)
{
	struct civil c = utc_civil(e->time, e->tz_min);

	sbuf_printf(b, "%c %8llu  %04d-%02d-%02d %02d:%02d  %-6s %-8s %.*s",
		now ? '*' : ' ', (unsigned long long)e->sequence, c.year,
		c.month, c.day, c.hour, c.minute, e->actor, x->what, SHORT,
		x->version);
	if (x->why != NULL) {
		sbuf_printf(b, "  %s", x->why);
	}
	if (x->author != NULL) {
		sbuf_printf(b, "  of %s", x->author);
	}
	if (x->approver != NULL) {
		sbuf_printf(b, "  by %s", x->approver);
	}
	if (x->effective.us > 0) {
		c = utc_civil(x->effective, e->tz_min);
		sbuf_printf(b, "  from %04d-%02d-%02d %02d:%02d", c.year,
			c.month, c.day, c.hour, c.minute);
	}
	if (x->note != NULL) {
		sbuf_printf(b, "  %s", x->note);
	}
}

static enum rc
take(void *arg, const struct journal_record *rec, struct err *reterr)
{
	struct history *h = arg;
	const struct event *e = NULL;
	struct said x;
	struct sbuf b;
	bool now;
	enum rc rc;

	/* the type stands near the head of a line: most need no more */
	if (memmem(rec->line, rec->len, TYPE, sizeof(TYPE) - 1) == NULL) {
		return RC_OK;
	}
	rc = shop_event(h->s, rec->sequence, NULL, &e, reterr);
	if (rc != RC_OK || !read_event(e, &x)) {
		return rc;
	}
	now = e->sequence == h->s->state.config_seq;
	sbuf_init(&b, h->row, sizeof(h->row));
	if (args_json(h->args)) {
		put_json(e, &x, now, &b);
	} else {
		put_text(e, &x, now, &b);
	}
	sbuf_putc(&b, '\n');
	return args_put(h->args, b.p, b.len) == EXIT_DONE
		       ? RC_OK
		       : err_set(reterr, RC_IO, 0, "config",
				 "the history cannot be written");
}

int
config_history(const struct args *a)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct history *h = calloc(1, sizeof(*h));
	struct err e = {0};
	enum rc rc = RC_NOMEM;

	if (h == NULL) {
		(void)err_set(
			&e, rc, 0, "config", "no memory: close other programs");
	} else {
		h->args = a;
		rc = shop_open(&conf, &h->s, &e);
	}
	if (rc == RC_OK) {
		rc = shop_walk(h->s, shop_begin(h->s), 0, take, h, &e);
	}
	if (h != NULL) {
		shop_close(h->s);
	}
	free(h);
	return rc == RC_OK ? EXIT_DONE : args_fail(a, rc, &e);
}
