/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration as somebody at the register reads and changes it. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "register/people_ask.h"
#include "register/settings.h"
#include "register/till_internal.h"

#include "base/poison.h"

void
till_settings_free(struct till_settings *s)
{
	free(s->text);
	memset(s, 0, sizeof(*s));
}

static void
put_path(const struct till *t, struct till_settings *s)
{
	struct sbuf b;

	sbuf_init(&b, s->path, sizeof(s->path));
	sbuf_puts(&b, t->shop->dir);
	sbuf_puts(&b, "/" SETTINGS_NAME);
}

enum rc
till_settings_load(struct till *t, bool edited, struct till_settings *ret,
	struct err *reterr)
{
	struct till_settings s = {.text = NULL};
	char *file = NULL;
	size_t n = 0;
	enum rc rc = shop_config_text(t->shop, &s.text, &s.len, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	put_path(t, &s);
	config_version(s.text, s.len, s.active);
	memcpy(s.base, s.active, sizeof(s.base));
	rc = settings_load(t->shop->dir, &file, &n, s.file, reterr);
	if (rc == RC_OK && edited) {
		free(s.text);
		s.text = file;
		s.len = n;
		file = NULL;
		memcpy(s.base, s.file, sizeof(s.base));
	} else if (rc == RC_NOTFOUND && !edited) {
		/* it is written again with the next change */
		memcpy(s.file, s.active, sizeof(s.file));
		rc = RC_OK;
	}
	free(file);
	if (rc != RC_OK) {
		till_settings_free(&s);
		return rc;
	}
	*ret = s;
	return RC_OK;
}

/* Nobody gives a role more than they have themselves. */
static enum rc
may_give(struct till *t, const struct config *c, struct err *reterr)
{
	char role[16];

	if (!t->people) {
		return RC_OK;
	}
	people_ask_role(t->shop, engine_view(t->engine)->operator_no, role);
	return people_grant_config(&t->shop->config, c, role, reterr);
}

/* What stands in the way of this text; nothing is changed. */
static enum rc
may_save(struct till *t, const char *text, size_t len, const char *base,
	char **ret_old, size_t *ret_n, struct err *reterr)
{
	struct config *c = config_new();
	char version[65];
	enum rc rc;

	if (c == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__, "%s",
			_("Not enough memory: close other programs."));
	}
	rc = config_check(SETTINGS_NAME, text, len, c, reterr);
	if (rc == RC_OK) {
		rc = may_give(t, c, reterr);
	}
	config_free(c);
	if (rc != RC_OK) {
		return rc;
	}
	if (engine_view(t->engine)->basket->n_line > 0) {
		return err_set(reterr, RC_AGAIN, 0, __func__, "%s",
			_("A sale is open: finish or park it, then save."));
	}
	if (t->shop->config.two_people) {
		return err_set(reterr, RC_DENIED, 0, __func__, "%s",
			_("Two people change these settings: save them as a "
			  "draft, somebody else approves it."));
	}
	if (t->shop->read_only) {
		return err_set(
			reterr, RC_IO, 0, __func__, "%s", t->shop->trouble);
	}
	rc = settings_load(t->shop->dir, ret_old, ret_n, version, reterr);
	if (rc == RC_NOTFOUND) {
		return RC_OK;
	}
	if (rc == RC_OK && strcmp(version, base) != 0) {
		return err_set(reterr, RC_EXISTS, 0, __func__, "%s",
			_("holdfast.conf was edited by hand: R Enter reads it, "
			  "nothing was saved."));
	}
	return rc;
}

static enum rc
activate(struct till *t, const char *text, const char *version,
	struct err *reterr)
{
	const char *no = engine_view(t->engine)->operator_no;
	char previous[65];
	struct event e;

	memcpy(previous, t->shop->config_version, sizeof(previous));
	memset(&e, 0, sizeof(e));
	e.type = EVENT_CONFIG_ACTIVATED;
	e.data.config.version = version;
	e.data.config.previous = previous[0] != '\0' ? previous : NULL;
	e.data.config.text = text;
	return shop_record(t->shop, &e, 1, no[0] != '\0' ? no : TILL_NOBODY,
		NULL, NULL, reterr);
}

/* The file goes first: ended in between, it is an edit that waits to be
 * applied, and never an old text that would take the new one back. */
enum rc
till_settings_save(struct till *t, const char *text, size_t len,
	const char *base, struct err *reterr)
{
	char version[65];
	char *old = NULL;
	size_t n = 0;
	enum rc rc = may_save(t, text, len, base, &old, &n, reterr);

	if (rc != RC_OK) {
		goto out;
	}
	rc = settings_save(t->shop->dir, text, len, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	config_version(text, len, version);
	if (strcmp(version, t->shop->config_version) != 0) {
		rc = activate(t, text, version, reterr);
	}
	if (rc != RC_OK && old != NULL) {
		(void)!settings_save(t->shop->dir, old, n, NULL);
	}
	if (rc == RC_OK) {
		till_switch_config(t);
	}
out:
	free(old);
	return rc;
}
