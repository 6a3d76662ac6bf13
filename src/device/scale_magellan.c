/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Magellan on a single cable: a scanner with a scale in it.  Symbols come
 * unasked, between a question and its answer, too.  No check byte.
 */
#include <string.h>

#include "base/i18n.h"
#include "device/scale_drivers.h"
#include "device/scale_line.h"

#include "base/poison.h"

#define CR 0x0d
#define STX 0x02
#define ETX 0x03

/* What a symbol begins with, longest first, and the AIM identifier of what its
 * digits alone do not tell; NULL: UPC-E, which looks like EAN-8. */
static const struct {
	const char *prefix, *aim;
} symbology[] = {
	{"8B1", "]A0"},
	{"8B2", "]I0"},
	{"8B3", "]C0"},
	{"8FF", ""},
	{"8A", ""},
	{"8E", NULL},
	{"8F", ""},
	{"8R", "]e0"},
};

static bool
put_scan(const uint8_t *p, size_t n, struct scale_got *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(symbology); i++) {
		size_t k = strlen(symbology[i].prefix);

		if (n > k && memcmp(p, symbology[i].prefix, k) == 0) {
			ret->kind = SCALE_GOT_SCAN;
			ret->aim = symbology[i].aim;
			ret->upce = ret->aim == NULL;
			ret->data = (const char *)p + k;
			ret->n = n - k;
			return true;
		}
	}
	return false;
}

/* Four digits are hundredths of a pound, five are grams. */
static bool
put_weight(const uint8_t *p, size_t n, bool pounds, struct scale_got *ret)
{
	unsigned decimals = 0;
	int64_t value = 0;

	if ((n != 4 && n != 5) || !scale_number(p, n, &value, &decimals) ||
		decimals != 0 || p[0] == ' ') {
		return false;
	}
	ret->kind = SCALE_GOT_READING;
	if (pounds != (n == 4)) {
		ret->reading.flags = SCALE_FAULT;
		ret->fault = N_("The scale weighs in another unit than the "
				"register is set to: set unit in its section.");
		return true;
	}
	ret->reading.flags = SCALE_STABLE;
	return scale_grams(value, pounds ? 2 : 3, pounds ? SCALE_LB : SCALE_KG,
		&ret->reading.grams);
}

static bool
put_state(const uint8_t *p, size_t n, bool pounds, struct scale_got *ret)
{
	static const unsigned flags[] = {
		[0] = 0, /* not ready */
		[1] = SCALE_MOTION,
		[2] = SCALE_OVER,
		[3] = SCALE_STABLE | SCALE_ZERO,
		[4] = SCALE_STABLE,
		[5] = SCALE_UNDER,
	};

	if (n > 1 && p[0] == '4') {
		return put_weight(p + 1, n - 1, pounds, ret);
	}
	if (n != 1 || p[0] < '0' || p[0] > '5' || p[0] == '4') {
		return false;
	}
	ret->kind = SCALE_GOT_READING;
	ret->reading.flags = flags[p[0] - '0'];
	return true;
}

/* The text between "S" and CR. */
static bool
put_message(const uint8_t *p, size_t n, bool pounds, struct scale_got *ret)
{
	if (n < 2) {
		return false;
	}
	if (p[0] == '0' && p[1] == '8') {
		return put_scan(p + 1, n - 1, ret);
	}
	if (p[0] == '1' && p[1] == '1') {
		return put_weight(p + 2, n - 2, pounds, ret);
	}
	return p[0] == '1' && p[1] == '4' &&
	       put_state(p + 2, n - 2, pounds, ret);
}

static int
take_magellan(const uint8_t *p, size_t n, bool pounds, struct scale_got *ret)
{
	size_t len = 1;

	if (p[0] != 'S') {
		return -1;
	}
	while (len < n && p[len] != CR && len < SCALE_MESSAGE_BYTES) {
		len++;
	}
	if (len == n) {
		return len < SCALE_MESSAGE_BYTES ? 0 : -1;
	}
	return p[len] == CR && put_message(p + 1, len - 1, pounds, ret)
		       ? (int)len + 1
		       : -1;
}

static const struct scale_proto monitor = {
	.hello = "S01\r",
	.poll = "S14\r",
	.gap_us = 200000,
	.answer_us = 500000,
	.take = take_magellan,
};

/* It answers once, when the goods lie still. */
static const struct scale_proto patient = {
	.hello = "S01\r",
	.poll = "S11\r",
	.patient = true,
	.gap_us = 200000,
	.answer_us = 10000000,
	.take = take_magellan,
};

static const struct device_opt opts[] = {
	SCALE_OPT_UNIT,
	SCALE_OPT_LEAST,
	{"monitor", N_("whether the scale knows S14, and shows what moves"),
		"yes", DEVICE_OPT_YES, 0, 0, NULL},
};

static enum rc
open_magellan(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	const struct device_driver *d = &scale_magellan_driver;

	return scale_line_open(state,
		device_opt_yes(d, conf, "monitor") ? &monitor : &patient, d,
		conf, write_only, reterr);
}

const struct device_driver scale_magellan_driver = {
	.name = "magellan",
	.summary = "Datalogic Magellan scanner-scales on a single cable",
	.class_ = DEVICE_SCALE,
	.line = {9600, 7, 'O', 1, FLOW_NONE},
	.opt = opts,
	.n_opt = ARRAY_LEN(opts),
	.state_size = sizeof(struct scale_line),
	.open = open_magellan,
	.step = scale_line_step,
	.scale = &scale_line_ops,
};
