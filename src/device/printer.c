/* SPDX-License-Identifier: Apache-2.0 */
#include "device/printer.h"

#include <stddef.h>
#include <string.h>

#include "base/conf.h"
#include "base/parse.h"
#include "base/sbuf.h"
#include "device/codepage.h"
#include "device/printer_text.h"

#include "base/poison.h"

#define LIKE_MAX 6

/* --- one key -------------------------------------------------------------- */

static const char *const cut_word[] = {"none", "part", "full", "old"};
static const char *const codes_word[] = {"none", "a", "b"};
static const char *const image_word[] = {"none", "raster", "column"};
static const char *const size_word[] = {"gs", "mode"};
static const char *const buzzer_word[] = {
	"none", "epson", "epson-old", "clone", "pin2", "pin5"};
static const char *const status_word[] = {"auto", "ask", "none"};
static const char *const done_word[] = {"status", "id", "none"};
static const char *const yes_word[] = {"no", "yes"};

#define WORDS(w) (w), ARRAY_LEN(w)

/* Index of ${value}; -1 it is none of them. */
static int
word_of(const char *value, const char *const word[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(word[i], value) == 0) {
			return (int)i;
		}
	}
	return -1;
}

/* "19=CP858 0=CP437"; false: a page this program does not know. */
static bool
put_pages(struct printer_profile *f, const char *value)
{
	struct printer_profile made = {0};

	for (const char *c = value + strspn(value, " "); *c != '\0';) {
		size_t n = strcspn(c, " ");
		size_t digits = strcspn(c, "=");
		int64_t number = 0;
		struct sbuf b;

		if (made.n_page == PRINTER_PAGES || digits >= n ||
			parse_i64(c, digits, 0, 255, &number) != RC_OK) {
			return false;
		}
		sbuf_init(&b, made.page[made.n_page].page, PRINTER_PAGE_BYTES);
		sbuf_write(&b, c + digits + 1, n - digits - 1);
		if (!sbuf_ok(&b) ||
			codepage_find(made.page[made.n_page].page) == NULL) {
			return false;
		}
		made.page[made.n_page++].n = (uint8_t)number;
		c += n;
		c += strspn(c, " ");
	}
	if (made.n_page == 0) {
		return false;
	}
	memcpy(f->page, made.page, sizeof(f->page));
	f->n_page = made.n_page;
	return true;
}

static bool
put_number(unsigned *to, const char *value, int64_t min, int64_t max)
{
	int64_t n = 0;

	if (parse_i64(value, strlen(value), min, max, &n) != RC_OK) {
		return false;
	}
	*to = (unsigned)n;
	return true;
}

static bool
put_word(struct printer_profile *f, const char *key, const char *value,
	bool *ret_known)
{
	int i = -1;

	if (strcmp(key, "cut") == 0) {
		i = word_of(value, WORDS(cut_word));
		f->cut = i >= 0 ? (enum printer_cut)i : f->cut;
	} else if (strcmp(key, "barcode") == 0) {
		i = word_of(value, WORDS(codes_word));
		f->codes = i >= 0 ? (enum printer_codes)i : f->codes;
	} else if (strcmp(key, "image") == 0) {
		i = word_of(value, WORDS(image_word));
		f->image = i >= 0 ? (enum printer_image)i : f->image;
	} else if (strcmp(key, "size") == 0) {
		i = word_of(value, WORDS(size_word));
		f->size = i >= 0 ? (enum printer_size)i : f->size;
	} else if (strcmp(key, "buzzer") == 0) {
		i = word_of(value, WORDS(buzzer_word));
		f->buzzer = i >= 0 ? (enum printer_buzzer)i : f->buzzer;
	} else if (strcmp(key, "status") == 0) {
		i = word_of(value, WORDS(status_word));
		f->status = i >= 0 ? (enum printer_status)i : f->status;
	} else if (strcmp(key, "done") == 0) {
		i = word_of(value, WORDS(done_word));
		f->done = i >= 0 ? (enum printer_done)i : f->done;
	} else if (strcmp(key, "qr") == 0) {
		i = word_of(value, WORDS(yes_word));
		f->qr = i >= 0 ? i == 1 : f->qr;
	} else if (strcmp(key, "red") == 0) {
		i = word_of(value, WORDS(yes_word));
		f->red = i >= 0 ? i == 1 : f->red;
	} else {
		*ret_known = false;
	}
	return i >= 0;
}

