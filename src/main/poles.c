/* SPDX-License-Identifier: Apache-2.0 */
#include "main/poles.h"

#include <stdlib.h>
#include <string.h>

#include "device/host.h"
#include "register/device_state.h"
#include "register/settings.h"

#include "base/poison.h"

struct pole {
	struct poles *all;
	struct device_host *host;
	struct device_state state;
};

struct poles {
	char store[PATH_BYTES];
	char version[CUSTOMER_CONFIG_BYTES];
	struct config_device conf[CONFIG_DEVICES]; /* of each pole */
	struct pole pole[CONFIG_DEVICES];
	size_t n;
	bool told; /* one is other than it was */
	struct clock clock;
};

static void
put(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text);
}

static void
say(struct pole *p, const char *word, const char *text)
{
	put(p->state.word, sizeof(p->state.word), word);
	put(p->state.text, sizeof(p->state.text), text);
	p->all->told = true;
}

/* Nobody in front of the customer reads what a cable does. */
static void
on_event(void *arg, const struct device_event *ev)
{
	if (ev->kind == DEVICE_READY) {
		say(arg, "ok", "");
	} else if (ev->kind == DEVICE_DOWN) {
		say(arg, "down", ev->text);
	}
}

static bool
is_ours(const struct config *c, const struct config_device *d)
{
	return d->driver[0] != '\0' && d->known &&
	       d->class_ == DEVICE_DISPLAY && config_shares(c, d) == NULL;
}

static void
close_all(struct poles *p)
{
	for (size_t i = 0; i < p->n; i++) {
		device_host_close(p->pole[i].host);
	}
	p->n = 0;
}

static enum rc
open_all(struct poles *p, const struct config *c, struct err *reterr)
{
	struct device_opt_value opt[CONFIG_DEVICE_OPTS];
	struct device_conf conf;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->n_device; i++) {
		struct pole *one = &p->pole[p->n];

		if (!is_ours(c, &c->device[i])) {
			continue;
		}
		p->conf[p->n] = c->device[i];
		one->all = p;
		put(one->state.name, sizeof(one->state.name),
			c->device[i].name);
		say(one, "down", "");
		config_device_conf(&p->conf[p->n], opt, &conf);
		rc = device_host_open(
			&conf, &p->clock, on_event, one, &one->host, reterr);
		p->n += rc == RC_OK ? 1 : 0;
	}
	put(p->version, sizeof(p->version), c->version);
	p->told = true;
	return rc;
}

static bool
is_same(const struct poles *p, const struct config *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_device; i++) {
		if (!is_ours(c, &c->device[i])) {
			continue;
		}
		/* both were zeroed before they were filled */
		/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c) */
		if (n == p->n || memcmp(&p->conf[n], &c->device[i],
					 sizeof(p->conf[n])) != 0) {
			return false;
		}
		n++;
	}
	return n == p->n;
}

/* An edited file that is not active yet changes nothing. */
static void
follow(struct poles *p, const char *active)
{
	struct config *c;
	char version[65];
	char *text = NULL;
	size_t n = 0;

	if (active[0] == '\0' || strcmp(active, p->version) == 0 ||
		settings_load(p->store, &text, &n, version, NULL) != RC_OK) {
		return;
	}
	c = strncmp(version, active, sizeof(p->version) - 1) == 0 ? config_new()
								  : NULL;
	if (c != NULL &&
		config_parse(SETTINGS_NAME, text, n, c, NULL) == RC_OK) {
		put(p->version, sizeof(p->version), active);
		if (!is_same(p, c)) {
			close_all(p);
			(void)!open_all(p, c, NULL);
		}
	}
	config_free(c);
	free(text);
}

enum rc
poles_open(const char *store, const struct config *c, struct poles **ret,
	struct err *reterr)
{
	struct poles *p = calloc(1, sizeof(*p));
	enum rc rc;

	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "display",
			"no memory for the customer's displays");
	}
	p->clock = clock_system();
	put(p->store, sizeof(p->store), store);
	rc = open_all(p, c, reterr);
	if (rc != RC_OK) {
		poles_close(p);
		return rc;
	}
	*ret = p;
	return RC_OK;
}

void
poles_close(struct poles *p)
{
	if (p != NULL) {
		close_all(p);
		free(p);
	}
}

size_t
poles_n(const struct poles *p)
{
	return p != NULL ? p->n : 0;
}

void
poles_show(struct poles *p, const struct customer_frame *f)
{
	struct display_frame d;

	follow(p, f->config);
	customer_rows(f, &d);
	for (size_t i = 0; i < p->n; i++) {
		device_host_show(p->pole[i].host, &d);
	}
}

static void
save(const struct poles *p)
{
	struct device_state s[CONFIG_DEVICES];

	for (size_t i = 0; i < p->n; i++) {
		s[i] = p->pole[i].state;
	}
	device_state_write(p->store, DEVICE_STATE_POLES, s, p->n);
}

struct mono
poles_poll(struct poles *p)
{
	struct mono next = {-1};

	for (size_t i = 0; i < p->n; i++) {
		struct mono at = device_host_poll(p->pole[i].host);

		if (at.us >= 0 && (next.us < 0 || at.us < next.us)) {
			next = at;
		}
	}
	if (p->told) {
		p->told = false;
		save(p);
	}
	return next;
}

size_t
poles_watch(const struct poles *p, int fd[], short events[], size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n && n < cap; i++) {
		fd[n] = device_host_fd(p->pole[i].host, &events[n]);
		n += fd[n] >= 0 && events[n] != 0 ? 1 : 0;
	}
	return n;
}
