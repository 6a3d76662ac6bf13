/* SPDX-License-Identifier: Apache-2.0 */
#include "register/ledger.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "core/money.h"
#include "register/days.h"

#include "base/poison.h"

static const char *const tags[] = {"zno", "zseq", "firstseq", "lastseq", "hash",
	"closed", "epoch", "sales", "returns", "counted", "relief", "unsettled",
	"seq", "time", "operator", "approver", "shift", "rate", "type"};

bool
ledger_format_find(const char *name, enum ledger_format *ret)
{
	static const char *const names[] = {
		[LEDGER_HLEDGER] = "hledger",
		[LEDGER_LEDGER] = "ledger",
		[LEDGER_BEANCOUNT] = "beancount",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i], name) == 0) {
			*ret = (enum ledger_format)i;
			return true;
		}
	}
	return false;
}

struct ledger_post *
ledger_post(struct ledger_booking *b, const char *account, char type,
	int64_t amount)
{
	struct ledger_post *p = &b->post[b->n_post];
	struct sbuf name;

	if (b->n_post == LEDGER_POSTS) {
		return NULL;
	}
	*p = (struct ledger_post){.type = type, .amount = amount};
	sbuf_init(&name, p->account, sizeof(p->account));
	sbuf_puts(&name, account);
	b->n_post++;
	return p;
}

void
ledger_note(struct ledger_booking *b, const char *key, const char *fmt, ...)
{
	struct ledger_note *n = &b->note[b->n_note];
	va_list ap;

	if (b->n_note == LEDGER_NOTES) {
		return;
	}
	n->key = key;
	va_start(ap, fmt);
	(void)vsnprintf(n->value, sizeof(n->value), fmt, ap);
	va_end(ap);
	b->n_note++;
}

/* --- words that a grammar takes --- */

/* One blank for what is no letter; what would end a text early is another
 * sign. */
static void
put_plain(FILE *out, const char *s)
{
	bool blank = true;

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c <= ' ' || c == 0x7f) {
			if (!blank) {
				(void)fputc(' ', out);
			}
			blank = true;
			continue;
		}
		blank = false;
		(void)fputc(c == ';' ? ',' : c == '|' ? '/' : c, out);
	}
}

static void
put_quoted(FILE *out, const char *s)
{
	(void)fputc('"', out);
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\') {
			(void)fputc('\\', out);
		}
		(void)fputc(c < ' ' || c == 0x7f ? ' ' : c, out);
	}
	(void)fputc('"', out);
}

static void
put_date(FILE *out, int32_t date)
{
	(void)fprintf(out, "%04d-%02d-%02d", (int)(date / 10000),
		(int)(date / 100 % 100), (int)(date % 100));
}

static void
put_amount(const struct ledger *l, int64_t amount, int width)
{
	char text[32];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	money_put(&b, (struct money){amount}, l->digits);
	(void)fprintf(l->out, "%*s %s", width, b.p, l->currency);
}

/* For beancount: without a tolerance of its own it lets a cent pass. */
static void
put_balance(const struct ledger *l, int64_t amount)
{
	char text[32], none[32];
	struct sbuf b, zero;

	sbuf_init(&b, text, sizeof(text));
	money_put(&b, (struct money){amount}, l->digits);
	sbuf_init(&zero, none, sizeof(none));
	money_put(&zero, (struct money){0}, l->digits);
	(void)fprintf(l->out, "%14s ~ %s %s", b.p, zero.p, l->currency);
}

/* --- accounts --- */

static bool
is_bean_part(const char *s, size_t n)
{
	bool good = n > 0 &&
		    ((s[0] >= 'A' && s[0] <= 'Z') ||
			    (s[0] >= '0' && s[0] <= '9') || (s[0] & 0x80) != 0);

	for (size_t i = 0; good && i < n; i++) {
		char c = s[i];

		good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		       (c >= '0' && c <= '9') || c == '-' || (c & 0x80) != 0;
	}
	return good;
}

static bool
is_bean_account(const char *name)
{
	static const char *const root[] = {
		"Assets:", "Liabilities:", "Equity:", "Income:", "Expenses:"};
	bool good = false;

	for (size_t i = 0; i < ARRAY_LEN(root); i++) {
		good = good || strncmp(name, root[i], strlen(root[i])) == 0;
	}
	while (good && *name != '\0') {
		size_t n = strcspn(name, ":");

		good = is_bean_part(name, n);
		name += n;
		if (*name == ':') {
			name++;
			good = good && *name != '\0';
		}
	}
	return good;
}

static enum rc
declare(struct ledger *l, const struct ledger_post *p, int32_t date, bool *had,
	struct err *reterr)
{
	for (size_t i = 0; i < l->n_account; i++) {
		if (strcmp(l->account[i], p->account) == 0) {
			return RC_OK;
		}
	}
	if (l->format == LEDGER_BEANCOUNT && !is_bean_account(p->account)) {
		return err_set(reterr, RC_INVAL, 0, "export",
			"beancount takes no account '%s': in [ledger], begin "
			"it with Assets, Liabilities, Equity, Income or "
			"Expenses, and each part with a capital",
			p->account);
	}
	if ((l->n_account & (l->n_account + 1)) == 0) {
		void *more = realloc(l->account,
			(2 * l->n_account + 2) * sizeof(*l->account));

		if (more == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "export",
				"no memory for the accounts");
		}
		l->account = more;
	}
	memcpy(l->account[l->n_account++], p->account, sizeof(p->account));
	if (l->silent) {
		return RC_OK;
	}
	if (!*had) {
		(void)fputc('\n', l->out);
	}
	*had = true;
	if (l->format == LEDGER_BEANCOUNT) {
		put_date(l->out, date);
		(void)fprintf(l->out, " open %s %s\n", p->account, l->currency);
	} else if (l->format == LEDGER_HLEDGER && p->type != 0) {
		(void)fprintf(l->out, "account %s  ; type: %c\n", p->account,
			p->type);
	} else {
		(void)fprintf(l->out, "account %s\n", p->account);
	}
	return RC_OK;
}

