# sim: devices that are not there
noinst_LIBRARIES += libsim.a
libsim_a_SOURCES = \
	%reldir%/caisse.c \
	%reldir%/caisse.h \
	%reldir%/caisse_words.c \
	%reldir%/bench.c \
	%reldir%/bench.h \
	%reldir%/drawer.c \
	%reldir%/font.c \
	%reldir%/font.h \
	%reldir%/glass.c \
	%reldir%/glass.h \
	%reldir%/line.c \
	%reldir%/line.h \
	%reldir%/plain.c \
	%reldir%/plate.c \
	%reldir%/plate.h \
	%reldir%/player.c \
	%reldir%/player.h \
	%reldir%/png.c \
	%reldir%/png.h \
	%reldir%/pole.c \
	%reldir%/scale_8217.c \
	%reldir%/scale_cas.c \
	%reldir%/scale_dialog02.c \
	%reldir%/scale_magellan.c \
	%reldir%/scale_nci.c \
	%reldir%/scanner.c \
	%reldir%/scenario.c \
	%reldir%/scenario.h \
	%reldir%/sim.c \
	%reldir%/sim.h \
	%reldir%/sim_devices.c \
	%reldir%/sim_devices.h \
	%reldir%/stand.c \
	%reldir%/stand.h \
	%reldir%/zvt.c \
	%reldir%/zvt_book.c \
	%reldir%/zvt_book.h \
	%reldir%/zvt_internal.h \
	%reldir%/zvt_stage.c \
	%reldir%/zvt_work.c
