# SPDX-License-Identifier: Apache-2.0
"""What a basket costs: a second implementation of prices and taxes, from the
texts alone (holdfast.conf(5), holdfast-event(5)).  Integers only, and nothing
in common with the register: no code, no table, no generated file.

    conf = Conf(text of holdfast.conf)
    goods = Catalog(text of products.csv, conf)
    result = Basket(conf, goods).ring(inputs)

An input is a tuple, see Basket.ring(); result is a dictionary in the words of
the event of a sale.  Refused is raised for what the register must refuse."""
import csv
import io
from datetime import datetime, timedelta

PPM = 1000000
DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "KWD": 3, "BHD": 3, "OMR": 3,
          "JOD": 3, "TND": 3}


class Refused(Exception):
    pass


def div(n, den, mode):
    """n / den, rounded; the sign aside, so that a refund mirrors its sale."""
    negative = n < 0
    whole, rest = divmod(abs(n), den)
    twice = 2 * rest
    if mode == "half-up":
        up = twice >= den
    elif mode == "half-even":
        up = twice > den or (twice == den and whole % 2 == 1)
    elif mode == "half-down":
        up = twice > den
    else:
        up = rest > 0 if mode == "up" else False
        assert mode in ("up", "down"), mode
    whole += up
    return -whole if negative else whole


