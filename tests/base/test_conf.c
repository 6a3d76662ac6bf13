/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/sbuf.h"
#include "gen.h"

static enum rc
record(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	if (key == NULL) { /* a section begins */
		return strcmp(section, "nowhere") == 0
			       ? err_set(reterr, RC_NOTFOUND, 0, "test",
					 "no such section")
			       : RC_OK;
	}
	if (strcmp(key, "unknown") == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "test", "no such name");
	}
	if (strcmp(key, "refused") == 0) {
		return err_set(reterr, RC_RANGE, 0, "test", "no such key");
	}
	sbuf_printf(arg, "%d:%d[%s]%s=<%s>\n", pos->line, pos->col, section,
		key, value);
	return RC_OK;
}

static enum rc
run(const char *text, size_t len, char *out, size_t cap, struct err *e)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	return conf_parse("shop.conf", text, len, record, &b, e);
}

static void
test_reads(void **state)
{
	static const char text[] = "\xef\xbb\xbf# comment\n"
				   "top=1\n"
				   "\n"
				   "[shop]\r\n"
				   "name = Caf\xc3\xa9 #1; no comment  \r\n"
				   "  ; a comment, too\n"
				   "\tempty=\n"
				   "  a=1\n"
				   "  b = x = y: z\n"
				   "[tax A.1]\n"
				   "rate:=5\n";
	char out[1000];
	struct err e = {0};

	(void)state;
	/* the last line is bad, and says where */
	assert_int_equal(
		run(text, strlen(text), out, sizeof(out), &e), RC_PROTO);
	assert_non_null(strstr(e.msg, "shop.conf:11:1: "));
	assert_string_equal(out, "2:5[]top=<1>\n"
				 "5:8[shop]name=<Caf\xc3\xa9 #1; no comment>\n"
				 "7:8[shop]empty=<>\n"
				 "8:5[shop]a=<1>\n"
				 "9:7[shop]b=<x = y: z>\n");
	assert_int_equal(run("", 0, out, sizeof(out), &e), RC_OK);
	assert_int_equal(run("a=1", 3, out, sizeof(out), &e), RC_OK);
	assert_string_equal(out, "1:3[]a=<1>\n");
}

static void
test_refuses(void **state)
{
	static const struct {
		const char *text;
		const char *where;
	} t[] = {{"junk", ":1:1: "}, {"a=1\n  junk\n", ":2:3: "},
		{"[open\n", ":1:6: "}, {"[open] x\n", ":1:9: "},
		{"[]\n", ":1:2: "}, {"[a]b]\n", ":1:2: "}, {"=x\n", ":1:1: "},
		{"a:b=1\n", ":1:1: "}, {"k:1\n", ":1:1: "},
		{"a=\x01\n", ":1:3: "}, {"# \x1b\n", ":1:3: "},
		{"a=b\rc\n", ":1:4: "}, {"a=\xff\n", ":1:3: "},
		{"a=\xc2\x85\n", ":1:3: "},
		{"a=1\n\n[s]\nb=2\nrefused = 7\n", ":5:11: no such key"},
		{"a=1\n [nowhere]\n", ":2:3: no such section"},
		{"  unknown = 7\n", ":1:3: no such name"},
		{"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk=1\n", ":1:1: "}};

	char out[1000];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct err e = {0};
		enum rc rc =
			run(t[i].text, strlen(t[i].text), out, sizeof(out), &e);

		if (rc == RC_OK || strstr(e.msg, t[i].where) == NULL ||
			strncmp(e.msg, "shop.conf:", 10) != 0) {
			fail_msg("case %zu: %s", i, e.msg);
		}
		assert_null(strchr(e.msg, '\n'));
	}
	{
		struct err e = {0};

		assert_int_equal(
			run("a=\0b\n", 5, out, sizeof(out), &e), RC_PROTO);
		assert_int_equal(
			run("refused=1", 9, out, sizeof(out), NULL), RC_RANGE);
	}
}

static void
test_long_lines(void **state)
{
	static char text[6000];
	static char out[6000];
	struct err e = {0};

	(void)state;
	for (size_t n = 150; n < 3990; n += 7) {
		int k = snprintf(text, sizeof(text), "\n[s]\nkey=");

		memset(text + k, 'v', n);
		memcpy(text + (size_t)k + n, "\nnext=1\n", 9);
		assert_int_equal(
			run(text, strlen(text), out, sizeof(out), &e), RC_OK);
		assert_int_equal(strlen(out), 11 + n + 2 + 15);
		assert_non_null(strstr(out, "\n4:6[s]next=<1>\n"));
	}
	memset(text, 'v', 5000);
	memcpy(text, "k=", 2);
	text[5000] = '\0';
	assert_int_equal(
		run(text, strlen(text), out, sizeof(out), &e), RC_PROTO);
	assert_non_null(strstr(e.msg, "too long"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_reads),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_long_lines)};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
