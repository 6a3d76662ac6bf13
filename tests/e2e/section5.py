# SPDX-License-Identifier: Apache-2.0
"""Right to the cent: every rule of money, cash, taxes, deposits, weights, ages
and discounts that Holdfast claims, each a row with its id, through `holdfast
init`, `import` and `ring`; then what must hold of any sale.

ONLY="R1 T3" runs those rows."""
import json
import os
import random
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import SEED, SRC, diag, done, ok, replies, run, workdir  # noqa: E402

base = workdir()
ONLY = os.environ.get("ONLY", "").split()
ROWS = []


def row(name, words):
    """One TAP point: the function returns what differs, or nothing."""
    def add(fn):
        ROWS.append((name, words, fn))
        return fn
    return add


class Shop:
    n = 0

    def __init__(self, *init, conf="", change=(), goods=()):
        """init: options; conf: text behind the file; change: (pattern,
        replacement) of it; goods: rows of products.csv, "code price tax"
        and further columns by name."""
        Shop.n += 1
        self.dir = base / f"s{Shop.n}"
        p = run(["init", "--store", self.dir, "--shop", "S", "--register", "R01",
                 "--key-file", base / "key", *init])
        assert p.returncode == 0, p.stderr
        file = self.dir / "holdfast.conf"
        text = file.read_text()
        text = re.sub(r"(?m)^required = .*\n", "", text)
        for pattern, to in change:
            text, n = re.subn(pattern, to, text, flags=re.M)
            assert n > 0, pattern
        file.write_text(text + "\n" + conf)
        p = run(["config", "apply", "--store", self.dir])
        assert p.returncode == 0, p.stderr
        if goods:
            self.load(goods)

    def load(self, goods):
        columns = ["code", "name", "price", "tax", "department"]
        rows = []
        for g in goods:
            word = g.split()
            r = {"code": word[0], "name": "Goods " + word[0], "price": word[1],
                 "tax": word[2]}
            for more in word[3:]:
                key, _, value = more.partition("=")
                r[key] = value.replace("_", " ")
            columns += [k for k in r if k not in columns]
            rows.append(r)
        (base / "products.csv").write_text("\n".join(
            [",".join(columns)] + [",".join(r.get(c, "") for c in columns) for r in rows])
            + "\n")
        p = run(["import", "products", base / "products.csv", "--store", self.dir, "--json"])
        assert p.returncode == 0 and json.loads(p.stdout)["refused"] == 0, p.stdout

    def ring(self, text):
        """Entries with blanks or line breaks between ("_" is a blank in one);
        the answers."""
        lines = [e.replace("_", " ") for e in text.split()]
        p = run(["ring", "--keep-going", "--store", self.dir], "\n".join(lines) + "\n")
        self.answers = replies(p.stdout)
        assert len(self.answers) == len(lines), p.stderr
        return self.answers

    def events(self, kind):
        p = run(["export", "events", "--store", self.dir])
        return [json.loads(x)["data"] for x in p.stdout.splitlines()
                if f'"holdfast.{kind}.v1"'.encode() in x]

    def sell(self, text, pay="CA"):
        """Ring and pay; the event of the sale."""
        answers = self.ring(f"{text} TL {pay}")
        bad = [a for a in answers if not a["ok"]]
        assert not bad, bad
        assert "sale" in answers[-1], answers[-1]
        return self.events("sale.completed")[-1]

    def receipt(self):
        p = run(["receipt", "last", "--store", self.dir])
        assert p.returncode == 0, p.stderr
        return p.stdout.decode()


def taxes(e):
    return {t["code"]: t["tax"] for t in e["taxes"]}


def parts(e, code):
    t = next(t for t in e["taxes"] if t["code"] == code)
    return {p["name"]: p.get("tax", 0) for p in t["parts"]}


def amounts(e):
    return [li["amount"] for li in e["lines"]]


def off(e):
    return [sum(d["amount"] for d in li.get("discounts", [])) for li in e["lines"]]


def paid(e):
    return [(t["tender"], t["amount"]) for t in e["tenders"]]


def same(*pairs):
    """What differs of (got, want, ...)."""
    return [f"{got!r} is not {want!r}" for got, want in zip(pairs[::2], pairs[1::2])
            if got != want]


EUR = ("--currency", "EUR", "--prices", "included", "--tax", "A=19%", "--tax", "B=7%",
       "--tax", "Z=0%")
USD = ("--currency", "USD", "--prices", "added", "--tax", "A=8%", "--tax", "Z=0%")


def shop_of(name, *more, **kw):
    return Shop("--country", name, *more, **kw)


# --- 5.1 money and formats ------------------------------------------------------------

@row("5.1/0", "no minor unit: what is keyed and told is whole")
def _():
    s = Shop("--currency", "JPY", "--prices", "added", "--tax", "A=10%", goods=("P 1235 A",))
    e = s.sell("P", "2000CA")
    return same(e["digits"], 0, e["total"], 1359, s.answers[-1]["sale"]["change"], 641)


