/* SPDX-License-Identifier: Apache-2.0 */
/* The group of customers that who buys belongs to. */
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* A group that a rule is for, as the rule spells it; NULL there is none. */
static const char *
group_of(const struct rules *r, const char *word)
{
	for (size_t i = 0; i < rules_n_lists(r); i++) {
		const char *g = rules_list(r, i)->when.group;

		if (g[0] != '\0' && strcasecmp(g, word) == 0) {
			return g;
		}
	}
	for (size_t i = 0; i < rules_n_promotions(r); i++) {
		const char *g = rules_promotion(r, i)->when.group;

		if (g[0] != '\0' && strcasecmp(g, word) == 0) {
			return g;
		}
	}
	for (size_t i = 0; i < rules_n_coupons(r); i++) {
		const char *g = rules_coupon(r, i)->when.group;

		if (g[0] != '\0' && strcasecmp(g, word) == 0) {
			return g;
		}
	}
	return NULL;
}

void
engine_group(struct engine *e, struct act *act, const struct entry *en)
{
	struct basket_buyer by = e->basket.buyer;
	const char *group = "";
	char text[AMOUNT_BYTES];

	if (e->state == ENGINE_PAY) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			_("Key CL to go back to the sale, then change it."));
		return;
	}
	if (en->before[0] != '\0') {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("The group stands behind the letters: CG staff."));
		return;
	}
	if (en->after[0] != '\0') {
		group = group_of(e->config->rules, en->after);
	}
	if (group == NULL) {
		engine_refuse(act, WORD_NO_GROUP,
			_("No price list and no promotion is for a group "
			  "'%.20s'."),
			en->after);
		return;
	}
	if (strcmp(by.group, group) == 0) {
		engine_say(act, "%s",
			group[0] == '\0' ? _("No group of customers.") : group);
		return;
	}
	(void)engine_copy(by.group, sizeof(by.group), group);
	if (!engine_name_buyer(e, act, &by)) {
		return;
	}
	if (group[0] == '\0') {
		engine_say(act, _("No group of customers."));
		return;
	}
	engine_say(act, _("Customers of the group %s: %s."), group,
		engine_amount(e, e->wait_after.total.gross, text));
}
