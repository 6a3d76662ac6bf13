/* SPDX-License-Identifier: Apache-2.0 */
/*
 * [device NAME]: one section a device, the same keys for all; what else stands
 * there is an option of its driver.  [printer] is [device printer] under the
 * name it had first.
 */
#include <string.h>

#include "base/parse.h"
#include "device/transport.h"
#include "register/config_internal.h"

#include "base/poison.h"

#define PREFIX "device "

const char *
config_device_name(const char *section)
{
	if (strcmp(section, "printer") == 0) {
		return section;
	}
	return strncmp(section, PREFIX, sizeof(PREFIX) - 1) == 0
		       ? section + sizeof(PREFIX) - 1
		       : NULL;
}

bool
config_is_device(enum key key)
{
	return key >= KEY_DEVICE_DRIVER && key <= KEY_DEVICE_OPTION;
}

enum key
config_device_key(const char *key)
{
	static const struct {
		const char *name;
		enum key key;
	} known[] = {
		{"driver", KEY_DEVICE_DRIVER},
		{"port", KEY_DEVICE_PORT},
		{"uri", KEY_DEVICE_PORT},
		{"baud", KEY_DEVICE_BAUD},
		{"frame", KEY_DEVICE_FRAME},
		{"flow", KEY_DEVICE_FLOW},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(known[i].name, key) == 0) {
			return known[i].key;
		}
	}
	return KEY_DEVICE_OPTION;
}

static bool
is_name(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n >= CONFIG_DEVICE_NAME_BYTES) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		bool ok = (s[i] >= 'a' && s[i] <= 'z') ||
			  (s[i] >= '0' && s[i] <= '9') || s[i] == '-';

		if (!ok) {
			return false;
		}
	}
	return true;
}

enum rc
config_device_begin(struct config_read *p, const char *name, struct err *reterr)
{
	struct config *c = p->c;
	struct config_device *d;

	if (!is_name(name)) {
		return config_wrong(reterr,
			"'%s' is no name of a device: write small letters and "
			"digits, like [device scale]",
			name, "");
	}
	for (size_t i = 0; i < c->n_device; i++) {
		if (strcmp(c->device[i].name, name) == 0) {
			return config_wrong(reterr,
				"the device %s stands here twice: take one out",
				name, "");
		}
	}
	if (c->n_device == CONFIG_DEVICES) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"there is room for %d devices: take this one out",
			CONFIG_DEVICES);
	}
	p->in_device = c->n_device++;
	d = &c->device[p->in_device];
	memset(d, 0, sizeof(*d));
	memcpy(d->name, name, strlen(name) + 1);
	return RC_OK;
}

static enum rc
put_baud(struct config_device *d, const char *value, struct err *reterr)
{
	int64_t n = 0;

	if (parse_i64(value, strlen(value), 300, 921600, &n) != RC_OK) {
		return config_wrong(reterr,
			"'%s' is no speed of a line: write 9600, or what the "
			"device is set to",
			value, "");
	}
	d->line.baud = (unsigned)n;
	return RC_OK;
}

static enum rc
put_option(struct config_device *d, const char *key, const char *value,
	struct err *reterr)
{
	struct config_device_opt *o;
	enum rc rc;

	for (size_t i = 0; i < d->n_opt; i++) {
		if (strcmp(d->opt[i].key, key) == 0) {
			return config_wrong(reterr,
				"%s stands twice in this section: take one out",
				key, "");
		}
	}
	if (d->n_opt == CONFIG_DEVICE_OPTS) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"a device has at most %d options: take this one out",
			CONFIG_DEVICE_OPTS);
	}
	o = &d->opt[d->n_opt];
	rc = config_text(o->key, sizeof(o->key), key, reterr);
	if (rc == RC_OK) {
		rc = config_text(o->value, sizeof(o->value), value, reterr);
	}
	d->n_opt += rc == RC_OK ? 1 : 0;
	return rc;
}

enum rc
config_device_set(enum key key, const struct config_set *s, struct err *reterr)
{
	struct config_device *d = &s->p->c->device[s->p->in_device];
	struct config_pos *at = s->p->device[s->p->in_device].at;

	if (key != KEY_DEVICE_OPTION && at[key - KEY_DEVICE_DRIVER].line > 0) {
		return config_wrong(reterr,
			"%s stands twice in this section: take one out", s->key,
			"");
	}
	at = key == KEY_DEVICE_OPTION && d->n_opt < CONFIG_DEVICE_OPTS
		     ? &s->p->device[s->p->in_device].opt[d->n_opt]
		     : &at[key - KEY_DEVICE_DRIVER];
	at->line = s->pos->line;
	at->col = s->pos->col;
	switch ((int)key) {
	case KEY_DEVICE_DRIVER:
		return config_text(d->driver, sizeof(d->driver),
			strcmp(s->value, "none") == 0 ? "" : s->value, reterr);
	case KEY_DEVICE_PORT:
		return config_text(d->port, sizeof(d->port), s->value, reterr);
	case KEY_DEVICE_BAUD:
		return put_baud(d, s->value, reterr);
	case KEY_DEVICE_FRAME:
		return device_frame(s->value, &d->line)
			       ? RC_OK
			       : config_wrong(reterr,
					 "'%s' is no frame of a line: write "
					 "8N1, 7E1, 7O1 or 8N2",
					 s->value, "");
	case KEY_DEVICE_FLOW:
		return device_flow_named(s->value, &d->line.flow)
			       ? RC_OK
			       : config_wrong(reterr,
					 "'%s' is no flow control: write none, "
					 "xonxoff, rtscts or dtrdsr",
					 s->value, "");
	case KEY_DEVICE_OPTION:
	default:
		return put_option(d, s->key, s->value, reterr);
	}
}

