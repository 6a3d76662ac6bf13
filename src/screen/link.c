/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/link.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"

#include "base/poison.h"

#define MINUTE_US INT64_C(60000000)
#define CLOCK_OFF_MS INT64_C(120000)
#define STANDS_US ((int64_t)3000000) /* a warning can be read so long */
/* A line that comes and goes is told of so often at most. */
#define TOLD_AGAIN_US ((int64_t)60000000)
#define WORD_BYTES 192

/* --- words ---------------------------------------------------------------- */

const char *
link_word(const struct till_link *l)
{
	switch (l->link) {
	case WORKER_ONLINE:
		/* cells: 9 */
		return _("ONLINE");
	case WORKER_PAUSED:
		/* cells: 9 */
		return _("PAUSED");
	case WORKER_LOCKED:
		/* cells: 9 */
		return _("LOCKED");
	case WORKER_STOPPED:
		/* cells: 9 */
		return _("STOPPED");
	case WORKER_NONE:
	case WORKER_CONNECTING:
	case WORKER_OFFLINE:
	case WORKER_LINK_COUNT:
	default:
		/* cells: 9 */
		return _("OFFLINE");
	}
}

static const char *
fork_word(enum worker_fork f)
{
	static const char *const word[WORKER_FORK_COUNT] = {
		[WORKER_FORK_NONE] = "",
		/* cells: 12 */
		[WORKER_FORK] = N_("FORKED LOG"),
		/* cells: 12 */
		[WORKER_FENCED] = N_("REPLACED"),
		/* cells: 12 */
		[WORKER_CLONE] = N_("COPIED DISK"),
		/* cells: 12 */
		[WORKER_REVOKED] = N_("REVOKED"),
		/* cells: 12 */
		[WORKER_ROLLBACK] = N_("OLD DISK"),
	};

	return f != WORKER_FORK_NONE ? _(word[f]) : "";
}

static const char *
fork_advice(enum worker_fork f, int row)
{
	static const char *const text[WORKER_FORK_COUNT][2] = {
		[WORKER_FORK_NONE] = {"", ""},
		[WORKER_FORK] =
			{/* cells: 76 */
				N_("The hub has other lines of this register than it "
				   "has itself."),
				/* cells: 76 */
				N_("Sell on.  The owner: is there a second till with "
				   "this data?  sync salvage.")},
		[WORKER_FENCED] =
			{/* cells: 76 */
				N_("This register was replaced: another one goes on "
				   "under its name."),
				/* cells: 76 */
				N_("Sell at that one.  The owner brings over what was "
				   "sold here: sync salvage.")},
		[WORKER_CLONE] =
			{/* cells: 76 */
				N_("Another machine has a copy of this disk, and was "
				   "at the hub before."),
				/* cells: 76 */
				N_("Sell on.  The owner stops one of them; then sync "
				   "salvage, or a restore code.")},
		[WORKER_REVOKED] =
			{/* cells: 76 */
				N_("The hub takes nothing more from this register: "
				   "somebody revoked it."),
				/* cells: 76 */
				N_("Ask the owner.  What is sold stays here until it "
				   "is enrolled again.")},
		[WORKER_ROLLBACK] =
			{/* cells: 76 */
				N_("The hub has lines of this register that "
				   "this disk lacks: it is an old one."),
				/* cells: 76 */
				N_("Nothing is sold here.  The owner: holdfast "
				   "restore CODE --hub URL.")},
	};

	return text[f][row][0] != '\0' ? _(text[f][row]) : "";
}

/* The hub's clock less this one, where that is worth a word; 0 it is not.  What
 * was measured before the line went may be of a clock that was set since. */
static int64_t
clock_off(const struct till_link *l)
{
	int64_t ms =
		l->heard && l->link == WORKER_ONLINE ? l->state.offset_ms : 0;

	return ms > CLOCK_OFF_MS || ms < -CLOCK_OFF_MS ? ms : 0;
}

