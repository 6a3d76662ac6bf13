# SPDX-License-Identifier: Apache-2.0
"""Every report equals what this script makes of the event lines by itself: two
closed days and an open one, with returns, discounts, weights and voids.  The
tie-out agrees, and names the record when the store has another past."""
import json
import os
import random
import shutil
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import SEED, diag, done, ok, run, workdir  # noqa: E402

base = workdir()
rng = random.Random(SEED)
diag(f"seed {SEED}")
GOODS = """code,name,price,tax,department,unit
100,Cola,0.89,A,20,
101,"Bread, =1+2",3.80,B,10,
102,Apples,2.99,B,10,kg
103,Popcorn,4.00,A,,
"""


def new_store(name):
    store = base / name
    p = run(["init", "--store", store, "--shop", "S", "--register", "R01", "--currency", "EUR",
             "--prices", "included", "--tax", "A=19%", "--tax", "B=7%", "--key-file", base / "key"])
    assert p.returncode == 0, p.stderr
    (base / "goods.csv").write_text(GOODS)
    p = run(["import", "products", base / "goods.csv", "--store", store])
    assert p.returncode == 0, p.stderr
    return store


def ring(store, *entries):
    return run(["ring", "--keep-going", "--store", store], "\n".join(entries) + "\n")


def busy():
    rows = []
    for n in range(25):
        for _ in range(rng.randint(1, 6)):
            code = rng.randint(100, 103)
            rows.append(f"{rng.randint(50, 2500) / 1000:.3f}*102" if code == 102
                        else f"{rng.randint(1, 5)}*{code}")
            if rng.random() < 0.3:
                rows.append(rng.choice(["10%DI", "45PO", "VD", "20DT", "7DS"]))
        if rng.random() < 0.2:
            rows.append(f"{rng.randint(1, 9)}RF1")
        if rng.random() < 0.2:
            rows += ["RF", "RF", "101", "CL"]
        rows += rng.choice([["TL", "CA"]] * 5 + [["CN", "CN", "NS", "RP"]]) + ["CN", "CL"]
    return rows


def report(store, *what, status=0):
    p = run(["report", *what, "--format", "json", "--store", store])
    assert p.returncode == status, (what, p.returncode, p.stderr)
    return json.loads(p.stdout)


# --- by hand --------------------------------------------------------------------

def half_up(a, b):
    n = (2 * abs(a) + b) // (2 * b) if b else 0
    return -n if a < 0 else n


def pieces(milli):
    return milli if milli % 1000 == 0 else 1000 if milli > 0 else -1000


def share(a, of):
    return half_up(a * 1000000, of) if of > 0 else 0


def expect(lines):
    """Rows of each report, from the lines of the journal alone."""
    days, hours = defaultdict(Counter), defaultdict(Counter)
    items, depts, taxes = defaultdict(Counter), defaultdict(Counter), defaultdict(Counter)
    who, odd = defaultdict(Counter), Counter()
    z = 1
    for e in lines:
        kind, d = e["type"].split(".", 1)[1][:-3], e["data"]
        local = (datetime.fromisoformat(e["time"].replace("Z", "+00:00"))
                 + timedelta(minutes=e["tz"]))
        day, op = days[z], who[e["actor"]]
        if kind == "sale.completed":
            for c in (day, hours[local.hour], op):
                c["sales"] += 1
                c["gross"] += d["total"]
            for l in d["lines"]:
                n = pieces(l["qty"])
                for c in (day, hours[local.hour], op, depts[l.get("department", "")]):
                    c["items"] += n
                off = sum(x["amount"] for x in l.get("discounts", []))
                day["discount"] += off
                it = items[l["code"]]
                it["lines"] += 1
                it["quantity"] += l["qty"]
                it["amount"] += l["amount"]
                it["discount"] += off
                depts[l.get("department", "")]["amount"] += l["amount"]
                if l["qty"] < 0:
                    it["returned"] -= l["qty"]
                    for c in (day, op):
                        c["returns"] += 1
                        c["return_amount"] += l["amount"]
            if any(l["qty"] < 0 and "return_of" not in l for l in d["lines"]):
                odd["return-blind"] += 1
            for t in d.get("taxes", []):
                row = taxes[t["code"], t["rate"], t.get("why", "")]
                for k in ("net", "tax", "gross"):
                    row[k] += t[k]
                day["net"] += t["net"]
                day["tax"] += t["tax"]
        elif kind == "sale.voided":
            day["voids"] += 1
            op["voids"] += 1
            odd["void"] += 1
        elif kind == "line.voided":
            op["line_voids"] += 1
            odd["line-void"] += 1
        elif kind == "price.overridden":
            op["overrides"] += 1
            odd["price-below" if d["to"] < d["from"] else "price-above"] += 1
        elif kind in ("line.discounted", "sale.discounted"):
            op["discounts"] += 1
            odd["discount"] += 1
        elif kind == "drawer.opened" and d["reason"] == "no-sale":
            op["no_sales"] += 1
            odd["no-sale"] += 1
        elif kind == "copy.printed":
            op["reprints"] += 1
            odd["reprint"] += 1
        elif kind == "cash.counted":
            counted = (e["actor"], d["difference"])
            odd["difference"] += d["difference"] != 0
        elif kind == "day.closed":
            who[counted[0]]["difference"] += counted[1]
            z = d["number"] + 1
    return days, hours, items, depts, taxes, who, odd


