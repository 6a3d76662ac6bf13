# SPDX-License-Identifier: Apache-2.0
"""Backup and restore, as an owner does them: with no catalog, one and two; the
same backup twice; a number known from paper; a slow stick while selling; a
backup cut off or changed; a wrong key."""
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import (HOLDFAST, done, make_shop, ok, replies, run,  # noqa: E402
                      sales_of, workdir)

base = workdir()


def sell(store, n=1):
    p = run(["ring", "--store", store], "4011\nTL\nCA\n" * n)
    return sales_of(replies(p.stdout))


def whole(store, events_at_least=0):
    p = run(["verify", "--json", "--store", store])
    v = json.loads(p.stdout)
    return p.returncode == 0 and v["ok"] and v["store"] == "equal" and \
        v["events"] >= events_at_least, v


# a store that never had a catalog
bare = base / "bare"
p = run(["init", "--store", bare, "--shop", "BARE", "--register", "R07", "--currency",
         "EUR", "--prices", "added", "--tax", "A=8.25%", "--key-file", base / "key7"])
p = run(["backup", base / "b0", "--store", bare])
ok(p.returncode == 0, "a store without a catalog is backed up", p.stderr)
p = run(["restore", base / "b0", "--store", base / "r0"])
ok(p.returncode == 0, "and restored", p.stderr)
ok(whole(base / "r0")[0], "and verifies", whole(base / "r0"))

store = make_shop(base)
told = sell(store, 3)
for n in (1, 2):
    if n == 2:
        run(["import", "products", base / "catalog.csv", "--store", store])
        told.update(sell(store))
    p = run(["backup", base / f"b{n}", "--store", store, "--json"])
    made = json.loads(p.stdout)
    ok(p.returncode == 0 and made["products"] == 5, f"backup after {n} imports", p.stderr)
    p = run(["restore", base / f"b{n}", "--store", base / f"r{n}"])
    ok(p.returncode == 0, f"restore after {n} imports", p.stderr)
    ok(whole(base / f"r{n}", made["events"] + 1)[0], "verifies", whole(base / f"r{n}"))
    fresh = sell(base / f"r{n}")
    number = next(iter(fresh), "")
    ok(re.match(rf"R01\.\d+-{len(told) + 1:06d}$", number), f"sells on as {number}", fresh)
    p = run(["export", "sales", "--format", "jsonl", "--store", base / f"r{n}"])
    have = {json.loads(line)["number"] for line in p.stdout.splitlines()}
    ok(have == set(told) | set(fresh), "holds what was sold, and the new sale", have)
    p = run(["import", "products", base / "catalog.csv", "--store", base / f"r{n}", "--json"])
    ok(json.loads(p.stdout)["generation"] == n + 1, "catalogs count on", p.stdout)

# the same backup once more, an hour later: no number twice
# (faketime preloads and strace traces: a sanitizer build takes neither)
PLAIN = os.environ.get("HF_SANITIZERS", "no") == "no"
if PLAIN:
    p = subprocess.run(["faketime", "-f", "+1h", HOLDFAST, "restore", str(base / "b2"), "--store",
                        str(base / "again")], capture_output=True,
                       env=dict(os.environ, FAKETIME_DONT_FAKE_MONOTONIC="1"))
    ok(p.returncode == 0, "the same backup is restored again", p.stderr)
    ok(not set(sell(base / "again")) & set(sell(base / "r2")), "and prints other numbers")

# a number seen on paper
p = run(["restore", base / "b1", "--store", base / "known", "--last-number", "R01-000057"])
ok(p.returncode == 0, "a last number is given", p.stderr)
number = next(iter(sell(base / "known")), "")
ok(number.endswith("-000058"), "numbering goes on behind it", number)

# what must be refused
p = run(["restore", base / "b1", "--store", store])
ok(p.returncode == 1 and p.stderr, "never over a store", p.stderr)
shutil.copytree(base / "b1", base / "cut")
(base / "cut/manifest").unlink()
p = run(["restore", base / "cut", "--store", base / "no"])
ok(p.returncode == 1 and b"manifest" in p.stderr and not (base / "no").exists(),
   "never from a backup that was not finished", p.stderr)
for name in ("manifest", "catalog.csv", "keys/master", "journal"):
    shutil.rmtree(base / "bad", ignore_errors=True)
    shutil.copytree(base / "b1", base / "bad")
    path = base / "bad" / name
    if path.is_dir():
        path = next(path.glob("*.seg"))
    data = bytearray(path.read_bytes())
    data[40] ^= 4
    path.write_bytes(data)
    p = run(["restore", base / "bad", "--store", base / "no"])
    ok(p.returncode == 3 and p.stderr and not (base / "no").exists(),
       f"a changed bit of {name} is seen, nothing is left behind", f"{p.returncode} {p.stderr}")
(base / "otherkey").write_bytes(os.urandom(32))
p = run(["restore", base / "b1", "--store", base / "no", "--key-file", base / "otherkey"])
ok(p.returncode == 5 and not (base / "no").exists(), "a wrong key: exit 5", p.stderr)
text = b"".join(f.read_bytes() for f in (base / "b1").rglob("*")
                if f.is_file() and f.name not in ("catalog.csv", "holdfast.conf"))
# a word long enough that sealed bytes never spell it by chance
ok(b"Bananas" not in text, "a backup shows no product sold")

# a slow stick, and a register that goes on selling
if PLAIN:
    first = sell(store, 60)
    told.update(first)
    seller = subprocess.Popen([HOLDFAST, "ring", "--store", str(store)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    slow = subprocess.Popen(["strace", "-f", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
                             "inject=pwrite64:delay_enter=200000", HOLDFAST, "backup",
                             str(base / "slow"), "--store", str(store)],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    sold = 0
    while slow.poll() is None:
        seller.stdin.write(b"4011\nTL\nCA\n")
        seller.stdin.flush()
        for _ in range(3):
            seller.stdout.readline()
        sold += 1
        time.sleep(0.02)
    seller.stdin.close()
    seller.wait()
    ok(slow.returncode == 0, f"a slow backup while {sold} sales are rung", slow.stderr.read())
    p = run(["restore", base / "slow", "--store", base / "fromslow"])
    ok(p.returncode == 0, "is restored", p.stderr)
    p = run(["export", "sales", "--format", "jsonl", "--store", base / "fromslow"])
    have = {json.loads(line)["number"] for line in p.stdout.splitlines()}
    ok(set(told) <= have, "and holds all that was confirmed before it", set(told) - have)
done()
