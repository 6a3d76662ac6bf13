# SPDX-License-Identifier: Apache-2.0
"""The keys of every terminal: the numeric keypad's 17, F-keys, sequences that
arrive in pieces, a key that bounces."""
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (COLA, HOLDFAST, MILK, PATIENCE_MS, SLOW, UNKNOWN, Late,  # noqa: E402
                Shop, cases, diag, ok, require, workdir)

TERMS = ("vt100", "vt220", "linux", "xterm-256color", "screen", "tmux-256color", "putty")
base = None


# --- the numeric keypad -----------------------------------------------------------

class Tmux:
    """The same hands on another terminal emulator."""
    socket = None

    def __init__(self, shop, term):
        self.name = term.replace("-", "")
        self.run("new-session", "-d", "-s", self.name, "-x", "80", "-y", "24",
                 f"TERM={term} LC_ALL=C.UTF-8 exec '{HOLDFAST}' --store '{shop.path}'")
        self.see("ITEM >")

    @staticmethod
    def run(*args):
        return subprocess.run(("tmux", "-S", Tmux.socket, "-f", "/dev/null") + args,
                              capture_output=True, text=True, check=True).stdout

    def press(self, *names):
        for name in names:
            self.run("send-keys", "-t", self.name, name.replace("Ctrl-U", "C-u"))
        return self

    def see(self, text):
        end = time.monotonic() + PATIENCE_MS / 1000
        while text not in self.run("capture-pane", "-p", "-t", self.name):
            if time.monotonic() > end:
                raise Late(f"tmux {self.name}: no {text!r}\n"
                           + self.run("capture-pane", "-p", "-t", self.name))
            time.sleep(0.02)
        return self

    def kill(self):
        self.run("kill-session", "-t", self.name)


def seventeen(s):
    """Each of the keypad's keys, by what it does; NumLock sends nothing."""
    s.press("KP/").see("FIND >").press("Escape").see("ITEM >")
    s.press("KP1", "KP2", "KP3", "KP4", "KP5", "KP6", "KP7", "KP8", "KP9", "KP0")
    s.see("ITEM > 1234567890 ")
    s.press("Ctrl-U", "KP0", "KP.", "KP5", "KP*").see("ITEM > 0.5*")
    s.press("Ctrl-U", "KP1", "KP2", "KP*").see("qty 12")
    s.press("KP4", "KP0", "KP1", "KP7", "KPEnter").see("12 Apples Gala")
    s.press("KP-").see("Void: Apples Gala")
    s.press("KP4", "KP0", "KP1", "KP7", "KPEnter").see("1 Apples Gala")
    s.press("KP+").see("STILL DUE")
    s.press("KPEnter").see("CHANGE DUE")
    s.kill()


def keypad_of(where):
    emulator, term, shop = where
    try:
        seventeen(Tmux(shop, term) if emulator == "tmux" else shop.register(term=term))
    except (Late, subprocess.CalledProcessError) as e:
        return str(e) + str(getattr(e, "stderr", ""))
    return ""


def keypad(shop):
    runs = [("libvterm", term, shop.copy("kp-" + term)) for term in TERMS]
    if shutil.which("tmux"):
        # the server has to be there before it is asked from several sides
        Tmux.socket = str(base / "tmux.sock")
        Tmux.run("new-session", "-d", "-s", "server", "exec sleep 1000")
        runs += [("tmux", term, shop.copy("tmux-" + term)) for term in TERMS]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(keypad_of, runs))
    for (emulator, term, _), wrong in zip(runs, found):
        ok(not wrong, f"the keypad's 17 keys, {term} in {emulator}", wrong)
    if Tmux.socket:
        subprocess.run(("tmux", "-S", Tmux.socket, "kill-server"), check=False,
                       capture_output=True)


# --- F-keys -----------------------------------------------------------------------

def f_keys(shop):
    """F1 to F4 everywhere; the others where the terminal has them; all by Ctrl-F."""
    def hands_on(term, other):
        s = other.register(term=term)
        s.scan(MILK).see("Whole milk")
        s.keys("F1").see("KEYS").press("Escape")
        s.keys("F3").see("CHECK").press("Escape")
        s.keys("F4").see("Void: Whole milk")
        s.scan(COLA).see("Cola").settle()
        if term not in ("vt100", "vt220"):
            s.keys("F10").see("STILL DUE").press("Escape")
        s.press("Ctrl-F", "0").see("STILL DUE").press("Escape").see("ITEM >")
        s.keys("Ctrl-F", "1").see("KEYS").press("Escape")
        shown = s.shown()
        s.kill()
        return shown

    shops = [shop.copy("f-" + term) for term in TERMS]
    with ThreadPoolExecutor(len(TERMS)) as pool:
        for term, shown in zip(TERMS, pool.map(hands_on, TERMS, shops)):
            ok("1 Cola" in shown, f"F-keys of {term}, and Ctrl-F for all", shown)


