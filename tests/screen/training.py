# SPDX-License-Identifier: Apache-2.0
"""Training by hand: the lesson's nine steps, each told and each done; every
screen and box says that it is training, in every layout and in a window that is
too small; the drawer stays shut, its paper says every fifth line what it is,
and no total has moved when it is over."""
import json
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, MILK, OIL, SHAMPOO, UNKNOWN, WINE, Shop, cases,  # noqa: E402
                ok, require, workdir)

F5, F7, F8 = ("Ctrl-F", "5"), ("Ctrl-F", "7"), ("Ctrl-F", "8")
PULSE = b"\x1bp"


def scan(*codes):
    return lambda s: s.scan(*codes)


# keys that do what the lesson asks for, and its next words
LESSON = (
    ((), "Step 1 of 9: scan an item"),
    ((scan(MILK),), "Step 2 of 9: two of one"),
    (("2*", scan(COLA)), "Step 3 of 9: one more item"),
    ((*"shamp", "Enter", "Enter"), "Step 4 of 9: void the last line"),
    (("-",), "Step 5 of 9: give 10 % off"),
    (("10%", *F7), "Step 6 of 9: park the sale"),
    (F5, "Step 7 of 9: and bring it back"),
    (F5, "Step 8 of 9: the customer pays"),
    (("+",), "Step 9 of 9: exact cash"),
    (("Enter",), "Well done"),
)
# the screens and boxes there are, one after the other
SCREENS = (
    ((), "Scan an item"),
    ((scan(MILK, OIL),), "Olive"),
    (("F1",), "PgDn"),
    (("Escape", "F3", "4017", "Enter"), "Apples"),
    (("Escape", "/col"), "Cola"),
    (("Escape", "Escape", scan(UNKNOWN)), "NOT ON FILE"),
    ((scan(COLA),), "HELD"),
    (("3",), "amount first"),
    (("Escape", "Escape", scan(WINE)), "AGE"),
    (("Escape", "MG", "Enter"), "MENU"),
    (("Escape", "299", *F7), "REASON"),
    (("Escape", *F5, scan(MILK), *F5, *F5), "PARKED"),
    ((*F5, "+"), " 8.67"),
    (("Enter",), "CHANGE"),
    (("R", "Enter"), "RECEIPT"),
    (("Escape", *F8), "GOODS COME BACK"),
    ((*F8, scan(MILK)), "-1.29"),
    (("CN", "Enter", "CN", "Enter", "AL", "Enter"), "AUDIT"),
    (("Escape", "SV", "Enter"), "SUPERVISOR"),
    (("Escape", "LK", "Enter"), "LOCKED"),
)


def report(shop):
    x = json.loads(shop.must("report", "x", "--json", "--store", shop.path))
    return {k: v for k, v in x.items() if k not in ("first", "last")}


def lesson(shop):
    paper = shop.base / "paper"
    shop.configure({"printer": {"driver": "escpos", "uri": f"file:{paper}"},
                    "drawer": {"pin": "2"}})
    s = shop.register()
    s.scan(MILK).see("> 1").press("+", "Enter").see("CHANGE").settle()
    s.press("SO", "Enter")
    s.wait()
    s.close()
    ok(PULSE in paper.read_bytes(), "a sale opens the drawer")
    before, sold = report(shop), shop.sales()
    paper.write_bytes(b"")

    s = shop.register("train", until="Step 1")
    wrong = []
    for keys, words in LESSON:
        s.play(keys)
        s.see(words).settle()
        if not any(line.startswith(" COACH " + words) for line in s.lines()):
            wrong.append(s.shown())
    ok(not wrong, "nine steps, each asked for and done, then praise",
       "\n".join(wrong))
    # a receipt of many lines, then the drawer without a sale
    s.scan(*(MILK, COLA) * 6).see(">12").settle(300)
    s.press("+").see("STILL DUE")  # not so soon that it is a bounce of the last
    s.press("5000", "Enter").see("CHANGE")
    s.press("NS", "Enter").settle()
    s.press("5000PI", "Enter").see("Not in training").settle()
    s.press("TR", "Enter").see("here on it counts").settle()
    ok(not s.shows("TRAINING") and not s.shows("COACH"),
       "TR ends it, and nothing says so any more", s.shown())
    s.kill()
    text = paper.read_bytes()
    ok(PULSE not in text, "the drawer stayed shut")
    ok(report(shop) == before and shop.sales() == sold, "no total has moved",
       (before, report(shop)))
    rows = text.decode("latin-1").splitlines()
    said = [n for n, row in enumerate(rows) if "TRAINING - NOT A SALE" in row]
    lines = [n for n, row in enumerate(rows) if re.search(r"Whole milk|Cola", row)]
    far = [n for n in lines if not any(0 < n - at <= 6 for at in said)]
    ok(len(lines) >= 12 and not far,
       "its paper says so at least every fifth line", "\n".join(rows))


def says_so(shop, how, small, steps, *args):
    s = shop.register(*args, until="OPERATOR")
    s.play(("7", "Enter", "2580", "Enter"))
    s.play(("TR", "Enter"))
    wrong = []
    for keys, text in steps:
        s.play(keys)
        s.see(text).settle(20)
        shown = s.shown()
        said = " TRAIN " in shown
        if how != "reader":
            said = said and "| TRAINING" in shown
        if how == "panel":
            said = said and "TRAINING - NOT A SALE" in shown
        if not said:
            wrong.append(f"{text}:\n{shown}")
        if small:
            s.size(10, 60).see("enlarge").settle(20)
            if not s.shows("TRAINING - NOT A SALE"):
                wrong.append(f"{text}, small:\n{s.shown()}")
            s.size(24, 80).see(text)
    s.kill()
    ok(not wrong, f"{len(steps)} screens and boxes say TRAINING, {how}",
       "\n".join(wrong))


def main():
    require()
    base = workdir()
    (base / "people").mkdir()
    people = Shop(base / "people", products=AGED,
                  conf={"reasons price": {"1": "Damaged packaging", "3": "Shelf price"}})
    people.must("user", "pin", "1", "--pin-fd", "0", "--store", people.path,
                stdin="8341\n")
    people.must("user", "add", "7", "--name", "Ana", "--role", "supervisor",
                "--pin-fd", "0", "--store", people.path, stdin="2580\n")
    cases((lesson, Shop(base)),
          (says_so, people.copy("panel"), "panel", True, SCREENS),
          (says_so, people.copy("stacked"), "stacked", False, SCREENS[:9], "--layout", "stacked"),
          (says_so, people.copy("reader"), "reader", False, SCREENS[:9], "--reader"))


main()
