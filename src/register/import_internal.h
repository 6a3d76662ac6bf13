/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_IMPORT_INTERNAL_H
#define REGISTER_IMPORT_INTERNAL_H

#include "base/csv.h"
#include "register/import.h"

/** Columns that a file may have: unit, tare, deposit, groups. */
#define IMPORT_MORE 4
extern const char *const import_more_names[IMPORT_MORE];

/** import_more(c, field, item, ret_at): those of a row, NULL where the column
 * is not there; IMPORT_REASON_COUNT, or why the row is refused and the field
 * that it is for. */
enum import_reason import_more(const struct config *c,
	const struct csv_field *const field[IMPORT_MORE], struct item *item,
	const struct csv_field **ret_at);

#endif
