/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
/* clang-format on */

#include "paper.h"

#include "base/poison.h"

#define TEXT_BYTES 65536

void
paper_same(const char *name, const char *got)
{
	static char want[TEXT_BYTES];
	const char *top = getenv("top_srcdir");
	char path[1024];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/tests/core/golden/%s.txt",
		top != NULL ? top : ".", name);
	if (getenv("GOLDEN_WRITE") != NULL) {
		f = fopen(path, "we");
		assert_non_null(f);
		assert_int_equal(fputs(got, f) >= 0, 1);
		assert_int_equal(fclose(f), 0);
		return;
	}
	f = fopen(path, "re");
	if (f == NULL) {
		fail_msg("%s is not there", path);
	}
	n = fread(want, 1, sizeof(want) - 1, f);
	want[n] = '\0';
	assert_int_equal(fclose(f), 0);
	assert_string_equal(got, want);
}
