# sim
sim_tests = \
	tests/sim/test_caisse \
	tests/sim/test_scales \
	tests/sim/test_player \
	tests/sim/test_sim
sim_tests += tests/sim/test_zvt
sim_tests += tests/sim/test_printer
sim_tests += tests/sim/test_stream
check_PROGRAMS += $(sim_tests)
TESTS += $(sim_tests)
SIM_TEST_LIBS = libsim.a libdevice.a libcore.a libbase.a $(TEST_LIBS)

tests_sim_test_caisse_SOURCES = %reldir%/test_caisse.c
tests_sim_test_caisse_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_sim_test_caisse_LDADD = $(SIM_TEST_LIBS)

tests_sim_test_sim_SOURCES = %reldir%/test_sim.c
tests_sim_test_sim_CFLAGS = $(TEST_CFLAGS)
tests_sim_test_sim_LDADD = $(SIM_TEST_LIBS)

tests_sim_test_player_SOURCES = %reldir%/test_player.c
tests_sim_test_player_CFLAGS = $(TEST_CFLAGS)
tests_sim_test_player_LDADD = $(SIM_TEST_LIBS)

tests_sim_test_zvt_SOURCES = %reldir%/test_zvt.c
tests_sim_test_zvt_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_sim_test_zvt_LDADD = $(SIM_TEST_LIBS)
tests_sim_test_scales_SOURCES = %reldir%/test_scales.c
tests_sim_test_scales_CFLAGS = $(TEST_CFLAGS)
tests_sim_test_scales_LDADD = $(SIM_TEST_LIBS)

tests_sim_test_printer_SOURCES = %reldir%/test_printer.c
tests_sim_test_printer_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_sim_test_printer_LDADD = $(SIM_TEST_LIBS)

tests_sim_test_stream_SOURCES = %reldir%/test_stream.c
tests_sim_test_stream_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests/base
tests_sim_test_stream_LDADD = $(SIM_TEST_LIBS)
