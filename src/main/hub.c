/* SPDX-License-Identifier: Apache-2.0 */
/* holdfast-hub: the center of many registers. */
#include "main/hub.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"

#include "base/poison.h"

/* In the order of a hub's life; sorted nowhere else. */
static const struct verb verbs[] = {
	{"setup", "[--database CONNINFO]...",
		"make a hub, or bring it up to this version", hub_setup},
	{"tenant", "add | list", "who is at this hub", hub_tenant},
	{"admin", "add | list | revoke", "who administers a tenant", hub_admin},
	{"store", "add | list", "a tenant's stores", hub_store},
	{"register", "add | list | restore-code | revoke",
		"a store's registers, and codes that let them in",
		hub_register},
	{"audit", "[--tenant T | --hub] [--verify]",
		"what was done at this hub, and by whom", hub_audit},
	{"durable", "begin | confirm MARK | forget MARK",
		"what a backup holds, tills need not keep", hub_durable},
	{"salvage", "list | show | accept | reject",
		"lines of a till that was copied or replaced", hub_salvage},
	{"exception", "list | close ID --reason TEXT",
		"what somebody has to look at", hub_exception},
	{"serve", "", "answer registers and administrators", hub_serve},
	{"import", "products|prices|rules|config|people FILE|-",
		"what the tills follow", hub_import},
	{"export",
		"events --register R [--epoch N] [--from N] [--salvaged] | "
		"events --hub",
		"a register's lines, as they came", hub_export},
};

static void
help(void)
{
	(void)puts("usage: holdfast-hub VERB [--config FILE] [--json]\n");
	command_list(verbs, ARRAY_LEN(verbs));
	(void)puts("\nAll of them: man holdfast-hub.");
}

int
main(int argc, char *argv[])
{
	const char *word = argc > 1 ? argv[1] : "";
	const struct verb *v = command_find(verbs, ARRAY_LEN(verbs), word);

	if (strcmp(word, "--help") == 0 || strcmp(word, "help") == 0) {
		help();
		return fflush(stdout) == 0 ? EXIT_DONE : EXIT_NOT;
	}
	if (strcmp(word, "--version") == 0) {
		(void)puts("holdfast-hub " PACKAGE_VERSION);
		return fflush(stdout) == 0 ? EXIT_DONE : EXIT_NOT;
	}
	if (v == NULL) {
		(void)fprintf(stderr,
			"holdfast-hub: there is no verb '%s'; 'holdfast-hub "
			"--help' lists them\n",
			word);
		return EXIT_USAGE;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	crypto_harden_process();
	if (crypto_init() != RC_OK) {
		(void)fputs("holdfast-hub: the system gives no random numbers; "
			    "try again when it has started\n",
			stderr);
		return EXIT_NOT;
	}
	return v->run(argc - 1, argv + 1);
}
