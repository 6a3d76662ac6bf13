/* SPDX-License-Identifier: Apache-2.0 */
#include "register/people_ask.h"

#include <string.h>

#include "base/bytes.h"
#include "register/shop_internal.h"

#include "base/poison.h"

#define PURPOSE "verb"

/* --- what one must be allowed --- */

enum permit
people_ask_permit(enum event_type t)
{
	switch ((int)t) {
	case EVENT_CATALOG_IMPORTED:
	case EVENT_CONFIG_ACTIVATED:
	case EVENT_CONFIG_DRAFTED:
	case EVENT_CONFIG_DROPPED:
		return PERMIT_SETTINGS;
	case EVENT_CONFIG_APPROVED:
		return PERMIT_CONFIG_APPROVE;
	case EVENT_EXPORT_DONE:
		return PERMIT_AUDIT;
	case EVENT_COPY_PRINTED:
		return PERMIT_REPRINT;
	case EVENT_OPERATOR_CHANGED:
	case EVENT_OPERATOR_UNLOCKED:
		return PERMIT_PEOPLE;
	case EVENT_DAY_OPENED:
	case EVENT_DAY_CLOSED:
		return PERMIT_Z_REPORT;
	case EVENT_PERIOD_CLOSED:
		return PERMIT_PERIOD;
	case EVENT_ARCHIVE_MADE:
	case EVENT_JOURNAL_PURGED:
		return PERMIT_ARCHIVE;
	case EVENT_KEY_CHANGED:
	case EVENT_GLASS_SET:
		return PERMIT_KEYS;
	case EVENT_PERSON_ERASED:
		return PERMIT_ERASE;
	case EVENT_HUB_ENROLLED:
		return PERMIT_ENROLL;
	default:
		return PERMIT_COUNT;
	}
}

void
people_ask_role(struct shop *s, const char *no, char ret[16])
{
	struct store_person p;

	ret[0] = '\0';
	if (people_find(s, no, &p, NULL) == RC_OK && p.active) {
		memcpy(ret, p.role, sizeof(p.role));
	}
	crypto_wipe(&p, sizeof(p));
}

static bool
is_allowed(struct shop *s, const struct store_person *p, enum permit permit)
{
	return permit == PERMIT_COUNT
		       ? strcmp(p->role, CONFIG_OWNER) == 0
		       : config_may(&s->config, p->role, permit, 0);
}

/* --- proving --- */

