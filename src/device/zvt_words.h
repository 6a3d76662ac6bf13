/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_ZVT_WORDS_H
#define DEVICE_ZVT_WORDS_H

/**
 * zvt_words - what the numbers of ZVT say (PA00P015: error messages,
 * intermediate status, terminal status), as N_() texts for a cashier.
 */

/** zvt_result_text(code): of 27, 06 1E and 84 xx; never NULL, 0 is "". */
const char *zvt_result_text(int code);
/** zvt_refused_text(code): of 84 xx, where it stands in for what else it is
 * of a card. */
const char *zvt_refused_text(int code);
/** zvt_last_text(code): the same where the last payment was asked for. */
const char *zvt_last_text(int code);
/** zvt_step_text(code): of 04 FF; never NULL. */
const char *zvt_step_text(int code);
/** zvt_status_text(code): of 05 01: what to do; "" it is ready. */
const char *zvt_status_text(int code);

#endif
