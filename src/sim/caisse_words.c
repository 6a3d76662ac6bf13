/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of a simulated Caisse-AP terminal: fields of version 3, columns of
 * E. */
#include <string.h>

#include "base/parse.h"
#include "sim/caisse.h"

#include "base/poison.h"

#define HEAD 5u
#define E_CHARS 34u
#define NUMBER_MAX INT64_C(999999999999)
/* a number of the French test range; no card has it */
#define CARD "4970101234567893"
#define CARD_SHORT "497010XXXXXX7893"

/* --- requests ------------------------------------------------------------- */

static bool
number(const uint8_t *p, size_t n, int64_t *ret)
{
	return parse_i64((const char *)p, n, 0, NUMBER_MAX, ret) == RC_OK;
}

struct seen {
	unsigned bits;
	bool bad;
};

/* A field that may come once, of least to most characters. */
static void
once(struct seen *seen, unsigned bit, size_t n, size_t least, size_t most)
{
	if ((seen->bits & 1u << bit) != 0 || n < least || n > most) {
		seen->bad = true;
	}
	seen->bits |= 1u << bit;
}

enum {
	SAW_CZ,
	SAW_CJ,
	SAW_CA,
	SAW_CB,
	SAW_CD,
	SAW_CE,
	SAW_CF,
	SAW_CK
};

static void
take_field(const uint8_t *tag, const uint8_t *p, size_t n, struct seen *seen,
	struct caisse_deed *d)
{
	int64_t v = 0;

	if (memcmp(tag, "CZ", 2) == 0) {
		once(seen, SAW_CZ, n, 4, 4);
	} else if (memcmp(tag, "CJ", 2) == 0) {
		once(seen, SAW_CJ, n, 12, 12);
	} else if (memcmp(tag, "CA", 2) == 0) {
		once(seen, SAW_CA, n, 2, 2);
		seen->bad = seen->bad || !number(p, n, &v);
		d->reg = (unsigned)v;
	} else if (memcmp(tag, "CB", 2) == 0) {
		once(seen, SAW_CB, n, 2, 12);
		seen->bad = seen->bad || !number(p, n, &d->amount);
	} else if (memcmp(tag, "CD", 2) == 0) {
		once(seen, SAW_CD, n, 1, 1);
		d->kind = (char)p[0];
	} else if (memcmp(tag, "CE", 2) == 0) {
		once(seen, SAW_CE, n, 3, 3);
		seen->bad = seen->bad || !number(p, n, &v);
		d->currency = (unsigned)v;
	} else if (memcmp(tag, "CF", 2) == 0) {
		once(seen, SAW_CF, n, 1, CAISSE_REF_BYTES - 1);
		if (!seen->bad) {
			memcpy(d->ref, p, n);
		}
	} else if (memcmp(tag, "CK", 2) == 0) {
		once(seen, SAW_CK, n, 3, 3);
		d->receipt = p[0] == '1';
	}
}

static bool
moves(char kind)
{
	return kind == '0' || kind == '1' || kind == '2' || kind == '4';
}

static void
read_fields(const uint8_t *p, size_t n, struct caisse_deed *d)
{
	const unsigned all =
		1u << SAW_CZ | 1u << SAW_CJ | 1u << SAW_CA | 1u << SAW_CD;
	const unsigned money = 1u << SAW_CB | 1u << SAW_CE;
	struct seen seen = {.bits = 0};
	bool first = true;

	while (n >= HEAD && !seen.bad) {
		int64_t len = 0;

		if (!number(p + 2, 3, &len) || len == 0 ||
			(size_t)len > n - HEAD ||
			(first && memcmp(p, "CZ", 2) != 0)) {
			seen.bad = true;
			break;
		}
		first = false;
		take_field(p, p + HEAD, (size_t)len, &seen, d);
		p += HEAD + (size_t)len;
		n -= HEAD + (size_t)len;
	}
	d->bad = seen.bad || n > 0 || (seen.bits & all) != all ||
		 (moves(d->kind) && (seen.bits & money) != money);
}

static void
read_columns(const uint8_t *p, size_t n, struct caisse_deed *d)
{
	int64_t reg = 0;
	int64_t currency = 0;

	d->bad = n != E_CHARS || !number(p, 2, &reg) ||
		 !number(p + 2, 8, &d->amount) ||
		 (p[10] != '0' && p[10] != '1') ||
		 (p[11] != '1' && p[11] != 'C') || p[12] < '0' || p[12] > '2' ||
		 !number(p + 13, 3, &currency) ||
		 memcmp(p + 26, "A010", 4) != 0 ||
		 (memcmp(p + 30, "B010", 4) != 0 &&
			 memcmp(p + 30, "B011", 4) != 0);
	if (!d->bad) {
		d->reg = (unsigned)reg;
		d->currency = (unsigned)currency;
		d->report = p[10] == '1';
		d->kind = (char)p[12];
	}
}

