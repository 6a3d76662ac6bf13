/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <config.h> /* the build's, not register/config.h */
/* clang-format on */

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "journal/journal.h"
#include "journal/segment.h"
#include "register/shop_internal.h"

#include "base/poison.h"

/* The header of a segment says which one it is; a copy under another name
 * belongs to nobody and readers pass it over. */
static bool
is_alien(const char *dir, const char *name)
{
	uint8_t block[JOURNAL_BLOCK_BYTES];
	char path[PATH_BYTES];
	struct seg_name want;
	struct seg_head head;
	bool alien = false;
	size_t n = 0;
	int fd;

	if (!seg_name_parse(name, &want) ||
		path_join(path, sizeof(path), dir, name) != RC_OK) {
		return false;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	if (file_pread(fd, block, sizeof(block), 0, path, &n, NULL) == RC_OK &&
		n == sizeof(block) && seg_head_read(block, &head) == SEG_GOOD) {
		alien = head.number != want.number ||
			head.epoch != want.epoch ||
			memcmp(head.reg, want.reg, UUID_BYTES) != 0;
	}
	(void)close(fd);
	return alien;
}

bool
verify_find_alien(const char *dir, char *ret_name, size_t cap)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	struct sbuf b;
	bool found = false;

	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one process, no threads */
	while (d != NULL && !found && (e = readdir(d)) != NULL) {
		found = is_alien(dir, e->d_name);
		if (found) {
			sbuf_init(&b, ret_name, cap);
			sbuf_puts(&b, e->d_name);
		}
	}
	if (d != NULL) {
		(void)closedir(d);
	}
	return found;
}
