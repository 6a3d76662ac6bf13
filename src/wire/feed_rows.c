/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/feed_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "wire/feed_rows_internal.h"

#include "base/poison.h"

static const char *const refusal_names[] = {"no_code", "bad_code", "no_name",
	"bad_price", "bad_tax", "bad_row", "bad_age", "bad_unit", "bad_tare",
	"bad_deposit", "bad_groups", "bad_time", "bad_name", "bad_text",
	"bad_number", "bad_role", "bad_pin", "bad_badges"};
_Static_assert(
	ARRAY_LEN(refusal_names) == FEED_REFUSAL_COUNT, "one name a reason");

static const char *const cell_names[] = {"code", "name", "price", "tax",
	"department", "age", "unit", "tare", "deposit", "groups", "valid_from",
	"deleted", "text", "number", "role", "active", "pin", "badges"};
_Static_assert(ARRAY_LEN(cell_names) == CELL_COUNT, "one name a cell");

#define FIELD_BYTES 4096

const char *
feed_refusal_name(enum feed_refusal r)
{
	return (unsigned)r < FEED_REFUSAL_COUNT ? refusal_names[r] : "?";
}

bool
feed_row_word(struct feed_rows *r, enum feed_cell cell, char *out, size_t cap)
{
	const struct feed_value *v = &r->v[cell];
	unsigned had;

	out[0] = '\0';
	if (v->p == NULL) {
		return !v->number;
	}
	if (v->list) {
		return false;
	}
	had = text_clean(v->p, v->n, out, cap, 0);
	r->had |= had & ~TEXT_WAS_CUT;
	return (had & TEXT_WAS_CUT) == 0;
}

static void
refuse(struct feed_rows *r, uint64_t line, enum feed_refusal why,
	const struct feed_value *at)
{
	struct feed_rows_result *res = r->result;
	char text[sizeof(res->sample[0].text)] = "";

	res->refused++;
	res->reason[why]++;
	if (at != NULL && at->p != NULL && !at->list) {
		(void)text_clean(at->p, at->n, text, sizeof(text), 60);
	}
	if (res->n_sample < FEED_SAMPLES) {
		res->sample[res->n_sample].line = line;
		res->sample[res->n_sample].reason = why;
		memcpy(res->sample[res->n_sample].text, text, sizeof(text));
		res->n_sample++;
	}
	if (r->opts->refused != NULL) {
		r->opts->refused(r->opts->arg, line, why, text);
	}
}

static bool
read_time(struct feed_rows *r, struct utc *ret)
{
	char word[40];

	return feed_row_word(r, CELL_VALID_FROM, word, sizeof(word)) &&
	       (word[0] == '\0' ||
		       (utc_parse(word, strlen(word), ret) == RC_OK &&
			       ret->us > 0));
}

static bool
read_deleted(struct feed_rows *r, bool *ret)
{
	const struct feed_value *v = &r->v[CELL_DELETED];
	char word[16];

	if (v->number) {
		*ret = v->i != 0;
		return v->i == 0 || v->i == 1;
	}
	if (!feed_row_word(r, CELL_DELETED, word, sizeof(word))) {
		return false;
	}
	*ret = strcmp(word, "true") == 0 || strcmp(word, "yes") == 0 ||
	       strcmp(word, "1") == 0;
	return *ret || word[0] == '\0' || strcmp(word, "false") == 0 ||
	       strcmp(word, "no") == 0 || strcmp(word, "0") == 0;
}

static enum feed_refusal
read_row(struct feed_rows *r, struct feed_row *row,
	const struct feed_value **ret_at)
{
	const char *feed = r->opts->feed;
	bool goods = strcmp(feed, FEED_PRODUCTS) == 0 ||
		     strcmp(feed, FEED_PRICES) == 0;

	*ret_at = &r->v[CELL_DELETED];
	if (!read_deleted(r, &row->deleted)) {
		return FEED_BAD_ROW;
	}
	*ret_at = &r->v[CELL_VALID_FROM];
	if (strcmp(feed, FEED_PRODUCTS) != 0 &&
		strcmp(feed, FEED_PEOPLE) != 0 &&
		!read_time(r, &row->valid_from)) {
		return FEED_BAD_TIME;
	}
	if (goods) {
		return feed_row_goods(r, row, ret_at);
	}
	return strcmp(feed, FEED_PEOPLE) == 0 ? feed_row_person(r, row, ret_at)
					      : feed_row_text(r, row, ret_at);
}

