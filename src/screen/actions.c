/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/entry.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* What keys do that is the same on every screen: letters in the place of keys,
 * keys in the place of letters, and what a keymap file made up. */

static bool
is_number(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if ((s[i] < '0' || s[i] > '9') && s[i] != '.') {
			return false;
		}
	}
	return true;
}

static void
accept(struct app *a, const char *text)
{
	prompt_set(app_prompt(a), text);
	app_typed(a);
	app_screen(a)->act(a, app_state(a), ACTION_ACCEPT);
}

/* Number first, then key: what stands in the prompt goes in front. */
static void
send_code(struct app *a, const char *code)
{
	char text[PROMPT_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, app_prompt(a)->text);
	sbuf_puts(&b, code);
	accept(a, text);
}

/* A text of the keymap file: each part as if keyed and ended by Enter, up to the
 * first one that is not taken. */
static void
send_entry(struct app *a, const char *entry)
{
	size_t depth = a->depth;

	while (*entry != '\0') {
		char text[PROMPT_BYTES];
		size_t n = strcspn(entry, "\r\n");
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, app_prompt(a)->text);
		sbuf_write(&b, entry, n);
		app_say(a, MSG_INFO, "");
		accept(a, text);
		entry += n;
		if (*entry != '\0') {
			entry++;
		}
		if (a->msg_level == MSG_WARN || a->depth != depth) {
			return;
		}
	}
}

static void
exact_cash(struct app *a)
{
	if (app_prompt(a)->len > 0) {
		app_remind(a, _("Enter takes what stands in the prompt, Esc "
				"clears it; then this key."));
		return;
	}
	if (till_view(a->till)->state == ENGINE_PAY ||
		(app_entry(a, "TL") &&
			till_view(a->till)->state == ENGINE_PAY)) {
		(void)app_input(a, INPUT_EXACT, "", 0, 0);
	}
}

static void
quantity(struct app *a)
{
	struct prompt *p = app_prompt(a);

	if (p->len == 0 || !is_number(p->text, p->len)) {
		app_attention(a, _("Key the number first: 12, then this key."));
		return;
	}
	prompt_append(p, "*");
	a->typed = true;
}

/* An action as if its key had been struck here; false: it has no meaning. */
static bool
act_as(struct app *a, enum action action)
{
	const struct keybind *b = keymap_of_action(a->keymap, action);

	if (!keymap_valid(a->keymap, app_screen(a)->bit, action)) {
		return false;
	}
	app_act(a, b, 0);
	return true;
}

/* The engine gives the position's right; what it is there for begins at
 * once. */
static void
turned(struct app *a, int32_t position)
{
	static const struct {
		char position;
		enum action action;
	} means[] = {{'L', ACTION_LOCK}, {'S', ACTION_SUPERVISOR},
		{'X', ACTION_X_REPORT}, {'P', ACTION_SETTINGS},
		{'T', ACTION_TRAINING}};

	char text[96];
	struct sbuf b;
	size_t i;

	/* turned away from T, the training is over, if nothing is open */
	if (a->lock_position == 'T' && position != 'T' &&
		till_view(a->till)->training) {
		(void)act_as(a, ACTION_TRAINING);
	}
	a->lock_position = position;
	if (people_turned(a, position)) {
		return;
	}
	for (i = 0; i < ARRAY_LEN(means); i++) {
		if (position == 'T' && till_view(a->till)->training) {
			return;
		}
		if (means[i].position == position &&
			act_as(a, means[i].action)) {
			return;
		}
	}
	sbuf_init(&b, text, sizeof(text));
	/* cells: 76 */
	sbuf_printf(&b, _("The lock is turned to %c."), (char)position);
	app_say(a, MSG_INFO, text);
}

