#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demo, with its printer, terminal, scale, scanner and display: a sale that
uses all of them, then each is unplugged and plugged in again while selling.

What must hold whatever is pulled: scans are taken meanwhile, the status row
tells it, the device works again by itself, no receipt is lost or printed twice,
no card is charged twice.  The simulated devices count, not the register."""
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import BUILD, HOLDFAST, SRC, diag, done, ok, workdir  # noqa: E402

WAIT = 120
COLA = ("5449000000996", "Cola 0.33 L can")
WATER = ("4099990001216", "Sparkling water 0.75 L")
MILK = ("4099990001636", "Whole milk 1 L")

base = workdir()
shop = base / "demo"
dev = Path(f"{shop}.devices")


# --- the terminal, the devices -------------------------------------------------

def tmux(*args):
    return subprocess.run(["tmux", "-S", str(base / "tmux"), *args],
                          capture_output=True, text=True, timeout=60).stdout


def screen():
    return tmux("capture-pane", "-p")


def until(test, seconds=WAIT):
    """What test() gave as soon as it was true, else the last."""
    end = time.monotonic() + seconds
    while True:
        got = test()
        if got or time.monotonic() > end:
            return got
        time.sleep(0.05)


def sees(*words, seconds=WAIT):
    return until(lambda: all(re.search(w, screen()) for w in words), seconds)


def see(what, *words):
    if not ok(sees(*words), what):
        diag(f"looked for {words}")
        diag(screen())
        diag("\n".join(log().splitlines()[-15:]))


def enter(text):
    tmux("send-keys", "-l", "--", text)
    tmux("send-keys", "Enter")


def press(key):
    if len(key) == 1:
        tmux("send-keys", "-l", "--", key)
    else:
        tmux("send-keys", key)


def tell(line):
    """The devices are told, and have heard."""
    had = log().count(f"told: {line}\n")
    with open(dev / "tell", "w", encoding="utf-8") as f:
        f.write(line + "\n")
    if not until(lambda: log().count(f"told: {line}\n") > had):
        ok(False, f"the devices take '{line}'", log())


def read(name):
    try:
        return (dev / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def log():
    return read("log")


def said(pattern):
    return len(re.findall(pattern, log(), re.M))


def receipts():
    """Numbers of receipts on the paper, in their order."""
    return re.findall(r"Receipt R01-(\d{6})", read("printer.txt"))


# --- selling --------------------------------------------------------------------

sold = 0      # sales that were completed
charged = 0   # of these by card
lines = 0     # of the open sale
paper = []    # numbers of receipts as they must be on paper
counted = []  # seconds from a scan to its line


def scan(item, by="scanner"):
    """One more line, by the scanner or the keyboard; what it took."""
    global lines
    lines += 1
    at = time.monotonic()
    if by == "scanner":
        tell(f"scanner scan {item[0]}")
    else:
        enter(item[0])
    good = sees(rf"> *{lines} +1 {re.escape(item[1])}")
    counted.append(time.monotonic() - at)
    ok(good, f"line {lines}: {item[1]} by the {by}", "" if good else screen())


HAND = 0.4  # what a hand needs at least to answer what the screen shows


def act(key, want):
    """A key, once.  Not at once: a screen that changed by itself, as by a
    terminal's answer, takes no key for a quarter of a second and says so."""
    time.sleep(HAND)
    press(key)
    return sees(want)


def completed(how):
    global sold, lines
    sold += 1
    lines = 0
    paper.append(f"{sold:06}")
    see(f"sale {sold} is paid {how}", rf"DONE R01-{sold:06}")


def to_pay():
    if not act("+", "STILL DUE"):
        ok(False, "+ goes to pay", screen())


def cash():
    to_pay()
    ok(act("Enter", "DONE R01"), "Enter takes the money", screen())
    completed("in cash")


def card():
    global charged
    to_pay()
    enter("CC")
    charged += 1
    completed("by card")


def printed(what):
    """Every receipt so far is on paper, once."""
    got = until(lambda: receipts() == paper and receipts()) or receipts()
    ok(got == paper, what, f"{got}\n{log()[-2000:]}")


def booked(what):
    n = said(r"pinpad: charged .*op=pay") - said(r"pinpad: reversed")
    ok(n == charged, what, f"{n} charged, {charged} sales\n{log()[-2000:]}")


# --- what is done -----------------------------------------------------------------

def has_state(label, word):
    def look():
        rows = screen().rstrip("\n").split("\n")
        return len(rows) >= 2 and re.search(rf"\b{label} {word}\b", rows[-2])
    good = until(look)
    ok(good, f"the status row says {label} {word}", "" if good else screen())


def start():
    tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24",
         f"HOLDFAST_DEMO='{shop}' '{SRC}/contrib/demo' '{BUILD}' "
         f"2>'{base}/err'; echo $? >'{base}/status'; sleep 60")
    see("the demo opens", "Scan an item, or key its code")
    for label in ("PRN", "PIN", "SCL", "SCN"):
        has_state(label, "ok")
    if until(lambda: "show" in log()) is None:
        ok(False, "the customer's display is found", log())


def all_together():
    """One sale that needs each of them."""
    global lines
    scan(COLA)
    ok(until(lambda: "Cola" in read("pole.txt")), "the customer sees it",
       read("pole.txt"))
    enter("4131")
    see("apples wait for their weight", "Apples loose")
    tell("scale weight 1235")
    lines += 1
    see("what lies on the scale becomes a line",
        r"> *2 +1\.235 kg Apples loose +2\.99 +3\.69")
    tell("scale weight 0")
    card()
    ok(until(lambda: said(r"pinpad: charged .*op=pay amount=458$") == 1),
       "the terminal charged 4.58, once", log())
    printed("the receipt is on paper")


