# SPDX-License-Identifier: Apache-2.0
"""Goods that come back, against a second implementation with exact fractions:
random sales, returns in parts, exchanges and attempts to return too much, in
shops with the tax included and with the tax added, and in one that changes from
one to the other and its rates on the way, every total equal to the cent; then everything that is left comes back, and nothing is left: of no total,
no tax, no discount, not in the drawer and not of the goods."""
import json
import os
import random
import sys
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import (SEED, diag, done, ok, replies, run, workdir)  # noqa: E402

base = workdir()
rng = random.Random(SEED)
diag(f"seed {SEED}")
RATES = {"A": 190000, "B": 70000}
LATER = {"A": 160000, "B": 50000}
ITEMS = {str(1000 + n): (rng.randint(1, 1999), rng.choice("AB")) for n in range(12)}
ITEMS["1012"] = (0, "A")


def half_up(x):
    """Half away from zero."""
    n = int(abs(x) + Fraction(1, 2))
    return -n if x < 0 else n


def cut(x):
    return int(x)


class Line:
    """What was sold, and how much of it came back."""

    def __init__(self, code, milli, off):
        self.price, self.tax = ITEMS[code]
        self.code, self.milli, self.back = code, milli, 0
        self.whole = half_up(Fraction(self.price * milli, 1000))
        self.off = half_up(self.whole * Fraction(off, 100))
        self.amount = self.whole - self.off

    def upto(self, milli):
        """Full price and what was paid of the first thousandths."""
        whole = half_up(Fraction(self.whole * milli, self.milli))
        if self.off == 0:
            return whole, whole
        return whole, cut(Fraction(self.amount * milli, self.milli))

    def share(self, milli):
        (w0, p0), (w1, p1) = self.upto(self.back), self.upto(self.back + milli)
        return (w1 - w0) - (p1 - p0), p1 - p0


class Row:
    """Tax of what a sale sold of one class, and how much of it came back."""

    def __init__(self, base, tax, key, included):
        self.base, self.tax, self.back = base, tax, 0
        self.key, self.included = key, included

    def upto(self, paid):
        return half_up(Fraction(self.tax * paid, self.base)) if self.base else 0

    def share(self, paid):
        was = self.upto(self.back)
        self.back += paid
        return self.upto(self.back) - was


def pieces(milli):
    if milli % 1000 == 0:
        return milli
    return 1000 if milli > 0 else -1000


