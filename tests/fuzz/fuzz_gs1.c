/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a scanner sends is a code, a symbol that is whole, or refused. */
#include <string.h>

#include "fuzz.h"
#include "register/symbol.h"

#include "base/poison.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config c;
	struct symbol s, again;
	int64_t grams = 0;
	enum symbol_kind kind;

	memcpy(c.scan_separator, "{GS}", 5);
	kind = symbol_read(&c, (const char *)data, size, 2026, &s);
	fuzz_must(memchr(s.code, '\0', sizeof(s.code)) != NULL,
		"a code ends within its room");
	if (kind == SYMBOL_DAMAGED) {
		fuzz_must(s.why != NULL && s.why[0] != '\0', "it says why");
	}
	if (kind != SYMBOL_GS1) {
		return 0;
	}
	fuzz_must(s.gs1.n_field > 0 && s.gs1.n_field <= GS1_FIELDS,
		"a symbol says something");
	for (size_t i = 0; i < s.gs1.n_field; i++) {
		const struct gs1_field *f = &s.gs1.field[i];

		fuzz_must((size_t)f->at + f->len < sizeof(s.gs1.text) &&
				  s.gs1.text[f->at + f->len] == '\0',
			"a value lies within the text");
	}
	fuzz_must(
		s.gs1.gtin[0] == '\0' || (strlen(s.gs1.gtin) == 14 &&
						 code_check_ok(s.gs1.gtin, 14)),
		"a number of goods has its check digit");
	fuzz_must(!s.gs1.expires_there || (s.gs1.expires.month >= 1 &&
						  s.gs1.expires.month <= 12 &&
						  s.gs1.expires.day >= 1 &&
						  s.gs1.expires.day <= 31),
		"a day is one");
	if (gs1_grams(&s.gs1, &grams) == RC_OK) {
		fuzz_must(grams >= 0, "nothing weighs less than nothing");
	}
	(void)symbol_read(&c, (const char *)data, size, 2026, &again);
	fuzz_must(memcmp(&again.gs1, &s.gs1, sizeof(s.gs1)) == 0,
		"the same says the same");
	return 0;
}
