/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_TILL_DEVICE_H
#define REGISTER_TILL_DEVICE_H

#include "device/host.h"
#include "register/customer.h"
#include "register/till.h"

/**
 * till_device - the configured devices of a till, each with its host: opened,
 * polled, watched and told of in one place.  What a class of devices says is
 * heard in a file of its own: till_print.c the receipt printer and the
 * drawers, till_card.c terminals, till_scale.c scales.  The customer's display
 * belongs to `holdfast display` and is not opened here, but for one that stands
 * on the receipt printer's line: that is the register's.
 */
struct till_port {
	struct till *till;
	char name[CONFIG_DEVICE_NAME_BYTES];
	const struct device_driver *driver;
	struct device_host *host;   /* NULL: none of its own */
	struct till_port *front_of; /* a display: the printer behind it */
	const char *word; /* as struct till_device has it */
	char text[DEVICE_TEXT_BYTES];
};

/** till_device_open(t): all of the configuration in use; nothing in a shop that
 * is only read.  One that cannot be reached stops nothing. */
void till_device_open(struct till *t);
void till_device_close(struct till *t);
/** till_device_changed(t, next): whether ${next} has other devices. */
bool till_device_changed(const struct till *t, const struct config *next);
/** till_device_find(t, class_, name): NULL: the first of its class; NULL there
 * is none. */
struct till_port *till_device_find(
	struct till *t, enum device_class class_, const char *name);
/** till_device_poll(t): when to call again; us < 0 never. */
struct mono till_device_poll(struct till *t);
/** till_device_shows(t): whether a display of the register's own is there.
 * till_device_show(t, f): what it shows; true when that is new. */
bool till_device_shows(const struct till *t);
bool till_device_show(struct till *t, const struct customer_frame *f);
/** till_device_scans(t): hand on what was scanned; last of till_idle(), since
 * what sells may ask devices for something.  True: there was something. */
bool till_device_scans(struct till *t);
/** till_device_say(p, word, text): what becomes of its word; NULL text stays. */
void till_device_say(
	struct till_port *p, const char *word, const char *text);
/** till_device_log(t, line): into devices.log of the store, with the time. */
void till_device_log(void *arg, const char *line);

/** What the classes hear, behind the words that are common to all. */
void till_print_event(struct till_port *p, const struct device_event *ev);
void till_card_event(struct till_port *p, const struct device_event *ev);
void till_scale_event(struct till_port *p, const struct device_event *ev);

/** till_scale_follow(t): behind every input: whether goods wait for their
 * weight.  till_scale_take(t): between inputs: one that sells is taken.
 * till_scale_act(t): what the act wants of the scale; t->act is what became of
 * it.  till_scale_forget(t): its devices are others. */
void till_scale_follow(struct till *t);
void till_scale_take(struct till *t);
void till_scale_act(struct till *t);
void till_scale_forget(struct till *t);

#endif
