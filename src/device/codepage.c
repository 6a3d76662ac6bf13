/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "device/codepage_internal.h"

#include "base/poison.h"

_Static_assert(CODEPAGE_PLAIN_MAX == TEXT_DECOMPOSE_MAX, "one size");

const struct codepage *
codepage_find(const char *name)
{
	for (size_t i = 0; i < codepage_n; i++) {
		if (strcmp(codepage_table[i].name, name) == 0) {
			return &codepage_table[i];
		}
	}
	return NULL;
}

int
codepage_byte(const struct codepage *page, int32_t cp)
{
	if (cp >= 0x20 && cp < 0x7f) {
		return cp;
	}
	if (cp < 0x80) {
		return -1;
	}
	for (int i = 0; i < 128; i++) {
		if (page->high[i] == cp) {
			return 128 + i;
		}
	}
	return -1;
}

size_t
codepage_plain(int32_t cp, int32_t out[CODEPAGE_PLAIN_MAX])
{
	return text_plain(cp, out);
}
