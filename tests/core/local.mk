# core
core_tests = \
	tests/core/test_age \
	tests/core/test_format \
	tests/core/test_barcode \
	tests/core/test_basket \
	tests/core/test_cash \
	tests/core/test_code_value \
	tests/core/test_gs1 \
	tests/core/test_deposit \
	tests/core/test_deal \
	tests/core/test_event \
	tests/core/test_money \
	tests/core/test_price \
	tests/core/test_price_told \
	tests/core/test_receipt \
	tests/core/test_receipt_rules \
	tests/core/test_relief \
	tests/core/test_return \
	tests/core/test_shift \
	tests/core/test_tax \
	tests/core/test_period \
	tests/core/test_totals \
	tests/core/test_unit
check_PROGRAMS += $(core_tests)
TESTS += $(core_tests)
CORE_TEST_LIBS = libcore.a libbase.a $(TEST_LIBS)

tests_core_test_format_SOURCES = %reldir%/test_format.c
tests_core_test_format_CFLAGS = $(TEST_CFLAGS)
tests_core_test_format_LDADD = $(CORE_TEST_LIBS)
tests_core_test_age_SOURCES = %reldir%/test_age.c
tests_core_test_age_CFLAGS = $(TEST_CFLAGS)
tests_core_test_age_LDADD = $(CORE_TEST_LIBS)
tests_core_test_barcode_SOURCES = %reldir%/test_barcode.c %reldir%/gen.h
tests_core_test_barcode_CFLAGS = $(TEST_CFLAGS)
tests_core_test_barcode_LDADD = $(CORE_TEST_LIBS)
tests_core_test_basket_SOURCES = %reldir%/test_basket.c %reldir%/gen.h
tests_core_test_basket_CFLAGS = $(TEST_CFLAGS)
tests_core_test_basket_LDADD = $(CORE_TEST_LIBS)
tests_core_test_cash_SOURCES = %reldir%/test_cash.c
tests_core_test_cash_CFLAGS = $(TEST_CFLAGS)
tests_core_test_cash_LDADD = $(CORE_TEST_LIBS)
tests_core_test_deal_SOURCES = %reldir%/test_deal.c %reldir%/gen.h
tests_core_test_deal_CFLAGS = $(TEST_CFLAGS)
tests_core_test_deal_LDADD = $(CORE_TEST_LIBS)
tests_core_test_event_SOURCES = %reldir%/test_event.c
tests_core_test_event_CFLAGS = $(TEST_CFLAGS)
tests_core_test_event_LDADD = $(CORE_TEST_LIBS)
tests_core_test_money_SOURCES = %reldir%/test_money.c %reldir%/gen.h
tests_core_test_money_CFLAGS = $(TEST_CFLAGS)
tests_core_test_money_LDADD = $(CORE_TEST_LIBS)
tests_core_test_price_told_SOURCES = %reldir%/test_price_told.c
tests_core_test_price_told_CFLAGS = $(TEST_CFLAGS)
tests_core_test_price_told_LDADD = $(CORE_TEST_LIBS)
tests_core_test_price_SOURCES = %reldir%/test_price.c %reldir%/gen.h
tests_core_test_price_CFLAGS = $(TEST_CFLAGS)
tests_core_test_price_LDADD = $(CORE_TEST_LIBS)
tests_core_test_receipt_SOURCES = %reldir%/test_receipt.c %reldir%/gen.h \
	%reldir%/paper.c %reldir%/paper.h
tests_core_test_receipt_CFLAGS = $(TEST_CFLAGS)
tests_core_test_receipt_LDADD = $(CORE_TEST_LIBS)
tests_core_test_receipt_rules_SOURCES = %reldir%/test_receipt_rules.c \
	%reldir%/paper.c %reldir%/paper.h
