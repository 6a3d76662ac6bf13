# register: the headless register
noinst_LIBRARIES += libregister.a
libregister_a_CFLAGS = $(AM_CFLAGS) 
libregister_a_SOURCES = %reldir%/layer.c \
	%reldir%/backup.h \
	%reldir%/config.h \
	%reldir%/document.h \
	%reldir%/draft.h \
	%reldir%/engine.h \
	%reldir%/entry.h \
	%reldir%/export.h \
	%reldir%/import.h \
	%reldir%/inbox.h \
	%reldir%/shop.h \
	%reldir%/till.h \
	%reldir%/verify.h
