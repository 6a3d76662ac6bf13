/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "register/audit_internal.h"

#include "base/poison.h"

#define WORD_BYTES 64

static void
copy_text(char *out, size_t cap, const char *s)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, s != NULL ? s : "");
}

/* "holdfast.price.overridden.v1" without what all of them have. */
static void
short_name(enum event_type type, char *out, size_t cap)
{
	static const char head[] = "holdfast.", tail[] = ".v1";
	const char *name = event_type_name(type);
	size_t n = strlen(name);
	struct sbuf b;

	sbuf_init(&b, out, cap);
	if (n > sizeof(head) + sizeof(tail)) {
		sbuf_write(&b, name + sizeof(head) - 1,
			n - (sizeof(head) - 1) - (sizeof(tail) - 1));
	}
}

/* What the row shows of the event, before the arena is used again. */
static void
fill(struct shop *s, const struct event *e, const uint8_t hash[HASH_BYTES],
	struct audit_row *r)
{
	char hex[2 * HASH_BYTES + 1];

	memset(r, 0, sizeof(*r));
	r->sequence = e->sequence;
	r->time = e->time;
	r->tz_min = e->tz_min;
	r->training = e->training;
	copy_text(r->actor, sizeof(r->actor), e->actor);
	copy_text(r->approver, sizeof(r->approver), audit_approver(e));
	short_name(e->type, r->event, sizeof(r->event));
	audit_detail(e, &s->config, r->detail, sizeof(r->detail));
	memcpy(r->whole, hash, HASH_BYTES);
	hex_encode(hex, hash, HASH_BYTES);
	memcpy(r->hash, hex, sizeof(r->hash) - 1);
}

/* Purged, and none of those that a purge has left.  ${begin}: shop_begin(). */
static bool
is_gone(struct shop *s, uint64_t sequence, uint64_t begin)
{
	uint64_t at = 0;

	return sequence < begin && s->store != NULL &&
	       (store_line_next(s->store, sequence - 1, &at, NULL) != RC_OK ||
		       at != sequence);
}

enum rc
audit_row(struct shop *s, uint64_t sequence, struct audit_row *ret,
	struct err *reterr)
{
	uint8_t hash[HASH_BYTES];
	const struct event *e = NULL;
	enum rc rc;

	if (sequence == 0 || sequence > shop_head(s)) {
		return err_set(reterr, RC_NOTFOUND, 0, "audit",
			"the journal has no line %llu",
			(unsigned long long)sequence);
	}
	rc = shop_event(s, sequence, hash, &e, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	fill(s, e, hash, ret);
	ret->chained = true;
	if (sequence < shop_head(s) &&
		!is_gone(s, sequence + 1, shop_begin(s))) {
		rc = shop_event(s, sequence + 1, NULL, &e, reterr);
		ret->chained =
			rc == RC_OK && memcmp(e->prev, hash, HASH_BYTES) == 0;
	}
	return rc;
}

/* --- the filter --------------------------------------------------------------- */

static bool
holds(const char *text, const char *folded_word)
{
	char folded[sizeof(((struct audit_row *)0)->detail) * 2];

	text_fold(text, strlen(text), folded, sizeof(folded));
	return strstr(folded, folded_word) != NULL;
}

/* What stands behind "name=", NULL it is another word. */
static const char *
value_of(const char *word, const char *name)
{
	size_t n = strlen(name);

	return strncmp(word, name, n) == 0 && word[n] == '=' ? word + n + 1
							     : NULL;
}

/* How the row's time on the wall stands to as much of one as is written. */
static int
compare_time(const struct audit_row *r, const char *when)
{
	struct civil c = utc_civil(r->time, r->tz_min);
	char text[32];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%04d-%02d-%02dt%02d:%02d:%02d", c.year, c.month, c.day,
		c.hour, c.minute, c.second);
	return strncmp(text, when, strlen(when));
}

static bool
anywhere(const struct audit_row *r, const char *word)
{
	char seq[24];
	struct sbuf b;

	sbuf_init(&b, seq, sizeof(seq));
	sbuf_u64(&b, r->sequence);
	return holds(r->event, word) || holds(r->detail, word) ||
	       strcmp(r->actor, word) == 0 || strcmp(r->approver, word) == 0 ||
	       strcmp(seq, word) == 0;
}

