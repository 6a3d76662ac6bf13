/* SPDX-License-Identifier: Apache-2.0 */
/* Parts, gathered into sealed records that are one group. */
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "register/draft_internal.h"

#include "base/poison.h"

struct sealed_as
draft_sealed_as(const struct draft *d, uint8_t format)
{
	return (struct sealed_as){
		.what = "holdfast-draft",
		.format = format,
		.id = d->id,
		.key = d->key,
	};
}

/* Room for one record more. */
static bool
make_room(struct draft_group *g, size_t n)
{
	struct draft *d = g->d;
	size_t want = g->out.len + SEALED_BYTES(n);
	uint8_t *p;

	if (want > d->cap_buf) {
		want = 2 * want + SEALED_PLAIN_MAX;
		p = realloc(d->buf, want);
		if (p == NULL) {
			g->bad = true;
			return false;
		}
		d->buf = p;
		d->cap_buf = want;
	}
	g->out.p = d->buf;
	g->out.cap = d->cap_buf;
	return true;
}

static void
seal(struct draft_group *g, const uint8_t *plain, size_t n)
{
	struct sealed_as as = draft_sealed_as(g->d, DRAFT_FORMAT);

	if (g->bad || !make_room(g, n)) {
		return;
	}
	sealed_put(&as, &g->d->rng, &g->out, g->number, plain, n);
	g->number++;
	g->n_record++;
}

static void
put_first(struct draft_group *g)
{
	uint8_t plain[1 + UUID_BYTES];
	struct wr w;

	rng_fill(&g->d->rng, g->d->id, UUID_BYTES);
	g->d->key = keys_sub(g->d->keys, KEYS_DRAFT);
	wr_init(&w, plain, sizeof(plain));
	wr_u8(&w, DRAFT_FORMAT);
	wr_bytes(&w, g->d->id, UUID_BYTES);
	seal(g, plain, w.len);
}

static void
begin_record(struct draft_group *g)
{
	wr_init(&g->p, g->plain, sizeof(g->plain));
	wr_u8(&g->p, 0);
	wr_u64le(&g->p, g->d->head);
}

void
group_begin(struct draft_group *g, struct draft *d, bool fresh)
{
	g->d = d;
	wr_init(&g->out, d->buf, d->cap_buf);
	g->number = fresh ? 0 : d->log.next;
	g->n_record = 0;
	g->n_part = 0;
	g->bad = false;
	if (fresh) {
		put_first(g);
	}
	begin_record(g);
}

void
group_add(struct draft_group *g, const uint8_t *part, size_t n)
{
	if (g->p.len + n > sizeof(g->plain)) {
		g->plain[0] = 1;
		seal(g, g->plain, g->p.len);
		begin_record(g);
	}
	wr_bytes(&g->p, part, n);
	g->n_part++;
}

enum rc
group_end(struct draft_group *g, struct err *reterr)
{
	seal(g, g->plain, g->p.len);
	crypto_wipe(g->plain, g->p.len);
	if (g->bad) {
		return err_set(reterr, RC_NOMEM, 0, "draft",
			"no memory for the open sale: close other programs");
	}
	return RC_OK;
}
