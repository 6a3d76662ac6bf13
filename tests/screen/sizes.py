# SPDX-License-Identifier: Apache-2.0
"""The window gets another size at any moment: on every screen, boxes too, from
20x5 to 250x80.  Nothing is lost and nothing crashes, what is too small says so,
every size that fits has the whole frame, and back at 80x24 the screen is what
it was, cell by cell.  SLOW=1 takes every size on every screen."""
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, MILK, OIL, SHAMPOO, SLOW, UNKNOWN, WINE, Late,  # noqa: E402
                Shop, done, mask, ok, require, workdir)

F5, F7, F8 = ("Ctrl-F", "5"), ("Ctrl-F", "7"), ("Ctrl-F", "8")
# rows, columns: every kind of layout, and beside every limit of one
SIZES = ((5, 20), (24, 79), (80, 250), (23, 80), (24, 132), (10, 40), (50, 132),
         (25, 81), (20, 60), (24, 131), (30, 100), (5, 250), (80, 20), (43, 80),
         (24, 160), (24, 250), (80, 80), (1, 1), (2, 7), (60, 200))


def scan(*codes):
    return lambda s: s.scan(*codes)


# what is pressed, and what must be read in every size that fits
SHOP = (
    ((), "Scan an item"),
    ((scan(MILK, MILK), "12*", scan(COLA), "4017", "Enter", scan(SHAMPOO)), "Shampoo"),
    ((scan(*(MILK, COLA, OIL) * 8), "Up", "Up"), "LAST"),
    (("12*40",), "12*40"),
    (("Escape", "F1"), "PgDn"),
    (("Escape", "F3", "4017", "Enter"), "Apples"),
    (("Escape", "/col"), "Cola"),
    (("Escape", "Escape", scan(UNKNOWN)), "NOT ON FILE"),
    ((scan(COLA, "96385074"),), "HELD"),
    (("3",), "NOT ON FILE"),
    (("Escape", "Escape", *F5, scan(MILK), *F5, *F5), "PARKED"),
    ((*F5, "MG", "Enter"), "MENU"),
    (("Escape", "+", "10000"), "10000"),
    (("Enter",), "CHANGE"),
    (("R", "Enter"), "RECEIPT"),
    (("Escape", "XR", "Enter"), "X REPORT"),
    (("Escape", "CT", "Enter", "1", "Enter", "40000*", "Enter", "4"), "PIECES > 4"),
    (("Enter", "Escape", "ZR", "Enter"), "BEFORE Z"),
    (("Escape", "AL", "Enter"), "AUDIT"),
    (("Escape", "ST", "Enter", "Down", "Right"), "SETTINGS"),
    (("Escape", "Escape", *F8), "GOODS COME BACK"),
    (("Enter", scan(MILK)), "RETURN"),
)
PEOPLE = (
    ((), "OPERATOR"),
    (("7", "Enter"), "PIN"),
    (("2580", "Enter", scan(COLA, WINE)), "AGE 18"),
    (("1", "Enter", scan(UNKNOWN)), "NOT ON FILE"),
    (("Enter",), "department"),
    (("Escape", "-", scan(SHAMPOO), "299", *F7), "Damaged"),
    (("1",), "SUPERVISOR"),
    (("1", "Enter", "83"), "PIN"),
    (("Escape", "Escape", "Escape", "Ctrl-F", "="), "LOCKED"),
)
TRAINING = (
    ((), "TRAINING"),
    ((scan(MILK), "+"), "TRAINING"),
)


def fits(rows, cols):
    return rows >= 24 and cols >= 80


def wrong_in(shown, rows, cols, text):
    """What a screen of that size should have, and has not."""
    lines = shown.split("\n")
    if not fits(rows, cols):
        words = f"Please enlarge: {cols}x{rows}, needs 80x24"[:cols]
        return "" if lines[0] == words.rstrip() else f"no '{words}'"
    if not lines[0].startswith(" R01 CORNER MARKET |"):
        return "no first row"
    if " >" not in lines[rows - 5]:
        return "no prompt"
    if text not in shown:
        return f"no '{text}'"
    return ""


def walk(shop, steps, verb, args, turn):
    """Everything that went wrong."""
    bad = []
    s = shop.register(*verb, *args, until=">")
    sizes = cycle(SIZES)
    list(islice(sizes, turn))
    for keys, text in steps:
        s.play(keys)
        s.see(text).settle(20)
        before, cursor = mask(s.shown()), s.cursor()
        for rows, cols in islice(sizes, len(SIZES) if SLOW else 5):
            s.size(rows, cols)
            s.settle(20)
            what = wrong_in(s.shown(), rows, cols, text)
            if what:
                bad.append(f"{text}, {cols}x{rows}: {what}\n{s.shown()}")
        s.size(24, 80).see(text)
        s.settle(20)
        if mask(s.shown()) != before or s.cursor() != cursor:
            bad.append(f"{text}: another screen at 80x24 than before {cursor} "
                       f"{s.cursor()}\n{before}\n{s.shown()}")
    s.kill()
    return bad


def hurry(shop):
    """A window that is dragged while somebody sells: no size is waited for."""
    s = shop.register()
    for n, (rows, cols) in enumerate(SIZES * 3):
        s.size(rows, cols)
        s.scan((MILK, COLA, OIL)[n % 3])
    s.size(24, 80).see(f">{len(SIZES) * 3}")
    s.keys("+").see("STILL DUE")
    for rows, cols in SIZES:
        s.size(rows, cols)
    s.size(24, 80).see("STILL DUE").press("Enter").see("CHANGE")
    s.kill()
    sold = shop.lines()
    ok([code for code, _ in sold] == [MILK, COLA, OIL] * len(SIZES),
       "all that was scanned while the window was dragged is sold, once", sold)


def main():
    require()
    base = workdir()
    plain = Shop(base)
    (base / "people").mkdir()
    people = Shop(base / "people", products=AGED,
                  conf={"sale": {"not_on_file": "line"},
                        "reasons price": {"1": "Damaged packaging", "3": "Shelf price"}})
    for no, name, pin in (("1", "", "8341"), ("7", "Ana", "2580")):
        people.must("user", "pin" if no == "1" else "add", no,
                    *(("--name", name) if name else ()), "--pin-fd", "0",
                    "--store", people.path, stdin=pin + "\n")
    walks = [(f"{name}, {how}", shop, steps, verb, args)
             for name, shop, steps, verb in (
                 ("a shop", plain, SHOP, ()), ("people", people, PEOPLE, ()),
                 ("training", plain, TRAINING, ("train",)))
             for how, args in (("panel", ()), ("stacked", ("--layout", "stacked")))]

    def one(n_walk):
        n, (name, shop, steps, verb, args) = n_walk
        try:
            return walk(shop.copy(f"shop-{n}"), steps, verb, args, n * 3)
        except Late as e:
            return [str(e)]

    with ThreadPoolExecutor(4) as pool:
        for (name, *_), bad in zip(walks, pool.map(one, enumerate(walks))):
            ok(not bad, f"every size: {name}", "\n".join(bad))
    hurry(plain.copy("hurry"))
    done()


main()