@row("5.1/2", "two decimals: minor units or a point or a comma")
def _():
    s = Shop(*EUR)
    e = s.sell("1234DP10 12.34DP10 12,34DP10 1.5DP10")
    return same(amounts(e), [1234, 1234, 1234, 150])


@row("5.1/3", "three decimals")
def _():
    s = Shop("--currency", "KWD", "--prices", "included", "--tax", "A=0%",
             goods=("P 1234.500 A",))
    e = s.sell("P 1.25DP10", "2000000CA")
    return same(e["digits"], 3, amounts(e), [1234500, 1250],
                s.answers[-1]["sale"]["change"], 764250)


@row("5.1/display", "stored in two decimals, shown and keyed in none")
def _():
    s = Shop("--currency", "HUF", "--prices", "included", "--tax", "A=27%",
             change=[(r"^code = HUF", "code = HUF\ndisplay = 0\ncash_step = 5")],
             goods=("P 1235.00 A",))
    e = s.sell("P 500DP10", "2000CA")
    paper = s.receipt()
    return same(e["digits"], 2, e["total"], 173500, amounts(e), [123500, 50000],
                s.answers[-1]["sale"]["change"], 26500,
                "1235.00" in paper, False, "1735" in paper, True)


@row("5.1/half", "half away from zero: a refund is the sale, negative")
def _():
    s = Shop(*EUR, goods=("P 0.01 A", "Q 3.33 A"))
    s.sell("0.5*P 1.5*P 0.505*Q 50DI")
    sold = s.events("sale.completed")[-1]
    s.ring("1RF RF1 1RF2 1RF3 TL CA")
    back = s.events("sale.completed")[-1]
    return same(amounts(sold)[:2], [1, 2], back["total"], -sold["total"],
                amounts(back), [-a for a in amounts(sold)],
                [-t["tax"] for t in back["taxes"]], [t["tax"] for t in sold["taxes"]])


for _name, _code, _want in (
        ("en_US", "USD", "1,234.50"), ("en_CA", "CAD", "1,234.50"),
        ("de_DE", "EUR", "1.234,50"), ("nl_NL", "EUR", "1.234,50"),
        ("es_ES", "EUR", "1.234,50 1234,50"), ("fr_FR", "EUR", "1 234,50"),
        ("sv_SE", "SEK", "1 234,50"), ("nb_NO", "NOK", "1 234,50"),
        ("de_CH", "CHF", "1'234.50 1\u2019234.50"), ("en_IN", "INR", "1,23,450.00"),
        ("ja_JP", "JPY", "1,235"), ("ar_KW", "KWD", "1,234.500")):
    @row("5.1/" + _name, f"{_code} as {_want}")
    def _(name=_name, code=_code, want=_want):
        price = {"INR": "123450.00", "JPY": "1235", "KWD": "1234.500"}.get(code, "1234.50")
        s = Shop("--currency", code, "--prices", "included", "--tax", "A=0%",
                 conf=f"[locale]\nformat = {name}\n", goods=(f"P {price} A",))
        s.sell("P", "CC")
        paper = s.receipt().replace("\u00a0", " ").replace("\u202f", " ")
        words = [want] if name in ("fr_FR", "sv_SE", "nb_NO") else want.split(" ")
        return same(any(w in paper for w in words), True)


# --- 5.2 cash ----------------------------------------------------------------------------

def cash(s, cents, digits=100):
    """What is paid in cash, and by card, for so many cents of class Z."""
    a = s.sell(f"{cents}DP{s.dept}")
    b = s.sell(f"{cents}DP{s.dept}", "CC")
    return a, b


def pays(country, pairs, *more, change=()):
    s = shop_of(country, *more, change=change)
    s.dept = re.search(r"(?m)^(\d+) = Z,", (s.dir / "holdfast.conf").read_text())[1]
    wrong = []
    for due, want in pairs:
        a, b = cash(s, due)
        wrong += same(paid(a), [("cash", want)], a.get("rounding", 0), want - due,
                      sum(t["gross"] for t in a["taxes"]), due,
                      paid(b), [("CC", due)], b.get("rounding", 0), 0)
    x = json.loads(run(["report", "x", "--json", "--store", s.dir]).stdout)
    return wrong + same(x["rounding"], sum(w - d for d, w in pairs))


@row("R1", "CAD 4.92 with its tax: 4.90 in cash, 4.92 by card")
def _():
    s = shop_of("ca", goods=("COFFEE 1.83 G", "SANDWICH 2.86 G"))
    a = s.sell("COFFEE SANDWICH")
    b = s.sell("COFFEE SANDWICH", "CC")
    return same(a["total"], 492, taxes(a), {"G": 23}, paid(a), [("cash", 490)],
                a["rounding"], -2, paid(b), [("CC", 492)], b.get("rounding", 0), 0)


