# scripts that stand on the command line and the file formats alone
EXTRA_DIST += \
	%reldir%/demo \
	%reldir%/week
EXTRA_DIST += %reldir%/check-chain
EXTRA_DIST += %reldir%/read-journal
