/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_VERB_KEYS_H
#define MAIN_VERB_KEYS_H

#include "main/actor.h"

/** What of the verb "keys" is about the keys that open the store. */
struct keys_act {
	const char *usage;
	const char *key_file, *passphrase_fd, *credential; /* the new one */
	struct actor who;
	const char *recovery_fd, *recovery_file, *reason;
};

/** keys_act_is(word): status, rotate, recovery, recover. */
bool keys_act_is(const char *word);
/** keys_act(a, act): does it; the exit status. */
int keys_act(struct args *a, const struct keys_act *act);

#endif
