# journal: the append-only log
noinst_LIBRARIES += libjournal.a
libjournal_a_CFLAGS = $(AM_CFLAGS) 
libjournal_a_SOURCES = %reldir%/layer.c \
	%reldir%/journal.h
