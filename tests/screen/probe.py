# SPDX-License-Identifier: Apache-2.0
"""What the register understands of each key of each terminal: the page that
tries keys out says it, so what two terminals send can be compared as events."""
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (COLA, HOLDFAST, MILK, PATIENCE_MS, SHAMPOO, UNKNOWN, Late,  # noqa: E402
                Shop, cases, ok, require, workdir)

TERMS = ("vt100", "vt220", "linux", "xterm-256color", "screen", "tmux-256color", "putty")
ROWS, COLS = 60, 100
base = None

# The seventeen keys of a numeric block, and what they are everywhere.
SEVENTEEN = (("KP0", '"0"'), ("KP1", '"1"'), ("KP2", '"2"'), ("KP3", '"3"'), ("KP4", '"4"'),
             ("KP5", '"5"'), ("KP6", '"6"'), ("KP7", '"7"'), ("KP8", '"8"'), ("KP9", '"9"'),
             ("KP.", '"."'), ("KP/", '"/"'), ("KP*", '"*"'), ("KP-", '"-"'), ("KP+", '"+"'),
             ("KPEnter", "enter"))
# A block has a NumLock, too, which a terminal keeps to itself.
assert len(SEVENTEEN) == 16


def rows(text):
    """(read as, in a sale, code, told by) of every row that is shown."""
    found = []
    for line in text.splitlines():
        m = re.match(r"^[> ](?=\d)[\d ]{2} (.{18}) (.*) (.{4}) (.{22})\s*$", line.ljust(COLS - 1))
        if m:
            found.append(tuple(part.strip() for part in m.groups()))
    return found


def begin(shop, **more):
    s = shop.register(rows=ROWS, cols=COLS, **more)
    s.scan(MILK).see("Whole milk").settle()
    s.keys("T", "K").press("Enter").see("TEST OF THE KEYS")
    return s


# --- the numeric block --------------------------------------------------------------

class Tmux:
    """The same keys from another terminal emulator."""
    socket = None

    def __init__(self, shop, term):
        self.name = "probe-" + term
        self.run("new-session", "-d", "-s", self.name, "-x", str(COLS), "-y", str(ROWS),
                 f"TERM={term} LC_ALL=C.UTF-8 exec '{HOLDFAST}' --store '{shop.path}'")
        self.see("ITEM >")
        self.press("T", "K", "Enter")
        self.see("TEST OF THE KEYS")

    @staticmethod
    def run(*args):
        return subprocess.run(("tmux", "-S", Tmux.socket, "-f", "/dev/null") + args,
                              capture_output=True, text=True, check=True).stdout

    def press(self, *names):
        for name in names:
            self.run("send-keys", "-t", self.name, name)
        return self

    def shown(self):
        return self.run("capture-pane", "-p", "-t", self.name)

    def see(self, text):
        self.until(lambda: text in self.shown(), repr(text))

    def until(self, fn, what):
        end = time.monotonic() + PATIENCE_MS / 1000
        while not fn():
            if time.monotonic() > end:
                raise Late(f"tmux {self.name}: no {what}\n{self.shown()}")
            time.sleep(0.02)

    def kill(self):
        self.run("kill-session", "-t", self.name)


def block(where):
    emulator, term, shop = where
    names = [name for name, _ in SEVENTEEN]
    try:
        if emulator == "tmux":
            s = Tmux(shop, term)
            for n, name in enumerate(names):
                s.press(name)
                # a row each: keys in one heap are a scan
                s.until(lambda n=n: len(rows(s.shown())) > n, f"row {n + 1}")
        else:
            s = begin(shop, term=term)
            s.press(*names)
        got = rows(s.shown())
        s.kill()
        return got
    except (Late, subprocess.CalledProcessError) as e:
        return str(e) + str(getattr(e, "stderr", ""))


def keypad(shop):
    runs = [("libvterm", term, shop.copy("kp-" + term)) for term in TERMS]
    if shutil.which("tmux"):
        Tmux.socket = str(base / "tmux.sock")
        Tmux.run("new-session", "-d", "-s", "server", "exec sleep 1000")
        runs += [("tmux", term, shop.copy("tmux-" + term)) for term in TERMS]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(block, runs))
    if Tmux.socket:
        subprocess.run(("tmux", "-S", Tmux.socket, "kill-server"), check=False,
                       capture_output=True)
    want = [read for _, read in SEVENTEEN]
    for (emulator, term, _), got in zip(runs, found):
        reads = [row[0] for row in got] if isinstance(got, list) else got
        ok(reads == want and got == found[0],
           f"the block's keys are the same events, {term} in {emulator}", got)


# What a terminal sends whose application mode another program has left on, or
# that takes no notice of ESC >.
APPLICATION = tuple(zip("pqrstuvwxyn", "0123456789.")) + tuple(zip("ojmk", "/*-+"))