def same(rows, key, want, members, name):
    """Rows with anything in them, member for member."""
    got = {(tuple(r[k] for k in key) if isinstance(key, tuple) else r[key]):
           {m: r[m] for m in members} for r in rows}
    want = {k: {m: c[m] for m in members} for k, c in want.items()}
    empty = dict.fromkeys(members, 0)
    got = {k: v for k, v in got.items() if v != empty}
    want = {k: v for k, v in want.items() if v != empty}
    ok(got == want, name, f"{got}\n{want}")


def compare(store, lines, pick, name):
    days, hours, items, depts, taxes, who, odd = expect(lines)
    r = report(store, "sales", *pick)
    same(r["rows"], "z", days, ("sales", "items", "gross", "net", "tax", "discount", "returns",
                                "return_amount", "voids"), f"{name}: sales")
    ok(all(x["average"] == half_up(x["gross"], x["sales"]) for x in r["rows"]),
       f"{name}: the average sale", r)
    gross = sum(c["gross"] for c in days.values())
    ok(r["gross"] == gross == r["sum"]["gross"] and r["sales"] == sum(
        c["sales"] for c in days.values()), f"{name}: and their sum", r)
    r = report(store, "hours", *pick)
    same(r["rows"], "hour", hours, ("sales", "items", "gross"), f"{name}: hours")
    ok(all(x["share"] == share(x["gross"], gross) for x in r["rows"]), f"{name}: shares", r)
    r = report(store, "items", *pick)
    same(r["rows"], "code", items, ("lines", "quantity", "returned", "discount", "amount"),
         f"{name}: items")
    order = [(-x["amount"], x["code"]) for x in r["rows"]]
    ok(order == sorted(order) and r["of_rows"] == len(items), f"{name}: the best first", r)
    r = report(store, "departments", *pick)
    same(r["rows"], "department", depts, ("items", "amount"), f"{name}: departments")
    r = report(store, "taxes", *pick)
    same([x for x in r["rows"] if not x["part"]], ("code", "rate", "why"), taxes,
         ("net", "tax", "gross"), f"{name}: taxes")
    r = report(store, "cashiers", *pick)
    same(r["rows"], "operator", who,
         ("sales", "items", "gross", "voids", "line_voids", "overrides", "discounts",
          "no_sales", "returns", "return_amount", "reprints", "difference"), f"{name}: cashiers")
    r = report(store, "exceptions", *pick)
    got = {x["kind"]: x["count"] for x in r["kinds"]}
    # what befell the register is not of the day's making
    got = {k: n for k, n in got.items() if k not in ("clock", "recovered")}
    ok(got == {k: n for k, n in odd.items() if n}, f"{name}: exceptions", f"{got}\n{odd}")
    ok(Counter(x["kind"] for x in r["rows"])["void"] == odd["void"], f"{name}: a row each")


