/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_CAISSE_H
#define DEVICE_CAISSE_H

#include "device/caisse_talk.h"

/**
 * caisse - messages of Caisse-AP version 3 (Association du Paiement, protocols
 * 0300 to 0320; once "Concert"): fields of two capital letters, three digits of
 * length and the value, CZ first, each once; unknown ones are skipped.
 *
 * Paid is only what says so (AE 10) with amount, currency and register as they
 * were asked; with ${partial} the amount may be lower.  A done that says less,
 * or another amount, is unknown, with the amount it named.
 *
 * What we call the payment travels as private data (CF): "HF", the kind, "-"
 * and ask.ref.  Terminals that give it back let a late answer be told from the
 * one that is waited for, and a duplicate from that of another payment; only
 * such a duplicate (PINPAD_LAST with the payment's own ref) names its last_op.
 */
struct caisse_opt {
	char version[5];   /* CZ */
	char software[13]; /* CJ */
	unsigned reg;	   /* CA, 1 to 99 */
	bool online;	   /* BB 1: ask the bank for each payment */
	bool partial;	   /* BF 1: less may be paid */
	bool receipt;	   /* CK 100: the customer's receipt, please */
	bool reference;	   /* CF */
};

extern const struct caisse_codec caisse_codec; /* opt: struct caisse_opt */

/** caisse_reason(code): what AF says, N_(); and whether nobody was refused but
 * it was stopped. */
const char *caisse_reason(int code, bool *ret_stopped);

/* The fields that we look at. */
enum caisse_tag {
	CAISSE_CZ,
	CAISSE_CA,
	CAISSE_CB,
	CAISSE_CC,
	CAISSE_CD,
	CAISSE_CE,
	CAISSE_CF,
	CAISSE_CI,
	CAISSE_AA,
	CAISSE_AC,
	CAISSE_AE,
	CAISSE_AF,
	CAISSE_AI,
	CAISSE_ZT,
	CAISSE_TAG_COUNT
};

struct caisse_fields {
	struct {
		const char *p; /* NULL it is not there */
		size_t n;
	} f[CAISSE_TAG_COUNT];
};

/** caisse_parse(p, n, ret, ret_n): one message, its fields borrowed from p;
 * ${ret_n} is where the next begins.  CAISSE_PART: it ends within a field, or
 * there is no AE yet. */
enum caisse_shape caisse_parse(const uint8_t *p, size_t n,
	struct caisse_fields *ret, size_t *ret_n);

/** caisse_slip(p, n, slip): the receipt in ZT, masked; slip->len 0: none. */
void caisse_slip(const char *p, size_t n, struct pinpad_slip *slip);

#endif
