/* SPDX-License-Identifier: Apache-2.0 */
/* A Star printer, in the Line and the PRNT language. */
#include <string.h>

#include "sim/printer.h"

#include "base/poison.h"

#define ESC 0x1b
#define GS 0x1d
#define RS 0x1e
#define ETB 0x17
#define MORE 0

struct star {
	struct sim_printer p;
	uint8_t counter; /* ETBs */
	uint8_t told[9];
	bool by_itself; /* status when it changes: a switch in its memory */
	bool wants;
	uint8_t qr[PRINTER_BUFFER];
	size_t n_qr;
};

static void
tell_status(struct star *s, struct sim_out *out)
{
	const struct sim_printer *p = &s->p;
	uint8_t a[9] = {0x23, 0x06};

	a[2] |= sim_printer_contact(p) ? 0x04 : 0;
	a[2] |= sim_printer_works(p) ? 0 : 0x08;
	a[2] |= p->cover_open ? 0x20 : 0;
	a[3] |= p->jammed ? 0x08 : 0;
	a[5] |= p->low ? 0x04 : 0;
	a[5] |= p->paper ? 0 : 0x08;
	a[7] = (uint8_t)((s->counter & 7u) << 1 | (s->counter & 0x18u) << 2);
	if (s->wants || (s->by_itself && memcmp(a, s->told, sizeof(a)) != 0)) {
		memcpy(s->told, a, sizeof(a));
		s->wants = false;
		if (p->on && !p->mute) {
			(void)sim_put(out, a, sizeof(a));
		}
	}
}

static void
set_flag(struct star *s, unsigned flag, bool on)
{
	s->p.flags = on ? s->p.flags | flag : s->p.flags & ~flag;
}

static size_t
bars(struct star *s, const uint8_t *p, size_t n)
{
	static const char *const name[] = {"UPC-E ", "UPC-A ", "EAN8 ",
		"EAN13 ", "CODE39 ", "ITF ", "CODE128 ", "CODE93 "};
	size_t len = 6;

	while (len < n && p[len] != RS) {
		len++;
	}
	if (len >= n) {
		return MORE;
	}
	sheet_code(&s->p.sheet, false, name[(p[2] - '0') & 7], p + 6, len - 6);
	return len + 1;
}

/* ESC GS y: QR. */
static size_t
qr(struct star *s, const uint8_t *p, size_t n)
{
	size_t len;

	if (n < 4) {
		return MORE;
	}
	if (p[3] == 'P') {
		sheet_code(&s->p.sheet, true, "QR ", s->qr, s->n_qr);
		return 4;
	}
	if (p[3] == 'S') {
		return n < 6 ? MORE : 6;
	}
	if (n < 8) {
		return MORE;
	}
	len = (size_t)p[6] | (size_t)p[7] << 8;
	if (n < 8 + len) {
		return MORE;
	}
	s->n_qr = len < sizeof(s->qr) ? len : 0;
	memcpy(s->qr, p + 8, s->n_qr);
	return 8 + len;
}

static size_t
esc_gs(struct star *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	size_t row, h;

	if (n < 4) {
		return MORE;
	}
	switch (p[2]) {
	case 't':
		s->p.page = p[3];
		return 4;
	case 'a':
		s->p.sheet.align = p[3];
		return 4;
	case 'y':
		return qr(s, p, n);
	case 'S':
		if (n < 9) {
			return MORE;
		}
		row = (size_t)p[4] | (size_t)p[5] << 8;
		h = (size_t)p[6] | (size_t)p[7] << 8;
		if (n < 9 + row * h) {
			return MORE;
		}
		sheet_image(&s->p.sheet, (unsigned)row * 8, (unsigned)h, p + 9);
		return 9 + row * h;
	default:
		sim_printer_unknown(&s->p, p, n, out);
		return 1;
	}
}

static size_t
band(struct star *s, const uint8_t *p, size_t n)
{
	size_t row;

	if (n < 4) {
		return MORE;
	}
	row = (size_t)p[2] | (size_t)p[3] << 8;
	if (n < 4 + row * 24) {
		return MORE;
	}
	sheet_image(&s->p.sheet, (unsigned)row * 8, 24, p + 4);
	return 4 + row * 24;
}

/* Those of one letter, and how many bytes follow. */
static const struct {
	uint8_t letter, args;
} fixed[] = {{'@', 0}, {'E', 0}, {'F', 0}, {'4', 0}, {'5', 0}, {'i', 2},
	{'a', 1}, {'d', 1}, {0x07, 2}, {0x06, 1}, {'-', 1}, {'0', 0}, {'z', 1}};

