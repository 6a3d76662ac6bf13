/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "store/catalog_internal.h"

#include "base/poison.h"

/*
 * External merge sort.  A row is two length fields, key, value.  Rows fill
 * the memory; when it is full they are sorted and written as a run to a file
 * without a name, which the system removes whatever happens to us.  Runs keep
 * the order they were made in, so that of equal keys the last one wins.
 */
#define ROW_HEAD 4u
#define RUN_BUFFER_BYTES ((size_t)64 << 10)

/* Where a row comes from in a merge: a run's file, or sorted memory. */
struct source {
	const struct row_run *run; /* NULL: memory */
	const struct row_ref *ref; /* memory: next and end */
	const struct row_ref *ref_end;
	uint8_t *buf; /* run: a piece of it */
	size_t have;
	size_t at;
	uint64_t offset; /* of the piece's end in the file */
	bool end;
	uint64_t prefix;
	struct row row;
};

struct run_writer {
	struct row_run *run;
	uint8_t *buf;
	size_t used;
};

/* Taken apart at every comparison: no cursor here. */
static void
parse_row(const uint8_t *p, struct row *ret)
{
	ret->key_len = (size_t)(p[0] | p[1] << 8);
	ret->value_len = (size_t)(p[2] | p[3] << 8);
	ret->key = p + ROW_HEAD;
	ret->value = ret->key + ret->key_len;
}

static size_t
row_bytes(const struct row *row)
{
	return ROW_HEAD + row->key_len + row->value_len;
}

static void
write_row(uint8_t *p, const struct row *row)
{
	struct wr w;

	wr_init(&w, p, row_bytes(row));
	wr_u16le(&w, (uint16_t)row->key_len);
	wr_u16le(&w, (uint16_t)row->value_len);
	wr_bytes(&w, row->key, row->key_len);
	wr_bytes(&w, row->value, row->value_len);
}

/* A number that orders keys as their bytes do, as far as it goes: of a trade
 * number all fourteen digits, of any other key ("I...", behind "G...") the
 * bytes that fit. */
static uint64_t
key_prefix(bool codes, const uint8_t *key, size_t len)
{
	uint8_t head[8] = {0};
	uint64_t v = 0;
	size_t i;

	if (!codes) {
		memcpy(head, key, len < 8 ? len : 8);
		return get_u64be(head);
	}
	if (len == 15 && key[0] == 'G') {
		for (i = 1; i < len; i++) {
			v = v * 10 + (uint64_t)(key[i] - '0');
		}
		return v;
	}
	if (len > 1) {
		memcpy(head, key + 1, len - 1 < 8 ? len - 1 : 8);
	}
	return (uint64_t)1 << 63 | get_u64be(head) >> 1;
}

static int
compare_keys(uint64_t prefix_a, const struct row *a, uint64_t prefix_b,
	const struct row *b)
{
	size_t n;
	int r;

	if (prefix_a != prefix_b) {
		return prefix_a < prefix_b ? -1 : 1;
	}
	n = a->key_len < b->key_len ? a->key_len : b->key_len;
	r = memcmp(a->key, b->key, n);
	if (r != 0) {
		return r;
	}
	return a->key_len < b->key_len ? -1 : a->key_len > b->key_len;
}

static int
compare_refs(const void *a, const void *b)
{
	const struct row_ref *x = a;
	const struct row_ref *y = b;
	struct row rx;
	struct row ry;
	int r;

	if (x->prefix != y->prefix) {
		return x->prefix < y->prefix ? -1 : 1;
	}
	parse_row(x->p, &rx);
	parse_row(y->p, &ry);
	r = compare_keys(x->prefix, &rx, y->prefix, &ry);
	if (r != 0) {
		return r;
	}
	return x->p < y->p ? -1 : x->p > y->p;
}

static struct row_ref *
first_ref(const struct rowsort *s)
{
	/* the memory came from malloc and its size is a multiple of a
	 * reference's, so the end is aligned for one */
	void *end = s->mem + s->cap;

	return (struct row_ref *)end - s->n_ref;
}

enum rc
rowsort_init(struct rowsort *s, const char *dir, bool codes, size_t mem_bytes,
	struct err *reterr)
{
	memset(s, 0, sizeof(*s));
	s->dir = dir;
	s->codes = codes;
	s->cap = mem_bytes == 0 ? ROWSORT_MEM_BYTES : mem_bytes;
	if (s->cap < ROWSORT_MEM_LEAST) {
		s->cap = ROWSORT_MEM_LEAST;
	}
	s->cap -= s->cap % sizeof(struct row_ref);
	s->mem = malloc(s->cap);
	if (s->mem == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "catalog",
			"no memory to sort the products");
	}
	return RC_OK;
}

