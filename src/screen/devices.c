/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/devices.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"

#include "base/poison.h"

#define TOLD_AGAIN_US ((int64_t)5000000) /* of one device */
#define STANDS_US ((int64_t)3000000)     /* a warning can be read so long */

/* --- words ---------------------------------------------------------------- */

static const struct {
	const char *word, *shown;
	bool bad;
} words[] = {
	/* cells: 6 */
	{"ok", NC_("device", "ok"), false},
	/* cells: 6 */
	{"none", NC_("device", "none"), false},
	/* cells: 6 */
	{"shut", NC_("device", "shut"), false},
	/* cells: 6 */
	{"busy", NC_("device", "busy"), false},
	/* cells: 6 */
	{"open", NC_("device", "OPEN"), true},
	/* cells: 6 */
	{"down", NC_("device", "DOWN"), true},
	/* cells: 6 */
	{"paper", NC_("device", "PAPER"), true},
	/* cells: 6 */
	{"cover", NC_("device", "COVER"), true},
	/* cells: 6 */
	{"fault", NC_("device", "FAULT"), true},
	/* cells: 6 */
	{"silent", NC_("device", "SILENT"), true},
	/* cells: 6 */
	{"unknown", NC_("device", "CHECK"), true},
};

/* -1: a word that only a newer driver has. */
static int
word_at(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(words[i].word, word) == 0) {
			return (int)i;
		}
	}
	return -1;
}

const char *
devices_word(const char *word)
{
	int at = word_at(word != NULL ? word : "none");

	return at >= 0 ? i18n_word("device", words[at].shown) : word;
}

static bool
is_bad(const char *word)
{
	int at = word_at(word != NULL ? word : "none");

	return at < 0 || words[at].bad;
}

bool
devices_bad(const struct till_device *d)
{
	return is_bad(d->word);
}

static const char *
class_label(enum device_class c)
{
	static const char *const label[DEVICE_CLASS_COUNT] = {
		/* cells: 4 */
		[DEVICE_PRINTER] = N_("PRN"),
		/* cells: 4 */
		[DEVICE_DRAWER] = N_("DRW"),
		/* cells: 4 */
		[DEVICE_PINPAD] = N_("PIN"),
		/* cells: 4 */
		[DEVICE_SCANNER] = N_("SCN"),
		/* cells: 4 */
		[DEVICE_SCALE] = N_("SCL"),
		/* cells: 4 */
		[DEVICE_DISPLAY] = N_("DSP"),
	};

	return (unsigned)c < DEVICE_CLASS_COUNT ? _(label[c]) : "";
}

/* The receipt printer comes before all other printers; of every other kind the
 * first one of the configuration has the short name. */
static bool
is_first(const struct app *a, const struct till_device *d)
{
	const struct config *c = till_config(a->till);
	enum device_class class_ = d->driver->class_;
	const struct config_device *first =
		class_ == DEVICE_PRINTER ? config_printer(c)
					 : config_device_find(c, class_, NULL);

	return first == NULL || strcmp(first->name, d->name) == 0;
}

void
devices_label(
	const struct app *a, const struct till_device *d, struct sbuf *out)
{
	if (d->driver != NULL && is_first(a, d)) {
		sbuf_puts(out, class_label(d->driver->class_));
	} else {
		sbuf_puts(out, d->name);
	}
}

/* --- the status row ------------------------------------------------------- */

static void
add(struct device_row *r, const char *label, const char *word, unsigned jobs)
{
	struct device_cell *c = &r->cell[r->n];
	struct sbuf b;

	if (r->n + 1 == DEVICE_CELLS) {
		return;
	}
	r->n++;
	sbuf_init(&b, c->text, sizeof(c->text));
	sbuf_puts(&b, label);
	sbuf_putc(&b, ' ');
	sbuf_puts(&b, devices_word(word));
	if (jobs > 0 && is_bad(word)) {
		sbuf_putc(&b, ' ');
		sbuf_u64(&b, jobs);
	}
	c->bad = is_bad(word);
}

static int
width_of(const struct device_row *r)
{
	int cells = 0;

	for (size_t i = 0; i < r->n; i++) {
		cells += (int)text_cells(
				 r->cell[i].text, strlen(r->cell[i].text)) +
			 (i > 0 ? 2 : 0);
	}
	return cells;
}