void
config_device_conf(const struct config_device *d,
	struct device_opt_value opt[CONFIG_DEVICE_OPTS],
	struct device_conf *ret)
{
	for (size_t i = 0; i < d->n_opt; i++) {
		opt[i].key = d->opt[i].key;
		opt[i].value = d->opt[i].value;
	}
	*ret = (struct device_conf){.name = d->name,
		.driver = d->driver,
		.port = d->port,
		.line = d->line,
		.opt = opt,
		.n_opt = d->n_opt};
}

/* The device is of no use, and the text can be mended now. */
static enum rc
check(const struct config_read *p, size_t i, const struct config_pos **ret_at,
	struct err *reterr)
{
	const struct config_device *d = &p->c->device[i];
	const struct device_driver *driver = device_driver_find(d->driver);
	struct device_opt_value opt[CONFIG_DEVICE_OPTS];
	struct device_conf conf;
	enum rc rc;

	*ret_at = &p->device[i].at[0];
	config_device_conf(d, opt, &conf);
	conf.n_opt = 0;
	if (driver != NULL && d->port[0] == '\0') {
		return err_set(reterr, RC_PROTO, 0, "config",
			"the device %s has a driver and no place: write 'port "
			"= file:/dev/usb/lp0' or the like under it",
			d->name);
	}
	if (driver != NULL || d->driver[0] == '\0') {
		*ret_at = &p->device[i].at[KEY_DEVICE_PORT - KEY_DEVICE_DRIVER];
	}
	if (d->driver[0] == '\0') {
		return d->port[0] != '\0' ? transport_check(d->port, reterr)
					  : RC_OK;
	}
	rc = device_conf_check(&conf,
		driver != NULL ? driver->class_ : DEVICE_PRINTER, reterr);
	for (size_t k = 0; rc == RC_OK && driver != NULL && k < d->n_opt; k++) {
		*ret_at = &p->device[i].opt[k];
		conf.opt = &opt[k];
		conf.n_opt = 1;
		rc = device_conf_check(&conf, driver->class_, reterr);
	}
	return rc;
}

enum rc
config_device_finish(struct config_read *p, const struct config_pos **ret_at,
	struct err *reterr)
{
	struct config *c = p->c;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->n_device; i++) {
		struct config_device *d = &c->device[i];
		const struct device_driver *driver =
			device_driver_find(d->driver);

		/* a recorded text opens, whatever this version can drive */
		if (p->strict) {
			rc = check(p, i, ret_at, reterr);
		}
		d->known = driver != NULL;
		d->class_ = driver != NULL ? driver->class_ : DEVICE_PRINTER;
	}
	return rc;
}

const struct config_device *
config_device_find(
	const struct config *c, enum device_class class_, const char *name)
{
	const struct config_device *first = NULL;

	for (size_t i = 0; i < c->n_device; i++) {
		const struct config_device *d = &c->device[i];

		if (d->driver[0] == '\0' || !d->known || d->class_ != class_) {
			continue;
		}
		if (name != NULL && strcmp(d->name, name) == 0) {
			return d;
		}
		first = first != NULL ? first : d;
	}
	return name == NULL ? first : NULL;
}

const struct config_device *
config_printer(const struct config *c)
{
	const struct config_device *d =
		config_device_find(c, DEVICE_PRINTER, "printer");

	return d != NULL ? d : config_device_find(c, DEVICE_PRINTER, NULL);
}

const char *
config_device_opt(const struct config_device *d, const char *key)
{
	for (size_t i = 0; d != NULL && i < d->n_opt; i++) {
		if (strcmp(d->opt[i].key, key) == 0) {
			return d->opt[i].value;
		}
	}
	return NULL;
}

const struct config_device *
config_shares(const struct config *c, const struct config_device *d)
{
	const char *shared = config_device_opt(d, "shared");

	if (!d->known || d->class_ != DEVICE_DISPLAY || shared == NULL ||
		strcmp(shared, "yes") != 0) {
		return NULL;
	}
	for (size_t i = 0; i < c->n_device; i++) {
		const struct config_device *p = &c->device[i];

		if (p->known && strcmp(p->driver, "escpos") == 0 &&
			strcmp(p->port, d->port) == 0) {
			return p;
		}
	}
	return NULL;
}

const struct config_device *
config_drawer(const struct config *c)
{
	for (size_t i = 0; i < c->n_device && c->drawer_device[0] != '\0';
		i++) {
		const struct config_device *d = &c->device[i];

		if (d->known && strcmp(d->name, c->drawer_device) == 0 &&
			(d->class_ == DEVICE_DRAWER ||
				d->class_ == DEVICE_PRINTER)) {
			return d;
		}
	}
	if (c->drawer_device[0] != '\0') {
		return NULL;
	}
	return c->drawer_pin >= 0 ? config_printer(c)
				  : config_device_find(c, DEVICE_DRAWER, NULL);
}

/* The pin is the drawer's, and a printer's driver is what knows of it. */
void
config_device_pin(struct config *c)
{
	const struct config_device *is = config_drawer(c);

	for (size_t i = 0; i < c->n_device; i++) {
		struct config_device *d = &c->device[i];
		struct config_device_opt *o = &d->opt[d->n_opt];

		if (d == is && d->class_ == DEVICE_PRINTER &&
			c->drawer_pin > 0 && d->n_opt < CONFIG_DEVICE_OPTS &&
			config_device_opt(d, "pin") == NULL) {
			memcpy(o->key, "pin", sizeof("pin"));
			memcpy(o->value, "5", sizeof("5"));
			d->n_opt++;
		}
	}
}
