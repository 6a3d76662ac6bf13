# core: pure arithmetic and text: no I/O, clock, float or malloc
noinst_LIBRARIES += libcore.a
libcore_a_CFLAGS = $(AM_CFLAGS) $(HF_NOFLOAT)
libcore_a_SOURCES = %reldir%/layer.c \
	%reldir%/barcode.h \
	%reldir%/basket.h \
	%reldir%/event.h \
	%reldir%/item.h \
	%reldir%/money.h \
	%reldir%/qty.h \
	%reldir%/receipt.h \
	%reldir%/tax.h \
	%reldir%/totals.h
