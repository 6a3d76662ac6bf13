/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_PUT_H
#define MAIN_PUT_H

#include "base/json.h"
#include "core/item.h"

/** put - parts of answers that several verbs print. */

/** put_item(j, item, kind): code, kind, name, price, tax, dept, and what else
 * there is of it, as members of the open object. */
void put_item(
	struct json *j, const struct item *item, enum code_kind kind);

#endif
