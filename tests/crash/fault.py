# SPDX-License-Identifier: Apache-2.0
"""Errors from the disk at every call: once and for ever, short writes,
interrupted calls, no space.  Cases 10, 11, 12, 13, 40."""
import errno
import os
import random

from crashlib import (SCRIPT, SEED, SLOW, TRUNC, WRITE, clone, count_points,
                      criterion, diag, done, events_of, make_shop, ok,
                      read_trace, replies, run, sales_of, shim_env, workdir)

# small segments, so that the session rotates them (case 4)
os.environ["HOLDFAST_SEGMENT_KIB"] = "64"
base = workdir()
store = make_shop(base)
c = count_points(base, store)
rng = random.Random(SEED)


def sample(n, most):
    every = list(range(1, n + 1))
    whole = SLOW or os.environ.get("HOLDFAST_SLOW_FAULTS")
    return every if whole else sorted(rng.sample(every, min(most, n)))


def attempt(label, started=1, **what):
    """One run with a fault; P afterwards; never an unclear answer."""
    copy = clone(store, base / "copy")
    p = run(["ring", "--keep-going", "--store", copy], SCRIPT,
            env=shim_env(copy, **what))
    if p.returncode < 0:
        return f"{label}: died of signal {-p.returncode}: {p.stderr.decode()}"
    told = replies(p.stdout)
    if p.returncode not in (0, 1) and told:
        return f"{label}: exit {p.returncode} after answers: {p.stderr.decode()}"
    if p.returncode != 0 and not told and not p.stderr:
        return f"{label}: gave up without a word"
    why = criterion(copy, sales_of(told), started=started, told=told)
    return f"{label}: {why}" if why else None


def sweep(name, n, most, **what):
    tried = sample(n, most)
    bad = []
    for i in tried:
        why = attempt(f"{name} at {i}", FAIL=i, **what)
        if why:
            bad.append(why)
    ok(not bad, f"{name}, {len(tried)} of {n} places: refused or final, never unclear",
       "\n".join(bad))


diag(f"{c}"[:90] + f" seed {SEED}")
sweep("EIO once on any call", c["points"], 16, ERRNO=errno.EIO)
sweep("EIO once on a flush", c["flushes"], 8, ERRNO=errno.EIO, FAIL_ON="flush")
sweep("EIO on all flushes from", c["flushes"], 8, ERRNO=errno.EIO,
      FAIL_ON="flush", FAIL_FOREVER=1)
sweep("ENOSPC once on a write", c["writes"], 16, ERRNO=errno.ENOSPC,
      FAIL_ON="write")
sweep("ENOSPC on all writes from", c["writes"], 8, ERRNO=errno.ENOSPC,
      FAIL_ON="write", FAIL_FOREVER=1)

# case 11 in words: the flush that fails for ever makes the register refuse
copy = clone(store, base / "copy")
p = run(["ring", "--keep-going", "--store", copy], SCRIPT,
        env=shim_env(copy, FAIL=4, FAIL_ON="flush", FAIL_FOREVER=1))
refused = [r for r in replies(p.stdout) if not r["ok"]]
ok(refused and all(r.get("text") for r in refused),
   "a disk that flushes nothing: acts are refused with words", p.stdout[-800:])

# a group half written, and no new segment either: the journal is opened anew in
# the middle of the day; what it dropped is recorded, as at a start
def half_written():
    copy = clone(store, base / "copy")
    trace = base / "trace"
    run(["ring", "--keep-going", "--store", copy], LONG,
        env=shim_env(copy, TRACE=trace))
    writes = [o for o in read_trace(trace) if o[0] in (WRITE, TRUNC)]
    bad = []
    dropped = 0
    for i, o in enumerate(writes, 1):
        if o[0] != WRITE or not o[1].endswith(".seg") or o[2] < 4096 or not any(o[3]):
            continue
        copy = clone(store, base / "copy")
        p = run(["ring", "--keep-going", "--store", copy], LONG,
                env=shim_env(copy, SHORT=i, FAIL=i + 1, FAIL_TIMES=2,
                             FAIL_ON="write", ERRNO=errno.EIO))
        told = replies(p.stdout)
        events = events_of(copy)
        why = criterion(copy, sales_of(told), started=1, script=LONG, told=told)
        if why:
            bad.append(f"{i}: {why}")
        elif any(not r["ok"] for r in told):
            if any(e["type"] == "holdfast.register.recovered.v1" and
                   e["data"]["dropped_bytes"] > 0 and
                   e["data"]["why"].startswith("while selling") for e in events):
                dropped += 1
            else:
                bad.append(f"{i}: refused, and nothing tells why: {p.stdout}")
    ok(not bad and dropped > 0,
       f"a group half written: {dropped} dropped while selling, and recorded",
       "\n".join(bad))


LONG = ("5449000000996\n4011\n" * 12 + "TL\nCA\n") * 3
half_written()

# a write cut short, a call interrupted: carried out to the end, in silence
def silent(name, n, most, **what):
    bad = []
    tried = sample(n, most)
    key = "SHORT" if not what else "FAIL"
    for i in tried:
        copy = clone(store, base / "copy")
        p = run(["ring", "--keep-going", "--store", copy], SCRIPT,
                env=shim_env(copy, **{key: i}, **what))
        told = replies(p.stdout)
        loud = [r for r in told if not r["ok"]]
        if p.returncode != 0 or loud or p.stderr or len(told) != len(whole):
            bad.append(f"{i}: exit {p.returncode} {loud} {p.stderr}")
            continue
        why = criterion(copy, sales_of(told), started=0, told=told)
        if why:
            bad.append(f"{i}: {why}")
    ok(not bad, f"{name} at {len(tried)} of {n} places: no message at all", "\n".join(bad))


whole = replies(c["out"])
silent("a short write", c["writes"], 16)
silent("EINTR", c["points"], 16, ERRNO=errno.EINTR)

# memory: the n-th allocation fails.  Not in a coverage build, whose own
# counters die of it.
def memory():
    bad = []
    tried = list(range(1, 400, 1 if SLOW else 23))
    for i in tried:
        copy = clone(store, base / "copy")
        p = run(["ring", "--keep-going", "--store", copy], SCRIPT,
                env=shim_env(copy, MALLOC=i))
        if p.returncode < 0:
            bad.append(f"allocation {i}: signal {-p.returncode} {p.stderr.decode()[-300:]}")
            continue
        told = replies(p.stdout)
        why = criterion(copy, sales_of(told), started=1, told=told)
        if why:
            bad.append(f"allocation {i}: {why}")
    ok(not bad, f"{len(tried)} failing allocations: a message or an exit, nothing lost",
       "\n".join(bad))


if os.environ.get("HF_COVERAGE") != "yes":
    memory()
done()
