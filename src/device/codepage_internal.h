/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_CODEPAGE_INTERNAL_H
#define DEVICE_CODEPAGE_INTERNAL_H

#include "base/attr.h"
#include "device/codepage.h"

extern const struct codepage codepage_table[];
extern const size_t codepage_n;

#endif
