/* SPDX-License-Identifier: Apache-2.0 */
#include "device/star.h"

#include <string.h>

#include "base/i18n.h"
#include "device/escpos_status.h"
#include "device/paper.h"
#include "device/printer_job.h"

#include "base/poison.h"

#define CLEAR "\x1e\x18\x1b@" /* the end of a barcode, and of a line */
#define MS PRINTER_MS
#define OWED_US (5000 * MS) /* what was left in its buffer is worked off */
#define POLL_US (1000 * MS) /* while a job is out, or something is wrong */
#define GAP_US (500 * MS)
#define STATUS_MAX 15u
#define STATUS_MIN 7u
#define ETB 0x17

struct star_state {
	struct printer_profile profile;
	unsigned pin;
	unsigned own_pin, next_pin; /* of the pulse that is asked next */
	struct printer_job j;
	bool paused;

	/* what it says */
	uint8_t part[STATUS_MAX];
	size_t n_part, len;
	struct mono part_at, heard_at, paused_at;
	bool heard;
	unsigned trouble;
	bool low;
	int drawer;
	bool counts;     /* there is a counter */
	uint8_t counter; /* of ETBs */
	uint8_t first;   /* when the job began */
	uint8_t owed;    /* ETBs that may still be counted */
	struct mono poll;
};

/* --- what it says --------------------------------------------------------- */

static size_t
status_len(uint8_t first)
{
	return (first >> 1 & 7u) | (first >> 2 & 8u);
}

static void
take_status(struct star_state *s, struct device_out *out)
{
	const uint8_t *a = s->part;
	unsigned bad = 0;
	bool low = (a[5] & 0x04) != 0;

	bad |= (a[2] & 0x08) != 0 ? PRINTER_OFFLINE : 0u;
	bad |= (a[2] & 0x20) != 0 ? PRINTER_COVER : 0u;
	bad |= (a[3] & 0x08) != 0 ? PRINTER_CUTTER : 0u;
	bad |= (a[3] & 0x44) != 0 ? PRINTER_ERROR : 0u;
	bad |= (a[3] & 0x20) != 0 ? PRINTER_FATAL : 0u;
	bad |= (a[5] & 0x08) != 0 ? PRINTER_PAPER : 0u;
	s->trouble = printer_trouble(s->trouble, bad, out);
	if (!low || s->low ||
		device_out_event(out, DEVICE_PAPER_LOW, 0) != NULL) {
		s->low = low;
	}
	s->drawer = printer_drawer(s->drawer, (a[2] & 0x04) != 0, out);
	if (s->len > 7) {
		s->counter = (uint8_t)((a[7] >> 1 & 7u) | (a[7] >> 2 & 0x18u));
		s->counts = true;
	}
	s->heard = true;
}

static void
take_byte(struct star_state *s, uint8_t b, struct mono now,
	struct device_out *out)
{
	if (b == 0x11 || b == 0x13) {
		s->paused = b == 0x13;
		s->paused_at = now;
		return;
	}
	if (s->n_part > 0 && now.us - s->part_at.us > GAP_US) {
		s->n_part = 0; /* the rest never came */
	}
	s->part_at = now;
	if (s->n_part == 0) {
		s->len = status_len(b);
		if ((b & 0x91) != 0x01 || s->len < STATUS_MIN) {
			return;
		}
	} else if ((b & 0x91) != 0x00) {
		s->n_part = 0; /* no status has such a byte */
		return;
	}
	s->part[s->n_part++] = b;
	if (s->n_part == s->len) {
		s->n_part = 0;
		s->heard_at = now;
		take_status(s, out);
	}
}

/* --- asking and opening --------------------------------------------------- */

static void
ask(struct star_state *s, struct mono now, struct device_out *out)
{
	static const uint8_t status[] = {0x1b, 0x06, 0x01};

	if (printer_job_between(&s->j, out)) {
		(void)printer_urgent(out, status, sizeof(status));
	}
	s->j.greet = false;
	s->poll.us = now.us + POLL_US;
}

static bool
asks(const struct star_state *s, struct mono now)
{
	bool held = s->paused && s->j.phase == PHASE_SEND &&
		    now.us - s->paused_at.us >= PRINTER_PAUSE_US;

	return !s->j.write_only &&
	       (s->trouble != 0 || s->j.phase == PHASE_WAIT ||
		       s->j.phase == PHASE_HELLO || held);
}

