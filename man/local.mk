# man
dist_man_MANS += %reldir%/holdfast-event.5
