/* SPDX-License-Identifier: Apache-2.0 */
#include "device/escpos_status.h"

#include <string.h>

#include "base/sbuf.h"

#include "base/poison.h"

#define GAP_US INT64_C(500000) /* between the bytes of one status */

void
escpos_status_init(struct escpos_status *s)
{
	memset(s, 0, sizeof(*s));
	s->drawer = -1;
}

/* --- what all printers have ----------------------------------------------- */

const char *
printer_trouble_text(unsigned trouble)
{
	if ((trouble & PRINTER_COVER) != 0) {
		return "the cover is open";
	}
	if ((trouble & PRINTER_PAPER) != 0) {
		return "no paper";
	}
	if ((trouble & PRINTER_CUTTER) != 0) {
		return "the cutter is jammed: open the cover and free it";
	}
	if ((trouble & PRINTER_FATAL) != 0) {
		return "printer error: switch it off and on";
	}
	return (trouble & PRINTER_ERROR) != 0
		       ? "printer error: it may be too hot, wait a moment"
		       : "the printer is off line: press its feed button";
}

static bool
tell(struct device_out *out, enum device_event_kind kind, const char *text)
{
	struct device_event *e = device_out_event(out, kind, 0);
	struct sbuf b;

	if (e == NULL) {
		return false;
	}
	sbuf_init(&b, e->text, sizeof(e->text));
	sbuf_puts(&b, text);
	return true;
}

unsigned
printer_trouble(unsigned old, unsigned now_bad, struct device_out *out)
{
	static const unsigned fault =
		PRINTER_CUTTER | PRINTER_ERROR | PRINTER_FATAL;
	unsigned fresh = now_bad & ~old;
	unsigned left = now_bad;

	if ((fresh & PRINTER_PAPER) != 0 && !tell(out, DEVICE_PAPER_OUT, "")) {
		left &= ~(unsigned)PRINTER_PAPER;
	}
	if ((fresh & PRINTER_COVER) != 0 && !tell(out, DEVICE_COVER_OPEN, "")) {
		left &= ~(unsigned)PRINTER_COVER;
	}
	if ((fresh & fault) != 0 &&
		!tell(out, DEVICE_FAULT, printer_trouble_text(fresh & fault))) {
		left &= ~fault;
	}
	if (old != 0 && now_bad == 0 && !tell(out, DEVICE_PAPER_OK, "")) {
		left = PRINTER_OFFLINE; /* told with the next status */
	}
	return left;
}

int
printer_drawer(int old, bool high, struct device_out *out)
{
	/* nothing connected reads high, so high counts as shut */
	if (old != (int)high &&
		!tell(out, high ? DEVICE_DRAWER_SHUT : DEVICE_DRAWER_OPEN,
			"")) {
		return old;
	}
	return high ? 1 : 0;
}

/* --- this one's bytes ----------------------------------------------------- */

static void
set_low(struct escpos_status *s, bool low, struct device_out *out)
{
	if (!low || s->low || tell(out, DEVICE_PAPER_LOW, "")) {
		s->low = low;
	}
}

static void
take_asb(struct escpos_status *s, struct device_out *out)
{
	const uint8_t *a = s->part;
	unsigned bad = 0;

	bad |= (a[2] & 0x0c) != 0 ? PRINTER_PAPER : 0u;
	bad |= (a[0] & 0x20) != 0 ? PRINTER_COVER : 0u;
	bad |= (a[1] & 0x08) != 0 ? PRINTER_CUTTER : 0u;
	bad |= (a[1] & 0x44) != 0 ? PRINTER_ERROR : 0u;
	bad |= (a[1] & 0x20) != 0 ? PRINTER_FATAL : 0u;
	bad |= (a[0] & 0x08) != 0 ? PRINTER_OFFLINE : 0u;
	s->trouble = printer_trouble(s->trouble, bad, out);
	set_low(s, (a[2] & 0x03) != 0, out);
	s->drawer = printer_drawer(s->drawer, (a[0] & 0x04) != 0, out);
	s->asb = true;
	s->well = s->well < 0 ? s->well : 0;
	s->heard = true;
	s->ready = (bad & PRINTER_OFFLINE) == 0;
}

/* The answer to DLE EOT n.  Of printers that say by themselves what is wrong
 * only on line or not counts, and only off line. */
static void
take_real(struct escpos_status *s, uint8_t b, struct device_out *out)
{
	unsigned bad = s->trouble;
	uint8_t n = s->asked != 0 ? s->asked : 1;

	s->asked = 0;
	s->heard = true;
	s->real = true;
	s->real_at = s->at;
	if (n == 1) {
		s->ready = (b & 0x08) == 0;
		s->well = s->ready ? s->well + 1 : 0;
		s->drawer = printer_drawer(s->drawer, (b & 0x04) != 0, out);
		bad |= s->ready ? 0u : PRINTER_OFFLINE;
		if (s->ready && (!s->asb || bad == PRINTER_OFFLINE)) {
			bad = 0;
		}
	} else if (n == 2 && !s->asb) {
		bad &= ~(unsigned)(PRINTER_COVER | PRINTER_PAPER |
				   PRINTER_ERROR);
		bad |= (b & 0x04) != 0 ? PRINTER_COVER : 0u;
		bad |= (b & 0x20) != 0 ? PRINTER_PAPER : 0u;
		bad |= (b & 0x40) != 0 ? PRINTER_ERROR : 0u;
	} else if (n == 4 && !s->asb) {
		bad |= (b & 0x60) != 0 ? PRINTER_PAPER : 0u;
		set_low(s, (b & 0x0c) != 0, out);
	}
	s->trouble = printer_trouble(s->trouble, bad, out);
}

/* A block of text, from its first byte to its NUL. */
static void
take_block(struct escpos_status *s, uint8_t b)
{
	if (s->n_block < sizeof(s->block)) {
		s->block[s->n_block] = b;
	}
	s->n_block++;
	if (b != 0 && s->n_block <= ESCPOS_BLOCK) {
		return;
	}
	if (s->n_block == 7 && s->block[0] == 0x37 && s->block[1] == 0x22) {
		memcpy(s->id, s->block + 2, sizeof(s->id));
		s->has_id = true;
	}
	s->heard = true;
	s->n_block = 0;
}

void
escpos_status_take(struct escpos_status *s, uint8_t b, struct mono now,
	struct device_out *out)
{
	bool late = now.us - s->part_at.us > GAP_US;

	if (b == 0x11 || b == 0x13) {
		s->paused = b == 0x13;
		s->paused_at = now;
		return;
	}
	s->at = now;
	if (s->n_part > 0 && ((b & 0x90) != 0 || late)) {
		s->n_part = 0; /* the rest never came */
	}
	if (s->n_block > 0 && late) {
		s->n_block = 0;
	}
	s->part_at = now;
	if (s->n_block > 0 ||
		(s->n_part == 0 &&
			(b == 0x37 || b == 0x3b || b == 0x3d || b == 0x5f))) {
		take_block(s, b);
	} else if (s->n_part > 0 || (b & 0x93) == 0x10) {
		s->part[s->n_part++] = b;
		if (s->n_part == sizeof(s->part)) {
			s->n_part = 0;
			take_asb(s, out);
		}
	} else if ((b & 0x93) == 0x12) {
		take_real(s, b, out);
	} else if ((b & 0x90) == 0) {
		s->answer++;
		s->heard = true;
	}
}
