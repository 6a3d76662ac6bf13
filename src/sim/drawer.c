/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cash drawers on a line of their own: apg, which needs its time before a pulse
 * does anything, and bytes, which also answers how it stands.  Both take the
 * options of their drivers, so that one line of a configuration fits both ends;
 * modem lines they have none: a pseudo-terminal has none.
 */
#include "device/drawer.h"

#include <string.h>

#include "sim/sim_devices.h"

#include "base/poison.h"

#define BYTES_MAX 32
#define OPTS_MAX 8

struct mark {
	uint8_t p[BYTES_MAX];
	size_t n;
};

struct drawer {
	struct mark open, ask, is_open, is_shut;
	int64_t settle_us, interval_us;
	bool charging; /* since the next step */
	struct mono ready;
	bool stands_open, jammed;
	uint8_t tail[BYTES_MAX];
	size_t n_tail;
	unsigned pulses;
};

static void
take_mark(const struct device_driver *d, const struct device_conf *conf,
	const char *name, struct mark *ret)
{
	ret->n = device_opt_bytes(d, conf, name, ret->p, sizeof(ret->p));
}

static enum rc
open_any(const struct device_driver *d, struct drawer *s,
	const struct sim_opt opt[], size_t n, struct err *reterr)
{
	struct device_opt_value value[OPTS_MAX];
	struct device_conf conf = {.name = "sim",
		.driver = d->name,
		.port = "file:/none",
		.opt = value,
		.n_opt = n};
	enum rc rc;

	if (n > OPTS_MAX) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"a drawer takes at most %d options: take some out",
			OPTS_MAX);
	}
	for (size_t i = 0; i < n; i++) {
		value[i].key = opt[i].key;
		value[i].value = opt[i].value;
	}
	rc = device_conf_check(&conf, d->class_, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	take_mark(d, &conf, "open", &s->open);
	take_mark(d, &conf, "ask", &s->ask);
	take_mark(d, &conf, "is_open", &s->is_open);
	take_mark(d, &conf, "is_shut", &s->is_shut);
	s->settle_us = device_opt_number(d, &conf, "settle") * 1000000;
	s->interval_us = device_opt_number(d, &conf, "interval") * 1000000;
	s->charging = true;
	return RC_OK;
}

static enum rc
apg_open(void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	return open_any(&apg_driver, state, opt, n, reterr);
}

static enum rc
bytes_open(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	return open_any(&bytes_driver, state, opt, n, reterr);
}

static void
plug(void *state, bool in)
{
	struct drawer *s = state;

	s->charging = in;
	s->n_tail = 0;
}

/* --- what comes in -------------------------------------------------------- */

static bool
ends_with(const struct drawer *s, const struct mark *m)
{
	return m->n > 0 && m->n <= s->n_tail &&
	       memcmp(s->tail + s->n_tail - m->n, m->p, m->n) == 0;
}

static void
answer(struct drawer *s, struct sim_out *out)
{
	const struct mark *m = s->stands_open ? &s->is_open : &s->is_shut;

	(void)sim_put(out, m->p, m->n);
}

static void
pulse(struct drawer *s, struct mono now, struct sim_out *out)
{
	if (now.us < s->ready.us) {
		sim_say(out, "too early: nothing happens for %lld ms",
			(long long)((s->ready.us - now.us) / 1000));
		return;
	}
	s->ready.us = now.us + s->interval_us;
	s->pulses++;
	if (s->jammed) {
		sim_say(out, "it clicks, and stays shut");
		return;
	}
	s->stands_open = true;
	sim_say(out, "open");
	answer(s, out);
}

static void
step(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct drawer *s = state;

	if (s->charging) {
		s->charging = false;
		s->ready.us = now.us + s->settle_us;
	}
	for (size_t i = 0; i < n; i++) {
		if (s->n_tail == sizeof(s->tail)) {
			memmove(s->tail, s->tail + 1, --s->n_tail);
		}
		s->tail[s->n_tail++] = in[i];
		if (ends_with(s, &s->open)) {
			s->n_tail = 0;
			pulse(s, now, out);
		} else if (ends_with(s, &s->ask)) {
			s->n_tail = 0;
			answer(s, out);
		}
	}
}

/* --- who stands in front of it -------------------------------------------- */

static enum rc
tell_any(const struct sim_device *d, struct drawer *s, const char *line,
	struct sim_out *out, struct err *reterr)
{
	const char *rest = "";

	if (sim_is(line, "shut", &rest) && rest[0] == '\0') {
		s->stands_open = false;
		sim_say(out, "shut");
		answer(s, out);
	} else if (sim_is(line, "pull", &rest) && rest[0] == '\0') {
		s->stands_open = true;
		sim_say(out, "opened with the key");
		answer(s, out);
	} else if (sim_is(line, "jam", &rest) &&
		   (strcmp(rest, "on") == 0 || strcmp(rest, "off") == 0)) {
		s->jammed = rest[1] == 'n';
	} else {
		return sim_unknown(d, line, reterr);
	}
	return RC_OK;
}

static enum rc
apg_tell(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	(void)now;
	return tell_any(&sim_apg, state, line, out, reterr);
}

static enum rc
bytes_tell(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	(void)now;
	return tell_any(&sim_bytes, state, line, out, reterr);
}

static void
show(const void *state, struct sbuf *out)
{
	const struct drawer *s = state;

	sbuf_printf(out, "%s, pulsed %u times\n",
		s->stands_open ? "open" : "shut", s->pulses);
}

const struct sim_device sim_apg = {
	.name = "apg",
	.summary = "an APG drawer: 12 s to charge, 6 s between pulses",
	.commands = "shut\npull\njam on|off",
	.state_size = sizeof(struct drawer),
	.open = apg_open,
	.plug = plug,
	.step = step,
	.tell = apg_tell,
	.show = show,
};

const struct sim_device sim_bytes = {
	.name = "bytes",
	.summary = "a drawer that bytes open, and that answers how it stands",
	.commands = "shut\npull\njam on|off",
	.state_size = sizeof(struct drawer),
	.open = bytes_open,
	.plug = plug,
	.step = step,
	.tell = bytes_tell,
	.show = show,
};
