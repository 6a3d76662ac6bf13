/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MACHINE_H
#define BASE_MACHINE_H

#include "base/crypto.h"
#include "base/rng.h"

/** machine_here(reg, out): which machine this is, to one register: a hash of
 * machine-id(5) (or of the file that HOLDFAST_MACHINE_ID names; "" nothing)
 * and of the register's id; "" when it cannot be told. */
#define MACHINE_BYTES (2 * HASH_BYTES + 1)
void machine_here(const uint8_t reg[UUID_BYTES], char out[MACHINE_BYTES]);

#endif