bool
app_act_common(struct app *a, const struct keybind *b, int32_t cp)
{
	const struct action_info *info = action_info(b->action);

	if (b->action == ACTION_ENTRY) {
		send_entry(a, b->entry);
	} else if (b->action == ACTION_KEYLOCK) {
		turned(a, b->arg != 0 ? b->arg : cp);
	} else if (b->action == ACTION_REPAINT) {
		a->repaint = true;
	} else if (b->action == ACTION_EXACT_CASH) {
		exact_cash(a);
	} else if (b->action == ACTION_QUANTITY) {
		quantity(a);
	} else if (info->sends &&
		   keymap_sends(a->keymap, app_screen(a)->bit, b->action)) {
		send_code(a, info->code);
	} else {
		return false;
	}
	return true;
}

/* The letters at the end of the prompt, of an action that is no entry of the
 * engine and works here. */
static enum action
word_in(const struct app *a, const struct prompt *p)
{
	enum screen_bit bit = app_screen(a)->bit;
	enum action action;
	struct entry e;

	if (p->len < 2 || !is_number(p->text, p->len - 2)) {
		return ACTION_NONE;
	}
	entry_parse(p->text, p->len, &e);
	action = action_by_code(p->text + p->len - 2, 2);
	if (e.kind == ENTRY_COMMAND || action == ACTION_NONE ||
		!keymap_coded(a->keymap, bit, action) ||
		action_info(action)->sends) {
		return ACTION_NONE;
	}
	return action;
}

bool
app_word_reading(const struct app *a, struct sbuf *out)
{
	const struct prompt *p =
		a->depth > 0 ? &a->stack[a->depth - 1].prompt : &a->prompt;
	enum action action = word_in(a, p);

	if (action == ACTION_NONE) {
		return false;
	}
	/* cells: 50 */
	sbuf_printf(out, _("Enter = %s"), _(action_info(action)->help));
	return true;
}

void
app_name_keys(const struct app *a, const char *text, struct sbuf *out)
{
	keymap_name_keys(a->keymap, app_screen(a)->bit, text, out);
}

const char *
app_back_key(const struct app *a)
{
	return keymap_slash_clears(a->keymap) ? "/" : _("Esc");
}

void
app_key_in(struct app *a, const char *text)
{
	prompt_set(app_prompt(a), text);
	app_typed(a);
	if (!app_act_word(a)) {
		app_screen(a)->act(a, app_state(a), ACTION_ACCEPT);
	}
}

bool
app_act_word(struct app *a)
{
	struct prompt *p = app_prompt(a);
	char digits[PROMPT_BYTES];
	enum action action;
	size_t n = p->len;

	if (n == 1 && p->text[0] == '.') {
		prompt_clear(p);
		if (!act_as(a, ACTION_MENU)) {
			app_attention(a, _("There is no menu here."));
		}
		return true;
	}
	action = word_in(a, p);
	if (action == ACTION_NONE) {
		return false;
	}
	memcpy(digits, p->text, n - 2);
	digits[n - 2] = '\0';
	prompt_set(p, digits);
	return act_as(a, action);
}

/* A printable character goes where the cursor is. */
static void
type_char(struct app *a, const struct key_event *ev)
{
	const struct screen_ops *s = app_screen(a);
	struct prompt *p = app_prompt(a);
	char enc[4];
	size_t n;

	if (s->view) {
		/* Whoever types wants to go on with what lies beneath. */
		app_close(a);
		app_dispatch_key(a, ev);
		return;
	}
	if (s->keys_only) {
		app_attention(a, _("That key does nothing here: the keys that "
				   "do are shown."));
		return;
	}
	if (ev->cp < 0x20) {
		return;
	}
	n = text_encode(ev->cp, enc);
	if (p->len + n >= sizeof(p->text)) {
		app_remind(a, _("The prompt is full: Enter takes it, Esc "
				"clears it."));
		return;
	}
	memcpy(p->text + p->len, enc, n);
	p->len += n;
	p->text[p->len] = '\0';
	a->typed = true;
}

static void
backspace(struct prompt *p)
{
	while (p->len > 0) {
		unsigned char c;

		p->len--;
		c = (unsigned char)p->text[p->len];
		p->text[p->len] = '\0';
		if ((c & 0xc0) != 0x80) {
			return;
		}
	}
}

