# store: cmocka programs over a made-up register life
check_PROGRAMS += tests/store/test_store
TESTS += tests/store/test_store
tests_store_test_store_SOURCES = %reldir%/test_store.c %reldir%/stream.c \
	%reldir%/stream.h
tests_store_test_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/store
tests_store_test_store_CFLAGS = $(TEST_CFLAGS)
tests_store_test_store_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)

check_PROGRAMS += tests/store/test_catalog
TESTS += tests/store/test_catalog
tests_store_test_catalog_SOURCES = %reldir%/test_catalog.c %reldir%/stream.c \
	%reldir%/stream.h
tests_store_test_catalog_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/store
tests_store_test_catalog_CFLAGS = $(TEST_CFLAGS)
tests_store_test_catalog_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)

check_PROGRAMS += tests/store/test_damage
TESTS += tests/store/test_damage
tests_store_test_damage_SOURCES = %reldir%/test_damage.c %reldir%/stream.c \
	%reldir%/stream.h
tests_store_test_damage_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/store
tests_store_test_damage_CFLAGS = $(TEST_CFLAGS) $(LMDB_CFLAGS)
tests_store_test_damage_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)

check_PROGRAMS += tests/store/test_build
TESTS += tests/store/test_build
tests_store_test_build_SOURCES = %reldir%/test_build.c %reldir%/stream.c \
	%reldir%/stream.h
tests_store_test_build_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/store
tests_store_test_build_CFLAGS = $(TEST_CFLAGS)
tests_store_test_build_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)

check_PROGRAMS += tests/store/test_decode
TESTS += tests/store/test_decode
tests_store_test_decode_SOURCES = %reldir%/test_decode.c
tests_store_test_decode_CFLAGS = $(TEST_CFLAGS) $(LMDB_CFLAGS)
tests_store_test_decode_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)

check_PROGRAMS += tests/store/test_feeds
TESTS += tests/store/test_feeds
tests_store_test_feeds_SOURCES = %reldir%/test_feeds.c %reldir%/stream.c \
	%reldir%/stream.h
tests_store_test_feeds_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/store
tests_store_test_feeds_CFLAGS = $(TEST_CFLAGS)
tests_store_test_feeds_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)

check_PROGRAMS += tests/store/test_sweep
TESTS += tests/store/test_sweep
tests_store_test_sweep_SOURCES = %reldir%/test_sweep.c %reldir%/stream.c \
	%reldir%/stream.h tests/lib/faults.c tests/lib/faults.h
tests_store_test_sweep_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/store
tests_store_test_sweep_CFLAGS = $(FAULT_CFLAGS)
tests_store_test_sweep_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)
tests_store_test_sweep_LDFLAGS = $(FAULT_LINK)

check_PROGRAMS += tests/store/test_find
TESTS += tests/store/test_find
tests_store_test_find_SOURCES = %reldir%/test_find.c %reldir%/stream.c \
	%reldir%/stream.h
tests_store_test_find_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/store
tests_store_test_find_CFLAGS = $(TEST_CFLAGS) $(LMDB_CFLAGS)
tests_store_test_find_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)

check_PROGRAMS += tests/store/test_payments
TESTS += tests/store/test_payments
tests_store_test_payments_SOURCES = %reldir%/test_payments.c %reldir%/stream.c \
	%reldir%/stream.h
tests_store_test_payments_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/store
tests_store_test_payments_CFLAGS = $(TEST_CFLAGS)
tests_store_test_payments_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)

check_PROGRAMS += tests/store/test_feed
TESTS += tests/store/test_feed
tests_store_test_feed_SOURCES = %reldir%/test_feed.c %reldir%/stream.c \
	%reldir%/stream.h
tests_store_test_feed_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/store
tests_store_test_feed_CFLAGS = $(TEST_CFLAGS) $(LMDB_CFLAGS)
tests_store_test_feed_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)
check_PROGRAMS += tests/store/test_feed_full
SLOW_TESTS += tests/store/test_feed_full
tests_store_test_feed_full_SOURCES = %reldir%/test_feed_full.c %reldir%/stream.c \
	%reldir%/stream.h
tests_store_test_feed_full_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/store
tests_store_test_feed_full_CFLAGS = $(TEST_CFLAGS) $(LMDB_CFLAGS)
tests_store_test_feed_full_LDADD = libstore.a libcore.a libbase.a $(TEST_LIBS)
