/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_BENCH_H
#define SIM_BENCH_H

#include "sim/stand.h"

/**
 * bench - several simulated devices of one process, as one file has them:
 * [NAME] and the settings of stand_conf_set().
 */
#define BENCH_STANDS 16

struct bench_conf {
	struct stand_conf stand[BENCH_STANDS];
	size_t n;
};

/** bench_add(conf, name, ret, reterr): one more, without a setting.  RC_INVAL
 * the name is no word of letters, digits and '-', or is there; too many. */
MUST_CHECK enum rc bench_add(struct bench_conf *conf, const char *name,
	struct stand_conf **ret, struct err *reterr);
/** bench_load(conf, path, reterr): a file.  Errors of file_load() and
 * conf_parse(). */
MUST_CHECK enum rc bench_load(
	struct bench_conf *conf, const char *path, struct err *reterr);

struct bench;
/** bench_open(conf, say, arg, ret, reterr): all of them, or none. */
MUST_CHECK enum rc bench_open(const struct bench_conf *conf, stand_say_fn say,
	void *arg, struct bench **ret, struct err *reterr);
void bench_close(struct bench *b);
struct loop *bench_loop(struct bench *b);
size_t bench_count(const struct bench *b);
struct stand *bench_stand(struct bench *b, size_t i);

/** bench_tell(b, line, out, reterr): what somebody typed: "NAME COMMAND", or
 * with one device "COMMAND"; "list", "show [NAME]" and "help [NAME]" answer
 * into ${out}.  RC_INVAL in words. */
MUST_CHECK enum rc bench_tell(struct bench *b, const char *line,
	struct sbuf *out, struct err *reterr);

#endif
