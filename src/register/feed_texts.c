/* SPDX-License-Identifier: Apache-2.0 */
#include "register/feed_texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sbuf.h"
#include "wire/feed_body.h"

#include "base/poison.h"

void
feed_texts_init(struct feed_texts *x, struct utc now)
{
	memset(x, 0, sizeof(*x));
	x->next_us = INT64_MAX;
	x->now = now;
	x->n = 1;
}

static void
drop(struct config_part *p)
{
	free(bytes_unconst(p->name));
	free(bytes_unconst(p->text));
	memset(p, 0, sizeof(*p));
}

void
feed_texts_free(struct feed_texts *x)
{
	for (size_t i = 1; x->part != NULL && i < x->n; i++) {
		drop(&x->part[i]);
	}
	free(x->part);
	memset(x, 0, sizeof(*x));
}

static char *
name_of(const char *feed, const char *key)
{
	size_t n = strlen(feed) + 1 + strlen(key) + 1;
	char *name = malloc(n);
	struct sbuf b;

	if (name != NULL) {
		sbuf_init(&b, name, n);
		sbuf_puts(&b, feed);
		sbuf_putc(&b, '/');
		sbuf_puts(&b, key);
	}
	return name;
}

/* The text, malloc'd; NULL with ${e} what is wrong with it. */
static char *
text_of(const struct feeds_item *item, struct err *e)
{
	size_t n = item->n_body + 16;
	char *memory = malloc(n), *copy = NULL;
	const char *text = NULL;
	struct arena a;

	if (memory == NULL) {
		(void)err_set(e, RC_NOMEM, 0, "feed",
			"no memory to read the hub's texts");
		return NULL;
	}
	arena_init(&a, memory, n);
	if (feed_text_decode(item->body, item->n_body, &a, &text, e) == RC_OK) {
		n = strlen(text) + 1;
		copy = malloc(n);
		if (copy != NULL) {
			memcpy(copy, text, n);
		}
	}
	free(memory);
	return copy;
}

static enum rc
make_room(struct feed_texts *x)
{
	struct config_part *p = x->part;

	if (x->n == FEED_TEXTS_MAX) {
		return RC_RANGE;
	}
	if (p == NULL) {
		x->part = calloc(FEED_TEXTS_MAX, sizeof(*p));
	}
	return x->part != NULL ? RC_OK : RC_NOMEM;
}

/* The last part becomes this item. */
static enum rc
take(struct feed_texts *x, const char *feed, const struct feeds_item *item)
{
	struct config_part *p = &x->part[x->n - 1];
	struct err e = {0};
	char *text = text_of(item, &e), *name = name_of(feed, item->key);

	drop(p);
	if (text == NULL && e.rc == RC_PROTO) {
		err_wrap(&e, "%.24s/%.64s", feed, item->key);
		x->why = e;
		text = calloc(1, 1);
	}
	p->name = name;
	p->text = text;
	if (name == NULL || text == NULL) {
		return RC_NOMEM;
	}
	p->len = strlen(text);
	x->bytes += p->len;
	return x->bytes <= 2 * (size_t)CONFIG_TEXT_BYTES ? RC_OK : RC_RANGE;
}

static void
begin(struct feed_texts *x, const char *feed, const char *key)
{
	struct sbuf b;

	sbuf_init(&b, x->feed, sizeof(x->feed));
	sbuf_puts(&b, feed);
	sbuf_init(&b, x->key, sizeof(x->key));
	sbuf_puts(&b, key);
	x->scope = FEEDS_NONE;
}

enum rc
feed_texts_add(
	struct feed_texts *x, const char *feed, const struct feeds_item *item)
{
	enum rc rc;

	if (strcmp(x->feed, feed) != 0 || strcmp(x->key, item->key) != 0) {
		begin(x, feed, item->key);
	}
	if (x->scope != FEEDS_NONE && x->scope != item->scope) {
		return RC_OK; /* a narrower one counts */
	}
	if (item->valid_from.us > x->now.us) {
		x->next_us = item->valid_from.us < x->next_us
				     ? item->valid_from.us
				     : x->next_us;
		return RC_OK;
	}
	if (x->scope == FEEDS_NONE) {
		rc = make_room(x);
		if (rc != RC_OK) {
			return rc;
		}
		x->n++;
		x->scope = item->scope;
	}
	return take(x, feed, item);
}
