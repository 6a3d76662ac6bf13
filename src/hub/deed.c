/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/deed.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/poison.h"

void
deed_init(struct deed *x, const struct doer *d, uint8_t part,
	const uint8_t tenant[UUID_BYTES], const char *what)
{
	x->d = d;
	x->part = part;
	x->tenant = tenant;
	x->what = what;
	x->now = clock_read(&d->clock).utc;
	x->detail[0] = '\0';
	x->n = 0;
}

struct db_args *
deed_step(struct deed *x, enum sql which, const uint8_t tenant[UUID_BYTES])
{
	struct deed_step *s = &x->step[x->n];

	assert(x->n < DEED_STEPS);
	x->n++;
	s->which = which;
	s->missing = NULL;
	db_args_init(&s->args, x->part, tenant);
	return &s->args;
}

void
deed_must(struct deed *x, const char *missing)
{
	x->step[x->n - 1].missing = missing;
}

void
deed_tell(struct deed *x, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(x->detail, sizeof(x->detail), fmt, ap);
	va_end(ap);
}

static enum rc
run(struct db *db, void *arg, struct err *reterr)
{
	const struct deed *x = arg;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < x->n; i++) {
		const struct deed_step *s = &x->step[i];
		struct db_rows rows = {0};

		rc = db_do(db, s->which, &s->args, &rows, reterr);
		if (rc == RC_OK && s->missing != NULL && rows.affected == 0) {
			rc = err_set(reterr, RC_NOTFOUND, 0, "deed", "%s",
				s->missing);
		}
		db_rows_free(&rows);
	}
	return rc == RC_OK ? act_record(db, x->part, x->tenant, x->now,
				     x->d->actor, x->what, x->detail, reterr)
			   : rc;
}

enum rc
deed_do(struct deed *x, struct err *reterr)
{
	return db_transact(x->d->db, x->part, run, x, reterr);
}
