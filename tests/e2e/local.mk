# e2e
SHOP_TESTS = \
	%reldir%/beside.test \
	%reldir%/init.test \
	%reldir%/key.test \
	%reldir%/readonly.test \
	%reldir%/recover.test \
	%reldir%/ring.test
TESTS += $(SHOP_TESTS)
dist_check_SCRIPTS += $(SHOP_TESTS)
EXTRA_DIST += %reldir%/shop.sh
