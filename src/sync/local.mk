# sync: the worker; libcurl
noinst_LIBRARIES += libsync.a
libsync_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
libsync_a_SOURCES = \
	%reldir%/channel.c \
	%reldir%/channel.h \
	%reldir%/enroll.c \
	%reldir%/enroll.h \
	%reldir%/follow.c \
	%reldir%/follow.h \
	%reldir%/history.c \
	%reldir%/history.h \
	%reldir%/http.c \
	%reldir%/http.h \
	%reldir%/http_end.c \
	%reldir%/join.c \
	%reldir%/join.h \
	%reldir%/link.c \
	%reldir%/link.h \
	%reldir%/metrics.c \
	%reldir%/metrics.h \
	%reldir%/pull.c \
	%reldir%/pull.h \
	%reldir%/pull_ask.c \
	%reldir%/pull_child.c \
	%reldir%/pull_internal.h \
	%reldir%/pull_page.c \
	%reldir%/netup.c \
	%reldir%/netup.h \
	%reldir%/push.c \
	%reldir%/push.h \
	%reldir%/push_plan.c \
	%reldir%/push_salvage.c \
	%reldir%/session.c \
	%reldir%/session.h \
	%reldir%/worker.c \
	%reldir%/worker_ask.c \
	%reldir%/worker_link.c \
	%reldir%/worker.h \
	%reldir%/worker_internal.h \
	%reldir%/worker_join.c \
	%reldir%/worker_say.c
