/* SPDX-License-Identifier: Apache-2.0 */
#include "core/barcode.h"

#include <string.h>

#include "base/poison.h"

#define UPCE_DIGITS 8
#define UPCA_DIGITS 12
#define GTIN_DIGITS 14

static const char *const kind_names[CODE_KIND_COUNT] = {
	[CODE_EAN13] = "ean13",
	[CODE_EAN8] = "ean8",
	[CODE_UPCA] = "upca",
	[CODE_UPCE] = "upce",
	[CODE_GTIN14] = "gtin14",
	[CODE_PLU] = "plu",
	[CODE_INTERNAL] = "internal",
	[CODE_DEPT] = "dept",
};

const char *
code_kind_name(enum code_kind k)
{
	return (unsigned)k < CODE_KIND_COUNT ? kind_names[k] : "internal";
}

enum code_kind
code_kind_find(const char *name)
{
	for (unsigned k = 0; k < CODE_KIND_COUNT; k++) {
		if (strcmp(kind_names[k], name) == 0) {
			return (enum code_kind)k;
		}
	}
	return CODE_KIND_COUNT;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
all_digits(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(s[i])) {
			return false;
		}
	}
	return len > 0;
}

int
code_check_digit(const char *digits, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned weight = (n - i) % 2 == 1 ? 3 : 1;

		sum = (sum + weight * (unsigned)(digits[i] - '0')) % 10;
	}
	return (int)((10 - sum) % 10);
}

bool
code_check_ok(const char *code, size_t len)
{
	return len >= 2 && all_digits(code, len) &&
	       code[len - 1] - '0' == code_check_digit(code, len - 1);
}

bool
code_upce_expand(const char upce[8], char upca[12])
{
	/* where the digits of N d1..d6 go by d6; '.' is a zero */
	static const char *const shape[10] = {"0126....345", "0126....345",
		"0126....345", "0123.....45", "01234.....5", "012345....6",
		"012345....6", "012345....6", "012345....6", "012345....6"};
	char out[UPCA_DIGITS];
	const char *form;

	if (!all_digits(upce, UPCE_DIGITS) || upce[0] > '1') {
		return false;
	}
	form = shape[upce[6] - '0'];
	for (size_t i = 0; i < UPCA_DIGITS - 1; i++) {
		out[i] = '0';
		if (form[i] != '.') {
			out[i] = upce[form[i] - '0'];
		}
	}
	out[UPCA_DIGITS - 1] = upce[UPCE_DIGITS - 1];
	if (!code_check_ok(out, UPCA_DIGITS)) {
		return false;
	}
	memcpy(upca, out, UPCA_DIGITS);
	return true;
}

/* One number space: every GTIN on 14 digits. */
static void
set_gtin(struct code_key *k, enum code_kind kind, const char *s, size_t len)
{
	k->kind = kind;
	k->key[0] = 'G';
	memset(k->key + 1, '0', GTIN_DIGITS);
	memcpy(k->key + 1 + GTIN_DIGITS - len, s, len);
	k->key_len = 1 + GTIN_DIGITS;
	k->key[k->key_len] = '\0';
}

static void
set_verbatim(struct code_key *k, const char *s, size_t len)
{
	unsigned plu = 0;

	k->kind = CODE_INTERNAL;
	if ((len == 4 || len == 5) && all_digits(s, len)) {
		for (size_t i = 0; i < len; i++) {
			plu = plu * 10 + (unsigned)(s[i] - '0');
		}
		/* five digits with leading zeros are no PLU: 03000 */
		if ((len == 4 && plu >= 3000 && plu <= 4999) ||
			(plu >= 83000 && plu <= 94999)) {
			k->kind = CODE_PLU;
		}
	}
	k->key[0] = 'I';
	memcpy(k->key + 1, s, len);
	k->key_len = 1 + len;
	k->key[k->key_len] = '\0';
}

static enum code_kind
gtin_kind(size_t len)
{
	switch (len) {
	case 8:
		return CODE_EAN8;
	case 12:
		return CODE_UPCA;
	case 13:
		return CODE_EAN13;
	case 14:
		return CODE_GTIN14;
	default:
		return CODE_INTERNAL;
	}
}

size_t
code_recognize(
	const char *code, size_t len, struct code_key ret[CODE_CANDIDATES])
{
	enum code_kind kind = gtin_kind(len);
	char upca[UPCA_DIGITS];
	size_t n = 0;

	if (len == 0 || len >= CODE_BYTES) {
		return 0;
	}
	if (kind != CODE_INTERNAL && code_check_ok(code, len)) {
		set_gtin(&ret[n++], kind, code, len);
	}
	if (len == UPCE_DIGITS && code_upce_expand(code, upca)) {
		set_gtin(&ret[n++], CODE_UPCE, upca, UPCA_DIGITS);
	}
	set_verbatim(&ret[n++], code, len);
	return n;
}

enum rc
code_catalog_key(const char *code, size_t len, struct code_key *ret)
{
	struct code_key way[CODE_CANDIDATES];

	if (code_recognize(code, len, way) == 0) {
		return RC_INVAL;
	}
	*ret = way[0];
	return RC_OK;
}

const char *
code_strip_aim(const char *code, size_t len, size_t *ret_len)
{
	bool letter = len > 3 && ((code[1] >= 'A' && code[1] <= 'Z') ||
					 (code[1] >= 'a' && code[1] <= 'z'));
	bool modifier = letter && (is_digit(code[2]) ||
					  (code[2] >= 'A' && code[2] <= 'Z') ||
					  (code[2] >= 'a' && code[2] <= 'z'));

	/* alone it is no identifier: there is nothing it could identify */
	if (modifier && code[0] == ']') {
		*ret_len = len - 3;
		return code + 3;
	}
	*ret_len = len;
	return code;
}
