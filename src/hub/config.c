/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/config.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/parse.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define CONFIG_BYTES (256u << 10)
#define PARTS 256

struct reader {
	struct hub_config *c;
	struct hub_database *db; /* the section that is open, or NULL */
	bool in_hub;
};

static enum rc
bad(struct err *reterr, const char *what)
{
	return err_set(reterr, RC_PROTO, 0, "config", "%s", what);
}

static enum rc
take(char *out, size_t cap, const char *value, struct err *reterr)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, value);
	return sbuf_ok(&b) ? RC_OK
			   : bad(reterr, "the value is too long: shorten it");
}

static enum rc
take_number(uint32_t *ret, const char *value, int64_t min, int64_t max,
	struct err *reterr)
{
	int64_t v;

	if (parse_i64(value, strlen(value), min, max, &v) != RC_OK) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"a number from %lld to %lld is wanted", (long long)min,
			(long long)max);
	}
	*ret = (uint32_t)v;
	return RC_OK;
}

static enum rc
take_bool(bool *ret, const char *value, struct err *reterr)
{
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0) {
		return bad(reterr, "yes or no is wanted");
	}
	*ret = strcmp(value, "yes") == 0;
	return RC_OK;
}

/* A label stands in reports and in HTTP; "" is none. */
static enum rc
take_label(char *out, size_t cap, const char *value, struct err *reterr)
{
	for (const char *p = value; *p != '\0'; p++) {
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
			    *p == '-')) {
			return bad(reterr, "a label is of small letters, "
					   "digits and '-'");
		}
	}
	return take(out, cap, value, reterr);
}

/* --- [hub] --- */

static enum rc
hub_listen(struct hub_config *c, const char *value, struct err *reterr)
{
	if (c->n_listen == HUB_LISTEN) {
		return bad(reterr, "listen stands there too often: four are "
				   "enough");
	}
	return take(
		c->listen[c->n_listen++], sizeof(c->listen[0]), value, reterr);
}

static enum rc
hub_key(struct hub_config *c, const char *key, const char *value,
	struct err *reterr)
{
	const struct {
		const char *key;
		char *out;
		size_t cap;
	} texts[] = {
		{"name", c->name, sizeof(c->name)},
		{"state", c->state, sizeof(c->state)},
		{"url", c->url, sizeof(c->url)},
		{"tls_certificate", c->tls_certificate,
			sizeof(c->tls_certificate)},
		{"tls_key", c->tls_key, sizeof(c->tls_key)},
		{"metrics", c->metrics, sizeof(c->metrics)},
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (strcmp(key, texts[i].key) == 0) {
			return take(texts[i].out, texts[i].cap, value, reterr);
		}
	}
	if (strcmp(key, "listen") == 0) {
		return hub_listen(c, value, reterr);
	}
	if (strcmp(key, "threads") == 0) {
		return take_number(&c->threads, value, 0, 64, reterr);
	}
	if (strcmp(key, "connections") == 0) {
		return take_number(&c->connections, value, 16, 100000, reterr);
	}
	return err_set(reterr, RC_NOTFOUND, 0, "config",
		"[hub] has no key '%s': man holdfast-hub.conf lists them", key);
}

/* --- [database NAME] --- */

static enum rc
take_parts(struct hub_database *d, const char *value, struct err *reterr)
{
	const char *dash = strchr(value, '-');
	size_t n = dash != NULL ? (size_t)(dash - value) : strlen(value);
	int64_t first, last;

	if (parse_i64(value, n, 0, PARTS - 1, &first) != RC_OK) {
		return bad(reterr, "parts are like 0-127, of 0 to 255");
	}
	last = first;
	if (dash != NULL && (parse_i64(dash + 1, strlen(dash + 1), first,
				     PARTS - 1, &last) != RC_OK)) {
		return bad(reterr, "parts are like 0-127, of 0 to 255");
	}
	d->first = (uint8_t)first;
	d->last = (uint8_t)last;
	return RC_OK;
}

