/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCREEN_FAKE_TILL_H
#define TESTS_SCREEN_FAKE_TILL_H

#include "register/desk.h"
#include "register/till.h"
#include "register/till_sync.h"

/**
 * A till without a disk: the real engine over a small catalog in memory.
 * Everything is recorded at once, unless fail is set.
 */
struct till {
	struct engine *engine;
	struct config config;
	struct clock_fake now;
	struct clock clock;
	struct rng_seeded seed;
	struct rng rng;
	struct shop shop;
	struct desk *desk;
	struct act act;
	struct till_status status;
	bool linked;
	struct till_link link;
	size_t n_waiting;
	enum worker_what link_asked;
	struct till_device device[CONFIG_DEVICES];
	size_t n_device;
	struct till_card card;
	struct till_scale scale;
	/* what the engine would say of a card payment, and then takes */
	struct engine_view *shown; /* NULL: as the engine has it */
	const struct engine_tender *paid; /* with it: the one part paid */
	char keyed[64];		   /* the last entry given meanwhile */
	const char *refuses;	   /* the word it is refused with, NULL not */
	till_told_fn told_fn;
	void *told_arg;
	struct till_receipt receipts[4];
	size_t n_receipts;
	char again[32], tested[32], decided[32]; /* the last that was asked */
	till_scan_fn scan_fn; /* what serial scanners read goes there */
	void *scan_arg;
	const char *receipt; /* text of the last receipt, NULL none */
	bool fail;	     /* recording fails from now on */
	bool resumed;
	size_t n_parked; /* in the list */
	const char *note, *conf_note; /* NULL none */
	unsigned sold;	/* sales finished */
	unsigned inputs;
	unsigned searches;
	char text[8192];    /* of the configuration */
	const char *edited; /* its file, edited by hand; NULL it is the same */
	unsigned saved;
	struct totals totals; /* of what moves the drawer, and days */
};

struct till *fake_till_new(const char *shop);
void fake_till_free(struct till *t);
/** fake_till_card(t): the view's card payment from now on, to be filled in;
 * while it is not idle entries go no further than t->keyed. */
struct engine_card *fake_till_card(struct till *t);
/** fake_till_tells(t, in, r): as if the till had given itself that input. */
void fake_till_tells(
	struct till *t, const struct input *in, const struct reply *r);

#endif
