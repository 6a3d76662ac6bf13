/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that was found, or one of two that have the same data: what the hub
 * lacks of it goes up beside the log, by the worker's keys that are on it.  The
 * store is not opened: nothing may be added to a log that ended.
 */
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "main/verb_sync.h"
#include "main/worker_once.h"
#include "store/sync_db.h"

#include "base/poison.h"

static enum rc
read_state(const char *dir, struct sync_state *ret, struct err *reterr)
{
	struct sync_db *db = NULL;
	char path[PATH_BYTES];
	enum rc rc = path_join(path, sizeof(path), dir, "sync") == RC_OK
			     ? sync_db_open(path, &db, reterr)
			     : err_set(reterr, RC_RANGE, 0, "sync",
				       "the path is too long");

	if (rc == RC_OK) {
		rc = sync_db_get(db, ret, reterr);
	}
	sync_db_close(db);
	return rc;
}

static enum rc
hand_up(const char *dir, const struct sync_opts *o, struct sync_state *ret,
	struct err *reterr)
{
	char path[PATH_BYTES];
	int exit = 0;
	enum rc rc = RC_OK;

	if (path_join(path, sizeof(path), dir, "sync/link") != RC_OK ||
		access(path, R_OK) != 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "sync",
			"%s holds no store that belonged to a hub: name the "
			"directory of the old one",
			dir);
	}
	rc = worker_once(dir, o->key_file, "--salvage", &exit, reterr);
	if (rc == RC_OK && exit == EXIT_KEY) {
		rc = err_set(reterr, RC_KEY, 0, "sync",
			"the worker's key does not open it: name its file "
			"with --worker-key-file");
	} else if (rc == RC_OK && exit != EXIT_DONE) {
		rc = err_set(reterr, RC_DOWN, 0, "sync",
			"not all of it is at the hub: run the same command "
			"again, it goes on where it was");
	}
	return rc == RC_OK ? read_state(dir, ret, reterr) : rc;
}

int
sync_salvage(const struct args *a, const struct sync_opts *o)
{
	const char *dir = a->n > 1 ? a->rest[1] : NULL;
	struct sync_state s = {.stop = SYNC_STOP_NONE};
	char text[400];
	struct err e = {0};
	struct sbuf b;
	struct json j;
	enum rc rc;

	if (dir == NULL) {
		return args_usage(a,
			"sync salvage DIR [--worker-key-file FILE]",
			"name the directory of the store that was found");
	}
	rc = hand_up(dir, o, &s, &e);
	if (rc != RC_OK) {
		return args_fail(a, rc, &e);
	}
	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "refused", sync_stop_word(s.stop));
		json_u64(&j, "last",
			s.stop == SYNC_STOP_NONE ? s.acked : s.salvaged);
		json_obj_end(&j);
	} else if (s.stop == SYNC_STOP_NONE) {
		sbuf_printf(&b,
			"the hub took all of it, up to line %llu, as what the "
			"register sold",
			(unsigned long long)s.acked);
	} else {
		sbuf_printf(&b,
			"the hub has all of it, up to line %llu; what its log "
			"lacks lies beside it until somebody decides: "
			"'holdfast-hub salvage list' there",
			(unsigned long long)s.salvaged);
	}
	sbuf_putc(&b, '\n');
	return args_put(a, b.p, b.len);
}
