# SPDX-License-Identifier: Apache-2.0
"""Sign-on, lock, override and hand-over at a real terminal, as a cashier's day
has them; after kill -9 somebody has to sign on again, and the sale is there."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import COLA, SHAMPOO, Shop, done, ok, require, workdir  # noqa: E402

CONF = {"reasons price": {"1": "Shelf price", "3": "Damaged packaging"}}


def sign_on(s, no, pin):
    s.keys(*no).press("Enter").see("PIN >").keys(*pin).press("Enter")


require()
base = workdir()
shop = Shop(base, conf=CONF)
shop.people()

s = shop.register(until="OPERATOR >", term="xterm-256color")
ok(s.shows("SIGN ON") and s.shows("| LOCKED"), "begins at the sign-on form",
   s.shown())
s.keys("7").press("Enter").see("PIN >").keys(*"4711").settle()
ok(s.shows("PIN > ****") and not s.shows("4711"), "a PIN is stars", s.shown())
s.press("Enter").see("| 7 Ana |")
ok(s.shows("ITEM >"), "and lets one in", s.shown())

s.scan(SHAMPOO).settle()
s.keys(*"299").press("F7").see("WHY?")
s.keys("3").see("SUPERVISOR NEEDED").settle()
ok(s.shows("To 2.99") and s.shows("3  Damaged packaging"),
   "an override asks why, then a supervisor", s.shown())
s.scan(COLA).settle()
s.keys("2").press("Enter").see("PIN >").keys(*"9182").press("Enter")
s.see("LAST  Cola").settle()
ok(s.shows("7 Ana") and s.shows("2.99") and not s.shows("NEEDED"),
   "the cashier stays signed on", s.shown())
ok(s.shows("Cola"), "what was scanned meanwhile is sold", s.shown())

s.press("F12").see("UNLOCK")
s.kill()
s = shop.register(until="OPERATOR >", term="xterm-256color")
sign_on(s, "7", "4711")
s.see("| 7 Ana |").settle()
ok(s.shows("Shampoo") and s.shows("2.99"), "after kill -9 the sale is there",
   s.shown())
s.keys(*"SO").press("Enter").see("SIGNED OFF")
s.scan("BADGE-0002").see("| 2 Eva |").settle()
ok(s.shows("Shampoo"), "a badge takes the sale over", s.shown())
s.kill()
lines = shop.must("export", "events", "--store", shop.path)
ok('"approver":"2"' in lines and "Damaged packaging" in lines,
   "all of it is recorded")
done()
