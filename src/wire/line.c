/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole line: envelope, data, signature.  Member order is fixed; the
 * names stand in one list for reading and once more, as text, in
 * write_event(), and the re-spelling in wire_decode() keeps the two equal.
 */
#include <string.h>

#include "base/bytes.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

#define SOURCE_TEXT (9 + 3 * (UUID_TEXT_BYTES - 1)) /* /t/../s/../r/.. */
#define SEQUENCE_DIGITS 20
#define TZ_MAX 840

static const char *const clock_word[] = {"ok", "jumped", "unset"};

/* Envelope members in their order. */
enum {
	SPECVERSION,
	ID,
	SOURCE,
	TYPE,
	TIME,
	TZ,
	MONO,
	BOOT,
	CLOCK,
	EPOCH,
	SEQUENCE,
	PREV,
	ACTOR,
	CONFIG,
	CATALOG,
	DATA,
	SIG,
	MEMBER_COUNT
};

static const char *const member_name[] = {"specversion", "id", "source", "type",
	"time", "tz", "mono", "boot", "clock", "epoch", "sequence", "prev",
	"actor", "config", "catalog", "data", "sig"};
_Static_assert(ARRAY_LEN(member_name) == MEMBER_COUNT, "one name a member");

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
	write_str(w, ",\"data\":");
	write_data(w, wire_event_table(e->type), &e->data);
}

static void
write_signature(struct writer *w, const uint8_t sig[SIG_BYTES])
{
	char text[WIRE_SIG_TEXT + 1];

	base64_encode(text, sig, SIG_BYTES);
	write_str(w, WIRE_SIG_HEAD);
	write_raw(w, text, WIRE_SIG_TEXT);
	write_raw(w, "\"}", 2);
}

enum rc
wire_encode(const struct event *e, const uint8_t sign_secret[SIGN_SEC_BYTES],
	struct sbuf *out, uint8_t ret_hash[HASH_BYTES], struct err *reterr)
{
	struct writer w;
	uint8_t sig[SIG_BYTES];
	enum rc rc;

	sbuf_clear(out);
	writer_begin(&w, out);
	write_event(&w, e);
	if (w.rc == RC_OK && !event_balances(e)) {
		writer_fail(&w, RC_INVAL, "a sale whose sums do not agree");
	}
	if (w.rc == RC_OK) {
		crypto_sign_with(
			sign_secret, out->p, (size_t)(w.p - out->p), sig);
		write_signature(&w, sig);
	}
	if (w.rc == RC_OK && (size_t)(w.p - out->p) > WIRE_LINE_BYTES) {
		writer_fail(&w, RC_RANGE, NULL);
	}
	rc = writer_end(&w, out, reterr);
	if (rc == RC_OK) {
		wire_hash(out->p, out->len, ret_hash);
	}
	return rc;
}

static enum rc
read_source(const struct reader *r, struct json_object *v, struct event *e)
{
	const size_t n_uuid = UUID_TEXT_BYTES - 1;
	const char *s;
	size_t n;
	enum rc rc = read_chars(r, "source", v, &s, &n);

	if (rc != RC_OK) {
		return rc;
	}
	if (n != SOURCE_TEXT || uuid_parse(s + 3, n_uuid, e->tenant) != RC_OK ||
		uuid_parse(s + n_uuid + 6, n_uuid, e->store) != RC_OK ||
		uuid_parse(s + 2 * n_uuid + 9, n_uuid, e->reg) != RC_OK) {
		return err_set(r->reterr, RC_PROTO, 0, "wire",
			"not readable: source does not name a register");
	}
	return RC_OK;
}

/* Words that stand for a number: type and clock. */
static enum rc
read_words(
	const struct reader *r, struct json_object *const v[], struct event *e)
{
	const char *s;
	size_t n;
	size_t i;
	enum rc rc = read_chars(r, "type", v[TYPE], &s, &n);

	if (rc != RC_OK) {
		return rc;
	}
	e->type = event_type_find(s, n);
	if (e->type == EVENT_TYPE_COUNT) {
		return err_set(r->reterr, RC_PROTO, 0, "wire",
			"this program does not know the type of an event; "
			"install the version that wrote it, or a newer one");
	}
	rc = read_chars(r, "clock", v[CLOCK], &s, &n);
	if (rc != RC_OK) {
		return rc;
	}
	for (i = 0; i < ARRAY_LEN(clock_word); i++) {
		if (strcmp(s, clock_word[i]) == 0) {
			e->clock = (enum clock_quality)i;
			return RC_OK;
		}
	}
	return err_set(r->reterr, RC_PROTO, 0, "wire",
		"not readable: clock is neither ok, jumped nor unset");
}

