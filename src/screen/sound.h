/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_SOUND_H
#define SCREEN_SOUND_H

#include <stdbool.h>
#include <stdint.h>

/**
 * sound - what the register says with the terminal's bell.  A good scan makes
 * none: the scanner has beeped.  Each signal is known by its rhythm, for most
 * terminals have one bell; where pitch and length can be set they differ too.
 *
 *	attention   -            short, once
 *	held        _   _        low, twice, slow
 *	stop        . . .        high and short, three times, quick
 *
 * Pure: times are given.  One that sounds is not run into by another: a higher
 * one takes its place, any other waits for a pause; of several that wait the
 * highest is heard.
 */
enum sound {
	SOUND_NONE,
	SOUND_ATTENTION,
	SOUND_HELD,
	SOUND_STOP
};

/** One stroke of the bell. */
struct bell {
	int hz, ms;
};

struct sounds {
	enum sound now, next;
	int left;     /* strokes of now */
	bool begun;   /* of now */
	int64_t at;   /* us: the next stroke */
	int64_t last; /* us: the last one; 0 there was none */
};

/** sound_ring(s, what, now): as soon as it can be told from what was heard
 * before. */
void sound_ring(struct sounds *s, enum sound what, int64_t now);
/** sound_take(s, now, ret): true once for every stroke that is due. */
bool sound_take(struct sounds *s, int64_t now, struct bell *ret);
/** sound_due(s, ret): when the next stroke is due; false: nothing sounds. */
bool sound_due(const struct sounds *s, int64_t *ret);

#endif
