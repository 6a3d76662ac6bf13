/* SPDX-License-Identifier: Apache-2.0 */
/* Myers' greedy algorithm (An O(ND) Difference Algorithm and Its Variations,
 * 1986) over what is left between the lines both have at their ends. */
#include "register/config_diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/poison.h"

#define CONTEXT 3
#define MOST_SAME ((size_t)6) /* between changes of one hunk */
#define CHANGES_MAX 1000 /* further apart, all between is taken as changed */

struct line {
	const char *p;
	size_t len; /* with its line break */
};

struct lines {
	struct line *line;
	size_t n;
	bool *changed;
};

static size_t
count_lines(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		n += s[i] == '\n' || i + 1 == len ? 1 : 0;
	}
	return n;
}

static enum rc
split(const struct config_side *s, struct lines *ret, struct err *reterr)
{
	size_t n = count_lines(s->text, s->len);
	const char *p = s->text, *end = s->text + s->len;

	ret->line = calloc(n + 1, sizeof(*ret->line));
	ret->changed = calloc(n + 1, sizeof(*ret->changed));
	if (ret->line == NULL || ret->changed == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to compare: close other programs");
	}
	for (ret->n = 0; p < end; ret->n++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl != NULL ? nl + 1 : end) - p);

		ret->line[ret->n] = (struct line){p, len};
		p += len;
	}
	return RC_OK;
}

