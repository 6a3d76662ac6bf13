/* SPDX-License-Identifier: Apache-2.0 */
/* killat N PROGRAM [ARG...]: runs a program and kills it (SIGKILL) as it enters
 * its Nth call of the system, whichever thread makes it; 0: never.  Prints how
 * many calls there were.  Exit status: the
 * program's; 137 it was killed. */
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"

#include "base/poison.h"

#define THREADS 64

/* Whether a thread is inside of a call: stops come in pairs. */
struct thread {
	pid_t id;
	int inside;
};

static struct thread *
find(struct thread t[THREADS], pid_t id)
{
	for (int i = 0; i < THREADS; i++) {
		if (t[i].id == id) {
			return &t[i];
		}
		if (t[i].id == 0) {
			t[i].id = id;
			return &t[i];
		}
	}
	return &t[0];
}

static int
follow(pid_t child, long long at, long long *ret_n)
{
	struct thread thread[THREADS] = {{0}};
	int status = 0;

	for (;;) {
		pid_t id = waitpid(-1, &status, __WALL);
		long signal_no = 0;

		if (id < 0) {
			return 1;
		}
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (id == child) {
				return WIFEXITED(status) ? WEXITSTATUS(status)
							 : 137;
			}
			continue;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			struct thread *t = find(thread, id);

			t->inside = !t->inside;
			if (t->inside && ++*ret_n == at) {
				(void)kill(child, SIGKILL);
				continue;
			}
		} else if (WSTOPSIG(status) != SIGTRAP &&
			   WSTOPSIG(status) != SIGSTOP) {
			signal_no = WSTOPSIG(status);
		}
		(void)ptrace(
			PTRACE_SYSCALL, id, NULL, (void *)(uintptr_t)signal_no);
	}
}

int
main(int argc, char *argv[])
{
	long long n = 0;
	int64_t at = 0;
	pid_t child;
	int status;
	int rv;

	if (argc < 3 || parse_i64(argv[1], strlen(argv[1]), 0, INT64_MAX,
				&at) != RC_OK) {
		return 2;
	}
	child = fork();
	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
			_exit(2);
		}
		(void)raise(SIGSTOP);
		(void)execv(argv[2], argv + 2);
		_exit(2);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		return 2;
	}
	if (ptrace(PTRACE_SETOPTIONS, child, NULL,
		    (void *)(uintptr_t)(PTRACE_O_TRACESYSGOOD |
					PTRACE_O_TRACECLONE |
					PTRACE_O_EXITKILL)) != 0) {
		return 2;
	}
	(void)ptrace(PTRACE_SYSCALL, child, NULL, NULL);
	rv = follow(child, at, &n);
	(void)printf("%lld\n", n);
	return rv;
}
