/* SPDX-License-Identifier: Apache-2.0 */
/* Members of lines about days, shifts and cash; the rules of wire/table.c hold. */
#include "wire/wire_internal.h"

#include "base/poison.h"

static const struct wire_member cash_member[] = {
	{"kind", WIRE_TEXT, false, offsetof(struct event_cash, kind), NULL},
	{"amount", WIRE_INT, false, offsetof(struct event_cash, amount), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_cash, reason), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_cash, approver),
		NULL},
	{"shift", WIRE_INT, true, offsetof(struct event_cash, shift), NULL},
};

static const struct wire_member piece_member[] = {
	{"value", WIRE_INT, false, offsetof(struct event_piece, value), NULL},
	{"pieces", WIRE_INT, false, offsetof(struct event_piece, pieces), NULL},
};

static const struct wire_table wire_piece_table = {
	piece_member, ARRAY_LEN(piece_member), sizeof(struct event_piece)};

static const struct wire_member count_member[] = {
	{"counted", WIRE_INT, false, offsetof(struct event_count, counted),
		NULL},
	{"expected", WIRE_INT, false, offsetof(struct event_count, expected),
		NULL},
	{"difference", WIRE_INT, false,
		offsetof(struct event_count, difference), NULL},
	{"denominations", WIRE_LIST, true, offsetof(struct event_count, piece),
		&wire_piece_table},
	{"reason", WIRE_TEXT, true, offsetof(struct event_count, reason), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_count, approver),
		NULL},
	{"shift", WIRE_INT, true, offsetof(struct event_count, shift), NULL},
};

static const struct wire_member day_tender_member[] = {
	{"tender", WIRE_TEXT, false, offsetof(struct event_day_tender, tender),
		NULL},
	{"amount", WIRE_INT, false, offsetof(struct event_day_tender, amount),
		NULL},
	{"count", WIRE_INT, false, offsetof(struct event_day_tender, count),
		NULL},
};

static const struct wire_table wire_day_tender_table = {day_tender_member,
	ARRAY_LEN(day_tender_member), sizeof(struct event_day_tender)};

static const struct wire_table day_card_table = {wire_day_card_member,
	WIRE_DAY_CARD_MEMBERS, sizeof(struct event_day_card)};
static const struct wire_table day_terminal_table = {wire_day_terminal_member,
	WIRE_DAY_TERMINAL_MEMBERS, sizeof(struct event_day_terminal)};

static const struct wire_member day_shift_member[] = {
	{"shift", WIRE_INT, false, offsetof(struct event_day_shift, shift),
		NULL},
	{"operator", WIRE_TEXT, false,
		offsetof(struct event_day_shift, operator_no), NULL},
	{"drawer", WIRE_INT, false, offsetof(struct event_day_shift, drawer),
		NULL},
	{"opening", WIRE_INT, true, offsetof(struct event_day_shift, opening),
		NULL},
	{"expected", WIRE_INT, false,
		offsetof(struct event_day_shift, expected), NULL},
	{"counted", WIRE_INT, true, offsetof(struct event_day_shift, counted),
		NULL},
	{"difference", WIRE_INT, true,
		offsetof(struct event_day_shift, difference), NULL},
	{"carried", WIRE_INT, true, offsetof(struct event_day_shift, carried),
		NULL},
};

static const struct wire_table wire_day_shift_table = {day_shift_member,
	ARRAY_LEN(day_shift_member), sizeof(struct event_day_shift)};

static const struct wire_member grand_tax_member[] = {
	{"code", WIRE_TEXT, false, offsetof(struct event_grand_tax, code),
		NULL},
	{"rate", WIRE_INT, false, offsetof(struct event_grand_tax, rate), NULL},
	{"net", WIRE_INT, false, offsetof(struct event_grand_tax, net), NULL},
	{"tax", WIRE_INT, false, offsetof(struct event_grand_tax, tax), NULL},
	{"gross", WIRE_INT, false, offsetof(struct event_grand_tax, gross),
		NULL},
};

