# e2e
SHOP_TESTS = \
	%reldir%/as.test \
	%reldir%/audit.test \
	%reldir%/backup.py \
	%reldir%/restore_hub.py \
	%reldir%/card.py \
	%reldir%/close.test \
	%reldir%/comment.test \
	%reldir%/config.test \
	%reldir%/day.test \
	%reldir%/drafts.py \
	%reldir%/glass.test \
	%reldir%/goods.test \
	%reldir%/init.test \
	%reldir%/marks.test \
	%reldir%/moved.test \
	%reldir%/orders.py \
	%reldir%/printer.test \
	%reldir%/recover.test \
	%reldir%/returns.py \
	%reldir%/ring.test \
	%reldir%/shift.py \
	%reldir%/sync.py \
	%reldir%/taxes.test \
	%reldir%/tender.test \
	%reldir%/training.test \
	%reldir%/usage.test \
	%reldir%/user.test \
	%reldir%/weights.test
# What is about other programs, devices and files, or starts ours many times: what
# sanitizers could see of it the ones above and the tests of the layers walk, too.
PLAIN_TESTS = \
	%reldir%/archive.py \
	%reldir%/bad_days.py \
	%reldir%/beside.test \
	%reldir%/books.py \
	%reldir%/card_data.py \
	%reldir%/card_doubt.py \
	%reldir%/countries.test \
	%reldir%/credential.py \
	%reldir%/demo.test \
	%reldir%/device.test \
	%reldir%/devices.py \
	%reldir%/display.test \
	%reldir%/exports.py \
	%reldir%/feed_cursor.py \
	%reldir%/feed_days.py \
	%reldir%/find.test \
	%reldir%/hub_ingest.py \
	%reldir%/hub_kept.py \
	%reldir%/till_feeds.py \
	%reldir%/till_own.py \
	%reldir%/till_rollback.py \
	%reldir%/till_replaced.py \
	%reldir%/sync_leave.py \
	%reldir%/sync_line.py \
	%reldir%/sync_poison.py \
	%reldir%/sync_pull.py \
	%reldir%/hub_server.py \
	%reldir%/hub_faults.py \
	%reldir%/purge_hub.py \
	%reldir%/hub_edges.py \
	%reldir%/hub_feeds.py \
	%reldir%/hub_log.py \
	%reldir%/hub_setup.py \
	%reldir%/hub_standby.py \
	%reldir%/hub_week.py \
	%reldir%/hub_nginx.py \
	%reldir%/key.test \
	%reldir%/names.py \
	%reldir%/notes.test \
	%reldir%/openapi.py \
	%reldir%/paper.py \
	%reldir%/planted.py \
	%reldir%/pole.test \
	%reldir%/price.py \
	%reldir%/readme.py \
	%reldir%/readonly.test \
	%reldir%/reports.py \
	%reldir%/rules_kill.py \
	%reldir%/salvage.py \
	%reldir%/scale.test \
	%reldir%/secret.py \
	%reldir%/section5.py \
	%reldir%/sim.py \
	%reldir%/sync_full.py \
	%reldir%/sync_hostile.py \
	%reldir%/sync_cut.py \
	%reldir%/sync_kill.py \
	%reldir%/sync_month.py \
	%reldir%/sync_past.py \
	%reldir%/sync_table.py \
	%reldir%/sync_unit.py \
	%reldir%/systemd.py \
	%reldir%/tie.py \
	%reldir%/two_stores.test \
	%reldir%/week.py \
	%reldir%/year.py
TESTS += $(SHOP_TESTS)
if !SANITIZE
TESTS += $(PLAIN_TESTS)
SLOW_TESTS += %reldir%/bad_days.py %reldir%/feed_days.py %reldir%/hub_faults.py %reldir%/sync_month.py %reldir%/till_own.py
SLOW_TESTS += %reldir%/books.py %reldir%/sync_cut.py %reldir%/sync_kill.py %reldir%/year.py
endif
dist_check_SCRIPTS += $(SHOP_TESTS) $(PLAIN_TESTS)
EXTRA_DIST += %reldir%/shop.sh
