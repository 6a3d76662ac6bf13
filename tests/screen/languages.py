# SPDX-License-Identifier: Apache-2.0
"""The register in other languages, in a real terminal.

German and French: the main screens against captures/NAME.de.txt and .fr.txt
(UPDATE_CAPTURES=1 rewrites them: look at each).  And two languages that nobody
speaks, made here from the template: one of accents and 40 % longer, one of
characters two cells wide.  Whatever a text is, the frame stands where it stands
in English, every amount is there whole, and no character is cut in half.
"""
import difflib
import os
import re
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, MILK, OIL, SHAMPOO, UNKNOWN, WINE, Late,  # noqa: E402
                SRC, Shop, diag, done, mask, ok, require, workdir)

CAPTURES = SRC / "tests/screen/captures"
UPDATE = bool(os.environ.get("UPDATE_CAPTURES"))
KEPT = ("sale", "find", "stop", "pay", "change", "override")
F5, F7 = ("Ctrl-F", "5"), ("Ctrl-F", "7")
ROWS, COLS = 24, 80
MESSAGES = range(17, 21)  # what is said, asked and hinted: it may be cut


def scan(*codes):
    return lambda s: s.scan(*codes)


# name, what is pressed; nothing here depends on a word of the screen
WALK = (
    ("sign-on", ()),
    ("ready", ("7", "Enter", "2580", "Enter")),
    ("sale", (scan(MILK, MILK), "12*", scan(COLA), "4017", "Enter", scan(SHAMPOO, OIL))),
    ("discount", ("10%", *F7)),
    ("long", (scan(*(MILK, COLA, OIL) * 5),)),
    ("help", ("Escape", "F1")),
    ("check", ("Escape", "F3", "4017", "Enter")),
    ("find", ("Escape", "/col")),
    ("stop", ("Escape", "Escape", scan(UNKNOWN))),
    ("held", (scan(COLA, "96385074"),)),
    ("age", ("Escape", scan(WINE))),
    ("age-done", ("1", "Enter")),
    ("reason", (scan(SHAMPOO), "299", *F7)),
    ("override", ("1",)),
    ("approved", ("1", "Enter", "8341", "Enter")),
    ("parked", (*F5, scan(MILK), *F5, *F5)),
    ("recalled", F5),
    ("menu", ("MG", "Enter")),
    ("pay", ("Escape", "+")),
    ("pay-entered", ("20000",)),
    ("change", ("Enter",)),
    ("receipt", ("R", "Enter")),
    ("return-ask", ("Escape", "Ctrl-F", "8")),
    ("return", ("Enter", scan(MILK), "2*2", "Enter")),
    ("locked", ("Escape", "Escape", "Ctrl-F", "=")),
    ("settings", ("1", "Enter", "8341", "Enter", "ST", "Enter",
                  "1", "Enter", "8341", "Enter")),
    ("audit", ("Escape", "AL", "Enter", "1", "Enter", "8341", "Enter")),
)


def walk(shop, env=None, **how):
    """{name: rows} and what went wrong."""
    shots, wrong = {}, []
    register = shop.register(until=">", env=env, **how)
    for name, keys in WALK:
        try:
            register.play(keys)
            register.settle(20)
        except Late as e:
            wrong.append(f"{name}: {e}")
            break
        shots[name] = register.lines()
    register.kill()
    return shots, wrong


# --- a language nobody speaks ----------------------------------------------

DIRECTIVE = re.compile(r"%(?:\d+\$)?[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?"
                       r"(?:hh|h|ll|l|z|j|t)?[diouxXcsp%]|\\.")
