#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A receipt printer with the drawer on it and a kitchen's printer, simulated:
paper ends while selling goes on, and the drawer is opened by hand."""

import json
import os
import re
import select
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get("top_builddir", ".")
SIM = os.path.join(BUILD, "holdfast-sim")
HOLDFAST = os.environ.get("HOLDFAST", os.path.join(BUILD, "holdfast"))
points = []


def ok(good, name, more=""):
    points.append(bool(good))
    print(f"{'ok' if good else 'not ok'} {len(points)} - {name}")
    if not good and more:
        for line in str(more).splitlines():
            print("#", line)


class Talk:
    """A program that is told lines; what it said so far is .said."""

    def __init__(self, *args):
        self.p = subprocess.Popen(args, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        self.said = ""

    def tell(self, *lines):
        for line in lines:
            self.p.stdin.write(line.encode() + b"\n")
        self.p.stdin.flush()

    def until(self, want, seconds=120):
        end = time.monotonic() + seconds
        while True:
            m = re.search(want, self.said)
            if m:
                self.said = self.said[m.end():]
                return True
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.p.stdout], [], [],
                                              left)[0]:
                return False
            got = os.read(self.p.stdout.fileno(), 65536).decode()
            if not got:
                return False
            self.said += got

    def end(self):
        self.p.stdin.close()
        return self.p.wait(120)


def wait_for(what, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def text(path):
    try:
        with open(path, encoding="utf-8") as f:
            return f.read()
    except OSError:
        return ""


def main():
    top = tempfile.mkdtemp(prefix="paper")
    shop = f"{top}/shop"
    subprocess.run([HOLDFAST, "init", "--store", shop, "--shop", "CORNER",
                    "--register", "R01", "--currency", "EUR", "--prices",
                    "included", "--tax", "A=19%", "--key-file",
                    f"{top}/key"], check=True, stdout=subprocess.DEVNULL)
    printer = Talk(SIM, "escpos", "--unix", f"{top}/p", "-o", "profile=epson",
                   "--paper", f"{top}/receipts")
    kitchen = Talk(SIM, "star", "--unix", f"{top}/k", "-o", "profile=sp2000",
                   "--paper", f"{top}/orders")
    ok(printer.until("ready as") and kitchen.until("ready as"),
       "two printers")
    with open(f"{shop}/holdfast.conf", "a", encoding="utf-8") as f:
        f.write(f"\n[printer]\ndriver = escpos\nport = unix:{top}/p\n"
                "profile = epson\n[drawer]\npin = 5\n"
                f"[device kitchen]\ndriver = star\nport = unix:{top}/k\n"
                "profile = sp2000\norders = 10\nflow = none\n")
    subprocess.run([HOLDFAST, "config", "apply", "--store", shop], check=True,
                   stdout=subprocess.DEVNULL)
    ring = Talk(HOLDFAST, "ring", "--store", shop)

    ring.tell("100DP10", "TL", "CA")
    ok(printer.until("opened drawer 2"), "the drawer opens, on its pin",
       printer.said)
    ok(printer.until("job 1 is out"), "the receipt comes", printer.said)
    ok(kitchen.until("job 1 is out"), "and the order", kitchen.said)
    ok(wait_for(lambda: "R01-000001" in text(f"{top}/receipts")),
       "it is on paper", text(f"{top}/receipts"))
    orders = text(f"{top}/orders")
    ok(wait_for(lambda: "1 x" in text(f"{top}/orders")), "so is the order",
       orders)
    ok("1.00" not in text(f"{top}/orders"), "which has no prices", orders)
    printer.tell("drawer shut")

    printer.tell("paper out")
    ok(printer.until("told: paper out"), "no paper")
    ring.tell("200DP10", "TL", "CA")
    ok(printer.until("opened drawer 2, time 2"), "change can be given",
       printer.said)
    ring.tell("300DP10", "TL", "CA")
    ok(ring.until("R01-000003"), "selling goes on", ring.said)
    ok(kitchen.until("job 3 is out"), "so does the kitchen", kitchen.said)
    ok("R01-000002" not in text(f"{top}/receipts"), "nothing came out")
    printer.tell("drawer shut", "paper ok")
    ok(wait_for(lambda: "R01-000003" in text(f"{top}/receipts")),
       "it goes on by itself", printer.said)
    paper = text(f"{top}/receipts")
    ok(all(paper.count(f"[CODE128 R01-00000{i}]") == 1 for i in (1, 2, 3)),
       "each receipt once", paper)

    def events():
        out = subprocess.run([HOLDFAST, "export", "events", "--store", shop],
                             capture_output=True, text=True, check=False)
        return [json.loads(x) for x in out.stdout.splitlines() if x]

    def printed(what):
        return sum(what in e.get("type", "") and
                   e["data"]["outcome"] == "printed" for e in events())

    ok(wait_for(lambda: printed("receipt.printed") == 3 and
                printed("order.printed") == 3),
       "all are known to be printed")
    printer.tell("drawer open")
    ok(printer.until("told: drawer open"), "a key opens the drawer")

    def hand():
        return [e for e in events() if "drawer.opened" in e.get("type", "")
                and e.get("data", {}).get("reason") == "hand"]

    ok(wait_for(lambda: len(hand()) == 1), "which is in the journal", hand())
    ok(ring.end() == 0, "the register ends")
    sale = [e for e in events() if e.get("data", {}).get("reason") == "sale"]
    ok(len(sale) == 3 and len(hand()) == 1, "each opening is one event")
    for p in (printer, kitchen):
        p.p.terminate()
        p.p.wait(120)
    print(f"1..{len(points)}")
    return 0 if all(points) else 1


if __name__ == "__main__":
    sys.exit(main())
