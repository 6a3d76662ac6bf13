/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_TLS_H
#define HUB_TLS_H

#include "base/clock.h"
#include "base/err.h"

/**
 * hub/tls - a certificate for a shop that has nobody to sign one: a key on
 * P-256 and a certificate over itself.  Tills do not ask who signed it; they
 * keep what its public key is, as the hub's own key vouches for it.
 */

/** tls_make(cert, key, name, now, reterr): both files as PEM, the key 0600,
 * for ten years, for ${name} (a host's name or address) and this machine.  A
 * key that is there already stays: tills know it.  RC_CORRUPT it is none. */
MUST_CHECK enum rc tls_make(const char *cert, const char *key,
	const char *name, struct utc now, struct err *reterr);

#endif