static enum rc
read_chain(
	const struct reader *r, struct json_object *const v[], struct event *e)
{
	const char *s;
	size_t n;
	size_t i;
	enum rc rc = read_chars(r, "sequence", v[SEQUENCE], &s, &n);

	/* overflow, sign and spaces show when it is spelled again */
	for (i = 0; rc == RC_OK && i < n; i++) {
		e->sequence = e->sequence * 10 + (uint8_t)(s[i] - '0');
	}
	if (rc == RC_OK) {
		rc = read_chars(r, "prev", v[PREV], &s, &n);
	}
	if (rc == RC_OK && hex_decode(e->prev, HASH_BYTES, s, n) != RC_OK) {
		return err_set(r->reterr, RC_PROTO, 0, "wire",
			"not readable: prev is not a SHA-256");
	}
	if (rc == RC_OK) {
		rc = read_chars(r, "sig", v[SIG], &s, &n);
	}
	if (rc == RC_OK && base64_decode(e->sig, SIG_BYTES, s, n) != RC_OK) {
		return err_set(r->reterr, RC_PROTO, 0, "wire",
			"not readable: sig is not a signature");
	}
	return rc;
}

static enum rc
read_numbers(
	const struct reader *r, struct json_object *const v[], struct event *e)
{
	int64_t tz = 0;
	int64_t epoch = 0;
	enum rc rc;

	rc = read_int(r, "tz", v[TZ], -TZ_MAX, TZ_MAX, &tz);
	e->tz_min = (int32_t)tz;
	if (rc == RC_OK) {
		rc = read_int(r, "mono", v[MONO], 0, WIRE_INT_MAX, &e->mono.us);
	}
	if (rc == RC_OK) {
		rc = read_int(r, "epoch", v[EPOCH], 1, UINT32_MAX, &epoch);
		e->epoch = (uint32_t)epoch;
	}
	if (rc == RC_OK) {
		rc = read_int(
			r, "catalog", v[CATALOG], 0, WIRE_INT_MAX, &e->catalog);
	}
	return rc;
}

static enum rc
read_event(const struct reader *r, struct json_object *tree, struct event *e)
{
	struct json_object *v[MEMBER_COUNT];
	enum rc rc;

	rc = read_fields(tree, member_name, v, MEMBER_COUNT, r->reterr);
	if (rc == RC_OK) {
		rc = read_source(r, v[SOURCE], e);
	}
	if (rc == RC_OK) {
		rc = read_words(r, v, e);
	}
	if (rc == RC_OK) {
		rc = read_time(r, "time", v[TIME], &e->time);
	}
	if (rc == RC_OK) {
		rc = read_numbers(r, v, e);
	}
	if (rc == RC_OK) {
		rc = read_chain(r, v, e);
	}
	if (rc == RC_OK) {
		rc = read_text(r, "boot", v[BOOT], &e->boot);
	}
	if (rc == RC_OK) {
		rc = read_text(r, "actor", v[ACTOR], &e->actor);
	}
	if (rc == RC_OK) {
		rc = read_text(r, "config", v[CONFIG], &e->config);
	}
	if (rc == RC_OK) {
		rc = read_data(r, "data", wire_event_table(e->type), v[DATA],
			&e->data);
	}
	return rc;
}

static void
write_line_again(struct writer *w, const void *arg)
{
	const struct event *e = arg;

	write_event(w, e);
	write_signature(w, e->sig);
}

enum rc
wire_decode(const char *line, size_t len, struct arena *a, struct event *ret,
	struct err *reterr)
{
	struct reader r = {a, reterr};
	struct json_object *tree = NULL;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	rc = read_parse(line, len, &tree, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = read_event(&r, tree, ret);
	if (rc == RC_OK) {
		rc = read_same(a, line, len, write_line_again, ret, reterr);
	}
	read_free(tree);
	return rc;
}

size_t
wire_arena_bytes(size_t len)
{
	return len * 6 + 4096;
}

bool
wire_verify(const char *line, size_t len, const uint8_t pub[SIGN_PUB_BYTES])
{
	const size_t head = sizeof(WIRE_SIG_HEAD) - 1;
	uint8_t sig[SIG_BYTES];
	const char *tail;

	if (len <= WIRE_SIG_TAIL) {
		return false;
	}
	tail = line + len - WIRE_SIG_TAIL;
	return memcmp(tail, WIRE_SIG_HEAD, head) == 0 &&
	       memcmp(tail + head + WIRE_SIG_TEXT, "\"}", 2) == 0 &&
	       base64_decode(sig, SIG_BYTES, tail + head, WIRE_SIG_TEXT) ==
		       RC_OK &&
	       crypto_verify(pub, line, len - WIRE_SIG_TAIL, sig);
}

void
wire_hash(const char *line, size_t len, uint8_t out[HASH_BYTES])
{
	sha256(out, line, len);
}
