/* SPDX-License-Identifier: Apache-2.0 */
#include "device/caisse_driver.h"

#include <string.h>

#include "base/i18n.h"
#include "base/sbuf.h"
#include "base/text.h"
#include "device/caisse.h"
#include "device/caisse_e.h"

#include "base/poison.h"

#define SECOND_US INT64_C(1000000)
#define SOFTWARE_CHARS 12u

struct caisse_state {
	struct caisse_opt opt;
	struct caisse_talk talk;
};

struct caisse_e_state {
	struct caisse_e_opt opt;
	struct caisse_talk talk;
};

static void
copy_text(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text);
}

static enum rc
must_answer(bool write_only, struct err *reterr)
{
	if (!write_only) {
		return RC_OK;
	}
	return err_set(reterr, RC_INVAL, 0, "device",
		"a card terminal must be able to answer: write serial: or tcp: "
		"as its port");
}

/* --- version 3 ------------------------------------------------------------ */

static const struct device_opt caisse_opt_table[] = {
	{"framing",
		N_("auto (text on a network, else link), link, or text alone"),
		"auto", DEVICE_OPT_WORD, 0, 0, "auto link text"},
	{"version", N_("of the protocol, as the terminal has it"), "0320",
		DEVICE_OPT_WORD, 0, 0, "0300 0310 0320"},
	{"software", N_("12 digits that the association gave this program"),
		"012345678901", DEVICE_OPT_TEXT, 0, 0, NULL},
	{"register", N_("number of this register at the terminal"), "1",
		DEVICE_OPT_NUMBER, 1, 99, NULL},
	{"wait", N_("seconds until a payment without an answer is unknown"),
		"180", DEVICE_OPT_NUMBER, 120, 600, NULL},
	{"crlf", N_("end a message in text with CR LF"), "no", DEVICE_OPT_YES,
		0, 0, NULL},
	{"online", N_("ask the bank for each payment"), "no", DEVICE_OPT_YES, 0,
		0, NULL},
	{"partial", N_("take less than was asked, if that is what there is"),
		"no", DEVICE_OPT_YES, 0, 0, NULL},
	{"receipt", N_("ask for the customer's receipt"), "no", DEVICE_OPT_YES,
		0, 0, NULL},
	{"reference", N_("send what we call the payment"), "yes",
		DEVICE_OPT_YES, 0, 0, NULL},
};

static bool
is_text(const struct device_conf *conf)
{
	const char *how = device_opt_text(&caisse_driver, conf, "framing");

	if (strcmp(how, "auto") != 0) {
		return strcmp(how, "text") == 0;
	}
	return strncmp(conf->port, "tcp:", 4) == 0 ||
	       strncmp(conf->port, "unix:", 5) == 0;
}

static enum rc
caisse_open(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	const struct device_driver *d = &caisse_driver;
	const char *software = device_opt_text(d, conf, "software");
	struct caisse_state *s = state;
	enum rc rc = must_answer(write_only, reterr);

	if (rc == RC_OK && (!text_is_digits(software) ||
				   strlen(software) != SOFTWARE_CHARS)) {
		rc = err_set(reterr, RC_INVAL, 0, "device",
			"'%.40s' cannot be software: write the 12 digits of "
			"it",
			software);
	}
	caisse_talk_open(&s->talk, &caisse_codec, &s->opt);
	copy_text(s->opt.version, sizeof(s->opt.version),
		device_opt_text(d, conf, "version"));
	copy_text(s->opt.software, sizeof(s->opt.software), software);
	s->opt.reg = (unsigned)device_opt_number(d, conf, "register");
	s->opt.online = device_opt_yes(d, conf, "online");
	s->opt.partial = device_opt_yes(d, conf, "partial");
	s->opt.receipt = device_opt_yes(d, conf, "receipt");
	s->opt.reference = device_opt_yes(d, conf, "reference");
	s->talk.text = is_text(conf);
	s->talk.crlf = device_opt_yes(d, conf, "crlf");
	s->talk.wait_us = device_opt_number(d, conf, "wait") * SECOND_US;
	return rc;
}

static void
caisse_step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct caisse_state *s = state;

	caisse_talk_step(&s->talk, now, in, out);
}

