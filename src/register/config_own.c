/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds the rules of a configuration, and when they go. */
#include <stdlib.h>
#include <string.h>

#include "register/config_internal.h"

#include "base/poison.h"

/* At the head of a configuration's rules_memory. */
struct holders {
	_Alignas(16) size_t n; /* configurations that share it */
};

struct config *
config_new(void)
{
	return calloc(1, sizeof(struct config));
}

void
config_release(struct config *c)
{
	struct holders *h = c->rules_memory;

	c->rules = NULL;
	c->rules_memory = NULL;
	if (h != NULL && --h->n == 0) {
		free(h);
	}
}

void
config_free(struct config *c)
{
	if (c != NULL) {
		config_release(c);
		free(c);
	}
}

void
config_share(struct config *to, const struct config *from)
{
	struct holders *h = from->rules_memory;

	*to = *from;
	if (h != NULL) {
		h->n++;
	}
}

struct rules *
config_rules_room(struct config *c, size_t text_len)
{
	size_t bytes = rules_bytes(text_len);
	struct holders *h = malloc(sizeof(*h) + bytes);

	if (h == NULL) {
		return NULL;
	}
	h->n = 1;
	c->rules_memory = h;
	return rules_init(h + 1, bytes);
}
