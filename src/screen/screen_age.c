/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"
#include "screen/item_facts.h"

#include "base/poison.h"

/* May the customer buy it?  The item is in the sale once this is answered. */

static const struct screen_ops age_ops;

void
age_open(struct app *a)
{
	if (app_find(a, &age_ops) == NULL && app_open(a, &age_ops, NULL)) {
		app_signal(a, SOUND_STOP);
	}
}

/* As the shop writes a date: what an ID shows is held against it. */
static void
put_born_by(const struct app *a, struct sbuf *out, struct date d)
{
	format_date(out, app_format(a),
		(struct civil){.year = d.year, .month = d.month, .day = d.day});
}

/* How eight digits are read here. */
static const char *
order_words(const struct app *a)
{
	switch (till_config(a->till)->date_order) {
	case DATE_MDY:
		/* cells: 8 */
		return _("MMDDYYYY");
	case DATE_YMD:
		/* cells: 8 */
		return _("YYYYMMDD");
	case DATE_DMY:
	default:
		/* cells: 8 */
		return _("DDMMYYYY");
	}
}

static void
draw_age(struct app *a, void *state)
{
	const struct engine_goods *g = till_view(a->till)->goods;
	char title[128], name[64], price[32], line[96];
	struct dialog d;
	struct sbuf b;
	int row, rows;

	(void)state;
	text_fit_middle(name, sizeof(name), g->item.name, 26);
	sbuf_init(&b, price, sizeof(price));
	app_put_money(a, &b, item_price(a, &g->item));
	sbuf_init(&b, title, sizeof(title));
	/* cells: 46 */
	sbuf_printf(&b, _("AGE %u  %s  %s"), (unsigned)g->item.min_age, name,
		price);
	dialog_begin(&d, title);
	dialog_line(&d, ROLE_NORMAL, "");
	sbuf_init(&b, price, sizeof(price));
	put_born_by(a, &b, g->born_by);
	sbuf_init(&b, line, sizeof(line));
	/* cells: 50 */
	sbuf_printf(&b, _("Born ON OR BEFORE  %s  -> may buy"), price);
	dialog_line(&d, ROLE_TOTAL, line);
	dialog_line(&d, ROLE_NORMAL, "");
	if (g->looks_over > 0) {
		sbuf_clear(&b);
		/* cells: 48 */
		sbuf_printf(&b, _("Looks over %u, no ID asked      (logged)"),
			g->looks_over);
		dialog_choice(&d, "1", line);
	}
	sbuf_clear(&b);
	/* cells: 48 */
	sbuf_printf(&b, _("ID seen: date of birth %s"), order_words(a));
	dialog_choice(&d, "2", line);
	dialog_line(&d, ROLE_NORMAL, "");
	/* cells: 48 */
	dialog_choice(&d, "0", _("REFUSE (logged, line not added)"));
	dialog_line(&d, ROLE_NORMAL,
		/* cells: 50 */
		_("Asked once per sale; a higher age asks again."));
	rows = widget_dialog(a->grid, &a->lay, &d, &row);
	if (a->held_scans > 0) {
		hold_draw(a, row, row + rows);
	}
}

/* "1", "0", a date, or "2" and a date; the command it makes, "" none. */
static void
command_of(const char *text, char out[64])
{
	char bare[32];
	size_t n = 0;
	struct sbuf b;

	for (; *text != '\0' && n + 1 < sizeof(bare); text++) {
		if (*text != ' ') {
			bare[n++] = *text;
		}
	}
	bare[n] = '\0';
	sbuf_init(&b, out, 64);
	if (strcmp(bare, "1") == 0 || strcmp(bare, "0") == 0) {
		sbuf_puts(&b, bare);
		sbuf_puts(&b, "AG");
	} else if (n == 9 && bare[0] == '2') {
		sbuf_puts(&b, "2AG");
		sbuf_puts(&b, bare + 1);
	} else if (n >= 8) {
		sbuf_puts(&b, "2AG");
		sbuf_puts(&b, bare);
	}
}

static bool
born_of(const struct app *a, const char *text, struct date *ret)
{
	char command[64];

	command_of(text, command);
	return strncmp(command, "2AG", 3) == 0 &&
	       date_parse(command + 3, strlen(command + 3),
		       till_config(a->till)->date_order, ret) == RC_OK;
}