@row("R2", "CAD: 1 and 2 down, 3 and 4 up, 6 and 7 down, 8 and 9 up")
def _():
    return pays("ca", [(597, 595), (598, 600), (590, 590), (591, 590), (592, 590),
                       (593, 595), (594, 595), (595, 595), (596, 595), (599, 600)],
                "--tax", "Z=0%")


@row("R3", "AUD to 0.05")
def _():
    return pays("au", [(2042, 2040), (2043, 2045)], "--tax", "Z=0%")


@row("R4", "CHF to 0.05")
def _():
    return pays("ch", [(1742, 1740), (1743, 1745)], "--tax", "Z=0%")


@row("R5", "SEK to the krona")
def _():
    return pays("se", [(5449, 5400), (5450, 5500), (5401, 5400), (5499, 5500)],
                "--tax", "Z=0%")


@row("R6", "NZD to 0.10, five down; or up, as the shop has it")
def _():
    return pays("nz", [(1045, 1040), (1046, 1050), (1041, 1040)], "--tax", "Z=0%") + \
        pays("nz", [(1045, 1050)], "--tax", "Z=0%",
             change=[("^cash_round = .*", "cash_round = half-up")])


@row("R7", "DKK to 0.50")
def _():
    return pays("dk", [(1224, 1200), (1225, 1250), (1274, 1250), (1275, 1300)],
                "--tax", "Z=0%")


def qc():
    return shop_of("ca-qc", "--tax", "Z=0%", goods=(
        "P 3.49 Q", "R 12.79 Q", "H 100.00 Q", "N 16.28 Q"))


@row("R8", "card 10.00, the rest in cash: 8.70 and a line of -0.01")
def _():
    e = qc().sell("P R", "1000CC CA")
    return same(e["total"], 1871, paid(e), [("CC", 1000), ("cash", 870)], e["rounding"], -1)


@row("R9", "cash 10.00, the rest by card: nothing is rounded")
def _():
    e = qc().sell("P R", "1000CA CC")
    return same(paid(e), [("cash", 1000), ("CC", 871)], e.get("rounding", 0), 0)


@row("R10", "20.00 for 18.71: change 1.30")
def _():
    s = qc()
    e = s.sell("P R", "2000CA")
    return same(paid(e), [("cash", 1870)], s.answers[-1]["sale"]["change"], 130)


# --- 5.3 taxes on top --------------------------------------------------------------------

@row("T1", "streamlined: per item 0.24, per receipt 0.25")
def _():
    tax = ("--tax", "A=STATE 6.5% + LOCAL 1.75%")
    a = shop_of("us-sst", *tax, goods=("P 0.99 A",)).sell("3*P")
    s = shop_of("us-sst", *tax, goods=("P 0.99 A",),
                change=[("^basis = .*", "basis = unit")])
    b, c = s.sell("3*P"), s.sell("P P P")
    return same(taxes(a), {"A": 25}, taxes(b), {"A": 24}, taxes(c), {"A": 24},
                sum(parts(a, "A").values()), 25)


@row("T2", "Quebec: 5 and 9.975 percent of 100.00 make 114.98")
def _():
    e = qc().sell("H")
    return same(parts(e, "Q"), {"GST": 500, "QST": 998}, e["total"], 11498)


@row("T3", "Quebec: the total first, then each tax; 18.71, in cash 18.70")
def _():
    s = qc()
    e = s.sell("P R")
    paper = s.receipt()
    return same(parts(e, "Q"), {"GST": 81, "QST": 162}, e["total"], 1871,
                paid(e), [("cash", 1870)], e["rounding"], -1,
                re.search(r"14[.,]97|9[.,]97(?!5)", paper), None,
                bool(re.search(r"9[.,]975", paper)), True)


@row("T4", "the same by line: a cent more")
def _():
    s = shop_of("ca-qc", goods=("P 3.49 Q", "R 12.79 Q"),
                change=[("^basis = .*", "basis = line")])
    e = s.sell("P R")
    return same(parts(e, "Q"), {"GST": 81, "QST": 163}, taxes(e), {"Q": 244})


@row("T5", "the same in one step: a cent more, and shared out among the two")
def _():
    s = shop_of("ca-qc", goods=("P 3.49 Q", "R 12.79 Q"),
                change=[("^parts = .*", "parts = together")])
    e = s.sell("P R")
    paper = s.receipt()
    return same(taxes(e), {"Q": 244}, sum(parts(e, "Q").values()), 244,
                re.search(r"14[.,]97|9[.,]97(?!5)", paper), None)


@row("T6", "a tax on a tax: 9.5 percent of 105.00 is 9.98")
def _():
    s = shop_of("ca-qc", "--tax", "C=GST 5% then QST 9.5%", goods=("H 100.00 C",))
    return same(parts(s.sell("H"), "C"), {"GST": 500, "QST": 998})


