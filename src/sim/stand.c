/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/stand.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "sim/png.h"

#include "base/poison.h"

#define SHOWN_BYTES ((size_t)1024 * 1024)
#define SCENARIO_MAX ((size_t)64 * 1024)
#define SAVE_US INT64_C(200000)
#define TURNS_MAX 64

struct stand {
	struct stand_conf conf;
	struct loop *loop;
	struct clock clock;
	int key;
	stand_say_fn say;
	void *arg;
	struct sim_line *line;
	struct player player;
	void *state;
	char *shown;
	int watched;
	bool dirty; /* files are behind */
	struct mono saved;
};

/* --- settings ------------------------------------------------------------- */

static enum rc
keep(char *to, size_t cap, const char *key, const char *value,
	struct err *reterr)
{
	size_t n = strlen(value);

	if (n == 0 || n >= cap) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"%.40s is empty or longer than %zu bytes: write it "
			"shorter",
			key, cap - 1);
	}
	memcpy(to, value, n + 1);
	return RC_OK;
}

static enum rc
keep_opt(struct stand_conf *c, const char *key, const char *value,
	struct err *reterr)
{
	struct stand_opt *o = &c->opt[c->n_opt];
	enum rc rc;

	if (c->n_opt == STAND_OPTS) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"there are more than %d options: leave one out",
			STAND_OPTS);
	}
	rc = keep(o->key, sizeof(o->key), "a name of an option", key, reterr);
	if (rc == RC_OK) {
		rc = keep(o->value, sizeof(o->value), key, value, reterr);
	}
	if (rc == RC_OK) {
		c->n_opt++;
	}
	return rc;
}

static enum rc
keep_line(struct stand_conf *c, enum line_kind kind, const char *value,
	struct err *reterr)
{
	if (c->kind != LINE_KINDS) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"it has one line: write pty, tcp, unix or serial once");
	}
	c->kind = kind;
	return keep(c->where, sizeof(c->where), line_kind_name(kind), value,
		reterr);
}

static enum rc
keep_baud(struct stand_conf *c, const char *value, struct err *reterr)
{
	int64_t n = 0;
	enum rc rc = sim_number(value, 300, 921600, &n, reterr);

	c->line.baud = (unsigned)n;
	return rc;
}

enum rc
stand_conf_set(struct stand_conf *c, const char *key, const char *value,
	struct err *reterr)
{
	for (int k = 0; k < LINE_KINDS; k++) {
		enum line_kind kind = (enum line_kind)k;

		if (strcmp(key, line_kind_name(kind)) == 0) {
			return keep_line(c, kind, value, reterr);
		}
	}
	if (strcmp(key, "driver") == 0) {
		return keep(c->driver, sizeof(c->driver), key, value, reterr);
	}
	if (strcmp(key, "scenario") == 0) {
		return keep(
			c->scenario, sizeof(c->scenario), key, value, reterr);
	}
	if (strcmp(key, "paper") == 0) {
		return keep(c->paper, sizeof(c->paper), key, value, reterr);
	}
	if (strcmp(key, "picture") == 0) {
		return keep(c->picture, sizeof(c->picture), key, value, reterr);
	}
	if (strcmp(key, "baud") == 0) {
		return keep_baud(c, value, reterr);
	}
	if (strcmp(key, "frame") == 0) {
		return device_frame(value, &c->line)
			       ? RC_OK
			       : err_set(reterr, RC_INVAL, 0, "sim",
					 "'%.40s' is no frame: write 8N1, 7E1 "
					 "or what the port is set to",
					 value);
	}
	return keep_opt(c, key, value, reterr);
}

/* --- running -------------------------------------------------------------- */

static struct mono
now_of(const struct stand *s)
{
	return clock_read(&s->clock).mono;
}

static void
on_say(void *arg, const char *line)
{
	struct stand *s = arg;

	s->dirty = true;
	s->say(s->arg, s->conf.name, line);
}

static void
save(struct stand *s, struct mono now)
{
	struct err e = {0};
	enum rc rc = RC_OK;
	struct sbuf b;

	s->dirty = false;
	s->saved = now;
	if (s->conf.paper[0] != '\0') {
		sbuf_init(&b, s->shown, SHOWN_BYTES);
		stand_show(s, &b);
		rc = text_save(b.p, b.len, s->conf.paper, &e);
	}
	/* A roll without a dot on it has no picture yet. */
	if (rc == RC_OK && s->conf.picture[0] != '\0' &&
		png_save(s->player.device, s->state, s->conf.picture, &e) !=
			RC_INVAL) {
		rc = e.rc;
	}
	if (rc != RC_OK) {
		s->say(s->arg, s->conf.name, e.msg);
	}
}

static enum rc on_fd(void *arg, int fd, short revents);
static enum rc on_time(void *arg);

/* Have the loop call again for what may come next. */
static enum rc
watch(struct stand *s, struct mono now)
{
	struct mono at = player_deadline(&s->player);
	short events;
	int fd = line_fd(s->line, &events);
	enum rc rc = RC_OK;

	if (s->watched >= 0 && s->watched != fd) {
		rc = loop_fd(s->loop, s->watched, 0, on_fd, s);
	}
	s->watched = fd;
	if (rc == RC_OK && fd >= 0) {
		rc = loop_fd(s->loop, fd, events, on_fd, s);
	}
	if (s->dirty && (at.us < 0 || s->saved.us + SAVE_US < at.us)) {
		at.us = s->saved.us + SAVE_US;
	}
	if (at.us >= 0 && at.us <= now.us) {
		at.us = now.us + 1;
	}
	if (rc == RC_OK) {
		rc = loop_timer(s->loop, s->key, at, on_time, s);
	}
	return rc;
}

