/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"

#include <sys/stat.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#include "base/poison.h"

uint64_t
stream_random(struct stream *s, uint64_t below)
{
	s->seed = s->seed * 6364136223846793005u + 1442695040888963407u;
	return (s->seed >> 33) % below;
}

void
stream_init(struct stream *s, uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	s->seed = seed;
	s->next_sale = 1;
	s->next_parked = 1;
	s->epoch = 1;
}

static void
make_lines(struct stream *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct event_line *l = &s->line[i];
		uint64_t k = stream_random(s, s->n_code ? s->n_code : 50);

		memset(l, 0, sizeof(*l));
		(void)snprintf(s->code[i], sizeof(s->code[i]), "54490%08llu",
			(unsigned long long)k);
		l->no = (int64_t)i + 1;
		l->code = s->code[i];
		l->kind = "ean13";
		l->name = "Plaintextname Cola";
		l->dept = "10";
		l->qty = 1000 * (1 + (int64_t)stream_random(s, 3));
		l->price = 7777;
		l->amount = l->price * l->qty / 1000;
		l->tax = "A";
	}
}

static void
make_sale(struct stream *s)
{
	struct event_sale *x = &s->ev.data.sale;
	size_t n = s->n_line ? s->n_line : 1 + stream_random(s, 12);
	size_t i;

	make_lines(s, n);
	s->ev.type = EVENT_SALE_COMPLETED;
	memset(x->sale, 0x5a, sizeof(x->sale));
	memcpy(x->sale, &s->sequence, sizeof(s->sequence));
	(void)snprintf(s->number, sizeof(s->number),
		s->epoch > 1 ? "R01.2-%06llu" : "R01-%06llu",
		(unsigned long long)s->next_sale);
	if (s->next_sale > 1 && !s->only_sales && stream_random(s, 6) == 0) {
		struct event_line *l = &s->line[stream_random(s, n)];

		(void)snprintf(s->sold, sizeof(s->sold), "R01-%06llu",
			(unsigned long long)(1 + stream_random(
							 s, s->next_sale - 1)));
		l->return_of = s->sold;
		l->return_no = 1 + (int64_t)stream_random(s, 3);
		l->rate = 190000;
		l->qty = -l->qty;
		l->amount = -l->amount;
	}
	s->next_sale++;
	x->number = s->number;
	x->currency = "EUR";
	x->digits = 2;
	x->prices = "included";
	x->line = s->line;
	x->n_line = n;
	for (i = 0; i < n; i++) {
		x->total += s->line[i].amount;
	}
	s->tax[0] = (struct event_tax){
		"A", 190000, x->total - x->total / 7, x->total / 7, x->total};
	x->tax = s->tax;
	x->n_tax = 1;
	s->tender = (struct event_tender){"cash", x->total, x->total, 0, NULL};
	x->tender = &s->tender;
	x->n_tender = 1;
	x->receipt = stream_random(s, 4) == 0 ? "none" : "print";
	x->drawer = true;
}

static void
make_basket(struct stream *s, enum event_type type)
{
	struct event_basket *b = &s->ev.data.basket;

	s->ev.type = type;
	make_lines(s, 3);
	memcpy(b->sale, &s->sequence, sizeof(s->sequence));
	b->line = s->line;
	b->n_line = 3;
	b->total = 1234;
	if (type == EVENT_SALE_PARKED) {
		(void)snprintf(s->number, sizeof(s->number), "P%02llu",
			(unsigned long long)s->next_parked);
		s->next_parked++;
		b->number = s->number;
	}
}

/* A number of some sale of the past, or of none. */
static const char *
old_number(struct stream *s)
{
	(void)snprintf(s->number, sizeof(s->number), "R01-%06llu",
		(unsigned long long)(1 + stream_random(s, s->next_sale)));
	return s->number;
}

static void
make_other(struct stream *s)
{
	struct event *e = &s->ev;

	switch (stream_random(s, 9)) {
	case 0:
		e->type = EVENT_DRAWER_OPENED;
		e->data.drawer.reason = "no-sale";
		break;
	case 1:
		e->type = EVENT_COPY_PRINTED;
		e->data.receipt.number = old_number(s);
		e->data.receipt.copy = 1 + (int64_t)stream_random(s, 3);
		break;
	case 2:
		make_basket(s, EVENT_SALE_PARKED);
		break;
	case 3:
		e->type = EVENT_SALE_RECALLED;
		(void)snprintf(s->number, sizeof(s->number), "P%02llu",
			(unsigned long long)(1 +
					     stream_random(s, s->next_parked)));
		e->data.recalled.number = s->number;
		break;
	case 4:
		make_basket(s, EVENT_SALE_VOIDED);
		break;
	case 5:
		e->type = EVENT_CONFIG_ACTIVATED;
		(void)snprintf(s->version, sizeof(s->version), "%064llx",
			(unsigned long long)stream_random(s, 1u << 30));
		e->data.config.version = s->version;
		e->data.config.text = "[shop]\n";
		break;
	case 6:
		e->type = EVENT_CATALOG_IMPORTED;
		e->data.catalog.version = (int64_t)s->sequence;
		e->data.catalog.source = "-";
		break;
	case 7:
		e->type = EVENT_LINE_VOIDED;
		e->data.line.code = "1";
		e->data.line.from = 100;
		break;
	default:
		e->type = EVENT_RECEIPT_PRINTED;
		e->data.receipt.number = old_number(s);
		e->data.receipt.outcome = "printed";
		break;
	}
}

