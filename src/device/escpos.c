/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/sbuf.h"
#include "device/escpos_driver.h"
#include "device/escpos_status.h"
#include "device/paper.h"
#include "device/torn.h"

#include "base/poison.h"

#define CHUNK 256u
#define SPAN_MAX 2048u
#define WELL_AGAIN 2 /* on line, says nothing, and was in trouble */
#define MS INT64_C(1000)
#define HELLO_US (2000 * MS)  /* a printer answers within */
#define STALL_US (20000 * MS) /* takes no byte, answers nothing */
#define DONE_US (20000 * MS)  /* last byte to answer, and per line: */
#define DONE_LINE_US (200 * MS)
#define TROUBLE_US (600000 * MS) /* paper is changed, and it cannot be asked */
#define POLL_US (5000 * MS)      /* while something is wrong */
#define POLL_ASK_US (1000 * MS)  /* and it tells nothing by itself */
#define PAUSE_US (2000 * MS)     /* nobody who is well waits longer */
#define OWED_US (500 * MS)       /* between answers with nothing between */
#define PULSE_US (1000 * MS)     /* a drawer waits for the line */

enum phase {
	PHASE_IDLE,
	PHASE_HELLO,
	PHASE_SEND,
	PHASE_WAIT
};

struct escpos_state {
	struct printer_profile profile;
	unsigned pin;
	bool write_only;
	bool greet;    /* its state is to be asked for */
	bool blind;    /* nobody answered: what is sent may be lost */
	bool silent;   /* that was told */
	unsigned owed; /* answers to questions of jobs that were given up */
	bool probe;    /* a question stands behind those */
	size_t widest; /* command of the job */
	struct torn torn;
	enum phase phase;
	struct escpos_status status;
	struct mono poll; /* the next question in real time */
	uint8_t question; /* the last one */

	bool pulse; /* the drawer is to be opened */
	uint32_t pulse_id;
	struct mono pulse_at; /* us 0: step() has not seen it */

	uint32_t job;
	const uint8_t *p;
	size_t n;
	size_t at;
	size_t from;       /* where the last piece began */
	bool fresh;        /* job() was called, step() has not seen it */
	struct mono since; /* of the phase, or of the last progress */
	int64_t done_us;
};

static bool
finish(struct escpos_state *s, struct device_out *out,
	enum device_event_kind kind, const char *text)
{
	struct device_event *e = device_out_event(out, kind, s->job);
	struct sbuf b;

	if (e == NULL) {
		return false; /* the next step tries again */
	}
	if (kind == DEVICE_JOB_UNKNOWN &&
		(s->status.trouble == 0 || s->phase == PHASE_SEND)) {
		torn_tear(&s->torn, s->at > 0 ? s->widest : 0);
	}
	torn_kept(&s->torn, kind == DEVICE_JOB_DONE);
	sbuf_init(&b, e->text, sizeof(e->text));
	sbuf_puts(&b, text);
	s->phase = PHASE_IDLE;
	s->p = NULL;
	s->n = 0;
	s->at = 0;
	return true;
}

static void
enter(struct escpos_state *s, enum phase phase, struct mono now)
{
	s->phase = phase;
	s->since = now;
}

static void
say_silent(struct escpos_state *s, struct device_out *out)
{
	struct device_event *e;
	struct sbuf b;

	if (s->silent) {
		return;
	}
	e = device_out_event(out, DEVICE_SILENT, 0);
	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, "no answer from the printer: switch it on; one "
			      "that never answers needs status = none");
		s->silent = true;
	}
}

/* --- asking --------------------------------------------------------------- */

static void
urgent(struct device_out *out, const uint8_t *p, size_t n)
{
	if (n <= sizeof(out->urgent) - out->n_urgent) {
		memcpy(out->urgent + out->n_urgent, p, n);
		out->n_urgent += n;
	}
}

