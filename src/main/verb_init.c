/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "main/args.h"
#include "register/country.h"
#include "register/settings.h"

#include "base/poison.h"

#define COUNTRIES_BYTES 8192

static const char usage[] =
	"init --shop NAME --register R01 [--country de | --country list] "
	"[--currency EUR] [--prices included|added] [--tax A=19%]... "
	"(--key-file FILE | --passphrase-fd N) [--store DIR] [--json]";

/* The store is found from anywhere later, so its key must be as well. */
static enum rc
absolute(const char *path, char out[PATH_BYTES], struct err *reterr)
{
	char *here;
	struct sbuf b;

	sbuf_init(&b, out, PATH_BYTES);
	if (path[0] != '/') {
		here = realpath(".", NULL);
		if (here == NULL) {
			return err_set(reterr, RC_IO, 0, "init",
				"this directory cannot be read; give "
				"--key-file as a path from /");
		}
		sbuf_puts(&b, here);
		sbuf_putc(&b, '/');
		free(here);
	}
	sbuf_puts(&b, path);
	return sbuf_ok(&b) ? RC_OK
			   : err_set(reterr, RC_RANGE, 0, "init",
				     "the path of --key-file is too long");
}

/* The place of a file that need not be there yet: without links and dots as far
 * as its directories are there. */
static void
place_of(const char *path, char out[PATH_BYTES])
{
	char dir[PATH_BYTES];
	size_t n = strlen(path);
	char *real = NULL;
	struct sbuf b;

	while (real == NULL && n > 0) {
		while (n > 0 && path[n - 1] != '/') {
			n--;
		}
		sbuf_init(&b, dir, sizeof(dir));
		sbuf_write(&b, path, n);
		real = n > 0 ? realpath(dir, NULL) : NULL;
		n -= real == NULL && n > 0 ? 1 : 0;
	}
	sbuf_init(&b, out, PATH_BYTES);
	if (real != NULL && strcmp(real, "/") != 0) {
		sbuf_puts(&b, real);
		sbuf_putc(&b, '/');
	} else if (real != NULL) {
		sbuf_putc(&b, '/');
	}
	sbuf_puts(&b, path + n);
	free(real);
}

/* Who takes the store would take its key with it. */
static enum rc
check_apart(const char *key, const char *store, struct err *reterr)
{
	char at[PATH_BYTES], whole[PATH_BYTES], dir[PATH_BYTES];
	enum rc rc = absolute(store, whole, reterr);
	size_t n;

	if (rc != RC_OK) {
		return rc;
	}
	place_of(key, at);
	place_of(whole, dir);
	n = strlen(dir);
	if (strncmp(at, dir, n) == 0 && at[n] == '/') {
		return err_set(reterr, RC_INVAL, 0, "init",
			"--key-file: a key inside the store is lost, copied "
			"and stolen with it: name a file outside the store");
	}
	return RC_OK;
}

/* What receipts must have and the new configuration has not, with a blank
 * between. */
static void
find_missing(const char *store, struct sbuf *ret)
{
	struct config *c = config_new();
	const char *name = NULL;

	if (c != NULL && settings_config(store, c, NULL) == RC_OK) {
		while ((name = config_missing(c, name)) != NULL) {
			sbuf_puts(ret, ret->len > 0 ? " " : "");
			sbuf_write(ret, name, strcspn(name, " "));
		}
	}
	config_free(c);
}

