# SPDX-License-Identifier: Apache-2.0
"""The keymap file in the real program: read at the start, again when it was
saved, in the bar and the help at once; byte sequences the terminal learns and
forgets; what arrives late, pasted or useless."""
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (HOLDFAST, MILK, SHAMPOO, SRC, Late, Screen, Shop,  # noqa: E402
                diag, done, ok, require, workdir)

require()
shop = Shop(workdir())
keymap = Path(shop.path) / "keymap"


def save(text):
    """As an editor does it: aside, then renamed over."""
    aside = keymap.with_name("keymap.new")
    aside.write_text(text)
    aside.rename(keymap)


def check(name, fn):
    try:
        fn()
        ok(True, name)
    except Late as e:
        ok(False, name)
        diag(str(e))


def start(*args, **kw):
    kw.setdefault("term", "xterm-256color")
    return Screen([HOLDFAST, "--store", shop.path, *args], **kw)


s = start()
s.see("Scan an item")
check("without a file the built-in keys", lambda: s.see("10Pay"))


def saved():
    save('[global]\nF11 = price-check\nF3 = none\nF2 = exact-cash\n'
         'seq "\\x1b[99~" = price-check\nseq "\\x1dPV" = park\n'
         'seq "\\x1b[15~" = x-report\n')
    s.see("Keymap read again.").gone("3Price?")


check("a saved file counts at once, in the bar, too", saved)
check("a sequence of its own", lambda: s.send("\x1b[99~").see("PRICE"))
s.press("Escape")
check("one that does not begin with Esc",
      lambda: s.scan(MILK).see("1.29").send("\x1dPV").gone("> 1 ")
      .send("\x1dPV").see("> 1 "))
check("one that was another key", lambda: s.keys("F5").see("X REPORT"))
s.press("Escape")
check("one key pays exactly", lambda: s.press("F2").see("CHANGE DUE"))


def changed():
    keymap.write_text("[sale]\nF5 = park\nF9 = \"TL\"\n\n[global]\nF3 = parc\n")
    s.see("keymap:6:6: there is no such action")


check("a wrong line is named", changed)
check("the others count", lambda: s.scan(SHAMPOO).see("4.25").press("F9")
      .see("STILL DUE"))
s.press("Escape")
check("a sequence that is gone means what it did",
      lambda: s.keys("F5").gone("> 1 ").keys("F5").see("> 1 "))
check("and nothing where it meant nothing",
      lambda: s.send("\x1b[99~").see("That key does nothing here"))


def help_follows():
    s.press("F1").see("KEYS THAT WORK NOW").gone("F6")
    save("[sale]\nF6 = price-check\n")
    s.see("F6  F3  PC")
    s.press("Escape")


check("the help follows while it is read", help_follows)


def gone():
    keymap.unlink()
    s.see("The keymap file is gone")


check("a file that is removed gives the built-in keys back", gone)

for name, key in (("C", "\x03"), ("Z", "\x1a"), ("S", "\x13"), ("Q", "\x11"),
                  ("\\", "\x1c")):
    s.press("Ctrl-U")
    s.scan(MILK).settle()
    check(f"Ctrl-{name} does nothing and says so",
          lambda key=key: s.send(key).see("That key does nothing here"))

check("a function key in two pieces is no Esc and no text",
      lambda: s.keys("12").see("> 12").send("\x1b").settle(60).send("[15~")
      .see("arrived in pieces").see("> 12"))
check("a console's F1, late, leaves nothing behind",
      lambda: s.send("\x1b").settle(60).send("[[A").see("arrived in pieces")
      .see("> 12"))
s.press("Escape")
check("Esc alone clears", lambda: s.gone("> 12"))
check("a paste goes to the prompt and does not end itself",
      lambda: s.send("\x1b[200~4017\r+\r\x1b[201~").settle().see("> 4017 +"))
s.press("Escape")
check("a forgotten Ctrl-F takes nothing from a scan",
      lambda: s.keys("Ctrl-F").settle().send(SHAMPOO + "\r")
      .see("LAST  Shampoo"))
s.close()

# --- the command line
save('[global]\n"/" = clear\nF99 = pay\n')
s = start("--profile", "vt", term="vt100")
check("letters in the bar of a terminal without F-keys",
      lambda: s.see("TLPay"))
check("a file that is wrong at the start is said",
      lambda: s.see("keymap:3:1: F-keys are F1 to F24"))
check("the terminal is told that the keypad types digits",
      lambda: s.keys("KP4", "KP0").see("> 40"))
s.close()
keymap.unlink()

s = start("--keymap", "/nonexistent/keys")
check("a file that is named and missing is said",
      lambda: s.see("There is no keymap file keys"))
s.close()


# --- by ssh the line takes its time, and pastes

s = start(env={"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"})
s.see("ITEM >").scan(MILK).see("LAST  Whole milk").settle()
check("by ssh the rest of a key may take 300 ms",
      lambda: s.send("\x1b").settle(120).send("[15~").see("Scan an item"))
s.close()
s = start(env={"SSH_CONNECTION": ""})
s.see("ITEM >").scan(MILK).see("LAST  Whole milk").settle()
check("here it may not",
      lambda: s.send("\x1b").settle(120).send("[15~").see("arrived in pieces"))
s.close()


def run(*args):
    return subprocess.run([HOLDFAST, "keys", "--store", str(shop.path), *args],
                          capture_output=True, text=True, check=False)


r = run("--json")
rows = [json.loads(line) for line in r.stdout.splitlines()]
ok(r.returncode == 0 and {"screen": "sale", "key": '"+"', "action": "pay",
                          "code": "TL"} in rows, "holdfast keys lists the map")
bad = Path(shop.path) / "bad"
bad.write_text("[global]\nF5 = \nF6 = pay\nF7 pay\n")
r = run("--check", "--keymap", str(bad))
ok(r.returncode == 1 and r.stderr.splitlines() == [
    f"{bad}:2:6: behind = stands an action, a text in quotes, or none",
    f"{bad}:4:4: here = is missing: write key = action"],
    "holdfast keys --check names every error")
for path in sorted((SRC / "data/keymaps").iterdir()):
    r = run("--check", "--keymap", str(path))
    ok(r.returncode == 0 and r.stderr == "", f"the example {path.name}")
    if r.stderr:
        diag(r.stderr)
ok(run("--profile", "fancy").returncode == 2, "an unknown profile is a usage")
done()
