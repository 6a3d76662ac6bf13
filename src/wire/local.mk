# wire: lines, chain, signatures; json-c
noinst_LIBRARIES += libwire.a
libwire_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS) $(ZSTD_CFLAGS)
libwire_a_SOURCES = \
	%reldir%/anchor.c \
	%reldir%/anchor.h \
	%reldir%/batch.c \
	%reldir%/batch.h \
	%reldir%/chain.c \
	%reldir%/chain.h \
	%reldir%/code.c \
	%reldir%/code.h \
	%reldir%/decode.c \
	%reldir%/encode.c \
	%reldir%/envelope.c \
	%reldir%/event.h \
	%reldir%/feed_body.c \
	%reldir%/feed_body.h \
	%reldir%/feed_body_write.c \
	%reldir%/feed_goods.c \
	%reldir%/feed_goods.h \
	%reldir%/feed_rows.c \
	%reldir%/feed_rows.h \
	%reldir%/feed_rows_goods.c \
	%reldir%/feed_rows_internal.h \
	%reldir%/feed_rows_people.c \
	%reldir%/flat.c \
	%reldir%/flat.h \
	%reldir%/http_field.c \
	%reldir%/http_field.h \
	%reldir%/http_sig.c \
	%reldir%/http_sig.h \
	%reldir%/hub_join.c \
	%reldir%/hub_msg.c \
	%reldir%/hub_msg.h \
	%reldir%/hub_msg_internal.h \
	%reldir%/hub_page.c \
	%reldir%/json_read.c \
	%reldir%/json_read.h \
	%reldir%/json_take.c \
	%reldir%/line.c \
	%reldir%/manifest.c \
	%reldir%/manifest.h \
	%reldir%/peek.c \
	%reldir%/peek.h \
	%reldir%/persons.c \
	%reldir%/persons.h \
	%reldir%/reader.c \
	%reldir%/request.c \
	%reldir%/request.h \
	%reldir%/table.c \
	%reldir%/table_day.c \
	%reldir%/table_keeping.c \
	%reldir%/table_payment.c \
	%reldir%/table_sync.c \
	%reldir%/wire_internal.h