static int
report(const struct args *a, const struct shop_seed *seed)
{
	char text[4 * PATH_BYTES], fields[CONFIG_VALUE_BYTES];
	struct sbuf b, missing;
	struct json j;
	bool file = seed->key.source == KEYS_FILE;

	sbuf_init(&missing, fields, sizeof(fields));
	find_missing(seed->dir, &missing);
	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "store", seed->dir);
		json_str(&j, "register", seed->config.register_no);
		json_str(&j, "key", file ? seed->key.path : "passphrase");
		if (missing.len > 0) {
			json_str(&j, "missing", fields);
		}
		json_obj_end(&j);
		sbuf_putc(&b, '\n');
	} else {
		sbuf_printf(&b,
			"%s is ready.\n"
			"  store          %s\n"
			"  configuration  %s/holdfast.conf\n"
			"  key            %s\n"
			"Keep the key apart from the store and keep a copy: "
			"without it nothing can be read.\n",
			seed->config.register_no, seed->dir, seed->dir,
			file ? seed->key.path : "your passphrase");
		if (missing.len > 0) {
			sbuf_printf(&b,
				"Receipts here need what is not written yet: "
				"%s.\nUntil it stands in holdfast.conf nothing "
				"is sold; then: holdfast config apply.\n",
				fields);
		}
	}
	return args_put(a, b.p, b.len);
}

static int
list_countries(const struct args *a)
{
	char text[COUNTRIES_BYTES];
	struct err e = {0};
	struct sbuf b;
	enum rc rc;

	sbuf_init(&b, text, sizeof(text));
	rc = country_list(&b, &e);
	return rc == RC_OK ? args_put(a, b.p, b.len) : args_fail(a, rc, &e);
}

static bool
is_missing(const struct shop_seed *seed, const struct args *a)
{
	const struct config_seed *c = &seed->config;

	return c->shop == NULL || c->register_no == NULL || !a->key.given ||
	       (c->country == NULL &&
		       (c->currency == NULL || c->prices == NULL ||
			       c->n_tax == 0));
}

/* *ret is the caller's to free. */
static enum rc
read_country(const char *name, struct shop_seed *seed, char **ret,
	struct err *reterr)
{
	struct sbuf b;
	enum rc rc;

	*ret = malloc(CONFIG_TEXT_BYTES);
	if (*ret == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "init",
			"no memory: close other programs");
	}
	sbuf_init(&b, *ret, CONFIG_TEXT_BYTES);
	rc = country_load(name, &b, reterr);
	seed->config.country = *ret;
	return rc;
}

int
verb_init(int argc, char *argv[])
{
	struct shop_seed seed = {0};
	struct opt_list tax = {0};
	const char *country = NULL;
	char *text = NULL;
	struct opt opt[] = {
		{"shop", OPT_TEXT, &seed.config.shop},
		{"register", OPT_TEXT, &seed.config.register_no},
		{"currency", OPT_TEXT, &seed.config.currency},
		{"prices", OPT_TEXT, &seed.config.prices},
		{"tax", OPT_LIST, &tax},
		{"country", OPT_TEXT, &country},
	};
	char key[PATH_BYTES];
	struct err e = {0};
	struct args a;
	int status;
	enum rc rc = RC_OK;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 0, 0);
	if (status >= 0) {
		return status;
	}
	if (country != NULL && strcmp(country, "list") == 0) {
		status = list_countries(&a);
		args_done(&a);
		return status;
	}
	memcpy(seed.config.tax, tax.text, sizeof(seed.config.tax));
	seed.config.n_tax = tax.n;
	seed.config.country = country;
	if (is_missing(&seed, &a)) {
		status = args_usage(&a, usage, "an option is missing");
		args_done(&a);
		return status;
	}
	if (country != NULL) {
		rc = read_country(country, &seed, &text, &e);
	}
	seed.dir = a.store;
	seed.key = a.key;
	seed.clock = clock_system();
	seed.rng = rng_system();
	if (rc == RC_OK && a.key.source == KEYS_FILE) {
		rc = absolute(a.key.path, key, &e);
		seed.key.path = key;
		if (rc == RC_OK) {
			rc = check_apart(key, a.store, &e);
		}
	}
	if (rc == RC_OK) {
		rc = shop_init(&seed, &e);
	}
	status = rc == RC_OK ? report(&a, &seed) : args_fail(&a, rc, &e);
	if (rc == RC_INVAL) {
		status = EXIT_USAGE; /* a value of an option */
	}
	free(text);
	args_done(&a);
	return status;
}
