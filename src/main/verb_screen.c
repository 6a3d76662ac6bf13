/* SPDX-License-Identifier: Apache-2.0 */
#include "main/args.h"

#include "base/poison.h"

static const char usage[] = "[--store DIR]";

int
verb_screen(int argc, char *argv[])
{
	struct err e = {0};
	struct args a;
	int status;

	status = args_parse(&a, argc, argv, usage, NULL, 0, 0, 0);
	if (status >= 0) {
		return status;
	}
	status = args_fail(&a,
		err_set(&e, RC_DENIED, 0, "register",
			"this build has no screen; sell with 'holdfast ring'"),
		&e);
	args_done(&a);
	return status;
}
