/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entry.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

#include "base/poison.h"

/* What may stand around the letters of a command. */
enum shape {
	SHAPE_BARE,   /* nothing */
	SHAPE_NUMBER, /* numbers, before, behind, or both */
	SHAPE_TEXT,   /* any text behind, set off by a blank or a digit */
	SHAPE_DEPT,   /* amount before, department behind */
	SHAPE_RETURN, /* a receipt before, its line or a receipt behind */
	SHAPE_DATE,   /* a number before, a number or a date behind */
	SHAPE_COUNT   /* a number, or VALUExPIECES set off by blanks */
};

const struct command_info command_table[] = {
	{CMD_TL, "TL", N_("total: go to pay")},
	{CMD_CA, "CA", N_("cash; without an amount exactly what is due")},
	{CMD_VD, "VD", N_("void a line: the selected one, or by number")},
	{CMD_CN, "CN", N_("cancel the whole sale; 3CN the sale parked as 3")},
	{CMD_PO, "PO", N_("price of the selected line")},
	{CMD_DI, "DI", N_("discount of the selected line in percent")},
	{CMD_DA, "DA", N_("discount of the selected line as an amount")},
	{CMD_QT, "QT", N_("quantity of the selected line")},
	{CMD_DP, "DP", N_("sell by department: 149DP20")},
	{CMD_NS, "NS", N_("no sale: open the drawer; NS2 drawer 2")},
	{CMD_PC, "PC", N_("price check: the code behind, or the next scan")},
	{CMD_PK, "PK", N_("park the sale, PK and a note; else bring one back")},
	{CMD_RP, "RP", N_("print the last receipt again, or one by number")},
	{CMD_XR, "XR", N_("X report; XR2 the shift at drawer 2")},
	{CMD_RI, "RI", N_("repeat the last item")},
	{CMD_CL, "CL", N_("clear what waits; in pay back to the sale")},
	{CMD_SL, "SL", N_("select a line by number")},
	{CMD_SO, "SO", N_("sign off")},
	{CMD_TT, "TT", N_("list the ways to pay")},
	{CMD_LK, "LK", N_("lock the register; the sale is kept")},
	{CMD_SV, "SV", N_("supervisor: approve what is asked, or what comes")},
	{CMD_AL, "AL", N_("audit log: who did what")},
	{CMD_TR, "TR", N_("training: begin, or end it")},
	{CMD_PI, "PI", N_("paid in: cash put into the drawer, 5000PI")},
	{CMD_PX, "PX", N_("paid out: cash taken from the drawer, 2000PX")},
	{CMD_PU, "PU", N_("pickup, safe drop: 50000PU")},
	{CMD_CT, "CT", N_("cash count: 119915CT, or CT 20000x0 10000x1")},
	{CMD_ZR, "ZR", N_("Z report: look at it; 12ZR closes day 12")},
	{CMD_UL, "UL", N_("unlock an operator after wrong PINs, by number")},
	{CMD_RF, "RF",
		N_("goods come back: R01-000042RF their receipt, RF3 its line")},
	{CMD_AG, "AG", N_("age: 1AG looks, 2AG14031999 born, 0AG refuse")},
	{CMD_RS, "RS", N_("what a line not on file is: RS 4011, or 149RS20")},
	{CMD_OI, "OI", N_("a line not on file as an open item: 149OI20")},
	{CMD_NF, "NF", N_("do not sell what is not on file")},
	{CMD_ST, "ST", N_("settings")},
	{CMD_TE, "TE", N_("buyer exempt from tax: TE and the certificate")},
	{CMD_VN, "VN", N_("business as buyer: VN and its VAT number")},
	{CMD_EM, "EM", N_("empties: 6*EM D25, or EM and the drink's code")},
	{CMD_WT, "WT", N_("weight by hand of the next item in grams: 734WT")},
	{CMD_TW, "TW", N_("tare of the next item in grams: 22TW")},
	{CMD_DS, "DS", N_("discount of the whole sale in percent: 10DS")},
	{CMD_DT, "DT", N_("discount of the whole sale as an amount: 500DT")},
	{CMD_CG, "CG", N_("the customer's group: CG staff; alone: none")},
	{CMD_CO, "CO", N_("a coupon by its code; CO- gives the last one back")},
	{CMD_SP, "SP", N_("what is due in parts: 3SP, or 20%SP and the rest")},
	{CMD_CM, "CM",
		N_("comment on the receipt: CM and the words; alone: none")},
	{CMD_WG, "WG",
		N_("weigh: sell what is on the scale, though it lay there")},
	{CMD_WZ, "WZ", N_("set the scale to zero")},
	{CMD_WS, "WS", N_("what is on the scale is its tare")},
	{CMD_WC, "WC", N_("clear the tare of the scale")},
	{CMD_SG, "SG", N_("card: the signature is right")},
	{CMD_SX, "SX", N_("card: the signature is wrong, give it back")},
	{CMD_KA, "KA", N_("card: ask the terminal what became of it")},
	{CMD_KP, "KP", N_("card: it was paid, whatever the terminal says")},
	{CMD_KX, "KX", N_("card: it was not paid")},
	{CMD_KR, "KR", N_("card: reserve an amount, 5000KR")},
	{CMD_KC, "KC", N_("card: take what is due from what is reserved")},
	{CMD_KL, "KL", N_("card: let go what is reserved")},
	{CMD_KE, "KE", N_("card terminal: end of its day")},
	{CMD_KS, "KS", N_("card terminal: is it ready")},
	{CMD_KT, "KT", N_("card terminal: its totals")},
	{CMD_MZ, "MZ", N_("month closing: look at it; 202611MZ closes it")},
	{CMD_YZ, "YZ", N_("year closing: look at it; 2026YZ closes it")},
	{CMD_CD, "CD", N_("drafts of the settings; 12CD approves draft 12")},
	{CMD_XD, "XD", N_("drop a draft of the settings: 12XD")},
	{CMD_OD, "OD", N_("open the business day")},
	{CMD_OS, "OS", N_("take a drawer: 20000OS2, or OS to count it first")},
	{CMD_CS, "CS",
		N_("close one's drawer: CS counts it, 119915CS at once")},
	{CMD_HO, "HO", N_("hand one's drawer over, counted, to who takes it")},
	{CMD_FL, "FL", N_("float: cash from the safe, 20000FL")},
	{CMD_SD, "SD", N_("safe drop: 50000SD, 50000SD417 and its envelope")},
	{CMD_RT, "RT", N_("reports; RT sales prints one, RT sales 12 of Z 12")},
	{CMD_BG, "BG", N_("emergency code for one approval, and why")},
	{CMD_MV, "MV", N_("the register was moved to this machine, and why")},
	{CMD_SY, "SY", N_("what waits for the hub; 30SY pauses, 0SY goes on")},
};
const size_t command_table_n = ARRAY_LEN(command_table);

