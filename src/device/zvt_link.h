/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_ZVT_LINK_H
#define DEVICE_ZVT_LINK_H

#include "base/clock.h"
#include "device/zvt_codec.h"

/**
 * zvt_link - APDUs over a line (VdTH PA00P016), from either of its ends.
 *
 *	10 02 | APDU, each 10 doubled | 10 03 | CRC low | CRC high
 *
 * The CRC (reflected 8408, from 0000) is over the APDU as it is, and 03.  Each
 * frame is answered by one byte, 06 or 15.  T1: 200 ms without a byte inside
 * of a frame, and it is refused; T2: 5 s without an answer, and it is sent
 * again, three times in all.  On TCP there is nothing of this but the APDU.
 *
 * Pure: what it sends goes to a struct zvt_sink.
 */
#define ZVT_T1_US INT64_C(200000)
#define ZVT_T2_US INT64_C(5000000)
#define ZVT_TCP_GAP_US INT64_C(2000000) /* inside of an APDU */
#define ZVT_SENDINGS 3u
/* the longest frame of an APDU that zvt_link_send() takes */
#define ZVT_FRAME_BYTES (2 * ZVT_SEND_BYTES + 6)

struct zvt_sink {
	uint8_t *p;
	size_t cap;
	size_t n;
};

enum zvt_said {
	ZVT_NOTHING,
	ZVT_APDU,  /* link->apdu[0..n_apdu) is whole, and acknowledged */
	ZVT_AGAIN, /* the one before once more: acknowledged, not to be done
		    * again */
	ZVT_TAKEN, /* what was sent has arrived */
	ZVT_FAILED, /* what was sent got no answer, or was refused, to the end */
	ZVT_BROKEN /* bytes that no APDU begins with or ends: TCP is over */
};

enum zvt_rx {
	ZVT_RX_IDLE,
	ZVT_RX_DLE,
	ZVT_RX_DATA,
	ZVT_RX_DATA_DLE,
	ZVT_RX_CRC_LOW,
	ZVT_RX_CRC_HIGH,
	ZVT_RX_SKIP /* until the line is silent */
};

struct zvt_link {
	bool serial;
	enum zvt_rx rx;
	uint8_t apdu[ZVT_APDU_BYTES];
	size_t n_apdu;
	uint8_t crc_low;
	struct mono rx_at; /* of the last byte inside of a frame */
	/* what came before: its length and CRC, for frames sent twice */
	size_t last_n;
	uint16_t last_crc;
	bool last_open; /* its answer has not arrived */

	uint8_t tx[ZVT_SEND_BYTES]; /* until it is acknowledged */
	size_t n_tx;
	bool tx_answer;
	bool awaiting;
	bool once; /* not to be sent again for silence */
	unsigned sendings;
	struct mono t2;
};

/** zvt_crc(crc, p, n): goes on from crc; a frame begins at 0. */
uint16_t zvt_crc(uint16_t crc, const uint8_t *p, size_t n);
/** zvt_frame(p, n, out): the frame of an APDU; false, and nothing, when the
 * sink has no room. */
MUST_CHECK bool zvt_frame(const uint8_t *p, size_t n, struct zvt_sink *out);

void zvt_link_init(struct zvt_link *l, bool serial);
/** zvt_link_take(l, now, p, n, out): takes bytes from *p on until something is
 * to be said; call it until *n is 0.  ZVT_APDU: the bytes stay until the next
 * call, zvt_link_wipe() forgets them. */
enum zvt_said zvt_link_take(struct zvt_link *l, struct mono now,
	const uint8_t **p, size_t *n, struct zvt_sink *out);
void zvt_link_wipe(struct zvt_link *l);
/** zvt_link_send(l, now, p, n, once, out): begins to send an APDU, an earlier
 * one is given up.  ${once}: silence does not have it sent again, only a
 * refusal does: it may have arrived. */
void zvt_link_send(struct zvt_link *l, struct mono now, const uint8_t *p,
	size_t n, bool once, struct zvt_sink *out);
/** zvt_link_tick(l, now, out): what is due.  NOTHING, FAILED or BROKEN. */
enum zvt_said zvt_link_tick(
	struct zvt_link *l, struct mono now, struct zvt_sink *out);
/** When tick is due; us < 0: never. */
struct mono zvt_link_due(const struct zvt_link *l);

#endif
