/* SPDX-License-Identifier: Apache-2.0 */
#include "register/engine_internal.h"

#include "base/poison.h"

/* The register has one operator, the owner, who may do everything. */
bool
engine_permit(struct engine *e, struct act *act, enum permit permit,
	int64_t quantity)
{
	(void)e;
	(void)act;
	(void)permit;
	(void)quantity;
	return true;
}

const char *
engine_approver(const struct engine *e)
{
	(void)e;
	return NULL;
}
