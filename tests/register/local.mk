# register
register_tests = \
	tests/register/test_config \
	tests/register/test_config_rules \
	tests/register/test_config_text \
	tests/register/test_feed_text \
	tests/register/test_desk \
	tests/register/test_document \
	tests/register/test_draft \
	tests/register/test_hostile \
	tests/register/test_engine \
	tests/register/test_engine_pay \
	tests/register/test_engine_goods \
	tests/register/test_engine_symbol \
	tests/register/test_engine_weigh \
	tests/register/test_engine_random \
	tests/register/test_entry \
	tests/register/test_return \
	tests/register/test_return_random
check_PROGRAMS += $(register_tests)
TESTS += $(register_tests)
REGISTER_TEST_LIBS = libregister.a libstore.a libjournal.a libwire.a \
	libdevice.a libcore.a libbase.a $(TEST_LIBS)

tests_register_test_config_SOURCES = %reldir%/test_config.c
tests_register_test_config_CFLAGS = $(TEST_CFLAGS)
tests_register_test_config_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_config_rules_SOURCES = %reldir%/test_config_rules.c
tests_register_test_config_rules_CFLAGS = $(TEST_CFLAGS)
tests_register_test_config_rules_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_config_text_SOURCES = %reldir%/test_config_text.c
tests_register_test_config_text_CFLAGS = $(TEST_CFLAGS)
tests_register_test_config_text_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_feed_text_SOURCES = %reldir%/test_feed_text.c
tests_register_test_feed_text_CFLAGS = $(TEST_CFLAGS)
tests_register_test_feed_text_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_desk_SOURCES = %reldir%/test_desk.c \
	%reldir%/draft_old.c %reldir%/draft_old.h
tests_register_test_desk_CFLAGS = $(TEST_CFLAGS)
tests_register_test_desk_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_document_SOURCES = %reldir%/test_document.c
tests_register_test_document_CFLAGS = $(TEST_CFLAGS)
tests_register_test_document_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_hostile_SOURCES = %reldir%/test_hostile.c
tests_register_test_hostile_CFLAGS = $(TEST_CFLAGS)
tests_register_test_hostile_LDADD = libsim.a $(REGISTER_TEST_LIBS)
tests_register_test_draft_SOURCES = %reldir%/test_draft.c \
	%reldir%/draft_old.c %reldir%/draft_old.h
