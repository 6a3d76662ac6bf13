/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

/**
 * attr - the only place for compiler attributes and function-like macros.
 */
#define MUST_CHECK __attribute__((warn_unused_result))
#define NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))
#define PRINTF(a, b) __attribute__((format(printf, a, b)))
#define NORETURN __attribute__((noreturn))
#define FALLTHROUGH __attribute__((fallthrough))
#define TARGET(isa) __attribute__((target(isa)))

#if defined(__GNUC__) && !defined(__clang__)
#define READS(p, n) __attribute__((access(read_only, p, n)))
#define WRITES(p, n) __attribute__((access(write_only, p, n)))
#define OWNED_BY(fn) __attribute__((malloc(fn, 1)))
#else
#define READS(p, n)
#define WRITES(p, n)
#define OWNED_BY(fn)
#endif

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