static enum rc
take_conninfo(struct hub_database *d, const char *value, struct err *reterr)
{
	char *why = NULL;
	PQconninfoOption *o = PQconninfoParse(value, &why);
	enum rc rc = RC_OK;

	PQfreemem(why);
	if (o == NULL) {
		return bad(reterr, "not what libpq takes: like host=127.0.0.1 "
				   "dbname=holdfast user=holdfast_hub");
	}
	for (size_t i = 0; o[i].keyword != NULL; i++) {
		if (strcmp(o[i].keyword, "password") == 0 && o[i].val != NULL) {
			rc = bad(reterr, "a password is kept in a file of its "
					 "own: use passfile=");
		}
	}
	PQconninfoFree(o);
	return rc != RC_OK
		       ? rc
		       : take(d->conninfo, sizeof(d->conninfo), value, reterr);
}

static enum rc
take_durable(struct hub_database *d, const char *value, struct err *reterr)
{
	static const char *const word[] = {
		[HUB_DURABLE_AUTO] = "auto",
		[HUB_DURABLE_BACKUP] = "backup",
		[HUB_DURABLE_REPLICA] = "replica",
		[HUB_DURABLE_COMMIT] = "commit",
	};

	for (size_t i = 0; i < ARRAY_LEN(word); i++) {
		if (strcmp(value, word[i]) == 0) {
			d->durable = (enum hub_durable)i;
			return RC_OK;
		}
	}
	return bad(reterr, "auto, backup, replica or commit is wanted");
}

static enum rc
database_key(struct hub_database *d, const char *key, const char *value,
	struct err *reterr)
{
	bool prepared = true;
	enum rc rc;

	if (strcmp(key, "conninfo") == 0) {
		return take_conninfo(d, value, reterr);
	}
	if (strcmp(key, "parts") == 0) {
		return take_parts(d, value, reterr);
	}
	if (strcmp(key, "residency") == 0) {
		return take_label(
			d->residency, sizeof(d->residency), value, reterr);
	}
	if (strcmp(key, "durable") == 0) {
		return take_durable(d, value, reterr);
	}
	if (strcmp(key, "prepared") == 0) {
		rc = take_bool(&prepared, value, reterr);
		d->unprepared = !prepared;
		return rc;
	}
	return err_set(reterr, RC_NOTFOUND, 0, "config",
		"[database] has no key '%s': man holdfast-hub.conf lists them",
		key);
}

static enum rc
open_section(struct reader *r, const char *section, struct err *reterr)
{
	static const char word[] = "database ";
	struct hub_config *c = r->c;

	r->in_hub = strcmp(section, "hub") == 0;
	r->db = NULL;
	if (r->in_hub) {
		return RC_OK;
	}
	if (strncmp(section, word, sizeof(word) - 1) != 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "config",
			"there is no section [%s]: [hub] and [database NAME]",
			section);
	}
	section += sizeof(word) - 1;
	for (size_t i = 0; i < c->n_db; i++) {
		if (strcmp(c->db[i].name, section) == 0) {
			return bad(reterr,
				"two databases have this name: give one of "
				"them another");
		}
	}
	if (c->n_db == HUB_DATABASES) {
		return bad(reterr, "more than 16 databases: a hub has no more");
	}
	r->db = &c->db[c->n_db++];
	r->db->last = PARTS - 1;
	return take(r->db->name, sizeof(r->db->name), section, reterr);
}

static enum rc
one_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct reader *r = arg;

	(void)pos;
	if (key == NULL) {
		return open_section(r, section, reterr);
	}
	if (r->in_hub) {
		return hub_key(r->c, key, value, reterr);
	}
	if (r->db != NULL) {
		return database_key(r->db, key, value, reterr);
	}
	return bad(reterr, "a key before the first section: begin with [hub]");
}

