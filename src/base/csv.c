/* SPDX-License-Identifier: Apache-2.0 */
#include "base/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#include "base/poison.h"

/* Room for one whole row behind any place a row may begin. */
#define BUF_BYTES (4 * (size_t)CSV_ROW_BYTES)

static enum rc
make(struct csv *c, int fd, size_t cap, struct err *reterr)
{
	memset(c, 0, sizeof(*c));
	c->fd = fd;
	c->delimiter = ',';
	c->line = 1;
	c->cap = cap;
	c->buf = malloc(c->cap);
	if (c->buf == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "csv",
			"no memory to read the file");
	}
	sha256_start(&c->hash);
	return RC_OK;
}

enum rc
csv_open(struct csv *c, int fd, struct err *reterr)
{
	return make(c, fd, BUF_BYTES, reterr);
}

enum rc
csv_open_text(struct csv *c, const char *p, size_t n, struct err *reterr)
{
	enum rc rc = make(c, -1, n + 1, reterr);

	if (rc == RC_OK) {
		memcpy(c->buf, p, n);
		sha256_add(&c->hash, p, n);
		c->end = n;
		c->bytes = n;
		c->eof = true;
	}
	return rc;
}

void
csv_close(struct csv *c)
{
	free(c->buf);
	c->buf = NULL;
}

/* Keep at least one row's bytes behind begin, as long as there are any. */
static enum rc
fill(struct csv *c, struct err *reterr)
{
	if (c->eof || c->end - c->begin > CSV_ROW_BYTES) {
		return RC_OK;
	}
	if (c->begin > 0) {
		memmove(c->buf, c->buf + c->begin, c->end - c->begin);
		c->end -= c->begin;
		c->begin = 0;
	}
	while (!c->eof && c->end < c->cap) {
		ssize_t n = read(c->fd, c->buf + c->end, c->cap - c->end);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return err_set(reterr, RC_IO, errno, "csv",
				"the file cannot be read");
		}
		if (n == 0) {
			c->eof = true;
			break;
		}
		sha256_add(&c->hash, c->buf + c->end, (size_t)n);
		c->bytes += (uint64_t)n;
		c->end += (size_t)n;
	}
	return RC_OK;
}

static size_t
trimmed(const char *p, size_t n)
{
	return n > 0 && p[n - 1] == '\r' ? n - 1 : n;
}

static enum rc
add_field(struct csv *c, const char *p, size_t n)
{
	if (c->n_field == CSV_FIELDS) {
		return RC_PROTO;
	}
	c->field[c->n_field].p = p;
	c->field[c->n_field].n = n;
	c->n_field++;
	return RC_OK;
}

/* A row without any quote: cut at the delimiters. */
static enum rc
split_plain(struct csv *c, const char *p, size_t n)
{
	const char *end = p + trimmed(p, n);

	for (;;) {
		const char *d = memchr(p, c->delimiter, (size_t)(end - p));
		enum rc rc =
			add_field(c, p, (size_t)((d != NULL ? d : end) - p));

		if (rc != RC_OK || d == NULL) {
			return rc;
		}
		p = d + 1;
	}
}

/* One quoted field at p (behind its opening quote), resolved in place.
 * Returns the byte behind the closing quote, NULL when there is none. */
static char *
unquote(char *p, const char *end, size_t *ret_n)
{
	char *o = p;
	char *s = p;

	while (s < end) {
		if (*s != '"') {
			*o++ = *s++;
		} else if (s + 1 < end && s[1] == '"') {
			*o++ = '"';
			s += 2;
		} else {
			*ret_n = (size_t)(o - p);
			return s + 1;
		}
	}
	return NULL;
}

/* Is every quote of the row closed by ${end}? Decides, without changing a
 * byte, where the row ends; *ret_end is its newline or the end of the data. */
static bool
row_end(const struct csv *c, const char *p, const char *limit,
	const char **ret_end)
{
	bool quoted = false;
	bool at_start = true;

	for (; p < limit; p++) {
		if (quoted) {
			if (*p == '"' && p + 1 < limit && p[1] == '"') {
				p++;
			} else if (*p == '"') {
				quoted = false;
			}
		} else if (*p == '"' && at_start) {
			quoted = true;
			at_start = false;
		} else if (*p == '\n') {
			*ret_end = p;
			return true;
		} else {
			at_start = *p == c->delimiter;
		}
	}
	*ret_end = limit;
	return !quoted && c->eof && limit == c->buf + c->end;
}

