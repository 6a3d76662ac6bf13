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
