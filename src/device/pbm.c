/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of netpbm: P4 (bits) and P1 (text). */
#include <string.h>

#include "device/paper.h"

#include "base/poison.h"

#define SIDE_MAX 4096u

struct from {
	const uint8_t *p;
	size_t n, at;
};

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Blanks, and comments to the end of their line. */
static void
skip(struct from *f)
{
	while (f->at < f->n && (is_blank(f->p[f->at]) || f->p[f->at] == '#')) {
		if (f->p[f->at] == '#') {
			while (f->at < f->n && f->p[f->at] != '\n') {
				f->at++;
			}
		} else {
			f->at++;
		}
	}
}

static unsigned
number(struct from *f)
{
	unsigned n = 0;

	skip(f);
	while (f->at < f->n && f->p[f->at] >= '0' && f->p[f->at] <= '9' &&
		n <= SIDE_MAX) {
		n = n * 10 + (unsigned)(f->p[f->at++] - '0');
	}
	return n;
}

static bool
read_text(struct from *f, const struct paper_image *i, uint8_t *room)
{
	size_t row = (i->w + 7) / 8;

	memset(room, 0, row * i->h);
	for (unsigned y = 0; y < i->h; y++) {
		for (unsigned x = 0; x < i->w; x++) {
			skip(f);
			if (f->at == f->n ||
				(f->p[f->at] != '0' && f->p[f->at] != '1')) {
				return false;
			}
			if (f->p[f->at++] == '1') {
				room[y * row + x / 8] =
					(uint8_t)(room[y * row + x / 8] |
						  0x80u >> x % 8);
			}
		}
	}
	return true;
}

static bool
read_bits(const struct from *f, const struct paper_image *i, uint8_t *room)
{
	size_t row = (i->w + 7) / 8;
	size_t spare = row * 8 - i->w;

	if (f->n - f->at < 1 || f->n - f->at - 1 < row * i->h) {
		return false;
	}
	memcpy(room, f->p + f->at + 1, row * i->h);
	for (unsigned y = 0; y < i->h; y++) {
		uint8_t *last = room + (y + 1) * row - 1;

		*last = (uint8_t)(*last & 0xffu << spare);
	}
	return true;
}

enum rc
pbm_read(const uint8_t *p, size_t n, struct paper_image *ret, uint8_t *room,
	size_t cap, struct err *reterr)
{
	struct from f = {p, n, 2};
	bool good = n > 2 && p[0] == 'P' && (p[1] == '1' || p[1] == '4');

	*ret = (struct paper_image){.bit = room};
	if (good) {
		ret->w = number(&f);
		ret->h = number(&f);
		good = ret->w > 0 && ret->h > 0;
	}
	if (good && (ret->w > SIDE_MAX || ret->h > SIDE_MAX ||
			    (size_t)((ret->w + 7) / 8) * ret->h > cap)) {
		return err_set(reterr, RC_RANGE, 0, "picture",
			"the picture is too large: make it at most as wide as "
			"the paper, like 384 by 200 dots");
	}
	good = good && (p[1] == '1' ? read_text(&f, ret, room)
				    : read_bits(&f, ret, room));
	return good ? RC_OK
		    : err_set(reterr, RC_PROTO, 0, "picture",
			      "it is no picture of two colors: save it as PBM");
}
