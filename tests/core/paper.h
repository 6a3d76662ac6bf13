/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CORE_PAPER_H
#define TESTS_CORE_PAPER_H

/** paper_same(name, got): got is tests/core/golden/NAME.txt to the byte; with
 * GOLDEN_WRITE in the environment it becomes that, to be looked at. */
void paper_same(const char *name, const char *got);

#endif
