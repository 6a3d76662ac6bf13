# SPDX-License-Identifier: Apache-2.0
"""Scans as they come on a Saturday, keys ahead of a register that sleeps, and a
terminal nobody reads: nothing is lost, nothing changes its place, and no scan
answers what was asked."""
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, MILK, OIL, PATIENCE_MS, SEED, SHAMPOO,  # noqa: E402
                SLOW, UNKNOWN, WINE, Shop, cases, diag, ok, require, workdir)

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


def unknown(i):
    """A good EAN-13 that is not on file, another for each i."""
    body = f"40063{i:07d}"
    odd = sum(map(int, body[::2])) + 3 * sum(map(int, body[1::2]))
    return body + str(-odd % 10)


def is_known(code):
    return not code.startswith("40063")


def codes(n, seed, aged=0):
    """n codes, one not on file every 7th, wine at every aged-th, none twice running."""
    rng = random.Random(seed)
    last = None
    for i in range(n):
        if aged and i % aged == aged // 2:
            yield WINE
        elif i % 7 == 6:
            yield unknown(i)
        else:
            last = rng.choice([c for c in ON_FILE if c != last])
            yield last


def asked(s):
    """What a box asks about: a code, or AGE; None when there is no box."""
    shown = s.shown()
    if STOPPED in shown:
        return re.search(r"(?:EAN-13 +)?(\d{13})|$", shown)[1] or shown
    return "AGE" if "[ AGE" in shown else None


def answer(s):
    """Do not sell what is not on file, sell to who looks old enough; as often as
    it is asked.  What was asked about, in order."""
    told = []
    s.settle()
    while (box := asked(s)) is not None:
        told.append(box)
        if box == "AGE":
            s.press("1").keys("Enter").settle()
        else:
            s.keys("Escape").settle(190)
    return told


def boxes_of(sent):
    """What a shop that asks has to ask about: each unknown code, wine once a sale."""
    out, age = [], False
    for code in sent:
        if code == WINE and not age:
            age = True
            out.append("AGE")
        elif not is_known(code):
            out.append(code)
    return out


def bursts(shop, n):
    """Ten at a time, back to back; what stops is answered after each burst."""
    s = shop.register()
    sent, told = list(codes(n, SEED)), []
    for i in range(0, n, 10):
        s.scan(*sent[i:i + 10])
        told += answer(s)
    why = differ(told, boxes_of(sent))
    ok(not why, f"{n} scans, {len(told)} not on file: each was asked about, no scan "
       "answered", why)
    sold(shop, s, f"{n} scans in bursts of ten", filter(is_known, sent))


def paced(shop, n, rate):
    """A till that is never empty: rate scans a second, every 39th ten at once; not
    on file every 7th, wine every 13th, and so many a sale.  Who answers is slow: two
    more scans come before."""
    s = shop.register()
    sent = list(codes(n, SEED + 2, 13))
    want, told, wrong, open_for = [], [], [], 0
    i, sales, due = 0, 0, time.monotonic()
    while i < n:
        end = min(n, i - i % 13 + 13)
        many = min(10 if i % 39 == 0 else 1, end - i)
        before = asked(s)
        s.scan(*sent[i:i + many]).settle(5)
        i += many
        if before is not None and asked(s) != before:
            wrong.append(f"scan {i} answered {before}\n{s.shown()}")
        open_for = open_for + 1 if asked(s) is not None else 0
        if open_for > 2 or i == end:
            told += answer(s)
            open_for = 0
        if i == end:
            want += boxes_of(sent[sales * 13:end])
            sales += 1
            pay(s)
        due += many / rate
        ms = int((due - time.monotonic()) * 1000)
        if ms > 0:
            s.ask(f"quiet {ms} {ms}")
    late = time.monotonic() - due
    s.settle().kill()
    ok(not wrong, f"{n} scans at {rate} a second: none answered a box", "\n".join(wrong[:1]))
    why = differ(told, want)
    ok(not why, f"{len(told)} boxes, each asked once, in order", why)
    why = differ([code for code, _ in shop.lines()], [c for c in sent if is_known(c)])
    ok(not why, f"{n} scans at {rate} a second: each line, in order", why)
    fine, said = shop.verifies()
    ok(fine and len(shop.sales()) == sales, f"and {sales} sales are paid", said)
    diag(f"the last scan came {max(late, 0):.1f} s later than it should")


