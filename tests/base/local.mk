# base
base_tests = \
	tests/base/test_keys \
	tests/base/test_text
check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)

tests_base_test_keys_SOURCES = %reldir%/test_keys.c %reldir%/gen.h
tests_base_test_keys_CFLAGS = $(TEST_CFLAGS)
tests_base_test_keys_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_text_SOURCES = %reldir%/test_text.c %reldir%/gen.h
tests_base_test_text_CFLAGS = $(TEST_CFLAGS) $(UTF8PROC_CFLAGS)
tests_base_test_text_LDADD = libbase.a $(TEST_LIBS)
