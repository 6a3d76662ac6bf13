/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "screen/term_internal.h"

#include "base/poison.h"

/* A console is one by its type: over a line it may be somebody else's, who
 * passes over what it does not know. */
void
term_bell_begin(struct terminal *t)
{
	/* One process, one thread: nobody changes the environment. */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *type = getenv("TERM");

	t->tones = type != NULL && strncmp(type, "linux", 5) == 0;
}

void
term_bell_end(struct terminal *t)
{
	static const char own[] = "\033[10]\033[11]";

	if (t->tone.hz != 0) {
		(void)!term_out_add(&t->out, own, sizeof(own) - 1);
		t->tone = (struct bell){0, 0};
	}
}

void
term_bell(struct terminal *t, const struct bell *b)
{
	char text[48];
	struct sbuf out;

	sbuf_init(&out, text, sizeof(text));
	if (t->tones && (t->tone.hz != b->hz || t->tone.ms != b->ms)) {
		sbuf_printf(&out, "\033[10;%d]\033[11;%d]", b->hz, b->ms);
		t->tone = *b;
	}
	sbuf_putc(&out, '\007');
	(void)!term_out_add(&t->out, out.p, out.len);
	(void)term_flush(t);
}
