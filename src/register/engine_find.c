/* SPDX-License-Identifier: Apache-2.0 */
/* Words at the prompt. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

static void
refuse_search(struct act *act, const struct entry *en, enum rc rc,
	const struct err *err)
{
	if (rc != RC_NOTFOUND) {
		engine_refuse(act, WORD_UNAVAILABLE, "%s", err->msg);
	} else if (strchr(en->code, ' ') != NULL) {
		engine_refuse(act, WORD_NO_SEARCH,
			_("This catalog finds no words: scan or key the code, "
			  "or import the products again."));
	}
	/* a single word has been refused as a code */
}

void
engine_find(struct engine *e, struct act *act, const struct entry *en,
	const struct qty *qty)
{
	uint64_t n_match = 0;
	struct err err = {0};
	size_t n = 0;
	enum rc rc = RC_NOTFOUND;

	if (e->ports.find_words != NULL) {
		rc = e->ports.find_words(e->ports.arg, en->code,
			strlen(en->code), e->found, ENGINE_FOUND, &n, &n_match,
			&err);
	}
	if (rc != RC_OK) {
		refuse_search(act, en, rc, &err);
		return;
	}
	if (n_match == 0) {
		engine_refuse(act, WORD_NOT_ON_FILE,
			_("No item's name has '%.60s'."), en->code);
		return;
	}
	if (qty != NULL && e->state == ENGINE_PAY) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			_("Key CL to go back to the sale, then the "
			  "quantity."));
		return;
	}
	memset(act, 0, sizeof(*act));
	act->reply.ok = true;
	act->reply.found = e->found;
	act->reply.n_found = n;
	act->reply.n_match = n_match;
	if (qty != NULL) {
		e->has_qty = true;
		e->qty = *qty;
	}
	engine_say(act,
		P_("%llu item has these words.", "%llu items have these words.",
			n_match),
		(unsigned long long)n_match);
}
