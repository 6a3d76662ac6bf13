/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_DEVICE_H
#define DEVICE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "device/display.h"
#include "device/pinpad.h"
#include "device/scale.h"
#include "device/worker.h"

/**
 * device - drivers as pure state machines, in one explicit table.
 *
 * A driver turns bytes and time into bytes, events and a next deadline; it
 * never reads, writes, sleeps, logs or allocates.  The host (device/host.h)
 * owns transport, reconnect, staleness and the log.
 */
enum device_class {
	DEVICE_PRINTER,
	DEVICE_DRAWER,
	DEVICE_PINPAD,
	DEVICE_SCANNER,
	DEVICE_SCALE,
	DEVICE_DISPLAY,
	DEVICE_CLASS_COUNT,
	DEVICE_WORKER /* no section of holdfast.conf: device/worker.h */
};

/** device_class_name(c): its section of holdfast.conf: "printer", "drawer",
 * "pinpad", "scanner", "scale", "pole". */
const char *device_class_name(enum device_class c);

enum device_flow {
	FLOW_DEFAULT, /* the driver's */
	FLOW_NONE,
	FLOW_XONXOFF,
	FLOW_RTSCTS,
	FLOW_DTRDSR /* Linux has none: the transport looks at DSR itself */
};

/** A serial line; what is 0 is the driver's default. */
struct device_line {
	unsigned baud;
	uint8_t bits;	/* 7, 8 */
	char parity;	/* 'N', 'E', 'O' */
	uint8_t stop;	/* 1, 2 */
	enum device_flow flow;
};

/** device_frame(text, ret): "8N1", "7E1", "8N2" into bits, parity and stop of
 * *ret.  device_frame_text(l, out): and back.  False: it is none. */
MUST_CHECK bool device_frame(const char *text, struct device_line *ret);
void device_frame_text(const struct device_line *l, char out[4]);
/** device_flow_name(f), device_flow_named(text, ret): "none", "xonxoff",
 * "rtscts", "dtrdsr". */
const char *device_flow_name(enum device_flow f);
MUST_CHECK bool device_flow_named(const char *text, enum device_flow *ret);

/** What is known of a modem line; bits of device_in.lines. */
enum {
	LINE_CTS = 1u,
	LINE_DSR = 2u,
	LINE_RI = 4u,
	LINE_DCD = 8u,
	LINE_KNOWN = 16u /* there are modem lines, and this is how they are */
};

/** What one step is given. */
struct device_in {
	const uint8_t *p;
	size_t n;
	unsigned lines; /* LINE_*; without LINE_KNOWN nothing is known */
};

enum device_event_kind {
	DEVICE_READY,
	DEVICE_DOWN,	    /* text says why */
	DEVICE_JOB_DONE,    /* job: everything is on paper, the drawer opened */
	DEVICE_JOB_FAILED,  /* job: cause in text */
	DEVICE_JOB_UNKNOWN, /* job: silence; it may be on paper */
	DEVICE_PAPER_LOW,
	DEVICE_PAPER_OUT,
	DEVICE_COVER_OPEN,
	DEVICE_DRAWER_OPEN,
	DEVICE_DRAWER_SHUT,
	DEVICE_PAPER_OK, /* paper and cover are as they must be again */
	DEVICE_FAULT,	 /* it answers, and cannot work: text says what to do */
	DEVICE_SILENT,	 /* it does not answer what it was asked: text */
	DEVICE_SCAN,	 /* data, n_data: a symbol, AIM identifier first when
			  * the scanner sends one */
	DEVICE_WEIGHT,	 /* weight: a reading */
	DEVICE_CARD_STEP,   /* text: what the terminal shows its customer */
	DEVICE_CARD_SLIP,   /* slip: text of a receipt; needs stored() */
	DEVICE_CARD_RESULT, /* result: the end of what was asked; needs stored()
			     * when result->hold */
	DEVICE_NOTE,	    /* text: for the log alone */
	DEVICE_WORKER_STATE, /* link: how the sync worker is */
	DEVICE_WORKER_ITEM  /* item: one line of what was asked for */
};

