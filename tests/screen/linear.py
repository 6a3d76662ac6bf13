# SPDX-License-Identifier: Apache-2.0
"""Reader mode, for braille and speech: after every step of a walk the cursor is
where one types, nothing is told twice, what is told is a line of its own, and
while nobody does anything not a byte is sent.  A PIN is never told."""
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, MILK, OIL, SHAMPOO, UNKNOWN, WINE, Shop, done,  # noqa: E402
                ok, require, workdir)


def scan(*codes):
    return lambda s: s.scan(*codes)


# what is pressed, what stands in the prompt then, how the prompt begins
WALK = (
    ("7", "7", "OPERATOR"), ("Enter", "", ""), ("2580", "****", ""), ("Enter", "", "ITEM"),
    (scan(MILK), "", "ITEM"), ("12*", "12*", "ITEM"), (scan(COLA), "", "ITEM"),
    ("401", "401", "ITEM"), ("7", "4017", "ITEM"), ("Enter", "", "ITEM"),
    (scan(SHAMPOO, OIL), "", "ITEM"), ("Up", "", "ITEM"), ("Down", "", "ITEM"),
    ("HP", "HP", "ITEM"), ("Enter", "", "HELP"), ("Escape", "", "ITEM"),
    ("PC", "PC", "ITEM"), ("Enter", "", "CHECK"), ("4017", "4017", "CHECK"),
    ("Enter", "", "CHECK"), ("Escape", "", "ITEM"),
    ("/col", "col", "FIND"), ("Escape", "", "FIND"), ("Escape", "", "ITEM"),
    (scan(UNKNOWN), "", "CHOOSE"), (scan(COLA), "", "CHOOSE"), ("Escape", "", "ITEM"),
    (scan(WINE), "", "AGE"), ("1", "1", "AGE"), ("Enter", "", "ITEM"),
    ("299", "299", "ITEM"), ("PO", "299PO", "ITEM"), ("Enter", "", "REASON"),
    ("1", "", "APPROVER"), ("Escape", "", "ITEM"),
    ("PK", "PK", "ITEM"), ("Enter", "", "ITEM"), (scan(MILK), "", "ITEM"),
    ("PK", "PK", "ITEM"), ("Enter", "", "ITEM"), ("PK", "PK", "ITEM"),
    ("Enter", "", "RECALL"), ("Down", "", "RECALL"), ("Enter", "", "ITEM"),
    ("MG", "MG", "ITEM"), ("Enter", "", "MENU"), ("Down", "", "MENU"),
    ("Escape", "", "ITEM"), ("+", "", "CASH"), ("100", "100", "CASH"),
    ("Enter", "", "CASH"), ("200", "200", "CASH"), ("Enter", "", "ITEM"),
    ("R", "R", "ITEM"), ("Enter", "", "READ"), ("Escape", "", "ITEM"),
    ("RF", "RF", "ITEM"), ("Enter", "", "RETURN"), ("Enter", "", "LINE"),
    ("1", "1", "LINE"), ("Enter", "", "LINE"), ("CN", "CN", "LINE"),
)


def told(rows, last):
    """The transcript: what is above the last row of it."""
    return [r for r in rows[:last] if r]


def news(before, after):
    for k in range(min(len(before), len(after)), -1, -1):
        if before[len(before) - k:] == after[:k]:
            return after[k:]
    return after


def main():
    require()
    base = workdir()
    shop = Shop(base, products=AGED, conf={"reasons price": {"1": "Damaged"}})
    for args, pin in ((("pin", "1"), "8341"), (("add", "7", "--name", "Ana"), "2580")):
        shop.must("user", *args, "--pin-fd", "0", "--store", shop.path, stdin=pin + "\n")
    s = shop.register("--reader", until=">", rows=50)
    lost, twice, bare, heard = [], [], [], []
    before = told(s.lines(), 40)
    for n, (key, typed, label) in enumerate(WALK):
        if callable(key):
            key(s)
            s.settle(20)
        else:
            s.press(key)
        # an Escape is one when nothing came behind it for 150 ms
        s.settle(200 if key == "Escape" else 20)
        rows, (row, col) = s.lines(), s.cursor()
        step = f"step {n} {key if isinstance(key, str) else 'scan'}"
        m = re.match(r" (\S.*?) > ?(.*)$", rows[row])
        if not m or m[2] != typed or not m[1].startswith(label) or (
                col != len(f" {m[1]} > {typed}")):
            lost.append(f"{step}: cursor {row},{col} in {rows[row]!r}")
        after = told(rows, row - 2)
        new = news(before, after)
        heard += new
        twice += [f"{step}: {x}" for x in {*new} if new.count(x) > 1]
        twice += [f"{step}: {x} and {y}" for x in new for y in new
                  if x != y and re.match(r"ADDED ", y) and x.replace("  ", " ") in y]
        bare += [f"{step}: {x}" for x in new if re.fullmatch(r"-?[\d.]+", x)]
        before = after
    ok(not lost, "the cursor is where one types, after every step",
       "\n".join(lost))
    ok(not twice, "nothing is told twice at once", "\n".join(twice))
    ok(not bare, "no amount is told without what it is of", "\n".join(bare))
    text = "\n".join(heard)
    ok("ADDED" in text and "STOP" in text and "CHANGE" in text, "it was told", text)
    ok("2580" not in text and "8341" not in text, "a PIN is never told", text)
    s.settle()
    where = s.cursor()
    s.mark()
    s.ask("quiet 2500 2500")
    ok(s.bytes() == 0 and s.cursor() == where, "silent while nobody does anything",
       s.bytes())
    s.kill()
    done()


main()
