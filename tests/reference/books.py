# SPDX-License-Identifier: Apache-2.0
"""Every total once more, from the lines of `holdfast export events` and nothing
else: chain (SHA-256), signatures (Ed25519, RFC 8032), sales, taxes, tenders,
cash, each Z and the perpetual total.  Shares no code with the register.

usage: books.py EVENTS REPORTS [LEDGER]   (status 0: all agree)

REPORTS has a line of JSON for each `report z N` in order and one of `report x`;
LEDGER is the export for hledger, from the first Z on, with default accounts."""
import base64
import hashlib
import json
import subprocess
import sys
from collections import Counter

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    s, t = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    u, v = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if x * x % P == xx else x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == xx and y < P, "no point of the curve"
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def multiples(p):
    """For each four bits of a number, p times what they can say."""
    rows = []
    for _ in range(64):
        row = [(0, 1, 1, 0)]
        for _ in range(16):
            row.append(add(row[-1], p))
        rows.append(row)
        p = row[16]
    return rows


def times(rows, n, start):
    for row in rows:
        start, n = add(start, row[n & 15]) if n & 15 else start, n >> 4
    return start


BASE = multiples(point((4 * pow(5, -1, P) % P).to_bytes(32, "little")))


class Key:
    def __init__(self, raw):
        self.raw = raw
        x, y, z, t = point(raw)
        self.minus = multiples((P - x, y, z, P - t))

    def signed(self, sig, text):
        s = int.from_bytes(sig[32:], "little")
        h = int.from_bytes(hashlib.sha512(sig[:32] + self.raw + text).digest(), "little") % Q
        x, y, z, _ = times(self.minus, h, times(BASE, s, (0, 1, 1, 0)))
        z = pow(z, -1, P)
        x, y = x * z % P, y * z % P
        return s < Q and (y | (x & 1) << 255).to_bytes(32, "little") == sig[:32]


class Day:
    def __init__(self, opening):
        self.n, self.tax, self.tender, self.change = Counter(), {}, Counter(), Counter()
        self.count, self.opening, self.found = Counter(), opening, 0

    def sale(self, d):
        taxes, n = d.get("taxes", []), self.n
        assert all(t["net"] + t["tax"] == t["gross"] for t in taxes), "a tax row"
        assert sum(t["gross"] for t in taxes) == d["total"], "taxes and total"
        lines = sum(line["amount"] for line in d["lines"])
        assert lines == (d["total"] if d["prices"] == "included" else
                         sum(t["net"] for t in taxes)), "lines and total"
        paid = d.get("rounding", 0) + d["total"]
        assert sum(t["amount"] for t in d["tenders"]) == paid, "tenders and total"
        n.update(sales=1, gross=d["total"], rounding=d.get("rounding", 0))
        back = [line["amount"] for line in d["lines"] if line["qty"] < 0]
        n.update(returns=len(back), return_amount=-sum(back))
        for t in taxes:
            row = self.tax.setdefault((t["code"], t["rate"], t.get("why", "")), Counter())
            row.update({k: t[k] for k in ("net", "tax", "gross")})
        for t in d["tenders"]:
            cash, change = t["tender"] == "cash", t.get("change", 0)
            n["cash"] += t["amount"] if cash else -change
            self.tender[t["tender"]] += t["amount"]
            self.count[t["tender"]] += 1
            self.change[t["tender"]] += 0 if cash else change

    def cash(self, kind, amount):
        self.n[{"paid-in": "paid_in", "paid-out": "paid_out", "float": "floats"}.get(
            kind, "pickups")] += amount
        self.n["cash"] += amount if kind in ("paid-in", "float") else -amount

    def says(self, z, where, grand):
        """What a Z or a report says, against it."""
        want = {k: self.n[k] for k in ("sales", "gross", "rounding", "returns", "return_amount",
                                       "paid_in", "paid_out", "floats", "pickups")}
        want.update(drawer=self.opening + self.n["cash"], opening=self.opening,
                    difference=self.found, grand=grand)
        got = {k: z.get(k, 0) for k in want}
        assert got == want, f"{where}: {got}, not {want}"
        rows = {(t["code"], t["rate"], t.get("why", "")): [t["net"], t["tax"], t["gross"]]
                for t in z.get("taxes", [])}
        assert rows == {k: [v["net"], v["tax"], v["gross"]] for k, v in self.tax.items()}, where
        rows = {t["tender"]: (t["amount"], t["count"]) for t in z.get("tenders", z.get("takings", []))}
        assert rows == {k: (v, self.count[k]) for k, v in self.tender.items()}, where

    def book(self, to):
        for (code, _, _), t in self.tax.items():
            to[f"Income:Sales:{code}"] -= t["net"]
            to[f"Liabilities:Tax:{code}"] -= t["tax"]
        for k, v in self.tender.items():
            to[f"Assets:Clearing:{k}"] += (v + self.change[k]) if k != "cash" else 0
        to.update({"Income:Rounding": -self.n["rounding"], "Expenses:OverShort": -self.found,
                   "Assets:Cash:Drawer": self.n["cash"] + self.found,
                   "Income:PaidIn": -self.n["paid_in"], "Expenses:PaidOut": self.n["paid_out"],
                   "Assets:Cash:Safe": self.n["pickups"] - self.n["floats"],
                   "Equity:Turnover:Perpetual": self.n["gross"],
                   "Equity:Turnover:Contra": -self.n["gross"]})


def main(events, reports, ledger=None):
    said = [json.loads(row) for row in open(reports, encoding="utf-8")]
    day, grand, zs, books, key, prev = Day(0), 0, 0, Counter(), None, "0" * 64
    for row in open(events, "rb").read().splitlines():
        e = json.loads(row)
        d, kind, where = e["data"], e["type"].split(".", 1)[1][:-3], e["sequence"].lstrip("0")
        key = key or Key(bytes.fromhex(d["public_key"]))
        assert e["prev"] == prev, f"{where}: the chain is broken"
        assert key.signed(base64.urlsafe_b64decode(e["sig"] + "=="), row[:-96]), f"{where}: sig"
        prev = hashlib.sha256(row).hexdigest()
        if kind == "key.changed" and d.get("public_key"):
            key = Key(bytes.fromhex(d["public_key"]))
        if e.get("training"):
            continue
        if kind == "sale.completed":
            day.sale(d)
        elif kind == "cash.moved":
            day.cash(d["kind"], d["amount"])
        elif kind == "cash.counted" and not d.get("shift"):
            day.found = d.get("difference", 0)
        elif kind in ("shift.opened", "shift.closed"):
            day.found += d.get("difference", 0)
            day.cash("float", d.get("floats", 0) if kind == "shift.opened" else 0)
        elif kind == "day.closed":
            grand, zs = grand + day.n["gross"], zs + 1
            assert (d["number"], d["carried"]) == (zs, d["drawer"] + day.found), f"Z {zs}"
            day.says(d, f"Z {zs}", grand)
            day.says(said[zs - 1], f"report z {zs}", grand)
            day.book(books)
            day = Day(d["carried"])
    day.says(said[zs], "report x", grand)
    if ledger:
        out = subprocess.run(["hledger", "-f", ledger, "balance", "--flat", "-N", "-O", "json"],
                             capture_output=True, check=True).stdout
        got = {r[0]: r[3][0]["aquantity"]["decimalMantissa"] *
               10 ** (2 - r[3][0]["aquantity"]["decimalPlaces"]) for r in json.loads(out)[0]}
        assert got == {k: v for k, v in books.items() if v}, (got, books)
    print(f"{zs} Z and what is open agree, grand total {grand}")


main(*sys.argv[1:])