/** "ready", "down", "job_done", ... */
const char *device_event_name(enum device_event_kind kind);

/** Pointers are the driver's and live until its next call. */
#define DEVICE_TEXT_BYTES 128
struct device_event {
	enum device_event_kind kind;
	uint32_t job; /* of the job or question it answers; 0 none */
	char text[DEVICE_TEXT_BYTES];
	const char *data; /* DEVICE_SCAN */
	size_t n_data;
	struct scale_reading weight;
	const struct pinpad_slip *slip;
	const struct pinpad_result *result;
	const struct worker_state *link;
	const struct worker_item *item;
};

/** What one step gives; the host empties it before, and sets backlog to the
 * bytes of earlier steps that the transport has not taken yet, so that a
 * driver can hold back. */
#define DEVICE_OUT_BYTES 4096
#define DEVICE_OUT_URGENT 16
#define DEVICE_OUT_EVENTS 8
struct device_out {
	size_t backlog; /* in */
	uint8_t byte[DEVICE_OUT_BYTES];
	size_t n_byte;
	/* these go before all that waits, and past a device that is busy */
	uint8_t urgent[DEVICE_OUT_URGENT];
	size_t n_urgent;
	struct device_event event[DEVICE_OUT_EVENTS];
	size_t n_event;
	bool hang_up; /* close the line and open it again */
	struct mono deadline; /* call step again then; us < 0: never */
};

/** device_out_put(out, p, n): false, and nothing, when it does not fit.
 * device_out_event(out, kind, job): zeroed but for these; NULL full.
 * device_out_by(out, when): be called by then, or earlier. */
bool device_out_put(struct device_out *out, const void *p, size_t n);
struct device_event *device_out_event(
	struct device_out *out, enum device_event_kind kind, uint32_t job);
void device_out_by(struct device_out *out, struct mono when);

/** An option of a driver: a key of its section in holdfast.conf. */
enum device_opt_kind {
	DEVICE_OPT_TEXT,
	DEVICE_OPT_NUMBER, /* min to max */
	DEVICE_OPT_YES,    /* "yes", "no" */
	DEVICE_OPT_WORD,   /* one of words, with blanks between */
	DEVICE_OPT_BYTES   /* hex, blanks allowed: at most max of them */
};

struct device_opt {
	const char *name;
	const char *help; /* N_() */
	const char *fallback;
	enum device_opt_kind kind;
	int64_t min, max;
	const char *words;
};

struct device_opt_value {
	const char *key, *value;
};

/** One device as it is configured.  Strings are the caller's. */
struct device_conf {
	const char *name; /* "printer", "kitchen" */
	const char *driver;
	const char *port; /* device/transport.h */
	struct device_line line;
	const struct device_opt_value *opt;
	size_t n_opt;
};

struct paper_language;

/** A printer job: bytes already laid out in the driver's language.  A printer
 * whose driver has drawer_ops opens the drawer on it, past a job that waits
 * for paper. */
struct printer_ops {
	/** job(state, id, p, n): begin printing n bytes, borrowed until a
	 * JOB event.  RC_AGAIN one is running. */
	enum rc (*job)(void *state, uint32_t id, const uint8_t *p, size_t n);
	/** progress(state): bytes of the running job handed out so far. */
	size_t (*progress)(const void *state);
	/** language(conf): how its jobs are written: device/paper.h. */
	const struct paper_language *(*language)(
		const struct device_conf *conf);
	/** between(state): the line, once all that was given is out, may carry
	 * a frame for a display before the printer: no job is under way and
	 * the printer takes bytes.  NULL: never. */
	bool (*between)(const void *state);
};

/** A drawer on a line of its own. */
struct drawer_ops {
	/** open(state, id): a JOB event says what came of it.  RC_AGAIN one is
	 * under way. */
	enum rc (*open)(void *state, uint32_t id);
	/** pin(state, pin): of a printer: the next open() is of the drawer on
	 * connector pin 2 (0) or 5 (1) instead of its own.  NULL: there is
	 * one drawer. */
	void (*pin)(void *state, unsigned pin);
};

