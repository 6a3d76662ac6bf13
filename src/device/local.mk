# device: drivers, transports, host
noinst_LIBRARIES += libdevice.a
libdevice_a_CFLAGS = $(AM_CFLAGS) $(SERIALPORT_CFLAGS)
libdevice_a_SOURCES = \
	%reldir%/caisse.c \
	%reldir%/caisse.h \
	%reldir%/caisse_driver.c \
	%reldir%/caisse_driver.h \
	%reldir%/caisse_e.c \
	%reldir%/caisse_e.h \
	%reldir%/caisse_link.c \
	%reldir%/caisse_link.h \
	%reldir%/caisse_slip.c \
	%reldir%/caisse_talk.c \
	%reldir%/caisse_talk.h \
	%reldir%/codepage.c \
	%reldir%/codepage.h \
	%reldir%/device.c \
	%reldir%/device.h \
	%reldir%/display.h \
	%reldir%/drawer.c \
	%reldir%/drawer.h \
	%reldir%/drivers.c \
	%reldir%/escpos.c \
	%reldir%/escpos.h \
	%reldir%/escpos_driver.h \
	%reldir%/escpos_job.c \
	%reldir%/host.c \
	%reldir%/host.h \
	%reldir%/host_ask.c \
	%reldir%/host_internal.h \
	%reldir%/host_log.c \
	%reldir%/host_log.h \
	%reldir%/pinpad.c \
	%reldir%/pinpad.h \
	%reldir%/pole.c \
	%reldir%/pole_drivers.h \
	%reldir%/scale.c \
	%reldir%/scale.h \
	%reldir%/scale_8217.c \
	%reldir%/scale_cas.c \
	%reldir%/scale_dialog02.c \
	%reldir%/scale_drivers.h \
	%reldir%/scale_line.c \
	%reldir%/scale_line.h \
	%reldir%/scale_magellan.c \
	%reldir%/scale_nci.c \
	%reldir%/scale_seal.c \
	%reldir%/scale_seal.h \
	%reldir%/scanner.c \
	%reldir%/scanner.h \
	%reldir%/transport.c \
	%reldir%/transport.h \
	%reldir%/transport_file.c \
	%reldir%/transport_internal.h \
	%reldir%/transport_net.c \
	%reldir%/transport_serial.c
