/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/file.h"
#include "journal/file.h"
#include "journal/journal.h"

#include "base/poison.h"

#define MARK_MAGIC 0x314d4648u /* "HFM1" */
#define MARK_CLEAR_BYTES 16u
#define MARK_BYTES (MARK_CLEAR_BYTES + HASH_BYTES)
#define MARK_NAME "watermark"

static enum rc
mark_open(const char *dir, bool write, int *ret_fd, char path[PATH_BYTES],
	struct err *reterr)
{
	uint64_t size = 0;
	enum rc rc;

	if (path_join(path, PATH_BYTES, dir, MARK_NAME) != RC_OK) {
		return err_set(reterr, RC_RANGE, 0, "watermark",
			"the path of the journal is too long: %s", dir);
	}
	rc = fd_open(path, write, ret_fd, &size, reterr);
	if (rc == RC_NOTFOUND && write) {
		rc = fd_create(path, ret_fd, reterr);
	}
	return rc;
}

enum rc
watermark_write(const char *dir, uint64_t sequence, struct err *reterr)
{
	uint8_t out[MARK_BYTES];
	char path[PATH_BYTES];
	struct wr w;
	int fd = -1;
	enum rc rc = mark_open(dir, true, &fd, path, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	wr_init(&w, out, sizeof(out));
	wr_u32le(&w, MARK_MAGIC);
	wr_u32le(&w, 0);
	wr_u64le(&w, sequence);
	sha256(out + MARK_CLEAR_BYTES, out, MARK_CLEAR_BYTES);
	rc = file_pwrite(fd, out, sizeof(out), 0, path, reterr);
	fd_close(fd);
	return rc;
}

uint64_t
watermark_read(const char *dir)
{
	uint8_t in[MARK_BYTES];
	uint8_t hash[HASH_BYTES];
	char path[PATH_BYTES];
	struct rd r;
	size_t n = 0;
	int fd = -1;

	if (mark_open(dir, false, &fd, path, NULL) != RC_OK) {
		return 0;
	}
	if (file_pread(fd, in, sizeof(in), 0, path, &n, NULL) != RC_OK) {
		n = 0;
	}
	fd_close(fd);
	if (n != sizeof(in)) {
		return 0;
	}
	sha256(hash, in, MARK_CLEAR_BYTES);
	rd_init(&r, in, sizeof(in));
	if (memcmp(hash, in + MARK_CLEAR_BYTES, sizeof(hash)) != 0 ||
		rd_u32le(&r) != MARK_MAGIC || rd_u32le(&r) != 0) {
		return 0;
	}
	return rd_u64le(&r);
}
