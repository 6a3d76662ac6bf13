# device: drivers, transports, host
noinst_LIBRARIES += libdevice.a
libdevice_a_CFLAGS = $(AM_CFLAGS) $(SERIALPORT_CFLAGS)
libdevice_a_SOURCES = \
	%reldir%/codepage.c \
	%reldir%/codepage.h \
	%reldir%/device.h \
	%reldir%/drivers.c \
	%reldir%/escpos.c \
	%reldir%/escpos.h \
	%reldir%/escpos_driver.h \
	%reldir%/escpos_job.c \
	%reldir%/host.c \
	%reldir%/transport.c
