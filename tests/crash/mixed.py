# SPDX-License-Identifier: Apache-2.0
"""Everything at once: random entries of every kind (parts of a payment, goods
that come back, codes not on file, ages, parking, training, people who approve)
at the real program, which is killed again and again.

Killed behind an answer, the sale that is open is as that answer said, to the
line and the cent, with what is paid of it.  Behind all of it: each sale has one
life, nothing came back more often than it was sold, every sum ties out with the
report, and the store equals one that is made anew from the lines."""
import json
import os
import random
import re
import subprocess

from crashlib import (HOLDFAST, SEED, SLOW, diag, done, events_of, lives_of, ok, open_paid,
                      run, short, workdir)

base = workdir()
rng = random.Random(SEED)
diag(f"seed {SEED}")
store = base / "shop"
PEOPLE = {"1": ("8642", ""), "2": ("9182", "supervisor"), "7": ("4711", "cashier")}
CODES = ["5449000000996", "4011", "LOAF", "FLYER", "BEER", "WINE", "4006381333931",
         "12", "999999", "\\scan BEER", "\\scan 777777", "\\scan LOAF"]
TENDERS = ["CA", "CC", "CK", "CP"]


def setup():
    p = run(["init", "--store", store, "--shop", "MIXED", "--register", "R01",
             "--currency", "EUR", "--prices", rng.choice(("included", "added")),
             "--tax", "A=19%", "--tax", "B=7%", "--key-file", base / "key"])
    assert p.returncode == 0, p.stderr
    with open(store / "holdfast.conf", "a", encoding="utf-8") as f:
        f.write("\n[role cashier]\nreturn_blind = 5.00\n"
                "\n[reasons return]\n1 = Damaged \"box\"\n2 = Changed mind\n")
    p = run(["config", "apply", "--store", store])
    assert p.returncode == 0, p.stderr
    (base / "items.csv").write_text(
        "code,name,price,tax,department,min_age\n"
        "5449000000996,Cola,0.89,A,20,\n4011,Bananas,1.99,B,10,\n"
        "LOAF,Sourdough,3.80,B,11,\nFLYER,Flyer,0.00,A,50,\n"
        "BEER,Beer,1.19,A,10,16\nWINE,Wine,7.95,A,10,18\n")
    p = run(["import", "products", base / "items.csv", "--store", store])
    assert p.returncode == 0, p.stderr
    for no in ("1", "7", "2"):
        pin, role = PEOPLE[no]
        args = (["user", "pin", no] if no == "1" else
                ["user", "add", no, "--name", f"Person {no}", "--role", role])
        p = run(args + ["--pin-fd", "0", "--store", store], pin + "\n")
        assert p.returncode == 0, p.stderr


