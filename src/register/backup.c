/* SPDX-License-Identifier: Apache-2.0 */
#include "register/backup.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "core/money.h"
#include "register/backup_internal.h"
#include "register/config_draft.h"
#include "register/purge_base.h"
#include "store/catalog.h"

#include "base/poison.h"

struct backup {
	struct shop *shop;
	const char *dest;
	const char *part;      /* subdirectory being copied */
	char from[PATH_BYTES]; /* that part in the store */
	struct sbuf manifest;
	struct backup_result *result;
};

static void
note_file(struct backup *b, const char *hash, uint64_t bytes, const char *path)
{
	sbuf_puts(&b->manifest, "file ");
	sbuf_puts(&b->manifest, hash);
	sbuf_putc(&b->manifest, ' ');
	sbuf_u64(&b->manifest, bytes);
	sbuf_putc(&b->manifest, ' ');
	sbuf_puts(&b->manifest, path);
	sbuf_putc(&b->manifest, '\n');
	b->result->bytes += bytes;
}

static enum rc
copy_named(void *arg, const char *name, struct err *reterr)
{
	struct backup *b = arg;
	char from[PATH_BYTES];
	char to[PATH_BYTES];
	char rel[PATH_BYTES];
	char hash[65];
	uint64_t bytes = 0;
	size_t len = strlen(name);
	uint32_t number;
	enum rc rc;

	if (strchr(name, '\n') != NULL || name[0] == '.' ||
		strstr(name, ".tmp") != NULL ||
		(strcmp(b->part, "journal") == 0 &&
			(len < 4 || strcmp(name + len - 4, ".seg") != 0) &&
			!purge_base_is(name, &number))) {
		return RC_OK;
	}
	if (path_join(from, sizeof(from), b->from, name) != RC_OK ||
		path_join(rel, sizeof(rel), b->part, name) != RC_OK ||
		path_join(to, sizeof(to), b->dest, rel) != RC_OK) {
		return err_set(reterr, RC_RANGE, 0, "backup",
			"the path of %s is too long", name);
	}
	rc = copy_file(from, to, hash, &bytes, reterr);
	if (rc == RC_OK) {
		note_file(b, hash, bytes, rel);
	}
	return rc;
}

static enum rc
copy_part(struct backup *b, const char *part, struct err *reterr)
{
	char to[PATH_BYTES];
	enum rc rc;

	b->part = part;
	if (path_join(b->from, sizeof(b->from), b->shop->dir, part) != RC_OK ||
		path_join(to, sizeof(to), b->dest, part) != RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "backup", "the path is too long");
	}
	rc = dir_make(to, reterr);
	if (rc == RC_OK) {
		rc = dir_each(b->from, copy_named, b, reterr);
	}
	return rc == RC_OK ? file_sync_dir(to, reterr) : rc;
}

static enum rc
copy_conf(struct backup *b, struct err *reterr)
{
	char from[PATH_BYTES];
	char to[PATH_BYTES];
	char hash[65];
	uint64_t bytes = 0;
	enum rc rc;

	if (path_join(from, sizeof(from), b->shop->dir, "holdfast.conf") !=
			RC_OK ||
		path_join(to, sizeof(to), b->dest, "holdfast.conf") != RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "backup", "the path is too long");
	}
	rc = copy_file(from, to, hash, &bytes, reterr);
	if (rc == RC_NOTFOUND) {
		return RC_OK; /* the active text stands in the journal */
	}
	if (rc == RC_OK) {
		note_file(b, hash, bytes, "holdfast.conf");
	}
	return rc;
}

/* --- the catalog as an import file ---------------------------------------------- */

struct dump {
	FILE *out;
	unsigned digits;
	uint64_t n;
};

static void
put_quoted(FILE *out, const char *s)
{
	(void)fputc('"', out);
	for (; *s != '\0'; s++) {
		if (*s == '"') {
			(void)fputc('"', out);
		}
		(void)fputc(*s, out);
	}
	(void)fputc('"', out);
}

