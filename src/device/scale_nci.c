/* SPDX-License-Identifier: Apache-2.0 */
/* NCI "ECR": LF weight unit CR LF S status CR ETX; status alone when there is
 * no weight to tell.  No check byte. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "device/scale_drivers.h"
#include "device/scale_line.h"

#include "base/poison.h"

#define LF 0x0a
#define CR 0x0d
#define ETX 0x03
#define WEIGHT_BYTES 6u /* five digits and a point */
#define STATUS_MAX 4u

enum {
	A_MOTION = 0x01,
	A_ZERO = 0x02,
	A_RAM = 0x04,
	A_EEPROM = 0x08,
	B_UNDER = 0x01,
	B_OVER = 0x02,
	B_ROM = 0x04,
	B_CALIBRATION = 0x08,
	B_MORE = 0x40,
	C_NET = 0x04,
	C_NO_ZERO = 0x08
};

static void
put_status(const uint8_t *s, size_t n, struct scale_got *ret)
{
	unsigned f = 0;
	uint8_t c = n > 2 ? s[2] : 0;

	f |= (s[0] & A_MOTION) != 0 ? SCALE_MOTION : 0u;
	f |= (s[0] & A_ZERO) != 0 ? SCALE_ZERO : 0u;
	f |= (s[1] & B_UNDER) != 0 ? SCALE_UNDER : 0u;
	f |= (s[1] & B_OVER) != 0 ? SCALE_OVER : 0u;
	f |= (c & C_NET) != 0 ? SCALE_NET : 0u;
	if ((s[0] & (A_RAM | A_EEPROM)) != 0 ||
		(s[1] & (B_ROM | B_CALIBRATION)) != 0) {
		f |= SCALE_FAULT;
		ret->fault = N_("The scale reports a fault of its own: it "
				"needs its service.");
	} else if ((c & C_NO_ZERO) != 0) {
		f |= SCALE_FAULT;
		ret->fault = N_("The scale has lost its zero: take everything "
				"off and set it to zero.");
	}
	if ((f & (SCALE_MOTION | SCALE_OVER | SCALE_UNDER | SCALE_FAULT)) ==
		0) {
		f |= SCALE_STABLE;
	}
	ret->reading.flags = f;
}

/* Bytes of "[S]hh[hh] CR ETX" at p; 0: not all there; -1: it is none. */
static int
take_status(const uint8_t *p, size_t n, struct scale_got *ret)
{
	size_t at = n > 0 && p[0] == 'S' ? 1 : 0;
	size_t k = 0;

	while (at + k < n && p[at + k] != CR) {
		uint8_t b = p[at + k];
		uint8_t high = k == 0 ? 0xf0 : 0xb0;

		if (k == STATUS_MAX || (b & high) != 0x30) {
			return -1;
		}
		k++;
	}
	if (at + k + 1 >= n) {
		return 0;
	}
	if (k < 2 || p[at + k + 1] != ETX ||
		((p[at + 1] & B_MORE) != 0 && k == 2)) {
		return -1;
	}
	put_status(p + at, k, ret);
	return (int)(at + k + 2);
}

static bool
find_unit(const uint8_t *p, enum scale_unit *ret)
{
	static const char name[][3] = {
		[SCALE_KG] = "KG", [SCALE_LB] = "LB", [SCALE_OZ] = "OZ"};

	for (size_t i = 0; i < ARRAY_LEN(name); i++) {
		if (text_upper((char)p[0]) == name[i][0] &&
			text_upper((char)p[1]) == name[i][1]) {
			*ret = (enum scale_unit)i;
			return true;
		}
	}
	return false;
}

/* LF weight unit CR LF; the unit is in each message, so none is configured. */
static int
take_weight(const uint8_t *p, size_t n, struct scale_got *ret)
{
	const size_t head = 1 + WEIGHT_BYTES + 2 + 2;
	enum scale_unit unit = SCALE_KG;
	unsigned decimals = 0;
	int64_t value = 0;
	int64_t grams = 0;
	int k;

	for (size_t i = 1; i < n && i <= WEIGHT_BYTES; i++) {
		if (p[i] != ' ' && p[i] != '.' && (p[i] < '0' || p[i] > '9')) {
			return -1;
		}
	}
	if (n < head) {
		return 0;
	}
	if (!scale_number(p + 1, WEIGHT_BYTES, &value, &decimals) ||
		decimals == 0 || !find_unit(p + 1 + WEIGHT_BYTES, &unit) ||
		p[head - 2] != CR || p[head - 1] != LF ||
		!scale_grams(value, decimals, unit, &grams)) {
		return -1;
	}
	k = take_status(p + head, n - head, ret);
	if (k <= 0) {
		return k;
	}
	ret->reading.grams = grams;
	return (int)head + k;
}

static int
take_nci(const uint8_t *p, size_t n, bool pounds, struct scale_got *ret)
{
	static const uint8_t unknown[] = {LF, '?', CR, ETX};
	int k;

	(void)pounds;
	if (p[0] != LF) {
		return -1;
	}
	if (n == 1) {
		return 0;
	}
	ret->kind = SCALE_GOT_READING;
	if (p[1] == '?') {
		ret->kind = SCALE_GOT_NOTHING;
		if (memcmp(p, unknown,
			    n < sizeof(unknown) ? n : sizeof(unknown)) != 0) {
			return -1;
		}
		return n < sizeof(unknown) ? 0 : (int)sizeof(unknown);
	}
	/* the digits of a weight look like a status as far as they go */
	k = take_status(p + 1, n - 1, ret);
	if (k > 0) {
		return k + 1;
	}
	return p[1] == 'S' ? k : take_weight(p, n, ret);
}

static const struct scale_proto proto = {
	.poll = "W\r",
	.command = {[SCALE_SET_ZERO] = "Z\r"},
	.answers_commands = true,
	.gap_us = 100000,
	.answer_us = 500000,
	.take = take_nci,
};

static const struct device_opt opts[] = {SCALE_OPT_LEAST};

static enum rc
open_nci(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	return scale_line_open(
		state, &proto, &scale_nci_driver, conf, write_only, reterr);
}

const struct device_driver scale_nci_driver = {
	.name = "nci",
	.summary = "scales that speak NCI (\"ECR\"): Avery Weigh-Tronix, NCI",
	.class_ = DEVICE_SCALE,
	.line = {9600, 7, 'E', 1, FLOW_NONE},
	.opt = opts,
	.n_opt = ARRAY_LEN(opts),
	.state_size = sizeof(struct scale_line),
	.open = open_nci,
	.step = scale_line_step,
	.scale = &scale_line_ops,
};
