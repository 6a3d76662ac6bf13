# SPDX-License-Identifier: Apache-2.0
"""The crash explorer: after every disk call of a real session, images of what
a power cut may leave, each recovered by the real program.  Cases 4 to 9."""
import os
import random
from concurrent.futures import ThreadPoolExecutor

from crashlib import (MODES, NEXT, OUT, SCRIPT, SEED, SLOW, Disk, clone,
                      criterion, diag, done, make_shop, ok, read_trace,
                      replies, run, sales_of, shim_env, workdir)

IMAGES = int(os.environ.get("IMAGES", "50000" if SLOW else "120"))
# small segments, so that the session rotates them (case 4)
os.environ["HOLDFAST_SEGMENT_KIB"] = "64"
base = workdir()
store = make_shop(base)
rng = random.Random(SEED)

SHORT = "5449000000996\nTL\nCA\n" * 2


def session(copy, script, kill=0):
    trace = base / "trace"
    trace.unlink(missing_ok=True)
    env = shim_env(copy, TRACE=trace)
    if kill:
        env["SHIM_KILL"] = str(kill)
    disk = Disk(copy)
    p = run(["ring", "--keep-going", "--store", copy], script, env=env)
    return disk, read_trace(trace), p


def check(job):
    number, image, confirmed, told, mode, at = job
    why = criterion(image, confirmed, started=2, more=SHORT, told=told)
    if why is None:
        import shutil
        shutil.rmtree(image, ignore_errors=True)
        return None
    return f"image {number}, {mode} after op {at}: {why}"


def explore(label, runs, budget):
    """runs: list of (disk before, ops, what was answered before to SCRIPT,
    or None when it is ${ops} that answer it)."""
    total_ops = sum(len(ops) for _, ops, _ in runs)
    done_images = 0
    bad = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        pending = []
        for disk, ops, before in runs:
            out = b""
            for at, op in enumerate(ops):
                if op[0] == OUT:
                    out += op[3]
                disk.add(op)
                share = budget / total_ops
                n = int(share) + (1 if rng.random() < share - int(share) else 0)
                for _ in range(n):
                    mode = rng.choice(MODES)
                    image = base / f"image-{label}-{done_images}"
                    disk.image(rng, mode, image)
                    now = replies(out)
                    confirmed = sales_of((before or []) + now)
                    pending.append(pool.submit(
                        check, (done_images, image, confirmed,
                                now if before is None else before, mode, at)))
                    done_images += 1
                    while len(pending) > 8:
                        why = pending.pop(0).result()
                        if why:
                            bad.append(why)
        for f in pending:
            why = f.result()
            if why:
                bad.append(why)
    ok(not bad, f"{label}: {done_images} images of {total_ops} operations, 0 violations",
       f"{len(bad)} violations, seed {SEED}\n" + "\n".join(bad[:10]))


# a whole session
copy = clone(store, base / "run")
disk, ops, p = session(copy, SCRIPT)
diag(f"{len(ops)} operations, seed {SEED}")
explore("session", [(disk, ops, None)], IMAGES * 6 // 10)

# kill between write and flush, restart, then the power goes: what the restart
# believes must have been flushed again by it
runs = []
n_points = sum(1 for o in ops)
for kill in (rng.sample(range(3, n_points), 12 if SLOW else 4)):
    copy = clone(store, base / "run")
    disk, first, p = session(copy, SCRIPT, kill=kill)
    told = replies(p.stdout)
    for op in first:
        disk.add(op)
    trace = base / "trace"
    trace.unlink(missing_ok=True)
    run(["ring", "--keep-going", "--store", copy], NEXT[:57],
        env=shim_env(copy, TRACE=trace))
    runs.append((disk, read_trace(trace), told))
explore("kill, restart, cut", runs, IMAGES * 4 // 10)
done()
