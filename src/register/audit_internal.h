/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_AUDIT_INTERNAL_H
#define REGISTER_AUDIT_INTERNAL_H

#include "register/audit.h"

/** audit_approver(e): who approved it, NULL nobody. */
const char *audit_approver(const struct event *e);
/** audit_detail(e, c, out, cap): what it was about, in short and in the shop's
 * language. */
void audit_detail(const struct event *e, const struct config *c, char *out,
	size_t cap);

#endif
