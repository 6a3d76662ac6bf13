/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed list of what an event line may hold.  Rows are added behind the
 * last one of a type, optional, and never change: old lines must stay what
 * they are.  holdfast-event(5) lists every row; a test compares the two.
 */
#include <assert.h>

#include "wire/wire_internal.h"

#include "base/poison.h"

static const struct wire_member initialized_member[] = {
	{"shop", WIRE_TEXT, false, offsetof(struct event_initialized, shop),
		NULL},
	{"register", WIRE_TEXT, false,
		offsetof(struct event_initialized, register_no), NULL},
	{"public_key", WIRE_TEXT, false,
		offsetof(struct event_initialized, public_key), NULL},
	{"operator", WIRE_TEXT, false,
		offsetof(struct event_initialized, operator_no), NULL},
	{"product", WIRE_TEXT, false,
		offsetof(struct event_initialized, product), NULL},
};

static const struct wire_member recovered_member[] = {
	{"tail", WIRE_TEXT, false, offsetof(struct event_recovered, tail),
		NULL},
	{"dropped_bytes", WIRE_INT, false,
		offsetof(struct event_recovered, dropped_bytes), NULL},
	{"dropped_hash", WIRE_TEXT, true,
		offsetof(struct event_recovered, dropped_hash), NULL},
	{"replayed", WIRE_INT, false,
		offsetof(struct event_recovered, replayed), NULL},
	{"rebuilt", WIRE_BOOL, false, offsetof(struct event_recovered, rebuilt),
		NULL},
	{"why", WIRE_TEXT, true, offsetof(struct event_recovered, why), NULL},
	{"repaired", WIRE_INT, true, offsetof(struct event_recovered, repaired),
		NULL},
};

static const struct wire_member restored_member[] = {
	{"from_epoch", WIRE_INT, false,
		offsetof(struct event_restored, from_epoch), NULL},
	{"from_sequence", WIRE_INT, false,
		offsetof(struct event_restored, from_sequence), NULL},
	{"from_hash", WIRE_TEXT, false,
		offsetof(struct event_restored, from_hash), NULL},
	{"source", WIRE_TEXT, false, offsetof(struct event_restored, source),
		NULL},
	{"number", WIRE_TEXT, true, offsetof(struct event_restored, number),
		NULL},
	{"public_key", WIRE_TEXT, true,
		offsetof(struct event_restored, public_key), NULL},
	{"hub", WIRE_TEXT, true, offsetof(struct event_restored, hub), NULL},
};

static const struct wire_member config_member[] = {
	{"version", WIRE_TEXT, false, offsetof(struct event_config, version),
		NULL},
	{"previous", WIRE_TEXT, true, offsetof(struct event_config, previous),
		NULL},
	{"text", WIRE_TEXT, false, offsetof(struct event_config, text), NULL},
	{"author", WIRE_TEXT, true, offsetof(struct event_config, author),
		NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_config, approver),
		NULL},
	{"why", WIRE_TEXT, true, offsetof(struct event_config, why), NULL},
	{"origin", WIRE_TEXT, true, offsetof(struct event_config, origin),
		NULL},
};

static const struct wire_member catalog_member[] = {
	{"version", WIRE_INT, false, offsetof(struct event_catalog, version),
		NULL},
	{"rows", WIRE_INT, false, offsetof(struct event_catalog, rows), NULL},
	{"taken", WIRE_INT, false, offsetof(struct event_catalog, taken), NULL},
	{"refused", WIRE_INT, false, offsetof(struct event_catalog, refused),
		NULL},
	{"source", WIRE_TEXT, false, offsetof(struct event_catalog, source),
		NULL},
	{"hash", WIRE_TEXT, false, offsetof(struct event_catalog, hash), NULL},
};

static const struct wire_member operator_member[] = {
	{"operator", WIRE_TEXT, false,
		offsetof(struct event_operator, operator_no), NULL},
	{"name", WIRE_TEXT, true, offsetof(struct event_operator, name), NULL},
	{"how", WIRE_TEXT, true, offsetof(struct event_operator, how), NULL},
};

static const struct wire_member discount_member[] = {
	{"ppm", WIRE_INT, true, offsetof(struct event_discount, ppm), NULL},
	{"amount", WIRE_INT, false, offsetof(struct event_discount, amount),
		NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_discount, reason),
		NULL},
	{"kind", WIRE_TEXT, true, offsetof(struct event_discount, kind), NULL},
	{"rule", WIRE_TEXT, true, offsetof(struct event_discount, rule), NULL},
	{"name", WIRE_TEXT, true, offsetof(struct event_discount, name), NULL},
};

