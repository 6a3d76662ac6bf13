# scripts that stand on the command line and the file formats alone
EXTRA_DIST += \
	%reldir%/demo \
	%reldir%/week
EXTRA_DIST += %reldir%/check-chain
EXTRA_DIST += %reldir%/read-journal
EXTRA_DIST += \
	%reldir%/close-day \
	%reldir%/systemd/README \
	%reldir%/systemd/holdfast-register@.service \
	%reldir%/systemd/holdfast-close.service \
	%reldir%/systemd/holdfast-hub.service \
	%reldir%/systemd/holdfast-syncd.service \
	%reldir%/systemd/holdfast-close.timer
EXTRA_DIST += %reldir%/holdfast-hub-request
EXTRA_DIST += %reldir%/two-stores
