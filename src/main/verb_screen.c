/* SPDX-License-Identifier: Apache-2.0 */
#include "main/args.h"
#include "register/till.h"
#include "screen/screen.h"

#include "base/poison.h"

static const char usage[] = "[--store DIR]";

int
verb_screen(int argc, char *argv[])
{
	struct shop_conf conf;
	struct till *till = NULL;
	struct err e = {0};
	struct args a;
	enum rc rc;
	int status;

	status = args_parse(&a, argc, argv, usage, NULL, 0, 0, 0);
	if (status >= 0) {
		return status;
	}
	conf = args_shop(&a, SHOP_WRITE);
	rc = till_open(&conf, &till, &e);
	if (rc == RC_OK) {
		rc = screen_run(till, &e);
	}
	till_close(till);
	status = rc == RC_OK ? EXIT_DONE : args_fail(&a, rc, &e);
	args_done(&a);
	return status;
}
