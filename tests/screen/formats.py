# SPDX-License-Identifier: Apache-2.0
"""Amounts, quantities, rates, dates and times by the shop's locale.format, on
every screen of a walk and on the customer's display: nothing of it as another
country writes it."""
import datetime
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import Late, Screen, Shop, HOLDFAST, done, ok, require, workdir  # noqa: E402

# no name with a number that has a point of its own
PRODUCTS = """code,name,price,tax,department,age,unit
5449000000996,Cola can,0.89,A,20,,
4311501000014,Whole milk,1234.50,B,10,,
4017,Apples Gala,2.99,B,10,,kg
4002345000017,Red wine,7.95,A,20,18,
"""
COLA, MILK, WINE = "5449000000996", "4311501000014", "4002345000017"
F5, F8 = ("Ctrl-F", "5"), ("Ctrl-F", "8")


def scan(*codes):
    return lambda s: s.scan(*codes)


WALK = (
    ("sale", (scan(MILK, COLA), "0.734*4017", "Enter")),
    ("percent", ("12.5%", "Ctrl-F", "7")),
    ("age", (scan(WINE),)),
    ("age-keyed", ("Escape", scan(WINE), "1", "Enter")),
    ("find", ("/co",)),
    ("check", ("Escape", "Escape", "F3", "4017", "Enter")),
    ("parked", ("Escape", *F5, scan(MILK), *F5, *F5)),
    ("recalled", F5),
    ("pay", ("+",)),
    ("pay-keyed", ("2000", "Enter")),
    ("change", ("Enter",)),
    ("receipt", ("R", "Enter")),
    ("x-report", ("Escape", "Escape", "XR", "Enter")),
    ("x-rest", ("PageDown",)),
    ("count", ("Escape", "CT", "Enter", "100000*", "Enter", "3", "Enter", "+")),
    ("z", ("Escape", "ZR", "Enter")),
    ("audit", ("Escape", "AL", "Enter")),
    ("settings", ("Escape", "ST", "Enter")),
    ("return", ("Escape", *F8, "Enter", scan(MILK))),
)

ISO, WORDS = r"\b20\d\d-\d\d-\d\d\b", r"\b\d\d [A-Z][a-z]{2} 20\d\d\b"
POINT, COMMA = r"(?<![\d.])\d+\.\d\d(?![\d.])", r"(?<![\d,])\d+,\d\d(?![\d,])"
CLOCK = r"\b\d\d:\d\d(?!:\d\d| [ap]m|:\d\d [ap]m|\d)"
# format: date, decimal point, group, time, and what stands nowhere
FORMATS = {
    "fr_FR": ("%d/%m/%Y", ",", " ", r"\d\d:\d\d", (ISO, WORDS, POINT)),
    "sv_SE": ("%Y-%m-%d", ",", " ", r"\d\d:\d\d", (WORDS, POINT)),
    "en_US": ("%m/%d/%Y", ".", ",", r"\d\d:\d\d [ap]m", (ISO, WORDS, CLOCK, COMMA)),
    "da_DK": ("%d.%m.%Y", ",", ".", r"\d\d\.\d\d", (ISO, WORDS, r"\d\d:\d\d")),
}
# How a birthday is keyed there.
KEYED = {"fr_FR": "DDMMYYYY", "sv_SE": "YYYYMMDD", "en_US": "MMDDYYYY",
         "da_DK": "DDMMYYYY"}
SIZE = {"sv_SE": (132, 50)}


def walk(shop, cols, rows):
    shots = {}
    s = shop.register(cols=cols, rows=rows, term="xterm-256color")
    for name, keys in WALK:
        s.play(keys)
        s.settle(20)
        shots[name] = s.shown()
    s.kill()
    return shots


def foreign(shots, nowhere):
    why = []
    for name, text in shots.items():
        for row in text.splitlines():
            # what is typed may have a point or a comma anywhere; the settings
            # show the file, which is written one way
            if re.match(r" [A-Z]+ > ", row) or name == "settings":
                continue
            why += [f"{name}: {m[0]!r} in {row}" for p in nowhere
                    for m in re.finditer(p, row)]
    return why


def country(base, shop, name):
    date, point, group, clock, nowhere = FORMATS[name]
    copy = shop.copy(name)
    copy.configure({"locale": {"format": name}})
    now = datetime.datetime.now(datetime.timezone.utc)
    born = now.replace(year=now.year - 18, day=min(now.day, 28)) if (
        now.month, now.day) == (2, 29) else now.replace(year=now.year - 18)
    cols, rows = SIZE.get(name, (80, 24))
    try:
        shots = walk(copy, cols, rows)
    except Late as e:
        ok(False, f"the walk, {name}", e)
        return
    why = foreign(shots, nowhere)
    ok(not why, f"nothing as others write it, {name}", "\n".join(why))
    for screen, want in (
            ("sale", f"1{group}234{point}50"), ("sale", f"0{point}734 kg"),
            ("age", born.strftime(date)), ("age", KEYED[name]),
            ("change", f"{point}"), ("receipt", now.strftime(date)),
            ("parked", f"1{group}234{point}50"), ("parked", f"0{point}734 x"),
            ("x-report", now.strftime(date)),
            ("x-rest", f"19{' ' if name in ('fr_FR', 'sv_SE', 'da_DK') else ''}%"),
            ("count", f"1{group}300{point}00"),
            ("audit", f"1{group}234{point}50")):
        text = shots[screen] + (shots["x-report"] if screen == "x-rest" else "")
        ok(want in text, f"{want} on {screen}, {name}", shots[screen])
    for screen in ("sale", "change", "receipt", "audit"):
        ok(re.search(clock, shots[screen]), f"the time on {screen}, {name}",
           shots[screen])
    customer = Screen([HOLDFAST, "display", "--store", copy.path], rows=12, cols=40)
    customer.see("CLOSED")
    s = copy.register(until=">")  # the return is open still
    s.scan(MILK)
    try:
        customer.see(f"1{group}234{point}50")
        ok(True, f"the customer's amount, {name}")
    except Late as e:
        ok(False, f"the customer's amount, {name}", e)
    customer.close()
    s.kill()


def main():
    require()
    base = workdir()
    shop = Shop(base, products=PRODUCTS)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: country(base, shop, n), FORMATS))
    done()


main()