_Static_assert(
	ARRAY_LEN(command_table) == CMD_COUNT - 1, "every command has a row");

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_numeric(char c)
{
	return is_digit(c) || c == '.' || c == ',';
}

static enum command
find_command(const char *two)
{
	for (size_t i = 0; i < command_table_n; i++) {
		const char *l = command_table[i].letters;

		if (l[0] == text_upper(two[0]) && l[1] == text_upper(two[1])) {
			return command_table[i].command;
		}
	}
	return CMD_NONE;
}

bool
entry_is_command(const char *letters)
{
	return letters[0] != '\0' && letters[1] != '\0' && letters[2] == '\0' &&
	       find_command(letters) != CMD_NONE;
}

static enum shape
shape_of(enum command c)
{
	switch (c) {
	case CMD_CA:
	case CMD_VD:
	case CMD_PO:
	case CMD_DI:
	case CMD_DA:
	case CMD_QT:
	case CMD_PK:
	case CMD_CN:
	case CMD_SL:
	case CMD_CD:
	case CMD_XD:
	case CMD_SY:
	case CMD_UL:
	case CMD_PI:
	case CMD_PX:
	case CMD_PU:
	case CMD_FL:
	case CMD_SD:
	case CMD_XR:
	case CMD_NS:
	case CMD_ZR:
	case CMD_MZ:
	case CMD_YZ:
	case CMD_WT:
	case CMD_TW:
	case CMD_DS:
	case CMD_DT:
	case CMD_SP:
	case CMD_KP:
	case CMD_KR:
	case CMD_KC:
	case CMD_KL:
	case CMD_KE:
	case CMD_KS:
	case CMD_KT:
		return SHAPE_NUMBER;
	case CMD_CT:
	case CMD_OS:
	case CMD_CS:
	case CMD_HO:
		return SHAPE_COUNT;
	case CMD_PC:
	case CMD_RP:
	case CMD_RS:
	case CMD_TE:
	case CMD_VN:
	case CMD_EM:
	case CMD_CG:
	case CMD_CO:
	case CMD_CM:
	case CMD_BG:
	case CMD_MV:
	case CMD_RT:
		return SHAPE_TEXT;
	case CMD_AG:
		return SHAPE_DATE;
	case CMD_OI:
	case CMD_DP:
		return SHAPE_DEPT;
	case CMD_RF:
		return SHAPE_RETURN;
	case CMD_NONE:
	case CMD_TL:
	case CMD_WG:
	case CMD_WZ:
	case CMD_WS:
	case CMD_WC:
	case CMD_RI:
	case CMD_CL:
	case CMD_SO:
	case CMD_TT:
	case CMD_LK:
	case CMD_SV:
	case CMD_NF:
	case CMD_TR:
	case CMD_AL:
	case CMD_ST:
	case CMD_SG:
	case CMD_SX:
	case CMD_KA:
	case CMD_KX:
	case CMD_OD:
	case CMD_COUNT:
	default:
		return SHAPE_BARE;
	}
}