static const struct wire_table discount_table = {discount_member,
	ARRAY_LEN(discount_member), sizeof(struct event_discount)};

static const struct wire_member part_member[] = {
	{"name", WIRE_TEXT, false, offsetof(struct event_part, name), NULL},
	{"rate", WIRE_INT, false, offsetof(struct event_part, rate), NULL},
	{"on_tax", WIRE_BOOL, true, offsetof(struct event_part, on_tax), NULL},
	{"tax", WIRE_INT, true, offsetof(struct event_part, tax), NULL},
};

static const struct wire_table part_table = {
	part_member, ARRAY_LEN(part_member), sizeof(struct event_part)};

static const struct wire_member line_member[] = {
	{"line", WIRE_INT, false, offsetof(struct event_line, no), NULL},
	{"code", WIRE_TEXT, false, offsetof(struct event_line, code), NULL},
	{"kind", WIRE_TEXT, false, offsetof(struct event_line, kind), NULL},
	{"name", WIRE_TEXT, false, offsetof(struct event_line, name), NULL},
	{"department", WIRE_TEXT, false, offsetof(struct event_line, dept),
		NULL},
	{"qty", WIRE_INT, false, offsetof(struct event_line, qty), NULL},
	{"price", WIRE_INT, false, offsetof(struct event_line, price), NULL},
	{"overridden", WIRE_BOOL, true, offsetof(struct event_line, overridden),
		NULL},
	{"list", WIRE_INT, true, offsetof(struct event_line, list), NULL},
	{"discounts", WIRE_LIST, true, offsetof(struct event_line, discount),
		&discount_table},
	{"amount", WIRE_INT, false, offsetof(struct event_line, amount), NULL},
	{"tax", WIRE_TEXT, false, offsetof(struct event_line, tax), NULL},
	{"return_of", WIRE_TEXT, true, offsetof(struct event_line, return_of),
		NULL},
	{"return_no", WIRE_INT, true, offsetof(struct event_line, return_no),
		NULL},
	{"rate", WIRE_INT, true, offsetof(struct event_line, rate), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_line, reason), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_line, approver),
		NULL},
	{"unknown", WIRE_BOOL, true, offsetof(struct event_line, unknown),
		NULL},
	{"pricelist", WIRE_TEXT, true, offsetof(struct event_line, pricelist),
		NULL},
	{"relief", WIRE_INT, true, offsetof(struct event_line, relief), NULL},
	{"unit", WIRE_TEXT, true, offsetof(struct event_line, unit), NULL},
	{"tare", WIRE_INT, true, offsetof(struct event_line, tare), NULL},
	{"from", WIRE_TEXT, true, offsetof(struct event_line, from), NULL},
	{"held", WIRE_INT, true, offsetof(struct event_line, held), NULL},
	{"link", WIRE_INT, true, offsetof(struct event_line, link), NULL},
	{"deposit", WIRE_TEXT, true, offsetof(struct event_line, deposit),
		NULL},
	{"groups", WIRE_TEXT, true, offsetof(struct event_line, groups), NULL},
	{"at", WIRE_TIME, true, offsetof(struct event_line, at), NULL},
	{"tz", WIRE_INT, true, offsetof(struct event_line, tz), NULL},
	{"parts", WIRE_LIST, true, offsetof(struct event_line, part),
		&part_table},
	{"lot", WIRE_TEXT, true, offsetof(struct event_line, lot), NULL},
	{"serial", WIRE_TEXT, true, offsetof(struct event_line, serial), NULL},
	{"expires", WIRE_TEXT, true, offsetof(struct event_line, expires),
		NULL},
};

const struct wire_table wire_line_table = {
	line_member, ARRAY_LEN(line_member), sizeof(struct event_line)};

static const struct wire_member tax_member[] = {
	{"code", WIRE_TEXT, false, offsetof(struct event_tax, code), NULL},
	{"rate", WIRE_INT, false, offsetof(struct event_tax, rate), NULL},
	{"net", WIRE_INT, false, offsetof(struct event_tax, net), NULL},
	{"tax", WIRE_INT, false, offsetof(struct event_tax, tax), NULL},
	{"gross", WIRE_INT, false, offsetof(struct event_tax, gross), NULL},
	{"why", WIRE_TEXT, true, offsetof(struct event_tax, why), NULL},
	{"parts", WIRE_LIST, true, offsetof(struct event_tax, part),
		&part_table},
};