@row("T7", "5 then 10 percent on 19.99: beside each other 2.00, on each other 2.10")
def _():
    s = Shop("--currency", "USD", "--prices", "added", "--tax", "A=X 5% + Y 10%",
             "--tax", "C=X 5% then Y 10%", goods=("P 19.99 A", "R 19.99 C"))
    e = s.sell("P R")
    return same(parts(e, "A"), {"X": 100, "Y": 200}, parts(e, "C"), {"X": 100, "Y": 210})


@row("T8", "India: two halves, each rounded: 18.90")
def _():
    e = shop_of("in", goods=("P 105.05 A",)).sell("P")
    return same(parts(e, "A"), {"CGST": 945, "SGST": 945}, taxes(e), {"A": 1890})


@row("T9", "India: paise stay; the bill to the rupee is a line of its own")
def _():
    goods = ("P 54670.00 A",)
    a = shop_of("in", goods=goods).sell("P", "CC")
    s = shop_of("in", goods=goods, change=[
        (r"^# \[bill\]", "[bill]"), ("^# step = .*", "step = 1.00"),
        ("^# round = .*", "round = half-up")])
    b = s.sell("P", "CC")
    return same(parts(a, "A"), {"CGST": 492030, "SGST": 492030}, paid(a), [("CC", 6451060)],
                b["total"], 6451060, b["rounding"], 40, b["bill_rounding"], 40,
                paid(b), [("CC", 6451100)], taxes(b), taxes(a))


@row("T10", "Japan: once a rate and receipt, down; or half up, or up")
def _():
    goods = ("P 98 B", "R 155 A")
    wrong = []
    for mode, b, total in (("down", 23, 658), ("half-up", 24, 659), ("up", 24, 659)):
        s = shop_of("jp", goods=goods, change=[("^round = .*", f"round = {mode}")])
        e = s.sell("3*P 2*R")
        wrong += same(taxes(e), {"B": b, "A": 31}, e["total"], total)
    s = shop_of("jp", goods=goods)
    e = s.sell("P P P R R")
    return wrong + same(taxes(e)["B"], 23)


@row("T11", "three decimals: 7.5 percent of 12.345 is 0.926")
def _():
    e = shop_of("kw", "--tax", "A=7.5%", goods=("P 12.345 A",)).sell("P")
    return same(taxes(e), {"A": 926}, e["total"], 13271)


@row("T12", "an exempt customer pays 16.28, with the certificate's number")
def _():
    s = qc()
    e = s.sell("N TE_EX-4711", "CC")
    return same(e["total"], 1628, taxes(e), {"Q": 0}, e.get("certificate"), "EX-4711",
                e["taxes"][0].get("why"), "exempt")


# --- 5.4 taxes in the price ---------------------------------------------------------------

@row("V1", "19 and 7 percent in 11.09 and 16.24")
def _():
    e = shop_of("de", goods=("P 11.09 A", "R 16.24 B")).sell("P R")
    return same(taxes(e), {"A": 177, "B": 106},
                [t["net"] for t in e["taxes"]], [932, 1518], e["total"], 2733)


@row("V2", "method and level are the country's: half up a rate and receipt, or not")
def _():
    wrong = []
    for change, tax in (((), 100), ((("^basis = .*", "basis = line"),), 99),
                        ((("^round = .*", "round = down"),), 99),
                        ((("^round = .*", "round = up"),), 100)):
        s = shop_of("gb", goods=("P 1.99 A",), change=change)
        wrong += same(taxes(s.sell("P P P")), {"A": tax})
    for c in ("at", "de", "dk", "gb", "se"):
        text = (SRC / f"data/countries/{c}.conf").read_text()
        wrong += same("basis = receipt" in text and "round = half-up" in text, True)
    return wrong


@row("V3", "United Kingdom: by line 0.99, by receipt 1.00")
def _():
    a = shop_of("gb", goods=("P 1.99 A",)).sell("P P P")
    b = shop_of("gb", goods=("P 1.99 A",), change=[("^basis = .*", "basis = line")]
                ).sell("P P P")
    return same(taxes(a), {"A": 100}, taxes(b), {"A": 99})


@row("V4", "Australia: unrounded, with four decimals, with two")
def _():
    wrong = []
    for change, tax in ((("^basis = .*", "basis = receipt"), 52),
                        (("^basis = .*", "basis = unit\ndecimals = 4"), 52),
                        (("^basis = .*", "basis = unit\ndecimals = 2"), 50)):
        s = shop_of("au", goods=("P 1.15 A",), change=[change])
        wrong += same(taxes(s.sell("5*P", "CC")), {"A": tax})
    return wrong


@row("V5", "an exempt customer where prices hold the tax: 10.00 and 4.19")
def _():
    s = shop_of("de", goods=("P 11.90 A", "R 4.99 A"))
    e = s.sell("P R TE_EX-1")
    return same(amounts(e), [1000, 419], e["total"], 1419, taxes(e), {"A": 0},
                e.get("certificate"), "EX-1")


