# register: the headless register
noinst_LIBRARIES += libregister.a
libregister_a_CFLAGS = $(AM_CFLAGS)
libregister_a_SOURCES = \
	%reldir%/backup.c \
	%reldir%/backup.h \
	%reldir%/backup_file.c \
	%reldir%/backup_internal.h \
	%reldir%/ballast.c \
	%reldir%/config.c \
	%reldir%/config.h \
	%reldir%/config_internal.h \
	%reldir%/config_set.c \
	%reldir%/config_write.c \
	%reldir%/csv.c \
	%reldir%/csv.h \
	%reldir%/document.c \
	%reldir%/document.h \
	%reldir%/document_escpos.c \
	%reldir%/draft.c \
	%reldir%/draft.h \
	%reldir%/engine.c \
	%reldir%/engine.h \
	%reldir%/engine_doc.c \
	%reldir%/engine_input.c \
	%reldir%/engine_internal.h \
	%reldir%/engine_line.c \
	%reldir%/engine_park.c \
	%reldir%/engine_pay.c \
	%reldir%/engine_sale.c \
	%reldir%/engine_words.c \
	%reldir%/entry.c \
	%reldir%/entry.h \
	%reldir%/export.c \
	%reldir%/export.h \
	%reldir%/import.c \
	%reldir%/import.h \
	%reldir%/inbox.c \
	%reldir%/inbox.h \
	%reldir%/recovery.c \
	%reldir%/replay.c \
	%reldir%/restore.c \
	%reldir%/shop.c \
	%reldir%/shop.h \
	%reldir%/shop_idle.c \
	%reldir%/shop_init.c \
	%reldir%/shop_internal.h \
	%reldir%/shop_read.c \
	%reldir%/shop_record.c \
	%reldir%/shop_stamp.c \
	%reldir%/till.c \
	%reldir%/till.h \
	%reldir%/till_input.c \
	%reldir%/till_internal.h \
	%reldir%/till_ports.c \
	%reldir%/till_print.c \
	%reldir%/verify.c \
	%reldir%/verify.h