/* One turn; true: another one may do more. */
static bool
turn(struct stand *s, struct mono now)
{
	bool in = player_in(&s->player);
	struct err e = {0};
	uint8_t b[512];
	size_t n;

	if (line_plug(s->line, in, &e) != RC_OK) {
		s->say(s->arg, s->conf.name, e.msg);
	}
	(void)line_accept(s->line);
	player_line(&s->player, now, line_there(s->line));
	n = line_read(s->line, b, sizeof(b));
	player_feed(&s->player, now, b, n);
	player_run(&s->player, now);
	if (n == 0 && !line_there(s->line)) {
		player_line(&s->player, now, false);
	}
	for (size_t k = 1; k > 0; n += k) {
		k = player_take(&s->player, now, b, sizeof(b));
		line_write(s->line, b, k);
	}
	return n > 0 || player_in(&s->player) != in;
}

static enum rc
pump(struct stand *s)
{
	struct mono now = now_of(s);

	for (int i = 0; i < TURNS_MAX && turn(s, now); i++) {
		now = now_of(s);
	}
	if (s->dirty && now.us >= s->saved.us + SAVE_US) {
		save(s, now);
	}
	return watch(s, now);
}

static enum rc
on_fd(void *arg, int fd, short revents)
{
	(void)fd;
	(void)revents;
	return pump(arg);
}

static enum rc
on_time(void *arg)
{
	return pump(arg);
}

/* --- opening -------------------------------------------------------------- */

static enum rc
load_scenario(struct stand *s, struct err *reterr)
{
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc;

	if (s->conf.scenario[0] == '\0') {
		return RC_OK;
	}
	rc = file_load(s->conf.scenario, SCENARIO_MAX, &text, &n, reterr);
	if (rc == RC_OK) {
		rc = scenario_parse(&s->player.scenario, s->conf.scenario,
			(const char *)text, n, reterr);
	}
	free(text);
	return rc;
}

static struct device_line
line_of(const struct stand_conf *c)
{
	const struct device_driver *d = device_driver_find(c->driver);
	const struct device_conf conf = {.line = c->line};
	struct device_line l = c->line;

	if (d != NULL) {
		return device_conf_line(d, &conf);
	}
	l.baud = l.baud != 0 ? l.baud : 9600;
	if (l.bits == 0) {
		(void)!device_frame("8N1", &l);
	}
	return l;
}

static enum rc
begin(struct stand *s, const struct sim_device *d, struct err *reterr)
{
	const struct device_line settings = line_of(&s->conf);
	struct sim_opt opt[STAND_OPTS];
	enum rc rc;

	for (size_t i = 0; i < s->conf.n_opt; i++) {
		opt[i].key = s->conf.opt[i].key;
		opt[i].value = s->conf.opt[i].value;
	}
	rc = player_init(
		&s->player, d, s->state, opt, s->conf.n_opt, on_say, s, reterr);
	if (rc == RC_OK) {
		rc = load_scenario(s, reterr);
	}
	if (rc == RC_OK) {
		rc = line_open(s->conf.kind, s->conf.where, &settings, &s->line,
			reterr);
	}
	if (rc == RC_OK) {
		player_start(&s->player, now_of(s));
		s->dirty = true;
		rc = pump(s);
	}
	return rc;
}

enum rc
stand_open(const struct stand_conf *conf, struct loop *l,
	const struct clock *clock, int key, stand_say_fn say, void *arg,
	struct stand **ret, struct err *reterr)
{
	const struct sim_device *d = sim_device_find(conf->driver);
	struct stand *s = NULL;
	enum rc rc = RC_OK;

	if (d == NULL) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"there is no simulated '%.40s': holdfast-sim list has "
			"them",
			conf->driver);
	}
	if (conf->kind == LINE_KINDS) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"the %.40s has no line: write pty, tcp, unix or serial",
			conf->name);
	}
	s = calloc(1, sizeof(*s));
	if (s != NULL) {
		s->state = calloc(1, d->state_size);
		s->shown = malloc(SHOWN_BYTES);
	}
	if (s == NULL || s->state == NULL || s->shown == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "sim", "no memory");
		goto out;
	}
	s->conf = *conf;
	s->loop = l;
	s->clock = *clock;
	s->key = key;
	s->say = say;
	s->arg = arg;
	s->watched = -1;
	s->saved.us = -SAVE_US;
	rc = begin(s, d, reterr);
out:
	if (rc != RC_OK) {
		stand_close(s);
		return rc;
	}
	*ret = s;
	return RC_OK;
}

void
stand_close(struct stand *s)
{
	if (s == NULL) {
		return;
	}
	if (s->dirty && s->shown != NULL) {
		save(s, (struct mono){0});
	}
	if (s->watched >= 0) {
		(void)!loop_fd(s->loop, s->watched, 0, on_fd, s);
	}
	if (s->loop != NULL) {
		(void)!loop_timer(
			s->loop, s->key, (struct mono){-1}, on_time, s);
	}
	line_close(s->line);
	free(s->state);
	free(s->shown);
	free(s);
}

const char *
stand_name(const struct stand *s)
{
	return s->conf.name;
}

const char *
stand_address(const struct stand *s)
{
	return line_address(s->line);
}

const struct sim_device *
stand_device(const struct stand *s)
{
	return s->player.device;
}

enum rc
stand_tell(struct stand *s, const char *line, struct err *reterr)
{
	enum rc rc = player_tell(&s->player, now_of(s), line, reterr);

	if (rc == RC_OK) {
		rc = pump(s);
	}
	return rc;
}

void
stand_show(const struct stand *s, struct sbuf *out)
{
	if (s->player.device->show != NULL) {
		s->player.device->show(s->state, out);
	}
}
