/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "store/store_internal.h"

#include "base/poison.h"

/* What a signal handler may read: a path made ready beforehand.  The one
 * mutable variable of this layer, written by store_guard() alone. */
static char suspect_path[PATH_BYTES];

int
store_mark_suspect(const char *path)
{
	static const char text[] = "a run died here\n";
	int fd;

	/* base/file.h formats messages; here only the bare calls are safe.  An
	 * empty mark says as much as a whole one, so what write says does not
	 * matter. */
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		return errno;
	}
	(void)!write(fd, text, sizeof(text) - 1);
	(void)close(fd);
	return 0;
}

static void
die_marked(int sig)
{
	(void)store_mark_suspect(suspect_path);
	/* SA_RESETHAND has put the default back: this ends the process, with
	 * its core and status as without us. */
	(void)raise(sig);
}

void
store_guard(const char *dir)
{
	static const int sigs[] = {SIGSEGV, SIGBUS, SIGABRT};
	struct sigaction sa;
	size_t i;

	if (path_join(suspect_path, sizeof(suspect_path), dir, STORE_SUSPECT) !=
		RC_OK) {
		return;
	}
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = die_marked;
	sa.sa_flags = (int)(SA_RESETHAND | SA_NODEFER);
	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < ARRAY_LEN(sigs); i++) {
		(void)sigaction(sigs[i], &sa, NULL);
	}
}
