/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_META_H
#define HUB_META_H

#include "hub/hub.h"

/** hub/meta - what a hub says of itself to whoever asks.  Handlers. */

/** GET /.well-known/holdfast: who it is and its keys (RFC 8615). */
enum rc meta_identity(struct request *q, struct answer *a, struct err *reterr);
/** GET /healthz: 200 while a database answers, else 503. */
enum rc meta_health(struct request *q, struct answer *a, struct err *reterr);
/** GET /metrics: from this machine. */
enum rc meta_metrics(struct request *q, struct answer *a, struct err *reterr);

#endif
