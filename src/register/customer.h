/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CUSTOMER_H
#define REGISTER_CUSTOMER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "device/display.h"
#include "register/config.h"
#include "register/engine.h"

/**
 * customer - what the customer may see, told to whoever shows it: `holdfast
 * display`, a process of its own, which can be slow, stuck or dead without
 * the register noticing.
 *
 * The way is a named pipe, "display" in the store directory, made by the
 * reader.  A frame is written whole or not at all (it is smaller than
 * PIPE_BUF), never waited for, and nothing of it reaches the disk.  A reader
 * that comes later is told everything at once.  No queue, device or operator
 * is in a frame.
 */
#define CUSTOMER_PIPE "display"
#define CUSTOMER_FRAME_BYTES 1024
#define CUSTOMER_LEFT_BYTES 160
#define CUSTOMER_CONFIG_BYTES 17 /* the begin of config_version() */

enum customer_state {
	CUSTOMER_CLOSED, /* the register is not open */
	CUSTOMER_READY,
	CUSTOMER_SALE,
	CUSTOMER_PAY,
	CUSTOMER_CHANGE,
	CUSTOMER_STATE_COUNT
};

struct customer_row {
	char left[CUSTOMER_LEFT_BYTES]; /* UTF-8, in the shop's language */
	char right[32];                 /* an amount, never cut */
};

/* Two rows; where there is room, the amount of row ${big} stands large. */
struct customer_frame {
	enum customer_state state;
	bool training;
	char language[I18N_BYTES]; /* of its words; "" not said */
	char shop[128];
	char config[CUSTOMER_CONFIG_BYTES]; /* version that is active; "" */
	struct customer_row row[2];
	int big; /* 0, 1; -1 none */
};

/** customer_frame(v, c, show_change, ret): what ${v} lets the customer see.
 * change_due: the last sale's change is still due to them. */
void customer_frame(const struct engine_view *v, const struct config *c,
	bool change_due, struct customer_frame *ret);
/** customer_closed(c, ret): the register is closed. */
void customer_closed(const struct config *c, struct customer_frame *ret);

/** customer_gone(f): ${f} becomes what shows where no register tells anything:
 * closed, with the shop and in the language that were known. */
void customer_gone(struct customer_frame *f);

/** customer_encode(f, out): the frame as lines "key value", ended by an empty
 * one; at most CUSTOMER_FRAME_BYTES. */
void customer_encode(const struct customer_frame *f, struct sbuf *out);
/** customer_decode(text, len, ret): one frame without its empty line.
 * RC_PROTO none of ours; unknown keys are passed over. */
MUST_CHECK enum rc customer_decode(
	const char *text, size_t len, struct customer_frame *ret);

/** customer_line(row, cols, out): a row in exactly ${cols} ASCII characters,
 * for displays of 20 or 40: the name gives way, the amount does not.  Letters
 * are written by their nearest, as on a receipt: e-acute is "e", sharp s "ss". */
void customer_line(const struct customer_row *row, size_t cols, char *out);

/** customer_rows(f, ret): the frame for a display of two rows, device/display.h;
 * in the language that is set. */
void customer_rows(const struct customer_frame *f, struct display_frame *ret);

/* --- the register's end --------------------------------------------------- */

struct customer {
	char path[PATH_BYTES];
	int fd;     /* -1: nobody reads */
	bool late;  /* the pipe was full: the last frame is still to be sent */
	size_t len; /* of the last frame, 0 none */
	char text[CUSTOMER_FRAME_BYTES];
};

/** customer_init(c, dir): ${dir} is the store directory.  RC_INVAL too long a
 * path. */
MUST_CHECK enum rc customer_init(struct customer *c, const char *dir);
/** customer_shown(c): whether anybody reads; a frame is worth making then. */
bool customer_shown(const struct customer *c);
/** customer_tell(c, f): nothing where nobody reads; a frame that says nothing
 * new is not sent; one that the pipe does not take at once is sent again by
 * customer_idle(). */
void customer_tell(struct customer *c, const struct customer_frame *f);
/** customer_idle(c): look for a reader that came or went; every second or
 * so. */
void customer_idle(struct customer *c);
void customer_done(struct customer *c);

/* --- the display's end ----------------------------------------------------- */

struct customer_reader {
	char path[PATH_BYTES];
	int fd;
	size_t len;
	char text[4 * CUSTOMER_FRAME_BYTES];
};

/** customer_reader_open(r, dir, reterr): make the pipe anew and read it alone;
 * a register that wrote to the one before tells everything again.
 * Errors   RC_BUSY another display reads it; RC_NOTFOUND no store at ${dir};
 *          RC_EXISTS something else has the name; RC_IO. */
MUST_CHECK enum rc customer_reader_open(
	struct customer_reader *r, const char *dir, struct err *reterr);
/** customer_reader_take(r, ret, ret_any): never waits; the newest whole frame
 * of those that have come, *ret_any false when there is none.  What is no
 * frame is passed over.  RC_DOWN the register let go of its end: opened anew
 * (r->fd may be another). */
MUST_CHECK enum rc customer_reader_take(
	struct customer_reader *r, struct customer_frame *ret, bool *ret_any);
void customer_reader_close(struct customer_reader *r);
/** customer_reader_there(dir): whether a display reads; for who asks beside
 * it. */
bool customer_reader_there(const char *dir);

#endif
