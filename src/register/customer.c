/* SPDX-License-Identifier: Apache-2.0 */
#include "register/customer.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/text.h"

#include "base/poison.h"

#define FIRST_LINE "holdfast-display 1"

_Static_assert(CUSTOMER_FRAME_BYTES <= PIPE_BUF, "a frame is written whole");

static const char *const state_names[CUSTOMER_STATE_COUNT] = {
	[CUSTOMER_CLOSED] = "closed",
	[CUSTOMER_READY] = "ready",
	[CUSTOMER_SALE] = "sale",
	[CUSTOMER_PAY] = "pay",
	[CUSTOMER_CHANGE] = "change",
};

/* --- what is seen ------------------------------------------------------------ */

static void
put(char *out, size_t cap, const char *text)
{
	(void)text_clean(text, strlen(text), out, cap, 0);
}

static void
put_money(struct customer_row *row, const struct config *c, struct money m)
{
	struct sbuf b;

	sbuf_init(&b, row->right, sizeof(row->right));
	format_amount(&b, c->format, m, &c->currency);
}

/* "TOTAL EUR" */
static void
put_label(struct customer_row *row, const char *label, const struct config *c)
{
	struct sbuf b;

	sbuf_init(&b, row->left, sizeof(row->left));
	sbuf_puts(&b, label);
	sbuf_putc(&b, ' ');
	sbuf_puts(&b, c->currency.code);
}

/* What the customer would have paid without lists, deals and discounts. */
static struct money
saved(const struct basket *b)
{
	struct money sum = b->discounts;

	for (size_t i = 0; i < b->n_line; i++) {
		const struct basket_line *l = &b->line[i];
		struct money less;

		if (l->list >= 0 && l->qty.milli > 0 &&
			l->item.price.minor > l->price.minor &&
			qty_extend((struct money){l->item.price.minor -
						  l->price.minor},
				l->qty, b->round, &less) == RC_OK) {
			sum.minor += less.minor;
		}
	}
	return sum;
}

static void
show_sale(const struct engine_view *v, const struct config *c,
	struct customer_frame *f)
{
	const struct basket_line *last = basket_last(v->basket);
	const struct basket *b = v->basket;
	struct money deal = {0};
	size_t at = basket_deal_at(b, 0, (size_t)(last - b->line), &deal);

	f->state = CUSTOMER_SALE;
	/* the deal that this line completed is news, else the line */
	if (at < b->n_step && deal.minor > 0) {
		put(f->row[0].left, sizeof(f->row[0].left),
			rules_promotion(b->rules, (size_t)b->step[at].rule)
				->name);
		put_money(&f->row[0], c, money_neg(deal));
	} else {
		put(f->row[0].left, sizeof(f->row[0].left), last->item.name);
		put_money(&f->row[0], c, basket_line_whole(last));
	}
	/* cells: 10 */
	put(f->row[1].left, sizeof(f->row[1].left), _("TOTAL"));
	put_money(&f->row[1], c, v->due);
	f->big = 1;
}

static void
show_pay(const struct engine_view *v, const struct config *c,
	struct customer_frame *f)
{
	f->state = CUSTOMER_PAY;
	/* cells: 6 */
	put_label(&f->row[0], _("TOTAL"), c);
	put_money(&f->row[0], c, v->due);
	if (saved(v->basket).minor > 0) {
		/* cells: 11 */
		put(f->row[1].left, sizeof(f->row[1].left), _("YOU SAVED"));
		put_money(&f->row[1], c, saved(v->basket));
	} else {
		/* cells: 20 */
		put(f->row[1].left, sizeof(f->row[1].left), _("PLEASE PAY"));
	}
	f->big = 0;
}

static void
show_change(const struct engine_view *v, const struct config *c,
	struct customer_frame *f)
{
	f->state = CUSTOMER_CHANGE;
	/* cells: 6 */
	put_label(&f->row[0], _("CHANGE"), c);
	put_money(&f->row[0], c, v->prev_change);
	/* cells: 20 */
	put(f->row[1].left, sizeof(f->row[1].left), _("THANK YOU"));
	f->big = 0;
}

static void
begin(const struct config *c, struct customer_frame *f)
{
	memset(f, 0, sizeof(*f));
	f->big = -1;
	put(f->language, sizeof(f->language), c->language);
	put(f->shop, sizeof(f->shop), c->shop);
	put(f->config, sizeof(f->config), c->version);
}

