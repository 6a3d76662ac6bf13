/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "device/escpos_driver.h"
#include "device/escpos_status.h"
#include "device/paper.h"
#include "device/printer_job.h"

#include "base/poison.h"

#define WELL_AGAIN 2 /* on line, says nothing, and was in trouble */
#define MS PRINTER_MS
#define TROUBLE_US (600000 * MS) /* paper is changed, and it cannot be asked */
#define POLL_US (5000 * MS)      /* while something is wrong */
#define POLL_ASK_US (1000 * MS)  /* and it tells nothing by itself */
#define OWED_US (500 * MS)       /* between answers with nothing between */

struct escpos_state {
	struct printer_job j;
	struct printer_profile profile;
	unsigned pin;
	unsigned own_pin, next_pin; /* of the pulse that is asked next */
	unsigned owed; /* answers to questions of jobs that were given up */
	bool probe;    /* a question stands behind those */
	struct escpos_status status;
	struct mono poll; /* the next question in real time */
	uint8_t question; /* the last one */
};

static bool
finish(struct escpos_state *s, struct device_out *out,
	enum device_event_kind kind, const char *text)
{
	return printer_job_end(&s->j, s->status.trouble == 0, out, kind, text);
}

/* --- asking --------------------------------------------------------------- */

static void
hello(struct escpos_state *s, struct mono now, struct device_out *out)
{
	static const uint8_t both[] = {0x1d, 'a', 0xff, 0x10, 0x04, 0x01};
	bool by_itself = s->profile.status == PRINTER_STATUS_AUTO;

	(void)device_out_put(
		out, by_itself ? both : both + 3, by_itself ? 6 : 3);
	s->j.greet = false;
	s->status.asked = 1;
	s->status.well = -1; /* its answer to this says nothing new */
	s->question = 1;
	s->poll.us = now.us + POLL_ASK_US;
}

/* On line or not, and of one that tells nothing by itself: why not. */
static uint8_t
next_question(const struct escpos_state *s)
{
	if (s->status.asb || s->status.ready) {
		return 1;
	}
	switch (s->question) {
	case 1:
		return 2;
	case 2:
		return 4;
	default:
		return 1;
	}
}

/* It told to wait, and nobody who is well waits so long. */
static bool
is_held(const struct escpos_state *s, struct mono now)
{
	return s->status.paused && s->j.phase == PHASE_SEND &&
	       now.us - s->status.paused_at.us >= PRINTER_PAUSE_US;
}

/* A printer that cannot print is asked again and again: somebody mends it, or
 * it was switched off meanwhile; and one that told to wait, too: that may have
 * been noise, or the word to go on was lost. */
static void
poll(struct escpos_state *s, struct mono now, struct device_out *out)
{
	uint8_t ask[] = {0x10, 0x04, 1};
	bool held = is_held(s, now);
	bool slow = s->status.asb && !held;

	if (s->j.write_only || (s->status.trouble == 0 && !held) ||
		now.us < s->poll.us) {
		return;
	}
	s->poll.us = now.us + (slow ? POLL_US : POLL_ASK_US);
	if (!printer_job_between(&s->j, out)) {
		return;
	}
	s->question = next_question(s);
	s->status.asked = s->question;
	ask[2] = s->question;
	(void)printer_urgent(out, ask, sizeof(ask));
}

/* --- the drawer ----------------------------------------------------------- */

/* Between two commands it is a command like others; of a printer that takes
 * nothing any more it is asked in real time. */
static void
pulse(struct escpos_state *s, struct mono now, struct device_out *out)
{
	const uint8_t now_at_once[] = {0x10, 0x14, 0x01, (uint8_t)s->pin, 0x01};
	bool stuck = out->backlog > 0 || s->status.paused;
	uint8_t bytes[16];

	if (s->j.pulse_at.us == 0) {
		s->j.pulse_at = now;
	}
	if (s->status.trouble != 0 ||
		(stuck && now.us >= s->j.pulse_at.us + PRINTER_PULSE_US)) {
		if (!printer_job_at_once(&s->j, now, out)) {
			return;
		}
		(void)printer_urgent(out, now_at_once, sizeof(now_at_once));
	} else if (stuck ||
		   !device_out_put(out, bytes,
			   paper_escpos.pulse(&s->profile, s->pin, bytes))) {
		return;
	}
	if (device_out_event(out, DEVICE_JOB_DONE, s->j.pulse_id) != NULL) {
		s->j.pulse = false;
	}
}

/* --- the job -------------------------------------------------------------- */

static void
start(struct escpos_state *s, struct mono now, struct device_out *out)
{
	if (!printer_job_begin(&s->j, now)) {
		return;
	}
	s->status.heard = false;
	hello(s, now, out);
	s->probe = s->owed > 0 && device_out_put(out, "\x1dr\x01", 3);
	s->status.answer = 0;
}

/* Whether nothing is owed any more.  Answers come in their order, and between
 * the last one that is owed and the one to the probe there is nothing to print:
 * behind a single answer the others come at once, or the printer was switched
 * off meanwhile and has forgotten them. */
