/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_ESCPOS_H
#define DEVICE_ESCPOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"
#include "core/receipt.h"

/**
 * escpos - receipt rows to printer bytes (Epson ESC/POS).  Data never reaches
 * the printer as a command: bytes below 0x20 and 0x7F cannot come out of the
 * code-page mapper.
 *
 * A row takes as many columns as its text has terminal cells.  A sign the
 * printer lacks is spelled plainer ("EUR" for the euro sign, "e" for e-acute)
 * when the row's longest gap can give the columns this needs, else by the
 * first letter of that, else by '?', twice for a wide sign.  Marks that stand
 * alone are dropped.
 */
struct escpos_profile {
	unsigned cols;
	/* code pages the printer has: number for ESC t and its name as
	 * device/codepage.h knows it, best first */
	struct {
		uint8_t n;
		const char *page;
	} page[8];
	size_t n_page;
	bool cutter;
};

/** escpos_profile_find(name): "generic" (CP437 only), "epson" (CP858...), ...;
 * NULL for any other.  escpos_profile_name(i): the i-th name, NULL at the
 * end. */
const struct escpos_profile *escpos_profile_find(const char *name);
const char *escpos_profile_name(size_t i);
/** escpos_profile_or_plain(name): "generic" where there is none; never NULL. */
const struct escpos_profile *escpos_profile_or_plain(const char *name);

/** Build a job: begin, rows (as receipt_fn with the builder as arg), end. */
struct escpos_job {
	uint8_t *p;
	size_t cap;
	size_t len;
	bool over;
	const struct escpos_profile *profile;
	uint8_t page; /* selected now */
	bool printed; /* there is a row: end with a cut */
};

/** A ROW_CODE becomes CODE128 with its text below, or centered text when the
 * symbol would be wider than the paper. */
void escpos_begin(struct escpos_job *j, uint8_t *p, size_t cap,
	const struct escpos_profile *profile);
void escpos_row(void *job, enum row_style style, const char *text);
/** escpos_drawer(j, pin): pulse connector pin 2 (0) or 5 (1), 50/500 ms. */
void escpos_drawer(struct escpos_job *j, unsigned pin);
/** escpos_end(j): feed and cut when there was a row; RC_RANGE when the job did
 * not fit. */
MUST_CHECK enum rc escpos_end(struct escpos_job *j);

#endif
