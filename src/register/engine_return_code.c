/* SPDX-License-Identifier: Apache-2.0 */
/* Goods that come back by their code: the row of the receipt that it means. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* The row of this code that something is left of, else any. */
static const struct return_row *
row_by_code(const struct engine *e, const char *code)
{
	const struct return_row *any = NULL;

	for (size_t i = 0; i < e->receipt.n_row; i++) {
		const struct return_row *row = &e->receipt.row[i];

		if (row->sold.qty.milli <= 0 ||
			strcmp(row->sold.item.code, code) != 0) {
			continue;
		}
		if (row->back + engine_return_milli(e, row) <
			row->sold.qty.milli) {
			return row;
		}
		any = any == NULL ? row : any;
	}
	return any;
}

/* Of what the code priced, the row at that price. */
static const struct return_row *
row_by_held(const struct engine *e, const char *code, struct money held)
{
	for (size_t i = 0; i < e->receipt.n_row; i++) {
		const struct return_row *row = &e->receipt.row[i];

		if (row->sold.qty.milli > 0 &&
			money_cmp(row->sold.held, held) == 0 &&
			strcmp(row->sold.item.code, code) == 0 &&
			row->back + engine_return_milli(e, row) <
				row->sold.qty.milli) {
			return row;
		}
	}
	return row_by_code(e, code);
}

static void
code_on_receipt(struct engine *e, struct act *act, const char *code,
	const struct qty *qty)
{
	const struct return_row *row = row_by_code(e, code);
	struct engine_measure much;
	enum code_kind kind;
	struct item item;
	enum rc rc = RC_NOTFOUND;

	memset(&item, 0, sizeof(item));
	if (row == NULL) {
		rc = engine_held_item(e, act, code, &item, &much);
	}
	if (rc == RC_DENIED) {
		return;
	}
	if (rc == RC_OK) {
		row = row_by_held(e, item.code, much.held);
	} else if (row == NULL &&
		   e->ports.find_item(e->ports.arg, code, strlen(code), &item,
			   &kind, NULL) == RC_OK) {
		row = row_by_code(e, item.code);
	}
	if (row != NULL) {
		engine_return_more(e, act, row, qty);
		return;
	}
	if (item.code[0] == '\0' && engine_return_choose(e, act, code)) {
		return; /* another receipt's bar code */
	}
	engine_refuse(act, WORD_NOT_ON_RECEIPT,
		_("%.40s is not on receipt %s: RF again takes it back without "
		  "one."),
		item.code[0] != '\0' ? item.name : code, e->receipt.number);
}

bool
engine_return_code(struct engine *e, struct act *act, const char *code,
	const struct qty *qty)
{
	if (e->returning == RETURN_ASK) {
		(void)engine_return_choose(e, act, code);
		return true;
	}
	if (e->returning == RETURN_RECEIPT) {
		code_on_receipt(e, act, code, qty);
		return true;
	}
	return false;
}
