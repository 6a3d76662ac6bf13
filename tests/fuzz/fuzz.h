/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/**
 * fuzz - a target is one file tests/fuzz/fuzz_NAME.c with this function, one
 * line in tests/fuzz/local.mk and its inputs in tests/fuzz/corpus/NAME.
 *
 * `make check` plays every input of the corpus, cut and bent in ways that are
 * the same on every machine (main.c); `make fuzz` lets libFuzzer look for new
 * ones.  A target holds what must be true whatever comes in by fuzz_must().
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** fuzz_must(good, what): ends the program in words when it is not so. */
void fuzz_must(int good, const char *what);

#endif
