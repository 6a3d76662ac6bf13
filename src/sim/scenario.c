/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/scenario.h"

#include <string.h>

#include "base/parse.h"
#include "sim/sim.h"

#include "base/poison.h"

#define TIME_MAX_MS INT64_C(86400000)
#define COUNT_MAX 1000000
#define BLANKS " \t\r"

enum rc
scenario_time(const char *text, int64_t *ret, struct err *reterr)
{
	static const struct {
		const char *unit;
		int64_t us;
	} units[] = {{"ms", 1000}, {"s", 1000000}, {"min", 60000000}};

	size_t n = strspn(text, "0123456789.");
	int64_t milli;

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (strcmp(text + n, units[i].unit) == 0 &&
			parse_decimal(text, n, 3, &milli) == RC_OK &&
			milli <= TIME_MAX_MS) {
			*ret = milli * units[i].us / 1000;
			return RC_OK;
		}
	}
	return err_set(reterr, RC_INVAL, 0, "scenario",
		"'%.40s' is no time: write it like 500ms, 2s or 1min", text);
}

/* --- reading -------------------------------------------------------------- */

static bool
copy(char out[SCENARIO_TEXT], const char *p, size_t n)
{
	while (n > 0 && strchr(BLANKS, p[n - 1]) != NULL) {
		n--;
	}
	if (n == 0 || n >= SCENARIO_TEXT) {
		return false;
	}
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

/* "3 job" or "job": how often, and the words. */
static bool
take_words(struct scenario_line *l, const char *p, size_t n)
{
	size_t digits = strspn(p, "0123456789");
	int64_t count;

	if (digits > 0 && digits < n && strchr(BLANKS, p[digits]) != NULL) {
		if (parse_i64(p, digits, 1, COUNT_MAX, &count) != RC_OK) {
			return false;
		}
		l->n = (unsigned)count;
		n -= digits + strspn(p + digits, BLANKS);
		p += digits + strspn(p + digits, BLANKS);
	}
	return copy(l->word, p, n);
}

/* "2s unplug": a time, and what is done then. */
static enum rc
take_timed(struct scenario_line *l, const char *rest, struct err *reterr)
{
	char time[24];
	enum rc rc = RC_OK;

	if (!sim_word(&rest, time, sizeof(time))) {
		time[0] = '\0';
	}
	rc = scenario_time(time, &l->us, reterr);
	if (rc == RC_OK && l->kind == SCENARIO_EVERY && l->us < 1000) {
		return err_set(reterr, RC_INVAL, 0, "scenario",
			"that is too often: write every 1ms or more");
	}
	if (rc == RC_OK && !copy(l->text, rest, strlen(rest))) {
		return err_set(reterr, RC_INVAL, 0, "scenario",
			"a command is missing: write what is done then, like "
			"unplug");
	}
	return rc;
}

static enum rc
take_wait(struct scenario_line *l, const char *rest, struct err *reterr)
{
	const char *words;
	char time[24];

	if (sim_is(rest, "for", &words)) {
		l->kind = SCENARIO_UNTIL;
		l->n = 1;
		if (take_words(l, words, strlen(words))) {
			return RC_OK;
		}
		return err_set(reterr, RC_INVAL, 0, "scenario",
			"write what is waited for, like: wait for 2 job");
	}
	l->kind = SCENARIO_WAIT;
	if (!sim_word(&rest, time, sizeof(time))) {
		time[0] = '\0';
	}
	if (*rest != '\0') {
		return err_set(reterr, RC_INVAL, 0, "scenario",
			"'%.40s' is too much: a command is a line of its own",
			rest);
	}
	return scenario_time(time, &l->us, reterr);
}

static enum rc
take_line(struct scenario_line *l, const char *text, struct err *reterr)
{
	const char *rest;

	if (sim_is(text, "wait", &rest)) {
		return take_wait(l, rest, reterr);
	}
	if (sim_is(text, "at", &rest)) {
		l->kind = SCENARIO_AT;
		return take_timed(l, rest, reterr);
	}
	if (sim_is(text, "every", &rest)) {
		l->kind = SCENARIO_EVERY;
		return take_timed(l, rest, reterr);
	}
	if (sim_is(text, "on", &rest)) {
		const char *colon = strchr(rest, ':');
		const char *what = colon;

		l->kind = SCENARIO_ON;
		if (colon != NULL) {
			what = colon + 1 + strspn(colon + 1, BLANKS);
		}
		if (colon != NULL &&
			take_words(l, rest, (size_t)(colon - rest)) &&
			copy(l->text, what, strlen(what))) {
			return RC_OK;
		}
		return err_set(reterr, RC_INVAL, 0, "scenario",
			"write it like: on 3 job: paper out");
	}
	if (sim_is(text, "again", &rest) && *rest == '\0') {
		l->kind = SCENARIO_AGAIN;
		return RC_OK;
	}
	l->kind = SCENARIO_DO;
	return copy(l->text, text, strlen(text))
		       ? RC_OK
		       : err_set(reterr, RC_INVAL, 0, "scenario",
				 "the line is too long: write it shorter");
}

/* What begins again must let time pass, or it never ends. */
static bool
may_repeat(const struct scenario *s)
{
	for (size_t i = 0; i < s->n_line; i++) {
		const struct scenario_line *l = &s->line[i];

		if (l->kind == SCENARIO_UNTIL ||
			(l->kind == SCENARIO_WAIT && l->us >= 1000)) {
			return true;
		}
	}
	return false;
}

static enum rc
add_line(struct scenario *s, const char *text, struct err *reterr)
{
	struct scenario_line *l = &s->line[s->n_line];
	enum rc rc;

	if (s->n_line == SCENARIO_LINES) {
		return err_set(reterr, RC_INVAL, 0, "scenario",
			"there are more than %d lines: use 'again'",
			SCENARIO_LINES);
	}
	memset(l, 0, sizeof(*l));
	rc = take_line(l, text, reterr);
	if (rc == RC_OK && l->kind == SCENARIO_AGAIN && !may_repeat(s)) {
		return err_set(reterr, RC_INVAL, 0, "scenario",
			"nothing is waited for before 'again': write a wait");
	}
	if (rc == RC_OK) {
		s->n_line++;
	}
	return rc;
}

enum rc
scenario_parse(struct scenario *s, const char *name, const char *text,
	size_t len, struct err *reterr)
{
	const char *end = text + len;
	enum rc rc = RC_OK;
	unsigned number = 0;

	memset(s, 0, sizeof(*s));
	while (rc == RC_OK && text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((stop != NULL ? stop : end) - text);
		char line[2 * SCENARIO_TEXT + 32];
		size_t skip = 0;

		number++;
		while (skip < n && strchr(BLANKS, text[skip]) != NULL) {
			skip++;
		}
		if (n - skip >= sizeof(line)) {
			rc = err_set(reterr, RC_INVAL, 0, "scenario",
				"the line is too long: write it shorter");
		} else if (n > skip && text[skip] != '#') {
			memcpy(line, text + skip, n - skip);
			line[n - skip] = '\0';
			rc = add_line(s, line, reterr);
		}
		text += n + (stop != NULL ? 1 : 0);
	}
	if (rc != RC_OK) {
		s->n_line = 0;
		err_wrap(reterr, "%.200s:%u", name, number);
	}
	return rc;
}

/* --- running -------------------------------------------------------------- */

void
scenario_start(struct scenario *s, struct mono now)
{
	s->next = 0;
	s->until = now;
	s->waiting = false;
	for (size_t i = 0; i < s->n_line; i++) {
		struct scenario_line *l = &s->line[i];

		l->seen = 0;
		l->due = 0;
		l->at.us = -1;
		if (l->kind == SCENARIO_AT || l->kind == SCENARIO_EVERY) {
			l->at.us = now.us + l->us;
		}
	}
}

void
scenario_said(struct scenario *s, const char *line)
{
	for (size_t i = 0; i < s->n_line; i++) {
		struct scenario_line *l = &s->line[i];
		const char *rest;

		if ((l->kind == SCENARIO_UNTIL &&
			    (i != s->next || !s->waiting)) ||
			(l->kind != SCENARIO_UNTIL && l->kind != SCENARIO_ON) ||
			!sim_is(line, l->word, &rest)) {
			continue;
		}
		l->seen++;
		if (l->kind == SCENARIO_ON && (l->n == 0 || l->n == l->seen)) {
			l->due++;
		}
	}
}

/* The next command of those in turn; NULL: it waits, or is at its end. */
static const char *
in_turn(struct scenario *s, struct mono now)
{
	while (s->next < s->n_line) {
		struct scenario_line *l = &s->line[s->next];

		switch (l->kind) {
		case SCENARIO_DO:
			s->next++;
			return l->text;
		case SCENARIO_WAIT:
			if (!s->waiting) {
				s->until.us = now.us + l->us;
				s->waiting = true;
			}
			if (now.us < s->until.us) {
				return NULL;
			}
			break;
		case SCENARIO_UNTIL:
			if (!s->waiting) {
				l->seen = 0;
				s->waiting = true;
			}
			if (l->seen < l->n) {
				return NULL;
			}
			break;
		case SCENARIO_AGAIN:
			s->waiting = false;
			s->next = 0;
			continue;
		case SCENARIO_AT:
		case SCENARIO_EVERY:
		case SCENARIO_ON:
		default:
			break;
		}
		s->waiting = false;
		s->next++;
	}
	return NULL;
}

const char *
scenario_due(struct scenario *s, struct mono now)
{
	for (size_t i = 0; i < s->n_line; i++) {
		struct scenario_line *l = &s->line[i];

		if (l->due > 0) {
			l->due--;
			return l->text;
		}
		if (l->at.us >= 0 && l->at.us <= now.us) {
			l->at.us = l->kind == SCENARIO_AT ? -1 : now.us + l->us;
			return l->text;
		}
	}
	return in_turn(s, now);
}

struct mono
scenario_deadline(const struct scenario *s)
{
	struct mono at = {-1};

	for (size_t i = 0; i < s->n_line; i++) {
		const struct scenario_line *l = &s->line[i];

		if (l->at.us >= 0 && (at.us < 0 || l->at.us < at.us)) {
			at = l->at;
		}
	}
	if (s->next < s->n_line && s->waiting &&
		s->line[s->next].kind == SCENARIO_WAIT &&
		(at.us < 0 || s->until.us < at.us)) {
		at = s->until;
	}
	return at;
}
