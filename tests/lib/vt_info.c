/* SPDX-License-Identifier: Apache-2.0 */
/* By itself: <term.h> makes macros of plain words. */
#include "vt_info.h"

#include <curses.h>
#include <stdint.h>
#include <stdlib.h>
#include <term.h>
#include <unistd.h>

const char *
info_string(const char *cap)
{
	static bool begun;
	char name[16];
	const char *s;
	size_t i;
	int bad = 0;

	if (!begun) {
		(void)setupterm(NULL, STDOUT_FILENO, &bad);
		begun = true;
	}
	if (cur_term == NULL) {
		return NULL;
	}
	for (i = 0; i + 1 < sizeof(name) && cap[i] != '\0'; i++) {
		name[i] = cap[i];
	}
	name[i] = '\0';
	s = tigetstr(name);
	/* -1 as a pointer: no string of this name */
	return (intptr_t)s == -1 ? NULL : s;
}
