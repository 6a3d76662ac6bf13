# SPDX-License-Identifier: Apache-2.0
"""holdfast price: random baskets with rules, each explanation summing up to the
sale it explains, which is the one that the same entries make with holdfast
ring; the recorded sale explained from its event as it was before; beside a
register that holds the store, and without a byte changed in it."""
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import (HOLDFAST, SEED, diag, done, ok, replies, run, workdir)  # noqa: E402

base = workdir()
rng = random.Random(SEED)
diag(f"seed {SEED}")

PRODUCTS = """code,name,price,tax,department,unit,deposit,groups
100,Cola 0.33 L can,0.89,A,20,,can,drinks
101,Water,0.49,B,20,,can,drinks
102,Yoghurt plain 150 g,0.59,B,10,,,
103,Apples Gala,2.99,B,10,kg,,
104,Popcorn,4.00,A,10,,,snacks
105,Draught beer,6.00,A,21,,,
106,Chocolate,1.15,A,10,,,snacks
"""
RULES = """
[deposit can]
name = Deposit can
price = 0.25
tax = item

[pricelist happy]
name = Happy hour
time = 00:00-23:59
105 = 4.50
106 = -10%

[promotion three]
name = 3 for 2
items = 102, 106
buy = 3
free = 1

[promotion snack]
name = A snack and a drink
items = group snacks
buy = 1
items2 = group drinks
buy2 = 1
percent = 25%

[coupon back]
name = Welcome back
code = WELCOME
items = all
off = 0.50
[tender CP]
name = Coupon
[coupon maker]
name = Maker's own
kind = maker
code = MAKER
items = group snacks
off = 0.30
tender = CP

[promotion pair]
name = Two popcorn
items = 104
buy = 2
price = 7.00
"""


def tree(path):
    return {p.relative_to(path): p.read_bytes()
            for p in sorted(path.rglob("*")) if p.is_file() and "lock" not in p.name}


def basket():
    rows = []
    for _ in range(rng.randint(1, 9)):
        code = rng.randint(100, 106)
        qty = rng.randint(1, 7)
        rows.append(f"{qty}*{code}" if code != 103 else
                    f"{rng.randint(50, 2500) / 1000:.3f}*{code}")
        if code != 103 and rng.random() < 0.2:
            rows.append(rng.choice(["10%DI", "5%DI", "10DI", "45PO"]))
    for entry in ("CO WELCOME", "CO MAKER", "7DS", "20DT", "TE NY-4471-22", "2*EM can"):
        if rng.random() < 0.2:
            rows.append(entry)
    return rows


