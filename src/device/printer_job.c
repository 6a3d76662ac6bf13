/* SPDX-License-Identifier: Apache-2.0 */
#include "device/printer_job.h"

#include <string.h>

#include "base/sbuf.h"

#include "base/poison.h"

#define CHUNK 256u
#define SPAN_MAX 2048u
#define LOOK_US (50 * PRINTER_MS)

void
printer_job_init(struct printer_job *j, torn_span_fn span, bool write_only)
{
	struct torn torn = j->torn;

	memset(j, 0, sizeof(*j));
	j->torn = torn;
	j->span = span;
	j->write_only = write_only;
	j->greet = !write_only;
}

enum rc
printer_job_take(struct printer_job *j, uint32_t id, const uint8_t *p, size_t n)
{
	if (j->phase != PHASE_IDLE || j->fresh) {
		return RC_AGAIN;
	}
	j->id = id;
	j->p = p;
	j->n = n;
	j->at = 0;
	j->fresh = true;
	return RC_OK;
}

enum rc
printer_job_pulse(struct printer_job *j, uint32_t id)
{
	if (j->pulse) {
		return RC_AGAIN;
	}
	j->pulse = true;
	j->pulse_id = id;
	j->pulse_at.us = 0;
	j->pulse_seen = SIZE_MAX / 2; /* nowhere */
	return RC_OK;
}

void
printer_job_enter(
	struct printer_job *j, enum printer_phase phase, struct mono now)
{
	j->phase = phase;
	j->since = now;
}

bool
printer_job_begin(struct printer_job *j, struct mono now)
{
	int64_t lines = 0;

	j->fresh = false;
	j->blind = false;
	j->from = 0;
	j->widest = torn_longest(j->span, j->p, j->n);
	for (size_t i = 0; i < j->n; i++) {
		lines += j->p[i] == '\n' ? 1 : 0;
	}
	j->done_us = PRINTER_DONE_US + lines * PRINTER_DONE_LINE_US;
	printer_job_enter(j, j->write_only ? PHASE_SEND : PHASE_HELLO, now);
	return !j->write_only;
}

/* Where the command ends that ${to} is in, or that begins there. */
static size_t
whole(const struct printer_job *j, size_t to)
{
	size_t i = j->from;

	while (i < to) {
		i += j->span(j->p + i, j->n - i);
	}
	return i;
}

/* Whole commands, as many as a piece has room for; of a longer one a part. */
static size_t
piece(const struct printer_job *j)
{
	size_t n = whole(j, j->at) - j->at;

	if (n > 0) {
		return n < SPAN_MAX ? n : SPAN_MAX;
	}
	while (j->at + n < j->n && n < CHUNK) {
		size_t span = j->span(j->p + j->at + n, j->n - j->at - n);

		if (n > 0 && n + span > CHUNK) {
			break;
		}
		n += span < SPAN_MAX ? span : SPAN_MAX;
	}
	return n;
}

bool
printer_job_send(struct printer_job *j, struct mono now, bool held,
	struct mono until, struct device_out *out)
{
	size_t n = piece(j);

	if (out->backlog > 0 || held) {
		if (now.us >= until.us) {
			(void)printer_job_end(j, true, out,
				j->at > 0 ? DEVICE_JOB_UNKNOWN
					  : DEVICE_JOB_FAILED,
				"the printer takes no data");
		}
		return false;
	}
	if (n > 0) {
		(void)device_out_put(out, j->p + j->at, n);
		j->from = whole(j, j->at) == j->at ? j->at : j->from;
		j->at += n;
		j->since = now;
		return false;
	}
	if (j->write_only) {
		(void)printer_job_end(j, true, out, DEVICE_JOB_DONE, "");
		return false;
	}
	return true;
}

bool
printer_job_between(const struct printer_job *j, const struct device_out *out)
{
	size_t to = j->at - (out->backlog < j->at ? out->backlog : j->at);

	return j->phase == PHASE_WAIT
		       ? out->backlog == 0
		       : j->phase != PHASE_SEND || whole(j, to) <= to;
}

bool
printer_job_at_once(
	struct printer_job *j, struct mono now, struct device_out *out)
{
	struct mono look = now;

	if (j->at - out->backlog != j->pulse_seen) {
		j->pulse_seen = j->at - out->backlog;
		j->pulse_moved = now;
	}
	if (printer_job_between(j, out) ||
		now.us >= j->pulse_moved.us + PRINTER_PULSE_US) {
		return true;
	}
	look.us += LOOK_US;
	device_out_by(out, look);
	return false;
}

bool
printer_job_end(struct printer_job *j, bool well, struct device_out *out,
	enum device_event_kind kind, const char *text)
{
	struct device_event *e = device_out_event(out, kind, j->id);
	struct sbuf b;

	if (e == NULL) {
		return false;
	}
	if (kind == DEVICE_JOB_UNKNOWN && (well || j->phase == PHASE_SEND)) {
		torn_tear(&j->torn, j->at > 0 ? j->widest : 0);
	}
	torn_kept(&j->torn, kind == DEVICE_JOB_DONE);
	sbuf_init(&b, e->text, sizeof(e->text));
	sbuf_puts(&b, text);
	j->phase = PHASE_IDLE;
	j->p = NULL;
	j->n = 0;
	j->at = 0;
	return true;
}

void
printer_job_by(const struct printer_job *j, bool held, struct mono stalled,
	struct mono lost, struct device_out *out)
{
	if (j->phase == PHASE_SEND) {
		bool waits = out->n_byte > 0 || out->backlog > 0 || held;

		device_out_by(out, waits ? stalled : j->since);
	} else if (j->phase == PHASE_WAIT) {
		device_out_by(out, lost);
	}
}

void
printer_job_silent(struct printer_job *j, struct device_out *out)
{
	struct device_event *e;
	struct sbuf b;

	e = j->silent ? NULL : device_out_event(out, DEVICE_SILENT, 0);
	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, "no answer from the printer: switch it on; one "
			      "that never answers needs status = none");
		j->silent = true;
	}
}

void
printer_job_heard(struct printer_job *j, struct device_out *out)
{
	if (j->silent && device_out_event(out, DEVICE_PAPER_OK, 0) != NULL) {
		j->silent = false;
	}
}

void
printer_job_lost(struct printer_job *j)
{
	torn_tear(&j->torn, j->at > 0 ? j->widest : 0);
}

bool
printer_urgent(struct device_out *out, const void *p, size_t n)
{
	if (n > sizeof(out->urgent) - out->n_urgent) {
		return false;
	}
	memcpy(out->urgent + out->n_urgent, p, n);
	out->n_urgent += n;
	return true;
}
