# e2e
SHOP_TESTS = \
	%reldir%/audit.test \
	%reldir%/as.test \
	%reldir%/glass.test \
	%reldir%/beside.test \
	%reldir%/config.test \
	%reldir%/countries.test \
	%reldir%/find.test \
	%reldir%/goods.test \
	%reldir%/weights.test \
	%reldir%/close.test \
	%reldir%/comment.test \
	%reldir%/day.test \
	%reldir%/device.test \
	%reldir%/display.test \
	%reldir%/pole.test \
	%reldir%/scale.test \
	%reldir%/init.test \
	%reldir%/key.test \
	%reldir%/notes.test \
	%reldir%/printer.test \
	%reldir%/readonly.test \
	%reldir%/recover.test \
	%reldir%/ring.test \
	%reldir%/taxes.test \
	%reldir%/tender.test \
	%reldir%/training.test \
	%reldir%/user.test
TESTS += $(SHOP_TESTS)
dist_check_SCRIPTS += $(SHOP_TESTS)
EXTRA_DIST += %reldir%/shop.sh
# contrib and outsiders' checks need no sanitizer of ours
TESTS += %reldir%/backup.py %reldir%/card.py %reldir%/card_data.py %reldir%/card_doubt.py %reldir%/credential.py %reldir%/drafts.py %reldir%/names.py %reldir%/planted.py %reldir%/price.py %reldir%/readme.py %reldir%/returns.py %reldir%/rules_kill.py %reldir%/secret.py %reldir%/tie.py %reldir%/week.py
dist_check_SCRIPTS += %reldir%/backup.py %reldir%/card.py %reldir%/card_data.py %reldir%/card_doubt.py %reldir%/credential.py %reldir%/drafts.py %reldir%/names.py %reldir%/planted.py %reldir%/price.py %reldir%/readme.py %reldir%/returns.py %reldir%/rules_kill.py %reldir%/secret.py %reldir%/tie.py %reldir%/week.py
TESTS += %reldir%/demo.test
dist_check_SCRIPTS += %reldir%/demo.test
TESTS += %reldir%/section5.py
dist_check_SCRIPTS += %reldir%/section5.py
TESTS += %reldir%/sim.py
dist_check_SCRIPTS += %reldir%/sim.py
TESTS += %reldir%/paper.py
dist_check_SCRIPTS += %reldir%/paper.py
TESTS += %reldir%/devices.py %reldir%/sim.py
dist_check_SCRIPTS += %reldir%/devices.py %reldir%/sim.py
TESTS += %reldir%/orders.py %reldir%/shift.py
dist_check_SCRIPTS += %reldir%/orders.py %reldir%/shift.py
TESTS += %reldir%/books.py %reldir%/exports.py
dist_check_SCRIPTS += %reldir%/books.py %reldir%/exports.py
TESTS += %reldir%/orders.py
dist_check_SCRIPTS += %reldir%/orders.py
# many programs, and other people's
if !SANITIZE
TESTS += %reldir%/books.py %reldir%/exports.py %reldir%/year.py
SLOW_TESTS += %reldir%/books.py %reldir%/year.py
endif
dist_check_SCRIPTS += %reldir%/books.py %reldir%/exports.py %reldir%/year.py
TESTS += %reldir%/exports.py
dist_check_SCRIPTS += %reldir%/exports.py
# starts the register many times, and traces it
if !SANITIZE
TESTS += %reldir%/systemd.py
TESTS += %reldir%/archive.py
endif
dist_check_SCRIPTS += %reldir%/systemd.py
# starts the program many times
if !SANITIZE
TESTS += %reldir%/reports.py
endif
dist_check_SCRIPTS += %reldir%/reports.py
dist_check_SCRIPTS += %reldir%/archive.py %reldir%/systemd.py
