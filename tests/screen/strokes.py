# SPDX-License-Identifier: Apache-2.0
"""How many keys each task takes, by doing it: a key is one, a chord two, scans
are counted apart, a supervisor's credential is not counted.  More than is
written here is a fault."""
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (COLA, MILK, OIL, SHAMPOO, Shop, cases, diag, ok,  # noqa: E402
                require, workdir)

EIGHT = (MILK, COLA, OIL, SHAMPOO, "4008452011007", "96385074", MILK, COLA)


class Hand:
    """Counts what it does."""

    def __init__(self, shop, **more):
        self.s = shop.register(term="xterm-256color", **more)
        self.keys = self.scans = 0

    def press(self, *names):
        for name in names:
            self.s.press(name)
            self.keys += 2 if name.startswith("Ctrl-") else 1
        return self

    def scan(self, *codes):
        self.s.scan(*codes).settle()
        self.scans += len(codes)
        return self

    def begin(self):
        """What came before is not the task's."""
        self.s.settle()
        self.keys = self.scans = 0
        return self

    def done(self, name, keys, scans, *texts):
        shown = self.s.shown()
        missing = [t for t in texts if not re.search(t, shown)]
        ok(not missing and self.keys <= keys and self.scans <= scans,
           f"{name}: {self.keys} keys and {self.scans} scans, at most {keys} and {scans}",
           f"not shown: {missing}\n{shown}")
        self.s.kill()


def exact_cash(shop):
    h = Hand(shop).begin()
    h.scan(MILK, COLA, OIL).press("+", "Enter").done(
        "three items and exact cash", 2, 3, "CHANGE DUE", "Total 8.67 +Cash 8.67")


def twelve(shop):
    h = Hand(shop).begin()
    h.press("1", "2", "*").scan(COLA).done("twelve of one", 3, 1, r"12 Cola .* 10\.68")


def void_last(shop):
    h = Hand(shop).scan(MILK, COLA).begin()
    h.press("-").done("void the last line", 1, 0, "Void: Cola", "Lines 1")


def void_third(shop):
    h = Hand(shop).scan(*EIGHT).begin()
    h.press("3", "-").done("void line 3 of 8", 2, 0, "Void: Olive", "Lines 7")


def park(shop):
    h = Hand(shop).scan(MILK, COLA).begin()
    h.press("F5").done("park", 1, 0, "1 sale is parked")


def resume(shop):
    h = Hand(shop)
    for code in (MILK, COLA, OIL):
        h.scan(code).press("F5")
    h.begin().press("F5", "Enter").done(
        "bring back the oldest of three", 2, 0, "Back: 1 line", "1 Whole milk")


def reprint(shop):
    h = Hand(shop).scan(MILK).press("+", "Enter").begin()
    h.press("R", "P", "Enter").done("print the last receipt again", 3, 0, "(?i)copy")


def split(shop):
    h = Hand(shop).scan(OIL, SHAMPOO, OIL, SHAMPOO, OIL).begin()
    h.press("+", "2", "0", "0", "0", "Enter", "F2").done(
        "20.00 cash and the rest by card", 7, 0, "DONE", "Cash 20.00", r"Card .*7\.97")


def price(shop):
    h = Hand(shop).scan(MILK, SHAMPOO).begin()
    h.press("2", "9", "9", "F7", "3").done(
        "price 2.99, with a reason", 5, 0, r"Shampoo 250 ml +2\.99 +2\.99", "Lines 2")
    said = shop.must("export", "changes", "--format", "csv", "--store", shop.path)
    ok("Shelf price" in said, "the reason is recorded", said)


def goods_back(shop):
    h = Hand(shop).scan(MILK, COLA, OIL).press("+", "Enter").begin()
    h.press("F8").scan("R01-000001", COLA).press("1", "+", "Enter").done(
        "one item back, with its receipt and a reason", 4, 2, "TO PAY OUT", r"Total -0\.89")


def main():
    require()
    shop = Shop(workdir(), conf={
        "reasons price": {"1": "Damaged packaging", "3": "Shelf price"},
        "reasons return": {"1": "Did not fit", "2": "Broken"}})
    tasks = (exact_cash, twelve, void_last, void_third, park, resume, reprint, split,
             price, goods_back)
    diag("a chord counts two")
    cases(*((task, shop.copy(task.__name__)) for task in tasks))


main()
