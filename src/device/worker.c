/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	> HELLO 1			< HELLO 1 product=...
 *	> WATCH				< STATE link=...  (and at each change)
 *	> STATE | NOW | PAUSE 10 ...	< STATE ... | OK | ERR word=.. text=..
 *	> QUARANTINE			< ITEM ... ITEM ... END
 */
#include "device/worker.h"

#include <string.h>

#include "base/bytes.h"
#include "device/device.h"

#include "base/poison.h"

#define WAITS 6u /* a state may answer all of them in one step */

struct asked {
	enum worker_what what;
	uint32_t id;
	struct mono at; /* us 0: not on its way yet */
	int64_t minutes;
	uint8_t key[KEY_BYTES];
};

struct worker {
	char in[WORDLINE_BYTES + 512];
	size_t n_in;
	bool skip;  /* the rest of a line that is too long */
	bool hello; /* is to be said */
	bool met;   /* and was answered */
	struct mono begun, heard;
	struct asked wait[WAITS];
	size_t n_wait;
	/* what events point to */
	struct worker_state state;
	struct worker_item item;
};

static enum rc
open_line(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	struct worker *s = state;

	(void)conf;
	(void)write_only;
	(void)reterr;
	memset(s, 0, sizeof(*s));
	s->hello = true;
	return RC_OK;
}

/* --- what is asked -------------------------------------------------------- */

static enum rc
ask(void *state, uint32_t id, const struct worker_ask *what)
{
	struct worker *s = state;

	if (s->n_wait == WAITS) {
		return RC_AGAIN;
	}
	if (what->what >= WORKER_ASK_COUNT) {
		return RC_INVAL;
	}
	s->wait[s->n_wait] = (struct asked){
		.what = what->what, .id = id, .minutes = what->minutes};
	memcpy(s->wait[s->n_wait].key, what->key, KEY_BYTES);
	s->n_wait++;
	return RC_OK;
}

static void
put_line(struct device_out *out, const char *verb, int64_t minutes)
{
	char line[48];
	struct sbuf b;

	sbuf_init(&b, line, sizeof(line));
	wordline_begin(&b, verb);
	if (minutes > 0) {
		sbuf_putc(&b, ' ');
		sbuf_i64(&b, minutes);
	}
	wordline_end(&b);
	(void)device_out_put(out, b.p, b.len);
}

static void
put_key(struct device_out *out, struct asked *a)
{
	char line[BASE64_LEN(KEY_BYTES) + 8], key[BASE64_LEN(KEY_BYTES) + 1];
	struct sbuf b;

	base64_encode(key, a->key, KEY_BYTES);
	key[BASE64_LEN(KEY_BYTES)] = '\0';
	sbuf_init(&b, line, sizeof(line));
	wordline_begin(&b, "KEY ");
	sbuf_puts(&b, key);
	wordline_end(&b);
	(void)device_out_put(out, b.p, b.len);
	crypto_wipe(line, sizeof(line));
	crypto_wipe(key, sizeof(key));
	crypto_wipe(a->key, sizeof(a->key));
}

static void
send(struct worker *s, struct mono now, struct device_out *out)
{
	static const char *const verb[WORKER_ASK_COUNT] = {
		[WORKER_ASK_STATE] = "STATE",
		[WORKER_ASK_NOW] = "NOW",
		[WORKER_ASK_PAUSE] = "PAUSE",
		[WORKER_ASK_RESUME] = "RESUME",
		[WORKER_ASK_LIST] = "QUARANTINE",
		[WORKER_ASK_ENROLL] = "ENROLL",
		[WORKER_ASK_KEY] = "KEY",
	};

	if (s->hello) {
		s->hello = false;
		s->begun = now;
		put_line(out, "HELLO 1", 0);
		put_line(out, "WATCH", 0);
	}
	for (size_t i = 0; i < s->n_wait && s->met; i++) {
		struct asked *a = &s->wait[i];

		if (a->at.us == 0) {
			a->at.us = now.us > 0 ? now.us : 1;
			if (a->what == WORKER_ASK_KEY) {
				put_key(out, a);
			} else {
				put_line(out, verb[a->what], a->minutes);
			}
		}
	}
}

static void
answered(struct worker *s, struct device_out *out, size_t i,
	enum device_event_kind kind, const char *text)
{
	struct device_event *e = device_out_event(out, kind, s->wait[i].id);
	struct sbuf b;

	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, text);
	}
	s->n_wait--;
	memmove(&s->wait[i], &s->wait[i + 1],
		(s->n_wait - i) * sizeof(s->wait[0]));
}

/* --- what comes back ------------------------------------------------------ */

static bool
waits_for(const struct worker *s, enum worker_what what, size_t *ret)
{
	for (size_t i = 0; i < s->n_wait; i++) {
		if (s->wait[i].what == what && s->wait[i].at.us != 0) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static void
fault(struct device_out *out, const char *text)
{
	struct device_event *e = device_out_event(out, DEVICE_FAULT, 0);
	struct sbuf b;

	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, text);
	}
}

static void
take_state(struct worker *s, const char *p, size_t n, struct device_out *out)
{
	struct worker_state was = s->state;
	struct device_event *e;
	size_t i;

	if (!worker_state_read(p, n, &s->state)) {
		s->state = was;
		return;
	}
	e = device_out_event(out, DEVICE_WORKER_STATE, 0);
	if (e != NULL) {
		e->link = &s->state;
	}
	while (waits_for(s, WORKER_ASK_STATE, &i)) {
		answered(s, out, i, DEVICE_JOB_DONE, "");
	}
}

