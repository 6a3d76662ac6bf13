# sync
SYNC_TEST_LIBS = libsync.a libstore.a libjournal.a libwire.a libcore.a libbase.a \
	$(TEST_LIBS) $(CURL_LIBS) $(ZSTD_LIBS)

check_PROGRAMS += tests/sync/make_link
tests_sync_make_link_SOURCES = %reldir%/make_link.c
tests_sync_make_link_CFLAGS = $(TEST_CFLAGS)
tests_sync_make_link_LDADD = $(SYNC_TEST_LIBS)
EXTRA_DIST += tests/lib/fakehub.py tests/lib/synckit.py

check_PROGRAMS += tests/sync/test_pull
TESTS += tests/sync/test_pull
tests_sync_test_pull_SOURCES = %reldir%/test_pull.c
tests_sync_test_pull_CFLAGS = $(TEST_CFLAGS)
tests_sync_test_pull_LDADD = $(SYNC_TEST_LIBS)

sync_tests = \
	tests/sync/test_push \
	tests/sync/test_state
check_PROGRAMS += $(sync_tests)
TESTS += $(sync_tests)
tests_sync_test_push_SOURCES = %reldir%/test_push.c
tests_sync_test_push_CFLAGS = $(TEST_CFLAGS)
tests_sync_test_push_LDADD = $(SYNC_TEST_LIBS)
tests_sync_test_state_SOURCES = %reldir%/test_state.c
tests_sync_test_state_CFLAGS = $(TEST_CFLAGS)
tests_sync_test_state_LDADD = $(SYNC_TEST_LIBS)

# Kills a program at its nth call of the system; see lib/killat.c.
check_PROGRAMS += tests/lib/killat
tests_lib_killat_SOURCES = tests/lib/killat.c
tests_lib_killat_CFLAGS = $(AM_CFLAGS)
tests_lib_killat_LDADD = libbase.a $(TEST_LIBS)
