/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "core/gs1_internal.h"
#include "core/gs1_table.h"

#include "base/poison.h"

#define AIM_LEN 3

/* --- what it is ----------------------------------------------------------- */

static bool
has_aim(const char *text, size_t len)
{
	return len > AIM_LEN && text[0] == ']';
}

static bool
is_gs1_aim(const char *text)
{
	static const char *const id[] = {"]C1", "]e0", "]d2", "]Q3", "]J1"};

	for (size_t i = 0; i < ARRAY_LEN(id); i++) {
		if (memcmp(text, id[i], AIM_LEN) == 0) {
			return true;
		}
	}
	return false;
}

/* "http://" or "https://", in any case. */
size_t
gs1_scheme(const char *text, size_t len)
{
	static const char *const name[] = {"http://", "https://"};

	for (size_t i = 0; i < ARRAY_LEN(name); i++) {
		size_t n = strlen(name[i]);
		size_t k = 0;

		while (k < n && k < len &&
			(text[k] | (name[i][k] >= 'a' ? 0x20 : 0)) ==
				name[i][k]) {
			k++;
		}
		if (k == n) {
			return n;
		}
	}
	return 0;
}

enum gs1_form
gs1_form(const char *text, size_t len)
{
	bool aim = has_aim(text, len);

	if (len == 0 || len >= GS1_SYMBOL_BYTES) {
		return GS1_NOT;
	}
	if (aim && is_gs1_aim(text)) {
		return gs1_scheme(text + AIM_LEN, len - AIM_LEN) > 0
			       ? GS1_LINK
			       : GS1_ELEMENTS;
	}
	if (aim) {
		text += AIM_LEN;
		len -= AIM_LEN;
	}
	if (gs1_scheme(text, len) > 0) {
		return GS1_LINK;
	}
	if (len > 3 && text[0] == '(' && gs1_is_digit(text[1])) {
		return GS1_BRACKETS;
	}
	return !aim && len > 4 &&
			       (text[0] == GS1_SEPARATOR ||
				       memchr(text, GS1_SEPARATOR, len) != NULL)
		       ? GS1_ELEMENTS
		       : GS1_NOT;
}

/* --- the forms ------------------------------------------------------------ */

static enum rc
read_elements(struct gs1 *g, const char *p, size_t len, int year,
	const char **ret_why)
{
	while (len > 0) {
		const char *end;
		size_t n_ai = 0;
		size_t n, fixed;
		enum rc rc;

		if (*p == GS1_SEPARATOR) {
			p++;
			len--;
			continue;
		}
		(void)gs1_ai_find(p, len, &n_ai);
		if (n_ai == 0) {
			return gs1_damaged(
				ret_why, N_("a part of no kind there is"));
		}
		fixed = gs1_ai_fixed(p, len);
		end = memchr(p, GS1_SEPARATOR, len);
		n = end != NULL ? (size_t)(end - p) : len;
		if (fixed > 0 && n < fixed) {
			return gs1_damaged(ret_why, N_("a part is too short"));
		}
		n = fixed > 0 ? fixed : n;
		rc = gs1_add(g, p, n_ai, p + n_ai, n - n_ai, year, ret_why);
		if (rc != RC_OK) {
			return rc;
		}
		p += n;
		len -= n;
	}
	return RC_OK;
}

/* "(01)04006381333931(10)ABC": a value may hold brackets, an identifier in
 * brackets ends it. */
static size_t
bracket(const char *p, size_t len)
{
	size_t n = 1;

	if (len < 4 || p[0] != '(') {
		return 0;
	}
	while (n < len && n < 6 && gs1_is_digit(p[n])) {
		n++;
	}
	return n >= 3 && n < len && p[n] == ')' ? n + 1 : 0;
}

static enum rc
read_brackets(struct gs1 *g, const char *p, size_t len, int year,
	const char **ret_why)
{
	while (len > 0) {
		size_t head = bracket(p, len);
		size_t n = head;
		enum rc rc;

		if (head == 0) {
			return gs1_damaged(
				ret_why, N_("a part without its brackets"));
		}
		while (n < len && bracket(p + n, len - n) == 0) {
			n++;
		}
		rc = gs1_add(
			g, p + 1, head - 2, p + head, n - head, year, ret_why);
		if (rc != RC_OK) {
			return rc;
		}
		p += n;
		len -= n;
	}
	return RC_OK;
}

static bool
has(const struct gs1 *g, const char *ai)
{
	for (size_t i = 0; i < g->n_field; i++) {
		if (strncmp(g->field[i].ai, ai, strlen(ai)) == 0) {
			return true;
		}
	}
	return false;
}

/* What can only stand together, or not together (GS1 4.13, 4.14). */
static enum rc
check_together(const struct gs1 *g, const char **ret_why)
{
	bool coupon = has(g, "255") || has(g, "8020");

	if (g->n_field == 0) {
		return gs1_damaged(ret_why, N_("there is nothing in it"));
	}
	if (has(g, "02") && (!has(g, "37") || !has(g, "00"))) {
		return gs1_damaged(
			ret_why, N_("what it holds, and not how many"));
	}
	if (has(g, "37") && !has(g, "02")) {
		return gs1_damaged(ret_why, N_("how many, and not of what"));
	}
	if (has(g, "01") && has(g, "02")) {
		return gs1_damaged(
			ret_why, N_("goods, and what others hold, at once"));
	}
	if (has(g, "01") && has(g, "255")) {
		return gs1_damaged(ret_why, N_("goods and a coupon at once"));
	}
	if ((has(g, "392") || has(g, "393")) && !g->measure.there &&
		!has(g, "30")) {
		return gs1_damaged(ret_why, N_("a price, and not of how much"));
	}
	if (has(g, "394") && !coupon) {
		return gs1_damaged(
			ret_why, N_("a reduction without its coupon"));
	}
	if ((has(g, "390") || has(g, "391")) && !coupon) {
		return gs1_damaged(
			ret_why, N_("an amount without what it is for"));
	}
	return RC_OK;
}

enum rc
gs1_read(const char *text, size_t len, int year, struct gs1 *ret,
	const char **ret_why)
{
	enum gs1_form form = gs1_form(text, len);
	enum rc rc = RC_NOTFOUND;

	memset(ret, 0, sizeof(*ret));
	if (form != GS1_NOT && has_aim(text, len)) {
		text += AIM_LEN;
		len -= AIM_LEN;
	}
	switch (form) {
	case GS1_ELEMENTS:
		rc = read_elements(ret, text, len, year, ret_why);
		break;
	case GS1_BRACKETS:
		rc = read_brackets(ret, text, len, year, ret_why);
		break;
	case GS1_LINK:
		rc = gs1_read_link(ret, text, len, year, ret_why);
		break;
	case GS1_NOT:
	default:
		return RC_NOTFOUND;
	}
	return rc == RC_OK ? check_together(ret, ret_why) : rc;
}