store = new_store("shop")
for day in (1, 2):
    ring(store, *busy(), f"{rng.randint(5000, 50000)}CT", f"{day}ZR")
ring(store, *busy())
p = run(["export", "events", "--store", store])
lines = [json.loads(x) for x in p.stdout.splitlines()]
ends = [int(e["sequence"]) for e in lines if e["type"] == "holdfast.day.closed.v1"]
ok(len(ends) == 2 and len(lines) > 150, f"two days are closed, of {len(lines)} lines", ends)
compare(store, lines, ["--all"], "all days")
compare(store, [e for e in lines if int(e["sequence"]) <= ends[0]], ["--z", "1"], "Z 1")
r = report(store, "sales")
ok((r["first"], r["open"], r["z_first"]) == (ends[1] + 1, True, 3),
   "without a period it is the open day", r)
r = report(store, "sales", "--z", "last")
ok((r["z_first"], r["z_last"], r["open"]) == (2, 2, False), "the last Z", r)
today = report(store, "sales", "--all")["until"]
ok(report(store, "hours", "--day", today)["sales"] == report(store, "hours", "--all")["sales"],
   "a day by its date")
for wrong in (["--z", "9"], ["--day", "2001-01-01"]):
    ok(run(["report", "sales", *wrong, "--store", store]).returncode == 1, f"{wrong[1]}: there is none")
for wrong in (["--z", "0"], ["--day", "yesterday"], ["--z", "1", "--all"], ["--sort", "luck"]):
    ok(run(["report", "items", *wrong, "--store", store]).returncode == 2, f"{wrong}: refused")
texts = [run(["report", k, "--all", "--format", "text", "--width", w, "--store", store])
         for k in ("sales", "items", "exceptions", "tieout") for w in ("40", "80", "132")]
ok(all(p.returncode == 0 and max(map(len, p.stdout.decode().splitlines())) <= 132
       for p in texts), "as text")
ok(texts[0].stdout == run(["report", "sales", "--all", "--format", "text", "--width", "40",
                           "--store", store]).stdout, "the same bytes twice")

# --- the tie-out ------------------------------------------------------------------

t = report(store, "tieout", "--all")
want = sum(e["data"]["total"] for e in lines if e["type"] == "holdfast.sale.completed.v1")
gross = {s["side"]: s["gross"] for s in t["sides"] if not (s["closed"] and t["open"])}
ok(t["agree"] and len(gross) >= 4 and set(gross.values()) == {want}, "all sides say the same", t)
t = report(store, "tieout", "--z", "1-2")
sides = {s["side"]: (s["sales"], s["gross"], s.get("tax")) for s in t["sides"]}
ok(len(sides) == 5 and len({s[:2] for s in sides.values()}) == 1
   and sides["ledger"] == sides["journal"] == sides["z"], "and so do the books", t)
other = base / "other"
shutil.copytree(store, other)
ring(store, "2*100", "TL", "CA")
ring(other, "3*100", "TL", "CA")
shutil.rmtree(store / "store")
shutil.copytree(other / "store", store / "store")
t = report(store, "tieout", status=1)
last = len(lines) + 2  # behind that they were exported
ok(not t["agree"] and {(d["side"], d["sequence"]) for d in t["differences"]} >= {
    ("store", last), ("receipts", last)}, "a store with another past: its record is named", t)
d = next(d for d in t["differences"] if d["side"] == "receipts")
ok((d["journal"], d["other"]) == (178, 267) and d["number"].startswith("R01-"),
   "with both amounts", d)

# --- and on paper, as an act --------------------------------------------------------

p = ring(other, "RT", "RT items 1", "RT nothing", "RT sales 77")
told = [json.loads(x) for x in p.stdout.splitlines()]
ok([r["ok"] for r in told] == [True, True, False, False], "RT at the prompt", p.stdout)
p = run(["export", "events", "--store", other])
acts = [json.loads(x)["data"] for x in p.stdout.splitlines() if b"report.printed" in x]
ok([a["kind"] for a in acts[-2:]] == ["reports", "items"] and acts[-1]["last"] == ends[0],
   "is in the journal", acts)
done()