void
customer_frame(const struct engine_view *v, const struct config *c,
	bool change_due, struct customer_frame *ret)
{
	begin(c, ret);
	ret->training = v->training;
	if (v->state == ENGINE_PAY) {
		show_pay(v, c, ret);
	} else if (v->basket != NULL && v->basket->n_line > 0) {
		show_sale(v, c, ret);
	} else if (change_due && v->has_prev) {
		show_change(v, c, ret);
	} else {
		ret->state = CUSTOMER_READY;
		put(ret->row[0].left, sizeof(ret->row[0].left), c->shop);
		/* cells: 20 */
		put(ret->row[1].left, sizeof(ret->row[1].left), _("WELCOME"));
	}
}

void
customer_gone(struct customer_frame *f)
{
	struct customer_row none = {"", ""};

	f->state = CUSTOMER_CLOSED;
	f->training = false;
	f->big = -1;
	f->row[0] = none;
	f->row[1] = none;
	put(f->row[0].left, sizeof(f->row[0].left), f->shop);
	/* cells: 20 */
	put(f->row[1].left, sizeof(f->row[1].left), _("CLOSED"));
}

void
customer_closed(const struct config *c, struct customer_frame *ret)
{
	begin(c, ret);
	customer_gone(ret);
}

/* --- as text ------------------------------------------------------------------- */

static void
put_line(struct sbuf *out, const char *key, const char *value)
{
	if (value[0] != '\0') {
		sbuf_puts(out, key);
		sbuf_putc(out, ' ');
		sbuf_puts(out, value);
		sbuf_putc(out, '\n');
	}
}

void
customer_encode(const struct customer_frame *f, struct sbuf *out)
{
	sbuf_puts(out, FIRST_LINE "\n");
	put_line(out, "state", state_names[f->state]);
	put_line(out, "training", f->training ? "yes" : "");
	put_line(out, "language", f->language);
	put_line(out, "shop", f->shop);
	put_line(out, "config", f->config);
	put_line(out, "left0", f->row[0].left);
	put_line(out, "right0", f->row[0].right);
	put_line(out, "left1", f->row[1].left);
	put_line(out, "right1", f->row[1].right);
	put_line(out, "big", f->big == 0 ? "0" : f->big == 1 ? "1" : "");
	sbuf_putc(out, '\n');
}

static bool
is_key(const char *line, size_t n, const char *key, const char **ret_value)
{
	size_t k = strlen(key);

	if (n <= k || memcmp(line, key, k) != 0 || line[k] != ' ') {
		return false;
	}
	*ret_value = line + k + 1;
	return true;
}

static void
take_line(const char *line, size_t n, struct customer_frame *f)
{
	const struct {
		const char *key;
		char *to;
		size_t cap;
	} texts[] = {
		{"language", f->language, sizeof(f->language)},
		{"shop", f->shop, sizeof(f->shop)},
		{"config", f->config, sizeof(f->config)},
		{"left0", f->row[0].left, sizeof(f->row[0].left)},
		{"right0", f->row[0].right, sizeof(f->row[0].right)},
		{"left1", f->row[1].left, sizeof(f->row[1].left)},
		{"right1", f->row[1].right, sizeof(f->row[1].right)},
	};

	const char *value = NULL;
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++) {
		if (is_key(line, n, texts[i].key, &value)) {
			(void)text_clean(value, n - (size_t)(value - line),
				texts[i].to, texts[i].cap, 0);
			return;
		}
	}
	if (is_key(line, n, "big", &value)) {
		f->big = value[0] == '0' ? 0 : value[0] == '1' ? 1 : -1;
	} else if (is_key(line, n, "training", &value)) {
		f->training = value[0] == 'y';
	} else if (is_key(line, n, "state", &value)) {
		for (i = 0; i < CUSTOMER_STATE_COUNT; i++) {
			if (n - (size_t)(value - line) ==
					strlen(state_names[i]) &&
				memcmp(value, state_names[i],
					strlen(state_names[i])) == 0) {
				f->state = (enum customer_state)i;
			}
		}
	}
}

enum rc
customer_decode(const char *text, size_t len, struct customer_frame *ret)
{
	static const char first[] = FIRST_LINE "\n";
	const char *p = text, *end = text + len;

	if (len < sizeof(first) - 1 ||
		memcmp(text, first, sizeof(first) - 1) != 0) {
		return RC_PROTO;
	}
	memset(ret, 0, sizeof(*ret));
	ret->big = -1;
	p += sizeof(first) - 1;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl != NULL ? nl : end) - p);

		take_line(p, n, ret);
		p += n + (nl != NULL ? 1 : 0);
	}
	return RC_OK;
}

/* --- in columns ------------------------------------------------------------------ */

