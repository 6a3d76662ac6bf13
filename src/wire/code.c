/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/code.h"

#include <string.h>

#include "base/crypto.h"
#include "base/signs.h"

#include "base/poison.h"

#define CODE_BYTES (1 + CODE_SECRET_BYTES + CODE_PIN_BYTES)
_Static_assert(SIGNS_TEXT(CODE_BYTES) <= CODE_TEXT_BYTES, "room for a code");

void
code_format(const struct code *c, char ret[CODE_TEXT_BYTES])
{
	uint8_t all[CODE_BYTES];

	all[0] = c->part;
	memcpy(all + 1, c->secret, CODE_SECRET_BYTES);
	memcpy(all + 1 + CODE_SECRET_BYTES, c->pin, CODE_PIN_BYTES);
	signs_put(all, sizeof(all), ret);
	crypto_wipe(all, sizeof(all));
}

enum rc
code_parse(const char *text, size_t len, struct code *ret, struct err *reterr)
{
	uint8_t all[CODE_BYTES];
	enum rc rc = signs_get(text, len, "the code", all, sizeof(all), reterr);

	if (rc == RC_OK) {
		ret->part = all[0];
		memcpy(ret->secret, all + 1, CODE_SECRET_BYTES);
		memcpy(ret->pin, all + 1 + CODE_SECRET_BYTES, CODE_PIN_BYTES);
	}
	crypto_wipe(all, sizeof(all));
	return rc;
}
