/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of an archive, out of its segments or its lines.jsonl, added up. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "core/day.h"
#include "register/archive_internal.h"
#include "register/verify_internal.h"
#include "wire/chain.h"

#include "base/poison.h"

struct own_scan {
	struct chain chain;
	struct totals totals;
	struct verify_seen *seen;
	bool counts; /* totals are those since a Z, or since the first line */
	bool broken;
	void *memory;
	struct arena arena;
	struct keys_past past; /* as the lines name them */
	FILE *lines;           /* lines.jsonl, to be compared with or read */
	char *text;            /* a line of it */
	size_t cap;
};

static void say(struct archive_scan *s, const char *fmt, ...) PRINTF(2, 3);

static void
say(struct archive_scan *s, const char *fmt, ...)
{
	char words[ERR_MSG_BYTES];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	s->fn(s->arg, words);
}

static enum rc
no_memory(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "archive",
		"no memory to read an archive; close programs and try again");
}

/* --- what is collected ---------------------------------------------------- */

static enum rc
add_day(struct archive_scan *s, const struct event *e, struct err *reterr)
{
	const struct event_day *d = &e->data.day;
	struct archive_day *day;

	if (s->m.n_day == s->cap_day) {
		size_t cap = s->cap_day * 2 + 32;
		char(*date)[16] = realloc(s->date, cap * sizeof(*date));

		if (date == NULL) {
			return no_memory(reterr);
		}
		s->date = date;
		day = realloc(s->day, cap * sizeof(*day));
		if (day == NULL) {
			return no_memory(reterr);
		}
		s->day = day;
		s->cap_day = cap;
	}
	day = &s->day[s->m.n_day];
	memset(day, 0, sizeof(*day));
	day->number = d->number;
	day->sequence = (int64_t)e->sequence;
	day->sales = d->sales;
	day->gross = d->gross;
	day->returns = d->returns;
	day->return_amount = d->return_amount;
	day->grand = d->grand;
	(void)snprintf(s->date[s->m.n_day], sizeof(s->date[0]), "%.15s",
		d->date != NULL ? d->date : "");
	s->m.n_day++;
	s->m.grand = d->grand;
	return RC_OK;
}

static enum rc
add_config(struct archive_scan *s, const struct event *e, struct err *reterr)
{
	struct archive_config *c;

	if (s->m.n_config == s->cap_config) {
		size_t cap = s->cap_config * 2 + 16;
		char(*version)[ARCHIVE_CONFIG_BYTES] =
			realloc(s->version, cap * sizeof(*version));

		if (version == NULL) {
			return no_memory(reterr);
		}
		s->version = version;
		c = realloc(s->config, cap * sizeof(*c));
		if (c == NULL) {
			return no_memory(reterr);
		}
		s->config = c;
		s->cap_config = cap;
	}
	s->config[s->m.n_config].sequence = (int64_t)e->sequence;
	(void)snprintf(s->version[s->m.n_config], ARCHIVE_CONFIG_BYTES, "%.71s",
		e->data.config.version);
	s->m.n_config++;
	return RC_OK;
}

/* Vectors may have moved while they grew. */
static void
point(struct archive_scan *s)
{
	for (size_t i = 0; i < s->m.n_day; i++) {
		s->day[i].date = s->date[i][0] != '\0' ? s->date[i] : NULL;
	}
	for (size_t i = 0; i < s->m.n_config; i++) {
		s->config[i].version = s->version[i];
	}
	s->m.day = s->day;
	s->m.config = s->config;
	s->m.first_hash = s->first_hash;
	s->m.last_hash = s->last_hash;
	s->m.before = s->before[0] != '\0' ? s->before : NULL;
}

/* --- one line ------------------------------------------------------------- */