const struct wire_table wire_tax_table = {
	tax_member, ARRAY_LEN(tax_member), sizeof(struct event_tax)};

static const struct wire_member tender_member[] = {
	{"tender", WIRE_TEXT, false, offsetof(struct event_tender, tender),
		NULL},
	{"amount", WIRE_INT, false, offsetof(struct event_tender, amount),
		NULL},
	{"tendered", WIRE_INT, false, offsetof(struct event_tender, tendered),
		NULL},
	{"change", WIRE_INT, false, offsetof(struct event_tender, change),
		NULL},
	{"name", WIRE_TEXT, true, offsetof(struct event_tender, name), NULL},
	{"rule", WIRE_TEXT, true, offsetof(struct event_tender, rule), NULL},
	{"payment", WIRE_TEXT, true, offsetof(struct event_tender, payment),
		NULL},
	{"card", WIRE_TEXT, true, offsetof(struct event_tender, card), NULL},
	{"last4", WIRE_TEXT, true, offsetof(struct event_tender, last4), NULL},
	{"auth", WIRE_TEXT, true, offsetof(struct event_tender, auth), NULL},
	{"offline", WIRE_BOOL, true, offsetof(struct event_tender, offline),
		NULL},
};

static const struct wire_table tender_table = {
	tender_member, ARRAY_LEN(tender_member), sizeof(struct event_tender)};

static const struct wire_member sale_member[] = {
	{"sale", WIRE_UUID, false, offsetof(struct event_sale, sale), NULL},
	{"number", WIRE_TEXT, false, offsetof(struct event_sale, number), NULL},
	{"opened", WIRE_TIME, false, offsetof(struct event_sale, opened), NULL},
	{"currency", WIRE_TEXT, false, offsetof(struct event_sale, currency),
		NULL},
	{"digits", WIRE_INT, false, offsetof(struct event_sale, digits), NULL},
	{"prices", WIRE_TEXT, false, offsetof(struct event_sale, prices), NULL},
	{"lines", WIRE_LIST, false, offsetof(struct event_sale, line),
		&wire_line_table},
	{"taxes", WIRE_LIST, false, offsetof(struct event_sale, tax),
		&wire_tax_table},
	{"total", WIRE_INT, false, offsetof(struct event_sale, total), NULL},
	{"rounding", WIRE_INT, true, offsetof(struct event_sale, rounding),
		NULL},
	{"tenders", WIRE_LIST, false, offsetof(struct event_sale, tender),
		&tender_table},
	{"receipt", WIRE_TEXT, false, offsetof(struct event_sale, receipt),
		NULL},
	{"drawer", WIRE_BOOL, false, offsetof(struct event_sale, drawer), NULL},
	{"age", WIRE_INT, true, offsetof(struct event_sale, age), NULL},
	{"group", WIRE_TEXT, true, offsetof(struct event_sale, group), NULL},
	{"certificate", WIRE_TEXT, true,
		offsetof(struct event_sale, certificate), NULL},
	{"vat", WIRE_TEXT, true, offsetof(struct event_sale, vat), NULL},
	{"bill_rounding", WIRE_INT, true,
		offsetof(struct event_sale, bill_rounding), NULL},
	{"comment", WIRE_TEXT, true, offsetof(struct event_sale, comment),
		NULL},
	{"orders", WIRE_TEXT, true, offsetof(struct event_sale, orders), NULL},
	{"shift", WIRE_INT, true, offsetof(struct event_sale, shift), NULL},
};

static const struct wire_member coupon_member[] = {
	{"rule", WIRE_TEXT, false, offsetof(struct event_coupon, rule), NULL},
};

static const struct wire_table coupon_table = {
	coupon_member, ARRAY_LEN(coupon_member), sizeof(struct event_coupon)};

