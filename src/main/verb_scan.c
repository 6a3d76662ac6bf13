/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "main/args.h"
#include "main/put.h"
#include "store/catalog.h"

#include "base/poison.h"

static const char usage[] = "scan CODE [--store DIR] [--json]";

/* What was found, and whose it is. */
struct found {
	struct item item;
	enum code_kind kind;
	bool feeds; /* the shop has a hub's */
	struct catalog_from from;
};

static enum rc
look_up(const struct args *a, const char *code, struct found *ret,
	struct err *reterr)
{
	struct clock system = clock_system();
	char dir[PATH_BYTES];
	struct catalog *c = NULL;
	enum rc rc = path_join(dir, sizeof(dir), a->store, "catalog");

	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, "scan", "the path is too long");
	}
	rc = catalog_open(dir, 0, &c, reterr);
	if (rc == RC_NOTFOUND) {
		/* no products at all: not an answer about this one */
		return err_set(reterr, RC_DENIED, 0, "scan",
			"no products in %s; import them with 'holdfast "
			"import products FILE'",
			a->store);
	}
	if (rc == RC_OK) {
		catalog_at(c, clock_read(&system).utc);
		rc = catalog_find(
			c, code, strlen(code), &ret->item, &ret->kind, reterr);
		catalog_from(c, &ret->from);
		ret->feeds = catalog_feeds(c) != NULL;
	}
	catalog_close(c);
	return rc;
}

static const char *
whose(const struct found *f)
{
	return f->from.feed ? "feed" : f->from.own ? "own" : "catalog";
}

static void
say_json(struct sbuf *b, const char *code, const struct found *f)
{
	char since[UTC_TEXT_BYTES];
	struct json j;

	json_init(&j, b);
	json_obj(&j, NULL);
	json_bool(&j, "found", f != NULL);
	if (f == NULL) {
		json_str(&j, "code", code);
	} else {
		put_item(&j, &f->item, f->kind);
	}
	if (f != NULL && f->feeds) {
		json_str(&j, "from", whose(f));
		json_str(&j, "price_from", f->from.price ? "feed" : whose(f));
	}
	if (f != NULL && f->from.price && f->from.valid_from.us != 0) {
		utc_format(f->from.valid_from, since);
		json_str(&j, "price_since", since);
	}
	json_obj_end(&j);
}

static void
say_text(struct sbuf *b, const char *code, const struct found *f)
{
	const struct item *item = f != NULL ? &f->item : NULL;

	if (item == NULL) {
		sbuf_printf(b, "%s is not on file", code);
		return;
	}
	sbuf_printf(b, "%s  %s  %lld  tax %s  (%s)", item->code, item->name,
		(long long)item->price.minor, item->tax,
		code_kind_name(f->kind));
	if (f->from.price) {
		sbuf_puts(b, "  price of the hub");
	} else if (f->feeds) {
		sbuf_puts(b, f->from.feed  ? "  of the hub"
			     : f->from.own ? "  the shop's own"
					   : "");
	}
}

int
verb_scan(int argc, char *argv[])
{
	struct found found = {.kind = CODE_INTERNAL};
	char code[CODE_BYTES];
	char text[2048];
	struct err e = {0};
	struct args a;
	struct sbuf b;
	size_t len = 0;
	const char *raw;
	int status;
	enum rc rc;

	status = args_parse(&a, argc, argv, usage, NULL, 0, 1, 1);
	if (status >= 0) {
		return status;
	}
	raw = code_strip_aim(a.rest[0], strlen(a.rest[0]), &len);
	(void)text_clean(raw, len, code, sizeof(code), 0);
	rc = look_up(&a, code, &found, &e);
	if (rc == RC_OK || rc == RC_NOTFOUND) {
		const struct found *hit = rc == RC_OK ? &found : NULL;

		sbuf_init(&b, text, sizeof(text));
		if (args_json(&a)) {
			say_json(&b, code, hit);
		} else {
			say_text(&b, code, hit);
		}
		sbuf_putc(&b, '\n');
		status = args_put(&a, b.p, b.len);
		if (status == EXIT_DONE && rc == RC_NOTFOUND) {
			status = EXIT_NOT;
		}
	} else {
		status = args_fail(&a, rc, &e);
	}
	args_done(&a);
	return status;
}