static enum rc
dump_item(void *arg, const struct item *item)
{
	struct dump *d = arg;
	char price[32];
	struct sbuf b;

	sbuf_init(&b, price, sizeof(price));
	money_put(&b, item->price, d->digits);
	put_quoted(d->out, item->code);
	(void)fputc(',', d->out);
	put_quoted(d->out, item->name);
	(void)fprintf(d->out, ",%s,", price);
	put_quoted(d->out, item->tax);
	(void)fputc(',', d->out);
	put_quoted(d->out, item->dept);
	(void)fputc('\n', d->out);
	d->n++;
	return ferror(d->out) ? RC_IO : RC_OK;
}

static enum rc
dump_rows(struct backup *b, struct catalog *c, const char *path,
	struct err *reterr)
{
	struct dump d = {NULL, b->shop->config.currency.digits, 0};
	enum rc rc;

	d.out = fopen(path, "wxe");
	if (d.out == NULL) {
		return err_set(reterr, err_sys_rc(errno), errno, "backup",
			"%s cannot be made", path);
	}
	(void)fputs("code,name,price,tax,department\n", d.out);
	rc = catalog_each(c, dump_item, &d, reterr);
	/* what the catalog said is kept when the file is not to blame */
	errno = 0;
	if (fflush(d.out) != 0 || ferror(d.out) != 0) {
		rc = err_set(reterr, errno != 0 ? err_sys_rc(errno) : RC_IO,
			errno, "backup", "%s cannot be written", path);
	}
	if (rc == RC_OK) {
		rc = file_sync(fileno(d.out), path, reterr);
	}
	if (fclose(d.out) != 0 && rc == RC_OK) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "backup",
			"%s cannot be written", path);
	}
	b->result->products = d.n;
	return rc;
}

static enum rc
dump_catalog(struct backup *b, struct err *reterr)
{
	char dir[PATH_BYTES];
	char path[PATH_BYTES];
	char hash[65];
	uint64_t bytes = 0;
	struct catalog *c = NULL;
	int64_t generation = 0;
	enum rc rc;

	if (path_join(dir, sizeof(dir), b->shop->dir, "catalog") != RC_OK ||
		path_join(path, sizeof(path), b->dest, "catalog.csv") !=
			RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "backup", "the path is too long");
	}
	rc = catalog_open(dir, 0, &c, reterr);
	if (rc == RC_OK) {
		generation = catalog_generation(c);
		/* what is sold by now; what is to come, the hub says again */
		catalog_at(c, config_draft_now(b->shop));
		rc = dump_rows(b, c, path, reterr);
		catalog_close(c);
		if (rc == RC_OK) {
			rc = hash_file(path, hash, &bytes, reterr);
		}
		if (rc == RC_OK) {
			note_file(b, hash, bytes, "catalog.csv");
		}
	} else if (rc == RC_NOTFOUND) {
		rc = RC_OK;
	}
	sbuf_puts(&b->manifest, "catalog ");
	sbuf_i64(&b->manifest, generation);
	sbuf_putc(&b->manifest, ' ');
	sbuf_u64(&b->manifest, b->result->products);
	sbuf_putc(&b->manifest, '\n');
	return rc;
}

static enum rc
write_manifest(struct backup *b, struct err *reterr)
{
	uint8_t digest[HASH_BYTES];
	char hash[65];
	char path[PATH_BYTES];

	if (path_join(path, sizeof(path), b->dest, MANIFEST_NAME) != RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "backup", "the path is too long");
	}
	sha256(digest, b->manifest.p, b->manifest.len);
	hex_encode(hash, digest, sizeof(digest));
	sbuf_puts(&b->manifest, "end ");
	sbuf_puts(&b->manifest, hash);
	sbuf_putc(&b->manifest, '\n');
	if (!sbuf_ok(&b->manifest)) {
		return err_set(reterr, RC_RANGE, 0, "backup",
			"too many journal segments for one manifest");
	}
	return file_save(path, b->manifest.p, b->manifest.len, 0600, reterr);
}