@row("V6", "reverse charge: from 5,000 net on, to a business, never a consumer")
def _():
    s = shop_of("de", goods=("PHONE 595.00 R", "P 1.19 A"))
    ten = s.sell("10*PHONE VN_DE123456789")
    paper = s.receipt()
    nine = s.sell("9*PHONE VN_DE123456789")
    consumer = s.sell("10*PHONE")
    mixed = s.sell("10*PHONE P VN_DE123456789")
    note = ten["taxes"][0].get("why")
    return same(ten["total"], 500000, taxes(ten), {"R": 0}, note, "reverse",
                ten.get("vat"), "DE123456789", "DE123456789" in paper, True,
                taxes(nine), {"R": 85500}, nine["total"], 535500,
                taxes(consumer), {"R": 95000}, taxes(mixed), {"R": 0, "A": 19})


@row("V7", "the tax table of the receipt sums to it")
def _():
    s = shop_of("de", goods=("P 11.09 A", "R 16.24 B"))
    e = s.sell("P R")
    paper = s.receipt()
    rows = re.findall(r"(?m)^ *([AB]) .*?(\d+,\d\d) +(\d+,\d\d) +(\d+,\d\d) *$", paper)
    n = sorted(sorted(int(v.replace(",", "")) for v in r[1:]) for r in rows)
    return same(n, [[106, 1518, 1624], [177, 932, 1109]],
                sum(t["net"] + t["tax"] for t in e["taxes"]), 2733)


# --- 5.5 deposits, weights, codes, age ------------------------------------------------------

@row("D1", "Germany: a deposit has the tax of its drink, on a line of its own")
def _():
    s = shop_of("de", goods=("COLA 0.89 A deposit=D25",))
    e = s.sell("6*COLA")
    return same(e["total"], 684, taxes(e), {"A": 109}, amounts(e), [534, 150],
                e["lines"][1].get("link"), 1, e["lines"][1]["tax"], "A")


@row("D2", "Austria: a deposit is outside the tax")
def _():
    e = shop_of("at", goods=("COLA 0.89 A deposit=D25",)).sell("6*COLA")
    return same(e["total"], 684, taxes(e), {"A": 89, "P": 0})


@row("D3", "California: taxed when the drink is")
def _():
    s = shop_of("us-ca", "--tax", "A=9.5%", "--tax", "E=0%", goods=(
        "COLA 1.99 A deposit=CRV5", "WATER 1.29 E deposit=CRV5"))
    a, b = s.sell("COLA"), s.sell("WATER")
    return same(taxes(a), {"A": 19}, a["total"], 223, b["total"], 134)


@row("D4", "empties come back; a deposit goes with its drink and takes no discount")
def _():
    s = shop_of("de", goods=("COLA 0.89 A deposit=D25", "P 1.00 B"))
    back = s.sell("P 6*EM_D25")
    known = s.sell("P EM 2*COLA")
    s.ring("COLA P VD1")
    lines = s.answers[-1]["lines"]
    s.ring("CN")
    off_sale = s.sell("COLA 50DS")
    off_line = s.sell("COLA 50DI")
    s.ring("COLA SL2 50DI")
    refused = s.answers[-1]["ok"]
    s.ring("CN")
    return same(back["lines"][1]["amount"], -150, back["lines"][1]["tax"], "A",
                back["total"], -50, known["lines"][1]["amount"], -50, lines, 1,
                amounts(off_sale), [44, 25], sum(amounts(off_line)), 44 + 25,
                refused, False)


KG = ("BANANA 2.99 B unit=kg", "GRAPES 2.99 B unit=kg tare=0.022")


@row("W1", "0.734 kg at 2.99: 2.19")
def _():
    e = Shop(*EUR, goods=KG).sell("734WT BANANA")
    return same(amounts(e), [219], e["lines"][0]["qty"], 734)


@row("W2", "what it is packed in goes off before the price; nothing left is refused")
def _():
    s = Shop(*EUR, goods=KG)
    a = s.sell("756WT GRAPES")
    b = s.sell("22TW 756WT BANANA")
    none = s.ring("22WT GRAPES")[-1]
    s.ring("CL")
    less = s.ring("21WT GRAPES")[-1]
    s.ring("CL")
    return same(amounts(a), [219], a["lines"][0]["qty"], 734, a["lines"][0]["tare"], 22,
                amounts(b), [219], none["ok"], False, less["ok"], False)


CODES = """[code ean_price]
form = 20iiiiipppppc
value = price

[code ean_verified]
form = 21iiiivpppppc
value = price

[code ean_weight]
form = 28iiiiipppppc
value = weight

[code upc]
form = 2iiiiivppppc
value = price
"""
CODED = ("12345 2.99 B unit=kg", "40512 2.99 B unit=kg", "01234 2.99 B unit=kg",
         "1234 2.99 B unit=kg")


def coded():
    return Shop(*EUR, conf=CODES, goods=CODED)


def check(digits):
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return digits + str((10 - total % 10) % 10)


