/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* A box is open: what comes meanwhile waits in one line, in order. */
static struct held *
hold(struct app *a, const struct key_event *ev)
{
	struct held *h;

	if (a->n_held == HELD_MAX) {
		app_ring_bells(a, 3);
		return NULL;
	}
	h = &a->held[a->n_held++];
	memset(h, 0, sizeof(*h));
	h->key = *ev;
	return h;
}

void
hold_key(struct app *a, const struct key_event *ev)
{
	(void)hold(a, ev);
}

/* What the cashier will see in the box: a look, nothing is sold. */
static void
look_up(struct app *a, struct held *h)
{
	char text[CODE_BYTES + 64];
	struct input in = {.kind = INPUT_ENTRY, .text = text};
	struct reply r;
	struct sbuf b;
	size_t bare = 0;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "PC ");
	sbuf_puts(&b, code_strip_aim(h->text, h->len, &bare));
	in.len = b.len;
	memset(&r, 0, sizeof(r));
	till_input(a->till, &in, &r);
	h->known = r.ok && r.has_item;
	if (h->known) {
		text_fit_middle(h->name, sizeof(h->name), r.item.name, 20);
		h->price = r.item.price;
	}
}

void
hold_scan(
	struct app *a, const char *text, size_t len, const struct key_event *ev)
{
	struct held *h;

	app_ring_bells(a, 2);
	if (strcmp(text, a->stop.code) == 0) {
		/* Scanned again to make sure: it is still not on file. */
		a->stop.repeats++;
		return;
	}
	h = hold(a, ev);
	if (h == NULL) {
		return;
	}
	h->scan = true;
	h->len = len < sizeof(h->text) ? len : sizeof(h->text) - 1;
	memcpy(h->text, text, h->len);
	h->text[h->len] = '\0';
	a->held_scans++;
	look_up(a, h);
}

void
hold_replay(struct app *a)
{
	if (a->replaying) {
		return;
	}
	a->replaying = true;
	while (a->n_held > 0 && !app_asks(a)) {
		struct held h = a->held[0];

		a->n_held--;
		memmove(a->held, a->held + 1, a->n_held * sizeof(*a->held));
		if (h.scan) {
			a->held_scans--;
			app_dispatch_scan(a, h.text, h.len);
		} else {
			app_dispatch_key(a, &h.key);
		}
	}
	a->replaying = false;
}
