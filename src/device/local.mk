# device: drivers, transports, host
noinst_LIBRARIES += libdevice.a
libdevice_a_CFLAGS = $(AM_CFLAGS) $(SERIALPORT_CFLAGS)
libdevice_a_SOURCES = %reldir%/layer.c \
	%reldir%/device.h \
	%reldir%/escpos.h
