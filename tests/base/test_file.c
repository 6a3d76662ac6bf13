/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "gen.h"

static char top[64];
static char path[128];

static int
setup(void **state)
{
	(void)state;
	memcpy(top, "/tmp/hf-file.XXXXXX", 20);
	if (mkdtemp(top) == NULL) {
		return 1;
	}
	(void)snprintf(path, sizeof(path), "%s/f", top);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(top);
}

static size_t
count_names(void)
{
	DIR *d = opendir(top);
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL) {
		n++;
	}
	(void)closedir(d);
	return n - 2;
}

static void
test_save_and_load(void **state)
{
	static uint8_t big[200000];
	struct err e = {0};
	struct stat st;
	uint8_t *p = NULL;
	size_t n = 99;

	(void)state;
	assert_int_equal(file_load(path, 10, &p, &n, &e), RC_NOTFOUND);
	assert_non_null(strstr(e.msg, path));
	memset(big, 'b', sizeof(big));
	assert_int_equal(file_save(path, big, sizeof(big), 0600, &e), RC_OK);
	assert_int_equal(file_load(path, sizeof(big), &p, &n, &e), RC_OK);
	assert_int_equal(n, sizeof(big));
	assert_memory_equal(p, big, n);
	assert_int_equal(p[n], 0);
	free(p);
	p = NULL;
	assert_int_equal(
		file_load(path, sizeof(big) - 1, &p, &n, &e), RC_RANGE);
	assert_null(p);
	assert_int_equal(file_save(path, "new", 3, 0640, &e), RC_OK);
	assert_int_equal(file_load(path, 3, &p, &n, &e), RC_OK);
	assert_string_equal((char *)p, "new");
	free(p);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(count_names(), 1);
	assert_int_equal(file_save(path, "", 0, 0600, &e), RC_OK);
	assert_int_equal(file_load(path, 3, &p, &n, &e), RC_OK);
	assert_int_equal(n, 0);
	free(p);
	/* not a regular size: /proc says 0 and holds more */
	assert_int_equal(
		file_load("/proc/self/status", 65536, &p, &n, &e), RC_OK);
	assert_true(n > 100);
	free(p);
	assert_int_equal(
		file_load("/proc/self/status", 100, &p, &n, &e), RC_RANGE);
	assert_int_equal(file_load(top, 100, &p, &n, &e), RC_IO);
}

static void
test_save_refused(void **state)
{
	char other[200];
	char longer[PATH_BYTES + 10];
	struct err e = {0};

	(void)state;
	assert_int_equal(file_save(path, "old", 3, 0600, &e), RC_OK);
	(void)snprintf(other, sizeof(other), "%s/none/f", top);
	assert_int_equal(file_save(other, "x", 1, 0600, &e), RC_NOTFOUND);
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(file_save(longer, "x", 1, 0600, &e), RC_RANGE);
	/* over a directory: the rename fails and nothing is left behind */
	assert_int_not_equal(file_save(top, "x", 1, 0600, &e), RC_OK);
	assert_int_equal(count_names(), 1);
	assert_int_equal(file_save("/dev/full/x", "x", 1, 0600, &e), RC_IO);
}

static void
test_transfer(void **state)
{
	struct err e = {0};
	char buf[8];
	size_t n = 0;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0 && full >= 0);
	assert_int_equal(file_pwrite(fd, "hello", 5, 3, path, &e), RC_OK);
	assert_int_equal(file_pread(fd, buf, 8, 3, path, &n, &e), RC_OK);
	assert_int_equal(n, 5);
	assert_memory_equal(buf, "hello", 5);
	assert_int_equal(file_pread(fd, buf, 2, 0, path, &n, &e), RC_OK);
	assert_int_equal(n, 2);
	assert_int_equal(file_pread(fd, buf, 2, 99, path, &n, &e), RC_OK);
	assert_int_equal(n, 0);
	assert_int_equal(file_sync(fd, path, &e), RC_OK);
	assert_int_equal(file_sync_dir(top, &e), RC_OK);
	assert_int_equal(
		file_pwrite(full, "x", 1, 0, "/dev/full", &e), RC_NOSPC);
	assert_non_null(strstr(e.msg, "/dev/full"));
	(void)close(fd);
	(void)close(full);
	assert_int_equal(file_pread(fd, buf, 2, 0, path, &n, &e), RC_IO);
	assert_int_equal(file_pwrite(fd, buf, 2, 0, path, &e), RC_IO);
	assert_int_equal(file_sync(fd, path, &e), RC_IO);
	assert_int_not_equal(file_sync_dir(path, &e), RC_OK);
}

static void
test_lock(void **state)
{
	struct err e = {0};
	int fd = -1;
	int fd2 = -1;
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(file_lock(path, &fd, &e), RC_OK);
	assert_int_equal(file_lock(path, &fd2, &e), RC_BUSY);
	assert_non_null(strstr(e.msg, path));
	assert_int_equal(fd2, -1);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		_exit(file_lock(path, &fd2, NULL) == RC_BUSY ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	(void)close(fd);
	assert_int_equal(file_lock(path, &fd2, &e), RC_OK);
	(void)close(fd2);
	assert_int_not_equal(file_lock(top, &fd2, &e), RC_OK);
}

static void
test_join(void **state)
{
	char out[8];

	(void)state;
	assert_int_equal(path_join(out, 8, "ab", "cd"), RC_OK);
	assert_string_equal(out, "ab/cd");
	assert_int_equal(path_join(out, 8, "ab/", "cd"), RC_OK);
	assert_string_equal(out, "ab/cd");
	assert_int_equal(path_join(out, 8, "/", "cd"), RC_OK);
	assert_string_equal(out, "/cd");
	assert_int_equal(path_join(out, 8, "abc", "def"), RC_OK);
	assert_int_equal(path_join(out, 8, "abcd", "def"), RC_RANGE);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_save_and_load),
		T(test_save_refused), T(test_transfer), T(test_lock),
		T(test_join)};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
