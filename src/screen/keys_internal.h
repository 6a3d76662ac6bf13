/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_KEYS_INTERNAL_H
#define SCREEN_KEYS_INTERNAL_H

#include "screen/keys.h"

/* What keys.c and keys_frame.c share; see keys.h. */

/** keys_is_end(ev): Enter, Tab or LF. */
bool keys_is_end(const struct key_event *ev);
/** keys_hold(k, ev, fn, arg): one more held character; too many are a paste
 * and are released before it. */
void keys_hold(
	struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg);
/** keys_release(k, n, fn, arg): the first n held were typed after all. */
void keys_release(struct keys_in *k, size_t n, keys_fn fn, void *arg);
void keys_emit(
	struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg);
void keys_emit_code(struct keys_in *k, enum keys_code code,
	const struct key_event *ev, keys_fn fn, void *arg);
/** keys_emit_scan(k, source, fn, arg): all that is held, which is something. */
void keys_emit_scan(
	struct keys_in *k, enum keys_told source, keys_fn fn, void *arg);
/** keys_plain(k, ev, fn, arg): an event outside frames and sequences. */
void keys_plain(
	struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg);

/** keys_frame_begins(k, ev): may it be a prefix's first character? */
bool keys_frame_begins(const struct keys_in *k, const struct key_event *ev);
/** keys_frame_head(k, ev, fn, arg): an event while a prefix is coming. */
void keys_frame_head(
	struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg);
/** keys_frame_more(k, ev, fn, arg): an event inside a frame. */
void keys_frame_more(
	struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg);
/** keys_typed_word(k): all that is held is a word that is typed whatever its
 * rhythm. */
bool keys_typed_word(const struct keys_in *k);

#endif
