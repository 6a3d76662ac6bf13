# SPDX-License-Identifier: Apache-2.0
"""Random baskets over every country of data/countries, with random rules, rung
by `holdfast ring` and computed by price.py: equal to the cent in every line,
every tax and its parts, what was taken off and by which rule, roundings and
tenders.

SEED= begins another row of baskets, BASKETS= is how many (2,000; 100,000 with
HOLDFAST_SLOW), COUNTRY= and STORE= are one case of it.  What differs is made
small and printed as ring input, with both results.  A long run that was ended
goes on where it was: PROGRESS= is the file that says where."""
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/crash"))
sys.path.insert(0, str(SRC / "tests/reference"))
from crashlib import (BUILD, HOLDFAST, SEED, SLOW, diag, done, ok, run, workdir)  # noqa: E402
from generate import Shop, to_ring  # noqa: E402
from price import Basket, Catalog, Conf, Refused  # noqa: E402

base = workdir()
FEW = "400" if os.environ.get("HF_SANITIZERS") or os.environ.get("HF_COVERAGE") else "2000"
BASKETS = int(os.environ.get("BASKETS", "100000" if SLOW else FEW))
PROGRESS = Path(os.environ.get("PROGRESS", str(BUILD / "tests/reference/progress")))
A_STORE = 250 if SLOW else 70
COUNTRIES = sorted(p.stem for p in (SRC / "data/countries").glob("*.conf"))
# classes for countries whose rates nobody may take from us
RATES = {"ch": ["A=8.1%", "B=2.6%"], "dk": ["A=25%"], "nz": ["A=15%", "Z=0%"],
         "se": ["A=25%", "B=12%", "C=6%"], "kw": ["A=7.5%", "Z=0%"],
         "us-ca": ["A=9.5%", "E=0%"], "us-sst": ["A=STATE 6.5% + LOCAL 1.75%", "Z=0%"],
         "at": ["B=10%"], "au": ["F=0%"], "ca": ["Z=0%"],
         "ca-qc": ["Z=0%", "C=GST 5% then OLD 9.5%"], "in": ["B=CGST 2.5% + SGST 2.5%"]}
# what the texts may have, by the command or section that shows it is there
KINDS = ("pricelist", "promotion", "coupon", "code", "goods", "deposit", "empties", "weight",
         "buyer", "group", "sale", "bill", "ways")
# the same country by another of the ways a shop may round
WAYS = ("", "basis = line", "basis = unit", "basis = unit\ndecimals = 4",
        "basis = line\ndecimals = 3", "round = half-even", "round = down",
        "round = up", "parts = together", "parts = each")


def with_key(text, section, key, value):
    """The text with this value of the key, at the head of its section."""
    out, at = [], None
    for line in text.splitlines():
        if line.startswith("["):
            at = line.strip("[]")
        if at != section or line.split(" =")[0] != key:
            out.append(line)
        if line == f"[{section}]":
            out.append(f"{key} = {value}")
    return "\n".join(out) + "\n"


def base_text(country, rng, kinds):
    text = (SRC / f"data/countries/{country}.conf").read_text()
    text = re.sub(r"(?m)^(required|buyer_from|opened|mark) *=.*\n|^.tax B.\n\n", "", text)
    for row in RATES.get(country, []):
        text = with_key(text, "tax", *row.split("=", 1))
    digits = {"JPY": 0, "KWD": 3}.get(re.search(r"code = (\w+)", text)[1], 2)
    for row in rng.choice(WAYS).splitlines() if "ways" in kinds and rng.random() < 0.5 else []:
        key, value = row.split(" = ")
        if key == "decimals":
            value = int(value) - 2 + digits
        text = with_key(text, "tax", key, value)
    if "bill" in kinds and rng.random() < 0.2:
        text += "\n[bill]\nstep = " + ("10" if digits == 0 else "1.00") + "\n"
    return ("[shop]\nname = REFERENCE\naddress = 1 Main Street\ntax_id = 1\n\n"
            "[register]\nid = R01\n\n[tender CC]\nname = Card\noverpay = no\n\n"
            "[tender CP]\nname = Coupon\n\n" + text)