static bool
word_fits(const struct audit_row *r, const char *word)
{
	const char *v;

	if ((v = value_of(word, "not")) != NULL) {
		return !word_fits(r, v);
	}
	if ((v = value_of(word, "op")) != NULL) {
		return strcmp(r->actor, v) == 0 || strcmp(r->approver, v) == 0;
	}
	if ((v = value_of(word, "by")) != NULL) {
		return strcmp(r->actor, v) == 0;
	}
	if ((v = value_of(word, "approver")) != NULL) {
		return strcmp(r->approver, v) == 0;
	}
	if ((v = value_of(word, "event")) != NULL) {
		return strncmp(r->event, v, strlen(v)) == 0;
	}
	if ((v = value_of(word, "since")) != NULL) {
		return compare_time(r, v) >= 0;
	}
	if ((v = value_of(word, "until")) != NULL) {
		return compare_time(r, v) <= 0;
	}
	return anywhere(r, word);
}

bool
audit_fits(const struct audit_row *r, const char *filter)
{
	char folded[512];
	const char *p = folded;

	text_fold(filter, strlen(filter), folded, sizeof(folded));
	while (*(p += strspn(p, " ")) != '\0') {
		size_t n = strcspn(p, " ");
		char word[WORD_BYTES];
		struct sbuf b;

		sbuf_init(&b, word, sizeof(word));
		sbuf_write(&b, p, n < WORD_BYTES - 1 ? n : WORD_BYTES - 1);
		if (!word_fits(r, word)) {
			return false;
		}
		p += n;
	}
	return true;
}

enum rc
audit_back(struct shop *s, uint64_t from, const char *filter, uint64_t ret[],
	size_t cap, size_t *ret_n, uint64_t *ret_next, struct err *reterr)
{
	uint64_t seq = from < shop_head(s) ? from : shop_head(s);
	uint64_t begin = shop_begin(s);
	size_t looked, n = 0;

	for (looked = 0; seq > 0 && n < cap && looked < AUDIT_LOOK; seq--) {
		uint8_t hash[HASH_BYTES];
		const struct event *e = NULL;
		struct audit_row r;
		enum rc rc;

		looked++;
		if (is_gone(s, seq, begin)) {
			continue;
		}
		if (filter[0] == '\0') {
			ret[n++] = seq;
			continue;
		}
		rc = shop_event(s, seq, hash, &e, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		fill(s, e, hash, &r);
		if (audit_fits(&r, filter)) {
			ret[n++] = seq;
		}
	}
	*ret_n = n;
	*ret_next = seq;
	return RC_OK;
}

struct each {
	struct shop *s;
	const char *filter;
	audit_fn fn;
	void *arg;
	uint8_t prev[HASH_BYTES];
	bool has_prev;
};

static enum rc
take(struct each *x, uint64_t sequence, struct err *reterr)
{
	const struct event *e = NULL;
	uint8_t hash[HASH_BYTES];
	struct audit_row r;
	enum rc rc = shop_event(x->s, sequence, hash, &e, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	fill(x->s, e, hash, &r);
	r.chained = !x->has_prev || memcmp(e->prev, x->prev, HASH_BYTES) == 0;
	memcpy(x->prev, hash, HASH_BYTES);
	x->has_prev = true;
	return audit_fits(&r, x->filter) ? x->fn(x->arg, &r, reterr) : RC_OK;
}

enum rc
audit_each(struct shop *s, uint64_t from, uint64_t to, const char *filter,
	audit_fn fn, void *arg, struct err *reterr)
{
	struct each x = {.s = s, .filter = filter, .fn = fn, .arg = arg};
	uint64_t last = to == 0 || to > shop_head(s) ? shop_head(s) : to;
	uint64_t begin = shop_begin(s);
	enum rc rc = RC_OK;

	for (uint64_t i = from > 0 ? from : 1; i <= last && rc == RC_OK; i++) {
		if (is_gone(s, i, begin)) {
			x.has_prev = false;
			continue;
		}
		rc = take(&x, i, reterr);
	}
	return rc;
}