static void
bad(struct entry *e, const char *error, const char *text)
{
	e->kind = ENTRY_BAD;
	e->error = error;
	e->text = text;
}

static bool
put(char *out, size_t cap, const char *s, size_t len)
{
	if (len >= cap) {
		return false;
	}
	memcpy(out, s, len);
	out[len] = '\0';
	return true;
}

static void
trim(const char **s, size_t *len)
{
	while (*len > 0 && **s == ' ') {
		(*s)++;
		(*len)--;
	}
	while (*len > 0 && (*s)[*len - 1] == ' ') {
		(*len)--;
	}
}

static bool
all_numeric(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!is_numeric(s[i]) && !(s[i] == '%' && i + 1 == len)) {
			return false;
		}
	}
	return true;
}

/* "R01-000042" right behind RP, where a third letter would make a word. */
static bool
like_number(const char *s, size_t len)
{
	size_t dash = len;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '-') {
			dash = i;
		} else if (s[i] == ' ') {
			return false;
		}
	}
	if (dash == 0 || dash + 1 >= len) {
		return false;
	}
	for (size_t i = dash + 1; i < len; i++) {
		if (!is_digit(s[i])) {
			return false;
		}
	}
	return true;
}

static bool
is_date(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(s[i]) && s[i] != '.' && s[i] != '-' &&
			s[i] != '/') {
			return false;
		}
	}
	return true;
}

static bool
is_count(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!is_numeric(s[i]) && s[i] != ' ' &&
			text_upper(s[i]) != 'X') {
			return false;
		}
	}
	return true;
}

/* Would what stands behind the letters go with this command? Else the entry is
 * a code or a word, not a command. */
static bool
fits(enum command c, const char *before, size_t n_before, const char *after,
	size_t n_after, bool blank)
{
	(void)before;
	switch (shape_of(c)) {
	case SHAPE_NUMBER:
		return all_numeric(after, n_after) ||
		       (c == CMD_PK && blank && n_before == 0);
	case SHAPE_TEXT:
		return n_after == 0 || blank || is_digit(after[0]) ||
		       (c == CMD_CO && after[0] == '-') ||
		       (c == CMD_RP && like_number(after, n_after));
	case SHAPE_RETURN:
		return blank || all_numeric(after, n_after) ||
		       like_number(after, n_after);
	case SHAPE_DATE:
		return is_date(after, n_after);
	case SHAPE_COUNT:
		return is_count(after, n_after);
	case SHAPE_DEPT:
		return n_before > 0 || all_numeric(after, n_after);
	case SHAPE_BARE:
	default:
		return all_numeric(after, n_after);
	}
}

