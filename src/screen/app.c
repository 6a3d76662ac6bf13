/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/app.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/entry.h"
#include "screen/app_internal.h"

#include "base/poison.h"

#define STOP_AGAIN_US ((int64_t)4000000)
#define LESSON_WAITS_US ((int64_t)3000000)

/* What this start has to tell, one thing at a time: the next is said when the
 * message before it has had its time.  False: nothing more. */
static bool
say_note(struct app *a)
{
	struct till_status st;

	till_status(a->till, &st);
	while (a->n_noted < 5) {
		const char *note[] = {till_moved_note(a->till),
			till_old_note(a->till), till_note(a->till),
			till_conf_note(a->till), st.clock};
		const char *text = note[a->n_noted++];

		if (text[0] != '\0') {
			app_say(a, MSG_WARN, text);
			return true;
		}
	}
	return false;
}

static void
say_resumed(struct app *a)
{
	size_t n = till_view(a->till)->basket->n_line;
	char text[128];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b,
		/* cells: 72 */
		P_("The open sale is back, %zu line: compare with the goods; "
		   "CN cancels it.",
			"The open sale is back, %zu lines: compare with the "
			"goods; CN cancels.",
			n),
		n);
	app_say(a, MSG_INFO, text);
}

enum rc
app_new(struct till *t, const struct clock *clock, int rows, int cols,
	struct app **ret)
{
	struct app *a = calloc(1, sizeof(*a));
	enum rc rc = RC_NOMEM;

	if (a == NULL) {
		goto out;
	}
	a->till = t;
	a->clock = *clock;
	a->held = calloc(HELD_MAX, sizeof(*a->held));
	if (a->held == NULL) {
		goto out;
	}
	keys_init(&a->keys);
	rc = app_plain_keymap(a);
	if (rc != RC_OK) {
		goto out;
	}
	rc = app_resize(a, rows, cols);
	if (rc != RC_OK) {
		goto out;
	}
	app_listen(a, true);
	people_follow(a);
	card_follow(a);
	till_scans(t, app_scanned, a);
	(void)keep_back(a);
	if (till_resumed(t) && !app_asks(a)) {
		say_resumed(a);
	} else if (!app_asks(a)) {
		(void)say_note(a);
	}
	*ret = a;
	a = NULL;
out:
	app_free(a);
	return rc;
}

void
app_free(struct app *a)
{
	if (a != NULL) {
		till_scans(a->till, NULL, NULL);
		app_close_all(a);
		app_listen(a, false);
		grid_free(a->grid);
		keymap_free(a->keymap);
		free(a->held);
		free(a);
	}
}

enum rc
app_resize(struct app *a, int rows, int cols)
{
	struct grid *g = NULL;
	enum rc rc = grid_new(rows, cols, &g);

	if (rc != RC_OK) {
		return rc;
	}
	grid_free(a->grid);
	a->grid = g;
	app_lay_out(a);
	return RC_OK;
}

/* --- what screens use ------------------------------------------------------ */

void
app_say(struct app *a, enum msg_level level, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, a->msg, sizeof(a->msg));
	sbuf_puts(&b, text);
	a->msg_level = text[0] != '\0' ? level : MSG_NONE;
	a->said_at = a->now;
	reader_tell_message(a);
}

void
app_signal(struct app *a, enum sound what)
{
	sound_ring(&a->sounds, what, a->now);
}

void
app_attention(struct app *a, const char *text)
{
	app_say(a, MSG_WARN, text);
	app_signal(a, SOUND_ATTENTION);
	app_told(a);
}

void
app_told(struct app *a)
{
	a->asked.told = app_screen(a)->stop != NULL;
}

bool
app_message_due(const struct app *a, int64_t *ret)
{
	*ret = a->said_at + LESSON_WAITS_US;
	return a->coach.on && a->msg_level != MSG_NONE && a->now < *ret;
}

void
app_advise(struct app *a, const char *text)
{
	char named[sizeof(a->msg)];
	struct sbuf b;

	sbuf_init(&b, named, sizeof(named));
	app_name_keys(a, text, &b);
	app_say(a, MSG_INFO, named);
}

void
app_remind(struct app *a, const char *text)
{
	char named[sizeof(a->msg)];
	struct sbuf b;

	sbuf_init(&b, named, sizeof(named));
	app_name_keys(a, text, &b);
	app_attention(a, named);
}