/* The row whose cells are in r->v. */
static enum rc
one_row(struct feed_rows *r, uint64_t line, struct err *reterr)
{
	struct feed_rows_result *res = r->result;
	struct feed_row row = {.line = line};
	const struct feed_value *at = NULL;
	enum feed_refusal why;

	r->had = 0;
	sbuf_clear(&r->out);
	why = read_row(r, &row, &at);
	if (why != FEED_REFUSAL_COUNT) {
		refuse(r, line, why, at);
		return RC_OK;
	}
	res->taken++;
	if ((r->had & (TEXT_HAD_BAD_UTF8 | TEXT_HAD_CONTROL |
			      TEXT_HAD_MARKS)) != 0) {
		res->cleaned++;
	}
	if ((r->had & TEXT_WAS_CUT) != 0) {
		res->shortened++;
	}
	return r->opts->row(r->opts->arg, &row, reterr);
}

/* --- CSV ------------------------------------------------------------------ */

static bool
has_columns(void *arg, const struct csv *c)
{
	static const struct {
		const char *feed;
		enum feed_cell need[4];
		size_t n;
	} needs[] = {
		{FEED_PRODUCTS, {CELL_CODE, CELL_NAME, CELL_PRICE, CELL_TAX},
			4},
		{FEED_PRICES, {CELL_CODE, CELL_PRICE}, 2},
		{FEED_PEOPLE, {CELL_NUMBER, CELL_ROLE}, 2},
	};
	struct feed_rows *r = arg;

	r->n_column = c->n_field;
	for (size_t i = 0; i < CELL_COUNT; i++) {
		r->column[i] = csv_column(c, cell_names[i]);
	}
	if (r->column[CELL_AGE] == SIZE_MAX) {
		r->column[CELL_AGE] = csv_column(c, "min_age");
	}
	for (size_t i = 0; i < ARRAY_LEN(needs); i++) {
		if (strcmp(needs[i].feed, r->opts->feed) != 0) {
			continue;
		}
		for (size_t k = 0; k < needs[i].n; k++) {
			if (r->column[needs[i].need[k]] == SIZE_MAX) {
				return false;
			}
		}
		return true;
	}
	return false;
}

static enum rc
csv_row(struct feed_rows *r, const struct csv *c, struct err *reterr)
{
	if (c->n_field != r->n_column) {
		struct feed_value first = {
			.p = c->field[0].p, .n = c->field[0].n};

		refuse(r, c->row_line, FEED_BAD_ROW, &first);
		return RC_OK;
	}
	memset(r->v, 0, sizeof(r->v));
	for (size_t i = 0; i < CELL_COUNT; i++) {
		if (r->column[i] == SIZE_MAX) {
			continue;
		}
		r->v[i].p = c->field[r->column[i]].p;
		r->v[i].n = c->field[r->column[i]].n;
		if (r->v[i].n > FIELD_BYTES) {
			refuse(r, c->row_line, FEED_BAD_ROW, &r->v[i]);
			return RC_OK;
		}
	}
	arena_reset(&r->arena);
	return one_row(r, c->row_line, reterr);
}

