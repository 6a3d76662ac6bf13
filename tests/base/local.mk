# base
base_tests = \
	tests/base/test_bytes \
	tests/base/test_i18n \
	tests/base/test_clock \
	tests/base/test_conf \
	tests/base/test_crypto \
	tests/base/test_file \
	tests/base/test_json \
	tests/base/test_keys \
	tests/base/test_keys_reader \
	tests/base/test_keys_rotate \
	tests/base/test_loop \
	tests/base/test_parse \
	tests/base/test_csv \
	tests/base/test_rng \
	tests/base/test_sbuf \
	tests/base/test_text \
	tests/base/test_wordline
check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)

tests_base_test_bytes_SOURCES = %reldir%/test_bytes.c %reldir%/gen.h
tests_base_test_bytes_CFLAGS = $(TEST_CFLAGS)
tests_base_test_bytes_LDADD = libbase.a $(TEST_LIBS)
tests_base_test_i18n_SOURCES = %reldir%/test_i18n.c %reldir%/gen.h
tests_base_test_i18n_CFLAGS = $(TEST_CFLAGS)
tests_base_test_i18n_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_csv_SOURCES = %reldir%/test_csv.c
tests_base_test_csv_CFLAGS = $(TEST_CFLAGS)
tests_base_test_csv_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_clock_SOURCES = %reldir%/test_clock.c %reldir%/gen.h
tests_base_test_clock_CFLAGS = $(TEST_CFLAGS)
tests_base_test_clock_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_conf_SOURCES = %reldir%/test_conf.c %reldir%/gen.h
tests_base_test_conf_CFLAGS = $(TEST_CFLAGS)
tests_base_test_conf_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_crypto_SOURCES = %reldir%/test_crypto.c %reldir%/gen.h
tests_base_test_crypto_CFLAGS = $(TEST_CFLAGS)
tests_base_test_crypto_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_file_SOURCES = %reldir%/test_file.c %reldir%/gen.h
tests_base_test_file_CFLAGS = $(TEST_CFLAGS)
tests_base_test_file_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_json_SOURCES = %reldir%/test_json.c %reldir%/gen.h
tests_base_test_json_CFLAGS = $(TEST_CFLAGS)
tests_base_test_json_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_keys_reader_SOURCES = %reldir%/test_keys_reader.c %reldir%/gen.h
tests_base_test_keys_reader_CFLAGS = $(TEST_CFLAGS)
tests_base_test_keys_reader_LDADD = libbase.a $(TEST_LIBS)
tests_base_test_keys_rotate_SOURCES = %reldir%/test_keys_rotate.c %reldir%/gen.h
tests_base_test_keys_rotate_CFLAGS = $(TEST_CFLAGS)
tests_base_test_keys_rotate_LDADD = libbase.a $(TEST_LIBS)
tests_base_test_keys_SOURCES = %reldir%/test_keys.c %reldir%/gen.h
tests_base_test_keys_CFLAGS = $(TEST_CFLAGS)
tests_base_test_keys_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_loop_SOURCES = %reldir%/test_loop.c %reldir%/gen.h
tests_base_test_loop_CFLAGS = $(TEST_CFLAGS)
tests_base_test_loop_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_parse_SOURCES = %reldir%/test_parse.c %reldir%/gen.h
tests_base_test_parse_CFLAGS = $(TEST_CFLAGS)
tests_base_test_parse_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_rng_SOURCES = %reldir%/test_rng.c %reldir%/gen.h
tests_base_test_rng_CFLAGS = $(TEST_CFLAGS)
tests_base_test_rng_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_sbuf_SOURCES = %reldir%/test_sbuf.c %reldir%/gen.h
tests_base_test_sbuf_CFLAGS = $(TEST_CFLAGS)
tests_base_test_sbuf_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_text_SOURCES = %reldir%/test_text.c %reldir%/gen.h
tests_base_test_text_CFLAGS = $(TEST_CFLAGS) $(UTF8PROC_CFLAGS)
tests_base_test_text_LDADD = libbase.a $(TEST_LIBS)

tests_base_test_wordline_SOURCES = %reldir%/test_wordline.c %reldir%/gen.h
tests_base_test_wordline_CFLAGS = $(TEST_CFLAGS)
tests_base_test_wordline_LDADD = libbase.a $(TEST_LIBS)
