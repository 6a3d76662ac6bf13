/* SPDX-License-Identifier: Apache-2.0 */
#include "main/put.h"

#include "base/poison.h"

void
put_item(struct json *j, const struct item *item, enum code_kind kind)
{
	json_str(j, "code", item->code);
	json_str(j, "kind", code_kind_name(kind));
	json_str(j, "name", item->name);
	json_i64(j, "price", item->price.minor);
	json_str(j, "tax", item->tax);
	if (item->dept[0] != '\0') {
		json_str(j, "department", item->dept);
	}
	if (item->min_age > 0) {
		json_u64(j, "age", item->min_age);
	}
	if (item->unit[0] != '\0') {
		json_str(j, "unit", item->unit);
	}
	if (item->tare != 0) {
		json_i64(j, "tare", item->tare);
	}
	if (item->deposit[0] != '\0') {
		json_str(j, "deposit", item->deposit);
	}
	if (item->groups[0] != '\0') {
		json_str(j, "groups", item->groups);
	}
}