static enum rc
head_lines(struct backup *b, struct err *reterr)
{
	char id[UUID_TEXT_BYTES];
	uint8_t hash[HASH_BYTES];
	const struct event *e = NULL;
	uint64_t head = shop_head(b->shop);
	enum rc rc = shop_event(b->shop, head, hash, &e, reterr);

	if (rc != RC_OK) {
		err_wrap(reterr, "event %llu", (unsigned long long)head);
		return rc;
	}
	uuid_format(b->shop->state.reg, id);
	sbuf_puts(&b->manifest, MANIFEST_FIRST "register ");
	sbuf_puts(&b->manifest, id);
	sbuf_puts(&b->manifest, "\nepoch ");
	sbuf_u64(&b->manifest, e->epoch);
	sbuf_puts(&b->manifest, "\nsequence ");
	sbuf_u64(&b->manifest, head);
	sbuf_putc(&b->manifest, '\n');
	b->result->events = head;
	b->result->head.epoch = e->epoch;
	b->result->head.sequence = head;
	memcpy(b->result->head.hash, hash, sizeof(hash));
	return RC_OK;
}

/* What was copied must read to the head noted before: a backup that cannot be
 * restored is worse than none. */
static enum rc
prove_copy(struct backup *b, struct err *reterr)
{
	struct journal_reader *r = NULL;
	struct journal_record rec = {0};
	struct purge_base base = {0};
	char dir[PATH_BYTES];
	enum rc rc = path_join(dir, sizeof(dir), b->dest, "journal");

	if (rc == RC_OK) {
		rc = purge_base_begin(dir, &base, reterr);
	}
	if (rc == RC_OK) {
		rc = journal_reader_open(
			dir, NULL, base.sequence + 1, &r, reterr);
	}
	while (rc == RC_OK && rec.sequence < b->result->events) {
		rc = journal_reader_next(r, b->result->events, &rec, reterr);
	}
	journal_reader_close(r);
	if (rc != RC_OK) {
		err_wrap(reterr, "the copy does not read; try again");
		rc = rc == RC_NOTFOUND ? RC_CORRUPT : rc;
	}
	return rc;
}

enum rc
backup_make(const struct shop_conf *conf, const char *dest,
	struct backup_result *ret, struct err *reterr)
{
	struct shop_conf read = *conf;
	struct backup b = {.dest = dest, .result = ret};
	char *text = malloc(MANIFEST_BYTES);
	bool made = false;
	enum rc rc = RC_NOMEM;

	memset(ret, 0, sizeof(*ret));
	read.mode = SHOP_READ;
	if (text == NULL) {
		return err_set(reterr, rc, 0, "backup", "no memory");
	}
	sbuf_init(&b.manifest, text, MANIFEST_BYTES);
	rc = shop_open(&read, &b.shop, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	rc = dir_make(dest, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	made = true;
	/* the head first: what is copied later holds at least that much */
	rc = head_lines(&b, reterr);
	if (rc == RC_OK) {
		rc = copy_part(&b, "journal", reterr);
	}
	if (rc == RC_OK) {
		/* after the segments, so that every data key is among them */
		rc = copy_part(&b, "keys", reterr);
	}
	if (rc == RC_OK) {
		rc = prove_copy(&b, reterr);
	}
	if (rc == RC_OK) {
		rc = copy_conf(&b, reterr);
	}
	if (rc == RC_OK) {
		rc = dump_catalog(&b, reterr);
	}
	if (rc == RC_OK) {
		rc = write_manifest(&b, reterr);
	}
out:
	if (rc != RC_OK && made) {
		dir_remove(dest);
	}
	shop_close(b.shop);
	free(text);
	return rc;
}
