/* SPDX-License-Identifier: Apache-2.0 */
/* A Magellan on a single cable: a scale that scans. */
#include <string.h>

#include "sim/plate.h"
#include "sim/sim_devices.h"

#include "base/poison.h"

#define MESSAGE 8

struct magellan {
	struct plate plate;
	char message[MESSAGE]; /* up to CR */
	size_t n;
	bool owes; /* S11: when the goods lie still */
};

static enum rc
open_magellan(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	struct magellan *s = state;

	return plate_open(&s->plate, &sim_magellan, opt, n, reterr);
}

static void
put_weight(const struct plate *p, const char *head, struct sim_out *out)
{
	char text[24];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%s%0*lld\r", head, p->pounds ? 4 : 5,
		(long long)plate_digits(p, p->pounds, p->pounds ? 2 : 3));
	(void)sim_put(out, b.p, b.len);
	sim_say(out, "%lld g", (long long)plate_grams(p));
}

static void
put_state(const struct plate *p, struct mono now, struct sim_out *out)
{
	if (p->fault) {
		(void)sim_put(out, "S140\r", 5);
	} else if (plate_over(p)) {
		(void)sim_put(out, "S142\r", 5);
	} else if (plate_moves(p, now)) {
		(void)sim_put(out, "S141\r", 5);
	} else if (plate_under(p)) {
		(void)sim_put(out, "S145\r", 5);
	} else if (plate_grams(p) == 0) {
		(void)sim_put(out, "S143\r", 5);
	} else {
		put_weight(p, "S144", out);
	}
}

static void
step_magellan(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct magellan *s = state;
	struct plate *p = &s->plate;

	for (size_t i = 0; i < n; i++) {
		char c = (char)(in[i] & 0x7f);

		if (c != '\r') {
			s->message[s->n] = c;
			s->n += s->n + 1 < MESSAGE ? 1 : 0;
			continue;
		}
		s->message[s->n] = '\0';
		s->n = 0;
		if (strcmp(s->message, "S14") == 0) {
			put_state(p, now, out);
		}
		s->owes = s->owes || strcmp(s->message, "S11") == 0;
	}
	if (s->owes && !plate_moves(p, now) && !plate_over(p) &&
		!plate_under(p) && !p->fault && plate_grams(p) > 0) {
		s->owes = false;
		put_weight(p, "S11", out);
	} else if (s->owes && now.us < p->still.us) {
		sim_by(out, p->still);
	}
}

/* The message of a symbol, by how many digits it has. */
static enum rc
scan(const char *code, struct sim_out *out, struct err *reterr)
{
	size_t n = strlen(code);
	char text[80];
	struct sbuf b;

	if (n == 0 || n > 48) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"a symbol has 1 to 48 characters");
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "S08%s%s\r",
		n == 13   ? "F"
		: n == 12 ? "A"
		: n == 8  ? "FF"
			  : "B3",
		code);
	(void)sim_put(out, b.p, b.len);
	sim_say(out, "scan %s", code);
	return RC_OK;
}

static enum rc
tell_magellan(void *state, struct mono now, const char *line,
	struct sim_out *out, struct err *reterr)
{
	struct magellan *s = state;
	const char *rest = line;

	if (sim_is(line, "scan", &rest)) {
		return scan(rest, out, reterr);
	}
	return plate_tell(&s->plate, &sim_magellan, now, line, out, reterr);
}

static void
show_magellan(const void *state, struct sbuf *out)
{
	const struct magellan *s = state;

	plate_show(&s->plate, out);
}

const struct sim_device sim_magellan = {
	.name = "magellan",
	.summary = "a scanner with a scale on a single cable",
	.commands = "scan CODE\n" PLATE_COMMANDS,
	.state_size = sizeof(struct magellan),
	.open = open_magellan,
	.step = step_magellan,
	.tell = tell_magellan,
	.show = show_magellan,
};
