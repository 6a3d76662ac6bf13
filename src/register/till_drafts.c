/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations whose time comes while the register stands there, and those
 * that somebody at it puts forward. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "register/config_draft.h"
#include "register/settings.h"
#include "register/till_internal.h"

#include "base/poison.h"

/* An activation by the register itself that a kill cut off from the file: what
 * was active is no edit. */
static void
follow_file(struct till *t)
{
	const struct event *e = NULL;
	char *text = NULL;
	size_t n = 0;

	if (t->shop->state.config_seq == 0 || t->shop->read_only ||
		shop_event(t->shop, t->shop->state.config_seq, NULL, &e,
			NULL) != RC_OK ||
		e->type != EVENT_CONFIG_ACTIVATED ||
		e->data.config.why == NULL) {
		return;
	}
	if (shop_config_text(t->shop, &text, &n, NULL) == RC_OK) {
		settings_follow(t->shop, text, n);
	}
	free(text);
}

void
till_drafts_open(struct till *t)
{
	t->shop->drafts_new = true;
	follow_file(t);
	till_drafts_run(t);
}

void
till_drafts_run(struct till *t)
{
	struct shop *s = t->shop;
	struct sbuf said;
	size_t n = 0;

	if (s->mode != SHOP_WRITE || s->read_only || s->moved ||
		s->hold_config) {
		return;
	}
	if (s->drafts_new) {
		s->drafts_new = false;
		t->config_due = config_draft_next(s);
	}
	if (t->config_due == INT64_MAX ||
		config_draft_now(s).us < t->config_due) {
		return;
	}
	sbuf_init(&said, t->conf_note, sizeof(t->conf_note));
	t->conf_note[0] = '\0';
	config_draft_run(s, &n, &said);
	t->config_due = config_draft_next(s);
	s->drafts_new = false;
	if (n > 0) {
		t->conf_said++;
		till_switch_config(t);
	}
	if (n > 0 && said.len == 0) {
		sbuf_puts(&said,
			_("Another configuration is active from here on: its "
			  "time had come."));
	}
	t->conf_said += said.len > 0 && n == 0 ? 1 : 0;
}

unsigned
till_conf_said(const struct till *t)
{
	return t->conf_said;
}

bool
till_drafts_due(const struct till *t, struct mono now, struct mono *ret)
{
	int64_t left;

	if (t->config_due == INT64_MAX || t->shop->hold_config) {
		return false;
	}
	left = t->config_due - config_draft_now(t->shop).us;
	ret->us = now.us + (left > 0 ? left : 0);
	return true;
}

enum rc
till_settings_draft(struct till *t, const char *text, const char *base,
	const char *note, struct utc effective, struct err *reterr)
{
	const char *no = engine_view(t->engine)->operator_no;
	struct event e = {.type = EVENT_CONFIG_DRAFTED};
	char version[65];
	enum rc rc;

	config_version(text, strlen(text), version);
	e.data.draft = (struct event_draft){.version = version,
		.base = base,
		.text = text,
		.note = note != NULL && note[0] != '\0' ? note : NULL,
		.effective = effective};
	no = no[0] != '\0' ? no : TILL_NOBODY;
	rc = config_draft_admit(t->shop, &e, no, reterr);
	return rc == RC_OK ? shop_record(t->shop, &e, 1, no, NULL, NULL, reterr)
			   : rc;
}
