/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/setup.h"
#include "hub/upgrade.h"
#include "main/hub_desk.h"

#include "base/poison.h"

static const char usage[] =
	"setup [--database CONNINFO [--parts A-B] [--residency LABEL]]... "
	"[--state DIR] [--name NAME] [--url URL] [--listen ADDRESS:PORT] "
	"[--no-tls] [--role ROLE] [--tenant NAME] [--tenant-residency LABEL] "
	"[--admin-key FILE] [--no-tenant]";

struct options {
	struct opt_list database, parts, residency;
	const char *state, *name, *url, *listen, *role, *tenant,
		*tenant_residency, *admin_key;
	bool no_tls, no_tenant;
};

static void
say(void *arg, const char *text)
{
	(void)arg;
	(void)fprintf(stderr, "holdfast-hub setup: %s\n", text);
}

static const char *
at(const struct opt_list *l, size_t i)
{
	return i < l->n && l->text[i][0] != '\0' ? l->text[i] : NULL;
}

static const char *
config_path(const struct hub_args *a)
{
	/* before anything else runs */
	const char *env = getenv("HOLDFAST_HUB_CONF");

	if (a->config != NULL) {
		return a->config;
	}
	return env != NULL && env[0] != '\0' ? env : HUB_CONFIG_PATH;
}

static enum rc
count_tenant(void *arg, const struct tenant *t, struct err *reterr)
{
	size_t *n = arg;

	(void)t;
	(void)reterr;
	(*n)++;
	return RC_OK;
}

struct first {
	struct tenant tenant;
	char keyid[HUB_KEYID_TEXT];
	char key[PATH_BYTES];
	bool made;
};

static enum rc
make_first(struct hub_desk *d, const struct options *o, struct first *ret,
	struct err *reterr)
{
	struct stat st;
	size_t n = 0;
	enum rc rc = tenant_each(d->db, count_tenant, &n, reterr);

	if (rc != RC_OK || n > 0 || o->no_tenant) {
		return rc;
	}
	if (o->admin_key != NULL) {
		struct sbuf b;

		sbuf_init(&b, ret->key, sizeof(ret->key));
		sbuf_puts(&b, o->admin_key);
		rc = sbuf_ok(&b) ? RC_OK : RC_RANGE;
	} else {
		rc = path_join(ret->key, sizeof(ret->key), d->config.state,
			"admin.key");
	}
	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, "setup",
			"the path of the administrator's key is too long: name "
			"a shorter one with --admin-key");
	}
	/* found out behind the tenant, nobody would administer it */
	if (stat(ret->key, &st) == 0) {
		return err_set(reterr, RC_EXISTS, 0, "setup",
			"%s is there already: take it away, or name another "
			"file with --admin-key",
			ret->key);
	}
	rc = tenant_add(&d->doer,
		o->tenant != NULL ? o->tenant : d->config.name,
		o->tenant_residency != NULL ? o->tenant_residency : "",
		&ret->tenant, reterr);
	if (rc == RC_OK) {
		rc = hub_desk_administrator(d, &ret->tenant, "administrator",
			ret->key, ret->keyid, reterr);
	}
	ret->made = rc == RC_OK;
	return rc;
}

static enum rc
report(struct hub_desk *d, const struct first *f, struct err *reterr)
{
	if (hub_args_json(&d->a)) {
		hub_desk_row(d);
		hub_desk_id(d, "hub", d->keys->id);
		json_str(&d->json, "config", d->config.path);
		json_str(&d->json, "state", d->config.state);
		json_str(&d->json, "url", d->config.url);
		if (f->made) {
			hub_desk_id(d, "tenant", f->tenant.id);
			json_str(&d->json, "administrator", f->keyid);
			json_str(&d->json, "admin_key", f->key);
		}
		return hub_desk_put(d, reterr);
	}
	if (f->made) {
		(void)printf("The first tenant is \"%s\"; who has the file %s\n"
			     "administers it.\n\n",
			f->tenant.name, f->key);
	}
	(void)printf(
		"What to do next:\n"
		"  systemctl enable --now holdfast-hub     or: holdfast-hub "
		"serve\n"
		"  holdfast-hub store add \"Main Street\"\n"
		"  holdfast-hub register add R01 --store \"Main Street\"\n"
		"      shows a code; at the till, within %d minutes:\n"
		"      holdfast sync enroll CODE --hub %s\n"
		"Keep a copy of %s/%s apart from the database's backups.\n",
		CODE_MINUTES, d->config.url, d->config.state, HUB_KEYS_FILE);
	return fflush(stdout) == 0 ? RC_OK
				   : err_set(reterr, RC_IO, 0, "setup",
					     "the output cannot be written");
}

int
hub_setup(int argc, char *argv[])
{
	struct options o = {0};
	const struct opt opt[] = {
		{"database", OPT_LIST, &o.database},
		{"parts", OPT_LIST, &o.parts},
		{"residency", OPT_LIST, &o.residency},
		{"state", OPT_TEXT, &o.state},
		{"name", OPT_TEXT, &o.name},
		{"url", OPT_TEXT, &o.url},
		{"listen", OPT_TEXT, &o.listen},
		{"role", OPT_TEXT, &o.role},
		{"no-tls", OPT_FLAG, &o.no_tls},
		{"tenant", OPT_TEXT, &o.tenant},
		{"tenant-residency", OPT_TEXT, &o.tenant_residency},
		{"admin-key", OPT_TEXT, &o.admin_key},
		{"no-tenant", OPT_FLAG, &o.no_tenant},
	};
	static struct hub_desk d;
	struct first first = {0};
	struct err e = {0};
	struct setup s = {
		.clock = clock_system(), .rng = rng_system(), .say = say};
	enum rc rc;
	int exit = hub_args_parse(
		&d.a, argc, argv, usage, opt, ARRAY_LEN(opt), 0, 0);

	if (exit >= 0) {
		return exit;
	}
	if (o.parts.n > o.database.n || o.residency.n > o.database.n) {
		return hub_args_usage(&d.a, usage,
			"--parts and --residency stand behind a --database "
			"each");
	}
	s.config = config_path(&d.a);
	s.state = o.state;
	s.name = o.name;
	s.url = o.url;
	s.listen = o.listen;
	s.no_tls = o.no_tls;
	s.role = o.role;
	s.n_db = o.database.n;
	for (size_t i = 0; i < s.n_db; i++) {
		s.db[i] = (struct setup_database){at(&o.database, i),
			at(&o.parts, i), at(&o.residency, i)};
	}
	rc = setup_run(&s, &d.config, &e);
	if (rc == RC_OK) {
		rc = hub_desk_begin(&d, &e);
	}
	if (rc == RC_OK) {
		rc = upgrade_rows(&d.doer, &e);
	}
	if (rc == RC_OK) {
		rc = make_first(&d, &o, &first, &e);
	}
	if (rc == RC_OK) {
		rc = report(&d, &first, &e);
	}
	return hub_desk_end(&d, rc, &e);
}
