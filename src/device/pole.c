/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Customers' displays: what they are told differs in a few bytes, so all of
 * them are here.  Nothing is read.  A frame goes out whole, and only when the
 * one before is gone, so that a slow line shows the newest one next.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "device/codepage.h"
#include "device/pole_drivers.h"

#include "base/poison.h"

#define ESC 0x1b
#define US 0x1f
#define CLEAR 0x0c
#define BRIGHT_AS_IS 0
#define TABLE_AS_IS (-1)
#define LEFT_BYTES (4 * DISPLAY_ROW_BYTES)
#define LEAST_ENDS 8u /* in less room a name is cut at its end */

enum dialect {
	DIALECT_PLAIN,
	DIALECT_AEDEX,
	DIALECT_UTC,
	DIALECT_CD5220,
	DIALECT_DMD,
	DIALECT_LOGIC
};

struct pole {
	enum dialect dialect;
	const struct codepage *page; /* NULL: ASCII alone */
	int64_t table;
	int64_t bright; /* 1 to 4 */
	bool behind;    /* a printer's line, which it shares */
	bool begun;     /* it was set up since the line was opened */
	bool due;
	uint8_t cell[DISPLAY_ROWS][DISPLAY_CELLS];
};

/* --- cells ---------------------------------------------------------------- */

static int
byte_of(const struct pole *p, int32_t cp)
{
	if (p->page != NULL) {
		return codepage_byte(p->page, cp);
	}
	return cp >= 0x20 && cp < 0x7f ? cp : -1;
}

/* One sign as the display's bytes, at most ${cap}. */
static size_t
put_sign(const struct pole *p, int32_t cp, uint8_t *out, size_t cap)
{
	int32_t plain[CODEPAGE_PLAIN_MAX];
	int byte = byte_of(p, cp);
	size_t n = 0;
	size_t k;

	if (byte >= 0) {
		out[0] = (uint8_t)byte;
		return 1;
	}
	k = codepage_plain(cp, plain);
	for (size_t i = 0; i < k && n < cap; i++) {
		byte = byte_of(p, plain[i]);
		out[n++] = byte >= 0 ? (uint8_t)byte : '?';
	}
	if (n == 0) {
		out[n++] = '?';
	}
	return n;
}

/* Text as the display's bytes; how many, at most ${cap}. */
static size_t
put_text(const struct pole *p, const char *text, size_t len, uint8_t *out,
	size_t cap)
{
	const char *at = text, *end = text + len;
	size_t n = 0;
	int32_t cp;

	while (n < cap && text_next(&at, end, &cp)) {
		if (text_cp_cells(cp) > 0) {
			n += put_sign(p, cp, out + n, cap - n);
		}
	}
	return n;
}

/* ${n} bytes into ${room} of a row, two dots for what had no room between its
 * ends: sizes and kinds stand at the end of a name. */
static void
put_middle(const uint8_t *p, size_t n, uint8_t *cell, size_t room)
{
	size_t tail = room >= LEAST_ENDS ? (room - 2) / 2 : 0;
	size_t head = room - (tail > 0 ? tail + 2 : 0);

	if (n <= room) {
		memcpy(cell, p, n);
		return;
	}
	memcpy(cell, p, head);
	if (tail > 0) {
		memset(cell + head, '.', 2);
		memcpy(cell + head + 2, p + n - tail, tail);
	}
}

static void
put_cells(const struct pole *p, const char *text, uint8_t cell[DISPLAY_CELLS])
{
	const char *tab = strchr(text, '\t');
	uint8_t left[LEFT_BYTES];
	size_t n = 0;

	memset(cell, ' ', DISPLAY_CELLS);
	if (tab == NULL) {
		n = put_text(p, text, strlen(text), left, sizeof(left));
		put_middle(left, n, cell, DISPLAY_CELLS);
		return;
	}
	n = put_text(p, tab + 1, strlen(tab + 1), left, DISPLAY_CELLS);
	memcpy(cell + DISPLAY_CELLS - n, left, n);
	if (n + 1 < DISPLAY_CELLS) {
		size_t room = DISPLAY_CELLS - n - 1;

		n = put_text(p, text, (size_t)(tab - text), left, sizeof(left));
		put_middle(left, n, cell, room);
	}
}

/* --- bytes ---------------------------------------------------------------- */

static void
put2(struct device_out *out, uint8_t a, uint8_t b)
{
	const uint8_t p[] = {a, b};

	(void)device_out_put(out, p, sizeof(p));
}

static void
put3(struct device_out *out, uint8_t a, uint8_t b, uint8_t c)
{
	const uint8_t p[] = {a, b, c};

	(void)device_out_put(out, p, sizeof(p));
}

static void
put_bright(const struct pole *p, struct device_out *out)
{
	static const uint8_t logic[] = {0x20, 0x60, 0xa0, 0xff};

	if (p->bright == BRIGHT_AS_IS) {
		return;
	}
	if (p->dialect == DIALECT_CD5220) {
		put3(out, ESC, '*', (uint8_t)p->bright);
	} else if (p->dialect == DIALECT_DMD) {
		put3(out, US, 'X', (uint8_t)p->bright);
	} else if (p->dialect == DIALECT_LOGIC) {
		put2(out, 0x04, logic[p->bright - 1]);
	}
}