static bool
is_settled(struct escpos_state *s, struct mono now)
{
	if (s->probe && (s->status.answer > s->owed ||
				(s->status.answer > 0 &&
					now.us - s->status.at.us >= OWED_US) ||
				now.us - s->j.since.us >= PRINTER_DONE_US)) {
		s->probe = false;
		s->owed = 0;
	}
	return !s->probe;
}

static void
step_hello(struct escpos_state *s, struct mono now)
{
	bool late = now.us - s->j.since.us >= PRINTER_HELLO_US;

	if (s->status.trouble == 0 && !is_settled(s, now)) {
		return;
	}
	if (s->status.heard && s->status.trouble == 0) {
		printer_job_enter(&s->j, PHASE_SEND, now);
	} else if (late && s->status.trouble == 0) {
		s->j.blind = true;
		printer_job_enter(&s->j, PHASE_SEND, now);
	}
	/* else nothing of it was sent, and it waits for paper */
}

/* Until when to wait.  A printer that says what is wrong goes on by itself
 * when somebody has mended it: as long as it says so. */
static struct mono
patience(const struct escpos_state *s, int64_t us)
{
	struct mono at = s->j.since;

	at.us += us;
	if (s->status.trouble != 0) {
		at.us = s->status.at.us +
			(s->status.real ? PRINTER_STALL_US : TROUBLE_US);
	}
	return at;
}

static void
job_id(uint32_t job, char out[4])
{
	for (unsigned i = 0; i < 4; i++) {
		out[i] = (char)(0x20 + (job >> 6 * i & 0x3f));
	}
}

static void
ask_done(struct escpos_state *s, struct mono now, struct device_out *out)
{
	static const uint8_t status[] = {0x1d, 'r', 0x01};
	uint8_t id[] = {0x1d, '(', 'H', 6, 0, 0x30, 0x30, 0, 0, 0, 0};
	char text[4];

	s->status.answer = 0;
	s->status.has_id = false;
	if (s->profile.done == PRINTER_DONE_ID) {
		job_id(s->j.id, text);
		memcpy(id + 7, text, sizeof(text));
		(void)device_out_put(out, id, sizeof(id));
	} else {
		(void)device_out_put(out, status, sizeof(status));
	}
	printer_job_enter(&s->j, PHASE_WAIT, now);
}

static bool
is_done(const struct escpos_state *s)
{
	char id[4];

	if (s->profile.done == PRINTER_DONE_ID) {
		job_id(s->j.id, id);
		return s->status.has_id &&
		       memcmp(id, s->status.id, sizeof(id)) == 0;
	}
	return s->status.answer > s->owed;
}

static void
step_wait(struct escpos_state *s, struct mono now, struct device_out *out)
{
	const char *why = s->j.blind ? "no answer from the printer"
				     : "the printer fell silent";

	if (is_done(s) && s->status.trouble == 0) {
		if (finish(s, out, DEVICE_JOB_DONE, "")) {
			s->owed = 0;
		}
		return;
	}
	if (now.us < patience(s, s->j.done_us).us) {
		return;
	}
	/* what stands in its buffer answers when it goes on; one that is
	 * silent without cause has lost it */
	s->owed = s->status.trouble != 0 ? s->owed + 1 : 0;
	if (s->status.trouble == 0) {
		printer_job_silent(&s->j, out);
	}
	(void)finish(s, out, DEVICE_JOB_UNKNOWN,
		s->status.trouble != 0 ? printer_trouble_text(s->status.trouble)
				       : why);
}

/* --- the machine ---------------------------------------------------------- */

static void
set_deadline(const struct escpos_state *s, struct device_out *out)
{
	struct mono at = s->j.since;

	if (s->j.write_only) {
		/* it is never asked */
	} else if (s->status.trouble != 0) {
		device_out_by(out, s->poll);
	} else if (s->status.paused && s->j.phase == PHASE_SEND) {
		struct mono by = s->status.paused_at;

		by.us += PRINTER_PAUSE_US;
		device_out_by(out, by.us > s->poll.us ? by : s->poll);
	}
	if (s->j.pulse) {
		struct mono by = s->j.pulse_at;

		by.us += PRINTER_PULSE_US;
		device_out_by(out, by);
	}
	if (s->j.phase == PHASE_HELLO) {
		at.us += s->probe ? PRINTER_DONE_US : PRINTER_HELLO_US;
		if (s->status.trouble == 0) {
			device_out_by(out, at);
		}
		if (s->probe && s->status.answer > 0 &&
			s->status.trouble == 0) {
			at.us = s->status.at.us + OWED_US;
			device_out_by(out, at);
		}
	}
	printer_job_by(&s->j, s->status.paused, patience(s, PRINTER_STALL_US),
		patience(s, s->j.done_us), out);
}

static void
hear(struct escpos_state *s, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	bool bad = s->status.trouble != 0;

	for (size_t i = 0; i < in->n; i++) {
		escpos_status_take(&s->status, in->p[i], now, out);
	}
	if (bad && s->status.trouble == 0) {
		s->j.since = now; /* the printer goes on by itself */
	}
	/* a full buffer has room again behind a few rows */
	if (s->status.paused && in->n > 0 && s->status.ready &&
		s->status.real_at.us == now.us && s->status.trouble == 0 &&
		now.us - s->status.paused_at.us >= PRINTER_PAUSE_US) {
		s->status.paused = false;
	}
	if (s->status.heard && in->n > 0 && s->status.trouble == 0) {
		printer_job_heard(&s->j, out);
	}
}

