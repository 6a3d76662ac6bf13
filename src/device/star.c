/* SPDX-License-Identifier: Apache-2.0 */
#include "device/star.h"

#include <string.h>

#include "base/i18n.h"
#include "base/sbuf.h"
#include "device/escpos_status.h"
#include "device/paper.h"
#include "device/torn.h"

#include "base/poison.h"

#define CHUNK 256u
#define SPAN_MAX 2048u
#define CLEAR "\x1e\x18\x1b@" /* the end of a barcode, and of a line */
#define MS INT64_C(1000)
#define HELLO_US (2000 * MS)
#define STALL_US (20000 * MS)
#define DONE_US (20000 * MS)
#define DONE_LINE_US (200 * MS)
#define OWED_US (5000 * MS)  /* what was left in its buffer is worked off */
#define POLL_US (1000 * MS)  /* while a job is out, or something is wrong */
#define PAUSE_US (2000 * MS) /* nobody who is well waits longer */
#define GAP_US (500 * MS)
#define STATUS_MAX 15u
#define STATUS_MIN 7u
#define ETB 0x17

enum phase {
	PHASE_IDLE,
	PHASE_HELLO,
	PHASE_SEND,
	PHASE_WAIT
};

struct star_state {
	struct printer_profile profile;
	unsigned pin;
	bool write_only, greet, paused, blind, silent;
	enum phase phase;

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
	uint8_t from;    /* when the job began */
	uint8_t owed;    /* ETBs that may still be counted */
	struct mono poll;

	bool pulse;
	uint32_t pulse_id;

	uint32_t job;
	const uint8_t *p;
	size_t n, at;
	bool fresh;
	size_t widest; /* command of the job */
	struct torn torn;
	struct mono since;
	int64_t done_us;
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

	if (out->n_urgent + sizeof(status) <= sizeof(out->urgent)) {
		memcpy(out->urgent + out->n_urgent, status, sizeof(status));
		out->n_urgent += sizeof(status);
	}
	s->greet = false;
	s->poll.us = now.us + POLL_US;
}

static bool
asks(const struct star_state *s, struct mono now)
{
	bool held = s->paused && s->phase == PHASE_SEND &&
		    now.us - s->paused_at.us >= PAUSE_US;

	return !s->write_only && (s->trouble != 0 || s->phase == PHASE_WAIT ||
					 s->phase == PHASE_HELLO || held);
}

/* BEL and SUB wait behind what is printed, FS and EM do not. */
static void
pulse(struct star_state *s, struct device_out *out)
{
	uint8_t bytes[16];
	size_t n = paper_star_prnt.pulse(&s->profile, s->pin, bytes);

	if (s->trouble != 0 || out->backlog > 0 || s->paused) {
		bytes[n - 1] = s->pin == 0 ? 0x1c : 0x19;
		if (n > sizeof(out->urgent) - out->n_urgent) {
			return;
		}
		memcpy(out->urgent + out->n_urgent, bytes, n);
		out->n_urgent += n;
	} else if (s->phase == PHASE_SEND || !device_out_put(out, bytes, n)) {
		return; /* not between the bytes of a command */
	}
	if (device_out_event(out, DEVICE_JOB_DONE, s->pulse_id) != NULL) {
		s->pulse = false;
	}
}

/* --- the job -------------------------------------------------------------- */

static bool
finish(struct star_state *s, struct device_out *out,
	enum device_event_kind kind, const char *text)
{
	struct device_event *e = device_out_event(out, kind, s->job);
	struct sbuf b;

	if (e == NULL) {
		return false;
	}
	sbuf_init(&b, e->text, sizeof(e->text));
	sbuf_puts(&b, text);
	if (kind == DEVICE_JOB_UNKNOWN &&
		(s->trouble == 0 || s->phase == PHASE_SEND)) {
		torn_tear(&s->torn, s->at > 0 ? s->widest : 0);
	}
	torn_kept(&s->torn, kind == DEVICE_JOB_DONE);
	s->phase = PHASE_IDLE;
	s->p = NULL;
	s->n = 0;
	s->at = 0;
	return true;
}

