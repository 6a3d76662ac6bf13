/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "register/document.h"
#include "register/till_internal.h"

#include "base/poison.h"

#define QUEUE_LOOK 64

static const struct config *
config_of(const struct till *t)
{
	return &t->config[t->in_use];
}

/* --- what the printer says --- */

/* What the cashier is told of: the sale that was recorded last. */
static void
note_receipt(
	struct till *t, const char *number, int64_t copy, const char *state)
{
	bool last = strcmp(number, t->act.print_number) == 0 ||
		    strcmp(number, engine_view(t->engine)->prev_number) == 0;

	till_receipt_note(t, number, state);
	if (copy == 0 && number[0] != '\0' && last) {
		t->receipt_state = state;
	}
}

static const char *
outcome_of(enum device_event_kind kind)
{
	switch ((int)kind) {
	case DEVICE_JOB_DONE:
		return "printed";
	case DEVICE_JOB_FAILED:
		return "failed";
	default:
		return "unknown";
	}
}

static void
job_ended(struct till *t, uint32_t id, enum device_event_kind kind)
{
	struct event e = {.type = EVENT_RECEIPT_PRINTED};

	for (size_t i = 0; i < TILL_JOBS; i++) {
		struct till_job *j = &t->job[i];

		if (j->id != id || id == 0) {
			continue;
		}
		j->id = 0;
		if (j->order != 0) {
			till_order_ended(t, j, kind);
			return;
		}
		note_receipt(t, j->number, j->copy, outcome_of(kind));
		if (j->number[0] != '\0' && !t->shop->read_only) {
			e.data.receipt.number = j->number;
			e.data.receipt.copy = j->copy;
			e.data.receipt.outcome = outcome_of(kind);
			shop_defer(t->shop, &e);
		}
		return;
	}
}

static void
keep_text(struct till *t, const char *state, const char *text)
{
	struct sbuf b;

	t->printer_state = state;
	sbuf_init(&b, t->printer_text, sizeof(t->printer_text));
	sbuf_puts(&b, text);
}

static void
printer_says(struct till *t, const struct device_event *ev)
{
	switch ((int)ev->kind) {
	case DEVICE_READY:
	case DEVICE_PAPER_OK:
		keep_text(t, "ok", "");
		break;
	case DEVICE_DOWN:
		keep_text(t, "down", ev->text);
		break;
	case DEVICE_JOB_FAILED:
	case DEVICE_JOB_UNKNOWN:
		keep_text(t, t->printer_state, ev->text);
		break;
	case DEVICE_PAPER_OUT:
		keep_text(t, "paper", _("no paper"));
		break;
	case DEVICE_COVER_OPEN:
		keep_text(t, "paper", _("the cover is open"));
		break;
	default:
		break;
	}
}

void
till_print_event(struct till_port *p, const struct device_event *ev)
{
	struct till *t = p->till;

	till_drawer_event(p, ev);
	if (p == t->printer_port) {
		printer_says(t, ev);
	}
	if (ev->kind == DEVICE_JOB_DONE || ev->kind == DEVICE_JOB_FAILED ||
		ev->kind == DEVICE_JOB_UNKNOWN) {
		job_ended(t, ev->job, ev->kind);
	}
}

void
till_print_open(struct till *t)
{
	const struct config_device *d = config_printer(config_of(t));

	t->printer_state = "none";
	t->printer_text[0] = '\0';
	t->printer_port = NULL;
	t->printer = NULL;
	till_drawer_open(t);
	till_order_open(t);
	if (d != NULL) {
		t->printer_port = till_device_find(t, DEVICE_PRINTER, d->name);
	}
	if (t->printer_port != NULL) {
		t->printer = t->printer_port->host;
		keep_text(t, "down", t->printer_port->text);
	}
}

void
till_print_close(struct till *t)
{
	for (size_t i = 0; i < TILL_JOBS; i++) {
		struct till_job *j = &t->job[i];

		if (j->id != 0) {
			job_ended(t, j->id,
				device_host_touched(j->port->host, j->id)
					? DEVICE_JOB_UNKNOWN
					: DEVICE_JOB_FAILED);
		}
	}
	t->printer_port = NULL;
	t->printer = NULL;
	till_drawer_close(t);
}

