/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/screen.h"

#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/i18n.h"
#include "base/loop.h"
#include "base/notify.h"
#include "screen/app.h"
#include "screen/keymap_watch.h"
#include "screen/term.h"

#include "base/poison.h"

enum {
	TIMER_APP,
	TIMER_IDLE
};

#define WATCH_MAX 24
#define KEYS_A_TURN 64
#define SLOW_LINE 19200UL /* bits a second */
#define SLOW_ESC_MS 150
/* A wait shorter than this was none: the keys were there before. */
#define NO_WAIT_US ((int64_t)2000)
/* Hands off for so long, and the till may do what can wait. */
#define QUIET_US ((int64_t)50000)

struct run {
	struct till *till;
	struct app *app;
	struct terminal *term;
	struct loop *loop;
	struct notify notify;
	struct clock clock; /* the machine's: timers and key times */
	int64_t quiet;      /* nothing was waiting to be read then */
	int64_t busy_end;   /* when the last turn ended */
	bool stopped;       /* it was, by SIGSTOP, since the last turn */
	bool more;          /* the last turn did not read everything */
	int fd[WATCH_MAX];  /* of the till, in the loop */
	size_t n_fd;
	struct keymap_watch *watch;
	struct term_seqs seqs;
	int esc_ms; /* of the command line, 0 by the line */
	const struct screen_opts *opts;
	char config[65]; /* version of the configuration that is followed */
};

static struct mono
now(const struct run *r)
{
	return clock_read(&r->clock).mono;
}

static enum rc
resize(struct run *r)
{
	int rows = 0, cols = 0;

	term_size(r->term, &rows, &cols);
	term_forget(r->term);
	return app_resize(r->app, rows, cols);
}

/* Everything readable goes in before anything is decided by time. */
static enum rc
read_keys(struct run *r, int *ret_n, bool *ret_more)
{
	int i;

	for (i = 0; i < KEYS_A_TURN; i++) {
		*ret_n = i;

		struct key_event ev;
		bool resized = false;

		if (!term_read(r->term, &ev, &resized)) {
			r->quiet = now(r).us;
			*ret_more = false;
			return RC_OK;
		}
		if (resized) {
			enum rc rc = resize(r);

			if (rc != RC_OK) {
				return rc;
			}
			continue;
		}
		ev.at = now(r);
		ev.slack_us = ev.at.us - r->quiet;
		app_key(r->app, &ev);
	}
	*ret_n = i;
	*ret_more = true;
	return RC_OK;
}

static enum rc turn(struct run *r, bool idle);

static void
on_weight(void *arg, const struct input *in)
{
	struct run *r = arg;

	app_weight(r->app, in);
}

static enum rc
on_timer(void *arg)
{
	return turn(arg, false);
}

static enum rc
on_idle(void *arg)
{
	return turn(arg, true);
}

static enum rc
on_till(void *arg, int fd, short revents)
{
	(void)fd;
	(void)revents;
	return turn(arg, true);
}

/* The till's descriptors may change with every call. */
static enum rc
watch_till(struct run *r)
{
	short events[WATCH_MAX];
	int fd[WATCH_MAX];
	size_t n = till_watch(r->till, fd, events, WATCH_MAX);
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < r->n_fd && rc == RC_OK; i++) {
		rc = loop_fd(r->loop, r->fd[i], 0, NULL, NULL);
	}
	r->n_fd = n < WATCH_MAX ? n : WATCH_MAX;
	for (i = 0; i < r->n_fd && rc == RC_OK; i++) {
		r->fd[i] = fd[i];
		rc = loop_fd(r->loop, fd[i], events[i], on_till, r);
	}
	return rc;
}

