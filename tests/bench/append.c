/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The yardstick of the hub: lines appended to plain files, one a thread, a
 * batch and a flush at a time, and nothing else.
 *
 * usage: append DIRECTORY BATCH THREADS SECONDS [BYTES]
 * prints lines a second
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THREADS 64

struct file {
	pthread_t thread;
	char path[512];
	size_t batch, bytes;
	double end;
	uint64_t lines;
};

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *
run(void *arg)
{
	struct file *f = arg;
	size_t n = f->batch * f->bytes;
	char *p = malloc(n);
	int fd = open(f->path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	if (p == NULL || fd < 0) {
		perror(f->path);
		exit(2);
	}
	memset(p, 'x', n);
	while (now_s() < f->end) {
		if (write(fd, p, n) != (ssize_t)n || fdatasync(fd) != 0) {
			perror(f->path);
			exit(2);
		}
		f->lines += f->batch;
	}
	close(fd);
	unlink(f->path);
	free(p);
	return NULL;
}

int
main(int argc, char **argv)
{
	static struct file file[THREADS];
	size_t n;
	double begin, seconds;
	uint64_t lines = 0;

	if (argc < 5) {
		fprintf(stderr, "usage: append DIRECTORY BATCH THREADS "
				"SECONDS [BYTES]\n");
		return 2;
	}
	n = strtoul(argv[3], NULL, 10);
	if (n == 0 || n > THREADS) {
		return 2;
	}
	begin = now_s();
	seconds = strtod(argv[4], NULL);
	for (size_t i = 0; i < n; i++) {
		snprintf(file[i].path, sizeof(file[i].path), "%s/append.%zu",
			argv[1], i);
		file[i].batch = strtoul(argv[2], NULL, 10);
		file[i].bytes = argc > 5 ? strtoul(argv[5], NULL, 10) : 955;
		file[i].end = begin + seconds;
		if (pthread_create(&file[i].thread, NULL, run, &file[i]) != 0) {
			return 2;
		}
	}
	for (size_t i = 0; i < n; i++) {
		pthread_join(file[i].thread, NULL);
		lines += file[i].lines;
	}
	printf("%.0f\n", (double)lines / (now_s() - begin));
	return 0;
}
