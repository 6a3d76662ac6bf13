# journal: the append-only log
noinst_LIBRARIES += libjournal.a
libjournal_a_CFLAGS = $(AM_CFLAGS)
libjournal_a_SOURCES = \
	%reldir%/cut.c \
	%reldir%/file.c \
	%reldir%/file.h \
	%reldir%/info.c \
	%reldir%/journal.h \
	%reldir%/reader.c \
	%reldir%/record.c \
	%reldir%/record.h \
	%reldir%/recover.c \
	%reldir%/recover_internal.h \
	%reldir%/recover_settle.c \
	%reldir%/repair.c \
	%reldir%/repair_fill.c \
	%reldir%/repair_internal.h \
	%reldir%/scan.c \
	%reldir%/scan.h \
	%reldir%/segment.c \
	%reldir%/segment.h \
	%reldir%/view.c \
	%reldir%/view.h \
	%reldir%/watermark.c \
	%reldir%/writer.c \
	%reldir%/writer.h
