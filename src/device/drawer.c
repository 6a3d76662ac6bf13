/* SPDX-License-Identifier: Apache-2.0 */
#include "device/drawer.h"

#include <string.h>

#include "base/i18n.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define OPEN_MAX 32
#define SAYS_MAX 8
#define MS INT64_C(1000)
#define LOOK_US (250 * MS)   /* at a modem line, while nothing is asked */
#define SETTLE_US (50 * MS)  /* a contact that bounces */
#define ASK_US (1000 * MS)   /* between two questions */
#define MISSES 3u            /* questions without an answer */
#define LEAVE_US (3000 * MS) /* for the bytes to leave */
#define OPENS_US (1500 * MS) /* for the drawer to say so */

enum stand {
	STAND_UNKNOWN,
	STAND_SHUT,
	STAND_OPEN
};

enum phase {
	PHASE_REST,
	PHASE_WAITS,  /* asked for, the drawer is not ready for a pulse */
	PHASE_LEAVES, /* its bytes are on their way */
	PHASE_OPENS   /* they left: the drawer has to say so */
};

struct bytes {
	uint8_t p[OPEN_MAX];
	size_t n;
};

struct drawer {
	struct bytes open, ask, is_open, is_shut;
	int64_t settle_us, interval_us;
	unsigned line;  /* LINE_*, 0: none tells */
	bool shut_high; /* it is on while the drawer is shut */
	bool write_only;

	bool begun;
	enum phase phase;
	uint32_t job;
	struct mono ready; /* for the next pulse */
	struct mono until; /* of the phase */

	enum stand stand, seen;
	struct mono since; /* seen is so */
	struct mono next;  /* question, look */
	unsigned misses;
	bool told; /* silent, or without lines */
	uint8_t tail[SAYS_MAX];
	size_t n_tail;
};

/* --- options -------------------------------------------------------------- */

#define LINES "none cts dsr ri dcd"
#define HELP_OPEN N_("bytes that open it, in hex")
#define HELP_SETTLE N_("seconds behind the opening of the port")
#define HELP_INTERVAL N_("seconds between two openings")
#define HELP_STATUS N_("modem line that tells whether it is open")
#define HELP_SHUT N_("how that line stands while the drawer is shut")

static const struct device_opt apg_opt[] = {
	{"open", HELP_OPEN, "07", DEVICE_OPT_BYTES, 1, OPEN_MAX, NULL},
	{"settle", HELP_SETTLE, "12", DEVICE_OPT_NUMBER, 0, 60, NULL},
	{"interval", HELP_INTERVAL, "6", DEVICE_OPT_NUMBER, 0, 60, NULL},
	{"status", HELP_STATUS, "none", DEVICE_OPT_WORD, 0, 0, LINES},
	{"shut", HELP_SHUT, "high", DEVICE_OPT_WORD, 0, 0, "high low"},
};

static const struct device_opt bytes_opt[] = {
	{"open", HELP_OPEN, "07", DEVICE_OPT_BYTES, 1, OPEN_MAX, NULL},
	{"settle", HELP_SETTLE, "0", DEVICE_OPT_NUMBER, 0, 60, NULL},
	{"interval", HELP_INTERVAL, "1", DEVICE_OPT_NUMBER, 0, 60, NULL},
	{"status", HELP_STATUS, "none", DEVICE_OPT_WORD, 0, 0, LINES},
	{"shut", HELP_SHUT, "high", DEVICE_OPT_WORD, 0, 0, "high low"},
	{"ask", N_("bytes that ask it how it stands, in hex"), "",
		DEVICE_OPT_BYTES, 0, SAYS_MAX, NULL},
	{"is_open", N_("bytes that say it is open, in hex"), "",
		DEVICE_OPT_BYTES, 0, SAYS_MAX, NULL},
	{"is_shut", N_("bytes that say it is shut, in hex"), "",
		DEVICE_OPT_BYTES, 0, SAYS_MAX, NULL},
};

static unsigned
line_named(const char *name)
{
	static const struct {
		const char *name;
		unsigned line;
	} row[] = {
		{"cts", LINE_CTS},
		{"dsr", LINE_DSR},
		{"ri", LINE_RI},
		{"dcd", LINE_DCD},
	};

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		if (strcmp(row[i].name, name) == 0) {
			return row[i].line;
		}
	}
	return 0;
}

static void
take_bytes(const struct device_driver *d, const struct device_conf *conf,
	const char *name, struct bytes *ret)
{
	ret->n = device_opt_bytes(d, conf, name, ret->p, sizeof(ret->p));
}