static enum rc
read_csv(struct feed_rows *r, struct csv *c, struct err *reterr)
{
	enum rc rc = csv_head(c, has_columns, r, reterr);

	if (rc == RC_NOTFOUND) {
		return err_set(reterr, RC_PROTO, 0, "feed",
			"the first line must name the columns, separated by "
			"commas: of products code, name, price and tax, of "
			"prices code and price, of people number and role");
	}
	while (rc == RC_OK) {
		rc = csv_next(c, reterr);
		if (rc == RC_PROTO) {
			r->result->rows++;
			refuse(r, c->row_line, FEED_BAD_ROW, NULL);
			rc = RC_OK;
		} else if (rc == RC_OK) {
			r->result->rows++;
			rc = csv_row(r, c, reterr);
		}
	}
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* --- JSON ----------------------------------------------------------------- */

struct source {
	int fd; /* -1: all is here */
	char *buf;
	size_t cap, begin, end;
	bool eof;
	uint64_t line, bytes;
	struct sha256_state hash;
};

static enum rc
more(struct source *s, struct err *reterr)
{
	ssize_t n;

	if (s->begin > 0) {
		memmove(s->buf, s->buf + s->begin, s->end - s->begin);
		s->end -= s->begin;
		s->begin = 0;
	}
	if (s->fd < 0) {
		s->eof = true;
		return RC_OK;
	}
	do {
		n = read(s->fd, s->buf + s->end, s->cap - s->end);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return err_set(reterr, RC_IO, errno, "feed",
			"the file cannot be read");
	}
	s->eof = n == 0;
	sha256_add(&s->hash, s->buf + s->end, (size_t)n);
	s->bytes += (uint64_t)n;
	s->end += (size_t)n;
	return RC_OK;
}

static void
advance(struct source *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		s->line += s->buf[s->begin + i] == '\n' ? 1 : 0;
	}
	s->begin += n;
}

static void
take_cells(struct feed_rows *r, const struct flat *f)
{
	memset(r->v, 0, sizeof(r->v));
	for (size_t i = 0; i < CELL_COUNT; i++) {
		const struct flat_cell *c = flat_find(f, cell_names[i]);

		if (c == NULL) {
			continue;
		}
		r->v[i].number = c->kind == FLAT_INT || c->kind == FLAT_BOOL;
		r->v[i].list = c->kind == FLAT_LIST;
		r->v[i].i = c->i;
		r->v[i].p = r->v[i].number ? NULL : c->text;
		r->v[i].n = c->n;
	}
}

static enum rc
json_row(struct feed_rows *r, const char *p, size_t n, uint64_t line,
	struct err *reterr)
{
	struct flat f;

	r->result->rows++;
	arena_reset(&r->arena);
	if (flat_read(p, n, &r->arena, &f, NULL) != RC_OK) {
		struct feed_value whole = {.p = p, .n = n < 60 ? n : 60};

		/* there may be a PIN in it */
		refuse(r, line, FEED_BAD_ROW,
			strcmp(r->opts->feed, FEED_PEOPLE) == 0 ? NULL
								: &whole);
		return RC_OK;
	}
	take_cells(r, &f);
	return one_row(r, line, reterr);
}