def of_code(code):
    e = coded().sell("\\scan_" + code)
    li = e["lines"][0]
    return li["code"], li["qty"], li["amount"]


@row("W3", "a price in an EAN-13 without verifier: 7.89")
def _():
    code, _, amount = of_code("2012345007895")
    return same(code, "12345", amount, 789)


@row("W4", "a weight in an EAN-13: 1.250 kg at the price of the file")
def _():
    return same(of_code("2812345012505"), ("12345", 1250, 374))


@row("W5", "a price in a UPC-A: 12.99")
def _():
    code, _, amount = of_code("240512212991")
    return same(code, "40512", amount, 1299)


@row("W6", "the same with zeros in front: 4.56")
def _():
    code, _, amount = of_code("201234004561")
    return same(code, "01234", amount, 456)


def only_verifier(front, price, want):
    s = coded()
    good = []
    for v in range(10):
        a = s.ring("\\scan_" + check(f"{front}{v}{price}"))[-1]
        if a["ok"]:
            good.append((v, a["total"]))
            s.ring("CN")
    return same(good, [want])


@row("W7", "the verifier of 2875 is 9")
def _():
    return only_verifier("240512", "2875", (9, 2875))


@row("W8", "the verifier of 14685 is 6")
def _():
    return only_verifier("211234", "14685", (6, 14685))


@row("W9", "a price in an EAN-13 with verifier: 7.89")
def _():
    code, _, amount = of_code("2112346007891")
    return same(code, "1234", amount, 789)


@row("W10", "a wrong verifier is not sold, at no price")
def _():
    s = coded()
    a = s.ring("\\scan_240512312998 XR")
    zero = s.ring("\\scan_" + check("201234500000"))[-1]
    return same(a[0].get("error"), "verifier",
                a[1]["lines"], 0, zero.get("error"), "code_value")


@row("W11", "the price of a code is the line's; the weight follows")
def _():
    s = coded()
    code, qty, amount = of_code("2012345" + "00456" + check("201234500456")[-1])
    e = s.sell("\\scan_" + check("201234500456"))
    return same(code, "12345", amount, 456, qty, 1525, e["lines"][0].get("from"), "price")


def aged(**kw):
    return Shop(*EUR, goods=("BEER 1.00 A age=16", "RUM 9.00 A age=18"), **kw)


@row("A1", "born on or before today less the years")
def _():
    s = aged()
    a = s.ring("\\clock_2025-11-21T12:00:00Z RUM AG2007-11-21")
    b = s.ring("CN \\clock_2025-11-21T12:00:00Z RUM AG2007-11-22")
    return same(a[1].get("error"), "age_check", a[2]["ok"], True, a[2]["lines"], 1,
                b[3].get("error"), "age_refused")


@row("A2", "29 February: on 1 March, or as the shop has it")
def _():
    wrong = []
    for conf, feb in (("", False), ("[age]\nleap_day = 28 February\n", True)):
        s = aged(conf=conf)
        a = s.ring("\\clock_2026-02-28T12:00:00Z RUM AG2008-02-29")[-1]
        if a["ok"]:
            s.ring("CN")
        b = s.ring("\\clock_2026-03-01T12:00:00Z RUM AG2008-02-29")[-1]
        wrong += same(a["ok"], feb, b["ok"], True)
    return wrong


@row("A3", "asked once a sale, again for more; a refusal is told with its item")
def _():
    s = aged()
    a = s.ring("BEER 2AG2009-01-01 BEER RUM 0AG TL CA")
    asked = [x.get("error") for x in a]
    checks = s.events("age.checked")
    refused = s.events("item.refused")
    text = json.dumps(checks)
    b = s.ring("BEER 2AG1990-01-01 RUM 2AG1990-01-01 BEER RUM TL CA")
    return same(asked[:5], ["age_check", None, None, "age_check", None],
                [x.get("error") for x in b].count("age_check"), 2,
                [(r["code"], r["reason"]) for r in refused], [("RUM", "age")],
                "2009" in text, False, checks[-1]["age"] in (16, 18), True)


# --- 5.6 discounts, promotions, coupons ---------------------------------------------------

@row("P1", "10 percent of a sale: 0.10, 0.25, 0.50")
def _():
    e = Shop(*EUR, goods=("P 0.99 A", "R 2.49 A", "S 5.00 A")).sell("P R S 10DS")
    f = Shop(*EUR, goods=("P 0.99 A", "R 2.49 A", "S 5.00 A")).sell("P R S 85DT")
    return same(off(e), [10, 25, 50], e["total"], 763, off(f), off(e))


THREE = "[promotion three]\nname = 3 for 2\nitems = P\nbuy = 3\nfree = 1\n"


def three():
    return Shop(*EUR, conf=THREE, goods=("P 0.59 A", "R 0.59 A"))


