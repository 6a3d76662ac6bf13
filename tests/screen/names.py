# SPDX-License-Identifier: Apache-2.0
"""Names in any script, and names that were written to do harm, on every screen of
a walk, in every layout and in the C locale: the frame and each amount stand in
the cells where they stand with plain names, and no byte of a name steers the
terminal."""
import os
import re
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import Late, Shop, diag, done, ok, require, workdir  # noqa: E402

# what is named, and what must be seen of it in UTF-8 and in the C locale
NAMES = (
    ("緑茶 お～いお茶 特選 濃い味 一番茶 ペットボトル", "緑茶", "? ?"),
    ("Nuss\u0308e\u0301 cafe\u0301" + "\u0336" * 9 + " x", "\u00e9 caf", "Nusse cafe x"),
    ("zero\u200bwid\u200dth\u2060 \ufeffjoin\u00aded", "zerowidth joined",
     "zerowidth joined"),
    ("חלב טרי ליטר", "חלב", "??? ??? ????"),
    ("حليب طازج", "حليب", "???? ????"),
    ("🍎🍏 ap 👩\u200d👩\u200d👧 fam ❤\ufe0f", "🍎🍏 ap", "? ?  ap"),
    ("दूध चाय", "दूध चाय", None),
    ("தமிழ் பால்", "தமிழ் பால்", None),
    ("ＦＵＬＬ　ｗｉｄｔｈ", "ＦＵＬＬ", "F U L L"),
    ("\u202elive\u202c\u2066x\u2069 \x1b]0;pwned\x07\x1b[2J\x9b31m\x1b[?1049l r",
     "livex ]0;pwned[2J", "livex ]0;pwned[2J"),
    ("Größe ½ “L” œuf Øl", "Größe ½ “L” œuf Øl", 'Grose ? "L" ouf Ol'),
    ("a" * 90, "aaaaaaa", "aaaaaaa"),
)
CODES = [str(3001 + i) for i in range(len(NAMES))]
PLAIN = [f"Item number {i} of all" for i in range(len(NAMES))]
HARM = (b"\x1b]0;", b"\x9b", "\u202e".encode(), "\u2066".encode(), "\u200b".encode(),
        "\u200d".encode(), "\ufeff".encode(), b"\x1b[?1049l r", b"\x07\x1b[2J\xc2")
F5, F8 = ("Ctrl-F", "5"), ("Ctrl-F", "8")


def enter(*codes):
    return sum(([c, "Enter"] for c in codes), [])


# name, what is pressed
WALK = (
    ("sale", enter(*CODES[:10])),
    ("find", ("/d10",)),
    ("find-down", ("Down", "Down", "Down")),
    ("check", ("Escape", "Escape", "Ctrl-F", "3", CODES[0], "Enter")),
    ("check-harm", (CODES[9], "Enter")),
    ("rest", ("Escape", *enter(*CODES[10:]))),
    ("void", ("Up", "Up", "-")),
    ("age", ("AG", "Enter", *enter("3500"))),
    ("reason", ("Escape", "299", "Ctrl-F", "7")),
    ("parked", ("Escape", *F5, *enter(CODES[3]), *F5, *F5)),
    ("recalled", F5),
    ("pay", ("+",)),
    ("change", ("30000", "Enter")),
    ("receipt", ("R", "Enter")),
    ("return", ("Escape", *F8, "Enter", "1*3", "Enter")),
    ("audit", ("Escape", "CN", "Enter", "CN", "Enter", "AL", "Enter")),
)
ELSEWHERE = ("receipt", "find", "find-down")
LAYOUTS = {"panel": {}, "stacked": {"args": ("--layout", "stacked")},
           "wide": {"cols": 132, "rows": 50}, "reader": {"args": ("--reader",)},
           "c": {"locale": "C"}}


def products(names):
    rows = ["code,name,price,tax,department,age"]
    for i, (code, name) in enumerate(zip(CODES, names)):
        quoted = name.replace('"', '""')
        rows.append(f'{code},"{quoted}",{i + 1}.5{i % 10},B,1{i % 2},')
    quoted = names[0].replace('"', '""')
    rows.append(f'3500,"{quoted} 18",7.95,A,11,18')
    return "\n".join(rows) + "\n"


def cells(c):
    if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def spread(row):
    """A string a cell long for each cell: "" behind a wide character."""
    out = []
    for c in row:
        n = cells(c)
        if n == 0 and out:
            out[-1] += c
        elif n:
            out += [c] + [""] * (n - 1)
    return out


