/* SPDX-License-Identifier: Apache-2.0 */
/* The driver's table, its options, and what the host asks. */
#include <string.h>

#include "base/i18n.h"
#include "device/zvt_driver.h"
#include "device/zvt_internal.h"

#include "base/poison.h"

#define S INT64_C(1000000)

static const struct device_opt options[] = {
	{"password", N_("the terminal's, six digits"), "000000",
		DEVICE_OPT_TEXT, 0, 0, NULL},
	{"config",
		N_("what is registered for: BE receipts are printed here, "
		   "38 by the terminal"),
		"BE", DEVICE_OPT_BYTES, 0, 1, NULL},
	{"service", N_("service byte of the registration; nothing: none"), "01",
		DEVICE_OPT_BYTES, 0, 1, NULL},
	{"currency", N_("ISO 4217 number"), "978", DEVICE_OPT_NUMBER, 1, 999,
		NULL},
	{"columns", N_("of a receipt; 0: as the terminal has it"), "0",
		DEVICE_OPT_NUMBER, 0, 99, NULL},
	{"charset", N_("how the terminal writes text"), "cp437",
		DEVICE_OPT_WORD, 0, 0, "cp437 latin1 utf8"},
	{"framing", N_("of the line; auto: by its address"), "auto",
		DEVICE_OPT_WORD, 0, 0, "auto serial tcp"},
	{"session", N_("registered for good, or for each payment"), "keep",
		DEVICE_OPT_WORD, 0, 0, "keep each"},
	{"answer", N_("seconds until a command is answered"), "5",
		DEVICE_OPT_NUMBER, 1, 60, NULL},
	{"timeout", N_("seconds without a word of the terminal"), "180",
		DEVICE_OPT_NUMBER, 10, 900, NULL},
};

static enum rc
take_password(struct zvt *z, const char *text, struct err *reterr)
{
	struct zvt_make m = {.n = 0};
	int64_t n = 0;

	for (const char *c = text; *c != '\0'; c++) {
		if (*c < '0' || *c > '9' || c - text >= 6) {
			n = -1;
			break;
		}
		n = n * 10 + (*c - '0');
	}
	if (n < 0 || strlen(text) != 6) {
		return err_set(reterr, RC_INVAL, 0, "device",
			"'password' of a ZVT terminal is six digits: write "
			"000000, or what the terminal is set to");
	}
	zvt_put_bcd(&m, n, sizeof(z->password));
	memcpy(z->password, m.byte, sizeof(z->password));
	return RC_OK;
}

static bool
is_serial(const struct device_conf *conf)
{
	const char *framing = device_opt_text(&zvt_driver, conf, "framing");

	if (strcmp(framing, "auto") != 0) {
		return strcmp(framing, "serial") == 0;
	}
	return strncmp(conf->port, "tcp:", 4) != 0 &&
	       strncmp(conf->port, "unix:", 5) != 0;
}

static enum rc
zvt_open(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	const struct device_driver *d = &zvt_driver;
	struct zvt *z = state;
	const char *charset = device_opt_text(d, conf, "charset");

	memset(z, 0, sizeof(*z));
	if (write_only) {
		return err_set(reterr, RC_INVAL, 0, "device",
			"%s cannot be read: a card terminal needs a line that "
			"goes both ways",
			conf->port);
	}
	(void)device_opt_bytes(d, conf, "config", &z->config, 1);
	(void)device_opt_bytes(d, conf, "service", &z->service, 1);
	z->currency = (unsigned)device_opt_number(d, conf, "currency");
	z->columns = (unsigned)device_opt_number(d, conf, "columns");
	z->charset = strcmp(charset, "utf8") == 0     ? ZVT_UTF8
		     : strcmp(charset, "latin1") == 0 ? ZVT_LATIN1
						      : ZVT_CP437;
	z->leaves = strcmp(device_opt_text(d, conf, "session"), "each") == 0;
	z->t3_us = device_opt_number(d, conf, "answer") * S;
	z->t4_us = device_opt_number(d, conf, "timeout") * S;
	zvt_link_init(&z->link, is_serial(conf));
	zvt_rest(z);
	return take_password(z, device_opt_text(d, conf, "password"), reterr);
}

static void
zvt_lost(void *state, struct mono now, struct device_out *out)
{
	struct zvt *z = state;

	(void)now;
	if (z->open) {
		zvt_result(z, zvt_unheard(z), -1,
			N_("The line to the card terminal is cut."));
		zvt_give_result(z, out);
	}
	z->registered = false;
	zvt_link_init(&z->link, z->link.serial);
	zvt_rest(z);
}

static enum rc
zvt_ask(void *state, uint32_t id, const struct pinpad_ask *ask)
{
	struct zvt *z = state;
	struct zvt_make m;

	if (z->open || z->held == ZVT_HELD_RESULT) {
		return RC_AGAIN;
	}
	if ((pinpad_op_moves(ask->op) && ask->op != PINPAD_REVERSE &&
		    ask->op != PINPAD_RELEASE && ask->amount <= 0) ||
		((ask->op == PINPAD_REVERSE || ask->op == PINPAD_CAPTURE ||
			 ask->op == PINPAD_RELEASE) &&
			ask->receipt[0] == '\0')) {
		return RC_INVAL;
	}
	z->ask = *ask;
	if (!zvt_make_ask(z, &m)) {
		return RC_INVAL;
	}
	z->open = true;
	z->sent = false;
	z->stop = false;
	z->stopped = false;
	z->id = id;
	return RC_OK;
}

static void
zvt_stored(void *state)
{
	struct zvt *z = state;

	z->stored = z->held != ZVT_HELD_NOT;
}

static void
zvt_cancel(void *state)
{
	struct zvt *z = state;

	z->stop = z->open;
}

static const struct pinpad_ops ops = {
	.can = (1u << PINPAD_OP_COUNT) - 1,
	.ask = zvt_ask,
	.stored = zvt_stored,
	.cancel = zvt_cancel,
};

const struct device_driver zvt_driver = {
	.name = "zvt",
	.summary = "card terminal, ZVT",
	.class_ = DEVICE_PINPAD,
	.line = {9600, 8, 'N', 2, FLOW_NONE},
	.opt = options,
	.n_opt = ARRAY_LEN(options),
	.state_size = sizeof(struct zvt),
	.open = zvt_open,
	.step = zvt_step,
	.lost = zvt_lost,
	.pinpad = &ops,
};
