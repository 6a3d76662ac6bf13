# SPDX-License-Identifier: Apache-2.0
"""What stood in the way of somebody who had never seen the register: an answer
that was wiped without a word, a menu that seemed to end, a way out that nobody
told, a word left over for the next cashier.  Side panel and slow line alike."""
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, MILK, UNKNOWN, WINE, Shop, cases, ok, require,  # noqa: E402
                workdir)


def sign_on(s, no, pin):
    s.keys(*no).press("Enter").see("PIN >").keys(*pin).press("Enter")


def boxes(base, layout):
    """What a box that asks says to a wrong answer, until the next key."""
    (base / layout).mkdir()
    s = Shop(base / layout, products=AGED, conf={
        "sale": {"not_on_file": "stop"},
        "reasons price": {"1": "Shelf price"}}).register("--layout", layout)
    s.scan(WINE).see("AGE >").settle()
    stop = "STOP  Age check"
    ok(s.shows(stop), f"{layout}: the box stops", s.shown())
    s.slow(60000, "231021980").press("Enter")
    s.see("STOP  There is no such date: key it as DDMMYYYY.")
    s.keys("5").see(stop)
    ok(not s.shows("no such date"), f"{layout}: until the next key", s.shown())
    s.press("Enter").see("STOP  Key 1, 2 and the date of birth, or 0.")
    s.keys("1").press("Enter").see("Red wine").settle()
    s.scan(UNKNOWN).see("CHOOSE >").settle()
    s.press("Ctrl-F", "7").see("STOP  That key does nothing here")
    s.press("Escape").settle()
    s.keys(*"099").press("Ctrl-F", "7").see("STOP  Say why").settle()
    s.press("Enter").see("STOP  Key the reason's number, or Esc.")
    ok(True, f"{layout}: what a box says to a wrong answer is seen")
    s.kill()


def titles(base):
    """The first rows say what is going on."""
    (base / "titles").mkdir()
    s = Shop(base / "titles", products=AGED).register()
    s.scan(COLA).see("0.89").press("+").see("STILL DUE").press("Enter")
    s.see("| DONE ")
    s.scan(WINE).see("AGE >").settle()
    ok(s.shows("| SALE R01-000002 |"),
       "a box of the next sale is headed by its number", s.shown())
    s.keys("1").press("Enter").see("ITEM >").settle()
    s.press("Ctrl-F", "8").see("GOODS COME BACK")
    ok(s.shows("| REFUND "), "goods are about to come back", s.shown())
    s.press("+").see("STILL DUE").settle()
    ok(s.shows("| REG ") and not s.shows("REFUND "),
       "but with nothing back, what is paid is a sale", s.shown())
    s.kill()


def menu(base):
    """That there is more than what is in sight."""
    (base / "menu").mkdir()
    s = Shop(base / "menu").register()
    s.keys(".").press("Enter").see("MENU >").settle()
    ok(re.search(r"^ 1-\d+ of \d+ ", s.shown(), re.M),
       "the menu says that it goes on", s.shown())
    s.keys(*"sett").see("Settings").settle()
    ok(not re.search(r"\d of \d", s.shown()), "and not where all of it shows", s.shown())
    s.kill()


def people(base):
    (base / "people").mkdir()
    shop = Shop(base / "people")
    shop.people()
    s = shop.register(until="OPERATOR >")
    s.keys(*"SO").press("Enter").see("WARN")
    ok(s.shows("To leave, sign on; then SO Enter, and SO Enter once more."),
       "the way out is told", s.shown())
    sign_on(s, "7", "4711")
    s.see("| 7 Ana |").scan(MILK).see("1.29")
    s.keys(*"ST").press("Enter").see("SUPERVISOR NEEDED").settle()
    ok(s.shows("cashier: only the owner may"),
       "no supervisor is fetched for what only the owner may", s.shown())
    s.keys("2").press("Enter").see("PIN >").keys(*"9182").press("Enter")
    s.see("ask the owner.")
    ok(s.shows("Operator 2 may not approve this"), "nor asked twice", s.shown())
    s.press("Escape").settle()
    s.press("Escape").settle()
    s.keys(*"LK").press("Enter").see("LOCKED by")
    s.keys(*"SO").press("Enter").see("unlock the register first")
    s.kill()

    s = shop.register(until="OPERATOR >")
    sign_on(s, "7", "4711")
    s.see("| 7 Ana |").see("ITEM >").settle()
    ok(s.prompt().split("ready")[0].strip() == "ITEM >" and s.shows("Whole milk"),
       "what was keyed to lock is not there for the next", s.shown())
    s.keys(*"SO").press("Enter").see("OPERATOR >").settle()
    ok(s.shows("SO Enter within 15 seconds leaves"), "signing off says how",
       s.shown())
    s.keys("7").press("Enter").see("PIN >").press("Escape").see("OPERATOR >")
    s.keys(*"SO").press("Enter").see("To leave, sign on")
    ok(True, "a stranger cannot leave")
    sign_on(s, "7", "4711")
    s.see("| 7 Ana |").keys(*"SO").press("Enter").see("15 seconds")
    s.keys(*"SO").press("Enter")
    ok(s.wait() == "exit 0", "who has just signed off can")
    s = shop.register(until="OPERATOR >")
    sign_on(s, "7", "4711")
    s.see("| 7 Ana |").see("Whole milk").settle()
    ok(s.prompt().split("ready")[0].strip() == "ITEM >", "and the sale waits for the next cashier", s.shown())
    s.kill()


require()
root = workdir()
cases((boxes, root, "panel"), (boxes, root, "stacked"), (titles, root),
      (menu, root), (people, root))
