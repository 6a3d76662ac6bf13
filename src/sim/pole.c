/* SPDX-License-Identifier: Apache-2.0 */
/* Displays that speak CD5220, DM-D or Logic Controls: a command, its numbers,
 * or text up to CR. */
#include <string.h>

#include "device/codepage.h"
#include "sim/glass.h"
#include "sim/sim_devices.h"

#include "base/poison.h"

#define ESC 0x1b
#define US 0x1f
#define LATE_US INT64_C(30000) /* a frame is over */
#define PAGE_BYTES 16

enum kind {
	KIND_CD5220,
	KIND_DMD,
	KIND_LOGIC
};

struct pole {
	struct glass glass;
	enum kind kind;
	char page[PAGE_BYTES];
	uint8_t head;    /* ESC or US came */
	uint8_t command; /* and this; its numbers are to come */
	uint8_t arg[2];
	unsigned n_arg, want;
	int row;    /* text of this row is coming; -1 none */
	bool aside; /* what comes is for what hangs behind it */
	bool changed;
	struct mono said;
};

static void
open_as(struct pole *p, enum kind kind)
{
	p->kind = kind;
	p->row = -1;
	memcpy(p->page, "CP437", sizeof("CP437"));
}

static enum rc
options(struct pole *p, const struct sim_device *d, const struct sim_opt opt[],
	size_t n, struct err *reterr)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(opt[i].value);

		if (strcmp(opt[i].key, "page") != 0) {
			return sim_no_option(d, opt[i].key, reterr);
		}
		if (len >= sizeof(p->page) ||
			codepage_find(opt[i].value) == NULL) {
			return err_set(reterr, RC_INVAL, 0, "sim",
				"there is no code page '%.40s': write CP437 "
				"or CP858",
				opt[i].value);
		}
		memcpy(p->page, opt[i].value, len + 1);
	}
	return RC_OK;
}

/* How many numbers follow a command. */
static unsigned
numbers(const struct pole *p, uint8_t head, uint8_t c)
{
	if (head == ESC && (c == '@' || c == 'Q')) {
		return c == 'Q' ? 1 : 0;
	}
	if (head == ESC && c == 'l') {
		return 2;
	}
	if (head == ESC) {
		return c >= 0x20 ? 1 : 0;
	}
	if (p->kind == KIND_LOGIC) {
		return c == 0x10 || c == 0x04 ? 1 : 0;
	}
	return c == '$' ? 2 : c >= 0x20 ? 1 : 0;
}

static void
move(struct pole *p, unsigned x, unsigned y)
{
	if (x < DISPLAY_CELLS && y < DISPLAY_ROWS) {
		p->glass.x = (uint8_t)x;
		p->glass.y = (uint8_t)y;
	}
}

static void
obey(struct pole *p)
{
	if (p->head == ESC && p->command == '=') {
		p->aside = (p->arg[0] & 2) == 0;
	} else if (p->head == ESC && p->command == '@') {
		glass_clear(&p->glass);
		p->row = -1;
	} else if (p->head == ESC && p->command == 'Q') {
		p->row = p->arg[0] == 'B' ? 1 : 0;
		move(p, 0, (unsigned)p->row);
	} else if (p->command == '$' || p->command == 'l') {
		move(p, p->arg[0] - 1u, p->arg[1] - 1u);
	} else if (p->kind == KIND_LOGIC && p->command == 0x10) {
		move(p, p->arg[0] % DISPLAY_CELLS, p->arg[0] / DISPLAY_CELLS);
	}
}

static void
begin(struct pole *p, uint8_t head, uint8_t command)
{
	p->head = head;
	p->command = command;
	p->n_arg = 0;
	p->want = numbers(p, head, command);
	if (p->want == 0) {
		obey(p);
		p->head = 0;
	}
}

