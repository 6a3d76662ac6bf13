/* SPDX-License-Identifier: Apache-2.0 */
/* A CAS scale: ENQ, ACK, DC1, block. */
#include "sim/plate.h"
#include "sim/sim_devices.h"

#include "base/poison.h"

#define ENQ 0x05
#define DC1 0x11

static enum rc
open_cas(void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	return plate_open(state, &sim_cas, opt, n, reterr);
}

static void
put_block(const struct plate *p, struct mono now, struct sim_out *out)
{
	int64_t grams = plate_grams(p);
	int64_t d = plate_digits(p, p->pounds, 3);
	char text[24];
	uint8_t check = 0;
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "\001\002");
	sbuf_putc(&b, plate_moves(p, now) ? 'U' : 'S');
	if (plate_over(p) || p->fault) {
		sbuf_puts(&b, "FFFFFFF");
	} else {
		if (grams < 0) {
			d = (-grams) % 100000;
		}
		sbuf_printf(&b, "%c%02lld.%03lld", plate_under(p) ? '-' : ' ',
			(long long)(d / 1000 % 100), (long long)(d % 1000));
	}
	sbuf_puts(&b, p->pounds ? "lb" : "kg");
	for (size_t i = 2; i < b.len; i++) {
		check ^= (uint8_t)b.p[i];
	}
	(void)sim_put(out, b.p, b.len);
	(void)sim_put(out, &check, 1);
	(void)sim_put(out, "\003\004", 2);
	sim_say(out, "%lld g", (long long)grams);
}

static void
step_cas(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	const struct plate *p = state;

	for (size_t i = 0; i < n; i++) {
		if (in[i] == ENQ) {
			(void)sim_put(out, "\006", 1);
		} else if (in[i] == DC1) {
			put_block(p, now, out);
		}
	}
}

static enum rc
tell_cas(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	return plate_tell(state, &sim_cas, now, line, out, reterr);
}

static void
show_cas(const void *state, struct sbuf *out)
{
	plate_show(state, out);
}

const struct sim_device sim_cas = {
	.name = "cas",
	.summary = "a CAS scale",
	.commands = PLATE_COMMANDS,
	.state_size = sizeof(struct plate),
	.open = open_cas,
	.step = step_cas,
	.tell = tell_cas,
	.show = show_cas,
};