static void
make_text(struct stream *s)
{
	size_t n = 120 + 280 * s->ev.data.sale.n_line;
	int head;

	if (s->ev.type != EVENT_SALE_COMPLETED) {
		n = 300;
	}
	if (n >= sizeof(s->text)) {
		n = sizeof(s->text) - 1;
	}
	head = snprintf(s->text, sizeof(s->text),
		"{\"sequence\":%llu,\"type\":\"%s\",\"name\":\"Plaintextname "
		"Cola\",\"code\":\"%s\",\"price\":7777",
		(unsigned long long)s->sequence, event_type_name(s->ev.type),
		s->code[0]);
	memset(s->text + head, 'x', n - (size_t)head);
	s->text_len = n;
	sha256(s->hash, s->text, n);
}

void
stream_next(struct stream *s)
{
	struct event *e = &s->ev;

	memset(e, 0, sizeof(*e));
	s->sequence++;
	e->sequence = s->sequence;
	e->epoch = s->epoch;
	e->time.us = 1700000000000000 + (int64_t)s->sequence * 20000000;
	e->boot = "";
	e->actor = "1";
	e->config = "";
	memset(e->tenant, 1, UUID_BYTES);
	memset(e->store, 2, UUID_BYTES);
	memset(e->reg, 3, UUID_BYTES);
	if (s->sequence == 1) {
		e->type = EVENT_REGISTER_INITIALIZED;
		e->data.initialized.shop = "Corner";
		e->data.initialized.register_no = "R01";
		e->data.initialized.operator_no = "1";
	} else if (s->only_sales || stream_random(s, 3) > 0) {
		make_sale(s);
	} else {
		make_other(s);
	}
	make_text(s);
}

static int
remove_entry(const char *path, const struct stat *st, int flag, struct FTW *w)
{
	(void)st;
	(void)flag;
	(void)w;
	return remove(path);
}

void
scene_remove(const char *path)
{
	(void)nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

void
scene_path(const struct scene *c, char out[300], const char *name)
{
	(void)snprintf(out, 300, "%s/%s", c->dir, name);
}

static void
must(bool ok, const char *what, const struct err *e)
{
	if (!ok) {
		(void)fprintf(stderr, "%s: %s\n", what, e->msg);
		abort();
	}
}

void
scene_init(struct scene *c)
{
	const char *tmp = getenv("TMPDIR");
	char keys[300];
	char file[300];
	struct keys_offer offer;
	struct err e = {0};

	(void)snprintf(c->dir, sizeof(c->dir), "%s/hf-store-XXXXXX",
		tmp == NULL ? "/tmp" : tmp);
	must(crypto_init() == RC_OK && mkdtemp(c->dir) != NULL, "scene", &e);
	(void)snprintf(c->store, sizeof(c->store), "%s/store", c->dir);
	(void)snprintf(c->catalog, sizeof(c->catalog), "%s/catalog", c->dir);
	scene_path(c, keys, "keys");
	scene_path(c, file, "key");
	c->rng = rng_system();
	memset(&offer, 0, sizeof(offer));
	offer.source = KEYS_FILE;
	offer.given = true;
	offer.path = file;
	must(mkdir(keys, 0700) == 0, "keys", &e);
	must(keys_create(keys, &offer, &c->rng, &e) == RC_OK, "keys", &e);
	must(keys_open(keys, &offer, &c->keys, &e) == RC_OK, "keys", &e);
}

void
scene_done(struct scene *c)
{
	keys_close(c->keys);
	scene_remove(c->dir);
}

enum rc
apply_one(struct store *s, const struct stream *st, struct err *e)
{
	enum rc rc = RC_AGAIN;
	int i;

	for (i = 0; rc == RC_AGAIN && i < 40; i++) {
		struct store_txn *t;

		rc = store_begin(s, &t, e);
		if (rc != RC_OK) {
			return rc;
		}
		rc = store_apply(
			t, &st->ev, st->text, st->text_len, st->hash, e);
		if (rc == RC_OK) {
			rc = store_commit(t, e);
		} else {
			store_abort(t);
		}
	}
	return rc;
}
