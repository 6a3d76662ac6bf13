# man
dist_man_MANS += %reldir%/holdfast-event.5
dist_man_MANS += %reldir%/holdfast-export.1
dist_man_MANS += %reldir%/holdfast-import.1
