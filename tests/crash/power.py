# SPDX-License-Identifier: Apache-2.0
"""The crash explorer: after every disk call of a real session, images of what
a power cut may leave, each recovered by the real program; cut again while it
recovers; with flushes that fail and lose their pages.  What was told is what
reached standard output or the paper.  Cases 4 to 9."""
import os
import random
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

from crashlib import (LOST, MODES, OUT, SCRIPT, SEED, SLOW, SYNC, WRITE, Disk,
                      clone, criterion, diag, done, make_shop, ok, read_trace,
                      replies, run, sales_of, shim_env, workdir)

IMAGES = int(os.environ.get("IMAGES", "50000" if SLOW else "240"))
# small segments, so that the session rotates them (case 4)
os.environ.setdefault("HOLDFAST_SEGMENT_KIB", "64")
base = workdir()
store = make_shop(base, printer=True)
rng = random.Random(SEED)
diag(f"seed {SEED}, {IMAGES} images")

SHORT = "5449000000996\nTL\nCA\n" * 2


def session(copy, script, **what):
    """Run it; the disk before, its operations and the process."""
    trace = base / "trace"
    trace.unlink(missing_ok=True)
    disk = Disk(copy, rng.randrange(1 << 30))
    p = run(["ring", "--keep-going", "--store", copy], script,
            env=shim_env(copy, TRACE=trace, PAPER=base / "paper", **what))
    return disk, read_trace(trace), p


# what each sale of the script comes to, for those that only the paper told
origin = clone(store, base / "run")
_, clean, p = session(origin, SCRIPT)
TOTALS = sales_of(replies(p.stdout))
ok(len(TOTALS) > 2 and any(o[0] == OUT and o[1] == "paper" for o in clean),
   "the session sells and prints", p.stdout + p.stderr)


class Any:
    """The total of a sale that only the paper told."""

    def __ne__(self, other):
        return False


class Told:
    """What the world was told, as it goes on: of the session itself, or of
    what came behind one that ${first} told."""

    def __init__(self, first=None, totals=None):
        self.totals = totals or {}
        self.first = first.answers() if first else None
        before = first.sales() if first else None
        self.out = b""
        self.paper = b""
        self.before = dict(before or {})

    def add(self, op):
        if op[0] == OUT and op[1] == "paper":
            self.paper += op[3]
        elif op[0] == OUT:
            self.out += op[3]

    def answers(self):
        """to the session's script"""
        return replies(self.out) if self.first is None else self.first

    def sales(self):
        found = dict(self.before)
        for number in re.findall(rb"R01-\d{6}", self.paper):
            name = number.decode()
            found.setdefault(name, self.totals.get(name, Any()))
        found.update(sales_of(replies(self.out)))
        return found


def check(job):
    image, confirmed, told, label = job
    why = criterion(image, confirmed, started=3, more=SHORT, told=told)
    shutil.rmtree(image, ignore_errors=True)
    return f"{label}: {why}" if why else None


class Explorer:
    """Takes images while a run is played again on the model of the disk."""

    def __init__(self, name):
        self.name = name
        self.n = 0
        self.n_op = 0
        self.bad = []
        self.pending = []
        self.pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 2)

    def image(self, disk, told, mode, label):
        path = base / f"image-{self.name.replace(' ', '-')}-{self.n}"
        disk.image(rng, mode, path)
        self.n += 1
        self.pending.append(self.pool.submit(
            check, (path, told.sales(), told.answers(),
                    f"image {self.n - 1}, {mode} {label}")))
        while len(self.pending) > 8:
            self.take()

    def take(self):
        why = self.pending.pop(0).result()
        if why:
            self.bad.append(why)

    def play(self, disk, ops, told, share, label="", start=0):
        """share: images an operation, more where the journal is written"""
        for at, op in enumerate(ops):
            told.add(op)
            disk.add(op)
            self.n_op += 1
            if at < start:
                continue
            journal = op[0] == WRITE and op[1].endswith(".seg")
            want = share * (6 if journal else 1)
            for _ in range(int(want) + (rng.random() < want % 1)):
                mode = "garbage" if journal and rng.random() < 0.5 \
                    else rng.choice(MODES)
                self.image(disk, told, mode, f"after op {at}{label}")

    def done(self):
        while self.pending:
            self.take()
        self.pool.shutdown()
        ok(not self.bad and self.n > 0,
           f"{self.name}: {self.n} images of {self.n_op} operations, 0 violations",
           f"{len(self.bad)} violations, seed {SEED}\n" + "\n".join(self.bad[:10]))


# a whole session
x = Explorer("session")
disk, ops, p = session(clone(store, base / "run"), SCRIPT)
x.play(disk, ops, Told(totals=TOTALS), IMAGES * 0.3 / len(ops))
x.done()

# kill between write and flush, restart, then the power goes: what the restart
# believes must have been flushed again by it
x = Explorer("kill, restart, cut")
kills = rng.sample(range(3, len(clean)), 16 if SLOW else 5)
for kill in kills:
    copy = clone(store, base / "run")
    disk, first, p = session(copy, SCRIPT, KILL=kill)
    told = Told(totals=TOTALS)
    for op in first:
        disk.add(op)
        told.add(op)
    told = Told(told)
    _, ops, p = session(copy, SHORT)
    x.play(disk, ops, told, IMAGES * 0.2 / len(kills) / len(ops),
           f" behind a kill at {kill}")
x.done()

# the power goes, and goes again while the start puts right what the first cut
# left: nothing the disk holds once may be written over
x = Explorer("cut, restart, cut")
disk, ops, p = session(clone(store, base / "run"), SCRIPT)
told = Told(totals=TOTALS)
places = [i for i, o in enumerate(ops)
          if o[0] == OUT or (o[0] == WRITE and o[1].endswith(".seg"))]
places = sorted(rng.sample(places, min(len(places), 40 if SLOW else 8)))
for at, op in enumerate(ops):
    disk.add(op)
    told.add(op)
    if at not in places:
        continue
    for mode in ("ordered", rng.choice(MODES)):
        image = base / "first"
        disk.image(rng, mode, image)
        second, more, p = session(image, "")
        x.play(second, more, Told(told),
               IMAGES * 0.3 / (2 * len(places)) / max(len(more), 1) / 2,
               f" of the start behind {mode} at {at}")
x.done()

# flushes fail and take their pages with them (two or three in a row: the
# journal has to be opened anew), selling goes on, the power goes
x = Explorer("flush lost, cut")
n_flush = sum(o[0] == SYNC for o in clean)
fails = sorted(rng.sample(range(2, n_flush + 1), n_flush - 1 if SLOW else 6))
fails = [(at, rng.choice((1, 1, 2, 3, 4))) for at in fails]
for fail, times in fails:
    disk, ops, p = session(clone(store, base / "run"), SCRIPT, FAIL=fail,
                           FAIL_ON="flush", FAIL_TIMES=times)
    start = next((i for i, o in enumerate(ops) if o[0] == LOST), 0)
    x.play(disk, ops, Told(), IMAGES * 0.2 / len(fails) / (len(ops) - start),
           f" behind flush {fail} that failed ({times})", start)
x.done()
done()
