# SPDX-License-Identifier: Apache-2.0
"""The power goes while scans wait behind a box.  After every disk call of a
sitting (three boxes, scans behind each, two parts of a payment with a scan
behind them, pauses in which the register flushes) images of what the disk may
hold are started: what is sold then, when every box is left by Esc and the sale
is paid, is what had been scanned at one moment of the sitting, the last flush
or later.  So no scan is in the sale and waits as well, none is in neither, and
none that was flushed is lost.  Some are cut again while they start."""
import os
import random
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ.get("top_srcdir", ".")) / "tests/lib"))
from vt import (COLA, HOLDFAST, MILK, OIL, SEED, SHAMPOO, SLOW, UNKNOWN,  # noqa: E402
                Late, Screen, Shop, diag, done, ok, require, workdir)
from crashlib import MODES, SYNC, WRITE, Disk, read_trace, run, shim_env  # noqa: E402

WINE = "4002859012341"
PRODUCTS = f"""code,name,price,tax,department,age
{COLA},Cola,0.89,A,10,
{MILK},Milk,1.29,B,10,
{SHAMPOO},Shampoo,4.25,A,10,
{OIL},Oil,6.49,B,10,
4017,Apples,2.99,B,10,
{WINE},Red wine,7.95,A,10,18
"""
IMAGES = int(os.environ.get("IMAGES", "20000" if SLOW else "30"))
FLUSH = ("flush",)
# hands, what is seen then, and what is sold once every box was left by Esc
STEPS = [
    (("scan", COLA), "> 1        1 Cola", [COLA]),
    (("scan", UNKNOWN), "[ NOT ON FILE ]", [COLA]),
    (("scan", MILK), "HELD 1 scan", [COLA, MILK]),
    (FLUSH, None, None),
    (("scan", SHAMPOO), "HELD 2 scans", [COLA, MILK, SHAMPOO]),
    (("scan", MILK), "HELD 3 scans", [COLA, MILK, SHAMPOO, MILK]),
    (FLUSH, None, None),
    (("keys", "Escape"), "> 4        1 Milk", [COLA, MILK, SHAMPOO, MILK]),
    (("keys", "4", "0"), "ITEM > 40", [COLA, MILK, SHAMPOO, MILK]),
    (("keys", "1", "7", "Enter"), "> 5        1 Apples",
     [COLA, MILK, SHAMPOO, MILK, "4017"]),
    (("scan", WINE), "[ AGE 18", [COLA, MILK, SHAMPOO, MILK, "4017"]),
    (("scan", OIL), "HELD 1 scan", [COLA, MILK, SHAMPOO, MILK, "4017", OIL]),
    (FLUSH, None, None),
    (("keys", "1", "Enter"), "> 7        1 Oil",
     [COLA, MILK, SHAMPOO, MILK, "4017", WINE, OIL]),
    (("keys", "T", "L", "Enter"), "PAY", None),
    (("keys", "1", "0", "0", "C", "A", "Enter"), "1.00", None),
    (("scan", COLA), "HELD until paid: Cola",
     [COLA, MILK, SHAMPOO, MILK, "4017", WINE, OIL, COLA]),
    (FLUSH, None, None),
    (("keys", "C", "A", "Enter"), "> 1        1 Cola", None),
    (("scan", UNKNOWN), "[ NOT ON FILE ]", None),
    (("scan", OIL), "HELD 1 scan",
     [COLA, MILK, SHAMPOO, MILK, "4017", WINE, OIL, COLA, OIL]),
    (("keys", "Escape"), "> 2        1 Oil", None),
]
# what is on the screen again when the cut is behind a flush, and nothing else
BACK = {3: "HELD 1 scan", 6: "HELD 3 scans", 12: "HELD 1 scan"}

require()
base = workdir()
shop = Shop(base, PRODUCTS)
rng = random.Random(SEED)
diag(f"seed {SEED}, {IMAGES} images")


def sold_by(step):
    """What is sold behind step ${step}, -1 none was done."""
    while step >= 0 and STEPS[step][2] is None:
        step -= 1
    return STEPS[step][2] if step >= 0 else []


def flushed(trace):
    """Behind the last write to the draft it was flushed."""
    last = [op[0] for op in read_trace(trace) if op[1] == "draft" and op[0] in (WRITE, SYNC)]
    return not last or last[-1] == SYNC


