/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/file.h"
#include "base/text.h"
#include "core/currency.h"
#include "sync/pull.h"
#include "wire/feed_goods.h"
#include "wire/hub_msg.h"

#include "base/poison.h"

#define CONF_NAME "holdfast.conf"
#define CONF_MAX ((size_t)1 << 20)
/* Some hundred bytes a value and the texts themselves. */
#define ARENA_OF(n) (8 * (n) + ((size_t)1 << 20))
#define DELETE 0x7f

/* --- money --- */

struct money_keys {
	int digits, of_code; /* -1 not said */
};

static enum rc
on_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct money_keys *m = arg;

	(void)pos;
	(void)reterr;
	if (key == NULL || strcmp(section, "currency") != 0) {
		return RC_OK;
	}
	if (strcmp(key, "code") == 0) {
		m->of_code = currency_digits(value);
	} else if (strcmp(key, "digits") == 0 && value[0] >= '0' &&
		   value[0] <= '9' && value[1] == '\0') {
		m->digits = value[0] - '0';
	}
	return RC_OK;
}

int
pull_digits(const char *store)
{
	char path[PATH_BYTES];
	struct money_keys m = {-1, -1};
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc;

	if (path_join(path, sizeof(path), store, CONF_NAME) != RC_OK ||
		file_load(path, CONF_MAX, &text, &n, NULL) != RC_OK) {
		return -1;
	}
	rc = conf_parse(path, (const char *)text, n, on_key, &m, NULL);
	free(text);
	if (rc != RC_OK) {
		return -1;
	}
	return m.digits >= 0 ? m.digits : m.of_code;
}

/* --- a page --- */

struct work {
	struct feeds_page *page;
	struct arena *arena;
	size_t mark; /* what the page itself takes of it */
	int digits;
	struct pull_page *ret;
};

/* JSON is UTF-8, so one bad byte would cost the whole page: it becomes a
 * control character, for which the one item is refused. */
static void
mend_bytes(char *p, size_t n)
{
	const char *at = p;
	const char *end = p + n;
	int32_t cp;

	while (at < end) {
		const char *was = at;

		(void)text_next(&at, end, &cp);
		if (cp == 0xfffd && at - was == 1) {
			p[was - p] = DELETE;
		}
	}
}

static void
refuse(struct work *w, const struct hub_item *i, const char *why)
{
	char text[FEEDS_WHY_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%.60s: %s", i->key != NULL ? i->key : "?", why);
	feeds_refuse(w->page, text);
	w->ret->refused++;
}

static enum rc
wrong_digits(struct err *reterr)
{
	return err_set(reterr, RC_PROTO, 0, "pull",
		"its price is in a currency with other decimals");
}

static bool
fits(const struct work *w, unsigned digits)
{
	return w->digits < 0 || (unsigned)w->digits == digits;
}

static enum rc
put_product(struct work *w, const struct hub_item *i, enum feeds_scope scope,
	struct err *reterr)
{
	struct feed_product p;
	enum rc rc = RC_OK;

	if (!i->deleted) {
		rc = feed_product_decode(
			i->body, i->n_body, w->arena, &p, reterr);
		if (rc == RC_OK && !fits(w, p.digits)) {
			rc = wrong_digits(reterr);
		}
	}
	return rc == RC_OK ? feeds_put_product(w->page, scope, i->rev, i->key,
				     i->deleted ? NULL : &p.item, reterr)
			   : rc;
}

static enum rc
put_price(struct work *w, const struct hub_item *i, enum feeds_scope scope,
	struct err *reterr)
{
	struct feed_price p;
	enum rc rc = RC_OK;

	if (!i->deleted) {
		rc = feed_price_decode(
			i->body, i->n_body, w->arena, &p, reterr);
		if (rc == RC_OK && !fits(w, p.digits)) {
			rc = wrong_digits(reterr);
		}
	}
	return rc == RC_OK ? feeds_put_price(w->page, scope, i->rev, i->key,
				     i->valid_from,
				     i->deleted ? NULL : &p.price, reterr)
			   : rc;
}

static enum rc
put_other(struct work *w, const struct hub_item *i, enum feeds_scope scope,
	struct err *reterr)
{
	struct feeds_item item = {i->key, scope, i->rev, i->valid_from,
		i->deleted, i->body, i->n_body};

	return feeds_put(w->page, &item, reterr);
}

static enum rc
put_item(struct work *w, const char *feed, const struct hub_item *i,
	struct err *reterr)
{
	enum feeds_scope scope =
		i->scope != NULL ? feeds_scope_find(i->scope) : FEEDS_TENANT;
	struct err e = {0};
	enum rc rc;

	if (i->bad != NULL || scope == FEEDS_NONE ||
		i->n_body > FEEDS_BODY_BYTES) {
		refuse(w, i,
			i->bad != NULL        ? i->bad
			: scope != FEEDS_NONE ? "it is larger than a MiB"
					      : "its scope is none we know");
		return RC_OK;
	}
	if (strcmp(feed, FEEDS_PRODUCTS) == 0) {
		rc = put_product(w, i, scope, &e);
	} else if (strcmp(feed, FEEDS_PRICES) == 0) {
		rc = put_price(w, i, scope, &e);
	} else {
		rc = put_other(w, i, scope, &e);
	}
	w->arena->used = w->mark;
	if (rc == RC_PROTO || rc == RC_INVAL || rc == RC_RANGE) {
		refuse(w, i, e.msg);
		return RC_OK;
	}
	w->ret->taken += rc == RC_OK ? 1 : 0;
	if (rc != RC_OK && reterr != NULL) {
		*reterr = e;
	}
	return rc;
}

static enum rc
take_page(struct work *w, const char *dir, const char *feed, uint64_t since,
	const struct hub_page *m, struct utc now, struct err *reterr)
{
	struct feeds_end end = {m->rev, m->more, m->applied, now};
	enum rc rc = feeds_begin(dir, feed, since, m->epoch, &w->page, reterr);

	for (size_t i = 0; rc == RC_OK && i < m->n_item; i++) {
		rc = put_item(w, feed, &m->item[i], reterr);
	}
	if (rc == RC_OK) {
		rc = feeds_end(w->page, &end, reterr);
	}
	feeds_free(w->page);
	return rc;
}

enum rc
pull_page(const char *dir, const char *feed, uint64_t since, char *body,
	size_t n, int digits, struct utc now, struct pull_page *ret,
	struct err *reterr)
{
	struct hub_page m;
	struct arena arena;
	struct work w = {.arena = &arena, .digits = digits, .ret = ret};
	void *memory = malloc(ARENA_OF(n));
	struct sbuf b;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (memory == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "pull",
			"no memory for a page of a feed");
	}
	arena_init(&arena, memory, ARENA_OF(n));
	mend_bytes(body, n);
	rc = hub_page_decode(body, n, &arena, &m, reterr);
	if (rc == RC_OK && (strcmp(m.feed, feed) != 0 || m.rev < since ||
				   strlen(m.epoch) >= sizeof(ret->epoch) ||
				   (m.more && m.rev == since))) {
		rc = err_set(reterr, RC_PROTO, 0, "pull",
			"the hub sent a page that is not the one asked for");
	}
	if (rc == RC_OK) {
		sbuf_init(&b, ret->epoch, sizeof(ret->epoch));
		sbuf_puts(&b, m.epoch);
		ret->rev = m.rev;
		ret->more = m.more;
		w.mark = arena.used;
		rc = take_page(&w, dir, feed, since, &m, now, reterr);
	}
	free(memory);
	return rc;
}