static enum rc
on_room(void *arg, int fd, short revents)
{
	struct run *r = arg;

	(void)fd;
	if ((revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
		loop_stop(r->loop);
	}
	return turn(r, false);
}

/* What the command line says goes before the configuration. */
static struct config_display
display_of(const struct till *t, const struct screen_opts *opts)
{
	struct config_display d = till_config(t)->display;

	if (opts->layout != DISPLAY_LAYOUT_AUTO) {
		d.layout = opts->layout;
	}
	if (d.layout == DISPLAY_LAYOUT_AUTO) {
		unsigned long speed = term_speed();

		d.layout = speed > 0 && speed <= SLOW_LINE ? DISPLAY_STACKED
							   : DISPLAY_PANEL;
	}
	if (opts->mono) {
		d.colors = DISPLAY_MONO;
	}
	return d;
}

static struct term_opts
term_opts_of(const struct config_display *look, const struct screen_opts *opts)
{
	struct term_opts t = {.colors = look->colors,
		.box = look->lines,
		.scroll = look->layout != DISPLAY_PANEL,
		.esc_delay = opts->serial ? SLOW_ESC_MS : 0};

	return t;
}

static enum rc watch_keymap(struct run *r);

/* Another configuration is in use: screen and keys are as it says. */
static enum rc
follow_config(struct run *r)
{
	const struct config *c = till_config(r->till);
	struct config_display look;
	struct term_opts term;
	enum rc rc = RC_OK;
	int fd = r->watch != NULL ? keymap_watch_fd(r->watch) : -1;

	if (strcmp(r->config, c->version) == 0) {
		return RC_OK;
	}
	memcpy(r->config, c->version, sizeof(r->config));
	look = display_of(r->till, r->opts);
	term = term_opts_of(&look, r->opts);
	app_look(r->app, &look);
	term_look(r->term, &term);
	if (fd >= 0) {
		rc = loop_fd(r->loop, fd, 0, NULL, NULL);
	}
	if (rc == RC_OK) {
		keymap_watch_close(r->watch);
		r->watch = NULL;
		rc = watch_keymap(r);
	}
	return rc;
}

/* Until the terminal has taken the last frame there is no next one: what
 * happens meanwhile is in the one after it. */
static enum rc
paint(struct run *r)
{
	bool out = term_flush(r->term);
	struct bell bell;
	enum rc rc = RC_OK;

	if (out) {
		rc = follow_config(r);
	}
	if (rc == RC_OK && out) {
		if (app_take_repaint(r->app)) {
			term_forget(r->term);
		}
		rc = term_paint(r->term, app_draw(r->app));
		out = term_flush(r->term);
	}
	if (rc == RC_OK && out) {
		app_painted(r->app, now(r));
		if (app_take_bell(r->app, &bell)) {
			term_bell(r->term, &bell);
		}
	}
	if (rc == RC_OK) {
		rc = loop_fd(r->loop, term_out_fd(r->term), out ? 0 : POLLOUT,
			on_room, r);
	}
	return rc;
}

static enum rc
set_timers(struct run *r, bool more, bool due, struct mono idle)
{
	struct mono at = more ? now(r) : app_deadline(r->app, now(r));
	enum rc rc = loop_timer(r->loop, TIMER_APP, at, on_timer, r);

	if (rc == RC_OK && due) {
		rc = loop_timer(r->loop, TIMER_IDLE, idle, on_idle, r);
	}
	return rc;
}

/* One round: keys, time, paint; then, when nobody is typing, what the till
 * may do between inputs. */
static enum rc
turn(struct run *r, bool idle)
{
	struct mono next = now(r);
	bool more = false;
	int n = 0;
	enum rc rc;

	/* On a busy machine one wakes late: what came meanwhile came any time. */
	if (next.us - r->busy_end > NO_WAIT_US && !r->stopped && !r->more &&
		!app_keys_due(r->app, next)) {
		r->quiet = next.us;
	}
	r->stopped = false;
	notify_awake(&r->notify, next);
	rc = read_keys(r, &n, &more);
	r->more = more;
	/* the configuration may be another one */
	i18n_language(till_config(r->till)->language, NULL);
	if (rc == RC_OK && !more) {
		app_tick(r->app, now(r));
	}
	if (rc == RC_OK) {
		rc = paint(r);
	}
	if (rc != RC_OK || app_done(r->app)) {
		loop_stop(r->loop);
		return rc;
	}
	if (n > 0) {
		next.us = now(r).us + QUIET_US;
	} else if (idle) {
		next = till_idle(r->till);
		app_tick(r->app, now(r)); /* what devices said meanwhile */
		rc = paint(r);
	}
	if (rc == RC_OK) {
		rc = watch_till(r);
	}
	if (rc == RC_OK) {
		rc = set_timers(r, more, n > 0 || idle, next);
	}
	r->busy_end = now(r).us;
	return rc;
}

static enum rc
on_tty(void *arg, int fd, short revents)
{
	struct run *r = arg;
	enum rc rc = turn(r, false);

	(void)fd;
	if ((revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
		/* The terminal is gone; the sale waits in the draft. */
		loop_stop(r->loop);
	}
	return rc;
}

static enum rc
on_winch(void *arg)
{
	struct run *r = arg;

	term_resized(r->term);
	return turn(r, false);
}

static enum rc
on_end(void *arg)
{
	struct run *r = arg;

	loop_stop(r->loop);
	return RC_OK;
}

/* Stopped: the terminal is the shell's meanwhile. */
static enum rc
on_stop(void *arg)
{
	struct run *r = arg;

	term_leave(r->term);
	(void)raise(SIGSTOP);
	return RC_OK;
}

/* Going on, also after a stop that cannot be caught.  The terminal may have
 * been anybody's and of any size; keys came any time since the last turn. */
static enum rc
on_cont(void *arg)
{
	struct run *r = arg;

	r->stopped = true;
	term_again(r->term);
	term_resized(r->term);
	return turn(r, false);
}

/* The keymap file as it is now, in force before the next key. */
static enum rc
read_keymap(struct run *r)
{
	struct keymap *m = NULL;
	size_t n = 0;
	const struct keymap_seq *seq;
	char text[256];
	struct sbuf say;
	bool good = true;
	enum rc rc;

	sbuf_init(&say, text, sizeof(text));
	rc = keymap_watch_read(r->watch, &m, &good, &say);
	if (rc != RC_OK) {
		return rc;
	}
	if (m != NULL) {
		seq = keymap_seqs(m, &n);
		term_sequences(r->term, &r->seqs, seq, n);
		term_esc_delay(r->term,
			keymap_esc_ms(m) > 0 ? keymap_esc_ms(m) : r->esc_ms);
		app_set_keymap(r->app, m);
	}
	if (text[0] != '\0') {
		app_keymap_says(r->app, good, text);
	}
	return RC_OK;
}

static enum rc
on_keymap(void *arg, int fd, short revents)
{
	struct run *r = arg;
	enum rc rc = read_keymap(r);

	(void)fd;
	(void)revents;
	return rc == RC_OK ? turn(r, false) : rc;
}

static enum rc
watch_keymap(struct run *r)
{
	const struct screen_opts *opts = r->opts;
	const struct config *c = till_config(r->till);
	char code[CONFIG_TENDERS][4];
	struct keymap_conf conf = {.path = opts->keymap,
		.given = opts->keymap_given,
		.profile = opts->profile,
		.wanted = c->keys_profile[0] != '\0' ? c->keys_profile : NULL,
		.code = (const char(*)[4])code};
	enum rc rc;
	int fd;

	conf.n_code = app_codes(c, code);
	rc = keymap_watch_open(&conf, &r->watch);
	if (rc == RC_OK) {
		rc = read_keymap(r);
	}
	fd = rc == RC_OK ? keymap_watch_fd(r->watch) : -1;
	return fd >= 0 ? loop_fd(r->loop, fd, POLLIN, on_keymap, r) : rc;
}

static enum rc
wire_up(struct run *r)
{
	static const int ends[] = {SIGTERM, SIGHUP, SIGINT};
	enum rc rc;
	size_t i;

	rc = loop_fd(r->loop, term_fd(r->term), POLLIN, on_tty, r);
	if (rc == RC_OK) {
		rc = loop_signal(r->loop, SIGWINCH, on_winch, r);
	}
	if (rc == RC_OK) {
		rc = loop_signal(r->loop, SIGTSTP, on_stop, r);
	}
	if (rc == RC_OK) {
		rc = loop_signal(r->loop, SIGCONT, on_cont, r);
	}
	for (i = 0; i < ARRAY_LEN(ends) && rc == RC_OK; i++) {
		rc = loop_signal(r->loop, ends[i], on_end, r);
	}
	return rc;
}

/* The register is what is left behind, and it sells. */
static void
leave_training(struct till *t)
{
	const struct input leave = {
		.kind = INPUT_ENTRY, .text = "TR", .len = 2};
	struct reply r;

	if (till_view(t)->training) {
		till_input(t, &leave, &r);
	}
}

enum rc
screen_run(struct till *t, const struct screen_opts *opts, struct err *reterr)
{
	struct config_display look = display_of(t, opts);
	struct term_opts term = term_opts_of(&look, opts);
	struct run r = {.till = t,
		.clock = clock_system(),
		.notify = {.fd = -1},
		.esc_ms = term.esc_delay,
		.opts = opts};
	struct shop *shop = till_shop(t);
	int rows = 0, cols = 0;
	enum rc rc;

	i18n_language(till_config(t)->language, NULL);
	rc = loop_new(&r.loop, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = term_start(&term, &r.term, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	term_size(r.term, &rows, &cols);
	rc = app_new(
		t, shop != NULL ? &shop->clock : &r.clock, rows, cols, &r.app);
	if (rc == RC_OK) {
		till_weights(t, on_weight, &r);
		app_look(r.app, &look);
		memcpy(r.config, till_config(t)->version, sizeof(r.config));
		rc = wire_up(&r);
	}
	if (rc == RC_OK) {
		rc = watch_keymap(&r);
	}
	if (rc == RC_OK && opts->train) {
		app_train(r.app);
	}
	if (rc == RC_OK) {
		notify_open(&r.notify);
		rc = turn(&r, true);
	}
	if (rc == RC_OK && !app_done(r.app)) {
		notify_ready(&r.notify);
		rc = loop_run(r.loop, reterr);
	}
	if (rc != RC_OK) {
		(void)err_set(reterr, rc, 0, "screen_run",
			"the screen failed: start the register again, the "
			"open sale comes back");
	}
	notify_close(&r.notify);
	leave_training(t);
	till_weights(t, NULL, NULL);
out:
	app_free(r.app);
	keymap_watch_close(r.watch);
	term_stop(r.term);
	loop_free(r.loop);
	return rc;
}
