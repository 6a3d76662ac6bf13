/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_POLES_H
#define MAIN_POLES_H

#include "register/config.h"
#include "register/customer.h"

/**
 * poles - the customer's displays of the configuration, [device NAME] with a
 * driver of that class: each with its host, all with the same two rows.  Those
 * that share the printer's line are the register's, and not here.  How they
 * are stands in DIR/poles, register/device_state.h.
 */
struct poles;

/** poles_open(store, c, ret, reterr): those of ${c}, which may be none.  One
 * that is not there is looked for again, and stops nothing.  RC_NOMEM. */
MUST_CHECK enum rc poles_open(const char *store, const struct config *c,
	struct poles **ret, struct err *reterr);
void poles_close(struct poles *p);
size_t poles_n(const struct poles *p);

/** poles_show(p, f): in the language that is set; goes out with the next
 * poles_poll().  When ${f} says that another configuration is active, and the
 * store's file is that one, they are those of it from now on. */
void poles_show(struct poles *p, const struct customer_frame *f);
/** poles_poll(p): never waits; when to call again at the latest, us < 0 when
 * one of poles_watch() is ready or something was shown. */
struct mono poles_poll(struct poles *p);
size_t poles_watch(
	const struct poles *p, int fd[], short events[], size_t cap);

#endif