class Store:
    """One store of the register's, rung to the end of its baskets at once."""
    n = 0

    def __init__(self, conf_text, products):
        Store.n += 1
        self.dir = base / f"s{Store.n}"
        key = base / "key"
        p = run(["init", "--store", self.dir, "--shop", "REFERENCE", "--register", "R01",
                 "--currency", "EUR", "--prices", "included", "--tax", "A=19%",
                 "--key-file", key])
        assert p.returncode == 0, p.stderr
        (self.dir / "holdfast.conf").write_text(conf_text)
        p = run(["config", "apply", "--store", self.dir])
        self.wrong = p.stderr.decode() if p.returncode else ""
        if self.wrong:
            return
        (base / "products.csv").write_text(products)
        p = run(["import", "products", base / "products.csv", "--store", self.dir, "--json"])
        answer = json.loads(p.stdout or "{}")
        if p.returncode or answer.get("refused"):
            self.wrong = (p.stdout + p.stderr).decode()

    def ring(self, baskets):
        """The event of each sale, and what was refused: (basket, answer)."""
        rows, of = [], []
        for i, b in enumerate(baskets):
            for r in to_ring(b):
                rows.append(r)
                of.append(i)
        p = subprocess.run([HOLDFAST, "ring", "--keep-going", "--store", str(self.dir)],
                           input=("\n".join(rows) + "\n").encode(), capture_output=True)
        answers = p.stdout.decode().splitlines()
        refused = {}
        sold = []
        for i, row, a in zip(of, rows, answers):
            if a.startswith('{"ok":false'):
                refused.setdefault(i, f"{row}: {a}")
            elif '"sale":' in a:
                sold.append(i)
        if len(answers) != len(rows):
            refused[of[min(len(answers), len(of) - 1)]] = "ring ended: " + p.stderr.decode()
        q = run(["export", "events", "--store", self.dir])
        events = [json.loads(line)["data"] for line in q.stdout.splitlines()
                  if b'"type":"holdfast.sale.completed.v1"' in line]
        return dict(zip(sold, events[-len(sold):] if sold else [])), refused

    def remove(self):
        import shutil
        shutil.rmtree(self.dir, ignore_errors=True)


# --- the same words for both ------------------------------------------------------------

def of_event(e):
    lines = []
    for li in e["lines"]:
        off = {}
        for d in li.get("discounts", []):
            kind = d.get("kind", "line")
            key = f"{kind} {d['rule']}" if d.get("rule") else kind
            off[key] = off.get(key, 0) + d["amount"]
        lines.append([li["line"], li["code"], li["qty"], li["price"], li["amount"],
                      li["tax"], li.get("relief", 0), sorted(off.items())])
    taxes = [[t["code"], t["rate"], t["net"], t["tax"], t["gross"], t.get("why"),
              [[p["name"], p.get("tax", 0)] for p in t.get("parts", [])]] for t in e["taxes"]]
    tenders = [[t.get("rule") or t["tender"], t["amount"]] for t in e["tenders"]]
    return {"total": e["total"], "rounding": e.get("rounding", 0),
            "bill_rounding": e.get("bill_rounding", 0), "lines": lines,
            "taxes": sorted(taxes, key=str), "tenders": sorted(tenders)}


def of_reference(r):
    lines = []
    for li in r["lines"]:
        off = {}
        for (kind, rule), n in li["off"].items():
            off[f"{kind} {rule}" if rule else kind] = n
        lines.append([li["line"], li["code"], li["qty"], li["price"], li["amount"],
                      li["tax"], li["relief"], sorted(off.items())])
    taxes = [[t["code"], t["rate"], t["net"], t["tax"], t["gross"], t["why"],
              [[n, v] for n, v in t["parts"]]] for t in r["taxes"]]
    tenders = [[t, n] for t, n in r["makers"] + r["tenders"]]
    return {"total": r["total"], "rounding": r["rounding"],
            "bill_rounding": r["bill_rounding"], "lines": lines,
            "taxes": sorted(taxes, key=str), "tenders": sorted(tenders)}


def want_of(shop, rows):
    return of_reference(Basket(shop.conf, shop.catalog_read).ring(rows))


# --- making it small ------------------------------------------------------------------

def can_be(conf, goods, rows):
    """Whether the register must take these: the sale never ends in between."""
    basket = Basket(conf, goods)
    try:
        for name, *a in rows:
            getattr(basket, "do_" + name)(*a)
            if name == "void" and not basket.line:
                return False
        basket.result()
    except (Refused, IndexError, StopIteration, KeyError, ValueError):
        return False
    return bool(basket.line)