def walk(shop, log, args=(), **how):
    shots = {}
    s = shop.register(*args, until=">", log=log, **how)
    for name, keys in WALK:
        for key in keys:
            s.press(key)
        s.settle(20)
        shots[name] = s.lines()
    # what is scanned is a text from outside, too
    s.press("Escape", "Escape")
    s.send("\x02" + "99" + "\x1b]0;pwned" + "\u202e" + "緑\x03").settle(400)
    shots["scanned"] = s.lines()
    s.kill()
    return shots


def broken(name, cols, want, got):
    why = []
    for n, (w, g) in enumerate(zip(want, got), 1):
        at, cell = spread(g), spread(w)
        if len(at) > cols or "\ufffd" in g:
            why.append(f"{name}: row {n} is {len(at)} cells: {g}")
        if n in (1, 19, 20, 21) or n in (45, 46, 47) or "[ " in w or (
                w.startswith(" AGE")) or (name == "return" and "LAST" in w):
            continue  # sentences, and the shop's name
        if w.startswith("---") and g != w:
            why.append(f"{name}: no rule in row {n}: {g}")
        for m in re.finditer(r"-?\d+\.\d\d|\|", "".join(c or " " for c in cell)):
            if "".join(at[m.start():m.end()]) != m[0]:
                why.append(f"{name}: row {n} has no {m[0]} in cell {m.start() + 1}:\n"
                           f"  {w}\n  {g}")
                break
    return why


def ends(name, want, got):
    """A receipt breaks long names, and what is found is in another order: amounts
    end where they end with plain names."""
    def amounts(rows):
        return sorted((m[0], len(spread(r[:m.end()]))) for r in rows[2:16]
                      for m in re.finditer(r"\d+\.\d\d(?= B)", r))
    seen = amounts(got)
    return [] if seen and {e for _, e in seen} == {e for _, e in amounts(want)} else [
        f"{name}: amounts are not at the right end:\n" + "\n".join(got)]


def main():
    require()
    base = workdir()
    conf = {"plain": {"reasons price": {"1": "Damaged", "2": "Size"}},
            "named": {"shop": {"name": "緑 Ma\u0308rkt"}, "reasons price": {
                "1": "特選 濃い味 Schaden", "2": "Größe"}}}
    shops = {}
    for kind, names in (("plain", PLAIN), ("named", [n for n, _, _ in NAMES])):
        (base / kind).mkdir()
        shops[kind] = Shop(base / kind, products=products(names),
                           conf=conf[kind])

    def one(case):
        kind, layout = case
        try:
            return walk(shops[kind].copy(f"{kind}-{layout}"),
                        base / f"{kind}-{layout}.log", **LAYOUTS[layout])
        except Late as e:
            return e

    walks = [(kind, layout) for layout in LAYOUTS for kind in shops]
    with ThreadPoolExecutor(len(walks)) as pool:
        found = dict(zip(walks, pool.map(one, walks)))
    for layout in LAYOUTS:
        plain, named = found["plain", layout], found["named", layout]
        late = [shots for shots in (plain, named) if isinstance(shots, Late)]
        ok(not late, f"the walk, {layout}", "\n".join(map(str, late)))
        if late:
            continue
        cols = LAYOUTS[layout].get("cols", 80)
        if layout != "reader":
            why = [w for k in plain for w in broken(k, cols, plain[k], named[k])
                   if k not in ("scanned", "audit", *ELSEWHERE)]
            for k in ELSEWHERE:
                why += ends(k, plain[k], named[k])
            ok(not why, f"every cell in its place, {layout}", "\n".join(why))
        seen = "\n".join(r for rows in named.values() for r in rows)
        for _, utf8, c in NAMES:
            want = c if layout == "c" else utf8
            if want:
                ok(want in seen, f"{want!r} is seen, {layout}", seen[:4000])
        raw = (base / f"named-{layout}.log").read_bytes()
        harm = [h for h in HARM if h in raw]
        ok(raw and not harm, f"no name steers the terminal, {layout}", harm)
        ok(not re.search(rb"[\x80-\xff]", raw) if layout == "c" else
           raw.decode("utf-8", "strict") != "", f"only what the locale has, {layout}")
        if os.environ.get("SHOW"):
            diag(layout + "\n" + "\n".join(r for rows in named.values() for r in rows))
    done()


main()
