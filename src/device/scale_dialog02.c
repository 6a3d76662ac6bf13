/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkout dialogs 02, 04 and 06: the register says the price, the scale what
 * the goods weigh and cost.  One exchange at a time: record, ACK, enquiry,
 * weight, EOT; an answer that does not fit where the exchange stands, or is to
 * another price, is dropped.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/sbuf.h"
#include "device/scale_drivers.h"
#include "device/scale_seal.h"

#include "base/poison.h"

#define STX 0x02
#define ETX 0x03
#define EOT "\004"
#define ENQUIRY "\004\005"
#define ACK 0x06
#define NAK 0x15
#define ESC "\033"
#define FIELD_MAX INT64_C(999999)
#define TARE_MAX INT64_C(9999)
#define FRAME_BYTES 40u
#define SILENT_AFTER 3u
#define ANSWER_US INT64_C(500000)
#define AGAIN_US INT64_C(100000)   /* to an enquiry */
#define RESTART_US INT64_C(300000) /* to a new record */
#define SILENT_US INT64_C(1000000)

enum stand {
	STAND_PAUSE,  /* until ${next} */
	STAND_RECORD, /* ACK is to come */
	STAND_WEIGHT, /* the weight is */
	STAND_STATUS, /* why there is none */
	STAND_SEAL,   /* ACK to the checksums */
	STAND_SEALED  /* whether they are right */
};

struct dialog {
	uint32_t id, of; /* what is weighed; what this exchange is about */
	struct scale_ask ask;
	enum stand stand;
	bool enquire; /* behind the pause: no new record */
	bool told, faulty, texts, sealed;
	struct scale_seal seal;
	unsigned silent;
	int64_t least;
	struct mono next;
	struct scale_reading last;
	uint8_t frame[FRAME_BYTES];
	size_t n; /* of it; STX is the first */
};

/* --- what is said of it --------------------------------------------------- */

static void
say(struct device_out *out, enum device_event_kind kind, uint32_t id,
	const char *text)
{
	struct device_event *e = device_out_event(out, kind, id);
	struct sbuf b;

	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, text);
	}
}

static void
tell(struct dialog *d, struct mono now, const struct scale_reading *r,
	const char *text, struct device_out *out)
{
	bool faulty = (r->flags & SCALE_FAULT) != 0;
	struct device_event *e;
	struct sbuf b;

	if (faulty && !d->faulty) {
		say(out, DEVICE_FAULT, 0, text);
	} else if (!faulty && d->faulty) {
		say(out, DEVICE_READY, 0, "");
	}
	d->faulty = faulty;
	if (d->told && d->last.flags == r->flags && d->last.grams == r->grams) {
		return;
	}
	e = device_out_event(out, DEVICE_WEIGHT, d->id);
	if (e != NULL) {
		d->told = true;
		d->last = *r;
		e->weight = *r;
		e->weight.read = now;
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, text);
	}
}

static void
tell_flags(struct dialog *d, struct mono now, unsigned flags, const char *text,
	struct device_out *out)
{
	const struct scale_reading r = {.flags = flags};

	tell(d, now, &r, text, out);
}

/* --- what is sent --------------------------------------------------------- */

static void
put(struct device_out *out, const char *text)
{
	(void)device_out_put(out, text, strlen(text));
}

static void
go(struct dialog *d, struct mono now, enum stand stand)
{
	d->stand = stand;
	d->next.us = now.us + ANSWER_US;
	d->n = 0;
}

static void
wait_for(struct dialog *d, struct mono now, bool enquire, int64_t us)
{
	d->stand = STAND_PAUSE;
	d->enquire = enquire;
	d->next.us = now.us + us;
	d->n = 0;
}

/* The scale is let go, and told the price anew some time later. */
static void
let_go(struct dialog *d, struct mono now, int64_t us, struct device_out *out)
{
	put(out, EOT);
	wait_for(d, now, false, us);
}

static void
send_record(struct dialog *d, struct mono now, struct device_out *out)
{
	bool tare = d->ask.tare > 0 && d->ask.tare <= TARE_MAX;
	bool text = d->texts && d->ask.text[0] != '\0';
	char record[64];
	struct sbuf b;

	sbuf_init(&b, record, sizeof(record));
	sbuf_printf(&b, EOT "\002%s" ESC "%06lld" ESC,
		text && tare ? "05"
		: text       ? "04"
		: tare       ? "03"
			     : "01",
		(long long)d->ask.price);
	if (tare) {
		sbuf_printf(&b,
			"%04lld"
			"%s",
			(long long)d->ask.tare, text ? ESC : "");
	}
	if (text) {
		sbuf_printf(&b, "%-13.13s", d->ask.text);
	}
	sbuf_putc(&b, ETX);
	(void)device_out_put(out, b.p, b.len);
	d->of = d->id;
	go(d, now, STAND_RECORD);
}