ACCENTS = str.maketrans("aeiouycnsAEIOUYCNS", "àéîöüýçñšÀÉÎÖÜÝÇÑŠ")
WIDE = {c: chr(0x4e00 + 7 * i) for i, c in enumerate(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def between(text, words):
    """words() of what is no directive."""
    out, at = [], 0
    for m in DIRECTIVE.finditer(text):
        out += [words(text[at:m.start()]), m[0]]
        at = m.end()
    return "".join(out + [words(text[at:])])


def shown_cells(text):
    return cells(DIRECTIVE.sub("", text))


def longer(text, budget):
    body = between(text, lambda s: s.translate(ACCENTS))
    room = budget - shown_cells(text) if budget else COLS
    more = "\u1ebd" * max(min(len(text) * 2 // 5 or 1, room), 0)
    return body.rstrip() + more + " " * (len(body) - len(body.rstrip()))


def wide(text, budget):
    room = [budget - shown_cells(text) if budget else 2 * COLS]

    def widened(c):
        room[0] -= c in WIDE
        return WIDE[c] if c in WIDE and room[0] >= 0 else c

    return between(text, lambda s: "".join(widened(c) for c in s))


def catalog(base, name, speak):
    """A directory of catalogs in which German is something else."""
    out, field, text, budget = [], None, {}, []

    def end():
        if text.get("msgid"):
            for n, source in enumerate(("msgid", "msgid_plural")):
                if source in text:
                    plural = "msgid_plural" in text
                    out.append(f'msgstr[{n}] ' if plural else "msgstr ")
                    out[-1] += '"' + speak(text[source], min(budget, default=0)) + '"'
        text.clear()
        budget.clear()

    pot = (SRC / "data/po/holdfast.pot").read_text(encoding="utf-8")
    head = ('msgid ""\nmsgstr ""\n"Language: de\\n"\n'
            '"MIME-Version: 1.0\\n"\n'
            '"Content-Type: text/plain; charset=UTF-8\\n"\n'
            '"Content-Transfer-Encoding: 8bit\\n"\n'
            '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n')
    for line in pot.partition("\n\n")[2].splitlines() + [""]:
        budget += map(int, re.findall(r"^#\. cells: *(\d+)", line))
        m = re.match(r'(msgctxt|msgid|msgid_plural) "(.*)"$', line)
        if m:
            field = m[1]
            text[field] = m[2]
        elif line.startswith('"') and field:
            text[field] += line[1:-1]
        elif line.startswith("msgstr"):
            field = None
            continue
        elif not line:
            end()
        if field or not line or line.startswith("#,"):
            out.append(line)
    folder = base / f"{name}.catalogs" / "de/LC_MESSAGES"
    folder.mkdir(parents=True)
    po = base / f"{name}.po"
    po.write_text(head + "\n" + "\n".join(out) + "\n", encoding="utf-8")
    subprocess.run(["msgfmt", "-o", folder / "holdfast.mo", po], check=True)
    return {"HOLDFAST_LOCALEDIR": str(base / f"{name}.catalogs")}


# --- what must hold whatever a text is --------------------------------------

def cells(text):
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def at_cell(row, col):
    """What stands in a cell; "" within a wide character."""
    at = 0
    for c in row:
        if at == col:
            return c
        at += cells(c)
    return ""


def amounts(rows):
    return sorted(re.findall(r"\d+\.\d\d(?!\d)", " ".join(
        r for n, r in enumerate(rows) if n not in MESSAGES)))


def broken(name, want, got):
    """Why this screen is not the frame of that one."""
    why = []
    if len(got) != ROWS:
        why.append(f"{name}: {len(got)} rows")
    for n, (w, g) in enumerate(zip(want, got), 1):
        if cells(g) > COLS or "\ufffd" in g:
            why.append(f"{name}: row {n} is {cells(g)} cells: {g}")
        if w.strip("-") == "" and w and g != w:
            why.append(f"{name}: no rule in row {n}: {g}")
        if at_cell(w, 56) == "|" and at_cell(g, 56) != "|" and n > 1:
            why.append(f"{name}: no divider in row {n}: {g}")
    for n in range(1, 11):
        where = want[-1].find(str(n), (n - 1) * 8)
        if where >= 0 and at_cell(got[-1], where) != str(n)[0]:
            why.append(f"{name}: key {n} is not in its place: {got[-1]}")
    if name == "settings" and [int(n) for n in re.findall(
            r"[ >](\d) ", got[1])] != list(range(1, 10)):
        why.append(f"{name}: a page is missing: {got[1]}")
    lost = amounts(want)
    for a in amounts(got):
        if a in lost:
            lost.remove(a)
    if lost:
        why.append(f"{name}: amounts are gone: {lost}\n" + "\n".join(got))
    return why


def same(name, language, rows):
    got = mask("\n".join(rows)) + "\n"
    got = re.sub(r"\b(Mo|Di|Mi|Do|Fr|Sa|So|lun|mar|mer|jeu|ven|sam|dim) \d\d\.? "
                 r"\S{3} hh:mm", lambda m: "Day".ljust(len(m[0]), "."), got)
    got = re.sub(r"\b\d\d[./]\d\d[./]\d{4}\b", "DD.MM.YYYY", got)
    path = CAPTURES / f"{name}.{language}.txt"
    if UPDATE:
        path.write_text(got, encoding="utf-8")
    want = path.read_text(encoding="utf-8") if path.exists() else ""
    diff = list(difflib.unified_diff(want.splitlines(), got.splitlines(),
                                     "as accepted", f"{name} {language}",
                                     lineterm="", n=1))
    ok(not diff, f"{name}, {language}", "\n".join(diff))


def main():
    require()
    base = workdir()
    shop = Shop(base, products=AGED,
                conf={"reasons price": {"1": "Damaged packaging", "3": "Shelf price"}})
    shop.must("user", "pin", "1", "--pin-fd", "0", "--store", shop.path, stdin="8341\n")
    shop.must("user", "add", "7", "--name", "Ana", "--pin-fd", "0", "--store", shop.path,
              stdin="2580\n")

    def in_language(name, language, form):
        copy = shop.copy(name)
        copy.configure({"locale": {"language": language, "format": form}})
        return copy

    longest = catalog(base, "longer", longer)
    widest = catalog(base, "wide", wide)
    runs = {"en": (in_language("en", "en", "C"), None, {}),
            "de": (in_language("de", "de", "de_DE"), None, {}),
            "fr": (in_language("fr", "fr", "fr_FR"), None, {}),
            "longer": (in_language("longer", "de", "C"), longest, {}),
            "wide": (in_language("wide", "de", "C"), widest, {}),
            "longer in the C locale": (in_language("longer-c", "de", "C"), longest,
                                       {"locale": "C"})}
    with ThreadPoolExecutor(len(runs)) as pool:
        found = dict(zip(runs, pool.map(
            lambda r: walk(r[0], r[1], **r[2]), runs.values())))
    english = found["en"][0]
    for name, (shots, wrong) in found.items():
        ok(not wrong and len(shots) == len(WALK), f"the whole walk, {name}",
           "\n".join(wrong))
    for name in ("longer", "wide", "longer in the C locale"):
        shots = found[name][0]
        why = [w for k in shots if k in english for w in broken(k, english[k], shots[k])]
        ok(not why, f"frame and amounts hold, {name}", "\n".join(why))
        spoken = [k for k in shots if shots[k] == english.get(k)]
        ok(not spoken, f"it is not English, {name}", spoken)
    for language in ("de", "fr"):
        for name in KEPT:
            same(name, language, found[language][0].get(name, []))
    if UPDATE:
        diag("captures rewritten: look at each")
    done()


main()
