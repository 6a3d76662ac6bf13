/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "store/catalog_internal.h"

#include "base/poison.h"

/* A scan's own page comes behind no more than this on a slow disk. */
#define STEP_BYTES ((off_t)1 << 20)
/* A machine that is short of memory has better use for it. */
#define MEMORY_PARTS 4

/* Whether what was asked for last has come; a file system that does not say is
 * believed to be quick. */
static bool
has_come(int fd, off_t end)
{
	char byte;
	struct iovec v = {&byte, 1};

	return preadv2(fd, &v, 1, end - 1, RWF_NOWAIT) >= 0 || errno != EAGAIN;
}

bool
catalog_warm(struct catalog *c, uint64_t *at)
{
	off_t from = (off_t)*at;
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
	struct stat st;
	mdb_filehandle_t fd;

	if (c->gen.env == NULL ||
		mdb_env_get_fd(c->gen.env, &fd) != MDB_SUCCESS ||
		fstat(fd, &st) != 0 || from >= st.st_size || pages <= 0 ||
		size <= 0 || st.st_size / size > pages / MEMORY_PARTS) {
		return false;
	}
	if (from > 0 && !has_come(fd, from)) {
		return true;
	}
	if (posix_fadvise(fd, from, STEP_BYTES, POSIX_FADV_WILLNEED) != 0) {
		return false;
	}
	*at += (uint64_t)STEP_BYTES;
	return (off_t)*at < st.st_size;
}
