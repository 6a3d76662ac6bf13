/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of keys, and persons whose key is destroyed, as lines and behind
 * them. */
#include <string.h>

#include "register/people.h"
#include "register/shop_internal.h"

#include "base/poison.h"

static enum rc
deny(struct err *reterr, const char *words)
{
	return err_set(reterr, RC_DENIED, 0, "keys", "%s", words);
}

/* --- changes of keys ------------------------------------------------------ */

/* Behind it the journal goes on in a segment whose key nobody had before. */
static enum rc
take_over(struct shop *s, struct err *reterr)
{
	enum rc rc = keys_adopt(s->keys, &s->rng, reterr);

	if (rc == RC_OK) {
		journal_roll(s->journal);
	}
	return rc;
}

enum rc
shop_keys_admit(struct shop *s, const struct event_key *d, struct err *reterr)
{
	struct keys_change c;

	if (s->journal == NULL) {
		return err_set(reterr, RC_IO, 0, "keys", "%s", s->trouble);
	}
	if (d->level != NULL && strcmp(d->level, "data") == 0) {
		journal_roll(s->journal);
		return RC_OK;
	}
	if (!keys_pending(s->keys, &c) || d->level == NULL ||
		strcmp(d->level, keys_level_name(c.level)) != 0 ||
		d->generation != (int64_t)c.generation) {
		return deny(reterr, "no such change of the keys waits to be "
				    "recorded: look at holdfast keys status");
	}
	return c.level == KEYS_LEVEL_MASTER ? take_over(s, reterr) : RC_OK;
}

void
shop_keys_follow(struct shop *s)
{
	/* when it stays, the next start finds it, and one line more */
	(void)!keys_pending_done(s->keys, NULL);
}

void
shop_keys_settle(struct shop *s)
{
	struct event e = {.type = EVENT_KEY_CHANGED};
	struct keys_change c;

	if (s->read_only || s->journal == NULL || !keys_pending(s->keys, &c)) {
		return;
	}
	if (c.level == KEYS_LEVEL_MASTER && take_over(s, NULL) != RC_OK) {
		return; /* all opens as it is; the next start tries again */
	}
	e.data.key.level = keys_level_name(c.level);
	e.data.key.generation = c.generation;
	e.data.key.reason = "found at the start";
	if (shop_record(s, &e, 1, SHOP_ACTOR, NULL, NULL, NULL) == RC_OK) {
		shop_keys_follow(s);
	}
}

/* --- persons -------------------------------------------------------------- */

enum rc
shop_erase_admit(struct shop *s, const struct event_erased *d,
	const char *actor, struct err *reterr)
{
	struct store_person p;
	enum rc rc;

	if (d->operator_no == NULL || !people_number(d->operator_no)) {
		return deny(reterr, "an operator's number has one to nine "
				    "digits, the first not 0");
	}
	if (strcmp(d->operator_no, actor) == 0) {
		return deny(reterr, "nobody erases themselves: somebody else "
				    "who may does it");
	}
	if (d->reason == NULL || d->reason[0] == '\0') {
		return deny(reterr, "erasing a person needs a reason");
	}
	rc = people_find(s, d->operator_no, &p, reterr);
	if (rc == RC_OK && !p.known) {
		rc = err_set(reterr, RC_DENIED, 0, "keys",
			"there is no operator %s", d->operator_no);
	} else if (rc == RC_OK && p.erased) {
		rc = err_set(reterr, RC_DENIED, 0, "keys",
			"operator %s is erased already", d->operator_no);
	} else if (rc == RC_OK && p.active) {
		rc = err_set(reterr, RC_DENIED, 0, "keys",
			"operator %s still works here: holdfast user off %s "
			"first",
			d->operator_no, d->operator_no);
	}
	crypto_wipe(&p, sizeof(p));
	return rc;
}

enum rc
shop_erased_refuses(struct shop *s, const char *no, struct err *reterr)
{
	struct store_person p;
	enum rc rc = no != NULL ? people_find(s, no, &p, reterr) : RC_INVAL;

	if (rc == RC_OK && p.erased) {
		rc = err_set(reterr, RC_DENIED, 0, "keys",
			"operator %s was erased, and the number stays theirs: "
			"take another",
			no);
	}
	return rc == RC_INVAL ? RC_OK : rc;
}

void
shop_erase_follow(struct shop *s, const char *no)
{
	/* the next start tries again */
	(void)!keys_person_destroy(s->keys, no, NULL);
}

void
shop_erase_settle(struct shop *s)
{
	struct store_person p[PEOPLE_MAX];
	size_t n = 0;

	if (s->read_only || people_list(s, p, PEOPLE_MAX, &n, NULL) != RC_OK) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (p[i].erased) {
			shop_erase_follow(s, p[i].no);
		}
	}
	crypto_wipe(p, sizeof(p));
}
