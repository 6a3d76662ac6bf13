/* SPDX-License-Identifier: Apache-2.0 */
/* What the books say: the export is made, and read again as the program that
 * gets it would, by its accounts.  How it was made is not asked. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "register/export.h"
#include "register/report_tie_internal.h"

#include "base/poison.h"

struct reading {
	const struct config *config;
	struct tie_books *out;
	struct tie_book *at; /* the booking of a Z; NULL another one */
	int64_t sold;        /* of the line before, if a rate is told of it */
};

void
tie_books_done(struct tie_books *b)
{
	free(b->book);
	*b = (struct tie_books){0};
}

const struct tie_book *
tie_books_find(const struct tie_books *b, int64_t z)
{
	for (size_t i = 0; i < b->n; i++) {
		if (b->book[i].z == z) {
			return &b->book[i];
		}
	}
	return NULL;
}

/* "Income:Sales" and all below it. */
static bool
is_below(const char *account, size_t len, const char *name)
{
	size_t n = strlen(name);

	return n > 0 && len >= n && memcmp(account, name, n) == 0 &&
	       (len == n || account[n] == ':');
}

static bool
is_of(const struct config *c, const char *account, size_t len,
	enum ledger_account of)
{
	const char *name = c->ledger.account[of];

	return is_below(account, len,
		name[0] != '\0' ? name : config_ledger_default(of));
}

static bool
is_mapped(const struct config *c, const char *account, size_t len,
	enum ledger_map kind)
{
	for (size_t i = 0; i < c->ledger.n_map; i++) {
		if (c->ledger.map[i].kind == kind &&
			is_below(account, len, c->ledger.map[i].account)) {
			return true;
		}
	}
	return false;
}

static void
take_posting(struct reading *r, const char *account, size_t len, int64_t minor)
{
	const struct config *c = r->config;
	bool tax = is_of(c, account, len, LEDGER_TAX) ||
		   is_mapped(c, account, len, LEDGER_MAP_TAX);
	bool sold = is_of(c, account, len, LEDGER_SALES) ||
		    is_of(c, account, len, LEDGER_DEPOSITS) ||
		    is_mapped(c, account, len, LEDGER_MAP_SALES) ||
		    is_mapped(c, account, len, LEDGER_MAP_DEPARTMENT);

	/* income and debts stand below zero in books; what is sold has a rate,
	 * by which it is told from a tender or rounding in the same account */
	if (tax) {
		r->at->tax -= minor;
		r->at->gross -= minor;
	} else if (sold) {
		r->sold = minor;
	}
}

static enum rc
take_z(struct reading *r, const char *text, struct err *reterr)
{
	struct tie_books *b = r->out;
	struct tie_book *more = realloc(b->book, (b->n + 1) * sizeof(*b->book));

	if (more == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "report",
			"no memory for the tie-out: close other programs");
	}
	b->book = more;
	b->book[b->n] = (struct tie_book){0};
	r->at = &b->book[b->n];
	if (parse_i64(text, strlen(text), 1, INT64_MAX, &r->at->z) != RC_OK) {
		r->at = NULL;
		return RC_OK;
	}
	b->n++;
	return RC_OK;
}

static enum rc
take_line(struct reading *r, char *line, struct err *reterr)
{
	static const char zno[] = "    ; zno: ", sales[] = "    ; sales: ",
			  rate[] = "    ; rate: ";
	char *account = line + strspn(line, " "), *end, *amount;
	int64_t minor = 0;

	if (r->at != NULL && strncmp(line, rate, sizeof(rate) - 1) == 0) {
		r->at->gross -= r->sold;
	}
	r->sold = 0;
	if (strncmp(line, zno, sizeof(zno) - 1) == 0) {
		return take_z(r, line + sizeof(zno) - 1, reterr);
	}
	if (account == line || *line == '\0') {
		r->at = NULL;
		return RC_OK;
	}
	if (r->at != NULL && strncmp(line, sales, sizeof(sales) - 1) == 0) {
		const char *n = line + sizeof(sales) - 1;

		return parse_i64(n, strlen(n), 0, INT64_MAX, &r->at->sales) ==
				       RC_OK
			       ? RC_OK
			       : err_set(reterr, RC_CORRUPT, 0, "report",
					 "the ledger cannot be read");
	}
	end = strstr(account, "  ");
	if (r->at == NULL || *account == ';' || end == NULL) {
		return RC_OK;
	}
	amount = end + strspn(end, " ");
	if (parse_decimal(amount, strcspn(amount, " "),
		    r->config->currency.digits, &minor) != RC_OK) {
		return err_set(reterr, RC_CORRUPT, 0, "report",
			"the ledger cannot be read");
	}
	take_posting(r, account, (size_t)(end - account), minor);
	return RC_OK;
}

static enum rc
read_text(struct reading *r, char *text, struct err *reterr)
{
	enum rc rc = RC_OK;

	while (*text != '\0' && rc == RC_OK) {
		size_t n = strcspn(text, "\n");
		bool more = text[n] == '\n';

		text[n] = '\0';
		rc = take_line(r, text, reterr);
		text += n + (more ? 1 : 0);
	}
	return rc;
}

enum rc
tie_books_read(struct shop *s, int64_t z_first, int64_t z_last,
	struct tie_books *ret, struct err *reterr)
{
	const struct export_books want = {.format = LEDGER_HLEDGER,
		.pick = {.from_z = z_first, .to_z = z_last, .closed = true}};
	struct reading r = {.config = &s->config, .out = ret};
	struct export_range range = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	enum rc rc;

	*ret = (struct tie_books){0};
	if (out == NULL) {
		return err_set(reterr, RC_NOMEM, errno, "report",
			"no memory for the tie-out: close other programs");
	}
	rc = export_ledger(s, &want, &range, out, reterr);
	if (fclose(out) != 0 && rc == RC_OK) {
		rc = err_set(reterr, RC_NOMEM, errno, "report",
			"no memory for the tie-out: close other programs");
	}
	if (rc == RC_OK) {
		rc = read_text(&r, text, reterr);
	}
	free(text);
	if (rc != RC_OK) {
		tie_books_done(ret);
	}
	return rc;
}