void
rowsort_done(struct rowsort *s)
{
	size_t i;

	for (i = 0; i < s->n_run; i++) {
		(void)close(s->run[i].fd);
	}
	s->n_run = 0;
	free(s->mem);
	s->mem = NULL;
}

/* --- one run */

static enum rc
run_open(const struct rowsort *s, struct row_run *run, struct err *reterr)
{
	char path[PATH_BYTES];
	int fd = open(s->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
		/* a file system without nameless files */
		if (path_join(path, sizeof(path), s->dir, "run.XXXXXX") !=
			RC_OK) {
			return err_set(reterr, RC_INVAL, 0, "catalog",
				"%s: the path is too long", s->dir);
		}
		fd = mkostemp(path, O_CLOEXEC);
		if (fd >= 0) {
			(void)unlink(path);
		}
	}
	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "catalog",
			"%s: cannot make a temporary file", s->dir);
	}
	run->fd = fd;
	run->bytes = 0;
	return RC_OK;
}

static enum rc
run_flush(struct run_writer *w, const char *dir, struct err *reterr)
{
	enum rc rc = file_pwrite(
		w->run->fd, w->buf, w->used, (off_t)w->run->bytes, dir, reterr);

	if (rc == RC_OK) {
		w->run->bytes += w->used;
		w->used = 0;
	}
	return rc;
}

struct run_sink {
	struct run_writer w;
	const char *dir;
};

static enum rc
run_add(void *arg, const struct row *row, struct err *reterr)
{
	struct run_sink *sink = arg;
	size_t n = row_bytes(row);
	enum rc rc = RC_OK;

	if (sink->w.used + n > RUN_BUFFER_BYTES) {
		rc = run_flush(&sink->w, sink->dir, reterr);
	}
	if (rc == RC_OK) {
		write_row(sink->w.buf + sink->w.used, row);
		sink->w.used += n;
	}
	return rc;
}

/* --- merging */

static enum rc
source_next(struct source *x, bool codes, const char *dir, struct err *reterr)
{
	size_t left = x->have - x->at;
	size_t got;
	enum rc rc;

	if (x->run == NULL) {
		if (x->ref == x->ref_end) {
			x->end = true;
			return RC_OK;
		}
		x->prefix = x->ref->prefix;
		parse_row(x->ref->p, &x->row);
		x->ref++;
		return RC_OK;
	}
	if (left < ROW_HEAD + ROWSORT_KEY_BYTES + ROW_VALUE_BYTES &&
		x->offset < x->run->bytes) {
		memmove(x->buf, x->buf + x->at, left);
		rc = file_pread(x->run->fd, x->buf + left,
			RUN_BUFFER_BYTES - left, (off_t)x->offset, dir, &got,
			reterr);
		if (rc != RC_OK) {
			return rc;
		}
		x->offset += got;
		x->have = left + got;
		x->at = 0;
		left = x->have;
	}
	if (left == 0) {
		x->end = true;
		return RC_OK;
	}
	if (left >= ROW_HEAD) {
		parse_row(x->buf + x->at, &x->row);
	}
	if (left < ROW_HEAD || left < row_bytes(&x->row)) {
		return err_set(reterr, RC_IO, 0, "catalog",
			"%s: a temporary file is not what was written", dir);
	}
	x->at += row_bytes(&x->row);
	x->prefix = key_prefix(codes, x->row.key, x->row.key_len);
	return RC_OK;
}

/* The source with the least key; of equal ones the last, whose row is the
 * latest. */
static struct source *
least(struct source *x, size_t n)
{
	struct source *best = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (x[i].end) {
			continue;
		}
		if (best == NULL || compare_keys(x[i].prefix, &x[i].row,
					    best->prefix, &best->row) <= 0) {
			best = &x[i];
		}
	}
	return best;
}

/* Step every source that stands on the row just given out. */
static enum rc
pass(struct rowsort *s, struct source *x, size_t n, const struct source *best,
	struct err *reterr)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < n; i++) {
		if (&x[i] == best || x[i].end ||
			compare_keys(x[i].prefix, &x[i].row, best->prefix,
				&best->row) != 0) {
			continue;
		}
		s->replaced++;
		rc = source_next(&x[i], s->codes, s->dir, reterr);
	}
	return rc;
}

/* Rows of one run hold each key once; memory may hold it many times, the
 * latest last. */
