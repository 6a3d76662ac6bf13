# SPDX-License-Identifier: Apache-2.0
"""What a command of the menu must know is asked for in a box, with digits, Enter
and Esc alone; and when what is due was dealt out, its parts are offered one
after the other; in the panel, stacked and for a reader."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import COLA, Shop, cases, ok, require, workdir  # noqa: E402

require()
shop = Shop(workdir(), conf={
    "deposit 25": {"name": "Deposit can", "price": "0.25", "tax": "A"},
    "coupon back": {"name": "Welcome back", "code": "7777", "items": "all", "off": "0.50"}})


def enter(s, text):
    s.settle(260)  # or a code keyed twice is one scan, and what is fast another
    return s.keys(*text).typed(text).press("Enter").settle()


def menu(s, no):
    s.keys(".").typed(".").press("Enter").settle()
    return enter(s, no)


def walk(layout):
    s = shop.copy(layout).register("--layout", layout, term="vt220")
    enter(s, f"10*{COLA}")
    menu(s, "30")
    ok(s.shows("DISCOUNT OF THE WHOLE SALE") and s.shows("KEY IT >"),
       f"{layout}: the box asks", s.shown())
    s.press("Enter").settle()
    ok(s.shows("Key it first"), f"{layout}: nothing is no answer", s.shown())
    enter(s, "ten")
    ok(s.shows("KEY IT > ten"), f"{layout}: nor is a word, and it stays", s.shown())
    s.press("Escape").settle().press("Escape").settle()
    ok(s.shows("ITEM >") and s.shows("8.90"), f"{layout}: Esc leaves all as it is", s.shown())
    menu(s, "30")
    enter(s, "10")
    ok(s.shows("0.89 off the sale"), f"{layout}: ten percent", s.shown())
    menu(s, "31")
    enter(s, "90")
    ok(s.shows("0.90 off the sale"), f"{layout}: an amount instead", s.shown())
    menu(s, "32")
    enter(s, "7777")
    ok(s.shows("Welcome back"), f"{layout}: a coupon", s.shown())
    menu(s, "38")
    enter(s, "6")
    ok(s.shows("Drink or deposit"), f"{layout}: how many, then of what", s.shown())
    enter(s, "25")
    ok(s.shows("6 x Deposit can"), f"{layout}: empties", s.shown())
    menu(s, "38")
    s.keys("4").settle().scan(COLA).settle()
    ok(s.shows("has no deposit") and s.shows("ITEM >"),
       f"{layout}: what is scanned there is the drink", s.shown())
    s.press("Escape").settle()
    menu(s, "36")
    enter(s, "22")
    ok(s.shows("22 g"), f"{layout}: a tare", s.shown())
    s.press("Escape").settle()
    menu(s, "37")
    enter(s, "734")
    ok(s.shows("734 g"), f"{layout}: a weight", s.shown())
    s.press("Escape").settle()
    # --- parts
    menu(s, "39")
    enter(s, "4")
    ok(s.shows("1.50  1.50  1.50  1.50"), f"{layout}: four parts", s.shown())
    s.keys("+").settle()
    ok(s.shows("part 1 of 4, cash 1.50"), f"{layout}: the first is offered", s.shown())
    s.press("Enter").settle()
    ok(s.shows("part 2 of 4, cash 1.50"), f"{layout}: Enter takes it", s.shown())
    s.keys("2").settle()
    ok(s.shows("Enter = Card") and s.shows("1.50"), f"{layout}: the next by card", s.shown())
    s.press("Enter").settle()
    ok(s.shows("part 3 of 4, cash 1.50"), f"{layout}: is one part, too", s.shown())
    s.keys("-").settle()
    ok(s.shows("part 2 of 4, cash 1.50"), f"{layout}: given back it is due again", s.shown())
    enter(s, "100")
    ok(s.shows("Enter = exact 3.50"), f"{layout}: another amount ends it", s.shown())
    s.press("Enter").settle()
    ok(len(Shop.must("export", "sales", "--format", "csv", "--store",
                     shop.base / layout).splitlines()) == 2, f"{layout}: the sale is paid")
    # of another sale nothing is offered
    enter(s, f"3*{COLA}")
    menu(s, "30")
    s.keys("5").settle().scan(COLA).settle()
    ok(s.shows("ITEM >") and not s.shows("DISCOUNT OF THE WHOLE SALE  "),
       f"{layout}: and elsewhere it is sold", s.shown())
    s.keys("+").settle()
    ok(s.shows("Enter = exact 3.56"), f"{layout}: and another is in one", s.shown())
    s.kill()


cases(*((walk, layout) for layout in ("panel", "stacked", "reader")))