/* "-1PO": a number below zero before letters that take one.  A minus behind
 * them is part of a code. */
static bool
parse_negative(const char *s, size_t len, struct entry *e)
{
	enum command c;
	size_t i = 1;

	while (i < len && is_numeric(s[i])) {
		i++;
	}
	if (s[0] != '-' || i == 1 || len - i < 2) {
		return false;
	}
	c = find_command(s + i);
	if (c == CMD_NONE || !all_numeric(s + i + 2, len - i - 2) ||
		(shape_of(c) != SHAPE_NUMBER && shape_of(c) != SHAPE_DEPT &&
			shape_of(c) != SHAPE_COUNT)) {
		return false;
	}
	if (c == CMD_QT) {
		bad(e, "bad_quantity",
			_("A quantity is a number above zero, like 12 or 0.734."));
	} else {
		bad(e, "bad_amount",
			_("Less than zero is not taken: key it without the "
			  "minus."));
	}
	return true;
}

/* "VD10*29": a quantity and a code behind letters that take a number. */
static bool
is_composed(enum command c, const char *after, size_t n)
{
	bool star = false;

	for (size_t i = 0; i < n; i++) {
		star = star || after[i] == '*';
		if (after[i] != '*' && !is_numeric(after[i])) {
			return false;
		}
	}
	return star && n > 0 && is_digit(after[0]) && c != CMD_PC &&
	       c != CMD_RP;
}

/* "R01-000042RF", "R01-000042RF3": a receipt's number in front of the
 * letters, a line behind. */
static bool
parse_receipt(const char *s, size_t len, struct entry *e)
{
	size_t n = len, after;

	while (n > 0 && is_digit(s[n - 1])) {
		n--;
	}
	after = n;
	if (n < 4 || find_command(s + n - 2) != CMD_RF) {
		return false;
	}
	n -= 2;
	while (n > 0 && s[n - 1] == ' ') {
		n--;
	}
	if (!like_number(s, n) || !put(e->before, sizeof(e->before), s, n) ||
		!put(e->after, CODE_BYTES, s + after, len - after)) {
		return false;
	}
	e->kind = ENTRY_COMMAND;
	e->command = CMD_RF;
	return true;
}

/* Letters that the table does not have may be a tender of the shop's. */
static void
note_letters(const char *two, const char *before, size_t n_before,
	const char *after, size_t n_after, struct entry *e)
{
	if (!all_numeric(after, n_after) ||
		(n_before > 0 && before[n_before - 1] == '%') ||
		!put(e->before, sizeof(e->before), before, n_before) ||
		!put(e->after, CODE_BYTES, after, n_after)) {
		return;
	}
	e->letters[0] = text_upper(two[0]);
	e->letters[1] = text_upper(two[1]);
}

/* [ number ] TWO-LETTERS [ rest ]: false when it is no command at all. */
static bool
parse_command(const char *s, size_t len, struct entry *e)
{
	const char *after, *before = s;
	size_t i = 0, n_before, n_after;
	enum command c;
	bool blank;

	while (i < len && is_numeric(s[i])) {
		i++;
	}
	if (i < len && i > 0 && s[i] == '%') {
		i++;
	}
	n_before = i;
	while (i < len && s[i] == ' ') {
		i++;
	}
	if (len - i < 2 || !is_letter(s[i]) || !is_letter(s[i + 1])) {
		return false;
	}
	c = find_command(s + i);
	e->like_command = len - i == 2 || !is_letter(s[i + 2]);
	after = s + i + 2;
	n_after = len - i - 2;
	blank = n_after > 0 && after[0] == ' ';
	trim(&after, &n_after);
	if (c == CMD_NONE) {
		note_letters(s + i, before, n_before, after, n_after, e);
		return false;
	}
	if (is_composed(c, after, n_after)) {
		bad(e, "bad_entry",
			_("One thing an entry: these letters take the number of "
			  "a line, like 3VD, not a code."));
		return true;
	}
	if (!fits(c, before, n_before, after, n_after, blank)) {
		return false;
	}

	e->kind = ENTRY_COMMAND;
	e->command = c;
	if (!put(e->before, sizeof(e->before), before, n_before) ||
		!put(e->after,
			shape_of(c) == SHAPE_COUNT || c == CMD_CM
				? sizeof(e->after)
				: CODE_BYTES,
			after, n_after)) {
		bad(e, "bad_entry", _("That is too long: key it again."));
		return true;
	}
	if (shape_of(c) == SHAPE_BARE && (n_before > 0 || n_after > 0)) {
		bad(e, "bad_entry",
			_("These letters take no number: key them alone."));
	}
	return true;
}

