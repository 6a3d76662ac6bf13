# man
dist_man_MANS += %reldir%/holdfast-event.5
dist_man_MANS += %reldir%/holdfast-export.1
dist_man_MANS += %reldir%/holdfast-import.1
dist_man_MANS += %reldir%/holdfast-backup.1
dist_man_MANS += %reldir%/holdfast-restore.1
dist_man_MANS += %reldir%/holdfast.conf.5
dist_man_MANS += %reldir%/holdfast-store.5
dist_man_MANS += %reldir%/holdfast-journal.5
dist_man_MANS += %reldir%/holdfast-screen.1