/* BEL and SUB wait behind what is printed, FS and EM do not. */
static void
pulse(struct star_state *s, struct mono now, struct device_out *out)
{
	uint8_t bytes[16];
	size_t n = paper_star_prnt.pulse(&s->profile, s->pin, bytes);

	if (s->trouble != 0 || out->backlog > 0 || s->paused) {
		bytes[n - 1] = s->pin == 0 ? 0x1c : 0x19;
		if (!printer_job_at_once(&s->j, now, out) ||
			!printer_urgent(out, bytes, n)) {
			return;
		}
	} else if (s->j.phase == PHASE_SEND || !device_out_put(out, bytes, n)) {
		return; /* not between the bytes of a command */
	}
	if (device_out_event(out, DEVICE_JOB_DONE, s->j.pulse_id) != NULL) {
		s->j.pulse = false;
	}
}

/* --- the job -------------------------------------------------------------- */

static bool
finish(struct star_state *s, struct device_out *out,
	enum device_event_kind kind, const char *text)
{
	return printer_job_end(&s->j, s->trouble == 0, out, kind, text);
}

static void
start(struct star_state *s, struct mono now, struct device_out *out)
{
	if (printer_job_begin(&s->j, now)) {
		s->heard = false;
		ask(s, now, out);
	}
}

static void
step_hello(struct star_state *s, struct mono now)
{
	bool late = now.us - s->j.since.us >= PRINTER_HELLO_US;

	/* its count stands still: nothing is owed any more */
	if (s->owed > 0 && now.us - s->j.since.us < OWED_US) {
		return;
	}
	if (s->trouble == 0 && (s->heard || late)) {
		s->owed = 0;
		s->j.blind = !s->heard;
		s->first = s->counter;
		printer_job_enter(&s->j, PHASE_SEND, now);
	}
}

static struct mono
patience(const struct star_state *s, int64_t us)
{
	struct mono at = s->trouble != 0 ? s->heard_at : s->j.since;

	at.us += s->trouble != 0 ? PRINTER_STALL_US : us;
	return at;
}

static void
step_send(struct star_state *s, struct mono now, struct device_out *out)
{
	static const uint8_t etb = ETB;

	if (printer_job_send(&s->j, now, s->paused,
		    patience(s, PRINTER_STALL_US), out) &&
		device_out_put(out, &etb, 1)) {
		s->poll.us = now.us + POLL_US / 4;
		printer_job_enter(&s->j, PHASE_WAIT, now);
	}
}

static void
step_wait(struct star_state *s, struct mono now, struct device_out *out)
{
	uint8_t counted = (uint8_t)(s->counter - s->first) & 0x1f;

	/* it counts one by one: from nothing on again once it was off */
	if (s->counts && !s->j.blind && counted > s->owed + 1u) {
		s->owed = 0;
		(void)finish(s, out, DEVICE_JOB_UNKNOWN,
			"the printer was switched off");
		return;
	}
	if (s->counts && !s->j.blind && counted > s->owed && s->trouble == 0) {
		if (finish(s, out, DEVICE_JOB_DONE, "")) {
			s->owed = 0;
		}
		return;
	}
	if (now.us < patience(s, s->j.done_us).us) {
		return;
	}
	if (s->trouble != 0) {
		s->owed = (uint8_t)((s->owed + 1 - counted) & 0x1f);
		(void)finish(s, out, DEVICE_JOB_UNKNOWN,
			printer_trouble_text(s->trouble));
		return;
	}
	s->owed = 0;
	printer_job_silent(&s->j, out);
	(void)finish(s, out, DEVICE_JOB_UNKNOWN, "the printer fell silent");
}

/* --- the machine ---------------------------------------------------------- */

static void
set_deadline(
	const struct star_state *s, struct mono now, struct device_out *out)
{
	struct mono at = s->j.since;

	if (asks(s, now)) {
		device_out_by(out, s->poll);
	} else if (s->paused && s->j.phase == PHASE_SEND && !s->j.write_only) {
		struct mono by = s->paused_at;

		by.us += PRINTER_PAUSE_US;
		device_out_by(out, by);
	}
	if (s->j.phase == PHASE_HELLO && s->trouble == 0) {
		at.us += s->owed > 0 ? OWED_US : PRINTER_HELLO_US;
		device_out_by(out, at);
	}
	printer_job_by(&s->j, s->paused, patience(s, PRINTER_STALL_US),
		patience(s, s->j.done_us), out);
}

