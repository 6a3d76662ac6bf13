# core: pure arithmetic and text: no I/O, clock, float or malloc
noinst_LIBRARIES += libcore.a
libcore_a_CFLAGS = $(AM_CFLAGS) $(HF_NOFLOAT)
libcore_a_SOURCES = \
	%reldir%/age.c \
	%reldir%/age.h \
	%reldir%/barcode.c \
	%reldir%/barcode.h \
	%reldir%/basket.c \
	%reldir%/basket.h \
	%reldir%/basket_deposit.c \
	%reldir%/basket_internal.h \
	%reldir%/cash.c \
	%reldir%/cash.h \
	%reldir%/code_value.c \
	%reldir%/code_value.h \
	%reldir%/day.c \
	%reldir%/day.h \
	%reldir%/event.c \
	%reldir%/event.h \
	%reldir%/format.c \
	%reldir%/format.h \
	%reldir%/item.h \
	%reldir%/money.c \
	%reldir%/money.h \
	%reldir%/page.c \
	%reldir%/page.h \
	%reldir%/price_coupon.c \
	%reldir%/price_deal.c \
	%reldir%/price_list.c \
	%reldir%/price_return.c \
	%reldir%/price_sale.c \
	%reldir%/price_tax.c \
	%reldir%/pricing.c \
	%reldir%/pricing.h \
	%reldir%/qty.c \
	%reldir%/qty.h \
	%reldir%/receipt.c \
	%reldir%/receipt.h \
	%reldir%/receipt_internal.h \
	%reldir%/receipt_line.c \
	%reldir%/receipt_sum.c \
	%reldir%/receipt_words.c \
	%reldir%/report.c \
	%reldir%/rules.c \
	%reldir%/rules.h \
	%reldir%/tax.c \
	%reldir%/tax.h \
	%reldir%/totals.c \
	%reldir%/totals.h \
	%reldir%/unit.c \
	%reldir%/unit.h \
	%reldir%/wide.c \
	%reldir%/wide.h
