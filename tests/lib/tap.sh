# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by every shell test: points, a directory of its own, waiting without
# sleeping blind.  Public: plan ok not_ok is skip wait_until TMP HOLDFAST.
# Without plan N, done_testing prints the plan at the end.

tap_n=0
tap_bad=0
TMP=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-test.XXXXXX") || exit 99
tap_cleanup() {
	tap_rc=$?
	if command -v at_exit >/dev/null 2>&1; then at_exit; fi
	if [ -z "${KEEP_TMP:-}" ]; then rm -rf "$TMP"; fi
	exit "$tap_rc"
}
trap tap_cleanup EXIT
trap 'exit 99' INT TERM HUP
: "${top_builddir:=$(pwd)}"
: "${top_srcdir:=$(pwd)}"
# shellcheck disable=SC2034
HOLDFAST=$top_builddir/holdfast

plan() { echo "1..$1"; tap_planned=$1; }

done_testing() {
	if [ -z "${tap_planned:-}" ]; then echo "1..$tap_n"; fi
	[ "$tap_bad" -eq 0 ]
}

# ok STATUS NAME: point passes when STATUS is 0
ok() {
	tap_n=$((tap_n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_n - $2"
	else
		echo "not ok $tap_n - $2"
		tap_bad=$((tap_bad + 1))
	fi
}

not_ok() { ok 1 "$1"; }

# is GOT WANT NAME
is() {
	if [ "$1" = "$2" ]; then
		ok 0 "$3"
	else
		ok 1 "$3"
		printf '%s\n' "$1" | sed 's/^/#   got: /'
		printf '%s\n' "$2" | sed 's/^/#  want: /'
	fi
}

# skip NAME REASON: never a pass; REQUIRE_ALL makes it a failure
skip() {
	if [ -n "${REQUIRE_ALL:-}" ]; then
		ok 1 "$1 (cannot run: $2)"
	else
		tap_n=$((tap_n + 1))
		echo "ok $tap_n - $1 # SKIP $2"
	fi
}

# wait_until SECONDS COMMAND...: poll until it succeeds
wait_until() {
	tap_left=$(($1 * 20))
	shift
	until "$@"; do
		tap_left=$((tap_left - 1))
		if [ "$tap_left" -le 0 ]; then return 1; fi
		sleep 0.05
	done
}

diag() { printf '%s\n' "$*" | sed 's/^/# /'; }
