/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_ADMIN_H
#define HUB_ADMIN_H

#include "hub/route.h"

/**
 * hub/admin - what a tenant's administrators ask for beside feeds: stores,
 * registers and codes for them, what was salvaged, and what was done here.
 * holdfast-hub-api(7).  Lists come in pages: `after' is `next' of the one
 * before.  Every change is an act.  Handlers.
 */

/** GET and POST /v1/stores */
enum rc admin_stores_get(
	struct request *q, struct answer *a, struct err *reterr);
enum rc admin_stores_post(
	struct request *q, struct answer *a, struct err *reterr);
/** GET and POST /v1/registers: the answer to POST holds the one-time code. */
enum rc admin_registers_get(
	struct request *q, struct answer *a, struct err *reterr);
enum rc admin_registers_post(
	struct request *q, struct answer *a, struct err *reterr);
/** POST /v1/registers/{id}/restore-code, .../revoke */
enum rc admin_code_post(
	struct request *q, struct answer *a, struct err *reterr);
enum rc admin_revoke_post(
	struct request *q, struct answer *a, struct err *reterr);

/** GET /v1/salvage: lines of forks, fenced epochs and old disks, by register
 * and epoch.  POST /v1/salvage/{register}/{epoch}: what becomes of them. */
enum rc admin_salvage_get(
	struct request *q, struct answer *a, struct err *reterr);
enum rc admin_salvage_post(
	struct request *q, struct answer *a, struct err *reterr);

/** GET /v1/exceptions: what somebody has to look at.  POST
 * /v1/exceptions/{exception}/close: and need not any more. */
enum rc admin_exceptions_get(
	struct request *q, struct answer *a, struct err *reterr);
enum rc admin_exception_post(
	struct request *q, struct answer *a, struct err *reterr);

/** GET /v1/acts */
enum rc admin_acts_get(
	struct request *q, struct answer *a, struct err *reterr);

#endif