static void
check_sums(struct archive_scan *s, const struct event *e)
{
	struct own_scan *o = s->own;
	unsigned long long at = e->sequence;

	if (!event_balances(e)) {
		say(s, "line %llu: the sums of sale %s do not balance", at,
			e->data.sale.number);
	}
	if (e->type == EVENT_DAY_CLOSED && !o->counts) {
		/* the first one whose lines may be elsewhere: from here on
		 * what follows can be added up */
		o->counts = day_totals(&e->data.day, &o->totals) == RC_OK;
		o->totals.closings = e->data.day.number - 1;
		o->totals.grand = e->data.day.grand - e->data.day.gross;
	} else if (e->type == EVENT_DAY_CLOSED &&
		   !day_agrees(&e->data.day, &o->totals)) {
		say(s,
			"line %llu: the day's sums are not those of its "
			"lines",
			at);
	}
	if (o->counts && totals_add(&o->totals, e) != RC_OK) {
		say(s, "line %llu: the totals cannot take it", at);
		o->counts = false;
	}
}

static enum rc
count(struct archive_scan *s, const struct event *e, struct err *reterr)
{
	char words[ERR_MSG_BYTES];

	if (s->n == 1) {
		memcpy(s->m.tenant, e->tenant, UUID_BYTES);
		memcpy(s->m.store, e->store, UUID_BYTES);
		memcpy(s->m.reg, e->reg, UUID_BYTES);
		s->m.first = (int64_t)e->sequence;
		s->m.first_time = e->time;
		s->own->counts = e->sequence == 1;
		if (e->sequence > 1) {
			hex_encode(s->before, e->prev, HASH_BYTES);
		}
		hex_encode(s->first_hash, s->own->chain.hash, HASH_BYTES);
	}
	s->m.last = (int64_t)e->sequence;
	s->m.last_time = e->time;
	hex_encode(s->last_hash, s->own->chain.hash, HASH_BYTES);
	check_sums(s, e);
	if (!verify_seen_event(s->own->seen, e, words, sizeof(words)) &&
		words[0] != '\0') {
		say(s, "%s", words);
	}
	if (e->type == EVENT_SALE_COMPLETED && !e->training) {
		s->m.sales++;
		if (__builtin_add_overflow(
			    s->m.gross, e->data.sale.total, &s->m.gross)) {
			return err_set(reterr, RC_RANGE, 0, "archive",
				"the sales of an archive are too many to add "
				"up: archive them in parts with --until");
		}
	}
	if (e->type == EVENT_DAY_CLOSED) {
		return add_day(s, e, reterr);
	}
	return e->type == EVENT_CONFIG_ACTIVATED ? add_config(s, e, reterr)
						 : RC_OK;
}

static enum rc
take_line(struct archive_scan *s, const char *line, size_t len,
	struct err *reterr)
{
	struct own_scan *o = s->own;
	char words[ERR_MSG_BYTES];
	struct err err = {0};
	struct event e;
	enum rc rc;

	arena_reset(&o->arena);
	rc = wire_decode(line, len, &o->arena, &e, &err);
	if (rc != RC_OK) {
		say(s, "line %llu: %s",
			(unsigned long long)o->chain.sequence + 1, err.msg);
		o->chain.begun = false;
		o->counts = false;
		return RC_OK;
	}
	if (o->chain.sequence == 0 && e.sequence != s->from && s->from != 0) {
		say(s, "lines %llu to %llu are missing",
			(unsigned long long)s->from,
			(unsigned long long)(e.sequence - 1));
	}
	rc = chain_add(&o->chain, line, len, &e, &err);
	if (rc != RC_OK) {
		say(s, "%s", err.msg);
		chain_again(&o->chain);
		/* go on behind it, so that one fault is told once */
		if (chain_add(&o->chain, line, len, &e, NULL) != RC_OK) {
			o->chain.pub = NULL;
			(void)!chain_add(&o->chain, line, len, &e, NULL);
			o->chain.pub = s->pub;
		}
		o->counts = false;
	}
	s->n++;
	if (!verify_past_line(
		    &s->past, &e, o->chain.hash, words, sizeof(words))) {
		say(s, "%s", words);
	}
	return count(s, &e, reterr);
}

