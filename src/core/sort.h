/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_SORT_H
#define CORE_SORT_H

#include <stddef.h>
#include <stdint.h>

/** sort - put numbers (places of things in a table) into order.  Stable, and
 * the same steps for the same input, in n log n; the room is the caller's. */

/** Below 0 when a comes before b, above when behind it. */
typedef int (*sort_compare_fn)(uint32_t a, uint32_t b, const void *arg);

/** sort_run(idx, n, room, compare, arg): sort idx[n]; room[n] is for it. */
void sort_run(uint32_t idx[], size_t n, uint32_t room[],
	sort_compare_fn compare, const void *arg);

#endif