/* --- what goes to the printer --- */

/* A receipt that could not even wait for the printer. */
static void
never_sent(struct till *t, const char *number, int64_t copy)
{
	struct event e = {.type = EVENT_RECEIPT_PRINTED};

	note_receipt(t, number, copy, "failed");
	if (number[0] != '\0') {
		e.data.receipt.number = number;
		e.data.receipt.copy = copy;
		e.data.receipt.outcome = "failed";
		shop_defer(t->shop, &e);
	}
}

static struct till_job *
new_job(struct till *t, const struct till_job *as)
{
	for (size_t i = 0; i < TILL_JOBS; i++) {
		struct till_job *j = &t->job[i];

		if (j->id != 0) {
			continue;
		}
		*j = *as;
		j->id = till_job_id(t);
		if (j->order == 0) {
			note_receipt(t, j->number, j->copy, "printing");
		}
		return j;
	}
	return NULL;
}

void
till_print_job(struct till *t, struct till_port *p, enum rc made,
	uint8_t *bytes, size_t n, const struct till_job *as)
{
	struct till_job *j = NULL;

	if (p != NULL && p->host != NULL) {
		struct till_job on = *as;

		on.port = p;
		j = new_job(t, &on);
	}
	if (j != NULL) {
		uint32_t id = j->id;

		if (made == RC_OK) {
			made = device_host_print(p->host, id, bytes, n, NULL);
		}
		if (made != RC_OK) {
			job_ended(t, id, DEVICE_JOB_FAILED);
		}
	} else if (as->order == 0) {
		never_sent(t, as->number, as->copy);
	}
	free(bytes);
}

/* What cannot be queued is recorded as failed, and RP prints a copy. */
static void
send_job(struct till *t, enum rc made, uint8_t *bytes, size_t n,
	const char *number, int64_t copy)
{
	struct till_job j = {.copy = copy};
	struct sbuf b;

	sbuf_init(&b, j.number, sizeof(j.number));
	sbuf_puts(&b, number);
	till_print_job(t, t->printer_port, made, bytes, n, &j);
}

void
till_print_final(
	void *arg, const struct event ev[], size_t n, const uint8_t *hash)
{
	struct till *t = arg;
	const struct act *a = &t->act;
	uint8_t *bytes = NULL;
	size_t n_byte = 0;
	enum rc rc;

	if (a->reply.closed && n > 0) {
		memcpy(t->act.reply.day_hash, hash, HASH_BYTES);
	}
	/* by itself, and first: change is due, whatever the paper does */
	if (a->drawer) {
		till_drawer_pulse(t, a->drawer_no);
	}
	if (a->print_idx >= n) {
		return;
	}
	if (t->printer == NULL && a->print && a->print_copy == 0) {
		never_sent(t, a->print_number, 0);
	} else if (a->print && ev[a->print_idx].type == EVENT_SALE_COMPLETED) {
		struct document_opts o = {
			.hash = hash + a->print_idx * HASH_BYTES,
		};

		rc = document_paper(config_of(t), &ev[a->print_idx], &o, &bytes,
			&n_byte, NULL);
		send_job(t, rc, bytes, n_byte, a->print_number, 0);
	}
	for (size_t i = 0; i < n; i++) {
		till_order_final(t, &ev[i]);
	}
	/* out now, as far as it goes: the store's flush comes behind */
	till_devices(t);
}

/* The first print's outcome is not known: it waits in the print queue and not
 * for the printer now. */
static bool
is_uncertain(struct till *t, const char *number, uint64_t sequence)
{
	uint64_t waiting[QUEUE_LOOK];
	size_t n = 0;

	for (size_t i = 0; i < TILL_JOBS; i++) {
		if (t->job[i].id != 0 && t->job[i].order == 0 &&
			strcmp(t->job[i].number, number) == 0) {
			return false;
		}
	}
	if (t->shop->store == NULL || store_printq(t->shop->store, waiting,
					      QUEUE_LOOK, &n, NULL) != RC_OK) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (waiting[i] == sequence) {
			return true;
		}
	}
	return false;
}