static bool
is_same(const struct line *a, const struct line *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

/* --- the middle --- */

struct middle {
	const struct line *a, *b;
	int n, m;
	bool *gone, *come;
};

/* How far down each diagonal of a step one comes, for all steps before. */
struct trace {
	int *v; /* step d begins at d * d, diagonal k of it at + k + d */
	int steps;
};

static int
at(const struct trace *t, int d, int k)
{
	return t->v[(size_t)d * (size_t)d + (size_t)(k + d)];
}

static bool
from_above(const struct trace *t, int d, int k)
{
	return k == -d || (k != d && at(t, d - 1, k - 1) < at(t, d - 1, k + 1));
}

/* One step further on every diagonal; true: the end was reached. */
static bool
step(const struct middle *mid, struct trace *t, int d)
{
	for (int k = -d; k <= d; k += 2) {
		int x = d == 0                ? 0
			: from_above(t, d, k) ? at(t, d - 1, k + 1)
					      : at(t, d - 1, k - 1) + 1;
		int y = x - k;

		while (x < mid->n && y < mid->m && y >= 0 &&
			is_same(&mid->a[x], &mid->b[y])) {
			x++;
			y++;
		}
		t->v[(size_t)d * (size_t)d + (size_t)(k + d)] = x;
		if (x >= mid->n && y >= mid->m) {
			return true;
		}
	}
	return false;
}

static void
trace_back(const struct middle *mid, const struct trace *t, int d)
{
	int x = mid->n, y = mid->m;

	for (; d > 0; d--) {
		int k = x - y;
		bool above = from_above(t, d, k);
		int px = at(t, d - 1, above ? k + 1 : k - 1);
		int py = px - (above ? k + 1 : k - 1);

		if (above && py >= 0 && py < mid->m) {
			mid->come[py] = true;
		} else if (!above && px >= 0 && px < mid->n) {
			mid->gone[px] = true;
		}
		x = px;
		y = py;
	}
}

static enum rc
compare_middle(const struct middle *mid, struct err *reterr)
{
	int most =
		mid->n + mid->m < CHANGES_MAX ? mid->n + mid->m : CHANGES_MAX;
	size_t cells = (size_t)(most + 1) * (size_t)(most + 1);
	struct trace t = {calloc(cells, sizeof(int)), most};
	bool found = false;
	int d = 0;

	if (t.v == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to compare: close other programs");
	}
	while (!found && d <= most) {
		found = step(mid, &t, d);
		d += found ? 0 : 1;
	}
	if (found) {
		trace_back(mid, &t, d);
	}
	for (int i = 0; !found && i < mid->n; i++) {
		mid->gone[i] = true;
	}
	for (int i = 0; !found && i < mid->m; i++) {
		mid->come[i] = true;
	}
	free(t.v);
	return RC_OK;
}

static enum rc
compare(struct lines *a, struct lines *b, struct err *reterr)
{
	struct middle mid;
	size_t top = 0, end = 0;

	while (top < a->n && top < b->n &&
		is_same(&a->line[top], &b->line[top])) {
		top++;
	}
	while (end < a->n - top && end < b->n - top &&
		is_same(&a->line[a->n - 1 - end], &b->line[b->n - 1 - end])) {
		end++;
	}
	mid = (struct middle){a->line + top, b->line + top,
		(int)(a->n - top - end), (int)(b->n - top - end),
		a->changed + top, b->changed + top};
	return compare_middle(&mid, reterr);
}

/* --- what is written --- */

struct hunk {
	size_t a, b; /* where it begins */
	size_t n_a, n_b;
};

static void
put_line(struct sbuf *out, char sign, const struct line *l)
{
	sbuf_putc(out, sign);
	sbuf_write(out, l->p, l->len);
	if (l->len == 0 || l->p[l->len - 1] != '\n') {
		sbuf_puts(out, "\n\\ No newline at end of file\n");
	}
}

/* An empty side is told by the line before it. */
static void
put_range(struct sbuf *out, char sign, size_t from, size_t n)
{
	sbuf_printf(out, "%c%zu", sign, n > 0 ? from + 1 : from);
	if (n != 1) {
		sbuf_printf(out, ",%zu", n);
	}
}

static void
put_hunk(struct sbuf *out, const struct lines *a, const struct lines *b,
	const struct hunk *h)
{
	size_t i = h->a, j = h->b;

	sbuf_puts(out, "@@ ");
	put_range(out, '-', h->a, h->n_a);
	sbuf_putc(out, ' ');
	put_range(out, '+', h->b, h->n_b);
	sbuf_puts(out, " @@\n");
	while (i < h->a + h->n_a || j < h->b + h->n_b) {
		if (i < h->a + h->n_a && a->changed[i]) {
			put_line(out, '-', &a->line[i++]);
		} else if (j < h->b + h->n_b && b->changed[j]) {
			put_line(out, '+', &b->line[j++]);
		} else {
			put_line(out, ' ', &a->line[i++]);
			j++;
		}
	}
}

/* From the first change at or behind (i, j); false: there is none. */
static bool
next_hunk(const struct lines *a, const struct lines *b, size_t i, size_t j,
	struct hunk *ret)
{
	size_t same = 0, lead;

	while (i < a->n && j < b->n && !a->changed[i] && !b->changed[j]) {
		i++;
		j++;
		same++;
	}
	if (i == a->n && j == b->n) {
		return false;
	}
	lead = same < CONTEXT ? same : CONTEXT;
	ret->a = i - lead;
	ret->b = j - lead;
	same = 0;
	while ((i < a->n || j < b->n) && same <= MOST_SAME) {
		if (i < a->n && a->changed[i]) {
			i++;
			same = 0;
		} else if (j < b->n && b->changed[j]) {
			j++;
			same = 0;
		} else {
			i++;
			j++;
			same++;
		}
	}
	lead = same > CONTEXT ? same - CONTEXT : 0;
	ret->n_a = i - lead - ret->a;
	ret->n_b = j - lead - ret->b;
	return true;
}

size_t
config_diff_bytes(const struct config_side *a, const struct config_side *b)
{
	/* a sign a line, and a head for every few of them */
	return (a->len + b->len) * 2 +
	       (count_lines(a->text, a->len) + count_lines(b->text, b->len)) *
		       16 +
	       4096;
}

enum rc
config_diff(const struct config_side *a, const struct config_side *b,
	struct sbuf *out, bool *ret_same, struct err *reterr)
{
	struct lines x = {NULL, 0, NULL}, y = {NULL, 0, NULL};
	struct hunk h = {0, 0, 0, 0};
	enum rc rc = split(a, &x, reterr);

	*ret_same = a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
	if (rc == RC_OK) {
		rc = split(b, &y, reterr);
	}
	if (rc == RC_OK) {
		rc = compare(&x, &y, reterr);
	}
	if (rc == RC_OK && !*ret_same) {
		sbuf_printf(out, "--- %s\n+++ %s\n", a->name, b->name);
		while (next_hunk(&x, &y, h.a + h.n_a, h.b + h.n_b, &h)) {
			put_hunk(out, &x, &y, &h);
		}
	}
	free(x.line);
	free(x.changed);
	free(y.line);
	free(y.changed);
	if (rc == RC_OK && !sbuf_ok(out)) {
		rc = err_set(reterr, RC_RANGE, 0, __func__,
			"the difference is too long to show");
	}
	return rc;
}
