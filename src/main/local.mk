# main: one file a program or verb; included by nobody
bin_PROGRAMS += holdfast
holdfast_SOURCES = \
	%reldir%/actor.c \
	%reldir%/actor.h \
	%reldir%/args.c \
	%reldir%/args.h \
	%reldir%/args_secret.c \
	%reldir%/command.c \
	%reldir%/command.h \
	%reldir%/entries.c \
	%reldir%/entries.h \
	%reldir%/holdfast.c \
	%reldir%/key_place.c \
	%reldir%/key_place.h \
	%reldir%/put.c \
	%reldir%/put.h \
	%reldir%/ring_answer.c \
	%reldir%/ring_answer.h \
	%reldir%/ring_card.c \
	%reldir%/ring_card.h \
	%reldir%/ring_weight.c \
	%reldir%/ring_weight.h \
	%reldir%/ring_price.h \
	%reldir%/sync_ask.c \
	%reldir%/sync_ask.h \
	%reldir%/verb_audit.c \
	%reldir%/verb_archive.c \
	%reldir%/verb_backup.c \
	%reldir%/verb_close.c \
	%reldir%/verb_config.c \
	%reldir%/verb_config.h \
	%reldir%/verb_config_bundle.c \
	%reldir%/verb_config_draft.c \
	%reldir%/verb_config_edit.c \
	%reldir%/verb_config_history.c \
	%reldir%/verb_config_past.c \
	%reldir%/verb_config_try.c \
	%reldir%/device_page.c \
	%reldir%/verb_device.c \
	%reldir%/verb_device.h \
	%reldir%/verb_device_act.c \
	%reldir%/verb_device_probe.c \
	%reldir%/poles.c \
	%reldir%/poles.h \
	%reldir%/verb_display.c \
	%reldir%/verb_export.c \
	%reldir%/verb_find.c \
	%reldir%/verb_import.c \
	%reldir%/verb_init.c \
	%reldir%/verb_keys.c \
	%reldir%/verb_keys.h \
	%reldir%/verb_keys_change.c \
	%reldir%/verb_price.c \
	%reldir%/verb_purge.c \
	%reldir%/verb_rebuild.c \
	%reldir%/verb_receipt.c \
	%reldir%/verb_report.c \
	%reldir%/verb_restore_hub.c \
	%reldir%/verb_restore_hub.h \
	%reldir%/verb_ring.c \
	%reldir%/verb_scan.c \
	%reldir%/verb_screen.c \
	%reldir%/verb_move.c \
	%reldir%/verb_sync.c \
	%reldir%/verb_sync.h \
	%reldir%/verb_sync_join.c \
	%reldir%/verb_sync_salvage.c \
	%reldir%/worker_once.c \
	%reldir%/worker_once.h \
	%reldir%/verb_user.c \
	%reldir%/verb_verify.c
holdfast_LDADD = libscreen.a libregister.a libsync.a libstore.a libjournal.a libwire.a libdevice.a \
	libcore.a libbase.a $(NCURSES_LIBS) $(LMDB_LIBS) $(JSON_LIBS) $(ZSTD_LIBS) \
	$(SERIALPORT_LIBS) $(SODIUM_LIBS) $(NETTLE_LIBS) $(UTF8PROC_LIBS) $(INIH_LIBS)

# devices that are not there, for demos, drills and tests
bin_PROGRAMS += holdfast-sim
holdfast_sim_SOURCES = %reldir%/sim.c
holdfast_sim_LDADD = libsim.a libdevice.a libcore.a libbase.a $(SERIALPORT_LIBS) \
	$(SODIUM_LIBS) $(NETTLE_LIBS) $(UTF8PROC_LIBS) $(INIH_LIBS)

# the center
bin_PROGRAMS += holdfast-hub
holdfast_hub_SOURCES = \
	%reldir%/command.c \
	%reldir%/command.h \
	%reldir%/hub.c \
	%reldir%/hub.h \
	%reldir%/hub_args.c \
	%reldir%/hub_desk.c \
	%reldir%/hub_desk.h \
	%reldir%/hub_exception.c \
	%reldir%/hub_export.c \
	%reldir%/hub_import.c \
	%reldir%/hub_keep.c \
	%reldir%/hub_salvage.c \
	%reldir%/hub_serve.c \
	%reldir%/hub_setup.c \
	%reldir%/hub_tenant.c
holdfast_hub_LDADD = libhub.a libwire.a libcore.a libbase.a $(MICROHTTPD_LIBS) $(PQ_LIBS) \
	$(GNUTLS_LIBS) $(JSON_LIBS) $(ZSTD_LIBS) $(SODIUM_LIBS) $(NETTLE_LIBS) \
	$(UTF8PROC_LIBS) $(INIH_LIBS)

# the sync worker
bin_PROGRAMS += holdfast-syncd
holdfast_syncd_SOURCES = %reldir%/command.c %reldir%/command.h %reldir%/syncd.c
holdfast_syncd_LDADD = libsync.a libstore.a libjournal.a libwire.a libcore.a libbase.a \
	$(CURL_LIBS) $(LMDB_LIBS) $(JSON_LIBS) $(ZSTD_LIBS) $(SODIUM_LIBS) $(NETTLE_LIBS) \
	$(UTF8PROC_LIBS) $(INIH_LIBS)