static const struct wire_table wire_grand_tax_table = {grand_tax_member,
	ARRAY_LEN(grand_tax_member), sizeof(struct event_grand_tax)};

static const struct wire_member day_member[] = {
	{"number", WIRE_INT, false, offsetof(struct event_day, number), NULL},
	{"first", WIRE_INT, false, offsetof(struct event_day, first), NULL},
	{"last", WIRE_INT, false, offsetof(struct event_day, last), NULL},
	{"opened", WIRE_TIME, false, offsetof(struct event_day, opened), NULL},
	{"sales", WIRE_INT, false, offsetof(struct event_day, sales), NULL},
	{"gross", WIRE_INT, false, offsetof(struct event_day, gross), NULL},
	{"voids", WIRE_INT, true, offsetof(struct event_day, voids), NULL},
	{"void_amount", WIRE_INT, true, offsetof(struct event_day, void_amount),
		NULL},
	{"line_voids", WIRE_INT, true, offsetof(struct event_day, line_voids),
		NULL},
	{"returns", WIRE_INT, true, offsetof(struct event_day, returns), NULL},
	{"return_amount", WIRE_INT, true,
		offsetof(struct event_day, return_amount), NULL},
	{"overrides", WIRE_INT, true, offsetof(struct event_day, overrides),
		NULL},
	{"discounts", WIRE_INT, true, offsetof(struct event_day, discounts),
		NULL},
	{"discount", WIRE_INT, true, offsetof(struct event_day, discount),
		NULL},
	{"no_sales", WIRE_INT, true, offsetof(struct event_day, no_sales),
		NULL},
	{"copies", WIRE_INT, true, offsetof(struct event_day, copies), NULL},
	{"parked", WIRE_INT, true, offsetof(struct event_day, parked), NULL},
	{"items", WIRE_INT, false, offsetof(struct event_day, items), NULL},
	{"rounding", WIRE_INT, true, offsetof(struct event_day, rounding),
		NULL},
	{"taxes", WIRE_LIST, true, offsetof(struct event_day, tax),
		&wire_tax_table},
	{"takings", WIRE_LIST, true, offsetof(struct event_day, tender),
		&wire_day_tender_table},
	{"opening", WIRE_INT, true, offsetof(struct event_day, opening), NULL},
	{"paid_in", WIRE_INT, true, offsetof(struct event_day, paid_in), NULL},
	{"paid_out", WIRE_INT, true, offsetof(struct event_day, paid_out),
		NULL},
	{"pickups", WIRE_INT, true, offsetof(struct event_day, pickups), NULL},
	{"drawer", WIRE_INT, false, offsetof(struct event_day, drawer), NULL},
	{"counts", WIRE_INT, true, offsetof(struct event_day, counts), NULL},
	{"counted", WIRE_INT, true, offsetof(struct event_day, counted), NULL},
	{"difference", WIRE_INT, true, offsetof(struct event_day, difference),
		NULL},
	{"carried", WIRE_INT, false, offsetof(struct event_day, carried), NULL},
	{"grand", WIRE_INT, false, offsetof(struct event_day, grand), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_day, reason), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_day, approver),
		NULL},
	{"off_promotion", WIRE_INT, true,
		offsetof(struct event_day, off_promotion), NULL},
	{"off_coupon", WIRE_INT, true, offsetof(struct event_day, off_coupon),
		NULL},
	{"off_sale", WIRE_INT, true, offsetof(struct event_day, off_sale),
		NULL},
	{"off_back", WIRE_INT, true, offsetof(struct event_day, off_back),
		NULL},
	{"relief", WIRE_INT, true, offsetof(struct event_day, relief), NULL},
	{"deposits", WIRE_INT, true, offsetof(struct event_day, deposits),
		NULL},
	{"deposits_back", WIRE_INT, true,
		offsetof(struct event_day, deposits_back), NULL},
	{"cards", WIRE_LIST, true, offsetof(struct event_day, card),
		&day_card_table},
	{"terminals", WIRE_LIST, true, offsetof(struct event_day, terminal),
		&day_terminal_table},
	{"unsettled", WIRE_INT, true, offsetof(struct event_day, unsettled),
		NULL},
	{"date", WIRE_TEXT, true, offsetof(struct event_day, date), NULL},
	{"floats", WIRE_INT, true, offsetof(struct event_day, floats), NULL},
	{"shifts", WIRE_LIST, true, offsetof(struct event_day, shift),
		&wire_day_shift_table},
	{"grand_sales", WIRE_INT, true, offsetof(struct event_day, grand_sales),
		NULL},
	{"grand_returns", WIRE_INT, true,
		offsetof(struct event_day, grand_returns), NULL},
	{"grand_taxes", WIRE_LIST, true, offsetof(struct event_day, grand_tax),
		&wire_grand_tax_table},
	{"emergencies", WIRE_INT, true, offsetof(struct event_day, emergencies),
		NULL},
};

