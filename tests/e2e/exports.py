# SPDX-License-Identifier: Apache-2.0
"""Tables by day, Z, range and date; CSV to the letter of RFC 4180 and CSV for a
spreadsheet; cash, days; an export that is cut off half way."""
import csv
import fcntl
import io
import json
import os
import select
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import HOLDFAST, done, ok, run, workdir  # noqa: E402

base = workdir()
store = base / "shop"
NAMES = {"1": "=1+1", "2": "+49 30", "3": "-5 %, \"off\"", "4": "@SUM(A1)", "5": "a,b;c",
         "6": "＝2+2", "7": "Müller's \"Brot\"", "8": "a;=1+1; -2;b"}


def export(*args):
    p = run(["export", *args, "--store", store])
    assert p.returncode == 0, p.stderr
    return p.stdout


def rows(*args):
    return [json.loads(x) for x in export(*args, "--format", "jsonl").splitlines()]


p = run(["init", "--store", store, "--shop", "S", "--register", "R01", "--currency", "EUR",
         "--prices", "included", "--tax", "A=19%", "--tax", "B=7%", "--key-file", base / "key"])
assert p.returncode == 0, p.stderr
with open(base / "p.csv", "w", newline="", encoding="utf-8") as f:
    w = csv.writer(f)
    w.writerow(["code", "name", "price", "tax", "department"])
    for code, name in NAMES.items():
        w.writerow([code, name, f"{code}.00", "AB"[int(code) % 2], "10"])
p = run(["import", "products", base / "p.csv", "--store", store])
assert p.returncode == 0, p.stderr

script = []
for day in range(1, 5):
    script.append(f"\\clock 2027-03-{day:02d}T09:00:00Z")
    script.append("10000PI" if day == 1 else "500PX")
    if day != 3:  # a day of nothing
        for code in NAMES:
            script += [f"{day}*{code}", "TL", "CA"]
    script += ["1000PU", f"CT {100 * day}x1", f"{day}ZR"]
script += ["\\clock 2027-03-05T09:00:00Z", "8", "TL", "CA"]
p = run(["ring", "--keep-going", "--store", store], "\n".join(script) + "\n")
ok(b'"ok":false' not in p.stdout, "four days and a morning are rung", p.stdout[-600:])

# what is chosen by
days = rows("days")
ok([d["z"] for d in days] == [1, 2, 3, 4] and days[2]["sales"] == 0, "a row a Z", days)
sales = rows("sales")
ok(len(sales) == 25, "all sales", len(sales))
ok([s["number"] for s in rows("sales", "--z", "2")] == [s["number"] for s in sales[8:16]],
   "of one Z")
ok(rows("sales", "--day", "2027-03-02") == sales[8:16], "of its day")
ok(rows("sales", "--z", "2-4") == sales[8:24] and rows("sales", "--z", "2-") == sales[8:],
   "of some, and of all from there")
ok(rows("sales", "--since", "2027-03-02", "--until", "2027-03-04") == sales[8:24],
   "from one date to another")
ok(rows("sales", "--day", "2027-03-03") == [] and rows("sales", "--z", "9") == [],
   "of a day without sales, and of no day")
ok(rows("sales", "--day", "2027-03-05") == sales[24:], "of the day that is open")
lo, hi = sales[3]["sequence"], sales[5]["sequence"]
ok(rows("sales", "--from", str(lo), "--to", str(hi)) == sales[3:6], "from line to line")
ok(export("events", "--z", "1-4").splitlines()
   == export("events").splitlines()[:days[3]["sequence"]], "lines of days are verbatim")
for wrong in (("--day", "2027-02-30"), ("--z", "3-2"), ("--z", "x"), ("--to", "0"),
              ("--day", "2027-03-01", "--since", "2027-03-01"), ("--format", "xml")):
    p = run(["export", "sales", *wrong, "--store", store])
    ok(p.returncode == 2 and not p.stdout, f"{' '.join(wrong)} is refused", p.stderr)

# cash
cash = rows("cash", "--z", "1")
ok([(c["kind"], c["amount"]) for c in cash]
   == [("paid-in", 10000), ("pickup", -1000), ("count", None)], "cash in, out and counted", cash)
ok((cash[2]["counted"], cash[2]["difference"]) == (100, 100 - cash[2]["expected"])
   and cash[2]["expected"] == 10000 + 3600 - 1000, "and what was missing", cash[2])

# CSV: texts exactly as they are, and as a spreadsheet may have them
exact = export("lines", "--format", "rfc4180", "--z", "1")
ok(exact.count(b"\r\n") == exact.count(b"\n") == 9 and exact.endswith(b"\r\n"),
   "RFC 4180 ends lines with CR LF")
read = list(csv.DictReader(io.StringIO(exact.decode(), newline="")))
ok([r["name"] for r in read] == list(NAMES.values()), "and changes no text", read)
ok([(r["amount"], r["code"]) for r in read] == [(f"{c}.00", c) for c in NAMES], "or amount")
safe = list(csv.DictReader(io.StringIO(export("lines", "--z", "1").decode(), newline="")))
want = [("'" if n[0] in "=+-@＝" else "") + n for n in NAMES.values()]
want[-1] = "a;'=1+1;' -2;b"  # where cells are cut at semicolons
ok([r["name"] for r in safe] == want, "a spreadsheet gets no formula", [r["name"] for r in safe])
ok([{**r, "name": ""} for r in safe] == [{**r, "name": ""} for r in read],
   "and all else the same")
for t in ("sales", "lines", "discounts", "tenders", "taxes", "parts", "changes", "payments",
          "cash", "days", "shifts", "periods", "audit"):
    r = list(csv.reader(io.StringIO(export(t, "--format", "rfc4180").decode(), newline="")))
    ok(len({len(x) for x in r}) == 1, f"{t}: as many cells as columns", r[:2])
    if t != "audit":  # has the exports
        ok(export(t) == export(t), f"{t}: the same twice")

def exported():
    return export("events").count(b'"type":"holdfast.export.done.v1"')


# cut off: no reader any more, no room, killed; each is in the journal
before = exported()
read_end, write_end = os.pipe()
os.close(read_end)
p = subprocess.run([HOLDFAST, "export", "events", "--store", str(store)], stdout=write_end,
                   stderr=subprocess.PIPE, timeout=60)
os.close(write_end)
ok(p.returncode == 1 and b"cannot be written" in p.stderr, "a pipe that nobody reads",
   f"{p.returncode} {p.stderr}")
with open("/dev/full", "wb") as full:
    p = subprocess.run([HOLDFAST, "export", "events", "--store", str(store)], stdout=full,
                       stderr=subprocess.PIPE, timeout=60)
ok(p.returncode == 1, "no room", f"{p.returncode} {p.stderr}")
read_end, write_end = os.pipe()
fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 4096)
p = subprocess.Popen([HOLDFAST, "export", "events", "--store", str(store)], stdout=write_end)
os.close(write_end)
select.select([read_end], [], [], 60)
p.kill()
p.wait()
ok(len(os.read(read_end, 4096)) > 100, "killed with the first of it out")
os.close(read_end)
ok(exported() == before + 4, "each that gave a byte away is recorded", exported() - before)
out = base / "out.csv"
out.write_text("old")
p = run(["export", "sales", "--output", out, "--store", store])
ok(p.returncode == 0 and out.read_bytes() == export("sales"), "a file is the same")
ok([f.name for f in base.glob("out.csv*")] == ["out.csv"], "and nothing is beside it")
done()
