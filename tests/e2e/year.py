# SPDX-License-Identifier: Apache-2.0
"""A year of days, made up: its books are taken by three programs and refused
with a cent changed, and every total is computed once more from the lines by
tests/reference/books.py.  A few sales a day; with HOLDFAST_SLOW a few hundred.
SEED= is another year."""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/crash"))
from crashlib import HOLDFAST, SEED, SLOW, diag, done, ok, run, workdir  # noqa: E402

base = workdir()
rng = random.Random(SEED)
diag(f"seed {SEED}")
MOST = 600 if SLOW else 5
ENV = dict(os.environ, LC_ALL="C.UTF-8")
CHECK = {"hledger": ["check", "-s", "ordereddates"], "ledger":
         ["--strict", "--pedantic", "balance"], "bean-check": []}
store = base / "shop"
p = run(["init", "--store", store, "--shop", "YEAR", "--register", "R01", "--currency", "EUR",
         "--prices", "included", "--tax", "A=19%", "--tax", "B=7%", "--key-file", base / "key"])
assert p.returncode == 0, p.stderr
conf = store / "holdfast.conf"
conf.write_text(re.sub(r"(?m)^# (cash_step = 0.05)", r"\1", conf.read_text())
                + "\n[tender VO]\nname = Voucher\noverpay = yes\n")
p = run(["config", "apply", "--store", store])
assert p.returncode == 0, p.stderr
(base / "p.csv").write_text("code,name,price,tax,department\n" + "".join(
    f"{n},Thing {n},{rng.randint(1, 2000) / 100:.2f},{rng.choice('AB')},10\n"
    for n in range(100, 140)))
p = run(["import", "products", base / "p.csv", "--store", store])
assert p.returncode == 0, p.stderr


def sale():
    rows = [f"{rng.randint(1, 9)}*{rng.randint(100, 139)}" for _ in range(rng.randint(1, 4))]
    return rows + ["TL", rng.choice(("CA", "CA", "CA", "CC", "50000VO", "90000CA"))]


rows, z, sold = [], 0, 0
day = date(2027, 1, 1)
while day < date(2028, 1, 1):
    rows.append(f"\\clock {day}T09:00:00Z")
    if day.day == 1:
        rows.append("20000PI")
    for _ in range(rng.randint(0, MOST)):
        rows += sale()
        sold += 1
    if sold and rng.random() < 0.1:  # less than nothing is left of some days
        rows += [f"{rng.randint(1, sold)}RF1", "TL", "CA", "CN", "CL"]
    if rng.random() < 0.3:
        rows.append(rng.choice(("500PX", "10000PU", "1000PI")))
    if rng.random() < 0.8:
        rows.append(f"CT {rng.choice((100, 500, 5000))}x{rng.randint(0, 40)}")
    z += 1
    rows.append(f"{z}ZR")
    day += timedelta(1)
(base / "script").write_text("\n".join(rows) + "\n")
at = time.monotonic()
with open(base / "script", "rb") as f:
    p = subprocess.run([HOLDFAST, "ring", "--keep-going", "--store", str(store)], stdin=f,
                       capture_output=True, timeout=3600)
closed = p.stdout.count(b'"closed":true')
ok(closed == z == 365, f"{z} days, {sold} sales", (closed, p.stdout[-400:], p.stderr))
diag(f"rung in {time.monotonic() - at:.1f} s")


def takes(program, path):
    form = [path] if program == "bean-check" else ["-f", path]
    return subprocess.run([program, *form, *CHECK[program]], capture_output=True,
                          env=ENV).returncode == 0


at = time.monotonic()
for program in CHECK:
    if not shutil.which(program):
        print(f"ok # SKIP {program} is not installed")
        continue
    book = base / f"book.{program}"
    p = run(["export", "ledger", "--format", program.replace("bean-check", "beancount"),
             "--output", book, "--store", store])
    ok(p.returncode == 0 and takes(program, book), f"{program} takes the year", p.stderr)
    text = book.read_text()
    start = text.index("Z0001")
    places = [m for m in re.finditer(r"(?<!~ 0\.0)\d(?= (?:~ 0.00 )?EUR)", text)
              if m.start() > start]
    wrong = []
    for m in rng.sample(places, 40 if SLOW else 4):
        book.write_text(text[:m.start()] + str((int(m[0]) + 1) % 10) + text[m.end():])
        wrong += [text[m.start() - 60:m.end()]] if takes(program, book) else []
    book.write_text(text)
    ok(not wrong, f"and not with another cent somewhere in {len(places)} amounts", wrong)
diag(f"books in {time.monotonic() - at:.1f} s")

at = time.monotonic()
events = base / "events"
events.write_bytes(run(["export", "events", "--store", store], timeout=600).stdout)
reports = []
for row in run(["export", "events", "--store", store]).stdout.splitlines():
    e = json.loads(row)
    if e["type"] == "holdfast.day.closed.v1":
        reports.append(json.dumps(e["data"]).encode())
# as reports some of them, the others as their lines
for n in rng.sample(range(365), 12):
    reports[n] = run(["report", "z", str(n + 1), "--json", "--store", store]).stdout.strip()
reports.append(run(["report", "x", "--json", "--store", store]).stdout.strip())
(base / "reports").write_bytes(b"\n".join(reports) + b"\n")
p = subprocess.run([sys.executable, SRC / "tests/reference/books.py", events, base / "reports"]
                   + [base / "book.hledger"] * bool(shutil.which("hledger")),
                   capture_output=True, text=True)
ok(p.returncode == 0, "every total of the year is the same from its lines", p.stderr[-900:])
diag(p.stdout)
diag(f"computed again in {time.monotonic() - at:.1f} s")
done()
