/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_PIN_H
#define HUB_PIN_H

#include <stddef.h>

#include "base/err.h"

#define PIN_BYTES 64

/** pin_of(pem, n, ret, reterr): "sha256//BASE64" of the first certificate's
 * SubjectPublicKeyInfo, as curl's CURLOPT_PINNEDPUBLICKEY takes it.  RC_PROTO
 * it is no certificate. */
MUST_CHECK enum rc pin_of(const char *pem, size_t n, char ret[PIN_BYTES],
	struct err *reterr);

#endif
