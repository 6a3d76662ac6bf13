/* SPDX-License-Identifier: Apache-2.0 */
/* What 'holdfast device test' prints: all that a receipt is made of. */
#include <stdio.h>
#include <string.h>

#include "device/paper.h"
#include "main/verb_device.h"

#include "base/poison.h"

static void
row(struct paper *p, const char *what, const char *value)
{
	char text[160];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%s %s", what, value);
	paper_row(p, ROW_NORMAL, text);
}

/* As wide as the paper: a row that breaks says that its columns are wrong. */
static void
ruler(struct paper *p)
{
	char text[128];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	for (unsigned i = 1; i <= p->profile.cols; i++) {
		if (i % 10 == 0) {
			sbuf_putc(&b, (char)('0' + i / 10 % 10));
		} else {
			sbuf_putc(&b, i % 5 == 0 ? '+' : '-');
		}
	}
	paper_row(p, ROW_NORMAL, text);
}

enum rc
device_page(const struct config_device *d, uint8_t *out, size_t cap,
	size_t *ret_n, struct err *reterr)
{
	const struct device_driver *driver = device_driver_find(d->driver);
	struct device_opt_value opt[CONFIG_DEVICE_OPTS];
	struct printer_profile f;
	struct device_conf conf;
	struct paper p;
	enum rc rc;

	config_device_conf(d, opt, &conf);
	rc = printer_profile_of(&conf, &f, reterr);
	if (rc != RC_OK || driver == NULL) {
		return rc;
	}
	paper_begin(&p, out, cap, driver->printer->language(&conf), &f);
	paper_row(&p, ROW_TITLE, "Holdfast");
	row(&p, "Printer", d->name);
	row(&p, "Driver", d->driver);
	row(&p, "Profile", device_opt_text(driver, &conf, "profile"));
	ruler(&p);
	paper_row(&p, ROW_NORMAL, "ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789");
	paper_row(&p, ROW_NORMAL, "Ä Ö Ü ä ö ü ß é è ê à ç ñ ø £ € 1,00");
	paper_row(&p, ROW_BOLD, "bold");
	paper_row(&p, ROW_TOTAL, "tall");
	paper_row(&p, ROW_NOTE, "a note");
	paper_row(&p, ROW_CODE, "TEST-12345");
	(void)paper_code(&p, PAPER_EAN13, "4006381333931");
	(void)paper_code(&p, PAPER_QR, "https://example.com/receipt");
	rc = paper_end(&p);
	*ret_n = p.len;
	return rc;
}
