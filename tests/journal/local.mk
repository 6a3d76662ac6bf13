# journal
JOURNAL_TEST_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)
JOURNAL_TEST_LIBS = libjournal.a libbase.a $(TEST_LIBS)

check_PROGRAMS += tests/journal/test_append
TESTS += tests/journal/test_append
tests_journal_test_append_SOURCES = %reldir%/test_append.c \
	%reldir%/fixture.c %reldir%/fixture.h
tests_journal_test_append_CFLAGS = $(JOURNAL_TEST_CFLAGS)
tests_journal_test_append_LDADD = $(JOURNAL_TEST_LIBS)

check_PROGRAMS += tests/journal/test_tail
TESTS += tests/journal/test_tail
tests_journal_test_tail_SOURCES = %reldir%/test_tail.c \
	%reldir%/fixture.c %reldir%/fixture.h
tests_journal_test_tail_CFLAGS = $(JOURNAL_TEST_CFLAGS)
tests_journal_test_tail_LDADD = $(JOURNAL_TEST_LIBS)

check_PROGRAMS += tests/journal/test_files
TESTS += tests/journal/test_files
tests_journal_test_files_SOURCES = %reldir%/test_files.c \
	%reldir%/fixture.c %reldir%/fixture.h
tests_journal_test_files_CFLAGS = $(JOURNAL_TEST_CFLAGS)
tests_journal_test_files_LDADD = $(JOURNAL_TEST_LIBS)

check_PROGRAMS += tests/journal/test_fault
TESTS += tests/journal/test_fault
tests_journal_test_fault_SOURCES = %reldir%/test_fault.c \
	%reldir%/fixture.c %reldir%/fixture.h
tests_journal_test_fault_CFLAGS = $(JOURNAL_TEST_CFLAGS)
tests_journal_test_fault_LDADD = $(JOURNAL_TEST_LIBS)
tests_journal_test_fault_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=file_sync -Wl,--wrap=file_pwrite

check_PROGRAMS += tests/journal/make_journal
tests_journal_make_journal_SOURCES = %reldir%/make_journal.c
tests_journal_make_journal_CFLAGS = $(TEST_CFLAGS)
tests_journal_make_journal_LDADD = $(JOURNAL_TEST_LIBS)
TESTS += tests/journal/stranger.test
dist_check_SCRIPTS += %reldir%/stranger.test

check_PROGRAMS += tests/journal/test_decode
TESTS += tests/journal/test_decode
tests_journal_test_decode_SOURCES = %reldir%/test_decode.c \
	%reldir%/fixture.c %reldir%/fixture.h
tests_journal_test_decode_CFLAGS = $(JOURNAL_TEST_CFLAGS)
tests_journal_test_decode_LDADD = $(JOURNAL_TEST_LIBS)

check_PROGRAMS += tests/journal/test_sweep
TESTS += tests/journal/test_sweep
tests_journal_test_sweep_SOURCES = %reldir%/test_sweep.c \
	%reldir%/fixture.c %reldir%/fixture.h \
	tests/lib/faults.c tests/lib/faults.h
tests_journal_test_sweep_CFLAGS = $(FAULT_CFLAGS) -I$(top_srcdir)
tests_journal_test_sweep_LDADD = $(JOURNAL_TEST_LIBS)
tests_journal_test_sweep_LDFLAGS = $(FAULT_LINK)
