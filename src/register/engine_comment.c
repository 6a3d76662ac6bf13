/* SPDX-License-Identifier: Apache-2.0 */
/* Words that the receipt bears.  They are no act: the draft keeps them, and the
 * sale says in the end what was written on it. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/engine_internal.h"

#include "base/poison.h"

void
engine_comment(struct engine *e, struct act *act, const struct entry *en)
{
	struct basket *b = &e->basket;
	char clean[BASKET_COMMENT_BYTES];
	unsigned had;

	had = text_clean(en->after, strlen(en->after), clean, sizeof(clean), 0);
	if (en->before[0] != '\0') {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("The words stand behind the letters: CM and a blank, "
			  "then the comment."));
	} else if (!basket_is_begun(b)) {
		engine_refuse(act, WORD_NO_SALE,
			_("No sale is open: a comment goes on the receipt of "
			  "one.  Scan an item first."));
	} else if (clean[0] == '\0' && b->comment[0] == '\0') {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("There is no comment yet: key CM, a blank and the "
			  "words."));
	} else if ((had & TEXT_WAS_CUT) != 0) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("A comment has room for %d letters: key fewer."),
			BASKET_COMMENT_BYTES - 1);
	} else {
		memcpy(b->comment, clean, sizeof(clean));
		act->draft = DRAFT_SALE;
		if (clean[0] != '\0') {
			engine_say(act, _("On the receipt: %s"), clean);
		} else {
			engine_say(
				act, _("No comment on the receipt any more."));
		}
	}
}
