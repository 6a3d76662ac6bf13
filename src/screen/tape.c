/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/tape.h"

#include <string.h>

#include "base/poison.h"

void
tape_begin(struct tape *t)
{
	sbuf_init(&t->text, t->bytes, sizeof(t->bytes));
	sbuf_init(&t->facts, t->fact_bytes, sizeof(t->fact_bytes));
}

static bool
has_room(const struct sbuf *b, size_t cap, size_t n)
{
	return b->len + n + 4 < cap;
}

void
tape_line(struct tape *t, const char *text)
{
	if (t == NULL || text[0] == '\0' ||
		!has_room(&t->text, TAPE_BYTES, strlen(text))) {
		return;
	}
	/* columns are for eyes: runs of blanks are two at most */
	for (; *text != '\0'; text++) {
		if (strncmp(text, "   ", 3) != 0) {
			sbuf_putc(&t->text, *text);
		}
	}
	sbuf_putc(&t->text, '\n');
}

void
tape_fact(struct tape *t, const char *label, const char *value)
{
	while (*label == ' ') {
		label++;
	}
	if (t == NULL || (label[0] == '\0' && value[0] == '\0') ||
		!has_room(&t->facts, sizeof(t->fact_bytes),
			strlen(label) + strlen(value))) {
		return;
	}
	/* a value without a label belongs to the label before it */
	if (t->facts.len > 0) {
		sbuf_puts(&t->facts, label[0] != '\0' ? ", " : " ");
	}
	sbuf_puts(&t->facts, label);
	if (label[0] != '\0' && value[0] != '\0') {
		sbuf_putc(&t->facts, ' ');
	}
	sbuf_puts(&t->facts, value);
}

void
tape_end(struct tape *t)
{
	tape_line(t, t->fact_bytes);
}
