# SPDX-License-Identifier: Apache-2.0
"""Other keys while the shop sells, and a kill or a power cut at each disk call
of that: every record that was readable is, the PIN of before signs on, the
next change works.  Case 43."""
import json
import random
import subprocess

from crashlib import (HOLDFAST, MODES, OUT, SEED, SLOW, WRITE, Disk, clone,
                      diag, done, kill_wait, make_shop, ok, read_trace, run,
                      shim_env, workdir)

base = workdir()
rng = random.Random(SEED)
diag(f"seed {SEED}")
origin = make_shop(base)
for args, pin in ((["pin", "1"], "8642"), (["add", "7", "--name", "Ana Quill"], "4711")):
    p = run(["user", *args, "--pin-fd", "0", "--store", origin], pin + "\n")
    assert p.returncode == 0, p.stderr
SALE = "\\pin 7 4711\n5449000000996\nTL\nCA\n"
p = run(["ring", "--keep-going", "--store", origin], SALE + "4011\nTL\nCA\n")
assert p.stdout.count(b'"sale"') >= 2, p.stdout
p = run(["keys", "recovery", "--json", "--store", origin])
RECOVERY = json.loads(p.stdout)["recovery_key"]
copy = base / "copy"
NEW = base / "new.key"
NEW.write_bytes(bytes(range(40)))

ROTATE = {
    "data": ["keys", "rotate", "data"],
    "master": ["keys", "rotate", "master"],
    "device": ["keys", "rotate", "device", "--new-key-file", NEW],
    "recovery": ["keys", "recovery"],
    "recover": ["keys", "recover", "--recovery-fd", "0", "--new-key-file", NEW],
}


def stdin_of(level):
    return RECOVERY + "\n" if level == "recover" else ""


def check(shop, level):
    """None, or what is wrong.  The store opens by what it remembers."""
    p = run(["ring", "--keep-going", "--store", shop], SALE)
    if p.returncode != 0 or b"R01-000003" not in p.stdout:
        return f"the next sale: {p.returncode} {p.stdout[-400:]} {p.stderr}"
    p = run(["verify", "--json", "--store", shop])
    if p.returncode != 0 or json.loads(p.stdout)["store"] != "equal":
        return f"verify: {p.stdout} {p.stderr}"
    p = run(["export", "sales", "--format", "jsonl", "--store", shop])
    if p.returncode != 0 or len(p.stdout.splitlines()) != 3:
        return f"export: {p.stdout} {p.stderr}"
    p = run(["user", "list", "--json", "--store", shop])
    if b"Ana Quill" not in p.stdout:
        return f"the name: {p.stdout} {p.stderr}"
    p = run(["keys", "status", "--json", "--store", shop])
    told = json.loads(p.stdout)
    if p.returncode != 0 or not told["recorded"]:
        # a verb that was killed: the register's start has recorded it
        return f"status: {p.stdout} {p.stderr}"
    if level != "data" and "recovery" not in told:
        return f"no recovery key: {told}"
    if told["master"]["generation"] > told["recovery"]["opens_master"]:
        return f"the recovery key opens less than there is: {told}"
    return None


def again(shop):
    """The next change, and all of it still reads after a rebuild."""
    for args in (ROTATE["master"], ["rebuild"], ["verify"]):
        p = run([*args, "--store", shop])
        if p.returncode != 0:
            return f"{args}: {p.stdout} {p.stderr}"
    return None


# --- while it sells: what was sold before and after reads, nobody waits --------
clone(origin, copy)
till = subprocess.Popen([HOLDFAST, "ring", "--keep-going", "--store", str(copy)],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def ring(text):
    """Each line has one answer."""
    for line in text.splitlines():
        till.stdin.write((line + "\n").encode())
        till.stdin.flush()
        answer = till.stdout.readline()
    return json.loads(answer)


ring(SALE)
segments = len(list((copy / "journal").glob("*.seg")))
for level in ("data", "master", "device", "recovery"):
    ring("5449000000996")
    # taken between two inputs: the sale is open, and it goes on
    p = run([*ROTATE[level], "--reason", "drill", "--store", copy])
    ok(p.returncode == 0, f"{level} while a sale is open", p.stdout + p.stderr)
    a = ring("TL\nCA")
    ok(a["ok"] and "sale" in a, f"and it is paid ({level})", a)
till.stdin.close()
ok(till.wait() == 0, "the register ends well")
ok(len(list((copy / "journal").glob("*.seg"))) >= segments + 2,
   "data and master key each began a segment")
p = run(["verify", "--json", "--store", copy])
v = json.loads(p.stdout)
ok(p.returncode == 0 and v["store"] == "equal" and v["sales"] == 7, "all of it reads", p.stdout)
p = run(["verify", "--store", copy, "--key-file", base / "key"])
ok(p.returncode == 5, "the old device key opens nothing", p.stderr)
why = again(copy)
ok(not why, "and the next change, and a rebuild", why)
p = run(["ring", "--keep-going", "--store", copy], SALE)
ok(p.returncode == 0, "a PIN of two generations ago signs on", p.stdout)

# --- kill -9 at each call --------------------------------------------------------
for level, args in ROTATE.items():
    clone(origin, copy)
    p = run([*args, "--store", copy], stdin_of(level), env=shim_env(copy, COUNT=base / "points"))
    assert p.returncode == 0, p.stderr
    n = int((base / "points").read_text().split()[1])
    every = list(range(1, n + 1))
    tried = every if SLOW else sorted(rng.sample(every, min(3, n)))
    bad = []
    for i in tried:
        clone(origin, copy)
        p = run([*args, "--store", copy], stdin_of(level), env=shim_env(copy, KILL=i))
        why = None if kill_wait(p) else f"not killed: {p.returncode} {p.stderr}"
        why = why or check(copy, level) or (again(copy) if SLOW or i == tried[-1] else None)
        if why:
            bad.append(f"{i}: {why}")
    ok(not bad, f"{level} killed at {len(tried)} of {n} points", "\n".join(bad))

# --- a power cut behind each call -----------------------------------------------
for level, args in ROTATE.items():
    clone(origin, copy)
    trace = base / "trace"
    trace.unlink(missing_ok=True)
    disk = Disk(copy, rng.randrange(1 << 30))
    p = run([*args, "--store", copy], stdin_of(level), env=shim_env(copy, TRACE=trace))
    assert p.returncode == 0, p.stderr
    ops = read_trace(trace)
    places = [i for i, op in enumerate(ops) if op[0] != OUT]
    chosen = set(places if SLOW else rng.sample(places, min(3, len(places))))
    bad = []
    n = 0
    for i, op in enumerate(ops):
        disk.add(op)
        if i not in chosen:
            continue
        for mode in (MODES if SLOW else [rng.choice(MODES)]):
            if mode == "garbage" and op[0] != WRITE:
                continue
            image = base / "image"
            disk.image(rng, mode, image)
            n += 1
            why = check(image, level)
            if why:
                bad.append(f"{i} {op[:3]} {mode}: {why}")
    ok(not bad, f"{level}: {n} images of a power cut", "\n".join(bad))
done()