static void
put_begin(const struct pole *p, struct device_out *out)
{
	switch (p->dialect) {
	case DIALECT_CD5220:
		put2(out, ESC, '@');
		put3(out, ESC, '_', 0);
		break;
	case DIALECT_DMD:
		put2(out, ESC, '@');
		break;
	case DIALECT_LOGIC:
		put3(out, US, 0x11, 0x14); /* clear, overwrite, no cursor */
		break;
	case DIALECT_PLAIN:
	case DIALECT_AEDEX:
	case DIALECT_UTC:
	default:
		break;
	}
	if (p->table != TABLE_AS_IS) {
		put3(out, ESC, p->dialect == DIALECT_DMD ? 't' : 'c',
			(uint8_t)p->table);
	}
	put_bright(p, out);
}

/* A row by itself: its head, all of its cells, CR. */
static void
put_row(struct device_out *out, const char *head, const uint8_t *cell)
{
	(void)device_out_put(out, head, strlen(head));
	(void)device_out_put(out, cell, DISPLAY_CELLS);
	(void)device_out_put(out, "\r", 1);
}

/* What is blank at a row's ends was cleared. */
static void
put_dmd(const struct pole *p, struct device_out *out)
{
	const uint8_t clear = CLEAR;

	(void)device_out_put(out, &clear, 1);
	for (unsigned y = 0; y < DISPLAY_ROWS; y++) {
		const uint8_t *cell = p->cell[y];
		unsigned from = 0, to = DISPLAY_CELLS;

		while (to > 0 && cell[to - 1] == ' ') {
			to--;
		}
		while (from < to && cell[from] == ' ') {
			from++;
		}
		if (to > from && (y > 0 || from > 0)) {
			put2(out, US, '$');
			put2(out, (uint8_t)(from + 1), (uint8_t)(y + 1));
		}
		(void)device_out_put(out, cell + from, to - from);
	}
}

static void
put_frame(const struct pole *p, struct device_out *out)
{
	const uint8_t clear = CLEAR;

	switch (p->dialect) {
	case DIALECT_AEDEX:
		put_row(out, "!#1", p->cell[0]);
		put_row(out, "!#2", p->cell[1]);
		break;
	case DIALECT_UTC:
		put_row(out, "\033uA", p->cell[0]);
		put_row(out, "\033uB", p->cell[1]);
		break;
	case DIALECT_CD5220:
		put_row(out, "\033QA", p->cell[0]);
		put_row(out, "\033QB", p->cell[1]);
		break;
	case DIALECT_DMD:
		put_dmd(p, out);
		break;
	case DIALECT_LOGIC:
		put2(out, 0x10, 0);
		(void)device_out_put(out, p->cell[0], DISPLAY_CELLS);
		put2(out, 0x10, DISPLAY_CELLS);
		(void)device_out_put(out, p->cell[1], DISPLAY_CELLS);
		break;
	case DIALECT_PLAIN:
	default:
		/* clear, then every cell: whatever mode it is in */
		(void)device_out_put(out, &clear, 1);
		(void)device_out_put(out, p->cell, sizeof(p->cell));
		break;
	}
}

/* --- the driver ----------------------------------------------------------- */

static void
step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct pole *p = state;

	(void)now;
	(void)in;
	if (!p->due || out->backlog > 0) {
		return;
	}
	p->due = false;
	if (p->behind) {
		put3(out, ESC, '=', 2);
	}
	if (!p->begun) {
		p->begun = true;
		put_begin(p, out);
	}
	put_frame(p, out);
	if (p->behind) {
		put3(out, ESC, '=', 1);
	}
}

static void
show(void *state, const struct display_frame *frame)
{
	struct pole *p = state;
	struct pole was = *p;

	for (unsigned y = 0; y < DISPLAY_ROWS; y++) {
		put_cells(p, frame->row[y], p->cell[y]);
	}
	p->due = p->due || !p->begun ||
		 memcmp(was.cell, p->cell, sizeof(p->cell)) != 0;
}

static const struct display_ops ops = {.show = show};

/* Epson's number of a page. */
static int64_t
dmd_table(const char *page)
{
	static const struct {
		const char *name;
		int64_t n;
	} table[] = {
		{"CP850", 2},
		{"CP1252", 16},
		{"CP858", 19},
		{"ISO-8859-15", 40},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (strcmp(table[i].name, page) == 0) {
			return table[i].n;
		}
	}
	return TABLE_AS_IS; /* it comes up with CP437 */
}

