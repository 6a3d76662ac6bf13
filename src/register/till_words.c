/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is the matter is told by parts that know no language, and may be told
 * before one is known: here their sentences are known again, and said in the
 * shop's.  What is not known stays as it was told.
 */
#include <string.h>

#include "base/i18n.h"
#include "register/till_internal.h"

#include "base/poison.h"

static const char store_waits[] = N_("sales are safe in the journal; look-ups "
				     "of past sales wait until the store can "
				     "be written");

/* "%s" is a part that may be any, and a sentence itself. */
static const char *const sentences[] = {
	store_waits,
	N_("look-up only, nothing can be sold: %s"),
	N_("the disk is nearly full: %s MiB left; free some room"),
	N_("the store in %s is damaged; run 'holdfast rebuild'"),
	N_("printer: %s"),
	N_("cover open"),
	N_("paper out"),
	N_("cutter jammed"),
	N_("printer error"),
	N_("offline"),
	N_("the printer takes no data"),
	N_("no answer from the printer"),
	N_("the printer fell silent"),
	N_("nobody reads %s: start what stands behind it"),
	N_("no permission for %s: add this user to the group lp or dialout"),
	N_("cannot set up the line %s"),
	N_("cannot open %s"),
	N_("cannot write %s"),
};

#define DEPTH_MAX 3

struct span {
	const char *s;
	size_t n;
};

/* Whether ${s} is that sentence, with what where its "%s" is, and what behind
 * it, which a colon begins: the system's own words. */
static bool
is_said(struct span s, const char *sentence, struct span *any,
	struct span *rest)
{
	const char *hole = strstr(sentence, "%s");
	size_t before =
		hole != NULL ? (size_t)(hole - sentence) : strlen(sentence);
	const char *after = hole != NULL ? hole + 2 : "";
	const char *at = s.s + before, *end = s.s + s.n;
	size_t n = strlen(after);

	if (s.n < before || strncmp(s.s, sentence, before) != 0) {
		return false;
	}
	*any = (struct span){at, 0};
	if (hole != NULL && n == 0) {
		any->n = s.n - before;
		at = end;
	} else if (hole != NULL) {
		while (at + n <= end && strncmp(at, after, n) != 0) {
			at++;
		}
		if (at + n > end) {
			return false;
		}
		any->n = (size_t)(at - any->s);
		at += n;
	}
	*rest = (struct span){at, (size_t)(end - at)};
	return rest->n == 0 || at[0] == ':';
}

static void
say(struct sbuf *out, struct span s, till_tr_fn tr, unsigned depth)
{
	struct span any, rest;
	const char *in, *hole;

	for (size_t i = 0; i < ARRAY_LEN(sentences) && depth < DEPTH_MAX; i++) {
		if (!is_said(s, sentences[i], &any, &rest)) {
			continue;
		}
		in = tr(sentences[i]);
		hole = strstr(in, "%s");
		if (hole == NULL) {
			sbuf_puts(out, in);
		} else {
			sbuf_write(out, in, (size_t)(hole - in));
			say(out, any, tr, depth + 1);
			sbuf_puts(out, hole + 2);
		}
		sbuf_write(out, rest.s, rest.n);
		return;
	}
	sbuf_write(out, s.s, s.n);
}

void
till_say_trouble(struct sbuf *out, const char *text, till_tr_fn tr)
{
	say(out, (struct span){text, strlen(text)}, tr, 0);
}
