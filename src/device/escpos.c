/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/sbuf.h"
#include "device/escpos_driver.h"

#include "base/poison.h"

#define CHUNK 256u
#define MS INT64_C(1000)
#define HELLO_US (2000 * MS)  /* a printer answers within */
#define GAP_US (500 * MS)     /* between the bytes of one status */
#define STALL_US (20000 * MS) /* takes no byte */
#define DONE_US (20000 * MS)  /* last byte to answer, and per line: */
#define DONE_LINE_US (200 * MS)
#define TROUBLE_US (600000 * MS) /* paper is being changed */
#define BLOCK_MAX 80u

enum phase {
	PHASE_IDLE,
	PHASE_HELLO,
	PHASE_SEND,
	PHASE_WAIT
};

enum {
	TROUBLE_PAPER = 1,
	TROUBLE_COVER = 2,
	TROUBLE_CUTTER = 4,
	TROUBLE_ERROR = 8,
	TROUBLE_OFFLINE = 16
};

struct escpos_state {
	bool write_only;
	bool heard;    /* the printer has answered since open */
	bool paused;   /* XOFF */
	bool answered; /* to GS r */
	bool blind;    /* nobody answered: what is sent may be lost */
	enum phase phase;
	unsigned trouble;
	bool low;
	int drawer; /* -1 not known, else pin 3 high */

	uint8_t asb[4];
	size_t n_asb;
	struct mono asb_at;
	size_t block; /* bytes of a text block, 0: outside */

	uint32_t job;
	const uint8_t *p;
	size_t n;
	size_t at;
	bool fresh;        /* job() was called, step() has not seen it */
	struct mono since; /* of the phase, or of the last progress */
	struct mono trouble_at;
	int64_t done_us;
};

static struct device_event *
emit(struct device_out *out, enum device_event_kind kind)
{
	return device_out_event(out, kind, 0);
}

static const char *
trouble_text(unsigned trouble)
{
	if ((trouble & TROUBLE_COVER) != 0) {
		return "cover open";
	}
	if ((trouble & TROUBLE_PAPER) != 0) {
		return "paper out";
	}
	if ((trouble & TROUBLE_CUTTER) != 0) {
		return "cutter jammed";
	}
	return (trouble & TROUBLE_ERROR) != 0 ? "printer error" : "offline";
}

static void
finish(struct escpos_state *s, struct device_out *out,
	enum device_event_kind kind, const char *text)
{
	struct device_event *e = emit(out, kind);
	struct sbuf b;

	if (e == NULL) {
		return; /* the next step tries again */
	}
	e->job = s->job;
	sbuf_init(&b, e->text, sizeof(e->text));
	sbuf_puts(&b, text);
	s->phase = PHASE_IDLE;
	s->p = NULL;
	s->n = 0;
	s->at = 0;
}

/* --- what the printer says ------------------------------------------------ */

static void
set_drawer(struct escpos_state *s, bool high, struct device_out *out)
{
	if (s->drawer >= 0 && s->drawer != (int)high) {
		/* Nothing connected reads high, so high counts as shut. */
		(void)emit(out, high ? DEVICE_DRAWER_SHUT : DEVICE_DRAWER_OPEN);
	}
	s->drawer = high ? 1 : 0;
}

static void
set_trouble(struct escpos_state *s, unsigned now_bad, struct mono now,
	struct device_out *out)
{
	unsigned fresh = now_bad & ~s->trouble;

	if ((fresh & TROUBLE_PAPER) != 0) {
		(void)emit(out, DEVICE_PAPER_OUT);
	}
	if ((fresh & TROUBLE_COVER) != 0) {
		(void)emit(out, DEVICE_COVER_OPEN);
	}
	if (s->trouble == 0 && now_bad != 0) {
		s->trouble_at = now;
	}
	if (s->trouble != 0 && now_bad == 0) {
		(void)emit(out, DEVICE_PAPER_OK);
		s->since = now; /* the printer goes on by itself */
	}
	s->trouble = now_bad;
}

