# SPDX-License-Identifier: Apache-2.0
"""kill -9 before every disk call and every reply of a session that holds one
of everything, and again during the recovery that follows.  Cases 1, 2, 3, 19."""
import os
import random

from crashlib import (NEXT, SCRIPT, SEED, SLOW, clone, count_points, criterion,
                      diag, done, kill_wait, make_shop, ok, replies, run,
                      sales_of, shim_env, workdir)

# small segments, so that the session rotates them (case 4)
os.environ["HOLDFAST_SEGMENT_KIB"] = "64"
base = workdir()
store = make_shop(base, printer=True)
c = count_points(base, store)
n_point = c["points"]
whole = replies(c["out"])
ok(all(r["ok"] for r in whole), "the session itself is refused nothing",
   [r for r in whole if not r["ok"]])

rng = random.Random(SEED)
points = list(range(1, n_point + 1))
if not SLOW:
    points = sorted(rng.sample(points, min(24, n_point)))
diag(f"{n_point} points, {len(points)} tried, seed {SEED}")

bad = []
double = 0
for n in points:
    copy = clone(store, base / "copy")
    p = run(["ring", "--keep-going", "--store", copy], SCRIPT,
            env=shim_env(copy, KILL=n))
    if not kill_wait(p):
        bad.append((n, f"not killed: {p.returncode} {p.stderr.decode()}"))
        continue
    told = replies(p.stdout)
    at = len(told)
    lines = {told[-1]["lines"] if told else 0}
    if at < len(whole):
        lines.add(whole[at]["lines"])   # the act in flight
    if told != whole[:at]:
        bad.append((n, f"answers differ: {told[-1]}"))
    # a second kill, somewhere in the recovery
    if rng.random() < 0.5:
        run(["ring", "--keep-going", "--store", copy], NEXT,
            env=shim_env(copy, KILL=rng.randint(1, 12)))
        double += 1
        why = criterion(copy, sales_of(told), started=3, told=told)
    else:
        why = criterion(copy, sales_of(told), started=1, told=told, lines=lines)
    if why:
        bad.append((n, why))
ok(not bad, f"killed at {len(points)} points, {double} twice: nothing lost or "
   "doubled, the open basket comes back",
   "\n".join(map(str, bad)))
done()
