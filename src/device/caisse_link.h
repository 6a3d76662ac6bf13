/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_CAISSE_LINK_H
#define DEVICE_CAISSE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device/device.h"

/**
 * caisse_link - the serial link below Caisse-AP V3 and E/E+: a session for each
 * message, in either direction (Association du Paiement, serial link; the basic
 * mode of ISO 1745).
 *
 *     register  ENQ      STX message ETX LRC      EOT
 *     terminal      ACK                      ACK
 *
 * and the other way round for the answer.  LRC is the exclusive or of what
 * follows STX, with ETX.  It may be any byte, so a frame is counted, never
 * searched for.
 *
 * A message goes out again only when the terminal said NAK to it, and nothing
 * else: where a block was neither taken nor refused nobody knows, and it is
 * CAISSE_LINK_DOUBT.
 */
#define CAISSE_ENQ 0x05
#define CAISSE_ACK 0x06
#define CAISSE_NAK 0x15
#define CAISSE_EOT 0x04
#define CAISSE_STX 0x02
#define CAISSE_ETX 0x03

#define CAISSE_SEND_BYTES 512  /* of one message of ours, with its frame */
#define CAISSE_TAKE_BYTES 2048 /* of one answer */

enum caisse_link_phase {
	CAISSE_REST,  /* nobody speaks */
	CAISSE_CALL,  /* ENQ is out */
	CAISSE_PAUSE, /* nobody answered: before the next ENQ */
	CAISSE_BLOCK, /* the frame is out */
	CAISSE_NAKED, /* it was refused: before it goes out again */
	CAISSE_HEAD,  /* the terminal called and may send */
	CAISSE_BODY,
	CAISSE_LRC,
	CAISSE_HELD, /* a whole frame waits for caisse_link_answer() */
	CAISSE_TAIL  /* the terminal's EOT is to come */
};

struct caisse_link {
	enum caisse_link_phase phase;
	struct mono due; /* of the phase; us < 0 none */
	bool want;	 /* ${tx} is to be sent */
	uint8_t tx[CAISSE_SEND_BYTES];
	size_t n_tx;
	unsigned calls, refused;
	uint8_t rx[CAISSE_TAKE_BYTES];
	size_t n_rx;
	uint8_t lrc;
	bool spoiled;
	unsigned bad;
};

enum caisse_link_said {
	CAISSE_LINK_NOTHING,
	CAISSE_LINK_TAKEN,   /* the terminal has the message */
	CAISSE_LINK_ABSENT,  /* it answered no call: it has nothing */
	CAISSE_LINK_REFUSED, /* it refused the message each time */
	CAISSE_LINK_DOUBT,   /* it may have the message */
	CAISSE_LINK_FRAME,   /* rx, n_rx: an answer, caisse_link_answer() it */
	CAISSE_LINK_LOST     /* it gave an answer up that could not be read */
};

/** caisse_lrc(p, n): of n bytes, ETX among them. */
uint8_t caisse_lrc(const uint8_t *p, size_t n);

/** caisse_link_reset(l): a line was opened; everything is wiped. */
void caisse_link_reset(struct caisse_link *l);
/** caisse_link_send(l, p, n): send this when nobody speaks.  False: too long.*/
bool caisse_link_send(struct caisse_link *l, const uint8_t *p, size_t n);
/** caisse_link_calls(l): nothing of the message went out yet. */
bool caisse_link_calls(const struct caisse_link *l);
/** caisse_link_busy(l): a message is half way. */
bool caisse_link_busy(const struct caisse_link *l);
/** caisse_link_drop(l, out): take back what caisse_link_calls(). */
void caisse_link_drop(struct caisse_link *l, struct device_out *out);

/** caisse_link_step(l, now, in, n, out): time, and bytes of *in as far as there
 * is something to say; *in and *n move on.  Call it until it says nothing. */
enum caisse_link_said caisse_link_step(struct caisse_link *l, struct mono now,
	const uint8_t **in, size_t *n, struct device_out *out);
/** caisse_link_answer(l, now, good, out): ACK, or NAK for the frame once more.
 * Wipes it.  Nothing when none is held. */
void caisse_link_answer(struct caisse_link *l, struct mono now, bool good,
	struct device_out *out);

#endif