static void
enquire(struct dialog *d, struct mono now, enum stand stand,
	struct device_out *out)
{
	put(out, ENQUIRY);
	go(d, now, stand);
}

/* --- what it answers ------------------------------------------------------ */

static bool
number(const uint8_t *p, size_t n, int64_t *ret)
{
	int64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9') {
			return false;
		}
		v = v * 10 + (p[i] - '0');
	}
	*ret = v;
	return true;
}

/* |amount - grams x price / 1000| <= 1, in whole numbers. */
static bool
adds_up(const struct scale_reading *r)
{
	int64_t off = r->amount * 1000 - r->grams * r->price;

	return off >= -1000 && off <= 1000;
}

/* STX "02" ESC u ESC w5 ESC p6 ESC a6 ETX.  False: it is none. */
static bool
take_weight(struct dialog *d, struct mono now, struct device_out *out)
{
	const uint8_t *p = d->frame;
	struct scale_reading r = {
		.flags = SCALE_STABLE | SCALE_PRICED, .tare = d->ask.tare};

	if (d->n != 26 || p[3] != 0x1b || p[5] != 0x1b || p[11] != 0x1b ||
		p[18] != 0x1b || p[4] < '0' || p[4] > '3' ||
		!number(p + 6, 5, &r.grams) || !number(p + 12, 6, &r.price) ||
		!number(p + 19, 6, &r.amount)) {
		return false;
	}
	if (r.price != d->ask.price) {
		/* an answer to what was asked before */
		let_go(d, now, AGAIN_US, out);
		return true;
	}
	let_go(d, now, RESTART_US, out);
	if (p[4] != '3') {
		tell_flags(d, now, SCALE_FAULT,
			N_("The scale weighs in pounds here: set it to "
			   "kilograms."),
			out);
		return true;
	}
	if (!adds_up(&r)) {
		tell_flags(d, now, SCALE_FAULT,
			N_("The scale's amount is not its weight times the "
			   "price: it needs its service."),
			out);
		return true;
	}
	r.flags |= r.tare > 0 ? SCALE_NET : 0u;
	r.flags |= r.grams < d->least ? SCALE_BELOW : 0u;
	tell(d, now, &r, "", out);
	return true;
}

/* Why there is no weight: STX "09" ESC s2 ETX. */
static bool
take_reason(struct dialog *d, struct mono now, struct device_out *out)
{
	const bool had = d->told && scale_sells(&d->last);
	int64_t s = 0;

	if (d->n != 7 || d->frame[3] != 0x1b || !number(d->frame + 4, 2, &s)) {
		return false;
	}
	switch (s) {
	case 20:
		tell_flags(d, now, SCALE_MOTION, "", out);
		wait_for(d, now, true, AGAIN_US);
		return true;
	case 0:
	case 22:
		wait_for(d, now, true, AGAIN_US);
		return true;
	case 21:
		if (!had) {
			tell_flags(d, now, 0,
				N_("Not moved since the last weight: take the "
				   "goods off and put them on again."),
				out);
		}
		break;
	case 30:
		tell_flags(d, now, SCALE_BELOW, "", out);
		break;
	case 31:
		tell_flags(d, now, SCALE_UNDER, "", out);
		break;
	case 32:
		tell_flags(d, now, SCALE_OVER, "", out);
		break;
	case 10:
	case 11:
	case 12:
	case 13:
		tell_flags(d, now, SCALE_FAULT,
			N_("The scale takes no such price, tare or text: key "
			   "the weight."),
			out);
		break;
	default:
		/* disturbed: the same again */
		break;
	}
	let_go(d, now, RESTART_US, out);
	return true;
}

