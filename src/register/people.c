/* SPDX-License-Identifier: Apache-2.0 */
#include "register/people.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "register/people_internal.h"

#include "base/poison.h"

#define ARGON_OPS 2
#define ARGON_BYTES ((uint64_t)19 * 1024 * 1024)
#define WAIT_US ((int64_t)30 * 1000000)
#define WAIT_MAX_US ((int64_t)15 * 60 * 1000000)

_Static_assert(BASE64_LEN(PEOPLE_PLAIN + SEAL_BYTES) < STORE_SEALED_TEXT,
	"every sealed member has room");

bool
people_number(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9') {
			return false;
		}
	}
	return n >= 1 && n <= 9 && s[0] != '0';
}

const char *
people_weak(const char *pin, size_t len)
{
	bool same = true, up = true, down = true;

	for (size_t i = 0; i < len; i++) {
		if (pin[i] < '0' || pin[i] > '9') {
			return "a PIN has digits only";
		}
		if (i > 0) {
			same = same && pin[i] == pin[i - 1];
			up = up && pin[i] == pin[i - 1] + 1;
			down = down && pin[i] == pin[i - 1] - 1;
		}
	}
	if (len < PEOPLE_PIN_MIN) {
		return "a PIN has at least 4 digits";
	}
	if (len > PEOPLE_PIN_MAX) {
		return "a PIN has at most 12 digits";
	}
	if (same) {
		return "a PIN of one digit only is the first that is tried";
	}
	return up || down ? "a PIN of digits in a row is the first that is "
			    "tried"
			  : NULL;
}

/* --- who there is --- */

static void
begin(struct store_person *p, const char *no)
{
	size_t n = strlen(no);

	memset(p, 0, sizeof(*p));
	memcpy(p->no, no, n < sizeof(p->no) ? n : 0);
}

/* The owner is there before any line says so. */
static void
fill_owner(struct store_person *p)
{
	if (!p->known && strcmp(p->no, PEOPLE_OWNER) == 0) {
		memcpy(p->role, CONFIG_OWNER, sizeof(CONFIG_OWNER));
		p->active = true;
	}
}

static enum rc
not_now(struct err *reterr)
{
	return err_set(reterr, RC_AGAIN, 0, "people",
		"the store cannot say who is who just now: try again");
}

enum rc
people_find(struct shop *s, const char *no, struct store_person *ret,
	struct err *reterr)
{
	enum rc rc;

	begin(ret, no);
	if (s->store == NULL || (s->mode == SHOP_WRITE && !shop_ready(s))) {
		return not_now(reterr);
	}
	rc = store_person(s->store, no, ret, reterr);
	if (rc == RC_NOTFOUND) {
		begin(ret, no);
		rc = RC_OK;
	}
	fill_owner(ret);
	return rc;
}

