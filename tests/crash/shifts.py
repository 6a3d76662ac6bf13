# SPDX-License-Identifier: Apache-2.0
"""kill -9 at disk calls while drawers are opened, handed over and closed: what
closes the one shift and opens the other is there once, both or neither, nobody
is without a drawer in between, and verify finds what the drawers have."""
import random

from crashlib import (SEED, SLOW, clone, diag, done, events_of, kill_wait,
                      make_shop, ok, replies, run, shim_env, short, workdir)

DAY = """\\pin 7 4711
OD
20000OS
5449000000996
TL
CA
20089HO
\\pin 8 4712
5449000000996
TL
CA
5000SD41
15178CS
SO
\\pin 1 8642
1ZR
"""
ENTRIES = DAY.splitlines()


def of(events, kind):
    return [e for e in events if short(e) == f"{kind}.v1"]


def wrong(store, told):
    """In words, or None."""
    events = events_of(store)
    opened, closed = of(events, "shift.opened"), of(events, "shift.closed")
    numbers = [e["data"]["shift"] for e in opened]
    if numbers != list(range(1, len(opened) + 1)):
        return f"shifts {numbers}"
    ended = [e["data"]["shift"] for e in closed]
    if len(set(ended)) != len(ended):
        return f"closed twice: {ended}"
    for e in closed:
        after = [o for o in opened if int(o["sequence"]) == int(e["sequence"]) + 1]
        if "to" in e["data"] and (not after or
                                  after[0]["data"].get("from") != e["data"]["shift"] or
                                  after[0]["data"]["counted"] != e["data"]["counted"]):
            return f"half a hand-over: {e['data']}"
    had = max([r["shift"]["number"] for r in told if "shift" in r], default=0)
    if had > len(opened):
        return f"shift {had} was told and is not there"
    p = run(["verify", "--store", store])
    return p.stdout if p.returncode != 0 else None


base = workdir()
store = make_shop(base)
with open(store / "holdfast.conf", "a", encoding="ascii") as f:
    f.write("[day]\nopen = hand\nshifts = on\n[drawer 2]\npin = none\n")
run(["config", "apply", "--store", store])
run(["user", "pin", "1", "--pin-fd", "0", "--store", store], "8642\n")
for no, pin in (("7", "4711"), ("8", "4712")):
    run(["user", "add", no, "--name", "N" + no, "--pin-fd", "0", "--store", store], pin + "\n")
copy = clone(store, base / "copy")
p = run(["ring", "--keep-going", "--store", copy], DAY,
        env=shim_env(copy, COUNT=base / "points"))
n_point = int((base / "points").read_text().split()[1])
whole = replies(p.stdout)
# who takes the drawer over is a question first
refused = [i for i, r in enumerate(whole) if not r["ok"]]
ok(len(whole) == len(ENTRIES) and refused == [ENTRIES.index("20089HO")],
   "a day with a hand-over", [(ENTRIES[i], whole[i]) for i in refused])
ok(wrong(copy, whole) is None, "adds up", wrong(copy, whole))
ok([s["shift"] for s in of(events_of(copy), "day.closed")[0]["data"]["shifts"]] == [1, 2],
   "and its Z lists both")

points = list(range(1, n_point + 1))
if not SLOW:
    points = sorted(random.Random(SEED).sample(points, min(12, n_point)))
diag(f"{n_point} points, {len(points)} tried, seed {SEED}")
bad = []
for n in points:
    copy = clone(store, base / "copy")
    p = run(["ring", "--keep-going", "--store", copy], DAY, env=shim_env(copy, KILL=n))
    if not kill_wait(p):
        bad.append((n, f"not killed: {p.returncode}"))
        continue
    why = wrong(copy, replies(p.stdout))
    if why:
        bad.append((n, why))
ok(not bad, f"killed at {len(points)} points: each shift once, none in two halves",
   "\n".join(map(str, bad)))
done()
