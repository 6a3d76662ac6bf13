/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "main/args.h"
#include "main/key_place.h"
#include "register/country.h"
#include "register/settings.h"

#include "base/poison.h"

#define COUNTRIES_BYTES 8192

static const char usage[] =
	"init --shop NAME --register R01 [--country de | --country list] "
	"[--currency EUR] [--prices included|added] [--tax A=19%]... "
	"(--key-file FILE | --passphrase-fd N | --key-credential NAME) "
	"[--recovery-file FILE] [--store DIR] [--json]";

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
	const char *key = seed->key.source == KEYS_PASSPHRASE
				  ? "your passphrase"
				  : seed->key.path;

	sbuf_init(&missing, fields, sizeof(fields));
	find_missing(seed->dir, &missing);
	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "store", seed->dir);
		json_str(&j, "register", seed->config.register_no);
		json_str(&j, "key",
			seed->key.source == KEYS_PASSPHRASE ? "passphrase"
							    : key);
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
			seed->config.register_no, seed->dir, seed->dir, key);
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
	const struct actor nobody = {.as = NULL};
	struct shop_seed seed = {0};
	struct opt_list tax = {0};
	const char *country = NULL, *recovery = NULL;
	char *text = NULL;
	struct opt opt[] = {
		{"shop", OPT_TEXT, &seed.config.shop},
		{"register", OPT_TEXT, &seed.config.register_no},
		{"currency", OPT_TEXT, &seed.config.currency},
		{"prices", OPT_TEXT, &seed.config.prices},
		{"tax", OPT_LIST, &tax},
		{"country", OPT_TEXT, &country},
		{"recovery-file", OPT_TEXT, &recovery},
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
	if (rc == RC_OK) {
		rc = key_place(&seed.key, a.store, key, &e);
	}
	if (rc == RC_OK && recovery != NULL) {
		rc = key_recovery_place(recovery, a.store, &e);
	}
	if (rc == RC_OK) {
		rc = shop_init(&seed, &e);
	}
	if (rc == RC_OK && recovery != NULL) {
		rc = key_recovery_write(&a, &nobody, recovery, &e);
	}
	status = rc == RC_OK ? report(&a, &seed) : args_fail(&a, rc, &e);
	if (rc == RC_INVAL) {
		status = EXIT_USAGE; /* a value of an option */
	}
	free(text);
	args_done(&a);
	return status;
}
