# base: what every layer may use; libc, libsodium, utf8proc, inih
noinst_LIBRARIES += libbase.a
libbase_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS) $(UTF8PROC_CFLAGS) $(INIH_CFLAGS)
libbase_a_SOURCES = \
	%reldir%/arena.h \
	%reldir%/attr.h \
	%reldir%/bytes.h \
	%reldir%/clock.h \
	%reldir%/conf.h \
	%reldir%/crypto.h \
	%reldir%/err.h \
	%reldir%/file.h \
	%reldir%/json.h \
	%reldir%/keys.h \
	%reldir%/log.h \
	%reldir%/loop.h \
	%reldir%/parse.h \
	%reldir%/poison.h \
	%reldir%/rc.c \
	%reldir%/rc.h \
	%reldir%/rng.h \
	%reldir%/sbuf.h \
	%reldir%/text.h
