/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "main/actor.h"
#include "register/move.h"

#include "base/poison.h"

static const char usage[] =
	"move here|copy --why TEXT " ACTOR_USAGE " [--store DIR] [--json]";

#define WHY_MAX 200

struct move {
	const struct args *args;
	const char *why;
	bool copy;
	struct actor actor;
	bool done;      /* there was something to say */
	uint32_t epoch; /* of a copy */
};

static int
say(const struct move *m)
{
	char text[256];
	struct sbuf b;
	struct json j;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(m->args)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_bool(&j, "moved", m->done);
		if (m->epoch != 0) {
			json_u64(&j, "epoch", m->epoch);
		}
		json_obj_end(&j);
	} else if (!m->done) {
		sbuf_puts(&b, "the register is on its machine: nothing is "
			      "recorded");
	} else if (m->copy) {
		sbuf_printf(&b, "both go on: this one in epoch %lu",
			(unsigned long)m->epoch);
	} else {
		sbuf_puts(&b, "the register is on this machine now; the other "
			      "one sells no more");
	}
	sbuf_putc(&b, '\n');
	return args_put(m->args, b.p, b.len);
}

/* The attempt, and who was wrong, are lines of the epoch before. */
static enum rc
run(struct move *m, struct err *reterr)
{
	struct shop_conf conf = args_shop(m->args, SHOP_WRITE);
	const char *actor = actor_no(&m->actor);
	struct shop *s = NULL;
	struct event given;
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (s->read_only) {
		rc = err_set(reterr, RC_IO, 0, "move", "%s", s->trouble);
	} else if (s->moved) {
		m->done = true;
		rc = actor_admit(&m->actor, s, PERMIT_KEYS,
			event_type_name(EVENT_REGISTER_MOVED), &given, reterr);
	}
	if (rc == RC_OK && m->done && !m->copy) {
		rc = move_here(s, m->why, actor, &given, reterr);
	}
	shop_close(s);
	if (rc == RC_OK && m->done && m->copy) {
		rc = move_copy(&conf, m->why, actor, &given, &m->epoch, reterr);
	}
	return rc;
}

int
verb_move(int argc, char *argv[])
{
	struct move m = {0};
	const struct opt opt[] = {
		{"why", OPT_TEXT, &m.why}, ACTOR_OPTS(m.actor)};
	const char *wrong = NULL;
	struct err e = {0};
	struct args a;
	int status;
	enum rc rc;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 1);
	if (status >= 0) {
		return status;
	}
	m.args = &a;
	m.copy = strcmp(a.rest[0], "copy") == 0;
	if (!m.copy && strcmp(a.rest[0], "here") != 0) {
		wrong = "say here, the other machine sells no more, or copy, "
			"both go on";
	} else if (m.why == NULL || m.why[0] == '\0' ||
		   strlen(m.why) > WHY_MAX) {
		wrong = "--why takes the reason, in at most 200 bytes";
	}
	wrong = wrong == NULL ? actor_read(&m.actor) : wrong;
	if (wrong != NULL) {
		status = args_usage(&a, usage, wrong);
	} else {
		rc = run(&m, &e);
		status = rc == RC_OK ? say(&m) : args_fail(&a, rc, &e);
	}
	actor_done(&m.actor);
	args_done(&a);
	return status;
}
