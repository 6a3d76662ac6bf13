/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as printer bytes. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "core/order.h"
#include "device/paper.h"
#include "register/document.h"

#include "base/poison.h"

#define JOB_BYTES ((size_t)16 << 10)
#define LOGO_BYTES ((size_t)64 << 10)
#define JOB_MAX_BYTES ((size_t)8 << 20)

/* What is to be printed; drawn again into a larger job when it did not fit. */
struct draw {
	void (*fn)(const struct draw *d, struct paper *j);
	const struct config *c;
	const struct config_device *device; /* NULL: the receipt printer */
	const struct event *sale;
	const struct document_opts *opts;
	const struct totals *totals;
	const char *slip;
	struct utc time;
	int32_t tz_min;
	bool again;
};

/* How the device is told, and what it can do; any printer's without one. */
static const struct paper_language *
language_of(const struct config_device *d, struct printer_profile *ret)
{
	struct device_opt_value opt[CONFIG_DEVICE_OPTS];
	struct device_conf conf = {.driver = "escpos"};
	const struct device_driver *driver;

	if (d != NULL) {
		config_device_conf(d, opt, &conf);
	}
	driver = device_driver_find(conf.driver);
	/* what is wrong in a recorded text is left out */
	(void)printer_profile_of(&conf, ret, NULL);
	return driver != NULL && driver->printer != NULL
		       ? driver->printer->language(&conf)
		       : &paper_escpos;
}

static enum rc
make_job(const struct draw *d, uint8_t **ret, size_t *ret_n, struct err *reterr)
{
	const struct config_device *device =
		d->device != NULL ? d->device : config_printer(d->c);
	struct printer_profile profile;
	const struct paper_language *language = language_of(device, &profile);
	struct paper j;
	uint8_t *p = NULL;
	enum rc rc = RC_RANGE;

	for (size_t cap = JOB_BYTES; cap <= JOB_MAX_BYTES; cap *= 2) {
		p = malloc(cap);
		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "document",
				"no memory to print: close other programs");
		}
		paper_begin(&j, p, cap, language, &profile);
		d->fn(d, &j);
		rc = paper_end(&j);
		if (rc != RC_RANGE) {
			break;
		}
		free(p);
		p = NULL;
	}
	if (rc != RC_OK) {
		free(p);
		return err_set(
			reterr, rc, 0, "document", "this is too long to print");
	}
	*ret = p;
	*ret_n = j.len;
	return RC_OK;
}

/* What cannot be read or printed is left out: a receipt is due. */
static void
draw_logo(const struct draw *d, struct paper *j)
{
	const char *path = config_device_opt(config_printer(d->c), "logo");
	struct paper_image image;
	uint8_t *file = NULL, *room = NULL;
	size_t n = 0;

	if (path == NULL || j->profile.image == PRINTER_IMAGE_NONE ||
		file_load(path, LOGO_BYTES, &file, &n, NULL) != RC_OK) {
		return;
	}
	room = malloc(LOGO_BYTES);
	if (room != NULL &&
		pbm_read(file, n, &image, room, LOGO_BYTES, NULL) == RC_OK) {
		(void)paper_picture(j, &image);
	}
	free(room);
	free(file);
}

static struct receipt_opts
opts_of(const struct draw *d)
{
	return (struct receipt_opts){.cols = d->c->cols,
		.copy = (uint32_t)d->opts->copy,
		.uncertain = d->opts->uncertain,
		.hash = d->opts->hash};
}

static void
draw_sale(const struct draw *d, struct paper *j)
{
	struct receipt_head head = config_head(d->c);
	struct receipt_opts opts = opts_of(d);

	draw_logo(d, j);
	receipt_sale(&head, d->sale, &opts, paper_row, j);
}

static void
draw_report(const struct draw *d, struct paper *j)
{
	struct receipt_head head = config_head(d->c);

	receipt_report(&head, d->totals, d->time, d->tz_min,
		d->c->currency.code, d->c->currency.digits, d->c->cols,
		paper_row, j);
}

static void
draw_day(const struct draw *d, struct paper *j)
{
	struct receipt_head head = config_head(d->c);
	struct receipt_opts opts = opts_of(d);

	receipt_day(&head, d->sale, d->totals, &opts, d->c->currency.code,
		d->c->currency.digits, paper_row, j);
}

static void
draw_period(const struct draw *d, struct paper *j)
{
	struct receipt_head head = config_head(d->c);

	receipt_period(&head, d->sale, d->c->currency.code,
		d->c->currency.digits, d->c->cols, paper_row, j);
}

enum rc
document_period_paper(const struct config *c, const struct event *closed,
	uint8_t **ret, size_t *ret_n, struct err *reterr)
{
	struct draw d = {.fn = draw_period, .c = c, .sale = closed};

	return make_job(&d, ret, ret_n, reterr);
}

static void
draw_terminal(const struct draw *d, struct paper *j)
{
	struct receipt_head head = config_head(d->c);

	receipt_terminal(&head, d->sale, d->c->currency.code,
		d->c->currency.digits, d->c->cols, paper_row, j);
}

enum rc
document_terminal_paper(const struct config *c, const struct event *closed,
	uint8_t **ret, size_t *ret_n, struct err *reterr)
{
	struct draw d = {.fn = draw_terminal, .c = c, .sale = closed};

	return make_job(&d, ret, ret_n, reterr);
}

enum rc
document_paper(const struct config *c, const struct event *sale,
	const struct document_opts *o, uint8_t **ret, size_t *ret_n,
	struct err *reterr)
{
	struct draw d = {.fn = draw_sale, .c = c, .sale = sale, .opts = o};

