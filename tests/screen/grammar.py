# SPDX-License-Identifier: Apache-2.0
"""The grammar of the prompt: number first, then key.  Each row is keyed, read at
the right end of the prompt's row before Enter, then done; and every action of
the table of keys is done by each of its ways."""
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (COLA, MILK, SHAMPOO, Shop, cases, ok, require, run, workdir)  # noqa: E402

# what is keyed; what the prompt's row says of it; what Enter makes of it
ROWS = (
    ("4017", "look up code", r"LAST  Apples Gala +1 x 2\.99"),
    ("12*4017", "look up code", r"LAST  Apples Gala +12 x 2\.99"),
    ("0.734*4017", "look up code", r"LAST  Apples Gala +0\.734 x 2\.99 +2\.19"),
    ("0,734*4017", "look up code", r"LAST  Apples Gala +0\.734 x 2\.99 +2\.19"),
    ("12*", "qty 12", r"ITEM > 12\*|qty 12"),
    ("149DP20", "Enter = 1.49 in Department 20", r"Department 20 +.*1\.49"),
    ("149DP", "", r"SALE BY DEPARTMENT"),
    ("DP", "", r"WARN .*149DP10"),
    ("5DI", "5", r"4\.04"),
    ("50DA", "0.50", r"3\.75"),
    ("299PO", "2.99", r"Shampoo 250 ml +.*2\.99"),
    ("PO299", "2.99", r"Shampoo 250 ml +.*2\.99"),
    ("2VD", "void line 2, Cola 0.33 L can", r"Void: Cola"),
    ("VD2", "void line 2, Cola 0.33 L can", r"Void: Cola"),
    ("VD", "void", r"Void: Shampoo"),
    ("vd", "void", r"Void: Shampoo"),
    ("9VD", "void a line", r"WARN"),
    ("149DP99", "sell by department", r"WARN .*99"),
    ("3QT", "3", r"3 Shampoo 250 ml +4\.25 +12\.75"),
    ("RI", "", r"LAST  Shampoo"),
    ("*", "", r"LAST  Shampoo"),
    ("2000CA", "20.00", r"CHANGE DUE"),
    ("TL", "", r"STILL DUE"),
    ("PK", "", r"Parked"),
    ("HP", "", r"KEYS THAT WORK NOW"),
    ("MG", "", r"MENU - number"),
    (".", "", r"MENU - number"),
    ("PV", "", r"FIND"),
    ("PC", "", r"NOT ADDED"),
    ("TK", "", r"TEST OF THE KEYS"),
    # two letters are a command, three a word
    ("col", "", r"Cola 0\.33 L can"),
    ("shampoo", "", r"Shampoo 250 ml"),
    ("4017VD10", "", r"WARN"),
    ("999999999999", "code", r"NOT ON FILE"),
)


def begin(shop, name):
    s = shop.copy(re.sub(r"\W", "_", name)).register(term="xterm-256color")
    return s.scan(MILK, COLA, SHAMPOO).see("Lines 3").settle()


def entry(row):
    n, (keyed, says, does), shop = row
    s = begin(shop, f"typed{n}")
    s.keys(*keyed).settle()
    read = s.prompt()
    s.press("Enter").settle()
    shown = s.shown()
    s.kill()
    if says not in read:
        return f"{keyed}: not read as {says!r}: {read}"
    return "" if re.search(does, shown) else f"{keyed} Enter: no {does!r}\n{shown}"


def typed(shop):
    with ThreadPoolExecutor(4) as pool:
        wrong = [w for w in pool.map(entry, [(n, row, shop) for n, row in enumerate(ROWS)])
                 if w]
    ok(not wrong, f"{len(ROWS)} entries, as they are read and as they are done",
       "\n".join(wrong))


def refused(shop):
    """What is less than nothing is refused with the way to do it."""
    p = run(["ring", "--store", shop.copy("minus").path], stdin="-2*\n")
    ok(b'"bad_quantity"' in p.stdout and b"RF takes goods back" in p.stdout,
       "-2* names the way goods come back", p.stdout)


# An action, its ways - keys one after the other - and what shows when it was done.
WAYS = (
    ("help", (("F1",), ("?",), ("HP", "Enter")), "KEYS THAT WORK NOW"),
    ("find", (("F2",), ("/",), ("PV", "Enter")), "FIND"),
    ("price check", (("F3",), ("PC", "Enter")), "NOT ADDED"),
    ("void", (("F4",), ("-",), ("VD", "Enter")), "Void: Shampoo"),
    ("void line 1", (("1", "F4"), ("1", "-"), ("1VD", "Enter"), ("VD1", "Enter")),
     "Void: Whole milk"),
    ("park", (("F5",), ("PK", "Enter")), "Parked"),
    ("price", (("299", "F7"), ("299PO", "Enter")), "1 x 2.99"),
    ("percent", (("10%", "F7"), ("10DI", "Enter")), "3.82"),
    ("return", (("F8",), ("RF", "Enter")), "GOODS COME BACK"),
    ("menu", (("F9",), (".", "Enter"), ("MG", "Enter")), "MENU - number"),
    ("pay", (("F10",), ("+",), ("TL", "Enter")), "STILL DUE"),
    ("exact cash", (("+", "Enter"), ("F10", "F10"), ("CA", "Enter"), ("+", "CA", "Enter")),
     "CHANGE DUE"),
    ("repeat", (("Insert",), ("*", "Enter"), ("RI", "Enter")), "Lines 4"),
    ("repeat, many", (("12*", "Enter", "Insert"), ("12*", "RI", "Enter")), "12 Shampoo"),
    ("clear", (("12", "Escape"), ("12", "Ctrl-U"), ("12", "CL", "Enter")), "> 3 "),
)


def one_way(what):
    name, way, shows, shop = what
    s = begin(shop, "way " + name + " ".join(way))
    for key in way:
        if re.fullmatch(r"F\d+|Insert|Enter|Escape|Ctrl-.", key):
            s.press(key)
        else:
            s.keys(*key).settle()
    shown = s.settle().shown()
    s.kill()
    return "" if shows in shown else f"{way}: no {shows!r}\n{shown}"


def ways(shop):
    with ThreadPoolExecutor(4) as pool:
        for name, all_ways, shows in WAYS:
            wrong = [w for w in pool.map(one_way, [(name, way, shows, shop)
                                                   for way in all_ways]) if w]
            ok(not wrong, f"{name}: {len(all_ways)} ways", "\n".join(wrong))


def departments(shop):
    shop = shop.copy("departments")
    s = shop.register(term="xterm-256color")
    s.keys("149DP").press("Enter").see("SALE BY DEPARTMENT").see("= 1.49 Department 10")
    s.press("9", "9", "Enter").see("No department has that number")
    s.press("2", "0").see("= 1.49 Department 20").press("Enter").see("Lines 1").settle()
    s.keys("200DP").press("Enter").press("Down", "Enter").see("Lines 2").settle()
    s.keys("300DP").press("Enter").see("SALE BY").scan(MILK).see("Lines 3").settle()
    ok(not s.shows("SALE BY DEPARTMENT"), "a scan leaves the list, and is sold", s.shown())
    s.press("+", "Enter").see("CHANGE DUE").settle()
    s.kill()
    ok([code for code, _ in shop.lines()][2] == MILK and len(shop.lines()) == 3,
       "both were sold in their department", shop.lines())


def main():
    require()
    shop = Shop(workdir())
    cases((typed, shop), (refused, shop), (ways, shop), (departments, shop))


main()