static void
control(struct pole *p, uint8_t b)
{
	bool clears = b == (p->kind == KIND_LOGIC ? US : 0x0c);

	if (clears) {
		glass_clear(&p->glass);
	} else if (p->kind == KIND_LOGIC && (b == 0x10 || b == 0x04)) {
		begin(p, US, b);
	} else if (b == ESC || (b == US && p->kind == KIND_DMD)) {
		p->head = b;
		p->command = 0;
	} else if (b == 0x0d && p->row >= 0) {
		p->row = -1;
	} else if (b == 0x0b) {
		move(p, 0, 0);
	}
}

/* Of what is for the printer behind it, it looks for ESC = alone. */
static void
look_aside(struct pole *p, uint8_t b)
{
	if (p->head != 0 && p->command != 0) {
		p->arg[0] = b;
		obey(p);
		p->head = 0;
	} else if (p->head != 0 && b == '=') {
		p->command = b;
	} else {
		p->head = b == ESC ? b : 0;
		p->command = 0;
	}
}

static void
take(struct pole *p, uint8_t b)
{
	if (p->aside) {
		look_aside(p, b);
	} else if (p->head != 0 && p->command == 0) {
		begin(p, p->head, b);
	} else if (p->head != 0) {
		p->arg[p->n_arg++] = b;
		if (p->n_arg == p->want) {
			obey(p);
			p->head = 0;
		}
	} else if (b < 0x20) {
		control(p, b);
	} else {
		glass_put(&p->glass, glass_char(p->page, b));
		p->changed = true;
	}
}

static void
step(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct pole *p = state;
	char up[DISPLAY_ROW_BYTES], low[DISPLAY_ROW_BYTES];

	for (size_t i = 0; i < n; i++) {
		take(p, in[i]);
		p->said = now;
	}
	if (p->changed && now.us >= p->said.us + LATE_US) {
		glass_row(&p->glass, 0, up, sizeof(up));
		glass_row(&p->glass, 1, low, sizeof(low));
		sim_say(out, "show %s | %s", up, low);
		p->changed = false;
	} else if (p->changed) {
		sim_by(out, (struct mono){p->said.us + LATE_US});
	}
}

static void
show(const void *state, struct sbuf *out)
{
	const struct pole *p = state;

	glass_show(&p->glass, out);
}

static void
picture(const void *state, void (*row)(void *arg, const uint8_t *dot, size_t n),
	void *arg)
{
	const struct pole *p = state;

	glass_picture(&p->glass, row, arg);
}

/* --- one by one ----------------------------------------------------------- */

static enum rc
open_cd5220(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	open_as(state, KIND_CD5220);
	return options(state, &sim_cd5220, opt, n, reterr);
}

static enum rc
open_dmd(void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	open_as(state, KIND_DMD);
	return options(state, &sim_dmd, opt, n, reterr);
}

static enum rc
open_logic(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	open_as(state, KIND_LOGIC);
	return options(state, &sim_logic, opt, n, reterr);
}

static enum rc
tell_cd5220(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	(void)state;
	(void)now;
	(void)out;
	return sim_unknown(&sim_cd5220, line, reterr);
}

static enum rc
tell_dmd(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	(void)state;
	(void)now;
	(void)out;
	return sim_unknown(&sim_dmd, line, reterr);
}

static enum rc
tell_logic(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	(void)state;
	(void)now;
	(void)out;
	return sim_unknown(&sim_logic, line, reterr);
}

const struct sim_device sim_cd5220 = {
	.name = "cd5220",
	.summary = "a display that speaks CD5220",
	.commands = "",
	.state_size = sizeof(struct pole),
	.open = open_cd5220,
	.step = step,
	.tell = tell_cd5220,
	.show = show,
	.picture = picture,
};

const struct sim_device sim_dmd = {
	.name = "dmd",
	.summary = "an Epson DM-D display",
	.commands = "",
	.state_size = sizeof(struct pole),
	.open = open_dmd,
	.step = step,
	.tell = tell_dmd,
	.show = show,
	.picture = picture,
};

const struct sim_device sim_logic = {
	.name = "logic",
	.summary = "a Logic Controls display",
	.commands = "",
	.state_size = sizeof(struct pole),
	.open = open_logic,
	.step = step,
	.tell = tell_logic,
	.show = show,
	.picture = picture,
};