static void
enter(struct star_state *s, enum phase phase, struct mono now)
{
	s->phase = phase;
	s->since = now;
}

static void
start(struct star_state *s, struct mono now, struct device_out *out)
{
	int64_t lines = 0;

	s->fresh = false;
	s->blind = false;
	for (size_t i = 0; i < s->n; i++) {
		lines += s->p[i] == '\n' ? 1 : 0;
	}
	s->done_us = DONE_US + lines * DONE_LINE_US;
	s->widest = torn_longest(star_span, s->p, s->n);
	if (s->write_only) {
		enter(s, PHASE_SEND, now);
		return;
	}
	s->heard = false;
	ask(s, now, out);
	enter(s, PHASE_HELLO, now);
}

static void
step_hello(struct star_state *s, struct mono now)
{
	bool late = now.us - s->since.us >= HELLO_US;

	/* its count stands still: nothing is owed any more */
	if (s->owed > 0 && now.us - s->since.us < OWED_US) {
		return;
	}
	if (s->trouble == 0 && (s->heard || late)) {
		s->owed = 0;
		s->blind = !s->heard;
		s->from = s->counter;
		enter(s, PHASE_SEND, now);
	}
}

static struct mono
patience(const struct star_state *s, int64_t us)
{
	struct mono at = s->trouble != 0 ? s->heard_at : s->since;

	at.us += s->trouble != 0 ? STALL_US : us;
	return at;
}

/* Whole commands: a question or a pulse may come behind any piece. */
static size_t
piece(const struct star_state *s)
{
	size_t n = 0;

	while (s->at + n < s->n && n < CHUNK) {
		size_t span = star_span(s->p + s->at + n, s->n - s->at - n);

		if (n > 0 && n + span > CHUNK) {
			break;
		}
		n += span < SPAN_MAX ? span : SPAN_MAX;
	}
	return n;
}

static void
step_send(struct star_state *s, struct mono now, struct device_out *out)
{
	static const uint8_t etb = ETB;
	size_t n = piece(s);

	if (out->backlog > 0 || s->paused) {
		if (now.us >= patience(s, STALL_US).us) {
			(void)finish(s, out,
				s->at > 0 ? DEVICE_JOB_UNKNOWN
					  : DEVICE_JOB_FAILED,
				"the printer takes no data");
		}
	} else if (n > 0) {
		(void)device_out_put(out, s->p + s->at, n);
		s->at += n;
		s->since = now;
	} else if (s->write_only) {
		(void)finish(s, out, DEVICE_JOB_DONE, "");
	} else if (device_out_put(out, &etb, 1)) {
		s->poll.us = now.us + POLL_US / 4;
		enter(s, PHASE_WAIT, now);
	}
}

static void
step_wait(struct star_state *s, struct mono now, struct device_out *out)
{
	uint8_t counted = (uint8_t)(s->counter - s->from) & 0x1f;
	struct device_event *e;
	struct sbuf b;

	/* it counts one by one: from nothing on again once it was off */
	if (s->counts && !s->blind && counted > s->owed + 1u) {
		s->owed = 0;
		(void)finish(s, out, DEVICE_JOB_UNKNOWN,
			"the printer was switched off");
		return;
	}
	if (s->counts && !s->blind && counted > s->owed && s->trouble == 0) {
		if (finish(s, out, DEVICE_JOB_DONE, "")) {
			s->owed = 0;
		}
		return;
	}
	if (now.us < patience(s, s->done_us).us) {
		return;
	}
	if (s->trouble != 0) {
		s->owed = (uint8_t)((s->owed + 1 - counted) & 0x1f);
		(void)finish(s, out, DEVICE_JOB_UNKNOWN,
			printer_trouble_text(s->trouble));
		return;
	}
	s->owed = 0;
	e = s->silent ? NULL : device_out_event(out, DEVICE_SILENT, 0);
	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, "no answer from the printer: switch it on; one "
			      "that never answers needs status = none");
		s->silent = true;
	}
	(void)finish(s, out, DEVICE_JOB_UNKNOWN, "the printer fell silent");
}

