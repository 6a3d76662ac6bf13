# hub: the center; libmicrohttpd, libpq, gnutls
noinst_LIBRARIES += libhub.a
libhub_a_CFLAGS = $(AM_CFLAGS) $(MICROHTTPD_CFLAGS) $(PQ_CFLAGS) $(GNUTLS_CFLAGS)
libhub_a_SOURCES =
