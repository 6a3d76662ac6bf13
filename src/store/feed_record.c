/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "store/feed_internal.h"

#include "base/poison.h"

static const char *const scope_names[FEEDS_SCOPES] = {
	"", "tenant", "store", "register"};

enum feeds_scope
feeds_scope_find(const char *name)
{
	for (unsigned i = FEEDS_TENANT; i < FEEDS_SCOPES; i++) {
		if (strcmp(scope_names[i], name) == 0) {
			return (enum feeds_scope)i;
		}
	}
	return FEEDS_NONE;
}

/* Behind the check; false: it is not as it was written, or of a later build
 * that changed what is there. */
static bool
begin(struct rd *r, const void *key, size_t key_len, const void *p, size_t n)
{
	if (!check_holds(key, key_len, p, n)) {
		return false;
	}
	rd_init(r, p, n);
	(void)rd_u32le(r);
	return rd_u8(r) == FEEDS_FORMAT;
}

/* --- products --- */

size_t
product_encode(const struct product_record *r, const void *key, size_t key_len,
	uint8_t out[PRODUCT_RECORD_BYTES])
{
	struct wr w;

	wr_init(&w, out, PRODUCT_RECORD_BYTES);
	wr_u32le(&w, 0);
	wr_u8(&w, FEEDS_FORMAT);
	wr_u8(&w, r->base);
	wr_u32le(&w, r->ordinal);
	for (unsigned s = FEEDS_TENANT; s < FEEDS_SCOPES; s++) {
		const struct product_slot *slot = &r->slot[s];

		if (!slot->has) {
			continue;
		}
		wr_u8(&w, (uint8_t)s);
		wr_u8(&w, slot->deleted ? 1 : 0);
		wr_u64le(&w, slot->rev);
		wr_u16le(&w, (uint16_t)slot->n);
		wr_bytes(&w, slot->row, slot->n);
	}
	check_put(out, w.len, key, key_len);
	return w.len;
}

enum rc
product_decode(const void *key, size_t key_len, const void *p, size_t n,
	struct product_record *ret)
{
	struct rd r;

	memset(ret, 0, sizeof(*ret));
	if (!begin(&r, key, key_len, p, n)) {
		return RC_CORRUPT;
	}
	ret->base = rd_u8(&r);
	ret->ordinal = rd_u32le(&r);
	while (r.n > 0 && !r.bad) {
		unsigned s = rd_u8(&r);
		struct product_slot *slot;

		if (s < FEEDS_TENANT || s >= FEEDS_SCOPES || ret->slot[s].has) {
			return RC_CORRUPT;
		}
		slot = &ret->slot[s];
		slot->has = true;
		slot->deleted = rd_u8(&r) != 0;
		slot->rev = rd_u64le(&r);
		slot->n = rd_u16le(&r);
		slot->row = rd_bytes(&r, slot->n);
	}
	return r.bad || (ret->base >= FEEDS_SCOPES && ret->base != PRODUCT_NONE)
		       ? RC_CORRUPT
		       : RC_OK;
}

int
product_says(const struct product_record *r)
{
	bool deleted = false;

	for (unsigned s = FEEDS_SCOPES - 1; s >= FEEDS_TENANT; s--) {
		const struct product_slot *slot = &r->slot[s];

		if (slot->has && !slot->deleted) {
			return (int)s;
		}
		if (!slot->has && r->base == s) {
			return PRODUCT_BASE;
		}
		deleted = deleted || slot->has;
	}
	/* the shop's own row: what the hub took away is away */
	return r->base == FEEDS_NONE && !deleted ? PRODUCT_BASE : PRODUCT_GONE;
}

/* --- prices --- */

size_t
price_encode(const struct price_record *r, const void *key, size_t key_len,
	uint8_t out[PRICE_RECORD_BYTES])
{
	struct wr w;

	wr_init(&w, out, PRICE_RECORD_BYTES);
	wr_u32le(&w, 0);
	wr_u8(&w, FEEDS_FORMAT);
	for (size_t i = 0; i < r->n; i++) {
		wr_u8(&w, r->entry[i].scope);
		wr_i64le(&w, r->entry[i].from_us);
		wr_i64le(&w, r->entry[i].minor);
		wr_u64le(&w, r->entry[i].rev);
	}
	check_put(out, w.len, key, key_len);
	return w.len;
}

enum rc
price_decode(const void *key, size_t key_len, const void *p, size_t n,
	struct price_record *ret)
{
	struct rd r;

	ret->n = 0;
	if (!begin(&r, key, key_len, p, n)) {
		return RC_CORRUPT;
	}
	while (r.n > 0 && ret->n < PRICES_MOST) {
		struct price_entry *e = &ret->entry[ret->n++];

		e->scope = rd_u8(&r);
		e->from_us = rd_i64le(&r);
		e->minor = rd_i64le(&r);
		e->rev = rd_u64le(&r);
	}
	return rd_end(&r) ? RC_OK : RC_CORRUPT;
}

const struct price_entry *
price_at(const struct price_record *r, struct utc now)
{
	const struct price_entry *best = NULL;

	for (size_t i = 0; i < r->n; i++) {
		const struct price_entry *e = &r->entry[i];

		if (e->from_us > now.us) {
			continue;
		}
		if (best == NULL || e->scope > best->scope ||
			(e->scope == best->scope &&
				e->from_us > best->from_us)) {
			best = e;
		}
	}
	return best;
}

/* --- keys --- */

