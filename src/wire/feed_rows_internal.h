/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_FEED_ROWS_INTERNAL_H
#define WIRE_FEED_ROWS_INTERNAL_H

#include "base/csv.h"
#include "base/sbuf.h"
#include "wire/feed_rows.h"
#include "wire/flat.h"

/** What a row may hold, of whatever feed. */
enum feed_cell {
	CELL_CODE,
	CELL_NAME,
	CELL_PRICE,
	CELL_TAX,
	CELL_DEPT,
	CELL_AGE,
	CELL_UNIT,
	CELL_TARE,
	CELL_DEPOSIT,
	CELL_GROUPS,
	CELL_VALID_FROM,
	CELL_DELETED,
	CELL_TEXT,
	CELL_NUMBER,
	CELL_ROLE,
	CELL_ACTIVE,
	CELL_PIN,
	CELL_BADGES,
	CELL_COUNT
};

/** One of them; p is NULL where it is not there. */
struct feed_value {
	const char *p; /* text, or of a list the texts, each with its NUL */
	size_t n;
	bool number; /* JSON: i */
	bool list;   /* JSON: n texts */
	int64_t i;
};

#define FEED_ROW_ARENA (2 * FEED_BODY_BYTES + 65536)

struct feed_rows {
	const struct feed_rows_opts *opts;
	struct feed_rows_result *result;
	size_t column[CELL_COUNT]; /* CSV; SIZE_MAX none */
	size_t n_column;
	struct feed_value v[CELL_COUNT];
	unsigned had; /* TEXT_* of the row's texts */
	char *room;   /* of the arena */
	struct arena arena;
	char *body; /* FEED_BODY_BYTES + 1 */
	struct sbuf out;
	struct feed_person person;
	char words[FEED_BADGES + 3][ITEM_NAME_BYTES];
};

/** feed_row_goods(), _text(), _person(): the row at hand as an item;
 * FEED_REFUSAL_COUNT, or why not, and *ret_at the value. */
enum feed_refusal feed_row_goods(struct feed_rows *r, struct feed_row *row,
	const struct feed_value **ret_at);
enum feed_refusal feed_row_text(struct feed_rows *r, struct feed_row *row,
	const struct feed_value **ret_at);
enum feed_refusal feed_row_person(struct feed_rows *r, struct feed_row *row,
	const struct feed_value **ret_at);

/** feed_row_word(r, cell, out, cap): cleaned; false: it is cut. */
bool feed_row_word(
	struct feed_rows *r, enum feed_cell cell, char *out, size_t cap);

#endif
