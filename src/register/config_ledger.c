/* SPDX-License-Identifier: Apache-2.0 */
/* The sections [ledger] and [ledger KIND]. */
#include <string.h>

#include "register/config_internal.h"

#include "base/poison.h"

/* Names that all three programs take. */
static const char *const by_default[] = {
	[LEDGER_DRAWER] = "Assets:Cash:Drawer",
	[LEDGER_SAFE] = "Assets:Cash:Safe",
	[LEDGER_CLEARING] = "Assets:Clearing",
	[LEDGER_SALES] = "Income:Sales",
	[LEDGER_TAX] = "Liabilities:Tax",
	[LEDGER_DEPOSITS] = "Liabilities:Deposits",
	[LEDGER_ROUNDING] = "Income:Rounding",
	[LEDGER_OVER_SHORT] = "Expenses:OverShort",
	[LEDGER_PAID_IN] = "Income:PaidIn",
	[LEDGER_PAID_OUT] = "Expenses:PaidOut",
	[LEDGER_OPENING] = "Equity:Opening",
	[LEDGER_TURNOVER] = "Equity:Turnover",
};
_Static_assert(ARRAY_LEN(by_default) == LEDGER_ACCOUNTS, "one each");
_Static_assert(KEY_LEDGER_TURNOVER - KEY_LEDGER_DRAWER + 1 == LEDGER_ACCOUNTS,
	"a key an account");
_Static_assert(
	KEY_LEDGER_DEPARTMENT - KEY_LEDGER_TENDER + 1 == LEDGER_MAP_COUNT,
	"a key a map");

const char *
config_ledger_default(enum ledger_account account)
{
	return by_default[account];
}

const char *
config_ledger_find(
	const struct config_ledger *l, enum ledger_map kind, const char *code)
{
	for (size_t i = 0; i < l->n_map; i++) {
		if (l->map[i].kind == kind &&
			strcmp(l->map[i].code, code) == 0) {
			return l->map[i].account;
		}
	}
	return NULL;
}

void
config_ledger_init(struct config *c)
{
	struct sbuf b;

	for (size_t i = 0; i < LEDGER_ACCOUNTS; i++) {
		sbuf_init(&b, c->ledger.account[i], LEDGER_ACCOUNT_BYTES);
		sbuf_puts(&b, by_default[i]);
	}
}

bool
config_is_ledger_map(enum key key)
{
	return key >= KEY_LEDGER_TENDER && key <= KEY_LEDGER_DEPARTMENT;
}

enum key
config_ledger_key(const char *section, const char *key)
{
	static const char *const kind[] = {"ledger tender", "ledger sales",
		"ledger tax", "ledger department"};
	size_t n = strlen(key);

	_Static_assert(ARRAY_LEN(kind) == LEDGER_MAP_COUNT, "one each");
	for (size_t i = 0; i < ARRAY_LEN(kind); i++) {
		if (strcmp(section, kind[i]) == 0 && n > 0 &&
			n < LEDGER_CODE_BYTES) {
			return (enum key)(KEY_LEDGER_TENDER + i);
		}
	}
	return KEY_COUNT;
}

/* A name that no program takes for something else: two blanks end one, a sign
 * ahead of it makes a posting of another kind. */
static bool
is_account(const char *s)
{
	size_t n = strlen(s);
	bool good = n > 0 && n < LEDGER_ACCOUNT_BYTES &&
		    strchr("([*!\"=@~;: 0123456789", s[0]) == NULL &&
		    s[n - 1] != ':' && s[n - 1] != ' ' &&
		    strstr(s, "  ") == NULL && strstr(s, "::") == NULL &&
		    strstr(s, " :") == NULL && strstr(s, ": ") == NULL;

	for (size_t i = 0; good && i < n; i++) {
		good = (unsigned char)s[i] >= ' ' && s[i] != 0x7f &&
		       strchr(";\"[]()|", s[i]) == NULL;
	}
	return good;
}

static enum rc
put_account(
	char out[LEDGER_ACCOUNT_BYTES], const char *value, struct err *reterr)
{
	if (!is_account(value)) {
		return config_wrong(reterr,
			"'%s' is no name of an account: write parts with : "
			"between, like Assets:Bank:Cards",
			value, "");
	}
	return config_text(out, LEDGER_ACCOUNT_BYTES, value, reterr);
}

static enum rc
put_map(enum key key, const struct config_set *s, struct err *reterr)
{
	struct config_ledger *l = &s->p->c->ledger;
	enum ledger_map kind = (enum ledger_map)(key - KEY_LEDGER_TENDER);
	enum rc rc;

	if (config_ledger_find(l, kind, s->key) != NULL) {
		return config_wrong(reterr,
			"%s.%s stands here twice: take one out", s->section,
			s->key);
	}
	if (l->n_map == LEDGER_MAPS) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"there is room for %d accounts of their own: take "
			"this one out",
			LEDGER_MAPS);
	}
	rc = config_text(
		l->map[l->n_map].code, LEDGER_CODE_BYTES, s->key, reterr);
	if (rc == RC_OK) {
		rc = put_account(l->map[l->n_map].account, s->value, reterr);
	}
	if (rc == RC_OK) {
		l->map[l->n_map++].kind = kind;
	}
	return rc;
}

enum rc
config_ledger_set(enum key key, const struct config_set *s, struct err *reterr)
{
	struct config_ledger *l = &s->p->c->ledger;

	if (config_is_ledger_map(key)) {
		return put_map(key, s, reterr);
	}
	if (key == KEY_LEDGER_SHOP) {
		if (strpbrk(s->value, "() \t;\"|") != NULL) {
			return config_wrong(reterr,
				"'%s' holds a blank or a bracket: write "
				"letters, digits and -",
				s->value, "");
		}
		return config_text(l->shop, sizeof(l->shop), s->value, reterr);
	}
	return put_account(
		l->account[key - KEY_LEDGER_DRAWER], s->value, reterr);
}
