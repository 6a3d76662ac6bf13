/* SPDX-License-Identifier: Apache-2.0 */
#include "main/worker_once.h"

#include <sys/wait.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define WORKER "holdfast-syncd"

static void
find_worker(char out[PATH_BYTES])
{
	/* one process, no threads */
	const char *named = getenv("HOLDFAST_SYNCD"); /* NOLINT */
	struct sbuf b;

	if (named == NULL && path_beside(out, PATH_BYTES, "/" WORKER)) {
		return;
	}
	sbuf_init(&b, out, PATH_BYTES);
	sbuf_puts(&b, named != NULL ? named : WORKER);
}

enum rc
worker_once(const char *dir, const char *key_file, const char *mode,
	int *ret_exit, struct err *reterr)
{
	char program[PATH_BYTES];
	int status = 0;
	pid_t pid;

	find_worker(program);
	pid = fork();
	if (pid == 0) {
		(void)execlp(program, WORKER, "--store", dir, mode,
			key_file != NULL ? "--worker-key-file" : (char *)NULL,
			key_file, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 127) {
		return err_set(reterr, RC_IO, 0, "worker",
			"the worker %s cannot be started: install it, then "
			"run this again",
			program);
	}
	*ret_exit = WEXITSTATUS(status);
	return RC_OK;
}
