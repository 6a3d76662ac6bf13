# hub
check_PROGRAMS += tests/hub/print_sql
tests_hub_print_sql_SOURCES = %reldir%/print_sql.c
tests_hub_print_sql_CFLAGS = $(TEST_CFLAGS)
tests_hub_print_sql_LDADD = libhub.a libwire.a libcore.a libbase.a $(PQ_LIBS) \
	$(TEST_LIBS)
