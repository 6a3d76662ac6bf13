/* SPDX-License-Identifier: Apache-2.0 */
#include "register/country.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "register/config.h"

#include "base/poison.h"

#define SUFFIX ".conf"
#define BUILD_COUNTRIES "/data/countries"
#define COUNTRY_MAX 256
#define COUNTRY_BYTES 32

struct names {
	size_t n;
	char name[COUNTRY_MAX][COUNTRY_BYTES];
};

static const char *
find_dir(char room[PATH_BYTES])
{
	/* One thread, and nobody changes the environment. */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *dir = getenv("HOLDFAST_COUNTRIES");

	if (dir != NULL && dir[0] != '\0') {
		return dir;
	}
	return path_beside(room, PATH_BYTES, BUILD_COUNTRIES) ? room
							      : COUNTRIES_DIR;
}

/* Not a way out of the directory. */
static bool
is_name(const char *s, size_t n)
{
	return n > 0 && n < COUNTRY_BYTES &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") >= n;
}

static enum rc
load(const char *name, uint8_t **ret, size_t *ret_len, struct err *reterr)
{
	char room[PATH_BYTES], path[PATH_BYTES], file[COUNTRY_BYTES + 8];
	const char *dir = find_dir(room);
	struct sbuf b;
	enum rc rc;

	sbuf_init(&b, file, sizeof(file));
	sbuf_puts(&b, name);
	sbuf_puts(&b, SUFFIX);
	rc = path_join(path, sizeof(path), dir, file);
	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, __func__,
			"the path of the countries is too long");
	}
	return file_load(path, CONFIG_TEXT_BYTES, ret, ret_len, reterr);
}

enum rc
country_load(const char *name, struct sbuf *out, struct err *reterr)
{
	uint8_t *text = NULL;
	size_t len = 0;
	enum rc rc = RC_NOTFOUND;

	if (is_name(name, strlen(name))) {
		rc = load(name, &text, &len, reterr);
	}
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, RC_INVAL, 0, __func__,
			"--country: there is no file for '%s': --country list "
			"tells which there are",
			name);
	}
	if (rc != RC_OK) {
		return rc;
	}
	sbuf_write(out, (const char *)text, len);
	if (len > 0 && text[len - 1] != '\n') {
		sbuf_putc(out, '\n');
	}
	free(text);
	return sbuf_ok(out) ? RC_OK
			    : err_set(reterr, RC_RANGE, 0, __func__,
				      "the file of '%s' is too long", name);
}

/* In their order; names beyond the table are not told. */
static void
insert(struct names *names, const char *s, size_t n)
{
	size_t at = names->n;
	char name[COUNTRY_BYTES];

	if (!is_name(s, n) || names->n == COUNTRY_MAX) {
		return;
	}
	memcpy(name, s, n);
	name[n] = '\0';
	while (at > 0 && strcmp(names->name[at - 1], name) > 0) {
		memcpy(names->name[at], names->name[at - 1], COUNTRY_BYTES);
		at--;
	}
	memcpy(names->name[at], name, n + 1);
	names->n++;
}

static enum rc
read_names(struct names *names, struct err *reterr)
{
	char room[PATH_BYTES];
	const char *dir = find_dir(room);
	DIR *d = opendir(dir);
	const struct dirent *e;

	if (d == NULL) {
		return err_set(reterr, RC_IO, errno, __func__,
			"cannot read the countries in %s", dir);
	}
	/* one process, no threads */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	while ((e = readdir(d)) != NULL) {
		const char *end = strrchr(e->d_name, '.');

		if (end != NULL && strcmp(end, SUFFIX) == 0) {
			insert(names, e->d_name, (size_t)(end - e->d_name));
		}
	}
	(void)closedir(d);
	return RC_OK;
}

static enum rc
put_one(struct sbuf *out, const char *name, struct err *reterr)
{
	uint8_t *text = NULL;
	size_t len = 0, n;
	const char *line;
	enum rc rc = load(name, &text, &len, reterr);

	if (rc != RC_OK || text == NULL) {
		return rc;
	}
	line = (const char *)text;
	line += strspn(line, "# ");
	n = strcspn(line, "\n");
	sbuf_printf(out, "%-8s ", name);
	sbuf_write(out, line, n);
	sbuf_putc(out, '\n');
	free(text);
	return RC_OK;
}

enum rc
country_list(struct sbuf *out, struct err *reterr)
{
	struct names *names = calloc(1, sizeof(*names));
	enum rc rc;

	if (names == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory: close other programs");
	}
	rc = read_names(names, reterr);
	for (size_t i = 0; i < names->n && rc == RC_OK; i++) {
		rc = put_one(out, names->name[i], reterr);
	}
	if (rc == RC_OK && !sbuf_ok(out)) {
		rc = err_set(reterr, RC_RANGE, 0, __func__,
			"there are too many countries to tell");
	}
	free(names);
	return rc;
}
