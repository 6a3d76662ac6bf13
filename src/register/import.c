/* SPDX-License-Identifier: Apache-2.0 */
#include "register/import.h"

#include <sys/stat.h>

#include <string.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "base/text.h"
#include "register/import_internal.h"
#include "store/catalog.h"

#include "base/poison.h"

enum column {
	COL_CODE,
	COL_NAME,
	COL_PRICE,
	COL_TAX,
	COL_DEPT,
	COL_COUNT, /* each must be there */
	COL_AGE = COL_COUNT,
	COL_MORE,
	COL_ALL = COL_MORE + IMPORT_MORE
};

static const char *const column_names[] = {
	"code", "name", "price", "tax", "department"};
_Static_assert(ARRAY_LEN(column_names) == COL_COUNT, "one name a column");

static const char *const reason_names[] = {"no_code", "bad_code", "no_name",
	"bad_price", "bad_tax", "bad_row", "bad_age", "bad_unit", "bad_tare",
	"bad_deposit", "bad_groups"};
_Static_assert(
	ARRAY_LEN(reason_names) == IMPORT_REASON_COUNT, "one name a reason");

struct import {
	const struct import_opts *opts;
	struct import_result *result;
	struct csv csv;
	struct catalog_load *load; /* NULL on a dry run */
	size_t column[COL_ALL];    /* SIZE_MAX: it is not there */
	size_t n_column;
	uint64_t total; /* bytes, 0 unknown */
};

const char *
import_reason_name(enum import_reason r)
{
	return (unsigned)r < IMPORT_REASON_COUNT ? reason_names[r] : "?";
}

static bool
find_columns(void *arg, const struct csv *c)
{
	struct import *im = arg;

	im->n_column = c->n_field;
	for (size_t i = 0; i < COL_COUNT; i++) {
		im->column[i] = csv_column(c, column_names[i]);
		if (im->column[i] == SIZE_MAX) {
			return false;
		}
	}
	/* Not every shop sells what not everybody may buy. */
	im->column[COL_AGE] = csv_column(c, "age");
	if (im->column[COL_AGE] == SIZE_MAX) {
		im->column[COL_AGE] = csv_column(c, "min_age");
	}
	/* Nor is all of it weighed, or in a bottle. */
	for (size_t i = 0; i < IMPORT_MORE; i++) {
		im->column[COL_MORE + i] = csv_column(c, import_more_names[i]);
	}
	return true;
}

static enum rc
read_header(struct import *im, struct err *reterr)
{
	enum rc rc = csv_head(&im->csv, find_columns, im, reterr);

	if (rc != RC_NOTFOUND) {
		return rc;
	}
	return err_set(reterr, RC_PROTO, 0, "import",
		"the first line must name the columns code, name, price, tax "
		"and department, separated by commas");
}

static void
refuse(struct import *im, enum import_reason why, const struct csv_field *f)
{
	struct import_result *r = im->result;
	char text[sizeof(r->sample[0].text)] = "";

	r->refused++;
	r->reason[why]++;
	if (f != NULL) {
		(void)text_clean(f->p, f->n, text, sizeof(text), 60);
	}
	if (r->n_sample < IMPORT_SAMPLES) {
		r->sample[r->n_sample].line = im->csv.row_line;
		r->sample[r->n_sample].reason = why;
		memcpy(r->sample[r->n_sample].text, text, sizeof(text));
		r->n_sample++;
	}
	if (im->opts->refused != NULL) {
		im->opts->refused(im->opts->arg, im->csv.row_line, why, text);
	}
}

/* Empty is nobody's age; 0 too. */
static bool
read_age(const struct import *im, struct item *item,
	const struct csv_field **ret_at)
{
	size_t column = im->column[COL_AGE];
	const struct csv_field *f;
	int64_t years = 0;
	char word[16];

	item->min_age = 0;
	if (column == SIZE_MAX) {
		return true;
	}
	f = &im->csv.field[column];
	*ret_at = f;
	if (f->n >= sizeof(word)) {
		return false;
	}
	(void)text_clean(f->p, f->n, word, sizeof(word), 0);
	if (word[0] != '\0' &&
		parse_i64(word, strlen(word), 0, AGE_MAX, &years) != RC_OK) {
		return false;
	}
	item->min_age = (uint8_t)years;
	return true;
}

static enum import_reason
read_more(const struct import *im, struct item *item,
	const struct csv_field **ret_at)
{
	const struct csv_field *field[IMPORT_MORE];

	for (size_t i = 0; i < IMPORT_MORE; i++) {
		size_t k = im->column[COL_MORE + i];

		field[i] = k == SIZE_MAX ? NULL : &im->csv.field[k];
	}
	return import_more(im->opts->config, field, item, ret_at);
}

static bool
all_digits(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9') {
			return false;
		}
	}
	return true;
}