/* --- where lines come from ------------------------------------------------ */

static enum rc
write_line(struct archive_scan *s, const char *line, size_t len,
	struct err *reterr)
{
	if (fwrite(line, 1, len, s->out) != len || putc('\n', s->out) == EOF) {
		return err_set(reterr, RC_IO, 0, "archive",
			"lines cannot be written into %s", s->dir);
	}
	return RC_OK;
}

/* The next line of lines.jsonl; RC_NOTFOUND its end. */
static enum rc
next_text(struct archive_scan *s, size_t *ret_len)
{
	struct own_scan *o = s->own;
	ssize_t n = getline(&o->text, &o->cap, o->lines);

	if (n <= 0) {
		return RC_NOTFOUND;
	}
	if (o->text[n - 1] == '\n') {
		n--;
	}
	*ret_len = (size_t)n;
	return RC_OK;
}

static void
same_text(struct archive_scan *s, const struct journal_record *rec)
{
	size_t n = 0;

	if (!s->compare) {
		return;
	}
	if (next_text(s, &n) != RC_OK || n != rec->len ||
		memcmp(s->own->text, rec->line, n) != 0) {
		say(s, "line %llu is not the same in " ARCHIVE_LINES,
			(unsigned long long)rec->sequence);
		s->compare = false;
	}
}

/* A bad place: said once, and gone on behind it. */
static enum rc
pass(struct archive_scan *s, struct journal_reader *r, const struct err *e,
	struct err *reterr)
{
	uint64_t next = 0;

	say(s, "%s", e->msg);
	chain_again(&s->own->chain);
	s->own->counts = false;
	s->own->broken = true;
	return journal_reader_skip(r, &next, reterr);
}

static enum rc
from_segments(struct archive_scan *s, struct err *reterr)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	char dir[PATH_BYTES];
	struct err e = {0};
	enum rc rc = path_join(dir, sizeof(dir), s->dir, "journal");

	if (rc == RC_OK) {
		rc = journal_reader_open(dir, s->keys, s->from, &r, reterr);
	}
	while (rc == RC_OK) {
		rc = journal_reader_next(r, UINT64_MAX, &rec, &e);
		if (rc == RC_CORRUPT) {
			rc = pass(s, r, &e, reterr);
			continue;
		}
		if (rc != RC_OK) {
			if (rc != RC_NOTFOUND && reterr != NULL) {
				*reterr = e;
			}
			break;
		}
		if (rec.line == NULL) {
			s->n++;
			s->m.last = (int64_t)rec.sequence;
			continue;
		}
		same_text(s, &rec);
		if (s->out != NULL) {
			rc = write_line(s, rec.line, rec.len, reterr);
		}
		if (rc == RC_OK) {
			rc = take_line(s, rec.line, rec.len, reterr);
		}
	}
	journal_reader_close(r);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc
from_lines(struct archive_scan *s, struct err *reterr)
{
	size_t n = 0;
	enum rc rc = RC_OK;

	s->n = 0;
	s->m.last = 0;
	while (rc == RC_OK && next_text(s, &n) == RC_OK) {
		rc = take_line(s, s->own->text, n, reterr);
	}
	return rc;
}

static void
open_lines(struct archive_scan *s)
{
	char path[PATH_BYTES];

	if (s->out == NULL &&
		path_join(path, sizeof(path), s->dir, ARCHIVE_LINES) == RC_OK) {
		s->own->lines = fopen(path, "re");
	}
	s->compare = s->own->lines != NULL && s->keys != NULL;
}

