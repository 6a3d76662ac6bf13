# SPDX-License-Identifier: Apache-2.0
"""The X report and the Z tie out with rules: for each sale and for the day, the
lines at their prices, less what was taken off and by what, less the tax taken
out, and with the tax added make the total; each sum of the report is that of
the lines, a deposit is no piece anywhere, and verify and rebuild agree."""
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import HOLDFAST, SEED, diag, done, ok, replies, run, workdir  # noqa: E402

base = workdir()
rng = random.Random(SEED)
diag(f"seed {SEED}")

GOODS = """code,name,price,tax,department,unit,deposit,groups
100,Cola,0.89,A,20,,can,
101,Water,0.49,B,20,,can,
102,Yoghurt,0.59,B,10,,,
103,Apples,2.99,B,10,kg,,
104,Popcorn,4.00,A,10,,,
105,Beer,6.00,A,21,,,
"""
RULES = """
[deposit can]
name = Deposit can
price = 0.25
tax = item
[deposit crate]
name = Deposit crate
price = 1.50
tax = A
[pricelist happy]
time = 00:00-23:59
105 = 4.50
[promotion three]
items = 102
buy = 3
free = 1
[promotion pair]
items = 104
buy = 2
price = 7.00
[coupon back]
code = WELCOME
items = all
off = 0.50
"""
KINDS = {"off_line": None, "off_promotion": "promotion", "off_coupon": "coupon",
         "off_sale": "sale", "off_back": "return"}
SUMS = [*KINDS, "discount", "relief", "deposits", "deposits_back", "items", "gross",
        "return_amount"]


def half_up(milli):
    """Thousandths of a cent, to the cent, away from zero."""
    n = (abs(milli) + 500) // 1000
    return -n if milli < 0 else n


def is_deposit(line):
    return "link" in line or line.get("deposit") == line["code"]


def pieces(milli):
    return milli if milli % 1000 == 0 else 1000 if milli > 0 else -1000


def sums_of(sale):
    """What a report says of one sale, from its lines; what does not tie out."""
    t = dict.fromkeys(SUMS, 0)
    whole = 0
    for l in sale["lines"]:
        cut = l.get("discounts", [])
        for d in cut:
            t["discount"] += d["amount"]
            t[next(k for k, v in KINDS.items() if v == d.get("kind"))] += d["amount"]
        t["relief"] += l.get("relief", 0)
        if is_deposit(l):
            t["deposits" if l["qty"] > 0 else "deposits_back"] += abs(l["amount"])
        else:
            t["items"] += pieces(l["qty"])
        t["return_amount"] -= l["amount"] if l["qty"] < 0 else 0
        off = sum(d["amount"] for d in cut)
        # what comes back is a share of what was paid, not price x quantity
        full = l["amount"] + off + l.get("relief", 0) if "return_no" in l else \
            half_up(l["price"] * l["qty"])
        whole += full
    added = sum(x["tax"] for x in sale.get("taxes", [])) if sale["prices"] == "added" else 0
    t["gross"] = sale["total"]
    return t, whole - t["discount"] - t["relief"] + added - sale["total"]


def basket(n_sold):
    rows = []
    for _ in range(rng.randint(1, 8)):
        code = rng.randint(100, 105)
        if code == 103:
            rows.append(f"{rng.randint(50, 2500) / 1000:.3f}*{code}")
            continue
        rows.append(f"{rng.randint(1, 7)}*{code}")
        if rng.random() < 0.25:
            rows.append(rng.choice(["10%DI", "5%DI", "10DI", "45PO"]))
    for entry in ("CO WELCOME", "7DS", "20DT", "TE NY-4471-22", "2*EM can", "EM crate"):
        if rng.random() < 0.25:
            rows.append(entry)
    if n_sold and rng.random() < 0.4:
        rows.append(f"{rng.randint(1, n_sold)}RF1")
    return rows + ["TL", "CA"]


def x_report(store, *what):
    p = run(["report", *(what or ("x",)), "--json", "--store", store])
    assert p.returncode == 0, p.stderr
    return json.loads(p.stdout)


