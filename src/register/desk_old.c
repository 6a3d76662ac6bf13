/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The desk of older programs, in a file of its own beside the draft: bound to
 * "holdfast-desk", format (u8, 1) and the file's id (zeros for record 0).
 * Little-endian:
 *
 *   record 0   format (u8), id (16)
 *   change     1 (u8), mark: sale (16), next line number, lines, lines not on
 *              file (u32 each), items (i64), head (u64); flags (u8: 1 the
 *              first entry is at stake, 2 a text follows), entries that are
 *              done (u16), the text (u16 length and bytes), then until the
 *              end entries that are new (u16 length and bytes each)
 */
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "register/draft_internal.h"

#include "base/poison.h"

#define DESK_FORMAT 1
#define RECORD_CHANGE 1
#define FILE_BYTES ((size_t)64 << 20)

struct walk {
	struct desk *desk;
	struct sealed_walk file;
	struct sealed_as as;
	uint8_t id[UUID_BYTES];
	uint8_t plain[SEALED_PLAIN_MAX];
	size_t n_plain;
};

static bool
next_record(struct walk *k)
{
	return sealed_next(
		&k->file, &k->as, k->plain, sizeof(k->plain), &k->n_plain);
}

static bool
get_mark(struct rd *r, struct desk_old_mark *m)
{
	const uint8_t *sale = rd_bytes(r, UUID_BYTES);

	if (sale == NULL) {
		return false;
	}
	memcpy(m->sale, sale, UUID_BYTES);
	m->next_no = rd_u32le(r);
	m->n_line = rd_u32le(r);
	m->n_unknown = rd_u32le(r);
	m->items = rd_i64le(r);
	m->head = rd_u64le(r);
	return !r->bad;
}

static bool
take_records(struct walk *k, struct desk_old_mark *ret)
{
	bool found = false;

	if (!next_record(k) ||
		!sealed_first(k->plain, k->n_plain, DESK_FORMAT, k->id)) {
		return false;
	}
	while (next_record(k)) {
		struct desk_old_mark mark;
		struct rd r;

		rd_init(&r, k->plain, k->n_plain);
		if (rd_u8(&r) != RECORD_CHANGE || !get_mark(&r, &mark) ||
			!draft_desk_take(k->desk, &r, false)) {
			break;
		}
		*ret = mark;
		found = true;
	}
	return found;
}

enum rc
desk_old_load(const char *path, const uint8_t *key, struct desk *desk,
	struct desk_old_mark *ret, bool *ret_found, struct err *reterr)
{
	struct walk *k;
	uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc = file_load(path, FILE_BYTES, &p, &n, reterr);

	*ret_found = false;
	if (rc != RC_OK) {
		return rc == RC_NOTFOUND || rc == RC_RANGE ? RC_OK : rc;
	}
	k = calloc(1, sizeof(*k));
	if (k == NULL) {
		free(p);
		return err_set(reterr, RC_NOMEM, 0, "desk",
			"no memory for what waits: close other programs");
	}
	k->desk = desk;
	k->file.p = p;
	k->file.n = n;
	k->as = (struct sealed_as){.what = "holdfast-desk",
		.format = DESK_FORMAT,
		.id = k->id,
		.key = key};
	*ret_found = take_records(k, ret);
	crypto_wipe(k->plain, sizeof(k->plain));
	free(k);
	free(p);
	return RC_OK;
}

/* A sale that has fewer lines than it had, without a word in the journal, or
 * is gone, was lost with the last second before a power cut: nothing of it was
 * done later than the mark. */
bool
desk_old_moved(const struct desk_old_mark *then, const struct basket *b)
{
	static const uint8_t none[UUID_BYTES];
	const uint8_t *now = b->n_line > 0 ? b->id : none;

	if (memcmp(then->sale, now, UUID_BYTES) != 0) {
		return memcmp(then->sale, none, UUID_BYTES) == 0;
	}
	if (then->next_no != b->next_no) {
		return b->next_no > then->next_no;
	}
	return then->n_line != b->n_line || then->n_unknown != b->n_unknown ||
	       then->items != b->items.milli;
}