static void
take_asb(struct escpos_state *s, struct mono now, struct device_out *out)
{
	const uint8_t *a = s->asb;
	unsigned bad = 0;
	bool low = (a[2] & 0x03) != 0;

	bad |= (a[2] & 0x0c) != 0 ? TROUBLE_PAPER : 0u;
	bad |= (a[0] & 0x20) != 0 ? TROUBLE_COVER : 0u;
	bad |= (a[1] & 0x08) != 0 ? TROUBLE_CUTTER : 0u;
	bad |= (a[1] & 0x64) != 0 ? TROUBLE_ERROR : 0u;
	bad |= (a[0] & 0x08) != 0 ? TROUBLE_OFFLINE : 0u;
	set_trouble(s, bad, now, out);
	if (low && !s->low) {
		(void)emit(out, DEVICE_PAPER_LOW);
	}
	s->low = low;
	set_drawer(s, (a[0] & 0x04) != 0, out);
	s->heard = true;
}

/* The answer to DLE EOT 1: on-line or not, drawer.  The cause comes with the
 * four status bytes, if this model has them. */
static void
take_realtime(struct escpos_state *s, uint8_t b, struct mono now,
	struct device_out *out)
{
	unsigned rest = s->trouble & ~(unsigned)TROUBLE_OFFLINE;

	if ((b & 0x08) != 0) {
		set_trouble(s, s->trouble | TROUBLE_OFFLINE, now, out);
	} else if (rest == 0) {
		set_trouble(s, 0, now, out);
	}
	set_drawer(s, (b & 0x04) != 0, out);
	s->heard = true;
}

static void
take_byte(struct escpos_state *s, uint8_t b, struct mono now,
	struct device_out *out)
{
	if (b == 0x11 || b == 0x13) {
		s->paused = b == 0x13;
		return;
	}
	if (s->n_asb > 0 &&
		((b & 0x90) != 0 || now.us - s->asb_at.us > GAP_US)) {
		s->n_asb = 0; /* the rest never came */
	}
	if (s->block > 0) {
		s->block = b == 0 || s->block == BLOCK_MAX ? 0 : s->block + 1;
		return;
	}
	if (s->n_asb > 0 || (b & 0x93) == 0x10) {
		s->asb[s->n_asb++] = b;
		s->asb_at = now;
		if (s->n_asb == sizeof(s->asb)) {
			s->n_asb = 0;
			take_asb(s, now, out);
		}
	} else if ((b & 0x93) == 0x12) {
		take_realtime(s, b, now, out);
	} else if (b == 0x37 || b == 0x3b || b == 0x3d || b == 0x5f) {
		s->block = 1;
	} else if ((b & 0x90) == 0 && s->phase == PHASE_WAIT) {
		s->answered = true;
		s->heard = true;
	}
}

/* --- the job --------------------------------------------------------------- */

static void
send(struct device_out *out, const uint8_t *p, size_t n)
{
	memcpy(out->byte + out->n_byte, p, n);
	out->n_byte += n;
}

static void
enter(struct escpos_state *s, enum phase phase, struct mono now)
{
	s->phase = phase;
	s->since = now;
}

static void
start(struct escpos_state *s, struct mono now, struct device_out *out)
{
	static const uint8_t hello[] = {0x1d, 'a', 0xff, 0x10, 0x04, 0x01};
	int64_t lines = 0;

	s->fresh = false;
	s->answered = false;
	s->blind = false;
	for (size_t i = 0; i < s->n; i++) {
		lines += s->p[i] == '\n' ? 1 : 0;
	}
	s->done_us = DONE_US + lines * DONE_LINE_US;
	if (s->write_only) {
		enter(s, PHASE_SEND, now);
		return;
	}
	s->heard = false;
	send(out, hello, sizeof(hello));
	enter(s, PHASE_HELLO, now);
}

static void
step_hello(struct escpos_state *s, struct mono now, struct device_out *out)
{
	bool late = now.us - s->since.us >= HELLO_US;

	if (s->heard && s->trouble == 0) {
		enter(s, PHASE_SEND, now);
	} else if (late && s->heard) {
		/* Nothing of it was sent: it can safely be tried again. */
		finish(s, out, DEVICE_JOB_FAILED, trouble_text(s->trouble));
	} else if (late) {
		s->blind = true;
		enter(s, PHASE_SEND, now);
	}
}

