# screen: curses screens over register/
noinst_LIBRARIES += libscreen.a
libscreen_a_CFLAGS = $(AM_CFLAGS) $(NCURSES_CFLAGS)
libscreen_a_SOURCES = \
	%reldir%/actions.c \
	%reldir%/app.c \
	%reldir%/app.h \
	%reldir%/app_internal.h \
	%reldir%/coach.c \
	%reldir%/coach.h \
	%reldir%/dialog.c \
	%reldir%/display.c \
	%reldir%/display.h \
	%reldir%/draw.c \
	%reldir%/form.c \
	%reldir%/grid.c \
	%reldir%/grid.h \
	%reldir%/hold.c \
	%reldir%/keymap.c \
	%reldir%/keymap_action.c \
	%reldir%/keymap_device.c \
	%reldir%/keymap_file.c \
	%reldir%/keymap_internal.h \
	%reldir%/keymap_make.c \
	%reldir%/keymap_text.c \
	%reldir%/keymap_watch.c \
	%reldir%/keymap_watch.h \
	%reldir%/keymap.h \
	%reldir%/keys.c \
	%reldir%/keys.h \
	%reldir%/keys_frame.c \
	%reldir%/keys_internal.h \
	%reldir%/list.c \
	%reldir%/rows.c \
	%reldir%/screen.c \
	%reldir%/screen.h \
	%reldir%/screen_age.c \
	%reldir%/screen_change.c \
	%reldir%/screen_check.c \
	%reldir%/screen_parked.c \
	%reldir%/screen_find.c \
	%reldir%/screen_help.c \
	%reldir%/screen_pay.c \
	%reldir%/screen_people.c \
	%reldir%/screen_ready.c \
	%reldir%/screen_return.c \
	%reldir%/screen_sale.c \
	%reldir%/screen_stop.c \
	%reldir%/screen_view.c \
	%reldir%/sell.c \
	%reldir%/term.c \
	%reldir%/term_keys.c \
	%reldir%/term.h \
	%reldir%/term_internal.h \
	%reldir%/term_out.c \
	%reldir%/term_paint.c \
	%reldir%/widgets.c \
	%reldir%/widgets.h
