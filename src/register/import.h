/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_IMPORT_H
#define REGISTER_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "register/config.h"

/**
 * import - a products file (CSV, RFC 4180, with a header naming code, name,
 * price, tax, department in any order, and if need be age, unit, tare, deposit,
 * groups) into a new catalog generation.
 * Streaming, bounded memory; all or nothing; the old catalog sells on.
 */
#define IMPORT_LINE_BYTES 65536
#define IMPORT_FIELD_BYTES 4096

enum import_reason { /* why a row was refused; names are the JSON keys */
	IMPORT_NO_CODE,
	IMPORT_BAD_CODE, /* too long, or nothing left after cleaning */
	IMPORT_NO_NAME,
	IMPORT_BAD_PRICE,
	IMPORT_BAD_TAX,
	IMPORT_BAD_ROW, /* number of fields, quoting, too long */
	IMPORT_BAD_AGE,
	IMPORT_BAD_UNIT,
	IMPORT_BAD_TARE,
	IMPORT_BAD_DEPOSIT, /* the configuration has no such */
	IMPORT_BAD_GROUPS,  /* too long together */
	IMPORT_REASON_COUNT
};
const char *import_reason_name(enum import_reason r);

#define IMPORT_SAMPLES 20
struct import_result {
	uint64_t rows, taken, refused, replaced;
	uint64_t reason[IMPORT_REASON_COUNT];
	uint64_t cleaned;  /* names or codes that held what must not be shown */
	uint64_t shortened;
	uint64_t internal; /* digits with a wrong check digit or odd length */
	uint64_t bytes;
	char hash[65];
	int64_t generation; /* 0 on dry run */
	size_t n_sample;
	struct {
		uint64_t line;
		enum import_reason reason;
		char text[80]; /* cleaned excerpt */
	} sample[IMPORT_SAMPLES];
};

struct import_opts {
	const char *catalog_dir;
	const struct config *config; /* tax classes, digits */
	bool dry_run;
	int64_t generation; /* the new one's number at the least; 0: next */
	/* called with bytes read so far and the total, 0 when not known */
	void (*progress)(void *arg, uint64_t done, uint64_t total,
		uint64_t rows);
	/* every refused row, not only the samples */
	void (*refused)(void *arg, uint64_t line, enum import_reason r,
		const char *excerpt);
	void *arg;
};

/**
 * import_products(fd, opts, ret, reterr):
 * Read to the end of ${fd} and make the generation; activating it is the
 * caller's (event first, then catalog_activate()).
 * Errors   RC_PROTO no usable header (says which column is missing); RC_BUSY,
 *          RC_NOSPC, RC_IO.  The old generation is untouched in every case.
 */
MUST_CHECK enum rc import_products(int fd, const struct import_opts *opts,
	struct import_result *ret, struct err *reterr);

#endif
