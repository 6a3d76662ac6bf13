/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_TILL_SYNC_INTERNAL_H
#define REGISTER_TILL_SYNC_INTERNAL_H

#include "device/host.h"
#include "register/till_internal.h"
#include "register/till_sync.h"

/**
 * till_sync_internal - the link, for its files: till_sync.c hears the worker,
 * till_sync_record.c makes lines of what it says, till_sync_rows.c answers who
 * looks.
 */
#define SYNC_ITEMS 32 /* of one look at what is apart; the rest in the next */

struct till_sync {
	struct till_link link;
	struct device_host *host;
	bool handed; /* the reading key, to a worker without one */
	bool spoke; /* the worker was heard in this sitting */
	uint32_t last_id, list_id;
	struct mono heard; /* when, last */
	uint64_t end;	   /* the last end of a day or sign-off; 0 none */
	bool ack_due;	   /* the last state is to be looked at */
	bool listing;	   /* what is apart was asked for */
	uint64_t listed;   /* how many it had when it was asked last */
	bool unsaid;	   /* one could not be recorded: with the next state */
	struct worker_item item[SYNC_ITEMS];
	size_t n_item;
	uint64_t oldest_of; /* link.oldest is of the line behind this one */
};

/** till_sync_record(t): between acts; t->sync is there. */
void till_sync_record(struct till *t);

#endif
