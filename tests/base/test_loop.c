/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "gen.h"

struct world {
	struct loop *l;
	struct clock clock;
	int pipe[2];
	char order[64];
	size_t n;
};

static void
note(struct world *w, char c)
{
	if (w->n + 1 < sizeof(w->order)) {
		w->order[w->n++] = c;
	}
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	assert_int_equal(pipe2(w->pipe, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(loop_new(&w->l, NULL), RC_OK);
	w->clock = clock_system();
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	loop_free(w->l);
	(void)close(w->pipe[0]);
	(void)close(w->pipe[1]);
	free(w);
	return 0;
}

static struct mono
in_ms(struct world *w, int64_t ms)
{
	struct mono t = clock_read(&w->clock).mono;

	t.us += ms * 1000;
	return t;
}

static enum rc
on_a(void *arg)
{
	note(arg, 'a');
	return RC_OK;
}

static enum rc
on_b(void *arg)
{
	note(arg, 'b');
	return RC_OK;
}

static enum rc
on_stop(void *arg)
{
	struct world *w = arg;

	note(w, 's');
	loop_stop(w->l);
	return RC_OK;
}

static enum rc
on_fail(void *arg)
{
	note(arg, 'f');
	return RC_BUSY;
}

static enum rc
on_again(void *arg)
{
	struct world *w = arg;

	note(w, 'g');
	/* for the past, again and again: nobody else may starve */
	return loop_timer(w->l, 9, (struct mono){0}, on_again, w);
}

static enum rc
on_read(void *arg, int fd, short revents)
{
	struct world *w = arg;
	char c = '?';

	assert_true((revents & POLLIN) != 0);
	assert_int_equal(read(fd, &c, 1), 1);
	note(w, c);
	if (c == 'x') {
		loop_stop(w->l);
	}
	return loop_fd(w->l, fd, c == 'x' ? 0 : POLLIN, on_read, w);
}

static void
test_timers(void **state)
{
	struct world *w = *state;
	struct mono never = {-1};

	assert_int_equal(loop_timer(w->l, 1, in_ms(w, 20), on_b, w), RC_OK);
	assert_int_equal(loop_timer(w->l, 2, in_ms(w, 5), on_a, w), RC_OK);
	assert_int_equal(loop_timer(w->l, 3, in_ms(w, 30), on_stop, w), RC_OK);
	assert_int_equal(loop_timer(w->l, 4, in_ms(w, 1), on_fail, w), RC_OK);
	assert_int_equal(loop_timer(w->l, 4, never, on_fail, w), RC_OK);
	assert_int_equal(loop_timer(w->l, 5, in_ms(w, 1), on_fail, w), RC_OK);
	assert_int_equal(loop_timer(w->l, 5, in_ms(w, 10), on_a, w), RC_OK);
	assert_int_equal(loop_run(w->l, NULL), RC_OK);
	assert_string_equal(w->order, "aabs");
	assert_int_equal(loop_timer(w->l, 4, in_ms(w, 0), on_fail, w), RC_OK);
	assert_int_equal(loop_run(w->l, NULL), RC_BUSY);
}

static void
test_descriptors(void **state)
{
	struct world *w = *state;

	assert_int_equal(loop_fd(w->l, w->pipe[0], POLLIN, on_read, w), RC_OK);
	assert_int_equal(
		loop_timer(w->l, 9, (struct mono){0}, on_again, w), RC_OK);
	assert_int_equal(write(w->pipe[1], "12x4", 4), 4);
	assert_int_equal(loop_run(w->l, NULL), RC_OK);
	/* a timer that is always due lets descriptors through */
	assert_string_equal(w->order, "1g2gxg");
}

static void
test_many_descriptors(void **state)
{
	struct world *w = *state;
	int fd[40];

	for (int i = 0; i < 40; i++) {
		fd[i] = dup(w->pipe[0]);
		assert_true(fd[i] >= 0);
		assert_int_equal(
			loop_fd(w->l, fd[i], POLLIN, on_read, w), RC_OK);
		assert_int_equal(
			loop_timer(w->l, i + 100, in_ms(w, 100000), on_fail, w),
			RC_OK);
	}
	for (int i = 0; i < 39; i++) {
		assert_int_equal(loop_fd(w->l, fd[i], 0, on_read, w), RC_OK);
	}
	assert_int_equal(write(w->pipe[1], "x", 1), 1);
	assert_int_equal(loop_run(w->l, NULL), RC_OK);
	assert_string_equal(w->order, "x");
	for (int i = 0; i < 40; i++) {
		(void)close(fd[i]);
	}
}

static void
test_signals(void **state)
{
	struct world *w = *state;
	struct loop *other = NULL;

	assert_int_equal(loop_signal(w->l, SIGUSR1, on_a, w), RC_OK);
	assert_int_equal(loop_signal(w->l, SIGUSR2, on_stop, w), RC_OK);
	assert_int_equal(loop_signal(w->l, 0, on_a, w), RC_INVAL);
	assert_int_equal(loop_signal(w->l, SIGKILL, on_a, w), RC_INVAL);
	assert_int_equal(loop_new(&other, NULL), RC_OK);
	assert_int_equal(loop_signal(other, SIGUSR1, on_a, w), RC_BUSY);
	loop_free(other);
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(w->n, 0); /* in the loop, not in the handler */
	assert_int_equal(raise(SIGUSR2), 0);
	assert_int_equal(loop_run(w->l, NULL), RC_OK);
	assert_string_equal(w->order, "as");
}

static size_t
read_log(int fd, char *buf, size_t cap)
{
	ssize_t n = read(fd, buf, cap - 1);

	n = n < 0 ? 0 : n;
	buf[n] = '\0';
	return (size_t)n;
}

static void
test_log(void **state)
{
	struct world *w = *state;
	char buf[16384];
	size_t lines = 0;

	log_event(LOG_LVL_ERROR, "x", "nowhere", "n=%d", 1);
	log_open(w->pipe[1], LOG_LVL_INFO);
	log_event(LOG_LVL_DEBUG, "till", "quiet", "n=%d", 1);
	log_event(LOG_LVL_WARN, "till", "said", "name=%s n=%d", "a\nb\x1b", 2);
	(void)read_log(w->pipe[0], buf, sizeof(buf));
	assert_string_equal(buf, "warn till said name=a?b? n=2\n");
	for (int i = 0; i < 1000; i++) {
		log_event(LOG_LVL_INFO, "till", "flood", "i=%d", i);
	}
	(void)read_log(w->pipe[0], buf, sizeof(buf));
	for (const char *p = buf; *p != '\0'; p++) {
		lines += *p == '\n' ? 1 : 0;
	}
	assert_int_equal(lines, 10 + 10);
	assert_non_null(strstr(buf, "info till flood i=99 seen=100\n"));
	/* more kinds of event than it can tell apart */
	for (int i = 0; i < 500; i++) {
		char event[16];

		(void)snprintf(event, sizeof(event), "e%d", i);
		log_event(LOG_LVL_INFO, "many", event, "%s", "");
	}
	assert_true(read_log(w->pipe[0], buf, sizeof(buf)) < 2000);
	log_open(-1, LOG_LVL_INFO);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_timers), T(test_descriptors),
		T(test_many_descriptors), T(test_signals), T(test_log)};

	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