/* --- bookings --- */

void
ledger_head(struct ledger *l, const char *title)
{
	int64_t one = 1000;

	if (l->silent) {
		return;
	}
	(void)fprintf(l->out, "; ");
	put_plain(l->out, title);
	(void)fprintf(l->out, "\n");
	for (unsigned i = 0; i < l->digits; i++) {
		one *= 10;
	}
	if (l->format == LEDGER_BEANCOUNT) {
		(void)fprintf(l->out, "1970-01-01 commodity %s\n", l->currency);
		return;
	}
	if (l->format == LEDGER_LEDGER) {
		(void)fprintf(l->out, "commodity %s\n    format ", l->currency);
		put_amount(l, one, 0);
	} else if (l->digits == 0) {
		/* its decimal point must be there */
		(void)fprintf(l->out, "commodity 1000. %s", l->currency);
	} else {
		(void)fprintf(l->out, "commodity ");
		put_amount(l, one, 0);
	}
	(void)fprintf(l->out, "\n");
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		(void)fprintf(l->out, "tag %s\n", tags[i]);
	}
}

/* What beancount was to be told of the days before. */
static void
say_due(struct ledger *l)
{
	for (size_t i = 0; i < l->n_due && !l->silent; i++) {
		const struct ledger_post *p = &l->due[i];

		if (i == 0) {
			(void)fputc('\n', l->out);
		}
		put_date(l->out, days_next(l->due_date));
		(void)fprintf(l->out, " balance %-40s  ", p->account);
		put_balance(l, p->balance);
		(void)fprintf(l->out, "\n");
	}
	l->n_due = 0;
}

static void
keep_due(struct ledger *l, const struct ledger_booking *b)
{
	l->due_date = b->date;
	for (size_t i = 0; i < b->n_post; i++) {
		size_t k = 0;

		if (!b->post[i].holds) {
			continue;
		}
		while (k < l->n_due &&
			strcmp(l->due[k].account, b->post[i].account) != 0) {
			k++;
		}
		if (k < ARRAY_LEN(l->due)) {
			l->due[k] = b->post[i];
			l->n_due = k == l->n_due ? k + 1 : l->n_due;
		}
	}
}

static void
put_bean(struct ledger *l, const struct ledger_booking *b)
{
	(void)fprintf(l->out, "\n");
	put_date(l->out, b->date);
	(void)fprintf(l->out, " * ");
	put_quoted(l->out, b->text);
	(void)fprintf(l->out, "\n  code: ");
	put_quoted(l->out, b->code);
	(void)fprintf(l->out, "\n");
	for (size_t i = 0; i < b->n_note; i++) {
		(void)fprintf(l->out, "  %s: ", b->note[i].key);
		put_quoted(l->out, b->note[i].value);
		(void)fprintf(l->out, "\n");
	}
	for (size_t i = 0; i < b->n_post; i++) {
		const struct ledger_post *p = &b->post[i];

		(void)fprintf(l->out, "  %-46s  ", p->account);
		put_amount(l, p->amount, 14);
		(void)fprintf(l->out, "\n");
		if (p->rate[0] != '\0') {
			(void)fprintf(l->out, "    rate: \"%s\"\n", p->rate);
		}
	}
}

static void
put_ledger(struct ledger *l, const struct ledger_booking *b)
{
	(void)fprintf(l->out, "\n");
	put_date(l->out, b->date);
	(void)fprintf(l->out, " * (%s) ", b->code);
	put_plain(l->out, b->text);
	(void)fprintf(l->out, "\n");
	for (size_t i = 0; i < b->n_note; i++) {
		(void)fprintf(l->out, "    ; %s: %s\n", b->note[i].key,
			b->note[i].value);
	}
	for (size_t i = 0; i < b->n_post; i++) {
		const struct ledger_post *p = &b->post[i];

		(void)fprintf(l->out, "    %-44s  ", p->account);
		put_amount(l, p->amount, 14);
		if (p->holds) {
			(void)fprintf(l->out, " = ");
			put_amount(l, p->balance, 0);
		}
		(void)fprintf(l->out, "\n");
		if (p->rate[0] != '\0') {
			(void)fprintf(l->out, "    ; rate: %s\n", p->rate);
		}
	}
}

enum rc
ledger_put(struct ledger *l, const struct ledger_booking *b, struct err *reterr)
{
	bool had = false;
	enum rc rc = RC_OK;

	if (l->n_due > 0 && b->date > l->due_date) {
		say_due(l);
	}
	for (size_t i = 0; i < b->n_post && rc == RC_OK; i++) {
		rc = declare(l, &b->post[i], b->date, &had, reterr);
	}
	if (rc != RC_OK || l->silent) {
		return rc;
	}
	if (l->format == LEDGER_BEANCOUNT) {
		put_bean(l, b);
		keep_due(l, b);
	} else {
		put_ledger(l, b);
	}
	return RC_OK;
}

void
ledger_comment(struct ledger *l, const char *text)
{
	if (!l->silent) {
		(void)fprintf(l->out, "\n; ");
		put_plain(l->out, text);
		(void)fprintf(l->out, "\n");
	}
}

void
ledger_end(struct ledger *l)
{
	say_due(l);
	free(l->account);
	l->account = NULL;
	l->n_account = 0;
}
