# SPDX-License-Identifier: Apache-2.0
"""A request that waits in the inbox is recorded once, wherever the one that
takes it is killed or loses its power; and one that asks for what was recorded
before is recorded."""
import os
import random
import subprocess
import time

from crashlib import (HOLDFAST, MODES, SEED, SLOW, Disk, clone, count_points,
                      criterion, diag, done, events_of, kill_wait, make_shop,
                      ok, read_trace, run, shim_env, short, workdir)

base = workdir()
store = make_shop(base)
rng = random.Random(SEED)
diag(f"seed {SEED}")
conf = store / "holdfast.conf"
A = conf.read_text()
B = A + "\n# another\n"


def versions(where):
    """The configurations that were activated; what waits is taken first."""
    run(["export", "events", "--store", where])
    return [e["data"]["version"][:8] for e in events_of(where)
            if short(e) == "config.activated.v1"]


def wait_for(what):
    end = time.monotonic() + 120
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


# a request, left by a verb and a register that were both killed
h = subprocess.Popen([HOLDFAST, "ring", "--store", str(store)],
                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)
h.stdin.write(b"4011\n")    # an open sale holds a configuration up
h.stdin.flush()
h.stdout.readline()
conf.write_text(B)
c = subprocess.Popen([HOLDFAST, "config", "apply", "--store", str(store)],
                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
wait_for(lambda: any(n.endswith(".req") for n in os.listdir(store / "inbox")))
for p in (c, h):
    p.kill()
    p.communicate()
name = next(n for n in os.listdir(store / "inbox") if n.endswith(".req"))
body = (store / "inbox" / name).read_bytes()
run(["ring", "--store", clone(store, base / "x")], "CN\n")
one, two = versions(base / "x")
ok(one != two, "a request that waits is recorded", (one, two))

VERB = ("export", "sales", "--format", "jsonl")
points = count_points(base, store, "", VERB)["points"]
bad = []
for n in range(1, points + 1):
    copy = clone(store, base / "copy")
    if not kill_wait(run([*VERB, "--store", copy], env=shim_env(copy, KILL=n))):
        bad.append((n, "not killed"))
        continue
    found = versions(copy)
    left = [f for f in os.listdir(copy / "inbox") if ".req" in f]
    why = criterion(copy, {}, started=0, more="")
    if found != [one, two] or left or why:
        bad.append((n, found, left, why))
ok(not bad, f"killed at {points} points: recorded once", "\n".join(map(str, bad[:5])))

# the power
copy = clone(store, base / "copy")
trace = base / "trace"
trace.unlink(missing_ok=True)
disk = Disk(copy)
run([*VERB, "--store", copy], env=shim_env(copy, TRACE=trace))
bad = []
images = 0
ops = read_trace(trace)
for at, op in enumerate(ops):
    disk.add(op)
    for _ in range(20 if SLOW else 2):
        mode = rng.choice(MODES)
        disk.image(rng, mode, base / "image")
        images += 1
        found = versions(base / "image")
        if found != [one, two]:
            bad.append((at, op[:2], mode, found))
ok(not bad, f"{images} images of {len(ops)} operations: recorded once",
   "\n".join(map(str, bad[:5])))

# B, then A, and a request for B that a kill left behind
copy = clone(store, base / "copy")
versions(copy)
(copy / "holdfast.conf").write_text(A)
run(["config", "apply", "--store", copy])
for f in (copy / "inbox").iterdir():
    f.unlink()      # the answer that nobody came for
(copy / "inbox" / name).write_bytes(body)
found = versions(copy)
ok(found == [one, two, one, two], "what was recorded before can be asked for again", found)
done()