bool
app_parse_money(
	const struct app *a, const char *text, size_t len, struct money *ret)
{
	return money_parse_keyed(text, len, &till_config(a->till)->currency,
		       ret) == RC_OK;
}

void
app_put_money(const struct app *a, struct sbuf *out, struct money m)
{
	format_amount(out, app_format(a), m, &till_config(a->till)->currency);
}

void
app_put_qty(const struct app *a, struct sbuf *out, struct qty q)
{
	format_qty(out, app_format(a), q);
}

const struct format *
app_format(const struct app *a)
{
	return till_config(a->till)->format;
}

/* Words that were keyed at the prompt; a quantity before them the engine
 * keeps. */
static void
find_by_entry(struct app *a, const char *text, size_t len)
{
	struct entry e;

	entry_parse(text, len, &e);
	search_open(a, e.code);
}

static bool
is_words(enum input_kind kind, const char *text, size_t len)
{
	struct entry e;

	if (kind != INPUT_ENTRY) {
		return false;
	}
	entry_parse(text, len, &e);
	return e.kind == ENTRY_SEARCH;
}

/* "149DP": an amount that is for some department. */
static bool
asks_department(
	const struct app *a, enum input_kind kind, const char *text, size_t len)
{
	struct money m;
	struct entry e;

	if (kind != INPUT_ENTRY || till_config(a->till)->n_dept == 0) {
		return false;
	}
	entry_parse(text, len, &e);
	return e.kind == ENTRY_COMMAND && e.command == CMD_DP &&
	       e.after[0] == '\0' &&
	       app_parse_money(a, e.before, strlen(e.before), &m);
}

static void
refused(struct app *a, const struct reply *r, enum input_kind kind,
	const char *text, size_t len)
{
	char code[CODE_BYTES];
	struct entry e;

	if (r->error != NULL && strcmp(r->error, "no_department") == 0 &&
		asks_department(a, kind, text, len)) {
		entry_parse(text, len, &e);
		depts_open(a, e.before);
		return;
	}
	if (r->error != NULL && strcmp(r->error, "age_check") == 0 &&
		till_view(a->till)->ask == ASK_AGE &&
		app_screen(a)->bit != SCREEN_AGE) {
		stop_leave(a);
		search_leave(a);
		age_open(a);
		return;
	}
	if (a->depth > 0 || r->error == NULL ||
		strcmp(r->error, "not_on_file") != 0 ||
		(till_view(a->till)->ask != ASK_UNKNOWN &&
			!is_words(kind, text, len))) {
		app_attention(a, r->text[0] != '\0'
					 ? r->text
					 : _("That cannot be done now."));
	} else if (kind == INPUT_SCAN) {
		till_code(a->till, text, len, code);
		stop_open(a, code);
	} else {
		entry_parse(text, len, &e);
		if (e.kind == ENTRY_SEARCH) {
			search_open(a, e.code);
			app_attention(a, r->text);
			return;
		}
		stop_open(a, e.code[0] != '\0' ? e.code : e.after);
	}
}

/* An item that was added shows as LAST already. */
static bool
says_itself(enum input_kind kind, const char *text, size_t len)
{
	struct entry e;

	if (kind == INPUT_SCAN || kind == INPUT_WEIGHT) {
		return true;
	}
	if (kind != INPUT_ENTRY) {
		return false;
	}
	entry_parse(text, len, &e);
	return e.kind == ENTRY_CODE;
}

/* What the reply means for the screens. */
static void
take_reply(struct app *a, const struct reply *r, enum input_kind kind,
	const char *text, size_t len)
{
	if (!r->ok) {
		refused(a, r, kind, text, len);
		return;
	}
	pay_split(a, r);
	if (r->unknown) {
		app_say(a, MSG_STOP, r->text);
		app_signal(a, SOUND_STOP);
	} else if (r->warn) {
		app_say(a, MSG_WARN, r->text);
		app_signal(a, SOUND_STOP);
	} else if (!says_itself(kind, text, len)) {
		app_say(a, MSG_INFO, r->text);
	} else if (!say_note(a)) {
		app_say(a, MSG_INFO, "");
	}
	if (r->sold) {
		a->show_change = true;
	}
	if (r->has_item) {
		check_open(a, &r->item);
	}
	if (r->found != NULL) {
		find_by_entry(a, text, len);
	}
	if (r->audit) {
		audit_open(a, r);
	}
	if (r->reports) {
		reports_open(a);
	}
	if (r->drafts) {
		drafts_open(a);
	}
	if (r->sync) {
		sync_open(a);
	}
	if (r->settings) {
		settings_open(a);
	}
	if (r->count) {
		count_open(a, r);
	}
	if (r->has_count) {
		count_done(a, r);
	}
	if (r->closed) {
		day_done(a, r);
	} else if (r->has_z) {
		day_open(a, r);
	} else if (r->has_totals && !r->has_count) {
		view_report(a, &r->totals);
	}
}

