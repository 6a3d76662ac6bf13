# wire: lines, chain, signatures; json-c
noinst_LIBRARIES += libwire.a
libwire_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
libwire_a_SOURCES = %reldir%/layer.c \
	%reldir%/chain.h \
	%reldir%/event.h \
	%reldir%/request.h