static const struct wire_member basket_member[] = {
	{"sale", WIRE_UUID, false, offsetof(struct event_basket, sale), NULL},
	{"number", WIRE_TEXT, true, offsetof(struct event_basket, number),
		NULL},
	{"opened", WIRE_TIME, false, offsetof(struct event_basket, opened),
		NULL},
	{"lines", WIRE_LIST, false, offsetof(struct event_basket, line),
		&wire_line_table},
	{"total", WIRE_INT, false, offsetof(struct event_basket, total), NULL},
	{"note", WIRE_TEXT, true, offsetof(struct event_basket, note), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_basket, reason),
		NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_basket, approver),
		NULL},
	{"age", WIRE_INT, true, offsetof(struct event_basket, age), NULL},
	{"next", WIRE_INT, true, offsetof(struct event_basket, next), NULL},
	{"group", WIRE_TEXT, true, offsetof(struct event_basket, group), NULL},
	{"certificate", WIRE_TEXT, true,
		offsetof(struct event_basket, certificate), NULL},
	{"vat", WIRE_TEXT, true, offsetof(struct event_basket, vat), NULL},
	{"ppm", WIRE_INT, true, offsetof(struct event_basket, ppm), NULL},
	{"off", WIRE_INT, true, offsetof(struct event_basket, off), NULL},
	{"coupons", WIRE_LIST, true, offsetof(struct event_basket, coupon),
		&coupon_table},
	{"comment", WIRE_TEXT, true, offsetof(struct event_basket, comment),
		NULL},
};

static const struct wire_member sale_discount_member[] = {
	{"sale", WIRE_UUID, false, offsetof(struct event_sale_discount, sale),
		NULL},
	{"from", WIRE_INT, false, offsetof(struct event_sale_discount, from),
		NULL},
	{"to", WIRE_INT, false, offsetof(struct event_sale_discount, to), NULL},
	{"ppm", WIRE_INT, true, offsetof(struct event_sale_discount, ppm),
		NULL},
	{"amount", WIRE_INT, false,
		offsetof(struct event_sale_discount, amount), NULL},
	{"reason", WIRE_TEXT, true,
		offsetof(struct event_sale_discount, reason), NULL},
	{"approver", WIRE_TEXT, true,
		offsetof(struct event_sale_discount, approver), NULL},
};

static const struct wire_member buyer_member[] = {
	{"sale", WIRE_UUID, false, offsetof(struct event_buyer, sale), NULL},
	{"group", WIRE_TEXT, true, offsetof(struct event_buyer, group), NULL},
	{"certificate", WIRE_TEXT, true,
		offsetof(struct event_buyer, certificate), NULL},
	{"vat", WIRE_TEXT, true, offsetof(struct event_buyer, vat), NULL},
	{"from", WIRE_INT, false, offsetof(struct event_buyer, from), NULL},
	{"to", WIRE_INT, false, offsetof(struct event_buyer, to), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_buyer, approver),
		NULL},
};

static const struct wire_member recalled_member[] = {
	{"sale", WIRE_UUID, false, offsetof(struct event_recalled, sale), NULL},
	{"number", WIRE_TEXT, false, offsetof(struct event_recalled, number),
		NULL},
};

static const struct wire_member line_act_member[] = {
	{"sale", WIRE_UUID, false, offsetof(struct event_line_act, sale), NULL},
	{"line", WIRE_INT, false, offsetof(struct event_line_act, no), NULL},
	{"code", WIRE_TEXT, false, offsetof(struct event_line_act, code), NULL},
	{"name", WIRE_TEXT, false, offsetof(struct event_line_act, name), NULL},
	{"qty", WIRE_INT, false, offsetof(struct event_line_act, qty), NULL},
	{"from", WIRE_INT, false, offsetof(struct event_line_act, from), NULL},
	{"to", WIRE_INT, false, offsetof(struct event_line_act, to), NULL},
	{"ppm", WIRE_INT, true, offsetof(struct event_line_act, ppm), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_line_act, reason),
		NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_line_act, approver),
		NULL},
	{"left", WIRE_INT, true, offsetof(struct event_line_act, left), NULL},
};

static const struct wire_member drawer_member[] = {
	{"reason", WIRE_TEXT, false, offsetof(struct event_drawer, reason),
		NULL},
	{"number", WIRE_TEXT, true, offsetof(struct event_drawer, number),
		NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_drawer, approver),
		NULL},
	{"why", WIRE_TEXT, true, offsetof(struct event_drawer, why), NULL},
	{"device", WIRE_TEXT, true, offsetof(struct event_drawer, device),
		NULL},
	{"shift", WIRE_INT, true, offsetof(struct event_drawer, shift), NULL},
};

