#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An archive and a purge killed at a call: half an archive is never taken for
one, what it holds is never gone from both, and a start goes on where the purge
was.  Case 4; and the end of a log that is cut off together with all that knew of
it, which only an anchor tells: case 22."""
import json
import os
import random
import shutil
import subprocess

from crashlib import (HOLDFAST, MODES, SEED, SLOW, Disk, clone, diag, done, ok,
                      read_trace, replies, run, sales_of, shim_env, workdir)

base = workdir()
store = base / "shop"
SMALL = {"HOLDFAST_SEGMENT_KIB": "64"}
DAY = "4011\nTL\nCA\n" * 9


def past(day, args, stdin=""):
    e = dict(os.environ, FAKETIME_DONT_FAKE_MONOTONIC="1", **SMALL)
    return subprocess.run(["faketime", "-f", f"{day} 12:00:00",
                           os.path.abspath(HOLDFAST)] + [str(a) for a in args],
                          input=stdin.encode(), capture_output=True, env=e, timeout=120)


p = past("2025-01-02", ["init", "--store", store, "--shop", "OLD", "--register", "R01",
                        "--currency", "EUR", "--prices", "included", "--tax", "B=7%",
                        "--key-file", base / "key"])
(base / "c.csv").write_text("code,name,price,tax,department\n4011,Bananas,0.35,B,10\n")
past("2025-01-02", ["import", "products", base / "c.csv", "--store", store])
with open(store / "holdfast.conf", "a", encoding="utf-8") as f:
    f.write("\n[archive]\nmedium = any\n")
past("2025-01-02", ["config", "apply", "--store", store])
told = {}
for z in (1, 2, 3):
    p = past(f"2025-0{z}-10", ["ring", "--keep-going", "--store", store], DAY + f"{z}ZR\n")
    told.update(sales_of(replies(p.stdout)))
p = run(["ring", "--store", store], "4011\nTL\nCA\n")
told.update(sales_of(replies(p.stdout)))
whole = run(["export", "events", "--store", store]).stdout.splitlines()
p = run(["archive", base / "arc", "--store", store])
ok(p.returncode == 0 and len(told) == 28, "a store and its archive", p.stderr)


def verify(s, *more):
    p = run(["verify", "--json", "--store", s, *more])
    try:
        return p.returncode, json.loads(p.stdout)
    except ValueError:
        return p.returncode, {"ok": False, "problems": [p.stderr.decode()]}


def lines_of(s):
    return run(["export", "events", "--store", s]).stdout.splitlines()


def wrong(s, must=False):
    """In words, or None: after a kill and a start, all lines are here or in the
    archive, the chain holds, and the store is what they make."""
    p = run(["ring", "--store", s], "4011\nTL\nCA\n")
    if p.returncode != 0:
        return f"it does not start: {p.stderr}"
    status, v = verify(s)
    if status != 0 or v["store"] != "equal":
        return f"{v}"
    have = lines_of(s)
    begin = v.get("first", 1)
    if have[:len(whole) - begin + 1] != whole[begin - 1:]:
        return f"lines behind {begin} are other ones"
    purged = [json.loads(x)["data"]["last"] for x in have
              if b'"type":"holdfast.journal.purged' in x]
    names = sorted(f.name for f in (s / "journal").iterdir())
    if begin > 1 and begin != purged[-1] + 1:
        return f"it begins with {begin}, {purged} were purged"
    if begin == 1 and (purged or any(n.startswith("base-") for n in names)):
        return f"a purge that was recorded did not go on: {names}"
    if must and begin == 1:
        return "nothing was purged"
    if any(n.endswith(".new") for n in names) or (s / "purge.tmp").exists() \
            or sum(n.startswith("base-") for n in names) > 1:
        return f"something was left: {names}"
    p = run(["rebuild", "--store", s])
    status, v = verify(s)
    return None if p.returncode == 0 and status == 0 else f"rebuild: {p.stderr} {v}"


def sweep(name, args, after, few):
    copy = clone(store, base / "copy")
    shutil.rmtree(base / "dest", ignore_errors=True)
    p = run([*args, "--store", copy], env=shim_env(base, COUNT=base / "points"))
    n_point = int((base / "points").read_text().split()[1])
    ok(p.returncode == 0 and after(copy, True) is None, f"{name}: undisturbed",
       f"{p.stderr} {after(copy, True)}")
    points = list(range(1, n_point + 1))
    if not SLOW:
        points = sorted(random.Random(SEED).sample(points, min(few, n_point)))
    diag(f"{name}: {n_point} points, {len(points)} tried, seed {SEED}")
    bad = []
    for n in points:
        copy = clone(store, base / "copy")
        shutil.rmtree(base / "dest", ignore_errors=True)
        run([*args, "--store", copy], env=shim_env(base, KILL=n))
        why = after(copy, False)
        if why:
            bad.append(f"{n}: {why}")
    ok(not bad, f"{name}: killed at {len(points)} points", "\n".join(bad))


def after_archive(s, must):
    if (base / "dest").exists():
        p = run(["archive", "verify", base / "dest", "--json"])
        if p.returncode != 0:
            return f"what has its name does not hold: {p.stdout} {p.stderr}"
    elif must:
        return "there is no archive"
    p = run(["archive", base / "dest", "--store", s, "--json"])
    if p.returncode != 0 or (base / "dest.part").exists():
        return f"it cannot be made again: {p.stderr}"
    diff = subprocess.run(["diff", "-r", base / "dest/journal", base / "arc/journal"],
                          capture_output=True)
    status, v = verify(s)
    return None if diff.returncode == 0 and status == 0 else f"{diff.stdout} {v}"


sweep("purge", ["purge", "--archive", base / "arc"], wrong, 16)
sweep("archive", ["archive", base / "dest"], after_archive, 6)

# what a power cut may leave, after each call of a purge
copy = clone(store, base / "copy")
rng = random.Random(SEED)
disk = Disk(copy, rng.randrange(1 << 30))
p = run(["purge", "--archive", base / "arc", "--store", copy],
        env=shim_env(copy, TRACE=base / "trace"))
ops = read_trace(base / "trace")
disks = int(os.environ.get("IMAGES", "3000")) if SLOW else 16
bad, n_image = [], 0
for at, op in enumerate(ops):
    disk.add(op)
    for _ in range(disks // len(ops) + (rng.random() < disks / len(ops) % 1)):
        mode = rng.choice(MODES)
        shutil.rmtree(base / "image", ignore_errors=True)
        disk.image(rng, mode, base / "image")
        n_image += 1
        why = wrong(base / "image")
        if why:
            bad.append(f"{mode} after op {at}: {why}")
ok(not bad and n_image > 10, f"purge: {n_image} images of {len(ops)} operations", "\n".join(bad[:20]))

# two purges killed one after the other, the second behind a rebuild
copy = clone(store, base / "copy")
for n in (40, 80, 120, 160):
    run(["purge", "--archive", base / "arc", "--store", copy], env=shim_env(base, KILL=n))
why = wrong(copy)
ok(why is None, "killed again and again", why)

# --- the end cut off, with the store and the watermark that knew of it
status, v = verify(store)
head = f"{v['head']['seq']}:{v['head']['hash'][:16]}"
ok(verify(store, "--anchor", head)[0] == 0, "an anchor of the last line", verify(store, "--anchor", head))
copy = clone(store, base / "copy")
last = sorted((copy / "journal").glob("*.seg"))[-1]
data = last.read_bytes()
groups = [a for a in range(4096, len(data), 4096) if data[a:a + 4] == data[4096:4100]]
last.write_bytes(data[:groups[-3]] + bytes(len(data) - groups[-3]))
status, v = verify(copy)
ok(status == 3 and "end is missing" in " ".join(v["problems"]), "the last records gone: the store knows", v)
for name in ("store/data.mdb", "store/lock.mdb", "journal/watermark"):
    (copy / name).unlink(missing_ok=True)
p = run(["rebuild", "--store", copy])
status, v = verify(copy)
ok(p.returncode == 0 and status == 0, "with all that knew of it gone, too, it is a shorter log", v)
status, v = verify(copy, "--anchor", head)
ok(status == 3 and "end is missing" in " ".join(v["problems"]), "an anchor from outside tells", v)
status, v = verify(copy, "--anchor", head, "--no-key")
ok(status == 3, "without the key, too", v)
run(["ring", "--store", copy], "4011\nTL\nCA\n" * 3)
status, v = verify(copy, "--anchor", head)
ok(status == 3 and "another history" in " ".join(v["problems"]), "also when it went on since", v)
m = json.loads((base / "arc/manifest.json").read_text())
status, v = verify(copy, "--anchor", f"{m['last']}:{m['last_hash']}")
ok(status == 0, "what an archive knows of it still is so", v)
done()
