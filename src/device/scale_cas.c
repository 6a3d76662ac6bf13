/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CAS PD-II, ER, SW, AP: ENQ is answered by ACK, DC1 by one block of a fixed
 * length with a check byte, which can be any value: bytes are counted, ends
 * are not looked for.
 */
#include <string.h>

#include "base/i18n.h"
#include "device/scale_drivers.h"
#include "device/scale_line.h"

#include "base/poison.h"

#define SOH 0x01
#define STX 0x02
#define ETX 0x03
#define EOT 0x04
#define ACK 0x06
#define NAK 0x15

/* SOH STX status sign weight[6] unit[2] BCC ETX EOT */
#define BLOCK 15u
#define AT_STATUS 2u
#define AT_SIGN 3u
#define AT_WEIGHT 4u
#define AT_UNIT 10u
#define AT_CHECK 12u

static bool
put_grams(const uint8_t *p, struct scale_got *ret)
{
	unsigned decimals = 0;
	int64_t value = 0;
	bool pounds = memcmp(p + AT_UNIT, "lb", 2) == 0;

	return (pounds || memcmp(p + AT_UNIT, "kg", 2) == 0) &&
	       scale_number(p + AT_WEIGHT, 6, &value, &decimals) &&
	       decimals > 0 &&
	       scale_grams(value, decimals, pounds ? SCALE_LB : SCALE_KG,
		       &ret->reading.grams);
}

static bool
put_block(const uint8_t *p, struct scale_got *ret)
{
	unsigned f;

	if (p[AT_STATUS] != 'S' && p[AT_STATUS] != 'U') {
		return false;
	}
	f = p[AT_STATUS] == 'S' ? SCALE_STABLE : SCALE_MOTION;
	if (p[AT_SIGN] == 'F') {
		f = SCALE_OVER;
	} else if (p[AT_SIGN] == '-') {
		f |= SCALE_UNDER;
	} else if (p[AT_SIGN] != ' ' || !put_grams(p, ret)) {
		return false;
	}
	ret->reading.flags = f;
	return true;
}

static int
take_cas(const uint8_t *p, size_t n, bool pounds, struct scale_got *ret)
{
	uint8_t check = 0;

	(void)pounds;
	if (p[0] == ACK || p[0] == NAK) {
		ret->kind = p[0] == ACK ? SCALE_GOT_GO : SCALE_GOT_READING;
		return 1; /* not ready: a reading that says nothing */
	}
	if (p[0] != SOH || (n > 1 && p[1] != STX)) {
		return -1;
	}
	if (n < BLOCK) {
		return 0;
	}
	for (size_t i = AT_STATUS; i < AT_CHECK; i++) {
		check ^= p[i];
	}
	ret->kind = SCALE_GOT_READING;
	return p[AT_CHECK] == check && p[AT_CHECK + 1] == ETX &&
			       p[AT_CHECK + 2] == EOT && put_block(p, ret)
		       ? (int)BLOCK
		       : -1;
}

static const struct scale_proto proto = {
	.poll = "\x05",
	.go = "\x11",
	.checked = true,
	.gap_us = 100000,
	.answer_us = 500000,
	.take = take_cas,
};

static const struct device_opt opts[] = {SCALE_OPT_LEAST};

static enum rc
open_cas(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	return scale_line_open(
		state, &proto, &scale_cas_driver, conf, write_only, reterr);
}

const struct device_driver scale_cas_driver = {
	.name = "cas",
	.summary = "CAS PD-II, ER, SW, AP",
	.class_ = DEVICE_SCALE,
	.line = {9600, 8, 'N', 1, FLOW_NONE},
	.opt = opts,
	.n_opt = ARRAY_LEN(opts),
	.state_size = sizeof(struct scale_line),
	.open = open_cas,
	.step = scale_line_step,
	.scale = &scale_line_ops,
};