static const struct wire_member receipt_member[] = {
	{"number", WIRE_TEXT, false, offsetof(struct event_receipt, number),
		NULL},
	{"copy", WIRE_INT, false, offsetof(struct event_receipt, copy), NULL},
	{"outcome", WIRE_TEXT, false, offsetof(struct event_receipt, outcome),
		NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_receipt, approver),
		NULL},
};

static const struct wire_member order_member[] = {
	{"number", WIRE_TEXT, false, offsetof(struct event_order, number),
		NULL},
	{"device", WIRE_TEXT, false, offsetof(struct event_order, device),
		NULL},
	{"copy", WIRE_INT, false, offsetof(struct event_order, copy), NULL},
	{"outcome", WIRE_TEXT, false, offsetof(struct event_order, outcome),
		NULL},
};

static const struct wire_member report_member[] = {
	{"kind", WIRE_TEXT, false, offsetof(struct event_report, kind), NULL},
	{"first", WIRE_INT, false, offsetof(struct event_report, first), NULL},
	{"last", WIRE_INT, false, offsetof(struct event_report, last), NULL},
	{"sales", WIRE_INT, false, offsetof(struct event_report, sales), NULL},
	{"gross", WIRE_INT, false, offsetof(struct event_report, gross), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_report, approver),
		NULL},
};

static const struct wire_member export_member[] = {
	{"kind", WIRE_TEXT, false, offsetof(struct event_export, kind), NULL},
	{"format", WIRE_TEXT, false, offsetof(struct event_export, format),
		NULL},
	{"first", WIRE_INT, false, offsetof(struct event_export, first), NULL},
	{"last", WIRE_INT, false, offsetof(struct event_export, last), NULL},
	{"rows", WIRE_INT, false, offsetof(struct event_export, rows), NULL},
};

static const struct wire_member clock_member[] = {
	{"from", WIRE_TIME, false, offsetof(struct event_clock, from), NULL},
	{"to", WIRE_TIME, false, offsetof(struct event_clock, to), NULL},
	{"delta_us", WIRE_INT, false, offsetof(struct event_clock, delta_us),
		NULL},
};

static const struct wire_member tender_act_member[] = {
	{"sale", WIRE_UUID, false, offsetof(struct event_tender_act, sale),
		NULL},
	{"no", WIRE_INT, false, offsetof(struct event_tender_act, no), NULL},
	{"tender", WIRE_TEXT, false, offsetof(struct event_tender_act, tender),
		NULL},
	{"name", WIRE_TEXT, true, offsetof(struct event_tender_act, name),
		NULL},
	{"amount", WIRE_INT, false, offsetof(struct event_tender_act, amount),
		NULL},
	{"tendered", WIRE_INT, false,
		offsetof(struct event_tender_act, tendered), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_tender_act, reason),
		NULL},
	{"approver", WIRE_TEXT, true,
		offsetof(struct event_tender_act, approver), NULL},
	{"payment", WIRE_TEXT, true, offsetof(struct event_tender_act, payment),
		NULL},
	{"card", WIRE_TEXT, true, offsetof(struct event_tender_act, card),
		NULL},
	{"last4", WIRE_TEXT, true, offsetof(struct event_tender_act, last4),
		NULL},
	{"auth", WIRE_TEXT, true, offsetof(struct event_tender_act, auth),
		NULL},
	{"offline", WIRE_BOOL, true, offsetof(struct event_tender_act, offline),
		NULL},
};

static const struct wire_member badge_member[] = {
	{"badge", WIRE_TEXT, false, offsetof(struct event_badge, badge), NULL},
};

static const struct wire_table badge_table = {
	badge_member, ARRAY_LEN(badge_member), sizeof(struct event_badge)};

static const struct wire_member person_member[] = {
	{"operator", WIRE_TEXT, false,
		offsetof(struct event_person, operator_no), NULL},
	{"role", WIRE_TEXT, false, offsetof(struct event_person, role), NULL},
	{"active", WIRE_BOOL, false, offsetof(struct event_person, active),
		NULL},
	{"name", WIRE_TEXT, true, offsetof(struct event_person, name), NULL},
	{"pin", WIRE_TEXT, true, offsetof(struct event_person, pin), NULL},
	{"badges", WIRE_LIST, true, offsetof(struct event_person, badge),
		&badge_table},
	{"origin", WIRE_TEXT, true, offsetof(struct event_person, origin),
		NULL},
};

