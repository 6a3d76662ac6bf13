/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <stddef.h>
#include <string.h>

#include "base/poison.h"

void
json_init(struct json *j, struct sbuf *out)
{
	j->out = out;
	j->need_comma = false;
}

/* Comma and name before a value; the value itself makes the next comma due. */
static void
begin(struct json *j, const char *name)
{
	if (j->need_comma) {
		sbuf_putc(j->out, ',');
	}
	if (name != NULL) {
		sbuf_json(j->out, name, strlen(name));
		sbuf_putc(j->out, ':');
	}
	j->need_comma = true;
}

static void
open_with(struct json *j, const char *name, char c)
{
	begin(j, name);
	sbuf_putc(j->out, c);
	j->need_comma = false;
}

static void
close_with(struct json *j, char c)
{
	sbuf_putc(j->out, c);
	j->need_comma = true;
}

void
json_obj(struct json *j, const char *name)
{
	open_with(j, name, '{');
}

void
json_obj_end(struct json *j)
{
	close_with(j, '}');
}

void
json_arr(struct json *j, const char *name)
{
	open_with(j, name, '[');
}

void
json_arr_end(struct json *j)
{
	close_with(j, ']');
}

void
json_str(struct json *j, const char *name, const char *value)
{
	begin(j, name);
	sbuf_json(j->out, value, strlen(value));
}

void
json_i64(struct json *j, const char *name, int64_t value)
{
	begin(j, name);
	sbuf_i64(j->out, value);
}

void
json_u64(struct json *j, const char *name, uint64_t value)
{
	begin(j, name);
	sbuf_u64(j->out, value);
}

void
json_bool(struct json *j, const char *name, bool value)
{
	begin(j, name);
	sbuf_puts(j->out, value ? "true" : "false");
}

void
json_null(struct json *j, const char *name)
{
	begin(j, name);
	sbuf_puts(j->out, "null");
}

void
json_str_some(struct json *j, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0') {
		json_str(j, name, value);
	}
}

void
json_i64_some(struct json *j, const char *name, int64_t value)
{
	if (value != 0) {
		json_i64(j, name, value);
	}
}

void
json_raw(struct json *j, const char *name, const char *p, size_t n)
{
	begin(j, name);
	sbuf_write(j->out, p, n);
}
