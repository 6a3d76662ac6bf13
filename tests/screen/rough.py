# SPDX-License-Identifier: Apache-2.0
"""What a register must live through: kill -9 after every key, bytes that mean
nothing, a window of any size at any moment, a terminal that goes away, and an
hour without a customer (in short)."""
import os
import random
import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, ESC, ETX, MILK, OIL, SEED, SHAMPOO, SLOW, STX,  # noqa: E402
                UNKNOWN, WINE, Shop, cases, mask, ok, require, workdir)

# A sale, a key or a scan a step; what is in capitals is scanned.
SALE = ("MILK", "1", "2", "*", "COLA", "4", "0", "1", "7", "Enter", "SHAMPOO", "OIL",
        "Up", "Up", "3", "-", "UNKNOWN", "COLA", "MILK", "Escape", "9", "Backspace",
        "Ctrl-F", "5", "OIL", "Ctrl-F", "5", "RECALL",
        "+", "Escape", "+", "5", "0", "0", "0", "Enter", "COLA", "2", "*")
# The same where people are asked: an age, a code not on file as a line and what
# it is sold as, why a price; parts of a payment; goods that come back.
ASKED = ("COLA", "WINE", "MILK", "1 Enter", "UNKNOWN", "OIL", "+", "Up", "Enter",
         "COLA", "3 149 Enter 10 Enter", "SHAMPOO", "2", "9", "9",
         "Ctrl-F", "7", "MILK", "1", "+", "1", "0", "0", "0", "Enter", "-", "5", "0", "0",
         "Enter", "Enter", "Ctrl-F", "8", "Enter", "COLA", "+", "Enter", "OIL")
CODES = {"WINE": WINE, "MILK": MILK, "COLA": COLA, "SHAMPOO": SHAMPOO, "OIL": OIL,
         "UNKNOWN": UNKNOWN}


def steps(script=SALE):
    """Keys that are one stroke belong together: Ctrl-F and its digit."""
    out = []
    for key in script:
        if key == "RECALL":  # a list is a look, and is not looked at again
            out.append(("Ctrl-F", "5", "Enter"))
        elif " " in key:  # what is keyed into a box is not kept before its Enter
            out.append(tuple(key.split()))
        elif out and out[-1] == ("Ctrl-F",):
            out[-1] += (key,)
        else:
            out.append((key,))
    return out


def do(s, keys):
    for key in keys:
        if key in CODES:
            s.scan(CODES[key])
        else:
            s.keys(key)
            if keys[0] != "Ctrl-F" and len(keys) > 1:
                s.settle(160)  # a box is answered when it is there
    s.settle(190 if "Escape" in keys else 160 if keys[-1].isdigit() else 60)


def picture(s):
    """Without the message row, the sale before (LAST, Prev) and the clock."""
    lines = mask(s.shown()).splitlines()
    del lines[17:19]
    return "\n".join(line for line in lines if " Prev " not in line)


def killed(shop, script, numbers):
    """The same screen comes back, whenever it dies; then the sale is finished."""
    s = shop.register()
    wrong = []
    for n, keys in enumerate(steps(script)):
        do(s, keys)
        before = picture(s)
        was = s.shown()
        s.kill()
        s = shop.register(until=">")
        s.settle(60)
        if picture(s) != before and "| DONE " not in was:
            wrong.append(f"after step {n + 1} {keys}:\n{was}\n{s.shown()}")
    ok(not wrong, f"kill -9 after each of {len(steps(script))} steps: the same screen",
       f"{len(wrong)} times not: " + " ".join(w.split(":")[0] for w in wrong)
       + "\n" + "\n".join(wrong[:2]))
    shown = s.shown()
    s.kill()
    sales = shop.sales()
    ok([row.split(",")[1].strip('"') for row in sales] == numbers, "each sale once",
       f"{sales}\n{shown}")
    fine, said = shop.verifies()
    ok(fine, "the journal verifies", said)


