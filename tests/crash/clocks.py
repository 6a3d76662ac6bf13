# SPDX-License-Identifier: Apache-2.0
"""A clock that is wrong, jumps, or repeats an hour: order is by sequence, the
recorded time only grows, every jump is recorded.  Case 30."""
import json
import os
import subprocess

from crashlib import (HOLDFAST, criterion, diag, done, make_shop, ok, replies,
                      run, sales_of, workdir)

base = workdir()
store = make_shop(base)
told = {}
SALE = "4011\nTL\nCA\n"


def ring_at(when, zone="UTC"):
    e = dict(os.environ, TZ=zone, FAKETIME_DONT_FAKE_MONOTONIC="1")
    p = subprocess.run(["faketime", "-f", when, HOLDFAST, "ring", "--store", str(store)],
                       input=SALE.encode(), capture_output=True, env=e)
    ok(p.returncode == 0, f"sells at {when} {zone}", p.stdout + p.stderr)
    told.update(sales_of(replies(p.stdout)))


def events():
    p = run(["export", "events", "--store", store])
    return [json.loads(line) for line in p.stdout.splitlines()]


p = run(["ring", "--store", store], SALE)
told.update(sales_of(replies(p.stdout)))
ring_at("-3d")
jumps = [e for e in events() if e["type"] == "holdfast.clock.jumped.v1"]
ok(len(jumps) == 1, "three days back is recorded", jumps)
ring_at("+1y")
ring_at("@1970-01-02 00:00:00")
ring_at("+0")
# the hour that is there twice, and the one that is missing
for when in ("@2026-10-25 00:30:00", "@2026-10-25 01:30:00", "@2027-03-28 00:59:59",
             "@2027-03-28 01:00:01"):
    ring_at(when, "Europe/Berlin")
script = "".join(f"\\clock {t}\n{SALE}" for t in (
    "2026-12-31T23:59:58Z", "2026-12-31T23:59:59.999999Z", "2027-01-01T00:00:00Z",
    "2026-06-01T00:00:00Z", "2001-01-01T00:00:00Z", "2027-01-01T00:00:01Z"))
p = run(["ring", "--store", store], script)
ok(p.returncode == 0, "a clock set by hand six times", p.stdout + p.stderr)
told.update(sales_of(replies(p.stdout)))
all_ = events()
times = [e["time"] for e in all_]
ok(times == sorted(times) and len(set(times)) == len(times), "recorded time only grows",
   [(a, b) for a, b in zip(times, times[1:]) if a >= b][:3])
ok([int(e["sequence"]) for e in all_] == list(range(1, len(all_) + 1)), "no sequence is missing")
kinds = {e["clock"] for e in all_}
ok("ok" in kinds and len(kinds) > 1, f"lines say how good the clock was: {sorted(kinds)}")
jumps = [e for e in all_ if e["type"] == "holdfast.clock.jumped.v1"]
diag(f"{len(jumps)} jumps recorded")
ok(len(jumps) >= 5, "every jump is an event", len(jumps))
why = criterion(store, told, started=0)
ok(why is None, "nothing lost", why)
done()
