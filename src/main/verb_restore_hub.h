/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_VERB_RESTORE_HUB_H
#define MAIN_VERB_RESTORE_HUB_H

#include "main/args.h"
#include "register/backup.h"

/** verb_restore_hub - `holdfast restore CODE --hub URL`: the register of a
 * machine that is gone, out of what its hub has; register/restore_hub.h.  The
 * worker, another program, does all that is said over a network. */
struct restore_opts {
	const char *hub, *tls, *worker_file, *number, *reason;
};

/** restore_from_hub(a, o, ret, reterr): RC_DOWN the worker did not get it. */
MUST_CHECK enum rc restore_from_hub(const struct args *a,
	const struct restore_opts *o, struct backup_result *ret,
	struct err *reterr);

#endif
