/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CURRENCY_H
#define CORE_CURRENCY_H

/**
 * currency - what ISO 4217 (list one, 2024) says of the currencies this build
 * knows: the one table of them.  Another currency is no error: then the shop's
 * configuration says its decimals.
 *
 * currency_digits(code): decimals of its minor unit: 0, 2 or 3; -1 when the
 * code is not known.  currency_number(code): 978 for EUR; 0 not known.
 */
int currency_digits(const char *code);
unsigned currency_number(const char *code);

#endif