static const char *
clock_advice(const struct till_link *l, int row)
{
	if (row > 0) {
		/* cells: 76 */
		return _("Sell on.  Receipts and days have the time of this "
			 "register.");
	}
	if (clock_off(l) < 0) {
		/* cells: 76 */
		return _("The clock of this register is ahead of the hub's: "
			 "the owner sets it.");
	}
	/* cells: 76 */
	return _("The clock of this register is behind the hub's: the owner "
		 "sets it.");
}

const char *
link_advice(const struct till_link *l, int row)
{
	if (l->fork != WORKER_FORK_NONE) {
		return fork_advice(l->fork, row);
	}
	if (clock_off(l) != 0 && !l->doubted) {
		return clock_advice(l, row);
	}
	if (row > 0) {
		return "";
	}
	if (l->doubted) {
		/* cells: 76 */
		return _("What the worker says of the hub does not hold: the "
			 "owner looks at it.");
	}
	if (!l->heard) {
		/* cells: 76 */
		return _("The sync worker does not run.  Sell on; the owner "
			 "starts holdfast-syncd.");
	}
	if (l->link == WORKER_LOCKED) {
		/* cells: 76 */
		return _("The worker waits for its key.  Sell on; the owner "
			 "enrolls the register again.");
	}
	if (l->link == WORKER_PAUSED) {
		/* cells: 76 */
		return _("Nothing is sent because somebody said so.  0SY sends "
			 "again.");
	}
	if (l->link != WORKER_ONLINE) {
		/* cells: 76 */
		return _("Nothing is lost: it is sent by itself when the line "
			 "is back.  Sell on.");
	}
	return "";
}

/* --- the status row ------------------------------------------------------- */

/* As it was at the last full minute, unless it began since. */
static int64_t
seconds(const struct app *a, struct utc since)
{
	int64_t now = clock_read(&a->clock).utc.us;
	int64_t full = now - now % MINUTE_US;
	int64_t us = (full > since.us ? full : now) - since.us;

	return us > 0 ? us / 1000000 : 0;
}

static void
put_age(struct sbuf *out, int64_t s, bool fine)
{
	if (s < 60) {
		/* cells: 3, seconds */
		sbuf_printf(out, _("%llds"), (long long)s);
	} else if (fine && s < 3600) {
		/* cells: 6, minutes and seconds */
		sbuf_printf(out, _("%lldm%02llds"), (long long)(s / 60),
			(long long)(s % 60));
	} else if (s < (int64_t)100 * 60) {
		/* cells: 4, minutes */
		sbuf_printf(out, _("%lldm"), (long long)(s / 60));
	} else if (fine && s < (int64_t)24 * 3600) {
		/* cells: 6, hours and minutes */
		sbuf_printf(out, _("%lldh%02lldm"), (long long)(s / 3600),
			(long long)(s / 60 % 60));
	} else if (s < (int64_t)48 * 3600) {
		/* cells: 4, hours */
		sbuf_printf(out, _("%lldh"), (long long)(s / 3600));
	} else {
		/* cells: 5, days */
		sbuf_printf(out, _("%lldd"), (long long)(s / 86400));
	}
}

void
link_age(const struct app *a, struct sbuf *out, struct utc since, bool fine)
{
	put_age(out, seconds(a, since), fine);
}

/* "CLOCK +24h": what this register's is more than the hub's. */
static void
put_clock(const struct till_link *l, struct sbuf *out)
{
	int64_t ms = clock_off(l);
	char age[32];
	struct sbuf b;

	if (ms == 0) {
		return;
	}
	sbuf_init(&b, age, sizeof(age));
	put_age(&b, (ms < 0 ? -ms : ms) / 1000, false);
	sbuf_printf(out,
		/* cells: 12 */
		ms < 0 ? _("CLOCK +%s")
		       /* cells: 12 */
		       : _("CLOCK -%s"),
		age);
	sbuf_puts(out, "  ");
}

