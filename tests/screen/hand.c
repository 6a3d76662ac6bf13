/* SPDX-License-Identifier: Apache-2.0 */
#include "hand.h"

#include "base/text.h"

#include "base/poison.h"

void
look(struct hand *h)
{
	(void)app_draw(h->app);
	app_painted(h->app, h->t);
}

void
pass(struct hand *h, int64_t ms)
{
	h->t.us += ms * 1000;
	app_tick(h->app, h->t);
	look(h);
}

bool
rings(struct hand *h)
{
	struct bell b;

	return app_take_bell(h->app, &b);
}

void
stroke(struct hand *h, enum keys_code code, int32_t cp, int64_t gap_ms)
{
	struct key_event ev = {.code = code, .cp = cp};

	h->t.us += gap_ms * 1000;
	ev.at = h->t;
	app_key(h->app, &ev);
}

void
press(struct hand *h, enum keys_code code)
{
	h->keys++;
	stroke(h, code, 0, 300);
	pass(h, 300);
}

void
type(struct hand *h, const char *s)
{
	const char *end = s + strlen(s);
	int32_t cp;

	while (text_next(&s, end, &cp)) {
		h->keys++;
		stroke(h, KEYS_CHAR, cp, 300);
		pass(h, 300);
	}
}

void
enter(struct hand *h, const char *s)
{
	type(h, s);
	press(h, KEYS_ENTER);
}

void
burst(struct hand *h, const char *code)
{
	for (; *code != '\0'; code++) {
		stroke(h, KEYS_CHAR, (unsigned char)*code, 8);
	}
	stroke(h, KEYS_ENTER, 0x0d, 8);
}

void
scan(struct hand *h, const char *code)
{
	h->t.us += 400000;
	burst(h, code);
	look(h);
}

struct hand *
begin(const char *shop, int rows, int cols)
{
	struct hand *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	h->till = fake_till_new(shop);
	h->t.us = 1000000;
	assert_int_equal(
		app_new(h->till, &h->till->clock, rows, cols, &h->app), RC_OK);
	look(h);
	return h;
}

void
end(struct hand *h)
{
	app_free(h->app);
	fake_till_free(h->till);
	free(h);
}

const char *
dump(struct hand *h)
{
	const struct grid *g = app_draw(h->app);
	struct sbuf b;
	int r, c;

	sbuf_init(&b, h->dump, sizeof(h->dump));
	grid_dump(g, &b);
	sbuf_printf(&b, "cursor %d,%d\n", g->cur_row + 1, g->cur_col + 1);
	/* where the roles are: row,column+length role */
	for (r = 0; r < g->rows; r++) {
		for (c = 0; c < g->cols;) {
			int from = c;
			uint8_t role = grid_at(g, r, c)->role;

			while (c < g->cols && grid_at(g, r, c)->role == role) {
				c++;
			}
			if (role != ROLE_NORMAL) {
				sbuf_printf(&b, "%d,%d+%d role %u\n", r + 1,
					from + 1, c - from, role);
			}
		}
	}
	assert_true(sbuf_ok(&b));
	return h->dump;
}

void
check_width(const struct grid *g)
{
	int r, c;

	for (r = 0; r < g->rows; r++) {
		int cells = 0;

		for (c = 0; c < g->cols; c++) {
			const struct cell *x = grid_at(g, r, c);

			assert_int_equal(
				text_cells(x->g, strlen(x->g)), x->width);
			cells += x->width;
		}
		assert_int_equal(cells, g->cols);
	}
}

void
golden_text(const char *got, const char *name)
{
	static char want[400000];
	const char *top = getenv("top_srcdir");
	char path[512];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/tests/screen/golden/%s.screen",
		top != NULL ? top : ".", name);
	if (getenv("UPDATE_SCREENS") != NULL) {
		f = fopen(path, "we");
		assert_non_null(f);
		(void)fputs(got, f);
		(void)fclose(f);
		return;
	}
	f = fopen(path, "re");
	if (f == NULL) {
		fail_msg("no %s: run with UPDATE_SCREENS=1 and look at it",
			path);
		return;
	}
	n = fread(want, 1, sizeof(want) - 1, f);
	(void)fclose(f);
	want[n] = '\0';
	if (strcmp(got, want) != 0) {
		print_error("# %s differs; got:\n%s", name, got);
	}
	assert_string_equal(got, want);
}

void
golden(struct hand *h, const char *name)
{
	check_width(app_draw(h->app));
	golden_text(dump(h), name);
}

bool
shows(struct hand *h, const char *text)
{
	return strstr(dump(h), text) != NULL;
}

const struct engine_view *
view(struct hand *h)
{
	return till_view(h->till);
}

void
sell_seven(struct hand *h)
{
	type(h, "2*");
	scan(h, "4311501000014");
	enter(h, "20110");
	type(h, "6*");
	scan(h, "5449000000996");
	enter(h, "0.734*4017");
	scan(h, "4006040012344");
	type(h, "3*");
	scan(h, "4008452011007");
	type(h, "10%");
	press(h, KEYS_F7);
	scan(h, "4012345670097");
}
