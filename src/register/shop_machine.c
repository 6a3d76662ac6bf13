/* SPDX-License-Identifier: Apache-2.0 */
/* Which machine the register is on: a store that was copied to another one must
 * say so before both sell. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "register/shop_internal.h"

#include "base/poison.h"

#define MACHINE_FILE "/etc/machine-id"
#define MACHINE_MAX ((size_t)4096)
#define LABEL "holdfast machine 1"

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The file's own text never leaves the machine: machine-id(5) asks for that. */
void
shop_machine_here(const uint8_t reg[UUID_BYTES], char out[MACHINE_TEXT_BYTES])
{
	/* one process, no threads */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *path = getenv("HOLDFAST_MACHINE_ID");
	uint8_t hash[HASH_BYTES];
	struct sha256_state state;
	uint8_t *p = NULL;
	size_t n = 0;

	out[0] = '\0';
	path = path != NULL ? path : MACHINE_FILE;
	if (path[0] == '\0' ||
		file_load(path, MACHINE_MAX, &p, &n, NULL) != RC_OK) {
		return;
	}
	while (n > 0 && is_blank(p[n - 1])) {
		n--;
	}
	/* an image that never started has this, or nothing, in it */
	if (n > 0 && (n != 13 || memcmp(p, "uninitialized", 13) != 0)) {
		sha256_start(&state);
		sha256_add(&state, LABEL, sizeof(LABEL));
		sha256_add(&state, reg, UUID_BYTES);
		sha256_add(&state, p, n);
		sha256_end(&state, hash);
		hex_encode(out, hash, sizeof(hash));
	}
	free(p);
}

void
shop_machine_look(struct shop *s)
{
	struct shop_own *o = s->own;
	const char *known = s->state.machine;

	shop_machine_here(o->reg, o->machine);
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