/* The last that is well; of none the last of all. */
static size_t
least_of(const struct device_row *r)
{
	for (size_t i = r->n; i > 0; i--) {
		if (!r->cell[i - 1].bad) {
			return i - 1;
		}
	}
	return r->n - 1;
}

static void
put_hidden(struct device_row *r, size_t hidden, bool bad)
{
	struct device_cell *c = &r->cell[r->n++];
	struct sbuf b;

	sbuf_init(&b, c->text, sizeof(c->text));
	sbuf_putc(&b, '+');
	sbuf_u64(&b, hidden);
	sbuf_putc(&b, ' ');
	/* cells: 6, of devices that are hidden and not well */
	sbuf_puts(&b, bad ? _("MORE") : devices_word("ok"));
	c->bad = bad;
}

static void
make_fit(struct device_row *r, int room)
{
	size_t hidden = 0;
	bool bad = false;

	while (r->n > 0 && width_of(r) > room) {
		size_t at;

		r->n -= hidden > 0 ? 1 : 0;
		if (r->n == 0) {
			return;
		}
		at = least_of(r);
		bad = bad || r->cell[at].bad;
		hidden++;
		r->n--;
		memmove(&r->cell[at], &r->cell[at + 1],
			(r->n - at) * sizeof(r->cell[0]));
		put_hidden(r, hidden, bad);
	}
}

/* What the terminal does for the payment that is under way is known here
 * first. */
static const char *
word_of(const struct app *a, const struct till_device *d)
{
	const struct engine_card *c = &till_view(a->till)->card;

	if (strcmp(d->word, "ok") != 0 || strcmp(c->device, d->name) != 0) {
		return d->word;
	}
	return c->phase == CARD_ASKED     ? "busy"
	       : c->phase == CARD_UNKNOWN ? "unknown"
					  : d->word;
}

void
devices_row(const struct app *a, const struct till_status *st, int room,
	struct device_row *ret)
{
	const struct config_device *printer =
		config_printer(till_config(a->till));
	struct till_device d[CONFIG_DEVICES];
	size_t n = till_device_list(a->till, d, CONFIG_DEVICES);
	const char *word = st->printer;
	char drawer[32];
	struct sbuf drw;
	unsigned jobs = 0;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < n && printer != NULL; i++) {
		if (strcmp(d[i].name, printer->name) == 0) {
			/* closer than what stands for every printer */
			word = d[i].word;
			jobs = d[i].jobs;
		}
	}
	add(ret, class_label(DEVICE_PRINTER), word, jobs);
	sbuf_init(&drw, drawer, sizeof(drawer));
	sbuf_puts(&drw, class_label(DEVICE_DRAWER));
	if (till_view(a->till)->shift != NULL) {
		/* whose it is stands beside it */
		sbuf_i64(&drw, till_view(a->till)->shift->drawer);
	}
	add(ret, drawer, st->drawer, 0);
	for (size_t i = 0; i < n; i++) {
		char label[CONFIG_DEVICE_NAME_BYTES + 16];
		struct sbuf b;

		if (d[i].driver != NULL && is_first(a, &d[i]) &&
			(d[i].driver->class_ == DEVICE_PRINTER ||
				(d[i].driver->class_ == DEVICE_DRAWER &&
					!devices_bad(&d[i])))) {
			continue;
		}
		sbuf_init(&b, label, sizeof(label));
		devices_label(a, &d[i], &b);
		add(ret, label, word_of(a, &d[i]), d[i].jobs);
	}
	make_fit(ret, room);
}

void
devices_put(const struct device_row *r, struct sbuf *out)
{
	for (size_t i = 0; i < r->n; i++) {
		sbuf_puts(out, i > 0 ? "  " : "");
		sbuf_puts(out, r->cell[i].text);
	}
}

void
devices_mark(struct app *a, const struct device_row *r, int col)
{
	for (size_t i = 0; i < r->n; i++) {
		const char *text = r->cell[i].text;
		int cells = (int)text_cells(text, strlen(text));

		if (r->cell[i].bad) {
			grid_role(a->grid, a->lay.status_row, col, cells,
				ROLE_STOP);
		}
		col += cells + 2;
	}
}

/* --- told once ------------------------------------------------------------ */

