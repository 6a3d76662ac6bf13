# SPDX-License-Identifier: Apache-2.0
"""kill -9 at every disk call of two days with cash in and out, counts and Zs,
and the ends of their month and year: each exists once, keyed again it is
refused or made, and no money is in two days or in none.  The same for the verb
that closes."""
import random

from crashlib import (SEED, SLOW, clone, diag, done, events_of, kill_wait,
                      make_shop, ok, replies, run, shim_env, short, workdir)

DAYS = """\\clock 2029-11-30T10:00:00Z
5449000000996
TL
CA
5000PI
2*5449000000996
TL
2000CA
1000PU
CT 2000x1 500x1
1ZR
5449000000996
TL
CA
200PX
4000CT
2ZR
\\clock 2030-01-02T10:00:00Z
202911MZ
2029YZ
"""
LATER = "\\clock 2031-01-05T10:00:00Z\n"
ENTRIES = DAYS.splitlines()


def days_of(events):
    return [e["data"] for e in events if short(e) == "day.closed.v1"]


def wrong_periods(store, days, sold):
    """Months and years, keyed again: each once, and all that was sold."""
    months = sorted({d["date"][:7] for d in days})
    years = sorted({d["date"][:4] for d in days})
    run(["ring", "--keep-going", "--store", store], LATER +
        "".join(m.replace("-", "") + "MZ\n" for m in months) +
        "".join(y + "YZ\n" for y in years))
    ends = [e["data"] for e in events_of(store) if short(e) == "period.closed.v1"]
    for kind, names in (("month", months), ("year", years)):
        have = [p["period"] for p in ends if p["kind"] == kind]
        if sorted(have) != names or [p["number"] for p in ends if p["kind"] == kind] \
                != list(range(1, len(have) + 1)):
            return f"{kind}s {names}, closed {have}"
        if sum(p["gross"] for p in ends if p["kind"] == kind) != sold:
            return f"{kind}s do not sum to {sold}: {ends}"
    return None


def wrong(store, told):
    """In words, or None: what is there after the kill, and after what was not
    answered was keyed again."""
    p = run(["ring", "--keep-going", "--store", store], "CL\nCN\nXR\n")
    days = days_of(events_of(store))
    closed = sum(r.get("z", {}).get("closed", False) for r in told)
    if not closed <= len(days) <= closed + 1:
        return f"{closed} days were closed, {len(days)} are"
    run(["ring", "--keep-going", "--store", store], "1ZR\n2ZR\n")
    events = events_of(store)
    days = days_of(events)
    if [d["number"] for d in days] != [1, 2]:
        return f"Z numbers {[d['number'] for d in days]}"
    sold = sum(e["data"]["total"] for e in events
               if short(e) == "sale.completed.v1")
    if sum(d["gross"] for d in days) != sold or days[-1]["grand"] != sold:
        return f"sold {sold}, days say {[d['gross'] for d in days]}"
    for a, b in zip(days, days[1:]):
        if 0 < b["first"] <= a["last"] or b.get("opening", 0) != a["carried"]:
            return f"day {b['number']} does not follow: {a} {b}"
    for d in days:
        if d["carried"] != d["drawer"] + d.get("difference", 0):
            return f"cash is lost: {d}"
    if days[-1].get("grand_sales", 0) != sum(short(e) == "sale.completed.v1" for e in events):
        return f"ever sold: {days[-1]}"
    why = wrong_periods(store, days, sold)
    if why:
        return why
    p = run(["verify", "--store", store])
    return p.stdout if p.returncode != 0 else None


base = workdir()
store = make_shop(base)
copy = clone(store, base / "copy")
p = run(["ring", "--keep-going", "--store", copy], DAYS,
        env=shim_env(copy, COUNT=base / "points"))
n_point = int((base / "points").read_text().split()[1])
whole = replies(p.stdout)
ok(len(whole) == len(ENTRIES) and all(r["ok"] for r in whole),
   "two days are refused nothing", [r for r in whole if not r["ok"]])
ok(wrong(copy, whole) is None, "and add up", wrong(copy, whole))

rng = random.Random(SEED)
points = list(range(1, n_point + 1))
if not SLOW:
    points = sorted(rng.sample(points, min(12, n_point)))
diag(f"{n_point} points, {len(points)} tried, seed {SEED}")
bad = []
for n in points:
    copy = clone(store, base / "copy")
    p = run(["ring", "--keep-going", "--store", copy], DAYS,
            env=shim_env(copy, KILL=n))
    if not kill_wait(p):
        bad.append((n, f"not killed: {p.returncode}"))
        continue
    why = wrong(copy, replies(p.stdout))
    if why:
        bad.append((n, why))
ok(not bad, f"killed at {len(points)} points: each Z once, no money lost",
   "\n".join(map(str, bad)))


# --- the verb: nobody runs, and it is killed
def closed_once(store):
    p = run(["close", "day", "--count", "0.89", "--store", store])
    if p.returncode != 0:
        return f"again: {p.returncode} {p.stderr}"
    days = days_of(events_of(store))
    if [(d["number"], d["gross"], d.get("difference", 0)) for d in days] != \
            [(1, 89, 0)]:
        return f"days {days}"
    p = run(["verify", "--store", store])
    return p.stdout if p.returncode != 0 else None


run(["ring", "--store", store], "5449000000996\nTL\nCA\n")
copy = clone(store, base / "copy")
CLOSE = ["close", "day", "--count", "0.89", "--store", copy]
p = run(CLOSE, env=shim_env(copy, COUNT=base / "points"))
n_point = int((base / "points").read_text().split()[1])
ok(p.returncode == 0 and closed_once(copy) is None, "the verb closes a day",
   f"{p.stdout}{p.stderr}{closed_once(copy)}")
points = list(range(1, n_point + 1))
if not SLOW:
    points = sorted(rng.sample(points, min(10, n_point)))
diag(f"{n_point} points of the verb, {len(points)} tried")
bad = []
for n in points:
    copy = clone(store, base / "copy")
    p = run(CLOSE, env=shim_env(copy, KILL=n))
    if not kill_wait(p):
        bad.append((n, f"not killed: {p.returncode}"))
        continue
    why = closed_once(copy)
    if why:
        bad.append((n, why))
ok(not bad, f"killed at {len(points)} points: the day is closed once",
   "\n".join(map(str, bad)))
done()
