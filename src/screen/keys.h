/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_KEYS_H
#define SCREEN_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/sbuf.h"

/**
 * keys - from raw key events to keys and scans.  Pure; time comes with the
 * events.
 *
 * A keyboard-wedge scanner types.  What it types is told from hands by framing
 * (STX .. ETX, and what a keymap file adds) or by rhythm: six or more characters, no gap over 35 ms, ended by
 * Enter or Tab.  Until that is decided characters are held: keys_echo() shows
 * them, nothing acts on them.  A lone character is released after 35 ms, so a
 * scan can never answer a dialog and its Enter is never a key.
 *
 * A box that is answered by one key is guarded: there a run waits until nothing
 * came for 120 ms, so that a scanner that types slowly and frames nothing does
 * not answer it either.
 *
 * Events carry how late they may have been read (slack): after a stall keys
 * arrive in a heap whose rhythm says nothing.  There a run is a scan only when
 * it reads like a code: eight characters or more with a digit among them, once
 * "-", "3-", "12*" and "+" before it are taken as the keys they are.  Doubt
 * keeps input: a repeated scan is dropped only when it certainly came within
 * 250 ms.
 */
enum keys_code {
	KEYS_CHAR, /* cp */
	KEYS_ENTER,
	KEYS_LF,
	KEYS_TAB,
	KEYS_ESC,
	KEYS_BACKSPACE,
	KEYS_DELETE,
	KEYS_INSERT,
	KEYS_UP,
	KEYS_DOWN,
	KEYS_LEFT,
	KEYS_RIGHT,
	KEYS_PGUP,
	KEYS_PGDN,
	KEYS_HOME,
	KEYS_END,
	KEYS_F1,
	KEYS_F2,
	KEYS_F3,
	KEYS_F4,
	KEYS_F5,
	KEYS_F6,
	KEYS_F7,
	KEYS_F8,
	KEYS_F9,
	KEYS_F10,
	KEYS_F11,
	KEYS_F12,
	KEYS_F24 = KEYS_F1 + 23, /* those between have keys_f() only */
	KEYS_STX,
	KEYS_ETX,
	KEYS_PREFIX,  /* Ctrl-F; after it cp, which is no F-key's */
	KEYS_REPAINT, /* Ctrl-L */
	KEYS_ERASE,   /* Ctrl-U: clear the field */
	KEYS_BROKEN,  /* an escape sequence that came too late to be a key */
	KEYS_TEXT,    /* cp was pasted: text whatever the keymap says */
	KEYS_SEQ,     /* cp is the number of a sequence of the keymap */
	KEYS_COMMAND, /* of a framed command: cp is its value, 0 not allowed */
	KEYS_KEYLOCK, /* the lock was turned: cp is L R X S P T, 0 unknown */
	KEYS_PASTE,   /* a paste begins, KEYS_PASTED it ended: never come out */
	KEYS_PASTED,
	KEYS_OTHER /* cp: its control character, 0 none */
};

struct key_event {
	enum keys_code code;
	int32_t cp;       /* KEYS_CHAR: code point; F-key: the character
			     behind Ctrl-F, 0 the key itself; else above */
	struct mono at;   /* when it was read */
	int64_t slack_us; /* it may have been typed this much earlier */
};

/**
 * How a device frames what it types.  Its prefix begins a frame; its suffix,
 * Enter or Tab ends it; 500 ms without a character make it text after all.
 */
enum keys_frame_kind {
	FRAME_SCAN,
	FRAME_COMMAND, /* [number] word */
	FRAME_KEYLOCK, /* word */
	FRAME_EITHER   /* a command when it is a word, else a scan */
};

#define KEYS_MARK_MAX 8

struct keys_mark {
	int32_t cp[KEYS_MARK_MAX];
	size_t n;
};

struct keys_word {
	char text[16];
	int32_t value;
};

struct keys_frame {
	const char *name; /* of the device, NULL none; lives with the frames */
	enum keys_frame_kind kind;
	struct keys_mark prefix, suffix; /* prefix.n > 0 */
	bool keep_prefix;                /* it is part of the scan: "]E0" */
	const struct keys_word *word;
	size_t n_word;
};

/** A prefix that begins with a printable character counts only when nothing is
 * held.  No prefix begins with another one. */