static enum rc
split_quoted(struct csv *c, char *p, char *end)
{
	end = p + trimmed(p, (size_t)(end - p));
	for (;;) {
		char *stop;
		enum rc rc;

		if (p < end && *p == '"') {
			size_t n = 0;

			stop = unquote(p + 1, end, &n);
			if (stop == NULL ||
				(stop < end && *stop != c->delimiter)) {
				return RC_PROTO;
			}
			rc = add_field(c, p + 1, n);
		} else {
			stop = memchr(p, c->delimiter, (size_t)(end - p));
			stop = stop != NULL ? stop : end;
			rc = add_field(c, p, (size_t)(stop - p));
		}
		if (rc != RC_OK || stop >= end) {
			return rc;
		}
		p = stop + 1;
	}
}

static void
advance(struct csv *c, const char *to)
{
	const char *p = c->buf + c->begin;

	while ((p = memchr(p, '\n', (size_t)(to - p))) != NULL) {
		c->line++;
		p++;
	}
	c->begin = (size_t)(to - c->buf);
}

/* Skip to behind the next newline, however far it is. */
static enum rc
skip_line(struct csv *c, struct err *reterr)
{
	for (;;) {
		char *p = c->buf + c->begin;
		char *nl = memchr(p, '\n', c->end - c->begin);
		enum rc rc;

		if (nl != NULL) {
			advance(c, nl + 1);
			return RC_PROTO;
		}
		c->begin = c->end;
		if (c->eof) {
			return RC_PROTO;
		}
		rc = fill(c, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
}

static enum rc
read_row(struct csv *c, struct err *reterr)
{
	char *p = c->buf + c->begin;
	size_t avail = c->end - c->begin;
	size_t window = avail < CSV_ROW_BYTES ? avail : CSV_ROW_BYTES;
	char *nl = memchr(p, '\n', window);
	size_t n = nl != NULL ? (size_t)(nl - p) : window;
	const char *end;
	enum rc rc;

	c->n_field = 0;
	c->row_line = c->line;
	if (nl == NULL && !(c->eof && window == avail)) {
		return skip_line(c, reterr);
	}
	if (memchr(p, '"', n) == NULL) {
		rc = split_plain(c, p, n);
		c->begin += n + (nl != NULL ? 1 : 0);
		c->line++;
		return rc;
	}
	if (!row_end(c, p, p + window, &end)) {
		return skip_line(c, reterr);
	}
	advance(c, end < c->buf + c->end ? end + 1 : end);
	rc = split_quoted(c, p, p + (end - p));
	return rc;
}

enum rc
csv_next(struct csv *c, struct err *reterr)
{
	for (;;) {
		enum rc rc = fill(c, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		if (c->begin == 0 && c->bytes == c->end && c->line == 1 &&
			c->end >= 3 && memcmp(c->buf, "\xef\xbb\xbf", 3) == 0) {
			c->begin = 3;
		}
		if (c->begin == c->end) {
			return RC_NOTFOUND;
		}
		rc = read_row(c, reterr);
		if (rc != RC_OK || c->n_field > 1 || c->field[0].n > 0) {
			return rc;
		}
	}
}

size_t
csv_column(const struct csv *c, const char *name)
{
	for (size_t k = 0; k < c->n_field; k++) {
		char word[32];

		if (c->field[k].n >= sizeof(word)) {
			continue;
		}
		(void)text_clean(
			c->field[k].p, c->field[k].n, word, sizeof(word), 0);
		for (char *p = word; *p != '\0'; p++) {
			if (*p >= 'A' && *p <= 'Z') {
				*p = (char)(*p - 'A' + 'a');
			}
		}
		if (strcmp(word, name) == 0) {
			return k;
		}
	}
	return SIZE_MAX;
}

/* A plain header is one field under the wrong delimiter. */
static void
cut_again(struct csv *c, const struct csv_field *whole, char delimiter)
{
	const char *p = whole->p;
	const char *end = whole->p + whole->n;

	c->n_field = 0;
	while (c->n_field < CSV_FIELDS) {
		const char *s = memchr(p, delimiter, (size_t)(end - p));

		c->field[c->n_field].p = p;
		c->field[c->n_field++].n = (size_t)((s != NULL ? s : end) - p);
		if (s == NULL) {
			break;
		}
		p = s + 1;
	}
}

enum rc
csv_head(struct csv *c, csv_fits_fn fits, void *arg, struct err *reterr)
{
	static const char delimiters[] = {';', '\t'};
	struct csv_field whole;
	enum rc rc = csv_next(c, reterr);

	if (rc != RC_OK) {
		return rc == RC_IO ? rc : RC_NOTFOUND;
	}
	if (fits(arg, c)) {
		return RC_OK;
	}
	whole = c->field[0];
	if (c->n_field != 1) {
		return RC_NOTFOUND;
	}
	for (size_t d = 0; d < sizeof(delimiters); d++) {
		cut_again(c, &whole, delimiters[d]);
		if (fits(arg, c)) {
			c->delimiter = delimiters[d];
			return RC_OK;
		}
	}
	return RC_NOTFOUND;
}
