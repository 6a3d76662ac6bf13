/* SPDX-License-Identifier: Apache-2.0 */
#include "device/zvt_link.h"

#include <string.h>

#include "base/crypto.h"

#include "base/poison.h"

#define DLE 0x10
#define STX 0x02
#define ETX 0x03
#define ACK 0x06
#define NAK 0x15

uint16_t
zvt_crc(uint16_t crc, const uint8_t *p, size_t n)
{
	unsigned c = crc;

	for (size_t i = 0; i < n; i++) {
		c ^= p[i];
		for (int k = 0; k < 8; k++) {
			c = (c & 1u) != 0 ? c >> 1 ^ 0x8408u : c >> 1;
		}
	}
	return (uint16_t)c;
}

static bool
sink1(struct zvt_sink *out, uint8_t byte)
{
	if (out->n == out->cap) {
		return false;
	}
	out->p[out->n++] = byte;
	return true;
}

bool
zvt_frame(const uint8_t *p, size_t n, struct zvt_sink *out)
{
	static const uint8_t etx = ETX;
	uint16_t crc = zvt_crc(zvt_crc(0, p, n), &etx, 1);
	size_t from = out->n;
	bool fits = sink1(out, DLE) && sink1(out, STX);

	for (size_t i = 0; i < n; i++) {
		fits = fits && sink1(out, p[i]) &&
		       (p[i] != DLE || sink1(out, DLE));
	}
	fits = fits && sink1(out, DLE) && sink1(out, ETX) &&
	       sink1(out, (uint8_t)crc) && sink1(out, (uint8_t)(crc >> 8));
	out->n = fits ? out->n : from;
	return fits;
}

void
zvt_link_init(struct zvt_link *l, bool serial)
{
	crypto_wipe(l, sizeof(*l));
	memset(l, 0, sizeof(*l));
	l->serial = serial;
}

void
zvt_link_wipe(struct zvt_link *l)
{
	crypto_wipe(l->apdu, l->n_apdu);
	l->n_apdu = 0;
}

/* --- sending -------------------------------------------------------------- */

static void
send_tx(struct zvt_link *l, struct mono now, struct zvt_sink *out)
{
	l->sendings++;
	l->awaiting = true;
	l->t2.us = now.us + ZVT_T2_US;
	if (!zvt_frame(l->tx, l->n_tx, out)) {
		/* without room it counts as lost: it is sent again, if it may
		 * be, by T2 */
		return;
	}
}

void
zvt_link_send(struct zvt_link *l, struct mono now, const uint8_t *p, size_t n,
	bool once, struct zvt_sink *out)
{
	const struct zvt_apdu a = {
		.cmd = (uint16_t)(n >= 2 ? p[0] << 8 | p[1] : 0)};

	if (!l->serial) {
		if (n <= out->cap - out->n) {
			memcpy(out->p + out->n, p, n);
			out->n += n;
		}
		return;
	}
	n = n < sizeof(l->tx) ? n : sizeof(l->tx);
	memcpy(l->tx, p, n);
	l->n_tx = n;
	l->tx_answer = zvt_is_answer(&a);
	/* a command of ours begins anew: what comes is an answer to it, even
	 * when it is what came before, as in a repeated receipt */
	l->last_open = l->last_open && l->tx_answer;
	l->once = once;
	l->sendings = 0;
	send_tx(l, now, out);
}

static enum zvt_said
taken(struct zvt_link *l)
{
	l->awaiting = false;
	l->last_open = l->last_open && !l->tx_answer;
	crypto_wipe(l->tx, l->n_tx);
	return ZVT_TAKEN;
}

static enum zvt_said
failed(struct zvt_link *l)
{
	(void)taken(l);
	return ZVT_FAILED;
}

static enum zvt_said
refused(struct zvt_link *l, struct mono now, struct zvt_sink *out)
{
	if (l->sendings == ZVT_SENDINGS) {
		return failed(l);
	}
	send_tx(l, now, out);
	return ZVT_NOTHING;
}

/* --- receiving ------------------------------------------------------------ */

static void
begin_frame(struct zvt_link *l)
{
	zvt_link_wipe(l);
	l->rx = ZVT_RX_DATA;
}

static void
put_byte(struct zvt_link *l, uint8_t c)
{
	if (l->n_apdu == sizeof(l->apdu)) {
		l->rx = ZVT_RX_SKIP;
		return;
	}
	l->apdu[l->n_apdu++] = c;
	l->rx = ZVT_RX_DATA;
}

/* A frame is whole: is it one, and is it new?  What ours is answered by, or is
 * followed by, has arrived even when its ACK was lost. */
static enum zvt_said
end_frame(struct zvt_link *l, uint8_t crc_high, struct zvt_sink *out)
{
	static const uint8_t etx = ETX;
	uint16_t crc = zvt_crc(zvt_crc(0, l->apdu, l->n_apdu), &etx, 1);
	struct zvt_apdu a;
	bool answer;

	if (crc != (uint16_t)(l->crc_low | crc_high << 8) ||
		!zvt_apdu_read(l->apdu, l->n_apdu, &a)) {
		l->rx = ZVT_RX_SKIP;
		return ZVT_NOTHING;
	}
	l->rx = ZVT_RX_IDLE;
	(void)sink1(out, ACK);
	answer = zvt_is_answer(&a);
	if (!answer && l->last_open && l->last_n == l->n_apdu &&
		l->last_crc == crc) {
		return ZVT_AGAIN;
	}
	if (l->awaiting && answer != l->tx_answer) {
		(void)taken(l);
	}
	if (!answer) {
		l->last_n = l->n_apdu;
		l->last_crc = crc;
		l->last_open = true;
	}
	return ZVT_APDU;
}

