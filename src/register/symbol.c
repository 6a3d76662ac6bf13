/* SPDX-License-Identifier: Apache-2.0 */
#include "register/symbol.h"

#include <string.h>

#include "base/sbuf.h"
#include "base/text.h"

#include "base/poison.h"

#define AIM_LEN 3
#define EAN13_LEN 13

/* The shop's separator becomes GS1's, once there is an identifier that says
 * it is such a symbol; else the same sign may be anything. */
static size_t
separate(const struct config *c, const char *text, size_t len, char *out,
	size_t cap)
{
	const char *sep = c->scan_separator;
	size_t n_sep = strlen(sep);
	size_t n = 0;

	if (len >= cap || n_sep == 0 || gs1_form(text, len) != GS1_ELEMENTS) {
		return 0;
	}
	for (size_t i = 0; i < len;) {
		if (len - i >= n_sep && memcmp(text + i, sep, n_sep) == 0) {
			out[n++] = GS1_SEPARATOR;
			i += n_sep;
		} else {
			out[n++] = text[i++];
		}
	}
	return n;
}

/* Both are eight digits (GS1 5.2.2.4), and a number space of 13 has both. */
static void
settle_short(const char *aim, char code[CODE_BYTES])
{
	char upca[12];

	if (strlen(code) != 8) {
		return;
	}
	if (memcmp(aim, "]E0", AIM_LEN) == 0 && code_upce_expand(code, upca)) {
		memcpy(code, upca, sizeof(upca));
		code[sizeof(upca)] = '\0';
	} else if (memcmp(aim, "]E4", AIM_LEN) == 0 && code[0] <= '1' &&
		   code_check_ok(code, 8)) {
		memmove(code + 5, code, 9);
		memset(code, '0', 5);
	}
}

static void
plain(const char *text, size_t len, struct symbol *ret)
{
	size_t n = len;
	const char *s = code_strip_aim(text, len, &n);
	unsigned had = text_clean(s, n, ret->code, sizeof(ret->code), 0);

	ret->kind = SYMBOL_CODE;
	ret->cut = (had & TEXT_WAS_CUT) != 0;
	if (s == text || s - text != AIM_LEN) {
		return;
	}
	/* the number, and two or five digits of an issue */
	if (memcmp(text, "]E3", AIM_LEN) == 0 &&
		strlen(ret->code) > EAN13_LEN &&
		code_check_ok(ret->code, EAN13_LEN)) {
		ret->code[EAN13_LEN] = '\0';
	}
	settle_short(text, ret->code);
}

/* As it stands below a bar code: without what only fills up to 14. */
static void
put_gtin(const struct gs1 *g, char code[CODE_BYTES])
{
	const char *s = g->gtin;
	struct sbuf b;

	sbuf_init(&b, code, CODE_BYTES);
	sbuf_puts(&b, s[0] == '0' ? s + 1 : s);
}

enum symbol_kind
symbol_read(const struct config *config, const char *text, size_t len, int year,
	struct symbol *ret)
{
	char own[GS1_SYMBOL_BYTES];
	size_t n = separate(config, text, len, own, sizeof(own));
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (n > 0) {
		text = own;
		len = n;
	}
	rc = gs1_read(text, len, year, &ret->gs1, &ret->why);
	if (rc == RC_OK) {
		ret->kind = SYMBOL_GS1;
		put_gtin(&ret->gs1, ret->code);
	} else if (rc == RC_PROTO) {
		ret->kind = SYMBOL_DAMAGED;
	} else {
		plain(text, len, ret);
	}
	return ret->kind;
}
