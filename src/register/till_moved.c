/* SPDX-License-Identifier: Apache-2.0 */
/* A register whose data was copied from another machine: nothing is sold before
 * somebody said what became of that one. */
#include <string.h>

#include "base/i18n.h"
#include "register/till_proof.h"

/* behind shop.h's own headers: config.h is the register's here */
#include "register/shop_internal.h"

#include "base/poison.h"

bool
till_moved_port(void *arg, struct event *ret)
{
	const struct till *t = arg;

	return t->shop->moved &&
	       shop_machine_event(t->shop, "here", NULL, ret) > 0;
}

bool
till_waits(const struct input *in)
{
	static const enum command may[] = {
		CMD_MV, CMD_CL, CMD_SO, CMD_LK, CMD_SV, CMD_UL, CMD_SY};
	struct entry en;

	if (in->kind == INPUT_SCAN || in->kind == INPUT_EXACT ||
		in->kind == INPUT_WEIGHT) {
		return true;
	}
	if (in->kind != INPUT_ENTRY) {
		return false;
	}
	entry_parse(in->text, in->len, &en);
	for (size_t i = 0; en.kind == ENTRY_COMMAND && i < ARRAY_LEN(may);
		i++) {
		if (en.command == may[i]) {
			return false;
		}
	}
	return en.kind != ENTRY_EMPTY;
}

const char *
till_moved_note(const struct till *t)
{
	return t->shop->moved
		       ? _("This data was copied from another machine. If that "
			   "one sells no more, key MV and why; if both go on: "
			   "holdfast move copy.")
		       : "";
}

bool
till_moved_stops(struct till *t, const struct input *in)
{
	if (!t->shop->moved || !till_waits(in)) {
		return false;
	}
	till_people_refuse(t, WORD_MOVED, till_moved_note(t));
	return true;
}
