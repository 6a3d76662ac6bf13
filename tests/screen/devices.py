# SPDX-License-Identifier: Apache-2.0
"""Devices that type into the terminal: what a keymap says of a scanner, of a
programmable keyboard and of a key-lock, each sending its own bytes; scanners
that are slow and frame nothing; the numeric keypad's names of keys."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (COLA, MILK, SHAMPOO, UNKNOWN, Shop, cases, ok,  # noqa: E402
                require, workdir)

GUM = "96385074"
SLOW_US = 60000  # a gap no rhythm covers


def with_keymap(shop, name, text):
    other = shop.copy(name)
    (Path(other.path) / "keymap").write_text(text, encoding="utf-8")
    return other


# --- scanners ---------------------------------------------------------------------

SCANNERS = r"""
[device "usb:0c2e:0b61"]      # wedge with fixed framing
prefix = "\x0e"  suffix = "\x0f"  kind = scan
[device "usb:05e0:1200"]      # AIM identifier, ended by Enter
prefix = "]"
[device "usb:1eab:0003"]
prefix = "~S"  suffix = "~E"
"""


def scanners(shop):
    """Each frame at a pace no rhythm would cover; what is in it is a scan."""
    shop = with_keymap(shop, "scanners", SCANNERS)
    s = shop.register(term="xterm-256color")
    for name, sent, code in (("prefix and suffix", f"\x0e{MILK}\x0f", MILK),
                             ("an AIM identifier", f"]E0{COLA}\r", COLA),
                             ("several characters", f"~S{SHAMPOO}~E", SHAMPOO)):
        s.slow(40000, sent).settle()
        ok(s.prompt().startswith(" ITEM >  "), f"{name}: nothing is left in the prompt",
           s.shown())
    s.keys("1", "2", "*").slow(40000, f"\x0e{MILK}\x0f\r").see("12 Whole milk").settle()
    # inside a box it waits, and answers nothing
    s.scan(UNKNOWN).see("NOT ON FILE").settle()
    s.slow(40000, f"\x0e{COLA}\x0f").see("HELD 1 scan")
    s.slow(40000, f"]E0{MILK}\r").see("HELD 2 scans")
    s.press("Escape").gone("NOT ON FILE").settle()
    # half a frame is text after half a second
    s.send("\x0e54").see("> 54").press("Escape")
    s.send("+").see("STILL DUE").keys("Enter").see("CHANGE DUE").settle()
    s.kill()
    ok([code for code, _ in shop.lines()] == [MILK, COLA, SHAMPOO, MILK, COLA, MILK],
       "every framed scan was sold once, in order", shop.lines())


# --- a programmable keyboard ----------------------------------------------------

KEYBOARD = r"""
[device "usb:programmable"]
prefix = "\x0e"  suffix = "\x0f"  kind = command  allow = "VD TL CA"
[device "usb:both"]
prefix = "\x11"  suffix = "\x12"  kind = either
"""


def keyboard(shop):
    shop = with_keymap(shop, "keyboard", KEYBOARD)
    s = shop.register(term="xterm-256color")
    s.scan(MILK, COLA, SHAMPOO).settle()
    s.send("\x0eVD\x0f").see("Void: Shampoo")
    s.send("\x0e1VD\x0f").see("Void: Whole milk")
    s.send("\x0eNS\x0f").see("A device sent a command it may not give")
    s.send(f"\x11{MILK}\x12").see("1 Whole milk 1 L").settle()
    s.send("\x11TL\x12").see("STILL DUE")
    s.send("\x11CA\x12").settle()
    ok(s.shows("STILL DUE"), "a command that takes money is allowed by name only",
       s.shown())
    s.send("\x0e500CA\x0f").see("CHANGE DUE").settle()
    s.kill()
    ok(len(shop.sales()) == 1, "a framed 500CA pays", shop.sales())


# --- the key-lock -----------------------------------------------------------------

LOCK = r"""
[keylock "usb:046a:0011"]
prefix = "\x10"
pos1 = L  pos2 = R  pos3 = X  pos4 = S  "K5" = P  "K6" = T
"""
def people(shop):
    """A till that asks who, why, and a supervisor."""
    for args, secret in ((("pin", "1"), "8642"), (("add", "7", "--name", "Ana"), "4711"),
                         (("add", "2", "--name", "Eva", "--role", "supervisor"), "8832")):
        shop.must("user", *args, "--pin-fd", "0", "--store", shop.path, stdin=secret + "\n")


WHY = {"reasons price": {"1": "Shelf price", "3": "Damaged packaging"}}


def keylock(shop):
    """Each position in a terminal, with nobody who has to sign on."""
    shop = with_keymap(shop, "lock", LOCK)
    s = shop.register(term="xterm-256color")

    def turn(sent):
        s.slow(3000, f"\x10{sent}\r").settle()

    turn("3")
    ok(s.shows("X REPORT"), "X: the report", s.shown())
    turn("2")
    s.press("Escape").see("ITEM >")
    turn("K5")
    ok(s.shows("SETTINGS"), "P: the settings", s.shown())
    s.press("Escape").see("ITEM >")
    turn("K6")
    ok(s.shows("TRAINING"), "T: training", s.shown())
    s.scan(MILK).settle()
    s.press("-").settle()
    turn("2")
    ok(not s.shows("TRAINING - NOT A SALE"), "away from T with nothing open: no training",
       s.shown())
    turn("9")
    ok(s.shows("The lock sent a position the keymap does not know"),
       "a word no line knows is said", s.shown())
    s.kill()


def keylock_people(shop):
    """With operators: S approves what is asked, L locks, R gives nothing back."""
    shop = with_keymap(shop, "lockpeople", LOCK)
    people(shop)
    shop.configure(WHY)
    s = shop.register(term="xterm-256color", until="OPERATOR >")

    def turn(sent):
        s.slow(3000, f"\x10{sent}\r").settle()

    s.press("7", "Enter").see("PIN >").press(*"4711", "Enter").see("| 7 Ana |")
    s.scan(SHAMPOO).see("Shampoo").settle()
    s.keys(*"299").press("F7").see("WHY?").press("3").see("SUPERVISOR NEEDED").settle()
    turn("4")
    ok(s.shows("2.99") and not s.shows("NEEDED") and s.shows("7 Ana"),
       "S approves what stands on the screen; the cashier stays", s.shown())
    turn("2")
    turn("1")
    ok(s.shows("UNLOCK"), "L locks, with a sale open", s.shown())
    turn("2")
    ok(s.shows("UNLOCK"), "R alone unlocks nothing", s.shown())
    s.press("Enter").see("PIN >").press(*"4711", "Enter").see("ITEM >").settle()
    ok( s.shows("2.99"), "the cashier's PIN does, the sale is there",
       s.shown())
    turn("3")
    ok(s.shows("X REPORT") and not s.shows("NEEDED"), "X gives the report, nobody is asked",
       s.shown())
    s.kill()
    ok("Damaged packaging" in shop.must("export", "events", "--store", shop.path),
       "what the key approved is recorded")


# --- slow scanners ----------------------------------------------------------------

def slow_box(shop):
    """A code that holds 1, 2, 3 and 4, at a hand's pace, answers nothing."""
    shop = shop.copy("slowbox")
    s = shop.register(term="xterm-256color")
    s.scan(MILK).see("Whole milk").settle()
    for us in (40000, SLOW_US, 90000):
        s.scan(UNKNOWN).see("NOT ON FILE").settle()
        s.wedge("4012345670097", us=us).see("HELD 1 scan").settle()
        ok(s.shows("4 Ask price"), f"{us // 1000} ms a character: the box stands", s.shown())
        s.press("Escape").gone("NOT ON FILE").settle()
    # the amount's field takes no code for an amount
    s.scan(UNKNOWN).see("NOT ON FILE").settle()
    s.press("3").settle(150)
    s.wedge(COLA, us=SLOW_US).see("HELD 1 scan").settle()
    ok(s.shows("Amount") and not s.shows("5449"[1:] + "0000009.96"), "nor is it an amount",
       s.shown())
    s.press("Escape").press("Escape").gone("NOT ON FILE").settle()
    # nor in Pay, where eight digits might be one
    s.send("+").see("STILL DUE")
    s.wedge(GUM, us=SLOW_US).see("LAST  Chewing gum").settle()
    ok(not shop.sales() and s.shows("Chewing gum"), "nor is a short code money in Pay",
       s.shown())
    s.send("+").see("STILL DUE").keys("Enter").see("CHANGE DUE").settle()
    s.kill()
    ok([code for code, _ in shop.lines()] == [MILK] + [SHAMPOO] * 3 + [COLA, GUM],
       "all of them were sold, in order", shop.lines())


