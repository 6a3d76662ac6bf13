/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/link.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/conf.h"
#include "base/file.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define FILE_MAX ((size_t)16384)

enum kind {
	KIND_TEXT,
	KIND_UUID,
	KIND_KEY /* base64url */
};

struct row {
	const char *name;
	size_t offset, bytes;
	enum kind kind;
	bool needed;
};

#define ROW(name_, kind_, member, needed_)                                     \
	{                                                                      \
		name_, offsetof(struct link, member),                          \
			sizeof(((struct link *)NULL)->member), kind_, needed_  \
	}

static const struct row table[] = {
	ROW("url", KIND_TEXT, url, true),
	ROW("tls", KIND_TEXT, tls, false),
	ROW("keyid", KIND_TEXT, keyid, true),
	ROW("hub", KIND_UUID, hub, true),
	ROW("hub_key", KIND_KEY, hub_key, true),
	ROW("hub_box", KIND_KEY, hub_box, false),
	ROW("tenant", KIND_UUID, tenant, true),
	ROW("store", KIND_UUID, store, true),
	ROW("register", KIND_UUID, reg, true),
	ROW("tenant_name", KIND_TEXT, tenant_name, false),
	ROW("store_name", KIND_TEXT, store_name, false),
	ROW("kind", KIND_TEXT, kind, false),
	ROW("nonce", KIND_TEXT, nonce, false),
	ROW("link_key", KIND_KEY, link_key, false),
};

struct reading {
	struct link *link;
	bool seen[ARRAY_LEN(table)];
};

static enum rc
take(const struct row *r, uint8_t *to, const char *value)
{
	struct sbuf b;

	switch (r->kind) {
	case KIND_UUID:
		return uuid_parse(value, strlen(value), to);
	case KIND_KEY:
		return base64_decode(to, r->bytes, value, strlen(value));
	case KIND_TEXT:
		break;
	}
	sbuf_init(&b, (char *)to, r->bytes);
	sbuf_puts(&b, value);
	return sbuf_ok(&b) ? RC_OK : RC_RANGE;
}

static enum rc
on_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct reading *in = arg;

	(void)pos;
	(void)section;
	for (size_t i = 0; key != NULL && i < ARRAY_LEN(table); i++) {
		uint8_t *to = (uint8_t *)in->link + table[i].offset;

		if (strcmp(table[i].name, key) != 0) {
			continue;
		}
		in->seen[i] = true;
		if (take(&table[i], to, value) != RC_OK) {
			return err_set(reterr, RC_PROTO, 0, "link",
				"%s cannot be read: enroll this register again",
				key);
		}
	}
	return RC_OK; /* keys of later builds are theirs */
}

enum rc
link_read(const char *dir, struct link *ret, struct err *reterr)
{
	struct reading in = {.link = ret};
	char path[PATH_BYTES];
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	rc = path_join(path, sizeof(path), dir, LINK_NAME);
	if (rc == RC_OK) {
		rc = file_load(path, FILE_MAX, &text, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = conf_parse(
			path, (const char *)text, n, on_key, &in, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(table); i++) {
		if (table[i].needed && !in.seen[i]) {
			rc = err_set(reterr, RC_PROTO, 0, "link",
				"%s lacks %s: enroll this register again", path,
				table[i].name);
		}
	}
	free(text);
	return rc;
}

static void
put(struct sbuf *b, const struct row *r, const uint8_t *from)
{
	char text[LINK_URL_BYTES];

	switch (r->kind) {
	case KIND_UUID:
		uuid_format(from, text);
		break;
	case KIND_KEY:
		base64_encode(text, from, r->bytes);
		break;
	case KIND_TEXT:
		memcpy(text, from, r->bytes);
		text[r->bytes - 1] = '\0';
		break;
	}
	sbuf_printf(b, "%s = %s\n", r->name, text);
}

enum rc
link_write(const char *dir, const struct link *l, struct err *reterr)
{
	char path[PATH_BYTES];
	char text[4096];
	struct sbuf b;
	enum rc rc = path_join(path, sizeof(path), dir, LINK_NAME);

	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, "link",
			"the path of the store is too long");
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "# made by holdfast sync enroll; see holdfast-store(5)\n"
		      "[link]\n");
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		put(&b, &table[i], (const uint8_t *)l + table[i].offset);
	}
	if (!sbuf_ok(&b)) {
		return err_set(reterr, RC_RANGE, 0, "link",
			"what the hub says of itself is too long");
	}
	return file_save(path, b.p, b.len, 0600, reterr);
}

/* A name for this machine, or an address that no router carries on. */
static bool
is_near(const char *host, size_t n)
{
	static const char *const begin[] = {"127.", "10.", "192.168.",
		"169.254.", "[::1]", "[fe80:", "[fd"};

	if (n == 9 && memcmp(host, "localhost", 9) == 0) {
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(begin); i++) {
		size_t k = strlen(begin[i]);

		if (n >= k && memcmp(host, begin[i], k) == 0) {
			/* a name may begin so, too: only digits and points */
			return host[0] == '[' ||
			       strspn(host, "0123456789.") >= n;
		}
	}
	return false;
}

bool
link_url_ok(const char *url)
{
	bool tls = strncmp(url, "https://", 8) == 0;
	const char *host = url + (tls ? 8 : 7);
	size_t n;

	if (strlen(url) >= LINK_URL_BYTES ||
		(!tls && strncmp(url, "http://", 7) != 0)) {
		return false;
	}
	n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
	if (n == 0 || n > strlen(host) ||
		strcspn(url, " \t\r\n\"<>\\^`{|}@?#") != strlen(url)) {
		return false;
	}
	if (host[n] == ':') {
		size_t digits = strspn(host + n + 1, "0123456789");

		return digits > 0 && digits <= 5 &&
		       host[n + 1 + digits] == '\0' &&
		       (tls || is_near(host, n));
	}
	return host[n] == '\0' && (tls || is_near(host, n));
}
