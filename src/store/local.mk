# store: what follows from the journal, and the catalog; LMDB
noinst_LIBRARIES += libstore.a
libstore_a_CFLAGS = $(AM_CFLAGS) $(LMDB_CFLAGS)
libstore_a_SOURCES = \
	%reldir%/apply.c \
	%reldir%/build.c \
	%reldir%/catalog.c \
	%reldir%/catalog.h \
	%reldir%/catalog_internal.h \
	%reldir%/catalog_load.c \
	%reldir%/catalog_warm.c \
	%reldir%/closings.c \
	%reldir%/codec.c \
	%reldir%/compare.c \
	%reldir%/env.c \
	%reldir%/catalog_each.c \
	%reldir%/feed.c \
	%reldir%/feed.h \
	%reldir%/feeds.c \
	%reldir%/feed_aside.c \
	%reldir%/feed_env.c \
	%reldir%/feed_fold.c \
	%reldir%/feed_hold.c \
	%reldir%/feed_internal.h \
	%reldir%/feed_page.c \
	%reldir%/feed_put.c \
	%reldir%/feed_record.c \
	%reldir%/find_place.c \
	%reldir%/find.c \
	%reldir%/find.h \
	%reldir%/find_build.c \
	%reldir%/find_gather.c \
	%reldir%/find_internal.h \
	%reldir%/find_read.c \
	%reldir%/find_set.c \
	%reldir%/find_words.c \
	%reldir%/hub.c \
	%reldir%/index.c \
	%reldir%/generation.c \
	%reldir%/guard.c \
	%reldir%/lookup.c \
	%reldir%/drafts.c \
	%reldir%/orders.c \
	%reldir%/payments.c \
	%reldir%/people.c \
	%reldir%/row.c \
	%reldir%/rowsort.c \
	%reldir%/salvage.c \
	%reldir%/shifts.c \
	%reldir%/sync_db.c \
	%reldir%/sync_db.h \
	%reldir%/snapshot.c \
	%reldir%/stock.c \
	%reldir%/training.c \
	%reldir%/store.h \
	%reldir%/store_internal.h \
	%reldir%/txn.c \
	%reldir%/value.c
