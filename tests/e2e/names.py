# SPDX-License-Identifier: Apache-2.0
"""Hostile and dirty text: every control character, bidirectional overrides,
zero-width and combining marks, ESC/POS commands in every field.  Nothing of it
reaches the catalog, a receipt, the printer or an answer.  Cases 35, 36, 37."""
import json
import os
import sys
import unicodedata
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import done, make_shop, ok, replies, run, workdir  # noqa: E402

base = workdir()
store = make_shop(base, printer=True)

evil = {
    "C0": "".join(map(chr, range(1, 32))).replace("\n", "").replace("\r", ""),
    "C1": "".join(map(chr, range(0x7f, 0xa0))),
    "BIDI": "\u202egnp.exe\u2066x\u2069\u200f",
    "ZERO": "a\u200bb\u200dc\ufeffd\u2060e",
    "MARKS": "o" + "\u0301\u0302\u0303" * 400,
    "WIDE": "日本茶" * 60,
    "EMOJI": "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
    "DRAWER": "milk\x1bp\x00\x19\xfa \x10\x14\x01\x00\x01 \x1dV\x00",
    "FORMULA": "=cmd()|A1",
    "QUOTE": 'say ""hi"", you',
}
with open(base / "evil.csv", "wb") as f:
    f.write(b"\xef\xbb\xbfcode,name,price,tax,department\r\n")
    for code, name in evil.items():
        f.write(f'{code},"x{name}",1.00,A,"d{name[:20]}"\r\n'.encode())
    f.write(b'BAD8,"\xff\xfe\xc0\x80 broken",1.00,A,10\n')
    f.write(b"NUL\x00X,nul,1.00,A,10\n")
p = run(["import", "products", base / "evil.csv", "--store", store, "--json"])
r = json.loads(p.stdout)
ok(p.returncode == 0 and r["refused"] == 0 and r["taken"] == 12, "all rows are taken", p.stdout)
ok(r["cleaned"] >= 6, "the report counts what was cleaned", p.stdout)


def bad_chars(text):
    return [hex(ord(c)) for c in text
            if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
            and c not in "\n"]


for code in list(evil) + ["BAD8", "NULX"]:
    p = run(["scan", code, "--store", store])
    got = json.loads(p.stdout)
    ok(p.returncode == 0 and not bad_chars(got["name"] + got["code"]),
       f"{code}: nothing hidden in the answer", p.stdout)

