/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_ZVT_CODEC_H
#define DEVICE_ZVT_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "device/pinpad.h"

/**
 * zvt_codec - the application protocol of ZVT terminals (VdTH PA00P015) as
 * bytes: APDUs, their bitmaps ("BMP": a number byte and data of a known
 * format), and the BER-style container behind BMP 06.  Pure.
 *
 *	CLASS INSTR LEN data		LEN 00..FE
 *	CLASS INSTR FF lo hi data	up to 65535 bytes
 *
 * The length of an APDU is little endian, that of a tag big endian.  Of card
 * data nothing leaves here but the last four digits of BMP 22.
 */
#define ZVT_APDU_BYTES 8192 /* of an APDU that is received */
#define ZVT_SEND_BYTES 2048 /* of one that is made */

/* CLASS << 8 | INSTR */
#define ZVT_REGISTER 0x0600u
#define ZVT_PAY 0x0601u
#define ZVT_LOG_OFF 0x0602u
#define ZVT_COMPLETION 0x060fu
#define ZVT_TOTALS 0x0610u
#define ZVT_ABORT 0x061eu
#define ZVT_REPEAT 0x0620u
#define ZVT_RESERVE 0x0622u
#define ZVT_CAPTURE 0x0624u
#define ZVT_RELEASE 0x0625u
#define ZVT_REVERSE 0x0630u
#define ZVT_REFUND 0x0631u
#define ZVT_END_OF_DAY 0x0650u
#define ZVT_STOP 0x06b0u
#define ZVT_PRINT_LINE 0x06d1u
#define ZVT_PRINT_BLOCK 0x06d3u
#define ZVT_STATUS 0x0501u
#define ZVT_TIME 0x0401u
#define ZVT_STATUS_INFO 0x040fu
#define ZVT_STEP 0x04ffu
#define ZVT_YES 0x8000u
#define ZVT_NO 0x8483u /* unknown command */

/** An APDU that came in; p is borrowed. */
struct zvt_apdu {
	uint16_t cmd;
	const uint8_t *p;
	size_t n;
};

/** zvt_apdu_size(p, n): how long the APDU is that begins at p; 0: n bytes are
 * too few to say.  zvt_apdu_read(p, n, ret): false unless p[0..n) is exactly
 * one. */
size_t zvt_apdu_size(const uint8_t *p, size_t n);
MUST_CHECK bool zvt_apdu_read(
	const uint8_t *p, size_t n, struct zvt_apdu *ret);
/** Whether it is an answer to a command: 80 00, 84 xx. */
bool zvt_is_answer(const struct zvt_apdu *a);

/** An APDU in the making: begin, put, end.  What does not fit is dropped and
 * end() says false. */
struct zvt_make {
	uint8_t byte[ZVT_SEND_BYTES];
	size_t n;
	bool over;
};
void zvt_begin(struct zvt_make *m, uint16_t cmd);
void zvt_put(struct zvt_make *m, const void *p, size_t n);
void zvt_put1(struct zvt_make *m, uint8_t byte);
/** zvt_put_bcd(m, value, bytes): packed decimal, leading zeros; value >= 0,
 * the digits that do not fit are an overflow. */
void zvt_put_bcd(struct zvt_make *m, int64_t value, size_t bytes);
/** Its tag or bitmap before it: 04 amount, 49 currency, 87 receipt. */
void zvt_put_amount(struct zvt_make *m, int64_t minor);
void zvt_put_currency(struct zvt_make *m, unsigned number);
/** zvt_put_receipt(m, text): BMP 87, from digits; "" is FF FF, any. */
void zvt_put_receipt(struct zvt_make *m, const char *text);
/** zvt_put_var(m, bmp, digits, p, n): with a length of two (LL) or three (LLL)
 * digits. */
void zvt_put_var(struct zvt_make *m, uint8_t bmp, unsigned digits,
	const void *p, size_t n);
/** zvt_put_tag(m, tag, p, n): of a container; tag 0x1f07 is two bytes. */
void zvt_put_tag(struct zvt_make *m, unsigned tag, const void *p, size_t n);
MUST_CHECK bool zvt_end(struct zvt_make *m);

/** zvt_bcd(p, n): packed decimal, -1: a nibble is none, or n > 9. */
int64_t zvt_bcd(const uint8_t *p, size_t n);

/** zvt_bmp_next(p, n, ret): the bitmap at *p; moves on.  False: the end, or one
 * that nobody knows, or that is longer than what is left. */
struct zvt_bmp {
	uint8_t id;
	const uint8_t *p;
	size_t n;
};
MUST_CHECK bool zvt_bmp_next(
	const uint8_t **p, size_t *n, struct zvt_bmp *ret);

/** zvt_tag_next(p, n, ret): the same of a container. */
struct zvt_tag {
	unsigned tag; /* 0x24, 0x1f07 */
	bool nested;
	const uint8_t *p;
	size_t n;
};
MUST_CHECK bool zvt_tag_next(
	const uint8_t **p, size_t *n, struct zvt_tag *ret);

/** zvt_tag_walk(p, n, fn, arg): every tag at any depth to ZVT_TAG_DEPTH, the
 * outer before its inner ones. */
#define ZVT_TAG_DEPTH 6
typedef void (*zvt_tag_fn)(void *arg, const struct zvt_tag *t);
void zvt_tag_walk(
	const uint8_t *p, size_t n, zvt_tag_fn fn, void *arg);

/** How a terminal writes text. */
enum zvt_charset { ZVT_CP437, ZVT_LATIN1, ZVT_UTF8 };

/** zvt_text(cs, p, n, out, cap): a line of the terminal's text as clean UTF-8,
 * masked; its blanks stay as they are.  Ends at a NUL. */
void zvt_text(enum zvt_charset cs, const uint8_t *p, size_t n, char *out,
	size_t cap);

/** What bitmaps and tags said; strings "" and numbers -1 where nothing. */
struct zvt_info {
	int result;	 /* 27 */
	int64_t amount;	 /* 04 */
	int64_t currency; /* 49 */
	int status;	 /* 19 */
	int online;	 /* 1F11 */
	int check;	 /* 1F10 */
	int slip_info;	 /* 1F37 */
	int slip_kind;	 /* 1F07 */
	int entry;	 /* 1F12 */
	int card_type;	 /* 8A */
	int64_t system;	 /* 1F16 */
	bool reversal;	 /* 37: it names an earlier payment */
	char terminal[PINPAD_ID_BYTES];
	char receipt[PINPAD_RECEIPT_BYTES];
	char trace[PINPAD_RECEIPT_BYTES];
	char auth[16];
	char card[32];
	char last4[5];
	char aid[33];
	char date[11]; /* "2026-11-21" or "11-21" */
	char time[9];  /* "14:05:33" */
	char text[128];
	struct pinpad_total total[PINPAD_TOTAL_ROWS];
	size_t n_total;
};
void zvt_info_init(struct zvt_info *i);
/** zvt_info_read(i, cs, p, n): adds what the bitmaps in p say; what they do
 * not name stays. */
void zvt_info_read(struct zvt_info *i, enum zvt_charset cs, const uint8_t *p,
	size_t n);

#endif
