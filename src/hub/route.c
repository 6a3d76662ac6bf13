/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/route.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "wire/batch.h"

#include "base/poison.h"

/* --- paths ---------------------------------------------------------------- */

static int
hex_of(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	if (c >= 'A' && c <= 'F') {
		return c - 'A' + 10;
	}
	return -1;
}

/* Percent-decoded; a query also has + for a blank.  No NUL comes out. */
static bool
decode(const char *s, size_t n, bool query, char *out, size_t cap)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)s[i];

		if (c == '%') {
			int hi;

			if (i + 2 >= n) {
				return false;
			}
			hi = hex_of(s[i + 1]);
			c = hex_of(s[i + 2]);
			if (hi < 0 || c < 0 || (hi == 0 && c == 0)) {
				return false;
			}
			c += hi * 16;
			i += 2;
		} else if (c == '+' && query) {
			c = ' ';
		}
		if (k + 1 >= cap) {
			return false;
		}
		out[k++] = (char)c;
	}
	out[k] = '\0';
	return true;
}

static bool
matches(const char *pattern, const char *path, struct request *q)
{
	size_t n_arg = 0;

	while (*pattern != '\0' && *path != '\0') {
		size_t n = strcspn(path, "/");

		if (*pattern != '{') {
			if (*pattern++ != *path++) {
				return false;
			}
			continue;
		}
		if (n == 0 || n_arg == REQUEST_ARGS ||
			!decode(path, n, false, q->arg[n_arg],
				sizeof(q->arg[0]))) {
			return false;
		}
		n_arg++;
		path += n;
		pattern += strcspn(pattern, "}") + 1;
	}
	if (*pattern != '\0' || *path != '\0') {
		return false;
	}
	q->n_arg = n_arg;
	return true;
}

enum rc
route_find(const char *method, const char *path, struct request *q,
	const struct route **ret)
{
	size_t n;
	const struct route *t = route_table(&n);
	enum rc rc = RC_NOTFOUND;

	for (size_t i = 0; i < n; i++) {
		if (!matches(t[i].path, path, q)) {
			continue;
		}
		if (strcmp(t[i].method, method) == 0) {
			*ret = &t[i];
			return RC_OK;
		}
		rc = RC_DENIED;
	}
	return rc;
}

/* --- queries -------------------------------------------------------------- */

bool
request_query(const struct request *q, const char *name, char *out, size_t cap)
{
	size_t want = strlen(name);

	for (const char *p = q->query; p != NULL && *p != '\0';) {
		size_t n = strcspn(p, "&");

		if (n > want && p[want] == '=' && memcmp(p, name, want) == 0) {
			return decode(
				p + want + 1, n - want - 1, true, out, cap);
		}
		p += n;
		p += *p == '&' ? 1 : 0;
	}
	return false;
}

enum rc
request_number(const struct request *q, const char *name, int64_t min,
	int64_t max, int64_t fallback, int64_t *ret, struct err *reterr)
{
	char text[24];

	*ret = fallback;
	if (!request_query(q, name, text, sizeof(text))) {
		return RC_OK;
	}
	if (parse_i64(text, strlen(text), min, max, ret) != RC_OK) {
		return err_set(reterr, RC_PROTO, 0, "request_number",
			"'%s' is a number from %lld to %lld", name,
			(long long)min, (long long)max);
	}
	return RC_OK;
}

/* --- content -------------------------------------------------------------- */

enum rc
request_content(const struct request *q, size_t max, char **ret, size_t *ret_n,
	struct err *reterr)
{
	bool packed =
		q->encoding != NULL && strcmp(q->encoding, "identity") != 0;
	size_t cap = q->n_body + 1;
	struct sbuf out;
	char *p;
	enum rc rc = RC_OK;

	if (packed && strcmp(q->encoding, "zstd") != 0) {
		return err_set(reterr, RC_PROTO, 0, "request_content",
			"content is taken as it is or as zstd");
	}
	if (!packed && q->n_body > max) {
		return err_set(reterr, RC_RANGE, 0, "request_content",
			"the content is longer than %zu bytes", max);
	}
	if (packed) {
		cap = batch_inflate_bound(q->body, q->n_body, max) + 1;
	}
	p = malloc(cap);
	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "request_content",
			"no memory for the content");
	}
	sbuf_init(&out, p, cap);
	if (packed) {
		rc = batch_inflate(q->body, q->n_body, max, &out, reterr);
	} else if (q->n_body > 0) {
		memcpy(p, q->body, q->n_body);
		out.len = q->n_body;
		p[out.len] = '\0';
	}
	if (rc != RC_OK) {
		free(p);
		return rc;
	}
	*ret = p;
	*ret_n = out.len;
	return RC_OK;
}
