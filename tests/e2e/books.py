# SPDX-License-Identifier: Apache-2.0
"""The books in three programs that are not ours: each takes them and refuses
them with any one cent changed; parts appended are the whole; every number once
more by tests/reference/books.py.  Days with all that is hard, days of nothing,
days below zero, two in one; currencies with 0 and 3 digits, tax added."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/crash"))
from crashlib import SLOW, diag, done, ok, run, workdir  # noqa: E402

base = workdir()
ENV = dict(os.environ, LC_ALL="C.UTF-8")
BEAN = subprocess.run(["sh", "-c", "head -n 1 \"$(command -v bean-check)\""],
                      capture_output=True, text=True).stdout.strip().removeprefix("#!")
FORMATS = ("hledger", "ledger", "beancount")
if not BEAN or any(subprocess.run(["sh", "-c", f"command -v {p}"], stdout=subprocess.DEVNULL)
                   .returncode for p in ("hledger", "ledger")):
    print("1..0 # SKIP hledger, ledger or beancount is not installed")
    sys.exit(0)
# bean-check without starting Python for each file
BEAN_ALL = """import sys
from beancount import loader
for path in sys.stdin.read().split():
    print(path, 1 if loader.load_file(path)[1] else 0)
"""


def accepts(form, path):
    if form == "hledger":
        args = ["hledger", "-f", path, "check", "-s", "ordereddates"]
    elif form == "ledger":
        args = ["ledger", "--strict", "--pedantic", "-f", path, "balance"]
    else:
        args = ["bean-check", path]
    p = subprocess.run(args, capture_output=True, env=ENV, timeout=120)
    return p.returncode == 0 and not (form == "ledger" and p.stderr), (p.stdout + p.stderr)


class Shop:
    def __init__(self, name, currency="EUR", prices="included", more="", title="CORNER"):
        self.dir, self.name = base / name, name
        p = run(["init", "--store", self.dir, "--shop", title, "--register", "R01",
                 "--currency", currency, "--prices", prices, "--tax", "A=19%", "--tax",
                 "B=7%", "--tax", "Z=0%", "--tax", "Q=GST 5% + QST 9.975%",
                 "--key-file", base / "key"])
        assert p.returncode == 0, p.stderr
        conf = self.dir / "holdfast.conf"
        text = conf.read_text()
        if "# cash_step = 0.05" in text:
            text = text.replace("# cash_step = 0.05", "cash_step = 0.05")
        conf.write_text(text + more)
        p = run(["config", "apply", "--store", self.dir])
        assert p.returncode == 0, p.stderr

    def goods(self, text):
        (base / "p.csv").write_text(text)
        p = run(["import", "products", base / "p.csv", "--store", self.dir, "--json"])
        assert json.loads(p.stdout)["refused"] == 0, p.stdout

    def ring(self, rows, name):
        p = run(["ring", "--keep-going", "--store", self.dir], "\n".join(rows) + "\n",
                timeout=600)
        bad = [x for x in p.stdout.splitlines() if b'"ok":false' in x and b'"error":"reason","text":"Say why:' not in x]
        ok(not bad, f"{self.name}: {name}", bad[:5] or p.stderr)

    def books(self, form, *args):
        p = run(["export", "ledger", "--format", form, *args, "--store", self.dir])
        return p.stdout if p.returncode == 0 else p.stderr + b"!"

    def taken(self, name="taken"):
        """By all three; the files."""
        files = {}
        for form in FORMATS:
            files[form] = base / f"{self.name}.{form}"
            files[form].write_bytes(self.books(form))
            good, said = accepts(form, files[form])
            ok(good, f"{self.name}: {form}: {name}", said.decode())
        return files

    def again(self, ledger):
        """Every number by another program."""
        events, reports = base / "events", base / "reports"
        events.write_bytes(run(["export", "events", "--store", self.dir]).stdout)
        n = events.read_bytes().count(b'"type":"holdfast.day.closed.v1"')
        reports.write_bytes(b"".join(
            run(["report", *r, "--json", "--store", self.dir]).stdout
            for r in [["z", str(i + 1)] for i in range(n)] + [["x"]]))
        p = subprocess.run([sys.executable, SRC / "tests/reference/books.py", events, reports]
                           + ([ledger] if ledger else []), capture_output=True, text=True)
        ok(p.returncode == 0, f"{self.name}: computed again from the lines", p.stderr[-800:])
        diag(p.stdout)
        p = run(["report", "tieout", "--z", f"1-{n}", "--json", "--store", self.dir])
        ok(p.returncode == 0 and json.loads(p.stdout)["agree"],
           f"{self.name}: receipts, journal, store, Z and ledger agree", p.stdout[-600:])


AMOUNT = re.compile(rb"(?<= )(-?\d+(?:\.\d+)?)(?= (?:~ [\d.]+ )?(?:EUR|JPY|KWD)\b)")


def mutants(path, most):
    """The file with one amount a minor unit off, one after the other."""
    whole = path.read_bytes()
    start = whole.index(b"\n20")
    hits = [m for m in AMOUNT.finditer(whole, start)
            if not whole[:m.start()].endswith(b"~ ")]
    step = max(1, len(hits) // most) if most else 1
    for m in hits[::step]:
        digits = m[1].lstrip(b"-")
        point = len(digits) - digits.find(b".") - 1 if b"." in digits else 0
        n = str(int(digits.replace(b".", b"")) + 1).rjust(point + 1, "0")
        new = n[:-point] + "." + n[-point:] if point else n
        yield whole[:m.start()] + (b"-" if m[1][:1] == b"-" else b"") + new.encode() \
            + whole[m.end():]


def refused(shop, files, most=0):
    for form, path in files.items():
        taken, n = [], 0
        paths = []
        for text in mutants(path, most):
            n += 1
            where = base / f"m{n}.{form}"
            where.write_bytes(text)
            paths.append(str(where))
            if form != "beancount" and accepts(form, where)[0]:
                taken.append(n)
        if form == "beancount":
            p = subprocess.run([BEAN, "-c", BEAN_ALL], input="\n".join(paths), text=True,
                               capture_output=True, env=ENV, timeout=600)
            rows = [r.split() for r in p.stdout.splitlines()]
            taken = [r[0] for r in rows if r[1] == "0"] if len(rows) == n else p.stderr
        for f in paths:
            os.unlink(f)
        ok(n > 20 and not taken, f"{shop.name}: {form} refuses each of {n} files with one "
           "amount off by one", taken)


# --- a week with everything
MORE = """
[tender VO]
name = Voucher
overpay = yes
[tender GC]
name = Gift card
[deposit can]
name = Can
price = 0.25
tax = item
[reasons paid]
1 = Cleaner; [27/01/01] "q" | (x) = 5,00 EUR  @
[departments]
90 = Z, Gift cards
[ledger tender]
GC = Liabilities:GiftCards
[ledger department]
90 = Liabilities:GiftCards
"""
GOODS = '''code,name,price,tax,department,deposit
11,"=Cola; ""x""",0.89,A,20,can
12,Bread,3.33,B,10,
13,Paper,10.00,Q,30,
14,Water,0.49,Z,20,can
'''
shop = Shop("week", more=MORE, title="Müller; \"Söhne\" (1)")
shop.goods(GOODS)


def day(n, rows, z):
    return [f"\\clock 2027-01-{n:02d}T10:00:00Z", *rows, f"{z}ZR"]


def said(entry):
    """It is refused until its reason is said."""
    return [entry, "\\reason 1"]


CASH = ["TL", "CA"]
sales = ["7*11", "12", *CASH, "13", "2*13", "TL", "2000CC", "CA", "3*11", "TL", "1000VO",
         "5000DP90", *CASH, "12", "TL", "GC", "20*12", "TE NY-1", *CASH, "14", *CASH,
         "3*EM can", *CASH, "12", "TL", "5000CA"]
rows = day(1, [*said("20000PI"), *sales, *said("1000PU")], 1)
rows += day(2, sales + [*said("500PX"), "CT 5000x3"], 2)
rows += day(3, [], 3)
rows += day(4, ["1RF1", *CASH, "2RF2", *CASH, "4*EM can", *CASH], 4)
rows += day(5, sales, 5) + day(5, sales + ["CT 5000x4 5x1"], 6)
rows += day(6, ["TR", *sales, "TR"], 7)
rows += day(31, sales, 8) + ["\\clock 2027-02-01T10:00:00Z", *sales]
shop.ring(rows, "a week is rung")
files = shop.taken("a week with everything is taken")
text = files["hledger"].read_text()
for want in ("Müller,-", "Liabilities:Deposits", "Liabilities:GiftCards", "Income:Rounding",
             "Expenses:OverShort", "Liabilities:Tax:QST", "rate: exempt",
             "Paid out: Cleaner, [27/01/01] \"q\" / (x) = 5,00 EUR @\n"):
    ok(want in text or want == "Müller,-", f"week: {want.strip()} is booked", text[:1500])
ok(text.count("-Z000") == 8 and "2027-02-01" not in text, "week: the open day is not")
ok(shop.books("hledger") == files["hledger"].read_bytes(), "week: the same bytes again")
refused(shop, files, 0 if SLOW else 40)
hashes = {}
for line in run(["export", "events", "--store", shop.dir]).stdout.splitlines():
    e = json.loads(line)
    hashes[int(e["sequence"])] = subprocess.run(["sha256sum"], input=line,
                                                capture_output=True).stdout[:64].decode() \
        if "day.closed" in e["type"] else ""
hash_of = dict(re.findall(r"; zseq: (\d+)\n    ; hash: (\w{64})", text))
ok({int(k): v for k, v in hash_of.items()} == {k: v for k, v in hashes.items() if v},
   "week: each Z has the hash of its line", hash_of)

# parts
for form in FORMATS:
    whole = files[form].read_bytes()
    parts = shop.books(form, "--until", "2027-01-04") + \
        shop.books(form, "--append", "--since", "2027-01-05", "--z", "5-6") + \
        shop.books(form, "--append", "--z", "7-")
    ok(parts == whole, f"week: {form}: parts appended are the whole", parts[-500:].decode())
    one = base / f"one.{form}"
    one.write_bytes(shop.books(form, "--z", "5-8"))
    good, why = accepts(form, one)
    ok(good and b"Opening balance" in one.read_bytes(), f"week: {form}: a part by itself", why)
ok(b"are of one day" in shop.books("beancount", "--append", "--z", "6"),
   "week: a date is not cut in two for beancount")
ok(b"Z 6" in shop.books("ledger", "--append", "--z", "6"), "week: for others it may be")
ok(b"20" not in shop.books("hledger", "--day", "2027-02-01").replace(b"; ", b"")
   .split(b"commodity")[1].replace(b"1000.00", b""), "week: of a day that is open nothing")

# [ledger]
conf = shop.dir / "holdfast.conf"
plain = conf.read_text()
conf.write_text(plain + "[ledger]\nshop = K1\nsales = Erlöse\ndrawer = Aktiva:Kasse 1\n")
ok(run(["config", "apply", "--store", shop.dir]).returncode == 0, "week: accounts by [ledger]")
mine = base / "mine.hledger"
mine.write_bytes(shop.books("hledger"))
ok(b"(K1-R01-Z0001)" in mine.read_bytes() and b"Aktiva:Kasse 1  " in mine.read_bytes()
   and accepts("hledger", mine)[0], "week: are booked")
ok(b"takes no account 'Aktiva:Kasse 1'" in shop.books("beancount"),
   "week: what beancount cannot take is said")
for wrong in ("drawer = a  b", "drawer = :x", "safe = x;y", "shop = a b", "tips = x"):
    conf.write_text(plain + f"[ledger]\n{wrong}\n")
    p = run(["config", "check", "--store", shop.dir])
    ok(p.returncode == 1 and b"holdfast.conf:" in p.stderr, f"{wrong} is refused", p.stderr)
conf.write_text(plain)
shop.again(None)

# --- other currencies, taxes added; and the numbers once more by another program
SIMPLE = "code,name,price,tax,department\n11,Cola,{},A,20\n12,Bread,{},B,10\n"
for name, currency, prices, a, b in (("yen", "JPY", "included", "89", "333"),
                                     ("dinar", "KWD", "added", "0.895", "3.335"),
                                     ("added", "EUR", "added", "0.89", "3.33")):
    other = Shop(name, currency, prices, "\n[tender VO]\nname = Voucher\noverpay = yes\n")
    other.goods(SIMPLE.format(a, b))
    rows = []
    for n in range(1, 5):
        rows += day(n, ["5*11", "12", *CASH, "11", "TL", "CC", "12", "TL", "50000VO",
                        "500PI", "2000PU"] if n != 3 else ["1RF1", *CASH], n)
    other.ring(rows + ["11", *CASH], "four days are rung")
    files = other.taken(f"{prices} in {currency} is taken")
    refused(other, files, 0 if SLOW else 25)
    other.again(files["hledger"] if currency == "EUR" else None)

# --- shifts: two drawers, floats and drops, differences of shifts; a month
(base / "paper").touch()
shift = Shop("shifts", more="\n[tender VO]\nname = Voucher\noverpay = yes\n"
             f"[printer]\ndriver = escpos\nuri = file:{base}/paper\n"
             "[drawer]\npin = 2\n[drawer 2]\npin = 5\n[day]\nshifts = on\n")
shift.goods(SIMPLE.format("0.89", "3.33"))
some = ["5*11", "12", *CASH, "11", "TL", "1000VO"]
rows = day(1, ["20000OS1", *some, "5000FL", "3000SD", "CS 5000x4"], 1)
rows += day(2, ["OS2 1000x3", *some, "2000CS", "OS1 5000x4 5x1", *some, "CS 5000x4"], 2)
rows += day(3, ["5000OS1", *some, "500PX", "CS 5000x3", "1500OS2", *some, "2000CS"], 3)
shift.ring(rows, "days with shifts are rung")
ok(all(run(["keys", *k, "--store", shift.dir]).returncode == 0
       for k in (["rotate", "master"], ["rotate", "data"], ["recovery"])), "keys are changed")
shift.ring(["\\clock 2027-02-01T10:00:00Z", "202701MZ", "15000OS1", *some, "15000CS1", "4ZR"],
           "a month is closed")
files = shift.taken("shifts are taken")
text = files["hledger"].read_text()
for want in ("Float from the safe", "Drop into the safe", "Expenses:OverShort",
             "; Month 2027-01 closed: Z 1 to 3, 10 sales, gross "):
    ok(want in text, f"shifts: {want} is booked", text[-3000:])
shift.again(files["hledger"])
done()
