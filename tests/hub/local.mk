# hub
check_PROGRAMS += tests/hub/print_sql
tests_hub_print_sql_SOURCES = %reldir%/print_sql.c
tests_hub_print_sql_CFLAGS = $(TEST_CFLAGS)
tests_hub_print_sql_LDADD = libhub.a libwire.a libcore.a libbase.a $(PQ_LIBS) \
	$(TEST_LIBS)

HUB_LIBS = libhub.a libwire.a libcore.a libbase.a $(MICROHTTPD_LIBS) $(PQ_LIBS) \
	$(GNUTLS_LIBS) $(TEST_LIBS)

check_PROGRAMS += tests/hub/test_route
TESTS += tests/hub/test_route
tests_hub_test_route_SOURCES = %reldir%/test_route.c
tests_hub_test_route_CFLAGS = $(TEST_CFLAGS)
tests_hub_test_route_LDADD = $(HUB_LIBS)

check_PROGRAMS += tests/hub/test_admission
TESTS += tests/hub/test_admission
tests_hub_test_admission_SOURCES = %reldir%/test_admission.c
tests_hub_test_admission_CFLAGS = $(TEST_CFLAGS)
tests_hub_test_admission_LDADD = $(HUB_LIBS)

check_PROGRAMS += tests/hub/test_ingest
TESTS += tests/hub/test_ingest
tests_hub_test_ingest_SOURCES = %reldir%/test_ingest.c
tests_hub_test_ingest_CFLAGS = $(TEST_CFLAGS)
tests_hub_test_ingest_LDADD = $(HUB_LIBS)

check_PROGRAMS += tests/hub/test_config
TESTS += tests/hub/test_config
tests_hub_test_config_SOURCES = %reldir%/test_config.c
tests_hub_test_config_CFLAGS = $(TEST_CFLAGS) $(PQ_CFLAGS)
tests_hub_test_config_LDADD = $(HUB_LIBS)
check_PROGRAMS += tests/hub/test_follow_texts
TESTS += tests/hub/test_follow_texts
tests_hub_test_follow_texts_SOURCES = %reldir%/test_follow_texts.c
tests_hub_test_follow_texts_CFLAGS = $(TEST_CFLAGS)
tests_hub_test_follow_texts_LDADD = $(HUB_LIBS)
EXTRA_DIST += %reldir%/migrations
EXTRA_DIST += %reldir%/kept/README %reldir%/kept/make.py %reldir%/kept/0.6.0.tar.xz