/* Letters such a display has: ASCII, accents taken off. */
static size_t
put_ascii(const char *text, char *out, size_t cap)
{
	const char *p = text, *end = text + strlen(text);
	size_t n = 0;
	int32_t cp;

	while (n < cap && text_next(&p, end, &cp)) {
		int32_t plain[TEXT_DECOMPOSE_MAX];
		size_t k = 1, i;

		if (text_cp_cells(cp) == 0) {
			continue;
		}
		plain[0] = cp;
		if (cp >= 0x7f && (k = text_plain(cp, plain)) == 0) {
			plain[k++] = '?';
		}
		for (i = 0; i < k && n < cap; i++) {
			bool ascii = plain[i] >= 0x20 && plain[i] < 0x7f;

			out[n++] = (char)(ascii ? plain[i] : '?');
		}
	}
	return n;
}

void
customer_line(const struct customer_row *row, size_t cols, char *out)
{
	size_t right = strlen(row->right);
	size_t room = right > 0 ? cols - right - 1 : cols;
	char plain[CUSTOMER_LEFT_BYTES * 2], name[CUSTOMER_LEFT_BYTES];
	size_t n;

	memset(out, ' ', cols);
	out[cols] = '\0';
	if (right + 1 >= cols) {
		right = right < cols ? right : cols;
		memcpy(out + cols - right, row->right, right);
		return;
	}
	n = put_ascii(row->left, plain, sizeof(plain) - 1);
	plain[n] = '\0';
	text_fit_middle(name, sizeof(name), plain, room);
	memcpy(out, name, strlen(name));
	memcpy(out + cols - right, row->right, right);
}

/* More than a row has: what a display cuts is its own affair. */
#define LEFT_CELLS 30u

static void
put_row(const struct customer_row *row, const char *instead,
	char out[DISPLAY_ROW_BYTES])
{
	char left[DISPLAY_ROW_BYTES];
	struct sbuf b;

	sbuf_init(&b, out, DISPLAY_ROW_BYTES);
	/* a name may be longer than a row has bytes: its amount is not cut */
	text_fit_middle(left, DISPLAY_ROW_BYTES - sizeof(row->right) - 1,
		instead != NULL ? instead : row->left, LEFT_CELLS);
	sbuf_puts(&b, left);
	if (row->right[0] != '\0') {
		sbuf_putc(&b, '\t');
		sbuf_puts(&b, row->right);
	}
}

void
customer_rows(const struct customer_frame *f, struct display_frame *ret)
{
	memset(ret, 0, sizeof(*ret));
	/* there is no row to spare: it takes the place of the name */
	put_row(&f->row[0],
		/* cells: 20 */
		f->training ? _("TRAINING") : NULL, ret->row[0]);
	put_row(&f->row[1], NULL, ret->row[1]);
}

/* --- the register's end --------------------------------------------------------- */

enum rc
customer_init(struct customer *c, const char *dir)
{
	memset(c, 0, sizeof(*c));
	c->fd = -1;
	return path_join(c->path, sizeof(c->path), dir, CUSTOMER_PIPE);
}

static void
let_go(struct customer *c)
{
	if (c->fd >= 0) {
		(void)close(c->fd);
		c->fd = -1;
	}
}

/* Only a pipe that somebody reads opens this way. */
static void
look_for_reader(struct customer *c)
{
	struct stat st;

	c->fd = open(c->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (c->fd >= 0 && (fstat(c->fd, &st) != 0 || !S_ISFIFO(st.st_mode))) {
		let_go(c);
	}
}

static void
send_last(struct customer *c)
{
	ssize_t n;

	do {
		n = write(c->fd, c->text, c->len);
	} while (n < 0 && errno == EINTR);
	c->late = n < 0 && errno == EAGAIN;
	if (n < 0 && !c->late) {
		let_go(c);
	}
}

bool
customer_shown(const struct customer *c)
{
	return c->fd >= 0;
}

void
customer_tell(struct customer *c, const struct customer_frame *f)
{
	char text[CUSTOMER_FRAME_BYTES];
	struct sbuf b;

	if (c->fd < 0) {
		return;
	}
	sbuf_init(&b, text, sizeof(text));
	customer_encode(f, &b);
	if (!sbuf_ok(&b) ||
		(b.len == c->len && memcmp(text, c->text, b.len) == 0)) {
		return;
	}
	memcpy(c->text, text, b.len);
	c->len = b.len;
	send_last(c);
}

void
customer_idle(struct customer *c)
{
	struct pollfd p = {.fd = c->fd};

	if (c->fd >= 0 && poll(&p, 1, 0) == 1 &&
		(p.revents & (POLLERR | POLLHUP)) != 0) {
		let_go(c);
	}
	if (c->fd < 0) {
		look_for_reader(c);
		c->len = 0; /* who has just come knows nothing */
		c->late = false;
	} else if (c->late) {
		send_last(c);
	}
}

void
customer_done(struct customer *c)
{
	let_go(c);
}
