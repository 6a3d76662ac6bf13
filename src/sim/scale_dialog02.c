/* SPDX-License-Identifier: Apache-2.0 */
/* A checkout scale of dialog 02, 04 and, with a seal, 06. */
#include <string.h>

#include "device/scale_seal.h"
#include "sim/plate.h"
#include "sim/sim_devices.h"

#include "base/poison.h"

#define STX 0x02
#define ETX 0x03
#define EOT 0x04
#define ENQ 0x05
#define ACK "\006"
#define NAK "\025"
#define RECORD_BYTES 48u
#define LEAST 20
#define SEAL_EVERY 50

enum next {
	NEXT_WEIGHT, /* what an enquiry is answered with */
	NEXT_VERDICT
};

struct dialog {
	struct plate plate;
	struct scale_seal seal;
	bool sealed, good;
	int64_t until_seal; /* weighings */
	uint8_t z[2];
	uint8_t record[RECORD_BYTES];
	size_t n; /* 0: none begun */
	int64_t price, tare;
	enum next next;
	int64_t weighed; /* load that was told, and not moved since; 0 none */
	const char *reason;
};

static int
hex(char c)
{
	const char *all = "0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(all, c) : NULL;

	return at != NULL ? (int)(at - all) : -1;
}

static enum rc
put_secret(struct dialog *d, const char *text, struct err *reterr)
{
	uint8_t secret[SCALE_SEAL_BYTES] = {0};
	bool good = strlen(text) == 2 * sizeof(secret);

	for (size_t i = 0; good && i < sizeof(secret); i++) {
		int high = hex(text[2 * i]);
		int low = hex(text[2 * i + 1]);

		good = high >= 0 && low >= 0;
		secret[i] = (uint8_t)(good ? high << 4 | low : 0);
	}
	if (!good) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"a seal is eight hex digits: checksum and polynomial");
	}
	scale_seal_set(&d->seal, secret);
	d->sealed = true;
	return RC_OK;
}

static enum rc
open_dialog(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	struct dialog *d = state;
	enum rc rc = plate_open(&d->plate, &sim_dialog02, NULL, 0, reterr);

	d->z[0] = '4';
	d->z[1] = '8';
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = strcmp(opt[i].key, "seal") == 0
			     ? put_secret(d, opt[i].value, reterr)
			     : plate_open(&d->plate, &sim_dialog02, &opt[i], 1,
				       reterr);
	}
	return rc;
}

static void
put(struct sim_out *out, const char *text)
{
	(void)sim_put(out, text, strlen(text));
}

static int64_t
number(const uint8_t *p, size_t n)
{
	int64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		v = v * 10 + (p[i] >= '0' && p[i] <= '9' ? p[i] - '0' : 0);
	}
	return v;
}

static void
put_weight(struct dialog *d, struct mono now, struct sim_out *out)
{
	struct plate *p = &d->plate;
	int64_t grams = plate_grams(p) - d->tare;
	char text[40];
	struct sbuf b;

	d->reason = p->fault                ? "01"
		    : plate_over(p)         ? "32"
		    : plate_under(p)        ? "31"
		    : plate_moves(p, now)   ? "20"
		    : grams < LEAST         ? "30"
		    : d->weighed == p->load ? "21"
					    : NULL;
	if (d->reason != NULL) {
		put(out, NAK);
		return;
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "\00202\0333\033%05lld\033%06lld\033%06lld\003",
		(long long)(grams % 100000), (long long)d->price,
		(long long)((grams * d->price + 500) / 1000 % 1000000));
	(void)sim_put(out, b.p, b.len);
	d->weighed = p->load;
	d->until_seal--;
	sim_say(out, "%lld g at %lld", (long long)grams, (long long)d->price);
}

static void
ask_seal(struct dialog *d, struct sim_out *out)
{
	(void)sim_put(out, "\00211\0332", 5);
	(void)sim_put(out, d->z, 2);
	put(out, "\003");
}

static void
on_price(struct dialog *d, struct sim_out *out)
{
	d->price = number(d->record + 4, 6);
	d->tare = d->record[2] == '3' || d->record[2] == '5'
			  ? number(d->record + 11, 4)
			  : 0;
	d->next = NEXT_WEIGHT;
	if (d->sealed && d->until_seal <= 0) {
		ask_seal(d, out);
	} else {
		put(out, ACK);
	}
}

static void
on_seal(struct dialog *d, struct sim_out *out)
{
	char want[SCALE_SEAL_TEXT];

	d->good = scale_seal(&d->seal, d->z, want) && d->n == 13 &&
		  memcmp(d->record + 4, want, sizeof(want) - 1) == 0;
	d->next = NEXT_VERDICT;
	put(out, ACK);
}

static void
on_record(struct dialog *d, struct sim_out *out)
{
	const uint8_t *r = d->record;

	if (d->n == 4 && memcmp(r + 1, "08", 2) == 0) {
		put(out, "\00209\033");
		put(out, d->reason != NULL ? d->reason : "00");
		put(out, "\003");
	} else if (d->n >= 12 && r[1] == '0' && r[2] >= '1' && r[2] <= '5') {
		on_price(d, out);
	} else if (d->sealed && memcmp(r + 1, "10", 2) == 0) {
		on_seal(d, out);
	} else {
		d->reason = "10";
		put(out, NAK);
	}
}

static void
on_enquiry(struct dialog *d, struct mono now, struct sim_out *out)
{
	if (d->next == NEXT_WEIGHT) {
		put_weight(d, now, out);
		return;
	}
	put(out, d->good ? "\00211\0331\003" : "\00211\0330\003");
	d->until_seal = d->good ? SEAL_EVERY : 0;
	d->next = NEXT_WEIGHT;
	/* never the same twice */
	d->z[0] = d->z[0] == '9' ? '1' : (uint8_t)(d->z[0] + 1);
}

static void
step_dialog(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct dialog *d = state;

	if (d->weighed != d->plate.load) {
		d->weighed = 0;
	}
	for (size_t i = 0; i < n; i++) {
		uint8_t b = in[i] & 0x7f;

		if (b == STX || (d->n > 0 && d->n < RECORD_BYTES)) {
			d->n = b == STX ? 0 : d->n;
			d->record[d->n++] = b;
		}
		if (d->n > 0 && b == ETX) {
			if (d->n >= 4) {
				on_record(d, out);
			}
			d->n = 0;
		} else if (b == EOT) {
			d->n = 0;
		} else if (d->n == 0 && b == ENQ) {
			on_enquiry(d, now, out);
		}
	}
}

static enum rc
tell_dialog(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	struct dialog *d = state;

	d->weighed = 0; /* whatever it is, it was touched */
	return plate_tell(&d->plate, &sim_dialog02, now, line, out, reterr);
}

static void
show_dialog(const void *state, struct sbuf *out)
{
	const struct dialog *d = state;

	plate_show(&d->plate, out);
}

const struct sim_device sim_dialog02 = {
	.name = "dialog02",
	.summary = "a checkout scale of dialog 02, 04 or 06",
	.commands = PLATE_COMMANDS,
	.state_size = sizeof(struct dialog),
	.open = open_dialog,
	.step = step_dialog,
	.tell = tell_dialog,
	.show = show_dialog,
};