static void
star_step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct star_state *s = state;
	bool bad = s->trouble != 0;

	torn_mend(&s->j.torn, now, out, CLEAR, sizeof(CLEAR) - 1);
	for (size_t i = 0; i < in->n; i++) {
		take_byte(s, in->p[i], now, out);
	}
	if (bad && s->trouble == 0) {
		s->j.since = now; /* the printer goes on by itself */
	}
	/* a full buffer has room again behind a few rows */
	if (s->paused && in->n > 0 && s->heard_at.us == now.us &&
		s->trouble == 0 &&
		now.us - s->paused_at.us >= PRINTER_PAUSE_US) {
		s->paused = false;
	}
	if (s->heard && s->heard_at.us == now.us) {
		printer_job_heard(&s->j, out);
	}
	if (s->j.pulse) {
		pulse(s, now, out);
	}
	if (s->j.fresh) {
		start(s, now, out);
	} else if (s->j.greet || (asks(s, now) && now.us >= s->poll.us)) {
		ask(s, now, out);
	}
	if (s->j.phase == PHASE_HELLO) {
		step_hello(s, now);
	}
	if (s->j.phase == PHASE_SEND && out->n_byte == 0) {
		step_send(s, now, out);
	} else if (s->j.phase == PHASE_WAIT) {
		step_wait(s, now, out);
	}
	set_deadline(s, now, out);
}

static void
star_lost(void *state, struct mono now, struct device_out *out)
{
	struct star_state *s = state;

	(void)now;
	(void)out;
	printer_job_lost(&s->j);
}

static enum rc
star_check(const struct device_conf *conf, struct err *reterr)
{
	struct printer_profile f;

	return printer_profile_of(conf, &f, reterr);
}

static enum rc
star_open(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	struct star_state *s = state;
	struct printer_job j = s->j;
	enum rc rc;

	memset(s, 0, sizeof(*s));
	s->j = j;
	rc = printer_profile_of(conf, &s->profile, reterr);
	s->pin = strcmp(device_opt_text(&star_driver, conf, "pin"), "5") == 0;
	s->own_pin = s->pin;
	s->next_pin = s->pin;
	printer_job_init(&s->j, star_span,
		write_only || s->profile.status == PRINTER_STATUS_NONE ||
			s->profile.done == PRINTER_DONE_NONE);
	s->drawer = -1;
	return rc;
}

static enum rc
star_job(void *state, uint32_t id, const uint8_t *p, size_t n)
{
	struct star_state *s = state;

	return printer_job_take(&s->j, id, p, n);
}

static size_t
star_progress(const void *state)
{
	const struct star_state *s = state;

	return s->j.at;
}

static const struct paper_language *
star_language(const struct device_conf *conf)
{
	return strcmp(device_opt_text(&star_driver, conf, "dialect"), "line") ==
			       0
		       ? &paper_star_line
		       : &paper_star_prnt;
}

static enum rc
star_drawer(void *state, uint32_t id)
{
	struct star_state *s = state;
	enum rc rc = printer_job_pulse(&s->j, id);

	if (rc == RC_OK) {
		s->pin = s->next_pin;
		s->next_pin = s->own_pin;
	}
	return rc;
}

static void
star_pin(void *state, unsigned pin)
{
	struct star_state *s = state;

	s->next_pin = pin;
}

static const struct printer_ops star_ops = {
	star_job, star_progress, star_language, NULL};
static const struct drawer_ops star_drawer_ops = {star_drawer, star_pin};

static const struct device_opt star_opt[] = {PRINTER_OPTIONS("star"),
	{"dialect", N_("the language its switches are set to"), "prnt",
		DEVICE_OPT_WORD, 0, 0, "line prnt"}};

const struct device_driver star_driver = {.name = "star",
	.summary = "receipt printers that speak Star Line or StarPRNT",
	.class_ = DEVICE_PRINTER,
	.line = {9600, 8, 'N', 1, FLOW_DTRDSR},
	.opt = star_opt,
	.n_opt = ARRAY_LEN(star_opt),
	.state_size = sizeof(struct star_state),
	.check = star_check,
	.open = star_open,
	.step = star_step,
	.lost = star_lost,
	.printer = &star_ops,
	.drawer = &star_drawer_ops};
