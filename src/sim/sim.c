/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

#include "base/poison.h"

void
sim_begin(struct sim_out *out)
{
	out->n_byte = 0;
	out->say[0] = '\0';
	out->deadline = (struct mono){-1};
}

bool
sim_put(struct sim_out *out, const void *p, size_t n)
{
	if (n > sizeof(out->byte) - out->n_byte) {
		return false;
	}
	memcpy(out->byte + out->n_byte, p, n);
	out->n_byte += n;
	return true;
}

void
sim_say(struct sim_out *out, const char *fmt, ...)
{
	size_t n = strlen(out->say);
	va_list ap;

	if (n + 2 >= sizeof(out->say)) {
		return;
	}
	if (n > 0) {
		out->say[n++] = '\n';
	}
	va_start(ap, fmt);
	(void)vsnprintf(out->say + n, sizeof(out->say) - n, fmt, ap);
	va_end(ap);
	for (char *c = out->say + n; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20) {
			*c = ' ';
		}
	}
}

void
sim_by(struct sim_out *out, struct mono when)
{
	if (out->deadline.us < 0 || when.us < out->deadline.us) {
		out->deadline = when;
	}
}

/* --- words ---------------------------------------------------------------- */

bool
sim_word(const char **line, char *word, size_t cap)
{
	const char *p = *line + strspn(*line, " \t");
	size_t n = strcspn(p, " \t");
	size_t take = n < cap ? n : cap - 1;

	memcpy(word, p, take);
	word[take] = '\0';
	p += n;
	*line = p + strspn(p, " \t");
	return n > 0;
}

bool
sim_is(const char *line, const char *word, const char **ret_rest)
{
	size_t n = strlen(word);

	if (strncmp(line, word, n) != 0 ||
		(line[n] != '\0' && line[n] != ' ' && line[n] != '\t')) {
		return false;
	}
	*ret_rest = line + n + strspn(line + n, " \t");
	return true;
}

enum rc
sim_number(const char *text, int64_t min, int64_t max, int64_t *ret,
	struct err *reterr)
{
	if (parse_i64(text, strlen(text), min, max, ret) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"'%.40s' cannot be: write a number from %lld to %lld",
			text, (long long)min, (long long)max);
	}
	return RC_OK;
}

enum rc
sim_unknown(const struct sim_device *d, const char *what, struct err *reterr)
{
	char can[200];
	size_t n = 0;

	for (const char *c = d->commands; *c != '\0' && n < sizeof(can) - 2;
		c++) {
		if (*c == '\n') {
			can[n++] = ',';
		}
		can[n] = *c;
		if (*c == '\n') {
			can[n] = ' ';
		}
		n++;
	}
	can[n] = '\0';
	if (n == 0) {
		return err_set(reterr, RC_INVAL, 0, "sim",
			"'%.40s' is nothing a %s can be told", what, d->name);
	}
	return err_set(reterr, RC_INVAL, 0, "sim",
		"'%.40s' is nothing a %s can be told: it takes %s", what,
		d->name, can);
}

enum rc
sim_no_option(const struct sim_device *d, const char *key, struct err *reterr)
{
	return err_set(reterr, RC_INVAL, 0, "sim",
		"the simulated %s has no option '%.40s': holdfast-sim(1) has "
		"them",
		d->name, key);
}