static const struct wire_member day_opened_member[] = {
	{"number", WIRE_INT, false, offsetof(struct event_day_opened, number),
		NULL},
	{"date", WIRE_TEXT, false, offsetof(struct event_day_opened, date),
		NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_day_opened, reason),
		NULL},
	{"approver", WIRE_TEXT, true,
		offsetof(struct event_day_opened, approver), NULL},
};

static const struct wire_member shift_member[] = {
	{"shift", WIRE_INT, false, offsetof(struct event_shift, shift), NULL},
	{"drawer", WIRE_INT, false, offsetof(struct event_shift, drawer), NULL},
	{"expected", WIRE_INT, true, offsetof(struct event_shift, expected),
		NULL},
	{"counted", WIRE_INT, true, offsetof(struct event_shift, counted),
		NULL},
	{"difference", WIRE_INT, true, offsetof(struct event_shift, difference),
		NULL},
	{"denominations", WIRE_LIST, true, offsetof(struct event_shift, piece),
		&wire_piece_table},
	{"from", WIRE_INT, true, offsetof(struct event_shift, from), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_shift, reason), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_shift, approver),
		NULL},
	{"floats", WIRE_INT, true, offsetof(struct event_shift, floats), NULL},
};

static const struct wire_member shift_closed_member[] = {
	{"shift", WIRE_INT, false, offsetof(struct event_shift_closed, shift),
		NULL},
	{"drawer", WIRE_INT, false, offsetof(struct event_shift_closed, drawer),
		NULL},
	{"operator", WIRE_TEXT, false,
		offsetof(struct event_shift_closed, operator_no), NULL},
	{"opened", WIRE_TIME, false,
		offsetof(struct event_shift_closed, opened), NULL},
	{"first", WIRE_INT, false, offsetof(struct event_shift_closed, first),
		NULL},
	{"sales", WIRE_INT, false, offsetof(struct event_shift_closed, sales),
		NULL},
	{"gross", WIRE_INT, false, offsetof(struct event_shift_closed, gross),
		NULL},
	{"returns", WIRE_INT, true,
		offsetof(struct event_shift_closed, returns), NULL},
	{"return_amount", WIRE_INT, true,
		offsetof(struct event_shift_closed, return_amount), NULL},
	{"takings", WIRE_LIST, true,
		offsetof(struct event_shift_closed, tender),
		&wire_day_tender_table},
	{"opening", WIRE_INT, true,
		offsetof(struct event_shift_closed, opening), NULL},
	{"floats", WIRE_INT, true, offsetof(struct event_shift_closed, floats),
		NULL},
	{"paid_in", WIRE_INT, true,
		offsetof(struct event_shift_closed, paid_in), NULL},
	{"paid_out", WIRE_INT, true,
		offsetof(struct event_shift_closed, paid_out), NULL},
	{"pickups", WIRE_INT, true,
		offsetof(struct event_shift_closed, pickups), NULL},
	{"expected", WIRE_INT, false,
		offsetof(struct event_shift_closed, expected), NULL},
	{"counted", WIRE_INT, true,
		offsetof(struct event_shift_closed, counted), NULL},
	{"difference", WIRE_INT, true,
		offsetof(struct event_shift_closed, difference), NULL},
	{"carried", WIRE_INT, true,
		offsetof(struct event_shift_closed, carried), NULL},
	{"denominations", WIRE_LIST, true,
		offsetof(struct event_shift_closed, piece), &wire_piece_table},
	{"to", WIRE_TEXT, true, offsetof(struct event_shift_closed, to), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_shift_closed, reason),
		NULL},
	{"approver", WIRE_TEXT, true,
		offsetof(struct event_shift_closed, approver), NULL},
};