	if (sale->type != EVENT_SALE_COMPLETED) {
		return err_set(reterr, RC_INVAL, 0, "document",
			"event %llu is no sale: only sales have a receipt",
			(unsigned long long)sale->sequence);
	}
	return make_job(&d, ret, ret_n, reterr);
}

/* Rows with \n between; the terminal has laid them out. */
static void
draw_slip(const struct draw *d, struct paper *j)
{
	const char *p = d->slip;

	while (*p != '\0') {
		size_t n = strcspn(p, "\n");
		char row[256];
		struct sbuf b;

		sbuf_init(&b, row, sizeof(row));
		sbuf_write(&b, p, n);
		paper_text(j, 0, row);
		p += n + (p[n] == '\n' ? 1 : 0);
	}
}

enum rc
document_slip_paper(const struct config *c, const char *text, uint8_t **ret,
	size_t *ret_n, struct err *reterr)
{
	struct draw d = {.fn = draw_slip, .c = c, .slip = text};

	return make_job(&d, ret, ret_n, reterr);
}

enum rc
document_report_paper(const struct config *c, const struct totals *t,
	struct utc time, int32_t tz_min, uint8_t **ret, size_t *ret_n,
	struct err *reterr)
{
	struct draw d = {.fn = draw_report,
		.c = c,
		.totals = t,
		.time = time,
		.tz_min = tz_min};

	return make_job(&d, ret, ret_n, reterr);
}

enum rc
document_day_paper(const struct config *c, const struct event *day,
	const struct document_opts *o, uint8_t **ret, size_t *ret_n,
	struct err *reterr)
{
	struct totals t;
	struct draw d = {
		.fn = draw_day, .c = c, .sale = day, .opts = o, .totals = &t};
	enum rc rc = document_day(day, &t, reterr);

	return rc == RC_OK ? make_job(&d, ret, ret_n, reterr) : rc;
}

/* --- the kitchen ---------------------------------------------------------- */

/* ${arg}: "yes", or departments with blanks between. */
static bool
wants(const void *arg, const char *dept)
{
	const char *list = arg;
	size_t len = strlen(dept);

	if (strcmp(list, "yes") == 0) {
		return true;
	}
	for (const char *c = list + strspn(list, " "); *c != '\0';) {
		size_t n = strcspn(c, " ");

		if (n == len && memcmp(c, dept, n) == 0) {
			return true;
		}
		c += n;
		c += strspn(c, " ");
	}
	return false;
}

/* Columns are the printer's, once it is known. */
static struct order_opts
order_opts(const struct draw *d)
{
	const char *list = config_device_opt(d->device, "orders");

	return (struct order_opts){.again = d->again,
		.wants = wants,
		.arg = list != NULL ? list : ""};
}

static void
draw_order(const struct draw *d, struct paper *j)
{
	struct receipt_head head = config_head(d->c);
	struct order_opts o = order_opts(d);

	o.cols = j->profile.cols;
	paper_buzz(j);
	order_ticket(&head, d->sale, &o, paper_row, j);
}

enum rc
document_order(const struct config *c, const struct config_device *d,
	const struct event *sale, bool again, uint8_t **ret, size_t *ret_n,
	struct err *reterr)
{
	struct draw draw = {.fn = draw_order,
		.c = c,
		.device = d,
		.sale = sale,
		.again = again};
	struct order_opts o = order_opts(&draw);

	if (d == NULL || sale->type != EVENT_SALE_COMPLETED ||
		order_count(sale, &o) == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "document",
			"nothing of this sale is for the kitchen");
	}
	return make_job(&draw, ret, ret_n, reterr);
}

void
document_orders(
	const struct config *c, const struct event *sale, struct sbuf *out)
{
	for (size_t i = 0; i < c->n_device; i++) {
		struct draw draw = {.c = c, .device = &c->device[i]};
		struct order_opts o = order_opts(&draw);

		if (c->device[i].class_ != DEVICE_PRINTER || o.arg == NULL ||
			order_count(sale, &o) == 0) {
			continue;
		}
		sbuf_puts(out, out->len > 0 ? " " : "");
		sbuf_puts(out, c->device[i].name);
	}
}

/* --- a test --------------------------------------------------------------- */

static void
draw_test(const struct draw *d, struct paper *j)
{
	char row[CONFIG_DEVICE_NAME_BYTES + 64];
	struct sbuf b;

	paper_text(j, PAPER_BOLD | PAPER_CENTER, d->c->shop);
	sbuf_init(&b, row, sizeof(row));
	/* cells: 16, the device's name */
	sbuf_printf(&b, _("TEST %s"), d->device->name);
	paper_text(j, PAPER_WIDE | PAPER_TALL, row);
	paper_text(j, 0, d->device->driver);
	paper_text(j, 0,
		"1234567890 \xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f "
		"\xc3\xa9\xc3\xa8\xc3\xa7 \xe2\x82\xac");
	/* cells: 32 */
	paper_text(j, 0, _("No sale, nothing is recorded."));
}

enum rc
document_test(const struct config *c, const struct config_device *d,
	uint8_t **ret, size_t *ret_n, struct err *reterr)
{
	struct draw draw = {.fn = draw_test, .c = c, .device = d};

	if (d == NULL) {
		return err_set(reterr, RC_NOTFOUND, 0, "document",
			"no such printer is configured");
	}
	return make_job(&draw, ret, ret_n, reterr);
}
