# hub: the center; libmicrohttpd, libpq, gnutls
noinst_LIBRARIES += libhub.a
libhub_a_CFLAGS = $(AM_CFLAGS) $(MICROHTTPD_CFLAGS) $(PQ_CFLAGS) $(GNUTLS_CFLAGS)
libhub_a_SOURCES = \
	%reldir%/act.c \
	%reldir%/act.h \
	%reldir%/admission.c \
	%reldir%/admission.h \
	%reldir%/answer.c \
	%reldir%/answer.h \
	%reldir%/auth.c \
	%reldir%/auth.h \
	%reldir%/config.c \
	%reldir%/config.h \
	%reldir%/db.c \
	%reldir%/db.h \
	%reldir%/db_conn.c \
	%reldir%/db_internal.h \
	%reldir%/db_value.c \
	%reldir%/head.c \
	%reldir%/head.h \
	%reldir%/history.c \
	%reldir%/history.h \
	%reldir%/hub.c \
	%reldir%/hub.h \
	%reldir%/ingest.c \
	%reldir%/ingest.h \
	%reldir%/ingest_aside.c \
	%reldir%/ingest_store.c \
	%reldir%/meta.c \
	%reldir%/meta.h \
	%reldir%/keys.c \
	%reldir%/keys.h \
	%reldir%/metrics.c \
	%reldir%/metrics.h \
	%reldir%/request.c \
	%reldir%/route.c \
	%reldir%/route.h \
	%reldir%/route_table.c \
	%reldir%/schema.c \
	%reldir%/schema.h \
	%reldir%/schema_1.c \
	%reldir%/server.c \
	%reldir%/server.h \
	%reldir%/server_exchange.c \
	%reldir%/server_internal.h \
	%reldir%/server_listen.c \
	%reldir%/sql.c \
	%reldir%/sql.h \
	%reldir%/sql_base.c \
	%reldir%/sql_feed.c \
	%reldir%/sql_ingest.c \
	%reldir%/sql_internal.h \
	%reldir%/stale.c \
	%reldir%/stale.h
	%reldir%/tenant.c \
	%reldir%/tenant.h \
	%reldir%/tenant_internal.h \
	%reldir%/tenant_store.c