enum rc
people_ask_proof(struct shop *s, const struct people_ask *a,
	char out[PEOPLE_PROOF_BYTES], struct err *reterr)
{
	struct store_person p;
	uint8_t proof[INDEX_BYTES];
	enum rc rc = people_find(s, a->no, &p, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (!people_prove(
		    s, &p, a->pin, a->pin_len, a->said, a->n_said, proof)) {
		rng_fill(&s->rng, proof, sizeof(proof));
	}
	base64_encode(out, proof, sizeof(proof));
	out[BASE64_LEN(INDEX_BYTES)] = '\0';
	crypto_wipe(&p, sizeof(p));
	return RC_OK;
}

static bool
is_right(struct shop *s, const struct people_ask *a,
	const struct store_person *p)
{
	uint8_t proof[INDEX_BYTES];

	if (a->pin != NULL) {
		return people_check_pin(s, p, a->pin, a->pin_len);
	}
	return a->proof != NULL &&
	       base64_decode(proof, sizeof(proof), a->proof,
		       strlen(a->proof)) == RC_OK &&
	       people_proved(s, p, a->said, a->n_said, proof);
}

static enum rc
deny(struct err *reterr, const char *words)
{
	return err_set(reterr, RC_DENIED, 0, "people", "%s", words);
}

/* A wait that began before the machine was started again begins with it: this
 * process may be younger than the try, and the next one as young. */
static enum rc
check_wait(struct shop *s, const struct store_person *p, struct err *reterr)
{
	const struct clock_reading boot = {.mono = {0}};
	struct clock_reading now = clock_read(&s->clock);
	struct store_person till;
	int64_t mine, all;
	enum rc rc = people_find(s, STORE_TILL, &till, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	mine = people_wait(p, &now, &boot);
	all = people_wait(&till, &now, &boot);
	if (mine == PEOPLE_NEVER) {
		return deny(reterr, "too many wrong PINs: another operator "
				    "unlocks this number, with holdfast user "
				    "unlock or UL at the register");
	}
	mine = mine > all ? mine : all;
	return mine == 0 ? RC_OK
			 : err_set(reterr, RC_DENIED, 0, "people",
				   "too many wrong PINs: wait %d seconds, then "
				   "try again",
				   (int)((mine + 999999) / 1000000));
}

static enum rc
record_try(struct shop *s, enum event_type type, const char *no,
	const char *why, struct err *reterr)
{
	struct event e = {.type = type};

	e.data.attempt.operator_no = no;
	e.data.attempt.purpose = PURPOSE;
	e.data.attempt.why = why;
	return shop_record(s, &e, 1, SHOP_ACTOR, NULL, NULL, reterr);
}

/* Why not; NULL they are who they say, and may. */
static const char *
why_not(struct shop *s, const struct people_ask *a,
	const struct store_person *p, enum permit permit)
{
	bool right = is_right(s, a, p);

	if (right && p->active) {
		return is_allowed(s, p, permit) ? NULL : "role";
	}
	if (!p->known && strcmp(p->no, PEOPLE_OWNER) != 0) {
		return "unknown";
	}
	if (!p->active) {
		return "off";
	}
	return p->pin[0] == '\0' ? "no-pin" : "pin";
}

static enum rc
say_refused(const struct people_ask *a, const char *why, enum permit permit,
	struct err *reterr)
{
	if (strcmp(why, "role") != 0) {
		return deny(reterr, "number and PIN do not go together");
	}
	if (permit == PERMIT_COUNT) {
		return err_set(reterr, RC_DENIED, 0, "people",
			"operator %s may not do this: the owner does", a->no);
	}
	return err_set(reterr, RC_DENIED, 0, "people",
		"operator %s may not do this: their role has no %s in "
		"holdfast.conf",
		a->no, permit_table[permit].key);
}

static enum rc
ask_person(struct shop *s, const struct people_ask *a, enum permit permit,
	struct event *ret_given, struct err *reterr)
{
	struct store_person p;
	const char *why;
	enum rc rc;

	if (!people_number(a->no)) {
		return deny(reterr, "an operator's number has one to nine "
				    "digits, the first not 0");
	}
	rc = people_find(s, a->no, &p, reterr);
	if (rc == RC_OK) {
		rc = check_wait(s, &p, reterr);
	}
	if (rc == RC_OK) {
		rc = record_try(
			s, EVENT_OPERATOR_ATTEMPTED, a->no, NULL, reterr);
	}
	if (rc == RC_OK) {
		why = why_not(s, a, &p, permit);
		if (why != NULL) {
			/* the try is counted; this is for the audit */
			(void)!record_try(
				s, EVENT_OPERATOR_REFUSED, a->no, why, NULL);
			rc = say_refused(a, why, permit, reterr);
		}
	}
	if (rc == RC_OK) {
		ret_given->type = EVENT_APPROVAL_GIVEN;
		ret_given->data.approval.approver = a->no;
		ret_given->data.approval.how = PURPOSE;
		ret_given->data.approval.what = a->what;
		ret_given->data.approval.permit =
			permit < PERMIT_COUNT ? permit_table[permit].key : NULL;
	}
	crypto_wipe(&p, sizeof(p));
	return rc;
}

static bool
owner_has_pin(struct shop *s)
{
	struct store_person p;
	bool has = people_find(s, PEOPLE_OWNER, &p, NULL) != RC_OK ||
		   p.pin[0] != '\0';

	crypto_wipe(&p, sizeof(p));
	return has;
}

enum rc
people_ask(struct shop *s, const struct people_ask *a, enum permit permit,
	struct event *ret_given, struct err *reterr)
{
	memset(ret_given, 0, sizeof(*ret_given));
	ret_given->type = EVENT_TYPE_COUNT;
	if (a->no != NULL) {
		return ask_person(s, a, permit, ret_given, reterr);
	}
	if (s->config.verbs_pin && owner_has_pin(s)) {
		return deny(reterr, "who asks says so: give --as NUMBER, and "
				    "the PIN (people.verbs)");
	}
	return RC_OK;
}

void
people_ask_undone(struct shop *s, const struct event *given)
{
	if (given->type != EVENT_TYPE_COUNT) {
		/* nothing was asked for but to look at it */
		(void)!record_try(s, EVENT_OPERATOR_REFUSED,
			given->data.approval.approver, "grant", NULL);
	}
}
