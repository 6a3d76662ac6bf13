/* SPDX-License-Identifier: Apache-2.0 */
#include "draft_old.h"

#include <string.h>

#include "base/bytes.h"
#include "base/file.h"

#include "base/poison.h"

static void
seal_as(const char *what, uint8_t format, const struct keys *keys,
	const uint8_t *id, uint32_t number, const struct wr *plain,
	struct wr *out)
{
	static const uint8_t none[UUID_BYTES];
	uint8_t ad[14 + 1 + UUID_BYTES + 4], sealed[1024];
	struct rng rng = rng_system();
	struct wr w;

	wr_init(&w, ad, sizeof(ad));
	wr_bytes(&w, what, strlen(what));
	wr_u8(&w, format);
	wr_bytes(&w, number == 0 ? none : id, UUID_BYTES);
	wr_u32le(&w, number);
	crypto_seal(keys_sub(keys, KEYS_DRAFT), &rng, ad, w.len, plain->p,
		plain->len, sealed);
	wr_u32le(out, (uint32_t)(plain->len + SEAL_BYTES));
	wr_bytes(out, sealed, plain->len + SEAL_BYTES);
}

static void
seal(const struct keys *keys, const uint8_t *id, uint32_t number,
	const struct wr *plain, struct wr *out)
{
	seal_as("holdfast-draft", 1, keys, id, number, plain, out);
}

static void
put_text(struct wr *w, const char *s)
{
	wr_u16le(w, (uint16_t)strlen(s));
	wr_bytes(w, s, strlen(s));
}

static void
put_line(struct wr *w, const struct basket_line *l, uint32_t no)
{
	wr_u8(w, 1);
	wr_u32le(w, no);
	wr_u8(w, (uint8_t)l->item.kind);
	wr_i64le(w, l->qty.milli);
	wr_i64le(w, l->item.price.minor);
	wr_i64le(w, l->price.minor);
	wr_u8(w, l->overridden ? 1 : 0);
	wr_u32le(w, l->discount_ppm);
	wr_i64le(w, l->discount.minor);
	put_text(w, l->item.code);
	put_text(w, l->item.name);
	put_text(w, l->item.dept);
	put_text(w, l->item.tax);
}

bool
draft_old_write(
	const char *path, const struct keys *keys, const struct basket *b)
{
	uint8_t plain[800], file[16384];
	uint32_t n = 0;
	struct wr p, out;

	wr_init(&out, file, sizeof(file));
	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, 1);
	wr_bytes(&p, b->id, UUID_BYTES);
	wr_i64le(&p, b->opened.us);
	seal(keys, b->id, n++, &p, &out);
	for (size_t i = 0; i < b->n_line; i++) {
		wr_init(&p, plain, sizeof(plain));
		put_line(&p, &b->line[i], b->line[i].no);
		seal(keys, b->id, n++, &p, &out);
	}
	wr_init(&p, plain, sizeof(plain));
	put_line(&p, &b->line[0], 9);
	seal(keys, b->id, n++, &p, &out);
	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, 2);
	wr_u32le(&p, 9);
	seal(keys, b->id, n, &p, &out);
	return wr_ok(&out) &&
	       file_save(path, file, out.len, 0600, NULL) == RC_OK;
}

bool
draft_plain_write(const char *path, const struct keys *keys,
	const struct basket *b, uint64_t head)
{
	uint8_t plain[800], file[16384];
	uint32_t n = 0;
	struct wr p, out;

	wr_init(&out, file, sizeof(file));
	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, 2);
	wr_bytes(&p, b->id, UUID_BYTES);
	wr_i64le(&p, b->opened.us);
	wr_u64le(&p, head);
	wr_u8(&p, 0);
	wr_u32le(&p, 5);
	seal_as("holdfast-draft", 2, keys, b->id, n++, &p, &out);
	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, 3);
	wr_u64le(&p, head);
	wr_u32le(&p, b->sale_ppm);
	wr_i64le(&p, b->sale_off.minor);
	put_text(&p, b->buyer.group);
	put_text(&p, b->buyer.certificate);
	put_text(&p, b->buyer.vat);
	wr_u8(&p, 0);
	seal_as("holdfast-draft", 2, keys, b->id, n++, &p, &out);
	for (size_t i = 0; i < b->n_line; i++) {
		wr_init(&p, plain, sizeof(plain));
		put_line(&p, &b->line[i], b->line[i].no);
		wr_u64le(&p, head);
		seal_as("holdfast-draft", 2, keys, b->id, n++, &p, &out);
	}
	wr_init(&p, plain, sizeof(plain));
	put_line(&p, &b->line[0], 9);
	wr_u64le(&p, head);
	seal_as("holdfast-draft", 2, keys, b->id, n++, &p, &out);
	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, 2);
	wr_u32le(&p, 9);
	wr_u64le(&p, head + 1);
	seal_as("holdfast-draft", 2, keys, b->id, n, &p, &out);
	return wr_ok(&out) &&
	       file_save(path, file, out.len, 0600, NULL) == RC_OK;
}

static void
put_mark(struct wr *w, const struct desk_old_mark *m)
{
	wr_bytes(w, m->sale, UUID_BYTES);
	wr_u32le(w, m->next_no);
	wr_u32le(w, m->n_line);
	wr_u32le(w, m->n_unknown);
	wr_i64le(w, m->items);
	wr_u64le(w, m->head);
}

bool
desk_old_write(const char *path, const struct keys *keys,
	const struct desk_old_mark *mark, const char *text, const char *first,
	const char *second)
{
	static const uint8_t id[UUID_BYTES] = {4, 5, 6};
	uint8_t plain[800], file[4096];
	struct wr p, out;

	wr_init(&out, file, sizeof(file));
	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, 1);
	wr_bytes(&p, id, UUID_BYTES);
	seal_as("holdfast-desk", 1, keys, id, 0, &p, &out);
	/* something that is done, a text, the first; then the second */
	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, 1);
	put_mark(&p, mark);
	wr_u8(&p, 0);
	wr_u16le(&p, 0);
	put_text(&p, "S gone");
	put_text(&p, first);
	seal_as("holdfast-desk", 1, keys, id, 1, &p, &out);
	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, 1);
	put_mark(&p, mark);
	wr_u8(&p, 1 | 2);
	wr_u16le(&p, 1);
	put_text(&p, text);
	put_text(&p, second);
	seal_as("holdfast-desk", 1, keys, id, 2, &p, &out);
	return wr_ok(&out) &&
	       file_save(path, file, out.len, 0600, NULL) == RC_OK;
}