size_t
item_key(const char *feed, const struct feeds_item *item,
	uint8_t out[ITEM_KEY_BYTES])
{
	size_t n_feed = strlen(feed);
	size_t n_key = strlen(item->key);
	uint8_t from[8];
	struct wr w;

	if (n_feed == 0 || n_feed >= FEEDS_NAME_BYTES || n_key == 0 ||
		n_key >= FEEDS_KEY_BYTES || item->valid_from.us < 0 ||
		item->scope == FEEDS_NONE) {
		return 0;
	}
	wr_init(&w, out, ITEM_KEY_BYTES);
	wr_bytes(&w, feed, n_feed + 1);
	wr_bytes(&w, item->key, n_key + 1);
	/* the narrowest comes first */
	wr_u8(&w, (uint8_t)(FEEDS_SCOPES - item->scope));
	put_u64be(from, (uint64_t)item->valid_from.us);
	wr_bytes(&w, from, sizeof(from));
	return wr_ok(&w) ? w.len : 0;
}

enum rc
item_key_read(const void *p, size_t n, const char *feed, struct feeds_item *ret)
{
	size_t n_feed = strlen(feed) + 1;
	const uint8_t *at = p;
	const uint8_t *end;
	size_t n_key;

	if (n <= n_feed || memcmp(at, feed, n_feed) != 0) {
		return RC_NOTFOUND;
	}
	at += n_feed;
	n -= n_feed;
	end = memchr(at, '\0', n);
	n_key = end == NULL ? 0 : (size_t)(end - at) + 1;
	if (n_key < 2 || n != n_key + 9 || at[n_key] == 0 ||
		at[n_key] >= FEEDS_SCOPES) {
		return RC_CORRUPT;
	}
	ret->key = (const char *)at;
	ret->scope = (enum feeds_scope)(FEEDS_SCOPES - at[n_key]);
	ret->valid_from.us = (int64_t)get_u64be(at + n_key + 1);
	return RC_OK;
}

size_t
when_key(struct utc from, const void *key, size_t key_len,
	uint8_t out[WHEN_KEY_BYTES])
{
	put_u64be(out, (uint64_t)from.us);
	memcpy(out + 8, key, key_len);
	return 8 + key_len;
}

/* --- header and cursors --- */

size_t
feeds_header_encode(const struct feeds_header *h, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u32le(&w, 0);
	wr_u8(&w, FEEDS_FORMAT);
	wr_i64le(&w, h->version);
	wr_i64le(&w, h->base);
	wr_i64le(&w, h->from);
	wr_i64le(&w, h->import);
	wr_i64le(&w, h->own);
	wr_u64le(&w, h->own_head);
	wr_u64le(&w, h->products);
	check_put(out, w.len, FEEDS_HEADER_KEY, sizeof(FEEDS_HEADER_KEY) - 1);
	return w.len;
}

enum rc
feeds_header_decode(const void *p, size_t n, struct feeds_header *ret)
{
	struct rd r;

	if (!begin(&r, FEEDS_HEADER_KEY, sizeof(FEEDS_HEADER_KEY) - 1, p, n)) {
		return RC_CORRUPT;
	}
	ret->version = rd_i64le(&r);
	ret->base = rd_i64le(&r);
	ret->from = rd_i64le(&r);
	ret->import = rd_i64le(&r);
	ret->own = rd_i64le(&r);
	ret->own_head = rd_u64le(&r);
	ret->products = rd_u64le(&r);
	return r.bad ? RC_CORRUPT : RC_OK;
}

static void
put_text(struct wr *w, const char *s)
{
	size_t n = strlen(s);

	wr_u8(w, (uint8_t)n);
	wr_bytes(w, s, n);
}

static void
get_text(struct rd *r, char *out, size_t cap)
{
	size_t n = rd_u8(r);
	const uint8_t *p = rd_bytes(r, n);

	out[0] = '\0';
	if (p == NULL || n >= cap) {
		r->bad = true;
		return;
	}
	memcpy(out, p, n);
	out[n] = '\0';
}

size_t
cursor_encode(const struct feeds_cursor *c, const void *key, size_t key_len,
	uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u32le(&w, 0);
	wr_u8(&w, FEEDS_FORMAT);
	put_text(&w, c->feed);
	put_text(&w, c->epoch);
	wr_u64le(&w, c->rev);
	wr_u64le(&w, c->applied);
	wr_i64le(&w, c->at.us);
	wr_i64le(&w, c->version);
	wr_u64le(&w, c->taken);
	wr_u64le(&w, c->refused);
	put_text(&w, c->why);
	wr_u8(&w, c->whole ? 1 : 0);
	wr_u64le(&w, c->aside);
	check_put(out, w.len, key, key_len);
	return w.len;
}

enum rc
cursor_decode(const void *key, size_t key_len, const void *p, size_t n,
	struct feeds_cursor *ret)
{
	struct rd r;

	if (!begin(&r, key, key_len, p, n)) {
		return RC_CORRUPT;
	}
	get_text(&r, ret->feed, sizeof(ret->feed));
	get_text(&r, ret->epoch, sizeof(ret->epoch));
	ret->rev = rd_u64le(&r);
	ret->applied = rd_u64le(&r);
	ret->at.us = rd_i64le(&r);
	ret->version = rd_i64le(&r);
	ret->taken = rd_u64le(&r);
	ret->refused = rd_u64le(&r);
	get_text(&r, ret->why, sizeof(ret->why));
	ret->whole = rd_u8(&r) != 0;
	ret->aside = rd_u64le(&r);
	return r.bad ? RC_CORRUPT : RC_OK;
}
