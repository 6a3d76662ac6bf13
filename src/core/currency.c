/* SPDX-License-Identifier: Apache-2.0 */
#include "core/currency.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"

#include "base/poison.h"

/* ISO 4217: code, digits of the minor unit, number. */
static const struct {
	char code[4];
	uint8_t digits;
	uint16_t number;
} currency_table[] = {
	{"AED", 2, 784},
	{"ARS", 2, 32},
	{"AUD", 2, 36},
	{"BDT", 2, 50},
	{"BGN", 2, 975},
	{"BHD", 3, 48},
	{"BIF", 0, 108},
	{"BRL", 2, 986},
	{"CAD", 2, 124},
	{"CHF", 2, 756},
	{"CLP", 0, 152},
	{"CNY", 2, 156},
	{"COP", 2, 170},
	{"CRC", 2, 188},
	{"CZK", 2, 203},
	{"DJF", 0, 262},
	{"DKK", 2, 208},
	{"EGP", 2, 818},
	{"EUR", 2, 978},
	{"GBP", 2, 826},
	{"GHS", 2, 936},
	{"GNF", 0, 324},
	{"HKD", 2, 344},
	{"HUF", 2, 348},
	{"IDR", 2, 360},
	{"ILS", 2, 376},
	{"INR", 2, 356},
	{"IQD", 3, 368},
	{"ISK", 0, 352},
	{"JOD", 3, 400},
	{"JPY", 0, 392},
	{"KES", 2, 404},
	{"KMF", 0, 174},
	{"KRW", 0, 410},
	{"KWD", 3, 414},
	{"LYD", 3, 434},
	{"MAD", 2, 504},
	{"MXN", 2, 484},
	{"MYR", 2, 458},
	{"NGN", 2, 566},
	{"NOK", 2, 578},
	{"NZD", 2, 554},
	{"OMR", 3, 512},
	{"PEN", 2, 604},
	{"PHP", 2, 608},
	{"PKR", 2, 586},
	{"PLN", 2, 985},
	{"PYG", 0, 600},
	{"QAR", 2, 634},
	{"RON", 2, 946},
	{"RSD", 2, 941},
	{"RWF", 0, 646},
	{"SAR", 2, 682},
	{"SEK", 2, 752},
	{"SGD", 2, 702},
	{"THB", 2, 764},
	{"TND", 3, 788},
	{"TRY", 2, 949},
	{"TWD", 2, 901},
	{"TZS", 2, 834},
	{"UAH", 2, 980},
	{"UGX", 0, 800},
	{"USD", 2, 840},
	{"UYI", 0, 940},
	{"UYU", 2, 858},
	{"UZS", 2, 860},
	{"VND", 0, 704},
	{"VUV", 0, 548},
	{"XAF", 0, 950},
	{"XOF", 0, 952},
	{"XPF", 0, 953},
	{"ZAR", 2, 710},
	{"ZMW", 2, 967},
};

int
currency_digits(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(currency_table); i++) {
		if (strcmp(currency_table[i].code, code) == 0) {
			return currency_table[i].digits;
		}
	}
	return -1;
}

unsigned
currency_number(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(currency_table); i++) {
		if (strcmp(currency_table[i].code, code) == 0) {
			return currency_table[i].number;
		}
	}
	return 0;
}
