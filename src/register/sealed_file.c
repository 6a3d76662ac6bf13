/* SPDX-License-Identifier: Apache-2.0 */
#include "register/sealed_file.h"

#include <assert.h>
#include <string.h>

#include "base/file.h"

#include "base/poison.h"

#define BLOCK_BYTES ((size_t)4096)
#define WHAT_BYTES 16
#define AD_BYTES (WHAT_BYTES + 1 + UUID_BYTES + 4)

/* Returns its length. */
static size_t
make_ad(uint8_t ad[AD_BYTES], const struct sealed_as *as, uint32_t number)
{
	static const uint8_t none[UUID_BYTES];
	struct wr w;

	wr_init(&w, ad, AD_BYTES);
	wr_bytes(&w, as->what, strlen(as->what));
	wr_u8(&w, as->format);
	wr_bytes(&w, number == 0 ? none : as->id, UUID_BYTES);
	wr_u32le(&w, number);
	assert(wr_ok(&w));
	return w.len;
}

void
sealed_put(const struct sealed_as *as, const struct rng *rng, struct wr *w,
	uint32_t number, const uint8_t *plain, size_t n)
{
	uint8_t ad[AD_BYTES], sealed[SEALED_PLAIN_MAX + SEAL_BYTES];
	size_t n_ad = make_ad(ad, as, number);

	assert(n <= SEALED_PLAIN_MAX);
	crypto_seal(as->key, rng, ad, n_ad, plain, n, sealed);
	wr_u32le(w, (uint32_t)(n + SEAL_BYTES));
	wr_bytes(w, sealed, n + SEAL_BYTES);
}

bool
sealed_first(
	const uint8_t *plain, size_t n, uint8_t format, uint8_t id[UUID_BYTES])
{
	const uint8_t *p;
	struct rd r;
	uint8_t said;

	rd_init(&r, plain, n);
	said = rd_u8(&r);
	p = rd_bytes(&r, UUID_BYTES);
	if (said != format || !rd_end(&r)) {
		return false;
	}
	memcpy(id, p, UUID_BYTES);
	return true;
}

size_t
sealed_block_end(size_t at)
{
	return (at + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
}

bool
sealed_next(struct sealed_walk *k, const struct sealed_as *as, uint8_t *plain,
	size_t cap, size_t *ret_n)
{
	uint8_t ad[AD_BYTES];
	const uint8_t *sealed;
	size_t at = k->at;
	struct rd r;
	uint32_t n;

	rd_init(&r, k->p + at, k->n - at);
	n = rd_u32le(&r);
	if (n == 0 && sealed_block_end(at) < k->n) {
		at = sealed_block_end(at);
		rd_init(&r, k->p + at, k->n - at);
		n = rd_u32le(&r);
	}
	if (n < SEAL_BYTES || n > cap + SEAL_BYTES) {
		return false;
	}
	sealed = rd_bytes(&r, n);
	if (sealed == NULL) {
		return false;
	}
	if (crypto_open(as->key, ad, make_ad(ad, as, k->number), sealed, n,
		    plain) != RC_OK) {
		return false;
	}
	*ret_n = n - SEAL_BYTES;
	k->number++;
	k->at = at + SEALED_BYTES(*ret_n);
	return true;
}

static enum rc
sync_name(const char *path, struct err *reterr)
{
	char dir[PATH_BYTES];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	if (n == 0) {
		return file_sync_dir(slash == NULL ? "." : "/", reterr);
	}
	assert(n < sizeof(dir)); /* who opened the file looked */
	memcpy(dir, path, n);
	dir[n] = '\0';
	return file_sync_dir(dir, reterr);
}

enum rc
sealed_sync(int fd, const char *path, bool named, struct err *reterr)
{
	enum rc rc = file_sync(fd, path, reterr);

	return rc == RC_OK && named ? sync_name(path, reterr) : rc;
}
