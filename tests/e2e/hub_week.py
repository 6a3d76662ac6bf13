# SPDX-License-Identifier: Apache-2.0
"""A week of tickets, rung at one till and pushed by its worker: at the hub line
for line and byte for byte, and whole by what outsiders check it with.

WEEK=FILE takes a real file in the layout of contrib/week; else one is made here
with what makes such files hard."""
import csv
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/crash"))
sys.path.insert(0, str(SRC / "tests/lib"))
from crashlib import diag, done, ok, workdir  # noqa: E402
import hubkit  # noqa: E402
import pg  # noqa: E402

pg.require()
base = workdir()


def make_week(path):
    rng = random.Random(11)
    codes = [f"{n}{rng.choice(['', 'A', 'B', 'b'])}" for n in range(20001, 20200)]
    codes += ["POST", "D", "M", "BANK CHARGES", "AMAZONFEE"]
    with open(path, "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f)
        w.writerow(["InvoiceNo", "StockCode", "Description", "Quantity",
                    "InvoiceDate", "UnitPrice", "CustomerID", "Country"])
        for n in range(200):
            for _ in range(675 if n == 30 else rng.randint(1, 12)):
                code = rng.choice(codes)
                minor = 0 if rng.random() < 0.02 else rng.randint(1, 2000)
                w.writerow([str(536365 + n), code, f"DING, \"{code}\" \u00dcBERGRO\u00df",
                            rng.choice((1, 1, 2, 12, 600)), "12/1/10 8:26",
                            f"{minor // 100}.{minor % 100:02d}", "17850", "UK"])


source = os.environ.get("WEEK")
if not source:
    source = base / "week.csv"
    make_week(source)
p = subprocess.run([sys.executable, SRC / "contrib/week", str(source), base / "week"],
                   capture_output=True, text=True, check=False)
ok(p.returncode == 0, "the file becomes a catalog and ring input", p.stderr)
diag(p.stdout)
expect = [line.split("\t") for line in (base / "week/expect.tsv").read_text().splitlines()]
want = sum(int(e[2]) for e in expect)

with hubkit.Hub(listen=("127.0.0.1:0",)) as hub:
    hub.run("import", "products", base / "week/catalog.csv")
    till = hub.till("R01")
    try:
        hubkit.wait_until(lambda: json.loads(till.verb("sync", "status", "--json").stdout)
                          ["feeds"][0:1], "the products")
        hubkit.wait_until(lambda: till.verb("scan", "POST", check=False).returncode == 0,
                          "the stock codes")
        started = time.monotonic()
        with open(base / "week/week.ring", "rb") as f:
            r = subprocess.run([hubkit.HOLDFAST, "ring", "--store", till.store], stdin=f,
                               capture_output=True, check=False)
        rung = time.monotonic() - started
        ok(r.returncode == 0, "no entry of the week is refused", r.stdout[-300:] + r.stderr)

        def settled():
            s = json.loads(till.verb("sync", "status", "--json").stdout)
            return s["queued"] == 0 and s["sales_acked"] == len(expect) and s
        s = hubkit.wait_until(settled, "the queue to empty", 600)
        ok(s["sales"] == len(expect) and s["quarantined"] == 0 and s["refused"] == "none",
           f"{len(expect)} sales, all at the hub", s)
        diag("rung in %.1f s, the last acknowledged %.1f s later" % (
            rung, time.monotonic() - started - rung))
        till.stop()
        here = till.verb("export", "events").stdout.encode()
        there = hub.run("export", "events", "--register", "R01").stdout.encode()
        ok(here == there, f"{len(here.splitlines())} lines, {len(here)} bytes, the same there",
           (len(here), len(there)))
        ok(not hub.broken(), "every hash and every chain holds at the hub")
        rows = hub.psql("SELECT count(*), count(DISTINCT (register, epoch, sequence)) "
                        "FROM holdfast.event")
        n = str(len(here.splitlines()))
        ok(rows == [f"{n}\t{n}"], "each once", rows)
        total = hub.psql(
            "SELECT sum((convert_from(line, 'UTF8')::json->'data'->>'total')::bigint), "
            "count(*) FROM holdfast.event WHERE type = 'holdfast.sale.completed.v1'")
        ok(total == [f"{want}\t{len(expect)}"], "and the sums are to the cent what the "
           "tickets say", (total, want))
        (base / "public.pem").write_text(till.verb("keys", "public").stdout)
        p = subprocess.run([SRC / "contrib/check-chain", "-n", "100", base / "public.pem"],
                           input=there, capture_output=True, check=False)
        ok(p.returncode == 0, "chain and a sample of signatures of what the hub gives out, "
           "by sha256sum and openssl", p.stdout[-300:] + p.stderr[-300:])
        diag("sha256 " + hashlib.sha256(there).hexdigest())
    finally:
        till.close()
done()
