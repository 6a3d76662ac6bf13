/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "register/device_state.h"
#include "register/till_internal.h"

#include "base/poison.h"

#define LOG_MAX_BYTES (1 << 20)

/* --- words ---------------------------------------------------------------- */

void
till_device_say(struct till_port *p, const char *word, const char *text)
{
	struct sbuf b;

	p->till->device_told = true;
	p->word = word;
	if (text != NULL) {
		sbuf_init(&b, p->text, sizeof(p->text));
		sbuf_puts(&b, text);
	}
}

static void
common(struct till_port *p, const struct device_event *ev)
{
	switch ((int)ev->kind) {
	case DEVICE_READY:
	case DEVICE_PAPER_OK:
		till_device_say(p, "ok", "");
		break;
	case DEVICE_DOWN:
		till_device_say(p, "down", ev->text);
		break;
	case DEVICE_FAULT:
		till_device_say(p, "fault", ev->text);
		break;
	case DEVICE_SILENT:
		till_device_say(p, "silent", ev->text);
		break;
	case DEVICE_PAPER_OUT:
		till_device_say(p, "paper", _("no paper"));
		break;
	case DEVICE_COVER_OPEN:
		till_device_say(p, "cover", _("the cover is open"));
		break;
	default:
		break;
	}
}

/* A symbol that is too long is cut, and too long for any code then too. */
static void
keep_scan(struct till_port *p, const char *data, size_t n)
{
	struct till *t = p->till;
	struct till_scanned *s = &t->scan[t->n_scan];

	if (t->scan_fn == NULL) {
		return;
	}
	if (t->n_scan == TILL_SCANS) {
		if (strcmp(p->word, "fault") != 0) {
			till_device_log(t, "scans came faster than they were "
					   "taken, and were left out");
		}
		till_device_say(p, "fault",
			_("It scans faster than anybody can: is its trigger "
			  "stuck?"));
		return;
	}
	s->len = 0;
	for (size_t i = 0; i < n && s->len + 1 < sizeof(s->text); i++) {
		char c = data[i];

		/* no line of anything begins in a symbol */
		if ((c >= 0 && c < ' ' && c != GS1_SEPARATOR) || c == 0x7f) {
			continue;
		}
		s->text[s->len++] = c;
	}
	s->text[s->len] = '\0';
	t->n_scan++;
}

static void
on_event(void *arg, const struct device_event *ev)
{
	struct till_port *p = arg;

	common(p, ev);
	/* a scale may have a scanner in it */
	if (ev->kind == DEVICE_SCAN) {
		keep_scan(p, ev->data, ev->n_data);
		return;
	}
	switch (p->driver->class_) {
	case DEVICE_PRINTER:
	case DEVICE_DRAWER:
		till_print_event(p, ev);
		break;
	case DEVICE_PINPAD:
		till_card_event(p, ev);
		break;
	case DEVICE_SCALE:
		till_scale_event(p, ev);
		break;
	case DEVICE_SCANNER:
	case DEVICE_DISPLAY:
	case DEVICE_CLASS_COUNT:
	case DEVICE_WORKER:
	default:
		break;
	}
}

/* --- the log -------------------------------------------------------------- */

void
till_device_log(void *arg, const char *line)
{
	struct till *t = arg;
	char path[PATH_BYTES], old[PATH_BYTES], when[UTC_TEXT_BYTES];
	struct stat st;
	FILE *f = NULL;
	int fd;

	if (path_join(path, sizeof(path), t->shop->dir, "devices.log") !=
			RC_OK ||
		path_join(old, sizeof(old), t->shop->dir, "devices.log.1") !=
			RC_OK) {
		return;
	}
	if (stat(path, &st) == 0 && st.st_size >= LOG_MAX_BYTES) {
		(void)rename(path, old);
	}
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0) {
		f = fdopen(fd, "a");
	}
	if (f == NULL) {
		if (fd >= 0) {
			(void)close(fd);
		}
		return;
	}
	utc_format(clock_read(&t->real).utc, when);
	(void)fprintf(f, "%s %s\n", when, line);
	(void)fclose(f);
}

