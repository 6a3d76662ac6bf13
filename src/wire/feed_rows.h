/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_FEED_ROWS_H
#define WIRE_FEED_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "wire/feed_body.h"
#include "wire/feed_goods.h"

/**
 * wire/feed_rows - what a person brings to a hub for its feeds, a file or the
 * body of a request, as items: CSV (RFC 4180, the products file that
 * holdfast-import(1) takes), JSON lines, an array of JSON objects, or one text
 * of configuration.  Streaming, bounded memory; a row that cannot be taken is
 * counted, named and passed over.  holdfast-hub-import(8).
 *
 *   products  code name price tax; department age unit tare deposit groups
 *   prices    code price; valid_from
 *   rules, config   name text; valid_from (JSON), or the text itself
 *   people    number name role active pin badges; or role and text
 *
 * and in each deleted, true to take the item away.  In JSON a price that is a
 * number is minor units, one that is a text is as in CSV, and so with tare.
 */
enum feed_format {
	FEED_FORMAT_CSV,
	FEED_FORMAT_JSON, /* an array, or one object after the other */
	FEED_FORMAT_TEXT  /* one text of configuration */
};

enum feed_refusal { /* names are the JSON keys of the report */
	FEED_NO_CODE,
	FEED_BAD_CODE,
	FEED_NO_NAME,
	FEED_BAD_PRICE,
	FEED_BAD_TAX,
	FEED_BAD_ROW, /* fields, quoting, no JSON, too long */
	FEED_BAD_AGE,
	FEED_BAD_UNIT,
	FEED_BAD_TARE,
	FEED_BAD_DEPOSIT,
	FEED_BAD_GROUPS,
	FEED_BAD_TIME,
	FEED_BAD_NAME,
	FEED_BAD_TEXT, /* no sections and keys, or too long */
	FEED_BAD_NUMBER,
	FEED_BAD_ROLE,
	FEED_BAD_PIN,
	FEED_BAD_BADGES,
	FEED_REFUSAL_COUNT
};
const char *feed_refusal_name(enum feed_refusal r);

/** One item.  A person has no body yet: who it is, is sealed by the caller. */
struct feed_row {
	uint64_t line;
	char key[FEED_KEY_BYTES];
	struct utc valid_from; /* 0: always */
	bool deleted;
	const char *body; /* NULL: deleted, or a person */
	size_t n_body;
	const struct feed_person *person;
	const char *pin; /* of the person, as keyed; "" none any more; NULL as
			  * it is */
};

#define FEED_SAMPLES 20
struct feed_rows_result {
	uint64_t rows, taken, refused;
	uint64_t reason[FEED_REFUSAL_COUNT];
	uint64_t cleaned, shortened, internal;
	uint64_t bytes;
	char hash[65]; /* SHA-256 of what was read */
	size_t n_sample;
	struct {
		uint64_t line;
		enum feed_refusal reason;
		char text[80]; /* cleaned excerpt */
	} sample[FEED_SAMPLES];
};

struct feed_rows_opts {
	const char *feed;
	enum feed_format format;
	unsigned digits;  /* of the currency: 0, 2 or 3 */
	const char *name; /* FEED_FORMAT_TEXT: key of the item */
	/* RC_OK, or it ends with that */
	enum rc (*row)(
		void *arg, const struct feed_row *row, struct err *reterr);
	/* every row that was refused; may be NULL */
	void (*refused)(void *arg, uint64_t line, enum feed_refusal r,
		const char *excerpt);
	void *arg;
};

/** feed_rows_fd(fd, opts, ret, reterr), feed_rows_text(p, n, ...): read to the
 * end.  RC_PROTO no usable header, a feed that is not known, or JSON that is
 * neither form; RC_IO, RC_NOMEM; what opts->row returned. */
MUST_CHECK enum rc feed_rows_fd(int fd, const struct feed_rows_opts *opts,
	struct feed_rows_result *ret, struct err *reterr);
MUST_CHECK enum rc feed_rows_text(const char *p, size_t n,
	const struct feed_rows_opts *opts, struct feed_rows_result *ret,
	struct err *reterr);

/** feed_key_of(code, len, out): the key of a product's or price's item: 14
 * digits of a GTIN of any length, else the code; code_catalog_key() of it is
 * that of the code.  RC_INVAL none can be made. */
MUST_CHECK enum rc feed_key_of(
	const char *code, size_t len, char out[FEED_KEY_BYTES]);

#endif
