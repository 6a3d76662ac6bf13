/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/resource.h>

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/loop.h"
#include "base/notify.h"
#include "hub/chores.h"
#include "hub/db.h"
#include "hub/hub.h"
#include "hub/keys.h"
#include "hub/pin.h"
#include "hub/revs.h"
#include "hub/server.h"
#include "hub/stale.h"
#include "main/hub.h"

#include "base/poison.h"

#define PEM_BYTES ((size_t)1 << 20)
#define TRIM_US (INT64_C(30) * 1000000)
#define ROUND_US INT64_C(500000)
/* What a crowd at one address leaves each of the others. */
#define OTHERS 256
/* How long requests that are under way may take to end when it stops. */
#define STOP_US (INT64_C(20) * 1000000)

static const char usage[] = "serve [--config FILE] [--listen ADDRESS]";

struct serve {
	struct hub hub;
	struct hub_config config;
	struct hub_keys *keys;
	struct db_writer writer;
	char *cert, *key; /* PEM */
	struct loop *loop;
	struct chores chores;
	int64_t trim_us;
	struct notify notify;
	int64_t stop_us; /* 0: it runs */
};

static int64_t
mono_us(const struct serve *s)
{
	return clock_read(&s->hub.clock).mono.us;
}

/* --- what it stands on ---------------------------------------------------- */

static enum rc
load_pem(const char *path, char **ret, size_t *ret_n, struct err *reterr)
{
	uint8_t *p = NULL;
	enum rc rc = file_load(path, PEM_BYTES, &p, ret_n, reterr);

	*ret = (char *)p;
	return rc;
}

static enum rc
load_tls(struct serve *s, struct err *reterr)
{
	size_t n = 0;
	enum rc rc;

	if (s->config.tls_certificate[0] == '\0') {
		return RC_OK;
	}
	rc = load_pem(s->config.tls_certificate, &s->cert, &n, reterr);
	if (rc == RC_OK) {
		rc = pin_of(s->cert, n, s->hub.tls_pin, reterr);
		if (rc != RC_OK) {
			err_wrap(reterr, "%s", s->config.tls_certificate);
		}
	}
	if (rc == RC_OK) {
		rc = load_pem(s->config.tls_key, &s->key, &n, reterr);
	}
	return rc;
}

