# stores: what earlier builds left on disk opens for ever
TESTS += %reldir%/stores.test
dist_check_SCRIPTS += %reldir%/stores.test
EXTRA_DIST += %reldir%/README %reldir%/make %reldir%/make_hub.py %reldir%/0.1.0.tar.xz %reldir%/0.1.0.expect \
	%reldir%/0.2.0.tar.xz %reldir%/0.2.0.expect %reldir%/0.2.0.pin \
	%reldir%/0.3.0.tar.xz %reldir%/0.3.0.expect %reldir%/0.3.0.pin \
	%reldir%/0.3.1.tar.xz %reldir%/0.3.1.expect %reldir%/0.3.1.pin \
	%reldir%/0.4.0.tar.xz %reldir%/0.4.0.expect %reldir%/0.4.0.pin \
	%reldir%/0.5.0.tar.xz %reldir%/0.5.0.expect %reldir%/0.5.0.pin \
	%reldir%/0.5.0-purged.tar.xz %reldir%/0.5.0-purged.expect \
	%reldir%/0.5.0-purged.pin \
	%reldir%/0.6.0.tar.xz %reldir%/0.6.0.expect %reldir%/0.6.0.pin \
	%reldir%/0.6.0-forked.tar.xz %reldir%/0.6.0-forked.expect %reldir%/0.6.0-forked.pin \
	%reldir%/0.6.0-restored.tar.xz %reldir%/0.6.0-restored.expect %reldir%/0.6.0-restored.pin \
	%reldir%/0.6.0-purged.tar.xz %reldir%/0.6.0-purged.expect %reldir%/0.6.0-purged.pin \
	%reldir%/0.6.1.tar.xz %reldir%/0.6.1.expect %reldir%/0.6.1.pin \
	%reldir%/0.6.1-restored.tar.xz %reldir%/0.6.1-restored.expect %reldir%/0.6.1-restored.pin
