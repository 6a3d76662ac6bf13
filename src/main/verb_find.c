/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/parse.h"
#include "base/text.h"
#include "main/args.h"
#include "main/put.h"
#include "store/find.h"

#include "base/poison.h"

static const char usage[] = "find WORD... [--limit N] [--store DIR] [--json]";

#define LIMIT 20
#define LIMIT_MAX 1000
/* Every byte of a text may be written as six. */
#define ITEM_TEXT_BYTES ((size_t)4096)
#define PAGE 16

struct answer {
	uint64_t n_match;
	size_t n;
	size_t limit;
	struct item *item;
};

static enum rc
open_find(const struct args *a, struct catalog **ret_c, struct find **ret,
	struct err *reterr)
{
	struct clock system = clock_system();
	char dir[PATH_BYTES];
	enum rc rc = path_join(dir, sizeof(dir), a->store, "catalog");

	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, "find", "the path is too long");
	}
	rc = catalog_open(dir, 0, ret_c, reterr);
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, RC_DENIED, 0, "find",
			"no products in %s; import them with 'holdfast "
			"import products FILE'",
			a->store);
	}
	if (rc == RC_OK) {
		catalog_at(*ret_c, clock_read(&system).utc);
		rc = find_open(*ret_c, ret, reterr);
	}
	/* no index: not an answer about these words */
	return rc == RC_NOTFOUND ? RC_DENIED : rc;
}

static enum rc
look_up(const struct args *a, const char *query, struct answer *ret,
	struct err *reterr)
{
	struct catalog *c = NULL;
	struct find *f = NULL;
	enum rc rc = open_find(a, &c, &f, reterr);

	if (rc == RC_OK) {
		rc = find_run(f, query, strlen(query), &ret->n_match, reterr);
	}
	while (rc == RC_OK && ret->n < ret->limit && ret->n < ret->n_match) {
		size_t cap =
			ret->limit - ret->n < PAGE ? ret->limit - ret->n : PAGE;
		size_t n = 0;

		rc = find_page(f, ret->n, ret->item + ret->n, cap, &n, reterr);
		ret->n += n;
	}
	find_close(f);
	catalog_close(c);
	return rc;
}

static void
say_json(struct sbuf *b, const char *query, const struct answer *w)
{
	struct json j;

	json_init(&j, b);
	json_obj(&j, NULL);
	json_str(&j, "query", query);
	json_u64(&j, "matches", w->n_match);
	json_arr(&j, "found");
	for (size_t i = 0; i < w->n; i++) {
		json_obj(&j, NULL);
		put_item(&j, &w->item[i], w->item[i].kind);
		json_obj_end(&j);
	}
	json_arr_end(&j);
	json_obj_end(&j);
	sbuf_putc(b, '\n');
}

static void
say_text(struct sbuf *b, const char *query, const struct answer *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct item *it = &w->item[i];

		sbuf_printf(b, "%s  %s  %lld  tax %s\n", it->code, it->name,
			(long long)it->price.minor, it->tax);
	}
	sbuf_printf(b, "%llu of the products match '%s'\n",
		(unsigned long long)w->n_match, query);
}

/* The words as one clean text, as a line at the prompt would be. */
static void
join_words(const struct args *a, char *out, size_t cap)
{
	char raw[FIND_BYTES + 1];
	struct sbuf b;

	sbuf_init(&b, raw, sizeof(raw));
	for (size_t i = 0; i < a->n; i++) {
		size_t left = sizeof(raw) - 1 - b.len;
		size_t n = strlen(a->rest[i]);

		if (left < 2) {
			break;
		}
		if (i > 0) {
			sbuf_putc(&b, ' ');
			left--;
		}
		sbuf_write(&b, a->rest[i], n < left ? n : left);
	}
	(void)text_clean(raw, b.len, out, cap, 0);
}

static int
answer(const struct args *a, const char *query, struct answer *w)
{
	size_t cap = (w->limit + 2) * ITEM_TEXT_BYTES;
	char *text = malloc(cap);
	struct err e = {0};
	struct sbuf b;
	int status;
	enum rc rc = RC_NOMEM;

	if (text == NULL) {
		return args_fail(a, rc, &e);
	}
	rc = look_up(a, query, w, &e);
	if (rc != RC_OK) {
		free(text);
		return args_fail(a, rc, &e);
	}
	sbuf_init(&b, text, cap);
	if (args_json(a)) {
		say_json(&b, query, w);
	} else {
		say_text(&b, query, w);
	}
	status = args_put(a, b.p, b.len);
	free(text);
	return status == EXIT_DONE && w->n_match == 0 ? EXIT_NOT : status;
}

int
verb_find(int argc, char *argv[])
{
	const char *limit_text = NULL;
	const struct opt opt[] = {{"limit", OPT_TEXT, &limit_text}};
	char query[FIND_BYTES * 3 + 1];
	struct answer w = {.limit = LIMIT};
	int64_t limit = LIMIT;
	struct args a;
	int status;

	status = args_parse(
		&a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, ARGS_REST);
	if (status >= 0) {
		return status;
	}
	if (limit_text != NULL && parse_i64(limit_text, strlen(limit_text), 1,
					  LIMIT_MAX, &limit) != RC_OK) {
		args_done(&a);
		return args_usage(&a, usage, "--limit takes 1 to 1000");
	}
	w.limit = (size_t)limit;
	w.item = calloc(w.limit, sizeof(*w.item));
	if (w.item == NULL) {
		struct err e = {0};

		(void)err_set(&e, RC_NOMEM, 0, "find",
			"no memory for %zu "
			"products",
			w.limit);
		status = args_fail(&a, RC_NOMEM, &e);
	} else {
		join_words(&a, query, sizeof(query));
		status = answer(&a, query, &w);
	}
	free(w.item);
	args_done(&a);
	return status;
}
