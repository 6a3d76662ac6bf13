/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mettler-Toledo 8217 and what speaks its protocol (8213, Viva, Ariva "SASI").
 * No check byte: parity is all there is, so that a weight is read twice.
 */
#include <string.h>

#include "base/i18n.h"
#include "device/scale_drivers.h"
#include "device/scale_line.h"

#include "base/poison.h"

#define STX 0x02
#define CR 0x0d

enum {
	S_MOTION = 0x01,
	S_OVER = 0x02,
	S_UNDER = 0x04,
	S_NOT_ZEROED = 0x08,
	S_ZERO = 0x10,
	S_NET = 0x20,
	S_ALWAYS = 0x40
};

static void
put_status(uint8_t s, struct scale_got *ret)
{
	unsigned f = 0;

	f |= (s & S_MOTION) != 0 ? SCALE_MOTION : 0u;
	f |= (s & S_OVER) != 0 ? SCALE_OVER : 0u;
	f |= (s & S_UNDER) != 0 ? SCALE_UNDER : 0u;
	f |= (s & S_NET) != 0 ? SCALE_NET : 0u;
	if ((s & S_ZERO) != 0) {
		f |= SCALE_ZERO;
		f |= (s & S_MOTION) == 0 ? SCALE_STABLE : 0u;
	}
	if ((s & S_NOT_ZEROED) != 0) {
		f |= SCALE_FAULT;
		ret->fault = N_("The scale has lost its zero: take everything "
				"off and set it to zero.");
	}
	ret->reading.flags = f;
}

/* "01.235", " 0.454N"; in pounds "01.23" and "001.23". */
static bool
put_weight(const uint8_t *p, size_t n, bool pounds, struct scale_got *ret)
{
	bool net = n > 0 && p[n - 1] == 'N';
	size_t digits = net ? n - 1 : n;
	unsigned decimals = 0;
	int64_t value = 0;

	if (digits != 6 && !(pounds && digits == 5)) {
		return false;
	}
	if (!scale_number(p, digits, &value, &decimals) ||
		decimals != (pounds ? 2u : 3u) ||
		!scale_grams(value, decimals, pounds ? SCALE_LB : SCALE_KG,
			&ret->reading.grams)) {
		return false;
	}
	ret->reading.flags = SCALE_STABLE | (net ? SCALE_NET : 0u);
	return true;
}

/* The other unit's form: the register is set to what the scale is not. */
static bool
other_unit(const uint8_t *p, size_t n, bool pounds, struct scale_got *ret)
{
	if (!put_weight(p, n, !pounds, ret)) {
		return false;
	}
	ret->reading = (struct scale_reading){.flags = SCALE_FAULT};
	ret->fault = N_("The scale weighs in another unit than the register "
			"is set to: set unit in its section.");
	return true;
}

static int
take_8217(const uint8_t *p, size_t n, bool pounds, struct scale_got *ret)
{
	size_t len = 1;

	if (p[0] != STX) {
		return -1;
	}
	while (len < n && p[len] != CR && p[len] != STX && len < 9) {
		len++;
	}
	if (len == n) {
		return n < 10 ? 0 : -1;
	}
	if (p[len] != CR) {
		return -1;
	}
	ret->kind = SCALE_GOT_READING;
	if (len == 1) {
		ret->kind = SCALE_GOT_NOTHING; /* of the self test */
	} else if (p[1] == '?') {
		if (len != 3 || (p[2] & S_ALWAYS) == 0) {
			return -1;
		}
		put_status(p[2], ret);
	} else if (!put_weight(p + 1, len - 1, pounds, ret) &&
		   !other_unit(p + 1, len - 1, pounds, ret)) {
		return -1;
	}
	return (int)len + 1;
}

static const struct scale_proto proto = {
	.poll = "W",
	.command = {[SCALE_SET_ZERO] = "Z",
		[SCALE_SET_TARE] = "T",
		[SCALE_CLEAR_TARE] = "C"},
	.answers_commands = true,
	.gap_us = 200000,
	.answer_us = 500000,
	.take = take_8217,
};

static const struct device_opt opts[] = {SCALE_OPT_UNIT, SCALE_OPT_LEAST};

static enum rc
open_8217(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	return scale_line_open(
		state, &proto, &scale_8217_driver, conf, write_only, reterr);
}

const struct device_driver scale_8217_driver = {
	.name = "8217",
	.summary = "Mettler-Toledo 8217, 8213, Viva, Ariva",
	.class_ = DEVICE_SCALE,
	.line = {9600, 7, 'E', 1, FLOW_NONE},
	.opt = opts,
	.n_opt = ARRAY_LEN(opts),
	.state_size = sizeof(struct scale_line),
	.open = open_8217,
	.step = scale_line_step,
	.scale = &scale_line_ops,
};