tests_register_test_draft_CFLAGS = $(TEST_CFLAGS)
tests_register_test_draft_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_engine_SOURCES = %reldir%/test_engine.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h
tests_register_test_engine_CFLAGS = $(TEST_CFLAGS)
tests_register_test_engine_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_engine_pay_SOURCES = %reldir%/test_engine_pay.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h
tests_register_test_engine_pay_CFLAGS = $(TEST_CFLAGS)
tests_register_test_engine_pay_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_engine_goods_SOURCES = %reldir%/test_engine_goods.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h
tests_register_test_engine_goods_CFLAGS = $(TEST_CFLAGS)
tests_register_test_engine_goods_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_engine_random_SOURCES = %reldir%/test_engine_random.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h
tests_register_test_engine_random_CFLAGS = $(TEST_CFLAGS)
tests_register_test_engine_random_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_entry_SOURCES = %reldir%/test_entry.c
tests_register_test_entry_CFLAGS = $(TEST_CFLAGS)
tests_register_test_entry_LDADD = $(REGISTER_TEST_LIBS)
check_PROGRAMS += tests/register/test_engine_card
TESTS += tests/register/test_engine_card
tests_register_test_engine_card_SOURCES = %reldir%/test_engine_card.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h
tests_register_test_engine_card_CFLAGS = $(TEST_CFLAGS)
tests_register_test_engine_card_LDADD = $(REGISTER_TEST_LIBS)
check_PROGRAMS += tests/register/test_card_match
TESTS += tests/register/test_card_match
tests_register_test_card_match_SOURCES = %reldir%/test_card_match.c
tests_register_test_card_match_CFLAGS = $(TEST_CFLAGS)
tests_register_test_card_match_LDADD = $(REGISTER_TEST_LIBS)
check_PROGRAMS += tests/register/test_engine_rules
TESTS += tests/register/test_engine_rules
tests_register_test_engine_rules_SOURCES = %reldir%/test_engine_rules.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h
tests_register_test_engine_rules_CFLAGS = $(TEST_CFLAGS)
tests_register_test_engine_rules_LDADD = $(REGISTER_TEST_LIBS)
check_PROGRAMS += tests/register/test_engine_trial
TESTS += tests/register/test_engine_trial
tests_register_test_engine_trial_SOURCES = %reldir%/test_engine_trial.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h
tests_register_test_engine_trial_CFLAGS = $(TEST_CFLAGS)
tests_register_test_engine_trial_LDADD = $(REGISTER_TEST_LIBS)
check_PROGRAMS += tests/register/test_audit
TESTS += tests/register/test_audit
tests_register_test_audit_SOURCES = %reldir%/test_audit.c
tests_register_test_audit_CFLAGS = $(TEST_CFLAGS)
tests_register_test_audit_LDADD = $(REGISTER_TEST_LIBS)
check_PROGRAMS += tests/register/test_customer
TESTS += tests/register/test_customer
tests_register_test_customer_SOURCES = %reldir%/test_customer.c
tests_register_test_customer_CFLAGS = $(TEST_CFLAGS)
tests_register_test_customer_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_return_SOURCES = %reldir%/test_return.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h
tests_register_test_return_CFLAGS = $(TEST_CFLAGS)
tests_register_test_return_random_SOURCES = %reldir%/test_return_random.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h tests/core/gen.h
tests_register_test_return_random_CFLAGS = $(TEST_CFLAGS)
tests_register_test_return_random_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_return_LDADD = $(REGISTER_TEST_LIBS)
shop_tests = \
	tests/register/test_permit_matrix \
	tests/register/test_engine_shift \
	tests/register/test_uses \
	tests/register/test_people \
	tests/register/test_feed_run \
	tests/register/test_till_feed \
	tests/register/test_glass \
	tests/register/test_shop \
	tests/register/test_till \
	tests/register/test_till_drawer \
	tests/register/test_till_receipts \
	tests/register/test_till_sync \
	tests/register/test_till_waits \
	tests/register/test_verify
check_PROGRAMS += $(shop_tests)
TESTS += $(shop_tests)
tests_register_test_engine_shift_SOURCES = %reldir%/test_engine_shift.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_engine_shift_CFLAGS = $(TEST_CFLAGS)
tests_register_test_engine_shift_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_uses_SOURCES = %reldir%/test_uses.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_uses_CFLAGS = $(TEST_CFLAGS)
tests_register_test_uses_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_permit_matrix_SOURCES = %reldir%/test_permit_matrix.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_permit_matrix_CFLAGS = $(TEST_CFLAGS)
tests_register_test_permit_matrix_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_glass_SOURCES = %reldir%/test_glass.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_glass_CFLAGS = $(TEST_CFLAGS)
tests_register_test_glass_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_till_feed_SOURCES = %reldir%/test_till_feed.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_till_feed_CFLAGS = $(TEST_CFLAGS)
tests_register_test_till_feed_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_feed_run_SOURCES = %reldir%/test_feed_run.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_feed_run_CFLAGS = $(TEST_CFLAGS)
tests_register_test_feed_run_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_people_SOURCES = %reldir%/test_people.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_people_CFLAGS = $(TEST_CFLAGS)
tests_register_test_people_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_shop_SOURCES = %reldir%/test_shop.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_shop_CFLAGS = $(TEST_CFLAGS)
tests_register_test_shop_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_till_drawer_SOURCES = %reldir%/test_till_drawer.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_till_drawer_CFLAGS = $(TEST_CFLAGS)
tests_register_test_till_drawer_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_till_sync_SOURCES = %reldir%/test_till_sync.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_till_sync_CFLAGS = $(TEST_CFLAGS)
tests_register_test_till_sync_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_till_receipts_SOURCES = %reldir%/test_till_receipts.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_till_receipts_CFLAGS = $(TEST_CFLAGS)
tests_register_test_till_receipts_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_till_SOURCES = %reldir%/test_till.c \
	%reldir%/draft_old.c %reldir%/draft_old.h \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_till_CFLAGS = $(TEST_CFLAGS)
