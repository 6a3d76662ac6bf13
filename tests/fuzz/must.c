/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

#include "base/poison.h"

void
fuzz_must(int good, const char *what)
{
	if (!good) {
		(void)fprintf(stderr, "# it must be that %s\n", what);
		abort();
	}
}
