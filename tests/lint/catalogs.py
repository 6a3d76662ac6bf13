# SPDX-License-Identifier: Apache-2.0
"""The catalogs: the template is what the sources hold, each language is
complete, fits the cells a comment gives it and asks for the same arguments;
and no sentence of a screen or of the engine is handed over untranslated."""

import os
import re
import subprocess
import sys
import tempfile
import unicodedata

TOP = os.environ["top_srcdir"]
LANGUAGES = ("de", "fr")
# functions that show what they are given to a cashier or customer
SHOW = {"grid_text", "grid_right", "grid_middle", "app_say", "app_attention",
        "app_tell", "engine_say", "engine_refuse", "bad"}
# of those, the ones that say something: one word is a sentence there, while one
# in a cell may be a code
SAY = {"app_say", "app_attention", "app_tell", "engine_say", "engine_refuse"}
# not sentences: bars of signs, and a form without words of its own
ALLOWED = {"%s %s"}

n_test = 0
n_bad = 0


def check(ok, name, why=()):
    global n_test, n_bad
    n_test += 1
    n_bad += 0 if ok else 1
    print(f"{'ok' if ok else 'not ok'} {n_test} - {name}")
    for line in list(why)[:20]:
        print("#", line)


def unquote(lines):
    text = "".join(re.findall(r'"((?:\\.|[^"\\])*)"', lines))
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]),
                  text)


class Entry:
    def __init__(self, text):
        def part(name):
            m = re.search(rf'^{re.escape(name)} ((?:".*"\n?)+)', text, re.M)
            return unquote(m[1]) if m else None

        self.id = part("msgid")
        self.plural = part("msgid_plural")
        self.context = part("msgctxt")
        self.strings = [unquote(s) for s in re.findall(
            r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', text, re.M)]
        self.fuzzy = bool(re.search(r"^#,.*\bfuzzy\b", text, re.M))
        self.c_format = bool(re.search(r"^#,.*[^o]-?\bc-format\b", text,
                                       re.M)) and "no-c-format" not in text
        self.comments = re.findall(r"^#\. (.*)", text, re.M)
        budgets = [int(m[1]) for c in self.comments
                   for m in [re.search(r"cells: *(\d+)", c)] if m]
        self.cells = min(budgets) if budgets else None
        self.bar = any("keymap" in f for f in re.findall(
            r"^#: (.*)", text, re.M)) and self.cells == 6

    def key(self):
        return (self.context, self.id, self.plural)


def read(path):
    with open(path, encoding="utf-8") as f:
        entries = [Entry(e) for e in f.read().split("\n\n")]
    return {e.key(): e for e in entries
            if e.id and not e.id.startswith("#")}


def width(text):
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


DIRECTIVE = re.compile(
    r"%(?:(\d+)\$)?([-+ #0]*)(\d+|\*)?(\.(?:\d+|\*))?"
    r"(hh|h|ll|l|z|j|t)?([diouxXcsp%])")


def arguments(text):
    """What each argument is read as, in the order of the arguments."""
    found = []
    for i, m in enumerate(m for m in DIRECTIVE.finditer(text)
                          if m[6] != "%"):
        found.append((int(m[1] or i + 1), m[4] or "", m[5] or "", m[6]))
    return sorted(found)


def shown_cells(text):
    """Cells of the words alone: what an argument takes is its caller's."""
    return width(DIRECTIVE.sub(lambda m: "%" if m[6] == "%" else "", text))


def template(pot):
    with tempfile.TemporaryDirectory() as tmp:
        made = os.path.join(tmp, "new.pot")
        subprocess.run(["sh", f"{TOP}/data/po/update", TOP, made],
                       check=True)
        new = read(made)
    gone = [f"no longer there: {k[1]}" for k in pot if k not in new]
    come = [f"not in the template: {k[1]}" for k in new if k not in pot]
    moved = [f"another budget: {k[1]}" for k in new
             if k in pot and pot[k].cells != new[k].cells]
    check(not gone and not come and not moved,
          "holdfast.pot is what the sources hold (else: make update-po)",
          come + gone + moved)


def language(name, pot):
    po = read(f"{TOP}/data/po/{name}.po")
    missing = [k[1] for k in pot if k not in po or not po[k].strings or
               not all(po[k].strings) or po[k].fuzzy]
    check(not missing, f"{name}: complete, nothing fuzzy", missing)
    wide, args, ends = [], [], []
    for k, e in po.items():
        if k not in pot:
            continue
        for n, s in enumerate(e.strings):
            source = e.plural if n > 0 and e.plural else e.id
            budget = pot[k].cells
            cells = shown_cells(s)
            if budget is not None and cells > budget and \
                    cells > shown_cells(source):
                wide.append(f"{cells} > {budget}: {s}")
            if s and e.c_format and arguments(s) != arguments(source):
                args.append(s)
            if s and s[:1].isspace() != source[:1].isspace() or s and \
                    s[-1:].isspace() != source[-1:].isspace():
                ends.append(repr(s))
    check(not wide, f"{name}: within the cells there are", wide)
    check(not args, f"{name}: the same arguments", args)
    check(not ends, f"{name}: spaces at the ends as in the source", ends)
    keys = [f"{s}" for e in po.values() if e.key() in pot and
            pot[e.key()].bar for s in e.strings if width(s) > 6]
    check(not keys, f"{name}: words of the bar take six cells", keys)


TOKEN = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|'
                   r'[A-Za-z_]\w*|^#[^\n]*|\s+|.', re.S | re.M)


def literals(text):
    """Each literal, its line and the names of the calls it stands in."""
    stack, last, line, cur = [], "", 1, None
    for m in TOKEN.finditer(text):
        t, at = m[0], line
        line += t.count("\n")
        if t.isspace() or t.startswith("/*") or t.startswith("#"):
            continue
        if t[0] == '"':
            cur = cur or [at, list(stack), ""]
            cur[2] += t[1:-1]
        else:
            if cur:
                yield cur
                cur = None
            if t in "([{":
                stack.append(last if t == "(" else "")
            elif t in ")]}" and stack:
                stack.pop()
        last = t


def bare():
    found = []
    for folder in ("screen", "register"):
        path = f"{TOP}/src/{folder}"
        for name in sorted(os.listdir(path)):
            if not name.endswith(".c"):
                continue
            with open(f"{path}/{name}", encoding="utf-8") as f:
                text = f.read()
            for at, calls, s in literals(text):
                calls = [c for c in calls if c]
                words = re.findall(r"[A-Za-z]{2,}", DIRECTIVE.sub(" ", s))
                fewest = 1 if calls and calls[-1] in SAY else 2
                if len(words) >= fewest and calls and calls[-1] in SHOW and \
                        not re.fullmatch(r"[a-z]+(_[a-z]+)+", s) and \
                        s not in ALLOWED:
                    found.append(f"{folder}/{name}:{at}: {s}")
    check(not found, "no sentence is shown outside _()", found)


def main():
    pot = read(f"{TOP}/data/po/holdfast.pot")
    check(len(pot) > 500, f"the template holds {len(pot)} texts")
    template(pot)
    for name in LANGUAGES:
        language(name, pot)
    bare()
    print(f"1..{n_test}")
    return n_bad > 0


if __name__ == "__main__":
    sys.exit(main())
