# base: what every layer may use; libc, libsodium, utf8proc, inih
noinst_LIBRARIES += libbase.a
libbase_a_CPPFLAGS = $(AM_CPPFLAGS) -DLOCALEDIR='"$(localedir)"'
libbase_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS) $(NETTLE_CFLAGS) $(UTF8PROC_CFLAGS) $(INIH_CFLAGS)
libbase_a_SOURCES = \
	%reldir%/arena.c \
	%reldir%/arena.h \
	%reldir%/attr.h \
	%reldir%/bytes.c \
	%reldir%/bytes.h \
	%reldir%/clock.c \
	%reldir%/clock.h \
	%reldir%/conf.c \
	%reldir%/conf.h \
	%reldir%/crypto.c \
	%reldir%/crypto.h \
	%reldir%/csv.c \
	%reldir%/csv.h \
	%reldir%/err.c \
	%reldir%/err.h \
	%reldir%/file.c \
	%reldir%/file.h \
	%reldir%/i18n.c \
	%reldir%/i18n.h \
	%reldir%/json.c \
	%reldir%/json.h \
	%reldir%/keys.c \
	%reldir%/keys.h \
	%reldir%/keys_change.c \
	%reldir%/keys_credential.c \
	%reldir%/keys_internal.h \
	%reldir%/keys_master.c \
	%reldir%/keys_people.c \
	%reldir%/keys_public.c \
	%reldir%/keys_reader.c \
	%reldir%/keys_reader.h \
	%reldir%/keys_recovery.c \
	%reldir%/keys_ring.c \
	%reldir%/keys_rotate.c \
	%reldir%/keys_source.c \
	%reldir%/keys_words.c \
	%reldir%/log.c \
	%reldir%/log.h \
	%reldir%/loop.c \
	%reldir%/loop.h \
	%reldir%/machine.c \
	%reldir%/machine.h \
	%reldir%/notify.c \
	%reldir%/notify.h \
	%reldir%/parse.c \
	%reldir%/parse.h \
	%reldir%/poison.h \
	%reldir%/rc.c \
	%reldir%/rc.h \
	%reldir%/rng.c \
	%reldir%/rng.h \
	%reldir%/sha256.c \
	%reldir%/sbuf.c \
	%reldir%/sbuf.h \
	%reldir%/signs.c \
	%reldir%/signs.h \
	%reldir%/text.c \
	%reldir%/text.h \
	%reldir%/text_class.c \
	%reldir%/text_clean.c \
	%reldir%/text_plain.c \
	%reldir%/wordline.c \
	%reldir%/wordline.h