/* --- open and close ------------------------------------------------------- */

static void
open_port(struct till *t, const struct config_device *d)
{
	struct till_port *p = &t->port[t->n_port];
	struct device_opt_value opt[CONFIG_DEVICE_OPTS];
	struct device_conf conf;
	struct err e = {0};
	struct sbuf b;

	memset(p, 0, sizeof(*p));
	p->till = t;
	p->driver = device_driver_find(d->driver);
	if (p->driver == NULL) {
		return;
	}
	t->n_port++;
	sbuf_init(&b, p->name, sizeof(p->name));
	sbuf_puts(&b, d->name);
	till_device_say(p, "down", "");
	config_device_conf(d, opt, &conf);
	if (device_host_open(&conf, &t->real, on_event, p, &p->host, &e) !=
		RC_OK) {
		p->host = NULL;
		till_device_say(p, "down", e.msg);
		return;
	}
	device_host_log(p->host, till_device_log, t);
}

static struct till_port *
port_named(struct till *t, const char *name)
{
	for (size_t i = 0; i < t->n_port; i++) {
		if (strcmp(t->port[i].name, name) == 0) {
			return &t->port[i];
		}
	}
	return NULL;
}

/* A display on the line of ${on}, which is open already. */
static void
open_front(struct till *t, const struct config_device *d,
	const struct config_device *on)
{
	struct till_port *p = &t->port[t->n_port];
	struct till_port *printer = port_named(t, on->name);
	struct device_opt_value opt[CONFIG_DEVICE_OPTS];
	struct device_conf conf;
	struct err e = {0};
	struct sbuf b;

	memset(p, 0, sizeof(*p));
	p->till = t;
	p->driver = device_driver_find(d->driver);
	t->n_port++;
	sbuf_init(&b, p->name, sizeof(p->name));
	sbuf_puts(&b, d->name);
	till_device_say(p, "down", "");
	config_device_conf(d, opt, &conf);
	if (printer == NULL || printer->host == NULL) {
		return;
	}
	if (device_host_front(printer->host, &conf, &e) == RC_OK) {
		p->front_of = printer;
	} else {
		till_device_say(p, "down", e.msg);
	}
}

static void
open_fronts(struct till *t, const struct config *c)
{
	for (size_t i = 0; i < c->n_device; i++) {
		const struct config_device *on =
			config_shares(c, &c->device[i]);

		if (on != NULL) {
			open_front(t, &c->device[i], on);
		}
	}
}

/* It is where its line is. */
static void
follow_fronts(struct till *t)
{
	for (size_t i = 0; i < t->n_port; i++) {
		struct till_port *p = &t->port[i];
		const char *word = "down";

		if (p->front_of == NULL) {
			continue;
		}
		if (device_host_up(p->front_of->host)) {
			word = "ok";
		}
		if (strcmp(p->word, word) != 0) {
			till_device_say(p, word,
				word[0] == 'o' ? "" : p->front_of->text);
		}
	}
}

bool
till_device_show(struct till *t, const struct customer_frame *f)
{
	struct display_frame d;
	bool any = false;

	customer_rows(f, &d);
	if (memcmp(&d, &t->shown, sizeof(d)) == 0) {
		return false;
	}
	t->shown = d;
	for (size_t i = 0; i < t->n_port; i++) {
		if (t->port[i].front_of != NULL) {
			device_host_show(t->port[i].front_of->host, &d);
			any = true;
		}
	}
	return any;
}

bool
till_device_shows(const struct till *t)
{
	for (size_t i = 0; i < t->n_port; i++) {
		if (t->port[i].front_of != NULL) {
			return true;
		}
	}
	return false;
}

void
till_device_open(struct till *t)
{
	const struct config *c = &t->config[t->in_use];

	t->n_port = 0;
	till_scale_forget(t);
	till_card_forget(t);
	if (t->shop->read_only) {
		return;
	}
	for (size_t i = 0; i < c->n_device; i++) {
		const struct config_device *d = &c->device[i];

		if (d->driver[0] != '\0' && d->class_ != DEVICE_DISPLAY) {
			open_port(t, d);
		}
	}
	memset(&t->shown, 0, sizeof(t->shown));
	t->customer_next.us = 0; /* they are told at once */
	open_fronts(t, c);
}

