/* SPDX-License-Identifier: Apache-2.0 */
/* Every statement and migration of the hub as lines of JSON, for
 * tests/lint/sql.py. */
#include <stdio.h>

#include "base/bytes.h"
#include "base/json.h"
#include "hub/schema.h"
#include "hub/sql.h"

#include "base/poison.h"

static void
put(struct json *j, struct sbuf *b)
{
	json_obj_end(j);
	(void)puts(b->p);
}

int
main(void)
{
	static const char *const kind[] = {[SQL_READS] = "reads",
		[SQL_WRITES] = "writes",
		[SQL_CONTROL] = "control"};
	static char room[1 << 16];
	struct sbuf b;
	struct json j;
	size_t n;
	const struct migration *m = schema_migrations(&n);

	for (int i = 0; i < SQL_COUNT; i++) {
		const struct sql_row *s = sql_of((enum sql)i);

		sbuf_init(&b, room, sizeof(room));
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_i64(&j, "statement", i);
		json_str(&j, "name", s->name != NULL ? s->name : "");
		json_str(&j, "kind", kind[s->kind]);
		json_str(&j, "text", s->text != NULL ? s->text : "");
		put(&j, &b);
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; m[i].statement[k] != NULL; k++) {
			sbuf_init(&b, room, sizeof(room));
			json_init(&j, &b);
			json_obj(&j, NULL);
			json_i64(&j, "migration", m[i].number);
			json_str(&j, "text", m[i].statement[k]);
			put(&j, &b);
		}
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
