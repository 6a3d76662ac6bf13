/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/screen_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/i18n.h"
#include "register/config_edit.h"

#include "base/poison.h"

/* holdfast.conf, a page of keys at a time.  What is changed here is a text in
 * memory; saving makes it the store's file and the active configuration. */

/* a line of the text, and the name of its section */
#define CONFIG_LINE_BYTES 4200

static const struct screen_ops settings_ops;

/* --- changing --- */

static void
forget_changes(struct settings *s)
{
	s->use = 0;
	s->len[0] = s->from.len;
	memcpy(s->text[0], s->from.text, s->from.len + 1);
	settings_fill(s);
}

/* Of all keys and values, whatever their order: sums of their hashes. */
struct digest {
	uint64_t sum[HASH_BYTES / sizeof(uint64_t)];
	size_t n;
};

static void
digest_each(void *arg, const char *section, const char *key, const char *value)
{
	struct digest *d = arg;
	uint64_t part[HASH_BYTES / sizeof(uint64_t)];
	char text[CONFIG_LINE_BYTES];
	uint8_t hash[HASH_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%s\n%s\n", section, key);
	sbuf_puts(&b, value);
	sha256(hash, b.p, b.len);
	memcpy(part, hash, sizeof(part));
	for (size_t i = 0; i < ARRAY_LEN(part); i++) {
		d->sum[i] += part[i];
	}
	d->n++;
}

/* Every key as it was, but a section was made for one that went again. */
static bool
is_as_it_was(const struct settings *s)
{
	struct digest now = {{0}, 0}, was = {{0}, 0};

	config_each(s->text[s->use], s->len[s->use], digest_each, &now);
	config_each(s->from.text, s->from.len, digest_each, &was);
	return now.n == was.n && memcmp(now.sum, was.sum, sizeof(now.sum)) == 0;
}

static bool
may_change(struct app *a, const struct settings *s)
{
	const struct settings_row *r = settings_selected(s);

	if (r == NULL || settings_is_locked(s, r)) {
		app_attention(a, _("Only shown here: it is changed in "
				   "holdfast.conf, then holdfast config "
				   "apply."));
		return false;
	}
	return true;
}

/* A value that cannot be is said at once, and nothing is changed. */
static void
change(struct app *a, struct settings *s, const char *value)
{
	const struct settings_row *r = settings_selected(s);
	struct err err = {.rc = RC_OK};
	unsigned next = 1 - s->use;
	struct config *c = app_room(a, sizeof(*c));
	struct sbuf b;
	enum rc rc;

	if (c == NULL) {
		return;
	}
	sbuf_init(&b, s->text[next], SETTINGS_TEXT_BYTES);
	rc = config_edit(s->text[s->use], s->len[s->use], r->section, r->key,
		value, &b, &err);
	if (rc == RC_OK) {
		rc = config_check("holdfast.conf", b.p, b.len, c, &err);
	}
	config_free(c);
	if (rc != RC_OK) {
		app_attention(a, err.msg);
		return;
	}
	s->len[next] = b.len;
	s->use = next;
	if (is_as_it_was(s)) {
		forget_changes(s);
	}
	settings_fill(s);
	app_advise(a, settings_any_change(s)
			      ? _("Not active yet: S Enter saves, Esc undoes.")
			      : _("As it was: nothing to save."));
}

/* The word beside the one there is.  What there is without the line is one
 * more, unless it is the first word; a line that was not there goes again. */
static void
cycle(struct app *a, struct settings *s, bool back)
{
	const struct settings_row *r = settings_selected(s);
	const char *const *word;
	char now[CONFIG_VALUE_BYTES * 4];
	struct sbuf b;
	size_t n = 0, i = 0, none;
	bool had;

	if (!may_change(a, s)) {
		return;
	}
	word = config_choices(r->section, r->key, &n);
	if (word == NULL) {
		app_attention(a, _("Any text may stand here: type it, then "
				   "Enter."));
		return;
	}
	sbuf_init(&b, now, sizeof(now));
	had = settings_value(s->from.text, s->from.len, r, &b);
	none = r->info != NULL && r->info->fallback != NULL &&
			       strcmp(r->info->fallback, word[0]) == 0
		       ? 0
		       : n;
	sbuf_clear(&b);
	if (!settings_value(s->text[s->use], s->len[s->use], r, &b)) {
		i = none;
	} else {
		while (i + 1 < n && strcmp(word[i], now) != 0) {
			i++;
		}
	}
	n += none == n ? 1 : 0;
	i = (i + (back ? n - 1 : 1)) % n;
	change(a, s, i == none && (none > 0 || !had) ? NULL : word[i]);
}

static void
take_text(struct settings *s, struct till_settings *from)
{
	till_settings_free(&s->from);
	s->from = *from;
	forget_changes(s);
}

/* Whoever else may approves it: CD. */
static void
save_draft(struct app *a, struct settings *s)
{
	struct err err = {.rc = RC_OK};
	struct utc at_once = {0};
	char buf[96];
	struct sbuf b;

	if (!settings_any_change(s)) {
		app_say(a, MSG_INFO, _("Nothing was changed."));
		return;
	}
	if (till_settings_draft(a->till, s->text[s->use], s->from.active, NULL,
		    at_once, &err) != RC_OK) {
		app_attention(a, err.msg);
		return;
	}
	forget_changes(s);
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 71 */
	sbuf_printf(&b,
		_("Saved as draft %llu: somebody else approves it, CD."),
		(unsigned long long)shop_head(till_shop(a->till)));
	app_say(a, MSG_INFO, buf);
}

static void
save(struct app *a, struct settings *s)
{
	struct till_settings from;
	struct err err = {.rc = RC_OK};

	if (till_config(a->till)->two_people) {
		save_draft(a, s);
		return;
	}
	if (!settings_any_change(s) &&
		strcmp(s->from.base, s->from.active) == 0) {
		app_say(a, MSG_INFO, _("Nothing was changed."));
		return;
	}
	if (till_settings_save(a->till, s->text[s->use], s->len[s->use],
		    s->from.base, &err) != RC_OK) {
		app_attention(a, err.msg);
		return;
	}
	app_say(a, MSG_INFO, _("Saved; it is active from now on."));
	if (till_settings_load(a->till, false, &from, NULL) == RC_OK) {
		take_text(s, &from);
	}
}

/* What somebody wrote into the file by hand. */
static void
reload(struct app *a, struct settings *s)
{
	struct till_settings from = {.text = NULL};
	struct config *c = app_room(a, sizeof(*c));
	struct err err = {.rc = RC_OK};
	enum rc rc;

	if (c == NULL) {
		return;
	}
	rc = till_settings_load(a->till, true, &from, &err);
	if (rc == RC_OK) {
		rc = config_check(
			"holdfast.conf", from.text, from.len, c, &err);
	}
	config_free(c);
	if (rc != RC_OK) {
		till_settings_free(&from);
		app_attention(a, err.msg);
		return;
	}
	take_text(s, &from);
	app_say(a, MSG_INFO,
		strcmp(from.base, from.active) == 0
			? _("holdfast.conf is the active configuration.")
			: _("holdfast.conf was read: S Enter makes it "
			    "active."));
}

/* --- what is seen --- */

void
settings_open(struct app *a)
{
	struct settings *s = app_room(a, sizeof(*s));
	struct err err = {.rc = RC_OK};

	if (s == NULL) {
		return;
	}
	if (till_settings_load(a->till, false, &s->from, &err) != RC_OK) {
		free(s);
		app_attention(a, err.msg);
		return;
	}
	forget_changes(s);
	if (app_open(a, &settings_ops, s) &&
		strcmp(s->from.file, s->from.active) != 0) {
		app_attention(a, _("holdfast.conf was edited by hand and is "
				   "not active: R Enter reads it."));
	}
}

/* --- keys --- */

static void
turn_page(struct app *a, struct settings *s, bool back)
{
	const char *text = app_prompt(a)->text;
	size_t n = SETTINGS_PAGES;

	if (text[0] == '\0') {
		settings_turn_to(s, (s->page + (back ? n - 1 : 1)) % n);
	} else if (text[1] == '\0' && text[0] >= '1' &&
		   (size_t)(text[0] - '0') <= n) {
		settings_turn_to(s, (size_t)(text[0] - '1'));
	} else {
		app_attention(a, _("There is no page of that number."));
	}
	prompt_clear(app_prompt(a));
}

static void
give_default(struct app *a, struct settings *s)
{
	if (may_change(a, s)) {
		change(a, s, NULL);
	}
}

static void
accept(struct app *a, struct settings *s)
{
	char text[PROMPT_BYTES];

	memcpy(text, app_prompt(a)->text, sizeof(text));
	prompt_clear(app_prompt(a));
	if (text[0] == '\0') {
		(void)rows_move(&s->rows, ACTION_DOWN, 1);
	} else if (strcmp(text, "S") == 0 || strcmp(text, "s") == 0) {
		save(a, s);
	} else if (strcmp(text, "SD") == 0 || strcmp(text, "sd") == 0) {
		save_draft(a, s);
	} else if (strcmp(text, "R") == 0 || strcmp(text, "r") == 0) {
		reload(a, s);
	} else if (strcmp(text, "D") == 0 || strcmp(text, "d") == 0) {
		give_default(a, s);
	} else if (strcmp(text, "T") == 0 || strcmp(text, "t") == 0) {
		probe_open(a);
	} else if (may_change(a, s)) {
		change(a, s, text);
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	struct settings *s = state;

	if (action == ACTION_ACCEPT) {
		accept(a, s);
	} else if (action == ACTION_SAVE) {
		save(a, s);
	} else if (action == ACTION_VOID) {
		give_default(a, s);
	} else if (action == ACTION_CHECK) {
		probe_open(a);
	} else if (action == ACTION_LEFT || action == ACTION_RIGHT) {
		cycle(a, s, action == ACTION_LEFT);
	} else if (action == ACTION_PGUP || action == ACTION_PGDN) {
		turn_page(a, s, action == ACTION_PGUP);
	} else if (action == ACTION_CLEAR && settings_any_change(s)) {
		forget_changes(s);
		app_say(a, MSG_INFO, _("Undone: nothing was changed."));
	} else if (action == ACTION_CLEAR) {
		app_close(a);
	} else {
		(void)rows_move(&s->rows, action, 1);
	}
}

static void
give_back(struct app *a, void *state)
{
	struct settings *s = state;

	(void)a;
	till_settings_free(&s->from);
	free(s);
}

static const struct screen_ops settings_ops = {
	.bit = SCREEN_SETTINGS,
	/* cells: 24 */
	.title = N_("SETTINGS"),
	/* cells: 12 */
	.label = N_("VALUE"),
	.draw = settings_draw,
	.hint = settings_hint,
	.reading = settings_reading,
	.act = act,
	.close = give_back,
};
