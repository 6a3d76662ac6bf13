/* SPDX-License-Identifier: Apache-2.0 */
/* A scale that speaks NCI: a letter and CR; its unit is in the answer. */
#include "sim/plate.h"
#include "sim/sim_devices.h"

#include "base/poison.h"

struct nci {
	struct plate plate; /* first: its functions are given the state */
	uint8_t letter;     /* that CR ends; 0 none */
};

static enum rc
open_nci(void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	struct nci *s = state;

	return plate_open(&s->plate, &sim_nci, opt, n, reterr);
}

static void
put_status(const struct plate *p, struct mono now, struct sim_out *out)
{
	uint8_t a = 0x30, b = 0x30;
	char text[16];
	struct sbuf t;

	a |= plate_moves(p, now) ? 0x01 : 0;
	a |= plate_grams(p) == 0 ? 0x02 : 0;
	b |= plate_under(p) ? 0x01 : 0;
	b |= plate_over(p) ? 0x02 : 0;
	b |= p->fault ? 0x08 : 0;
	sbuf_init(&t, text, sizeof(text));
	if (p->tare != 0) {
		sbuf_printf(&t, "\nS%c%c4\r\003", a, b | 0x40);
	} else {
		sbuf_printf(&t, "\nS%c%c\r\003", a, b);
	}
	(void)sim_put(out, t.p, t.len);
}

static void
put_weight(const struct plate *p, struct mono now, struct sim_out *out)
{
	int64_t d = plate_digits(p, p->pounds, p->pounds ? 2 : 3);
	int64_t one = p->pounds ? 100 : 1000;
	char text[24];
	struct sbuf b;

	if (!plate_moves(p, now) && !plate_over(p) && !plate_under(p) &&
		!p->fault && plate_grams(p) != 0) {
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, "\n%0*lld.%0*lld%s\r", p->pounds ? 3 : 2,
			(long long)(d / one), p->pounds ? 2 : 3,
			(long long)(d % one), p->pounds ? "LB" : "KG");
		(void)sim_put(out, b.p, b.len);
		sim_say(out, "%lld g", (long long)plate_grams(p));
	}
	put_status(p, now, out);
}

static void
obey(struct nci *s, struct mono now, struct sim_out *out)
{
	switch (s->letter) {
	case 'W':
		put_weight(&s->plate, now, out);
		break;
	case 'S':
		put_status(&s->plate, now, out);
		break;
	case 'Z':
		plate_zero(&s->plate);
		put_status(&s->plate, now, out);
		break;
	default:
		(void)sim_put(out, "\n?\r\003", 4);
		break;
	}
}

static void
step_nci(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct nci *s = state;

	for (size_t i = 0; i < n; i++) {
		uint8_t b = in[i] & 0x7f;

		if (b == '\r' && s->letter != 0) {
			obey(s, now, out);
			s->letter = 0;
		} else {
			s->letter = b != '\r' ? b : 0;
		}
	}
}

static enum rc
tell_nci(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	struct nci *s = state;

	return plate_tell(&s->plate, &sim_nci, now, line, out, reterr);
}

static void
show_nci(const void *state, struct sbuf *out)
{
	const struct nci *s = state;

	plate_show(&s->plate, out);
}

const struct sim_device sim_nci = {
	.name = "nci",
	.summary = "a scale that speaks NCI",
	.commands = PLATE_COMMANDS,
	.state_size = sizeof(struct nci),
	.open = open_nci,
	.step = step_nci,
	.tell = tell_nci,
	.show = show_nci,
};