static const char *
what_is_wrong(const char *word)
{
	if (strcmp(word, "paper") == 0) {
		/* cells: 54, behind the device's name */
		return _("no paper. Printing waits, selling goes on.");
	}
	if (strcmp(word, "cover") == 0) {
		/* cells: 54, behind the device's name */
		return _("cover open. Printing waits, selling goes on.");
	}
	if (strcmp(word, "silent") == 0) {
		/* cells: 54, behind the device's name */
		return _("no answer. Is it switched on?");
	}
	if (strcmp(word, "unknown") == 0) {
		/* cells: 54, behind the device's name */
		return _("a card payment has no answer yet.");
	}
	if (strcmp(word, "open") == 0) {
		/* cells: 54, behind the device's name */
		return _("it stands open.");
	}
	if (strcmp(word, "down") == 0) {
		/* cells: 54, behind the device's name */
		return _("not there. Check its cable and power.");
	}
	/* cells: 54, behind the device's name */
	return _("it reports a fault.");
}

void
devices_say(const struct till_device *d, struct sbuf *out)
{
	const char *word = d->word != NULL ? d->word : "down";

	if (!devices_bad(d)) {
		return;
	}
	sbuf_puts(out, d->name);
	sbuf_puts(out, ": ");
	if (strcmp(word, "fault") == 0 && d->text[0] != '\0') {
		sbuf_puts(out, _(d->text));
	} else {
		sbuf_puts(out, what_is_wrong(word));
	}
}

static struct device_seen *
seen_of(struct devices *s, const char *name)
{
	struct device_seen *d;
	struct sbuf b;

	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->seen[i].name, name) == 0) {
			return &s->seen[i];
		}
	}
	if (s->n == CONFIG_DEVICES) {
		s->n = 0; /* of an older configuration */
	}
	d = &s->seen[s->n++];
	memset(d, 0, sizeof(*d));
	sbuf_init(&b, d->name, sizeof(d->name));
	sbuf_puts(&b, name);
	return d;
}

/* When this may be said: not over a question, nor over a warning that nobody
 * can have read.  False: when that changes. */
static bool
may_say(const struct app *a, int64_t *ret)
{
	if (app_asks(a) || a->msg_level == MSG_STOP) {
		return false;
	}
	*ret = a->msg_level == MSG_WARN ? a->said_at + STANDS_US : a->now;
	return true;
}

static void
wait_until(struct devices *s, int64_t at)
{
	if (s->due == 0 || at < s->due) {
		s->due = at;
	}
}

static void
say_well(struct app *a, const struct till_device *d)
{
	char text[160];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (d->jobs > 0) {
		/* cells: 70, with the device's name */
		sbuf_printf(&b,
			P_("%s: works again, and prints what waited: %u.",
				"%s: works again, and prints what waited: %u.",
				d->jobs),
			d->name, d->jobs);
	} else {
		/* cells: 70, with the device's name */
		sbuf_printf(&b, _("%s: works again."), d->name);
	}
	app_say(a, MSG_INFO, text);
}

/* A line that is being opened for the first time is no news, nor is a terminal
 * whose payment is on the screen. */
static const char *
to_tell(const struct till_device *d)
{
	bool opening = strcmp(d->word, "down") == 0 && d->text[0] == '\0';

	return devices_bad(d) && !opening && strcmp(d->word, "unknown") != 0 &&
			       strcmp(d->word, "open") != 0
		       ? d->word
		       : NULL;
}

static void
follow_one(struct app *a, const struct till_device *d)
{
	struct device_seen *s = seen_of(&a->devices, d->name);
	const char *tell = to_tell(d);
	int64_t at = 0;

	if (s->word == NULL || strcmp(s->word, d->word) != 0) {
		s->word = d->word;
		s->since = clock_read(&a->clock).utc;
	}
	if ((tell == NULL) == (s->told == NULL) &&
		(tell == NULL || strcmp(tell, s->told) == 0)) {
		return;
	}
	if (!may_say(a, &at)) {
		return; /* with the key that answers the question */
	}
	if (s->told_at > 0 && s->told_at + TOLD_AGAIN_US > at) {
		at = s->told_at + TOLD_AGAIN_US;
	}
	if (at > a->now) {
		wait_until(&a->devices, at);
		return;
	}
	s->told = tell;
	s->told_at = a->now;
	if (tell == NULL) {
		say_well(a, d);
	} else {
		char text[DEVICE_TEXT_BYTES + 64];
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		devices_say(d, &b);
		app_say(a, MSG_WARN, text);
	}
}