script = "".join(f"\\scan {c}\n" for c in evil) + "TL\nCA\n"
p = run(["ring", "--store", store], script)
answers = replies(p.stdout)
ok(p.returncode == 0, "it sells", p.stdout[-300:] + p.stderr)
number = answers[-1]["sale"]["number"]
for cols in (32, 40, 42, 48):
    conf = (store / "holdfast.conf").read_text()
    import re
    conf = re.sub(r"(?m)^#?\s*columns\s*=.*$", f"columns = {cols}", conf)
    if f"columns = {cols}" not in conf:
        conf = conf.replace("[receipt]", f"[receipt]\ncolumns = {cols}")
    (store / "holdfast.conf").write_text(conf)
    q = run(["config", "apply", "--store", store])
    ok(q.returncode == 0, f"{cols} columns are applied", q.stderr)
    p = run(["ring", "--store", store], script)
    number = replies(p.stdout)[-1]["sale"]["number"]
    p = run(["receipt", number, "--format", "text", "--store", store])
    text = p.stdout.decode()

    def width(s):
        return sum(0 if unicodedata.combining(c) else
                   2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
    wide = [line for line in text.splitlines() if width(line) > cols]
    ok(text and not wide and not bad_chars(text),
       f"the receipt at {cols} columns keeps its layout", wide[:3] + bad_chars(text)[:5])


def commands(data):
    """Every command in printer bytes, by a reader of our own."""
    seen = []
    i = 0
    fixed = {b"\x1b@": 0, b"\x1c.": 0, b"\x1bt": 1, b"\x1bR": 1, b"\x1da": 1,
             b"\x1ba": 1, b"\x1bE": 1, b"\x1d!": 1, b"\x1bp": 3, b"\x1dh": 1,
             b"\x1dw": 1, b"\x1dH": 1, b"\x1df": 1, b"\x1bd": 1, b"\x1bM": 1,
             b"\x1dr": 1, b"\x1b2": 0, b"\x1bJ": 1}
    while i < len(data):
        b = data[i]
        if b >= 0x20 and b != 0x7f or b == 0x0a:
            i += 1
            continue
        two = data[i:i + 2]
        if two in fixed:
            seen.append(two)
            i += 2 + fixed[two]
        elif two == b"\x1dV":
            seen.append(two)
            i += 4 if data[i + 2] >= 0x41 else 3
        elif two == b"\x1dk" and data[i + 2] >= 0x41:
            seen.append(two)
            i += 4 + data[i + 3]
        elif two == b"\x1d(":
            seen.append(data[i:i + 3])
            i += 5 + data[i + 3] + 256 * data[i + 4]
        else:
            return seen, f"at {i}: {data[i:i + 8].hex()}"
    return seen, None


p = run(["receipt", number, "--format", "escpos", "--store", store])
seen, wrong = commands(p.stdout)
ok(wrong is None, "the printer bytes hold only commands of our own", wrong)
ok(seen.count(b"\x1bp") == 0, "a copy does not open the drawer", seen)
paper = (base / "paper").read_bytes()
seen, wrong = commands(paper)
ok(wrong is None and seen.count(b"\x1bp") == 5, "one pulse a cash sale, none from data",
   f"{wrong}, {seen.count(bytes([0x1b, 0x70]))} pulses")

p = run(["export", "lines", "--format", "csv", "--store", store])
text = p.stdout.decode()
ok("'=cmd" not in text or ",=cmd" not in text, "no formula cell in an export")
ok(not bad_chars(text), "nothing hidden in an export", bad_chars(text)[:5])

# case 35: files that want to hurt

def refused_file(name, body, why):
    (base / "bomb.csv").write_bytes(body)
    p = run(["import", "products", base / "bomb.csv", "--store", store, "--json"], timeout=300)
    ok(p.returncode in (0, 1), f"{name}: {why}", p.stderr)
    return p


head = b"code,name,price,tax,department\n"
p = refused_file("one line of 40 MB", head + b"A," + b"x" * 40_000_000 + b",1,A,1\nB,b,1.00,A,1\n",
                 "bounded, the next row is read")
ok(json.loads(p.stdout)["taken"] == 1, "the row behind it counts", p.stdout)
p = refused_file("an open quote", head + b'A,"never closed,1.00,A,1\n' + b"B,b,1.00,A,1\n" * 9, "costs one row")
r = json.loads(p.stdout)
ok(r["refused"] == 1 and r["taken"] == 9, "one row, not the file", p.stdout)
p = refused_file("no header", b"1,2,3\n4,5,6\n", "says what the first line must be")
ok(p.returncode == 1 and b"code, name, price" in p.stderr, "in words", p.stderr)
p = refused_file("empty", b"", "says so")
ok(p.returncode == 1, "and is refused")
p = refused_file("binary", os.urandom(300000), "is refused")
ok(p.returncode == 1, "nothing of it becomes a catalog", p.stdout)
p = refused_file("no usable row", head + b"X,,1.00,A,1\nY,y,-1,A,1\nZ,z,1.00,Q,1\n,n,1,A,1\nW,w,1.999,A,1\n",
                 "all refused, by reason")
r = json.loads(p.stdout)
ok(p.returncode == 1 and r["reasons"] == {"no_name": 1, "bad_price": 2, "bad_tax": 1, "no_code": 1},
   "each for its reason", p.stdout)
ok(json.loads(run(["scan", "B", "--store", store]).stdout)["found"],
   "the last good catalog still sells")
done()
