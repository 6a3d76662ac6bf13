/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_PRINTER_JOB_H
#define DEVICE_PRINTER_JOB_H

#include "device/torn.h"

/**
 * printer_job - what all printers' drivers do with a job, whatever the printer
 * is told and says: taken, begun, sent in pieces of whole commands, ended once.
 * What it is asked, and how its answers are read, is the driver's.
 */
#define PRINTER_MS INT64_C(1000)
#define PRINTER_HELLO_US (2000 * PRINTER_MS)  /* a printer answers within */
#define PRINTER_STALL_US (20000 * PRINTER_MS) /* takes no byte, says nothing */
#define PRINTER_DONE_US (20000 * PRINTER_MS)  /* last byte to answer, and */
#define PRINTER_DONE_LINE_US (200 * PRINTER_MS)
/* A full buffer has room again behind a few rows: one that told to wait for
 * longer, and is well, was not understood. */
#define PRINTER_PAUSE_US (2000 * PRINTER_MS)

#define PRINTER_PULSE_US (1000 * PRINTER_MS) /* a drawer waits for the line */

enum printer_phase {
	PHASE_IDLE,
	PHASE_HELLO, /* it is asked how it is; nothing of the job is out */
	PHASE_SEND,
	PHASE_WAIT /* all of it is out */
};

struct printer_job {
	enum printer_phase phase;
	struct mono since; /* of the phase, or of the last progress */
	torn_span_fn span;
	bool write_only;
	bool greet;  /* its state is to be asked for */
	bool blind;  /* nobody answered: what is sent may be lost */
	bool silent; /* that was told */

	uint32_t id;
	const uint8_t *p;
	size_t n, at;
	size_t from;   /* where a command began, at the last piece or before */
	bool fresh;    /* taken, and step() has not seen it */
	size_t widest; /* command of the job */
	int64_t done_us;
	struct torn torn;

	bool pulse; /* the drawer is to be opened */
	uint32_t pulse_id;
	struct mono pulse_at; /* us 0: step() has not seen it */
	size_t pulse_seen;    /* what the line had taken, and since when */
	struct mono pulse_moved;
};

/** printer_job_init(j, span, write_only): nothing in hand; what was torn before
 * stays, so *j is zeroed or was used. */
void printer_job_init(struct printer_job *j, torn_span_fn span, bool write_only);
/** printer_job_take(), _pulse(): the ops of that name; RC_AGAIN one is in
 * hand. */
MUST_CHECK enum rc printer_job_take(
	struct printer_job *j, uint32_t id, const uint8_t *p, size_t n);
MUST_CHECK enum rc printer_job_pulse(struct printer_job *j, uint32_t id);
/** printer_job_begin(j, now): a fresh one, into PHASE_HELLO, or PHASE_SEND
 * where nobody answers (false). */
bool printer_job_begin(struct printer_job *j, struct mono now);
void printer_job_enter(
	struct printer_job *j, enum printer_phase phase, struct mono now);
/** printer_job_send(j, now, held, until, out): in PHASE_SEND the next piece.
 * ${held}: it told to wait; the job ends when it took nothing until ${until}.
 * True: there is no more, and its end is to be asked for. */
bool printer_job_send(struct printer_job *j, struct mono now, bool held,
	struct mono until, struct device_out *out);
/** printer_job_between(j, out): what the line has taken ends with a whole
 * command: a question elsewhere is taken for a parameter. */
bool printer_job_between(
	const struct printer_job *j, const struct device_out *out);
/** printer_job_at_once(j, now, out): whether the pulse may go in real time: between
 * commands, and anywhere on a line that stands still for PRINTER_PULSE_US, since
 * change is due and no end of a command will come.  False: out has when to look. */
bool printer_job_at_once(
	struct printer_job *j, struct mono now, struct device_out *out);
/** printer_job_end(j, well, out, kind, text): false: no room for the event, the
 * next step tries again.  ${well}: nothing is the matter with the printer. */
bool printer_job_end(struct printer_job *j, bool well, struct device_out *out,
	enum device_event_kind kind, const char *text);
/** printer_job_by(j, held, stalled, lost, out): when step() is due in
 * PHASE_SEND and PHASE_WAIT; ${stalled} and ${lost} are when those end. */
void printer_job_by(const struct printer_job *j, bool held,
	struct mono stalled, struct mono lost, struct device_out *out);
/** printer_job_silent(j, out): once: it should answer, and does not.
 * printer_job_heard(j, out): it does. */
void printer_job_silent(struct printer_job *j, struct device_out *out);
void printer_job_heard(struct printer_job *j, struct device_out *out);
/** printer_job_lost(j): the line is gone. */
void printer_job_lost(struct printer_job *j);
/** printer_urgent(out, p, n): ahead of all that waits; false: no room. */
bool printer_urgent(struct device_out *out, const void *p, size_t n);

#endif
