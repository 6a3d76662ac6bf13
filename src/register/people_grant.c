/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody gives what they lack. */
#include <string.h>

#include "register/people.h"

#include "base/poison.h"

static int64_t
may_of(const struct config *c, const char *role, size_t permit)
{
	const struct config_role *r = config_role_find(c, role);

	if (strcmp(role, CONFIG_OWNER) == 0) {
		return PERMIT_ALL;
	}
	return r == NULL ? PERMIT_NEVER : r->may[permit];
}

static int64_t
day_of(const struct config *c, const char *role, size_t permit)
{
	const struct config_role *r = config_role_find(c, role);

	return r == NULL || r->day[permit] == 0 ? PERMIT_ALL : r->day[permit];
}

/* Whether who may ${permit} has less of it a day, by day_of(). */
static bool
less_a_day(int64_t to, int64_t may, int64_t own)
{
	return may != PERMIT_NEVER && to > own;
}

/* What ${role} has and ${by} has not; NULL nothing. */
static const char *
beyond(const struct config *c, const char *role, const char *by)
{
	if (strcmp(by, CONFIG_OWNER) == 0) {
		return NULL;
	}
	if (strcmp(role, CONFIG_OWNER) == 0) {
		return CONFIG_OWNER;
	}
	for (size_t i = 0; i < PERMIT_COUNT; i++) {
		if (may_of(c, role, i) > may_of(c, by, i) ||
			less_a_day(day_of(c, role, i), may_of(c, role, i),
				day_of(c, by, i))) {
			return permit_table[i].key;
		}
	}
	return NULL;
}

enum rc
people_grant(struct shop *s, const char *by_role, const struct event *e,
	struct err *reterr)
{
	const struct event_person *d = &e->data.person;
	const char *more, *of = d->role;
	struct store_person p;
	enum rc rc = people_find(s, d->operator_no, &p, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	more = beyond(&s->config, d->role, by_role);
	if (more == NULL && p.role[0] != '\0') {
		more = beyond(&s->config, p.role, by_role);
		of = p.role;
	}
	if (more != NULL) {
		rc = err_set(reterr, RC_DENIED, 0, "people",
			"role %s may more than yours (%s): ask the owner", of,
			more);
	}
	crypto_wipe(&p, sizeof(p));
	return rc;
}

enum rc
people_grant_config(const struct config *was, const struct config *is,
	const char *by_role, struct err *reterr)
{
	if (strcmp(by_role, CONFIG_OWNER) == 0) {
		return RC_OK;
	}
	for (size_t i = 0; i < is->n_role; i++) {
		const char *name = is->role[i].name;

		for (size_t k = 0; k < PERMIT_COUNT; k++) {
			int64_t to = is->role[i].may[k];
			int64_t day = day_of(is, name, k);
			bool more =
				(to > may_of(was, name, k) &&
					to > may_of(was, by_role, k)) ||
				(less_a_day(day, to, day_of(was, name, k)) &&
					less_a_day(day, to,
						day_of(was, by_role, k)));

			if (more) {
				return err_set(reterr, RC_DENIED, 0, "people",
					"this gives role %s more than your own "
					"has (%s): ask the owner",
					name, permit_table[k].key);
			}
		}
	}
	return RC_OK;
}
