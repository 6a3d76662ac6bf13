/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_HUB_H
#define MAIN_HUB_H

#include <stdbool.h>
#include <stddef.h>

#include "hub/config.h"
#include "main/command.h"

/**
 * main/hub - the command line of holdfast-hub: verbs and options in tables of
 * main/command.h, and what every verb takes: --config FILE (else
 * $HOLDFAST_HUB_CONF, else /etc/holdfast/hub.conf) and --json.
 */
struct hub_args {
	const char *verb;
	const char *config; /* NULL: not given */
	bool json;
	size_t n;
	const char *rest[ARGS_REST];
};

/** hub_args_parse(a, argc, argv, usage, opt, n_opt, min, max): argv[0] is the
 * verb; min..max words may stand besides options.  -1 to go on, else the exit
 * status: --help was printed, or the usage was wrong and said so. */
int hub_args_parse(struct hub_args *a, int argc, char *argv[],
	const char *usage, const struct opt opt[], size_t n_opt, size_t min,
	size_t max);
/** hub_args_config(a, ret): the configuration; -1, or the exit status. */
int hub_args_config(const struct hub_args *a, struct hub_config *ret);
/** hub_args_usage(), hub_args_fail(), hub_args_put(), hub_args_json(): those of
 * main/command.h. */
int hub_args_usage(
	const struct hub_args *a, const char *usage, const char *what);
int hub_args_fail(
	const struct hub_args *a, enum rc rc, const struct err *e);
int hub_args_put(const struct hub_args *a, const void *p, size_t n);
bool hub_args_json(const struct hub_args *a);

/* --- one function a verb --- */
int hub_serve(int argc, char *argv[]);
int hub_setup(int argc, char *argv[]);
int hub_tenant(int argc, char *argv[]);
int hub_admin(int argc, char *argv[]);
int hub_store(int argc, char *argv[]);
int hub_register(int argc, char *argv[]);
int hub_audit(int argc, char *argv[]);
int hub_durable(int argc, char *argv[]);
int hub_salvage(int argc, char *argv[]);
int hub_exception(int argc, char *argv[]);
int hub_export(int argc, char *argv[]);
int hub_import(int argc, char *argv[]);

#endif
