# SPDX-License-Identifier: Apache-2.0
"""What holds on every screen: Esc leaves any box and loses nothing, keys struck
before a box could be seen go to the prompt, nobody pays by striking + twice,
hands change only between sales, and amounts are looked at before they count."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, ETX, MILK, SHAMPOO, STX, UNKNOWN, WINE, Shop,  # noqa: E402
                cases, ok, require, workdir)

# what opens it, a text that shows then, whether goods wait for it to close
BOXES = (
    ("not on file", lambda s: s.scan(UNKNOWN), "CHOOSE >", True),
    ("department", lambda s: s.scan(UNKNOWN).see("CHOOSE >").settle().keys("3"),
     "DEPT >", True),
    ("age", lambda s: s.scan(WINE), "AGE >", True),
    ("reason", lambda s: s.keys(*"100").press("F7"), "WHY?", True),
    ("approval", lambda s: s.keys(*"100").press("F7").see("WHY?").settle().keys("1"),
     "NEEDED", True),
    ("supervisor", lambda s: s.press("F11"), "APPROVER >", False),
    ("search", lambda s: s.keys(*"/sham"), "match", False),
    ("price check", lambda s: s.press("F3"), "CHECK >", False),
    ("menu", lambda s: s.press("F9"), "MENU >", False),
    ("help", lambda s: s.press("F1"), "PgDn", False),
    ("return", lambda s: s.keys(*"RF").settle().press("Enter"), "", False),
)


def at_work(name):
    s = STAFFED.copy(name).register(until="OPERATOR >", term="xterm-256color")
    s.keys("7").press("Enter").see("PIN >").settle().keys(*"4711").press("Enter")
    return s.see("| 7 Ana |").settle()


def leave(s):
    for _ in range(4):
        if "ITEM >" in s.shown() and not s.shows("STOP"):
            return
        s.press("Escape").settle(250)


def left_by_esc(name, opens, text, waits):
    s = at_work(name.replace(" ", "-"))
    s.scan(SHAMPOO).see("LAST  Shampoo").settle(300)
    opens(s)
    s.see(text).settle()
    if waits:
        s.scan(COLA).settle()
    leave(s)
    s.settle()
    ok(s.shows("Shampoo 250 ml             4.25")
       and (s.shows("LAST  Cola") if waits else s.shows("ITEM >")),
       f"{name}: Esc leaves it, and nothing is lost", s.shown())
    s.kill()


def tenders_stay():
    s = at_work("tenders")
    s.scan(SHAMPOO).see("LAST  Shampoo").press("F10").see("STILL DUE").settle()
    s.keys(*"200").settle().press("Enter").see("2.25 still due").settle()
    s.press("F9").see("MENU >").settle().press("Escape").see("CASH >").settle()
    s.press("F1").see("PgDn").settle().press("Escape").see("CASH >").settle()
    s.keys(*"99").settle().press("Escape").settle(250)
    ok(s.shows("1  CA Cash") and s.shows("STILL DUE") and s.shows("CASH > "),
       "a part that is paid stays, too", s.shown())
    for word in ("SO", "LK", "TR"):
        s.settle(250).keys(*word).settle().press("Enter").settle()
        ok(s.shows("| 7 Ana | REG") and s.shows("STILL DUE") and s.shows("WARN"),
           f"with it open {word} is refused", s.shown())
        s.press("Escape").settle(250)
    s.press("F12").settle()
    ok(s.shows("| 7 Ana | REG") and s.shows("STILL DUE"), "and F12", s.shown())
    s.kill()


def early_keys():
    s = at_work("early")
    s.scan(SHAMPOO).see("LAST  Shampoo").settle(300)
    s.send(STX + UNKNOWN + ETX + "12*").see("CHOOSE >").settle()
    ok(s.shows("NOT ON FILE") and s.shows("CHOOSE > "), "the box is not answered",
       s.shown())
    s.press("Escape").see("ITEM > 12*").settle()
    ok(s.shows("ITEM > 12*"), "what was struck before it goes to the prompt", s.shown())
    s.kill()


def plus_twice():
    s = at_work("plus")
    s.scan(SHAMPOO).see("LAST  Shampoo").settle(300)
    s.send("++").see("STILL DUE").settle(300)
    ok(not s.shows("WARN"), "a key that bounces counts once", s.shown())
    for _ in range(3):
        s.send("+").settle(300)
    ok(s.shows("STILL DUE") and s.shows("WARN  Paying"),
       "+ alone never completes a sale, and says so", s.shown())
    s.kill()
    ok(STAFFED.must("export", "sales", "--format", "csv", "--store",
                    BASE / "staff/plus").count("\n") == 1, "nothing was sold")


def amounts():
    s = at_work("amounts")
    s.scan(SHAMPOO).see("LAST  Shampoo").press("F10").see("STILL DUE").settle()
    s.slow(70000, "1234567890").settle().press("Enter").settle()
    ok(s.shows("NOT ON FILE") and s.shows("1234567890"),
       "ten digits are a code, no amount", s.shown())
    s.press("Escape").see("CASH >").settle(250)
    ok(s.shows("STILL DUE") and s.shows("nothing yet"), "and nothing is paid",
       s.shown())
    s.keys(*"900000").settle().press("Enter").settle()
    ok(s.shows("STILL DUE") and s.shows("WARN") and s.shows("9000.00"),
       "far more than is due is asked about, and the amount is said", s.shown())
    s.settle(300).wedge(MILK).see("LAST  Whole milk").settle()
    ok(s.shows("5.54") or s.shows("Lines 2"), "thirteen digits at once are goods",
       s.shown())
    s.kill()


def by_digits():
    """Lists by digits, Enter and + - * alone, in the profile of a numeric block."""
    shop = PLAIN.copy("digits")
    s = shop.register("--profile", "numpad", term="xterm-256color")
    for code in (MILK, COLA, SHAMPOO):
        s.scan(code).see("LAST  ").settle(300).keys(".").press("Enter").see("MENU >")
        s.settle().keys(*"20").settle().press("Enter").see("Parked as").settle()
    s.keys(".").press("Enter").see("MENU >").settle().keys(*"20").settle()
    s.press("Enter").see("RECALL >").settle().keys("2").settle()
    ok(s.shows("Enter = bring back P2"), "a parked sale by its row", s.shown())
    s.keys("-").settle()
    ok(s.shows("Once more gives up parked sale P2"), "and it is given up", s.shown())
    s.settle(300).keys("1").settle().press("Enter").see("Back: 1 line").settle()
    ok(s.shows("Whole milk"), "or brought back", s.shown())
    s.keys(".").press("Enter").see("MENU >").settle().keys(*"22").settle()
    s.press("Enter").see("FIND >").settle().keys(*"4012").settle()
    ok(s.shows("Shampoo"), "goods by a part of the code", s.shown())
    s.keys("+").settle()
    ok(s.shows("LAST  Shampoo"), "and + sells them", s.shown())
    s.keys("1", "-").settle()
    ok(s.shows("Void: Whole milk"), "a line by its number", s.shown())
    s.kill()


require()
BASE = workdir()
(BASE / "staff").mkdir()
STAFFED = Shop(BASE / "staff", products=AGED, conf={"reasons price": {"1": "Shelf price"}})
for args, secret in ((("pin", "1"), "8642"), (("add", "7", "--name", "Ana"), "4711")):
    STAFFED.must("user", *args, "--pin-fd", "0", "--store", STAFFED.path,
                 stdin=secret + "\n")
PLAIN = Shop(BASE)
cases(*((left_by_esc, *box) for box in BOXES),
      (tenders_stay,), (early_keys,), (plus_twice,), (amounts,),
      (by_digits,), at_once=6)