static enum rc
check_whole(const struct hub_config *c, const char *name, struct err *reterr)
{
	uint8_t who[PARTS] = {0};

	if (c->n_db == 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"%s: no [database NAME]: run holdfast-hub setup", name);
	}
	for (size_t i = 0; i < c->n_db; i++) {
		const struct hub_database *d = &c->db[i];

		if (d->conninfo[0] == '\0') {
			return err_set(reterr, RC_PROTO, 0, "config",
				"%s: [database %s] lacks conninfo", name,
				d->name);
		}
		for (unsigned p = d->first; p <= d->last; p++) {
			if (who[p] != 0) {
				return err_set(reterr, RC_PROTO, 0, "config",
					"%s: part %u is of [database %s] and "
					"of [database %s]: give each its own",
					name, p, c->db[who[p] - 1u].name,
					d->name);
			}
			who[p] = (uint8_t)(i + 1);
		}
	}
	if ((c->tls_certificate[0] == '\0') != (c->tls_key[0] == '\0')) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"%s: tls_certificate and tls_key go together", name);
	}
	return RC_OK;
}

enum rc
hub_config_parse(const char *name, const char *text, size_t len,
	struct hub_config *ret, struct err *reterr)
{
	struct reader r = {.c = ret};
	struct sbuf b;
	enum rc rc;

	*ret = (struct hub_config){.connections = 10000};
	sbuf_init(&b, ret->name, sizeof(ret->name));
	sbuf_puts(&b, "Holdfast");
	sbuf_init(&b, ret->state, sizeof(ret->state));
	sbuf_puts(&b, HUB_STATE_PATH);
	rc = conf_parse(name, text, len, one_key, &r, reterr);
	if (rc == RC_OK) {
		rc = take(ret->path, sizeof(ret->path), name, reterr);
	}
	return rc == RC_OK ? check_whole(ret, name, reterr) : rc;
}

enum rc
hub_config_load(const char *path, struct hub_config *ret, struct err *reterr)
{
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc;

	if (path == NULL) {
		/* before any thread is there */
		path = getenv("HOLDFAST_HUB_CONF");
	}
	if (path == NULL || path[0] == '\0') {
		path = HUB_CONFIG_PATH;
	}
	rc = file_load(path, CONFIG_BYTES, &text, &n, reterr);
	if (rc == RC_NOTFOUND) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "config",
			"there is no %s: run holdfast-hub setup", path);
	}
	if (rc == RC_OK) {
		rc = hub_config_parse(path, (const char *)text, n, ret, reterr);
	}
	free(text);
	return rc;
}

/* --- parts --- */

const struct hub_database *
hub_config_database(const struct hub_config *c, uint8_t part)
{
	for (size_t i = 0; i < c->n_db; i++) {
		if (part >= c->db[i].first && part <= c->db[i].last) {
			return &c->db[i];
		}
	}
	return NULL;
}

bool
hub_config_may(const struct hub_config *c, uint8_t part, const char *residency)
{
	const struct hub_database *d = hub_config_database(c, part);

	return d != NULL && (residency == NULL || residency[0] == '\0' ||
				    strcmp(d->residency, residency) == 0);
}

enum rc
hub_config_pick(const struct hub_config *c, const char *residency,
	const uint8_t id[16], uint8_t *ret_part)
{
	uint8_t may[PARTS];
	unsigned n = 0, sum = 0;

	for (unsigned p = 0; p < PARTS; p++) {
		if (hub_config_may(c, (uint8_t)p, residency)) {
			may[n++] = (uint8_t)p;
		}
	}
	if (n == 0) {
		return RC_NOTFOUND;
	}
	/* the tail of a UUID version 7 is random */
	for (size_t i = 12; i < 16; i++) {
		sum = sum << 8 | id[i];
	}
	*ret_part = may[sum % n];
	return RC_OK;
}

uint8_t
hub_config_home(const struct hub_config *c)
{
	return c->db[0].first;
}
