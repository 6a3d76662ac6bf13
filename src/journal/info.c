/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/sbuf.h"
#include "journal/file.h"
#include "journal/journal.h"
#include "journal/view.h"

#include "base/poison.h"

enum rc
journal_info(const char *dir, struct journal_info *ret, struct err *reterr)
{
	struct seg_list l;
	struct seg_view v;
	enum rc rc = seg_list_read(dir, NULL, &l, reterr);
	bool found = false;
	size_t i;

	if (rc != RC_OK) {
		return rc;
	}
	memset(ret, 0, sizeof(*ret));
	ret->n_segment = (unsigned)l.n;
	for (i = l.n; i > 0 && rc == RC_OK && !found; i--) {
		rc = seg_view_open(dir, &l.v[i - 1], false, &v, reterr);
		if (rc == RC_OK && v.state == SEG_GOOD) {
			memcpy(ret->reg, v.head.reg, UUID_BYTES);
			memcpy(ret->pub, v.head.pub, SIGN_PUB_BYTES);
			ret->epoch = v.head.epoch;
			found = true;
		}
		seg_view_close(&v);
	}
	seg_list_free(&l);
	if (rc == RC_OK && !found) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "journal_info",
			"%s holds no readable segment", dir);
	}
	return rc;
}

enum rc
journal_stray(const char *dir, char path[256], struct err *reterr)
{
	struct seg_list l;
	struct sbuf b;
	bool found = false;
	enum rc rc = seg_list_read(dir, NULL, &l, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	for (size_t i = 0; i < l.n && rc == RC_OK && !found; i++) {
		struct seg_view v;

		rc = seg_view_open(dir, &l.v[i], false, &v, reterr);
		if (rc == RC_OK && v.state == SEG_ALIEN) {
			sbuf_init(&b, path, 256);
			sbuf_puts(&b, v.path);
			found = true;
		}
		seg_view_close(&v);
	}
	seg_list_free(&l);
	return rc == RC_OK && !found ? RC_NOTFOUND : rc;
}
