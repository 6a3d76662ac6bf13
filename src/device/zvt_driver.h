/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_ZVT_DRIVER_H
#define DEVICE_ZVT_DRIVER_H

#include "device/device.h"

/**
 * zvt_driver - card terminals that speak ZVT (VdTH PA00P015 rev 13.08,
 * PA00P016 rev 04), on a serial line or TCP; holdfast-zvt(4).
 *
 * The register is master until its command is answered 80 00, then the
 * terminal is, until it says 06 0F or 06 1E.
 *
 * When is money taken?  The terminal says a payment is good (04 0F with result
 * 00), and it is final once it has our answers to that and to every print
 * command; when one is lost it reverses by itself.  Whether all arrived the
 * register knows from 06 0F alone.  So 04 0F is answered at once, the intent
 * covers it, and the one result is made from 06 0F: it is in the journal
 * before that is answered.  A result made from 04 0F would be wrong whenever
 * an answer is lost.  Receipts are held: a print command that ends one is
 * answered when it is stored.
 *
 * What breaks in between is PINPAD_UNKNOWN; the command is not sent again, and
 * the next question begins with a registration.  A payment that is said to be
 * good when nobody asks for it any more gets no answer: the terminal reverses
 * it.
 */
extern const struct device_driver zvt_driver;

#endif