static void
caisse_lost(void *state, struct mono now, struct device_out *out)
{
	struct caisse_state *s = state;

	caisse_talk_lost(&s->talk, now, out);
}

static enum rc
caisse_ask(void *state, uint32_t id, const struct pinpad_ask *ask)
{
	struct caisse_state *s = state;

	return caisse_talk_ask(&s->talk, id, ask);
}

static void
caisse_stored(void *state)
{
	struct caisse_state *s = state;

	caisse_talk_stored(&s->talk);
}

static void
caisse_cancel(void *state)
{
	struct caisse_state *s = state;

	caisse_talk_cancel(&s->talk);
}

static const struct pinpad_ops caisse_ops = {
	.can = 1u << PINPAD_PAY | 1u << PINPAD_REFUND | 1u << PINPAD_REVERSE |
	       1u << PINPAD_RESERVE | 1u << PINPAD_LAST | 1u << PINPAD_STATUS,
	.ask = caisse_ask,
	.stored = caisse_stored,
	.cancel = caisse_cancel,
};

const struct device_driver caisse_driver = {.name = "caisse",
	.summary = "card terminals that speak Caisse-AP version 3 (Concert)",
	.class_ = DEVICE_PINPAD,
	.line = {9600, 7, 'E', 1, FLOW_NONE},
	.opt = caisse_opt_table,
	.n_opt = ARRAY_LEN(caisse_opt_table),
	.state_size = sizeof(struct caisse_state),
	.open = caisse_open,
	.step = caisse_step,
	.lost = caisse_lost,
	.pinpad = &caisse_ops};

/* --- E and E+ ------------------------------------------------------------- */

static const struct device_opt caisse_e_opt_table[] = {
	{"register", N_("number of this register at the terminal"), "1",
		DEVICE_OPT_NUMBER, 1, 99, NULL},
	{"wait", N_("seconds until a payment without an answer is unknown"),
		"180", DEVICE_OPT_NUMBER, 120, 600, NULL},
	{"online", N_("ask the bank for each payment"), "no", DEVICE_OPT_YES, 0,
		0, NULL},
};

static enum rc
caisse_e_open(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	const struct device_driver *d = &caisse_e_driver;
	struct caisse_e_state *s = state;

	caisse_talk_open(&s->talk, &caisse_e_codec, &s->opt);
	s->opt.reg = (unsigned)device_opt_number(d, conf, "register");
	s->opt.online = device_opt_yes(d, conf, "online");
	s->talk.wait_us = device_opt_number(d, conf, "wait") * SECOND_US;
	return must_answer(write_only, reterr);
}

static void
caisse_e_step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct caisse_e_state *s = state;

	caisse_talk_step(&s->talk, now, in, out);
}

static void
caisse_e_lost(void *state, struct mono now, struct device_out *out)
{
	struct caisse_e_state *s = state;

	caisse_talk_lost(&s->talk, now, out);
}

static enum rc
caisse_e_ask(void *state, uint32_t id, const struct pinpad_ask *ask)
{
	struct caisse_e_state *s = state;

	return caisse_talk_ask(&s->talk, id, ask);
}

static void
caisse_e_stored(void *state)
{
	struct caisse_e_state *s = state;

	caisse_talk_stored(&s->talk);
}

static void
caisse_e_cancel(void *state)
{
	struct caisse_e_state *s = state;

	caisse_talk_cancel(&s->talk);
}

static const struct pinpad_ops caisse_e_ops = {
	.can = 1u << PINPAD_PAY | 1u << PINPAD_REFUND | 1u << PINPAD_REVERSE |
	       1u << PINPAD_LAST,
	.ask = caisse_e_ask,
	.stored = caisse_e_stored,
	.cancel = caisse_e_cancel,
};

const struct device_driver caisse_e_driver = {.name = "caisse-e",
	.summary = "older card terminals that speak Caisse-AP E or E+",
	.class_ = DEVICE_PINPAD,
	.line = {9600, 7, 'E', 1, FLOW_NONE},
	.opt = caisse_e_opt_table,
	.n_opt = ARRAY_LEN(caisse_e_opt_table),
	.state_size = sizeof(struct caisse_e_state),
	.open = caisse_e_open,
	.step = caisse_e_step,
	.lost = caisse_e_lost,
	.pinpad = &caisse_e_ops};
