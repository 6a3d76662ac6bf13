# sim: devices that are not there
noinst_LIBRARIES += libsim.a
libsim_a_SOURCES = \
	%reldir%/drawer.c \
	%reldir%/font.c \
	%reldir%/font.h \
	%reldir%/glass.c \
	%reldir%/glass.h \
	%reldir%/plain.c \
	%reldir%/scanner.c \
	%reldir%/sim.c \
	%reldir%/sim.h \
	%reldir%/sim_devices.c \
	%reldir%/sim_devices.h
