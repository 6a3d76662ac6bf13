# what the build itself runs, and the targets for people
EXTRA_DIST += %reldir%/layers.txt

# The long sweeps: every kill point, every crash image.  Seeded, resumable.
.PHONY: check-slow bench lint coverage
check-slow: all $(check_PROGRAMS)
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(SLOW_TESTS)' HOLDFAST_SLOW=1 TEST_TIMEOUT=0

# Ratios inside one run, as tab-separated rows; see HACKING, BENCH.
bench: all $(BENCHES)
	@$(AM_TESTS_ENVIRONMENT) python3 $(top_srcdir)/tests/bench/run.py

lint: all
	@cd $(srcdir) && $(SHELL) build-aux/lint '$(abs_builddir)' \
		'$(CLANG_TIDY)' '$(CLANG_FORMAT)' '$(CPPCHECK)' '$(MANDOC)' \
		'$(SHELLCHECK)' '$(PQ_CFLAGS)'

# Branch coverage of journal, store and recovery, in a build of its own.
coverage:
	@$(MKDIR_P) coverage
	cd coverage && { test -e Makefile || \
		$(abs_srcdir)/configure -q --enable-coverage; }
	$(MAKE) -C coverage -s all
	-find coverage -name '*.gcda' -exec rm -f {} +
	-HOLDFAST_SLOW_FAULTS=1 $(MAKE) -C coverage -s check TEST_TIMEOUT=0
	cd coverage && $(GCOVR) -r '$(abs_srcdir)' --branches \
		--exclude-throw-branches -f '$(abs_srcdir)/src/' . | \
		tee coverage.txt
EXTRA_DIST += %reldir%/lint