/* STX "11" ESC "2" Z Z ETX asks for the seal; "1" it is right, "0" not. */
static bool
take_seal(struct dialog *d, struct mono now, struct device_out *out)
{
	const uint8_t *p = d->frame;
	char reply[SCALE_SEAL_TEXT];
	char record[32];
	struct sbuf b;

	if (d->n == 8 && p[3] == 0x1b && p[4] == '2') {
		if (!d->sealed) {
			let_go(d, now, SILENT_US, out);
			tell_flags(d, now, SCALE_FAULT,
				N_("The scale asks for a seal (dialog 06): set "
				   "it to dialog 02 or 04."),
				out);
			return true;
		}
		if (!scale_seal(&d->seal, p + 5, reply)) {
			return false;
		}
		sbuf_init(&b, record, sizeof(record));
		sbuf_printf(&b, EOT "\00210" ESC "%s\003", reply);
		(void)device_out_put(out, b.p, b.len);
		go(d, now, STAND_SEAL);
		return true;
	}
	if (d->n != 6 || p[3] != 0x1b || d->stand != STAND_SEALED ||
		(p[4] != '0' && p[4] != '1')) {
		return false;
	}
	if (p[4] == '1') {
		let_go(d, now, 0, out);
		return true;
	}
	let_go(d, now, SILENT_US, out);
	tell_flags(d, now, SCALE_FAULT,
		N_("The scale does not accept this register's seal: ask who "
		   "certified it."),
		out);
	return true;
}

static void
heard(struct dialog *d, struct device_out *out)
{
	if (d->silent >= SILENT_AFTER) {
		say(out, DEVICE_READY, 0, "");
	}
	d->silent = 0;
}

/* The exchange was about something that is not weighed any more. */
static bool
is_old(struct dialog *d, struct mono now, struct device_out *out)
{
	if (d->of == d->id) {
		return false;
	}
	let_go(d, now, AGAIN_US, out);
	return true;
}

static void
on_frame(struct dialog *d, struct mono now, struct device_out *out)
{
	bool weight = memcmp(d->frame + 1, "02", 2) == 0;
	bool reason = memcmp(d->frame + 1, "09", 2) == 0;
	bool seal = memcmp(d->frame + 1, "11", 2) == 0;
	bool fits = (weight && d->stand == STAND_WEIGHT) ||
		    (reason && d->stand == STAND_STATUS) ||
		    (seal && d->stand != STAND_PAUSE);

	if (!fits) {
		return;
	}
	heard(d, out);
	if (is_old(d, now, out)) {
		return;
	}
	if ((weight && !take_weight(d, now, out)) ||
		(reason && !take_reason(d, now, out)) ||
		(seal && !take_seal(d, now, out))) {
		let_go(d, now, RESTART_US, out);
	}
}

static void
on_ack(struct dialog *d, struct mono now, struct device_out *out)
{
	if (d->stand != STAND_RECORD && d->stand != STAND_SEAL) {
		return;
	}
	heard(d, out);
	if (!is_old(d, now, out)) {
		enquire(d, now,
			d->stand == STAND_RECORD ? STAND_WEIGHT : STAND_SEALED,
			out);
	}
}

static void
on_nak(struct dialog *d, struct mono now, struct device_out *out)
{
	if (d->stand == STAND_PAUSE) {
		return;
	}
	heard(d, out);
	if (is_old(d, now, out)) {
		return;
	}
	if (d->stand == STAND_STATUS) {
		let_go(d, now, RESTART_US, out);
		return;
	}
	put(out, EOT "\00208\003");
	go(d, now, STAND_STATUS);
}

static void
on_byte(struct dialog *d, struct mono now, uint8_t byte, struct device_out *out)
{
	if (byte == STX) {
		d->frame[0] = byte;
		d->n = 1;
	} else if (d->n == 0 && byte == ACK) {
		on_ack(d, now, out);
	} else if (d->n == 0 && byte == NAK) {
		on_nak(d, now, out);
	} else if (d->n > 0 && d->n < FRAME_BYTES) {
		d->frame[d->n++] = byte;
		if (byte == ETX) {
			if (d->n >= 4) {
				on_frame(d, now, out);
			}
			d->n = 0;
		}
	} else {
		d->n = 0;
	}
}

/* --- time ----------------------------------------------------------------- */

static void
no_answer(struct dialog *d, struct mono now, struct device_out *out)
{
	d->silent += d->silent <= SILENT_AFTER ? 1u : 0u;
	if (d->silent == SILENT_AFTER) {
		d->told = false;
		say(out, DEVICE_SILENT, d->id,
			N_("The scale does not answer: look at its cable and "
			   "its settings."));
	}
	let_go(d, now, d->silent >= SILENT_AFTER ? SILENT_US : AGAIN_US, out);
}

