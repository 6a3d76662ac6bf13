/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/attr.h"
#include "base/file.h"
#include "main/args.h"
#include "register/till.h"
#include "screen/keymap.h"
#include "screen/screen.h"

#include "base/poison.h"

static const char usage[] =
	"[--layout auto|panel|stacked|reader] [--serial] [--reader] [--mono] "
	"[--keymap FILE] [--profile NAME]";

/* False: there is no such layout. */
static bool
choose(struct screen_opts *o, const char *layout, bool reader)
{
	if (layout != NULL && !config_layout_named(layout, &o->layout)) {
		return false;
	}
	/* keys and layout of readers go together unless they are told apart */
	if (reader && o->profile == NULL) {
		o->profile = "reader";
	}
	if (reader || (layout == NULL && o->profile != NULL &&
			      strcmp(o->profile, "reader") == 0)) {
		o->layout = DISPLAY_READER;
	} else if (layout == NULL && o->serial) {
		o->layout = DISPLAY_STACKED;
	}
	return true;
}

static int
run(int argc, char *argv[], bool train)
{
	struct screen_opts look = {
		.layout = DISPLAY_LAYOUT_AUTO, .train = train};
	const char *layout = NULL;
	bool reader = false;
	const struct opt opts[] = {
		{"layout", OPT_TEXT, &layout},
		{"serial", OPT_FLAG, &look.serial},
		{"reader", OPT_FLAG, &reader},
		{"mono", OPT_FLAG, &look.mono},
		{"keymap", OPT_TEXT, &look.keymap},
		{"profile", OPT_TEXT, &look.profile},
	};
	char path[PATH_BYTES];
	struct shop_conf conf;
	struct till *till = NULL;
	struct err e = {0};
	struct args a;
	enum rc rc;
	int status;

	status = args_parse(&a, argc, argv, usage, opts, ARRAY_LEN(opts), 0, 0);
	if (status >= 0) {
		return status;
	}
	look.keymap_given = look.keymap != NULL;
	if (look.profile != NULL && !keymap_profile_known(look.profile)) {
		status = args_usage(&a, usage,
			"a profile is full, numpad, vt, prog or reader");
		args_done(&a);
		return status;
	}
	if (look.keymap == NULL &&
		path_join(path, sizeof(path), a.store, "keymap") == RC_OK) {
		look.keymap = path;
	}
	if (!choose(&look, layout, reader)) {
		status = args_usage(&a, usage,
			"a layout is auto, panel, stacked or reader");
		args_done(&a);
		return status;
	}
	conf = args_shop(&a, SHOP_WRITE);
	conf.speaks = true;
	rc = till_open(&conf, &till, &e);
	if (rc == RC_OK) {
		rc = screen_run(till, &look, &e);
	}
	till_close(till);
	status = rc == RC_OK ? EXIT_DONE : args_fail(&a, rc, &e);
	args_done(&a);
	return status;
}

int
verb_screen(int argc, char *argv[])
{
	return run(argc, argv, false);
}

int
verb_train(int argc, char *argv[])
{
	return run(argc, argv, true);
}
