/* SPDX-License-Identifier: Apache-2.0 */
#include "register/feed_config.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "register/settings.h"

#include "base/poison.h"

/* What makes the register the one it is. */
static enum rc
judge(const struct shop *s, const struct config *c, struct err *reterr)
{
	if (strcmp(c->register_no, s->config.register_no) != 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"register.id cannot be changed by the hub: take it out "
			"of its text");
	}
	if (strcmp(c->currency.code, s->config.currency.code) != 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"currency.code cannot be changed by the hub: take it "
			"out of its text");
	}
	return RC_OK;
}

static enum rc
check(const struct shop *s, const struct feed_texts *x,
	const struct feed_config *made, struct err *reterr)
{
	struct config *c = config_new();
	enum rc rc;

	if (c == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "config",
			"no memory to check the hub's texts");
	}
	rc = config_part_check(x->part, x->n, made->text, made->len, c, reterr);
	if (rc == RC_OK) {
		rc = judge(s, c, reterr);
	}
	config_free(c);
	return rc;
}

/* The shop's own part, malloc'd. */
static enum rc
own_part(struct shop *s, struct config_part *p, struct err *reterr)
{
	char *active = NULL, *own;
	struct sbuf b;
	size_t n = 0;
	enum rc rc = shop_config_text(s, &active, &n, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	own = malloc(n + 1);
	if (own == NULL) {
		free(active);
		return err_set(reterr, RC_NOMEM, 0, "config",
			"no memory to read the configuration");
	}
	own[0] = '\0';
	sbuf_init(&b, own, n + 1);
	feed_text_own(active, n, &b);
	free(active);
	*p = (struct config_part){SETTINGS_NAME, own, b.len, 1};
	return RC_OK;
}

enum rc
feed_config_make(struct shop *s, struct feed_texts *x, struct feed_config *ret,
	struct err *reterr)
{
	struct config_part none = {0}, *own = x->part != NULL ? x->part : &none;
	struct sbuf b;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	rc = own_part(s, own, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	ret->text = malloc(CONFIG_TEXT_BYTES + 1);
	if (ret->text == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "config",
			"no memory to join the hub's texts");
	}
	if (rc == RC_OK) {
		sbuf_init(&b, ret->text, CONFIG_TEXT_BYTES + 1);
		rc = feed_text_join(own, x->n, &b, reterr);
		ret->len = b.len;
		config_version(ret->text, ret->len, ret->version);
		ret->changes = strcmp(ret->version, s->config_version) != 0;
	}
	if (rc == RC_OK && x->why.rc != RC_OK) {
		rc = err_set(reterr, RC_PROTO, 0, "config", "%s", x->why.msg);
	}
	if (rc == RC_OK && ret->changes) {
		const struct feed_texts all = {.part = own, .n = x->n};

		rc = check(s, &all, ret, reterr);
	}
	free(bytes_unconst(own->text));
	memset(own, 0, sizeof(*own));
	return rc;
}

void
feed_config_free(struct feed_config *c)
{
	free(c->text);
	memset(c, 0, sizeof(*c));
}

void
feed_config_event(const struct shop *s, const struct feed_config *c,
	char previous[65], struct event *e)
{
	memcpy(previous, s->config_version, sizeof(s->config_version));
	memset(e, 0, sizeof(*e));
	e->type = EVENT_CONFIG_ACTIVATED;
	e->data.config = (struct event_config){.version = c->version,
		.previous = previous[0] != '\0' ? previous : NULL,
		.text = c->text,
		.why = "feed"};
}