static void
open_as(struct pole *p, const struct device_driver *d,
	const struct device_conf *conf, enum dialect dialect)
{
	const char *page = device_opt_text(d, conf, "page");

	memset(p, 0, sizeof(*p));
	p->dialect = dialect;
	p->page = codepage_find(page);
	p->table = device_opt_number(d, conf, "table");
	if (dialect == DIALECT_DMD && p->table == TABLE_AS_IS) {
		p->table = dmd_table(page);
	}
	p->bright = device_opt_number(d, conf, "brightness");
	p->behind = device_opt_yes(d, conf, "shared");
	memset(p->cell, ' ', sizeof(p->cell));
}

#define PAGES "ASCII CP437 CP850 CP858 CP1252 ISO-8859-15"
#define OPT_PAGE(page)                                                         \
	{                                                                      \
		"page", N_("the signs it has: a code page"), page,             \
			DEVICE_OPT_WORD, 0, 0, PAGES                           \
	}
#define OPT_TABLE                                                              \
	{                                                                      \
		"table",                                                       \
			N_("its number of that page, sent when it is set up; " \
			   "-1: not sent"),                                    \
			"-1", DEVICE_OPT_NUMBER, -1, 255, NULL                 \
	}
#define OPT_BRIGHT                                                             \
	{                                                                      \
		"brightness", N_("1 dim to 4 full; 0: as it is"), "0",         \
			DEVICE_OPT_NUMBER, 0, 4, NULL                          \
	}
#define OPT_SHARED                                                             \
	{                                                                      \
		"shared",                                                      \
			N_("whether a printer hangs behind it on the same "    \
			   "line"),                                            \
			"no", DEVICE_OPT_YES, 0, 0, NULL                       \
	}

static const struct device_opt cd5220_opts[] = {
	OPT_PAGE("CP437"), OPT_TABLE, OPT_BRIGHT, OPT_SHARED};
static const struct device_opt dmd_opts[] = {
	OPT_PAGE("CP437"), OPT_TABLE, OPT_BRIGHT, OPT_SHARED};
static const struct device_opt logic_opts[] = {OPT_PAGE("CP437"), OPT_BRIGHT};
static const struct device_opt plain_opts[] = {
	OPT_PAGE("ASCII"),
	{"dialect", N_("how a row is addressed"), "plain", DEVICE_OPT_WORD, 0,
		0, "plain aedex utc"},
	OPT_SHARED,
};

static enum rc
open_cd5220(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	(void)write_only;
	(void)reterr;
	open_as(state, &pole_cd5220_driver, conf, DIALECT_CD5220);
	return RC_OK;
}

static enum rc
open_dmd(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	(void)write_only;
	(void)reterr;
	open_as(state, &pole_dmd_driver, conf, DIALECT_DMD);
	return RC_OK;
}

static enum rc
open_logic(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	struct pole *p = state;

	(void)write_only;
	(void)reterr;
	open_as(p, &pole_logic_driver, conf, DIALECT_LOGIC);
	p->table = TABLE_AS_IS;
	return RC_OK;
}

static enum rc
open_plain(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	const struct device_driver *d = &pole_plain_driver;
	const char *name = device_opt_text(d, conf, "dialect");
	struct pole *p = state;

	(void)write_only;
	(void)reterr;
	open_as(p, d, conf,
		strcmp(name, "aedex") == 0 ? DIALECT_AEDEX
		: strcmp(name, "utc") == 0 ? DIALECT_UTC
					   : DIALECT_PLAIN);
	p->table = TABLE_AS_IS;
	return RC_OK;
}

#define POLE_LINE                                                              \
	{                                                                      \
		9600, 8, 'N', 1, FLOW_NONE                                     \
	}

const struct device_driver pole_cd5220_driver = {
	.name = "cd5220",
	.summary = "displays that speak CD5220",
	.class_ = DEVICE_DISPLAY,
	.line = POLE_LINE,
	.opt = cd5220_opts,
	.n_opt = ARRAY_LEN(cd5220_opts),
	.state_size = sizeof(struct pole),
	.open = open_cd5220,
	.step = step,
	.display = &ops,
};

const struct device_driver pole_dmd_driver = {
	.name = "dmd",
	.summary = "Epson DM-D and what speaks its language",
	.class_ = DEVICE_DISPLAY,
	.line = POLE_LINE,
	.opt = dmd_opts,
	.n_opt = ARRAY_LEN(dmd_opts),
	.state_size = sizeof(struct pole),
	.open = open_dmd,
	.step = step,
	.display = &ops,
};

const struct device_driver pole_logic_driver = {
	.name = "logic",
	.summary = "Logic Controls displays",
	.class_ = DEVICE_DISPLAY,
	.line = POLE_LINE,
	.opt = logic_opts,
	.n_opt = ARRAY_LEN(logic_opts),
	.state_size = sizeof(struct pole),
	.open = open_logic,
	.step = step,
	.display = &ops,
};

const struct device_driver pole_plain_driver = {
	.name = "plain",
	.summary = "nearly any display of two rows; AEDEX and UTC by option",
	.class_ = DEVICE_DISPLAY,
	.line = POLE_LINE,
	.opt = plain_opts,
	.n_opt = ARRAY_LEN(plain_opts),
	.state_size = sizeof(struct pole),
	.open = open_plain,
	.step = step,
	.display = &ops,
};
