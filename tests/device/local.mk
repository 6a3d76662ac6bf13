# device
device_tests = \
	tests/device/test_escpos_driver \
	tests/device/test_escpos_job \
	tests/device/test_host \
	tests/device/test_replay
device_tests += tests/device/test_zvt_codec
	tests/device/test_replay \
	tests/device/test_serial
check_PROGRAMS += $(device_tests)
TESTS += $(device_tests)
DEVICE_TEST_LIBS = libdevice.a libcore.a libbase.a $(TEST_LIBS)

tests_device_test_escpos_driver_SOURCES = %reldir%/test_escpos_driver.c
tests_device_test_escpos_driver_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_escpos_driver_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_escpos_job_SOURCES = %reldir%/test_escpos_job.c
tests_device_test_escpos_job_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_escpos_job_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_host_SOURCES = %reldir%/test_host.c
tests_device_test_host_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_device_test_host_LDADD = $(DEVICE_TEST_LIBS)

tests_device_test_replay_SOURCES = %reldir%/test_replay.c %reldir%/replay.c %reldir%/replay.h
tests_device_test_replay_CFLAGS = $(TEST_CFLAGS) -I$(srcdir)/tests/device
tests_device_test_replay_LDADD = $(DEVICE_TEST_LIBS)

EXTRA_DIST += $(ZVT_LOGS)
ZVT_LOGS = \
	%reldir%/replay/zvt-pay.log \
	%reldir%/replay/zvt-tcp-pay.log

EXTRA_DIST += %reldir%/replay/README \
	%reldir%/replay/escpos-receipt.log \
	%reldir%/replay/dialog02-late.log \
	%reldir%/replay/dialog02-seal.log \
	%reldir%/replay/dialog02-weigh.log \
	%reldir%/replay/caisse-e-others.log \
	%reldir%/replay/caisse-e-pay.log \
	%reldir%/replay/caisse-e-unknown.log \
	%reldir%/replay/caisse-link-absent.log \
	%reldir%/replay/caisse-link-again.log \
	%reldir%/replay/caisse-link-pay.log \
	%reldir%/replay/caisse-link-silent.log \
	%reldir%/replay/caisse-text-foreign.log \
	%reldir%/replay/caisse-text-last.log \
	%reldir%/replay/caisse-text-others.log \
	%reldir%/replay/caisse-text-pay.log \
	%reldir%/replay/caisse-text-receipt.log \
	%reldir%/replay/caisse-text-refused.log \
	%reldir%/replay/caisse-text-unknown.log \
	%reldir%/replay/8217-late.log \
	%reldir%/replay/8217-pounds.log \
	%reldir%/replay/8217-weigh.log \
	%reldir%/replay/cas-weigh.log \
	%reldir%/replay/magellan-patient.log \
	%reldir%/replay/magellan-weigh.log \
	%reldir%/replay/nci-weigh.log \
	%reldir%/replay/cd5220-sale.log \
	%reldir%/replay/cd5220-shared.log \
	%reldir%/replay/dmd-euro.log \
	%reldir%/replay/dmd-total.log \
	%reldir%/replay/logic-sale.log \
	%reldir%/replay/plain-aedex.log \
	%reldir%/replay/plain-sale.log \
	%reldir%/replay/plain-utc.log
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