static enum rc
open_hub(struct serve *s, unsigned service, struct err *reterr)
{
	struct hub *h = &s->hub;
	enum rc rc;

	h->clock = clock_system();
	h->started = clock_read(&h->clock).utc;
	h->rng = rng_system();
	h->config = &s->config;
	(void)pthread_mutex_init(&h->log_lock, NULL);
	metrics_init(&h->metrics);
	rc = hub_keys_open(s->config.state, &s->keys, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	memcpy(h->id, s->keys->id, sizeof(h->id));
	memcpy(h->name, s->config.name, sizeof(s->config.name));
	memcpy(h->sign_public, s->keys->sign_public, sizeof(h->sign_public));
	memcpy(h->box_public, s->keys->box_public, sizeof(h->box_public));
	h->sign_secret = s->keys->sign_secret;
	h->box_secret = s->keys->box_secret;
	h->kek = s->keys->kek;
	rc = db_open(&s->config, &h->clock, &h->db, reterr);
	if (rc == RC_OK) {
		s->writer = (struct db_writer){.hub = s->keys->id,
			.sign_secret = s->keys->sign_secret,
			.sign_public = s->keys->sign_public};
		db_write_as(h->db, &s->writer);
		/* one that is away is no reason not to start */
		rc = hub_keys_fit(s->keys, h->db, reterr);
		rc = rc == RC_DENIED ? rc : RC_OK;
	}
	if (rc == RC_OK) {
		rc = stale_new(&h->stale, reterr);
	}
	if (rc == RC_OK) {
		rc = revs_new(&h->revs, reterr);
	}
	if (rc == RC_OK) {
		rc = admission_init(&h->admission, service, service, reterr);
	}
	return rc == RC_OK ? load_tls(s, reterr) : rc;
}

/* A thread that waits for its turn holds up the connections it has; so there
 * are some more of them than may work or wait. */
static unsigned
service_of(const struct hub_config *c)
{
	long n = c->threads > 0 ? (long)c->threads
				: 2 * sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 256 ? 256 : (unsigned)n;
}

/* A body of two megabytes is had for a moment: what the library would keep of
 * it for the next one, each thread for itself, is more than all else here.  A
 * usual one, of a hundred lines, has its room again and again: pages that the
 * kernel gives, clears and takes back cost as much as a look at the lines. */
static void
limit_memory(void)
{
	(void)mallopt(M_MMAP_THRESHOLD, 512 << 10);
	(void)mallopt(M_TRIM_THRESHOLD, 2 << 20);
	(void)mallopt(M_ARENA_MAX, 2);
}

/* Each thread of the library's pool has its share of them. */
static unsigned
threads_of(unsigned service)
{
	return 2 * service + 2;
}

static unsigned
least_of(unsigned service)
{
	return 2 * threads_of(service);
}

/* As many at each address as there are files for, when databases and what the
 * process itself has open got theirs, and the other addresses some: a crowd
 * must not shut those out. */
static unsigned
connections_of(struct serve *s, size_t n_listen, unsigned service)
{
	unsigned want = s->config.connections, least = least_of(service);
	rlim_t kept = 64 + (n_listen + 1) * threads_of(service) *
				   (rlim_t)(1 + s->config.n_db);
	rlim_t all = kept + want * (rlim_t)n_listen, each, other;
	struct rlimit files;

	if (n_listen == 0 || getrlimit(RLIMIT_NOFILE, &files) != 0) {
		return want;
	}
	all = all < files.rlim_max ? all : files.rlim_max;
	if (files.rlim_cur < all) {
		files.rlim_cur = all;
		(void)setrlimit(RLIMIT_NOFILE, &files);
		(void)getrlimit(RLIMIT_NOFILE, &files);
	}
	each = files.rlim_cur > kept ? files.rlim_cur - kept : 0;
	other = each / HUB_LISTEN < OTHERS ? each / HUB_LISTEN : OTHERS;
	each -= other * (n_listen - 1);
	if (each >= want) {
		return want;
	}
	each = each > least ? each : least;
	hub_log(&s->hub, LOG_LVL_WARN, "connections",
		"%llu at each address: this process may open no more files "
		"(LimitNOFILE, ulimit -n)",
		(unsigned long long)each);
	return (unsigned)each;
}

static enum rc
open_server(struct serve *s, const char *listen, unsigned service,
	unsigned connections, bool metrics, struct err *reterr)
{
	struct hub *h = &s->hub;
	bool far = strncmp(listen, "unix:", 5) != 0;
	struct server_conf conf = {
		.listen = listen,
		.cert = far ? s->cert : NULL,
		.key = far ? s->key : NULL,
		.n_thread = threads_of(service),
		.n_connection = connections,
		.metrics = metrics,
	};
	enum rc rc = server_open(h, &conf, &h->server[h->n_server], reterr);

	if (rc == RC_OK) {
		unsigned port = server_port(h->server[h->n_server++]);

		/* who asked for any port is told which */
		hub_log(h, LOG_LVL_INFO, "listen", "at=%s port=%u tls=%s",
			listen, port, conf.cert != NULL ? "yes" : "no");
	}
	return rc;
}

static void
close_hub(struct serve *s)
{
	struct hub *h = &s->hub;

	admission_close(&h->admission);
	for (size_t i = 0; i < h->n_server; i++) {
		server_close(h->server[i]);
	}
	h->n_server = 0;
	if (h->admission.slot != NULL) {
		admission_done(&h->admission);
	}
	revs_free(h->revs);
	stale_free(h->stale);
	db_close(h->db);
	hub_keys_close(s->keys);
	free(s->cert);
	if (s->key != NULL) {
		crypto_wipe(s->key, strlen(s->key));
		free(s->key);
	}
	loop_free(s->loop);
	(void)pthread_mutex_destroy(&h->log_lock);
}

/* --- the rounds ----------------------------------------------------------- */

static enum rc
stop(void *arg)
{
	struct serve *s = arg;

	if (s->stop_us == 0) {
		notify_close(&s->notify);
		s->stop_us = mono_us(s) + STOP_US;
		for (size_t i = 0; i < s->hub.n_server; i++) {
			server_quiesce(s->hub.server[i]);
		}
		admission_close(&s->hub.admission);
		hub_wake(&s->hub);
	}
	return RC_OK;
}

static bool
is_quiet(struct serve *s)
{
	size_t busy = 0;

	for (size_t i = 0; i < s->hub.n_server; i++) {
		busy += server_busy(s->hub.server[i]);
	}
	return busy == 0 || mono_us(s) >= s->stop_us;
}

static enum rc
go_round(void *arg)
{
	struct serve *s = arg;
	int64_t now = mono_us(s);

	if (s->stop_us > 0) {
		if (is_quiet(s)) {
			loop_stop(s->loop);
			return RC_OK;
		}
		return loop_timer(s->loop, 1,
			(struct mono){now + ROUND_US / 20}, go_round, s);
	}
	chores_run(&s->chores, &s->hub, now);
	if (now >= s->trim_us) {
		(void)malloc_trim(0); /* what a storm left */
		s->trim_us = now + TRIM_US;
	}
	now = mono_us(s);
	notify_awake(&s->notify, (struct mono){now});
	return loop_timer(
		s->loop, 1, (struct mono){now + ROUND_US}, go_round, s);
}

static enum rc
run(struct serve *s, struct err *reterr)
{
	enum rc rc = loop_new(&s->loop, reterr);

	if (rc == RC_OK) {
		rc = loop_signal(s->loop, SIGTERM, stop, s);
	}
	if (rc == RC_OK) {
		rc = loop_signal(s->loop, SIGINT, stop, s);
	}
	if (rc == RC_OK) {
		rc = go_round(s);
	}
	if (rc == RC_OK) {
		notify_open(&s->notify);
		notify_ready(&s->notify);
		rc = loop_run(s->loop, reterr);
	}
	return rc;
}

int
hub_serve(int argc, char *argv[])
{
	struct opt_list listen = {0};
	const struct opt opt[] = {{"listen", OPT_LIST, &listen}};
	struct serve *s = NULL;
	struct hub_args a;
	struct err e = {0};
	unsigned service, most;
	int exit;
	enum rc rc;

	exit = hub_args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 0, 0);
	if (exit >= 0) {
		return exit;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		return hub_args_fail(&a, RC_NOMEM, &e);
	}
	s->notify.fd = -1;
	exit = hub_args_config(&a, &s->config);
	if (exit >= 0) {
		free(s);
		return exit;
	}
	log_open(STDERR_FILENO, LOG_LVL_INFO);
	limit_memory();
	service = service_of(&s->config);
	rc = open_hub(s, service, &e);
	listen.n = listen.n < HUB_LISTEN ? listen.n : HUB_LISTEN;
	most = connections_of(
		s, listen.n > 0 ? listen.n : s->config.n_listen, service);
	for (size_t i = 0;
		rc == RC_OK && listen.n == 0 && i < s->config.n_listen; i++) {
		rc = open_server(
			s, s->config.listen[i], service, most, false, &e);
	}
	for (size_t i = 0; rc == RC_OK && i < listen.n; i++) {
		rc = open_server(s, listen.text[i], service, most, false, &e);
	}
	if (rc == RC_OK && s->config.metrics[0] != '\0') {
		rc = open_server(s, s->config.metrics, service,
			least_of(service), true, &e);
	}
	if (rc == RC_OK) {
		rc = run(s, &e);
	}
	exit = rc == RC_OK ? EXIT_DONE : hub_args_fail(&a, rc, &e);
	close_hub(s);
	free(s);
	return exit;
}