def application(shop):
    def one(term, other):
        s = begin(other, term=term)
        for letter, _ in APPLICATION:
            s.send("\x1bO" + letter).settle()
        s.send("\x1bOM").settle()
        got = [row[0] for row in rows(s.shown())]
        s.kill()
        return got

    shops = [shop.copy("app-" + term) for term in TERMS]
    want = [f'"{c}"' for _, c in APPLICATION] + ["enter"]
    with ThreadPoolExecutor(len(TERMS)) as pool:
        for term, got in zip(TERMS, pool.map(one, TERMS, shops)):
            ok(got == want, f"so are the sequences of its other mode, {term}", got)


# --- the other keys -------------------------------------------------------------------

OTHERS = ("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12",
          "Up", "Down", "Right", "Left", "Ins", "Del", "PageUp", "PageDown", "Home", "End")
NAMES = {"PageUp": "pgup", "PageDown": "pgdn"}


def described(term):
    """Which of them the terminal's description has, and what they send."""
    caps = [f"kf{n}" for n in range(1, 13)] + [
        "kcuu1", "kcud1", "kcuf1", "kcub1", "kich1", "kdch1", "kpp", "knp", "khome", "kend"]
    found = []
    for cap in caps:
        p = subprocess.run(["tput", "-T", term, cap], capture_output=True, check=False)
        found.append(p.stdout.decode("latin-1") if p.returncode == 0 else "")
    return found


def others(shop):
    """Every key a terminal's description knows, as that terminal sends it, and the
    two ways there are for the F-keys it does not."""
    def one(term, other):
        sent = described(term)
        s = begin(other, term=term)
        want = []
        for name, seq in zip(OTHERS, sent):
            # a vt100's description calls its numeric block F5 to F10
            if seq and not (term == "vt100" and name in OTHERS[4:12]):
                want.append(NAMES.get(name, name if name[0] == "F" else name.lower()))
                s.send(seq).settle()
        got = [row[0] for row in rows(s.shown())]
        s.kill()
        return got, want

    shops = [shop.copy("other-" + term) for term in TERMS]
    with ThreadPoolExecutor(len(TERMS)) as pool:
        for term, (got, want) in zip(TERMS, pool.map(one, TERMS, shops)):
            ok(got == want and len(want) >= 8, f"{len(want)} keys of {term}", (got, want))


def prefixed(shop):
    s = begin(shop.copy("prefix"), term="vt100")
    for c in "1234567890-=":
        s.press("Ctrl-F", c)
    got = rows(s.shown())
    ok([row[0] for row in got] == [f"ctrl-f {c}" for c in "1234567890-="],
       "Ctrl-F and a digit", got)
    s.press("Escape", "Escape").see("ITEM >").settle()
    s.kill()
    plain = begin(shop.copy("plain"), term="xterm-256color")
    plain.press(*(f"F{n}" for n in range(1, 13)))
    same = [row[1:] for row in rows(plain.shown())] == [row[1:] for row in got]
    ok(same, "are F1 to F12", plain.shown())
    plain.kill()


# --- the page itself --------------------------------------------------------------------

KEYMAP = r"""
[global]
F12 = "500CA"
seq "\x1dPV" = price-check
[device "usb:0c2e:0b61"]
prefix = "\x0e"  suffix = "\x0f"
[device "usb:keys"]
prefix = "\x11"  suffix = "\x12"  kind = command
[keylock "usb:046a:0011"]
prefix = "\x10"
pos1 = L  pos2 = R  pos3 = X  pos4 = S
"""


