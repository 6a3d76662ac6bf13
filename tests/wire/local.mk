# wire
WIRE_SAMPLE = %reldir%/sample.c %reldir%/sample.h
WIRE_LIBS = libwire.a libcore.a libbase.a $(TEST_LIBS)

check_PROGRAMS += tests/wire/test_event
TESTS += tests/wire/test_event
tests_wire_test_event_SOURCES = %reldir%/test_event.c $(WIRE_SAMPLE)
tests_wire_test_event_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_event_LDADD = $(WIRE_LIBS)

check_PROGRAMS += tests/wire/test_chain
TESTS += tests/wire/test_chain
tests_wire_test_chain_SOURCES = %reldir%/test_chain.c $(WIRE_SAMPLE)
tests_wire_test_chain_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_chain_LDADD = $(WIRE_LIBS)

check_PROGRAMS += tests/wire/test_request
TESTS += tests/wire/test_request
tests_wire_test_request_SOURCES = %reldir%/test_request.c $(WIRE_SAMPLE)
tests_wire_test_request_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_request_LDADD = $(WIRE_LIBS)

check_PROGRAMS += tests/wire/test_reader
TESTS += tests/wire/test_reader
tests_wire_test_reader_SOURCES = %reldir%/test_reader.c $(WIRE_SAMPLE)
tests_wire_test_reader_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_reader_LDADD = $(WIRE_LIBS)

check_PROGRAMS += tests/wire/test_feed_rows
TESTS += tests/wire/test_feed_rows
tests_wire_test_feed_rows_SOURCES = %reldir%/test_feed_rows.c
tests_wire_test_feed_rows_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_feed_rows_LDADD = $(WIRE_LIBS)

check_PROGRAMS += tests/wire/test_feed_goods
TESTS += tests/wire/test_feed_goods
tests_wire_test_feed_goods_SOURCES = %reldir%/test_feed_goods.c
tests_wire_test_feed_goods_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_feed_goods_LDADD = $(WIRE_LIBS)

check_PROGRAMS += tests/wire/test_nomem
TESTS += tests/wire/test_nomem
tests_wire_test_nomem_SOURCES = %reldir%/test_nomem.c $(WIRE_SAMPLE)
tests_wire_test_nomem_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_nomem_LDADD = $(WIRE_LIBS)

check_PROGRAMS += tests/wire/test_feed_body
TESTS += tests/wire/test_feed_body
tests_wire_test_feed_body_SOURCES = %reldir%/test_feed_body.c
tests_wire_test_feed_body_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_feed_body_LDADD = $(WIRE_LIBS)
check_PROGRAMS += tests/wire/test_http_sig
TESTS += tests/wire/test_http_sig
tests_wire_test_http_sig_SOURCES = %reldir%/test_http_sig.c
tests_wire_test_http_sig_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_http_sig_LDADD = $(WIRE_LIBS)

check_PROGRAMS += tests/wire/test_batch
TESTS += tests/wire/test_batch
tests_wire_test_batch_SOURCES = %reldir%/test_batch.c $(WIRE_SAMPLE)
tests_wire_test_batch_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_batch_LDADD = $(WIRE_LIBS)

check_PROGRAMS += tests/wire/test_hub_msg
TESTS += tests/wire/test_hub_msg
tests_wire_test_hub_msg_SOURCES = %reldir%/test_hub_msg.c
tests_wire_test_hub_msg_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_hub_msg_LDADD = $(WIRE_LIBS)

check_PROGRAMS += tests/wire/test_persons
TESTS += tests/wire/test_persons
tests_wire_test_persons_SOURCES = %reldir%/test_persons.c
tests_wire_test_persons_CFLAGS = $(TEST_CFLAGS)
tests_wire_test_persons_LDADD = $(WIRE_LIBS)
TESTS += tests/wire/signatures.py
EXTRA_DIST += %reldir%/signatures.py

