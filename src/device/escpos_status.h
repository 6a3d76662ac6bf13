/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_ESCPOS_STATUS_H
#define DEVICE_ESCPOS_STATUS_H

#include "device/device.h"

/**
 * escpos_status - what a printer says of itself, out of one stream of bytes:
 * four bytes of automatic status, one of an answer in real time, blocks of
 * text, answers to queued questions, XON and XOFF between any of them.
 */
enum {
	PRINTER_PAPER = 1u,
	PRINTER_COVER = 2u,
	PRINTER_CUTTER = 4u,
	PRINTER_ERROR = 8u,
	PRINTER_OFFLINE = 16u,
	PRINTER_FATAL = 32u /* until it is switched off and on */
};

#define ESCPOS_BLOCK 80u

struct escpos_status {
	unsigned trouble; /* PRINTER_* */
	bool low;
	int drawer;	 /* -1 not known, else pin 3 high */
	bool paused;	 /* XOFF */
	bool asb;	 /* automatic status was heard since the line opened */
	bool real;	 /* an answer in real time was */
	struct mono paused_at; /* of the last XON or XOFF */
	struct mono real_at;   /* of the last answer in real time */
	struct mono at;	 /* when anything was heard last */
	bool heard;	 /* anything, since this was set to false */
	bool ready;	 /* the last answer in real time: on line */
	int well;	 /* answers that said so, one behind the other, since
			  * the last status that came by itself */
	unsigned answer; /* to GS r since this was set to 0 */
	char id[4];	 /* of the last answer to GS ( H */
	bool has_id;
	uint8_t asked; /* n of the DLE EOT under way; 0 none */

	/* a status that is not whole yet */
	uint8_t part[4];
	size_t n_part;
	struct mono part_at;
	uint8_t block[8]; /* how the block begins */
	size_t n_block;	  /* 0: outside */
};

void escpos_status_init(struct escpos_status *s);
/** escpos_status_take(s, b, now, out): one byte; events for what changed. */
void escpos_status_take(struct escpos_status *s, uint8_t b, struct mono now,
	struct device_out *out);
/** printer_trouble_text(trouble): the worst of it, in words. */
const char *printer_trouble_text(unsigned trouble);
/** printer_trouble(old, now_bad, out): events for what changed; what stands
 * from now on. */
unsigned printer_trouble(
	unsigned old, unsigned now_bad, struct device_out *out);
/** printer_drawer(old, high, out): the same of the contact. */
int printer_drawer(int old, bool high, struct device_out *out);

#endif