/* A date of birth that no calendar has.  Asked here, because the engine would
 * explain the commands that a script keys. */
static bool
no_such_date(struct app *a, const char *text, const char *command)
{
	char words[128];
	struct date born;
	struct sbuf b;

	if (strncmp(command, "2AG", 3) != 0 || born_of(a, text, &born)) {
		return false;
	}
	sbuf_init(&b, words, sizeof(words));
	/* cells: 70 */
	sbuf_printf(
		&b, _("There is no such date: key it as %s."), order_words(a));
	app_attention(a, words);
	return true;
}

static void
act_age(struct app *a, void *state, enum action action)
{
	const struct engine_view *v = till_view(a->till);
	struct prompt *p = app_prompt(a);
	char command[64], name[64], text[128];
	struct sbuf b;

	(void)state;
	if (action == ACTION_SUPERVISOR) {
		people_arm(a);
		return;
	}
	text_fit_middle(name, sizeof(name), v->goods->item.name, 30);
	if (action == ACTION_CLEAR) {
		(void)app_entry(a, "CL");
		app_close(a);
		sbuf_init(&b, text, sizeof(text));
		/* cells: 70 */
		sbuf_printf(&b, _("Not added: %s"), name);
		app_say(a, MSG_WARN, text);
		return;
	}
	command_of(p->text, command);
	if (action == ACTION_VOID) {
		(void)snprintf(command, sizeof(command), "0AG");
	}
	if (no_such_date(a, p->text, command)) {
		prompt_clear(p);
		return;
	}
	prompt_clear(p);
	if (command[0] == '\0') {
		app_attention(a,
			/* cells: 70 */
			_("Key 1, 2 and the date of birth, or 0."));
		return;
	}
	(void)app_entry(a, command);
	if (v->ask != ASK_AGE) {
		app_close(a);
	}
}

static void
reading_age(const struct app *a, const void *state, struct sbuf *out)
{
	const struct engine_goods *g = till_view(a->till)->goods;
	const struct prompt *p = &a->stack[a->depth - 1].prompt;
	const struct config *c = till_config(a->till);
	struct date born;
	char command[64];

	(void)state;
	command_of(p->text, command);
	if (born_of(a, p->text, &born) && date_cmp(born, g->today) <= 0) {
		int years = age_years(born, g->today, c->age_leap);

		if (age_reached(born, g->today, g->item.min_age, c->age_leap)) {
			/* cells: 28 */
			sbuf_printf(out, _("= %d years: Enter accepts"), years);
		} else {
			/* cells: 28 */
			sbuf_printf(
				out, _("= %d years: NOT old enough"), years);
		}
	} else if (strcmp(command, "1AG") == 0 && g->looks_over > 0) {
		/* cells: 28 */
		sbuf_printf(
			out, _("looks over %u: Enter accepts"), g->looks_over);
	} else if (strcmp(command, "0AG") == 0) {
		/* cells: 28 */
		sbuf_puts(out, _("Enter refuses the item"));
	} else if (command[0] != '\0') {
		/* cells: 28 */
		sbuf_puts(out, _("there is no such date"));
	} else if (p->text[0] == '2') {
		/* cells: 28 */
		sbuf_printf(out, _("date of birth, %s"), order_words(a));
	} else {
		/* cells: 28 */
		sbuf_puts(out, g->looks_over > 0 ? _("1, 2 and date, or 0")
						 /* cells: 28 */
						 : _("2 and date, or 0"));
	}
}

static void
speak_age(const struct app *a, const void *state, struct sbuf *out)
{
	const struct engine_goods *g = till_view(a->till)->goods;
	char by[32];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, by, sizeof(by));
	put_born_by(a, &b, g->born_by);
	sbuf_printf(out, _("AGE %u %s, born by %s. 1 looks 2 date 0 refuse"),
		(unsigned)g->item.min_age, g->item.name, by);
}

/* cells: 71 */
#define AGE_WORDS N_("Age check - item is not yet in the sale")

static const struct screen_ops age_ops = {
	.bit = SCREEN_AGE,
	/* cells: 12 */
	.label = N_("AGE"),
	.box = true,
	.asks = true,
	.stop = AGE_WORDS,
	.draw = draw_age,
	.reading = reading_age,
	.act = act_age,
	.speak = speak_age,
};