static void
do_fixed(struct star *s, const uint8_t *p, struct sim_out *out)
{
	switch (p[1]) {
	case '@':
		s->p.flags = 0;
		s->p.page = 0;
		s->p.sheet.align = 0;
		memset(&s->p.sheet.now, 0, sizeof(s->p.sheet.now));
		break;
	case 'E':
	case 'F':
		set_flag(s, SHEET_BOLD, p[1] == 'E');
		break;
	case '4':
	case '5':
		set_flag(s, s->p.profile.red ? SHEET_RED : SHEET_INVERSE,
			p[1] == '4');
		break;
	case 'i':
		set_flag(s, SHEET_TALL, p[2] > 0);
		set_flag(s, SHEET_WIDE, p[3] > 0);
		break;
	case 'a':
		for (unsigned i = 0; i < p[2]; i++) {
			sim_printer_line(&s->p, out);
		}
		break;
	case 'd':
		sim_printer_cut(&s->p, out);
		break;
	case 0x06:
		s->wants = true;
		break;
	default:
		break;
	}
}

static size_t
command(struct star *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	if (n < 2) {
		return MORE;
	}
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
		if (fixed[i].letter != p[1]) {
			continue;
		}
		if (n < 2u + fixed[i].args) {
			return MORE;
		}
		do_fixed(s, p, out);
		return 2u + fixed[i].args;
	}
	switch (p[1]) {
	case GS:
		return esc_gs(s, p, n, out);
	case 'b':
		return bars(s, p, n);
	case 'k':
		return band(s, p, n);
	default:
		sim_printer_unknown(&s->p, p, n, out);
		return 1;
	}
}

static size_t
one(void *state, const uint8_t *p, size_t n, struct sim_out *out)
{
	struct star *s = state;

	switch (p[0]) {
	case ESC:
		return command(s, p, n, out);
	case '\n':
		sim_printer_line(&s->p, out);
		return 1;
	case 0x07:
	case 0x1c:
		sim_printer_pulse(&s->p, 0, out);
		return 1;
	case 0x1a:
	case 0x19:
		sim_printer_pulse(&s->p, 1, out);
		return 1;
	case ETB:
		s->counter = (s->counter + 1) & 0x1f;
		return 1;
	default:
		if (p[0] < 0x20 || p[0] == 0x7f) {
			sim_printer_unknown(&s->p, p, 1, out);
			return 1;
		}
		sim_printer_sign(&s->p, p[0]);
		return 1;
	}
}

/* While it cannot print it still hears what is asked in real time. */
static void
overhear(struct star *s, struct sim_out *out)
{
	uint8_t *b = s->p.buffer;
	size_t n = s->p.n_buffer;

	if (n >= 3 && b[n - 3] == ESC && b[n - 2] == 0x06 && b[n - 1] == 1) {
		s->p.n_buffer -= 3;
		s->wants = true;
	} else if (n >= 5 && b[n - 5] == ESC && b[n - 4] == 0x07 &&
		   (b[n - 1] == 0x1c || b[n - 1] == 0x19)) {
		s->p.n_buffer -= 5;
		sim_printer_pulse(&s->p, b[n - 1] == 0x19, out);
	}
}

static void
star_step(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct star *s = state;

	(void)now;
	for (size_t i = 0; i < n && s->p.on; i++) {
		sim_printer_keep(&s->p, in[i], out);
		if (sim_printer_works(&s->p)) {
			sim_printer_work(&s->p, one, s, out);
		} else {
			overhear(s, out);
		}
	}
	sim_printer_work(&s->p, one, s, out);
	tell_status(s, out);
}

static enum rc
star_open(void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	struct star *s = state;

	return sim_printer_open(&s->p, &sim_star, opt, n, reterr);
}

static enum rc
star_tell(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	struct star *s = state;
	bool known = false;

	(void)now;
	(void)sim_printer_tell(&s->p, line, &known, out);
	if (!known) {
		return sim_unknown(&sim_star, line, reterr);
	}
	s->counter = s->p.on ? s->counter : 0;
	sim_printer_work(&s->p, one, s, out);
	tell_status(s, out);
	return RC_OK;
}

static void
star_show(const void *state, struct sbuf *out)
{
	const struct star *s = state;

	sheet_show(&s->p.sheet, out);
}

static void
star_picture(const void *state,
	void (*row)(void *arg, const uint8_t *dot, size_t n), void *arg)
{
	const struct star *s = state;

	sheet_picture(&s->p.sheet, row, arg);
}

const struct sim_device sim_star = {.name = "star",
	.summary = "a receipt printer that speaks Star Line and StarPRNT",
	.commands = SIM_PRINTER_COMMANDS,
	.state_size = sizeof(struct star),
	.open = star_open,
	.step = star_step,
	.tell = star_tell,
	.show = star_show,
	.picture = star_picture};