def printer():
    """Out before a sale, and in the middle of a receipt: what nobody knows of
    is told, kept on a page, and printed again only when somebody says so."""
    tell("printer unplug")
    has_state("PRN", "DOWN")
    scan(WATER)
    cash()
    scan(COLA)
    cash()
    scan(MILK)
    tell("printer plug")
    has_state("PRN", "ok")
    scan(COLA)
    printed("both receipts come when it is there again")
    cash()
    printed("and the next one")
    scan(MILK)
    tell("printer paper out 6")
    cash()
    has_state("PRN", "PAPER 1")
    tell("printer unplug")
    has_state("PRN", "DOWN")
    scan(COLA)
    doubt = f"R01-{sold:06}"
    see("the receipt in doubt is told", rf"Is receipt {doubt} on paper")
    tell("printer power off")  # and forgets what it had
    tell("printer power on")
    tell("printer paper ok")
    tell("printer plug")
    has_state("PRN", "ok")
    cash()
    press("Escape")
    enter("DV")
    see("the devices have a page", "DEVICES")
    press("q")
    see("and their receipts", rf"{doubt} +MAY BE ON PAPER")
    press("p")
    paper.append(doubt[-6:])
    printed("and the copy of the one in doubt")
    last = [s for s in re.split(r"(?m)^[- ]+$", read("printer.txt"))
            if "Receipt R01" in s][-1]
    ok(doubt in last and re.search("COPY|AGAIN|DUPLICATE", last.upper()),
       "which says that it is one", last)
    press("Escape")
    press("Escape")
    see("back in the sale", "ITEM >")


def scanner():
    """The keyboard is there as well."""
    tell("scanner unplug")
    has_state("SCN", "DOWN")
    scan(WATER, "keyboard")
    scan(COLA, "keyboard")
    tell("scanner plug")
    has_state("SCN", "ok")
    scan(MILK)
    cash()
    printed("a sale over an unplugged scanner")


def scale():
    """Out while goods wait: the weight is keyed."""
    global lines
    scan(COLA)
    enter("4131")
    see("apples wait again", "Apples loose")
    tell("scale unplug")
    has_state("SCL", "DOWN")
    enter("734WT")
    lines += 1
    see("a weight by hand", r"> *2 +0\.734 kg Apples loose")
    scan(WATER)
    tell("scale plug")
    has_state("SCL", "ok")
    tell("scale weight 500")
    enter("4087")
    lines += 1
    see("and the scale weighs again", r"> *4 +0\.500 kg Tomatoes loose")
    tell("scale weight 0")
    cash()
    printed("a sale over an unplugged scale")


def pole():
    tell("pole unplug")
    scan(MILK)
    scan(COLA)
    tell("pole plug")
    scan(WATER)
    ok(until(lambda: "Sparkli" in read("pole.txt")), "the customer sees again",
       read("pole.txt"))
    cash()
    printed("a sale over an unplugged display")


def pinpad():
    """Out before the card, and while the terminal works: charged once."""
    global charged
    tell("pinpad unplug")
    has_state("PIN", "DOWN")
    scan(COLA)
    to_pay()
    enter("CC")
    see("the box says that the terminal is not there", "Not there yet")
    booked("no card is charged without a cable")
    ok(act("Escape", "Card not charged"), "Esc gives it up", screen())
    tell("pinpad plug")
    has_state("PIN", "ok")
    cash()
    printed("paid in cash instead")
    # it was asked, and the cable goes before the card is read
    tell("pinpad takes 2000")
    scan(MILK)
    before = said(r"pinpad: ask pay")
    to_pay()
    enter("CC")
    ok(until(lambda: said(r"pinpad: ask pay") == before + 1),
       "the terminal is asked", log())
    tell("pinpad unplug")
    has_state("PIN", "DOWN")
    tell("pinpad plug")
    see("the terminal is asked again: it was not charged", "Card not charged")
    booked("and it was not")
    act("Enter", "DONE R01")
    completed("in cash")
    # it charges, and the cable goes before it says so
    tell("pinpad takes 100")
    tell("pinpad once charged")
    scan(COLA)
    before = said(r"pinpad: charged")
    to_pay()
    enter("CC")
    ok(until(lambda: said(r"pinpad: charged") == before + 1),
       "a card is charged", log())
    tell("pinpad unplug")
    has_state("PIN", "DOWN")
    tell("pinpad plug")
    charged += 1
    completed("by the card that was charged")
    booked("and it was charged once")


def end():
    def left():
        file = base / "status"
        return file.exists() and file.stat().st_size > 0
    for _ in range(WAIT):
        enter("SO")
        if until(left, 1):
            break
    status = base / "status"
    ok(status.exists() and status.read_text(encoding="utf-8").strip() == "0",
       "SO leaves", screen())
    ok((base / "err").read_text(encoding="utf-8") == "",
       "without a word on standard error")
    p = subprocess.run([HOLDFAST, "verify", "--store", shop],
                       capture_output=True, text=True, timeout=60)
    ok(p.returncode == 0, "the journal verifies", p.stdout + p.stderr)


def main():
    try:
        start()
        all_together()
        printer()
        scanner()
        scale()
        pole()
        pinpad()
        end()
        printed("at the end every receipt is on paper, once")
        booked("and every card was charged, once")
        diag(f"a scan to its line: {1000 * max(counted):.0f} ms at most of "
             f"{len(counted)}, as a test that looks every 50 ms sees it")
    finally:
        tmux("kill-server")
    done()


main()
