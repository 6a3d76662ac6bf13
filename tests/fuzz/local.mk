# fuzz: one line a target; its file is tests/fuzz/fuzz_NAME.c, its inputs are
# tests/fuzz/corpus/NAME/*.  It may use every layer.
FUZZ_TARGETS =
FUZZ_TARGETS += tests/fuzz/fuzz_driver
FUZZ_TARGETS += tests/fuzz/fuzz_caisse
FUZZ_TARGETS += tests/fuzz/fuzz_gs1
FUZZ_TARGETS += tests/fuzz/fuzz_zvt
FUZZ_TARGETS += tests/fuzz/fuzz_sim
FUZZ_TARGETS += tests/fuzz/fuzz_wire

check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS)

# what a program links that has no list of its own
AM_DEFAULT_SOURCE_EXT = .c
FUZZ_MAIN = tests/fuzz/libfuzzmain.a
LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a libsim.a libregister.a libstore.a \
	libjournal.a libwire.a libdevice.a libcore.a libbase.a $(LMDB_LIBS) \
	$(JSON_LIBS) $(ZSTD_LIBS) $(SERIALPORT_LIBS) $(SODIUM_LIBS) $(NETTLE_LIBS) \
	$(UTF8PROC_LIBS) $(INIH_LIBS)

check_LIBRARIES = tests/fuzz/libfuzzmain.a tests/fuzz/libfuzz.a
tests_fuzz_libfuzzmain_a_SOURCES = %reldir%/main.c %reldir%/fuzz.h
tests_fuzz_libfuzz_a_SOURCES = %reldir%/must.c
EXTRA_DIST += %reldir%/corpus %reldir%/run %reldir%/from_logs.py

# FUZZ_SECONDS= a target, ONLY= names of targets; finds stay in fuzz/ of the
# build directory.
FUZZ_SECONDS = 60
.PHONY: fuzz fuzz-programs
fuzz:
	@$(SHELL) $(srcdir)/tests/fuzz/run '$(abs_srcdir)' \
		'$(abs_builddir)/fuzz' '$(FUZZ_SECONDS)' $(FUZZ_TARGETS)

fuzz-programs: $(FUZZ_TARGETS)
