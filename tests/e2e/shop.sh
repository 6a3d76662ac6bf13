# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced behind tap.sh by the tests that need a shop.  Public: SHOP KEY
# make_shop hf json sum_tree.
: "${TMP:?source tap.sh first}"
: "${HOLDFAST:?source tap.sh first}"
# shellcheck disable=SC2034
SHOP=$TMP/shop
KEY=$TMP/key

# make_shop: a shop at $SHOP that sells by department: 10 at 19 %, 20 at 7 %
make_shop() {
	"$HOLDFAST" init --store "$SHOP" --shop 'CORNER MARKET' \
		--register R01 --currency EUR --prices included \
		--tax A=19% --tax B=7% --key-file "$KEY" >/dev/null
}

# hf VERB...: holdfast on that shop.  Not behind it who is to be killed: $! of a
# function in the background is a shell, and the program goes on.
hf() { "$HOLDFAST" "$@" --store "$SHOP"; }

# json NAME: the value of a number or text member in the object on stdin
json() { sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\)"\{0,1\}[,}].*/\1/p'; }

# sum_tree DIR: one sum over every file's name and bytes
sum_tree() {
	(cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum)
}
