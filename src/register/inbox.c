/* SPDX-License-Identifier: Apache-2.0 */
#include "register/inbox.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"
#include "register/config_draft.h"
#include "register/inbox_internal.h"
#include "register/settings.h"
#include "register/shop_internal.h"
#include "store/catalog.h"
#include "wire/event.h"

#include "base/poison.h"

/*
 * ID.req is a request, ID.ans its answer, one line: "ok SEQUENCE" or the name
 * of a result and words.  ID is a UUIDv7, so names sort by age.
 *
 * Before it is recorded a request is renamed to ID.req.NEXT, flushed, with the
 * sequence that the next line gets.  Found like that it was left by a run that
 * ended over it: it is recorded when the first act from there on is this one.
 */
#define REQUEST ".req"
#define ANSWER ".ans"
#define NAME_LEN (UUID_TEXT_BYTES - 1 + 4)
#define ANSWER_BYTES 512
#define TAKE_MAX 64
#define SUFFIX_BYTES 32
#define ANSWER_KEEP_S ((time_t)86400)

struct waiting {
	char id[UUID_TEXT_BYTES];
	uint64_t next; /* as it was renamed for, 0 when it was not */
};

struct answer {
	enum rc rc;
	uint64_t sequence;
	char text[ERR_MSG_BYTES];
};

/* Whose PIN it is, is the request's actor. */
struct asker {
	const char *pin; /* NULL: nobody says */
	size_t len;
};

/* --- answers --- */

static enum rc
inbox_path(const char *dir, const char *id, const char *suffix,
	char out[PATH_BYTES], struct err *reterr)
{
	struct sbuf b;

	sbuf_init(&b, out, PATH_BYTES);
	sbuf_printf(&b, "%s/inbox/%s%s", dir, id, suffix);
	return sbuf_ok(&b) ? RC_OK
			   : err_set(reterr, RC_RANGE, 0, __func__,
				     "the path %s is too long; choose a "
				     "shorter --store",
				     dir);
}

static enum rc
write_answer(const char *path, const struct answer *a, struct err *reterr)
{
	char text[ANSWER_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (a->rc == RC_OK) {
		sbuf_puts(&b, "ok ");
		sbuf_u64(&b, a->sequence);
	} else {
		sbuf_puts(&b, rc_name(a->rc));
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, a->text);
	}
	sbuf_putc(&b, '\n');
	return file_save(path, b.p, b.len, 0600, reterr);
}

static enum rc
rc_of(const char *name, size_t len)
{
	for (int rc = RC_INVAL; rc < RC_COUNT; rc++) {
		const char *n = rc_name((enum rc)rc);

		if (strlen(n) == len && memcmp(n, name, len) == 0) {
			return (enum rc)rc;
		}
	}
	return RC_IO;
}

static enum rc
read_answer(const char *path, uint64_t *ret_sequence, struct err *reterr)
{
	uint8_t *p = NULL;
	size_t n = 0;
	const char *text, *space;
	int64_t v = 0;
	enum rc rc;

	rc = file_load(path, ANSWER_BYTES, &p, &n, NULL);
	if (rc != RC_OK) {
		return rc == RC_NOTFOUND ? rc
					 : err_set(reterr, rc, 0, __func__,
						   "cannot read %s", path);
	}
	text = (const char *)p;
	n -= n > 0 && text[n - 1] == '\n' ? 1 : 0;
	p[n] = '\0';
	space = strchr(text, ' ');
	if (space == NULL) {
		rc = err_set(reterr, RC_PROTO, 0, __func__,
			"%s is no answer of a register; remove it", path);
	} else if (space - text == 2 && memcmp(text, "ok", 2) == 0) {
		rc = parse_i64(space + 1, strlen(space + 1), 1, INT64_MAX, &v);
		*ret_sequence = (uint64_t)v;
	} else {
		rc = err_set(reterr, rc_of(text, (size_t)(space - text)), 0,
			__func__, "%s", space + 1);
	}
	free(p);
	return rc;
}

/* --- recording one request --- */

