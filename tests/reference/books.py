# SPDX-License-Identifier: Apache-2.0
"""Every total once more, from the lines of `export events` alone: chain (SHA-256), signatures
(Ed25519), sales, taxes, tenders, cash, Z, perpetual total.  books.py EVENTS REPORTS [LEDGER]:
a line of JSON each `report z N`, then `report x`; the export for hledger.  Status 0: all agree."""
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


def multiples(raw, minus=False):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if x * x % P == xx else x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == xx and y < P, "no point of the curve"
    x = x if (x & 1 == sign) != minus else P - x
    p, rows = (x, y, 1, x * y % P), []
    for _ in range(64):
        rows.append([(0, 1, 1, 0)])
        for _ in range(16):
            rows[-1].append(add(rows[-1][-1], p))
        p = rows[-1][16]
    return rows


def times(rows, n, start):
    for row in rows:
        start, n = add(start, row[n & 15]) if n & 15 else start, n >> 4
    return start


BASE = multiples((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(key, sig, text):
    s = int.from_bytes(sig[32:], "little")
    h = int.from_bytes(hashlib.sha512(sig[:32] + key[0] + text).digest(), "little") % Q
    x, y, z, _ = times(key[1], h, times(BASE, s, (0, 1, 1, 0)))
    x, y = (c * pow(z, -1, P) % P for c in (x, y))
    return s < Q and (y | (x & 1) << 255).to_bytes(32, "little") == sig[:32]


class Day:
    def __init__(self, opening):
        self.n, self.tax, self.tender, self.change = Counter(), {}, {}, Counter()
        self.opening, self.found = opening, 0

    def sale(self, d):
        taxes, n, rounding = d.get("taxes", []), self.n, d.get("rounding", 0)
        net, tax, gross = (sum(t[k] for t in taxes) for k in ("net", "tax", "gross"))
        assert net + tax == gross == d["total"], "taxes and total"
        lines = sum(line["amount"] for line in d["lines"])
        assert lines == (gross if d["prices"] == "included" else net), "lines and total"
        assert sum(t["amount"] for t in d["tenders"]) == gross + rounding, "tenders and total"
        back = [line["amount"] for line in d["lines"] if line["qty"] < 0]
        n.update(sales=1, gross=gross, rounding=rounding, returns=len(back))
        n["return_amount"] -= sum(back)
        for t in taxes:
            row = self.tax.setdefault((t["code"], t["rate"], t.get("why", "")), Counter())
            row.update(net=t["net"], tax=t["tax"], gross=t["gross"])
        for t in d["tenders"]:
            cash, change = t["tender"] == "cash", t.get("change", 0)
            n["cash"] += t["amount"] if cash else -change
            row = self.tender.setdefault(t["tender"], [0, 0])
            row[:] = row[0] + t["amount"], row[1] + 1
            self.change[t["tender"]] += 0 if cash else change

    def cash(self, kind, amount):
        self.n[{"paid-in": "paid_in", "paid-out": "paid_out", "float": "floats"}.get(
            kind, "pickups")] += amount
        self.n["cash"] += amount if kind in ("paid-in", "float") else -amount

    def says(self, z, where, grand):
        want = {k: self.n[k] for k in "sales gross rounding returns return_amount paid_in"
                " paid_out floats pickups".split()}
        want.update(drawer=self.opening + self.n["cash"], opening=self.opening,
                    difference=self.found, grand=grand, tax=self.tax, tender=self.tender)
        z["tax"] = {(t["code"], t["rate"], t.get("why", "")): {
            k: t[k] for k in ("net", "tax", "gross")} for t in z.get("taxes", [])}
        z["tender"] = {t["tender"]: [t["amount"], t["count"]]
                       for t in z.get("tenders", z.get("takings", []))}
        got = {k: z.get(k, 0) for k in want}
        assert got == want, f"{where}: {got}, not {want}"

    def book(self, to):
        for (code, _, _), t in self.tax.items():
            to.update({f"Income:Sales:{code}": -t["net"], f"Liabilities:Tax:{code}": -t["tax"]})
        for k, (v, _) in self.tender.items():
            to[f"Assets:Clearing:{k}"] += v + self.change[k] if k != "cash" else 0
        n = self.n
        to.update({"Income:Rounding": -n["rounding"], "Expenses:OverShort": -self.found,
                   "Assets:Cash:Drawer": n["cash"] + self.found, "Income:PaidIn": -n["paid_in"],
                   "Expenses:PaidOut": n["paid_out"], "Equity:Turnover:Contra": -n["gross"],
                   "Assets:Cash:Safe": n["pickups"] - n["floats"],
                   "Equity:Turnover:Perpetual": n["gross"]})


def main(events, reports, ledger=None):
    said = [json.loads(row) for row in open(reports, encoding="utf-8")]
    day, grand, zs, books, key, prev = Day(0), 0, 0, Counter(), None, "0" * 64
    for row in open(events, "rb").read().splitlines():
        e = json.loads(row)
        d, kind, where = e["data"], e["type"].split(".", 1)[1][:-3], e["sequence"].lstrip("0")
        if key is None:  # that of the first line, for ever
            key = bytes.fromhex(d["public_key"])
            key = key, multiples(key, True)
        assert e["prev"] == prev, f"{where}: the chain is broken"
        assert signed(key, base64.urlsafe_b64decode(e["sig"] + "=="), row[:-96]), f"{where}: sig"
        prev = hashlib.sha256(row).hexdigest()
        if kind == "sale.completed" and not e.get("training"):
            day.sale(d)
        elif kind == "cash.moved":
            day.cash(d["kind"], d["amount"])
        elif kind == "cash.counted" and not d.get("shift"):
            day.found = d.get("difference", 0)
        elif kind in ("shift.opened", "shift.closed"):
            day.found += d.get("difference", 0)
            day.cash("float", d.get("floats", 0) * (kind == "shift.opened"))
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
