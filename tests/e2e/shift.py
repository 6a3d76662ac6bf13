# SPDX-License-Identifier: Apache-2.0
"""Two cashiers with a drawer each on one register: the day is opened by hand,
cash needs a drawer of one's own, counts are blind and a far one is made twice, a
drawer is handed over in one group, and the Z lists who had which drawer.  The
kick goes to the drawer of who is signed on.  verify and rebuild agree."""
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import HOLDFAST, diag, done, ok, workdir  # noqa: E402

base = workdir()
SHOP, PAPER = base / "shop", base / "paper"


def hf(*args, text=""):
    r = subprocess.run([HOLDFAST, *args, "--store", SHOP], input=text, text=True,
                       capture_output=True)
    return r.returncode, r.stdout, r.stderr


class Ring:
    """One register that is kept open: a line in, an answer out."""

    def __init__(self):
        self.p = subprocess.Popen([HOLDFAST, "ring", "--keep-going", "--store", SHOP],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def key(self, line):
        self.p.stdin.write(line + "\n")
        self.p.stdin.flush()
        self.last = json.loads(self.p.stdout.readline())
        return self.last

    def close(self):
        self.p.stdin.close()
        return self.p.wait()


def is_(got, want, name):
    ok(got == want, name)
    if got != want:
        diag(f"got {got!r}, not {want!r}")


def lines():
    _, out, _ = hf("export", "events")
    return [json.loads(x) for x in out.splitlines() if x.startswith("{")]


def of(kind):
    return [e for e in lines() if e["type"] == f"holdfast.{kind}.v1"]


subprocess.run([HOLDFAST, "init", "--store", SHOP, "--shop", "CORNER", "--register", "R01",
                "--currency", "EUR", "--prices", "included", "--tax", "A=19%", "--key-file",
                base / "key"], check=True, stdout=subprocess.DEVNULL)
PAPER.touch()
with open(SHOP / "holdfast.conf", "a") as f:
    f.write(f"[printer]\ndriver = escpos\nuri = file:{PAPER}\n[drawer]\npin = 2\n"
            "drop_above = 400.00\n[drawer 2]\npin = 5\n[day]\nopen = hand\nshifts = on\n"
            "recount_above = 5.00\n[reasons paid]\n1 = float\n2 = miscounted\n"
            "[departments]\n20 = A, Drinks\n")
code, out, err = hf("config", "apply")
is_(code, 0, "the settings are taken")
if code:
    diag(err)
for no, role, pin in (("1", "owner", "8642"), ("2", "supervisor", "9182"),
                      ("7", "cashier", "4711"), ("8", "cashier", "4712")):
    verb = ("user", "pin", no) if no == "1" else ("user", "add", no, "--name", "N" + no,
                                                  "--role", role)
    hf(*verb, "--pin-fd", "0", text=pin + "\n")

r = Ring()
r.key("\\pin 7 4711")
is_(r.key("1000DP20").get("error"), "day", "nothing is sold before the day is open")
ok(r.key("OD")["ok"] and len(r.last["date"]) == 10, "it is opened, with its date")
is_(r.key("OD").get("error"), "day", "once")
is_(r.key("CS").get("error"), "no_shift", "nobody closes what they do not have")

# --- cash needs a drawer
r.key("1000DP20")
r.key("TL")
is_(r.key("1000CA").get("error"), "no_shift", "cash needs a drawer of one's own")
ok(r.key("20000OS2")["ok"], "which can be opened with the sale at hand")
is_(r.last["shift"], {"number": 1, "drawer": 2}, "it is theirs")
at = PAPER.stat().st_size
ok(r.key("1000CA")["ok"], "then it is paid")
pulses = PAPER.read_bytes()[at:]
ok(b"\x1bp\x01" in pulses and b"\x1bp\x00" not in pulses, "the kick is on pin 5: drawer 2")
is_(r.key("OS").get("error"), "shift", "nobody has two")
is_(r.key("XR2").get("error"), "approval", "what there should be is nothing for a cashier")
r.key("CL")

# --- another one, in turn
r.key("SO")
r.key("\\pin 8 4712")
r.key("500DP20")
r.key("TL")
ok(r.key("CC")["ok"], "a card needs no drawer")
is_(r.key("OS2").get("error"), "shift", "a drawer that is somebody's is not taken")
is_(r.key("OS")["counts"], "open", "OS alone counts")
is_(r.last["drawer"], 1, "the one that is free")
ok(r.key("OS 5000x2 1000x3")["ok"], "by value and pieces")
at = PAPER.stat().st_size
r.key("700DP20")
r.key("TL")
r.key("1000CA")
ok(b"\x1bp\x00" in PAPER.read_bytes()[at:], "the kick is on pin 2: drawer 1")
ok(r.key("2500SD417")["ok"] is True, "a drop with its envelope")
is_(r.key("10000FL").get("error"), "reason", "a float has a reason")
is_(r.key("\\reason 1").get("error"), "approval", "and somebody else's word")
ok(r.key("\\pin 2 9182")["ok"], "which a supervisor gives")

# --- counts: 130.00 and 7.00, less 25.00, and 100.00 from the safe
is_(r.key("9999CT")["count"], {"counted": 9999}, "a count in between is not compared for them")
ok("212" not in str(r.last), "in no words")
is_(r.key("9000CS").get("error"), "recount", "far off: counted once more")
is_(r.key("10000CS").get("error"), "recount", "and once more while it is another sum")
ok("expected" not in r.last and "212" not in r.last["text"], "and nothing is told")
is_(r.key("10000CS").get("error"), "reason", "far off twice: there is a reason")
ok(r.key("\\reason 2")["ok"], "then it stands")
is_(r.last["count"], {"counted": 10000, "expected": 20500 + 700, "difference": -11200},
    "and is told")
ok("shift" not in r.last, "the drawer is nobody's")
is_(r.key("1ZR").get("error"), "shift_open", "a day with an open drawer does not end")

# --- handed over: 7 to 8, who proves who they are
r.key("SO")
r.key("\\pin 7 4711")
is_(r.key("XR2").get("error"), "approval", "still nothing for a cashier")
ok(r.key("\\pin 2 9182")["ok"], "a supervisor lets them see")
is_(r.last["report"]["gross"], 1000, "an X of one shift")
is_(r.key("21000HO").get("error"), "approval", "who takes it over?")
is_(r.key("\\pin 7 4711").get("error"), "approval", "not who has it")
is_(r.key("\\key S").get("error"), "approval", "nor a key")
ok(r.key("\\pin 8 4712")["ok"], "somebody by their PIN")
is_(r.last["shift"], {"number": 3, "drawer": 2}, "who has it from here on")
r.key("900DP20")
r.key("TL")
ok(r.key("CA")["ok"], "and sells")
is_(r.key("21900CS")["count"]["difference"], 0, "the count of the next is right")

# --- the lock, with a sale
r.key("300DP20")
r.key("LK")
is_(r.key("\\pin 7 4711").get("error"), "locked", "nobody else gets into their sale")
ok(r.key("\\pin 2 9182")["ok"], "but a supervisor")
is_(r.last["total"], 300, "and it is as it was")
r.key("TL")
ok(r.key("CC")["ok"], "paid by card: nobody has a drawer")

# --- the end
r.key("SO")
r.key("\\pin 2 9182")
ok(r.key("1ZR")["ok"], "the day ends")
is_(r.close(), 1, "refusals were refusals")

day = of("day.closed")[0]["data"]
is_(day["date"], of("day.opened")[0]["data"]["date"], "the Z has the date of the day")
is_([(s["shift"], s["operator"], s["drawer"], s.get("carried", 0)) for s in day["shifts"]],
    [(2, "8", 1, 10000), (1, "7", 2, 21000), (3, "8", 2, 21900)], "and its shifts")
code, z, _ = hf("receipt", "Z1")
if os.environ.get("SHOWZ"): print(z)
rows = [" ".join(x.split()) for x in z.splitlines()]
at = [rows.index(f"Shift {s['shift']}, operator {s['operator']} Drawer {s['drawer']}")
      for s in day["shifts"]]
is_(at, sorted(at), "the paper has them in that order")
for i, s in zip(at, day["shifts"]):
    gap = s.get("difference", 0)
    is_(rows[i + 1:i + 4], [f"Cash in drawer {s['expected'] / 100:.2f}",
                            f"Cash counted {s['counted'] / 100:.2f}",
                            f"Cash {'short' if gap < 0 else 'over'} {abs(gap) / 100:.2f}"],
        f"with what there should be, was and differs in shift {s['shift']}")
is_(day["floats"], 20000 + 13000 + 10000, "what came from the safe")
is_(day["carried"], 31900, "what stays in the drawers")
is_(day["drawer"] + day["difference"], day["carried"], "is what there should be, and is not")
closed, opened = of("shift.closed")[1], of("shift.opened")[2]
is_(opened["data"].get("from"), 1, "one was taken over")
is_((closed["data"]["operator"], closed["data"]["to"]), ("7", "8"), "by one from the other")
is_(int(opened["sequence"]) - int(closed["sequence"]), 1, "at once")
is_((closed["actor"], opened["actor"]), ("8", "8"), "the one who takes it says so")
sales = of("sale.completed")
is_([s["data"].get("shift") for s in sales], [1, None, 2, 3, None], "whose cash it was")
is_([c["data"].get("reason") for c in of("cash.moved")], ["envelope 417", "float"],
    "the envelope's number is there")
far = [(c["data"]["shift"], c["data"]["counted"], c["data"]["difference"])
       for c in of("cash.counted")]
is_(far, [(2, 9999, -11201), (2, 9000, -12200), (2, 10000, -11200)],
    "each count that was far off, too, with what it found")
code, out, _ = hf("verify")
is_(code, 0, "verify: the drawers come to the totals")
if code:
    diag(out)
hf("rebuild")
code, out, _ = hf("verify")
is_(code, 0, "and so they do made anew")

# --- the next day
r = Ring()
r.key("\\pin 7 4711")
is_(r.key("OS2").get("error"), "day", "a drawer is of a day")
r.key("\\clock 2025-01-02T10:00:00Z")
ok(r.key("OD")["ok"], "the next day")
is_(r.last["date"], day["date"], "which a clock set back makes no earlier one")
x = r.key("21800OS2")
is_(x["count"]["difference"], -100, "what was left is counted again, and is short")
r.key("30000DP20")
r.key("TL")
r.key("30000CA")
ok(r.last["ok"], "a sale that brings it above what it may hold is no refusal")
ok(r.key("51800CS")["ok"], "it is closed")
r.key("SO")
r.key("\\pin 2 9182")
ok(r.key("CS1").get("error") == "no_shift", "nobody has drawer 1")
r.close()
is_(of("shift.opened")[-1]["data"].get("floats"), None, "nothing came from the safe")
code, out, _ = hf("verify")
is_(code, 0, "verify")
done()
