/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope: the members every event has, and data behind them.  Their
 * order is fixed: it stands once in write_event() and once in read_event(),
 * and the re-spelling in wire_decode() keeps the two equal.
 */
#include <string.h>

#include "base/bytes.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

#define SEQUENCE_DIGITS 20
#define TZ_MAX 840

/* There only when it is true: a line of before has no such member. */
#define TRAINING ",\"training\":true"

static const char *const clock_word[] = {"ok", "jumped", "unset"};

static void
write_sequence(struct writer *w, uint64_t sequence)
{
	char digit[SEQUENCE_DIGITS];
	size_t i;

	for (i = sizeof(digit); i-- > 0;) {
		digit[i] = (char)('0' + sequence % 10);
		sequence /= 10;
	}
	write_raw(w, digit, sizeof(digit));
}

static void
write_identity(struct writer *w, const struct event *e)
{
	write_str(w, "{\"specversion\":\"1.0\",\"id\":\"");
	write_int(w, e->epoch);
	write_raw(w, "-", 1);
	write_int(w, (int64_t)e->sequence);
	write_str(w, "\",\"source\":\"/t/");
	write_uuid(w, e->tenant);
	write_str(w, "/s/");
	write_uuid(w, e->store);
	write_str(w, "/r/");
	write_uuid(w, e->reg);
	write_str(w, "\",\"type\":\"");
	write_str(w, event_type_name(e->type));
}

static void
write_when(struct writer *w, const struct event *e)
{
	write_str(w, "\",\"time\":");
	write_time(w, e->time);
	write_str(w, ",\"tz\":");
	write_int(w, e->tz_min);
	write_str(w, ",\"mono\":");
	write_int(w, e->mono.us);
	write_str(w, ",\"boot\":");
	write_text(w, "boot", e->boot);
	write_str(w, ",\"clock\":\"");
	write_str(w, clock_word[e->clock]);
}

static void
write_chain(struct writer *w, const struct event *e)
{
	char prev[2 * HASH_BYTES + 1];

	write_str(w, "\",\"epoch\":");
	write_int(w, e->epoch);
	write_str(w, ",\"sequence\":\"");
	write_sequence(w, e->sequence);
	write_str(w, "\",\"prev\":\"");
	hex_encode(prev, e->prev, HASH_BYTES);
	write_raw(w, prev, sizeof(prev) - 1);
	write_raw(w, "\"", 1);
}

/* What no member table can say about the envelope. */
static void
check_envelope(struct writer *w, const struct event *e)
{
	if ((unsigned)e->type >= EVENT_TYPE_COUNT) {
		writer_fail(w, RC_INVAL, "type");
	}
	if ((unsigned)e->clock > CLOCK_UNSET) {
		writer_fail(w, RC_INVAL, "clock");
	}
	if (e->epoch == 0) {
		writer_fail(w, RC_INVAL, "epoch");
	}
	if (e->sequence == 0 || e->sequence > (uint64_t)WIRE_INT_MAX) {
		writer_fail(w, RC_RANGE, "sequence");
	}
	if (e->tz_min < -TZ_MAX || e->tz_min > TZ_MAX) {
		writer_fail(w, RC_RANGE, "tz");
	}
	if (e->mono.us < 0 || e->mono.us > WIRE_INT_MAX) {
		writer_fail(w, RC_RANGE, "mono");
	}
	if (e->training && !event_may_train(e->type)) {
		writer_fail(w, RC_INVAL, "training");
	}
	if (e->catalog < 0 || e->catalog > WIRE_INT_MAX) {
		writer_fail(w, RC_RANGE, "catalog");
	}
}

void
write_event(struct writer *w, const struct event *e)
{
	check_envelope(w, e);
	if (w->rc != RC_OK) {
		return;
	}
	write_identity(w, e);
	write_when(w, e);
	write_chain(w, e);
	write_str(w, ",\"actor\":");
	write_text(w, "actor", e->actor);
	write_str(w, ",\"config\":");
	write_text(w, "config", e->config);
	write_str(w, ",\"catalog\":");
	write_int(w, e->catalog);
	if (e->training) {
		write_str(w, TRAINING);
	}
	write_str(w, ",\"data\":");
	write_data(w, wire_event_table(e->type), &e->data);
}

static enum rc
misplaced(const struct reader *r, const char *name)
{
	(void)read_refuse(r, name, "is not in its place");
	return RC_PROTO;
}

/* ,"name": and its value, by kind */
static enum rc
word_of(struct reader *r, const char *name, const char **ret, size_t *ret_n)
{
	return read_key(r, ',', name) ? read_word(r, name, ret, ret_n)
				      : misplaced(r, name);
}

static enum rc
text_of(struct reader *r, const char *name, const char **ret)
{
	return read_key(r, ',', name) ? read_text(r, name, ret)
				      : misplaced(r, name);
}

static enum rc
int_of(struct reader *r, const char *name, int64_t min, int64_t max,
	int64_t *ret)
{
	return read_key(r, ',', name) ? read_int(r, name, min, max, ret)
				      : misplaced(r, name);
}

/* {"specversion":"1.0","id":"..","source":"/t/../s/../r/..": id repeats epoch
 * and sequence, which the re-spelling compares. */