static enum rc
check_config(struct shop *s, const struct event *e, const char *role,
	struct err *reterr)
{
	const char *text = e->data.config.text;
	char version[65];
	struct config *c = config_new();
	enum rc rc;

	if (c == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to check the configuration");
	}
	rc = config_parse("holdfast.conf", text, strlen(text), c, reterr);
	if (rc == RC_OK) {
		config_version(text, strlen(text), version);
		if (strcmp(version, e->data.config.version) != 0) {
			rc = err_set(reterr, RC_DENIED, 0, __func__,
				"the configuration's version is not that of "
				"its text; apply it again");
		}
	}
	if (rc == RC_OK) {
		rc = people_grant_config(&s->config, c, role, reterr);
	}
	config_free(c);
	return rc;
}

static enum rc
check_catalog(struct shop *s, const struct event *e, struct err *reterr)
{
	char dir[PATH_BYTES];
	struct catalog *c = NULL;
	enum rc rc = shop_path(s, "catalog", dir, reterr);

	if (rc == RC_OK) {
		rc = catalog_open(dir, e->data.catalog.version, &c, reterr);
	}
	catalog_close(c);
	return rc;
}

/* The store's own file, also when the run before ended behind the record. */
static void
follow(struct shop *s, const struct request *r)
{
	const char *text = r->event.data.config.text;

	if (r->type == EVENT_CONFIG_ACTIVATED) {
		settings_follow(s, text, strlen(text));
	} else if (r->type == EVENT_KEY_CHANGED) {
		shop_keys_follow(s);
	} else if (r->type == EVENT_PERSON_ERASED) {
		shop_erase_follow(s, r->event.data.erased.operator_no);
	}
}

static enum rc
check_request(struct shop *s, const struct request *r, const struct event *e,
	struct err *reterr)
{
	char role[16] = CONFIG_OWNER;
	enum rc rc = RC_OK;

	if (!inbox_by_key(r)) {
		people_ask_role(s, r->actor, role);
	}
	if (e->type == EVENT_CONFIG_ACTIVATED) {
		rc = check_config(s, e, role, reterr);
	} else if (e->type == EVENT_CATALOG_IMPORTED) {
		rc = check_catalog(s, e, reterr);
	} else if (e->type == EVENT_OPERATOR_CHANGED) {
		rc = shop_erased_refuses(s, e->data.person.operator_no, reterr);
		if (rc == RC_OK) {
			rc = people_admit(s, e, reterr);
		}
		if (rc == RC_OK) {
			rc = people_grant(s, role, e, reterr);
		}
	} else if (e->type == EVENT_KEY_CHANGED) {
		rc = shop_keys_admit(s, &e->data.key, reterr);
	} else if (e->type == EVENT_PERSON_ERASED) {
		rc = shop_erase_admit(s, &e->data.erased, r->actor, reterr);
	}
	return rc == RC_OK ? config_draft_admit(s, e, r->actor, reterr) : rc;
}

static enum rc
record_request(struct shop *s, const struct request *r, struct event *given,
	uint64_t *ret_sequence, inbox_fn fn, void *arg, struct err *reterr)
{
	struct event e[2];
	size_t n = 1;
	enum rc rc;

	if (inbox_is_prompt(r->type)) {
		rc = s->prompt(s->prompt_arg, r, given, ret_sequence, reterr);
		if (rc != RC_OK) {
			people_ask_undone(s, given);
		}
		return rc;
	}
	e[0] = r->event;
	e[0].type = r->type;
	rc = check_request(s, r, &e[0], reterr);
	if (rc != RC_OK) {
		people_ask_undone(s, given);
	}
	if (rc == RC_OK && given->type != EVENT_TYPE_COUNT) {
		e[n++] = *given;
	}
	if (rc == RC_OK) {
		rc = shop_record(s, e, n, r->actor, NULL, NULL, reterr);
	}
	if (rc == RC_OK) {
		*ret_sequence = e[0].sequence;
		follow(s, r);
		for (size_t i = 0; fn != NULL && i < n; i++) {
			fn(arg, &e[i]);
		}
	}
	return rc;
}

