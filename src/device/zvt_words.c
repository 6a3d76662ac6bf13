/* SPDX-License-Identifier: Apache-2.0 */
#include "device/zvt_words.h"

#include <stddef.h>

#include "base/attr.h"
#include "base/i18n.h"

#include "base/poison.h"

struct word {
	unsigned char from, to;
	const char *text;
};

static const struct word results[] = {
	{0x01, 0x02, N_("The bank wants to be called.")},
	{0x04, 0x04, N_("The card was refused and must be kept.")},
	{0x05, 0x05, N_("The bank declined.")},
	{0x33, 0x33, N_("The card has expired.")},
	{0x36, 0x36, N_("The card has expired.")},
	{0x37, 0x37, N_("The PIN was wrong.")},
	{0x38, 0x38, N_("The PIN was wrong too often.")},
	{0x01, 0x63, N_("The bank declined.")},
	{0x64, 0x66, N_("The card could not be read.")},
	{0x67, 0x68, N_("This cannot be done with this card.")},
	{0x6a, 0x6a, N_("The terminal's memory is full: end its day.")},
	{0x6b, 0x6b, N_("The terminal was started anew: try again.")},
	{0x6c, 0x6c, N_("Canceled at the terminal, or nobody came in time.")},
	{0x6e, 0x6e, N_("The card is blocked.")},
	{0x6f, 0x6f, N_("The terminal does not take this currency.")},
	{0x71, 0x71, N_("The card has not enough credit.")},
	{0x72, 0x73, N_("The card is defective.")},
	{0x77, 0x77, N_("The terminal cannot end its day now.")},
	{0x78, 0x78, N_("The card has expired.")},
	{0x79, 0x79, N_("The card is not yet valid.")},
	{0x7a, 0x7a, N_("The terminal does not take this card.")},
	{0x7b, 0x7e, N_("The card could not be read.")},
	{0x83, 0x83, N_("The terminal cannot do that.")},
	{0x9b, 0x9b, N_("The terminal has no connection to its bank.")},
	{0x9c, 0x9c, N_("The terminal is busy: try again in a moment.")},
	{0xa0, 0xa4, N_("The terminal has no connection to its bank.")},
	{0xb1, 0xb2, N_("The terminal's memory is full: end its day.")},
	{0xb4, 0xb4, N_("That payment was reversed before.")},
	{0xb5, 0xb5, N_("The terminal cannot reverse that payment.")},
	{0xb7, 0xb8, N_("The terminal has no such reservation.")},
	{0xc1, 0xc1, N_("This is the shop's own card.")},
	{0xc2, 0xc2, N_("The terminal asks for a diagnosis.")},
	{0xc3, 0xc3, N_("The amount is too high.")},
	{0xc4, 0xc5, N_("The terminal does not take this card.")},
	{0xc6, 0xc6, N_("The terminal does not take this currency.")},
	{0xc8, 0xc9, N_("The amount is too low.")},
	{0xcb, 0xcb, N_("The terminal takes euros only.")},
	{0xcc, 0xcc, N_("The printer is not ready.")},
	{0xdc, 0xdc, N_("A card is still in the terminal: remove it.")},
	{0xf0, 0xf0, N_("The terminal's day must be ended first.")},
	{0xfa, 0xfa, N_("Payments made offline could not be sent.")},
};

static const struct word steps[] = {
	{0x00, 0x00, N_("Customer confirms the amount")},
	{0x01, 0x02, N_("Look at the PIN pad")},
	{0x03, 0x03, N_("Card not accepted")},
	{0x04, 0x04, N_("Waiting for the bank")},
	{0x05, 0x05, N_("The terminal reverses the payment")},
	{0x07, 0x08, N_("Card not accepted")},
	{0x09, 0x09, N_("Card expired")},
	{0x0a, 0x0a, N_("Insert or hold card")},
	{0x0b, 0x0b, N_("Remove card")},
	{0x0c, 0x0c, N_("Card not readable")},
	{0x0d, 0x0d, N_("Canceled")},
	{0x0f, 0x0f, N_("The terminal ends its day")},
	{0x10, 0x10, N_("Card not valid")},
	{0x14, 0x14, N_("Not enough credit")},
	{0x15, 0x15, N_("Wrong PIN")},
	{0x16, 0x16, N_("Above the limit")},
	{0x18, 0x18, N_("Wrong PIN too often")},
	{0x1b, 0x1c, N_("Approved")},
	{0x1d, 0x1d, N_("Declined")},
	{0x2b, 0x2b, N_("The terminal works offline")},
	{0x2c, 0x2c, N_("Customer chooses the card's application")},
	{0x41, 0x67, N_("Remove card")},
	{0x68, 0x68, N_("Card inserted")},
	{0x69, 0x69, N_("Customer chooses the currency")},
	{0xc8, 0xc8, N_("The terminal waits for the cashier")},
	{0xd2, 0xd2, N_("The terminal connects")},
	{0xd3, 0xd3, N_("The terminal is connected")},
	{0xe0, 0xe0, N_("Customer chooses the card's application")},
	{0xf1, 0xf1, N_("The terminal works offline")},
	{0xf2, 0xf2, N_("The terminal works online")},
	{0xf3, 0xf3, N_("The terminal works offline")},
};

static const struct word states[] = {
	{0x00, 0x00, ""},
	{0x51, 0x51, N_("The terminal must be initialized.")},
	{0x62, 0x62, N_("The terminal's clock must be set.")},
	{0x9c, 0x9c, N_("The terminal is busy: try again in a moment.")},
	{0xb1, 0xb2, N_("The terminal's memory is full: end its day.")},
	{0xc1, 0xc1, N_("The terminal's clock must be set.")},
	{0xc2, 0xc2, N_("The terminal asks for a diagnosis.")},
	{0xc4, 0xc4, N_("The terminal wants new software.")},
	{0xdc, 0xdc, N_("A card is still in the terminal: remove it.")},
	{0xe1, 0xe1, N_("A card is still in the terminal: remove it.")},
	{0xf0, 0xf0, N_("The terminal's day must be ended first.")},
};

static const char *
find(const struct word *w, size_t n, int code, const char *other)
{
	for (size_t i = 0; i < n; i++) {
		if (code >= w[i].from && code <= w[i].to) {
			return w[i].text;
		}
	}
	return other;
}

const char *
zvt_result_text(int code)
{
	return code <= 0 ? ""
			 : find(results, ARRAY_LEN(results), code,
				   N_("The terminal could not do it."));
}

const char *
zvt_refused_text(int code)
{
	return code == 0x37 ? N_("The terminal does not take the password that "
				 "is set for it.")
			    : zvt_result_text(code);
}

/* Codes of cards and hosts have no meaning there: no card was asked for. */
const char *
zvt_last_text(int code)
{
	return (code > 0 && code <= 0x67 && code != 0x37) || code == 0x83 ||
			       code == 0xff
		       ? N_("The terminal has no last payment to tell.")
		       : zvt_refused_text(code);
}

const char *
zvt_step_text(int code)
{
	return find(steps, ARRAY_LEN(steps), code, N_("Please wait"));
}

const char *
zvt_status_text(int code)
{
	return find(states, ARRAY_LEN(states), code,
		N_("The terminal needs service."));
}