class Shop:
    def __init__(self, prices, name):
        self.included, self.rates = prices == "included", RATES
        self.prices, self.cuts = prices, []
        self.store = base / name
        self.script, self.want, self.sales, self.rows = [], [], {}, {}
        self.gross = self.items = self.discount = 0
        self.n_back = self.amount_back = 0
        self.taxes = {}

    def day(self, key, net, part):
        row = self.taxes.setdefault(key, [0, 0, 0])
        for i, n in enumerate((net, part, net + part)):
            row[i] += n
        return net + part

    def total(self, sold, gone):
        """Total of a basket; the taxes go into the day's and the sale's."""
        total, rows = 0, {}
        for tax in sorted({line.tax for line in sold}):
            amount = sum(line.amount for line in sold if line.tax == tax)
            rate = Fraction(self.rates[tax], 1000000)
            key = tax, self.rates[tax]
            if self.included:
                part = half_up(amount * rate / (1 + rate))
                total += self.day(key, amount - part, part)
            else:
                part = half_up(amount * rate)
                total += self.day(key, amount, part)
            rows[tax] = Row(amount, part, key, self.included)
        for row, paid in gone:
            part = row.share(paid)
            total += self.day(row.key, -paid + part if row.included else -paid, -part)
            self.amount_back += paid
            if row.included != self.included:
                self.amount_back += -part if row.included else part
        return total, rows

    def change(self):
        """Other rates, and prices the other way round, from here on."""
        self.included, self.rates = not self.included, LATER
        self.cuts.append(len(self.script))

    def apply(self):
        p = run(["config", "show", "--store", self.store])
        text = p.stdout.decode()
        for was, then in ((f"prices = {self.prices}", "prices = " + (
                "added" if self.prices == "included" else "included")),
                ("A = 19%", "A = 16%"), ("B = 7%", "B = 5%")):
            assert was in text, text
            text = text.replace(was, then)
        (base / "later.conf").write_text(text)
        p = run(["config", "apply", base / "later.conf", "--store", self.store])
        assert p.returncode == 0, p.stderr

    def say(self, text, want=None):
        self.script.append(text)
        self.want.append(want)

    def finish(self, sold, gone):
        total, rows = self.total(sold, gone)
        self.say("TL")
        self.say("CA", total)
        self.gross += total
        self.sales[1 + len(self.sales)] = sold
        self.rows[1 + len(self.rows)] = rows

    def sell(self):
        sold = []
        for _ in range(rng.randint(1, 7)):
            code = rng.choice(sorted(ITEMS))
            milli = rng.choice((1000, 1000, 2000, 3000, 6000, rng.randint(1, 3000)))
            off = rng.choice((0, 0, 0, 10, 33, 100))
            line = Line(code, milli, off)
            self.say(f"{milli / 1000:.3f}*{code}")
            if off:
                self.say(f"{off}DI")
            self.items += pieces(milli)
            self.discount += line.off
            sold.append(line)
        return sold

    def bring_back(self, number, all_of_it):
        """Lines that come back of a sale: (row, what was paid)."""
        gone = []
        for no, line in enumerate(self.sales[number], 1):
            left = line.milli - line.back
            if not all_of_it and rng.random() < 0.5:
                continue
            if left == 0:
                if not all_of_it:
                    self.say(f"{number}RF{no}", "returned")
                continue
            if not all_of_it and rng.random() < 0.1:
                self.say(f"{(left + 1) / 1000:.3f}*{number}RF{no}", "returned")
            milli = left if all_of_it else min(left, rng.choice((1000, 2000, left)))
            off, paid = line.share(milli)
            line.back += milli
            self.say(f"{milli / 1000:.3f}*{number}RF{no}")
            self.items -= pieces(milli)
            self.discount -= off
            self.n_back += 1
            gone.append((self.rows[number][line.tax], paid))
        return gone

    def act(self):
        sold = self.sell() if not self.sales or rng.random() < 0.6 else []
        gone = []
        if self.sales and (not sold or rng.random() < 0.3):
            gone = self.bring_back(rng.choice(sorted(self.sales)), False)
        if not sold and not gone:
            self.say("CL")
            return
        self.finish(sold, gone)

    def check(self):
        kind = self.store.name
        p = run(["init", "--store", self.store, "--shop", "S", "--register", "R01",
                 "--currency", "EUR", "--prices", self.prices, "--tax", "A=19%", "--tax",
                 "B=7%", "--key-file", base / f"{kind}.key"])
        assert p.returncode == 0, p.stderr
        rows = "".join(f"{c},Item {c},{p // 100}.{p % 100:02d},{t},10\n"
                       for c, (p, t) in ITEMS.items())
        (base / "items.csv").write_text("code,name,price,tax,department\n" + rows)
        p = run(["import", "products", base / "items.csv", "--store", self.store])
        assert p.returncode == 0, p.stderr
        told, begin = [], 0
        for end in self.cuts + [len(self.script)]:
            if begin > 0:
                self.apply()
            p = run(["ring", "--keep-going", "--store", self.store],
                    "\n".join(self.script[begin:end]) + "\n", timeout=120)
            told += replies(p.stdout)
            begin = end
        ok(len(told) == len(self.script), f"{kind}: {len(self.script)} entries answered",
           f"{len(told)} {p.stderr}")
        wrong = []
        for entry, want, got in zip(self.script, self.want, told):
            is_word = isinstance(want, str)
            good = got["ok"] != is_word
            if is_word:
                good = good and got["error"] == want
            elif want is not None:
                good = good and got.get("sale", {}).get("total") == want
            if not good:
                wrong.append((entry, want, got))
        ok(not wrong, f"{kind}: every total to the cent, every refusal",
           "\n".join(map(str, wrong[:5])))
        x = json.loads(run(["report", "x", "--json", "--store", self.store]).stdout)
        ours = {"gross": self.gross, "drawer": self.gross, "items": self.items,
                "discount": self.discount, "returns": self.n_back,
                "return_amount": self.amount_back}
        theirs = {k: x[k] for k in ours}
        ok(theirs == ours, f"{kind}: the X report", f"{theirs}\n{ours}")
        found = {(t["code"], t["rate"]): [t["net"], t["tax"], t["gross"]] for t in x["taxes"]}
        ok(found == self.taxes, f"{kind}: the taxes", f"{found}\n{self.taxes}")
        p = run(["rebuild", "--store", self.store])
        v = json.loads(run(["verify", "--json", "--store", self.store]).stdout)
        ok(p.returncode == 0 and v["ok"] and v["store"] == "equal",
           f"{kind}: verified and rebuilt", v)


for prices, name in (("included", "included"), ("added", "added"), ("included", "changed"),
                     ("added", "changed-back")):
    shop = Shop(prices, name)
    changes = name.startswith("changed")
    for _ in range(60 if changes else 150):
        shop.act()
    if changes:
        shop.change()
        for _ in range(30):
            shop.act()
    n = len(shop.sales)
    for number in range(1, n + 1):
        rest = shop.bring_back(number, True)
        if rest:
            shop.finish([], rest)
    shop.check()
    left = sum(line.milli - line.back for sold in shop.sales.values() for line in sold)
    ok(left == 0, f"{name}: all of it came back", left)
    ok(shop.gross == 0, f"{name}: and all that was paid went back", shop.gross)
    ok(shop.discount == 0, f"{name}: and every discount", shop.discount)
    ok(all(t == [0, 0, 0] for t in shop.taxes.values()), f"{name}: and every tax",
       shop.taxes)
done()