enum rc
people_list(struct shop *s, struct store_person ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	enum rc rc;

	*ret_n = 0;
	if (s->store == NULL || (s->mode == SHOP_WRITE && !shop_ready(s))) {
		return not_now(reterr);
	}
	rc = store_people(s->store, ret, cap, ret_n, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	for (size_t i = 0; i < *ret_n; i++) {
		if (strcmp(ret[i].no, PEOPLE_OWNER) == 0) {
			return RC_OK;
		}
	}
	if (*ret_n < cap) {
		memmove(&ret[1], &ret[0], *ret_n * sizeof(ret[0]));
		begin(&ret[0], PEOPLE_OWNER);
		fill_owner(&ret[0]);
		(*ret_n)++;
	}
	return RC_OK;
}

/* --- what may be recorded --- */

static enum rc
deny(struct err *reterr, const char *words)
{
	return err_set(reterr, RC_DENIED, 0, "people", "%s", words);
}

static bool
fits(const struct event_person *d)
{
	bool ok = d->n_badge <= STORE_BADGES &&
		  (d->name == NULL || strlen(d->name) < STORE_SEALED_TEXT) &&
		  (d->pin == NULL || strlen(d->pin) < STORE_SEALED_TEXT);

	for (size_t i = 0; ok && i < d->n_badge; i++) {
		ok = strlen(d->badge[i].badge) < STORE_SEALED_TEXT;
	}
	return ok;
}

/* Who there would be, and whether a shop can be run like that. */
static enum rc
admit_owner(struct shop *s, const struct event_person *d, struct err *reterr)
{
	struct store_person p[PEOPLE_MAX];
	size_t n = 0, active = 0, owners = 0, proved = 0;
	bool known = false;
	enum rc rc = people_list(s, p, PEOPLE_MAX, &n, reterr);

	for (size_t i = 0; rc == RC_OK && i <= n; i++) {
		bool changed = i == n || strcmp(p[i].no, d->operator_no) == 0;
		bool on = changed ? d->active : p[i].active;
		const char *role = changed ? d->role : p[i].role;
		bool can = changed ? d->pin != NULL || d->n_badge > 0
				   : p[i].pin[0] != '\0' || p[i].n_badge > 0;

		if (i == n && known) {
			break;
		}
		known = known || changed;
		active += on ? 1 : 0;
		if (on && strcmp(role, CONFIG_OWNER) == 0) {
			owners++;
			proved += can ? 1 : 0;
		}
	}
	crypto_wipe(p, sizeof(p));
	if (rc != RC_OK) {
		return rc;
	}
	if (!known || n + 1 > PEOPLE_MAX) {
		return deny(reterr, "there is no room for another operator: "
				    "switch one off and use that number");
	}
	if (owners == 0) {
		return deny(reterr, "nobody would be the owner any more: make "
				    "another one owner first");
	}
	if (active > 1 && proved == 0) {
		return deny(reterr, "the owner has no PIN yet, and works alone "
				    "until then: holdfast user pin 1");
	}
	return RC_OK;
}

enum rc
people_admit(struct shop *s, const struct event *e, struct err *reterr)
{
	const struct event_person *d = &e->data.person;

	if (d->operator_no == NULL || !people_number(d->operator_no)) {
		return deny(reterr, "an operator's number has one to nine "
				    "digits, the first not 0");
	}
	if (d->role == NULL || !config_role_is(&s->config, d->role)) {
		return err_set(reterr, RC_DENIED, 0, "people",
			"there is no role '%.20s': write [role %.20s] into "
			"holdfast.conf and apply it",
			d->role != NULL ? d->role : "",
			d->role != NULL ? d->role : "");
	}
	if (!fits(d)) {
		return deny(reterr, "a sealed member is too long, or there are "
				    "more than 4 badges");
	}
	return admit_owner(s, d, reterr);
}

/* --- what is sealed --- */

/* "name", a zero byte, the operator's number. */
#define AD_BYTES 32

static size_t
make_ad(char ad[AD_BYTES], const char *member, const char *no)
{
	size_t n = strlen(member) + 1, m = strlen(no);

	memcpy(ad, member, n);
	/* bytes, not a string */
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	memcpy(ad + n, no, m);
	return n + m;
}

enum rc
people_seal(struct shop *s, const char *member, const char *no, const void *p,
	size_t n, char out[STORE_SEALED_TEXT], struct err *reterr)
{
	uint8_t key[KEY_BYTES], box[PEOPLE_PLAIN + SEAL_BYTES];
	char ad[AD_BYTES];
	enum rc rc;

	rc = keys_person_new(s->keys, &s->rng, no, key, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	crypto_seal(key, &s->rng, ad, make_ad(ad, member, no), p, n, box);
	base64_encode(out, box, n + SEAL_BYTES);
	out[BASE64_LEN(n + SEAL_BYTES)] = '\0';
	crypto_wipe(key, sizeof(key));
	return RC_OK;
}

size_t
people_open(struct shop *s, const char *member, const char *no,
	const char *text, uint8_t out[PEOPLE_PLAIN])
{
	uint8_t key[KEY_BYTES], box[PEOPLE_PLAIN + SEAL_BYTES];
	size_t len = strlen(text), n = len * 3 / 4;
	char ad[AD_BYTES];
	bool ok;

	if (n <= SEAL_BYTES || n > sizeof(box) ||
		base64_decode(box, n, text, len) != RC_OK ||
		keys_person_get(s->keys, no, key, NULL) != RC_OK) {
		return 0;
	}
	ok = crypto_open(key, ad, make_ad(ad, member, no), box, n, out) ==
	     RC_OK;
	crypto_wipe(key, sizeof(key));
	return ok ? n - SEAL_BYTES : 0;
}

void
people_name(struct shop *s, const struct store_person *p,
	char out[PEOPLE_NAME_BYTES])
{
	uint8_t plain[PEOPLE_PLAIN];
	size_t n = people_open(s, "name", p->no, p->name, plain);

	if (n >= PEOPLE_NAME_BYTES) {
		n = 0;
	}
	memcpy(out, plain, n);
	out[n] = '\0';
	crypto_wipe(plain, sizeof(plain));
}

enum rc
people_seal_name(struct shop *s, const char *no, const char *name,
	char out[STORE_SEALED_TEXT], struct err *reterr)
{
	char clean[PEOPLE_NAME_BYTES];

	if (text_clean(name, strlen(name), clean, sizeof(clean), 0) != 0 ||
		clean[0] == '\0') {
		return err_set(reterr, RC_INVAL, 0, "people",
			"this is no name: give at most %d bytes of plain text",
			PEOPLE_NAME_BYTES - 1);
	}
	return people_seal(s, "name", no, clean, strlen(clean), out, reterr);
}

/* Argon2id; the pepper comes behind it. */
static bool
hash_pin(const uint8_t salt[SALT_BYTES], const char *pin, size_t len,
	uint8_t key[KEY_BYTES])
{
	return crypto_password(pin, len, salt, ARGON_OPS, ARGON_BYTES, key) ==
	       RC_OK;
}

static bool
is_made(const uint8_t pepper[KEY_BYTES], const void *p, size_t n,
	const uint8_t want[INDEX_BYTES], uint8_t ret[INDEX_BYTES])
{
	uint8_t got[INDEX_BYTES];
	bool same;

	crypto_index(pepper, p, n, got);
	same = crypto_equal(got, want, INDEX_BYTES);
	if (same) {
		memcpy(ret, got, INDEX_BYTES);
	}
	crypto_wipe(got, sizeof(got));
	return same;
}

/* Chosen at a machine whose place this one took. */
static bool
is_made_before(const struct shop *s, const void *p, size_t n,
	const uint8_t want[INDEX_BYTES], uint8_t ret[INDEX_BYTES])
{
	uint8_t past[KEYS_PEPPERS][KEY_BYTES];
	size_t n_past = 0;
	bool same = false;

	if (keys_pepper_past(s->keys, past, &n_past, NULL) != RC_OK) {
		n_past = 0;
	}
	for (size_t i = 0; i < n_past; i++) {
		same = is_made(past[i], p, n, want, ret) || same;
	}
	crypto_wipe(past, sizeof(past));
	return same;
}

bool
people_pepper(const struct shop *s, const void *p, size_t n,
	const uint8_t want[INDEX_BYTES], uint8_t ret[INDEX_BYTES])
{
	bool same = false;

	crypto_index(keys_sub(s->keys, KEYS_PEPPER), p, n, ret);
	for (unsigned g = keys_generation(s->keys); g > 0; g--) {
		same = is_made(keys_sub_of(s->keys, KEYS_PEPPER, g), p, n, want,
			       ret) ||
		       same;
	}
	return same || is_made_before(s, p, n, want, ret);
}

static enum rc
seal_verifier(struct shop *s, const char *no, const char *pin, size_t len,
	char out[STORE_SEALED_TEXT], struct err *reterr)
{
	uint8_t verifier[PEOPLE_PIN_BYTES], key[KEY_BYTES];

	rng_fill(&s->rng, verifier, SALT_BYTES);
	if (!hash_pin(verifier, pin, len, key)) {
		return err_set(reterr, RC_NOMEM, 0, "people",
			"no memory to make the verifier: close other "
			"programs");
	}
	crypto_index(keys_sub(s->keys, KEYS_PEPPER), key, sizeof(key),
		verifier + SALT_BYTES);
	crypto_wipe(key, sizeof(key));
	return people_seal(
		s, "pin", no, verifier, sizeof(verifier), out, reterr);
}

enum rc
people_seal_pin(struct shop *s, const char *no, const char *pin, size_t len,
	char out[STORE_SEALED_TEXT], struct err *reterr)
{
	const char *weak = people_weak(pin, len);

	if (weak != NULL) {
		return err_set(reterr, RC_INVAL, 0, "people",
			"%s: choose another", weak);
	}
	return seal_verifier(s, no, pin, len, out, reterr);
}

size_t
people_badge_text(const char *code, size_t len, char text[PEOPLE_BADGE_TEXT])
{
	memcpy(text, PEOPLE_BADGE, sizeof(PEOPLE_BADGE));
	memcpy(text + sizeof(PEOPLE_BADGE), code, len);
	return sizeof(PEOPLE_BADGE) + len;
}

enum rc
people_seal_badge(struct shop *s, const char *no, const char *code, size_t len,
	char out[STORE_SEALED_TEXT], struct err *reterr)
{
	uint8_t verifier[INDEX_BYTES];
	char text[PEOPLE_BADGE_TEXT];

	if (len < 6 || len > PEOPLE_CODE_MAX) {
		return err_set(reterr, RC_INVAL, 0, "people",
			"a badge's code has 6 to %d characters: scan another",
			PEOPLE_CODE_MAX);
	}
	crypto_index(keys_sub(s->keys, KEYS_PEPPER), text,
		people_badge_text(code, len, text), verifier);
	crypto_wipe(text, sizeof(text));
	return people_seal(
		s, "badge", no, verifier, sizeof(verifier), out, reterr);
}

enum rc
people_seal_glass(struct shop *s, const char *code, size_t len,
	char out[STORE_SEALED_TEXT], struct err *reterr)
{
	return seal_verifier(s, "glass", code, len, out, reterr);
}

/* --- is it them? --- */

bool
people_check_pin(struct shop *s, const struct store_person *p, const char *pin,
	size_t len)
{
	uint8_t plain[PEOPLE_PLAIN] = {0}, key[KEY_BYTES] = {0};
	uint8_t got[INDEX_BYTES];
	bool there, same;

	there = people_open(s, "pin", p->no, p->pin, plain) ==
			PEOPLE_PIN_BYTES &&
		p->active;
	same = hash_pin(plain, pin, len, key) &&
	       people_pepper(s, key, sizeof(key), plain + SALT_BYTES, got);
	crypto_wipe(key, sizeof(key));
	crypto_wipe(plain, sizeof(plain));
	return there && same;
}

bool
people_check_badge(struct shop *s, const struct store_person *p,
	const char *code, size_t len)
{
	uint8_t plain[PEOPLE_PLAIN], got[INDEX_BYTES];
	char text[PEOPLE_BADGE_TEXT];
	bool same = false;
	size_t n_text;

	if (!p->active || len == 0 || len > PEOPLE_CODE_MAX) {
		return false;
	}
	n_text = people_badge_text(code, len, text);
	for (size_t i = 0; i < p->n_badge; i++) {
		size_t n = people_open(s, "badge", p->no, p->badge[i], plain);

		same = (n == INDEX_BYTES &&
			       people_pepper(s, text, n_text, plain, got)) ||
		       same;
	}
	crypto_wipe(text, sizeof(text));
	crypto_wipe(plain, sizeof(plain));
	return same;
}

/* What only the PIN, the salt and the pepper make, as a key. */
static void
proof_key(const uint8_t plain[PEOPLE_PIN_BYTES], uint8_t key[KEY_BYTES])
{
	_Static_assert(PEOPLE_PIN_BYTES == KEY_BYTES, "a verifier is a key");

	memcpy(key, plain, PEOPLE_PIN_BYTES);
}

bool
people_prove(struct shop *s, const struct store_person *p, const char *pin,
	size_t len, const void *said, size_t n, uint8_t out[INDEX_BYTES])
{
	uint8_t plain[PEOPLE_PLAIN] = {0}, key[KEY_BYTES] = {0};
	uint8_t got[INDEX_BYTES];
	bool ok =
		people_open(s, "pin", p->no, p->pin, plain) == PEOPLE_PIN_BYTES;

	ok = hash_pin(plain, pin, len, key) && ok;
	(void)people_pepper(s, key, sizeof(key), plain + SALT_BYTES, got);
	memcpy(plain + SALT_BYTES, got, INDEX_BYTES);
	proof_key(plain, key);
	crypto_index(key, said, n, out);
	crypto_wipe(plain, sizeof(plain));
	crypto_wipe(key, sizeof(key));
	return ok;
}

bool
people_proved(struct shop *s, const struct store_person *p, const void *said,
	size_t n, const uint8_t proof[INDEX_BYTES])
{
	uint8_t plain[PEOPLE_PLAIN] = {0}, key[KEY_BYTES], want[INDEX_BYTES];
	bool ok =
		people_open(s, "pin", p->no, p->pin, plain) == PEOPLE_PIN_BYTES;

	proof_key(plain, key);
	crypto_index(key, said, n, want);
	ok = crypto_equal(want, proof, INDEX_BYTES) && ok && p->active;
	crypto_wipe(plain, sizeof(plain));
	crypto_wipe(key, sizeof(key));
	return ok;
}

int64_t
people_wait(const struct store_person *p, const struct clock_reading *now,
	const struct clock_reading *opened)
{
	int64_t wait = WAIT_US, from = p->tried.us;

	if (p->tries < PEOPLE_TRIES) {
		return 0;
	}
	if (p->tries >= PEOPLE_LOCKED && strcmp(p->no, STORE_TILL) != 0) {
		return PEOPLE_NEVER;
	}
	for (uint32_t i = PEOPLE_TRIES; i < p->tries && wait < WAIT_MAX_US;
		i++) {
		wait *= 2;
	}
	wait = wait < WAIT_MAX_US ? wait : WAIT_MAX_US;
	if (strcmp(p->tried_boot, now->boot) != 0) {
		from = opened->mono.us;
	}
	wait -= now->mono.us - from;
	return wait > 0 ? wait : 0;
}