void
till_device_close(struct till *t)
{
	for (size_t i = 0; i < t->n_port; i++) {
		device_host_close(t->port[i].host);
		t->port[i].host = NULL;
	}
	t->n_port = 0;
}

bool
till_device_changed(const struct till *t, const struct config *next)
{
	const struct config *c = &t->config[t->in_use];

	/* both were zeroed before they were filled */
	return c->n_device != next->n_device ||
	       memcmp(c->device, next->device,
		       c->n_device * sizeof(c->device[0])) != 0;
}

/* --- asking and polling --------------------------------------------------- */

struct till_port *
till_device_find(struct till *t, enum device_class class_, const char *name)
{
	for (size_t i = 0; i < t->n_port; i++) {
		struct till_port *p = &t->port[i];

		if (p->driver->class_ == class_ &&
			(name == NULL || strcmp(p->name, name) == 0)) {
			return p;
		}
	}
	return NULL;
}

struct mono
till_device_poll(struct till *t)
{
	struct mono next = {-1}, link;

	for (size_t i = 0; i < t->n_port; i++) {
		struct mono at = {-1};

		if (t->port[i].host != NULL) {
			at = device_host_poll(t->port[i].host);
		}
		if (at.us >= 0 && (next.us < 0 || at.us < next.us)) {
			next = at;
		}
	}
	link = till_sync_poll(t);
	if (link.us >= 0 && (next.us < 0 || link.us < next.us)) {
		next = link;
	}
	follow_fronts(t);
	if (t->device_told) {
		t->device_told = false;
		device_state_save(t);
	}
	return next;
}

void
till_devices(struct till *t)
{
	(void)till_device_poll(t);
}

size_t
till_watch(struct till *t, int fd[], short events[], size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_port && n < cap; i++) {
		if (t->port[i].host == NULL) {
			continue;
		}
		fd[n] = device_host_fd(t->port[i].host, &events[n]);
		n += fd[n] >= 0 && events[n] != 0 ? 1 : 0;
	}
	n += till_sync_watch(t, fd + n, events + n, cap - n);
	if (n < cap && t->wake_fd >= 0) {
		fd[n] = t->wake_fd;
		events[n++] = POLLIN;
	}
	return n;
}

bool
till_device_scans(struct till *t)
{
	size_t n = t->n_scan;

	for (size_t i = 0; i < n && t->scan_fn != NULL; i++) {
		t->scan_fn(t->scan_arg, t->scan[i].text, t->scan[i].len);
	}
	t->n_scan = 0;
	return n > 0;
}

void
till_scans(struct till *t, till_scan_fn fn, void *arg)
{
	t->scan_fn = fn;
	t->scan_arg = arg;
}

static unsigned
n_jobs(const struct till *t, const struct till_port *p)
{
	unsigned n = 0;

	for (size_t i = 0; i < TILL_JOBS; i++) {
		n += t->job[i].id != 0 && t->job[i].port == p ? 1 : 0;
	}
	return n;
}

size_t
till_device_list(struct till *t, struct till_device ret[], size_t cap)
{
	size_t n = t->n_port < cap ? t->n_port : cap;

	for (size_t i = 0; i < n; i++) {
		const struct till_port *p = &t->port[i];
		struct sbuf b;

		memset(&ret[i], 0, sizeof(ret[i]));
		ret[i].name = p->name;
		ret[i].driver = p->driver;
		ret[i].up = (p->host != NULL && device_host_up(p->host)) ||
			    (p->front_of != NULL &&
				    device_host_up(p->front_of->host));
		ret[i].word = p->word;
		ret[i].jobs = n_jobs(t, p);
		sbuf_init(&b, ret[i].text, sizeof(ret[i].text));
		sbuf_puts(&b, p->text);
	}
	return n;
}
