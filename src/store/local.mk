# store: what follows from the journal, and the catalog; LMDB
noinst_LIBRARIES += libstore.a
libstore_a_CFLAGS = $(AM_CFLAGS) $(LMDB_CFLAGS)
libstore_a_SOURCES = %reldir%/layer.c \
	%reldir%/catalog.h \
	%reldir%/store.h
