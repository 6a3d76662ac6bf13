/* SPDX-License-Identifier: Apache-2.0 */
#include <utf8proc.h>

#include "base/text.h"

#include "base/poison.h"

/* Blocks of scripts that are written without blanks between words. */
static const struct {
	int32_t from, to;
} unspaced[] = {
	{0x0E00, 0x0EFF},   /* Thai, Lao */
	{0x1000, 0x109F},   /* Burmese */
	{0x1780, 0x17FF},   /* Khmer */
	{0x1950, 0x19DF},   /* Tai Le, New Tai Lue */
	{0x1A20, 0x1AAF},   /* Tai Tham */
	{0x2E80, 0x2FDF},   /* Han radicals */
	{0x3005, 0x3007},   /* Han iteration mark, closing mark, zero */
	{0x3021, 0x3029},   /* Hangzhou numerals */
	{0x3038, 0x30FF},   /* Hiragana, Katakana */
	{0x31F0, 0x31FF},   /* Katakana extensions */
	{0x3400, 0x4DBF},   /* Han */
	{0x4E00, 0x9FFF},   /* Han */
	{0xA9E0, 0xA9FF},   /* Burmese */
	{0xAA60, 0xAA7F},   /* Burmese */
	{0xF900, 0xFAFF},   /* Han, compatibility */
	{0xFF66, 0xFF9F},   /* Katakana, half wide */
	{0x1AFF0, 0x1B16F}, /* Kana */
	{0x20000, 0x3FFFF}, /* Han */
};

static bool
is_unspaced(int32_t cp)
{
	for (size_t i = 0; i < ARRAY_LEN(unspaced); i++) {
		if (cp < unspaced[i].from) {
			return false;
		}
		if (cp <= unspaced[i].to) {
			return true;
		}
	}
	return false;
}

static enum text_class
class_of_ascii(int32_t cp)
{
	if ((cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z')) {
		return TEXT_CLASS_LETTER;
	}
	return cp >= '0' && cp <= '9' ? TEXT_CLASS_DIGIT : TEXT_CLASS_OTHER;
}

enum text_class
text_class_of(int32_t cp)
{
	if (cp < 0x80) {
		return class_of_ascii(cp);
	}
	switch ((int)utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_NL:
		return is_unspaced(cp) ? TEXT_CLASS_PAIR : TEXT_CLASS_LETTER;
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NO:
		return TEXT_CLASS_DIGIT;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return TEXT_CLASS_MARK;
	default:
		return TEXT_CLASS_OTHER;
	}
}
