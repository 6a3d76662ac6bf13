/* SPDX-License-Identifier: Apache-2.0 */
/* Which machine the register is on: a store that was copied to another one must
 * say so before both sell. */
#include <stdlib.h>
#include <string.h>

#include "base/machine.h"
#include "register/shop_internal.h"

#include "base/poison.h"

void
shop_machine_look(struct shop *s)
{
	struct shop_own *o = s->own;
	const char *known = s->state.machine;

	machine_here(o->reg, o->machine);
	o->machine_due = o->machine[0] != '\0' && known[0] == '\0';
	s->moved = o->machine[0] != '\0' && known[0] != '\0' &&
		   strcmp(o->machine, known) != 0;
}

size_t
shop_machine_event(
	const struct shop *s, const char *how, const char *why, struct event *e)
{
	const struct shop_own *o = s->own;

	memset(e, 0, sizeof(*e));
	if (!s->moved && !o->machine_due) {
		return 0;
	}
	e->type = EVENT_REGISTER_MOVED;
	if (s->moved) {
		e->data.moved.from = s->state.machine;
	}
	e->data.moved.to = o->machine;
	e->data.moved.how = how;
	e->data.moved.why = why;
	return 1;
}

/* What leads to the answer, what is told of who tried to give it, and that
 * somebody looked: what a copy holds may be all that is left. */
static bool
may_precede(enum event_type type)
{
	switch ((int)type) {
	case EVENT_REGISTER_MOVED:
	case EVENT_REGISTER_RESTORED:
	case EVENT_OPERATOR_SIGNED_ON:
	case EVENT_OPERATOR_SIGNED_OFF:
	case EVENT_OPERATOR_ATTEMPTED:
	case EVENT_OPERATOR_REFUSED:
	case EVENT_OPERATOR_UNLOCKED:
	case EVENT_APPROVAL_GIVEN:
	case EVENT_APPROVAL_REFUSED:
	case EVENT_REGISTER_LOCKED:
	case EVENT_REGISTER_UNLOCKED:
	case EVENT_GLASS_BROKEN:
	case EVENT_EXPORT_DONE:
	case EVENT_REPORT_PRINTED:
		return true;
	default:
		return false;
	}
}

enum rc
shop_machine_admit(const struct shop *s, const struct event ev[], size_t n,
	struct err *reterr)
{
	for (size_t i = 0; s->moved && i < n; i++) {
		if (!may_precede(ev[i].type)) {
			return err_set(reterr, RC_DENIED, 0, "shop_record",
				"this data was copied from another machine: "
				"'holdfast move' says which of the two sells");
		}
	}
	return RC_OK;
}

void
shop_machine_follow(struct shop *s)
{
	s->moved = false;
	s->own->machine_due = false;
}
