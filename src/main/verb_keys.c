/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "main/args.h"

#include "base/poison.h"

static const char usage[] = "keys public [--store DIR]";

int
verb_keys(int argc, char *argv[])
{
	char dir[PATH_BYTES];
	char pem[256];
	struct err e = {0};
	struct args a;
	int status;
	enum rc rc;

	status = args_parse(&a, argc, argv, usage, NULL, 0, 1, 1);
	if (status >= 0) {
		return status;
	}
	if (strcmp(a.rest[0], "public") != 0) {
		status = args_usage(&a, usage, "say 'public'");
		args_done(&a);
		return status;
	}
	rc = path_join(dir, sizeof(dir), a.store, "keys");
	if (rc != RC_OK) {
		(void)err_set(&e, rc, 0, "keys", "the path is too long");
	} else {
		rc = keys_public_pem(dir, pem, sizeof(pem), &e);
	}
	status = rc == RC_OK ? args_put(&a, pem, strlen(pem))
			     : args_fail(&a, rc, &e);
	args_done(&a);
	return status;
}