def page(shop):
    shop = shop.copy("page")
    keymap = Path(shop.path) / "keymap"
    keymap.write_text(KEYMAP, encoding="utf-8")
    s = begin(shop, term="xterm-256color")
    s.press("F12").send("\x1dPV").settle()
    # not the code scanned last, which may count as the same reading
    s.scan(UNKNOWN, MILK).wedge(COLA).settle()
    s.slow(40000, f"\x0e{SHAMPOO}\x0f").settle()
    s.send("\x11VD\x12").settle()
    s.send("\x11CA\x12").settle()
    s.press("Ctrl-C", "z", "-")
    got = rows(s.shown())
    want = [
        ("F12", "500CA", "", "key"),
        ('seq "\\x1dPV"', "price of an item, without selling it", "PC", "key"),
        (UNKNOWN, "?? not on file", "", "frame STX ETX"),
        (MILK, "1.29  Whole milk 1 L", "", "frame STX ETX"),
        (COLA, "0.89  Cola 0.33 L can", "", "pace"),
        (SHAMPOO, "4.25  Shampoo 250 ml", "", "frame of usb:0c2e:0b61"),
        ("VD", "void the selected line; 3- voids line 3", "VD", "frame of usb:keys"),
        ("a comman.. allowed", "nothing", "", "frame of usb:keys"),
        ("ctrl-c", "nothing", "", "key"),
        ('"z"', "text for the prompt", "", "key"),
        ('"-"', "void the selected line; 3- voids line 3", "VD", "key"),
    ]

    def alike(a, b):
        # names and sentences lose their middle where a column ends
        return (a[0][:8] == b[0][:8] and a[1][:10] == b[1][:10] and a[2] == b[2]
                and a[3].startswith(b[3]))

    ok(len(got) == len(want) and all(map(alike, got, want)),
       "each row: read as, in a sale, code, told by",
       "\n".join(map(str, got)) + "\n" + s.shown())
    ok(re.search(r"pace, \d+ ms", s.shown()), "the pace is measured", s.shown())
    # saved while it is open
    keymap.write_text(KEYMAP.replace('F12 = "500CA"', "F12 = park"), encoding="utf-8")
    s.see("Keymap read again.").press("F12").see("park this sale").settle()
    # one Esc is a key like any other
    s.press("Escape").press("x").press("Escape")
    ok(s.shows("TEST OF THE KEYS"), "one Esc only shows", s.shown())
    s.press("Escape").gone("TEST OF THE KEYS").settle()
    ok(s.shows("ITEM >") and s.shows("Lines 1") and s.shows("1 Whole milk"),
       "two leave, and the sale is as it was", s.shown())
    s.kill()
    ok(not shop.sales(), "nothing was sold")


def slow(shop):
    """A scanner no rhythm covers is recognized here, with what to write."""
    shop = shop.copy("slow")
    s = begin(shop, term="xterm-256color")
    for _ in range(5):  # a busy machine types at no pace at all
        s.wedge(COLA, us=60000).settle()
        if s.shows("a slow scanner?"):
            break
    s.like("13 keys, [0-9]+ ms apart: a slow scanner")
    m = re.search(r"scan_gap = (\d+)", s.shown())
    ok(m and 60 < int(m.group(1)) <= 150, "the gap it needs is said", s.shown())
    (Path(shop.path) / "keymap").write_text(f"[keys]\nscan_gap = {m.group(1)}\n",
                                            encoding="utf-8")
    s.see("Keymap read again.")
    for _ in range(5):
        s.wedge(MILK, us=60000).settle(200)
        if s.shows("1.29  Whole milk"):
            break
    ok(re.search(r"pace, \d+ ms", s.shown()), "and with it it is a scan", s.shown())
    s.kill()


def lock(shop):
    shop = shop.copy("lock")
    (Path(shop.path) / "keymap").write_text(KEYMAP, encoding="utf-8")
    s = begin(shop, term="xterm-256color")
    s.send("\x103\r").see("keylock X").settle()
    ok(s.shows("TEST OF THE KEYS"), "X waits until the page is left", s.shown())
    s.press("Escape", "Escape").see("X REPORT").press("Escape").see("ITEM >")
    s.press("T", "K", "Enter").see("TEST OF THE KEYS")
    s.send("\x104\r").see("keylock S").send("\x102\r").see("turned to R").settle()
    s.press("Escape", "Escape").see("ITEM >").settle()
    ok(not s.shows("APPROVER"), "S and R: nothing is left to follow", s.shown())
    s.press("T", "K", "Enter").see("TEST OF THE KEYS")
    s.send("\x101\r").gone("TEST OF THE KEYS")
    ok(True, "L is followed at once")
    s.kill()


def ways_in(shop):
    """By letters, by the menu, from the settings; in the numpad profile / leaves."""
    shop = shop.copy("ways")
    s = shop.register("--profile", "numpad", term="xterm-256color")
    s.press(".", "Enter").see("MENU").keys("4", "0").press("Enter").see("TEST OF THE KEYS")
    ok(s.shows("/ / back"), "the way out has the name of this keyboard's key", s.shown())
    s.press("/", "/").gone("TEST OF THE KEYS")
    s.keys("S", "T").press("Enter").see("SETTINGS").press("T", "Enter")
    s.see("TEST OF THE KEYS").press("/", "/").see("SETTINGS")
    s.kill()
    s = shop.register("--layout", "reader", term="vt100")
    s.keys("T", "K").press("Enter").see("Press a key, scan, or turn the lock.")
    s.press("-").see('1 "-": void the selected line')
    s.kill()
    ok(True, "a reader is told each key")


def main():
    global base
    require()
    base = workdir()
    shop = Shop(base)
    cases((keypad, shop), (application, shop), (others, shop), (prefixed, shop), (page, shop),
          (slow, shop), (lock, shop), (ways_in, shop))


main()
