/* SPDX-License-Identifier: Apache-2.0 */
/* A display in the subset that nearly all of them have: form feed clears,
 * vertical tab goes home, what can be seen advances and wraps. */
#include <string.h>

#include "device/codepage.h"
#include "sim/glass.h"
#include "sim/sim_devices.h"

#include "base/poison.h"

#define PAGE_BYTES 16

struct plain {
	struct glass glass;
	char page[PAGE_BYTES];
	bool shown; /* what stands there was said */
};

static enum rc
plain_open(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	struct plain *s = state;

	memcpy(s->page, "CP437", sizeof("CP437"));
	s->shown = true;
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(opt[i].value);

		if (strcmp(opt[i].key, "page") != 0) {
			return sim_no_option(&sim_plain, opt[i].key, reterr);
		}
		if (len >= sizeof(s->page) ||
			codepage_find(opt[i].value) == NULL) {
			return err_set(reterr, RC_INVAL, 0, "sim",
				"there is no code page '%.40s': write CP437 "
				"or CP858",
				opt[i].value);
		}
		memcpy(s->page, opt[i].value, len + 1);
	}
	return RC_OK;
}

static void
take(struct plain *s, uint8_t byte)
{
	struct glass *g = &s->glass;

	switch (byte) {
	case 0x0c:
		glass_clear(g);
		break;
	case 0x0b:
		g->x = 0;
		g->y = 0;
		break;
	case 0x0a:
		g->y = (uint8_t)((g->y + 1u) % DISPLAY_ROWS);
		break;
	case 0x0d:
		g->x = 0;
		break;
	case 0x08:
		g->x = (uint8_t)(g->x > 0 ? g->x - 1 : 0);
		break;
	case 0x09:
		g->x = (uint8_t)(g->x + 1 < DISPLAY_CELLS ? g->x + 1 : g->x);
		break;
	default:
		if (byte >= 0x20) {
			glass_put(g, glass_char(s->page, byte));
		}
		break;
	}
}

static void
plain_step(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct plain *s = state;
	char up[DISPLAY_ROW_BYTES], low[DISPLAY_ROW_BYTES];

	(void)now;
	for (size_t i = 0; i < n; i++) {
		take(s, in[i]);
		s->shown = false;
	}
	/* A frame ends where the cursor is home again. */
	if (!s->shown && s->glass.x == 0 && s->glass.y == 0) {
		glass_row(&s->glass, 0, up, sizeof(up));
		glass_row(&s->glass, 1, low, sizeof(low));
		sim_say(out, "show %s | %s", up, low);
		s->shown = true;
	}
}

static enum rc
plain_tell(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	(void)state;
	(void)now;
	(void)out;
	return sim_unknown(&sim_plain, line, reterr);
}

static void
plain_show(const void *state, struct sbuf *out)
{
	const struct plain *s = state;

	glass_show(&s->glass, out);
}

static void
plain_picture(const void *state,
	void (*row)(void *arg, const uint8_t *dot, size_t n), void *arg)
{
	const struct plain *s = state;

	glass_picture(&s->glass, row, arg);
}

const struct sim_device sim_plain = {
	.name = "plain",
	.summary = "a display of two rows in the subset all of them have",
	.commands = "",
	.state_size = sizeof(struct plain),
	.open = plain_open,
	.step = plain_step,
	.tell = plain_tell,
	.show = plain_show,
	.picture = plain_picture,
};