/* What was wrong is over, it says when it is asked, and did not say so by
 * itself: it was switched off and on, has forgotten that it should tell, and
 * all it had taken. */
static void
forgot(struct escpos_state *s, struct mono now, struct device_out *out)
{
	bool out_there = s->j.phase == PHASE_WAIT ||
			 (s->j.phase == PHASE_SEND && s->j.at > 0);

	if (s->status.trouble == 0 || !s->status.asb ||
		s->status.well < (out_there ? WELL_AGAIN : 1)) {
		return;
	}
	if (!out_there) {
		hello(s, now, out);
		return;
	}
	/* what is asked in this step would go with the job */
	s->status.well = 0;
	s->j.greet = true;
	s->owed = 0;
	(void)finish(
		s, out, DEVICE_JOB_UNKNOWN, "the printer was switched off");
}

static void
escpos_step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct escpos_state *s = state;

	hear(s, now, in, out);
	torn_mend(&s->j.torn, now, out, "\x1b@", 2);
	if (s->j.pulse) {
		pulse(s, now, out);
	}
	if (s->j.fresh) {
		start(s, now, out);
	} else if (s->j.greet) {
		hello(s, now, out);
	}
	if (s->j.phase == PHASE_HELLO) {
		step_hello(s, now);
	}
	if (s->j.phase == PHASE_SEND && out->n_byte == 0) {
		if (printer_job_send(&s->j, now, s->status.paused,
			    patience(s, PRINTER_STALL_US), out)) {
			ask_done(s, now, out);
		}
	} else if (s->j.phase == PHASE_WAIT) {
		step_wait(s, now, out);
	}
	poll(s, now, out);
	set_deadline(s, out);
	forgot(s, now, out);
	if (s->j.greet) {
		device_out_by(out, now);
	}
}

static void
escpos_lost(void *state, struct mono now, struct device_out *out)
{
	struct escpos_state *s = state;

	(void)now;
	(void)out;
	printer_job_lost(&s->j);
}

static enum rc
escpos_check(const struct device_conf *conf, struct err *reterr)
{
	struct printer_profile f;

	return printer_profile_of(conf, &f, reterr);
}

static enum rc
escpos_open(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	struct escpos_state *s = state;
	struct printer_job j = s->j;
	enum rc rc;

	memset(s, 0, sizeof(*s));
	s->j = j;
	rc = printer_profile_of(conf, &s->profile, reterr);
	s->pin = strcmp(device_opt_text(&escpos_driver, conf, "pin"), "5") == 0;
	s->own_pin = s->pin;
	s->next_pin = s->pin;
	printer_job_init(&s->j, escpos_span,
		write_only || s->profile.status == PRINTER_STATUS_NONE ||
			s->profile.done == PRINTER_DONE_NONE);
	escpos_status_init(&s->status);
	return rc;
}

static enum rc
escpos_job(void *state, uint32_t id, const uint8_t *p, size_t n)
{
	struct escpos_state *s = state;

	return printer_job_take(&s->j, id, p, n);
}

static size_t
escpos_progress(const void *state)
{
	const struct escpos_state *s = state;

	return s->j.at;
}

static const struct paper_language *
escpos_language(const struct device_conf *conf)
{
	(void)conf;
	return &paper_escpos;
}

static enum rc
escpos_drawer(void *state, uint32_t id)
{
	struct escpos_state *s = state;
	enum rc rc = printer_job_pulse(&s->j, id);

	if (rc == RC_OK) {
		s->pin = s->next_pin;
		s->next_pin = s->own_pin;
	}
	return rc;
}

static void
escpos_pin(void *state, unsigned pin)
{
	struct escpos_state *s = state;

	s->next_pin = pin;
}

static bool
escpos_between(const void *state)
{
	const struct escpos_state *s = state;

	return s->j.phase != PHASE_SEND && !s->j.fresh && !s->status.paused &&
	       s->j.torn.n == 0;
}

static const struct printer_ops escpos_ops = {
	escpos_job, escpos_progress, escpos_language, escpos_between};
static const struct drawer_ops escpos_drawer_ops = {escpos_drawer, escpos_pin};

static const struct device_opt escpos_opt[] = {PRINTER_OPTIONS("generic")};

const struct device_driver escpos_driver = {.name = "escpos",
	.summary = "receipt printers that speak ESC/POS",
	.class_ = DEVICE_PRINTER,
	.line = {9600, 8, 'N', 1, FLOW_DTRDSR},
	.opt = escpos_opt,
	.n_opt = ARRAY_LEN(escpos_opt),
	.state_size = sizeof(struct escpos_state),
	.check = escpos_check,
	.open = escpos_open,
	.step = escpos_step,
	.lost = escpos_lost,
	.printer = &escpos_ops,
	.drawer = &escpos_drawer_ops};