def sit():
    """The hands at a register: the disk before, its calls, and for each step
    how many there were before it and behind it."""
    where = shop.copy("sit")
    trace = base / "trace"
    disk = Disk(where.path)
    ends = []
    s = Screen([HOLDFAST, "--store", where.path],
               env=shim_env(where.path, TRACE=trace))
    s.see("Scan an item")
    s.settle()
    began = len(read_trace(trace))
    for hand, sight, _ in STEPS:
        if hand == FLUSH:
            end = time.monotonic() + 120
            while not flushed(trace):
                assert time.monotonic() < end, "the draft was never flushed"
                time.sleep(0.02)
        else:
            getattr(s, hand[0])(*hand[1:])
            s.see(sight)
            s.settle()
        ends.append(len(read_trace(trace)))
    s.kill()
    s.close()
    return disk, read_trace(trace), began, ends


def leave_boxes(where):
    """Every box is left by Esc; the first screen."""
    s = where.register(until=" > ")
    s.settle()
    shown = s.shown()
    for box in ("[ NOT ON FILE ]", "[ AGE"):
        if s.shows(box):
            s.press("Escape")
            s.gone(box)
    s.press("Ctrl-U")
    s.settle()
    s.close()
    return shown


def finish(where):
    """Everything that is in hand is sold, in order; and the first screen."""
    shown = None
    try:
        for _ in range(3):  # what waited for the money is in the next sale
            first = leave_boxes(where)
            shown = shown or first
            p = run(["ring", "--keep-going", "--store", where.path], "TL\nCA\n")
            if b'"sale":' not in p.stdout:
                break
    except Late as e:
        return f"the hands: {e}", shown or ""
    good, why = where.verifies()
    if not good:
        return why, shown
    return [code for code, _ in where.lines()] if where.sales() else [], shown


def at(path):
    where = shop.copy("none-" + path.name)
    shutil.rmtree(where.path)
    where.path = path
    return where


def check(path, least, most, back, label):
    got, shown = finish(at(path))
    shutil.rmtree(path, ignore_errors=True)
    may = [sold_by(i) for i in range(least, most + 1)]
    if got not in may:
        return f"{label}: sold {got}\nnot {may}\n{shown}"
    if back and back not in shown:
        return f"{label}: {back!r} is not there\n{shown}"
    return None


def cut_again(path, again, share, label):
    """The power goes while an image starts: more images."""
    disk = Disk(path, rng.randrange(1 << 30))
    trace = base / "again.trace"
    trace.unlink(missing_ok=True)
    s = Screen([HOLDFAST, "--store", path], env=shim_env(path, TRACE=trace))
    s.see(" > ")
    s.settle()
    s.kill()
    s.close()
    made = []
    for i, op in enumerate(read_trace(trace)):
        disk.add(op)
        if rng.random() < share:
            mode = rng.choice(MODES)
            image = path.parent / f"{path.name}-again{i}"
            disk.image(rng, mode, image)
            made.append((image, *again, f"{label}, {mode} after call {i} of its start"))
    return made


def explore():
    disk, ops, began, ends = sit()
    n, n_again, bad, jobs = 0, 0, [], []
    share = IMAGES / max(1, sum(i >= began for i in range(len(ops))))
    step, sure = 0, -1  # the step that is under way; the last whose end was flushed
    with ThreadPoolExecutor(max_workers=4) as pool:
        for i, op in enumerate(ops):
            disk.add(op)
            while step < len(STEPS) and ends[step] <= i:
                step += 1
            if op[0] == SYNC and op[1] == "draft":
                # what was over before this call is on the disk
                sure = max([sure] + [k for k in range(len(STEPS)) if ends[k] <= i])
            if i < began:
                continue
            mine = share * (4 if op[1] == "draft" else 0.6)
            for _ in range(int(mine) + (rng.random() < mine % 1)):
                mode = rng.choice(MODES)
                path = base / f"image{n}"
                disk.image(rng, mode, path)
                label = f"image {n}, {mode} after call {i} of {len(ops)}"
                n += 1
                last = min(step, len(STEPS) - 1)
                back = BACK.get(last) if op[0] == SYNC and op[1] == "draft" else None
                more = []
                if n % 12 == 5:
                    copy = base / f"image{n}-first"
                    shutil.copytree(path, copy)
                    more = cut_again(copy, (sure, last, back), 0.3, label)
                    n_again += len(more)
                jobs.append(pool.submit(check, path, sure, last, back, label))
                jobs += [pool.submit(check, *m) for m in more]
                while len(jobs) > 8:
                    bad.append(jobs.pop(0).result())
        bad += [j.result() for j in jobs]
    bad = [b for b in bad if b]
    ok(n > 10 and not bad, f"{n} images of {len(ops) - began} calls and {n_again} of their "
       "starts: each scan once", f"{len(bad)} violations\n" + "\n".join(bad[:4]))
    ok(n_again > 0, "some were cut again")


explore()
done()
