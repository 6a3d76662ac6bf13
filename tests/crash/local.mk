# crash: the real program against a disk that fails; see crashlib.py
EXTRA_DIST += %reldir%/shim.c %reldir%/crashlib.py
if !SANITIZE
check_DATA += %reldir%/shim.so
tests/crash/shim.so: %reldir%/shim.c
	$(AM_V_CC)$(MKDIR_P) tests/crash && \
		$(CC) -std=gnu17 -O1 -shared -fPIC -o $@ $<  -ldl
CLEANFILES += %reldir%/shim.so
CRASH_TESTS = \
	%reldir%/archive.py \
	%reldir%/basket.py \
	%reldir%/card_power.py \
	%reldir%/cards.py \
	%reldir%/clocks.py \
	%reldir%/damage.py \
	%reldir%/day.py \
	%reldir%/shifts.py \
	%reldir%/desk.py \
	%reldir%/drafts.py \
	%reldir%/fault.py \
	%reldir%/held.py \
	%reldir%/inbox.py \
	%reldir%/keys.py \
	%reldir%/kill.py \
	%reldir%/mixed.py \
	%reldir%/pins.py \
	%reldir%/power.py \
	%reldir%/rebuild.py \
	%reldir%/space.py \
	%reldir%/verbs.py
TESTS += $(CRASH_TESTS)
SLOW_TESTS += $(CRASH_TESTS)
endif
dist_check_SCRIPTS += \
	%reldir%/archive.py \
	%reldir%/basket.py \
	%reldir%/card_power.py \
	%reldir%/cards.py \
	%reldir%/clocks.py \
	%reldir%/damage.py \
	%reldir%/day.py \
	%reldir%/shifts.py \
	%reldir%/desk.py \
	%reldir%/drafts.py \
	%reldir%/fault.py \
	%reldir%/held.py \
	%reldir%/inbox.py \
	%reldir%/keys.py \
	%reldir%/kill.py \
	%reldir%/mixed.py \
	%reldir%/pins.py \
	%reldir%/power.py \
	%reldir%/rebuild.py \
	%reldir%/space.py \
	%reldir%/verbs.py