/* The numeric keypad's own keys, when they come as text. */
static bool
parse_key(const char *s, size_t len, struct entry *e)
{
	if (len == 1 && (s[0] == '+' || s[0] == '*')) {
		e->kind = ENTRY_COMMAND;
		e->command = s[0] == '+' ? CMD_TL : CMD_RI;
		return true;
	}
	if (s[len - 1] != '-' || len > 10) {
		return false;
	}
	for (size_t i = 0; i + 1 < len; i++) {
		if (!is_digit(s[i])) {
			return false;
		}
	}
	e->kind = ENTRY_COMMAND;
	e->command = CMD_VD;
	return put(e->before, sizeof(e->before), s, len - 1);
}

/* "12*": 0 no quantity, else how many bytes it takes with its star. */
static size_t
parse_qty(const char *s, size_t len, struct entry *e)
{
	size_t i = 0;
	bool minus = len > 0 && s[0] == '-';

	i = minus ? 1 : 0;
	while (i < len && is_numeric(s[i])) {
		i++;
	}
	if (i == 0 || (minus && i == 1) || i == len || s[i] != '*') {
		return 0;
	}
	if (minus) {
		bad(e, "bad_quantity",
			_("A quantity is above zero: RF takes goods back."));
		return i + 1;
	}
	if (!put(e->qty, sizeof(e->qty), s, i)) {
		bad(e, "bad_quantity",
			_("A quantity is a number above zero, like 12 or 0.734."));
		return i + 1;
	}
	e->has_qty = true;
	return i + 1;
}

/* What is neither key nor command. */
static void
parse_code(const char *s, size_t len, struct entry *e)
{
	bool digit = false;

	for (size_t i = 0; i < len; i++) {
		digit = digit || is_digit(s[i]);
	}
	if (!put(e->code, sizeof(e->code), s, len)) {
		bad(e, "bad_entry",
			_("That is too long for a code: scan or key it again."));
		return;
	}
	e->kind = digit ? ENTRY_CODE : ENTRY_SEARCH;
}

void
entry_parse(const char *text, size_t len, struct entry *ret)
{
	size_t n;

	memset(ret, 0, sizeof(*ret));
	trim(&text, &len);
	if (len == 0) {
		ret->kind = ENTRY_EMPTY;
		return;
	}
	if (parse_key(text, len, ret) || parse_negative(text, len, ret)) {
		return;
	}
	n = parse_qty(text, len, ret);
	if (ret->kind == ENTRY_BAD) {
		return;
	}
	text += n;
	len -= n;
	trim(&text, &len);
	if (len == 0) {
		ret->kind = ENTRY_QTY;
		return;
	}
	if (!parse_receipt(text, len, ret) && !parse_command(text, len, ret)) {
		parse_code(text, len, ret);
		return;
	}
	if (ret->kind == ENTRY_COMMAND && ret->has_qty &&
		ret->command != CMD_DP && ret->command != CMD_RI &&
		ret->command != CMD_RF && ret->command != CMD_EM) {
		bad(ret, "bad_entry",
			_("A quantity with a star goes before an item; to "
			  "change a line key 12QT."));
	}
}
