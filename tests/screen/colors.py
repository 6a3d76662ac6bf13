# SPDX-License-Identifier: Apache-2.0
"""Colors as a real terminal has them, by what they are for: what tmux keeps of
each cell (capture-pane -e) on screens that show every role, in 256 colors, in
8, with high contrast and without any.  Each role has its own pair, none of them
is red or green, and in mono no color is sent at all: what a color says, a word
or a mark says too."""
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import COLA, HOLDFAST, MILK, UNKNOWN, Shop, done, ok, workdir  # noqa: E402

PATIENCE = 120
# role: (foreground, background, attributes) in 256 colors, in 8, in contrast,
# in mono; attributes: b bold, r reverse
ROLES = {
    "bar": ((255, 25, ""), (7, 4, ""), (7, 0, "r"), (None, None, "r")),
    "head": ((74, None, ""), (6, None, ""), (7, 0, ""), (None, None, "")),
    "selected": ((None, None, "r"), (None, None, "r"), (7, 0, "r"), (None, None, "r")),
    "total": ((None, None, "b"), (None, None, "b"), (7, 0, "b"), (None, None, "b")),
    "good": ((36, None, "b"), (6, None, "b"), (7, 0, "b"), (None, None, "b")),
    "warn": ((227, None, "b"), (3, None, "b"), (7, 0, "b"), (None, None, "b")),
    "stop": ((16, 214, ""), (0, 3, ""), (7, 0, "br"), (None, None, "br")),
    "key": ((16, 74, ""), (0, 6, ""), (7, 0, "r"), (None, None, "r")),
}
MODES = (("256", "256"), ("8", "8"), ("contrast", "contrast"), ("mono", "mono"))


class Pane:
    """The register in tmux."""

    def __init__(self, base, shop, term):
        self.socket = base / f"tmux-{term}-{shop.path.name}"
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24",
                  f"env -u NO_COLOR TERM={term} LC_ALL=C.UTF-8 '{HOLDFAST}' "
                  f"--store '{shop.path}'")

    def tmux(self, *args):
        return subprocess.run(["tmux", "-S", str(self.socket), *args], check=True,
                              capture_output=True).stdout.decode()

    def keys(self, *names):
        self.tmux("send-keys", *names)
        return self

    def scan(self, code):
        self.tmux("send-keys", "-H", "02", *(f"{ord(c):02x}" for c in code), "03")
        return self

    def see(self, text):
        end = time.monotonic() + PATIENCE
        while text not in self.tmux("capture-pane", "-p"):
            if time.monotonic() > end:
                raise SystemExit(f"Bail out! no {text}\n"
                                 + self.tmux("capture-pane", "-p"))
            time.sleep(0.02)
        return self

    def cells(self):
        """Rows of (character, foreground, background, attributes)."""
        rows, fg, bg, attrs = [], None, None, set()
        # what is set at the end of a row holds for the next one
        for line in self.tmux("capture-pane", "-p", "-e").split("\n")[:24]:
            row = []
            for sgr, other, char in re.findall(
                    r"\x1b\[([\d;]*)m|(\x0e|\x0f)|(.)", line):
                if char:
                    row.append((char, fg, bg, "".join(sorted(attrs))))
                elif not other:
                    fg, bg = read(sgr, fg, bg, attrs)
            rows.append(row)
        return rows

    def end(self):
        self.tmux("kill-server")


def read(sgr, fg, bg, attrs):
    """The colors after this sequence; attrs is changed."""
    codes = [int(c or 0) for c in sgr.split(";")]
    while codes:
        c = codes.pop(0)
        if c == 0:
            fg = bg = None
            attrs.clear()
        elif c in (1, 7):
            attrs.add("b" if c == 1 else "r")
        elif c in (22, 27):
            attrs.discard("b" if c == 22 else "r")
        elif c in (38, 48):
            codes.pop(0)
            fg, bg = (codes.pop(0), bg) if c == 38 else (fg, codes.pop(0))
        elif 30 <= c <= 37 or c == 39:
            fg = c - 30 if c < 39 else None
        elif 40 <= c <= 47 or c == 49:
            bg = c - 40 if c < 49 else None
        elif 90 <= c <= 97:
            fg = c - 90 + 8
        elif 100 <= c <= 107:
            bg = c - 100 + 8
    return fg, bg


def at(rows, text, nth=0):
    """How the first cell of a text looks, and the row it stands on."""
    for n, row in enumerate(rows):
        line = "".join(cell[0] for cell in row)
        where = line.find(text)
        if where >= 0:
            if nth == 0:
                return row[where][1:]
            nth -= 1
    return f"no '{text}'"


def look(base, shop, mode):
    """{role: look} of a walk, and every color that was seen."""
    found, seen = {}, set()
    p = Pane(base, shop, "xterm-256color").see("ITEM >")

    def shot(**texts):
        rows = p.cells()
        seen.update(c for row in rows for cell in row for c in cell[1:3])
        for role, text in texts.items():
            found.setdefault(role, at(rows, text))
        return rows

    p.scan(MILK).scan(COLA).see("> 2")
    shot(bar="R01 CORNER", head="Qty", selected="> 2", total="Cola 0.33 L can  ",
         key="Help")
    rows = p.cells()
    found["status"] = at(rows, "RECORDING")
    found["last"] = at(rows[17:], "Cola")
    p.keys("99VD", "Enter").see("WARN")
    shot(warn="WARN")
    p.scan(UNKNOWN).see("NOT ON FILE")
    shot(stop="STOP")
    p.keys("Escape").see("ITEM >")
    p.keys("+").see("STILL DUE").keys("Enter").see("CHANGE DUE")
    rows = shot()
    digits = [cell for row in rows[2:14] for cell in row if cell[0] in "_|"
              and cell[1:] != (None, None, "")]
    found["good"] = digits[0][1:] if digits else None
    p.end()
    return found, seen


def main():
    if shutil.which("tmux") is None:
        ok(not os.environ.get("REQUIRE_ALL"), "tmux is installed")
        done()
        return
    base = workdir()
    shop = Shop(base)
    for n, (name, conf) in enumerate(MODES):
        other = shop.copy("shop-" + name)
        other.configure({"display": {"colors": conf}})
        found, seen = look(base, other, name)
        found["total"] = found.pop("last")
        status = found.pop("status")
        want = {role: looks[n] for role, looks in ROLES.items()}
        ok(found == want, f"each role has its colors, {name}",
           "\n".join(f"{r}: {found.get(r)}, not {want[r]}" for r in want
                     if found.get(r) != want[r]))
        ok(status == found["bar"], f"the row of states stands out, {name}", status)
        ok(not seen & {1, 2, 9, 10}, f"neither red nor green, {name}", seen)
        if name == "mono":
            ok(seen == {None}, "without colors none is sent", seen)
    done()


main()
