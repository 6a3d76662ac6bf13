# store: what follows from the journal, and the catalog; LMDB
noinst_LIBRARIES += libstore.a
libstore_a_CFLAGS = $(AM_CFLAGS) $(LMDB_CFLAGS)
libstore_a_SOURCES = \
	%reldir%/apply.c \
	%reldir%/catalog.h \
	%reldir%/codec.c \
	%reldir%/compare.c \
	%reldir%/env.c \
	%reldir%/guard.c \
	%reldir%/lookup.c \
	%reldir%/stock.c \
	%reldir%/store.h \
	%reldir%/store_internal.h \
	%reldir%/txn.c \
	%reldir%/value.c