static void
hello(struct escpos_state *s, struct mono now, struct device_out *out)
{
	static const uint8_t both[] = {0x1d, 'a', 0xff, 0x10, 0x04, 0x01};
	bool by_itself = s->profile.status == PRINTER_STATUS_AUTO;

	(void)device_out_put(
		out, by_itself ? both : both + 3, by_itself ? 6 : 3);
	s->greet = false;
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

/* What the line has taken ends with a whole command: a question elsewhere is
 * taken for a parameter. */
static bool
between(const struct escpos_state *s, const struct device_out *out)
{
	size_t to = s->at - (out->backlog < s->at ? out->backlog : s->at);
	size_t i = s->from;

	while (s->phase == PHASE_SEND && i < to) {
		i += escpos_span(s->p + i, s->n - i);
	}
	return s->phase == PHASE_WAIT ? out->backlog == 0
				      : s->phase != PHASE_SEND || i <= to;
}

/* It told to wait, and nobody who is well waits so long. */
static bool
is_held(const struct escpos_state *s, struct mono now)
{
	return s->status.paused && s->phase == PHASE_SEND &&
	       now.us - s->status.paused_at.us >= PAUSE_US;
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

	if (s->write_only || (s->status.trouble == 0 && !held) ||
		now.us < s->poll.us) {
		return;
	}
	s->poll.us = now.us + (slow ? POLL_US : POLL_ASK_US);
	if (!between(s, out)) {
		return;
	}
	s->question = next_question(s);
	s->status.asked = s->question;
	ask[2] = s->question;
	urgent(out, ask, sizeof(ask));
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

	if (s->pulse_at.us == 0) {
		s->pulse_at = now;
	}
	if (s->status.trouble != 0 ||
		(stuck && now.us >= s->pulse_at.us + PULSE_US)) {
		urgent(out, now_at_once, sizeof(now_at_once));
	} else if (stuck) {
		return;
	} else if (!device_out_put(out, bytes,
			   paper_escpos.pulse(&s->profile, s->pin, bytes))) {
		return;
	}
	if (device_out_event(out, DEVICE_JOB_DONE, s->pulse_id) != NULL) {
		s->pulse = false;
	}
}

/* --- the job -------------------------------------------------------------- */

static void
start(struct escpos_state *s, struct mono now, struct device_out *out)
{
	int64_t lines = 0;

	s->fresh = false;
	s->blind = false;
	s->from = 0;
	s->widest = torn_longest(escpos_span, s->p, s->n);
	for (size_t i = 0; i < s->n; i++) {
		lines += s->p[i] == '\n' ? 1 : 0;
	}
	s->done_us = DONE_US + lines * DONE_LINE_US;
	if (s->write_only) {
		enter(s, PHASE_SEND, now);
		return;
	}
	s->status.heard = false;
	hello(s, now, out);
	s->probe = s->owed > 0 && device_out_put(out, "\x1dr\x01", 3);
	s->status.answer = 0;
	enter(s, PHASE_HELLO, now);
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
				now.us - s->since.us >= DONE_US)) {
		s->probe = false;
		s->owed = 0;
	}
	return !s->probe;
}

static void
step_hello(struct escpos_state *s, struct mono now)
{
	bool late = now.us - s->since.us >= HELLO_US;

	if (s->status.trouble == 0 && !is_settled(s, now)) {
		return;
	}
	if (s->status.heard && s->status.trouble == 0) {
		enter(s, PHASE_SEND, now);
	} else if (late && s->status.trouble == 0) {
		s->blind = true;
		enter(s, PHASE_SEND, now);
	}
	/* else nothing of it was sent, and it waits for paper */
}

/* Until when to wait.  A printer that says what is wrong goes on by itself
 * when somebody has mended it: as long as it says so. */
static struct mono
patience(const struct escpos_state *s, int64_t us)
{
	struct mono at = s->since;

	at.us += us;
	if (s->status.trouble != 0) {
		at.us = s->status.at.us +
			(s->status.real ? STALL_US : TROUBLE_US);
	}
	return at;
}

/* Whole commands, as many as a piece has room for. */
static size_t
piece(const struct escpos_state *s)
{
	size_t n = 0;

	while (s->at + n < s->n && n < CHUNK) {
		size_t span = escpos_span(s->p + s->at + n, s->n - s->at - n);

		if (n > 0 && n + span > CHUNK) {
			break;
		}
		n += span < SPAN_MAX ? span : SPAN_MAX;
	}
	return n;
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
		job_id(s->job, text);
		memcpy(id + 7, text, sizeof(text));
		(void)device_out_put(out, id, sizeof(id));
	} else {
		(void)device_out_put(out, status, sizeof(status));
	}
	enter(s, PHASE_WAIT, now);
}

static void
step_send(struct escpos_state *s, struct mono now, struct device_out *out)
{
	size_t n = piece(s);

	if (out->backlog > 0 || s->status.paused) {
		if (now.us >= patience(s, STALL_US).us) {
			(void)finish(s, out,
				s->at > 0 ? DEVICE_JOB_UNKNOWN
					  : DEVICE_JOB_FAILED,
				"the printer takes no data");
		}
		return;
	}
	if (n > 0) {
		(void)device_out_put(out, s->p + s->at, n);
		s->from = s->at;
		s->at += n;
		s->since = now;
	} else if (s->write_only) {
		(void)finish(s, out, DEVICE_JOB_DONE, "");
	} else {
		ask_done(s, now, out);
	}
}

static bool
is_done(const struct escpos_state *s)
{
	char id[4];

	if (s->profile.done == PRINTER_DONE_ID) {
		job_id(s->job, id);
		return s->status.has_id &&
		       memcmp(id, s->status.id, sizeof(id)) == 0;
	}
	return s->status.answer > s->owed;
}

