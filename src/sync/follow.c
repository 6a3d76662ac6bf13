/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/follow.h"

#include <sys/inotify.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "journal/journal.h"
#include "wire/batch.h"
#include "wire/event.h"
#include "wire/peek.h"

#include "base/poison.h"

#define FACTS 8
#define MARK_NAME "watermark"

/* Where one reader stands: on the line it gave last, which stays until it is
 * asked for another one. */
struct place {
	struct journal_reader *reader;
	struct follow_line last; /* sequence 0: none */
};

struct follow {
	char dir[PATH_BYTES];
	const struct keys *keys;
	struct place place[2]; /* of batches, in order; of single lines */
	uint64_t mark;
	int fd;
	int watch; /* of the file; -1: of the directory, until it is there */
	struct follow_fact fact[FACTS];
	size_t n_fact;
};

static void
forget_reader(struct place *p)
{
	journal_reader_close(p->reader);
	*p = (struct place){0};
}

/* --- the watermark -------------------------------------------------------- */

/* The file is written in place, so that its watch stays. */
static void
watch_file(struct follow *f)
{
	char path[PATH_BYTES];

	if (f->fd < 0 || f->watch >= 0 ||
		path_join(path, sizeof(path), f->dir, MARK_NAME) != RC_OK) {
		return;
	}
	f->watch = inotify_add_watch(
		f->fd, path, IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF);
	if (f->watch < 0) {
		(void)inotify_add_watch(
			f->fd, f->dir, IN_CREATE | IN_MOVED_TO | IN_ONESHOT);
	}
}

enum rc
follow_open(const char *dir, const struct keys *keys, struct follow **ret,
	struct err *reterr)
{
	struct follow *f = calloc(1, sizeof(*f));
	struct sbuf b;

	if (f == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "follow",
			"no memory to follow the journal");
	}
	sbuf_init(&b, f->dir, sizeof(f->dir));
	sbuf_puts(&b, dir);
	if (!sbuf_ok(&b)) {
		free(f);
		return err_set(reterr, RC_RANGE, 0, "follow",
			"the path of the store is too long");
	}
	f->keys = keys;
	f->watch = -1;
	/* without it the timer alone looks */
	f->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	watch_file(f);
	(void)follow_look(f);
	*ret = f;
	return RC_OK;
}

void
follow_close(struct follow *f)
{
	if (f == NULL) {
		return;
	}
	forget_reader(&f->place[0]);
	forget_reader(&f->place[1]);
	if (f->fd >= 0) {
		(void)close(f->fd);
	}
	free(f);
}

int
follow_fd(const struct follow *f)
{
	return f->fd;
}

bool
follow_look(struct follow *f)
{
	char buf[4096]
		__attribute__((aligned(__alignof__(struct inotify_event))));
	uint64_t mark;

	if (f->fd >= 0) {
		while (read(f->fd, buf, sizeof(buf)) > 0) {
			const struct inotify_event *e =
				(const struct inotify_event *)(const void *)buf;

			if ((e->mask & (IN_IGNORED | IN_MOVE_SELF)) != 0) {
				f->watch = -1;
			}
		}
		watch_file(f);
	}
	mark = watermark_read(f->dir);
	if (mark <= f->mark) {
		return false;
	}
	f->mark = mark;
	return true;
}

uint64_t
follow_mark(const struct follow *f)
{
	return f->mark;
}

uint64_t
follow_first(const struct follow *f)
{
	struct journal_segment s;

	if (journal_first(f->dir, &s, NULL) != RC_OK) {
		return 0;
	}
	return s.first;
}

/* --- lines ---------------------------------------------------------------- */

static enum rc
read_next(struct follow *f, struct place *p, uint64_t sequence,
	struct follow_line *ret, struct err *reterr)
{
	struct journal_record rec;
	uint64_t upto = sequence > f->mark ? sequence : f->mark;
	enum rc rc = RC_OK;

	if (p->reader != NULL && p->last.sequence == sequence) {
		*ret = p->last;
		return RC_OK;
	}
	if (p->reader == NULL || p->last.sequence + 1 != sequence) {
		forget_reader(p);
		rc = journal_reader_open(
			f->dir, f->keys, sequence, &p->reader, reterr);
	}
	if (rc == RC_OK) {
		rc = journal_reader_next(p->reader, upto, &rec, reterr);
	}
	if (rc == RC_OK && rec.sequence != sequence) {
		rc = RC_NOTFOUND;
	}
	if (rc != RC_OK) {
		forget_reader(p);
		return rc;
	}
	p->last = (struct follow_line){
		rec.epoch, rec.sequence, rec.line, rec.len};
	*ret = p->last;
	return RC_OK;
}

/* Segments may have been taken away or written again under a reader that
 * stood among them: what fails is asked once more with fresh eyes. */
static enum rc
take_line(struct follow *f, struct place *p, uint64_t sequence,
	struct follow_line *ret, struct err *reterr)
{
	enum rc rc;

	if (sequence == 0) {
		return RC_NOTFOUND;
	}
	rc = read_next(f, p, sequence, ret, reterr);
	if (rc == RC_CORRUPT) {
		if (follow_first(f) > sequence) {
			return RC_NOTFOUND;
		}
		rc = read_next(f, p, sequence, ret, reterr);
	}
	return rc;
}

enum rc
follow_line(struct follow *f, uint64_t sequence, struct follow_line *ret,
	struct err *reterr)
{
	return take_line(f, &f->place[1], sequence, ret, reterr);
}

static void
remember(struct follow *f, const struct follow_line *line,
	struct follow_fact *ret)
{
	struct wire_peek peek;

	*ret = (struct follow_fact){
		.epoch = line->epoch, .sequence = line->sequence};
	wire_hash(line->p, line->n, ret->hash);
	if (wire_peek(line->p, line->n, &peek, NULL) == RC_OK) {
		ret->time = peek.time;
	}
	f->fact[f->n_fact++ % FACTS] = *ret;
}

enum rc
follow_fact(struct follow *f, uint64_t sequence, struct follow_fact *ret,
	struct err *reterr)
{
	struct follow_line line;
	enum rc rc;

	for (size_t i = 0; i < FACTS; i++) {
		if (f->fact[i].sequence == sequence && sequence != 0) {
			*ret = f->fact[i];
			return RC_OK;
		}
	}
	rc = follow_line(f, sequence, &line, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	remember(f, &line, ret);
	return RC_OK;
}

enum rc
follow_batch(struct follow *f, uint64_t from, uint64_t upto, unsigned max_lines,
	size_t max_bytes, struct sbuf *out, struct follow_batch *ret,
	struct err *reterr)
{
	struct follow_line line;
	struct follow_line last = {0};
	uint64_t at = from;
	enum rc rc;

	*ret = (struct follow_batch){.first = from, .last = from - 1};
	sbuf_clear(out);
	rc = batch_begin(out);
	while (rc == RC_OK && at <= upto && at - from < max_lines) {
		rc = take_line(f, &f->place[0], at, &line, reterr);
		if (rc != RC_OK || (at > from && (line.epoch != ret->epoch ||
							 out->len + line.n + 4 >
								 max_bytes))) {
			break;
		}
		rc = batch_add(out, line.p, line.n);
		if (rc == RC_OK) {
			ret->epoch = line.epoch;
			ret->last = at++;
			last = line;
		}
	}
	if (at == from) {
		return rc == RC_OK ? RC_NOTFOUND : rc;
	}
	if (last.sequence == f->place[0].last.sequence) {
		struct follow_fact fact;

		remember(f, &last, &fact);
	}
	return batch_end(out);
}
