/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_ENTRY_H
#define REGISTER_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/barcode.h"

/**
 * entry - the grammar of the prompt: number first, then key.
 *
 *   entry   = [ number "*" ] ( code | command ) | number "*" | text
 *   command = [ arg ] TWO-LETTERS [ arg ]        VD  VD3  2000CA  299PO  5DI
 *
 * Commands are upper or lower case and win over everything else of their
 * shape: two letters, then the end, a number, or what the command takes (PC a
 * code, RP and RF a receipt number, set off by a blank when it begins with a
 * letter).  Blanks around the parts do not count.  Three letters in a row are
 * a word.  A number may stand before or behind the letters; with both, the one
 * behind is the line: 299PO3.  The keys of the numeric pad may come as text:
 * "+" is TL, "-" and "3-" are VD, "*" alone is RI.  The table of commands is
 * entry.c's and holdfast-ring(1)'s.
 */
enum command {
	CMD_NONE,
	CMD_TL, /* total: to the pay state */
	CMD_CA, /* cash; without amount: exact */
	CMD_VD, /* void line (argument: line number; else selected) */
	CMD_CN, /* void the whole sale, or by number a parked one */
	CMD_PO, /* price of the selected line */
	CMD_DI, /* line discount in percent: "5DI", "7.5DI" */
	CMD_DA, /* line discount by amount in minor units or 0.50 */
	CMD_QT, /* quantity of the selected line */
	CMD_DP, /* department sale: 149DP20 */
	CMD_NS, /* no sale; NS2 at another's drawer */
	CMD_PC, /* price check: code follows, or next scan */
	CMD_PK, /* park; empty basket or with number: recall */
	CMD_RP, /* reprint last, or number */
	CMD_XR, /* X report; XR2 of the shift at a drawer */
	CMD_RI, /* repeat last item */
	CMD_CL, /* clear */
	CMD_SL, /* select line: "3SL" */
	CMD_SO, /* sign off */
	CMD_TT, /* list the tenders */
	CMD_LK, /* lock the register, the sale is kept */
	CMD_SV, /* a supervisor approves: what is asked, or the next action */
	CMD_UL, /* an operator may try their PIN again: 7UL */
	CMD_RF, /* goods come back: receipt before, line behind */
	CMD_AG, /* age of the customer: AG1, 2AG14031999, 0AG */
	CMD_RS, /* what a line not on file is: RS 4011, 149RS20 */
	CMD_OI, /* the same as an open item: 149OI20 */
	CMD_NF, /* what is asked about is not sold */
	CMD_TR, /* training: begin, end */
	CMD_AL, /* audit log: recorded, then shown */
	CMD_PI, /* paid in: 5000PI */
	CMD_PX, /* paid out: 2000PX */
	CMD_PU, /* pickup: 50000PU */
	CMD_CT, /* cash count: 119915CT, CT 20000x0 10000x1 */
	CMD_ZR, /* Z: looked at; 12ZR closes the day */
	CMD_ST, /* settings: shown to be changed */
	CMD_TE, /* exempt from tax: TE E-4711; TE alone takes it away */
	CMD_VN, /* a business, by its VAT number: VN DE123456789 */
	CMD_EM, /* empties: 6*EM D25, or EM and a drink's code */
	CMD_WT, /* a weight by hand for the next item, grams: 734WT */
	CMD_TW, /* its tare: 22TW */
	CMD_DS, /* discount of the whole sale in percent: 10DS */
	CMD_DT, /* the same by amount: 500DT */
	CMD_CG, /* group of customers: CG staff */
	CMD_CO, /* coupon: CO CODE; CO- CODE gives it back */
	CMD_SP, /* what is due in parts: 3SP, 20%SP */
	CMD_CM, /* comment of the sale: CM TEXT; CM alone takes it away */
	CMD_WG, /* what is on the scale, though it lay there before */
	CMD_WZ, /* the scale is set to zero */
	CMD_WS, /* what is on it is its tare */
	CMD_WC, /* and no longer */
	CMD_SG, /* card: the signature is right */
	CMD_SX, /* card: it is not, the payment is reversed */
	CMD_KA, /* card not known to be paid: ask the terminal again */
	CMD_KP, /* it was paid: KP, or 1000KP */
	CMD_KX, /* it was not */
	CMD_KR, /* card: reserve 5000KR */
	CMD_KC, /* take it from what is reserved: KC, by number KC123 */
	CMD_KL, /* let it go */
	CMD_KE, /* end of the terminal's day */
	CMD_KS, /* is the terminal ready */
	CMD_KT, /* its totals */
	CMD_MZ, /* end of a month: looked at; 202611MZ closes it */
	CMD_YZ, /* end of a year: 2026YZ */
	CMD_CD, /* drafts of the configuration; 12CD approves one */
	CMD_XD, /* drops one: 12XD */
	CMD_OD, /* the business day begins */
	CMD_OS, /* a drawer is one's own: 20000OS2 */
	CMD_CS, /* and no longer: 119915CS, CS 2000x27; CS2 another's */
	CMD_HO, /* handed over to somebody else: 119915HO */
	CMD_FL, /* float from the safe: 20000FL */
	CMD_SD, /* safe drop: 50000SD, 50000SD417 with its envelope */
	CMD_RT, /* reports: looked at; RT sales 12 prints one */
	CMD_BG, /* emergency code: BG CODE REASON */
	CMD_MV, /* another machine: MV REASON */
	CMD_SY, /* the link to the hub; 30SY pauses it, 0SY ends that */
	CMD_COUNT
};

enum entry_kind {
	ENTRY_EMPTY,
	ENTRY_QTY,     /* "12*" alone */
	ENTRY_CODE,    /* look it up: anything with a digit in it */
	ENTRY_COMMAND,
	ENTRY_SEARCH,  /* words: find by name */
	ENTRY_BAD      /* why in error/text */
};

#define ENTRY_LIST_BYTES 240

struct entry {
	enum entry_kind kind;
	enum command command;
	bool has_qty;
	char qty[24];	      /* text of the number before '*' */
	char before[64];      /* argument before the letters */
	char after[ENTRY_LIST_BYTES]; /* argument behind them; of CODE_BYTES,
				       * but of CT */
	char code[CODE_BYTES];
	bool like_command; /* a code or word that has a command's shape */
	char letters[3];   /* of it, in capitals, when only a number stands
			    * before or behind: a tender of the shop, maybe;
			    * before and after are filled then */
	const char *error; /* word of holdfast-ring(1) */
	const char *text;  /* static sentence */
};

/** entry_is_command(letters): two letters that the table has. */
bool entry_is_command(const char *letters);

/** entry_parse(text, len, ret): never fails; bad input is ENTRY_BAD. */
void entry_parse(const char *text, size_t len, struct entry *ret);

struct command_info {
	enum command command;
	char letters[3];
	const char *what;
};
extern const struct command_info command_table[];
extern const size_t command_table_n;

#endif