bool
app_give(struct app *a, const struct input *in)
{
	bool paying = till_view(a->till)->state == ENGINE_PAY;
	bool had = till_view(a->till)->receipt != NULL;
	bool training = till_view(a->till)->training;
	const struct input *outer = a->giving;
	struct reply r;

	memset(&r, 0, sizeof(r));
	a->giving = in;
	till_input(a->till, in, &r);
	a->giving = outer;
	app_change_over(a, training);
	return_follow(a, had);
	take_reply(a, &r, in->kind, in->text, in->len);
	app_replied(a, &r);
	if (!r.ok && r.error != NULL && strncmp(r.error, "card_", 5) == 0) {
		card_again(a);
	}
	if (paying && r.ok && in->kind == INPUT_SCAN) {
		app_say(a, MSG_INFO,
			_("Scanned while paying: added, back in the sale."));
	}
	return r.ok;
}

void
app_weight(struct app *a, const struct input *in)
{
	(void)app_give(a, in);
}

bool
app_input(struct app *a, enum input_kind kind, const char *text, size_t len,
	int arg)
{
	struct input in = {.kind = kind, .text = text, .len = len, .arg = arg};

	return app_give(a, &in);
}

void
app_train(struct app *a)
{
	(void)app_entry(a, "TR");
}

bool
app_entry(struct app *a, const char *text)
{
	return app_input(a, INPUT_ENTRY, text, strlen(text), 0);
}

/* --- dispatch -------------------------------------------------------------- */

/* A list that follows what is typed is made once for a whole burst of keys,
 * and before anything acts on it. */
void
app_typed(struct app *a)
{
	const struct screen_ops *s = app_screen(a);

	if (a->typed) {
		a->typed = false;
		if (s->typed != NULL) {
			s->typed(a, app_state(a));
		}
	}
}

void
app_dispatch_scan(struct app *a, const char *text, size_t len)
{
	a->leaving = false;
	a->cancelling = false;
	while (app_screen(a)->scan == NULL) {
		app_close(a);
	}
	app_screen(a)->scan(a, app_state(a), text, len);
}

/* Typed before the box could be seen?  A PIN is asked for by whoever keyed the
 * number: what follows that is the PIN, and must not wait to be read by all. */
static bool
is_early(const struct app *a, const struct key_event *ev)
{
	const struct screen_ops *s = app_screen(a);

	if (s->secret != NULL && s->secret(a, app_state(a))) {
		return false;
	}
	return !a->asked.painted || ev->at.us - ev->slack_us < a->asked.at.us;
}

/* A field of a box that expects a scan takes it; all others wait. */
static bool
must_wait(const struct app *a)
{
	const struct screen_ops *s = app_screen(a);

	if (!app_asks(a)) {
		return hold_part_paid(a);
	}
	return !s->badge && !(s->asks && s->scan != NULL);
}

void
app_follow(struct app *a)
{
	stop_follow(a);
	if (!app_asks(a) && a->n_held > 0) {
		hold_replay(a);
	}
	keep_follow(a);
}

void
app_take_key(void *arg, const struct keys_out *out)
{
	struct app *a = arg;

	a->now = out->key.at.us;
	if (app_screen(a)->probe == NULL && app_repaints(a, out)) {
		/* a look, and no answer: what was said still stands */
		a->repaint = true;
		return;
	}
	a->list_top = a->list_shown;
	a->asked.told = false;
	if (app_screen(a)->probe != NULL) {
		app_screen(a)->probe(a, app_state(a), out);
	} else if (out->scan) {
		if (must_wait(a)) {
			hold_scan(a, out->text, out->len, &out->key);
		} else {
			app_dispatch_scan(a, out->text, out->len);
		}
	} else if (app_astray(a, &out->key) ||
		   (app_screen(a)->fresh && is_early(a, &out->key))) {
		app_attention(a, _("Keyed before this could be seen: not "
				   "taken."));
	} else if (app_asks(a) && is_early(a, &out->key)) {
		hold_key(a, &out->key);
	} else {
		app_dispatch_key(a, &out->key);
	}
	app_follow(a);
}