/* Until when to wait.  While the printer says what is wrong somebody may be
 * mending it, and it then goes on by itself. */
static struct mono
patience(const struct escpos_state *s, int64_t us)
{
	struct mono at = s->since;

	at.us += us;
	if (s->trouble != 0) {
		at.us = s->trouble_at.us + TROUBLE_US;
	}
	return at;
}

static void
step_send(struct escpos_state *s, struct mono now, struct device_out *out)
{
	static const uint8_t ask[] = {0x1d, 'r', 0x01};
	size_t n = s->n - s->at;

	if (out->backlog > 0 || s->paused) {
		if (now.us >= patience(s, STALL_US).us) {
			finish(s, out,
				s->at > 0 ? DEVICE_JOB_UNKNOWN
					  : DEVICE_JOB_FAILED,
				"the printer takes no data");
		}
		return;
	}
	if (n > 0) {
		n = n < CHUNK ? n : CHUNK;
		send(out, s->p + s->at, n);
		s->at += n;
		s->since = now;
	} else if (s->write_only) {
		finish(s, out, DEVICE_JOB_DONE, "");
	} else {
		send(out, ask, sizeof(ask));
		enter(s, PHASE_WAIT, now);
	}
}

static void
step_wait(struct escpos_state *s, struct mono now, struct device_out *out)
{
	if (s->answered && s->trouble == 0) {
		finish(s, out, DEVICE_JOB_DONE, "");
	} else if (now.us >= patience(s, s->done_us).us) {
		const char *why = s->blind ? "no answer from the printer"
					   : "the printer fell silent";

		finish(s, out, DEVICE_JOB_UNKNOWN,
			s->trouble != 0 ? trouble_text(s->trouble) : why);
	}
}

static struct mono
next_deadline(const struct escpos_state *s, const struct device_out *out)
{
	struct mono never = {-1};
	struct mono at = s->since;

	switch (s->phase) {
	case PHASE_HELLO:
		at.us += HELLO_US;
		return at;
	case PHASE_SEND:
		if (out->n_byte == 0 && out->backlog == 0 && !s->paused) {
			return at; /* at once */
		}
		return patience(s, STALL_US);
	case PHASE_WAIT:
		return patience(s, s->done_us);
	case PHASE_IDLE:
	default:
		return never;
	}
}

static void
escpos_step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct escpos_state *s = state;

	for (size_t i = 0; i < in->n; i++) {
		take_byte(s, in->p[i], now, out);
	}
	if (s->fresh) {
		start(s, now, out);
	}
	if (s->phase == PHASE_HELLO) {
		step_hello(s, now, out);
	}
	if (s->phase == PHASE_SEND && out->n_byte == 0) {
		step_send(s, now, out);
	} else if (s->phase == PHASE_WAIT) {
		step_wait(s, now, out);
	}
	out->deadline = next_deadline(s, out);
}

static enum rc
escpos_open(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	struct escpos_state *s = state;

	(void)conf;
	(void)reterr;
	memset(s, 0, sizeof(*s));
	s->write_only = write_only;
	s->drawer = -1;
	return RC_OK;
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

static const struct printer_ops escpos_ops = {escpos_job, escpos_progress};

static const struct device_opt escpos_opt[] = {
	{"profile", N_("what the printer can do: columns, pages, cutter"),
		"generic", DEVICE_OPT_WORD, 0, 0,
		"generic generic-nocut epson epson-m30 citizen rongta pos58"},
};

const struct device_driver escpos_driver = {.name = "escpos",
	.summary = "receipt printers that speak ESC/POS",
	.class_ = DEVICE_PRINTER,
	.line = {9600, 8, 'N', 1, FLOW_DTRDSR},
	.opt = escpos_opt,
	.n_opt = ARRAY_LEN(escpos_opt),
	.state_size = sizeof(struct escpos_state),
	.open = escpos_open,
	.step = escpos_step,
	.printer = &escpos_ops};
