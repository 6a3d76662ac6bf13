/* SPDX-License-Identifier: Apache-2.0 */
#include "main/ring_weight.h"

#include <string.h>

#include "base/parse.h"

#include "base/poison.h"

bool
ring_weight(const char *text, struct input *ret)
{
	size_t n = strcspn(text, " ");
	int64_t grams = 0;

	memset(ret, 0, sizeof(*ret));
	ret->kind = INPUT_WEIGHT;
	ret->text = text[n] == ' ' ? text + n + 1 : "";
	ret->len = strlen(ret->text);
	if (parse_i64(text, n, -INT32_MAX, INT32_MAX, &grams) != RC_OK ||
		(text[n] == ' ' && strcmp(ret->text, "unstable") != 0 &&
			strcmp(ret->text, "net") != 0)) {
		return false;
	}
	ret->arg = (int)grams;
	return true;
}
