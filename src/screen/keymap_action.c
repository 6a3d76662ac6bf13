/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/attr.h"
#include "base/i18n.h"
#include "screen/keymap.h"

#include "base/poison.h"

enum {
	SELLING = SCREEN_READY | SCREEN_SALE,
	TENDER = SCREEN_READY | SCREEN_SALE | SCREEN_PAY,
	CARDS = SCREEN_CARD_OPEN
};

/* clang-format off */
static const struct action_info actions[ACTION_COUNT] = {
	/* finding and selling an item */
	[ACTION_FIND] = {"find", "PV", /* cells: 6 */ N_("Find"),
		N_("find an item by its name; in a list: filter it"),
		GROUP_ITEM, 0, false, true},
	[ACTION_CHECK] = {"price-check", "PC", /* cells: 6 */ N_("Price?"),
		N_("price of an item, without selling it"),
		GROUP_ITEM, 0, false, true},
	[ACTION_QUANTITY] = {"quantity", "QT", /* cells: 6 */ N_("Qty"),
		N_("quantity: 12* before the item, 12QT of the selected line"),
		GROUP_ITEM, SELLING, false, true},
	[ACTION_REPEAT] = {"repeat-item", "RI", /* cells: 6 */ N_("Again"),
		N_("the last item once more"),
		GROUP_ITEM, 0, false, true},
	[ACTION_DEPARTMENT] = {"department", "DP", /* cells: 6 */ N_("Dept"),
		N_("sell by department: 149DP20 is 1.49 in department 20"),
		GROUP_ITEM, SELLING, true, true},
	[ACTION_TARE] = {"tare", "TW", /* cells: 6 */ N_("Tare"),
		N_("tare of the next weight"),
		GROUP_ITEM, SELLING, true, true},
	[ACTION_WEIGHT] = {"weight", "WT", /* cells: 6 */ N_("Weight"),
		N_("weight of the next item by hand: 734WT is 0.734"),
		GROUP_ITEM, SELLING, true, true},
	[ACTION_EMPTIES] = {"empties", "EM", /* cells: 6 */ N_("Empty"),
		N_("empties come back: 6*EM, then the drink or the deposit"),
		GROUP_ITEM, SELLING, true, true},
	[ACTION_AGE] = {"age", "AG", /* cells: 6 */ N_("Age"),
		N_("answer the question for the customer's age"),
		GROUP_ITEM, SELLING, true, true},
	[ACTION_ADD] = {"add-item", NULL, /* cells: 6 */ N_("Add"),
		N_("sell the item shown"),
		GROUP_ITEM, 0, false, false},
	[ACTION_AGAIN] = {NULL, NULL, /* cells: 6 */ N_("Again"),
		N_("close this box and type the code again"),
		GROUP_ITEM, 0, false, false},
	[ACTION_DEPT] = {NULL, NULL, /* cells: 6 */ N_("Dept"),
		N_("sell it by amount and department"),
		GROUP_ITEM, 0, false, false},
	[ACTION_ASK_PRICE] = {NULL, NULL, /* cells: 6 */ N_("Price"),
		N_("sell it at a price that was asked for"),
		GROUP_ITEM, 0, false, false},
	/* the selected line */
	[ACTION_VOID] = {"void-line", "VD", /* cells: 6 */ N_("Void"),
		N_("void the selected line; 3- voids line 3"),
		GROUP_LINE, 0, false, true},
	[ACTION_PRICE] = {"price-or-discount", NULL, /* cells: 6 */ N_("Disc"),
		/* xgettext:no-c-format */
		N_("299 and this key: price 2.99; 10% and this key: 10 % off"),
		GROUP_LINE, 0, false, true},
	[ACTION_SET_PRICE] = {"price", "PO", /* cells: 6 */ N_("Price"),
		N_("price of the selected line: 299PO"),
		GROUP_LINE, SELLING, true, true},
	[ACTION_DISCOUNT] = {"discount", "DI", /* cells: 6 */ N_("Disc%"),
		N_("discount of the selected line in percent: 10DI"),
		GROUP_LINE, SELLING, true, true},
	[ACTION_DISCOUNT_SALE] = {"discount-amount", "DA", /* cells: 6 */ N_("Disc"),
		N_("discount as an amount: 50DA"),
		GROUP_LINE, SELLING, true, true},
	[ACTION_COMMENT] = {"comment", "CM", /* cells: 6 */ N_("Note"),
		N_("write a note on the receipt"),
		GROUP_LINE, SELLING, true, true},
	/* the sale */
	[ACTION_PARK] = {"park", "PK", /* cells: 6 */ N_("Park"),
		N_("park this sale; with no line: bring one back"),
		GROUP_SALE, 0, false, true},
	[ACTION_CUSTOMER] = {"customer", "ID", /* cells: 6 */ N_("Cust"),
		N_("customer of this sale: 20417ID"),
		GROUP_SALE, SELLING, true, true},
	[ACTION_RETURN] = {"return", "RF", /* cells: 6 */ N_("Return"),
		N_("take goods back; twice: without a receipt"),
		GROUP_SALE, SELLING | SCREEN_RETURN, true, true},
	[ACTION_EXEMPT] = {"tax-exempt", "TE", /* cells: 6 */ N_("Exempt"),
		N_("sell without tax"),
		GROUP_SALE, SELLING, true, false},
	[ACTION_BUSINESS] = {"buyer-vat", "VN", /* cells: 6 */ N_("VATno"),
		N_("a business buys: VN and its VAT number"),
		GROUP_SALE, SELLING, true, false},
	[ACTION_GROUP] = {"customer-group", "CG", /* cells: 6 */ N_("Group"),
		N_("group of the customer, for its prices: CG staff"),
		GROUP_SALE, SELLING, true, true},
	[ACTION_GIVE_COUPON] = {"coupon-code", "CO", /* cells: 6 */ N_("Coupon"),
		N_("a coupon is handed over: scan it, or CO and its code"),
		GROUP_SALE, SELLING, true, true},
	[ACTION_SALE_PERCENT] = {"sale-discount", "DS", /* cells: 6 */ N_("Sale%"),
		N_("discount of the whole sale in percent: 10DS"),
		GROUP_SALE, SELLING, true, true},
	[ACTION_SALE_AMOUNT] = {"sale-discount-amount", "DT", /* cells: 6 */ N_("SaleDs"),
		N_("discount of the whole sale as an amount: 500DT"),
		GROUP_SALE, SELLING, true, true},
	[ACTION_EXPLAIN] = {"explain", "EX", /* cells: 6 */ N_("Why?"),
		N_("where each cent of this sale, or the last, comes from"),
		GROUP_SALE, SELLING, false, true},
	[ACTION_CANCEL_SALE] = {"cancel-sale", "CN", /* cells: 6 */ N_("Cancel"),
		N_("give up the whole sale; asks once"),
		GROUP_SALE, SELLING, true, false},
	[ACTION_CLEAR] = {"clear", "CL", /* cells: 6 */ N_("Clear"),
		N_("clear the prompt, then go back; lines stay"),
		GROUP_SALE, 0, false, true},
	[ACTION_ACCEPT] = {"accept", NULL, /* cells: 6 */ N_("Enter"),
		N_("take what stands in the prompt"),
		GROUP_SALE, 0, false, false},
	[ACTION_INERT] = {NULL, NULL, NULL,
		N_("does nothing here, on purpose"),
		GROUP_SALE, 0, false, false},
	/* paying */
	[ACTION_PAY] = {"pay", "TL", /* cells: 6 */ N_("Pay"),
		N_("total, then pay"),
		GROUP_PAY, 0, false, true},
	[ACTION_EXACT_CASH] = {"exact-cash", NULL, /* cells: 6 */ N_("Exact"),
		N_("pay exactly, in cash, with this one key"),
		GROUP_PAY, SCREEN_SALE | SCREEN_PAY, false, false},
	[ACTION_TENDERS] = {"tenders", "TT", /* cells: 6 */ N_("Tender"),
		N_("list the ways to pay"),
		GROUP_PAY, TENDER, true, true},
	[ACTION_SPLIT] = {"split", "SP", /* cells: 6 */ N_("Split"),
		N_("split what is due: 3SP in three parts, 20%SP a part"),
		GROUP_PAY, TENDER, true, true},
	[ACTION_CASH] = {"cash", "CA", /* cells: 6 */ N_("Cash"),
		N_("cash; without an amount exactly what is due"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_CARD] = {"card", "CC", /* cells: 6 */ N_("Card"),
		N_("card"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_CHEQUE] = {"cheque", "CK", /* cells: 6 */ N_("Cheque"),
		N_("cheque"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_GIFT_CARD] = {"gift-card", "GC", /* cells: 6 */ N_("Gift"),
		N_("gift card"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_ACCOUNT] = {"account", "AC", /* cells: 6 */ N_("Accnt"),
		N_("on the customer's account"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_VOUCHER] = {"loyalty-points", "LP", /* cells: 6 */ N_("Points"),
		N_("loyalty points"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_COUPON] = {"coupon", "CP", /* cells: 6 */ N_("Coupon"),
		N_("coupon"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_CURRENCY] = {"foreign-cash", "FX", /* cells: 6 */ N_("Curr"),
		N_("cash in another currency"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_REMOVE_TENDER] = {"remove-tender", NULL, /* cells: 6 */ N_("Void"),
		N_("take the last tender out again"),
		GROUP_PAY, SCREEN_PAY, false, false},
	[ACTION_SIGNATURE_RIGHT] = {"signature-right", "SG", /* cells: 6 */ N_("SigOK"),
		N_("the signature on the slip is right"),
		GROUP_PAY, SCREEN_SIGNATURE, true, false},
	[ACTION_SIGNATURE_WRONG] = {"signature-wrong", "SX", /* cells: 6 */ N_("SigNo"),
		N_("the signature is not right: the payment is reversed"),
		GROUP_PAY, SCREEN_SIGNATURE, true, false},
	[ACTION_CARD_ASK] = {"card-ask", "KA", /* cells: 6 */ N_("Ask"),
		N_("ask the terminal what became of the card payment"),
		GROUP_PAY, CARDS, true, false},
	[ACTION_CARD_PAID] = {"card-paid", "KP", /* cells: 6 */ N_("IsPaid"),
		N_("the open card payment was paid: the terminal shows it"),
		GROUP_PAY, CARDS, true, false},
	[ACTION_CARD_NOT_PAID] = {"card-not-paid", "KX", /* cells: 6 */ N_("NoPaid"),
		N_("the open card payment was not paid"),
		GROUP_PAY, CARDS, true, false},
	[ACTION_RESERVE] = {"card-reserve", "KR", /* cells: 6 */ N_("Resrve"),
		N_("reserve an amount on a card: 5000KR"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_CAPTURE] = {"card-capture", "KC", /* cells: 6 */ N_("Captur"),
		N_("take the payment of a reservation: 4200KC"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_RELEASE] = {"card-release", "KL", /* cells: 6 */ N_("Releas"),
		N_("release a reservation"),
		GROUP_PAY, TENDER, true, false},
	[ACTION_TENDER_2] = {NULL, NULL, NULL, N_("the way to pay that the shop has on this key"),
		GROUP_PAY, 0, false, false},
	[ACTION_TENDER_3] = {NULL, NULL, NULL, N_("the way to pay that the shop has on this key"),
		GROUP_PAY, 0, false, false},
	[ACTION_TENDER_5] = {NULL, NULL, NULL, N_("the way to pay that the shop has on this key"),
		GROUP_PAY, 0, false, false},
	[ACTION_TENDER_6] = {NULL, NULL, NULL, N_("the way to pay that the shop has on this key"),
		GROUP_PAY, 0, false, false},
	[ACTION_TENDER_7] = {NULL, NULL, NULL, N_("the way to pay that the shop has on this key"),
		GROUP_PAY, 0, false, false},
	[ACTION_TENDER_8] = {NULL, NULL, NULL, N_("the way to pay that the shop has on this key"),
		GROUP_PAY, 0, false, false},
	/* drawer */
	[ACTION_NO_SALE] = {"no-sale", "NS", /* cells: 6 */ N_("NoSale"),
		N_("open the drawer without a sale"),
		GROUP_DRAWER, SELLING, true, false},
	[ACTION_PAID_IN] = {"paid-in", "PI", /* cells: 6 */ N_("PaidIn"),
		N_("put money into the drawer"),
		GROUP_DRAWER, SELLING, true, false},
	[ACTION_PAID_OUT] = {"paid-out", "PX", /* cells: 6 */ N_("PdOut"),
		N_("take money out for a payment"),
		GROUP_DRAWER, SELLING, true, false},
	[ACTION_PICKUP] = {"pickup", "PU", /* cells: 6 */ N_("Pickup"),
		N_("take money to the safe"),
		GROUP_DRAWER, SELLING, true, false},
	[ACTION_COUNT_DRAWER] = {"count", "CT", /* cells: 6 */ N_("Count"),
		N_("count the drawer"),
		GROUP_DRAWER, SELLING, true, false},
	/* the register */
	[ACTION_HELP] = {"help", "HP", /* cells: 6 */ N_("Help"),
		N_("the keys of this screen; / filters them"),
		GROUP_REGISTER, 0, false, true},
	[ACTION_MENU] = {"menu", "MG", /* cells: 6 */ N_("Menu"),
		N_("everything else: by number, code or word"),
		GROUP_REGISTER, 0, false, true},
	[ACTION_RECEIPT] = {"receipt", "R", /* cells: 6 */ N_("Recpt"),
		N_("the last receipt"),
		GROUP_REGISTER, SELLING, false, true},
	[ACTION_REPRINT] = {"reprint", "RP", /* cells: 6 */ N_("Copy"),
		N_("print the last receipt again"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_COPY] = {"copy", NULL, /* cells: 6 */ N_("Copy"),
		N_("print a copy, marked as one"),
		GROUP_REGISTER, 0, false, false},
	[ACTION_X_REPORT] = {"x-report", "XR", /* cells: 6 */ N_("X rep"),
		N_("X report"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_Z_REPORT] = {"z-report", "ZR", /* cells: 6 */ N_("Z rep"),
		N_("Z report: close the day"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_SUPERVISOR] = {"supervisor", "SV", /* cells: 6 */ N_("Superv"),
		N_("a supervisor approves what is on the screen"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_LOCK] = {"lock", "LK", /* cells: 6 */ N_("Lock"),
		N_("lock the register; the sale is kept"),
		GROUP_REGISTER, SELLING, true, true},
	[ACTION_SIGN_OFF] = {"sign-off", "SO", /* cells: 6 */ N_("Off"),
		N_("sign off"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_SYNC] = {"sync", "SY", /* cells: 6 */ N_("Sync"),
		N_("what waits to be sent"),
		GROUP_REGISTER, SELLING, true, true},
	[ACTION_AUDIT] = {"audit", "AL", /* cells: 6 */ N_("Audit"),
		N_("what was done at this register"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_SETTINGS] = {"settings", "ST", /* cells: 6 */ N_("Settng"),
		N_("settings"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_TERMINAL_CLOSE] = {"terminal-close", "KE", /* cells: 6 */ N_("CardZ"),
		N_("end of the card terminal's day"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_TERMINAL_STATUS] = {"terminal-status", "KS", /* cells: 6 */ N_("CardSt"),
		N_("is the card terminal ready"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_TERMINAL_TOTALS] = {"terminal-totals", "KT", /* cells: 6 */ N_("CardX"),
		N_("totals of the card terminal, without closing its day"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_DEVICES] = {"devices", "DV", /* cells: 6 */ N_("Devs"),
		N_("printer, drawer, terminal, scale, scanner: how they are"),
		GROUP_REGISTER, SELLING | SCREEN_PAY | SCREEN_RETURN, false, false},
	[ACTION_TEST_KEYS] = {"test-keys", "TK", /* cells: 6 */ N_("Keys?"),
		N_("try out keys, scanner and lock: what the register reads"),
		GROUP_REGISTER, SELLING | SCREEN_PAY | SCREEN_RETURN, false, false},
	[ACTION_TRAINING] = {"training", "TR", /* cells: 6 */ N_("Train"),
		N_("training: no money, no stock, no drawer"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_DISPLAY] = {"display", "DY", /* cells: 6 */ N_("Displ"),
		N_("the customer's display"),
		GROUP_REGISTER, SELLING, true, true},
	[ACTION_TABLES] = {"tables", "TB", /* cells: 6 */ N_("Tables"),
		N_("tables"),
		GROUP_REGISTER, SELLING, true, true},
	[ACTION_BOOKINGS] = {"bookings", "BK", /* cells: 6 */ N_("Book"),
		N_("bookings"),
		GROUP_REGISTER, SELLING, true, true},
	[ACTION_LAYAWAY] = {"layaway", "LW", /* cells: 6 */ N_("Laywy"),
		N_("layaway"),
		GROUP_REGISTER, SELLING, true, false},
	[ACTION_SAVE] = {"save", NULL, /* cells: 6 */ N_("Save"),
		N_("make the changed settings active"),
		GROUP_REGISTER, 0, false, false},
	[ACTION_KEYLOCK] = {"keylock", NULL, NULL,
		N_("the lock was turned: keylock S"),
		GROUP_REGISTER, ~0u, false, false},
	[ACTION_REPAINT] = {"repaint", NULL, NULL,
		N_("paint the screen anew"),
		GROUP_REGISTER, ~0u, false, false},
	/* moving */
	[ACTION_UP] = {"up", NULL, /* cells: 6 */ N_("Up"),
		N_("one line up"),
		GROUP_MOVE, 0, false, false},
	[ACTION_DOWN] = {"down", NULL, /* cells: 6 */ N_("Down"),
		N_("one line down"),
		GROUP_MOVE, 0, false, false},
	[ACTION_LEFT] = {"left", NULL, /* cells: 6 */ N_("Left"),
		N_("to the left"),
		GROUP_MOVE, 0, false, false},
	[ACTION_RIGHT] = {"right", NULL, /* cells: 6 */ N_("Right"),
		N_("to the right"),
		GROUP_MOVE, 0, false, false},
	[ACTION_PGUP] = {"page-up", NULL, /* cells: 6 */ N_("PgUp"),
		N_("one page up"),
		GROUP_MOVE, 0, false, false},
	[ACTION_PGDN] = {"page-down", NULL, /* cells: 6 */ N_("PgDn"),
		N_("one page down"),
		GROUP_MOVE, 0, false, false},
	[ACTION_HOME] = {"first", NULL, /* cells: 6 */ N_("First"),
		N_("to the first line"),
		GROUP_MOVE, 0, false, false},
	[ACTION_END] = {"last", NULL, /* cells: 6 */ N_("Last"),
		N_("to the last line"),
		GROUP_MOVE, 0, false, false},
	[ACTION_ERASE] = {"erase", NULL, /* cells: 6 */ N_("Erase"),
		N_("clear the prompt"),
		GROUP_MOVE, 0, false, false},
	[ACTION_BACKSPACE] = {"backspace", NULL, /* cells: 6 */ N_("Back"),
		N_("take the last character back"),
		GROUP_MOVE, 0, false, false},
};

static const char *const groups[GROUP_COUNT] = {
	[GROUP_ITEM] = N_("Items"),
	[GROUP_LINE] = N_("The selected line"),
	[GROUP_SALE] = N_("The sale"),
	[GROUP_PAY] = N_("Paying"),
	[GROUP_DRAWER] = N_("The drawer"),
	[GROUP_REGISTER] = N_("The register"),
	[GROUP_MOVE] = N_("Moving about"),
};

/* clang-format on */

const struct action_info *
action_info(enum action a)
{
	static const struct action_info none = {.help = ""};

	return (unsigned)a < ACTION_COUNT && actions[a].help != NULL
		       ? &actions[a]
		       : &none;
}

enum action
action_by_name(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < ACTION_COUNT; i++) {
		const char *name = actions[i].name;

		if (name != NULL && strlen(name) == len &&
			memcmp(name, s, len) == 0) {
			return (enum action)i;
		}
	}
	return ACTION_NONE;
}

enum action
action_by_code(const char *s, size_t len)
{
	size_t i, j;

	for (i = 0; i < ACTION_COUNT; i++) {
		const char *code = actions[i].code;

		if (code == NULL || strlen(code) != len) {
			continue;
		}
		for (j = 0; j < len; j++) {
			if (code[j] != s[j] && code[j] != s[j] - 'a' + 'A') {
				break;
			}
		}
		if (j == len) {
			return (enum action)i;
		}
	}
	return ACTION_NONE;
}

const char *
action_group_title(enum action_group g)
{
	return (unsigned)g < GROUP_COUNT ? _(groups[g]) : "";
}
