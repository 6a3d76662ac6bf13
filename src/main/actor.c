/* SPDX-License-Identifier: Apache-2.0 */
#include "main/actor.h"

#include <stdio.h>
#include <string.h>

#include "base/poison.h"

#define SHOWN_WAIT_MS 2000

const char *
actor_read(struct actor *a)
{
	char prompt[48];
	struct sbuf b;

	if (a->as == NULL) {
		return a->pin_fd != NULL ? "--as-pin-fd is of --as NUMBER"
					 : NULL;
	}
	if (!people_number(a->as)) {
		return "--as takes an operator's number";
	}
	sbuf_init(&b, prompt, sizeof(prompt));
	sbuf_printf(&b, "PIN of operator %s: ", a->as);
	return args_secret(
		a->pin_fd, prompt, a->pin, sizeof(a->pin), &a->pin_len);
}

void
actor_done(struct actor *a)
{
	crypto_wipe(a->pin, sizeof(a->pin));
	a->pin_len = 0;
}

const char *
actor_no(const struct actor *a)
{
	return a->as != NULL ? a->as : PEOPLE_OWNER;
}

enum rc
actor_submit(const struct actor *a, const struct shop_conf *conf,
	struct request *r, int wait_ms, uint64_t *ret_sequence,
	struct err *reterr)
{
	r->actor = actor_no(a);
	return inbox_submit_as(conf, r, a->as != NULL ? a->pin : NULL,
		a->pin_len, wait_ms, ret_sequence, reterr);
}

enum rc
actor_shown(const struct actor *a, const struct args *args,
	const struct event_export *x, struct err *reterr)
{
	struct shop_conf conf = args_shop(args, SHOP_READ);
	struct request q = {.type = EVENT_EXPORT_DONE};
	uint64_t sequence = 0;
	struct err e = {0};
	enum rc rc;

	q.event.type = q.type;
	q.event.data.export_ = *x;
	rc = actor_submit(a, &conf, &q, SHOWN_WAIT_MS, &sequence, &e);
	if (rc == RC_DENIED || (rc != RC_OK && a->as != NULL)) {
		return err_set(reterr, rc, 0, args->verb, "%s", e.msg);
	}
	if (rc != RC_OK && rc != RC_AGAIN) {
		(void)fprintf(stderr, "holdfast %s: this is not recorded: %s\n",
			args->verb, e.msg);
	}
	return RC_OK;
}

enum rc
actor_admit(const struct actor *a, struct shop *s, enum permit permit,
	const char *what, struct event *ret_given, struct err *reterr)
{
	const struct people_ask ask = {.no = a->as,
		.pin = a->as != NULL ? a->pin : NULL,
		.pin_len = a->pin_len,
		.what = what};

	return people_ask(s, &ask, permit, ret_given, reterr);
}
