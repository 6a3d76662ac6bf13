/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked for, and by which requests. */
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "sync/pull_internal.h"

#include "base/poison.h"

#define PAGE_BYTES ((size_t)4 << 20)
#define PERSONS_MAX_BYTES ((size_t)1 << 20)

static enum rc
ask(struct pull *p, enum pull_asked what, const struct session_question *q,
	struct err *reterr)
{
	enum rc rc = session_ask(p->conf.session, q, pull_reply, p, reterr);

	p->asked = rc == RC_OK ? what : PULL_ASKED_NOTHING;
	return rc;
}

enum rc
pull_ask_head(struct pull *p, struct err *reterr)
{
	char path[128], reg[UUID_TEXT_BYTES];
	struct session_question q = {.method = "GET",
		.path = path,
		.max_bytes = SESSION_ANSWER_BYTES};
	struct sbuf b;

	uuid_format(p->reg, reg);
	sbuf_init(&b, path, sizeof(path));
	sbuf_printf(&b, "/v1/registers/%s/head", reg);
	return ask(p, PULL_ASKED_HEAD, &q, reterr);
}

static void
put_escaped(struct sbuf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
			(*s >= '0' && *s <= '9') ||
			strchr("-_.~", *s) != NULL) {
			sbuf_putc(b, *s);
		} else {
			sbuf_printf(b, "%%%02X", (unsigned)(unsigned char)*s);
		}
	}
}

enum rc
pull_ask_page(struct pull *p, size_t i, struct err *reterr)
{
	struct pull_feed *f = &p->feed[i];
	char path[64], query[256], etag[FEEDS_EPOCH_BYTES + 32];
	struct session_question q = {.method = "GET",
		.path = path,
		.query = query,
		.max_bytes = PAGE_BYTES,
		.plain = true};
	struct sbuf b;

	p->at = i;
	p->asked_acked = p->acked;
	p->since = f->has && !f->afresh ? f->c.rev : 0;
	sbuf_init(&b, path, sizeof(path));
	sbuf_printf(&b, "/v1/feeds/%s", pull_known[i]);
	sbuf_init(&b, query, sizeof(query));
	sbuf_printf(&b, "since=%llu", (unsigned long long)p->since);
	if (p->since > 0) {
		sbuf_puts(&b, "&epoch=");
		put_escaped(&b, f->c.epoch);
	}
	if (p->since > 0 && !f->c.whole) {
		/* it needs no tombstones, so it may be behind old ones */
		sbuf_puts(&b, "&snapshot=1");
	}
	sbuf_printf(&b, "&limit=%u", p->limit);
	if (p->since > 0 && f->c.whole && !p->owing) {
		sbuf_init(&b, etag, sizeof(etag));
		sbuf_printf(&b, "\"%s-%llu\"", f->c.epoch,
			(unsigned long long)f->c.rev);
		q.etag = sbuf_ok(&b) ? etag : NULL;
	}
	return ask(p, PULL_ASKED_PAGE, &q, reterr);
}

enum rc
pull_ask_persons(struct pull *p, struct err *reterr)
{
	char path[PATH_BYTES], url[128], reg[UUID_TEXT_BYTES];
	struct session_question q = {.method = "POST",
		.path = url,
		.type = "application/json",
		.max_bytes = SESSION_ANSWER_BYTES};
	uint8_t *text = NULL;
	struct stat st;
	struct sbuf b;
	size_t n = 0;
	enum rc rc = path_join(path, sizeof(path), p->store, "sync/persons");

	if (rc != RC_OK || stat(path, &st) != 0) {
		return RC_NOTFOUND;
	}
	if (st.st_mtim.tv_sec * SECOND_US + st.st_mtim.tv_nsec / 1000 ==
		p->persons_mtime) {
		return RC_NOTFOUND;
	}
	rc = file_load(path, PERSONS_MAX_BYTES, &text, &n, reterr);
	if (rc != RC_OK) {
		return RC_NOTFOUND;
	}
	free(p->persons);
	p->persons = (char *)text;
	p->n_persons = n;
	p->persons_sent.us =
		st.st_mtim.tv_sec * SECOND_US + st.st_mtim.tv_nsec / 1000;
	uuid_format(p->reg, reg);
	sbuf_init(&b, url, sizeof(url));
	sbuf_printf(&b, "/v1/registers/%s/persons", reg);
	q.body = p->persons;
	q.n_body = n;
	return ask(p, PULL_ASKED_PERSONS, &q, reterr);
}
