/* SPDX-License-Identifier: Apache-2.0 */
/* The holdfast.conf a new store begins with. */
#include <stdlib.h>
#include <string.h>

#include "core/currency.h"
#include "register/config_edit.h"
#include "register/config_internal.h"

#include "base/poison.h"

static enum rc
split_class(const char *seed, char code[TAX_CODE_BYTES], const char **ret_rate,
	struct err *reterr)
{
	const char *eq = strchr(seed, '=');
	size_t n = eq == NULL ? 0 : (size_t)(eq - seed);

	if (n == 0 || n >= TAX_CODE_BYTES) {
		return err_set(reterr, RC_INVAL, 0, "config_write",
			"--tax: '%s' is no tax class: give a class and its "
			"rate, like A=19%%",
			seed);
	}
	memcpy(code, seed, n);
	code[n] = '\0';
	*ret_rate = eq + 1;
	return RC_OK;
}

static enum rc
put_classes(
	const struct config_seed *seed, struct sbuf *out, struct err *reterr)
{
	for (size_t i = 0; i < seed->n_tax; i++) {
		char code[TAX_CODE_BYTES];
		const char *rate = "";
		enum rc rc = split_class(seed->tax[i], code, &rate, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		sbuf_printf(out, "%s = %s\n", code, rate);
	}
	return RC_OK;
}

/* A department a class, of the text so far. */
struct depts {
	size_t n;
	char code[TAX_CLASS_MAX][TAX_CODE_BYTES];
};

static void
take_class(void *arg, const char *section, const char *key, const char *value)
{
	struct depts *d = arg;
	size_t n = strlen(key);

	(void)value;
	if (strcmp(section, "tax") == 0 && config_is_class(key) &&
		n < TAX_CODE_BYTES && d->n < TAX_CLASS_MAX) {
		memcpy(d->code[d->n++], key, n + 1);
	}
}

static void
put_depts(struct sbuf *out)
{
	struct depts d = {0};

	config_each(out->p, out->len, take_class, &d);
	sbuf_puts(out, "\n# What 149DP10 sells: tax class, name.\n"
		       "[departments]\n");
	for (size_t i = 0; i < d.n; i++) {
		sbuf_printf(out, "%zu = %s, Department %zu\n", (i + 1) * 10,
			d.code[i], (i + 1) * 10);
	}
}

/* A line of the country's text, or another one. */
static enum rc
put_key(struct sbuf *text, struct sbuf *room, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct sbuf was = *text;
	enum rc rc;

	if (value == NULL) {
		return RC_OK;
	}
	rc = config_edit(text->p, text->len, section, key, value, room, reterr);
	if (rc == RC_OK) {
		*text = *room;
		*room = was;
	}
	return rc;
}

/* What the command line says goes before what the country's file says. */
static enum rc
put_country(
	const struct config_seed *seed, struct sbuf *out, struct err *reterr)
{
	char *memory = malloc((size_t)2 * CONFIG_TEXT_BYTES);
	struct sbuf text, room;
	enum rc rc;

	if (memory == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "config_write",
			"no memory: close other programs");
	}
	sbuf_init(&text, memory, CONFIG_TEXT_BYTES);
	sbuf_init(&room, memory + CONFIG_TEXT_BYTES, CONFIG_TEXT_BYTES);
	sbuf_puts(&text, seed->country);
	rc = put_key(&text, &room, "currency", "code", seed->currency, reterr);
	if (rc == RC_OK) {
		rc = put_key(
			&text, &room, "tax", "prices", seed->prices, reterr);
	}
	for (size_t i = 0; i < seed->n_tax && rc == RC_OK; i++) {
		char code[TAX_CODE_BYTES];
		const char *rate = "";

		rc = split_class(seed->tax[i], code, &rate, reterr);
		if (rc == RC_OK) {
			rc = put_key(&text, &room, "tax", code, rate, reterr);
		}
	}
	sbuf_write(out, text.p, text.len);
	free(memory);
	return rc;
}

/* An amount that the currency can write. */
static const char *
cash_step(const char *currency)
{
	int digits = currency_digits(currency);

	return digits == 0 ? "10" : digits == 3 ? "0.005" : "0.05";
}

/* What there is to say where no country said it. */
static enum rc
put_money(const struct config_seed *seed, struct sbuf *out, struct err *reterr)
{
	sbuf_printf(out,
		"[currency]\n"
		"code = %s\n"
		"# cash_step = %s\n"
		"\n"
		"# prices: included or added.  A class a line, its rate in "
		"percent.\n"
		"[tax]\n"
		"prices = %s\n",
		seed->currency, cash_step(seed->currency), seed->prices);
	return put_classes(seed, out, reterr);
}