/* --- the running side --- */

static enum rc
request_path(const struct shop *s, const struct waiting *w,
	char out[PATH_BYTES], struct err *reterr)
{
	char suffix[SUFFIX_BYTES] = REQUEST;
	struct sbuf b;

	if (w->next != 0) {
		sbuf_init(&b, suffix, sizeof(suffix));
		sbuf_puts(&b, REQUEST ".");
		sbuf_u64(&b, w->next);
	}
	return inbox_path(s->dir, w->id, suffix, out, reterr);
}

/* Renamed for the line that comes next, so that it is known after a kill. */
static enum rc
claim(const struct shop *s, struct waiting *w, struct err *reterr)
{
	struct waiting to = *w;
	char from_path[PATH_BYTES], path[PATH_BYTES];
	enum rc rc;

	to.next = shop_head(s) + 1;
	rc = request_path(s, w, from_path, reterr);
	if (rc == RC_OK) {
		rc = request_path(s, &to, path, reterr);
	}
	if (rc == RC_OK && rename(from_path, path) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot rename %s", from_path);
	}
	if (rc == RC_OK) {
		*w = to;
		rc = shop_path(s, "inbox", path, reterr);
	}
	return rc == RC_OK ? file_sync_dir(path, reterr) : rc;
}

static enum rc
take_text(struct shop *s, const char *text, size_t len, struct waiting *w,
	inbox_fn fn, void *arg, struct answer *a)
{
	size_t n = wire_arena_bytes(len);
	void *memory = malloc(n);
	struct request r;
	struct event given;
	struct arena arena;
	struct err e = {0};
	struct sbuf b;
	enum rc rc = RC_NOMEM;

	if (memory != NULL) {
		arena_init(&arena, memory, n);
		memset(&r, 0, sizeof(r));
		rc = request_decode(text, len, &arena, &r, &e);
	}
	if (rc == RC_OK &&
		((r.type == EVENT_CONFIG_ACTIVATED && s->hold_config) ||
			(inbox_is_prompt(r.type) && s->prompt == NULL))) {
		free(memory);
		return RC_AGAIN;
	}
	if (rc == RC_OK && inbox_is_prompt(r.type) &&
		!inbox_is_fresh(s, w->id)) {
		rc = err_set(&e, RC_DENIED, 0, __func__,
			"it was asked for too long ago; ask again");
	}
	if (rc == RC_OK && w->next != 0) {
		a->sequence = inbox_recorded_before(s, &r, w->next);
		if (a->sequence != 0) {
			follow(s, &r);
		}
	}
	if (rc == RC_OK && a->sequence == 0) {
		/* before the claim: the try is a line of its own */
		rc = inbox_who_asks(s, &r, w->id, &given, &e);
		if (rc == RC_OK) {
			rc = claim(s, w, &e);
		}
		if (rc == RC_OK) {
			rc = record_request(
				s, &r, &given, &a->sequence, fn, arg, &e);
		}
	}
	a->rc = rc;
	sbuf_init(&b, a->text, sizeof(a->text));
	sbuf_puts(&b, e.msg);
	free(memory);
	return RC_OK;
}

static enum rc
take_one(struct shop *s, struct waiting *w, inbox_fn fn, void *arg,
	struct err *reterr)
{
	char req[PATH_BYTES], ans[PATH_BYTES];
	struct answer a = {0};
	struct stat st;
	uint8_t *text = NULL;
	size_t len = 0;
	enum rc rc;

