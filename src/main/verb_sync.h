/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_VERB_SYNC_H
#define MAIN_VERB_SYNC_H

#include "main/actor.h"

/**
 * verb_sync - what the files of the verb share: verb_sync.c asks the worker and
 * says how the link is, verb_sync_join.c ties the register to a hub, or to none,
 * verb_sync_salvage.c brings over what is on a disk that was found.
 */
struct sync_opts {
	struct actor who;
	const char *hub, *tls, *reason, *key_file;
};

/** Each an exit status; a->rest[0] is the word. */
int sync_enroll(const struct args *a, const struct sync_opts *o);
int sync_unlink(const struct args *a, const struct sync_opts *o);
int sync_salvage(const struct args *a, const struct sync_opts *o);

#endif