static enum rc
open_any(const struct device_driver *driver, struct drawer *d,
	const struct device_conf *conf, bool write_only, struct err *reterr)
{
	memset(d, 0, sizeof(*d));
	take_bytes(driver, conf, "open", &d->open);
	if (d->open.n == 0) {
		return err_set(reterr, RC_INVAL, 0, "drawer",
			"open says no bytes: write what opens the drawer, "
			"like 'open = 07'");
	}
	take_bytes(driver, conf, "ask", &d->ask);
	take_bytes(driver, conf, "is_open", &d->is_open);
	take_bytes(driver, conf, "is_shut", &d->is_shut);
	d->settle_us = device_opt_number(driver, conf, "settle") * 1000 * MS;
	d->interval_us =
		device_opt_number(driver, conf, "interval") * 1000 * MS;
	d->line = line_named(device_opt_text(driver, conf, "status"));
	d->shut_high =
		strcmp(device_opt_text(driver, conf, "shut"), "high") == 0;
	d->write_only = write_only;
	return RC_OK;
}

static enum rc
apg_open(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	struct device_line l = device_conf_line(&apg_driver, conf);

	if (l.flow != FLOW_NONE) {
		return err_set(reterr, RC_INVAL, 0, "drawer",
			"this drawer is fed by RTS and DTR, which flow control "
			"would switch: write 'flow = none'");
	}
	return open_any(&apg_driver, state, conf, write_only, reterr);
}

static enum rc
bytes_open(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	return open_any(&bytes_driver, state, conf, write_only, reterr);
}

/* --- how it stands -------------------------------------------------------- */

static void
stands(struct drawer *d, enum stand now, struct device_out *out)
{
	if (now == STAND_UNKNOWN || now == d->stand) {
		return;
	}
	if (device_out_event(out,
		    now == STAND_OPEN ? DEVICE_DRAWER_OPEN : DEVICE_DRAWER_SHUT,
		    0) != NULL) {
		d->stand = now;
	}
}

static void
say(struct device_out *out, enum device_event_kind kind, uint32_t job,
	const char *text)
{
	struct device_event *e = device_out_event(out, kind, job);
	struct sbuf b;

	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, text);
	}
}

/* By a modem line, once it has stood so for a moment. */
static void
look_at_line(struct drawer *d, struct mono now, unsigned lines,
	struct device_out *out)
{
	enum stand seen;

	if (d->line == 0) {
		return;
	}
	if ((lines & LINE_KNOWN) == 0) {
		if (!d->told) {
			d->told = true;
			say(out, DEVICE_FAULT, 0,
				"no modem lines here: use a serial port, or "
				"take out 'status'");
		}
		return;
	}
	seen = ((lines & d->line) != 0) == d->shut_high ? STAND_SHUT
							: STAND_OPEN;
	if (seen != d->seen) {
		d->seen = seen;
		d->since = now;
	}
	if (now.us - d->since.us >= SETTLE_US || d->stand == STAND_UNKNOWN) {
		stands(d, seen, out);
	}
	device_out_by(out,
		(struct mono){
			now.us + (seen != d->stand ? SETTLE_US : LOOK_US)});
}

static bool
ends_with(const struct drawer *d, const struct bytes *b)
{
	return b->n > 0 && b->n <= d->n_tail &&
	       memcmp(d->tail + d->n_tail - b->n, b->p, b->n) == 0;
}

/* Of two answers of which one ends like the other the longer one counts. */
static enum stand
answer(const struct drawer *d)
{
	bool open = ends_with(d, &d->is_open);
	bool shut = ends_with(d, &d->is_shut);

	if (open && shut) {
		open = d->is_open.n > d->is_shut.n;
		shut = !open;
	}
	if (open) {
		return STAND_OPEN;
	}
	return shut ? STAND_SHUT : STAND_UNKNOWN;
}

static void
hear(struct drawer *d, const struct device_in *in, struct device_out *out)
{
	enum stand last = STAND_UNKNOWN;

	for (size_t i = 0; i < in->n; i++) {
		enum stand said;

		if (d->n_tail == sizeof(d->tail)) {
			memmove(d->tail, d->tail + 1, --d->n_tail);
		}
		d->tail[d->n_tail++] = in->p[i];
		said = answer(d);
		if (said != STAND_UNKNOWN) {
			last = said;
			d->n_tail = 0;
		}
	}
	if (last != STAND_UNKNOWN) {
		if (d->told) {
			d->told = false;
			say(out, DEVICE_READY, 0, "");
		}
		d->misses = 0;
		stands(d, last, out);
	}
}

