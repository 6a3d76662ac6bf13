# SPDX-License-Identifier: Apache-2.0
"""Scans as they come on a Saturday, keys ahead of a register that sleeps, and a
terminal nobody reads: nothing is lost, nothing changes its place, and no scan
answers what was asked."""
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, MILK, OIL, SEED, SHAMPOO, SLOW,  # noqa: E402
                UNKNOWN, WINE, Shop, cases, diag, ok, require, workdir)

ON_FILE = (COLA, MILK, SHAMPOO, OIL, "4008452011007", "96385074")
STOPPED = "NOT ON FILE"


def differ(got, want):
    """The first place where two lists part, in words; "" nowhere."""
    for n, (a, b) in enumerate(zip(got, want)):
        if a != b:
            return f"line {n + 1}: {a}, not {b}; before: {got[max(0, n - 3):n]}"
    return "" if len(got) == len(want) else f"{len(got)} lines, not {len(want)}"


def pay(s):
    s.keys("+").see("STILL DUE").settle().keys("Enter").see("CHANGE DUE")


def sold(shop, s, name, want):
    s.settle()
    pay(s)
    s.kill()
    got = shop.lines()
    why = differ(got, [w if isinstance(w, tuple) else (w, 1000) for w in want])
    ok(not why, name, why)
    fine, said = shop.verifies()
    ok(fine and len(shop.sales()) == 1, f"{name}: one sale, and it verifies", said)


def codes(n, seed):
    """n codes, an unknown one every 7th, none twice running."""
    rng = random.Random(seed)
    last = None
    for i in range(n):
        if i % 7 == 6:
            yield UNKNOWN
            continue
        last = rng.choice([c for c in ON_FILE if c != last])
        yield last


def answer(s):
    """Do not sell what is not on file, sell to who looks old enough; as often as
    it is asked."""
    s.settle()
    while True:
        shown = s.shown()
        if STOPPED in shown:
            s.keys("Escape").settle(190)
        elif "[ AGE" in shown:
            s.keys("1").settle().keys("Enter").settle()
        else:
            return


def bursts(shop, n):
    """Ten at a time, back to back; what stops is answered after each burst."""
    s = shop.register()
    wanted, burst, asked = [], [], 0
    for i, code in enumerate(codes(n, SEED)):
        burst.append(code)
        if code == UNKNOWN:
            asked += 1
        else:
            wanted.append(code)
        if len(burst) == 10 or i == n - 1:
            s.scan(*burst)
            answer(s)
            burst = []
    diag(f"{n} scans, {asked} of them not on file")
    sold(shop, s, f"{n} scans in bursts of ten", wanted)