static void
put_rest(struct sbuf *out, bool receipt)
{
	sbuf_puts(out, "\n"
		       "# Ways to pay besides cash.\n"
		       "[tender CC]\n"
		       "name = Card (own terminal)\n"
		       "key = 2\n"
		       "\n");
	if (receipt) {
		sbuf_puts(out, "[receipt]\n"
			       "columns = 42\n"
			       "# header = ...\n"
			       "# footer = Thank you\n"
			       "\n");
	}
	sbuf_puts(out, ""
		       "# A receipt printer and the drawer on it.\n"
		       "# [printer]\n"
		       "# driver = escpos\n"
		       "# uri = file:/dev/usb/lp0\n"
		       "# profile = generic\n"
		       "# [drawer]\n"
		       "# pin = 2\n"
		       "\n"
		       "# Before a supervisor gets a badge: with this "
		       "it only says who\n"
		       "# it is, and a photograph of it is of no use without "
		       "the PIN.\n"
		       "# [role supervisor]\n"
		       "# proof = pin\n");
}

/* An error of the text that was made, told of the option it was made from:
 * nobody has seen the text. */
static void
blame_option(const struct sbuf *out, struct err *reterr)
{
	static const struct {
		const char *key, *option;
	} row[] = {{"name", "--shop"}, {"id", "--register"},
		{"code", "--currency"}, {"prices", "--prices"}};

	const char *option = "--tax", *words, *line = out->p;
	char text[ERR_MSG_BYTES];
	long no = 0;
	struct sbuf b;

	words = strchr(reterr->msg, ':');
	for (const char *p = words; p != NULL && p[1] >= '0' && p[1] <= '9';
		p++) {
		no = no * 10 + (p[1] - '0');
	}
	words = words != NULL ? strstr(words, ": ") : NULL;
	if (words == NULL) {
		return;
	}
	for (; no > 1 && line != NULL; no--) {
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	for (size_t i = 0; line != NULL && i < ARRAY_LEN(row); i++) {
		size_t n = strlen(row[i].key);

		if (strncmp(line, row[i].key, n) == 0 && line[n] == ' ') {
			option = row[i].option;
		}
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, option);
	if (strstr(words, "'digits = 0'") != NULL) {
		sbuf_puts(&b, ": the decimals of this currency are not known "
			      "here: give an ISO 4217 code like EUR");
	} else if (strstr(words, " is empty: ") != NULL) {
		sbuf_puts(&b, ": it is empty: give a value");
	} else {
		sbuf_puts(&b, words);
	}
	(void)err_set(reterr, RC_INVAL, 0, "config_write", "%s", text);
}

/* What was told must be what is read back: a shop named "A ; B" or a name
 * with a line break in it would not be. */
static enum rc
check_back(const struct config_seed *seed, const struct sbuf *out,
	struct err *reterr)
{
	struct config *c = config_new();
	enum rc rc;

	if (c == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "config_write",
			"no memory: close other programs");
	}
	rc = config_parse("holdfast.conf", out->p, out->len, c, reterr);
	if (rc == RC_PROTO) {
		rc = RC_INVAL;
		if (reterr != NULL) {
			blame_option(out, reterr);
		}
	}
	if (rc == RC_OK && strcmp(c->shop, seed->shop) != 0) {
		rc = err_set(reterr, RC_INVAL, 0, "config_write",
			"--shop: the name would be read back as '%s': choose "
			"one without quotes, semicolons and blanks at its ends",
			c->shop);
	}
	config_free(c);
	return rc;
}

enum rc
config_write(
	const struct config_seed *seed, struct sbuf *out, struct err *reterr)
{
	enum rc rc;

	sbuf_clear(out);
	if (strpbrk(seed->shop, "\r\n") != NULL) {
		return err_set(reterr, RC_INVAL, 0, "config_write",
			"--shop: the name has a line break in it: give it as "
			"one line");
	}
	sbuf_printf(out,
		"# What this register is.  holdfast.conf(5) lists every key.\n"
		"[shop]\n"
		"name = %s\n"
		"# address = 1 Main Street|10001 Town\n"
		"# tax_id = ...\n"
		"\n"
		"[register]\n"
		"id = %s\n"
		"\n",
		seed->shop, seed->register_no);
	rc = seed->country != NULL ? put_country(seed, out, reterr)
				   : put_money(seed, out, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	put_depts(out);
	put_rest(out, seed->country == NULL ||
			      strstr(seed->country, "\n[receipt]") == NULL);
	if (!sbuf_ok(out)) {
		return err_set(reterr, RC_INVAL, 0, "config_write",
			"the configuration is too long: shorten the names");
	}
	return check_back(seed, out, reterr);
}