tests_register_test_till_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_till_waits_SOURCES = %reldir%/test_till_waits.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_till_waits_CFLAGS = $(TEST_CFLAGS)
tests_register_test_till_waits_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_till_waits_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=read,--wrap=write,--wrap=connect,--wrap=nanosleep \
	-Wl,--wrap=poll,--wrap=flock,--wrap=getaddrinfo,--wrap=open
sweep_tests = \
	tests/register/test_sweep_draft \
	tests/register/test_sweep_start \
	tests/register/test_sweep_verbs
check_PROGRAMS += $(sweep_tests)
TESTS += $(sweep_tests)
tests_register_test_sweep_start_SOURCES = %reldir%/test_sweep_start.c \
	%reldir%/sweep_rig.c %reldir%/sweep_rig.h \
	tests/lib/faults.c tests/lib/faults.h
tests_register_test_sweep_start_CFLAGS = $(FAULT_CFLAGS)
tests_register_test_sweep_start_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_sweep_start_LDFLAGS = $(FAULT_LINK)
tests_register_test_sweep_verbs_SOURCES = %reldir%/test_sweep_verbs.c \
	%reldir%/sweep_rig.c %reldir%/sweep_rig.h \
	tests/lib/faults.c tests/lib/faults.h
tests_register_test_sweep_verbs_CFLAGS = $(FAULT_CFLAGS)
tests_register_test_sweep_verbs_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_sweep_verbs_LDFLAGS = $(FAULT_LINK)
tests_register_test_verify_SOURCES = %reldir%/test_verify.c \
	%reldir%/shop_rig.c %reldir%/shop_rig.h
tests_register_test_verify_CFLAGS = $(TEST_CFLAGS)
tests_register_test_verify_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_sweep_draft_SOURCES = %reldir%/test_sweep_draft.c \
	%reldir%/sweep_rig.c %reldir%/sweep_rig.h \
	tests/lib/faults.c tests/lib/faults.h
tests_register_test_sweep_draft_CFLAGS = $(FAULT_CFLAGS)
tests_register_test_sweep_draft_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_sweep_draft_LDFLAGS = $(FAULT_LINK)
tests_register_test_engine_weigh_SOURCES = %reldir%/test_engine_weigh.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h
tests_register_test_engine_weigh_CFLAGS = $(TEST_CFLAGS)
tests_register_test_engine_weigh_LDADD = $(REGISTER_TEST_LIBS)
tests_register_test_engine_symbol_SOURCES = %reldir%/test_engine_symbol.c \
	%reldir%/engine_rig.c %reldir%/engine_rig.h
tests_register_test_engine_symbol_CFLAGS = $(TEST_CFLAGS)
tests_register_test_engine_symbol_LDADD = $(REGISTER_TEST_LIBS)
check_PROGRAMS += tests/register/test_report
TESTS += tests/register/test_report
tests_register_test_report_SOURCES = %reldir%/test_report.c
tests_register_test_report_CFLAGS = $(TEST_CFLAGS)
tests_register_test_report_LDADD = $(REGISTER_TEST_LIBS)
check_PROGRAMS += tests/register/test_ledger
TESTS += tests/register/test_ledger
tests_register_test_ledger_SOURCES = %reldir%/test_ledger.c
tests_register_test_ledger_CFLAGS = $(TEST_CFLAGS)
tests_register_test_ledger_LDADD = $(REGISTER_TEST_LIBS)
