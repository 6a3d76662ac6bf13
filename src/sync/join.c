/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/join.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define FILE_MAX ((size_t)4096)

struct row {
	const char *name;
	size_t offset, bytes;
};

#define ROW(name_, member)                                                     \
	{                                                                      \
		name_, offsetof(struct join, member),                          \
			sizeof(((struct join *)NULL)->member)                  \
	}

static const struct row table[] = {
	ROW("url", url),
	ROW("tls", tls),
	ROW("code", code),
	ROW("register", register_no),
	ROW("machine", machine),
};

static enum rc
on_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct join *j = arg;
	struct sbuf b;

	(void)pos;
	(void)section;
	for (size_t i = 0; key != NULL && i < ARRAY_LEN(table); i++) {
		if (strcmp(table[i].name, key) != 0) {
			continue;
		}
		sbuf_init(&b, (char *)j + table[i].offset, table[i].bytes);
		sbuf_puts(&b, value);
		if (!sbuf_ok(&b)) {
			return err_set(reterr, RC_PROTO, 0, "enroll",
				"%s is too long: enroll again", key);
		}
	}
	return RC_OK;
}

enum rc
join_read(const char *dir, struct join *ret, struct err *reterr)
{
	char path[PATH_BYTES];
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc = path_join(path, sizeof(path), dir, JOIN_NAME);

	memset(ret, 0, sizeof(*ret));
	if (rc == RC_OK) {
		rc = file_load(path, FILE_MAX, &text, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = conf_parse(
			path, (const char *)text, n, on_key, ret, reterr);
	}
	if (rc == RC_OK && (ret->url[0] == '\0' || ret->code[0] == '\0')) {
		rc = err_set(reterr, RC_PROTO, 0, "enroll",
			"%s lacks address or code: enroll again", path);
	}
	if (text != NULL) {
		crypto_wipe(text, n);
	}
	free(text);
	return rc;
}

static bool
is_line(const char *text)
{
	return strcspn(text, "\r\n") == strlen(text);
}

enum rc
join_write(const char *dir, const struct join *j, struct err *reterr)
{
	char path[PATH_BYTES], text[FILE_MAX];
	struct sbuf b;
	enum rc rc = path_join(path, sizeof(path), dir, JOIN_NAME);

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "[enroll]\n");
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(table); i++) {
		const char *value = (const char *)j + table[i].offset;

		if (!is_line(value)) {
			rc = err_set(reterr, RC_INVAL, 0, "enroll",
				"%s is more than a line: enroll again",
				table[i].name);
		} else if (value[0] != '\0') {
			sbuf_printf(&b, "%s = %s\n", table[i].name, value);
		}
	}
	if (rc == RC_OK) {
		rc = file_save(path, b.p, b.len, 0600, reterr);
	}
	crypto_wipe(text, sizeof(text));
	return rc;
}

void
join_remove(const char *dir)
{
	char path[PATH_BYTES];

	if (path_join(path, sizeof(path), dir, JOIN_NAME) == RC_OK) {
		(void)unlink(path);
	}
}
