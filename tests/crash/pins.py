# SPDX-License-Identifier: Apache-2.0
"""kill -9 at every disk call while PINs are guessed: whatever was answered was
counted, so that killing the register gives nobody another try."""
import json
import random

from crashlib import (SEED, SLOW, clone, diag, done, kill_wait, make_shop, ok,
                      replies, run, shim_env, workdir)

GUESS = "\\pin 7 0815\n" * 3

base = workdir()
store = make_shop(base)
for args, pin in ((["pin", "1"], "8642"),
                  (["add", "7", "--name", "Ana"], "4711")):
    p = run(["user", *args, "--pin-fd", "0", "--store", store], pin + "\n")
    assert p.returncode == 0, p.stderr


def tries(shop):
    """Of operator 7, once the register has looked after itself."""
    p = run(["ring", "--store", shop], "")
    assert p.returncode == 0, p.stderr
    p = run(["user", "list", "--store", shop])
    return {o["operator"]: o["tries"]
            for o in json.loads(p.stdout)["operators"]}["7"]


copy = clone(store, base / "copy")
p = run(["ring", "--keep-going", "--store", copy], GUESS,
        env=shim_env(copy, COUNT=base / "points"))
n_point = int((base / "points").read_text().split()[1])
whole = replies(p.stdout)
ok([r["error"] for r in whole] == ["pin"] * 3, "three wrong PINs are refused",
   whole)
ok(tries(copy) == 3, "and counted")

rng = random.Random(SEED)
points = list(range(1, n_point + 1))
if not SLOW:
    points = sorted(rng.sample(points, min(10, n_point)))
diag(f"{n_point} points, {len(points)} tried, seed {SEED}")
bad = []
for n in points:
    copy = clone(store, base / "copy")
    p = run(["ring", "--keep-going", "--store", copy], GUESS,
            env=shim_env(copy, KILL=n))
    if not kill_wait(p):
        bad.append((n, f"not killed: {p.returncode}"))
        continue
    told = len(replies(p.stdout))
    counted = tries(copy)
    if not told <= counted <= told + 1:
        bad.append((n, f"{told} were answered, {counted} are counted"))
    p = run(["verify", "--store", copy])
    if p.returncode != 0:
        bad.append((n, p.stdout))
ok(not bad, f"killed at {len(points)} points: no try is free",
   "\n".join(map(str, bad)))
done()
