# sync: the worker; libcurl
noinst_LIBRARIES += libsync.a
libsync_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
libsync_a_SOURCES = \
	%reldir%/http.c \
	%reldir%/http.h \
	%reldir%/session.c \
	%reldir%/session.h
