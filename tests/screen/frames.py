# SPDX-License-Identifier: Apache-2.0
"""What the boxes and lists of the register offer beside their main way: the
search and the supervisor within reach, a reason where a key does nothing."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, MILK, OIL, SHAMPOO, UNKNOWN, WINE, Shop, cases,  # noqa: E402
                ok, require, workdir)

CONF = {"reasons price": {"1": "Shelf price", "3": "Damaged packaging"}}


def at_work(name, **more):
    s = STAFFED.copy(name).register(until="OPERATOR >", term="xterm-256color", **more)
    s.keys("7").press("Enter").see("PIN >").keys(*"4711").press("Enter")
    return s.see("| 7 Ana |")


def not_on_file():
    s = at_work("not-on-file")
    s.scan(MILK).see("LAST  Whole milk").scan(UNKNOWN).see("CHOOSE >").settle()
    ok(s.shows("2Find") and s.shows("9Super"), "the box has Find and Super",
       s.shown())
    s.press("F2").see("FIND >").keys(*"sham").see("match").press("Enter")
    s.see("LAST  Shampoo").settle()
    ok(not s.shows("NOT ON FILE"), "F2 finds what it is", s.shown())

    s.scan("4006381333955").see("CHOOSE >").settle().press("F9").see("APPROVER >")
    s.scan(COLA).settle()
    s.scan("BADGE-0002").see("CHOOSE >").settle()
    ok(s.shows("| MGR"), "F9 lets a supervisor approve what comes", s.shown())
    ok(s.shows("HELD 1 scan") or s.shows("1 scan "), "goods wait meanwhile",
       s.shown())
    s.keys("4").see("DEPT >").keys(*"9900").press("Enter").settle()
    s.keys(*"10").press("Enter").see("LAST  Cola").settle()
    ok(s.shows("99.00") and s.shows("| REG"), "what a cashier may not do alone",
       s.shown())
    s.kill()


def refused_by_key():
    s = at_work("refused-by-key")
    s.scan(SHAMPOO).see("LAST  Shampoo").keys(*"299").press("F7").see("WHY?").settle()
    s.keys("3").see("APPROVER >").settle()
    ok(s.shows("4Refuse"), "the supervisor's box has Refuse", s.shown())
    s.press("F4").see("ITEM >").settle()
    ok(not s.shows("NEEDED") and s.shows("4.25"), "F4 refuses", s.shown())
    s.keys(*"299").press("F7").see("WHY?").settle().keys("3").see("APPROVER >").settle()
    s.keys("2").press("Enter").see("PIN >").press("F4").see("ITEM >").settle()
    ok(not s.shows("NEEDED"), "and so it does where the PIN is keyed", s.shown())
    s.kill()


def armed_from_the_sale():
    s = at_work("armed")
    s.scan(SHAMPOO).see("LAST  Shampoo").press("F11").see("APPROVER >")
    s.scan(COLA).see("LAST  Cola").settle()
    ok(not s.shows("APPROVER"), "goods go on being sold", s.shown())
    s.kill()


def told_why():
    s = at_work("told-why")
    s.scan(WINE).see("AGE >").settle()
    ok(s.shows("4Refuse") and s.shows("9Super"), "the keys of the age", s.shown())
    s.keys(*"55").press("Enter").settle()
    ok(s.shows("Key 1, 2 and the date of birth, or 0."),
       "a box says why a key does nothing", s.shown())
    s.keys("1").settle()
    ok(s.shows("STOP  Age check"), "until the next key", s.shown())
    s.press("Enter").see("LAST  Red wine")
    s.scan(UNKNOWN).see("CHOOSE >").settle().keys("9")
    s.see("That key does nothing here")
    ok(s.shows("CHOOSE >"), "here, too", s.shown())
    s.kill()


def price_check():
    s = PLAIN.copy("price-check").register(term="xterm-256color")
    s.scan(MILK).see("LAST  Whole milk").press("F3").see("CHECK >").settle()
    ok(s.shows("2Find"), "a price check has Find", s.shown())
    s.keys("/").see("FIND >").keys(*"olive").see("match").settle()
    ok(s.shows("Enter = price of #1"), "whose Enter shows the price", s.shown())
    s.press("Enter").see("CHECK >").settle()
    ok(s.shows("PRICE CHECK") and s.shows("Olive oil") and s.shows("1 line"),
       "and sells nothing", s.shown())
    s.press("F2").see("FIND >").scan(SHAMPOO).see("CHECK >").settle()
    ok(s.shows("Shampoo") and s.shows("1 line"), "nor does a scan there", s.shown())
    s.press("F2").see("FIND >").keys(*"cola").see("match").press("F10")
    s.see("LAST  Cola").settle()
    ok(s.shows("Lines 2"), "F10 sells it", s.shown())
    # from a search
    s.keys(*"/oil").see("match").keys("=").see("CHECK >").press("F2").see("FIND >")
    s.press("Enter").see("LAST  Olive").settle()
    ok(s.shows("Lines 3"), "a check of what was found leads back to it", s.shown())
    s.kill()


def what_it_costs():
    shop = PLAIN.copy("what-it-costs")
    shop.configure({
        "promotion three": {"name": "3 for 2", "items": MILK, "buy": "3", "free": "1"},
        "pricelist happy": {"name": "Happy hour", COLA: "0.50"},
        "pricelist spring": {"name": "Spring", "from": "2099-03-01", OIL: "5.99"}})
    s = shop.register(term="xterm-256color")
    s.press("F3").see("CHECK >").scan(COLA).see("Cola").settle()
    ok(s.shows("Happy hour, instead of 0.89"), "a price check knows the price lists",
       s.shown())
    s.scan(MILK).see("Whole milk").settle()
    ok(s.shows("3 for 2") and not s.shows("Happy"), "and the promotions", s.shown())
    s.scan(OIL).see("Olive oil").settle()
    ok(not s.shows("Spring") and not s.shows("from 2"), "not what is far away",
       s.shown())
    s.press("Escape").see("ITEM >").keys(*"/cola").see("match").settle()
    ok(any(r.startswith(">1") and "0.50" in r for r in s.lines())
       and s.shows("Happy hour, instead of 0.89"), "so does the search", s.shown())
    s.press("Escape").settle(200).press("Escape").see("ITEM >").settle(300)
    s.scan(UNKNOWN).see("CHOOSE >").scan(COLA).see("HELD 1 scan").settle()
    ok(any("Cola" in r and "0.50" in r for r in s.lines()), "and what is held",
       s.shown())
    s.kill()


def menu_from_lists():
    s = PLAIN.copy("menu-from-lists").register(term="xterm-256color")
    s.scan(OIL).see("LAST  Olive").keys(*"/cola").see("match")
    ok(s.shows("9Menu"), "a search has the menu", s.shown())
    s.press("F9").see("MENU >").keys(*"21").press("Enter").see("CHECK >").settle()
    s.press("Escape").see("ITEM >").settle()
    ok(not s.shows("FIND"), "which leaves the search", s.shown())
    s.press("F5").see("Scan an item").scan(MILK).see("LAST  Whole milk")
    s.press("F5").see("Scan an item").press("F5").see("RECALL >")
    ok(s.shows("9Menu"), "and so has the list of the parked", s.shown())
    s.press("F9").see("MENU >").press("Escape").see("RECALL >").settle()
    ok(s.shows("PARKED SALES"), "Esc leads back", s.shown())
    s.kill()


def menu_at_once():
    s = at_work("menu-at-once")
    s.press("F9").see("MENU >").settle()
    ok(s.shows("2*NS No sale") and s.shows("13-CN Cancel") and s.shows("25 CT Count")
       and s.shows("10*XR X report") and s.shows("30-DS"),
       "the menu shows what is not for now, and what asks a supervisor", s.shown())
    s.keys(*"13").settle()
    ok(s.shows("not now: no sale is open"), "and says why", s.shown())
    s.press("Escape").settle(200).press("Escape").see("ITEM >").scan(MILK)
    s.see("LAST  Whole milk").press("F9").see("MENU >").settle()
    ok(s.shows("2-NS No sale") and s.shows("13 CN Cancel") and s.shows("25-CT Count")
       and s.shows("4 PI Paid in"), "with a sale open other things are", s.shown())
    s.keys(*"pri").settle()
    ok(s.shows(">21 PC Price check") and not s.shows("NS No sale")
       and s.shows("Enter = Price check"), "letters leave what begins so", s.shown())
    s.press("Escape").settle(200).press("PageDown").settle()
    ok(s.shows("32 CO Coupon") and not s.shows("NS No sale"), "there is more below",
       s.shown())
    s.kill()
    s = PLAIN.copy("menu-alone").register(term="xterm-256color")
    s.press("F9").see("MENU >").settle()
    ok(s.shows("10 XR X report"), "who is alone asks nobody", s.shown())
    s.kill()


def before_anybody():
    shop = STAFFED.copy("before")
    s = shop.register(until="OPERATOR >", term="xterm-256color").settle()
    ok(s.shows("Day 1 has not begun") and s.shows("not counted since")
       and s.shows("Failed PINs today: 0") and not s.shows("Last sign-off"),
       "the sign-on screen of a new shop", s.shown())
    s.keys("7").press("Enter").see("PIN >").keys(*"1234").press("Enter").see("WARN")
    s.keys(*"4711").press("Enter").see("| 7 Ana |").scan(MILK).see("LAST  Whole")
    s.press("F10").see("STILL DUE").settle().press("Enter").see("CHANGE DUE").settle()
    s.keys(*"SO").settle().press("Enter").see("SIGNED OFF").settle()
    ok(s.shows("Day 1 is OPEN") and s.shows("Failed PINs today: 1")
       and s.shows("Last sign-off 7 Ana"), "and at noon", s.shown())
    s.kill()


def badge_and_pin():
    shop = STAFFED.copy("badge-and-pin")
    shop.configure({"role supervisor": {"proof": "both"}})
    s = shop.register(until="OPERATOR >", term="xterm-256color").settle()
    s.scan("BADGE-0002").see("PIN >").settle()
    ok(s.shows("now its PIN") and s.shows("Operator no.  2") and
       not s.shows("| 2 Eva"), "a badge alone is half", s.shown())
    s.keys(*"9182").press("Enter").see("| 2 Eva |").settle()
    ok(s.shows("ITEM >"), "with its PIN one is in", s.shown())
    s.keys(*"SO").settle().press("Enter").see("SIGNED OFF").settle()
    s.keys("7").press("Enter").see("PIN >").keys(*"4711").press("Enter")
    s.see("| 7 Ana |").scan(SHAMPOO).see("LAST  Shampoo")
    s.keys(*"299").press("F7").see("WHY?").settle().keys("3").see("APPROVER >")
    s.settle().keys("2").press("Enter").see("PIN >").keys(*"9182").press("Enter")
    s.see("Now scan the badge").settle()
    ok(s.shows("4.25") and s.shows("NEEDED"), "nor is a PIN enough", s.shown())
    s.scan("BADGE-0002").see("ITEM >").settle()
    ok(s.shows("2.99") and not s.shows("NEEDED"), "both approve", s.shown())
    # a half of somebody else is none
    s.keys(*"199").press("F7").see("WHY?").settle().keys("3").see("APPROVER >")
    s.settle(300).scan("BADGE-0002").see("PIN of 2").settle().press("Escape").see("APPROVER >")
    s.settle(200).keys("7").press("Enter").see("PIN of 7").keys(*"4711").press("Enter")
    s.settle()
    ok(s.shows("NEEDED"), "one does not approve oneself with it", s.shown())
    s.kill()
    lines = shop.must("export", "events", "--store", shop.path)
    ok(lines.count('"how":"badge+pin"') == 2, "and so it is recorded", lines)


def parked_note():
    s = at_work("parked-note")
    s.scan(MILK).see("LAST  Whole milk").keys(*"forgot purse").press("F5")
    s.see("Parked as 1").scan(OIL).see("LAST  Olive")
    s.keys(*"PK price query").settle().press("Enter").see("Parked as 2").scan(COLA)
    s.see("LAST  Cola").press("F5").see("Parked as 3").press("F5").see("RECALL >")
    s.settle()
    rows = [r for r in s.lines() if "7 Ana" in r and "| PARKED" not in r]
    ok(len(rows) == 3 and rows[0].endswith("forgot purse") and
       rows[1].endswith("price query") and rows[2].endswith("0.89"),
       "the list has who parked it, and the note", s.shown())
    s.press("Enter").see("Back: 1 line, 1.29.  forgot purse")
    s.keys(*"12*").press("F5").settle()
    ok(s.shows("WARN  Enter takes"), "a quantity is no note", s.shown())
    s.press("Escape").keys(*"PK7").press("Enter").settle()
    ok(s.shows("A sale is open"), "nor is a number", s.shown())
    s.kill()
    sale = STAFFED.must("export", "events", "--store", BASE / "staff/parked-note")
    ok('"note":"forgot purse"' in sale, "and it is recorded")


def receipt_words():
    shop = STAFFED.copy("receipt-words")
    s = shop.register(until="OPERATOR >", term="xterm-256color")
    s.keys("7").press("Enter").see("PIN >").keys(*"4711").press("Enter")
    s.see("| 7 Ana |")
    s.scan(MILK).see("LAST  Whole milk").keys(*"CM blue  coat").settle().press("Enter")
    s.see("On the receipt: blue coat").settle()
    ok(any(r.endswith("| Comment     blue coat") for r in s.lines()),
       "beside the list", s.shown())
    s.keys(*"CM a very long one for whom it may concern").settle()
    s.press("Enter").see("whom it may concern").settle()
    ok(any("| Comment" in r and "a very" in r for r in s.lines()),
       "as much of it as there is room for", s.shown())
    s.press("F9").see("MENU >").keys("9").press("Enter")
    s.see("Key the words for the receipt here").keys(*"green").settle().press("Enter")
    s.see("On the receipt: green").settle()
    s.kill()
    s = shop.register(until="OPERATOR >", term="xterm-256color")
    s.keys("7").press("Enter").see("PIN >").keys(*"4711").press("Enter")
    s.see("| 7 Ana |").settle()
    ok(any(r.endswith("green") for r in s.lines()), "over kill -9", s.shown())
    s.kill()


def count_over_kill():
    shop = PLAIN.copy("count-over-kill")
    s = shop.register(term="xterm-256color").keys("C", "T").press("Enter")
    s.see("BLIND COUNT").keys("3").press("Enter").keys("2").press("Enter")
    s.press("End").keys(*"2550").press("Enter").press("Up").press("Up").settle()
    rows = s.lines()[1:18]
    s.kill()
    s = shop.register(until="BLIND COUNT", term="xterm-256color").settle()
    ok(s.lines()[1:18] == rows and any("25.50" in r for r in rows),
       "a count that is open is there again, and the row", s.shown())
    s.press("Escape").see("The count waits").settle().kill()
    s = shop.register(term="xterm-256color").settle()
    ok(not s.shows("BLIND COUNT"), "left with Esc it does not come by itself")
    s.scan(MILK).see("LAST  Whole milk").settle()
    s.keys("P", "K").press("Enter").see("Parked").settle().kill()
    s = shop.register(term="xterm-256color").keys("C", "T").press("Enter")
    s.see("BLIND COUNT").press("End", "Up", "Up").settle()
    ok(s.lines()[1:18] == rows, "but goes on, whatever was sold", s.shown())
    s.keys("+").see("COUNTED AND RECORDED").settle().kill()
    s = shop.register(term="xterm-256color").keys("C", "T").press("Enter")
    s.see("BLIND COUNT").settle()
    ok(not any("25.50" in r for r in s.lines()), "recorded, the next is empty",
       s.shown())
    s.kill()
    ok(shop.must("export", "events", "--store", shop.path).count("cash.counted") == 1,
       "and it is recorded once")


require()
BASE = workdir()
(BASE / "staff").mkdir()
STAFFED = Shop(BASE / "staff", products=AGED, conf=CONF)
STAFFED.people()
PLAIN = Shop(BASE)
cases((menu_at_once,), (before_anybody,), (not_on_file,), (refused_by_key,), (armed_from_the_sale,), (told_why,),
      (price_check,), (what_it_costs,), (menu_from_lists,), (parked_note,), (receipt_words,), (count_over_kill,),
      (badge_and_pin,))