class Small:
    """A case with its text and goods: does it still differ?"""

    def __init__(self, shop):
        self.shop, self.text, self.kind = shop, shop.text, None

    def differs(self, text, rows):
        conf = Conf(text)
        goods = Catalog(self.shop.goods, conf)
        if not can_be(conf, goods, rows):
            return None
        want = of_reference(Basket(conf, goods).ring(rows))
        store = Store(text, self.shop.goods)
        if store.wrong:
            store.remove()
            return None
        events, refused = store.ring([rows])
        store.remove()
        got = {"refused": refused[0]} if refused else of_event(events[0]) if events else {}
        kind = re.search(r'"error":"(\w+)"', refused[0])[1] if refused else "differs"
        if got == want or self.kind not in (None, kind):
            return None
        self.kind = kind
        return want, got

    def shrink(self, rows):
        text, again = self.text, True
        if self.differs(text, rows) is None:
            return text, rows, None
        while again:
            again = False
            for i in range(len(rows) - 1):
                less = rows[:i] + rows[i + 1:]
                # without a clock the register has its own
                if rows[i][0] != "clock" and self.differs(text, less):
                    rows, again = less, True
                    break
            for pay in (("pay", "CA"), ("pay", "CC")):
                if rows[-1] != pay and len(rows[-1]) > 2 and \
                        self.differs(text, rows[:-1] + [pay]):
                    rows = rows[:-1] + [pay]
        parts = re.split(r"(?m)^(?=\[)", text)
        for part in list(parts):
            if re.match(r"\[(pricelist|promotion|coupon|code|bill|deposit)", part):
                less = "".join(p for p in parts if p is not part)
                if self.differs(less, rows):
                    parts.remove(part)
        text = "".join(parts)
        return text, rows, self.differs(text, rows)


def tell(shop, rows, why):
    text, rows, both = Small(shop).shrink(rows)
    diag(why)
    diag("--- configuration")
    diag("\n".join(line for line in text.splitlines() if line and line[0] not in "#;"))
    used = {r[1] for r in rows if r[0] in ("item", "return", "empties")}
    goods = shop.goods.splitlines()
    diag("--- products")
    diag("\n".join(g for g in goods[:1] + [g for g in goods if g.split(",")[0] in used]))
    diag("--- ring input")
    diag("\n".join(to_ring(rows)))
    if both is not None:
        for name, b in zip(("reference", "register"), both):
            diag(f"--- {name}")
            diag("\n".join(f"{k}: {v}" for k, v in b.items()))


# --- all of it ---------------------------------------------------------------------------

class Progress:
    """How many shops of a country were right, of this seed and size."""

    def __init__(self):
        self.key = f"{SEED} {BASKETS}"
        self.done = {}
        if SLOW and PROGRESS.exists():
            was = json.loads(PROGRESS.read_text())
            self.done = was["done"] if was["key"] == self.key else {}

    def put(self, country, stores):
        self.done[country] = stores
        if SLOW:
            PROGRESS.parent.mkdir(parents=True, exist_ok=True)
            PROGRESS.write_text(json.dumps({"key": self.key, "done": self.done}))

    @staticmethod
    def end():
        PROGRESS.unlink(missing_ok=True)


def one_shop(country, store_no, kinds, many, told):
    """Rings and computes one shop's baskets; how many differ."""
    where = f"SEED={SEED} COUNTRY={country} STORE={store_no}"
    rng = random.Random(f"{SEED} {country} {store_no}")
    shop = Shop(rng, base_text(country, rng, kinds), kinds)
    baskets = [shop.basket() for _ in range(A_STORE)][:many]
    store = Store(shop.text, shop.goods)
    if store.wrong:
        diag(f"{where}: {store.wrong}")
        diag(shop.text)
        return 1
    events, refused = store.ring(baskets)
    store.remove()
    bad = 0
    for i, rows in enumerate(baskets):
        want = want_of(shop, rows)
        got = {"refused": refused[i]} if i in refused else \
            of_event(events[i]) if i in events else {}
        if got != want:
            bad += 1
            if bad + told <= 3:
                tell(shop, rows, f"{where} basket {i}: {got.get('refused', '')}")
    return bad


def main():
    only = os.environ.get("COUNTRY")
    countries = [only] if only else COUNTRIES
    kinds = set(KINDS) - set(os.environ.get("WITHOUT", "").split(","))
    each = -(-BASKETS // len(countries))
    progress = Progress()
    begin, total, wrong = time.monotonic(), 0, 0
    for country in countries:
        bad, store_no = 0, progress.done.get(country, 0)
        if os.environ.get("STORE"):
            bad = one_shop(country, int(os.environ["STORE"]), kinds, A_STORE, wrong)
        while not bad and not os.environ.get("STORE") and store_no * A_STORE < each:
            many = min(A_STORE, each - store_no * A_STORE)
            bad = one_shop(country, store_no, kinds, many, wrong)
            total += many
            store_no += not bad
            progress.put(country, store_no)
        wrong += bad
        ok(bad == 0, f"{country}: {each} baskets in {store_no} shops, to the cent",
           f"{bad} differ")
    t = time.monotonic() - begin
    diag(f"seed {SEED}, {total} baskets, {total / t:.0f} a second")
    if not wrong:
        progress.end()
    done()


main()
