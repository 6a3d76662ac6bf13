# screen
screen_tests = \
	tests/screen/test_app \
	tests/screen/test_card \
	tests/screen/test_coach \
	tests/screen/test_grid \
	tests/screen/test_keymap \
	tests/screen/test_day \
	tests/screen/test_devices \
	tests/screen/test_goods \
	tests/screen/test_link \
	tests/screen/test_pay \
	tests/screen/test_scanned \
	tests/screen/test_keys \
	tests/screen/test_sound \
	tests/screen/test_weigh \
	tests/screen/test_layouts
check_PROGRAMS += $(screen_tests)
TESTS += $(screen_tests)
SCREEN_TEST_LIBS = libscreen.a libregister.a libstore.a libjournal.a \
	libwire.a libdevice.a libcore.a libbase.a $(TEST_LIBS)

tests_screen_test_app_SOURCES = %reldir%/test_app.c %reldir%/fake_till.c \
	%reldir%/fake_till.h %reldir%/hand.c %reldir%/hand.h
tests_screen_test_app_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_app_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_coach_SOURCES = %reldir%/test_coach.c
tests_screen_test_coach_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_coach_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_grid_SOURCES = %reldir%/test_grid.c
tests_screen_test_grid_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_grid_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_keymap_SOURCES = %reldir%/test_keymap.c
tests_screen_test_keymap_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_keymap_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_devices_SOURCES = %reldir%/test_devices.c \
	%reldir%/fake_till.c %reldir%/fake_till.h %reldir%/hand.c %reldir%/hand.h
tests_screen_test_devices_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_devices_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_link_SOURCES = %reldir%/test_link.c \
	%reldir%/fake_till.c %reldir%/fake_till.h %reldir%/hand.c %reldir%/hand.h
tests_screen_test_link_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_link_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_card_SOURCES = %reldir%/test_card.c \
	%reldir%/fake_till.c %reldir%/fake_till.h %reldir%/hand.c %reldir%/hand.h
tests_screen_test_card_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_card_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_weigh_SOURCES = %reldir%/test_weigh.c \
	%reldir%/fake_till.c %reldir%/fake_till.h %reldir%/hand.c %reldir%/hand.h
tests_screen_test_weigh_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_weigh_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_day_SOURCES = %reldir%/test_day.c %reldir%/fake_till.c \
	%reldir%/fake_till.h %reldir%/hand.c %reldir%/hand.h
tests_screen_test_day_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_day_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_goods_SOURCES = %reldir%/test_goods.c %reldir%/fake_till.c \
	%reldir%/fake_till.h %reldir%/hand.c %reldir%/hand.h
tests_screen_test_goods_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_goods_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_pay_SOURCES = %reldir%/test_pay.c %reldir%/fake_till.c \
	%reldir%/fake_till.h %reldir%/hand.c %reldir%/hand.h
tests_screen_test_pay_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_pay_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_layouts_SOURCES = %reldir%/test_layouts.c \
	%reldir%/fake_till.c %reldir%/fake_till.h %reldir%/hand.c %reldir%/hand.h
tests_screen_test_layouts_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_layouts_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_keys_SOURCES = %reldir%/test_keys.c
tests_screen_test_keys_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_keys_LDADD = $(SCREEN_TEST_LIBS)
tests_screen_test_sound_SOURCES = %reldir%/test_sound.c
tests_screen_test_sound_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_sound_LDADD = $(SCREEN_TEST_LIBS)
EXTRA_DIST += %reldir%/golden
TESTS += tests/screen/tmux.test %reldir%/pages.py
dist_check_SCRIPTS += %reldir%/tmux.test %reldir%/pages.py
# the real program in a terminal emulator; see tests/lib/vt.py
VT_TESTS = \
	%reldir%/captures.py \
	%reldir%/deals.py \
	%reldir%/forms.py \
	%reldir%/frames.py \
	%reldir%/names.py \
	%reldir%/people.py \
	%reldir%/rough.py \
	%reldir%/rules.py \
	%reldir%/settings.py \
	%reldir%/sizes.py \
	%reldir%/storm.py \
	%reldir%/training.py
# about time, bytes and keys: a sanitizer changes the first and sees the rest above
VT_PLAIN_TESTS = \
	%reldir%/bytes.py \
	%reldir%/colors.py \
	%reldir%/devices.py \
	%reldir%/display.py \
	%reldir%/first_hour.py \
	%reldir%/formats.py \
	%reldir%/grammar.py \
	%reldir%/hands.py \
	%reldir%/keymap.py \
	%reldir%/languages.py \
	%reldir%/linear.py \
	%reldir%/looks.py \
	%reldir%/pace.py \
	%reldir%/probe.py \
	%reldir%/strokes.py
TESTS += $(VT_TESTS)
if !SANITIZE
TESTS += $(VT_PLAIN_TESTS)
endif
SLOW_TESTS += %reldir%/hands.py %reldir%/pace.py %reldir%/rough.py \
	%reldir%/sizes.py %reldir%/storm.py
dist_check_SCRIPTS += $(VT_TESTS) $(VT_PLAIN_TESTS)
EXTRA_DIST += %reldir%/captures
# a day in a real terminal is no quicker under sanitizers
if !SANITIZE
TESTS += %reldir%/whole_day.py
endif
dist_check_SCRIPTS += %reldir%/whole_day.py
tests_screen_test_scanned_SOURCES = %reldir%/test_scanned.c %reldir%/fake_till.c \
	%reldir%/fake_till.h %reldir%/hand.c %reldir%/hand.h
tests_screen_test_scanned_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_scanned_LDADD = $(SCREEN_TEST_LIBS)
