/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any driver of the table against any line.  The first row of the input names
 * it, with its options; no such name: one is taken by the row's bytes.  What
 * follows are records of a first byte b and what it says:
 *
 *   00..7F  the next b % 64 + 1 bytes come in
 *   80..BF  time passes: one of sixteen lengths
 *   C0..FF  the register does something
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "device/device.h"
#include "fuzz.h"

#include "base/poison.h"

#define OPTS 8u
#define HEAD 256u
#define SPIN 256u /* steps in one moment: a driver that needs more is stuck */
#define STEPS 20000u

struct world {
	const struct device_driver *d;
	void *state;
	struct device_conf conf;
	struct device_opt_value opt[OPTS];
	char head[HEAD];
	struct device_out out;
	struct mono now, due;
	unsigned lines;
	uint8_t job[64];
	uint32_t id, waits; /* question that is open, 0 none */
	bool prints;        /* its job is running */
	unsigned steps;
	const uint8_t *p;
	size_t n;
};

/* --- what must hold of whatever a driver says ----------------------------- */

static void
no_card(const char *text, size_t n)
{
	char copy[PINPAD_SLIP_BYTES];

	n = n < sizeof(copy) ? n : sizeof(copy);
	memcpy(copy, text, n);
	fuzz_must(pinpad_mask(copy, n) == 0, "no card number leaves a driver");
}

static void
look_at(struct world *w, const struct device_event *e)
{
	fuzz_must(memchr(e->text, '\0', sizeof(e->text)) != NULL,
		"an event's text ends");
	if (e->kind == DEVICE_SCAN) {
		fuzz_must(e->data != NULL && e->n_data > 0,
			"a scan has something in it");
		return;
	}
	if (e->kind == DEVICE_CARD_SLIP) {
		fuzz_must(e->slip != NULL && e->slip->len < PINPAD_SLIP_BYTES,
			"a slip has its text");
		no_card(e->slip->text, e->slip->len);
		w->d->pinpad->stored(w->state);
	}
	if (w->d->class_ == DEVICE_PINPAD) {
		no_card(e->text, strlen(e->text));
	}
	if (e->kind == DEVICE_CARD_RESULT) {
		fuzz_must(w->waits != 0 && e->job == w->waits,
			"one question has one end");
		fuzz_must(e->result != NULL && strlen(e->result->last4) <= 4 &&
				  e->result->n_total <= PINPAD_TOTAL_ROWS,
			"a result has its members");
		no_card(e->result->text, strlen(e->result->text));
		w->waits = 0;
	}
	if (e->kind == DEVICE_JOB_DONE || e->kind == DEVICE_JOB_FAILED ||
		e->kind == DEVICE_JOB_UNKNOWN) {
		w->prints = false;
	}
}

static void
step(struct world *w, const uint8_t *p, size_t n)
{
	const struct device_in in = {p, n, w->lines};

	w->steps++;
	w->out.n_byte = 0;
	w->out.n_urgent = 0;
	w->out.n_event = 0;
	w->out.hang_up = false;
	w->out.deadline.us = -1;
	w->out.backlog = 0;
	w->d->step(w->state, w->now, &in, &w->out);
	fuzz_must(w->out.n_byte <= sizeof(w->out.byte) &&
			  w->out.n_urgent <= sizeof(w->out.urgent) &&
			  w->out.n_event <= DEVICE_OUT_EVENTS,
		"what a step gives has its bounds");
	w->due = w->out.deadline;
	for (size_t i = 0; i < w->out.n_event; i++) {
		look_at(w, &w->out.event[i]);
	}
}

/* As the host does: again as long as something comes of it. */
static void
settle(struct world *w, const uint8_t *p, size_t n)
{
	unsigned spin = 0;
	bool busy;

	do {
		step(w, p, n);
		n = 0;
		busy = w->out.n_byte > 0 || w->out.n_urgent > 0 ||
		       w->out.n_event > 0;
		fuzz_must(spin++ < SPIN, "a driver comes to rest");
	} while (busy);
}

static void
pass(struct world *w, int64_t us)
{
	int64_t end = w->now.us + us;
	unsigned spin = 0;

	while (w->due.us >= 0 && w->due.us <= end && w->steps < STEPS) {
		spin = w->due.us > w->now.us ? 0 : spin + 1;
		fuzz_must(spin < SPIN, "a deadline that came is used up");
		w->now.us = w->due.us > w->now.us ? w->due.us : w->now.us;
		settle(w, NULL, 0);
	}
	w->now.us = end;
}

/* --- what the register does ----------------------------------------------- */

static uint8_t
take(struct world *w)
{
	if (w->n == 0) {
		return 0;
	}
	w->n--;
	return *w->p++;
}

static void
lose(struct world *w)
{
	w->out.n_event = 0;
	w->out.n_byte = 0;
	w->out.n_urgent = 0;
	if (w->d->lost != NULL) {
		w->d->lost(w->state, w->now, &w->out);
		for (size_t i = 0; i < w->out.n_event; i++) {
			look_at(w, &w->out.event[i]);
		}
	}
	fuzz_must(w->waits == 0, "a lost line ends its question");
	w->prints = false;
	w->due.us = -1;
	if (w->d->open(w->state, &w->conf, false, NULL) != RC_OK) {
		abort();
	}
}