def on_paper(store):
    """As a terminal gets it."""
    far, near = os.openpty()
    subprocess.run([HOLDFAST, "report", "x", "--store", str(store)], stdout=near,
                   timeout=60, check=True)
    os.close(near)
    text = b""
    while chunk := read(far):
        text += chunk
    os.close(far)
    return text.decode()


def read(fd):
    try:
        return os.read(fd, 4096)
    except OSError:  # all of it was read
        return b""


def one_day(prices):
    store = base / prices
    p = run(["init", "--store", store, "--shop", "S", "--register", "R01", "--currency",
             "EUR", "--prices", prices, "--tax", "A=19%", "--tax", "B=7%", "--key-file",
             base / f"{prices}.key"])
    assert p.returncode == 0, p.stderr
    conf = store / "holdfast.conf"
    conf.write_text(conf.read_text() + RULES)
    p = run(["config", "apply", "--store", store])
    assert p.returncode == 0, p.stderr
    (base / "goods.csv").write_text(GOODS)
    p = run(["import", "products", base / "goods.csv", "--store", store])
    assert p.returncode == 0, p.stderr
    script = []
    for n in range(60):
        # what is left of a refused entry is given up with its sale
        script += basket(n // 2) + ["CN", "CL"]
    p = run(["ring", "--keep-going", "--store", store], "\n".join(script) + "\n",
            timeout=120)
    told = replies(p.stdout)
    p = run(["export", "events", "--store", store])
    sales = [json.loads(x)["data"] for x in p.stdout.splitlines()
             if b'"holdfast.sale.completed.v1"' in x]
    ok(len(sales) > 30, f"{prices}: {len(sales)} sales of {len(told)} entries")
    want, wrong = dict.fromkeys(SUMS, 0), []
    for s in sales:
        t, left = sums_of(s)
        if left != 0:
            wrong.append((s["number"], left, s))
        for k in SUMS:
            want[k] += t[k]
    ok(not wrong, f"{prices}: each sale ties out", wrong[:1])
    x = x_report(store)
    got = {k: x.get(k, 0) for k in SUMS}
    ok(got == want, f"{prices}: the X report has the sums of the lines", f"{got}\n{want}")
    # a price that holds no tax has none taken out
    none = [k for k in SUMS if want[k] == 0]
    ok(none == ([] if prices == "included" else ["relief"]),
       f"{prices}: and none of them is nothing", want)
    unlike = []
    for sale in sales[-12:]:
        paper = run(["receipt", sale["number"], "--store", store]).stdout.decode()
        said = re.search(r"^Items (\S+)", paper, re.M)
        if not said or round(float(said[1]) * 1000) != sums_of(sale)[0]["items"]:
            unlike.append((sale["number"], said and said[0], sums_of(sale)[0]["items"]))
    ok(not unlike, f"{prices}: receipts count the same items", unlike)
    ok(sum(got[k] for k in KINDS) == got["discount"], f"{prices}: the parts are the whole")
    text = on_paper(store)
    words = ("- lines, by hand", "- promotions", "- coupons of the shop", "- whole sales",
             "- of what came back", "Deposits charged", "Deposits given back",
             "Tax taken out" if prices == "included" else "")
    ok(all(w in text for w in words), f"{prices}: and on paper", text)
    p = run(["ring", "--store", store], "1ZR\n")
    z = x_report(store, "z")
    ok({k: z.get(k, 0) for k in SUMS} == want, f"{prices}: the Z has them, too",
       f"{z} {p.stdout}")
    after = x_report(store)
    ok(all(after.get(k, 0) == 0 for k in SUMS), f"{prices}: the next day has none", after)
    p = run(["rebuild", "--store", store])
    v = json.loads(run(["verify", "--json", "--store", store]).stdout)
    ok(p.returncode == 0 and v["ok"] and v["store"] == "equal",
       f"{prices}: verified and rebuilt", v)


for how in ("included", "added"):
    one_day(how)
done()
