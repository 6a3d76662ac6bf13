/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/stale.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"

#include "base/poison.h"

#define PROBES 64u

struct slot {
	uint8_t id[INDEX_BYTES];
	int64_t until_s; /* 0 free */
};

struct stale {
	pthread_mutex_t lock;
	struct slot slot[STALE_SLOTS];
};

enum rc
stale_new(struct stale **ret, struct err *reterr)
{
	struct stale *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "stale_new",
			"no memory for the requests that were seen");
	}
	(void)pthread_mutex_init(&s->lock, NULL);
	*ret = s;
	return RC_OK;
}

void
stale_free(struct stale *s)
{
	if (s != NULL) {
		(void)pthread_mutex_destroy(&s->lock);
		free(s);
	}
}

enum rc
stale_add(struct stale *s, const char *keyid,
	const uint8_t nonce[HTTP_SIG_NONCE_BYTES], int64_t created,
	int64_t now_s)
{
	struct sha256_state sha;
	uint8_t hash[HASH_BYTES];
	struct slot *room = NULL;
	enum rc rc = RC_BUSY;
	uint32_t at;

	sha256_start(&sha);
	sha256_add(&sha, keyid, strlen(keyid));
	sha256_add(&sha, nonce, HTTP_SIG_NONCE_BYTES);
	sha256_end(&sha, hash);
	memcpy(&at, hash + INDEX_BYTES, sizeof(at));
	(void)pthread_mutex_lock(&s->lock);
	for (uint32_t i = 0; i < PROBES; i++) {
		struct slot *k = &s->slot[(at + i) % STALE_SLOTS];

		if (k->until_s >= now_s &&
			memcmp(k->id, hash, INDEX_BYTES) == 0) {
			rc = RC_EXISTS;
			room = NULL;
			break;
		}
		if (k->until_s < now_s && room == NULL) {
			room = k;
		}
	}
	if (room != NULL) {
		memcpy(room->id, hash, INDEX_BYTES);
		room->until_s = created + HTTP_SIG_SKEW_S;
		rc = RC_OK;
	}
	(void)pthread_mutex_unlock(&s->lock);
	return rc;
}
