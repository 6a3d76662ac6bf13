/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/png.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"

#include "base/poison.h"

#define WIDTH_MAX 4096u
#define HEIGHT_MAX 100000u
#define ADLER_MOD 65521u
#define ROW_MAX (1 + WIDTH_MAX / 4)

struct size {
	size_t w, h;
	bool odd; /* not every row is as wide as the first */
};

struct png {
	FILE *f;
	struct size size;
	size_t row;
	uint32_t adler;
	uint32_t crc;
};

static void
measure(void *arg, const uint8_t *dot, size_t n)
{
	struct size *s = arg;

	(void)dot;
	s->odd = s->odd || (s->h > 0 && n != s->w);
	s->w = n;
	s->h++;
}

/* The CRC of PNG, a bit at a time: pictures are small and seldom. */
static uint32_t
crc_more(uint32_t crc, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		for (int k = 0; k < 8; k++) {
			crc = (crc & 1u) != 0 ? crc >> 1 ^ 0xedb88320u
					      : crc >> 1;
		}
	}
	return crc;
}

static void
put(struct png *g, const uint8_t *p, size_t n)
{
	g->crc = crc_more(g->crc, p, n);
	(void)fwrite(p, 1, n, g->f);
}

static void
put_u32(struct png *g, uint32_t v)
{
	const uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
		(uint8_t)(v >> 8), (uint8_t)v};

	put(g, b, sizeof(b));
}

static void
chunk_begin(struct png *g, const char name[4], size_t n)
{
	put_u32(g, (uint32_t)n);
	g->crc = 0xffffffffu;
	put(g, (const uint8_t *)name, 4);
}

static void
chunk_end(struct png *g)
{
	put_u32(g, ~g->crc);
}

/* A row is a chunk, and in it a block of deflate that is only stored. */
static void
put_row(void *arg, const uint8_t *dot, size_t n)
{
	struct png *g = arg;
	uint8_t raw[ROW_MAX];
	size_t len = 1 + (n + 3) / 4;
	uint8_t block[5] = {0, (uint8_t)len, (uint8_t)(len >> 8), (uint8_t)~len,
		(uint8_t)(~len >> 8)};
	static const uint8_t zlib[2] = {0x78, 0x01};
	uint32_t a = g->adler & 0xffffu, b = g->adler >> 16;

	if (n != g->size.w || g->row == g->size.h) {
		return;
	}
	memset(raw, 0, len);
	for (size_t i = 0; i < n; i++) {
		raw[1 + i / 4] |= (uint8_t)(dot[i] >> 6 << (6 - 2 * (i % 4)));
	}
	for (size_t i = 0; i < len; i++) {
		a = (a + raw[i]) % ADLER_MOD;
		b = (b + a) % ADLER_MOD;
	}
	g->adler = b << 16 | a;
	block[0] = g->row + 1 == g->size.h;
	chunk_begin(g, "IDAT",
		(g->row == 0 ? sizeof(zlib) : 0) + sizeof(block) + len);
	put(g, zlib, g->row == 0 ? sizeof(zlib) : 0);
	put(g, block, sizeof(block));
	put(g, raw, len);
	chunk_end(g);
	g->row++;
}

static void
put_picture(struct png *g, const struct sim_device *d, const void *state)
{
	static const uint8_t head[] = {
		0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	static const uint8_t form[] = {2, 0, 0, 0, 0};

	put(g, head, sizeof(head));
	chunk_begin(g, "IHDR", 13);
	put_u32(g, (uint32_t)g->size.w);
	put_u32(g, (uint32_t)g->size.h);
	put(g, form, sizeof(form));
	chunk_end(g);
	g->adler = 1;
	d->picture(state, put_row, g);
	chunk_begin(g, "IDAT", 4);
	put_u32(g, g->adler);
	chunk_end(g);
	chunk_begin(g, "IEND", 0);
	chunk_end(g);
}

/* --- files ---------------------------------------------------------------- */

static enum rc
cannot(const char *path, struct err *reterr)
{
	int sys = errno;

	return err_set(reterr, err_sys_rc(sys), sys, "sim",
		"cannot write %.200s", path);
}

static enum rc
aside(const char *path, char out[PATH_BYTES], FILE **ret, struct err *reterr)
{
	int n = snprintf(out, PATH_BYTES, "%s.new", path);

	if (n < 0 || n >= PATH_BYTES) {
		return err_set(reterr, RC_RANGE, 0, "sim",
			"the name %.60s... is too long", path);
	}
	*ret = fopen(out, "wbe");
	return *ret != NULL ? RC_OK : cannot(out, reterr);
}

static enum rc
finish(FILE *f, const char *from, const char *path, struct err *reterr)
{
	bool bad = ferror(f) != 0;

	if (fclose(f) != 0 || bad || rename(from, path) != 0) {
		enum rc rc = cannot(path, reterr);

		(void)unlink(from);
		return rc;
	}
	return RC_OK;
}

enum rc
png_save(const struct sim_device *d, const void *state, const char *path,
	struct err *reterr)
{
	struct png g = {0};
	char from[PATH_BYTES];
	enum rc rc;

	if (d->picture != NULL) {
		d->picture(state, measure, &g.size);
	}
	if (g.size.w == 0 || g.size.w > WIDTH_MAX || g.size.odd ||
		g.size.h > HEIGHT_MAX) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"there is no picture of a %s", d->name);
	}
	rc = aside(path, from, &g.f, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	put_picture(&g, d, state);
	return finish(g.f, from, path, reterr);
}

enum rc
text_save(const char *text, size_t n, const char *path, struct err *reterr)
{
	char from[PATH_BYTES];
	FILE *f = NULL;
	enum rc rc = aside(path, from, &f, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	(void)fwrite(text, 1, n, f);
	return finish(f, from, path, reterr);
}
