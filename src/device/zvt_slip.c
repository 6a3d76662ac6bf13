/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts that the terminal has us print. */
#include <string.h>

#include "base/crypto.h"
#include "base/sbuf.h"
#include "device/zvt_internal.h"

#include "base/poison.h"

#define FEEDS_MAX 8u
#define ROW_BYTES 256

void
zvt_slip_clear(struct zvt *z)
{
	crypto_wipe(&z->slip, sizeof(z->slip));
	memset(&z->slip, 0, sizeof(z->slip));
	z->slip_kind = 0;
	z->slip_given = false;
}

/* A slip that was handed out and stored makes room for the next one. */
static struct pinpad_slip *
slip_open(struct zvt *z)
{
	if (z->slip_given) {
		zvt_slip_clear(z);
	}
	return &z->slip;
}

static void
add_row(struct zvt *z, const char *text)
{
	struct pinpad_slip *s = slip_open(z);
	size_t n = strlen(text);

	if (n + 1 < sizeof(s->text) - s->len) {
		memcpy(s->text + s->len, text, n);
		s->len += n;
		s->text[s->len++] = '\n';
		s->text[s->len] = '\0';
	}
}

/* An attribute: feeds, or a row of text.  True: the receipt ends here. */
static bool
put_row(struct zvt *z, enum zvt_charset cs, uint8_t attr, const uint8_t *p,
	size_t n)
{
	bool ends = attr != 0x80 && (attr & 0x80u) != 0;
	char row[ROW_BYTES];

	if (!ends || n > 0) {
		zvt_text(cs, p, n, row, sizeof(row));
		add_row(z, row);
		crypto_wipe(row, sizeof(row));
	}
	return ends;
}

bool
zvt_slip_line(struct zvt *z, const struct zvt_apdu *a)
{
	const uint8_t *six;
	struct zvt_info i;
	size_t n = a->n;
	struct zvt_bmp b;

	if (n == 0) {
		return false;
	}
	/* a container may follow the text, which never holds its number */
	six = memchr(a->p + 1, 0x06, n - 1);
	if (a->p[0] == 0xff) {
		for (unsigned k = 0; n > 1 && k < a->p[1] && k < FEEDS_MAX;
			k++) {
			add_row(z, "");
		}
		return false;
	}
	if (six != NULL) {
		const uint8_t *at = six;
		size_t left = n - (size_t)(six - a->p);

		n -= left;
		zvt_info_init(&i);
		if (zvt_bmp_next(&at, &left, &b)) {
			zvt_info_read(
				&i, z->charset, six, (size_t)(b.p + b.n - six));
		}
		z->slip_kind = i.slip_kind > 0 ? i.slip_kind : z->slip_kind;
		z->info.slip_info =
			i.slip_info >= 0 ? i.slip_info : z->info.slip_info;
	}
	return put_row(z, z->charset, a->p[0], a->p + 1, n - 1);
}

/* A block's tags, one by one. */
struct block {
	struct zvt *z;
	enum zvt_charset cs;
	uint8_t attr;
	bool ends;
};

static void
block_tag(void *arg, const struct zvt_tag *t)
{
	struct block *b = arg;

	if (t->n == 0 && t->tag != 0x07) {
		return;
	}
	switch (t->tag) {
	case 0x07:
		(void)put_row(b->z, b->cs, b->attr & 0x7fu, t->p, t->n);
		break;
	case 0x09:
		b->attr = t->p[0];
		b->ends =
			b->ends || (t->p[0] != 0x80 && (t->p[0] & 0x80u) != 0);
		break;
	case 0x14:
		b->cs = t->p[0] == 0xfe   ? ZVT_UTF8
			: t->p[0] == 0x01 ? ZVT_LATIN1
			: t->p[0] == 0xff ? ZVT_CP437
					  : b->cs;
		break;
	case 0x1f07:
		b->z->slip_kind = t->p[0];
		break;
	case 0x1f37:
		b->z->info.slip_info = t->p[0];
		break;
	default:
		break;
	}
}

/* Kind and character set stand anywhere in it, also behind its text. */
static void
charset_tag(void *arg, const struct zvt_tag *t)
{
	if (t->tag == 0x14) {
		block_tag(arg, t);
	}
}

bool
zvt_slip_block(struct zvt *z, const struct zvt_apdu *a)
{
	struct block b = {.z = z, .cs = z->charset};
	const uint8_t *p = a->p;
	size_t n = a->n;
	struct zvt_bmp bmp;

	(void)slip_open(z);
	while (zvt_bmp_next(&p, &n, &bmp)) {
		if (bmp.id == 0x06) {
			zvt_tag_walk(bmp.p, bmp.n, charset_tag, &b);
			zvt_tag_walk(bmp.p, bmp.n, block_tag, &b);
		}
	}
	return b.ends;
}

bool
zvt_slip_end(struct zvt *z)
{
	struct pinpad_slip *s = &z->slip;
	int info = z->info.slip_info;
	bool admin = !z->open || !pinpad_op_moves(z->ask.op);

	if (z->slip_given || s->len == 0) {
		return false;
	}
	/* rows apart, a number may still be one */
	(void)pinpad_mask(s->text, s->len);
	switch (z->slip_kind) {
	case 1:
		s->copy = PINPAD_MERCHANT;
		break;
	case 2:
		s->copy = PINPAD_CUSTOMER;
		break;
	case 3:
		s->copy = PINPAD_ADMIN;
		break;
	default:
		/* of lines without a kind the shop's come first */
		s->copy = admin          ? PINPAD_ADMIN
			  : z->slips > 0 ? PINPAD_CUSTOMER
					 : PINPAD_MERCHANT;
		break;
	}
	s->signature = s->copy == PINPAD_MERCHANT &&
		       ((info >= 0 && (info & 2) != 0) || z->info.check == 1 ||
			       (z->info.check >= 5 && z->info.check <= 7));
	z->slip_given = true;
	z->slips++;
	return true;
}