static const struct wire_member period_member[] = {
	{"kind", WIRE_TEXT, false, offsetof(struct event_period, kind), NULL},
	{"period", WIRE_TEXT, false, offsetof(struct event_period, name), NULL},
	{"number", WIRE_INT, false, offsetof(struct event_period, number),
		NULL},
	{"first_day", WIRE_INT, false, offsetof(struct event_period, first_day),
		NULL},
	{"last_day", WIRE_INT, false, offsetof(struct event_period, last_day),
		NULL},
	{"first", WIRE_INT, false, offsetof(struct event_period, first), NULL},
	{"last", WIRE_INT, false, offsetof(struct event_period, last), NULL},
	{"sales", WIRE_INT, false, offsetof(struct event_period, sales), NULL},
	{"gross", WIRE_INT, false, offsetof(struct event_period, gross), NULL},
	{"returns", WIRE_INT, true, offsetof(struct event_period, returns),
		NULL},
	{"return_amount", WIRE_INT, true,
		offsetof(struct event_period, return_amount), NULL},
	{"rounding", WIRE_INT, true, offsetof(struct event_period, rounding),
		NULL},
	{"taxes", WIRE_LIST, true, offsetof(struct event_period, tax),
		&wire_tax_table},
	{"takings", WIRE_LIST, true, offsetof(struct event_period, tender),
		&wire_day_tender_table},
	{"grand", WIRE_INT, false, offsetof(struct event_period, grand), NULL},
	{"grand_sales", WIRE_INT, true,
		offsetof(struct event_period, grand_sales), NULL},
	{"grand_returns", WIRE_INT, true,
		offsetof(struct event_period, grand_returns), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_period, reason),
		NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_period, approver),
		NULL},
};

static const struct wire_table day_tables[] = {
	{cash_member, ARRAY_LEN(cash_member), sizeof(struct event_cash)},
	{count_member, ARRAY_LEN(count_member), sizeof(struct event_count)},
	{day_member, ARRAY_LEN(day_member), sizeof(struct event_day)},
	{day_opened_member, ARRAY_LEN(day_opened_member),
		sizeof(struct event_day_opened)},
	{shift_member, ARRAY_LEN(shift_member), sizeof(struct event_shift)},
	{shift_closed_member, ARRAY_LEN(shift_closed_member),
		sizeof(struct event_shift_closed)},
	{period_member, ARRAY_LEN(period_member), sizeof(struct event_period)},
};

const struct wire_table *
wire_table_day(enum event_type type)
{
	switch ((int)type) {
	case EVENT_CASH_MOVED:
		return &day_tables[0];
	case EVENT_CASH_COUNTED:
		return &day_tables[1];
	case EVENT_DAY_CLOSED:
		return &day_tables[2];
	case EVENT_DAY_OPENED:
		return &day_tables[3];
	case EVENT_SHIFT_OPENED:
		return &day_tables[4];
	case EVENT_SHIFT_CLOSED:
		return &day_tables[5];
	case EVENT_PERIOD_CLOSED:
		return &day_tables[6];
	default:
		return wire_table_keeping(type);
	}
}