@row("P2", "3 for 2: 1.18, the same however it is scanned")
def _():
    a, b = three().sell("3*P"), three().sell("P P P")
    return same(a["total"], 118, b["total"], 118, off(a), [59], off(b), [20, 20, 19],
                amounts(b), [39, 39, 40])


@row("P3", "what comes back of it: 0.39, 0.39, 0.40")
def _():
    s = three()
    s.sell("3*P")
    back = [s.sell("RF_R01-000001 RF1 CL")["total"] for _ in range(3)]
    s = three()
    s.sell("P P P")
    line = [s.sell(f"RF_R01-000001 RF{n} CL")["total"] for n in (1, 2, 3)]
    return same(back, [-39, -39, -40], line, [-39, -39, -40])


CHEAPEST = "[promotion two]\nitems = P, R, S\nbuy = 2\nfree = 1\npairing = "


@row("P4", "the cheapest of two is free: 53.00 for the shop, 50.00 for the customer")
def _():
    goods = ("P 28.00 A", "R 25.00 A", "S 22.00 A")
    a = Shop(*EUR, conf=CHEAPEST + "shop\n", goods=goods).sell("P R S")
    b = Shop(*EUR, conf=CHEAPEST + "customer\n", goods=goods).sell("S R P")
    return same(a["total"], 5300, b["total"], 5000)


@row("P5", "the best deal, looked for anew with each item")
def _():
    s = Shop(*EUR, conf="[promotion popcorn]\nitems = POP\nbuy = 2\nprice = 7.00\n\n"
             "[promotion combo]\nitems = POP\nitems2 = COLA\nprice = 5.00\n",
             goods=("POP 4.00 A", "COLA 3.00 A"))
    a = s.ring("POP POP COLA CN")
    e = s.sell("POP COLA POP")
    used = [[d["rule"] for d in li.get("discounts", [])] for li in e["lines"]]
    return same([x["total"] for x in a[:3]], [400, 700, 900], e["total"], 900,
                used, [["combo"], ["combo"], []])


@row("P6", "a bundle over two rates, shared by prices: VAT 0.28")
def _():
    s = shop_of("gb", conf="[promotion meal]\nitems = SANDWICH\nitems2 = CRISPS\n"
                "items3 = DRINK\nprice = 3.50\n",
                goods=("SANDWICH 2.75 Z", "CRISPS 1.50 A", "DRINK 0.95 A"))
    e = s.sell("SANDWICH CRISPS DRINK")
    f = s.sell("DRINK SANDWICH CRISPS")
    return same(amounts(e), [185, 101, 64], taxes(e), {"A": 28, "Z": 0},
                f["total"], 350, sorted(amounts(f)), [64, 101, 185])


COUPON = "[tender CP]\nname = Coupon\n\n[coupon c]\ncode = SAVE\nitems = P\noff = 0.50\nkind = "


def coupon(kind):
    return Shop(*USD, conf=COUPON + kind, goods=("P 3.00 A",))


@row("P7", "a maker's coupon does not lower what is taxed: 2.74")
def _():
    e = coupon("maker\n").sell("P CO_SAVE")
    return same(taxes(e), {"A": 24}, e["total"], 324,
                sum(n for t, n in paid(e) if t == "cash"), 274)


@row("P8", "a shop's does: 2.70")
def _():
    e = coupon("store\n").sell("P CO_SAVE")
    return same(taxes(e), {"A": 20}, e["total"], 270, e["taxes"][0]["net"], 250)


@row("P9", "a doubled one is one of each: 2.20")
def _():
    e = coupon("maker\ndoubled = yes\n").sell("P CO_SAVE")
    return same(taxes(e), {"A": 20}, e["taxes"][0]["net"], 250,
                sum(n for t, n in paid(e) if t == "cash"), 220)


HAPPY = "[pricelist happy]\nname = Happy hour\ntime = 17:00-19:00\nBEER = 4.50\n"


@row("P10", "happy hour by the line's own time, parked and recalled")
def _():
    s = Shop(*EUR, conf=HAPPY, goods=("BEER 6.00 A",))
    a = s.ring("\\clock_2026-11-21T18:59:59Z BEER PK \\clock_2026-11-21T19:00:00Z PK BEER")
    early = s.ring("\\clock_2026-11-22T16:59:59Z CN BEER")[-1]
    return same(a[1]["total"], 450, a[4]["total"], 450, a[5]["total"], 1050,
                early["total"], 600)


@row("P11", "100.00 by three: 33.34, 33.33, 33.33")
def _():
    s = Shop(*EUR, goods=("P 100.00 A",))
    said = s.ring("P TL 3SP")[-1].get("parts")
    e = s.sell("", "3334CC 3333CC CC")
    return same(said, [3334, 3333, 3333], [n for _, n in paid(e)], [3334, 3333, 3333])


@row("P12", "void one of three: the promotion takes itself away")
def _():
    a = three().ring("P P P VD3")
    b = three().ring("3*P 2QT")
    return same([x["total"] for x in a], [59, 118, 118, 118], b[-1]["total"], 118,
                three().sell("P P P VD2")["total"], 118)


