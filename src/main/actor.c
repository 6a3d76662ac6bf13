/* SPDX-License-Identifier: Apache-2.0 */
#include "main/actor.h"

#include <string.h>

#include "base/poison.h"

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
actor_admit(const struct actor *a, struct shop *s, enum permit permit,
	const char *what, struct event *ret_given, struct err *reterr)
{
	const struct people_ask ask = {.no = a->as,
		.pin = a->as != NULL ? a->pin : NULL,
		.pin_len = a->pin_len,
		.what = what};

	return people_ask(s, &ask, permit, ret_given, reterr);
}