/* A symbol that was read twice is sold once, and not in silence: two may lie
 * on the counter. */
static void
say_doubles(struct app *a)
{
	if (a->keys.doubles != a->doubles_said) {
		a->doubles_said = a->keys.doubles;
		app_attention(a, _("Same code twice at once: counted once; "
				   "scan again for two."));
	}
}

/* One key answers this box: it takes its time to see that it was one. */
static void
guard(struct app *a)
{
	a->keys.guard =
		app_asks(a) && app_screen(a)->keys_only && a->asked.painted;
}

void
app_key(struct app *a, const struct key_event *ev)
{
	a->now = ev->at.us;
	a->reader.stirred = true;
	guard(a);
	keys_feed(&a->keys, ev, app_take_key, a);
	say_doubles(a);
}

void
app_scanned(void *arg, const char *code, size_t len)
{
	struct app *a = arg;

	a->reader.stirred = true;
	keys_scanned(&a->keys, code, len, clock_read(&a->clock).mono,
		app_take_key, a);
	say_doubles(a);
}

/* --- time ------------------------------------------------------------------ */

/* A box that was seen and not answered rings again; false: there is none, or it
 * sounds already. */
static bool
stop_again_at(const struct app *a, int64_t *ret)
{
	int64_t since = a->sounds.last;

	if (a->asked.painted && a->asked.at.us > since) {
		since = a->asked.at.us;
	}
	*ret = since + STOP_AGAIN_US;
	return app_asks(a) && !app_screen(a)->quiet && a->sounds.left == 0;
}

void
app_tick(struct app *a, struct mono now)
{
	int64_t again;

	a->now = now.us;
	people_follow(a);
	card_follow(a);
	guard(a);
	keys_tick(&a->keys, now, app_take_key, a);
	say_doubles(a);
	app_take_told(a);
	devices_follow(a);
	link_follow(a);
	if (till_conf_said(a->till) != a->conf_said) {
		a->conf_said = till_conf_said(a->till);
		app_say(a, MSG_WARN, till_conf_note(a->till));
	}
	if (stop_again_at(a, &again) && now.us >= again) {
		app_signal(a, SOUND_STOP);
	}
}

bool
app_keys_due(const struct app *a, struct mono now)
{
	struct mono due;

	return keys_deadline(&a->keys, &due) && now.us >= due.us;
}

struct mono
app_deadline(const struct app *a, struct mono now)
{
	struct clock_reading r = clock_read(&a->clock);
	int64_t minute = 60 * (int64_t)1000000;
	struct mono at, key;
	int64_t bell, said;

	at.us = now.us + minute - r.utc.us % minute;
	if (a->lay.kind == DISPLAY_READER) {
		at.us = now.us + 60 * minute; /* the clock waits for a key */
	}
	if (keys_deadline(&a->keys, &key) && key.us < at.us) {
		at = key;
	}
	if ((sound_due(&a->sounds, &bell) || stop_again_at(a, &bell)) &&
		bell < at.us) {
		at.us = bell;
	}
	if (app_message_due(a, &said) && said < at.us) {
		at.us = said;
	}
	if (devices_due(a, &said) && said < at.us) {
		at.us = said;
	}
	if (link_due(a, &said) && said < at.us) {
		at.us = said;
	}
	if (card_due(a, &said) && said < at.us) {
		at.us = said;
	}
	return at;
}

bool
app_take_bell(struct app *a, struct bell *ret)
{
	return sound_take(&a->sounds, a->now, ret) && !a->look.silent;
}

bool
app_take_repaint(struct app *a)
{
	bool yes = a->repaint;

	a->repaint = false;
	return yes;
}

bool
app_done(const struct app *a)
{
	return a->done;
}

void
app_painted(struct app *a, struct mono now)
{
	if (app_asks(a) && !a->asked.painted) {
		a->asked.painted = true;
		a->asked.at = now;
	}
	app_shift_painted(a, now);
}
