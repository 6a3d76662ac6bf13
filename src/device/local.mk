# device: drivers, transports, host
noinst_LIBRARIES += libdevice.a
libdevice_a_CFLAGS = $(AM_CFLAGS) $(SERIALPORT_CFLAGS)
libdevice_a_SOURCES = \
	%reldir%/caisse.c \
	%reldir%/caisse.h \
	%reldir%/caisse_driver.c \
	%reldir%/caisse_driver.h \
	%reldir%/caisse_e.c \
	%reldir%/caisse_e.h \
	%reldir%/caisse_link.c \
	%reldir%/caisse_link.h \
	%reldir%/caisse_slip.c \
	%reldir%/caisse_talk.c \
	%reldir%/caisse_talk.h \
	%reldir%/codepage.c \
	%reldir%/codepage.h \
	%reldir%/codepage_internal.h \
	%reldir%/codepage_table.c \
	%reldir%/device.c \
	%reldir%/device.h \
	%reldir%/display.h \
	%reldir%/drawer.c \
	%reldir%/drawer.h \
	%reldir%/drivers.c \
	%reldir%/escpos.c \
	%reldir%/escpos_driver.h \
	%reldir%/escpos_span.c \
	%reldir%/escpos_status.c \
	%reldir%/escpos_status.h \
	%reldir%/host.c \
	%reldir%/host.h \
	%reldir%/host_ask.c \
	%reldir%/host_front.c \
	%reldir%/host_internal.h \
	%reldir%/host_log.c \
	%reldir%/host_log.h \
	%reldir%/paper.c \
	%reldir%/paper.h \
	%reldir%/paper_escpos.c \
	%reldir%/paper_internal.h \
	%reldir%/paper_star.c \
	%reldir%/paper_text.c \
	%reldir%/pbm.c \
	%reldir%/pinpad.c \
	%reldir%/pinpad.h \
	%reldir%/pole.c \
	%reldir%/pole_drivers.h \
	%reldir%/printer.c \
	%reldir%/printer_job.c \
	%reldir%/printer_job.h \
	%reldir%/printer.h \
	%reldir%/printer_text.h \
	%reldir%/scale.c \
	%reldir%/scale.h \
	%reldir%/scale_8217.c \
	%reldir%/scale_cas.c \
	%reldir%/scale_dialog02.c \
	%reldir%/scale_drivers.h \
	%reldir%/scale_line.c \
	%reldir%/scale_line.h \
	%reldir%/scale_magellan.c \
	%reldir%/scale_nci.c \
	%reldir%/scale_seal.c \
	%reldir%/scale_seal.h \
	%reldir%/scanner.c \
	%reldir%/scanner.h \
	%reldir%/star.c \
	%reldir%/star.h \
	%reldir%/star_span.c \
	%reldir%/torn.c \
	%reldir%/torn.h \
	%reldir%/transport.c \
	%reldir%/transport.h \
	%reldir%/transport_file.c \
	%reldir%/transport_internal.h \
	%reldir%/transport_net.c \
	%reldir%/transport_serial.c \
	%reldir%/worker.c \
	%reldir%/worker.h \
	%reldir%/worker_line.c \
	%reldir%/zvt.c \
	%reldir%/zvt_ask.c \
	%reldir%/zvt_codec.c \
	%reldir%/zvt_codec.h \
	%reldir%/zvt_driver.h \
	%reldir%/zvt_hear.c \
	%reldir%/zvt_info.c \
	%reldir%/zvt_internal.h \
	%reldir%/zvt_link.c \
	%reldir%/zvt_link.h \
	%reldir%/zvt_session.c \
	%reldir%/zvt_slip.c \
	%reldir%/zvt_words.c \
	%reldir%/zvt_words.h

# the profiles of printers are part of the program: it knows them wherever it is
nodist_libdevice_a_SOURCES = %reldir%/printer_text.c
CLEANFILES += %reldir%/printer_text.c
%reldir%/printer_text.c: $(top_srcdir)/data/printers.conf
	$(AM_V_GEN)$(MKDIR_P) %reldir% && { \
		printf '%s\n' '/* made from data/printers.conf */' \
			'#include "device/printer_text.h"' \
			'const unsigned char printer_text[] = {'; \
		od -An -v -tu1 $(top_srcdir)/data/printers.conf | \
			sed 's/[0-9][0-9]*/&,/g'; \
		printf '%s\n' '0};' \
			'const size_t printer_text_n = sizeof(printer_text) - 1;'; \
	} >$@-t && mv $@-t $@