/* --- the drawer ----------------------------------------------------------- */

static void
warn_open(struct app *a, int64_t every)
{
	struct devices *s = &a->devices;
	int64_t open_s = (a->now - s->open_at) / 1000000;
	char text[128];
	struct sbuf b;

	s->ring_at = a->now + every;
	sbuf_init(&b, text, sizeof(text));
	if (config_drawers(till_config(a->till)) > 1) {
		/* cells: 70 */
		sbuf_printf(&b,
			P_("Drawer %zu has been open for %lld second: shut it.",
				"Drawer %zu has been open for %lld seconds: "
				"shut it.",
				open_s),
			s->open_no, (long long)open_s);
	} else {
		/* cells: 70 */
		sbuf_printf(&b,
			P_("The drawer has been open for %lld second: shut it.",
				"The drawer has been open for %lld seconds: "
				"shut it.",
				open_s),
			(long long)open_s);
	}
	app_say(a, MSG_WARN, text);
	app_signal(a, SOUND_ATTENTION);
}

static void
follow_drawer(struct app *a, const struct till_status *st)
{
	const struct config *c = till_config(a->till);
	bool open = st->drawer != NULL && strcmp(st->drawer, "open") == 0;
	struct devices *s = &a->devices;
	size_t no = open ? st->drawer_no : s->open_no;
	int64_t every, at = 0;

	no = no != 0 ? no : 1;
	every = (int64_t)config_drawer_warn_s(c, no) * 1000000;
	if (!open) {
		if (s->open_at > 0 && s->ring_at > s->open_at + every &&
			may_say(a, &at)) {
			/* cells: 70 */
			app_say(a, MSG_INFO, _("The drawer is shut."));
		}
		s->open_at = 0;
		return;
	}
	if (s->open_at == 0 || s->open_no != no) {
		s->open_no = no;
		s->open_at = a->now;
		s->ring_at = a->now + every;
	}
	if (every == 0 || !may_say(a, &at)) {
		return;
	}
	if (a->now >= s->ring_at) {
		warn_open(a, every);
	}
	wait_until(s, s->ring_at);
}

/* One that nobody knows of is looked for by who stands at the printer.  A scan
 * at that moment would wipe the words before they were read: then once more. */
static void
follow_receipts(struct app *a, const struct till_status *st)
{
	struct devices *s = &a->devices;
	char text[128];
	struct sbuf b;
	int64_t at = 0;

	if (st->unprinted <= s->unprinted) {
		s->unprinted = st->unprinted;
		s->doubt_at = 0;
		return;
	}
	sbuf_init(&b, text, sizeof(text));
	/* cells: 72, of which the number has up to 12 */
	sbuf_printf(&b,
		_("Is receipt %s on paper?  Look at the printer; DV, then Q."),
		st->last_unprinted);
	if (s->doubt_at > 0 && strcmp(a->msg, text) == 0) {
		if (a->now >= s->doubt_at + STANDS_US) {
			s->unprinted = st->unprinted;
			s->doubt_at = 0;
			return;
		}
		wait_until(s, s->doubt_at + STANDS_US);
		return;
	}
	if (!may_say(a, &at)) {
		return;
	}
	if (at > a->now) {
		wait_until(s, at);
		return;
	}
	s->doubt_at = a->now;
	wait_until(s, s->doubt_at + STANDS_US);
	app_say(a, MSG_WARN, text);
}

void
devices_follow(struct app *a)
{
	struct till_device d[CONFIG_DEVICES];
	size_t n = till_device_list(a->till, d, CONFIG_DEVICES);
	struct till_status st;

	a->devices.due = 0;
	memset(&st, 0, sizeof(st));
	till_status(a->till, &st);
	for (size_t i = 0; i < n; i++) {
		follow_one(a, &d[i]);
	}
	follow_receipts(a, &st);
	follow_drawer(a, &st);
}

bool
devices_due(const struct app *a, int64_t *ret)
{
	*ret = a->devices.due;
	return *ret > 0;
}

bool
devices_since(const struct app *a, const char *name, struct utc *ret)
{
	for (size_t i = 0; i < a->devices.n; i++) {
		if (strcmp(a->devices.seen[i].name, name) == 0) {
			*ret = a->devices.seen[i].since;
			return true;
		}
	}
	return false;
}