# not a test: what the shell tests ask, and the figures (wire_tool --bench)
check_PROGRAMS += tests/wire/wire_tool
tests_wire_wire_tool_SOURCES = %reldir%/wire_tool.c $(WIRE_SAMPLE)
tests_wire_wire_tool_CFLAGS = $(TEST_CFLAGS)
tests_wire_wire_tool_LDADD = $(WIRE_LIBS)

EXTRA_DIST += \
	%reldir%/golden/01-register-initialized.json \
	%reldir%/golden/02-register-recovered.json \
	%reldir%/golden/03-register-restored.json \
	%reldir%/golden/04-config-activated.json \
	%reldir%/golden/05-catalog-imported.json \
	%reldir%/golden/06-operator-signed-on.json \
	%reldir%/golden/07-operator-signed-off.json \
	%reldir%/golden/08-sale-completed.json \
	%reldir%/golden/09-sale-voided.json \
	%reldir%/golden/10-sale-parked.json \
	%reldir%/golden/11-sale-recalled.json \
	%reldir%/golden/12-line-voided.json \
	%reldir%/golden/13-price-overridden.json \
	%reldir%/golden/14-line-discounted.json \
	%reldir%/golden/15-drawer-opened.json \
	%reldir%/golden/16-receipt-printed.json \
	%reldir%/golden/17-copy-printed.json \
	%reldir%/golden/18-report-printed.json \
	%reldir%/golden/19-export-done.json \
	%reldir%/golden/20-clock-jumped.json \
	%reldir%/golden/21-tender-taken.json \
	%reldir%/golden/22-tender-removed.json \
	%reldir%/golden/23-operator-changed.json \
	%reldir%/golden/24-operator-attempted.json \
	%reldir%/golden/25-operator-refused.json \
	%reldir%/golden/26-operator-unlocked.json \
	%reldir%/golden/27-approval-given.json \
	%reldir%/golden/28-approval-refused.json \
	%reldir%/golden/29-register-locked.json \
	%reldir%/golden/30-register-unlocked.json \
	%reldir%/golden/31-age-checked.json \
	%reldir%/golden/32-item-refused.json \
	%reldir%/golden/33-training-started.json \
	%reldir%/golden/34-training-ended.json \
	%reldir%/golden/35-cash-moved.json \
	%reldir%/golden/36-cash-counted.json \
	%reldir%/golden/37-day-closed.json \
	%reldir%/golden/38-sale-discounted.json \
	%reldir%/golden/39-buyer-named.json \
	%reldir%/golden/40-payment-started.json \
	%reldir%/golden/41-payment-ended.json \
	%reldir%/golden/42-terminal-closed.json \
	%reldir%/golden/43-order-printed.json \
	%reldir%/golden/44-day-opened.json \
	%reldir%/golden/45-shift-opened.json \
	%reldir%/golden/46-shift-closed.json \
	%reldir%/golden/47-period-closed.json \
	%reldir%/golden/48-config-drafted.json \
	%reldir%/golden/49-config-approved.json \
	%reldir%/golden/50-config-dropped.json \
	%reldir%/golden/51-archive-made.json \
	%reldir%/golden/52-journal-purged.json \
	%reldir%/golden/53-key-changed.json \
	%reldir%/golden/54-person-erased.json \
	%reldir%/golden/55-glass-set.json \
	%reldir%/golden/56-glass-broken.json \
	%reldir%/golden/57-register-moved.json \
	%reldir%/golden/58-hub-enrolled.json \
	%reldir%/golden/59-hub-acknowledged.json \
	%reldir%/golden/60-hub-quarantined.json \
	%reldir%/golden/61-hub-refused.json \
	%reldir%/golden/62-feed-followed.json \
	%reldir%/golden/63-salvage-accepted.json \
	%reldir%/golden/64-salvage-rejected.json

TESTS += tests/wire/check_chain.test tests/wire/man_event.test
dist_check_SCRIPTS += \
	%reldir%/check_chain.test \
	%reldir%/man_event.test
