/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_STAND_H
#define SIM_STAND_H

#include "base/file.h"
#include "base/loop.h"
#include "sim/line.h"
#include "sim/player.h"

/**
 * stand - a simulated device where it stands: behind its line, with its
 * scenario, and with what it shows kept in files.  Several share a loop.
 */
#define STAND_OPTS 16
#define STAND_NAME 24
#define STAND_VALUE 256

struct stand_opt {
	char key[STAND_NAME * 2];
	char value[STAND_VALUE];
};

struct stand_conf {
	char name[STAND_NAME];
	char driver[STAND_NAME];
	enum line_kind kind; /* LINE_KINDS: not said yet */
	char where[PATH_BYTES];
	struct device_line line; /* 0: as the driver's maker delivers it */
	/* files; "" none */
	char scenario[PATH_BYTES];
	char paper[PATH_BYTES];	  /* what show() gives */
	char picture[PATH_BYTES]; /* PNG */
	struct stand_opt opt[STAND_OPTS];
	size_t n_opt;
};

/** stand_conf_set(conf, key, value, reterr): one setting, as holdfast-sim(1)
 * has them: driver, pty, tcp, unix, serial, baud, frame, scenario, paper,
 * picture; any other is an option of the device.  RC_INVAL in words. */
MUST_CHECK enum rc stand_conf_set(struct stand_conf *conf, const char *key,
	const char *value, struct err *reterr);

struct stand;
/** ${line}: of the device ${name}. */
typedef void (*stand_say_fn)(void *arg, const char *name, const char *line);

/** stand_open(conf, l, clock, key, say, arg, ret, reterr):
 * ${key} is the number of its timer in the loop.
 * Errors   RC_INVAL no such device, option or line; what reading the scenario
 *          and line_open() give. */
MUST_CHECK enum rc stand_open(const struct stand_conf *conf, struct loop *l,
	const struct clock *clock, int key, stand_say_fn say, void *arg,
	struct stand **ret, struct err *reterr);
/** stand_close(s): what it shows is saved once more. */
void stand_close(struct stand *s);
const char *stand_name(const struct stand *s);
/** stand_address(s): the port of the register's configuration. */
const char *stand_address(const struct stand *s);
const struct sim_device *stand_device(const struct stand *s);
/** stand_tell(s, line, reterr): a command.  RC_INVAL in words. */
MUST_CHECK enum rc stand_tell(
	struct stand *s, const char *line, struct err *reterr);
/** stand_show(s, out): what is seen of it. */
void stand_show(const struct stand *s, struct sbuf *out);

#endif