static enum rc
read_identity(struct reader *r, struct event *e)
{
	const char *s;
	size_t n;
	enum rc rc;

	if (!read_is(r, "{\"specversion\":\"1.0\"")) {
		return read_refuse(r, "specversion", "is not 1.0");
	}
	if (!read_key(r, ',', "id")) {
		return misplaced(r, "id");
	}
	rc = read_word(r, "id", &s, &n);
	if (rc == RC_OK && !read_is(r, ",\"source\":\"/t/")) {
		rc = misplaced(r, "source");
	}
	if (rc == RC_OK) {
		rc = read_uuid(r, "source", e->tenant);
	}
	if (rc == RC_OK && !read_is(r, "/s/")) {
		rc = misplaced(r, "source");
	}
	if (rc == RC_OK) {
		rc = read_uuid(r, "source", e->store);
	}
	if (rc == RC_OK && !read_is(r, "/r/")) {
		rc = misplaced(r, "source");
	}
	if (rc == RC_OK) {
		rc = read_uuid(r, "source", e->reg);
	}
	if (rc == RC_OK && !read_is(r, "\"")) {
		rc = misplaced(r, "source");
	}
	return rc;
}

static enum rc
read_type(struct reader *r, enum event_type *ret)
{
	const char *s;
	size_t n;
	enum rc rc = word_of(r, "type", &s, &n);

	if (rc != RC_OK) {
		return rc;
	}
	*ret = event_type_find(s, n);
	if (*ret == EVENT_TYPE_COUNT) {
		return err_set(r->reterr, RC_PROTO, 0, "wire",
			"this program does not know the type of an event; "
			"install the version that wrote it, or a newer one");
	}
	return RC_OK;
}

static enum rc
read_clock(struct reader *r, enum clock_quality *ret)
{
	const char *s;
	size_t n;
	size_t i;
	enum rc rc = word_of(r, "clock", &s, &n);

	if (rc != RC_OK) {
		return rc;
	}
	for (i = 0; i < ARRAY_LEN(clock_word); i++) {
		if (n == strlen(clock_word[i]) &&
			memcmp(s, clock_word[i], n) == 0) {
			*ret = (enum clock_quality)i;
			return RC_OK;
		}
	}
	return read_refuse(r, "clock", "is neither ok, jumped nor unset");
}

static enum rc
read_when(struct reader *r, struct event *e)
{
	int64_t tz = 0;
	enum rc rc;

	rc = read_key(r, ',', "time") ? read_time(r, "time", &e->time)
				      : misplaced(r, "time");
	if (rc == RC_OK) {
		rc = int_of(r, "tz", -TZ_MAX, TZ_MAX, &tz);
		e->tz_min = (int32_t)tz;
	}
	if (rc == RC_OK) {
		rc = int_of(r, "mono", 0, WIRE_INT_MAX, &e->mono.us);
	}
	if (rc == RC_OK) {
		rc = text_of(r, "boot", &e->boot);
	}
	if (rc == RC_OK) {
		rc = read_clock(r, &e->clock);
	}
	return rc;
}

/* 20 digits, of which the first ones are 0 */
static enum rc
read_sequence(struct reader *r, uint64_t *ret)
{
	uint64_t v = 0;
	const char *s;
	size_t n;
	size_t i;
	enum rc rc = word_of(r, "sequence", &s, &n);

	if (rc != RC_OK) {
		return rc;
	}
	for (i = 0; i < n && s[i] >= '0' && s[i] <= '9' &&
		    v <= (uint64_t)WIRE_INT_MAX;
		i++) {
		v = v * 10 + (uint64_t)(s[i] - '0');
	}
	if (n != SEQUENCE_DIGITS || i != n || v == 0 ||
		v > (uint64_t)WIRE_INT_MAX) {
		return read_refuse(r, "sequence", "is not of 20 digits");
	}
	*ret = v;
	return RC_OK;
}

static enum rc
read_chain(struct reader *r, struct event *e)
{
	int64_t epoch = 0;
	const char *s;
	size_t n;
	enum rc rc = int_of(r, "epoch", 1, UINT32_MAX, &epoch);

	e->epoch = (uint32_t)epoch;
	if (rc == RC_OK) {
		rc = read_sequence(r, &e->sequence);
	}
	if (rc == RC_OK) {
		rc = word_of(r, "prev", &s, &n);
	}
	if (rc == RC_OK && hex_decode(e->prev, HASH_BYTES, s, n) != RC_OK) {
		rc = read_refuse(r, "prev", "is not a SHA-256");
	}
	return rc;
}

enum rc
read_event(struct reader *r, struct event *e)
{
	enum rc rc = read_identity(r, e);

	if (rc == RC_OK) {
		rc = read_type(r, &e->type);
	}
	if (rc == RC_OK) {
		rc = read_when(r, e);
	}
	if (rc == RC_OK) {
		rc = read_chain(r, e);
	}
	if (rc == RC_OK) {
		rc = text_of(r, "actor", &e->actor);
	}
	if (rc == RC_OK) {
		rc = text_of(r, "config", &e->config);
	}
	if (rc == RC_OK) {
		rc = int_of(r, "catalog", 0, WIRE_INT_MAX, &e->catalog);
	}
	if (rc == RC_OK && read_is(r, TRAINING)) {
		e->training = true;
		if (!event_may_train(e->type)) {
			rc = read_refuse(
				r, "training", "cannot be said of this type");
		}
	}
	if (rc == RC_OK) {
		rc = read_is(r, ",\"data\":")
			     ? read_data(r, wire_event_table(e->type), &e->data)
			     : misplaced(r, "data");
	}
	return rc;
}