def ages(shop, n):
    """Wine at every 13th place and an unknown code at every 7th; a sale every 26."""
    s = shop.register()
    wanted, burst = [], []
    for i, code in enumerate(codes(n, SEED + 2)):
        if i % 13 == 12:
            code = WINE
        burst.append(code)
        if code != UNKNOWN:
            wanted.append(code)
        if i % 26 == 25 or i == n - 1:
            s.scan(*burst)
            answer(s)
            pay(s)
            burst = []
    s.settle().kill()
    why = differ([code for code, _ in shop.lines()], wanted)
    ok(not why, f"{n} scans with {n // 13} asked for an age", why)
    fine, said = shop.verifies()
    ok(fine and len(shop.sales()) == (n + 25) // 26, "and every sale is paid", said)


def lines(shop, n):
    """The other policy: what is not on file is a line, nothing stops, and nothing
    is paid before each such line is resolved."""
    shop.configure({"sale": {"not_on_file": "line"}})
    s = shop.register()
    wanted, unknown = [], []
    for i, code in enumerate(codes(n, SEED + 3)):
        s.scan(code)
        if code == UNKNOWN:
            unknown.append(i + 1)
        else:
            wanted.append(code)
    s.settle()
    ok(s.shows(f">{n}") and not s.shows("+-["), f"{n} scans, {len(unknown)} lines not on "
       "file, no box", s.shown())
    s.keys("+").settle()
    ok(not s.shows("STILL DUE"), "they cannot be paid", s.shown())
    for line in unknown:
        s.press(*str(line), "-")
    sold(shop, s, "what is on file", wanted)


def typed(shop, n):
    """A scanner that types, 7 ms a character and more than three scans a second."""
    s = shop.register(term="xterm-256color")
    wanted = []
    late = 0
    for code in codes(n, SEED + 1):
        s.wedge(code)
        if int(s.ask("gap")) > 30000:
            # this machine was slower than any scanner: what was sold counts
            late += 1
            answer(s)
            s.keys("Ctrl-U").settle()
            if s.shows(f"Lines {len(wanted) + 1} ") or s.shows(f"Lines {len(wanted) + 1}\n"):
                wanted.append(code)
        elif code == UNKNOWN:
            answer(s)
        else:
            wanted.append(code)
            s.settle(5)
    diag(f"{late} of {n} typed too slowly by this machine")
    sold(shop, s, f"{n} scans typed by the scanner", wanted)


def boxed(shop):
    """Everything a scanner may send while a box asks; also what ends a scan."""
    s = shop.register()
    s.scan(COLA, UNKNOWN).see(STOPPED).settle()
    for end in ("\r", "\n", "\t", "\r\n"):
        # at once: were this machine late with a byte, no scan would it be
        s.send(MILK + end).settle()
        s.scan(OIL).settle()
    ok(s.shows(STOPPED) and s.shows("HELD 8"), "no scan and no end of one closes a box",
       s.shown())
    s.keys("Enter").settle()
    s.keys("Enter", "Enter").settle()
    ok(s.shows(STOPPED), "nor does Enter", s.shown())
    answer(s)
    sold(shop, s, "what was held", [COLA] + [MILK, OIL] * 4)


def ahead(shop, plain):
    """200 keys while it sleeps: as if `holdfast ring` had been told in peace."""
    s = shop.register()
    entries, keys = [], []
    rng = random.Random(SEED)
    lines, last, number = [], 0, 0  # a line keeps its number
    while sum(map(len, keys)) < 190:
        act = rng.randrange(6)
        if act == 0 and last in lines:
            entries.append("VD")
            keys.append("-")
            lines.remove(last)
        elif act == 1 and len(lines) > 3:
            which = lines.pop(rng.randrange(len(lines) - 1))
            entries.append(f"VD{which}")
            keys.append(f"{which}-")
            last = 0  # another is selected now
        else:
            # the same long code twice within 250 ms would count once
            entries.append(rng.choice(("4017", "4017", f"{rng.randint(2, 99)}*4017",
                                       ON_FILE[number % len(ON_FILE)])))
            keys.append(entries[-1] + "\r")
            number += 1
            last = number
            lines.append(number)
    entries.append(ON_FILE[number % len(ON_FILE)])
    keys.append(entries[-1] + "\r")
    plain.ring("\n".join(entries + ["TL", "CA"]) + "\n")
    s.settle()
    s.stop()
    for key in keys:
        s.send(key)
    s.send("+")
    s.cont()
    s.see("STILL DUE").settle().keys("Enter").see("CHANGE DUE").kill()
    why = differ(shop.lines(), plain.lines())
    ok(not why, f"{len(''.join(keys)) + 1} keys typed while it slept, all of them, in order",
       f"{why}\n{keys}")


def ahead_scans(shop):
    """A framed scanner and one that types, both while it sleeps."""
    s = shop.register()
    s.settle()
    s.stop()
    want = []
    for i in range(40):
        code = ON_FILE[i % len(ON_FILE)]
        if i % 2:
            s.send(code + "\r")
        else:
            s.scan(code)
        want.append(code)
    s.cont()
    sold(shop, s, "40 scans while it slept", want)


def ahead_of_box(shop):
    """Keys typed before the box was painted wait for the prompt."""
    s = shop.register()
    s.settle()
    s.stop()
    s.scan(MILK, UNKNOWN)
    s.send("4017\r")
    s.scan(COLA)
    s.cont()
    s.see(STOPPED).settle()
    answer(s)
    sold(shop, s, "keys typed before the box", [MILK, "4017", COLA])


def stalled(shop, seconds):
    """Nobody reads the terminal: goods are sold all the same."""
    s = shop.register(term="xterm-256color")
    s.scan(MILK).see("Whole milk").settle()
    s.stall()
    want = [MILK]
    end = time.monotonic() + seconds
    n = 0
    # more than the pty takes; a sale has at most 2,000 lines
    while time.monotonic() < end and n < min(seconds * 40, 1900):
        code = ON_FILE[n % len(ON_FILE)]
        s.scan(code) if n % 3 else s.send(code + "\r")
        want.append(code)
        n += 1
        s.ask("quiet 20 60")
    while time.monotonic() < end:
        s.ask("quiet 100 100")
    s.resume()
    s.settle(100)
    before = s.shown()
    s.keys("Ctrl-L").settle(100)
    ok(before == s.shown(), "the screen is right as soon as it is read again",
       before + "\n" + s.shown())
    diag(f"{n} scans while nobody read for {seconds} s")
    sold(shop, s, f"{n} scans into a stalled terminal", want)


def main():
    require()
    shop = Shop(workdir(), products=AGED)
    n = 1000 if SLOW else 200
    cases((bursts, shop.copy("bursts"), n),
          (typed, shop.copy("typed"), 300 if SLOW else 20),
          (boxed, shop.copy("boxed")),
          (ages, shop.copy("ages"), 1000 if SLOW else 78),
          (lines, shop.copy("lines"), 300 if SLOW else 60),
          (ahead, shop.copy("ahead"), shop.copy("plain")),
          (ahead_scans, shop.copy("scans")),
          (ahead_of_box, shop.copy("before")),
          (stalled, shop.copy("stalled"), 60 if SLOW else 3))


main()
