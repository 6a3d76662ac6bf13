/* SPDX-License-Identifier: Apache-2.0 */
#include "base/keys_internal.h"
#include "base/signs.h"

#include "base/poison.h"

_Static_assert(SIGNS_TEXT(KEY_BYTES) <= KEYS_RECOVERY_TEXT, "room for 13");

void
words_put(const uint8_t key[KEY_BYTES], char out[KEYS_RECOVERY_TEXT])
{
	signs_put(key, KEY_BYTES, out);
}

enum rc
words_get(const char *text, size_t len, uint8_t key[KEY_BYTES],
	struct err *reterr)
{
	return signs_get(text, len, "the recovery key", key, KEY_BYTES, reterr);
}
