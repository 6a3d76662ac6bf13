/* SPDX-License-Identifier: Apache-2.0 */
/* What lies on what: the selling screen that the engine's state asks for, and
 * screens and boxes above it, each with its prompt. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

const struct screen_ops *
app_base(const struct app *a)
{
	const struct engine_view *v = till_view(a->till);

	if (v->state != ENGINE_PAY && v->returning == RETURN_RECEIPT) {
		return &screen_return_ops;
	}
	if (v->state != ENGINE_PAY && v->returning != RETURN_OFF) {
		return v->returning == RETURN_ASK ? &screen_return_ask_ops
						  : &screen_return_blind_ops;
	}
	switch (v->state) {
	case ENGINE_PAY:
		return &screen_pay_ops;
	case ENGINE_SALE:
		return &screen_sale_ops;
	case ENGINE_READY:
	default:
		return &screen_ready_ops;
	}
}

const struct screen_ops *
app_screen(const struct app *a)
{
	return a->depth > 0 ? a->stack[a->depth - 1].ops : app_base(a);
}

void *
app_state(const struct app *a)
{
	return a->depth > 0 ? a->stack[a->depth - 1].state : NULL;
}

bool
app_open(struct app *a, const struct screen_ops *ops, void *state)
{
	struct frame *f;

	if (a->depth == STACK_MAX) {
		if (ops->close != NULL) {
			ops->close(a, state);
		}
		app_remind(a, _("Too many screens are open: Esc goes back."));
		return false;
	}
	if (!app_asks(a)) {
		a->asked.painted = false;
	}
	f = &a->stack[a->depth++];
	f->ops = ops;
	f->state = state;
	prompt_clear(&f->prompt);
	a->typed = false;
	return true;
}

void
app_close(struct app *a)
{
	struct frame *f;

	if (a->depth == 0) {
		return;
	}
	f = &a->stack[--a->depth];
	a->typed = false;
	if (f->ops->close != NULL) {
		f->ops->close(a, f->state);
	}
	/* what a secret left behind */
	memset(f, 0, sizeof(*f));
}

void
app_close_all(struct app *a)
{
	while (a->depth > 0) {
		app_close(a);
	}
}

void
app_entry_beneath(struct app *a, const char *command)
{
	app_close_all(a);
	(void)app_entry(a, command);
}

void
app_remove(struct app *a, size_t at)
{
	struct frame *f = &a->stack[at];

	if (f->ops->close != NULL) {
		f->ops->close(a, f->state);
	}
	a->depth--;
	memmove(f, f + 1, (a->depth - at) * sizeof(*f));
	memset(&a->stack[a->depth], 0, sizeof(*f));
}

void *
app_find(const struct app *a, const struct screen_ops *ops)
{
	size_t i;

	for (i = a->depth; i > 0; i--) {
		if (a->stack[i - 1].ops == ops) {
			return a->stack[i - 1].state;
		}
	}
	return NULL;
}

void *
app_room(struct app *a, size_t size)
{
	void *p = calloc(1, size);

	if (p == NULL) {
		app_attention(a, _("Not enough memory to show this."));
	}
	return p;
}

void
app_free_state(struct app *a, void *state)
{
	(void)a;
	free(state);
}

bool
app_asks(const struct app *a)
{
	size_t i;

	for (i = 0; i < a->depth; i++) {
		if (a->stack[i].ops->asks) {
			return true;
		}
	}
	return false;
}

struct prompt *
app_prompt(struct app *a)
{
	return a->depth > 0 ? &a->stack[a->depth - 1].prompt : &a->prompt;
}

void
prompt_clear(struct prompt *p)
{
	p->len = 0;
	p->text[0] = '\0';
}

void
prompt_set(struct prompt *p, const char *text)
{
	prompt_clear(p);
	prompt_append(p, text);
}

void
prompt_append(struct prompt *p, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, p->text + p->len, sizeof(p->text) - p->len);
	sbuf_puts(&b, text);
	p->len += b.len;
}