static enum rc
lay_out_copy(struct till *t, struct config *c, uint8_t **ret, size_t *ret_n)
{
	const struct act *a = &t->act;
	struct document_opts o = {.copy = a->print_copy};
	uint8_t hash[HASH_BYTES];
	const struct event *sale = NULL;
	uint64_t sequence = 0;
	int64_t copies = 0;
	enum rc rc = RC_OK;

	if (a->event[a->print_idx].training) {
		sequence = till_view(t)->prev_seq;
	} else {
		rc = till_find_document(
			t, a->print_number, &sequence, &copies, NULL);
	}
	if (rc == RC_OK) {
		rc = shop_event(t->shop, sequence, hash, &sale, NULL);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (shop_config_at(t->shop, sale, c, NULL) != RC_OK) {
		config_share(c, config_of(t));
	}
	o.hash = hash;
	if (sale->type == EVENT_DAY_CLOSED) {
		return document_day_paper(c, sale, &o, ret, ret_n, NULL);
	}
	o.uncertain = is_uncertain(t, a->print_number, sequence);
	return document_paper(c, sale, &o, ret, ret_n, NULL);
}

static void
print_slip(struct till *t, const char *text)
{
	uint8_t *bytes = NULL;
	size_t n = 0;
	enum rc rc;

	if (text != NULL && text[0] != '\0') {
		rc = document_slip_paper(config_of(t), text, &bytes, &n, NULL);
		send_job(t, rc, bytes, n, "", 0);
	}
}

static void
print_terminal(struct till *t, const struct event *e)
{
	const struct event_terminal *d = &e->data.terminal;
	enum pinpad_outcome o = PINPAD_ABORTED;
	uint8_t *bytes = NULL;
	size_t n = 0;
	enum rc rc;

	if (pinpad_outcome_named(d->outcome, &o) && pinpad_outcome_paid(o)) {
		rc = document_terminal_paper(config_of(t), e, &bytes, &n, NULL);
		send_job(t, rc, bytes, n, "", 0);
	}
	print_slip(t, d->merchant);
	print_slip(t, d->slip);
}

/* The shop's first: somebody may have to sign it. */
static void
print_slips(struct till *t)
{
	const struct act *a = &t->act;

	for (size_t i = 0; i < a->n; i++) {
		const struct event_payment_end *d =
			&a->event[i].data.payment_end;

		if (a->event[i].type == EVENT_PAYMENT_ENDED) {
			print_slip(t, d->merchant);
			print_slip(t, d->slip);
		} else if (a->event[i].type == EVENT_TERMINAL_CLOSED) {
			print_terminal(t, &a->event[i]);
		}
	}
}

void
till_print_after(struct till *t)
{
	const struct act *a = &t->act;
	uint8_t *bytes = NULL;
	size_t n = 0;
	enum rc rc;

	if (t->printer == NULL) {
		if (a->print && a->print_copy > 0) {
			never_sent(t, a->print_number, a->print_copy);
		}
		return;
	}
	print_slips(t);
	if (a->print && a->event[a->print_idx].type == EVENT_COPY_PRINTED) {
		struct config *c = config_new();

		rc = c == NULL ? RC_NOMEM : lay_out_copy(t, c, &bytes, &n);
		config_free(c);
		send_job(t, rc, bytes, n, a->print_number, a->print_copy);
	} else if (a->print_report && a->reply.closed) {
		struct document_opts o = {.hash = a->reply.day_hash};

		rc = document_day_paper(
			config_of(t), &a->event[0], &o, &bytes, &n, NULL);
		send_job(t, rc, bytes, n, "", 0);
	} else if (a->print_report && a->reply.period_closed) {
		rc = document_period_paper(
			config_of(t), &a->event[0], &bytes, &n, NULL);
		send_job(t, rc, bytes, n, "", 0);
	} else if (a->print_report && a->reply.report) {
		print_slip(t, t->report_text);
		till_report_drop(t);
	} else if (a->print_report && a->reply.has_totals) {
		const struct event *e = &a->event[0];

		rc = document_report_paper(config_of(t), &a->reply.totals,
			e->time, e->tz_min, &bytes, &n, NULL);
		send_job(t, rc, bytes, n, "", 0);
	}
}
