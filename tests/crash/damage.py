# SPDX-License-Identifier: Apache-2.0
"""Flipped bits, cut, zeroed, swapped, doubled and missing files: each is found
and named, mended from the other copy, and nothing confirmed is lost.  Cases 20
to 24."""
import json
import os
import random
import re
import shutil
import struct
import subprocess

from crashlib import (HOLDFAST, SCRIPT, SEED, SLOW, clone, criterion, diag, done,
                      make_shop, ok, replies, run, sales_of, workdir)

base = workdir()
store = make_shop(base)
env = {"HOLDFAST_SEGMENT_KIB": "256"}
told = {}
for _ in range(8):
    p = run(["ring", "--keep-going", "--store", store], SCRIPT + "CN\n", env=env)
    told.update(sales_of(replies(p.stdout)))
segments = sorted((store / "journal").glob("*.seg"))
ok(len(segments) >= 2, f"{len(told)} sales in {len(segments)} segments")
rng = random.Random(SEED)


def verify(s, *more):
    p = run(["verify", "--store", s, "--json", *more])
    try:
        v = json.loads(p.stdout)
    except ValueError:
        v = {"ok": False, "problems": [p.stderr.decode()], "store": "?"}
    return p.returncode, v


def records(path):
    """(offset, total bytes, sequence) of every record: magic, then fields as
    holdfast-journal(5) has them; found by asking the page's own reader."""
    data = path.read_bytes()
    found = []
    for at in range(4096, len(data), 8):
        if data[at:at + 4] == MAGIC:
            found.append(at)
    return data, found


first = segments[0].read_bytes()
MAGIC = first[4096:4100]
data, at = records(segments[0])
ok(len(at) > 10 and MAGIC != b"\0\0\0\0", f"{len(at)} records in the first segment")


def end_of(data, i):
    """Where record i's bytes end: the zeros before the next record begin."""
    stop = at[i + 1] if i + 1 < len(at) else len(data.rstrip(b"\0"))
    while data[stop - 1] == 0:
        stop -= 1
    return stop


