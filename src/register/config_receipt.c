/* SPDX-License-Identifier: Apache-2.0 */
/* [receipt]: what is on paper besides what always is. */
#include <stddef.h>
#include <string.h>

#include "base/i18n.h"
#include "register/config_internal.h"

#include "base/poison.h"

#define PART "tax_part."

/* What can be asked for, as far as a configuration fills it; what follows from
 * a sale (time, number, goods, taxes) is on every receipt. */
static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{"shop.address", offsetof(struct config, address)},
	{"shop.tax_id", offsetof(struct config, tax_id)},
	{"receipt.title", offsetof(struct config, receipt.title)},
	{"receipt.header", offsetof(struct config, header)},
	{"receipt.footer", offsetof(struct config, footer)},
};

/* What fills the field of this name; NULL there is none. */
static const char *
field_value(const struct config *c, const char *name, size_t n)
{
	char part[TAX_PART_BYTES];
	size_t skip = strlen(PART);

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (strlen(fields[i].name) == n &&
			strncmp(fields[i].name, name, n) == 0) {
			return (const char *)c + fields[i].offset;
		}
	}
	if (n <= skip || strncmp(name, PART, skip) != 0 ||
		n - skip >= sizeof(part)) {
		return NULL;
	}
	memcpy(part, name + skip, n - skip);
	part[n - skip] = '\0';
	name = config_part_number(c, part);
	return name != NULL ? name : "";
}

static enum rc
put_required(const struct config_set *s, struct err *reterr)
{
	struct config *c = s->p->c;
	const char *p = s->value;
	struct sbuf b;

	sbuf_init(&b, c->receipt.required, sizeof(c->receipt.required));
	while (*(p += strspn(p, " \t")) != '\0') {
		size_t n = strcspn(p, " \t");

		if (field_value(c, p, n) == NULL) {
			return config_wrong(reterr,
				"'%s' is no field that can be required: write "
				"shop.address, shop.tax_id, tax_part.NAME, "
				"receipt.title, receipt.header or "
				"receipt.footer, a blank between",
				p, "");
		}
		if (b.len > 0) {
			sbuf_putc(&b, ' ');
		}
		sbuf_write(&b, p, n);
		p += n;
	}
	return sbuf_ok(&b) ? RC_OK
			   : config_wrong(reterr,
				     "%s is too long: name fewer fields",
				     "receipt.required", "");
}

const char *
config_missing(const struct config *c, const char *from)
{
	const char *p =
		from == NULL ? c->receipt.required : from + strcspn(from, " ");

	p += strspn(p, " ");
	while (*p != '\0') {
		size_t n = strcspn(p, " ");
		const char *value = field_value(c, p, n);

		if (value == NULL || value[0] == '\0') {
			return p;
		}
		p += n;
		p += strspn(p, " ");
	}
	return NULL;
}

bool
config_missing_words(const struct config *c, struct sbuf *out)
{
	char section[CONFIG_VALUE_BYTES], key[CONFIG_VALUE_BYTES];
	const char *name = config_missing(c, NULL);
	const char *dot = name != NULL ? strchr(name, '.') : NULL;
	struct sbuf b;

	if (dot == NULL) {
		return false;
	}
	sbuf_init(&b, section, sizeof(section));
	sbuf_write(&b, name, (size_t)(dot - name));
	sbuf_init(&b, key, sizeof(key));
	sbuf_write(&b, dot + 1, strcspn(dot + 1, " "));
	if (strcmp(section, "tax_part") == 0) {
		sbuf_printf(out,
			_("Receipts here need the shop's number for %s: write "
			  "number = ... under [tax_part %s] in the settings, "
			  "ST, or in holdfast.conf."),
			key, key);
	} else {
		sbuf_printf(out,
			_("Receipts here need %s.%s: write %s = ... under [%s] "
			  "in the settings, ST, or in holdfast.conf."),
			section, key, key, section);
	}
	return true;
}

enum rc
config_receipt_set(enum key key, const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {"no", "yes"};
	struct config_receipt *r = &s->p->c->receipt;
	size_t i = 0;
	enum rc rc;

	if (key == KEY_RECEIPT_REQUIRED) {
		return put_required(s, reterr);
	}
	if (key == KEY_RECEIPT_BUYER_FROM) {
		return config_late(&s->p->buyer_from, s->pos, s->value, reterr);
	}
	if (key == KEY_RECEIPT_TITLE) {
		return config_text(
			r->title, sizeof(r->title), s->value, reterr);
	}
	rc = config_word(
		&i, word, ARRAY_LEN(word), s->value, "yes or no", reterr);
	if (rc == RC_OK && key == KEY_RECEIPT_OPENED) {
		r->opened = i == 1;
	} else if (rc == RC_OK) {
		r->saved = i == 1;
	}
	return rc;
}