void
caisse_read(const struct caisse_pad *s, struct caisse_deed *ret)
{
	size_t n = s->n_in;

	memset(ret, 0, sizeof(*ret));
	if (s->e) {
		read_columns(s->in, n, ret);
		return;
	}
	while (n > 0 && (s->in[n - 1] == '\r' || s->in[n - 1] == '\n')) {
		n--;
	}
	read_fields(s->in, n, ret);
}

/* --- answers -------------------------------------------------------------- */

static void
put(struct sbuf *b, const char *tag, const char *value)
{
	sbuf_printf(b, "%s%03zu%s", tag, strlen(value), value);
}

static void
put_number(struct sbuf *b, const char *tag, int digits, int64_t n)
{
	char text[24];
	struct sbuf v;

	sbuf_init(&v, text, sizeof(text));
	sbuf_printf(&v, "%0*lld", digits, (long long)n);
	put(b, tag, text);
}

static void
base64(const char *p, size_t n, struct sbuf *b)
{
	static const char sign[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++) {
			bits = bits << 8 |
			       (i + k < n ? (unsigned char)p[i + k] : 0u);
		}
		for (size_t k = 0; k < 4; k++) {
			const char *c = sign + (bits >> (18 - 6 * k) & 63u);

			sbuf_write(b, i + k > n ? "=" : c, 1);
		}
	}
}

static void
put_receipt(const struct caisse_pad *s, const struct caisse_say *say,
	struct sbuf *b)
{
	char text[400], inner[700], outer[800];
	struct sbuf t, i, o;

	sbuf_init(&t, text, sizeof(text));
	sbuf_printf(&t, "CARTE BANCAIRE\n%s\n",
		s->leaks ? CARD : "************7893");
	sbuf_printf(&t, "AUTO %s\nMONTANT %lld,%02lld\n", say->deed->auth,
		(long long)(say->amount / 100), (long long)(say->amount % 100));
	sbuf_init(&i, inner, sizeof(inner));
	base64(text, t.len, &i);
	sbuf_init(&o, outer, sizeof(outer));
	put(&o, "CK", "100");
	put(&o, "AK", inner);
	put(b, "ZT", outer);
}

static void
write_fields(struct caisse_pad *s, const struct caisse_say *say)
{
	const struct caisse_deed *d = say->deed;
	char kind[2] = {s->deed.kind, '\0'};
	struct sbuf b;

	sbuf_init(&b, (char *)s->tx, sizeof(s->tx));
	put(&b, "CZ", "0320");
	if (s->deed.bad) {
		put(&b, "AE", "01");
		put(&b, "AF", "09");
		s->n_tx = b.len;
		return;
	}
	put_number(&b, "CA", 2, s->deed.reg);
	if (d != NULL && moves(d->kind)) {
		put_number(&b, "CB", 2, say->amount);
		put_number(&b, "CE", 3, d->currency);
	}
	put(&b, "CD", kind);
	if (d != NULL && s->echo && d->ref[0] != '\0') {
		put(&b, "CF", d->ref);
	}
	put(&b, "AE", say->done ? "10" : "01");
	if (say->reason >= 0) {
		put_number(&b, "AF", 2, say->reason);
	}
	if (say->done && d != NULL && moves(d->kind)) {
		put(&b, "CC", "001");
		put(&b, "CI", "1");
		put(&b, "AI", "A0000000421010");
		put(&b, "AA", s->leaks ? CARD : CARD_SHORT);
		put(&b, "AL", s->leaks ? "0" : "1");
		put(&b, "AB", "2712");
		put(&b, "AC", d->auth);
		if (s->deed.receipt) {
			put_receipt(s, say, &b);
		}
	}
	s->n_tx = b.len;
}

static void
write_columns(struct caisse_pad *s, const struct caisse_say *say)
{
	const struct caisse_deed *d = &s->deed;
	struct sbuf b;

	sbuf_init(&b, (char *)s->tx, sizeof(s->tx));
	sbuf_printf(&b, "%02u%c%08lld1", d->reg, say->done ? '0' : '7',
		(long long)(say->done ? say->amount : d->amount));
	if (d->report || s->leaks) {
		sbuf_printf(&b, "%-55s", CARD "=2712");
	}
	sbuf_printf(&b, "%03u0000000000", d->currency);
	s->n_tx = b.len;
}

void
caisse_write(struct caisse_pad *s, const struct caisse_say *say)
{
	if (s->e) {
		write_columns(s, say);
	} else {
		write_fields(s, say);
	}
}
