/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/upgrade.h"

#include "hub/act.h"
#include "hub/durable.h"
#include "hub/salvage.h"

#include "base/poison.h"

static enum rc
seal(const struct doer *d, uint8_t part, const uint8_t tenant[UUID_BYTES],
	struct err *reterr)
{
	if (hub_config_database(db_config(d->db), part) == NULL) {
		return RC_OK; /* another hub's */
	}
	return act_seal(d->db, part, tenant, clock_read(&d->clock).utc,
		d->actor, reterr);
}

static enum rc
upgrade_tenant(void *arg, const struct tenant *t, struct err *reterr)
{
	const struct doer *d = *(const struct doer **)arg;
	uint8_t part[256];
	size_t n = 0;
	enum rc rc = tenant_parts(d->db, t, part, &n, reterr);

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = seal(d, part[i], t->id, reterr);
	}
	return rc == RC_OK ? salvage_log_late(d, t, reterr) : rc;
}

enum rc
upgrade_rows(const struct doer *d, struct err *reterr)
{
	enum rc rc =
		seal(d, hub_config_home(db_config(d->db)), db_nobody, reterr);

	return rc == RC_OK ? tenant_each(d->db, upgrade_tenant, &d, reterr)
			   : rc;
}
