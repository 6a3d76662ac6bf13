# SPDX-License-Identifier: Apache-2.0
"""A week of tickets, through contrib/week and `holdfast ring`: every total
equal to the cent to a recomputation with exact decimals, then verify, rebuild,
and the chain and signatures checked by a script of its own.

WEEK=FILE runs a real file in the same layout; else one is made here, with all
that makes such files hard: returns, 0.00, codes with letters and blanks, one
item at several prices, a ticket of 675 lines."""
import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import (SRC, diag, done, ok, replies, run, workdir)  # noqa: E402

base = workdir()


def make_week(path):
    rng = random.Random(7)
    codes = [f"{n}{rng.choice(['', 'A', 'B', 'b'])}" for n in range(20001, 20400)]
    codes += ["POST", "D", "M", "BANK CHARGES", "AMAZONFEE", "C2"]
    price = {c: rng.randint(1, 2000) for c in codes}
    with open(path, "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f)
        w.writerow(["InvoiceNo", "StockCode", "Description", "Quantity",
                    "InvoiceDate", "UnitPrice", "CustomerID", "Country"])
        for n in range(60):
            canceled = n % 11 == 5
            size = 675 if n == 30 else rng.randint(1, 25)
            for _ in range(size):
                code = rng.choice(codes)
                minor = price[code] + rng.choice((0, 0, 0, 85, -0))
                if n % 13 == 4 or rng.random() < 0.02:
                    minor = 0
                quantity = rng.choice((1, 1, 2, 3, 6, 12, 48, 600))
                w.writerow([("C" if canceled else "") + str(536365 + n), code,
                            f"THING, \"{code}\"  RED", -quantity if canceled else quantity,
                            "12/1/10 8:26", f"{minor // 100}.{minor % 100:02d}",
                            "17850", "United Kingdom"])


source = os.environ.get("WEEK")
if not source:
    source = base / "week.csv"
    make_week(source)
p = subprocess.run([sys.executable, SRC / "contrib/week", str(source), base / "week"],
                   capture_output=True, text=True)
ok(p.returncode == 0, "the file becomes a catalog and ring input", p.stderr)
diag(p.stdout)

store = base / "shop"
p = run(["init", "--store", store, "--shop", "GIFTS", "--register", "R01",
         "--currency", "GBP", "--prices", "included", "--tax", "A=20%",
         "--key-file", base / "key"])
ok(p.returncode == 0, "init", p.stderr)
p = run(["import", "products", base / "week/catalog.csv", "--store", store, "--json"])
ok(p.returncode == 0 and json.loads(p.stdout)["refused"] == 0,
   "every stock code is taken", p.stdout + p.stderr)

with open(base / "week/week.ring", "rb") as f:
    p = subprocess.run([os.environ.get("HOLDFAST", str(Path(os.environ["top_builddir"]) / "holdfast")),
                        "ring", "--store", str(store)], stdin=f, capture_output=True)
ok(p.returncode == 0, "no entry of the week is refused", p.stdout[-300:] + p.stderr)

expect = [line.split("\t") for line in (base / "week/expect.tsv").read_text().splitlines()]
answers = replies(p.stdout)
sold = [r["sale"] for r in answers if "sale" in r]
ok(len(sold) == len(expect), f"{len(expect)} tickets, {len(sold)} sales")
wrong = [(e, s) for e, s in zip(expect, sold) if int(e[2]) != s["total"]]
ok(not wrong, "every total is right to the cent", wrong[:5])
most = max(int(e[1]) for e in expect)
at_total = [answers[i - 2]["lines"] for i, r in enumerate(answers) if "sale" in r]
ok(most == max(at_total), f"the longest ticket has {most} lines", max(at_total))
want = sum(int(e[2]) for e in expect)
ok(want == sum(s["total"] for s in sold), f"together {want / 100:.2f}")
zero = sum(1 for e in expect if int(e[2]) == 0)
ok(zero > 0 and zero == sum(1 for s in sold if s["total"] == 0),
   f"{zero} tickets of 0.00")

p = run(["report", "x", "--json", "--store", store])
x = json.loads(p.stdout)
ok(x["sales"] == len(expect) and x["gross"] == want and x["drawer"] == want,
   "the X report agrees", p.stdout)
t = sum(t["net"] + t["tax"] for t in x["taxes"])
ok(t == want, "net and tax make the gross", p.stdout)

# nothing is guessed: under the text that is active the week is what it was
p = run(["config", "try", "--days", "all", "--json", "--store", store], timeout=600)
rows = [json.loads(r) for r in p.stdout.splitlines()]
ok(p.returncode == 0 and rows[-1]["sales"] == len(expect) and len(rows) == 1
   and rows[-1]["changed"] == rows[-1]["untold"] == rows[-1]["difference"] == 0
   and rows[-1]["was"] == want, "computed anew, no sale changes", p.stdout[:500] + p.stderr)
text = (store / "holdfast.conf").read_text()
(base / "16.conf").write_text(text.replace("A = 20%", "A = 16%"))
p = run(["config", "try", base / "16.conf", "--days", "all", "--json", "--store", store],
        timeout=600)
rows = [json.loads(r) for r in p.stdout.splitlines()]
taxes = {r["sale"]: r["taxes"][0]["tax"] for r in rows[:-1]}
lines = [json.loads(x) for x in run(["export", "events", "--store", store]).stdout.splitlines()]
there = {}
for e in lines:
    if e["type"] == "holdfast.sale.completed.v1":
        gross = e["data"]["total"]
        part = (abs(gross) * 16 * 2 + 116) // 232 * (1 if gross >= 0 else -1)
        if part != sum(t["tax"] for t in e["data"]["taxes"]):
            there[e["data"]["number"]] = part
back = {e["data"]["number"] for e in lines if e["type"] == "holdfast.sale.completed.v1"
        and e["data"]["total"] < 0}
ok(there and taxes == there and rows[-1]["untold"] == 0,
   "at another rate every tax is what is computed here", (len(taxes), len(there)))
diag(f"{len(back)} of them came back; {rows[-1]['changed']} change")

p = run(["verify", "--json", "--store", store], timeout=600)
v = json.loads(p.stdout)
ok(p.returncode == 0 and v["ok"] and v["store"] == "equal" and v["sales"] == len(expect),
   "verify is clean", p.stdout)
p = run(["rebuild", "--store", store], timeout=600)
ok(p.returncode == 0, "rebuild", p.stderr)
p = run(["verify", "--json", "--store", store], timeout=600)
ok(json.loads(p.stdout)["store"] == "equal", "the rebuilt store is equal", p.stdout)
q = run(["report", "x", "--json", "--store", store])
y = json.loads(q.stdout)
y["last"] = x["last"]  # the rebuild is an event itself
ok(y == x, "and reports the same", q.stdout)

# the week in the books of three programs, and every number by a second one
p = run(["ring", "--store", store], "ZR\n1ZR\n")
ok(p.returncode == 0, "the week is closed", p.stdout)
ENV = dict(os.environ, LC_ALL="C.UTF-8")
CHECK = {"hledger": ["check", "-s"], "ledger": ["--strict", "--pedantic", "balance"],
         "bean-check": []}


def takes(program, path):
    if not shutil.which(program):
        return None
    form = [path] if program == "bean-check" else ["-f", path]
    return subprocess.run([program, *form, *CHECK[program]], capture_output=True,
                          env=ENV).returncode == 0


for program in CHECK:
    book = base / f"book.{program}"
    p = run(["export", "ledger", "--format", program.replace("bean-check", "beancount"),
             "--output", book, "--store", store])
    taken = takes(program, book)
    if taken is None:
        print(f"ok # SKIP {program} is not installed")
        continue
    ok(p.returncode == 0 and taken, f"{program} takes the week", p.stderr)
    text = book.read_text()
    start = text.index("Z0001")
    at = [m for m in re.finditer(r"(?<!~ 0\.0)\d(?= (?:~ 0.00 )?GBP)", text) if m.start() > start]
    wrong = []
    for m in at:
        book.write_text(text[:m.start()] + str((int(m[0]) + 1) % 10) + text[m.end():])
        wrong += [m.start()] if takes(program, book) else []
    book.write_text(text)
    ok(len(at) > 5 and not wrong, f"and none of {len(at)} with another cent", wrong)
events = base / "events"
p = run(["export", "events", "--store", store])
events.write_bytes(p.stdout)
(base / "reports").write_bytes(b"".join(
    run(["report", *r, "--json", "--store", store]).stdout for r in (["z", "1"], ["x"])))
p = subprocess.run([sys.executable, SRC / "tests/reference/books.py", events, base / "reports"]
                   + [base / "book.hledger"] * bool(shutil.which("hledger")),
                   capture_output=True, text=True)
ok(p.returncode == 0, "every total is the same, computed from the lines alone", p.stderr[-900:])
diag(p.stdout)

# outsiders: lines and a public key, sha256sum and openssl
p = run(["keys", "public", "--store", store])
(base / "public.pem").write_bytes(p.stdout)
p = subprocess.run([SRC / "contrib/check-chain", "-n", "500", base / "public.pem"],
                   stdin=open(base / "events", "rb"), capture_output=True, text=True)
ok(p.returncode == 0, "chain and a sample of signatures, by sha256sum and openssl",
   p.stdout[-500:] + p.stderr[-500:])
diag(p.stdout)
lines = (base / "events").read_bytes().splitlines(keepends=True)
sale = max(i for i, line in enumerate(lines[:-1]) if b'"total":' in line)
lines[sale] = lines[sale].replace(b'"total":', b'"total":1', 1)
p = subprocess.run([SRC / "contrib/check-chain", "-n", "500", base / "public.pem"],
                   input=b"".join(lines), capture_output=True)
ok(p.returncode == 1, "one digit more and the same script says no", p.stdout)
done()