def allocate(total, weights):
    """Largest remainder; ties to the earlier."""
    sign, total = (-1, -total) if total < 0 else (1, total)
    base = sum(weights)
    if base == 0:
        return [sign * total] + [0] * (len(weights) - 1)
    part = [total * w // base for w in weights]
    rest = sorted(range(len(weights)),
                  key=lambda i: (-(total * weights[i] % base), i))
    for i in rest[:total - sum(part)]:
        part[i] += 1
    return [sign * p for p in part]


# --- the text ---------------------------------------------------------------------

def decimal(text, digits):
    """"4.5" as an integer of so many decimals."""
    text = text.strip()
    sign = -1 if text.startswith("-") else 1
    whole, _, rest = text.lstrip("+-").partition(".")
    rest = rest.rstrip("0") if len(rest) > digits else rest
    assert len(rest) <= digits and (whole + rest).isdigit(), text
    return sign * int((whole or "0") + rest.ljust(digits, "0"))


def percent(text):
    assert text.strip().endswith("%"), text
    return decimal(text.strip()[:-1], 4)


def sections(text):
    """[(section, [(key, value), ...]), ...] in the order of the text."""
    found, at = [], None
    for line in text.splitlines():
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("["):
            name = " ".join(line[1:line.index("]")].split())
            at = next((rows for n, rows in found if n == name), None)
            if at is None:
                at = []
                found.append((name, at))
        else:
            key, _, value = line.partition("=")
            at.append((key.strip(), value.strip()))
    return found


def gtin(code):
    """Digits with a right check digit, as 14 of them; else None."""
    if not code.isdigit() or len(code) not in (8, 12, 13, 14):
        return None
    full = code.zfill(14)
    weigh = sum(int(c) * (3 if i % 2 == 0 else 1) for i, c in enumerate(full[:13]))
    return full if (10 - weigh % 10) % 10 == int(full[13]) else None


def same_code(a, b):
    return a == b or (gtin(a) is not None and gtin(a) == gtin(b))


class Pick:
    """One of: a code, "dept 20", "group beer", "tax A", "all"; "not" of it."""

    def __init__(self, text):
        word = text.split()
        self.bar = word[0] == "not" and len(word) > 1
        word = word[1:] if self.bar else word
        self.kind = "code"
        if word == ["all"]:
            self.kind = "all"
        elif len(word) > 1 and word[0] in ("dept", "group", "tax"):
            self.kind = word[0]
            word = word[1:]
        self.text = " ".join(word)

    def has(self, item):
        if self.kind == "all":
            return True
        if self.kind == "dept":
            return item["department"] == self.text
        if self.kind == "group":
            return self.text in item["groups"].split()
        if self.kind == "tax":
            return item["tax"] == self.text
        return same_code(item["code"], self.text)


def picks(text):
    return [Pick(p) for p in text.split(",") if p.strip()]


def in_picks(pick, item):
    return any(p.has(item) for p in pick if not p.bar) and not any(
        p.has(item) for p in pick if p.bar)


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class When:
    KEYS = ("from", "until", "days", "time", "group")

    def __init__(self, rows):
        get = dict(rows).get
        self.since, self.until = get("from"), get("until")
        self.days = get("days", "").replace(",", " ").split()
        self.group = get("group", "")
        self.begin = self.end = 0
        if get("time"):
            self.begin, self.end = (
                int(t.split(":")[0]) * 60 + int(t.split(":")[1])
                for t in (p.strip() for p in get("time").split("-")))

    def holds(self, at, group):
        """at: the line's local time."""
        if self.group and self.group != group:
            return False
        minute, day = at.hour * 60 + at.minute, at
        if self.begin < self.end:
            if not self.begin <= minute < self.end:
                return False
        elif self.begin > self.end:
            if minute < self.end:
                day = at - timedelta(days=1)
            elif minute < self.begin:
                return False
        date = day.date().isoformat()
        if self.since and date < self.since or self.until and date > self.until:
            return False
        return not self.days or DAYS[day.weekday()] in self.days


class TaxClass:
    def __init__(self, code, text):
        self.code, self.part, self.on_tax, self.name = code, [], [], []
        for piece in text.replace(" then ", " + then ").split("+"):
            word = piece.split()
            self.on_tax.append(word[0] == "then")
            word = word[1:] if word[0] == "then" else word
            self.part.append(percent(word[-1]))
            self.name.append(" ".join(word[:-1]))
        self.named = len(self.part) > 1 or self.name[0] != ""
        # exact shares of the net, over PPM ** n: for prices that hold the tax
        n = len(self.part)
        self.share, before = [], 0
        self.unit = PPM ** n
        for rate, on_tax in zip(self.part, self.on_tax):
            base = self.unit + (before if on_tax else 0)
            self.share.append(base * rate // PPM)
            assert base * rate % PPM == 0
            before += self.share[-1]
        self.rate = div(before * PPM, self.unit, "half-up")
        self.reverse = None


class Promotion:
    def __init__(self, name, rows, digits):
        get = dict(rows).get
        self.id, self.when = name, When(rows)
        self.slot = []
        for i in ("", "2", "3", "4"):
            texts = [v for k, v in rows if k == "items" + i]
            if texts:
                self.slot.append((picks(",".join(texts)), int(get("buy" + i, "1"))))
        self.same = get("same") == "yes"
        self.shop = get("pairing") == "shop"
        self.limit = int(get("limit", "0"))
        self.free = int(get("free", "0"))
        self.value = 0
        for word in ("price", "off"):
            if get(word) is not None:
                self.reward, self.value = word, decimal(get(word), digits)
        if get("percent") is not None:
            self.reward, self.value = "ppm", percent(get("percent"))
        if self.free:
            self.reward, self.value = "cheapest", percent(get("free_percent", "100%"))


class Conf:
    def __init__(self, text):
        self.tax, self.lists, self.promotions = {}, [], []
        self.coupons, self.deposits, self.codes = [], {}, []
        found = sections(text)
        one = {name: dict(rows) for name, rows in found}
        cur = one["currency"]
        self.currency = cur["code"]
        self.digits = int(cur.get("digits", DIGITS.get(self.currency, 2)))
        self.round = cur.get("round", "half-up")
        self.cash_step = decimal(cur["cash_step"], self.digits) if "cash_step" in cur else 1
        self.cash_round = cur.get("cash_round", "half-up")
        bill = one.get("bill", {})
        self.bill_step = decimal(bill["step"], self.digits) if "step" in bill else 1
        self.bill_round = bill.get("round", "half-up")
        tax = one["tax"]
        self.included = tax["prices"] == "included"
        self.basis = tax.get("basis", "receipt")
        self.tax_round = tax.get("round", "half-up")
        self.together = tax.get("parts") == "together"
        self.kept = int(tax.get("decimals", self.digits)) - self.digits
        for key, value in tax.items():
            if key[0].isupper():
                self.tax[key] = TaxClass(key, value)
        for name, rows in found:
            kind, _, word = name.partition(" ")
            self.section(kind, word, rows)
        self.order = list(self.tax)
        rules = [r[1] for r in self.lists] + [
            r.when for r in self.promotions + self.coupons]
        self.groups = {w.group for w in rules}

    def section(self, kind, name, rows):
        get = dict(rows).get
        if kind == "tax" and name and get("reverse_from") is not None:
            self.tax[name].reverse = decimal(get("reverse_from"), self.digits)
        elif kind == "pricelist":
            row = [(Pick(k), v) for k, v in rows
                   if k not in When.KEYS and k not in ("name", "always")]
            self.lists.append((name, When(rows), get("always") == "yes", row))
        elif kind == "promotion":
            self.promotions.append(Promotion(name, rows, self.digits))
        elif kind == "coupon":
            self.coupons.append(Coupon(name, rows, self.digits))
        elif kind == "deposit":
            self.deposits[name] = {
                "id": name, "price": decimal(get("price"), self.digits),
                "tax": get("tax", "item"), "empties": get("empties")}
        elif kind == "code":
            value = get("value")
            fallback = {"price": self.digits, "weight": 3, "count": 0}[value]
            self.codes.append((name, get("form"), value,
                               int(get("decimals", fallback))))


class Coupon:
    def __init__(self, name, rows, digits):
        get = dict(rows).get
        self.id, self.when, self.code = name, When(rows), get("code", name)
        self.maker = get("kind") == "maker"
        self.doubled = get("doubled") == "yes"
        self.pick = picks(",".join(v for k, v in rows if k == "items") or "all")
        self.ppm = percent(get("percent")) if get("percent") else None
        self.off = decimal(get("off"), digits) if get("off") else 0
        self.least = decimal(get("least"), digits) if get("least") else 0
        self.limit = int(get("limit", "0"))

    def worth(self, base, mode):
        return div(base * self.ppm, PPM, mode) if self.ppm is not None else self.off


class Catalog:
    def __init__(self, text, conf):
        self.item, self.by_gtin = {}, {}
        for row in csv.DictReader(io.StringIO(text)):
            item = {k: (row.get(k) or "") for k in (
                "code", "name", "tax", "department", "unit", "deposit", "groups")}
            item["price"] = decimal(row["price"], conf.digits)
            item["tare"] = decimal(row.get("tare") or "0", 3)
            self.item[item["code"]] = item
            if gtin(item["code"]):
                self.by_gtin[gtin(item["code"])] = item

    def find(self, code):
        return self.item.get(code) or self.by_gtin.get(gtin(code))


# --- codes that hold more than a number ---------------------------------------------

def minus2(d):
    """Twice, and the tens off the units: 6 -> 12 -> 2 - 1."""
    return (2 * d % 10 - 2 * d // 10) % 10


def five(d, sign):
    return (5 * d % 10 + sign * (5 * d // 10)) % 10


def verifier(digits):
    """Of a price of four or five digits."""
    d = [int(c) for c in digits]
    if len(d) == 4:
        return 3 * (minus2(d[0]) + minus2(d[1]) + 3 * d[2] + five(d[3], -1)) % 10
    total = (five(d[0], 1) + minus2(d[1]) + five(d[2], -1) + five(d[3], 1)
             + minus2(d[4]))
    look = (10 - total % 10) % 10
    return next(x for x in range(10) if five(x, -1) == look)


def read_form(conf, raw):
    """(kind, item code, value, decimals) of the first form that has the code;
    None when no form does."""
    for _, form, kind, decimals in conf.codes:
        if len(form) != len(raw):
            continue
        got = {}
        for f, c in zip(form, raw):
            if f.isdigit() and f != c or not f.isdigit() and not c.isdigit():
                break
            got[f] = got.get(f, "") + c
        else:
            if "c" in got and gtin(raw) is None:
                continue
            if "v" in got and verifier(got["p"]) != int(got["v"]):
                raise Refused("verifier")
            return kind, got["i"], int(got["p"]), decimals
    return None


# --- a basket -----------------------------------------------------------------------

class Line:
    def __init__(self, no, item, qty, at):
        self.no, self.item, self.qty, self.at = no, item, qty, at
        self.by_hand = None
        self.ppm = self.minus = 0
        self.held = None
        self.counted = True
        self.deposit = self.link = None
        self.tax = item["tax"]
        self.step = {}

    def sold(self):
        return self.qty > 0

    def takes(self):
        """What rules may take something off."""
        return self.qty > 0 and self.deposit is None


class Basket:
    def __init__(self, conf, goods):
        self.conf, self.goods = conf, goods
        self.line, self.next = [], 1
        self.at = datetime(2026, 11, 21, 12, 0)
        self.group = self.certificate = self.vat = ""
        self.sale_ppm = self.sale_off = 0
        self.coupon = []
        self.weight = None

    # what is put in

    def ring(self, inputs):
        """Each a tuple: (name, arguments); the last is the payment."""
        for name, *rest in inputs:
            getattr(self, "do_" + name)(*rest)
        return self.result()

    def selected(self):
        return self.line[-1] if self.line[-1].link is None else self.line[-2]

    def find(self, no):
        return next(li for li in self.line if li.no == no)

    def append(self, item, qty):
        line = Line(self.next, item, qty, self.at)
        self.next += 1
        self.line.append(line)
        name = item.get("deposit")
        if name:
            self.put_deposit(self.conf.deposits[name], qty, line)
        return line

    def put_deposit(self, deposit, qty, goods, empties=None):
        item = {"code": deposit["id"], "price": deposit["price"], "tax": "",
                "department": "", "groups": "", "unit": "", "deposit": ""}
        line = Line(self.next, item, qty, self.at)
        self.next += 1
        line.deposit = deposit["id"]
        line.tax = deposit["tax"]
        if line.tax == "item":
            drink = goods.item if goods is not None else empties
            line.tax = drink["tax"] if drink is not None else \
                deposit["empties"] or self.conf.order[0]
        line.link = goods
        self.line.append(line)
        return line

    def do_clock(self, iso):
        self.at = datetime.fromisoformat(iso)

    def do_weigh(self, milli):
        self.weight = milli

    def do_item(self, code, milli=1000):
        item = self.goods.find(code)
        form = None if item else read_form(self.conf, code)
        if item is None and form is None:
            raise Refused("not_on_file")
        if form is not None:
            kind, code, value, decimals = form
            item = self.goods.find(code)
            if item is None:
                raise Refused("not_on_file")
            if value == 0:
                raise Refused("bad_amount")
            return self.embedded(item, kind, value, decimals)
        if item["unit"] and self.weight is not None:
            milli = self.weight - item["tare"]
            self.weight = None
            if milli <= 0:
                raise Refused("bad_quantity")
            self.append(item, milli).counted = False
        else:
            self.append(item, milli)
        return None

    def embedded(self, item, kind, value, decimals):
        if kind == "price":
            amount = value * 10 ** self.conf.digits // 10 ** decimals
            qty = 1000
            if item["price"] > 0:
                qty = max(1, div(amount * 1000, item["price"], "half-up"))
            line = self.append(item, qty)
            line.held = amount
        else:
            line = self.append(item, value * 1000 // 10 ** decimals)
        line.counted = False

    def do_return(self, code, milli=1000):
        self.append(self.goods.find(code), -milli)

    def do_empties(self, what, milli=1000):
        item = self.goods.find(what)
        deposit = self.conf.deposits[item["deposit"] if item else what]
        self.put_deposit(deposit, -milli, None, item)

    def do_price(self, minor):
        line = self.selected()
        own = self.list_price(line) if line.takes() else line.item["price"]
        line.by_hand = None if minor == own else minor

    def do_discount(self, ppm):
        line = self.selected()
        line.ppm, line.minus = ppm, 0

    def do_minus(self, minor):
        line = self.selected()
        line.ppm, line.minus = 0, minor
        self.price_line(line)  # at most what it costs now

    def do_void(self, no):
        gone = self.find(no)
        self.line = [li for li in self.line if li is not gone and li.link is not gone]

    def do_group(self, group):
        if group not in self.conf.groups:
            raise Refused("no_group")
        self.group = group

    def do_exempt(self, certificate):
        self.certificate = certificate

    def do_vat(self, number):
        self.vat = number

    def do_sale_ppm(self, ppm):
        self.sale_ppm, self.sale_off = ppm, 0

    def do_sale_off(self, minor):
        was = self.sale_ppm, self.sale_off
        self.sale_ppm = self.sale_off = 0
        self.until_sale()
        if minor > sum(li.amount for li in self.line if li.takes()):
            self.sale_ppm, self.sale_off = was
            raise Refused("bad_amount")
        self.sale_off = minor

    def do_coupon(self, code):
        c = next(c for c in self.conf.coupons if same_code(c.code, code))
        if c.limit and self.coupon.count(c) >= c.limit:
            raise Refused("coupon")
        self.coupon.append(c)

    def do_pay(self, *tenders):
        """("CC", minor) parts; the last, "CA" or "CC", pays the rest."""
        self.tender = tenders

    # what follows

    def until_sale(self):
        for li in self.line:
            self.price_line(li)
        self.promote()
        self.shop_coupons()

    def result(self):
        self.until_sale()
        self.whole_sale()
        rows = self.taxes()
        total = sum(r["gross"] for r in rows)
        out = {"total": total, "taxes": rows,
               "lines": [self.told(li) for li in self.line]}
        makers = self.makers(total)
        out["makers"] = makers
        out.update(self.paid(total, makers))
        return out

    @staticmethod
    def told(li):
        return {"line": li.no, "code": li.item["code"], "qty": li.qty,
                "price": li.price, "amount": li.amount, "tax": li.tax,
                "relief": li.relief, "off": li.step}

    def list_price(self, li):
        own, best, always = li.item["price"], None, None
        for _, when, is_always, rows in self.conf.lists:
            if not when.holds(li.at, self.group):
                continue
            row = next((v for p, v in rows if p.has(li.item)), None)
            if row is None:
                continue
            if row.endswith("%"):
                p = own - div(own * percent(row.lstrip("-")), PPM, self.conf.round)
            elif row.startswith("-"):
                p = max(0, own - decimal(row[1:], self.conf.digits))
            else:
                p = decimal(row, self.conf.digits)
            if is_always:
                always = p
            if p < own and (best is None or p < best):
                best = p
        if always is not None:
            return always
        return own if best is None else best

    def price_line(self, li):
        li.price = li.item["price"] if li.by_hand is None else li.by_hand
        if li.by_hand is None and li.takes():
            li.price = self.list_price(li)
        li.whole = div(li.price * li.qty, 1000, self.conf.round)
        if li.held is not None and li.by_hand is None:
            li.whole = li.held
        li.off = div(li.whole * li.ppm, PPM, self.conf.round) if li.ppm else li.minus
        if li.off > li.whole and li.sold():
            raise Refused("bad_amount")
        li.amount = li.whole - li.off
        li.step = {("line", None): li.off} if li.off else {}
        li.relief = 0
        li.why = None

    def spread(self, total, weighed, kind, rule=None):
        """[(line, weight), ...]: a share off each; first among the classes."""
        by_line = (self.conf.basis != "receipt" or self.coupon or self.certificate
                   or self.vat)

        def rank(pair):
            li, w = pair
            key = [-w, -li.qty, li.item["code"].encode(), li.off - li.whole, -li.amount,
                   -self.units(li)]
            return (key if by_line else []) + [li.no]
        of = [sorted((p for p in weighed if p[0].tax == code), key=rank)
              for code in self.conf.order]
        of = [rows for rows in of if rows]
        sums = allocate(total, [sum(w for _, w in rows) for rows in of])
        for part, rows in zip(sums, of):
            if part:
                self.spread_class(part, rows, (kind, rule))

    @staticmethod
    def spread_class(total, weighed, key):
        for (li, _), part in zip(weighed, allocate(total, [w for _, w in weighed])):
            li.amount -= part
            if part:
                li.step[key] = li.step.get(key, 0) + part

    # promotions

    def promote(self):
        pool = []  # (line, value), the key of what is left of it
        left = {}
        for li in self.line:
            if not li.takes() or li.by_hand is not None or li.item["unit"] or \
                    not li.counted or li.qty % 1000:
                continue
            n = li.qty // 1000
            q, r = divmod(li.amount, n)
            for value, count in ((q + 1, r), (q, n - r)):
                if count:
                    pool.append((li, value))
                    left[len(pool) - 1] = count
        if not pool or not self.conf.promotions:
            return
        order = sorted(range(len(pool)), key=lambda i: (
            -pool[i][1], pool[i][0].item["code"].encode(), -pool[i][0].qty,
            -pool[i][0].amount, pool[i][0].no))
        best = Deal(self, pool, order).best(left)
        for p in self.conf.promotions:
            used = best.get(p.id)
            if used is None:
                continue
            weight = {}
            for g, count in used["count"].items():
                li, value = pool[g]
                weight[li.no] = weight.get(li.no, 0) + value * count
            self.spread(used["saving"],
                        [(self.find(no), w) for no, w in weight.items()],
                        "promotion", p.id)

    # coupons and the whole sale

    def has(self, pick, when):
        return [li for li in self.line if li.takes() and in_picks(pick, li.item)
                and when.holds(li.at, self.group)]

    def shop_coupons(self):
        self.counts = {}  # of a coupon: how many of it have enough goods
        for c in self.conf.coupons:
            lines = self.has(c.pick, c.when)
            first = sum(li.amount for li in lines)
            self.counts[c.id] = sum(
                first >= k * c.least for k in range(1, self.coupon.count(c) + 1))
            for _ in range(self.counts[c.id] if c.doubled or not c.maker else 0):
                base = sum(li.amount for li in lines)
                worth = min(c.worth(base, self.conf.round), base)
                if worth > 0:
                    self.spread(worth, [(li, li.amount) for li in lines],
                                "coupon", c.id)

    def whole_sale(self):
        lines = [li for li in self.line if li.takes()]
        base = sum(li.amount for li in lines)
        worth = min(self.sale_off, base)
        if self.sale_ppm:
            worth = div(base * self.sale_ppm, PPM, self.conf.round)
        if worth > 0:
            self.spread(worth, [(li, li.amount) for li in lines], "sale")

    def makers(self, total):
        paid, all_paid = [], 0
        for c in self.conf.coupons:
            if not c.maker:
                continue
            base = sum(li.amount for li in self.has(c.pick, c.when))
            mine = 0
            for _ in range(self.counts[c.id]):
                worth = max(0, min(c.worth(base, self.conf.round), base - mine,
                                   total - all_paid))
                mine += worth
                all_paid += worth
                if worth:
                    paid.append((c.id, worth))
        return paid

    # taxes

    def contained(self, cls, amount):
        """Tax in an amount, on its own, in minor units."""
        return sum(self.tax_parts(cls, amount, 1))

    def relieve(self):
        """Who owes no tax; takes it out of prices that hold it."""
        why = {}
        for code, cls in self.conf.tax.items():
            if self.certificate:
                why[code] = "exempt"
            elif cls.reverse is not None and self.vat:
                net = sum(li.amount - (self.contained(cls, li.amount)
                                       if self.conf.included else 0)
                          for li in self.line if li.tax == code and li.sold())
                if net >= cls.reverse:
                    why[code] = "reverse"
        for li in self.line:
            li.why = why.get(li.tax) or (li.link and why.get(li.link.tax))
            if li.why and self.conf.included:
                li.relief = self.contained(self.conf.tax[li.tax], li.amount)
                li.amount -= li.relief

    def tax_parts(self, cls, amount, scale):
        """Tax of one base, a number a part, in minor units / scale."""
        mode = self.conf.tax_round
        den = cls.unit + (sum(cls.share) if self.conf.included else 0)
        if self.conf.together:
            return [div(amount * sum(cls.share) * scale, den, mode)]
        if self.conf.included:
            return [div(amount * s * scale, den, mode) for s in cls.share]
        done, parts = 0, []
        for rate, on_tax in zip(cls.part, cls.on_tax):
            base = amount * scale + (done if on_tax else 0)
            parts.append(div(base * rate, PPM, mode))
            done += parts[-1]
        return parts

    @staticmethod
    def units(li):
        """Of goods that are counted how many."""
        if li.qty % 1000 or li.item["unit"] or not li.counted:
            return 1
        return abs(li.qty) // 1000

    def pieces(self, li):
        """(base, how many) that a line is taxed as."""
        n = self.units(li)
        if self.conf.basis == "line" or n == 1:
            return [(li.amount, 1)]
        sign = -1 if li.amount < 0 else 1
        q, r = divmod(abs(li.amount), n)
        return [(sign * (q + 1), r), (sign * q, n - r)]

    def taxes(self):
        self.relieve()
        rows = []
        for code, cls in self.conf.tax.items():
            for why in (None, "exempt", "reverse"):
                lines = [li for li in self.line if li.tax == code and li.why == why]
                if lines:
                    rows.append(self.tax_row(cls, lines, why))
        return rows

    def tax_row(self, cls, lines, why):
        amount = sum(li.amount for li in lines)
        mode = self.conf.tax_round
        if why:
            parts = [0] * len(cls.part)
        elif self.conf.basis == "receipt":
            parts = self.tax_parts(cls, amount, 1)
        else:
            scale = 10 ** self.conf.kept
            parts = None
            for li in lines:
                for base, n in self.pieces(li):
                    got = [n * t for t in self.tax_parts(cls, base, scale)]
                    parts = got if parts is None else [a + b for a, b in zip(parts, got)]
            parts = [div(t, scale, mode) for t in parts]
        tax = sum(parts)
        if len(parts) < len(cls.part):
            parts = allocate(tax, cls.share)
        net, gross = (amount - tax, amount) if self.conf.included else (amount, amount + tax)
        return {"code": cls.code, "rate": 0 if why else cls.rate, "net": net, "tax": tax,
                "gross": gross, "why": why,
                "parts": list(zip(cls.name, parts)) if cls.named and not why else []}

    # paying

    def paid(self, total, makers):
        conf = self.conf
        due = total - sum(w for _, w in makers)
        bill = div(due, conf.bill_step, conf.bill_round) * conf.bill_step - due
        due += bill
        tenders, cash = [], 0
        for t in self.tender:
            if t == "CA":
                pay = div(due, conf.cash_step, conf.cash_round) * conf.cash_step
                cash = pay - due
                tenders.append(("cash", pay))
                due = 0
            elif isinstance(t, str):
                tenders.append((t, due))
                due = 0
            else:
                tenders.append(("cash" if t[0] == "CA" else t[0], t[1]))
                due -= t[1]
                if due <= 0:
                    raise Refused("all is paid")
        return {"rounding": bill + cash, "bill_rounding": bill,
                "tenders": [t for t in tenders]}


class Deal:
    """The best of promotions over a pool of units."""

    def __init__(self, basket, pool, order):
        self.mode, self.pool = basket.conf.round, pool
        self.promotions = basket.conf.promotions
        self.member = {}
        for p in self.promotions:
            self.member[p.id] = [
                [g for g in order if in_picks(pick, pool[g][0].item)
                 and p.when.holds(pool[g][0].at, basket.group)] for pick, _ in p.slot]

        self.touch = {o: set().union(*rows) for o, rows in self.member.items()}

    def best(self, left):
        every = self.promotions
        trial = [self.greedy(left, every, False), self.greedy(left, every, True)]
        valid = [p for p in every if self.apply(p, left) is not None]
        if 2 <= len(valid) <= 8:
            for p in valid:
                trial.append(self.greedy(left, [o for o in every if o is not p], False))
        return max(trial, key=lambda t: sum(u["saving"] for u in t.values()))

    def greedy(self, left, promotions, by_unit):
        left, done, times, known = dict(left), {}, {}, {}
        while True:
            top = None
            for p in promotions:
                if p.limit and times.get(p.id, 0) >= p.limit:
                    continue
                if p.id not in known:
                    known[p.id] = self.apply(p, left)
                if known[p.id] is None:
                    continue
                saving, used = known[p.id]
                units = sum(used.values()) if by_unit else 1
                if top is None or saving * top[3] > top[1] * units:
                    top = (p, saving, used, units)
            if top is None:
                return done
            p, saving, used, _ = top
            m = min(left[g] // n for g, n in used.items())
            if p.limit:
                m = min(m, p.limit - times.get(p.id, 0))
            times[p.id] = times.get(p.id, 0) + m
            into = done.setdefault(p.id, {"saving": 0, "count": {}})
            into["saving"] += m * saving
            for g, n in used.items():
                left[g] -= m * n
                into["count"][g] = into["count"].get(g, 0) + m * n
            known = {o: got for o, got in known.items()
                     if self.touch[o].isdisjoint(used)}

    def apply(self, p, left):
        if not p.same:
            return self.apply_to(p, left, None)
        best = None
        codes = {self.pool[g][0].item["code"] for g in self.member[p.id][0]}
        for code in sorted(codes, key=lambda c: c.encode()):
            got = self.apply_to(p, left, code)
            if got is not None and (best is None or got[0] > best[0]):
                best = got
        return best

    def apply_to(self, p, left, code):
        members = [[g for g in row if left[g] > 0 and (
            code is None or self.pool[g][0].item["code"] == code)]
            for row in self.member[p.id]]
        if [] in members:
            return None
        used = {}

        def take(row, need):
            for g in row:
                n = min(need, left[g] - used.get(g, 0))
                if n > 0:
                    used[g] = used.get(g, 0) + n
                    need -= n
            return need == 0

        free = {s: sum(left[g] for g in row) for s, row in enumerate(members)}
        for s in sorted(free, key=lambda s: (free[s], s)):
            need = p.slot[s][1]
            if p.reward == "cheapest" and p.shop and len(p.slot) == 1:
                if free[s] < need or not take(members[s], need - p.free) or \
                        not take(reversed(members[s]), p.free):
                    return None
            elif not take(members[s], need):
                return None
        values = sorted(self.pool[g][1] for g, n in used.items() for _ in range(n))
        whole = sum(values)
        if p.reward == "price":
            saving = max(0, whole - p.value)
        elif p.reward == "off":
            saving = min(p.value, whole)
        elif p.reward == "ppm":
            saving = div(whole * p.value, PPM, self.mode)
        else:
            saving = div(sum(values[:p.free]) * p.value, PPM, self.mode)
        return (saving, used) if saving > 0 else None