/* False, with *ret_known: its value cannot be. */
static bool
put_key(struct printer_profile *f, const char *key, const char *value,
	bool *ret_known)
{
	*ret_known = true;
	if (strcmp(key, "columns") == 0) {
		return put_number(&f->cols, value, 24, 80);
	}
	if (strcmp(key, "small") == 0) {
		return put_number(&f->small, value, 24, 120);
	}
	if (strcmp(key, "dots") == 0) {
		return put_number(&f->dots, value, 0, 2048);
	}
	if (strcmp(key, "pulse") == 0) {
		return put_number(&f->pulse, value, 10, 500);
	}
	if (strcmp(key, "pages") == 0) {
		return put_pages(f, value);
	}
	return put_word(f, key, value, ret_known);
}

/* --- the table ------------------------------------------------------------ */

struct search {
	const char *name; /* NULL: the one of number ${at} */
	size_t at, n;
	char *out;
	struct printer_profile f;
	bool found;
	unsigned depth;
};

static enum rc search(struct search *s, struct err *reterr);

static enum rc
take(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct search *s = arg;
	bool known = false;

	(void)pos;
	if (key == NULL) {
		if (s->name == NULL && s->n++ == s->at) {
			struct sbuf b;

			sbuf_init(&b, s->out, PRINTER_NAME_BYTES);
			sbuf_puts(&b, section);
			s->found = true;
		}
		s->found = s->found ||
			   (s->name != NULL && strcmp(section, s->name) == 0);
		return RC_OK;
	}
	if (s->name == NULL || strcmp(section, s->name) != 0) {
		return RC_OK;
	}
	if (strcmp(key, "like") == 0) {
		struct search base = {.name = value, .depth = s->depth + 1};
		enum rc rc =
			s->depth < LIKE_MAX ? search(&base, reterr) : RC_INVAL;

		s->f = base.f;
		return rc == RC_OK && base.found ? RC_OK : RC_INVAL;
	}
	if (!put_key(&s->f, key, value, &known)) {
		return err_set(reterr, known ? RC_INVAL : RC_NOTFOUND, 0,
			"printer", "%s = %s is nothing a printer has", key,
			value);
	}
	return RC_OK;
}

/* The text of one section, from its name to the next one; the table is long,
 * and a receipt waits. */
static const char *
slice(const char *name, size_t *ret_n)
{
	const char *text = (const char *)printer_text;
	const char *end = text + printer_text_n;
	size_t n = strlen(name);

	for (const char *c = text; c != NULL && c < end;) {
		const char *next =
			memmem(c + 1, (size_t)(end - c - 1), "\n[", 2);

		next = next != NULL ? next + 1 : end;
		if (*c == '[' && (size_t)(next - c) > n + 2 &&
			memcmp(c + 1, name, n) == 0 && c[n + 1] == ']') {
			*ret_n = (size_t)(next - c);
			return c;
		}
		c = next;
	}
	*ret_n = 0;
	return text;
}

static enum rc
search(struct search *s, struct err *reterr)
{
	const char *text = (const char *)printer_text;
	size_t n = printer_text_n;

	if (s->name != NULL) {
		text = slice(s->name, &n);
	}
	return conf_parse("printers.conf", text, n, take, s, reterr);
}

enum rc
printer_profile_find(
	const char *name, struct printer_profile *ret, struct err *reterr)
{
	struct search s = {.name = name};
	enum rc rc = search(&s, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (!s.found) {
		return err_set(reterr, RC_NOTFOUND, 0, "printer",
			"no profile is called '%.40s': holdfast-printers(5) "
			"lists them, 'generic' fits any printer",
			name);
	}
	*ret = s.f;
	return RC_OK;
}

bool
/* NOLINTNEXTLINE(readability-non-const-parameter) */
printer_profile_name(size_t i, char out[PRINTER_NAME_BYTES])
{
	struct search s = {.at = i, .out = out};

	return search(&s, NULL) == RC_OK && s.found;
}

/* --- a configured printer ------------------------------------------------- */

enum rc
printer_profile_of(const struct device_conf *conf, struct printer_profile *ret,
	struct err *reterr)
{
	const struct device_driver *d = device_driver_find(conf->driver);
	const char *name = d != NULL ? device_opt_text(d, conf, "profile") : "";
	enum rc rc = printer_profile_find(name, ret, reterr);

	if (rc != RC_OK) {
		const char *first = d != NULL && d->n_opt > 0
					    ? d->opt[0].fallback
					    : "generic";
		enum rc again = printer_profile_find(first, ret, NULL);

		rc = again != RC_OK ? again : RC_INVAL;
	}
	for (size_t i = 0; i < conf->n_opt; i++) {
		const char *key = conf->opt[i].key;
		bool known = true;

		if (strcmp(key, "profile") == 0 || strcmp(key, "pin") == 0 ||
			put_key(ret, key, conf->opt[i].value, &known) ||
			!known) {
			continue;
		}
		rc = err_set(reterr, RC_INVAL, 0, "printer",
			"'%.60s' cannot be %s: holdfast-printers(5) says what "
			"can",
			conf->opt[i].value, key);
	}
	return rc;
}
