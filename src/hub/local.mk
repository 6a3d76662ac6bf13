# hub: the center; libmicrohttpd, libpq, gnutls
noinst_LIBRARIES += libhub.a
libhub_a_CFLAGS = $(AM_CFLAGS) $(MICROHTTPD_CFLAGS) $(PQ_CFLAGS) $(GNUTLS_CFLAGS)
libhub_a_SOURCES = \
	%reldir%/admission.c \
	%reldir%/admission.h \
	%reldir%/config.c \
	%reldir%/config.h \
	%reldir%/db.c \
	%reldir%/db.h \
	%reldir%/db_conn.c \
	%reldir%/db_internal.h \
	%reldir%/db_value.c \
	%reldir%/hub.h \
	%reldir%/metrics.c \
	%reldir%/metrics.h \
	%reldir%/route.h \
	%reldir%/schema.c \
	%reldir%/schema.h \
	%reldir%/schema_1.c \
	%reldir%/sql.c \
	%reldir%/sql.h \
	%reldir%/sql_base.c \
	%reldir%/sql_feed.c \
	%reldir%/sql_ingest.c \
	%reldir%/sql_internal.h
