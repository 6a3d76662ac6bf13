/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/keys_reader.h"
#include "register/feed_run.h"
#include "register/shop_internal.h"

#include "base/poison.h"

/* Whoever has the store's keys has the worker's, too. */
bool
feed_box(struct shop *s, uint8_t box[KEY_BYTES])
{
	uint8_t handed[KEY_BYTES];
	struct keys *link = NULL;
	char dir[PATH_BYTES];
	bool hands = keys_reader_key(s->keys, handed, NULL) == RC_OK;
	bool has = shop_path(s, "keys", dir, NULL) == RC_OK &&
		   keys_reader_open(dir, NULL, hands ? handed : NULL, &link,
			   NULL) == RC_OK;

	if (has) {
		memcpy(box, keys_link_box(link), KEY_BYTES);
	}
	keys_close(link);
	crypto_wipe(handed, sizeof(handed));
	return has;
}

void
feed_dry(struct shop *s, struct feed_look *l)
{
	uint8_t box[KEY_BYTES];
	struct feeds *f = NULL;
	struct feed_done done;
	char dir[PATH_BYTES];
	bool has = feed_box(s, box);

	memset(l, 0, sizeof(*l));
	l->dry = true;
	if (shop_path(s, "catalog", dir, NULL) == RC_OK &&
		feeds_open(dir, &f, NULL) == RC_OK) {
		(void)!feed_run(s, f, has ? box : NULL, true, l, &done, NULL);
	}
	feeds_close(f);
	crypto_wipe(box, sizeof(box));
}
