/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_LEDGER_H
#define REGISTER_CONFIG_LEDGER_H

#include <stdbool.h>
#include <stddef.h>

/**
 * config_ledger - what [ledger] says: how the books call what the register
 * moves.  holdfast-ledger(5) has what is booked where.
 */
#define LEDGER_ACCOUNT_BYTES 64
#define LEDGER_SHOP_BYTES 32
#define LEDGER_CODE_BYTES 16
#define LEDGER_MAPS 48

/* In the order of their keys. */
enum ledger_account {
	LEDGER_DRAWER,
	LEDGER_SAFE,
	LEDGER_CLEARING, /* :TENDER */
	LEDGER_SALES,	 /* :CLASS */
	LEDGER_TAX,	 /* :CLASS, or the name of a tax it is made of */
	LEDGER_DEPOSITS,
	LEDGER_ROUNDING,
	LEDGER_OVER_SHORT,
	LEDGER_PAID_IN,
	LEDGER_PAID_OUT,
	LEDGER_OPENING,
	LEDGER_TURNOVER, /* :Perpetual, and :Contra against it */
	LEDGER_ACCOUNTS
};

/* Sections that name an account for one of a kind. */
enum ledger_map {
	LEDGER_MAP_TENDER,
	LEDGER_MAP_SALES,
	LEDGER_MAP_TAX,
	LEDGER_MAP_DEPARTMENT,
	LEDGER_MAP_COUNT
};

struct config_ledger {
	char shop[LEDGER_SHOP_BYTES]; /* "" by the shop's name */
	char account[LEDGER_ACCOUNTS][LEDGER_ACCOUNT_BYTES];
	size_t n_map;
	struct {
		enum ledger_map kind;
		char code[LEDGER_CODE_BYTES];
		char account[LEDGER_ACCOUNT_BYTES];
	} map[LEDGER_MAPS];
};

/** config_ledger_default(account): its name unless [ledger] has another. */
const char *config_ledger_default(enum ledger_account account);

/** config_ledger_find(l, kind, code): the account that is named for it; NULL
 * none is. */
const char *config_ledger_find(const struct config_ledger *l,
	enum ledger_map kind, const char *code);

#endif