/* Returns the reason to refuse the row, or IMPORT_REASON_COUNT. */
static enum import_reason
read_item(struct import *im, struct item *item, unsigned *ret_had,
	const struct csv_field **ret_at)
{
	const struct csv_field *f = im->csv.field;
	const struct csv_field *code = &f[im->column[COL_CODE]];
	const struct csv_field *name = &f[im->column[COL_NAME]];
	const struct csv_field *price = &f[im->column[COL_PRICE]];
	const struct csv_field *tax = &f[im->column[COL_TAX]];
	const struct csv_field *dept = &f[im->column[COL_DEPT]];
	struct code_key key;
	char word[64];
	unsigned had;

	for (size_t i = 0; i < COL_COUNT; i++) {
		if (f[im->column[i]].n > IMPORT_FIELD_BYTES) {
			*ret_at = &f[im->column[i]];
			return IMPORT_BAD_ROW;
		}
	}
	*ret_at = code;
	had = text_clean(code->p, code->n, item->code, sizeof(item->code), 0);
	if (item->code[0] == '\0') {
		return code->n == 0 ? IMPORT_NO_CODE : IMPORT_BAD_CODE;
	}
	if ((had & (TEXT_WAS_CUT | TEXT_HAD_BAD_UTF8)) != 0 ||
		code_catalog_key(item->code, strlen(item->code), &key) !=
			RC_OK) {
		return IMPORT_BAD_CODE;
	}
	item->kind = key.kind;
	*ret_had = had;

	*ret_at = name;
	had = text_clean(name->p, name->n, item->name, sizeof(item->name), 0);
	*ret_had |= had;
	if (item->name[0] == '\0') {
		return IMPORT_NO_NAME;
	}

	*ret_at = price;
	(void)text_clean(price->p, price->n, word, sizeof(word), 0);
	if (money_parse_major(word, strlen(word),
		    im->opts->config->currency.digits, &item->price) != RC_OK ||
		item->price.minor < 0) {
		return IMPORT_BAD_PRICE;
	}

	*ret_at = tax;
	(void)text_clean(tax->p, tax->n, word, sizeof(word), 0);
	if (strlen(word) >= sizeof(item->tax) ||
		tax_find(&im->opts->config->tax, word) < 0) {
		return IMPORT_BAD_TAX;
	}
	memcpy(item->tax, word, strlen(word) + 1);

	*ret_had |=
		text_clean(dept->p, dept->n, item->dept, sizeof(item->dept), 0);
	if (!read_age(im, item, ret_at)) {
		return IMPORT_BAD_AGE;
	}
	return read_more(im, item, ret_at);
}

static enum rc
one_row(struct import *im, struct err *reterr)
{
	struct import_result *r = im->result;
	const struct csv_field *at = NULL;
	struct item item;
	unsigned had = 0;
	enum import_reason why;

	if (im->csv.n_field != im->n_column) {
		refuse(im, IMPORT_BAD_ROW, &im->csv.field[0]);
		return RC_OK;
	}
	why = read_item(im, &item, &had, &at);
	if (why != IMPORT_REASON_COUNT) {
		refuse(im, why, at);
		return RC_OK;
	}
	r->taken++;
	if ((had & (TEXT_HAD_BAD_UTF8 | TEXT_HAD_CONTROL | TEXT_HAD_MARKS)) !=
		0) {
		r->cleaned++;
	}
	if ((had & TEXT_WAS_CUT) != 0) {
		r->shortened++;
	}
	if (item.kind == CODE_INTERNAL && all_digits(item.code)) {
		r->internal++;
	}
	if (im->load == NULL) {
		return RC_OK;
	}
	return catalog_load_add(im->load, &item, im->csv.row_line, reterr);
}

static enum rc
all_rows(struct import *im, struct err *reterr)
{
	struct import_result *r = im->result;
	enum rc rc;

	while ((rc = csv_next(&im->csv, reterr)) != RC_NOTFOUND) {
		if (rc != RC_OK && rc != RC_PROTO) {
			return rc;
		}
		r->rows++;
		if (rc == RC_PROTO) {
			refuse(im, IMPORT_BAD_ROW, NULL);
		} else {
			rc = one_row(im, reterr);
			if (rc != RC_OK) {
				return rc;
			}
		}
		if (im->opts->progress != NULL && r->rows % 8192 == 0) {
			im->opts->progress(im->opts->arg, im->csv.bytes,
				im->total, r->rows);
		}
	}
	return RC_OK;
}

enum rc
import_products(int fd, const struct import_opts *opts,
	struct import_result *ret, struct err *reterr)
{
	struct import im = {.opts = opts, .result = ret};
	uint8_t hash[HASH_BYTES];
	struct stat st;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		im.total = (uint64_t)st.st_size;
	}
	rc = csv_open(&im.csv, fd, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	rc = read_header(&im, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	if (!opts->dry_run) {
		rc = catalog_load_begin(opts->catalog_dir, 0, opts->generation,
			&im.load, reterr);
		if (rc != RC_OK) {
			goto out;
		}
	}
	rc = all_rows(&im, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	if (im.load != NULL && ret->taken > 0) {
		uint64_t kept = 0;

		rc = catalog_load_end(im.load, &ret->generation, &kept,
			&ret->replaced, reterr);
		if (rc != RC_OK) {
			goto out;
		}
	}
	ret->bytes = im.csv.bytes;
	sha256_end(&im.csv.hash, hash);
	hex_encode(ret->hash, hash, sizeof(hash));
	if (opts->progress != NULL) {
		opts->progress(
			opts->arg, im.csv.bytes, im.csv.bytes, ret->rows);
	}
out:
	catalog_load_free(im.load);
	csv_close(&im.csv);
	return rc;
}