# --- in pieces --------------------------------------------------------------------

# What a terminal sends for a key, and a gap in milliseconds between two bytes.
PIECES = (("F5", "\x1b[15~"), ("Up", "\x1b[A"), ("Up, application", "\x1bOA"),
          ("F5 of a console", "\x1b[[E"), ("F12", "\x1b[24~"))
LATE_MS = 600  # what comes later is typed: keys.h, KEYS_LATE_US
GAPS = (0, 5, 30, 60, 110, 200, 350, 500) if SLOW else (0, 30, 90, 200, 500)


def piece(s, seq, at, ms):
    """seq with a gap of ms behind its byte number at; the gap there really was."""
    began = time.monotonic()
    s.send(seq[:at])
    s.ask(f"quiet {ms} {ms}" if ms else "pid")
    s.send(seq[at:])
    took = (time.monotonic() - began) * 1000
    s.settle(60)
    return took


def in_pieces_of(what):
    name, seq, shop = what
    wrong = []
    s = shop.register(term="xterm-256color")
    s.scan(MILK, COLA, UNKNOWN).see("NOT ON FILE").settle(60)
    # a box: Esc would close it, a digit would answer it
    for at in range(1, len(seq)):
        for ms in GAPS:
            took = piece(s, seq, at, ms)
            if s.shows("NOT ON FILE"):
                continue
            if at > 1 or took < 150:
                wrong.append(f"{name}: {ms} ms behind byte {at} closed the box")
            s.scan(UNKNOWN).see("NOT ON FILE").settle(60)
    s.keys("Escape").gone("NOT ON FILE").keys("Ctrl-U").settle()
    # the prompt: what is left over would be typed
    for at in range(1, len(seq)):
        for ms in GAPS:
            if at == 1 and ms >= 90 and seq[1] == "O":
                continue  # Esc, then "OA": so people type too
            took = piece(s, seq, at, ms)
            s.settle(60 if ms < 90 else 120)
            prompt = [line for line in s.lines() if line.startswith(" ITEM >")]
            if not prompt or not prompt[0].split(">", 1)[1].strip() in ("", "ready"):
                # a busy machine may make the gap longer than any line does
                if took < LATE_MS and (at > 1 or seq[1] == "[" or took < 150):
                    wrong.append(f"{name}: {ms} ms ({took:.0f} in all) behind byte {at} "
                                 f"typed {prompt}")
                s.keys("Ctrl-U").settle()
    if not (s.shows("Whole milk") and s.shows("Cola")) and seq[1:3] != "[1":
        wrong.append("the lines are gone\n" + s.shown())
    s.kill()
    return wrong


def in_pieces(shop):
    runs = [(name, seq, shop.copy(f"pieces{n}")) for n, (name, seq) in enumerate(PIECES)]
    with ThreadPoolExecutor(len(runs)) as pool:
        for (name, _, _), wrong in zip(runs, pool.map(in_pieces_of, runs)):
            ok(not wrong, f"{name} in pieces never cancels, types nothing",
               "\n".join(wrong))


# --- fingers ----------------------------------------------------------------------

def bounce(shop):
    """Plus completes nothing by itself, however often it is pressed."""
    s = shop.register(term="xterm-256color")
    s.scan(MILK, COLA).settle()
    s.send("+").see("STILL DUE")
    s.send("+++").settle()
    s.press("+", "+", "KP+", "KP+", "+")
    ok(s.shows("STILL DUE") and not s.shows("CHANGE DUE"), "+ + completes no sale",
       s.shown())
    s.keys("Escape").gone("STILL DUE").settle()
    s.slow(20000, "-+").settle()
    s.slow(20000, "+-").settle()
    s.keys("Escape").settle(190)
    ok(not shop.sales(), "nor does any mixture of + and -", s.shown())
    s.kill()
    ok(shop.verifies()[0], "the journal verifies")


def main():
    global base
    require()
    base = workdir()
    shop = Shop(base)
    diag(", ".join(TERMS))
    cases((keypad, shop), (f_keys, shop), (in_pieces, shop),
          (bounce, shop.copy("bounce")))


main()