struct pinpad_ops {
	unsigned can; /* 1u << enum pinpad_op */
	/** ask(state, id, ask): begin; *ask is copied.  Ends with exactly one
	 * DEVICE_CARD_RESULT of that id, whatever happens.
	 * RC_AGAIN something is under way; RC_INVAL this driver cannot. */
	enum rc (*ask)(
		void *state, uint32_t id, const struct pinpad_ask *ask);
	/** stored(state): the result or slip that was handed out last is in
	 * the journal: the terminal may be told. */
	void (*stored)(void *state);
	/** cancel(state): end it if that can still be; the result says. */
	void (*cancel)(void *state);
};

struct scale_ops {
	/** ask(state, id, ask): readings as they change, each with that id,
	 * until rest(). */
	void (*ask)(void *state, uint32_t id, const struct scale_ask *ask);
	void (*rest)(void *state);
	/** command(state, what): RC_INVAL the scale has no such command. */
	enum rc (*command)(void *state, enum scale_command what);
};

struct display_ops {
	/** show(state, frame): copied; the newest one wins. */
	void (*show)(void *state, const struct display_frame *frame);
};

struct worker_ops {
	/** ask(state, id, ask): ends with one JOB event of that id.  RC_AGAIN
	 * too much is under way. */
	enum rc (*ask)(
		void *state, uint32_t id, const struct worker_ask *ask);
};

struct device_driver {
	const char *name; /* "escpos"; its manual is holdfast-NAME(4) */
	const char *summary;
	enum device_class class_;
	struct device_line line; /* as the maker delivers it */
	const struct device_opt *opt;
	size_t n_opt;
	size_t state_size;
	/** check(conf, reterr): options that go together; may be NULL.
	 * RC_INVAL in words. */
	enum rc (*check)(const struct device_conf *conf, struct err *reterr);
	/** open(state, conf, write_only, reterr): a line was opened; the state
	 * is zeroed before the first time.  It keeps nothing of an earlier line
	 * but what lost() left.  RC_INVAL an option's value, in words. */
	enum rc (*open)(void *state, const struct device_conf *conf,
		bool write_only, struct err *reterr);
	void (*step)(void *state, struct mono now, const struct device_in *in,
		struct device_out *out);
	/** lost(state, now, out): the line is gone: events for what was under
	 * way; its bytes go nowhere.  May be NULL. */
	void (*lost)(void *state, struct mono now, struct device_out *out);
	/* what it can do, one or more; NULL it cannot */
	const struct printer_ops *printer;
	const struct drawer_ops *drawer;
	const struct pinpad_ops *pinpad;
	const struct scale_ops *scale;
	const struct display_ops *display;
	const struct worker_ops *worker;
	/* it may be away for days: tried at most once a minute */
	bool patient;
};

extern const struct device_driver *const device_drivers[];
extern const size_t device_n_drivers;
const struct device_driver *device_driver_find(const char *name);

/** device_conf_check(conf, class_, reterr): what a configuration may say.
 * Errors   RC_NOTFOUND no such driver, or none of that class; RC_INVAL an
 *          address, line or option that cannot be: words say what to write. */
MUST_CHECK enum rc device_conf_check(const struct device_conf *conf,
	enum device_class class_, struct err *reterr);

/** The value of a driver's option as configured, else its fallback; ${name} is
 * in its table.  device_opt_bytes(): at most cap; returns how many. */
const char *device_opt_text(const struct device_driver *d,
	const struct device_conf *conf, const char *name);
int64_t device_opt_number(const struct device_driver *d,
	const struct device_conf *conf, const char *name);
bool device_opt_yes(const struct device_driver *d,
	const struct device_conf *conf, const char *name);
size_t device_opt_bytes(const struct device_driver *d,
	const struct device_conf *conf, const char *name, uint8_t *out,
	size_t cap);
/** device_conf_line(d, conf): the line with the driver's defaults filled in. */
struct device_line device_conf_line(
	const struct device_driver *d, const struct device_conf *conf);

#endif