struct keys_frames {
	const struct keys_frame *frame;
	size_t n;
	/* words that are typed whatever their rhythm, also with a number before
	   or behind them */
	const struct keys_word *typed;
	size_t n_typed;
	/* the longest gap within a scan that is told by its rhythm; 0:
	   KEYS_GAP_US */
	int64_t gap_us;
};

/** keys_from_cp(cp): the event code of a character, controls included. */
enum keys_code keys_from_cp(int32_t cp);

/** keys_f(n): the code of F-key n, 1 to 24. */
enum keys_code keys_f(unsigned n);

#define KEYS_GAP_US ((int64_t)35000)
#define KEYS_GUARD_US ((int64_t)120000) /* where one key answers */
#define KEYS_FRAME_GAP_US ((int64_t)500000)
#define KEYS_ESC_US ((int64_t)150000)
#define KEYS_LATE_US ((int64_t)600000) /* the rest of a sequence may take */
#define KEYS_BOUNCE_US ((int64_t)250000)
#define KEYS_SCAN_MIN 6
#define KEYS_DOUBT_MIN 8 /* where the rhythm is not known */
#define KEYS_HELD_MAX 192
#define KEYS_SCAN_BYTES 513

/** What told that it was a scan, a command or the lock. */
enum keys_told {
	KEYS_TOLD_HAND, /* none of them: a key */
	KEYS_TOLD_RHYTHM,
	KEYS_TOLD_FRAME,  /* device: its name, NULL none */
	KEYS_TOLD_READING /* no rhythm was seen: it reads like a code */
};

struct keys_out {
	bool scan;
	enum keys_told source;
	const char *device; /* valid for the call */
	int64_t gap_us;     /* scan: the longest gap in it, when it was read */
	struct key_event key;       /* !scan; of a scan: its last character */
	char text[KEYS_SCAN_BYTES]; /* scan: UTF-8 as sent, terminator gone */
	size_t len;
};

typedef void (*keys_fn)(void *arg, const struct keys_out *out);

struct keys_in {
	enum keys_mode {
		KEYS_PLAIN,
		KEYS_FRAME_HEAD, /* in a prefix of several characters */
		KEYS_FRAME,      /* behind it */
		KEYS_ESC_SEEN,   /* may be a key, may begin a late sequence */
		KEYS_ESC_SWALLOW,
		KEYS_IN_PASTE
	} mode;
	const struct keys_frames *frames; /* never NULL */
	const struct keys_frame *frame;   /* KEYS_FRAME: which */
	struct key_event held[KEYS_HELD_MAX];
	size_t n_held;
	struct mono last; /* of the mode's last event */
	struct key_event esc;
	bool esc_acted; /* it was a key; what follows may say otherwise */
	bool prefix;
	bool blank;       /* a line's end in a paste, not yet passed on */
	bool swallow_lf;  /* the LF of a CR LF */
	bool swallow_any; /* a terminator behind a frame */
	struct mono swallow_until;
	bool guard; /* set by the caller: one key answers what is asked */
	bool has_plus, has_scan;
	struct key_event plus;    /* the last one that counted */
	struct key_event scan_at; /* the last scan that counted */
	char scan[KEYS_SCAN_BYTES];
	uint64_t doubles; /* repeats within 250 ms, not sold */
};

void keys_init(struct keys_in *k);
/** keys_frames(k, f): frames to know, borrowed until the next call; NULL: STX
 * .. ETX alone.  A frame that is half read becomes text. */
void keys_frames(
	struct keys_in *k, const struct keys_frames *f, keys_fn fn, void *arg);

/** keys_feed(k, ev, fn, arg): one event in; fn is called for each key or scan
 * that is certain now, in order. */
void keys_feed(
	struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg);
/** keys_scanned(k, text, len, at, fn, arg): a scan that no keyboard typed: a
 * repeat is dropped as any other. */
void keys_scanned(struct keys_in *k, const char *text, size_t len,
	struct mono at, keys_fn fn, void *arg);
/** keys_tick(k, now, fn, arg): release what has waited long enough.  Feed
 * everything readable first. */
void keys_tick(struct keys_in *k, struct mono now, keys_fn fn, void *arg);
/** keys_deadline(k, ret): when keys_tick() is due; false: nothing is held. */
bool keys_deadline(const struct keys_in *k, struct mono *ret);
/** keys_echo(k, out): held characters a prompt may show already. */
void keys_echo(const struct keys_in *k, struct sbuf *out);

#endif
