/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

static bool
pick(struct app *a, struct rows *r, const char *text)
{
	size_t idx = 0;

	if (!rows_pick(r, text, &idx)) {
		app_attention(a, _("There is no row of that number."));
		return false;
	}
	r->selected = idx;
	return true;
}

bool
app_rows_letter(struct app *a, struct rows *r, char *ret)
{
	struct prompt *p = app_prompt(a);
	size_t n = p->len;
	char text[PROMPT_BYTES];
	char letter;

	if (n == 0 || (p->text[n - 1] >= '0' && p->text[n - 1] <= '9')) {
		return false;
	}
	letter = p->text[n - 1];
	memcpy(text, p->text, n);
	text[n - 1] = '\0';
	prompt_clear(p);
	/* a letter alone may do what needs no row */
	if (n > 1 && !pick(a, r, text)) {
		return false;
	}
	*ret = letter;
	return true;
}

bool
app_rows_act(struct app *a, struct rows *r, enum action action, size_t page)
{
	struct prompt *p = app_prompt(a);
	char text[PROMPT_BYTES];

	if (action == ACTION_CLEAR) {
		app_close(a);
		return false;
	}
	if (action != ACTION_ACCEPT) {
		(void)rows_move(r, action, page);
		return false;
	}
	memcpy(text, p->text, p->len + 1);
	prompt_clear(p);
	return pick(a, r, text);
}
