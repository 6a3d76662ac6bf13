# SPDX-License-Identifier: Apache-2.0
"""Prices by rules at a real terminal: a deal appears below its line when it is
complete and goes when it is not, what is taken off and who buys stands beside
the list, makers' coupons among the parts that are paid, and EX says where each
cent comes from; in the panel, stacked and for a reader."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import COLA, MILK, Shop, done, ok, require, workdir  # noqa: E402

require()
shop = Shop(workdir(), conf={
    "tender CP": {"name": "Coupon"},
    "promotion three": {"name": "3 for 2", "items": MILK, "buy": "3", "free": "1"},
    "deposit CAN": {"name": "Can", "price": "0.25"},
    "pricelist happy": {"name": "Happy hour", COLA: "0.50"},
    "coupon maker": {"name": "Maker's own", "code": "MAKER", "kind": "maker",
                     "items": "all", "off": "0.30", "tender": "CP"}})


def entry(s, text):
    s.settle(260)  # or a code keyed twice is one scan, and what is fast another
    return s.keys(*text).settle(120).press("Enter").settle()


s = shop.register(term="xterm-256color")
entry(s, f"2*{MILK}")
ok(not s.shows("3 for 2"), "two are no deal", s.shown())
entry(s, MILK)
ok(s.shows("3 for 2 applied: -1.29") and any(
    "3 for 2" in r and "-1.29" in r for r in s.lines()[2:10]),
   "the third makes one, below its line and in a sentence", s.shown())
ok(any("Discounts" in r and "-1.29" in r for r in s.lines()), "beside the list its sum", s.shown())
entry(s, COLA)
ok(s.shows("Happy hour, was 0.89"), "a price list says what the price was", s.shown())
entry(s, "VD2")
ok(not any("-1.29" in r for r in s.lines()[2:10]) and s.shows("3.08"),
   "without the third the deal is gone", s.shown())
entry(s, MILK)
entry(s, "CO MAKER")
ok(s.shows("Coupons") and s.shows("-0.30"), "a maker's coupon beside the list", s.shown())
entry(s, "TE NY-4471-22")
ok(s.shows("EXEMPT") and s.shows("NY-4471-22") and s.shows("Tax off"),
   "so is who buys without tax", s.shown())
entry(s, "TE")
entry(s, "EX")
ok(s.shows("WHERE THE PRICES COME FROM"), "EX explains", s.shown())
rows = list(s.lines())
for _ in range(3):
    rows += s.press("PageDown").settle().lines()
ok(any('promotion "3 for 2" [promotion three]' in r for r in rows)
   and any('price list "Happy hour" [pricelist happy]' in r for r in rows)
   and any('maker\'s coupon "Maker\'s own" [coupon maker]' in r for r in rows),
   "each rule by name and section", "\n".join(rows))
s.press("Escape").settle().press("F9").see("MENU").keys(*"33").press("Enter").settle()
ok(s.shows("ITEM > CG"), "the menu begins what must be keyed behind a code", s.shown())
s.press("Escape").settle().keys("+").see("STILL DUE").settle()
ok(any("CP Maker's own" in r and "0.30" in r for r in s.lines()[1:6]),
   "the coupon is among the parts that are paid", s.shown())
s.press("Enter").settle()
entry(s, "EX")
ok(s.shows("Sale R01-000001 of"), "the last sale can be explained, too", s.shown())
s.press("Escape").settle()
entry(s, COLA)
entry(s, "EM CAN")
ok(s.lines()[0].count("| REG ") == 1, "empties among goods make no refund", s.shown())
entry(s, "3*EM CAN")
ok("REFUND" in s.lines()[0], "more of them than goods do", s.shown())
entry(s, "CN")
entry(s, "CN")
s.kill()

s = shop.copy("stacked").register("--layout", "stacked", term="vt220")
entry(s, f"2*{MILK}")
entry(s, MILK)
ok(any("3 for 2" in r and "-1.29" in r for r in s.lines()[2:10]),
   "stacked: the deal has its row", s.shown())
s.kill()
s = shop.copy("reader").register("--layout", "reader", term="vt220")
entry(s, f"3*{MILK}")
ok(s.shows("3 for 2 applied: -1.29") and s.shows("total 2.58"), "a reader is told", s.shown())
s.kill()
done()