static void
ask_it(struct drawer *d, struct mono now, struct device_out *out)
{
	if (d->ask.n == 0 || d->write_only) {
		return;
	}
	if (now.us >= d->next.us) {
		if (d->misses == MISSES && !d->told) {
			d->told = true;
			d->stand = STAND_UNKNOWN;
			say(out, DEVICE_SILENT, 0,
				"the drawer does not say how it stands: "
				"look at its cable, or take out 'ask'");
		}
		d->misses += d->misses < MISSES ? 1 : 0;
		/* one question waits at most */
		if (out->backlog == 0) {
			(void)device_out_put(out, d->ask.p, d->ask.n);
		}
		d->next.us = now.us + ASK_US;
	}
	device_out_by(out, d->next);
}

/* --- opening -------------------------------------------------------------- */

static void
ends(struct drawer *d, struct device_out *out, enum device_event_kind kind,
	const char *text)
{
	say(out, kind, d->job, text);
	d->phase = PHASE_REST;
	d->job = 0;
}

static bool
tells(const struct drawer *d)
{
	return d->stand != STAND_UNKNOWN;
}

static void
go_on(struct drawer *d, struct mono now, struct device_out *out)
{
	if (d->phase == PHASE_WAITS && now.us >= d->ready.us) {
		(void)device_out_put(out, d->open.p, d->open.n);
		d->ready.us = now.us + d->interval_us;
		d->until.us = now.us + LEAVE_US;
		d->phase = PHASE_LEAVES;
	} else if (d->phase == PHASE_LEAVES && out->backlog == 0) {
		d->until.us = now.us + OPENS_US;
		d->phase = PHASE_OPENS;
	}
	if (d->phase == PHASE_OPENS && (!tells(d) || d->stand == STAND_OPEN)) {
		ends(d, out, DEVICE_JOB_DONE, "");
	} else if (d->phase == PHASE_OPENS && now.us >= d->until.us) {
		ends(d, out, DEVICE_JOB_FAILED,
			"the drawer did not open: unlock it, look what "
			"holds it, or turn 'shut' around");
	} else if (d->phase == PHASE_LEAVES && now.us >= d->until.us) {
		ends(d, out, DEVICE_JOB_UNKNOWN,
			"the line takes nothing: look at the drawer's "
			"cable and its flow control");
		out->hang_up = true;
	}
	if (d->phase == PHASE_WAITS) {
		device_out_by(out, d->ready);
	} else if (d->phase != PHASE_REST) {
		device_out_by(out, d->until);
		if (d->line != 0) {
			device_out_by(out, (struct mono){now.us + SETTLE_US});
		}
	}
}

static void
step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct drawer *d = state;

	if (!d->begun) {
		d->begun = true;
		d->ready.us = now.us + d->settle_us;
		d->next = now;
	}
	hear(d, in, out);
	look_at_line(d, now, in->lines, out);
	/* the pulse before the question how it stands */
	go_on(d, now, out);
	ask_it(d, now, out);
}

static void
lost(void *state, struct mono now, struct device_out *out)
{
	struct drawer *d = state;

	(void)now;
	if (d->phase == PHASE_WAITS) {
		ends(d, out, DEVICE_JOB_FAILED,
			"the drawer is not there: switch it on, look at its "
			"cable");
	} else if (d->phase != PHASE_REST) {
		ends(d, out, DEVICE_JOB_UNKNOWN,
			"the drawer went while it was opened");
	}
}

static enum rc
open_it(void *state, uint32_t id)
{
	struct drawer *d = state;

	if (d->phase != PHASE_REST) {
		return RC_AGAIN;
	}
	d->phase = PHASE_WAITS;
	d->job = id;
	return RC_OK;
}

static const struct drawer_ops ops = {.open = open_it};

const struct device_driver apg_driver = {
	.name = "apg",
	.summary = "APG cash drawers on a serial line",
	.class_ = DEVICE_DRAWER,
	.line = {9600, 8, 'N', 1, FLOW_NONE},
	.opt = apg_opt,
	.n_opt = ARRAY_LEN(apg_opt),
	.state_size = sizeof(struct drawer),
	.open = apg_open,
	.step = step,
	.lost = lost,
	.drawer = &ops,
};

const struct device_driver bytes_driver = {
	.name = "bytes",
	.summary = "any other cash drawer that bytes open",
	.class_ = DEVICE_DRAWER,
	.line = {9600, 8, 'N', 1, FLOW_NONE},
	.opt = bytes_opt,
	.n_opt = ARRAY_LEN(bytes_opt),
	.state_size = sizeof(struct drawer),
	.open = bytes_open,
	.step = step,
	.lost = lost,
	.drawer = &ops,
};
