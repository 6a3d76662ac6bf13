/* SPDX-License-Identifier: Apache-2.0 */
/* A serial scanner: sends what it is told to read, between a prefix and the
 * first byte of its suffix set. */
#include "device/scanner.h"

#include <string.h>

#include "sim/sim_devices.h"

#include "base/poison.h"

#define MARK_MAX 8
#define OPTS_MAX 5

struct scanner {
	uint8_t prefix[MARK_MAX], suffix[MARK_MAX];
	size_t n_prefix, n_suffix;
	unsigned read;
	char last[SCANNER_SYMBOL_MAX + 1];
};

static enum rc
scanner_open(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	const struct device_driver *d = &scanner_driver;
	struct scanner *s = state;
	struct device_opt_value value[OPTS_MAX];
	struct device_conf conf = {.name = "sim",
		.driver = d->name,
		.port = "file:/none",
		.opt = value,
		.n_opt = n};
	enum rc rc;

	if (n > OPTS_MAX) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"a scanner takes at most %d options: take some out",
			OPTS_MAX);
	}
	for (size_t i = 0; i < n; i++) {
		value[i].key = opt[i].key;
		value[i].value = opt[i].value;
	}
	rc = device_conf_check(&conf, d->class_, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	s->n_prefix = device_opt_bytes(
		d, &conf, "prefix", s->prefix, sizeof(s->prefix));
	s->n_suffix = device_opt_bytes(
		d, &conf, "suffix", s->suffix, sizeof(s->suffix));
	s->n_suffix = s->n_suffix > 0 ? 1 : 0;
	return RC_OK;
}

static void
scanner_step(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	(void)state;
	(void)now;
	(void)in;
	(void)n;
	(void)out;
}

/* "{GS}" stands for the separator that cannot be keyed. */
static size_t
symbol(const char *text, char *out, size_t cap)
{
	size_t n = 0;

	while (*text != '\0' && n < cap) {
		bool gs = strncmp(text, "{GS}", 4) == 0;

		out[n] = *text;
		if (gs) {
			out[n] = 0x1d;
		}
		n++;
		text += gs ? 4 : 1;
	}
	return n;
}

static enum rc
scanner_tell(void *state, struct mono now, const char *line,
	struct sim_out *out, struct err *reterr)
{
	struct scanner *s = state;
	const char *rest = "";
	char text[SCANNER_SYMBOL_MAX];
	struct sbuf b;
	size_t n;

	(void)now;
	if (!sim_is(line, "scan", &rest) || rest[0] == '\0') {
		return sim_unknown(&sim_scanner, line, reterr);
	}
	n = symbol(rest, text, sizeof(text));
	(void)sim_put(out, s->prefix, s->n_prefix);
	(void)sim_put(out, text, n);
	(void)sim_put(out, s->suffix, s->n_suffix);
	sim_say(out, "scan %s", rest);
	s->read++;
	sbuf_init(&b, s->last, sizeof(s->last));
	sbuf_puts(&b, rest);
	return RC_OK;
}

static void
scanner_show(const void *state, struct sbuf *out)
{
	const struct scanner *s = state;

	sbuf_printf(out, "%u symbols read, the last one: %s\n", s->read,
		s->last[0] != '\0' ? s->last : "none");
}

const struct sim_device sim_scanner = {
	.name = "scanner",
	.summary = "a bar code scanner on a serial line",
	.commands = "scan CODE",
	.state_size = sizeof(struct scanner),
	.open = scanner_open,
	.step = scanner_step,
	.tell = scanner_tell,
	.show = scanner_show,
};