class Ring:
    """A register that is asked an entry at a time."""

    def __init__(self, policy):
        # pylint: disable=consider-using-with
        self.p = subprocess.Popen(
            [HOLDFAST, "ring", "--keep-going", "--not-on-file", policy, "--store", str(store)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def send(self, entry):
        self.p.stdin.write(entry.encode() + b"\n")
        self.p.stdin.flush()

    def ask(self, entry):
        self.send(entry)
        line = self.p.stdout.readline()
        assert line, (entry, self.p.stderr.read())
        return json.loads(line)

    def end(self, kill):
        if kill:
            self.p.kill()
        self.p.stdin.close()
        self.p.wait()
        self.p.stdout.close()
        self.p.stderr.close()


class Shift:
    def __init__(self):
        self.numbers = []
        self.n, self.refused = 0, {}

    def entry(self):
        w = rng.random()
        n = rng.randint(1, 9)
        code = rng.choice(CODES)
        if w < 0.30:
            if rng.random() < 0.2 and not code.startswith("\\"):
                return f"{rng.choice(('2', '3', '0.5', '12'))}*{code}"
            return code
        if w < 0.40:
            return rng.choice(("TL", "CA", "CA", "CC", "CL", "CL"))
        if w < 0.52:
            return f"{rng.randint(1, 900)}{rng.choice(TENDERS)}"
        if w < 0.66 and self.numbers:
            number = rng.choice(self.numbers[-6:])
            return rng.choice((f"{number}RF{n}", f"2*{number}RF{n}", f"{number}RF", "RF",
                               f"RF{n}", f"0RF{rng.randint(1, 3)}"))
        return rng.choice((
            "VD", f"VD{n}", "PK", "PK", f"PK{n}", "CN", "1AG", "0AG", "AG1990-01-01", "NF",
            f"RS {code}", "RS 4011", "149RS20", f"{rng.randint(1, 9000)}OI10", "RI",
            f"{n}QT", f"0.{n}QT", f"{rng.randint(1, 1500)}PO", f"{n}DI", f"{n}0DA",
            f"{rng.randint(1, 2000)}DP10", "NS", "RP", "XR", f"SL{n}", "TR", "PC4011",
            "\\reason 1", "\\reason 2", "\\pin 2 9182", "\\pin 2 9182",
            rng.choice(("\\pin 7 0000", "CL", "CL")), "SO", "LK",
            "\\key S", "\\key R", "5*", "TT", "UL7", "\\badge XXXXXXXX"))

    def learn(self, reply):
        self.n += 1
        if not reply["ok"]:
            self.refused[reply["error"]] = self.refused.get(reply["error"], 0) + 1
        if reply.get("sale"):
            self.numbers.append(reply["sale"]["number"])

    def follow(self, ring, entry):
        reply = ring.ask(entry)
        self.learn(reply)
        error = reply.get("error")
        if error in ("signed_off", "locked", "wait"):
            no = rng.choice(("1", "7"))
            self.learn(ring.ask(f"\\pin {no} {PEOPLE[no][0]}"))
        elif error == "approval" and rng.random() < 0.7:
            self.learn(ring.ask(f"\\pin 2 {PEOPLE['2'][0]}"))
        elif error == "reason" and rng.random() < 0.8:
            self.learn(ring.ask("\\reason 1"))
        elif error == "age_check" and rng.random() < 0.6:
            self.learn(ring.ask("1AG"))
        elif error == "unresolved" and rng.random() < 0.8:
            for no in re.findall("[0-9]+", reply["text"]):
                self.learn(ring.ask(f"SL{no}"))
                self.learn(ring.ask("RS 4011"))
            self.learn(ring.ask(rng.choice(("CA", "TL", "100CC"))))
        elif entry == "TL" and reply["ok"] and rng.random() < 0.6:
            self.learn(ring.ask(rng.choice(TENDERS)))


STATE = ("total", "due", "lines", "unresolved", "paid")


def state_of(ring):
    """What is open: TT says it and changes nothing.  None: wrong PINs make wait."""
    r = ring.ask("TT")
    for _ in range(20):
        if r["ok"]:
            break
        if r["error"] in ("signed_off", "locked"):
            ring.ask("\\pin 1 8642")
        else:
            ring.ask("CL")  # a question, or a quantity that waits
        r = ring.ask("TT")
    return {k: r.get(k) for k in STATE} if r["ok"] else None


def in_training(events):
    on = False
    for e in events:
        if short(e) == "training.started.v1":
            on = True
        elif short(e) in ("training.ended.v1", "register.recovered.v1"):
            on = False
    return on


def check(shift):
    p = run(["verify", "--json", "--store", store])
    v = json.loads(p.stdout)
    if p.returncode or not v["ok"] or v["store"] != "equal":
        return f"verify: {p.stdout}"
    p = run(["rebuild", "--store", store])
    if p.returncode:
        return f"rebuild: {p.stderr}"
    v = json.loads(run(["verify", "--json", "--store", store]).stdout)
    if not v["ok"] or v["store"] != "equal":
        return f"verify behind rebuild: {v}"
    events = events_of(store)
    real = [e for e in events if not e.get("training")]
    why = lives_of(real)
    if why:
        return why
    sold, back, gross, drawer, seen = {}, {}, 0, 0, set()
    for e in events:
        if short(e) != "sale.completed.v1":
            continue
        d = e["data"]
        if d["number"] in seen:
            return f"{d['number']} twice"
        seen.add(d["number"])
        if ("-T-" in d["number"]) != bool(e.get("training")):
            return f"{d['number']} in the wrong series"
        if sum(t["amount"] for t in d["tenders"]) != d["total"] + d.get("rounding", 0):
            return f"{d['number']}: tenders"
        if sum(t["gross"] for t in d["taxes"]) != d["total"]:
            return f"{d['number']}: taxes"
        if e.get("training"):
            continue
        gross += d["total"]
        for t in d["tenders"]:
            drawer += t["amount"] if t["tender"] == "cash" else -t.get("change", 0)
        for line in d["lines"]:
            if line.get("unknown"):
                return f"{d['number']} has a line nobody knows"
            if line["qty"] > 0:
                sold[d["number"], line["line"]] = line["qty"]
            elif "return_of" in line:
                key = (line["return_of"], line["return_no"])
                back[key] = back.get(key, 0) - line["qty"]
    for key, milli in back.items():
        if milli > sold.get(key, 0):
            return f"{key}: {milli} of {sold.get(key)} came back"
    x = json.loads(run(["report", "x", "--json", "--store", store]).stdout)
    if (x["gross"], x["drawer"]) != (gross, drawer):
        return f"report: {x['gross']} {x['drawer']}, lines {gross} {drawer}"
    n = len([s for s in seen if "-T-" not in s])
    if x["sales"] != n:
        return f"report: {x['sales']} sales of {n}"
    # a part is recorded only while lines stand still
    paid = {}
    for e in real:
        kind, d = short(e), e["data"]
        if kind == "tender.taken.v1":
            paid[d["sale"]] = paid.get(d["sale"], 0) + 1
        elif kind == "tender.removed.v1":
            paid[d["sale"]] -= 1
        elif kind in ("line.voided.v1", "price.overridden.v1", "line.discounted.v1",
                      "sale.parked.v1", "sale.voided.v1", "age.checked.v1") and paid.get(d["sale"]):
            return f"line {e['sequence']}: {kind} while {paid[d['sale']]} parts are paid"
    return None


setup()
shift = Shift()
ROUNDS = int(os.environ.get("ROUNDS", 100 if SLOW else 3))
bad, lost = None, []
for _ in range(ROUNDS):
    for _ in range(4):
        ring = Ring(rng.choice(("line", "stop", "line", "refuse")))
        no = rng.choice(("1", "7"))
        ring.ask(f"\\pin {no} {PEOPLE[no][0]}")
        log = []
        for _ in range(rng.randint(5, 60)):
            e = shift.entry()
            log.append(e)
            shift.follow(ring, e)
        how = rng.random()
        if how < 0.6:
            was = state_of(ring)
            train = in_training(events_of(store))
            ring.end(True)
            ring = Ring("line")
            ring.ask("\\pin 1 8642")
            now = state_of(ring)
            if not train and was and now and now != was:
                lost.append((was, now, log[-12:]))
            ring.end(rng.random() < 0.5)
        else:
            ring.send(shift.entry())
            ring.end(how < 0.9)
    bad = check(shift)
    if bad:
        break
ok(bad is None, f"{shift.n} entries in {ROUNDS} rounds of kills", bad)
ok(not lost, "what was open is open again", "\n".join(map(str, lost[:3])))
diag(f"{len(shift.numbers)} sales; refused: {shift.refused}")
done()