@row("P13", "20 percent, then 50.00, then three parts: 42.78; 121.12; 40.38, 40.37, 40.37")
def _():
    s = Shop(*EUR, goods=("P 213.90 A",))
    first = s.ring("P TL 20%SP")[-1].get("parts")
    due = s.ring("4278CC 5000CC")[-1]["due"]
    third = s.ring("3SP")[-1].get("parts")
    e = s.sell("", "4038CC 4037CC CC")
    return same(first, [4278, 17112], due, 12112, third, [4038, 4037, 4037],
                [n for _, n in paid(e)], [4278, 5000, 4038, 4037, 4037])


# --- what holds of any sale --------------------------------------------------------------

RULES = """[pricelist l]
time = 08:00-20:00
dept 2 = -10%
X3 = 1.11

[promotion a]
items = group g
buy = 3
free = 1

[promotion b]
items = X1, X2
buy = 2
price = 3.00

[promotion c]
items = dept 1
items2 = dept 2
off = 0.33
"""
RANDOM = tuple(f"X{n} {p} {'AB'[n % 2]} department={n % 3} groups={'g' if n % 4 else ''}"
               for n, p in enumerate(("0.99", "2.49", "1.75", "3.33", "0.59", "12.00",
                                      "0.05", "7.77")))


def any_shop(prices):
    return Shop("--currency", "EUR", "--prices", prices, "--tax", "A=X 5% + Y 9.975%",
                "--tax", "B=7%", conf=RULES, goods=RANDOM)


def any_items(rng):
    return [(rng.choice((1, 1, 2, 3, 5)), f"X{rng.randrange(8)}")
            for _ in range(rng.randint(1, 9))]


def written(items):
    return " ".join(f"{n}*{c}" for n, c in items)


@row("sums", "parts sum to taxes, net and tax to gross, all to the total")
def _():
    rng, wrong = random.Random(SEED), []
    for prices in ("included", "added"):
        s = any_shop(prices)
        for _ in range(15):
            s.sell("\\clock_2026-11-21T12:00:00Z " + written(any_items(rng)))
        for e in s.events("sale.completed"):
            for t in e["taxes"]:
                wrong += same(t["net"] + t["tax"], t["gross"])
                if t.get("parts"):
                    wrong += same(sum(p.get("tax", 0) for p in t["parts"]), t["tax"])
            wrong += same(sum(t["gross"] for t in e["taxes"]), e["total"])
            lines = sum(amounts(e))
            wrong += same(lines, e["total"] if prices == "included" else
                          sum(t["net"] for t in e["taxes"]))
            for li in e["lines"]:
                wrong += same(li["amount"], li["price"] * li["qty"] // 1000 - sum(
                    d["amount"] for d in li.get("discounts", [])))
    return wrong


@row("return", "a sale and all its lines back are nothing, in every tax")
def _():
    rng, wrong = random.Random(SEED + 1), []
    for prices in ("included", "added"):
        s = any_shop(prices)
        for k in range(6):
            items = any_items(rng)
            sold = s.sell(written(items))
            order = list(range(1, len(items) + 1))
            rng.shuffle(order)
            back = s.sell(f"RF_{sold['number']} " + " ".join(
                f"{items[n - 1][0]}*RF{n}" for n in order) + " CL")
            wrong += same(back["total"], -sold["total"], sum(amounts(back)),
                          -sum(amounts(sold)))
            if prices == "included":
                wrong += same({t: -n for t, n in taxes(back).items()}, taxes(sold))
    return wrong


@row("order", "the order of scanning changes no total")
def _():
    rng, wrong = random.Random(SEED + 2), []
    s = any_shop("included")
    for _ in range(8):
        items = any_items(rng)
        first = s.ring(written(items))[-1]["total"]
        s.ring("CN")
        for _ in range(3):
            rng.shuffle(items)
            wrong += same(s.ring(written(items))[-1]["total"], first)
            s.ring("CN")
    return wrong


@row("again", "voiding and ringing again changes nothing")
def _():
    rng, wrong = random.Random(SEED + 3), []
    s = any_shop("added")
    for _ in range(10):
        items = any_items(rng)
        first = s.ring(written(items))[-1]["total"]
        if len(items) > 1:
            n = rng.randrange(len(items))
            again = s.ring(f"VD{n + 1} {items[n][0]}*{items[n][1]}")[-1]["total"]
            wrong += same(again, first)
        s.ring("CN")
    return wrong


def main():
    for name, words, fn in ROWS:
        if ONLY and name not in ONLY:
            continue
        try:
            wrong = fn() or []
        except (AssertionError, LookupError, StopIteration, TypeError) as e:
            wrong = [f"{type(e).__name__}: {e}"]
        ok(not wrong, f"{name}: {words}", "\n".join(wrong))
    diag(f"seed {SEED}, {Shop.n} shops")
    done()


main()