static enum zvt_said
take_idle(struct zvt_link *l, struct mono now, uint8_t c, struct zvt_sink *out)
{
	if (c == DLE) {
		l->rx = ZVT_RX_DLE;
	} else if (c == ACK && l->awaiting) {
		return taken(l);
	} else if (c == NAK && l->awaiting) {
		return refused(l, now, out);
	}
	return ZVT_NOTHING;
}

static enum zvt_said
take_serial(
	struct zvt_link *l, struct mono now, uint8_t c, struct zvt_sink *out)
{
	switch (l->rx) {
	case ZVT_RX_IDLE:
		return take_idle(l, now, c, out);
	case ZVT_RX_DLE:
		if (c == STX) {
			begin_frame(l);
		} else if (c != DLE) {
			l->rx = ZVT_RX_IDLE;
		}
		return ZVT_NOTHING;
	case ZVT_RX_DATA:
		if (c == DLE) {
			l->rx = ZVT_RX_DATA_DLE;
		} else {
			put_byte(l, c);
		}
		return ZVT_NOTHING;
	case ZVT_RX_DATA_DLE:
		if (c == DLE) {
			put_byte(l, c);
		} else if (c == STX) {
			begin_frame(l);
		} else {
			l->rx = c == ETX ? ZVT_RX_CRC_LOW : ZVT_RX_SKIP;
		}
		return ZVT_NOTHING;
	case ZVT_RX_CRC_LOW:
		l->crc_low = c;
		l->rx = ZVT_RX_CRC_HIGH;
		return ZVT_NOTHING;
	case ZVT_RX_CRC_HIGH:
		return end_frame(l, c, out);
	case ZVT_RX_SKIP:
	default:
		return ZVT_NOTHING;
	}
}

static enum zvt_said
take_tcp(struct zvt_link *l, uint8_t c)
{
	size_t size;

	l->apdu[l->n_apdu++] = c;
	size = zvt_apdu_size(l->apdu, l->n_apdu);
	l->rx = ZVT_RX_DATA;
	if (size > sizeof(l->apdu)) {
		zvt_link_wipe(l);
		l->rx = ZVT_RX_SKIP;
		return ZVT_BROKEN;
	}
	if (size != l->n_apdu) {
		return ZVT_NOTHING;
	}
	l->rx = ZVT_RX_IDLE;
	return ZVT_APDU;
}

/* The gap between two bytes of a frame is over. */
static enum zvt_said
gap(struct zvt_link *l, struct zvt_sink *out)
{
	bool in_frame = l->rx != ZVT_RX_DLE;

	l->rx = ZVT_RX_IDLE;
	zvt_link_wipe(l);
	if (!l->serial) {
		return ZVT_BROKEN;
	}
	if (in_frame) {
		(void)sink1(out, NAK);
	}
	return ZVT_NOTHING;
}

static int64_t
gap_us(const struct zvt_link *l)
{
	return l->serial ? ZVT_T1_US : ZVT_TCP_GAP_US;
}

enum zvt_said
zvt_link_take(struct zvt_link *l, struct mono now, const uint8_t **p, size_t *n,
	struct zvt_sink *out)
{
	enum zvt_said said = ZVT_NOTHING;

	if (l->rx == ZVT_RX_IDLE) {
		zvt_link_wipe(l);
	} else if (*n > 0 && now.us >= l->rx_at.us + gap_us(l)) {
		said = gap(l, out);
	}
	while (said == ZVT_NOTHING && *n > 0) {
		uint8_t c = **p;

		(*p)++;
		(*n)--;
		l->rx_at = now;
		said = l->serial ? take_serial(l, now, c, out) : take_tcp(l, c);
	}
	return said;
}

enum zvt_said
zvt_link_tick(struct zvt_link *l, struct mono now, struct zvt_sink *out)
{
	if (l->rx != ZVT_RX_IDLE && now.us >= l->rx_at.us + gap_us(l)) {
		enum zvt_said said = gap(l, out);

		if (said != ZVT_NOTHING) {
			return said;
		}
	}
	if (!l->awaiting || now.us < l->t2.us) {
		return ZVT_NOTHING;
	}
	if (l->once || l->sendings == ZVT_SENDINGS) {
		return failed(l);
	}
	send_tx(l, now, out);
	return ZVT_NOTHING;
}

struct mono
zvt_link_due(const struct zvt_link *l)
{
	struct mono due = {-1};

	if (l->rx != ZVT_RX_IDLE) {
		due.us = l->rx_at.us + gap_us(l);
	}
	if (l->awaiting && (due.us < 0 || l->t2.us < due.us)) {
		due = l->t2;
	}
	return due;
}