static const struct wire_member attempt_member[] = {
	{"operator", WIRE_TEXT, true,
		offsetof(struct event_attempt, operator_no), NULL},
	{"purpose", WIRE_TEXT, false, offsetof(struct event_attempt, purpose),
		NULL},
	{"why", WIRE_TEXT, true, offsetof(struct event_attempt, why), NULL},
};

static const struct wire_member approval_member[] = {
	{"approver", WIRE_TEXT, true, offsetof(struct event_approval, approver),
		NULL},
	{"how", WIRE_TEXT, true, offsetof(struct event_approval, how), NULL},
	{"permit", WIRE_TEXT, true, offsetof(struct event_approval, permit),
		NULL},
	{"quantity", WIRE_INT, true, offsetof(struct event_approval, quantity),
		NULL},
	{"what", WIRE_TEXT, true, offsetof(struct event_approval, what), NULL},
	{"from", WIRE_INT, true, offsetof(struct event_approval, from), NULL},
	{"to", WIRE_INT, true, offsetof(struct event_approval, to), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_approval, reason),
		NULL},
};

static const struct wire_member lock_member[] = {
	{"operator", WIRE_TEXT, false, offsetof(struct event_lock, operator_no),
		NULL},
	{"how", WIRE_TEXT, false, offsetof(struct event_lock, how), NULL},
};

static const struct wire_member age_member[] = {
	{"sale", WIRE_UUID, false, offsetof(struct event_age, sale), NULL},
	{"age", WIRE_INT, false, offsetof(struct event_age, age), NULL},
	{"method", WIRE_TEXT, false, offsetof(struct event_age, method), NULL},
	{"result", WIRE_TEXT, false, offsetof(struct event_age, result), NULL},
	{"code", WIRE_TEXT, false, offsetof(struct event_age, code), NULL},
	{"name", WIRE_TEXT, true, offsetof(struct event_age, name), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_age, approver),
		NULL},
};

static const struct wire_member refused_member[] = {
	{"sale", WIRE_UUID, false, offsetof(struct event_refused, sale), NULL},
	{"code", WIRE_TEXT, false, offsetof(struct event_refused, code), NULL},
	{"name", WIRE_TEXT, true, offsetof(struct event_refused, name), NULL},
	{"qty", WIRE_INT, false, offsetof(struct event_refused, qty), NULL},
	{"reason", WIRE_TEXT, false, offsetof(struct event_refused, reason),
		NULL},
};

static const struct wire_member training_member[] = {
	{"next", WIRE_INT, false, offsetof(struct event_training, next), NULL},
};

