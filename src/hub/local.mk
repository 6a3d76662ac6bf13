# hub: the center; libmicrohttpd, libpq, gnutls
noinst_LIBRARIES += libhub.a
libhub_a_CFLAGS = $(AM_CFLAGS) $(MICROHTTPD_CFLAGS) $(PQ_CFLAGS) $(GNUTLS_CFLAGS)
libhub_a_SOURCES = \
	%reldir%/admission.c \
	%reldir%/admission.h \
	%reldir%/hub.h \
	%reldir%/metrics.c \
	%reldir%/metrics.h \
	%reldir%/route.h