def lines(shop, n):
    """The other policy: what is not on file is a line, nothing stops, and nothing
    is paid before each such line is resolved."""
    shop.configure({"sale": {"not_on_file": "line"}})
    s = shop.register()
    wanted, missing = [], []
    for i, code in enumerate(codes(n, SEED + 3)):
        s.scan(code)
        if is_known(code):
            wanted.append(code)
        else:
            missing.append(i + 1)
    s.settle()
    ok(s.shows(f">{n}") and not s.shows("+-["), f"{n} scans, {len(missing)} lines not on "
       "file, no box", s.shown())
    s.keys("+").settle()
    ok(not s.shows("STILL DUE"), "they cannot be paid", s.shown())
    for line in missing:
        s.press(*str(line), "-")
    sold(shop, s, "what is on file", wanted)


def typed(shop, n):
    """A scanner that types, 7 ms a character and more than three scans a second."""
    s = shop.register(term="xterm-256color")
    wanted, wrong = [], []
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
        elif is_known(code):
            wanted.append(code)
            s.settle(5)
        else:
            told = answer(s)
            wrong += [] if told == [code] else [f"{code}: {told}"]
    diag(f"{late} of {n} typed too slowly by this machine")
    ok(not wrong, "each that is not on file was asked about", wrong)
    sold(shop, s, f"{n} scans typed by the scanner", wanted)


def starved(shop, n):
    """A scanner that types at a register that hardly gets the processor: however
    late it wakes, what came at a scanner's pace is a scan."""
    s = shop.register(term="xterm-256color")
    s.settle()
    here = {min(os.sched_getaffinity(0))}
    os.sched_setaffinity(s.pid(), here)
    os.sched_setscheduler(s.pid(), os.SCHED_IDLE, os.sched_param(0))
    group = Path(f"/proc/{s.pid()}/autogroup")
    if group.exists():
        group.write_text("19")
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        for p in busy:
            os.sched_setaffinity(p.pid, here)
        wanted = [code for code in codes(n, SEED + 4) if is_known(code)]
        for code in wanted:
            s.wedge(code)
            if int(s.ask("gap")) > 30000:
                diag("typed too slowly by this machine: nothing is shown by that")
                s.kill()
                return
        s.settle(100)
    finally:
        for p in busy:
            p.kill()
            p.wait()
    sold(shop, s, f"{len(wanted)} scans typed at a register that wakes late", wanted)


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
    while sum(map(len, keys)) < 200:
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
    s.settle().keys("+").settle().keys("Enter")
    end = time.monotonic() + PATIENCE_MS / 1000
    while not (told := shop.sales()) and time.monotonic() < end:
        s.ask("quiet 50 50")
    why = differ(shop.lines(), [(code, 1000) for code in want])
    ok(len(told) == 1 and not why, f"{n} scans in {seconds} s, sold and in the journal "
       "while nobody reads", f"{told} {why}")
    s.scan(MILK, COLA).settle()
    s.resume()
    s.settle(100)
    before = s.shown()
    s.keys("Ctrl-L").settle(100)
    ok(before == s.shown() and s.shows("> 2 "),
       "the screen is right as soon as it is read again", before + "\n" + s.shown())
    pay(s)
    s.kill()
    fine, said = shop.verifies()
    ok(fine and len(shop.sales()) == 2, "and the next sale is sold", said)


def main():
    require()
    shop = Shop(workdir(), products=AGED)
    n = 1000 if SLOW else 104
    cases((bursts, shop.copy("bursts"), n),
          (typed, shop.copy("typed"), 300 if SLOW else 20),
          (starved, shop.copy("starved"), 100 if SLOW else 12),
          (boxed, shop.copy("boxed")),
          (paced, shop.copy("paced"), n, 3 if SLOW else 40),
          (lines, shop.copy("lines"), 300 if SLOW else 60),
          (ahead, shop.copy("ahead"), shop.copy("plain")),
          (ahead_scans, shop.copy("scans")),
          (ahead_of_box, shop.copy("before")),
          (stalled, shop.copy("stalled"), 60 if SLOW else 3))


main()