def killed_anywhere(shop):
    """Not only when all is quiet: at any moment while keys are coming."""
    rng = random.Random(SEED)
    for _ in range(40 if SLOW else 8):
        s = shop.register(until=">")
        for _ in range(rng.randint(1, 12)):
            if rng.random() < 0.5:
                s.scan(rng.choice((MILK, COLA, OIL)))
            else:
                s.send(rng.choice(("4017\r", "+", "-", "1000\r", "3*", ESC)))
        s.ask(f"quiet {rng.randint(0, 30)} {rng.randint(1, 60)}")
        s.kill()
    s = shop.register(until=">")
    s.settle().kill()
    fine, said = shop.verifies()
    ok(fine, "killed at any moment: the journal verifies, the register starts", said)


# --- noise ------------------------------------------------------------------------

def garbage(rng):
    kind = rng.randrange(10)
    if kind == 0:
        return bytes(rng.randrange(256) for _ in range(rng.randint(1, 40)))
    if kind == 1:  # sequences of all kinds, whole and cut
        seq = "\x1b[" + "".join(rng.choice("0123456789;<=>?!$") for _ in
                                range(rng.randint(0, 9))) + rng.choice("ABCDHFmRtuxyz~^@")
        return seq[:rng.randint(1, len(seq))].encode()
    if kind == 2:
        return b"\x1b" + bytes([rng.choice(b"]P^_XO")]) + bytes(
            rng.randrange(32, 127) for _ in range(rng.randint(0, 20)))
    if kind == 3:  # invalid UTF-8: overlong, surrogates, cut short, beyond
        return rng.choice((b"\xc0\xaf", b"\xed\xa0\x80", b"\xe4\xbd", b"\xf4\x90\x80\x80",
                           b"\xff\xfe", b"\x80\x80", b"\xf0\x9f"))
    if kind == 4:
        return rng.choice(("\u0e01\u0e33", "\u202eabc\u202c", "e\u0301\u0301\u0301\u0301\u0301",
                           "\u7dd1\u8336", "\U0001f600", "\u200b\u2066x")).encode()
    if kind == 5:
        return ("".join(rng.choice("0123456789*.,-/?") for _ in range(rng.randint(1, 30)))
                + rng.choice(("", "\r", "\n", "\t"))).encode()
    if kind == 6:  # frames without an end, ends without a beginning
        return (rng.choice((STX, ETX, "")) + rng.choice((MILK, "", UNKNOWN, "x" * 600))
                + rng.choice((ETX, "", STX))).encode()
    if kind == 7:
        return b"\x1b[200~" + bytes(rng.randrange(32, 127) for _ in range(20)) + rng.choice(
            (b"\x1b[201~", b""))
    if kind == 8:
        return bytes(rng.choice(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
                     for _ in range(rng.randint(1, 8))) + rng.choice((b"", b"\r"))
    return (STX + rng.choice((MILK, COLA, UNKNOWN)) + ETX).encode()


# What leads to Pay, or ends the register, and is no accident.
LEADS = (b"+", b"\x1b[21~", b"\x060", b"TL", b"tl", b"SO", b"so", b"CA", b"ca",
         b"Tl", b"tL", b"Ca", b"cA", b"So", b"sO", b"CT", b"ZR")


def noise(shop, seed, n):
    """Thousands of bytes without a plus: no crash, and nothing is sold."""
    rng = random.Random(seed)
    s = shop.register(term=rng.choice(("xterm-256color", "linux", "vt100")),
                      locale=rng.choice(("C.UTF-8", "C")))
    s.scan(MILK, OIL).settle()
    sent = b""
    while len(sent) < n:
        more = garbage(rng)
        for bad in LEADS:
            while bad in sent[-8:] + more:
                more = garbage(rng)
        more = more.replace(b"+", b"")
        if more[:1] == b"\x1b" and rng.random() < 0.1:  # in two pieces
            at, ms = rng.randint(1, len(more)), rng.randint(0, 500 if SLOW else 160)
            s.send(more[:at]).ask(f"quiet {ms} {ms}")
            s.send(more[at:])
        else:
            s.send(more)
        sent += more
        if rng.random() < 0.1:
            s.ask("quiet 20 200")
        if s.ask("wait 0") != "late":
            break
    s.ask("quiet 700 20000")
    alive = s.ask("wait 0")
    ok(alive == "late", f"{len(sent)} bytes of noise, seed {seed}: it still runs",
       f"{alive} after {sent[-200:]!r}\n" + s.shown())
    if alive == "late":
        before = s.shown()
        s.keys("Ctrl-L").settle(60)
        ok(mask(before) == mask(s.shown()), "and the terminal shows what it thinks",
           before + "\n" + s.shown())
    s.kill()
    ok(not shop.sales(), "nothing is sold without a plus", shop.sales())
    fine, said = shop.verifies()
    ok(fine, "and the journal verifies", said)
    s = shop.register(until=">")
    for _ in range(20):  # out of whatever asks
        if s.prompt().startswith(" ITEM >"):
            break
        s.press("Escape")
    s.keys("Ctrl-U").settle().scan(MILK).settle().keys("+").see("STILL DUE").settle()
    s.keys("Enter").see("CHANGE DUE").kill()
    ok(len(shop.sales()) == 1, "with one it is", shop.sales())


def wild(shop, seed, n):
    """Any byte at all: it may sell, it may leave, it may not break."""
    rng = random.Random(seed)
    left = 0
    s = shop.register()
    sent = 0
    while sent < n:
        more = garbage(rng) if rng.random() < 0.7 else rng.choice(
            (b"+", b"+\r", b"TL\r", b"CA\r", b"\x060", b"5000\r", b"-", b"PK\r"))
        s.send(more)
        sent += len(more)
        if rng.random() < 0.06:  # out of whatever asks, and a whole sale
            s.keys("Escape").ask("quiet 170 400")
            s.keys("Escape").ask("quiet 170 400")
            s.keys("Ctrl-U").scan(MILK).send("+").ask("quiet 60 200")
            s.send("\r")
        ended = s.ask("wait 0")
        if ended != "late":
            if ended != "exit 0":
                ok(False, "it leaves in order", f"{ended} after {more!r}")
            left += 1
            s.close()
            s = shop.register(until=">")
    s.ask("quiet 700 20000")
    s.signal(signal.SIGTERM)
    ended = s.wait()
    s.close()
    fine, said = shop.verifies()
    ok(ended == "exit 0" and fine, f"{sent} bytes of anything, seed {seed}: it ends in "
       f"order, the journal verifies ({left} times left, {len(shop.sales())} sales)", said)


# --- windows ----------------------------------------------------------------------

def resized(shop):
    """Any size at any moment; the goods are what they were."""
    rng = random.Random(SEED)
    s = shop.register(term="xterm-256color")
    want = 0
    for n in range(200):
        if n % 4 == 0:
            s.scan((MILK, COLA, OIL)[n // 4 % 3])
            want += 1
        s.size(*rng.choice(((1, 1), (24, 80), (1, 200), (100, 1), (50, 132), (20, 60),
                            (24, 79), (23, 80), (200, 300), (2, 2),
                            (rng.randint(1, 60), rng.randint(1, 200)))))
        if n % 16 == 0:
            s.ask("quiet 10 100")
    s.size(24, 80).see(f">{want}").settle()
    before = s.shown()
    s.keys("Ctrl-L").settle(60)
    ok(before == s.shown(), "after 200 sizes the screen is whole", before + s.shown())
    s.scan(UNKNOWN).see("NOT ON FILE").size(1, 1).settle().scan(OIL).settle()
    s.size(24, 80).see("NOT ON FILE").see("HELD 1").settle()
    s.keys("Escape").see(f">{want + 1}").settle()
    s.size(10, 40).keys("+").settle().size(24, 80).see("STILL DUE").settle()
    s.keys("Enter").see("CHANGE DUE").kill()
    got = [code for code, _ in shop.lines()]
    ok(got == [(MILK, COLA, OIL)[n % 3] for n in range(want)] + [OIL],
       f"{want + 1} scans between them, all sold", got)


def window_storm(shop):
    """Signals of a window faster than it can paint."""
    s = shop.register(term="xterm-256color")
    s.scan(MILK).see("Whole milk").settle()
    for _ in range(300):
        s.signal(signal.SIGWINCH)
    s.scan(COLA).see("Cola").settle()
    ok(s.shows("1.29") and s.shows(">"), "300 times SIGWINCH", s.shown())
    s.kill()


def hung_up(shop):
    """The terminal goes away: the sale does not."""
    s = shop.register()
    s.scan(MILK, COLA).see("Cola").send("12*").settle()
    s.hang_up()
    ended = s.wait()
    s.close()
    ok(ended == "exit 0", "a terminal that goes away ends the register in order", ended)
    s = shop.register()
    s.settle()
    ok(s.shows("Whole milk") and s.shows("Cola"), "the sale is there in the next one",
       s.shown())
    s.signal(signal.SIGHUP)
    s.wait()
    s.close()
    s = shop.register()
    s.settle()
    ok(s.shows("Whole milk") and s.shows("Cola"), "SIGHUP keeps it too", s.shown())
    s.kill()


# --- nobody there -----------------------------------------------------------------

def idle(shop):
    """Nothing to say, nothing sent: a clock every minute at most, and to a
    braille line or a voice not even that."""
    seconds = 125 if SLOW else 3
    panel = shop.copy("panel").register()
    reader = shop.copy("reader").register("--reader", until=">")
    for s in (panel, reader):
        s.scan(MILK).see("Whole milk").settle(200)
        s.ask("quiet 1000 5000")
        s.mark()
    reader.ask(f"quiet {seconds * 1000} {seconds * 1000}")
    panel.ask("quiet 10 100")
    ok(reader.bytes() == 0, f"reader mode is silent for {seconds} s", reader.bytes())
    minutes = seconds // 60 + 1
    # The place, the digits that changed, the way back; an hour that turns changes more.
    ok(panel.bytes() <= 48 * minutes, f"the panel: {panel.bytes()} bytes in {seconds} s",
       panel.bytes())
    panel.kill()
    reader.kill()


def focus(shop):
    """The cursor, which a braille line and a voice follow, stands behind what is
    typed, on every screen of every layout."""
    def look(args):
        s = shop.copy("focus" + "".join(args)).register(*args)
        wrong = []
        for keys in steps() + [("F1",), ("Escape",), ("/",), ("c",), ("o",), ("Down",)]:
            do(s, keys)
            row, col = s.cursor()
            line = s.lines()[row].ljust(col + 1)
            if not re.fullmatch(r" [A-Z0-9][A-Z0-9 ]* >( | .*\S)", line[:col]) or (
                    line[col] != " "):
                wrong.append(f"after {keys}: row {row + 1}, column {col + 1}\n{s.shown()}")
        s.kill()
        ok(not wrong, f"the cursor is where the typing goes, {' '.join(args) or 'panel'}",
           f"{len(wrong)} times not\n" + "\n".join(wrong[:1]))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(look, ((), ("--layout", "stacked"), ("--reader",))))


def main():
    require()
    base = workdir()
    shop = Shop(base)
    n = 20000 if SLOW else 3000
    (base / "asking").mkdir()
    asking = Shop(base / "asking", products=AGED, conf={
        "sale": {"not_on_file": "line"}, "reasons price": {"1": "Shelf price"}})
    cases((killed, shop.copy("killed"), SALE, ["R01-000001"]),
          (killed, asking, ASKED, ["R01-000001", "R01-000002"]),
          (killed_anywhere, shop.copy("anywhere")),
          *((noise, shop.copy(f"noise{k}"), SEED + k, n) for k in range(6 if SLOW else 2)),
          (wild, shop.copy("wild"), SEED, n),
          (resized, shop.copy("resized")),
          (window_storm, shop.copy("winch")),
          (hung_up, shop.copy("hup")),
          (focus, shop),
          (idle, shop))


main()
