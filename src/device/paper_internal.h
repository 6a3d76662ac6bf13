/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_PAPER_INTERNAL_H
#define DEVICE_PAPER_INTERNAL_H

#include "device/paper.h"

/**
 * paper_internal - what the languages share.
 */

/** paper_put_text(p, s, len): text in exactly as many columns as it has cells,
 * with the pages it needs. */
void paper_put_text(struct paper *p, const char *s, size_t len);

/** The widest module that fits the paper, 0 none does: of a bar code of n
 * signs, 2 or 3; of a QR code of n bytes at level M with its quiet zone, 2 to
 * 6. */
unsigned paper_module(const struct paper *p, enum paper_symbol kind, size_t n);
unsigned paper_qr_module(const struct paper *p, size_t n);

#endif