	rc = request_path(s, w, req, reterr);
	if (rc == RC_OK) {
		rc = inbox_path(s->dir, w->id, ANSWER, ans, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (stat(ans, &st) != 0) {
		rc = file_load(req, WIRE_LINE_BYTES, &text, &len, NULL);
		if (rc == RC_OK) {
			rc = take_text(
				s, (const char *)text, len, w, fn, arg, &a);
		} else {
			a.rc = rc;
		}
		free(text);
		if (rc == RC_AGAIN) {
			return rc;
		}
		rc = write_answer(ans, &a, reterr);
		if (rc == RC_OK) {
			rc = request_path(s, w, req, reterr);
		}
		if (rc != RC_OK) {
			return rc;
		}
	}
	return unlink(req) == 0 ? RC_OK
				: err_set(reterr, err_sys_rc(errno), errno,
					  __func__, "cannot remove %s", req);
}

static bool
has_suffix(const char *name, const char *suffix)
{
	return strlen(name) == NAME_LEN &&
	       strcmp(name + NAME_LEN - 4, suffix) == 0;
}

/* ID.req or ID.req.NEXT */
static bool
is_request(const char *name, struct waiting *ret)
{
	size_t n = strlen(name);
	int64_t next = 0;

	if (n < NAME_LEN || memcmp(name + NAME_LEN - 4, REQUEST, 4) != 0 ||
		(n > NAME_LEN &&
			(name[NAME_LEN] != '.' ||
				parse_i64(name + NAME_LEN + 1, n - NAME_LEN - 1,
					1, INT64_MAX, &next) != RC_OK))) {
		return false;
	}
	memcpy(ret->id, name, UUID_TEXT_BYTES - 1);
	ret->id[UUID_TEXT_BYTES - 1] = '\0';
	ret->next = (uint64_t)next;
	return true;
}

/* What was left by a run before goes first, then the oldest. */
static int
by_age(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	if ((x->next != 0) != (y->next != 0)) {
		return x->next != 0 ? -1 : 1;
	}
	return strcmp(x->id, y->id);
}

/* Answers nobody came back for. */
static void
drop_old(DIR *d, const char *name)
{
	struct stat st;

	if (fstatat(dirfd(d), name, &st, 0) == 0 &&
		time(NULL) - st.st_mtime > ANSWER_KEEP_S) {
		(void)unlinkat(dirfd(d), name, 0);
	}
}

enum rc
inbox_take(struct shop *s, inbox_fn fn, void *arg, size_t *ret_n,
	struct err *reterr)
{
	char path[PATH_BYTES];
	struct waiting w[TAKE_MAX];
	const struct dirent *e;
	bool first = !s->own->inbox_begun;
	size_t n = 0;
	DIR *d;
	enum rc rc = shop_path(s, "inbox", path, reterr);

	*ret_n = 0;
	if (rc != RC_OK) {
		return rc;
	}
	d = opendir(path);
	if (d == NULL) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot read %s", path);
	}
	/* one process, no threads */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	while ((e = readdir(d)) != NULL && n < TAKE_MAX) {
		if (is_request(e->d_name, &w[n])) {
			n++;
		} else if (first && has_suffix(e->d_name, ANSWER)) {
			drop_old(d, e->d_name);
		}
	}
	(void)closedir(d);
	qsort(w, n, sizeof(w[0]), by_age);
	for (size_t i = 0; i < n; i++) {
		enum rc one = take_one(s, &w[i], fn, arg, reterr);

		if (one == RC_OK) {
			(*ret_n)++;
		} else if (one != RC_AGAIN) {
			rc = one;
		}
	}
	s->own->inbox_begun = true;
	return rc;
}

/* --- the asking side --- */

static enum rc
put_request(const struct shop_conf *conf, const struct request *r,
	const struct asker *who, const char *id, struct err *reterr)
{
	char path[PATH_BYTES], proof[PEOPLE_PROOF_BYTES];
	char *text = malloc(WIRE_LINE_BYTES);
	struct request full = *r;
	struct sbuf b;
	enum rc rc = RC_OK;

	if (text == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to ask the register");
	}
	if (who->pin != NULL) {
		rc = inbox_who_proves(
			conf, &full, id, who->pin, who->len, proof, reterr);
		full.proof = proof;
	} else if (inbox_by_key(r)) {
		rc = inbox_who_has_key(conf, &full, id, proof, reterr);
		full.proof = proof;
	}
	sbuf_init(&b, text, WIRE_LINE_BYTES);
	if (rc == RC_OK) {
		rc = request_encode(&full, &b, reterr);
	}
	if (rc == RC_OK) {
		rc = inbox_path(conf->dir, id, REQUEST, path, reterr);
	}
	if (rc == RC_OK) {
		rc = file_save(path, b.p, b.len, 0600, reterr);
	}
	free(text);
	return rc;
}

/* The register may have ended since: then whoever holds the lock next takes
 * the request, and that may be us. */
static void
take_instead(const struct shop_conf *conf)
{
	struct shop *s = NULL;
	size_t n;

	if (shop_open(conf, &s, NULL) == RC_OK) {
		(void)!inbox_take(s, NULL, NULL, &n, NULL);
		shop_close(s);
	}
}

static enum rc
await_answer(const struct shop_conf *conf, const char *id, int wait_ms,
	uint64_t *ret_sequence, struct err *reterr)
{
	struct clock real = clock_system();
	int64_t begin = clock_read(&real).mono.us;
	int64_t end = begin + (int64_t)wait_ms * 1000;
	int64_t next_try = begin + 500000;
	char path[PATH_BYTES];
	enum rc rc = inbox_path(conf->dir, id, ANSWER, path, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	for (;;) {
		int64_t now = clock_read(&real).mono.us;

		rc = read_answer(path, ret_sequence, reterr);
		if (rc != RC_NOTFOUND) {
			(void)unlink(path);
			return rc;
		}
		if (now >= end) {
			return err_set(reterr, RC_AGAIN, 0, __func__,
				"the running register did not answer yet; it "
				"will take the request when its sale is "
				"finished");
		}
		if (now >= next_try) {
			take_instead(conf);
			next_try = now + 500000;
		}
		(void)poll(NULL, 0, 5);
	}
}

static enum rc
submit_here(struct shop *s, const struct request *r, const struct asker *who,
	uint64_t *ret_sequence, struct err *reterr)
{
	struct people_ask ask = {.pin = who->pin,
		.pin_len = who->len,
		.what = event_type_name(r->type)};
	struct event given;
	size_t n;
	enum rc rc;

	if (s->read_only) {
		return err_set(reterr, RC_IO, 0, __func__, "%s", s->trouble);
	}
	(void)!inbox_take(s, NULL, NULL, &n, NULL); /* those that wait */
	if (who->pin != NULL || strcmp(r->actor, PEOPLE_OWNER) != 0) {
		ask.no = r->actor;
	}
	rc = people_ask(s, &ask, people_ask_permit(r->type), &given, reterr);
	if (rc == RC_OK) {
		rc = record_request(
			s, r, &given, ret_sequence, NULL, NULL, reterr);
	}
	if (rc == RC_OK && s->drafts_new) {
		char text[ERR_MSG_BYTES];
		struct sbuf said;

		sbuf_init(&said, text, sizeof(text));
		config_draft_run(s, &n, &said);
	}
	return rc;
}

enum rc
inbox_submit_as(const struct shop_conf *conf, const struct request *request,
	const char *pin, size_t pin_len, int wait_ms, uint64_t *ret_sequence,
	struct err *reterr)
{
	const struct asker who = {pin, pin_len};
	struct shop_conf c = *conf;
	struct shop *s = NULL;
	uint8_t id[UUID_BYTES];
	char name[UUID_TEXT_BYTES];
	enum rc rc;

	c.mode = SHOP_WRITE;
	rc = shop_open(&c, &s, reterr);
	if (rc == RC_OK) {
		rc = submit_here(s, request, &who, ret_sequence, reterr);
		shop_close(s);
		return rc;
	}
	if (rc != RC_BUSY) {
		return rc;
	}
	uuid_v7(&conf->rng, clock_read(&conf->clock).utc, id);
	uuid_format(id, name);
	rc = put_request(&c, request, &who, name, reterr);
	return rc == RC_OK
		       ? await_answer(&c, name, wait_ms, ret_sequence, reterr)
		       : rc;
}

enum rc
inbox_submit(const struct shop_conf *conf, const struct request *request,
	int wait_ms, uint64_t *ret_sequence, struct err *reterr)
{
	return inbox_submit_as(
		conf, request, NULL, 0, wait_ms, ret_sequence, reterr);
}
