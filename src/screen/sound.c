/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/sound.h"

#include "base/poison.h"

/* Longer than any gap within a signal. */
#define PAUSE_US ((int64_t)600000)

static const struct {
	int strokes;
	int64_t gap_us; /* from stroke to stroke */
	struct bell bell;
} signals[] = {
	[SOUND_NONE] = {0, 0, {0, 0}},
	[SOUND_ATTENTION] = {1, 0, {880, 120}},
	[SOUND_HELD] = {2, 320000, {330, 160}},
	[SOUND_STOP] = {3, 160000, {1320, 80}},
};

static void
begin(struct sounds *s, enum sound what, int64_t now)
{
	int64_t rested = s->last != 0 ? s->last + PAUSE_US : now;

	s->now = what;
	s->left = signals[what].strokes;
	s->begun = false;
	s->at = rested > now ? rested : now;
}

void
sound_ring(struct sounds *s, enum sound what, int64_t now)
{
	if (what > s->now) {
		s->next = SOUND_NONE;
		begin(s, what, now);
	} else if ((what != s->now || s->begun) && what > s->next) {
		s->next = what;
	}
}

bool
sound_take(struct sounds *s, int64_t now, struct bell *ret)
{
	enum sound next;

	if (s->left == 0 || now < s->at) {
		return false;
	}
	*ret = signals[s->now].bell;
	s->begun = true;
	s->last = now;
	s->left--;
	if (s->left > 0) {
		s->at = now + signals[s->now].gap_us;
		return true;
	}
	next = s->next;
	s->next = SOUND_NONE;
	begin(s, next, now);
	return true;
}

bool
sound_due(const struct sounds *s, int64_t *ret)
{
	*ret = s->at;
	return s->left > 0;
}
