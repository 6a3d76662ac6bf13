/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sbuf.h"

/**
 * json - compact JSON writer for answers and reports: commas are placed by
 * themselves.  Name is NULL inside an array.  Reading JSON is wire/'s.
 */
struct json {
	struct sbuf *out;
	bool need_comma;
};

void json_init(struct json *j, struct sbuf *out);
void json_obj(struct json *j, const char *name);
void json_obj_end(struct json *j);
void json_arr(struct json *j, const char *name);
void json_arr_end(struct json *j);
void json_str(struct json *j, const char *name, const char *value);
void json_i64(struct json *j, const char *name, int64_t value);
void json_u64(struct json *j, const char *name, uint64_t value);
void json_bool(struct json *j, const char *name, bool value);
/* The same, and nothing when it is NULL or "", or 0. */
void json_str_some(struct json *j, const char *name, const char *value);
void json_i64_some(struct json *j, const char *name, int64_t value);
/** json_raw(j, name, p, n): n bytes that are one JSON value already. */
void json_raw(struct json *j, const char *name, const char *p, size_t n);
void json_null(struct json *j, const char *name);

#endif
