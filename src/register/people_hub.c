/* SPDX-License-Identifier: Apache-2.0 */
#include "register/people_hub.h"

#include <string.h>

#include "base/text.h"
#include "register/people_internal.h"

/* behind shop.h's own headers: config.h is the register's here */
#include "register/shop_internal.h"

#include "base/poison.h"

#define ORIGIN "hub"

_Static_assert(FEED_BADGES == STORE_BADGES, "a badge for each place");

static void
copy(char *to, size_t cap, const char *from)
{
	struct sbuf b;

	sbuf_init(&b, to, cap);
	sbuf_puts(&b, from);
}

/* All of it borrows from ${x} and stays right when that is not moved. */
static void
make_event(struct people_hub *x, bool active, size_t n_badge)
{
	memset(&x->e, 0, sizeof(x->e));
	x->e.type = EVENT_OPERATOR_CHANGED;
	for (size_t i = 0; i < n_badge; i++) {
		x->badges[i].badge = x->badge[i];
	}
	x->e.data.person = (struct event_person){.operator_no = x->no,
		.role = x->role,
		.active = active,
		.name = x->name[0] != '\0' ? x->name : NULL,
		.pin = x->pin[0] != '\0' ? x->pin : NULL,
		.badge = x->badges,
		.n_badge = n_badge,
		.origin = ORIGIN};
}

/* As the register has them. */
static void
begin(const struct store_person *p, struct people_hub *x)
{
	memset(x, 0, sizeof(*x));
	copy(x->no, sizeof(x->no), p->no);
	copy(x->role, sizeof(x->role), p->role);
	copy(x->name, sizeof(x->name), p->name);
	copy(x->pin, sizeof(x->pin), p->pin);
	for (size_t i = 0; i < p->n_badge && i < STORE_BADGES; i++) {
		copy(x->badge[i], sizeof(x->badge[i]), p->badge[i]);
	}
}

void
people_hub_off(const struct store_person *p, struct people_hub *ret)
{
	begin(p, ret);
	make_event(ret, false, p->n_badge);
}

static enum rc
take_name(struct shop *s, const struct feed_person *f,
	const struct store_person *p, struct people_hub *x, bool *any,
	struct err *reterr)
{
	char is[PEOPLE_NAME_BYTES], want[PEOPLE_NAME_BYTES];

	if (f->name == NULL) {
		return RC_OK;
	}
	people_name(s, p, is);
	/* as people_seal_name() would have it, or refuse it */
	(void)text_clean(f->name, strlen(f->name), want, sizeof(want), 0);
	if (want[0] != '\0' && strcmp(is, want) == 0) {
		return RC_OK;
	}
	*any = true;
	return people_seal_name(s, x->no, f->name, x->name, reterr);
}

static bool
has_pin(struct shop *s, const struct feed_person *f,
	const struct store_person *p)
{
	uint8_t plain[PEOPLE_PLAIN], got[INDEX_BYTES];
	bool same = people_open(s, "pin", p->no, p->pin, plain) ==
			    PEOPLE_PIN_BYTES &&
		    memcmp(plain, f->salt, SALT_BYTES) == 0 &&
		    people_pepper(s, f->hash, sizeof(f->hash),
			    plain + SALT_BYTES, got);

	crypto_wipe(plain, sizeof(plain));
	return same;
}

static enum rc
take_pin(struct shop *s, const struct feed_person *f,
	const struct store_person *p, struct people_hub *x, bool *any,
	struct err *reterr)
{
	uint8_t verifier[PEOPLE_PIN_BYTES];
	enum rc rc;

	if (f->pin == FEED_PIN_KEEP) {
		return RC_OK;
	}
	if (f->pin == FEED_PIN_NONE) {
		*any = *any || x->pin[0] != '\0';
		x->pin[0] = '\0';
		return RC_OK;
	}
	if (has_pin(s, f, p)) {
		return RC_OK;
	}
	*any = true;
	memcpy(verifier, f->salt, SALT_BYTES);
	crypto_index(keys_sub(s->keys, KEYS_PEPPER), f->hash, sizeof(f->hash),
		verifier + SALT_BYTES);
	rc = people_seal(
		s, "pin", x->no, verifier, sizeof(verifier), x->pin, reterr);
	crypto_wipe(verifier, sizeof(verifier));
	return rc;
}

static bool
is_badge(struct shop *s, const struct store_person *p, const char *sealed,
	const char *code)
{
	uint8_t plain[PEOPLE_PLAIN], got[INDEX_BYTES];
	char text[PEOPLE_BADGE_TEXT];
	size_t len = strlen(code);
	bool same = false;

	if (len <= PEOPLE_CODE_MAX) {
		same = people_open(s, "badge", p->no, sealed, plain) ==
			       INDEX_BYTES &&
		       people_pepper(s, text,
			       people_badge_text(code, len, text), plain, got);
	}
	crypto_wipe(text, sizeof(text));
	crypto_wipe(plain, sizeof(plain));
	return same;
}

static enum rc
take_badges(struct shop *s, const struct feed_person *f,
	const struct store_person *p, struct people_hub *x, size_t *n,
	bool *any, struct err *reterr)
{
	bool same = f->n_badge == p->n_badge;
	enum rc rc = RC_OK;

	*n = p->n_badge;
	if (!f->has_badges) {
		return RC_OK;
	}
	for (size_t i = 0; same && i < f->n_badge; i++) {
		same = is_badge(s, p, p->badge[i], f->badge[i]);
	}
	if (same) {
		return RC_OK;
	}
	*any = true;
	*n = f->n_badge;
	for (size_t i = 0; rc == RC_OK && i < f->n_badge; i++) {
		rc = people_seal_badge(s, x->no, f->badge[i],
			strlen(f->badge[i]), x->badge[i], reterr);
	}
	return rc;
}

static enum rc
judge(const struct feed_person *f, struct err *reterr)
{
	if (!people_number(f->number)) {
		return err_set(reterr, RC_INVAL, 0, "people",
			"an operator's number has one to nine digits, the "
			"first not 0: the hub has another one");
	}
	if (strlen(f->role) >= sizeof(((struct people_hub *)0)->role)) {
		return err_set(reterr, RC_INVAL, 0, "people",
			"operator %s: a role's name has at most 15 characters",
			f->number);
	}
	return RC_OK;
}

enum rc
people_hub_change(struct shop *s, const struct feed_person *f,
	struct people_hub *ret, bool *ret_any, struct err *reterr)
{
	struct store_person p;
	size_t n_badge = 0;
	bool any = false;
	enum rc rc = judge(f, reterr);

	*ret_any = false;
	if (rc == RC_OK) {
		rc = shop_erased_refuses(s, f->number, reterr);
	}
	if (rc == RC_OK) {
		rc = people_find(s, f->number, &p, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	begin(&p, ret);
	any = (!p.known && strcmp(p.no, PEOPLE_OWNER) != 0) ||
	      strcmp(p.role, f->role) != 0 || p.active != f->active;
	copy(ret->role, sizeof(ret->role), f->role);
	rc = take_name(s, f, &p, ret, &any, reterr);
	if (rc == RC_OK) {
		rc = take_pin(s, f, &p, ret, &any, reterr);
	}
	if (rc == RC_OK) {
		rc = take_badges(s, f, &p, ret, &n_badge, &any, reterr);
	}
	crypto_wipe(&p, sizeof(p));
	if (rc == RC_OK) {
		make_event(ret, f->active, n_badge);
		*ret_any = any;
	}
	return rc;
}
