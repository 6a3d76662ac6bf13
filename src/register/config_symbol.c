/* SPDX-License-Identifier: Apache-2.0 */
/* Values of [scan] and [recall]: what is made of what symbols say. */
#include <string.h>

#include "core/gs1.h"
#include "register/config_internal.h"

#include "base/poison.h"

bool
config_is_gtin(const char *key)
{
	size_t n = strlen(key);

	return (n == 8 || (n >= 12 && n <= 14)) && code_check_ok(key, n);
}

enum rc
config_put_best_before(const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {"warn", "stop"};
	size_t i = 0;
	enum rc rc = config_word(&i, word, ARRAY_LEN(word), s->value,
		"warn (say it, and sell) or stop", reterr);

	s->p->c->best_before_stops = i == 1;
	return rc;
}

enum rc
config_put_separator(const struct config_set *s, struct err *reterr)
{
	size_t n = strlen(s->value);

	/* what could stand in a value would cut it in two */
	if (n == 1 && gs1_is_char(s->value[0])) {
		return config_wrong(reterr,
			"'%s' may stand in a lot: set the scanner to another "
			"sign, like | or {GS}, and write that",
			s->value, "");
	}
	return config_text(s->p->c->scan_separator,
		sizeof(s->p->c->scan_separator), s->value, reterr);
}

/* One blank between, and each no longer than a lot can be. */
static bool
put_lots(struct config_recall *r, const char *value)
{
	struct sbuf b;

	sbuf_init(&b, r->lots, sizeof(r->lots));
	while (*value != '\0') {
		size_t n = strcspn(value, " ");

		if (n >= ITEM_LOT_BYTES) {
			return false;
		}
		if (n > 0) {
			sbuf_puts(&b, b.len > 0 ? " " : "");
			sbuf_write(&b, value, n);
		}
		value += n + (value[n] == ' ' ? 1 : 0);
	}
	return sbuf_ok(&b);
}

enum rc
config_put_recall(const struct config_set *s, struct err *reterr)
{
	struct config *c = s->p->c;
	struct config_recall *r = &c->recall[c->n_recall];
	size_t n = strlen(s->key);

	if (c->n_recall == CONFIG_RECALLS) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"there is room for %d recalls: take this one out",
			CONFIG_RECALLS);
	}
	memset(r, 0, sizeof(*r));
	memset(r->gtin, '0', sizeof(r->gtin) - 1);
	memcpy(r->gtin + sizeof(r->gtin) - 1 - n, s->key, n);
	for (size_t i = 0; i < c->n_recall; i++) {
		if (strcmp(c->recall[i].gtin, r->gtin) == 0) {
			return config_wrong(reterr,
				"%s stands here twice: write its lots in one "
				"line",
				s->key, "");
		}
	}
	if (!put_lots(r, s->value)) {
		return config_wrong(reterr,
			"'%s' holds a lot of more than 20 characters: write "
			"lots with blanks between, or * for all",
			s->value, "");
	}
	c->n_recall++;
	return RC_OK;
}