static void
begin(struct dialog *d, struct mono now, struct device_out *out)
{
	if (d->ask.price <= 0 || d->ask.price > FIELD_MAX) {
		tell_flags(d, now, SCALE_FAULT,
			N_("The scale takes no such price, tare or text: key "
			   "the weight."),
			out);
		d->next.us = -1;
	} else if (d->enquire && d->of == d->id) {
		enquire(d, now, STAND_WEIGHT, out);
	} else {
		send_record(d, now, out);
	}
}

static void
step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct dialog *d = state;

	for (size_t i = 0; i < in->n; i++) {
		on_byte(d, now, in->p[i] & 0x7f, out);
	}
	if (d->stand != STAND_PAUSE && now.us >= d->next.us) {
		no_answer(d, now, out);
	}
	if (d->stand == STAND_PAUSE && d->id != 0 && d->next.us >= 0 &&
		now.us >= d->next.us) {
		begin(d, now, out);
	}
	if (d->next.us >= 0 && (d->stand != STAND_PAUSE || d->id != 0)) {
		device_out_by(out, d->next);
	}
}

/* --- the driver ----------------------------------------------------------- */

static void
ask(void *state, uint32_t id, const struct scale_ask *a)
{
	struct dialog *d = state;

	d->id = id;
	d->ask = *a;
	d->told = false;
	d->silent = 0;
	if (d->stand == STAND_PAUSE) {
		d->enquire = false;
		d->next.us = 0;
	}
}

static void
rest(void *state)
{
	struct dialog *d = state;

	d->id = 0;
	d->silent = 0;
}

static enum rc
command(void *state, enum scale_command what)
{
	(void)state;
	(void)what;
	return RC_INVAL;
}

static const struct scale_ops ops = {
	.ask = ask, .rest = rest, .command = command};

static const struct device_opt opts[] = {
	{"variant", N_("the dialog that the scale is set to"), "02",
		DEVICE_OPT_WORD, 0, 0, "02 04 06"},
	{"text", N_("whether the scale shows what is weighed"), "no",
		DEVICE_OPT_YES, 0, 0, NULL},
	{"seal",
		N_("of dialog 06: checksum and polynomial, as who certified "
		   "the register gives them"),
		"", DEVICE_OPT_BYTES, 0, SCALE_SEAL_BYTES, NULL},
	{"least", N_("its least load in grams: less is not sold"), "20",
		DEVICE_OPT_NUMBER, 0, 100000, NULL},
};

static enum rc
check(const struct device_conf *conf, const char *variant, bool sealed,
	bool write_only, struct err *reterr)
{
	if (write_only) {
		return err_set(reterr, RC_INVAL, 0, "scale",
			"%s can only be written to, and a scale must be read: "
			"name its serial line",
			conf->port);
	}
	if (strcmp(variant, "06") == 0 && !sealed) {
		return err_set(reterr, RC_INVAL, 0, "scale",
			"dialog 06 needs the seal of who certified this "
			"register: write it as seal, or set the scale to "
			"dialog 02 or 04");
	}
	if (strncmp(conf->port, "serial:", 7) == 0 && conf->line.baud == 0 &&
		strcmp(variant, "02") != 0) {
		return err_set(reterr, RC_INVAL, 0, "scale",
			"dialog %s has a speed of its own: write 'baud = %s'",
			variant, strcmp(variant, "04") == 0 ? "4800" : "9600");
	}
	return RC_OK;
}

static enum rc
open_dialog(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	const struct device_driver *drv = &scale_dialog02_driver;
	uint8_t secret[SCALE_SEAL_BYTES];
	size_t n = device_opt_bytes(drv, conf, "seal", secret, sizeof(secret));
	struct dialog *d = state;

	memset(d, 0, sizeof(*d));
	d->texts = device_opt_yes(drv, conf, "text");
	d->least = device_opt_number(drv, conf, "least");
	d->sealed = n == SCALE_SEAL_BYTES;
	if (d->sealed) {
		scale_seal_set(&d->seal, secret);
	}
	return check(conf, device_opt_text(drv, conf, "variant"), d->sealed,
		write_only, reterr);
}

const struct device_driver scale_dialog02_driver = {
	.name = "dialog02",
	.summary = "checkout scales of dialog 02, 04 and 06: Mettler, Bizerba, "
		   "Dibal",
	.class_ = DEVICE_SCALE,
	.line = {2400, 7, 'O', 1, FLOW_NONE},
	.opt = opts,
	.n_opt = ARRAY_LEN(opts),
	.state_size = sizeof(struct dialog),
	.open = open_dialog,
	.step = step,
	.scale = &ops,
};