def explained(x, prices):
    """What does not add up in an explanation, or nothing."""
    total = 0
    for l in x["lines"]:
        steps = l["steps"]
        off = [s["amount"] for s in steps if "amount" in s]
        kinds = [s["step"] for s in steps]
        if kinds[0] not in ("catalog", "deposit") or "whole" not in kinds:
            return f"line {l['line']} begins at {kinds}"
        price = [s["price"] for s in steps if "price" in s][-1]
        whole = abs(price * l["qty"])
        if abs(off[0]) not in (whole // 1000, whole // 1000 + 1):
            return f"line {l['line']}: {price} x {l['qty']} is not {off[0]}"
        if sum(off) != l["amount"]:
            return f"line {l['line']}: {off} is not {l['amount']}"
        for s in steps:
            if s["step"] in ("promotion", "pricelist"):
                if s["section"] != f"{s['step']} {s['rule']}" or not s["name"]:
                    return f"line {l['line']}: {s}"
        total += l["amount"]
    makers = sum(t["amount"] for t in x["tenders"] if "rule" in t)
    if "due" in x and x["total"] + x["bill_rounding"] - makers != x["due"]:
        return f"{x['total']} less {makers} is not {x['due']}"
    if "due" not in x and sum(t["amount"] for t in x["tenders"]) != x["total"] + x["rounding"]:
        return "the tenders are not the total"
    nets = sum(t["net"] for t in x["taxes"])
    if sum(t["gross"] for t in x["taxes"]) != x["total"]:
        return "the taxes are not the total"
    if total != (x["total"] if prices == "included" else nets):
        return f"the lines are {total}, not {x['total']}"
    return ""


AMOUNT = re.compile(r"(-?\d+\.\d\d)(?: [A-Z])?$")


def columns(text):
    """What does not add up in the column of amounts."""
    running, lines = 0, 0
    for row in text.splitlines():
        if len(row) > 80:
            return f"too wide: {row}"
        m = AMOUNT.search(row)
        cents = int(m.group(1).replace(".", "")) if m else None
        if row.startswith(("tax in the prices", "tax added")):
            return ""
        if row.startswith("lines together") or row.startswith("    left"):
            if cents != lines + running:
                return f"{lines}+{running}: {row}"
            lines, running = cents, 0
            continue
        if re.match(r" ?\d+  \S", row):
            lines, running = lines + running, 0
        elif row.startswith("    the line"):
            if cents != running:
                return f"{running}: {row}"
        elif cents is not None and m.end() > 70:
            running += cents
    return "no sum"


for prices in ("included", "added"):
    shop = base / prices
    run(["init", "--store", shop, "--shop", "C", "--register", "R01", "--currency",
         "EUR", "--prices", prices, "--tax", "A=19%", "--tax", "B=7%",
         "--key-file", base / f"{prices}.key"])
    with open(shop / "holdfast.conf", "a") as f:
        f.write(RULES)
    applied = run(["config", "apply", "--store", shop])
    products = base / "products.csv"
    products.write_text(PRODUCTS)
    taken = run(["import", "products", products, "--store", shop])
    ok(applied.returncode == 0 and b'"taken":7' in taken.stdout, f"{prices}: a shop with rules",
       applied.stderr + taken.stdout + taken.stderr)

    baskets = [basket() for _ in range(40)]
    entries = base / "entries"
    entries.write_text("".join("\n".join(b + ["CA"]) + "\n" for b in baskets))
    before = tree(shop)
    tried = run(["price", entries, "--store", shop, "--json", "--keep-going"])
    ok(tree(shop) == before, f"{prices}: nothing in the store is touched")
    trial = replies(tried.stdout)
    wrong = [w for w in (explained(x, prices) for x in trial) if w]
    ok(len(trial) == len(baskets) and not wrong,
       f"{prices}: the steps of each line sum to its amount, the lines to the sale",
       f"{len(trial)} sales; {wrong}; {tried.stderr.decode()[:400]}")
    kinds = [s["step"] for x in trial for l in x["lines"] for s in l["steps"]]
    want = {"promotion", "coupon", "sale", "discount", "override", "pricelist"}
    want |= {"relief"} if prices == "included" else set()
    ok(kinds.count("promotion") > 20 and want <= set(kinds)
       and any("rule" in t for x in trial for t in x["tenders"]),
       f"{prices}: rules of each kind were there to explain", sorted(set(kinds)))

    rung = [r["sale"] for r in replies(run(["ring", entries, "--store", shop,
                                            "--keep-going"]).stdout) if "sale" in r]
    ok([s["total"] for s in rung] == [x["total"] for x in trial],
       f"{prices}: and the sales are those that are rung up")

    def table(name):
        out = run(["export", name, "--format", "jsonl", "--store", shop]).stdout
        return [json.loads(row) for row in out.decode().splitlines()]

    lines, offs = table("lines"), table("discounts")
    same = all(l["discount"] == sum(d["amount"] for d in offs
                                    if (d["number"], d["line"]) == (l["number"], l["line"]))
               and l["promotions"] == sum(d["amount"] for d in offs if d["kind"] == "promotion"
                                          and (d["number"], d["line"]) == (l["number"], l["line"]))
               for l in lines)
    ok(same and any(l["promotions"] for l in lines) and any(d["kind"] == "line" for d in offs)
       and {l["pricelist"] for l in lines} == {None, "happy"}
       and any(l["deposit_of"] for l in lines),
       f"{prices}: exported lines and their discounts agree", lines[:3])

    # one that holds the store, while others are explained
    register = subprocess.Popen([HOLDFAST, "ring", "--store", str(shop)],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    register.stdin.write(b"100\n")
    register.stdin.flush()
    register.stdout.readline()
    wrong = []
    for sale, x in list(zip(rung, trial))[:8]:
        out = run(["price", "--sale", sale["number"], "--store", shop, "--json"])
        y = json.loads(out.stdout)
        differs = [k for k in ("lines", "taxes", "total", "config", "tenders") if y[k] != x[k]]
        if y["number"] != sale["number"] or "time" not in y or differs:
            wrong.append(f"{differs}: {x} {y}")
    ok(not wrong, f"{prices}: a recorded sale is explained as it was before", wrong[:1])
    bad = ""
    for b in baskets[:12]:
        out = run(["price", "--store", shop, "--keep-going"], "\n".join(b) + "\n")
        bad = bad or columns(out.stdout.decode())
    ok(not bad, f"{prices}: every column of the text adds up", bad)
    register.stdin.write(b"2*105\n7*102\nPK\n")
    register.stdin.close()
    parked = [r for r in replies(register.stdout.read()) if "parked" in r]
    register.wait()
    out = run(["price", "--parked", parked[0]["parked"], "--store", shop, "--json"])
    x = json.loads(out.stdout)
    ok([l["code"] for l in x["lines"]] == ["100", "can", "105", "102"] and not explained(x, prices)
       and x["due"] == x["total"], f"{prices}: so is one that is parked", out.stdout + out.stderr)

out = run(["price", "--store", base / "included"], "100\nnothing\n101\n")
ok(out.returncode == 1 and b"entry 2: " in out.stderr and out.stdout == b"",
   "an entry that is refused is told with its number", out.stderr)
out = run(["price", "--store", base / "included", "--json"], "2*104\n101\n")
other = json.loads(out.stdout)["others"]
ok([(o["rule"], o["alone"], o["taken"]) for o in other] == [("pair", 100, 0)]
   and other[0]["section"] == "promotion pair",
   "a deal that goods are not in is told, with what it would be", out.stdout)
with open(base / "included/holdfast.conf", "a") as f:
    f.write("[coupon late]\ncode = LATE\npercent = 10%\n")
    f.write("[coupon first]\ncode = FIRST\nitems = 106\noff = 0.10\n")
with open(base / "included/holdfast.conf") as f:
    text = f.read().split("[coupon late]")
(base / "turned.conf").write_text(
    text[0] + "[coupon first]" + text[1].split("[coupon first]")[1]
    + "[coupon late]" + text[1].split("[coupon first]")[0])
run(["config", "apply", base / "turned.conf", "--store", base / "included"])
out = run(["price", "--store", base / "included", "--at", "2026-11-21T12:00:00Z"],
          "104\n106\nCO LATE\nCO FIRST\n").stdout.decode()
left = re.findall(r"(?m)^coupon .*\[coupon (\w+)\]|^    left +(\S+)$", out)
ok([a or b for a, b in left] == ["first", "4.93", "late", "4.44"],
   "coupons are told in the order in which they are taken", out)
out = run(["price", "--sale", "R01-999999", "--store", base / "included"])
ok(out.returncode == 1 and b"there is no sale R01-999999" in out.stderr, "no such sale")
out = run(["price", "x", "--sale", "last", "--store", base / "included"])
ok(out.returncode == 2, "entries and a recorded sale do not go together")
out = run(["price", "--at", "tomorrow", "--store", base / "included"], "100\n")
ok(out.returncode == 2 and b"2026-11-21T14:32:07Z" in out.stderr, "a time that is none")
done()