static void
put_link(const struct app *a, const struct till_link *l, struct sbuf *out)
{
	sbuf_puts(out, link_word(l));
	if (l->link != WORKER_ONLINE) {
		sbuf_putc(out, ' ');
		link_age(a, out, l->since, true);
	} else if (l->state.rtt_ms >= 0) {
		/* cells: 9, milliseconds */
		sbuf_printf(out, _(" %lld ms"), (long long)l->state.rtt_ms);
	}
}

static void
put_queue(const struct app *a, const struct till_link *l, bool whole,
	struct sbuf *out)
{
	uint64_t n = till_link_queued(a->till);

	sbuf_puts(out, "  ");
	/* cells: 10 */
	sbuf_printf(out, _("Q %llu"), (unsigned long long)n);
	if (whole && n > 0 && l->oldest.us != 0) {
		char age[32];
		struct sbuf b;

		sbuf_init(&b, age, sizeof(age));
		link_age(a, &b, l->oldest, false);
		sbuf_putc(out, ' ');
		/* cells: 14 */
		sbuf_printf(out, _("(oldest %s)"), age);
	}
}

void
link_put(const struct app *a, struct sbuf *out, int cells)
{
	const struct till_link *l = till_link(a->till);
	char text[WORD_BYTES];
	bool whole = true;
	struct sbuf b;

	if (l == NULL) {
		return;
	}
	for (int i = 0; i < 2; i++) {
		sbuf_init(&b, text, sizeof(text));
		if (l->fork != WORKER_FORK_NONE) {
			sbuf_puts(&b, fork_word(l->fork));
			sbuf_puts(&b, "  ");
		}
		put_clock(l, &b);
		put_link(a, l, &b);
		put_queue(a, l, whole, &b);
		if ((int)text_cells(text, b.len) <= cells) {
			break;
		}
		whole = false;
	}
	sbuf_puts(out, text);
}

/* --- told once ------------------------------------------------------------ */

/* Not over a question, nor over a warning that nobody can have read. */
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
tell(struct app *a, const struct till_link *l)
{
	struct link_told *t = &a->link;
	bool fork = l->fork != t->fork && l->fork != WORKER_FORK_NONE;
	bool off = clock_off(l) != 0;

	if (fork || (off && !t->clock)) {
		app_say(a, MSG_WARN, link_advice(l, 0));
	} else if (l->link == WORKER_ONLINE && !t->on) {
		/* cells: 70 */
		app_say(a, MSG_INFO,
			_("The hub is there again: what waited is sent."));
	} else if (t->on && l->link != WORKER_ONLINE) {
		/* cells: 70 */
		app_say(a, MSG_INFO,
			_("The hub is not there: sell on, it is sent later."));
	}
	t->on = l->link == WORKER_ONLINE;
	t->fork = l->fork;
	t->clock = off;
	t->told_at = a->now;
}

void
link_follow(struct app *a)
{
	const struct till_link *l = till_link(a->till);
	struct link_told *t = &a->link;
	int64_t at = 0;

	t->due = 0;
	if (l == NULL) {
		t->known = false;
		return;
	}
	if (!t->known && l->heard) {
		/* how it is at a start is no news */
		t->known = true;
		t->on = l->link == WORKER_ONLINE;
		t->fork = WORKER_FORK_NONE;
		t->clock = false;
		t->told_at = a->now - TOLD_AGAIN_US;
	}
	if (!t->known) {
		return;
	}
	/* offline nobody knows how the clock is: that is no news */
	if (t->on == (l->link == WORKER_ONLINE) && t->fork == l->fork &&
		(!t->on || t->clock == (clock_off(l) != 0))) {
		return;
	}
	if (!may_say(a, &at)) {
		return;
	}
	if (t->fork == l->fork && t->told_at + TOLD_AGAIN_US > at) {
		at = t->told_at + TOLD_AGAIN_US;
	}
	if (at > a->now) {
		t->due = at;
		return;
	}
	tell(a, l);
}

bool
link_due(const struct app *a, int64_t *ret)
{
	*ret = a->link.due;
	return *ret > 0;
}