/* One line of those that name a key. */
static void
note_key(struct own_scan *o, const char *line, size_t len,
	uint8_t key[SIGN_PUB_BYTES])
{
	struct event e;
	const char *hex;

	arena_reset(&o->arena);
	if (wire_decode(line, len, &o->arena, &e, NULL) != RC_OK) {
		return; /* said when its turn comes */
	}
	hex = e.type == EVENT_REGISTER_RESTORED ? e.data.restored.public_key
	      : e.type == EVENT_REGISTER_INITIALIZED
		      ? e.data.initialized.public_key
		      : NULL;
	if (hex == NULL) {
		return;
	}
	if (e.type == EVENT_REGISTER_RESTORED && o->past.n < KEYS_PAST &&
		(o->past.n == 0 ||
			e.sequence - 1 > o->past.key[o->past.n - 1].upto)) {
		o->past.key[o->past.n].upto = e.sequence - 1;
		memcpy(o->past.key[o->past.n].pub, key, SIGN_PUB_BYTES);
		o->past.n++;
	}
	(void)!hex_decode(key, SIGN_PUB_BYTES, hex, strlen(hex));
}

/* Who has the archive and not the store's keys: which key signed which lines
 * they say themselves.  The one before the first that is named, where line 1
 * is not here, is not known: zeros. */
static void
look_for_keys(struct archive_scan *s)
{
	static const char first[] = "\"type\":\"holdfast.register.init";
	static const char next[] = "\"type\":\"holdfast.register.rest";
	uint8_t key[SIGN_PUB_BYTES] = {0};
	size_t n = 0;

	while (next_text(s, &n) == RC_OK) {
		if (memmem(s->own->text, n, first, sizeof(first) - 1) != NULL ||
			memmem(s->own->text, n, next, sizeof(next) - 1) !=
				NULL) {
			note_key(s->own, s->own->text, n, key);
		}
	}
	rewind(s->own->lines);
}

enum rc
archive_scan_run(struct archive_scan *s, struct err *reterr)
{
	size_t bytes = wire_arena_bytes(WIRE_LINE_BYTES);
	size_t n = 0;
	enum rc rc;

	s->own = calloc(1, sizeof(*s->own));
	if (s->own != NULL) {
		s->own->memory = malloc(bytes);
		s->own->seen = verify_seen_new();
	}
	if (s->own == NULL || s->own->memory == NULL || s->own->seen == NULL) {
		return no_memory(reterr);
	}
	arena_init(&s->own->arena, s->own->memory, bytes);
	open_lines(s);
	if (s->keys == NULL && s->own->lines != NULL) {
		look_for_keys(s);
	}
	chain_past(&s->own->chain, s->pub,
		s->keys != NULL ? keys_past(s->keys) : &s->own->past);
	rc = from_segments(s, reterr);
	if (rc == RC_OK && s->keys == NULL && s->own->lines != NULL) {
		rc = from_lines(s, reterr);
	}
	if (rc == RC_OK && s->compare && next_text(s, &n) == RC_OK) {
		say(s, ARCHIVE_LINES " goes on behind line %lld",
			(long long)s->m.last);
	}
	for (size_t i = 0; rc == RC_OK && i < s->past.n_anchor; i++) {
		char words[ERR_MSG_BYTES];

		if (s->past.anchor[i].sequence < s->from) {
			say(s,
				"line %llu, which an anchor names, is before "
				"this archive: give it to the one before",
				(unsigned long long)s->past.anchor[i].sequence);
		} else if (!verify_past_anchor(&s->past, i, (uint64_t)s->m.last,
				   words, sizeof(words))) {
			say(s, "%s", words);
		}
	}
	point(s);
	return rc;
}

void
archive_scan_free(struct archive_scan *s)
{
	struct own_scan *o = s->own;

	if (o != NULL) {
		if (o->lines != NULL) {
			(void)fclose(o->lines);
		}
		if (o->text != NULL) {
			crypto_wipe(o->text, o->cap);
		}
		free(o->text);
		verify_seen_free(o->seen);
		if (o->memory != NULL) {
			arena_wipe(&o->arena);
		}
		free(o->memory);
		free(o);
		s->own = NULL;
	}
	free(s->day);
	free(s->date);
	free(s->config);
	free(s->version);
}
