# SPDX-License-Identifier: Apache-2.0
"""kill -9 at every system call of a sale that a card pays, against the simulated
terminal: it charges, it declines, it is gone when the register comes back, it
charges another amount.  Cases 28 and 29.

The terminal's own book is what is held against the journal: never a second
charge, never one that the register does not have.  What it cannot know it says,
and a person, who looks at the book, decides."""
import json
import os
import random
import re
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from crashlib import (BUILD, HOLDFAST, SEED, SLOW, clone, diag, done,
                      events_of, make_shop, ok, replies, run, short, workdir)

SIM = str(BUILD / "holdfast-sim")
TOTAL, OTHER = 89, 50
ITEM = "5449000000996"
LINKS = threading.Lock()


def shop(base):
    """One that has a terminal behind its tender CC."""
    store = make_shop(base)
    path = store / "holdfast.conf"
    text = path.read_text()
    text = text.replace("[tender CC]\n", "[tender CC]\nkind = card\nterminal = ec\n")
    path.write_text(text + "\n[device ec]\ndriver = zvt\nport = unix:PORT\n")
    return store


class Terminal:
    """holdfast-sim at a socket beside the store, and its book."""

    def __init__(self, here, behave):
        self.paper = here / "book"
        self.socket = str(here / "ec")
        self.behave = behave
        self.p = subprocess.Popen(
            [SIM, "zvt", "--unix", self.socket, "-o", "takes=0", "-o", "quiet=200",
             "--paper", str(self.paper)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.p.stdout.readline()      # it is ready
        threading.Thread(target=self.p.stdout.read, daemon=True).start()

    def tell(self, line):
        self.p.stdin.write(line.encode() + b"\n")
        self.p.stdin.flush()

    def book(self):
        """Rows: receipt, op, amount, state."""
        text = self.paper.read_text() if self.paper.exists() else ""
        return [(int(r), op, int(a), s) for r, op, a, s in re.findall(
            r"receipt=(\d+) op=(\w+) amount=(\d+) .*state=(\w+)", text)]

    def settled(self):
        """Its book, when nothing is under way any more."""
        end = time.monotonic() + 120
        time.sleep(0.3)               # what it has just done is written too
        while any(r[3] == "pending" for r in self.book()) and time.monotonic() < end:
            time.sleep(0.02)
        return self.book()

    def end(self):
        if self.p.poll() is None:
            self.p.kill()
            self.p.wait()
        self.p.stdin.close()


def taken(book):
    """What its customers paid, in all."""
    return sum(a if op == "pay" else 0 for _, op, a, state in book
               if state in ("charged", "closed"))


def ring(store, text, **more):
    p = run(["ring", "--keep-going", "--store", store], text, **more)
    return p, replies(p.stdout)


SCRIPT = f"{ITEM}\nTL\nCC\n"
CALL = re.compile(r"^\d+ +(\w+)\(")


def calls_of(path):
    """(name, which one of that name) of each system call, in their order."""
    seen, calls = {}, []
    for line in open(path, encoding="utf-8", errors="replace"):
        m = CALL.match(line)
        if m:
            seen[m[1]] = seen.get(m[1], 0) + 1
            calls.append((m[1], seen[m[1]]))
    return calls


def strace(store, trace, text, more=()):
    p = subprocess.run(
        ["strace", "-f", "-o", str(trace), *more, HOLDFAST, "ring",
         "--keep-going", "--store", str(store)],
        input=text.encode(), capture_output=True, timeout=120, check=False)
    return p


def open_shop(base, name, behave):
    here = base / name
    here.mkdir()
    store = clone(base / "shop", here / "shop")
    conf = store / "holdfast.conf"
    conf.write_text(conf.read_text().replace("unix:PORT", f"unix:{here}/ec"))
    p = run(["config", "apply", "--store", store])
    assert p.returncode == 0, p.stderr
    t = Terminal(here, behave)
    # one that is known from before
    p, told = ring(store, SCRIPT)
    assert told and told[-1].get("sale"), p.stdout + p.stderr
    if behave == "other":
        t.tell(f"amount {OTHER}")
    elif behave == "declined":
        t.tell("decline 05")
    return here, store, t


def check(store, t, book, behave, was):
    """None, or what is wrong in words."""
    events = events_of(store)
    pays = [r for r in book if r[1] == "pay"]
    if len(pays) > 2:
        return f"charged twice: {book}"
    ended = [e["data"] for e in events if short(e) == "payment.ended.v1"]
    ours = sum(d["amount"] for d in ended if d["outcome"] in ("approved", "offline"))
    if ours != taken(book):
        return f"the terminal has {taken(book)}, the journal {ours}: {book}"
    sold = sum(x["amount"] for e in events if short(e) == "sale.completed.v1"
               for x in e["data"]["tenders"] if x.get("payment"))
    if sold != ours:
        return f"paid {ours}, in sales {sold}"
    begun = [e["data"]["payment"] for e in events if short(e) == "payment.started.v1"]
    open_ = set(begun) - {d["payment"] for d in ended if d["outcome"] != "unknown"}
    if open_ or len(begun) != len(set(begun)):
        return f"without an end: {open_}"
    if was and behave in ("charged", "declined"):
        return "a person was asked where the terminal knew"
    p = run(["verify", "--store", store, "--json"])
    v = json.loads(p.stdout)
    if not v["ok"] or v["store"] != "equal":
        return f"verify: {v}"
    return None


def settle(store, t, behave):
    """The next start, and what a person does.  (asked, what is wrong)"""
    p, told = ring(store, "TL\n")
    if not told:
        return False, f"no start: {p.stderr.decode()}"
    asked = told[0].get("error") == "card_unknown"
    book = t.settled()
    if asked:
        paid = taken([r for r in book if r[0] != 22])
        p, told = ring(store, f"{paid}KP\n" if paid else "KX\n")
        if not told or not told[0]["ok"]:
            return asked, f"not decided: {p.stdout.decode()}{p.stderr.decode()}"
    p, told = ring(store, "TL\n")
    if told[0]["ok"]:
        p, told = ring(store, "TL\nCA\n")
        if not told[-1].get("sale"):
            return asked, f"not finished: {p.stdout.decode()}"
    return asked, None


def try_point(base, behave, n, call):
    here, store, t = open_shop(base, f"{behave}{n}", behave)
    try:
        p = strace(store, here / "trace", SCRIPT,
                   ["-e", f"inject={call[0]}:signal=KILL:when={call[1]}"])
        if behave == "gone":
            t.settled()
            t.end()
        asked, wrong = settle(store, t, behave)
        wrong = wrong or check(store, t, t.settled(), behave, asked)
        return behave, n, call, asked, p.returncode, wrong
    except (AssertionError, subprocess.TimeoutExpired, ValueError) as e:
        return behave, n, call, False, 0, repr(e)
    finally:
        t.end()
        if not os.environ.get("KEEP_TMP"):
            subprocess.run(["rm", "-rf", str(here)], check=True)


base = workdir()
shop(base)
rng = random.Random(SEED)
BEHAVES = ("charged", "declined", "gone", "other")

# the calls of a session that nobody disturbs, from the intent to its end
here, store, t = open_shop(base, "whole", "charged")
p = strace(store, here / "trace", SCRIPT)
t.end()
calls = calls_of(here / "trace")
lines = [x for x in (here / "trace").read_text(errors="replace").splitlines()
         if CALL.match(x)]
begin = next(i for i, x in enumerate(lines) if '"{\\"ok\\":true' in x)
ok(replies(p.stdout)[-1].get("sale"), "the sale itself is done", p.stdout + p.stderr)
points = list(range(begin, len(calls)))
diag(f"{len(calls)} system calls, {len(points)} of them from the first answer on; seed {SEED}")
PER = int(os.environ.get("POINTS", 0)) or (len(points) if SLOW else 6)
jobs = []
for behave in BEHAVES:
    for n in sorted(rng.sample(points, min(PER, len(points)))):
        jobs.append((base, behave, n, calls[n]))
with ThreadPoolExecutor(2) as pool:
    got = list(pool.map(lambda j: try_point(*j), jobs))
for behave in BEHAVES:
    mine = [g for g in got if g[0] == behave]
    bad = [g for g in mine if g[5]]
    ok(not bad, f"{behave}: killed at {len(mine)} calls, "
       f"{sum(1 for g in mine if g[3])} times a person was asked",
       "\n".join(f"call {g[1]} {g[2]}: {g[5]}" for g in bad))
killed = sum(1 for g in got if g[4] != 0)
ok(killed * 3 >= len(got) * 2, f"{killed} of {len(got)} were killed")
done()
