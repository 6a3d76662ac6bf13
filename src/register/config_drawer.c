/* SPDX-License-Identifier: Apache-2.0 */
/* [day], and the drawers beside the first one: [drawer 2] to [drawer 9]. */
#include <string.h>

#include "base/parse.h"
#include "register/config_internal.h"

#include "base/poison.h"

size_t
config_drawer_section(const char *section)
{
	static const char head[] = "drawer ";
	size_t n = sizeof(head) - 1;

	if (strncmp(section, head, n) != 0 || section[n] < '2' ||
		section[n] > '0' + CONFIG_DRAWERS || section[n + 1] != '\0') {
		return 0;
	}
	return (size_t)(section[n] - '0');
}

bool
config_is_drawer(enum key key)
{
	return key >= KEY_DRAWER_N_PIN && key <= KEY_DRAWER_N_DEVICE;
}

void
config_drawer_begin(struct config *c, const char *section)
{
	size_t no = config_drawer_section(section);
	struct config_drawer *d = &c->drawer_more[no - 2];

	if (!d->there) {
		*d = (struct config_drawer){
			.there = true, .pin = -1, .warn_s = 30};
	}
}

static enum rc
put_pin(int *ret, const char *value, struct err *reterr)
{
	static const char *const word[] = {"2", "5", "none"};
	static const int pin[] = {0, 1, -1};
	size_t i = 0;
	enum rc rc = config_word(
		&i, word, ARRAY_LEN(word), value, "2, 5 or none", reterr);

	*ret = pin[i];
	return rc;
}

static enum rc
put_warn(int *ret, const char *value, struct err *reterr)
{
	int64_t n = 0;

	if (parse_i64(value, strlen(value), 0, 3600, &n) != RC_OK) {
		return config_wrong(reterr,
			"'%s' is no time for an open drawer: write seconds, 0 "
			"to 3600",
			value, "");
	}
	*ret = (int)n;
	return RC_OK;
}

static enum rc
put_drawer(enum key key, const struct config_set *s, struct err *reterr)
{
	static const char *const level[] = {"high", "low"};
	size_t i = config_drawer_section(s->section) - 2, low = 0;
	struct config_drawer *d = &s->p->c->drawer_more[i];
	size_t k = (size_t)(key - KEY_DRAWER_N_PIN);
	enum rc rc;

	config_drawer_begin(s->p->c, s->section);
	if (s->p->drawer_seen[i][k]) {
		return config_wrong(reterr,
			"%s.%s stands here twice: take one out", s->section,
			s->key);
	}
	s->p->drawer_seen[i][k] = true;
	s->p->drawer_at[i] = (struct config_pos){s->pos->line, s->pos->col};
	switch ((int)key) {
	case KEY_DRAWER_N_PIN:
		return put_pin(&d->pin, s->value, reterr);
	case KEY_DRAWER_N_SENSOR:
		rc = config_word(&low, level, ARRAY_LEN(level), s->value,
			"high or low", reterr);
		d->low = low == 1;
		return rc;
	case KEY_DRAWER_N_WARN:
		return put_warn(&d->warn_s, s->value, reterr);
	default:
		return config_text(
			d->device, sizeof(d->device), s->value, reterr);
	}
}

enum rc
config_drawer_set(enum key key, const struct config_set *s, struct err *reterr)
{
	static const char *const open[] = {"auto", "hand"};
	static const char *const on[] = {"off", "on"};
	struct config *c = s->p->c;
	size_t i = 0;
	enum rc rc;

	switch ((int)key) {
	case KEY_DRAWER_DROP:
		return config_late(&s->p->drop_above, s->pos, s->value, reterr);
	case KEY_DAY_RECOUNT:
		return config_late(
			&s->p->recount_above, s->pos, s->value, reterr);
	case KEY_DAY_OPEN:
		rc = config_word(&i, open, ARRAY_LEN(open), s->value,
			"auto or hand", reterr);
		c->day_by_hand = i == 1;
		return rc;
	case KEY_DAY_SHIFTS:
		rc = config_word(
			&i, on, ARRAY_LEN(on), s->value, "off or on", reterr);
		c->shifts = i == 1;
		return rc;
	default:
		return put_drawer(key, s, reterr);
	}
}

const struct config_device *
config_drawer_at(const struct config *c, size_t no)
{
	const struct config_drawer *d;

	if (no == 1) {
		return config_drawer(c);
	}
	if (!config_has_drawer(c, no)) {
		return NULL;
	}
	d = &c->drawer_more[no - 2];
	if (d->device[0] == '\0') {
		return d->pin >= 0 ? config_printer(c) : NULL;
	}
	for (size_t i = 0; i < c->n_device; i++) {
		const struct config_device *x = &c->device[i];

		if (x->known && strcmp(x->name, d->device) == 0 &&
			(x->class_ == DEVICE_DRAWER ||
				x->class_ == DEVICE_PRINTER)) {
			return x;
		}
	}
	return NULL;
}

bool
config_has_drawer(const struct config *c, size_t no)
{
	return no == 1 || (no >= 2 && no <= CONFIG_DRAWERS &&
				  c->drawer_more[no - 2].there);
}

int
config_drawer_pin(const struct config *c, size_t no)
{
	return no == 1 ? c->drawer_pin : c->drawer_more[no - 2].pin;
}

bool
config_drawer_low(const struct config *c, size_t no)
{
	return no == 1 ? c->drawer_low : c->drawer_more[no - 2].low;
}

int
config_drawer_warn_s(const struct config *c, size_t no)
{
	return no == 1 ? c->drawer_warn_s : c->drawer_more[no - 2].warn_s;
}

size_t
config_drawers(const struct config *c)
{
	size_t n = 0;

	for (size_t no = 1; no <= CONFIG_DRAWERS; no++) {
		n += config_has_drawer(c, no) ? 1 : 0;
	}
	return n;
}

enum rc
config_drawer_finish(struct config_read *p, const struct config_pos **ret_at,
	struct err *reterr)
{
	static const struct config_pos nowhere = {1, 1};

	for (size_t i = 0; i < CONFIG_DRAWERS - 1; i++) {
		const struct config_drawer *d = &p->c->drawer_more[i];

		if (!p->strict || !d->there ||
			(d->device[0] == '\0' && d->pin < 0) ||
			config_drawer_at(p->c, i + 2) != NULL) {
			continue;
		}
		*ret_at =
			p->drawer_at[i].line > 0 ? &p->drawer_at[i] : &nowhere;
		if (d->device[0] != '\0') {
			return config_wrong(reterr,
				"no printer and no drawer is called %s: write "
				"the name of a [device NAME]",
				d->device, "");
		}
		return config_wrong(reterr,
			"the drawer opens through the printer: write a driver "
			"under [printer], or 'pin = none'",
			"", "");
	}
	return RC_OK;
}
