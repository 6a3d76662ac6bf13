/* SPDX-License-Identifier: Apache-2.0 */
/* holdfast config export, import. */
#include <stdlib.h>
#include <string.h>

#include "main/verb_config.h"
#include "register/config_bundle.h"
#include "register/config_past.h"

#include "base/poison.h"

static enum rc
make(const struct args *a, struct shop *s, struct sbuf *b, struct err *reterr)
{
	struct config_past p = {.sequence = s->state.config_seq};
	const struct event *e = NULL;
	enum rc rc = RC_OK;

	if (a->n > 2) {
		rc = config_past_find(s, a->rest[2], &p, reterr);
	}
	if (rc == RC_OK && p.sequence == 0) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "config",
			"no configuration is active");
	}
	if (rc == RC_OK) {
		rc = shop_event(s, p.sequence, NULL, &e, reterr);
	}
	return rc == RC_OK ? config_bundle_make(s, e, b, reterr) : rc;
}

int
config_export(const struct args *a)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	const char *path = a->rest[1];
	char *text = malloc(BUNDLE_BYTES);
	struct shop *s = NULL;
	struct err e = {0};
	struct sbuf b = {0};
	int status = EXIT_DONE;
	enum rc rc = RC_NOMEM;

	if (text == NULL) {
		(void)err_set(
			&e, rc, 0, "config", "no memory: close other programs");
	} else {
		rc = shop_open(&conf, &s, &e);
	}
	if (rc == RC_OK) {
		sbuf_init(&b, text, BUNDLE_BYTES);
		rc = make(a, s, &b, &e);
	}
	if (rc == RC_OK && strcmp(path, "-") == 0) {
		status = args_put(a, b.p, b.len);
	} else if (rc == RC_OK) {
		rc = file_save(path, b.p, b.len, 0600, &e);
	}
	if (rc != RC_OK) {
		status = args_fail(a, rc, &e);
	}
	free(text);
	shop_close(s);
	return status;
}

int
config_import(const struct args *a, const struct config_opts *o)
{
	struct config_bundle *b = malloc(sizeof(*b));
	struct config_forward f = {.why = "import"};
	uint8_t *bytes = NULL;
	struct err e = {0};
	size_t n = 0;
	int status;
	enum rc rc = RC_NOMEM;

	if (b == NULL) {
		(void)err_set(
			&e, rc, 0, "config", "no memory: close other programs");
	} else {
		rc = file_load(a->rest[1], BUNDLE_BYTES, &bytes, &n, &e);
	}
	if (rc == RC_OK) {
		rc = config_bundle_read((const char *)bytes, n, b, &e);
	}
	if (rc == RC_OK) {
		f.text = b->text;
		f.len = b->len;
		f.origin = b->head;
		status = config_forward(a, o, &f);
	} else {
		status = args_fail(a, rc, &e);
	}
	free(bytes);
	free(b);
	return status;
}
