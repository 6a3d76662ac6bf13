/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/keys_internal.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define WAIT_US (INT64_C(10) * 1000000)
#define CREDENTIAL_MAX 65536u

/* Where the system keeps sealed ones, and where the program is; nobody's PATH
 * decides who sees a key. */
static const char *const stores[] = {"/etc/credstore.encrypted",
	"/run/credstore.encrypted", "/usr/lib/credstore.encrypted"};
static const char *const programs[] = {
	"/usr/bin/systemd-creds", "/bin/systemd-creds"};

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* To the end, or until nobody waits any longer. */
static enum rc
drain(int fd, int64_t until, uint8_t *out, size_t cap, size_t *ret_n)
{
	struct clock real = clock_system();
	size_t n = 0;

	while (n < cap) {
		int64_t left = until - clock_read(&real).mono.us;
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t got;

		if (left <= 0) {
			return RC_AGAIN;
		}
		if (poll(&p, 1, (int)(left / 1000) + 1) <= 0) {
			continue;
		}
		got = read(fd, out + n, cap - n);
		if (got == 0) {
			*ret_n = n;
			return RC_OK;
		}
		if (got < 0 && errno != EINTR) {
			return RC_IO;
		}
		n += got > 0 ? (size_t)got : 0;
	}
	return RC_RANGE;
}

static int
reap(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return status;
}

static int
spawn(const char *program, char *argv[], int out, pid_t *ret)
{
	char lang[] = "LC_ALL=C", path[] = "PATH=/usr/bin:/bin";
	char *env[] = {lang, path, NULL};
	posix_spawn_file_actions_t act;
	posix_spawnattr_t attr;
	sigset_t all;
	int code = posix_spawn_file_actions_init(&act);

	if (code != 0) {
		return code;
	}
	code = posix_spawnattr_init(&attr);
	if (code == 0) {
		(void)sigfillset(&all);
		(void)posix_spawnattr_setsigdefault(&attr, &all);
		(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
		code = posix_spawn_file_actions_addopen(
			&act, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	}
	if (code == 0) {
		code = posix_spawn_file_actions_adddup2(
			&act, out, STDOUT_FILENO);
	}
	if (code == 0) {
		code = posix_spawn_file_actions_addopen(
			&act, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	}
	if (code == 0) {
		code = posix_spawn(ret, program, &act, &attr, argv, env);
	}
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&act);
	return code;
}

/* systemd-creds decrypt --name=NAME FILE -, its answer through a pipe. */
static enum rc
decrypt(const char *program, const char *file, uint8_t *out, size_t *ret_n,
	struct err *reterr)
{
	struct clock real = clock_system();
	char name[PATH_BYTES + 8], path[PATH_BYTES];
	char verb[] = "decrypt", dash[] = "-", word[] = "systemd-creds";
	char *argv[] = {word, verb, name, path, dash, NULL};
	int64_t until = clock_read(&real).mono.us + WAIT_US;
	int fd[2], status;
	struct sbuf b;
	pid_t pid;
	enum rc rc;

	sbuf_init(&b, name, sizeof(name));
	sbuf_printf(&b, "--name=%s", name_of(file));
	sbuf_init(&b, path, sizeof(path));
	sbuf_puts(&b, file);
	if (pipe2(fd, O_CLOEXEC) != 0) {
		return err_set(reterr, RC_IO, errno, "keys", "%s cannot be run",
			program);
	}
	status = spawn(program, argv, fd[1], &pid);
	(void)close(fd[1]);
	if (status != 0) {
		(void)close(fd[0]);
		return err_set(reterr, RC_IO, status, "keys",
			"%s cannot be run", program);
	}
	rc = drain(fd[0], until, out, CREDENTIAL_MAX, ret_n);
	(void)close(fd[0]);
	if (rc != RC_OK) {
		(void)kill(pid, SIGKILL);
	}
	status = reap(pid);
	if (rc == RC_AGAIN) {
		return err_set(reterr, RC_KEY, 0, "keys",
			"systemd-creds did not open %s within 10 seconds: try "
			"it by hand",
			file);
	}
	if (rc != RC_OK || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		return err_set(reterr, RC_KEY, 0, "keys",
			"systemd-creds does not open %s on this machine: it was "
			"sealed on another one, or root must ask",
			file);
	}
	return RC_OK;
}

/* The file it lies in sealed, and the program. */
static enum rc
open_sealed(const char *given, uint8_t *out, size_t *ret_n, struct err *reterr)
{
	char path[PATH_BYTES];
	const char *file = strchr(given, '/') != NULL ? given : NULL;
	const char *program = NULL;

	for (size_t i = 0; i < ARRAY_LEN(stores) && file == NULL; i++) {
		if (path_join(path, sizeof(path), stores[i], given) == RC_OK &&
			access(path, F_OK) == 0) {
			file = path;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(programs) && program == NULL; i++) {
		program = access(programs[i], X_OK) == 0 ? programs[i] : NULL;
	}
	if (file == NULL || access(file, R_OK) != 0) {
		return err_set(reterr, RC_KEY, 0, "keys",
			"the credential %s was not handed to this unit and is "
			"not in /etc/credstore.encrypted: name its file with "
			"--key-credential",
			given);
	}
	if (program == NULL) {
		return err_set(reterr, RC_KEY, 0, "keys",
			"the credential %s needs systemd-creds, which is not "
			"on this machine: install systemd",
			given);
	}
	return decrypt(program, file, out, ret_n, reterr);
}

/* What systemd laid ready for the unit, in memory that is not swapped. */
static enum rc
read_handed(const char *given, uint8_t *out, size_t *ret_n, struct err *reterr)
{
	/* one process, no threads */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_BYTES];
	enum rc rc;
	int fd;

	if (dir == NULL || dir[0] != '/' ||
		path_join(path, sizeof(path), dir, name_of(given)) != RC_OK) {
		return RC_NOTFOUND;
	}
	fd = file_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) {
		return RC_NOTFOUND;
	}
	rc = file_pread(fd, out, CREDENTIAL_MAX, 0, path, ret_n, reterr);
	(void)close(fd);
	return rc;
}

enum rc
keys_credential(
	const char *given, uint8_t device[KEY_BYTES], struct err *reterr)
{
	uint8_t *p = crypto_secret_new(CREDENTIAL_MAX);
	size_t n = 0;
	enum rc rc;

	if (p == NULL) {
		return keys_no_memory(reterr);
	}
	rc = read_handed(given, p, &n, reterr);
	if (rc == RC_NOTFOUND) {
		rc = open_sealed(given, p, &n, reterr);
	}
	if (rc == RC_OK && (n < KEYS_MATERIAL_MIN || n >= CREDENTIAL_MAX)) {
		rc = err_set(reterr, RC_KEY, 0, "keys",
			"the credential %s must hold 32 bytes to 64 KiB",
			name_of(given));
	}
	if (rc == RC_OK) {
		keys_device_hash(p, n, device);
	}
	crypto_secret_free(p);
	return rc;
}
