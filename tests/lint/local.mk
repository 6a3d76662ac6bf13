# lint
TESTS += tests/lint/layers.test tests/lint/purity.test
dist_check_SCRIPTS += %reldir%/layers.test %reldir%/purity.test
TESTS += \
	%reldir%/catalogs.py \
	%reldir%/drivers.test \
	%reldir%/man.test \
	%reldir%/readme.py \
	%reldir%/sql.py \
	%reldir%/style.test \
	%reldir%/terms.py
dist_check_SCRIPTS += \
	%reldir%/catalogs.py \
	%reldir%/drivers.test \
	%reldir%/elf.test \
	%reldir%/globals.test \
	%reldir%/man.test \
	%reldir%/readme.py \
	%reldir%/sql.py \
	%reldir%/style.test \
	%reldir%/terms.py
if !SANITIZE
if !COVERAGE
TESTS += %reldir%/elf.test %reldir%/globals.test
endif
endif
