/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/i18n.h"
#include "main/args.h"

#include "base/poison.h"

/* In the order of a shop's life; sorted nowhere else. */
static const struct verb verbs[] = {
	{"init",
		"--shop NAME --register R01 --currency EUR --prices "
		"included|added --tax A=19%...",
		"make a store", verb_init},
	{"ring", "[FILE] [--keep-going]", "sell without a screen", verb_ring},
	{"import", "products FILE|-", "take a products file into the catalog",
		verb_import},
	{"scan", "CODE", "look a code up", verb_scan},
	{"find", "WORD... [--limit N]", "find products by words of their names",
		verb_find},
	{"price", "[FILE] [--at TIME] | --sale NUMBER|last",
		"say where each cent of a sale comes from", verb_price},
	{"receipt", "NUMBER|last [--format text|escpos|json]",
		"show a receipt again", verb_receipt},
	{"report", "x | z | sales | hours | items | ... | tieout",
		"the totals of a day, and what they are made of", verb_report},
	{"close", "day [--count AMOUNT] | month | year",
		"the end of a day, a month or a year", verb_close},
	{"config", "check | apply | diff | show | versions",
		"the configuration", verb_config},
	{"user", "list | add | set | pin | badge | off | on | unlock | erase",
		"who may work here", verb_user},
	{"audit", "[WORD...] [--last N]", "who did what, and when", verb_audit},
	{"verify", "[--no-key]", "check everything that is recorded",
		verb_verify},
	{"rebuild", "", "make the store anew from the journal", verb_rebuild},
	{"export", "TABLE", "write lines, or tables made from them",
		verb_export},
	{"archive", "DIR [--until DATE|Z] | verify DIR",
		"copy closed days to another medium, and check that",
		verb_archive},
	{"purge", "--archive DIR", "remove what an archive holds", verb_purge},
	{"backup", "DEST", "copy the store while it sells", verb_backup},
	{"restore", "SOURCE", "make a store from a backup", verb_restore},
	{"move", "here | copy --why TEXT",
		"the data is on another machine: which one sells", verb_move},
	{"sync", "status | now | pause | resume | quarantine | enroll | unlink",
		"what is sent to the hub, and whether it is there", verb_sync},
	{"device", "list | drivers | test NAME | watch [NAME] | probe PORT",
		"the devices: what is there, and whether it works",
		verb_device},
	{"display", "[--tty PATH | --device URI]",
		"what the customer sees, on a display of its own",
		verb_display},
	{"train", "[--layout ...]",
		"the register in training mode, with a lesson", verb_train},
	{"keys", "[public | status | rotate | recovery | recover | --check]",
		"what every key does; the keys of the store", verb_keys},
};

static const struct verb screen_verb = {
	"register", "", "the register on this terminal", verb_screen};

static void
help(void)
{
	(void)puts("usage: holdfast [VERB] [--store DIR] [--key-file FILE | "
		   "--passphrase-fd N] [--json]\n\n"
		   "Without a verb the register opens on this terminal; it "
		   "takes\n--layout auto|panel|stacked|reader, --serial, "
		   "--reader, --mono, --keymap FILE\nand --profile "
		   "full|numpad|vt|prog|reader.\n");
	command_list(verbs, ARRAY_LEN(verbs));
	(void)puts("\nEach verb has a page: man holdfast-VERB.  The way in is "
		   "man holdfast.");
}

static bool
takes_value(const char *option)
{
	return strcmp(option, "--store") == 0 ||
	       strcmp(option, "--key-file") == 0 ||
	       strcmp(option, "--layout") == 0 ||
	       strcmp(option, "--keymap") == 0 ||
	       strcmp(option, "--profile") == 0 ||
	       strcmp(option, "--passphrase-fd") == 0 ||
	       strcmp(option, "--key-credential") == 0;
}

/* The verb may stand behind options that every verb takes. */
static int
find_verb(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			return i;
		}
		if (takes_value(argv[i])) {
			i++;
		}
	}
	return 0;
}

static const struct verb *
verb_named(const char *name)
{
	return command_find(verbs, ARRAY_LEN(verbs), name);
}

static bool
asks(int argc, char *argv[], const char *option)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], option) == 0) {
			return true;
		}
		if (takes_value(argv[i])) {
			i++;
		}
	}
	return false;
}

int
main(int argc, char *argv[])
{
	int at = find_verb(argc, argv);
	const struct verb *v = &screen_verb;
	char name[] = "register", option[] = "--help";
	bool help_word = at > 0 && strcmp(argv[at], "help") == 0;

	/* "help scan" is what many type first: it is "scan --help" */
	if (help_word && at + 1 < argc && verb_named(argv[at + 1]) != NULL) {
		argv[at] = argv[at + 1];
		argv[at + 1] = option;
		help_word = false;
	}
	if (at > 0 && !help_word) {
		v = verb_named(argv[at]);
	} else if (help_word || asks(argc, argv, "--help")) {
		help();
		return fflush(stdout) == 0 ? EXIT_DONE : EXIT_NOT;
	} else if (asks(argc, argv, "--version")) {
		(void)puts(PACKAGE_STRING);
		return fflush(stdout) == 0 ? EXIT_DONE : EXIT_NOT;
	}
	if (v == NULL) {
		(void)fprintf(stderr,
			"holdfast: there is no verb '%s'; 'holdfast --help' "
			"lists them\n",
			argv[at]);
		return EXIT_USAGE;
	}
	/* a reader that goes away is an error like any other */
	(void)signal(SIGPIPE, SIG_IGN);
	i18n_start();
	crypto_harden_process();
	if (crypto_init() != RC_OK) {
		(void)fputs("holdfast: the system gives no random numbers; "
			    "try again when it has started\n",
			stderr);
		return EXIT_NOT;
	}
	/* the verb's word moves to the front; the rest keeps its order */
	if (at > 0) {
		char *word = argv[at];

		for (int i = at; i > 1; i--) {
			argv[i] = argv[i - 1];
		}
		argv[1] = word;
		argc--;
		argv++;
	} else {
		argv[0] = name;
	}
	return v->run(argc, argv);
}
