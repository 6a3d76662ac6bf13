/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "main/args.h"
#include "register/inbox.h"
#include "register/settings.h"

#include "base/poison.h"

static const char usage[] =
	"config check [FILE] | show | apply [FILE] [--store DIR] [--json]";

#define APPLY_WAIT_MS 10000

/* The text of a file, or of the store's own, and what it means. */
static enum rc
load(const struct args *a, char **ret, size_t *ret_n, struct config *c,
	struct err *reterr)
{
	char path[PATH_BYTES];
	const char *name = a->n > 1 ? a->rest[1] : path;
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc = path_join(path, sizeof(path), a->store, "holdfast.conf");

	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, "config", "the path is too long");
	}
	rc = file_load(name, CONFIG_TEXT_BYTES - 1, &text, &n, reterr);
	if (rc == RC_OK) {
		rc = config_check(name, (const char *)text, n, c, reterr);
	}
	if (rc != RC_OK) {
		free(text);
		return rc;
	}
	*ret = (char *)text;
	*ret_n = n;
	return RC_OK;
}

static enum rc
ask(const struct args *a, const char *text, const struct config *c,
	uint64_t *ret_sequence, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	struct request r;
	char active[65];
	enum rc rc;

	rc = shop_open(&conf, &s, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	memcpy(active, s->config_version, sizeof(active));
	*ret_sequence = s->state.config_seq;
	shop_close(s);
	if (strcmp(active, c->version) == 0) {
		return RC_OK; /* it is the one already */
	}
	memset(&r, 0, sizeof(r));
	r.type = EVENT_CONFIG_ACTIVATED;
	r.actor = "1";
	r.event.type = r.type;
	r.event.data.config.version = c->version;
	r.event.data.config.previous = active[0] != '\0' ? active : NULL;
	r.event.data.config.text = text;
	return inbox_submit(&conf, &r, APPLY_WAIT_MS, ret_sequence, reterr);
}

/* Somebody edits the store's own file, which stays as it is then. */
static bool
is_edited(const struct args *a, const struct config *c)
{
	char version[65];
	char *text = NULL;
	size_t n = 0;
	bool edited =
		settings_load(a->store, &text, &n, version, NULL) == RC_OK &&
		strcmp(version, c->version) != 0;

	free(text);
	return edited;
}

static int
say(const struct args *a, const struct config *c, uint64_t sequence)
{
	char text[512];
	struct sbuf b;
	struct json j;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "version", c->version);
		if (sequence != 0) {
			json_u64(&j, "seq", sequence);
		}
		if (sequence != 0 && is_edited(a, c)) {
			json_bool(&j, "edited", true);
		}
		json_obj_end(&j);
	} else if (sequence != 0) {
		sbuf_printf(&b, "active: %s%s", c->version,
			is_edited(a, c)
				? "\nthe store's holdfast.conf has other "
				  "changes and was left as it is"
				: "");
	} else {
		sbuf_printf(&b, "good: %s", c->version);
	}
	sbuf_putc(&b, '\n');
	return args_put(a, b.p, b.len);
}

static int
check_or_apply(const struct args *a, bool apply)
{
	struct config *c = config_new();
	uint64_t sequence = 0;
	struct err e = {0};
	char *text = NULL;
	size_t n = 0;
	int status;
	enum rc rc = RC_NOMEM;

	if (c != NULL) {
		rc = load(a, &text, &n, c, &e);
	}
	if (rc == RC_OK && apply) {
		rc = ask(a, text, c, &sequence, &e);
	}
	status = rc == RC_OK ? say(a, c, sequence) : args_fail(a, rc, &e);
	free(text);
	config_free(c);
	return status;
}

static int
show(const struct args *a)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	struct err e = {0};
	char *text = NULL;
	size_t n = 0;
	int status;
	enum rc rc = shop_open(&conf, &s, &e);

	if (rc == RC_OK) {
		rc = shop_config_text(s, &text, &n, &e);
	}
	status = rc == RC_OK ? args_put(a, text, n) : args_fail(a, rc, &e);
	free(text);
	shop_close(s);
	return status;
}

int
verb_config(int argc, char *argv[])
{
	struct args a;
	int status;

	status = args_parse(&a, argc, argv, usage, NULL, 0, 1, 2);
	if (status >= 0) {
		return status;
	}
	if (strcmp(a.rest[0], "check") == 0) {
		status = check_or_apply(&a, false);
	} else if (strcmp(a.rest[0], "apply") == 0) {
		status = check_or_apply(&a, true);
	} else if (strcmp(a.rest[0], "show") == 0 && a.n == 1) {
		status = show(&a);
	} else {
		status = args_usage(&a, usage, "say check, show or apply");
	}
	args_done(&a);
	return status;
}
