/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_NETUP_H
#define SYNC_NETUP_H

#include <stdbool.h>

/** netup_open(): a descriptor that is readable when an address or a route of
 * this machine came or went (rtnetlink); -1 where the kernel tells nobody, and
 * time alone says when to try. */
int netup_open(void);
/** netup_came(fd): empties it.  True: something came, a cable say, and who
 * waits for a line may try now. */
bool netup_came(int fd);

#endif
