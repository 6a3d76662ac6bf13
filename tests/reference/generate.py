# SPDX-License-Identifier: Apache-2.0
"""Random shops and baskets: rules over a country's configuration, a catalog,
and inputs for price.py, with the same in the words of `holdfast ring`."""
from price import Basket, Catalog, Conf, Refused, gtin

WORDS = ("beer", "snack", "dairy", "wine")
DEPTS = ("10", "20", "30")
TIMES = ("08:00-12:00", "17:00-19:00", "22:00-02:00", "19:00-24:00")


def with_check(digits):
    return next(digits + str(c) for c in range(10) if gtin(digits + str(c)))


class Shop:
    """What one store has: the text of its configuration and its catalog."""

    def __init__(self, rng, base, kinds):
        self.rng, self.kinds = rng, kinds
        self.conf = Conf(base)
        self.digits = self.conf.digits
        self.goods = self.catalog()
        text = [base]
        if "pricelist" in kinds:
            text += [self.pricelist(i) for i in range(rng.choice((0, 0, 1, 2, 4)))]
        if "promotion" in kinds:
            text += [self.promotion(i) for i in range(rng.choice((0, 1, 2, 3, 5, 12)))]
        if "coupon" in kinds:
            text += [self.coupon(i) for i in range(rng.choice((0, 1, 2, 4)))]
        if "code" in kinds:
            text.append("[code price4]\nform = 2iiiiivppppc\nvalue = price\n\n"
                        "[code price5]\nform = 21iiiivpppppc\nvalue = price\n\n"
                        "[code priced]\nform = 20iiiiipppppc\nvalue = price\n\n"
                        "[code weight]\nform = 28iiiiipppppc\nvalue = weight\n")
        self.text = "\n".join(text)
        self.conf = Conf(self.text)
        self.catalog_read = Catalog(self.goods, self.conf)

    def money(self, minor):
        if self.digits == 0:
            return str(minor)
        unit = 10 ** self.digits
        return f"{minor // unit}.{minor % unit:0{self.digits}d}"

    def small(self, most):
        return self.money(self.rng.randint(1, most))

    def catalog(self):
        rng = self.rng
        deposits = list(self.conf.deposits) if "deposit" in self.kinds else []
        classes = list(self.conf.tax)
        extra = ("unit", "tare", "deposit", "groups") if "goods" in self.kinds else ()
        rows = [("code", "name", "price", "tax", "department") + extra]
        codes = [f"P{n}" for n in range(14)] + [str(4000 + n) for n in range(6)]
        codes += [with_check(f"54490000{n:04d}") for n in range(4)]
        weighed = ["12345", "01234", "40512", "1234", "4011"]
        self.codes, self.weighed, self.deposited = codes, [], []
        for code in codes + (weighed if "goods" in self.kinds else []):
            price = rng.choice((rng.randint(1, 99), rng.randint(1, 999),
                                rng.randint(100, 2999), 100, 59, 99))
            if rng.random() < 0.03:
                price = 0
            unit = code in weighed
            deposit = rng.choice(deposits) if deposits and not unit and \
                rng.random() < 0.3 else ""
            groups = " ".join(w for w in WORDS if rng.random() < 0.3)
            if deposit:
                self.deposited.append(code)
            if unit:
                self.weighed.append(code)
                price = max(price, 20)
            tare = rng.choice(("", "0.022", "0.005")) if unit else ""
            more = ("kg" if unit else "", tare, deposit, groups) if extra else ()
            rows.append((code, f"Goods {code}", self.money(price),
                         rng.choice(classes), rng.choice(DEPTS)) + more)
        return "\n".join(",".join(r) for r in rows) + "\n"

    # rules

    def when(self):
        rng, rows = self.rng, []
        if rng.random() < 0.25:
            rows.append("time = " + rng.choice(TIMES))
        if rng.random() < 0.15:
            rows.append("days = " + " ".join(
                d for d in ("mon", "wed", "sat", "sun") if rng.random() < 0.6) or "days = mon")
            if rows[-1] == "days = ":
                rows[-1] = "days = sat"
        if rng.random() < 0.15:
            rows.append("from = 2026-11-21")
        if rng.random() < 0.15:
            rows.append("until = 2026-11-22")
        if rng.random() < 0.15:
            rows.append("group = staff")
        return rows

    def pick(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.45:
            return rng.choice(self.codes)
        if kind < 0.6:
            return "dept " + rng.choice(DEPTS)
        if kind < 0.85:
            return "group " + rng.choice(WORDS)
        if kind < 0.93:
            return "tax " + rng.choice(list(self.conf.tax))
        return "all"

    def picks(self):
        rng = self.rng
        row = [self.pick() for _ in range(rng.choice((1, 1, 2, 3)))]
        if rng.random() < 0.2:
            no = self.pick()
            row += ["not " + no] if no not in row + ["all"] else []
        return ", ".join(dict.fromkeys(row))

    def pricelist(self, i):
        rng = self.rng
        rows = [f"[pricelist L{i}]"] + self.when()
        if rng.random() < 0.15:
            rows.append("always = yes")
        keys = dict.fromkeys(self.pick() for _ in range(rng.randint(1, 6)))
        for key in keys:
            rows.append(f"{key} = " + rng.choice((
                self.small(1500), f"-{rng.randint(1, 60)}%", "-" + self.small(99))))
        return "\n".join(rows) + "\n"

    def promotion(self, i):
        rng = self.rng
        rows = [f"[promotion M{i}]", f"name = Deal {i}"] + self.when()
        slots = rng.choice((1, 1, 1, 2, 2, 3, 4))
        units = 0
        for s in range(1, slots + 1):
            suffix = "" if s == 1 else str(s)
            n = rng.choice((1, 1, 2, 3) if slots > 1 else (2, 2, 3, 3, 4, 6))
            rows += [f"items{suffix} = {self.picks()}", f"buy{suffix} = {n}"]
            units += n
        kind = rng.choice(("price", "off", "percent", "free", "free"))
        if kind in ("price", "off"):
            rows.append(f"{kind} = {self.small(900)}")
        elif kind == "percent":
            rows.append(f"percent = {rng.choice(('5', '10', '33.3', '50', '100'))}%")
        else:
            rows.append(f"free = {rng.randint(1, max(1, min(units - 1, 2)))}")
            if rng.random() < 0.3:
                rows.append("free_percent = 50%")
            if rng.random() < 0.4 and slots == 1:
                rows.append("pairing = shop")
        if slots == 1 and rng.random() < 0.2:
            rows.append("same = yes")
        if rng.random() < 0.2:
            rows.append(f"limit = {rng.randint(1, 2)}")
        return "\n".join(rows) + "\n"

    def coupon(self, i):
        rng = self.rng
        rows = [f"[coupon C{i}]", f"code = SAVE{i}"] + self.when()
        if rng.random() < 0.5:
            rows.append("kind = maker")
            if rng.random() < 0.4:
                rows.append("doubled = yes")
        else:
            rows.append("kind = store")
        rows.append(f"items = {self.picks()}")
        rows.append(rng.choice((f"off = {self.small(200)}",
                                f"percent = {rng.choice(('5', '12.5', '50'))}%")))
        if rng.random() < 0.3:
            rows.append(f"least = {self.small(2000)}")
        if rng.random() < 0.3:
            rows.append("limit = 2")
        return "\n".join(rows) + "\n"

    # baskets

    def basket(self):
        """A list of inputs that the reference takes; the last one pays."""
        rng, rows = self.rng, []
        if "code" in self.kinds or "pricelist" in self.kinds or "promotion" in self.kinds:
            rows.append(("clock", self.clock()))
        for _ in range(rng.choice((1, 2, 3, 4, 5, 6, 8, 12, 20))):
            rows += self.line()
        if "group" in self.kinds and rng.random() < 0.15:
            rows.insert(rng.randint(1, len(rows)), ("group", "staff"))
        if "buyer" in self.kinds:
            if rng.random() < 0.06:
                rows.append(("exempt", "EX-17"))
            if rng.random() < 0.06:
                rows.append(("vat", "DE123456789"))
        if "coupon" in self.kinds and self.conf.coupons:
            for _ in range(rng.choice((0, 0, 1, 2, 3))):
                rows.append(("coupon", rng.choice(self.conf.coupons).code))
        if "sale" in self.kinds:
            if rng.random() < 0.12:
                rows.append(("sale_ppm", rng.choice((10000, 50000, 100000, 333000))))
            elif rng.random() < 0.08:
                rows.append(("sale_off", rng.randint(1, 500)))
        rows.append(("pay", *rng.choice((("CA",), ("CA",), ("CC",), (("CC", 1), "CA"),
                                         (("CA", 1), "CC")))))
        return self.possible(rows)

    def clock(self):
        rng = self.rng
        return (f"2026-11-{rng.randint(20, 23)}T{rng.choice((1, 9, 12, 16, 18, 19, 23)):02d}"
                f":{rng.choice((0, 30, 59)):02d}:{rng.choice((0, 59)):02d}")

    def line(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.12 and self.weighed:
            if "weight" in self.kinds and rng.random() < 0.5:
                return [("weigh", rng.randint(30, 2500)),
                        ("item", rng.choice(self.weighed))]
            return self.embedded()
        if kind < 0.16 and "empties" in self.kinds and self.conf.deposits:
            what = rng.choice(self.deposited + list(self.conf.deposits))
            return [("empties", what, 1000 * rng.randint(1, 8))]
        if kind < 0.19:
            return [("return", rng.choice(self.codes), 1000 * rng.randint(1, 3))]
        milli = 1000 * rng.choice((1, 1, 1, 1, 2, 3, 4, 7, 12, 100))
        if kind < 0.22:
            milli = rng.randint(1, 3000)
        rows = [("item", rng.choice(self.codes), milli)]
        act = rng.random()
        if act < 0.06:
            rows.append(("price", rng.randint(1, 900)))
        elif act < 0.12:
            rows.append(("discount", rng.choice((50000, 100000, 125000, 330000))))
        elif act < 0.16:
            rows.append(("minus", rng.randint(1, 60)))
        elif act < 0.20:
            rows.append(("void", None))
        return rows

    def embedded(self):
        from price import verifier
        rng = self.rng
        if "code" not in self.kinds:
            return [("item", self.rng.choice(self.codes), 1000)]
        kind = rng.choice(("p4", "p5", "p", "w"))
        value = rng.randint(1, 9999)
        if kind == "p4":
            v = f"{value:04d}"
            return [("item", with_check(f"2{rng.choice(('40512', '01234'))}{verifier(v)}{v}"))]
        v = f"{value:05d}"
        if kind == "p5":
            return [("item", with_check(f"211234{verifier(v)}{v}"))]
        return [("item", with_check(("20" if kind == "p" else "28") + "12345" + v))]

    def possible(self, rows):
        """The rows that the register can take: without what it must refuse."""
        pay = rows[-1]
        basket, taken, refused = self.take(rows[:-1], False)
        if refused:
            basket, taken, _ = self.take(rows[:-1], True)
        if not basket.line:
            return self.possible([("item", "P1", 1000), pay])
        basket.tender = ("CA",)
        due = basket.result()
        due = due["total"] + due["bill_rounding"] - sum(w for _, w in due["makers"])
        if due <= 0:
            pay = ("pay", "CA")
        elif isinstance(pay[1], tuple):
            if due < 2:
                pay = ("pay", "CA")
            else:
                part = self.rng.randint(1, due - 1)
                if pay[1][0] == "CA":
                    step = self.conf.cash_step
                    part = part // step * step
                    # what pays all there is in cash is no part
                    part = part if part < due // step * step else 0
                pay = ("pay", (pay[1][0], part), pay[2]) if part else ("pay", "CA")
        return taken + [pay]


    def take(self, rows, each):
        """A basket of those rows, priced behind each or at the end; what it
        took, and whether something was refused."""
        taken, refused = [], False
        basket = Basket(self.conf, self.catalog_read)
        basket.tender = ("CA",)
        for i, row in enumerate(rows):
            try:
                if row[0] == "void":
                    row = ("void", basket.selected().no)
                taken.append(row)
                getattr(basket, "do_" + row[0])(*row[1:])
                if row[0] == "void" and not basket.line:
                    raise Refused("nothing is left")
                if basket.line and (each or i == len(rows) - 1):
                    basket.result()
            except (Refused, IndexError):
                refused = True
                if taken and taken[-1] is row:
                    taken.pop()
                if not each:
                    break
                basket = Basket(self.conf, self.catalog_read)
                basket.tender = ("CA",)
                for t in taken:
                    getattr(basket, "do_" + t[0])(*t[1:])
        return basket, taken, refused


# --- in the words of ring -------------------------------------------------------------

def quantity(milli):
    if milli % 1000 == 0:
        return str(milli // 1000)
    return f"{milli // 1000}.{milli % 1000:03d}"


def percent(ppm):
    text = f"{ppm // 10000}.{ppm % 10000:04d}".rstrip("0").rstrip(".")
    return text


def to_ring(rows):
    out = []
    for name, *a in rows:
        if name == "clock":
            out.append(f"\\clock {a[0]}Z")
        elif name == "item":
            milli = a[1] if len(a) > 1 else 1000
            out.append(a[0] if milli == 1000 else f"{quantity(milli)}*{a[0]}")
        elif name == "weigh":
            out.append(f"{a[0]}WT")
        elif name == "return":
            out += ["RF", "RF", f"{quantity(a[1])}*{a[0]}", "CL"]
        elif name == "empties":
            out += ["EM", f"{quantity(a[1])}*{a[0]}"]
        elif name == "price":
            out.append(f"{a[0]}PO")
        elif name == "discount":
            out.append(f"{percent(a[0])}DI")
        elif name == "minus":
            out.append(f"{a[0]}DA")
        elif name == "void":
            out.append(f"VD{a[0]}")
        elif name == "group":
            out.append(f"CG {a[0]}")
        elif name == "exempt":
            out.append(f"TE {a[0]}")
        elif name == "vat":
            out.append(f"VN {a[0]}")
        elif name == "coupon":
            out.append(f"CO {a[0]}")
        elif name == "sale_ppm":
            out.append(f"{percent(a[0])}DS")
        elif name == "sale_off":
            out.append(f"{a[0]}DT")
        elif name == "pay":
            out.append("TL")
            out += [t if isinstance(t, str) else f"{t[1]}{t[0]}" for t in a]
        else:
            raise AssertionError(name)
    return out