static enum rc
skip_older(struct rowsort *s, struct source *x, struct err *reterr)
{
	struct row next;

	while (x->run == NULL && !x->end && x->ref != x->ref_end) {
		enum rc rc;

		if (x->ref->prefix != x->prefix) {
			break;
		}
		parse_row(x->ref->p, &next);
		if (compare_keys(x->prefix, &x->row, x->ref->prefix, &next) !=
			0) {
			break;
		}
		s->replaced++;
		rc = source_next(x, s->codes, s->dir, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

static enum rc
merge(struct rowsort *s, struct source *x, size_t n, row_fn fn, void *arg,
	struct err *reterr)
{
	struct source *best;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < n; i++) {
		rc = source_next(&x[i], s->codes, s->dir, reterr);
		if (rc == RC_OK) {
			rc = skip_older(s, &x[i], reterr);
		}
	}
	while (rc == RC_OK) {
		best = least(x, n);
		if (best == NULL) {
			break;
		}
		rc = fn(arg, &best->row, reterr);
		/* memory is the last source, so it is never passed over and
		 * needs no skipping there */
		if (rc == RC_OK && n > 1) {
			rc = pass(s, x, n, best, reterr);
		}
		if (rc == RC_OK) {
			rc = source_next(best, s->codes, s->dir, reterr);
		}
		if (rc == RC_OK) {
			rc = skip_older(s, best, reterr);
		}
	}
	return rc;
}

/* Merge all runs and, when ${memory}, what is in memory, into fn. */
static enum rc
merge_all(struct rowsort *s, bool memory, row_fn fn, void *arg,
	struct err *reterr)
{
	struct source *x;
	size_t n = 0;
	enum rc rc = RC_NOMEM;
	size_t i;

	x = calloc(s->n_run + 1, sizeof(*x));
	if (x == NULL) {
		goto out;
	}
	for (i = 0; i < s->n_run; i++) {
		x[n].run = &s->run[i];
		x[n].buf = malloc(RUN_BUFFER_BYTES);
		if (x[n].buf == NULL) {
			goto out;
		}
		n++;
	}
	if (memory) {
		x[n].ref = first_ref(s);
		x[n].ref_end = x[n].ref + s->n_ref;
		n++;
	}
	rc = merge(s, x, n, fn, arg, reterr);
out:
	if (rc == RC_NOMEM) {
		(void)err_set(reterr, rc, 0, "catalog",
			"no memory to sort the products");
	}
	for (i = 0; x != NULL && i < n; i++) {
		free(x[i].buf);
	}
	free(x);
	return rc;
}

/* Rows of memory alone, or of all runs, as one new run. */
static enum rc
make_run(
	struct rowsort *s, bool memory, struct row_run *run, struct err *reterr)
{
	struct run_sink sink = {{run, NULL, 0}, s->dir};
	size_t n_run = s->n_run;
	enum rc rc;

	rc = run_open(s, run, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	sink.w.buf = malloc(RUN_BUFFER_BYTES);
	if (sink.w.buf == NULL) {
		(void)close(run->fd);
		return err_set(reterr, RC_NOMEM, 0, "catalog",
			"no memory to sort the products");
	}
	if (memory) {
		s->n_run = 0;
	}
	rc = merge_all(s, memory, run_add, &sink, reterr);
	s->n_run = n_run;
	if (rc == RC_OK) {
		rc = run_flush(&sink.w, s->dir, reterr);
	}
	free(sink.w.buf);
	if (rc != RC_OK) {
		(void)close(run->fd);
	}
	return rc;
}

/* Memory is full: make a run of it; too many runs become one. */
static enum rc
spill(struct rowsort *s, struct err *reterr)
{
	struct row_run run = {-1, 0};
	enum rc rc;
	size_t i;

	if (s->n_run == ROWSORT_RUNS) {
		rc = make_run(s, false, &run, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		for (i = 0; i < s->n_run; i++) {
			(void)close(s->run[i].fd);
		}
		s->run[0] = run;
		s->n_run = 1;
	}
	qsort(first_ref(s), s->n_ref, sizeof(struct row_ref), compare_refs);
	rc = make_run(s, true, &run, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	s->run[s->n_run] = run;
	s->n_run++;
	s->n_ref = 0;
	s->used = 0;
	return RC_OK;
}

enum rc
rowsort_add(struct rowsort *s, const struct row *row, struct err *reterr)
{
	size_t n = row_bytes(row);
	struct row_ref *ref;
	enum rc rc;

	if (row->key_len > ROWSORT_KEY_BYTES ||
		row->value_len > ROW_VALUE_BYTES) {
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"a product is too long");
	}
	if (s->used + n + (s->n_ref + 1) * sizeof(*ref) > s->cap) {
		rc = spill(s, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	write_row(s->mem + s->used, row);
	s->n_ref++;
	ref = first_ref(s);
	ref->prefix = key_prefix(s->codes, row->key, row->key_len);
	ref->p = s->mem + s->used;
	s->used += n;
	s->bytes += n;
	return RC_OK;
}

enum rc
rowsort_each(struct rowsort *s, row_fn fn, void *arg, struct err *reterr)
{
	qsort(first_ref(s), s->n_ref, sizeof(struct row_ref), compare_refs);
	return merge_all(s, true, fn, arg, reterr);
}
