/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "register/till_internal.h"

#include "base/poison.h"

#define FLUSH_AFTER_US ((int64_t)1000000)

void
till_flush_due(struct till *t)
{
	t->draft_due.us = clock_read(&t->real).mono.us + FLUSH_AFTER_US;
}

/* Whether what is in hand is kept at all, and the mark it is kept with: what
 * is practiced must never come back as a sale. */
static bool
is_kept(struct till *t)
{
	if (t->draft == NULL || engine_view(t->engine)->training) {
		return false;
	}
	if (t->shop->journal != NULL) {
		draft_at(t->draft, shop_head(t->shop));
	}
	return true;
}

static void
written_since(struct till *t, size_t was)
{
	if (draft_n_write(t->draft) != was) {
		till_flush_due(t);
	}
}

/* The draft follows the basket.  It is a help after kill -9, not the record
 * of anything, so a disk that refuses it stops no sale. */
static void
follow_draft(struct till *t)
{
	const struct basket *b = engine_view(t->engine)->basket;
	const struct act *a = &t->act;
	size_t was;

	if (!is_kept(t)) {
		return;
	}
	was = draft_n_write(t->draft);
	switch (a->draft) {
	case DRAFT_LINE:
		(void)!draft_line(t->draft, b, a->draft_no, a->also_no, NULL);
		break;
	case DRAFT_SALE:
		(void)!draft_sale(t->draft, b, NULL);
		break;
	case DRAFT_GONE:
		(void)!draft_clear(t->draft, NULL);
		break;
	case DRAFT_SAME:
	case DRAFT_ALL:
	case DRAFT_SURE:
	default:
		break;
	}
	written_since(t, was);
}

void
till_draft_write(struct till *t)
{
	size_t was;

	if (is_kept(t)) {
		was = draft_n_write(t->draft);
		(void)!draft_write(
			t->draft, engine_view(t->engine)->basket, NULL);
		written_since(t, was);
	}
}

/* Nobody said that the input was over. */
void
till_draft_settle(struct till *t)
{
	size_t was;

	if (t->draft != NULL && draft_waits(t->draft) && is_kept(t)) {
		was = draft_n_write(t->draft);
		(void)!draft_settle(
			t->draft, engine_view(t->engine)->basket, NULL);
		written_since(t, was);
	}
}

void
till_draft_idle(struct till *t)
{
	if (t->draft == NULL) {
		return;
	}
	(void)!draft_flush(t->draft, NULL);
	if (is_kept(t)) {
		(void)!draft_trim(
			t->draft, engine_view(t->engine)->basket, NULL);
	}
}

/* Before an act is recorded: the journal is never ahead of what was used up of
 * the desk.  Money is taken for lines that no power cut may take away: the one
 * thing that the draft must not fail at.  A recalled basket is in the draft,
 * flushed, before the recall is recorded: ended in between, it is still parked
 * and the draft is stale; ended behind, it is open and the draft has it.  Where
 * the draft cannot be written, the line that parked it has the basket: a recall
 * needs no refusal for that. */
static enum rc
make_ready(struct till *t, struct err *reterr)
{
	const struct basket *b = engine_view(t->engine)->basket;
	bool sure = t->act.draft == DRAFT_SURE;
	enum rc rc = RC_IO;
	size_t was;

	if (engine_view(t->engine)->training) {
		return RC_OK; /* it ends with the register */
	}
	if (is_kept(t)) {
		was = draft_n_write(t->draft);
		if (sure) {
			rc = draft_sure(t->draft, b, NULL);
		} else if (t->act.draft == DRAFT_ALL) {
			rc = draft_recall(t->draft, b, NULL);
		} else {
			rc = draft_ready(t->draft, b, NULL);
		}
		written_since(t, was);
	}
	if (rc != RC_OK && sure) {
		return err_set(reterr, rc, 0, __func__,
			"the open sale cannot be kept on the disk: take all "
			"that is due at once");
	}
	return RC_OK;
}

static const char *
actor(const struct till *t)
{
	const char *no = engine_view(t->engine)->operator_no;

	if (t->act.actor[0] != '\0') {
		return t->act.actor;
	}
	return no[0] != '\0' ? no : TILL_NOBODY;
}

void
till_make_final(struct till *t)
{
	struct act *a = &t->act;
	struct err e = {0};
	bool recall = a->draft == DRAFT_ALL;
	enum rc rc;

	if (t->shop->mode == SHOP_READ) {
		till_end(t);
		engine_settle(t->engine, a, RC_OK, "");
		return;
	}
	rc = make_ready(t, &e);
	if (rc == RC_OK) {
		till_order_name(t);
		rc = shop_record(t->shop, a->event, a->n, actor(t),
			till_print_final, t, &e);
	}
	if (rc == RC_OK && a->reply.sold) {
		a->reply.sale_seq = a->event[0].sequence;
	}
	engine_settle(t->engine, a, rc, e.msg);
	if (rc != RC_OK) {
		if (recall && is_kept(t)) {
			(void)!draft_clear(t->draft, NULL);
		}
		return;
	}
	for (size_t i = 0; i < a->n; i++) {
		if (a->event[i].type == EVENT_OPERATOR_SIGNED_OFF) {
			till_glass_look(t);
		}
		till_sync_ended(t, &a->event[i]);
	}
	follow_draft(t);
	till_print_after(t);
}

void
till_input(struct till *t, const struct input *in, struct reply *ret)
{
	const struct engine_view *v;

	t->touched = clock_read(&t->real).mono;
	till_drafts_run(t);
	if (in->kind == INPUT_PIN || in->kind == INPUT_BADGE) {
		till_people_input(t, in);
	} else if (till_glass_is(in)) {
		till_glass_input(t, in);
	} else if (!till_moved_stops(t, in) && !till_old_stops(t, in)) {
		/* half a proof was meant for what was asked then */
		t->half.no[0] = '\0';
		engine_step(t->engine, in, &t->act);
		till_scale_act(t);
		till_sync_act(t);
	}
	if (t->act.n > 0) {
		till_make_final(t);
	} else {
		follow_draft(t);
	}
	v = engine_view(t->engine);
	/* a question, and what waits for the next item, are of this one */
	t->shop->hold_config = basket_is_begun(v->basket) ||
			       v->has_pending_qty || v->ask != ASK_NONE ||
			       v->returning != RETURN_OFF ||
			       v->card.phase == CARD_ASKED;
	till_card_act(t);
	*ret = t->act.reply;
	t->change_due = v->basket->n_line == 0 && (t->change_due || ret->sold);
	till_scale_follow(t);
	(void)till_customer(t);
	if (t->told_fn != NULL) {
		t->told_fn(t->told_arg, in, ret);
	}
}

void
till_told(struct till *t, till_told_fn fn, void *arg)
{
	t->told_fn = fn;
	t->told_arg = arg;
}