tests_core_test_receipt_rules_CFLAGS = $(TEST_CFLAGS)
tests_core_test_receipt_rules_LDADD = $(CORE_TEST_LIBS)
tests_core_test_relief_SOURCES = %reldir%/test_relief.c %reldir%/gen.h
tests_core_test_relief_CFLAGS = $(TEST_CFLAGS)
tests_core_test_relief_LDADD = $(CORE_TEST_LIBS)
tests_core_test_return_SOURCES = %reldir%/test_return.c %reldir%/gen.h
tests_core_test_return_CFLAGS = $(TEST_CFLAGS)
tests_core_test_return_LDADD = $(CORE_TEST_LIBS)
tests_core_test_tax_SOURCES = %reldir%/test_tax.c %reldir%/gen.h
tests_core_test_tax_CFLAGS = $(TEST_CFLAGS)
tests_core_test_tax_LDADD = $(CORE_TEST_LIBS)
tests_core_test_shift_SOURCES = %reldir%/test_shift.c %reldir%/gen.h
tests_core_test_shift_CFLAGS = $(TEST_CFLAGS)
tests_core_test_shift_LDADD = $(CORE_TEST_LIBS)
tests_core_test_period_SOURCES = %reldir%/test_period.c
tests_core_test_period_CFLAGS = $(TEST_CFLAGS)
tests_core_test_period_LDADD = $(CORE_TEST_LIBS)
tests_core_test_totals_SOURCES = %reldir%/test_totals.c
tests_core_test_totals_CFLAGS = $(TEST_CFLAGS)
tests_core_test_totals_LDADD = $(CORE_TEST_LIBS)

# What receipts look like; GOLDEN_WRITE=1 writes them anew, then look at them.
EXTRA_DIST += \
	%reldir%/golden/added-24.txt \
	%reldir%/golden/added-32.txt \
	%reldir%/golden/added-40.txt \
	%reldir%/golden/added-42.txt \
	%reldir%/golden/added-48.txt \
	%reldir%/golden/added-80.txt \
	%reldir%/golden/copy-42.txt \
	%reldir%/golden/exchange-32.txt \
	%reldir%/golden/huge-32.txt \
	%reldir%/golden/report-32.txt \
	%reldir%/golden/report-42.txt \
	%reldir%/golden/report-cards.txt \
	%reldir%/golden/rules-32.txt \
	%reldir%/golden/rules-42.txt \
	%reldir%/golden/rules-48.txt \
	%reldir%/golden/rules-exempt-42.txt \
	%reldir%/golden/rules-india-40.txt \
	%reldir%/golden/rules-quebec-32.txt \
	%reldir%/golden/rules-quebec-42.txt \
	%reldir%/golden/rules-reverse-32.txt \
	%reldir%/golden/return-42.txt \
	%reldir%/golden/sale-24.txt \
	%reldir%/golden/sale-32.txt \
	%reldir%/golden/sale-40.txt \
	%reldir%/golden/sale-42.txt \
	%reldir%/golden/sale-48.txt \
	%reldir%/golden/sale-80.txt \
	%reldir%/golden/terminal-day.txt
tests_core_test_unit_SOURCES = %reldir%/test_unit.c
tests_core_test_unit_CFLAGS = $(TEST_CFLAGS)
tests_core_test_unit_LDADD = $(CORE_TEST_LIBS)
tests_core_test_code_value_SOURCES = %reldir%/test_code_value.c
tests_core_test_code_value_CFLAGS = $(TEST_CFLAGS)
tests_core_test_code_value_LDADD = $(CORE_TEST_LIBS)
tests_core_test_deposit_SOURCES = %reldir%/test_deposit.c %reldir%/gen.h
tests_core_test_deposit_CFLAGS = $(TEST_CFLAGS)
tests_core_test_deposit_LDADD = $(CORE_TEST_LIBS)

tests_core_test_gs1_SOURCES = %reldir%/test_gs1.c
tests_core_test_gs1_CFLAGS = $(TEST_CFLAGS)
tests_core_test_gs1_LDADD = $(CORE_TEST_LIBS)
