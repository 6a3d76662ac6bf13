/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/printer.h"

#include <string.h>

#include "device/codepage.h"

#include "base/poison.h"

#define OPTS_MAX 24
#define BUSY_AT 128u /* bytes left */
#define READY_AT 256u

enum rc
sim_printer_open(struct sim_printer *s, const struct sim_device *d,
	const struct sim_opt opt[], size_t n, struct err *reterr)
{
	struct device_opt_value value[OPTS_MAX];
	struct device_conf conf = {.name = "sim",
		.driver = d->name,
		.port = "file:/none",
		.opt = value};
	enum rc rc;

	s->sensor = true;
	for (size_t i = 0; i < n && conf.n_opt < OPTS_MAX; i++) {
		if (strcmp(opt[i].key, "sensor") == 0) {
			s->sensor = strcmp(opt[i].value, "none") != 0;
			s->sensor_low = strcmp(opt[i].value, "low") == 0;
		} else if (strcmp(opt[i].key, "xonxoff") == 0) {
			s->xonxoff = strcmp(opt[i].value, "yes") == 0;
		} else {
			value[conf.n_opt].key = opt[i].key;
			value[conf.n_opt++].value = opt[i].value;
		}
	}
	rc = device_conf_check(&conf, DEVICE_PRINTER, reterr);
	if (rc == RC_OK) {
		rc = printer_profile_of(&conf, &s->profile, reterr);
	}
	sheet_init(&s->sheet, s->profile.cols, s->profile.dots);
	s->paper = true;
	s->on = true;
	s->out_after = -1;
	s->page = s->profile.page[0].n;
	return rc;
}

bool
sim_printer_works(const struct sim_printer *s)
{
	return s->on && s->paper && !s->cover_open && !s->jammed;
}

bool
sim_printer_contact(const struct sim_printer *s)
{
	return !s->sensor || s->drawer_open == s->sensor_low;
}

/* --- being told ----------------------------------------------------------- */

static bool
tell_paper(struct sim_printer *s, const char *rest)
{
	int64_t lines = 0;

	if (strcmp(rest, "out") == 0) {
		s->paper = false;
	} else if (strcmp(rest, "low") == 0) {
		s->low = true;
	} else if (strcmp(rest, "ok") == 0) {
		s->paper = true;
		s->low = false;
		s->out_after = -1;
	} else if (sim_is(rest, "out", &rest) &&
		   sim_number(rest, 0, 10000, &lines, NULL) == RC_OK) {
		s->out_after = (int)lines;
	} else {
		return false;
	}
	return true;
}

/* "open" or "shut" and their like. */
static bool
tell_flag(const char *rest, const char *yes, const char *no, bool *flag)
{
	if (strcmp(rest, yes) != 0 && strcmp(rest, no) != 0) {
		return false;
	}
	*flag = strcmp(rest, yes) == 0;
	return true;
}

bool
sim_printer_tell(struct sim_printer *s, const char *line, bool *ret_known,
	struct sim_out *out)
{
	const char *rest = "";
	bool was_on = s->on;
	bool was_open = s->drawer_open;
	bool known = false;

	if (sim_is(line, "paper", &rest)) {
		known = tell_paper(s, rest);
	} else if (sim_is(line, "cover", &rest)) {
		known = tell_flag(rest, "open", "shut", &s->cover_open);
	} else if (sim_is(line, "cutter", &rest)) {
		known = tell_flag(rest, "jam", "ok", &s->jammed);
	} else if (sim_is(line, "drawer", &rest)) {
		known = tell_flag(rest, "open", "shut", &s->drawer_open);
	} else if (sim_is(line, "power", &rest)) {
		known = tell_flag(rest, "on", "off", &s->on);
	} else if (strcmp(line, "silent") == 0 || strcmp(line, "answer") == 0) {
		s->mute = line[0] == 's';
		known = true;
	} else if (strcmp(line, "new roll") == 0) {
		sheet_new(&s->sheet);
		known = true;
	}
	if (was_on && !s->on) {
		s->n_buffer = 0;
		s->flags = 0;
		s->page = s->profile.page[0].n;
	}
	if (was_open && !s->drawer_open) {
		sim_say(out, "shut the drawer");
	}
	*ret_known = known;
	return known;
}

/* --- what all of them do -------------------------------------------------- */

void
sim_printer_pulse(struct sim_printer *s, unsigned pin, struct sim_out *out)
{
	s->pulses[pin]++;
	s->drawer_open = true;
	sim_say(out, "opened drawer %u, time %u", pin + 1, s->pulses[pin]);
}

void
sim_printer_sign(struct sim_printer *s, uint8_t byte)
{
	const struct codepage *page = NULL;
	int32_t cp = byte;

	for (size_t i = 0; i < s->profile.n_page; i++) {
		if (s->profile.page[i].n == s->page) {
			page = codepage_find(s->profile.page[i].page);
		}
	}
	if (byte >= 0x80) {
		cp = page != NULL ? page->high[byte - 0x80] : '?';
	}
	sheet_put(&s->sheet, cp != 0 ? cp : '?', s->flags);
}

void
sim_printer_line(struct sim_printer *s, struct sim_out *out)
{
	sheet_line(&s->sheet);
	if (s->out_after > 0 && --s->out_after == 0) {
		s->out_after = -1;
		s->paper = false;
		sim_say(out, "paper out");
	}
}

void
sim_printer_cut(struct sim_printer *s, struct sim_out *out)
{
	sheet_cut(&s->sheet);
	s->jobs++;
	sim_say(out, "job %u is out", s->jobs);
}

void
sim_printer_keep(struct sim_printer *s, uint8_t byte, struct sim_out *out)
{
	static const uint8_t xoff = 0x13;

	if (s->n_buffer == sizeof(s->buffer)) {
		s->lost++;
		sim_say(out, "lost %zu bytes: the buffer is full", s->lost);
		return;
	}
	s->buffer[s->n_buffer++] = byte;
	if (s->xonxoff && !s->off_sent &&
		sizeof(s->buffer) - s->n_buffer <= BUSY_AT) {
		s->off_sent = sim_put(out, &xoff, 1);
	}
}

/* So many bytes of the buffer were worked off. */
static void
drop(struct sim_printer *s, size_t n, struct sim_out *out)
{
	static const uint8_t xon = 0x11;

	memmove(s->buffer, s->buffer + n, s->n_buffer - n);
	s->n_buffer -= n;
	if (s->off_sent && sizeof(s->buffer) - s->n_buffer >= READY_AT) {
		s->off_sent = !sim_put(out, &xon, 1);
	}
}

void
sim_printer_work(struct sim_printer *s, sim_printer_one_fn one, void *state,
	struct sim_out *out)
{
	size_t at = 0;

	while (at < s->n_buffer && sim_printer_works(s)) {
		size_t n = one(state, s->buffer + at, s->n_buffer - at, out);

		if (n == 0) {
			break;
		}
		at += n;
	}
	drop(s, at, out);
}

void
sim_printer_unknown(
	struct sim_printer *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	s->unknown++;
	sim_say(out, "unknown command %02X %02X %02X", (unsigned)p[0],
		n > 1 ? (unsigned)p[1] : 0u, n > 2 ? (unsigned)p[2] : 0u);
}