/* What no screen needs to know; true: done. */
static bool
common_action(struct app *a, enum action action)
{
	struct prompt *p = app_prompt(a);

	if (action == ACTION_BACKSPACE) {
		backspace(p);
		a->typed = true;
	} else if (action == ACTION_ERASE ||
		   (action == ACTION_CLEAR && p->len > 0)) {
		prompt_clear(p);
		a->typed = true;
	} else if (action == ACTION_MENU && app_asks(a)) {
		/* what it leads to would leave the question behind */
		app_attention(a, _("There is no menu here."));
	} else if (action == ACTION_MENU && app_screen(a)->bit != SCREEN_MENU) {
		menu_open(a);
	} else if (action == ACTION_HELP) {
		view_help(a);
	} else if (action == ACTION_TEST_KEYS) {
		probe_open(a);
	} else if (action == ACTION_DEVICES) {
		devices_open(a);
	} else if (action == ACTION_INERT) {
		app_attention(a, _("Paying: Enter takes exact cash, or key the "
				   "amount first."));
	} else {
		return false;
	}
	return true;
}

void
app_act(struct app *a, const struct keybind *b, int32_t cp)
{
	const struct screen_ops *s = app_screen(a);

	if (b->action != ACTION_ACCEPT) {
		a->leaving = false;
		a->cancelling = false;
	}
	if (!common_action(a, b->action) && !app_act_common(a, b, cp)) {
		app_typed(a);
		if (b->action != ACTION_ACCEPT || !app_act_word(a)) {
			s->act(a, app_state(a), b->action);
		}
	}
}

/* A key without a meaning here gets a word. */
static void
say_useless(struct app *a, const struct key_event *ev)
{
	if (ev->code == KEYS_BROKEN) {
		app_attention(
			a, _("That key arrived in pieces: press it again."));
	} else if (ev->code == KEYS_COMMAND && ev->cp == 0) {
		app_attention(a, _("A device sent a command it may not give: "
				   "holdfast-keymap(5), allow."));
	} else if (ev->code == KEYS_KEYLOCK && ev->cp == 0) {
		app_attention(a, _("The lock sent a position the keymap does "
				   "not know."));
	} else {
		app_remind(
			a, _("That key does nothing here; F1 lists the keys."));
	}
}

bool
app_repaints(struct app *a, const struct keys_out *out)
{
	const struct keybind *b;

	if (out->scan) {
		return false;
	}
	b = keymap_find(
		a->keymap, app_screen(a)->bit, &out->key, app_prompt(a)->text);
	return out->key.code == KEYS_REPAINT ||
	       (b != NULL && b->action == ACTION_REPAINT);
}

void
app_dispatch_key(struct app *a, const struct key_event *ev)
{
	const struct keybind *b = keymap_find(
		a->keymap, app_screen(a)->bit, ev, app_prompt(a)->text);

	if (ev->code == KEYS_REPAINT) {
		a->repaint = true;
	} else if (b != NULL) {
		app_act(a, b, ev->cp);
	} else if (ev->code == KEYS_CHAR || ev->code == KEYS_TEXT) {
		type_char(a, ev);
	} else {
		say_useless(a, ev);
	}
}

void
app_keymap_says(struct app *a, bool ok, const char *text)
{
	if (ok) {
		app_say(a, MSG_INFO, text);
	} else {
		app_attention(a, text);
	}
}

size_t
app_codes(const struct config *c, char code[CONFIG_TENDERS][4])
{
	size_t i;

	memset(code, 0, CONFIG_TENDERS * sizeof(code[0]));
	for (i = 0; i < c->n_tender; i++) {
		memcpy(code[i], c->tender[i].code, sizeof(c->tender[i].code));
	}
	return c->n_tender;
}

enum rc
app_plain_keymap(struct app *a)
{
	char code[CONFIG_TENDERS][4];
	struct keymap_source s = {.name = "",
		.n_code = app_codes(till_config(a->till), code),
		.code = (const char(*)[4])code};

	return keymap_new(&s, &a->keymap);
}

void
app_set_keymap(struct app *a, struct keymap *m)
{
	keys_frames(&a->keys, keymap_frames(m), app_take_key, a);
	keymap_free(a->keymap);
	a->keymap = m;
	a->keymap_no++;
}