middle = len(at) // 2
places = {
    "segment header": (segments[0], 20),
    "segment header sum": (segments[0], len(first[:4096].rstrip(b"\0")) - 3),
    "record magic": (segments[0], at[middle]),
    "record length": (segments[0], at[middle] + 9),
    "record flags": (segments[0], at[middle] + 13),
    "record sequence": (segments[0], at[middle] + 17),
    "record sum": (segments[0], at[middle] + 70),
    "ciphertext": (segments[0], (at[middle] + end_of(data, middle)) // 2),
    "padding": (segments[0], (at[middle] // 4096 + 1) * 4096 - 2
                if end_of(data, middle) % 4096 < 4090 else end_of(data, middle) + 1),
    "first record": (segments[0], at[0] + 200),
}
last_data = segments[-1].read_bytes()
last_at = [i for i in range(4096, len(last_data), 8) if last_data[i:i + 4] == MAGIC]
if last_at:
    places["last record of all"] = (segments[-1], last_at[-1] + 150)
    places["newest segment header"] = (segments[-1], 30)


def flip(path, where, bit=None):
    with open(path, "r+b") as f:
        f.seek(where)
        b = f.read(1)[0]
        f.seek(where)
        f.write(bytes([b ^ (1 << (bit if bit is not None else rng.randrange(8)))]))


def mended(name, copy, named=True, heal="rebuild"):
    status, v = verify(copy)
    ok(status in (1, 3) and not v["ok"] and (v["problems"] or not named),
       f"{name}: verify says so", f"{status} {v}")
    if named:
        words = " ".join(v["problems"])
        ok(re.search(r"\d", words), f"{name}: and where", words)
    p = run([heal, "--store", copy]) if heal else None
    ok(p is None or p.returncode == 0, f"{name}: {heal} mends it from the other copy",
       p and p.stderr)
    why = criterion(copy, told, started=0)
    ok(why is None, f"{name}: nothing lost", why)


for name, (path, where) in places.items():
    copy = clone(store, base / "copy")
    flip(copy / "journal" / path.name, where)
    mended(f"a bit of the {name}", copy)

if SLOW:
    bad = []
    for n in range(1000):
        copy = clone(store, base / "copy")
        path = rng.choice(segments)
        size = len(path.read_bytes().rstrip(b"\0"))
        flip(copy / "journal" / path.name, rng.randrange(size))
        if verify(copy)[1]["ok"]:
            bad.append(f"{n}: not seen")
            continue
        run(["rebuild", "--store", copy])
        why = criterion(copy, told, started=0)
        if why:
            bad.append(f"{n}: {why}")
    ok(not bad, "1,000 bits of the journal", "\n".join(bad))

# the register itself, started on a damaged newest segment, mends it
copy = clone(store, base / "copy")
flip(copy / "journal" / segments[-1].name, places.get(
    "last record of all", (None, 5000))[1])
p = run(["ring", "--store", copy], "4011\nTL\nCA\n")
ok(p.returncode == 0, "the register starts on it and sells", p.stderr)
why = criterion(copy, {**told, **sales_of(replies(p.stdout))}, started=0)
ok(why is None, "and has mended it", why)

# segments cut, zeroed, doubled, gone; records swapped, removed, replayed
for name, act in {
    "a segment zeroed": lambda j: (j / segments[0].name).write_bytes(bytes(len(first))),
    "a segment cut in half": lambda j: os.truncate(j / segments[0].name, len(first.rstrip(b"\0")) // 8 * 4),
    "a segment gone": lambda j: (j / segments[0].name).unlink(),
    "the newest segment gone": lambda j: (j / segments[-1].name).unlink(),
    "the newest segment emptied": lambda j: os.truncate(j / segments[-1].name, 0),
}.items():
    copy = clone(store, base / "copy")
    act(copy / "journal")
    mended(name, copy)


def block_edit(name, edit):
    copy = clone(store, base / "copy")
    path = copy / "journal" / segments[0].name
    body = bytearray(path.read_bytes())
    edit(body)
    path.write_bytes(body)
    mended(name, copy)


groups = [a for a in at if a % 4096 == 0]
g = groups[len(groups) // 2]
h = groups[len(groups) // 2 + 1]
i = groups[len(groups) // 2 + 2]


def remove(body):
    body[g:h] = bytes(h - g)


def swap(body):
    one, two = bytes(body[g:h]), bytes(body[h:i])
    body[g:i] = two + one


def replay(body):
    body[h:i] = body[g:g + (i - h)].ljust(i - h, b"\0")


block_edit("a record removed from the middle", remove)
block_edit("two records swapped", swap)
block_edit("a record in the place of another", replay)

copy = clone(store, base / "copy")
number = int(re.search(r"-(\d+)\.seg$", segments[-1].name).group(1))
shutil.copy(copy / "journal" / segments[0].name,
            copy / "journal" / segments[-1].name.replace(f"{number:08d}.seg", f"{number + 1:08d}.seg"))
status, v = verify(copy)
ok(status in (1, 3) and v["problems"], "an old segment under a new number: verify says so", v)
p = run(["ring", "--store", copy], "4011\nTL\nCA\n")
if p.returncode == 0:
    why = criterion(copy, {**told, **sales_of(replies(p.stdout))}, started=0)
    ok(why is None, "and the register goes on without it", why)
else:
    ok(p.returncode == 3 and p.stderr, "and the register refuses with words", p.stderr)

# the store's file
for name, act in {
    "data.mdb gone": lambda d: (d / "data.mdb").unlink(),
    "lock.mdb gone": lambda d: (d / "lock.mdb").unlink(missing_ok=True),
    "both gone": lambda d: [f.unlink() for f in d.iterdir() if f.is_file()],
    "data.mdb cut": lambda d: os.truncate(d / "data.mdb", 20480),
    "data.mdb emptied": lambda d: os.truncate(d / "data.mdb", 0),
    "data.mdb is noise": lambda d: (d / "data.mdb").write_bytes(os.urandom(65536)),
    "a garbage meta page": lambda d: (lambda b: (d / "data.mdb").write_bytes(
        b[:4096] + os.urandom(4096) + b[8192:]))((d / "data.mdb").read_bytes()),
}.items():
    copy = clone(store, base / "copy")
    act(copy / "store")
    why = criterion(copy, told, started=0)
    ok(why is None, f"{name}: the register starts, sells and is whole", why)

bad = []
n_flip = 1000 if SLOW else 25
seen = 0
size = (store / "store/data.mdb").stat().st_size
for n in range(n_flip):
    copy = clone(store, base / "copy")
    flip(copy / "store/data.mdb", rng.randrange(size))
    status, v = verify(copy)
    if not v["ok"]:
        seen += 1
    # the register goes on at once, whatever the bit was
    p = run(["ring", "--keep-going", "--store", copy], "CN\n4011\nTL\nCA\n")
    if p.returncode < 0:  # died inside the damaged page: the next start heals
        p = run(["ring", "--keep-going", "--store", copy], "CN\n4011\nTL\nCA\n")
    if p.returncode not in (0, 1) or not sales_of(replies(p.stdout)):
        bad.append(f"{n}: exit {p.returncode} {p.stdout[-200:]} {p.stderr}")
        continue
    fresh = sales_of(replies(p.stdout))
    if not verify(copy)[1]["ok"]:
        q = run(["rebuild", "--store", copy])
        if q.returncode != 0:
            bad.append(f"{n}: rebuild {q.stderr}")
            continue
    why = criterion(copy, {**told, **fresh}, started=0)
    if why:
        bad.append(f"{n}: {why}")
ok(not bad, f"{n_flip} bits of data.mdb, {seen} seen by verify, the rest harmless",
   "\n".join(map(str, bad[:8])))

# journal and store at once: what is left of either mends the other
def rot_last(d):
    """The last record rotten, and nothing but the store knows it was final."""
    f = sorted((d / "journal").glob("*.seg"))[-1]
    b = f.read_bytes()
    flip(f, len(b.rstrip(b"\0")) - 20)
    (d / "journal/watermark").unlink(missing_ok=True)


def rot_early(d):
    f = sorted((d / "journal").glob("*.seg"))[0]
    flip(f, 4096 * 3 + 200)


def suspect(d):
    (d / "store/suspect").write_text("x")


for name, acts in {
    "an early record rotten, the store suspect": (rot_early, suspect),
    "the last record rotten, the store suspect": (rot_last, suspect),
    "both rotten, the store suspect": (rot_early, rot_last, suspect),
}.items():
    copy = clone(store, base / "copy")
    for act in acts:
        act(copy)
    why = criterion(copy, told, started=0)
    ok(why is None, f"{name}: mended from it, nothing lost", why)

# nothing can mend it: then nothing is removed either
copy = clone(store, base / "copy")
rot_early(copy)
(copy / "store/data.mdb").write_bytes(os.urandom(65536))
p = run(["ring", "--store", copy], "4011\nTL\nCA\n")
ok(p.returncode == 3 and (copy / "store/data.mdb").stat().st_size == 65536,
   "an early record rotten, the store noise: refused, both are kept",
   f"{p.returncode} {p.stdout} {p.stderr}")

# the store cannot be opened for a moment, or at all
for when in ("1", "1+"):
    copy = clone(store, base / "copy")
    rot_last(copy)
    p = subprocess.run(
        ["strace", "-f", "-o", base / "trace", "-P", copy / "store/data.mdb",
         "-e", "trace=openat", "-e", f"inject=openat:error=EIO:when={when}",
         HOLDFAST, "ring", "--store", copy], input=b"", capture_output=True)
    why = criterion(copy, told, started=0)
    ok(why is None and b"EIO" in (base / "trace").read_bytes(),
       f"EIO from opening data.mdb, {when}: no byte of the tail judged without it",
       f"{why} {p.stderr}")

# keys
copy = clone(store, base / "copy")
(copy / "keys/keyring").unlink()
why = criterion(copy, told, started=0)
ok(why is None, "a keyring gone heals", why)
for name in ("master", "register.key", "source"):
    copy = clone(store, base / "copy")
    (copy / "keys" / name).unlink()
    p = run(["ring", "--store", copy], "4011\n")
    ok(p.returncode not in (0, -6, -11) and b"backup" in p.stderr,
       f"keys/{name} gone: refused, with the way out", f"{p.returncode} {p.stderr}")
    shutil.copy(store / "keys" / name, copy / "keys" / name)
    why = criterion(copy, told, started=0)
    ok(why is None, f"keys/{name} copied back: whole again", why)
diag(f"seed {SEED}")
done()
