# SPDX-License-Identifier: Apache-2.0
"""A cashier's whole day in a real terminal (tmux, 80x24): sign on, the float,
sales by scan and by hand, a price that a supervisor approves, cash into the
safe, a blind count, the Z; and what was recorded of it."""
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (COLA, HOLDFAST, MILK, PATIENCE_MS, SHAMPOO, Shop, diag, done,  # noqa: E402
                ok, workdir)

if not shutil.which("tmux"):
    if os.environ.get("REQUIRE_ALL"):
        ok(False, "tmux is installed")
        done()
    print("1..0 # SKIP tmux is not installed")
    sys.exit(0)


HAND_S = 0.07


class Tmux:
    """One window of 80 by 24, and the program in it."""

    def __init__(self, base, command):
        self.sock = str(base / "tmux.sock")
        conf = base / "tmux.conf"
        conf.write_text("set -g remain-on-exit on\nset -s escape-time 0\n")
        self.t("-f", str(conf), "new-session", "-d", "-x", "80", "-y", "24",
               f"TERM=screen-256color LC_ALL=C.UTF-8 TZ=UTC {command}")

    def t(self, *args):
        p = subprocess.run(["tmux", "-S", self.sock, *args], capture_output=True,
                           text=True, check=True)
        return p.stdout

    def shown(self):
        return self.t("capture-pane", "-p")

    def shows(self, text):
        return text in self.shown()

    def until(self, test, want):
        end = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < end:
            if test(self.shown()):
                return self
            time.sleep(0.03)
        ok(False, f"{want} is seen", self.shown())
        self.end()
        done()

    def see(self, text):
        return self.until(lambda s: text in s, repr(text))

    def gone(self, text):
        return self.until(lambda s: text not in s, f"no {text!r}")

    def type(self, text, stars=False):
        """By hand: keys that follow each other faster are a scanner's."""
        for i, c in enumerate(text):
            time.sleep(HAND_S)
            self.t("send-keys", "-l", c)
            self.see("> " + ("*" * (i + 1) if stars else text[:i + 1]))
        return self

    def key(self, c):
        """One that is no text at the prompt."""
        self.t("send-keys", "-l", c)
        return self

    def keys(self, *names):
        time.sleep(HAND_S)
        self.t("send-keys", *names)
        return self

    def enter(self, text):
        """Keyed, read back from the prompt, and Enter."""
        return self.type(text).keys("Enter")

    def scan(self, code):
        self.t("send-keys", "-H", "02", *[f"{c:02x}" for c in code.encode()], "03")
        return self

    def pin(self, number, pin):
        """Who one is: number, then the PIN as stars."""
        self.enter(number).see("PIN >").type(pin, stars=True)
        return self.keys("Enter")

    def end(self):
        subprocess.run(["tmux", "-S", self.sock, "kill-server"], capture_output=True)


def approve(t):
    """Eva stands beside, and says yes."""
    t.see("SUPERVISOR NEEDED").pin("2", "9182").gone("SUPERVISOR NEEDED")


base = workdir()
paper = base / "paper"
paper.write_bytes(b"")
shop = Shop(base, conf={"reasons price": {"1": "Shelf price", "3": "Damaged packaging"},
                        "printer": {"driver": "escpos", "uri": f"file:{paper}"},
                        "drawer": {"pin": "2"}})
shop.people()
began = time.monotonic()
t = Tmux(base, f"{HOLDFAST} --store {shop.path}")

# --- the morning
t.see("SIGN ON").pin("7", "4711").see("| 7 Ana |")
ok(t.shows("ITEM >"), "Ana signs on by her PIN", t.shown())
t.enter("20000FL")
approve(t)
t.see("200.00")
ok(t.shows("7 Ana"), "the float comes from the safe, approved", t.shown())

