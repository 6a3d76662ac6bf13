/* SPDX-License-Identifier: Apache-2.0 */
/* A Mettler-Toledo 8217: each command is one letter. */
#include "sim/plate.h"
#include "sim/sim_devices.h"

#include "base/poison.h"

static enum rc
open_8217(void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	return plate_open(state, &sim_8217, opt, n, reterr);
}

static void
put_status(const struct plate *p, struct mono now, struct sim_out *out)
{
	uint8_t s[] = {0x02, '?', 0x40, 0x0d};

	s[2] |= plate_moves(p, now) ? 0x01 : 0;
	s[2] |= plate_over(p) ? 0x02 : 0;
	s[2] |= plate_under(p) ? 0x04 : 0;
	s[2] |= p->fault ? 0x08 : 0;
	s[2] |= plate_grams(p) == 0 ? 0x10 : 0;
	s[2] |= p->tare != 0 ? 0x20 : 0;
	(void)sim_put(out, s, sizeof(s));
	sim_say(out, "status %02X", s[2]);
}

static void
put_weight(const struct plate *p, struct mono now, struct sim_out *out)
{
	int64_t d = plate_digits(p, p->pounds, p->pounds ? 2 : 3);
	int64_t one = p->pounds ? 100 : 1000;
	char text[24];
	struct sbuf b;

	if (plate_moves(p, now) || plate_over(p) || plate_under(p) ||
		p->fault || plate_grams(p) == 0) {
		put_status(p, now, out);
		return;
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "\002%0*lld.%0*lld%s\r", p->pounds ? 3 : 2,
		(long long)(d / one), p->pounds ? 2 : 3, (long long)(d % one),
		p->tare != 0 ? "N" : "");
	(void)sim_put(out, b.p, b.len);
	sim_say(out, "%lld g", (long long)plate_grams(p));
}

static void
step_8217(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct plate *p = state;

	for (size_t i = 0; i < n; i++) {
		switch (in[i] & 0x7f) {
		case 'W':
			put_weight(p, now, out);
			break;
		case 'Z':
			plate_zero(p);
			put_status(p, now, out);
			break;
		case 'T':
			plate_tare(p);
			put_status(p, now, out);
			break;
		case 'C':
			plate_clear(p);
			put_status(p, now, out);
			break;
		case 'A':
			(void)sim_put(out, "\002\r", 2);
			break;
		case 'B':
			(void)sim_put(out, "\002?@\r", 4);
			break;
		default:
			break;
		}
	}
}

static enum rc
tell_8217(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	return plate_tell(state, &sim_8217, now, line, out, reterr);
}

static void
show_8217(const void *state, struct sbuf *out)
{
	plate_show(state, out);
}

const struct sim_device sim_8217 = {
	.name = "8217",
	.summary = "a Mettler-Toledo 8217 scale",
	.commands = PLATE_COMMANDS,
	.state_size = sizeof(struct plate),
	.open = open_8217,
	.step = step_8217,
	.tell = tell_8217,
	.show = show_8217,
};