static void
step_wait(struct escpos_state *s, struct mono now, struct device_out *out)
{
	const char *why = s->blind ? "no answer from the printer"
				   : "the printer fell silent";

	if (is_done(s) && s->status.trouble == 0) {
		if (finish(s, out, DEVICE_JOB_DONE, "")) {
			s->owed = 0;
		}
		return;
	}
	if (now.us < patience(s, s->done_us).us) {
		return;
	}
	/* what stands in its buffer answers when it goes on; one that is
	 * silent without cause has lost it */
	s->owed = s->status.trouble != 0 ? s->owed + 1 : 0;
	if (s->status.trouble == 0) {
		say_silent(s, out);
	}
	(void)finish(s, out, DEVICE_JOB_UNKNOWN,
		s->status.trouble != 0 ? printer_trouble_text(s->status.trouble)
				       : why);
}

/* --- the machine ---------------------------------------------------------- */

static void
set_deadline(const struct escpos_state *s, struct device_out *out)
{
	struct mono at = s->since;

	if (s->write_only) {
		/* it is never asked */
	} else if (s->status.trouble != 0) {
		device_out_by(out, s->poll);
	} else if (s->status.paused && s->phase == PHASE_SEND) {
		struct mono by = s->status.paused_at;

		by.us += PAUSE_US;
		device_out_by(out, by.us > s->poll.us ? by : s->poll);
	}
	if (s->pulse) {
		struct mono by = s->pulse_at;

		by.us += PULSE_US;
		device_out_by(out, by);
	}
	switch (s->phase) {
	case PHASE_HELLO:
		at.us += s->probe ? DONE_US : HELLO_US;
		if (s->status.trouble == 0) {
			device_out_by(out, at);
		}
		if (s->probe && s->status.answer > 0 &&
			s->status.trouble == 0) {
			at.us = s->status.at.us + OWED_US;
			device_out_by(out, at);
		}
		break;
	case PHASE_SEND:
		if (out->n_byte > 0 || out->backlog > 0 || s->status.paused) {
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
hear(struct escpos_state *s, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	bool bad = s->status.trouble != 0;

	for (size_t i = 0; i < in->n; i++) {
		escpos_status_take(&s->status, in->p[i], now, out);
	}
	if (bad && s->status.trouble == 0) {
		s->since = now; /* the printer goes on by itself */
	}
	/* a full buffer has room again behind a few rows */
	if (s->status.paused && in->n > 0 && s->status.ready &&
		s->status.real_at.us == now.us && s->status.trouble == 0 &&
		now.us - s->status.paused_at.us >= PAUSE_US) {
		s->status.paused = false;
	}
	if (s->silent && s->status.heard && in->n > 0 &&
		s->status.trouble == 0 &&
		device_out_event(out, DEVICE_PAPER_OK, 0) != NULL) {
		s->silent = false;
	}
}

/* What was wrong is over, it says when it is asked, and did not say so by
 * itself: it was switched off and on, has forgotten that it should tell, and
 * all it had taken. */
static void
forgot(struct escpos_state *s, struct mono now, struct device_out *out)
{
	bool out_there =
		s->phase == PHASE_WAIT || (s->phase == PHASE_SEND && s->at > 0);

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
	s->greet = true;
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
	torn_mend(&s->torn, now, out, "\x1b@", 2);
	if (s->pulse) {
		pulse(s, now, out);
	}
	if (s->fresh) {
		start(s, now, out);
	} else if (s->greet) {
		hello(s, now, out);
	}
	if (s->phase == PHASE_HELLO) {
		step_hello(s, now);
	}
	if (s->phase == PHASE_SEND && out->n_byte == 0) {
		step_send(s, now, out);
	} else if (s->phase == PHASE_WAIT) {
		step_wait(s, now, out);
	}
	poll(s, now, out);
	set_deadline(s, out);
	forgot(s, now, out);
	if (s->greet) {
		device_out_by(out, now);
	}
}

static void
escpos_lost(void *state, struct mono now, struct device_out *out)
{
	struct escpos_state *s = state;

	(void)now;
	(void)out;
	torn_tear(&s->torn, s->at > 0 ? s->widest : 0);
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
	struct torn torn = s->torn;
	enum rc rc;

	memset(s, 0, sizeof(*s));
	s->torn = torn;
	rc = printer_profile_of(conf, &s->profile, reterr);
	s->pin = strcmp(device_opt_text(&escpos_driver, conf, "pin"), "5") == 0;
	s->write_only = write_only ||
			s->profile.status == PRINTER_STATUS_NONE ||
			s->profile.done == PRINTER_DONE_NONE;
	s->greet = !s->write_only;
	escpos_status_init(&s->status);
	return rc;
}

static enum rc
escpos_job(void *state, uint32_t id, const uint8_t *p, size_t n)
{
	struct escpos_state *s = state;

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
escpos_progress(const void *state)
{
	const struct escpos_state *s = state;

	return s->at;
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

	if (s->pulse) {
		return RC_AGAIN;
	}
	s->pulse = true;
	s->pulse_id = id;
	s->pulse_at.us = 0;
	return RC_OK;
}

static const struct printer_ops escpos_ops = {
	escpos_job, escpos_progress, escpos_language};
static const struct drawer_ops escpos_drawer_ops = {escpos_drawer};

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
