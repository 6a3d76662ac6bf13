# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, read-only, slow, or too small for the map.  Real file
systems in a mount namespace of the test's own.  Cases 13 to 16, 27, 46."""
import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

if not os.environ.get("IN_NAMESPACE"):
    flags = "-m" if os.getuid() == 0 else "-rm"
    os.environ["IN_NAMESPACE"] = "1"
    os.execvp("unshare", ["unshare", flags, "--propagation", "private", sys.executable, __file__])

from crashlib import (HOLDFAST, OUT, SYNC, WRITE, clone, criterion, diag, done,
                      make_shop, ok, read_trace, replies, run, sales_of,
                      shim_env, workdir)

base = workdir()
origin = make_shop(base)


def mount(*args):
    subprocess.run(["mount", *map(str, args)], check=True)


# --- full, by another process, during the day ------------------------------------
disk = base / "disk"
disk.mkdir()
mount("-t", "tmpfs", "-o", "size=24m", "tmpfs", disk)
store = clone(origin, disk / "shop")
filler = disk / "filler"


def fill(leave):
    st = os.statvfs(disk)
    room = st.f_bavail * st.f_frsize - leave
    if room > 0:
        with open(filler, "ab") as f:
            f.write(b"x" * room)


told = {}
refused = 0
went_on = 0
fill(0)
p = run(["ring", "--keep-going", "--store", store],
        "CL\nCN\n" + "5449000000996\nTL\nCA\nCL\n" * 400)
answers = replies(p.stdout)
told.update(sales_of(answers))
went_on = len(told)
refused = [r for r in answers if not r["ok"] and r["error"] == "not_recorded"]
ok(p.returncode in (0, 1), "a full disk is no reason to die", p.stderr)
ok(went_on > 0, f"{went_on} sales go on into the reserve")
diag(f"{len(refused)} refused")
ok(all(r["text"] for r in refused), "what cannot be recorded is refused in words", refused[:1])
fill(0)
p = run(["ring", "--keep-going", "--store", store], "CL\nCN\n" + "4011\nTL\nCA\nCL\n" * 3000)
answers = replies(p.stdout)
told.update(sales_of(answers))
refused += [r for r in answers if not r["ok"] and r.get("error") == "not_recorded"]
ok(p.returncode in (0, 1, 3) or not answers, "and again", p.stderr)
if not refused and not p.stderr:
    ok(False, "the disk was never too full: the test is too small", len(told))
else:
    ok(True, f"{len(told)} sold, {len(refused)} refused in words")
p = run(["import", "products", base / "catalog.csv", "--store", store])
ok(p.returncode != 0 and p.stderr, "an import is refused first", p.stdout + p.stderr)
filler.unlink()
why = criterion(store, told, started=0)
ok(why is None, "with room again: nothing lost, nothing doubled", why)

# --- read-only -------------------------------------------------------------------
ro = base / "ro"
ro.mkdir()
mount("--bind", store, ro)
mount("-o", "remount,bind,ro", ro)
p = run(["scan", "LOAF", "--store", ro])
ok(p.returncode == 0 and json.loads(p.stdout)["found"], "read-only: look-ups work", p.stderr)
p = run(["ring", "--keep-going", "--store", ro], "PC4011\nLOAF\nTL\nCA\n")
answers = replies(p.stdout)
ok(answers and answers[0]["ok"], "a price check works", p.stdout + p.stderr)
ok(answers and not answers[-1]["ok"] and answers[-1]["text"],
   "a sale is refused with words", answers[-1:])
p = run(["verify", "--json", "--store", ro])
ok(p.returncode in (0, 1) and json.loads(p.stdout)["events"] > 0, "verify reads", p.stderr)
subprocess.run(["umount", str(ro)], check=True)

# the file system turns read-only in the middle of a sale
copy = clone(origin, base / "copy")
p = run(["ring", "--keep-going", "--store", copy],
        "4011\nTL\nCA\nLOAF\nLOAF\nPC4011\nTL\nCA\n",
        env=shim_env(copy, FAIL=8, FAIL_ON="write", FAIL_FOREVER=1, ERRNO=errno.EROFS))
answers = replies(p.stdout)
ok(len(answers) == 8 and answers[5]["ok"], "remounted in mid-sale: look-ups go on", p.stdout)
ok(not answers[7]["ok"] and answers[7]["text"], "the sale is refused with words", p.stdout[-300:])
why = criterion(copy, sales_of(answers), started=1)
ok(why is None, "and is open, or final, afterwards", why)

# --- map -------------------------------------------------------------------------
copy = clone(origin, base / "copy")
p = run(["ring", "--store", copy], "5449000000996\nLOAF\n4011\nTL\nCA\n" * 300,
        env={"HOLDFAST_MAP_KIB": "128"})
ok(p.returncode == 0 and not p.stderr, "a map of 128 KiB grows without a word",
   p.stdout[-200:] + p.stderr)
size = (copy / "store/data.mdb").stat().st_size
ok(size > 128 * 1024, f"to {size // 1024} KiB")
why = criterion(copy, sales_of(replies(p.stdout)), started=0)
ok(why is None, "nothing lost", why)

# --- a second register -------------------------------------------------------------
copy = clone(origin, base / "copy")
first = subprocess.Popen([HOLDFAST, "ring", "--store", str(copy)], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE)
first.stdin.write(b"4011\n")
first.stdin.flush()
first.stdout.readline()
began = time.monotonic()
p = run(["ring", "--store", copy], "4011\n")
spent = time.monotonic() - began
ok(p.returncode == 4 and p.stderr and not p.stdout, "a second register on one store: exit 4, in words",
   f"{p.returncode} {p.stderr}")
diag(f"after {spent * 1000:.0f} ms")
first.stdin.write(b"TL\nCA\n")
first.stdin.close()
ok(b'"sale"' in first.stdout.read() and first.wait() == 0, "the first is not disturbed")

# --- a slow flush ------------------------------------------------------------------
# counted, not timed: one flush, of the journal, before anybody is told
both = base / "slow"
both.mkdir()
copy = make_shop(both, printer=True)
trace = base / "trace"
p = run(["ring", "--store", copy], "4011\nLOAF\nTL\nCA\n",
        env=shim_env(both, TRACE=trace, FLUSH_US=50000))
ok(p.returncode == 0, "sells on a disk of 50 ms a flush", p.stderr)
ops = read_trace(trace)
outs = [i for i, o in enumerate(ops) if o[0] == OUT]
tender = ops[outs[-2] + 1:]
told = next(i for i, o in enumerate(tender) if o[0] == OUT)
paper = next(i for i, o in enumerate(tender) if o[0] == WRITE and o[1].endswith("paper"))
final = next(i for i, o in enumerate(tender) if o[0] == SYNC and o[1].endswith(".seg"))
before = [o[1] for o in tender[:final] if o[0] == SYNC]
ok(not before, "the journal's flush is the first of a tender", before)
ok(final < paper and final < told, "nobody is told before it: printer, then the caller",
   (final, paper, told))
between = [o[1] for o in tender[:paper] if o[0] == SYNC]
ok(len(between) == 1, "one flush before the drawer opens", between)
every = [o[1] for o in tender[:told] if o[0] == SYNC]
ok(len(every) <= 3, f"{len(every)} flushes in all", every)
done()
