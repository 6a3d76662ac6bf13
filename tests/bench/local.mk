# bench: rows for people, not tests; make bench runs tests/bench/run.py
BENCHES += tests/bench/generate tests/bench/tender tests/bench/reading \
	tests/bench/find tests/bench/price tests/bench/append tests/bench/ingest
EXTRA_PROGRAMS += $(BENCHES)
BENCH_LIBS = libregister.a libstore.a libjournal.a libwire.a libdevice.a \
	libcore.a libbase.a $(LMDB_LIBS) $(JSON_LIBS) $(ZSTD_LIBS) $(SERIALPORT_LIBS) \
	$(SODIUM_LIBS) $(NETTLE_LIBS) $(UTF8PROC_LIBS) $(INIH_LIBS)
tests_bench_append_SOURCES = %reldir%/append.c
tests_bench_append_LDADD = -lpthread
tests_bench_ingest_SOURCES = %reldir%/ingest.c
tests_bench_ingest_LDADD = libhub.a libwire.a libcore.a libbase.a $(PQ_LIBS) \
	$(JSON_LIBS) $(ZSTD_LIBS) $(SODIUM_LIBS) $(NETTLE_LIBS) \
	$(UTF8PROC_LIBS) $(INIH_LIBS) -lpthread
tests_bench_find_SOURCES = %reldir%/find.c
tests_bench_find_LDADD = $(BENCH_LIBS)
tests_bench_generate_SOURCES = %reldir%/generate.c
tests_bench_generate_LDADD = $(BENCH_LIBS)
tests_bench_price_SOURCES = %reldir%/price.c
tests_bench_price_LDADD = libcore.a libbase.a $(UTF8PROC_LIBS) $(SODIUM_LIBS)
tests_bench_reading_SOURCES = %reldir%/reading.c
tests_bench_reading_LDADD = $(BENCH_LIBS)
tests_bench_tender_SOURCES = %reldir%/tender.c
tests_bench_tender_LDADD = $(BENCH_LIBS)
EXTRA_DIST += %reldir%/hub.py %reldir%/devices.py %reldir%/run.py %reldir%/screen.py
CLEANFILES += $(BENCHES)
