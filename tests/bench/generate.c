/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generate STORE KEY-FILE SALES CODES - append many sales to a store's
 * journal, quickly: real lines, signed and sealed, in groups of 64 a flush.
 * The store is left behind; `holdfast rebuild` then has work to do.  CODES is
 * a file of product codes, one a line.  Seeded: the same call writes the same
 * sales but for times and nonces.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "register/shop.h"
#include "wire/event.h"

#include "base/poison.h"

#define LINES 5
#define GROUP JOURNAL_GROUP_MAX

struct work {
	struct shop *s;
	char **code;
	size_t n_code;
	uint64_t seed;
	char (*buf)[8192];
};

static uint64_t
next(struct work *w)
{
	w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
	return w->seed >> 33;
}

static enum rc
one(struct work *w, uint64_t n, struct journal_head *head,
	struct journal_line *out, struct err *err)
{
	struct event_line line[LINES];
	struct event_tax tax = {.code = "A", .rate = 190000};
	struct event_tender tender = {.tender = "cash"};
	struct event e = {.type = EVENT_SALE_COMPLETED};
	struct clock_reading now = clock_read(&w->s->clock);
	char number[32];
	struct sbuf b;
	enum rc rc;
	int64_t total = 0;

	memset(line, 0, sizeof(line));
	for (int i = 0; i < LINES; i++) {
		line[i].no = i + 1;
		line[i].code = w->code[next(w) % w->n_code];
		line[i].kind = "ean13";
		line[i].name = "A product of middling length 250 g";
		line[i].dept = "10";
		line[i].qty = 1000;
		line[i].price = (int64_t)(next(w) % 2000);
		line[i].amount = line[i].price;
		line[i].tax = "A";
		total += line[i].amount;
	}
	tax.gross = total;
	tax.tax = (total * 19 + 59) / 119;
	tax.net = total - tax.tax;
	tender.amount = total;
	tender.tendered = total;
	(void)snprintf(
		number, sizeof(number), "R01-%06llu", (unsigned long long)n);
	memcpy(e.tenant, w->s->state.tenant, UUID_BYTES);
	memcpy(e.store, w->s->state.store, UUID_BYTES);
	memcpy(e.reg, w->s->state.reg, UUID_BYTES);
	e.epoch = head->epoch;
	e.sequence = head->sequence + 1;
	e.time = now.utc;
	e.mono = now.mono;
	e.boot = now.boot;
	e.actor = "1";
	e.config = w->s->state.config;
	e.catalog = w->s->state.catalog;
	memcpy(e.prev, head->hash, HASH_BYTES);
	uuid_v7(&w->s->rng, now.utc, e.data.sale.sale);
	e.data.sale.number = number;
	e.data.sale.opened = now.utc;
	e.data.sale.currency = "EUR";
	e.data.sale.digits = 2;
	e.data.sale.prices = "included";
	e.data.sale.line = line;
	e.data.sale.n_line = LINES;
	e.data.sale.tax = &tax;
	e.data.sale.n_tax = 1;
	e.data.sale.total = total;
	e.data.sale.tender = &tender;
	e.data.sale.n_tender = 1;
	e.data.sale.receipt = "none";
	sbuf_init(&b, w->buf[(e.sequence) % GROUP], sizeof(w->buf[0]));
	rc = wire_encode(&e, keys_sign_secret(w->s->keys), &b, head->hash, err);
	if (rc == RC_OK) {
		head->sequence++;
		*out = (struct journal_line){e.sequence, b.p, b.len};
	}
	return rc;
}

static enum rc
all(struct work *w, uint64_t sales, struct err *err)
{
	struct journal_head head = journal_head(w->s->journal);
	struct journal_line line[GROUP];
	uint64_t n = w->s->state.next_sale;
	uint64_t last = n + sales;

	while (n < last) {
		size_t k = 0;
		enum rc rc;

		for (; k < GROUP && n < last; k++) {
			rc = one(w, n++, &head, &line[k], err);
			if (rc != RC_OK) {
				return rc;
			}
		}
		rc = journal_append(w->s->journal, line, k, head.hash, err);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

static bool
load_codes(struct work *w, const char *path)
{
	uint8_t *text = NULL;
	size_t n = 0;

	if (file_load(path, (size_t)1 << 30, &text, &n, NULL) != RC_OK) {
		return false;
	}
	w->code = malloc((n / 2 + 1) * sizeof(*w->code));
	for (char *p = (char *)text; w->code != NULL && *p != '\0';) {
		size_t len = strcspn(p, "\n");

		if (len > 0) {
			w->code[w->n_code++] = p;
		}
		p += len;
		if (*p == '\n') {
			*p++ = '\0';
		}
	}
	return w->n_code > 0;
}

int
main(int argc, char **argv)
{
	struct shop_conf conf = {.mode = SHOP_WRITE};
	struct work w = {.seed = 42};
	struct err err = {0};
	enum rc rc;

	if (argc != 5 || crypto_init() != RC_OK || !load_codes(&w, argv[4])) {
		(void)fprintf(stderr, "generate STORE KEY-FILE SALES CODES\n");
		return 2;
	}
	conf.dir = argv[1];
	conf.key.given = true;
	conf.key.source = KEYS_FILE;
	conf.key.path = argv[2];
	conf.clock = clock_system();
	conf.rng = rng_system();
	w.buf = malloc(GROUP * sizeof(w.buf[0]));
	rc = shop_open(&conf, &w.s, &err);
	if (rc == RC_OK) {
		rc = all(&w, strtoull(argv[3], NULL, 10), &err);
		shop_close(w.s);
	}
	if (rc != RC_OK) {
		(void)fprintf(stderr, "generate: %s\n", err.msg);
	}
	free(w.buf);
	return rc == RC_OK ? 0 : 1;
}