# --- selling
t.scan(MILK).see("Whole milk 1 L").type("3*").see("qty 3").scan(COLA)
t.see("3 Cola 0.33 L can")
t.enter("4017").see("Apples Gala")
t.scan(SHAMPOO).see("Shampoo 250 ml").see("4.25")
t.enter("299PO").see("WHY?").key("3")
approve(t)
t.see("2.99")
ok(t.shows("7 Ana") and not t.shows("4.25 A|"),
   "a price is Eva's to approve, and Ana stays signed on", t.shown())
t.keys("F10").see("CASH >").enter("2000CA").see("CHANGE")
ok(t.shows("10.06"), "cash is taken and the change is told", t.shown())
t.scan(COLA).see("1 Cola 0.33 L can").scan(MILK).see("Whole milk 1 L")
t.keys("F4").see("Void: Whole milk")
t.keys("F10").see("CASH >").keys("Enter").see("CHANGE")
t.enter("5000SD").see("50.00")
ok(not t.shows("NEEDED"), "cash goes into the safe, which Ana may", t.shown())

# --- the evening: 200.00 + 9.94 + 0.89 - 50.00
t.enter("CT").see("BLIND COUNT")
ok(not t.shows("160.83") and not t.shows("Expected"), "the count is blind", t.shown())
t.keys("Down")  # 100, 50, 20, 10, 5: one of each but twenty and ten
for pieces in ("1", "1", "0", "0", "1"):
    t.type(pieces).keys("Enter")
t.keys("End").type("83").key("+")
t.see("COUNTED AND RECORDED")
ok(t.shows("160.83") and t.shows("-5.00"), "five short is told behind it", t.shown())
t.keys("Enter").see("ITEM >")
t.enter("ZR")
approve(t)
t.see("BEFORE Z")
ok(t.shows("Z number 1") and t.shows("cash short 5.00") and t.shows("no sale open"),
   "what the Z will say, and what stands before it", t.shown())
t.enter("1")
approve(t)
t.until(lambda s: "the day is closed" in s, "the end of the day")
ok(t.shows("Z 1: the day is closed"), "its number closes the day", t.shown())
t.keys("Escape").see("ITEM >").enter("SO").see("SIGNED OFF")
ok(t.shows("Ana"), "Ana signs off", t.shown())
t.keys("C-c")
t.end()
spent = time.monotonic() - began
diag(f"the day took {spent:.1f} s")

# --- what is left of it
said = json.loads(shop.must("verify", "--store", shop.path, "--json"))
ok(said["ok"] and said["store"] == "equal", "the day verifies", said)
lines = [json.loads(x) for x in
         shop.must("export", "events", "--store", shop.path).splitlines()]
kinds = [x["type"].removeprefix("holdfast.").removesuffix(".v1") for x in lines]
ok(all(x["actor"] for x in lines), "no event without an actor")
day = next(x for x in lines if x["type"] == "holdfast.day.closed.v1")
z = day["data"]
ok((z["number"], z["sales"], z["gross"], z["floats"], z["pickups"], z["drawer"],
    z["counted"], z["difference"], z["carried"]) ==
   (1, 2, 1083, 20000, 5000, 16083, 15583, -500, 15583), "the Z says so to the cent", z)
ok((z["grand"], z["grand_sales"], sum(r["gross"] for r in z["grand_taxes"])) ==
   (1083, 2, 1083), "and what was ever sold", z)
approved = [x["data"]["permit"] for x in lines
            if x["type"] == "holdfast.approval.given.v1" and x["data"]["approver"] == "2"]
ok(day["actor"] == "7" and z["approver"] == "2" and "z_report" in approved and
   "price" in approved and "float" in approved,
   "Ana did it and Eva approved, each in the line", approved)
for kind in ("operator.signed-on", "price.overridden", "line.voided", "cash.moved",
             "cash.counted", "operator.signed-off"):
    ok(kind.replace("-", "_") in kinds or kind.replace("-", ".") in kinds or
       kind in kinds, f"{kind} is a line", kinds)
ok(b"Z REPORT 1" in paper.read_bytes(), "the Z is on paper")
done()