static const struct wire_table data_table[EVENT_TYPE_COUNT] = {
	[EVENT_REGISTER_INITIALIZED] = {initialized_member,
		ARRAY_LEN(initialized_member),
		sizeof(struct event_initialized)},
	[EVENT_REGISTER_RECOVERED] = {recovered_member,
		ARRAY_LEN(recovered_member), sizeof(struct event_recovered)},
	[EVENT_REGISTER_RESTORED] = {restored_member,
		ARRAY_LEN(restored_member), sizeof(struct event_restored)},
	[EVENT_CONFIG_ACTIVATED] = {config_member, ARRAY_LEN(config_member),
		sizeof(struct event_config)},
	[EVENT_CATALOG_IMPORTED] = {catalog_member, ARRAY_LEN(catalog_member),
		sizeof(struct event_catalog)},
	[EVENT_OPERATOR_SIGNED_ON] = {operator_member,
		ARRAY_LEN(operator_member), sizeof(struct event_operator)},
	[EVENT_OPERATOR_SIGNED_OFF] = {operator_member,
		ARRAY_LEN(operator_member), sizeof(struct event_operator)},
	[EVENT_SALE_COMPLETED] = {sale_member, ARRAY_LEN(sale_member),
		sizeof(struct event_sale)},
	[EVENT_SALE_VOIDED] = {basket_member, ARRAY_LEN(basket_member),
		sizeof(struct event_basket)},
	[EVENT_SALE_PARKED] = {basket_member, ARRAY_LEN(basket_member),
		sizeof(struct event_basket)},
	[EVENT_SALE_RECALLED] = {recalled_member, ARRAY_LEN(recalled_member),
		sizeof(struct event_recalled)},
	[EVENT_LINE_VOIDED] = {line_act_member, ARRAY_LEN(line_act_member),
		sizeof(struct event_line_act)},
	[EVENT_PRICE_OVERRIDDEN] = {line_act_member, ARRAY_LEN(line_act_member),
		sizeof(struct event_line_act)},
	[EVENT_LINE_DISCOUNTED] = {line_act_member, ARRAY_LEN(line_act_member),
		sizeof(struct event_line_act)},
	[EVENT_DRAWER_OPENED] = {drawer_member, ARRAY_LEN(drawer_member),
		sizeof(struct event_drawer)},
	[EVENT_RECEIPT_PRINTED] = {receipt_member, ARRAY_LEN(receipt_member),
		sizeof(struct event_receipt)},
	[EVENT_COPY_PRINTED] = {receipt_member, ARRAY_LEN(receipt_member),
		sizeof(struct event_receipt)},
	[EVENT_REPORT_PRINTED] = {report_member, ARRAY_LEN(report_member),
		sizeof(struct event_report)},
	[EVENT_EXPORT_DONE] = {export_member, ARRAY_LEN(export_member),
		sizeof(struct event_export)},
	[EVENT_CLOCK_JUMPED] = {clock_member, ARRAY_LEN(clock_member),
		sizeof(struct event_clock)},
	[EVENT_TENDER_TAKEN] = {tender_act_member, ARRAY_LEN(tender_act_member),
		sizeof(struct event_tender_act)},
	[EVENT_TENDER_REMOVED] = {tender_act_member,
		ARRAY_LEN(tender_act_member), sizeof(struct event_tender_act)},
	[EVENT_OPERATOR_CHANGED] = {person_member, ARRAY_LEN(person_member),
		sizeof(struct event_person)},
	[EVENT_OPERATOR_ATTEMPTED] = {attempt_member, ARRAY_LEN(attempt_member),
		sizeof(struct event_attempt)},
	[EVENT_OPERATOR_REFUSED] = {attempt_member, ARRAY_LEN(attempt_member),
		sizeof(struct event_attempt)},
	[EVENT_OPERATOR_UNLOCKED] = {lock_member, ARRAY_LEN(lock_member),
		sizeof(struct event_lock)},
	[EVENT_APPROVAL_GIVEN] = {approval_member, ARRAY_LEN(approval_member),
		sizeof(struct event_approval)},
	[EVENT_APPROVAL_REFUSED] = {approval_member, ARRAY_LEN(approval_member),
		sizeof(struct event_approval)},
	[EVENT_REGISTER_LOCKED] = {lock_member, ARRAY_LEN(lock_member),
		sizeof(struct event_lock)},
	[EVENT_REGISTER_UNLOCKED] = {lock_member, ARRAY_LEN(lock_member),
		sizeof(struct event_lock)},
	[EVENT_AGE_CHECKED] = {age_member, ARRAY_LEN(age_member),
		sizeof(struct event_age)},
	[EVENT_ITEM_REFUSED] = {refused_member, ARRAY_LEN(refused_member),
		sizeof(struct event_refused)},
	[EVENT_TRAINING_STARTED] = {training_member, ARRAY_LEN(training_member),
		sizeof(struct event_training)},
	[EVENT_TRAINING_ENDED] = {training_member, ARRAY_LEN(training_member),
		sizeof(struct event_training)},
	[EVENT_SALE_DISCOUNTED] = {sale_discount_member,
		ARRAY_LEN(sale_discount_member),
		sizeof(struct event_sale_discount)},
	[EVENT_BUYER_NAMED] = {buyer_member, ARRAY_LEN(buyer_member),
		sizeof(struct event_buyer)},
	[EVENT_PAYMENT_STARTED] = {wire_payment_member,
		ARRAY_LEN(wire_payment_member), sizeof(struct event_payment)},
	[EVENT_PAYMENT_ENDED] = {wire_payment_end_member,
		ARRAY_LEN(wire_payment_end_member),
		sizeof(struct event_payment_end)},
	[EVENT_TERMINAL_CLOSED] = {wire_terminal_member,
		ARRAY_LEN(wire_terminal_member), sizeof(struct event_terminal)},
	[EVENT_ORDER_PRINTED] = {order_member, ARRAY_LEN(order_member),
		sizeof(struct event_order)},
};

const struct wire_table *
wire_event_table(enum event_type type)
{
	const struct wire_table *t = wire_table_day(type);

	assert((unsigned)type < EVENT_TYPE_COUNT);
	return t != NULL ? t : &data_table[type];
}
