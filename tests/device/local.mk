# device
# one a line: what two people add side by side stays whole
device_tests =
device_tests += tests/device/test_caisse
device_tests += tests/device/test_escpos_driver
device_tests += tests/device/test_paper
device_tests += tests/device/test_every
device_tests += tests/device/test_front
device_tests += tests/device/test_host
device_tests += tests/device/test_host_log
device_tests += tests/device/test_replay
device_tests += tests/device/test_scale
device_tests += tests/device/test_serial
device_tests += tests/device/test_transport
device_tests += tests/device/test_worker
device_tests += tests/device/test_zvt_codec
check_PROGRAMS += $(device_tests)
TESTS += $(device_tests)
DEVICE_TEST_LIBS = libdevice.a libcore.a libbase.a $(TEST_LIBS)

tests_device_test_caisse_SOURCES = %reldir%/test_caisse.c
tests_device_test_caisse_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_caisse_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_escpos_driver_SOURCES = %reldir%/test_escpos_driver.c
tests_device_test_escpos_driver_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_escpos_driver_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_paper_SOURCES = %reldir%/test_paper.c
tests_device_test_paper_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_paper_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_front_SOURCES = %reldir%/test_front.c
tests_device_test_front_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_front_LDADD = libsim.a $(DEVICE_TEST_LIBS)

tests_device_test_host_SOURCES = %reldir%/test_host.c
tests_device_test_host_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_host_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_host_log_SOURCES = %reldir%/test_host_log.c
tests_device_test_host_log_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_host_log_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_scale_SOURCES = %reldir%/test_scale.c
tests_device_test_scale_CFLAGS = $(TEST_CFLAGS)
tests_device_test_scale_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_replay_SOURCES = %reldir%/test_replay.c %reldir%/replay.c %reldir%/replay.h
tests_device_test_replay_CFLAGS = $(TEST_CFLAGS) -I$(srcdir)/tests/device
tests_device_test_replay_LDADD = $(DEVICE_TEST_LIBS)


EXTRA_DIST += %reldir%/replay
tests_device_test_serial_SOURCES = %reldir%/test_serial.c tests/lib/ptyserial.c
tests_device_test_serial_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_serial_LDADD = $(DEVICE_TEST_LIBS) -ldl

# the same for a whole program: LD_PRELOAD=tests/lib/ptyserial.so
if !SANITIZE
check_DATA += tests/lib/ptyserial.so
tests/lib/ptyserial.so: tests/lib/ptyserial.c
	$(AM_V_CC)$(MKDIR_P) tests/lib && \
		$(CC) -std=gnu17 -O1 -shared -fPIC -o $@ \
		$(top_srcdir)/tests/lib/ptyserial.c -ldl
CLEANFILES += tests/lib/ptyserial.so
endif

# the logs that tests/device/test_replay plays
EXTRA_DIST += %reldir%/replay

tests_device_test_zvt_codec_SOURCES = %reldir%/test_zvt_codec.c
tests_device_test_zvt_codec_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_zvt_codec_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_every_SOURCES = %reldir%/test_every.c
tests_device_test_every_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_every_LDADD = libsim.a $(DEVICE_TEST_LIBS)

tests_device_test_transport_SOURCES = %reldir%/test_transport.c
tests_device_test_transport_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_transport_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_worker_SOURCES = %reldir%/test_worker.c
tests_device_test_worker_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_worker_LDADD = $(DEVICE_TEST_LIBS)