static bool
is_between(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

/* Objects, with blanks and commas between them, in brackets or not. */
static enum rc
read_json(struct feed_rows *r, struct source *s, struct err *reterr)
{
	enum rc rc = RC_OK;
	bool array = false;

	for (;;) {
		size_t n = s->end - s->begin;
		char *p = s->buf + s->begin;
		size_t object;

		if (n > 0 && is_between(*p)) {
			advance(s, 1);
			continue;
		}
		if (n > 0 && *p == '[' && !array && r->result->rows == 0) {
			array = true;
			advance(s, 1);
			continue;
		}
		if (n > 0 && *p == ']' && array) {
			array = false;
			advance(s, 1);
			continue;
		}
		object = n > 0 && *p == '{' ? flat_end(p, n) : 0;
		if (object > 0) {
			rc = json_row(r, p, object, s->line, reterr);
			if (rc != RC_OK) {
				return rc;
			}
			advance(s, object);
			continue;
		}
		if ((n > 0 && *p != '{') || (n > 0 && s->eof) ||
			n >= FEED_BODY_BYTES) {
			return err_set(reterr, RC_PROTO, 0, "feed",
				"line %llu: this is neither an array of JSON "
				"objects nor one object after the other, or an "
				"object is over 1 MiB: nothing was taken",
				(unsigned long long)s->line);
		}
		if (s->eof) {
			return RC_OK;
		}
		rc = more(s, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
}

/* --- the whole ------------------------------------------------------------ */

static enum rc
read_text(struct feed_rows *r, struct source *s, struct err *reterr)
{
	while (!s->eof && s->end < s->cap) {
		enum rc rc = more(s, reterr);

		if (rc != RC_OK) {
			return rc;
		}
	}
	memset(r->v, 0, sizeof(r->v));
	r->v[CELL_NAME].p = r->opts->name;
	r->v[CELL_NAME].n = strlen(r->opts->name);
	r->v[CELL_TEXT].p = s->buf + s->begin;
	r->v[CELL_TEXT].n = s->end - s->begin;
	r->result->rows = 1;
	arena_reset(&r->arena);
	return one_row(r, 1, reterr);
}

static enum rc
begin(struct feed_rows *r, struct err *reterr)
{
	r->room = malloc(FEED_ROW_ARENA);
	r->body = malloc(FEED_BODY_BYTES + 1);
	if (r->room == NULL || r->body == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "feed",
			"no memory to read the rows");
	}
	arena_init(&r->arena, r->room, FEED_ROW_ARENA);
	sbuf_init(&r->out, r->body, FEED_BODY_BYTES + 1);
	return RC_OK;
}

static enum rc
read_csv_of(struct feed_rows *r, int fd, const char *p, size_t n,
	struct err *reterr)
{
	struct csv c;
	enum rc rc = fd >= 0 ? csv_open(&c, fd, reterr)
			     : csv_open_text(&c, p, n, reterr);
	uint8_t hash[HASH_BYTES];

	if (rc == RC_OK) {
		rc = read_csv(r, &c, reterr);
		r->result->bytes = c.bytes;
		sha256_end(&c.hash, hash);
		hex_encode(r->result->hash, hash, sizeof(hash));
		csv_close(&c);
	}
	return rc;
}

static enum rc
read_other(struct feed_rows *r, int fd, const char *p, size_t n,
	struct err *reterr)
{
	struct source s = {.fd = fd, .line = 1, .cap = 2 * FEED_BODY_BYTES};
	uint8_t hash[HASH_BYTES];
	enum rc rc;

	if (fd < 0 && n > s.cap) {
		s.cap = n;
	}
	s.buf = malloc(s.cap);
	if (s.buf == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "feed",
			"no memory to read the rows");
	}
	sha256_start(&s.hash);
	if (fd < 0 && p != NULL) {
		memcpy(s.buf, p, n);
		s.end = n;
		s.bytes = n;
		sha256_add(&s.hash, p, n);
	}
	rc = r->opts->format == FEED_FORMAT_TEXT ? read_text(r, &s, reterr)
						 : read_json(r, &s, reterr);
	r->result->bytes = s.bytes;
	sha256_end(&s.hash, hash);
	hex_encode(r->result->hash, hash, sizeof(hash));
	crypto_wipe(s.buf, s.end);
	free(s.buf);
	return rc;
}

static enum rc
run(int fd, const char *p, size_t n, const struct feed_rows_opts *opts,
	struct feed_rows_result *ret, struct err *reterr)
{
	struct feed_rows *r = calloc(1, sizeof(*r));
	enum rc rc = RC_NOMEM;

	memset(ret, 0, sizeof(*ret));
	if (r == NULL) {
		return err_set(reterr, rc, 0, "feed", "no memory");
	}
	r->opts = opts;
	r->result = ret;
	rc = begin(r, reterr);
	if (rc == RC_OK) {
		rc = opts->format == FEED_FORMAT_CSV
			     ? read_csv_of(r, fd, p, n, reterr)
			     : read_other(r, fd, p, n, reterr);
	}
	if (r->room != NULL) {
		crypto_wipe(r->room, FEED_ROW_ARENA);
	}
	free(r->room);
	free(r->body);
	free(r);
	return rc;
}

enum rc
feed_rows_fd(int fd, const struct feed_rows_opts *opts,
	struct feed_rows_result *ret, struct err *reterr)
{
	return run(fd, NULL, 0, opts, ret, reterr);
}

enum rc
feed_rows_text(const char *p, size_t n, const struct feed_rows_opts *opts,
	struct feed_rows_result *ret, struct err *reterr)
{
	return run(-1, p, n, opts, ret, reterr);
}