static void
ask(struct world *w)
{
	struct pinpad_ask a = {.currency = 978, .digits = 2};

	a.op = (enum pinpad_op)(take(w) % PINPAD_OP_COUNT);
	a.amount = 1 + take(w);
	if (a.op == PINPAD_REVERSE || a.op == PINPAD_CAPTURE ||
		a.op == PINPAD_RELEASE) {
		memcpy(a.receipt, "22", 3);
	}
	if (w->waits == 0 && (w->d->pinpad->can & 1u << a.op) != 0 &&
		w->d->pinpad->ask(w->state, w->id + 1, &a) == RC_OK) {
		w->waits = ++w->id;
	}
}

static void
weigh(struct world *w)
{
	struct scale_ask a = {.price = take(w), .tare = take(w)};

	w->d->scale->ask(w->state, ++w->id, &a);
}

static void
show(struct world *w)
{
	struct display_frame f;

	memset(&f, 0, sizeof(f));
	for (size_t i = 0; i < 32; i++) {
		f.row[i % 2][i / 2] = (char)take(w);
	}
	for (size_t i = 0; i < DISPLAY_ROWS; i++) {
		char raw[DISPLAY_ROW_BYTES];

		memcpy(raw, f.row[i], sizeof(raw));
		(void)text_clean(raw, strlen(raw), f.row[i], sizeof(raw), 0);
	}
	w->d->display->show(w->state, &f);
}

static void
print(struct world *w)
{
	size_t n = 1 + take(w) % sizeof(w->job);

	if (w->prints) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		w->job[i] = take(w);
	}
	w->prints = w->d->printer->job(w->state, ++w->id, w->job, n) == RC_OK;
}

static void
act(struct world *w, uint8_t what)
{
	switch (what % 12) {
	case 0:
		lose(w);
		break;
	case 1:
		w->lines = LINE_KNOWN | (take(w) & 15u);
		break;
	case 2:
		if (w->d->drawer != NULL) {
			(void)w->d->drawer->open(w->state, ++w->id);
		}
		break;
	case 3:
		if (w->d->printer != NULL) {
			print(w);
		}
		break;
	case 4:
	case 5:
		if (w->d->pinpad != NULL) {
			ask(w);
		}
		break;
	case 6:
		if (w->d->pinpad != NULL) {
			w->d->pinpad->stored(w->state);
		}
		break;
	case 7:
		if (w->d->pinpad != NULL) {
			w->d->pinpad->cancel(w->state);
		}
		break;
	case 8:
		if (w->d->scale != NULL) {
			weigh(w);
		}
		break;
	case 9:
		if (w->d->scale != NULL) {
			w->d->scale->rest(w->state);
		}
		break;
	case 10:
		if (w->d->scale != NULL) {
			(void)w->d->scale->command(
				w->state, (enum scale_command)(take(w) % 3));
		}
		break;
	default:
		if (w->d->display != NULL) {
			show(w);
		}
		break;
	}
	settle(w, NULL, 0);
}

/* --- the input ------------------------------------------------------------ */

/* "zvt password=123456": the row, cut to words in place. */
static void
take_head(struct world *w)
{
	uint32_t sum = 0;
	size_t n = 0;
	char *c = w->head;

	while (w->n > 0 && *w->p != '\n') {
		uint8_t b = take(w);

		sum = sum * 31 + b;
		if (n + 1 < sizeof(w->head)) {
			w->head[n++] = (char)b;
		}
	}
	(void)take(w);
	w->head[n] = '\0';
	w->conf.opt = w->opt;
	while ((c = strchr(c, ' ')) != NULL) {
		char *eq;

		*c++ = '\0';
		eq = strchr(c, '=');
		if (eq != NULL && w->conf.n_opt < OPTS) {
			*eq = '\0';
			w->opt[w->conf.n_opt].key = c;
			w->opt[w->conf.n_opt++].value = eq + 1;
			c = eq + 1;
		}
	}
	w->d = device_driver_find(w->head);
	if (w->d == NULL) {
		w->d = device_drivers[sum % device_n_drivers];
		w->conf.n_opt = 0;
	}
	w->conf.name = "it";
	w->conf.driver = w->d->name;
	w->conf.port = "file:/none";
	if (device_conf_check(&w->conf, w->d->class_, NULL) != RC_OK) {
		w->conf.n_opt = 0;
	}
}

static void
run(struct world *w)
{
	static const int64_t ms[16] = {1, 5, 20, 50, 100, 150, 250, 500, 1000,
		2000, 3000, 5000, 10000, 30000, 90000, 600000};

	while (w->n > 0 && w->steps < STEPS) {
		uint8_t b = take(w);

		if (b < 0x80) {
			size_t n = b % 64u + 1;

			n = n < w->n ? n : w->n;
			settle(w, w->p, n);
			w->p += n;
			w->n -= n;
		} else if (b < 0xc0) {
			pass(w, ms[b % 16] * 1000);
		} else {
			act(w, b & 0x3f);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		return 0;
	}
	w->p = data;
	w->n = size;
	w->now.us = INT64_C(1000000000);
	w->due.us = -1;
	take_head(w);
	w->state = calloc(1, w->d->state_size);
	/* a value that only the driver can judge is refused there, in words */
	if (w->state != NULL &&
		w->d->open(w->state, &w->conf, false, NULL) == RC_OK) {
		settle(w, NULL, 0);
		run(w);
		lose(w);
	}
	free(w->state);
	free(w);
	return 0;
}
