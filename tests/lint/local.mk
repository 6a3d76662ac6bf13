# lint
TESTS += tests/lint/layers.test tests/lint/purity.test
dist_check_SCRIPTS += %reldir%/layers.test %reldir%/purity.test