/* --- the machine ---------------------------------------------------------- */

static void
set_deadline(
	const struct star_state *s, struct mono now, struct device_out *out)
{
	struct mono at = s->since;

	if (asks(s, now)) {
		device_out_by(out, s->poll);
	} else if (s->paused && s->phase == PHASE_SEND && !s->write_only) {
		struct mono by = s->paused_at;

		by.us += PAUSE_US;
		device_out_by(out, by);
	}
	switch (s->phase) {
	case PHASE_HELLO:
		at.us += s->owed > 0 ? OWED_US : HELLO_US;
		if (s->trouble == 0) {
			device_out_by(out, at);
		}
		break;
	case PHASE_SEND:
		if (out->n_byte > 0 || out->backlog > 0 || s->paused) {
			at = patience(s, STALL_US);
		}
		device_out_by(out, at);
		break;
	case PHASE_WAIT:
		device_out_by(out, patience(s, s->done_us));
		break;
	case PHASE_IDLE:
	default:
		break;
	}
}

static void
star_step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct star_state *s = state;
	bool bad = s->trouble != 0;

	torn_mend(&s->torn, now, out, CLEAR, sizeof(CLEAR) - 1);
	for (size_t i = 0; i < in->n; i++) {
		take_byte(s, in->p[i], now, out);
	}
	if (bad && s->trouble == 0) {
		s->since = now; /* the printer goes on by itself */
	}
	/* a full buffer has room again behind a few rows */
	if (s->paused && in->n > 0 && s->heard_at.us == now.us &&
		s->trouble == 0 && now.us - s->paused_at.us >= PAUSE_US) {
		s->paused = false;
	}
	if (s->silent && s->heard && s->heard_at.us == now.us &&
		device_out_event(out, DEVICE_PAPER_OK, 0) != NULL) {
		s->silent = false;
	}
	if (s->pulse) {
		pulse(s, out);
	}
	if (s->fresh) {
		start(s, now, out);
	} else if (s->greet || (asks(s, now) && now.us >= s->poll.us)) {
		ask(s, now, out);
	}
	if (s->phase == PHASE_HELLO) {
		step_hello(s, now);
	}
	if (s->phase == PHASE_SEND && out->n_byte == 0) {
		step_send(s, now, out);
	} else if (s->phase == PHASE_WAIT) {
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
	torn_tear(&s->torn, s->at > 0 ? s->widest : 0);
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
	struct torn torn = s->torn;
	enum rc rc;

	memset(s, 0, sizeof(*s));
	s->torn = torn;
	rc = printer_profile_of(conf, &s->profile, reterr);
	s->pin = strcmp(device_opt_text(&star_driver, conf, "pin"), "5") == 0;
	s->write_only = write_only ||
			s->profile.status == PRINTER_STATUS_NONE ||
			s->profile.done == PRINTER_DONE_NONE;
	s->greet = !s->write_only;
	s->drawer = -1;
	return rc;
}

static enum rc
star_job(void *state, uint32_t id, const uint8_t *p, size_t n)
{
	struct star_state *s = state;

	if (s->phase != PHASE_IDLE || s->fresh) {
		return RC_AGAIN;
	}
	s->job = id;
	s->p = p;
	s->n = n;
	s->at = 0;
	s->fresh = true;
	return RC_OK;
}

static size_t
star_progress(const void *state)
{
	const struct star_state *s = state;

	return s->at;
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

	if (s->pulse) {
		return RC_AGAIN;
	}
	s->pulse = true;
	s->pulse_id = id;
	return RC_OK;
}

static const struct printer_ops star_ops = {
	star_job, star_progress, star_language};
static const struct drawer_ops star_drawer_ops = {star_drawer};

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