static void
take_item(struct worker *s, const char *p, size_t n, struct device_out *out)
{
	struct device_event *e;
	size_t i;

	if (!waits_for(s, WORKER_ASK_LIST, &i) ||
		!worker_item_read(p, n, &s->item)) {
		return;
	}
	e = device_out_event(out, DEVICE_WORKER_ITEM, s->wait[i].id);
	if (e != NULL) {
		e->item = &s->item;
	}
}

/* The first that waits for an OK; a list and a state end otherwise. */
static bool
first_of(const struct worker *s, bool any, size_t *ret)
{
	for (size_t i = 0; i < s->n_wait; i++) {
		if (s->wait[i].at.us != 0 &&
			(any || (s->wait[i].what != WORKER_ASK_STATE &&
					s->wait[i].what != WORKER_ASK_LIST))) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static void
take_error(struct worker *s, const char *p, size_t n, struct device_out *out)
{
	char text[DEVICE_TEXT_BYTES];
	size_t i;

	if (!wordline_get(p, n, "text", text, sizeof(text)) &&
		!wordline_get(p, n, "word", text, sizeof(text))) {
		text[0] = '\0';
	}
	if (!s->met) {
		fault(out, text);
	} else if (first_of(s, true, &i)) {
		answered(s, out, i, DEVICE_JOB_FAILED, text);
	}
}

static void
take_line(struct worker *s, const char *p, size_t n, struct device_out *out)
{
	size_t i;

	if (wordline_is(p, n, "STATE")) {
		take_state(s, p, n, out);
	} else if (wordline_is(p, n, "HELLO")) {
		s->met = true;
	} else if (wordline_is(p, n, "ITEM")) {
		take_item(s, p, n, out);
	} else if (wordline_is(p, n, "END")) {
		if (waits_for(s, WORKER_ASK_LIST, &i)) {
			answered(s, out, i, DEVICE_JOB_DONE, "");
		}
	} else if (wordline_is(p, n, "OK")) {
		if (first_of(s, false, &i)) {
			answered(s, out, i, DEVICE_JOB_DONE, "");
		}
	} else if (wordline_is(p, n, "ERR")) {
		take_error(s, p, n, out);
	}
}

/* What an event points to is overwritten by the next line that has one: so
 * there is one such line a step. */
static void
take_lines(struct worker *s, struct device_out *out)
{
	size_t at = 0;

	while (at < s->n_in && out->n_event == 0) {
		const char *p = s->in + at;
		const char *end = memchr(p, '\n', s->n_in - at);

		if (end == NULL) {
			break;
		}
		if (!s->skip) {
			take_line(s, p, (size_t)(end - p), out);
		}
		s->skip = false;
		at += (size_t)(end - p) + 1;
	}
	s->n_in -= at;
	memmove(s->in, s->in + at, s->n_in);
}

/* Bytes of a line that is longer than any may be go nowhere. */
static void
take_bytes(struct worker *s, const struct device_in *in)
{
	size_t room = sizeof(s->in) - s->n_in;
	size_t n = in->n < room ? in->n : room;

	if (in->n > room) {
		s->n_in = 0;
		s->skip = true;
		return;
	}
	if (n > 0) {
		memcpy(s->in + s->n_in, in->p, n);
		s->n_in += n;
	}
	if (s->n_in >= WORDLINE_BYTES && memchr(s->in, '\n', s->n_in) == NULL) {
		s->n_in = 0;
		s->skip = true;
	}
}

static void
watch_silence(struct worker *s, struct mono now, struct device_out *out)
{
	int64_t since = s->met ? 0 : s->begun.us;
	struct device_event *e;
	struct sbuf b;

	for (size_t i = 0; i < s->n_wait; i++) {
		int64_t at = s->wait[i].at.us;

		if (at != 0 && s->wait[i].what == WORKER_ASK_ENROLL) {
			at += WORKER_JOIN_US - WORKER_SILENT_US;
		}
		if (at != 0 && (since == 0 || at < since)) {
			since = at;
		}
	}
	if (since == 0) {
		return;
	}
	if (s->heard.us > since) {
		since = s->heard.us;
	}
	if (now.us < since + WORKER_SILENT_US) {
		device_out_by(out, (struct mono){since + WORKER_SILENT_US});
		return;
	}
	e = device_out_event(out, DEVICE_SILENT, 0);
	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, "the sync worker does not answer");
	}
	out->hang_up = true;
}

static void
step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct worker *s = state;

	if (in->n > 0) {
		s->heard = now;
		take_bytes(s, in);
	}
	take_lines(s, out);
	send(s, now, out);
	if (memchr(s->in, '\n', s->n_in) != NULL) {
		device_out_by(out, now);
	} else {
		watch_silence(s, now, out);
	}
}

static void
lost(void *state, struct mono now, struct device_out *out)
{
	struct worker *s = state;

	(void)now;
	while (s->n_wait > 0 && out->n_event < DEVICE_OUT_EVENTS) {
		answered(s, out, 0, DEVICE_JOB_UNKNOWN,
			"the sync worker does not run");
	}
	s->n_wait = 0;
}

static const struct worker_ops ops = {.ask = ask};

const struct device_driver worker_driver = {
	.name = "worker",
	.summary = "the sync worker",
	.class_ = DEVICE_WORKER,
	.state_size = sizeof(struct worker),
	.open = open_line,
	.step = step,
	.lost = lost,
	.worker = &ops,
	.patient = true,
};
