# SPDX-License-Identifier: Apache-2.0
"""A rebuild cut short, by kill -9 and by the power: beside a whole store, and
in place of one that is noise.  What it leaves is the old store, the new one,
or one that is not trusted; never half of one."""
import random
import shutil

from crashlib import (MODES, SCRIPT, SEED, SLOW, Disk, clone, count_points,
                      criterion, diag, done, kill_wait, make_shop, ok,
                      read_trace, replies, run, sales_of, shim_env, workdir)

base = workdir()
store = make_shop(base)
p = run(["ring", "--keep-going", "--store", store], SCRIPT)
told = sales_of(replies(p.stdout))
ok(len(told) > 2, "there is something to rebuild", p.stderr.decode())
rng = random.Random(SEED)

noise = clone(store, base / "noise")
size = (noise / "store/data.mdb").stat().st_size
(noise / "store/data.mdb").write_bytes(rng.randbytes(size))

for label, origin in (("beside", store), ("in place", noise)):
    c = count_points(base, origin, "", ("rebuild",))
    points = list(range(1, c["points"] + 1))
    diag(f"{label}: {len(points)} points, seed {SEED}")
    if not SLOW:
        points = sorted(rng.sample(points, min(16, len(points))))
    bad = []
    for n in points:
        copy = clone(origin, base / "copy")
        p = run(["rebuild", "--store", copy], env=shim_env(copy, KILL=n))
        why = criterion(copy, told, started=2) if kill_wait(p) else \
            f"not killed: {p.returncode} {p.stderr.decode()}"
        if why:
            bad.append((n, why))
    ok(not bad, f"{label}: killed at {len(points)} points, nothing lost",
       "\n".join(map(str, bad)))

    copy = clone(origin, base / "copy")
    trace = base / "trace"
    trace.unlink(missing_ok=True)
    disk = Disk(copy)
    p = run(["rebuild", "--store", copy], env=shim_env(copy, TRACE=trace))
    ok(p.returncode == 0, f"{label}: a rebuild that is let be", p.stderr.decode())
    bad = []
    ops = read_trace(trace)
    images = 20 * len(ops) if SLOW else 40
    share = images / len(ops)
    made = 0
    for at, op in enumerate(ops):
        disk.add(op)
        for _ in range(int(share) + (rng.random() < share % 1)):
            image = base / "image"
            mode = rng.choice(MODES)
            disk.image(rng, mode, image)
            why = criterion(image, told, started=2)
            if why:
                bad.append(f"{mode} after op {at}: {why}")
            shutil.rmtree(image, ignore_errors=True)
            made += 1
    ok(not bad, f"{label}: {made} images of {len(ops)} operations, 0 violations",
       f"{len(bad)} violations, seed {SEED}\n" + "\n".join(bad[:10]))
done()