def slow_known(shop):
    """With scan_gap it is a scan wherever it comes, also in Pay."""
    shop = with_keymap(shop, "slowknown", "[keys]\nscan_gap = 80\n")
    s = shop.register(term="xterm-256color")
    s.keys("1", "2", "*").settle(120)
    s.wedge(MILK, us=SLOW_US).see("12 Whole milk").settle(120)
    s.send("+").see("STILL DUE").settle(120)
    s.wedge(GUM, us=SLOW_US).see("Scanned while paying")
    ok(s.shows("Chewing gum"), "a short code is no amount in Pay", s.shown())
    s.kill()


# --- the numeric keypad -----------------------------------------------------------

def numpad(shop):
    """What is called Esc elsewhere is called / wherever it is named."""
    shop = with_keymap(shop, "numpad", "[keys]\nprofile = numpad\n")
    people(shop)
    shop.configure(WHY)
    s = shop.register(term="xterm-256color", until="OPERATOR >")
    found = []

    def look(name):
        s.settle()
        if "Esc" in s.shown():
            found.append(name + "\n" + s.shown())

    s.press("7", "Enter").see("PIN >")
    look("PIN")
    s.press("Enter")
    look("an empty PIN")
    s.press(*"4711", "Enter").see("ITEM >")
    look("ready")
    s.scan(MILK).settle()
    look("sale")
    s.press("1", "2", "*", "1", "+")
    look("a prompt that is not taken")
    s.press("/").press("9", "9", "F7").see("WHY?")
    look("why")
    s.press("9", "Enter")
    look("a reason that is none")
    s.press("1").see("SUPERVISOR NEEDED")
    look("approval")
    s.press("2", "Enter").see("PIN >")
    look("the approver's PIN")
    s.press(*"8832", "Enter").gone("NEEDED").settle()
    s.scan(UNKNOWN).see("NOT ON FILE")
    look("not on file")
    s.press("3").settle(150)
    look("by department")
    s.press("/").press("/").gone("NOT ON FILE")
    s.press("F8")
    look("return")
    s.press("F8")
    look("return without receipt")
    s.press("/").press("/").settle()
    s.press(".", "Enter").see("MENU")
    look("menu")
    s.press("3", "Enter")
    look("a form")
    s.press("Enter")
    look("an empty form")
    s.press("/").press("/").press("/").settle()
    s.press("F11")
    look("armed")
    s.press("/").settle()
    s.press("+").see("STILL DUE")
    look("pay")
    s.press("/").settle()
    ok(not found, "no text names a key this keyboard does not have", "\n".join(found))
    s.kill()


def main():
    require()
    shop = Shop(workdir())
    cases((scanners, shop), (keyboard, shop), (keylock, shop), (keylock_people, shop),
          (slow_box, shop), (slow_known, shop), (numpad, shop))


main()
