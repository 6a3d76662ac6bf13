# tests: cmocka and shell over the TAP driver
TEST_EXTENSIONS = .test .py
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
TEST_LOG_DRIVER = $(LOG_DRIVER)
# A test that hangs is a failure with a name after so many seconds; 0: never.  The
# longest takes 47 on a quiet machine, and 200 where ten others build.
TEST_TIMEOUT = 600
LIMIT = timeout -k 20 $(TEST_TIMEOUT)
LOG_COMPILER = $(LIMIT)
TEST_LOG_COMPILER = $(LIMIT) $(SHELL)
PY_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_COMPILER = $(LIMIT) python3
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP TZ=UTC LC_ALL=C.UTF-8 LINES=24 COLUMNS=80 \
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	HOLDFAST_COUNTRIES='$(abs_top_srcdir)/data/countries' \
	HOLDFAST_MACHINE_ID='' \
	HF_SANITIZERS='$(HF_SANITIZERS)' HF_COVERAGE='$(HF_COVERAGE)' \
	ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 \
	UBSAN_OPTIONS=print_stacktrace=1; \
	export HOLDFAST_COUNTRIES HOLDFAST_MACHINE_ID CMOCKA_MESSAGE_OUTPUT TZ LC_ALL LINES COLUMNS top_srcdir \
	top_builddir HF_SANITIZERS HF_COVERAGE ASAN_OPTIONS UBSAN_OPTIONS;

# What every unit test links; a test names the layers it needs, top first.
# Rows of tests name what they are about: members that are added behind are zero.
TEST_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) -Wno-missing-field-initializers
TEST_LIBS = $(CMOCKA_LIBS) $(LMDB_LIBS) $(JSON_LIBS) $(ZSTD_LIBS) $(SERIALPORT_LIBS) \
	$(SODIUM_LIBS) $(NETTLE_LIBS) $(UTF8PROC_LIBS) $(INIH_LIBS)

EXTRA_DIST += %reldir%/lib/worker.py %reldir%/lib/pg.py %reldir%/lib/hubload.py
EXTRA_DIST += %reldir%/lib/cutproxy.py %reldir%/lib/wired.py
EXTRA_DIST += %reldir%/lib/hubkit.py %reldir%/lib/hfsig.py %reldir%/lib/tap.sh %reldir%/lib/vt.py

# A terminal emulator with a program in it; see lib/vt.c.
if HAVE_VTERM
check_PROGRAMS += tests/lib/vt
tests_lib_vt_SOURCES = %reldir%/lib/vt.c %reldir%/lib/vt_info.c \
	%reldir%/lib/vt_info.h \
	%reldir%/lib/vt_term.c %reldir%/lib/vt_term.h
tests_lib_vt_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS) $(NCURSES_CFLAGS)
tests_lib_vt_LDADD = $(VTERM_LIBS) $(NCURSES_LIBS) -lutil
endif

# Calls that a sweep makes fail; see lib/faults.h.  Memory, files, LMDB.
FAULT_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/lib
FAULT_LINK = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup \
	-Wl,--wrap=free,--wrap=open,--wrap=pread,--wrap=pwrite,--wrap=read \
	-Wl,--wrap=fdatasync,--wrap=fsync,--wrap=ftruncate,--wrap=rename \
	-Wl,--wrap=unlink,--wrap=mkdir,--wrap=rmdir,--wrap=flock \
	-Wl,--wrap=stat,--wrap=lstat,--wrap=fstat,--wrap=access \
	-Wl,--wrap=opendir,--wrap=readdir,--wrap=fopen,--wrap=fflush \
	-Wl,--wrap=statvfs \
	-Wl,--wrap=mdb_env_create,--wrap=mdb_env_set_maxdbs \
	-Wl,--wrap=mdb_env_set_maxreaders,--wrap=mdb_env_set_mapsize \
	-Wl,--wrap=mdb_env_open,--wrap=mdb_env_info,--wrap=mdb_env_stat \
	-Wl,--wrap=mdb_env_get_fd,--wrap=mdb_env_sync,--wrap=mdb_txn_begin \
	-Wl,--wrap=mdb_txn_commit,--wrap=mdb_dbi_open,--wrap=mdb_stat \
	-Wl,--wrap=mdb_get,--wrap=mdb_put,--wrap=mdb_del \
	-Wl,--wrap=mdb_cursor_open,--wrap=mdb_cursor_get \
	-Wl,--wrap=mdb_cursor_put

# Many registers at one hub, for fault runs and bench; see its head.
check_PROGRAMS += tests/lib/hub_load
tests_lib_hub_load_SOURCES = %reldir%/lib/hub_load.c \
	%reldir%/lib/hub_load_till.c %reldir%/lib/hub_load_till.h
tests_lib_hub_load_CFLAGS = $(AM_CFLAGS) -Wno-conversion \
	-I$(top_srcdir)/tests/lib
tests_lib_hub_load_LDADD = libwire.a libcore.a libbase.a $(JSON_LIBS) \
	$(ZSTD_LIBS) $(SODIUM_LIBS) $(NETTLE_LIBS) $(UTF8PROC_LIBS) \
	$(INIH_LIBS) -lpthread

include tests/base/local.mk
include tests/core/local.mk
include tests/journal/local.mk
include tests/wire/local.mk
include tests/store/local.mk
include tests/device/local.mk
include tests/fuzz/local.mk
include tests/sim/local.mk
include tests/hub/local.mk
include tests/sync/local.mk
include tests/register/local.mk
include tests/screen/local.mk
include tests/e2e/local.mk
include tests/reference/local.mk
include tests/crash/local.mk
include tests/bench/local.mk
include tests/lint/local.mk
include tests/stores/local.mk
