/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_ARGS_H
#define MAIN_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/keys.h"
#include "main/command.h"
#include "register/shop.h"

/**
 * args - the command line of a verb of holdfast: what every verb takes, what
 * the verb adds by a table of command.h, and the rest in order.
 */
struct args {
	const char *verb;
	char store[PATH_BYTES];
	struct keys_offer key;
	bool json;
	char *passphrase; /* secret memory */
	size_t n;
	const char *rest[ARGS_REST];
};

/**
 * args_parse(a, argc, argv, usage, opt, n_opt, min, max):
 * argv[0] is the verb; ${min}..${max} words may stand besides options.
 * Returns -1 to go on, else the exit status: --help was printed, or the
 * usage was wrong and said so.
 */
int args_parse(struct args *a, int argc, char *argv[], const char *usage,
	const struct opt opt[], size_t n_opt, size_t min, size_t max);
/** args_done(a): wipe what was secret. */
void args_done(struct args *a);

/** args_shop(a, mode): how to open the store the arguments name. */
struct shop_conf args_shop(const struct args *a, enum shop_mode mode);

/** args_json(), args_fail(), args_usage(), args_put(): those of command.h. */
bool args_json(const struct args *a);
int args_fail(const struct args *a, enum rc rc, const struct err *e);
int args_usage(const struct args *a, const char *usage, const char *what);
int args_put(const struct args *a, const void *p, size_t n);

/** args_secret(fd_text, prompt, out, cap, ret_len): a secret of less than
 * ${cap} bytes: one line of the descriptor named by ${fd_text}, or with NULL
 * keyed on the terminal behind ${prompt}, unseen.  NULL, or what is wrong. */
const char *args_secret(const char *fd_text, const char *prompt, char *out,
	size_t cap, size_t *ret_len);

/* --- one function a verb --- */
int verb_archive(int argc, char *argv[]);
int verb_audit(int argc, char *argv[]);
int verb_backup(int argc, char *argv[]);
int verb_close(int argc, char *argv[]);
int verb_config(int argc, char *argv[]);
int verb_device(int argc, char *argv[]);
int verb_display(int argc, char *argv[]);
int verb_export(int argc, char *argv[]);
int verb_find(int argc, char *argv[]);
int verb_import(int argc, char *argv[]);
int verb_init(int argc, char *argv[]);
int verb_keys(int argc, char *argv[]);
int verb_price(int argc, char *argv[]);
int verb_purge(int argc, char *argv[]);
int verb_rebuild(int argc, char *argv[]);
int verb_receipt(int argc, char *argv[]);
int verb_report(int argc, char *argv[]);
int verb_restore(int argc, char *argv[]);
int verb_ring(int argc, char *argv[]);
int verb_scan(int argc, char *argv[]);
int verb_screen(int argc, char *argv[]);
int verb_sync(int argc, char *argv[]);
int verb_train(int argc, char *argv[]);
int verb_user(int argc, char *argv[]);
int verb_move(int argc, char *argv[]);
int verb_verify(int argc, char *argv[]);

#endif
