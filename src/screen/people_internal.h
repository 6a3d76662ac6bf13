/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_PEOPLE_INTERNAL_H
#define SCREEN_PEOPLE_INTERNAL_H

#include "screen/app_internal.h"

/**
 * people_internal - what the screens about people share: screen_people.c signs
 * on and unlocks, screen_approve.c asks a supervisor, or why.
 */
struct person {
	char no[16]; /* keyed; the PIN is asked for */
	struct till_people told;
};

extern const struct screen_ops people_sign_ops, people_lock_ops,
	people_approve_ops, people_arm_ops, people_reason_ops, people_pin_ops,
	people_pin_box_ops;

/** The number's screen, beneath the PIN's too; NULL none is open. */
struct person *person_of(const struct app *a);
bool people_is_open(const struct app *a, const struct screen_ops *ops);
/** people_take_number(a, p, pin): the prompt's, then the screen ${pin}. */
void people_take_number(
	struct app *a, struct person *p, const struct screen_ops *pin);
/** Number and PIN, the one that is asked for with the prompt in it. */
void people_put_form(
	struct app *a, const struct person *p, int row, int col, int width);
/** people_refuse(a): what waits for a supervisor is refused, and a box that
 * nothing waits for yet goes. */
void people_refuse(struct app *a);
void people_act_pin(struct app *a, void *state, enum action action);
void people_scan_badge(
	struct app *a, void *state, const char *text, size_t len);
bool people_is_secret(const struct app *a, const void *state);
void people_reading_pin(
	const struct app *a, const void *state, struct sbuf *out);
void people_reading_number(
	const struct app *a, const void *state, struct sbuf *out);

#endif
