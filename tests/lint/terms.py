# SPDX-License-Identifier: Apache-2.0
"""One word for one thing: each message of a catalog says what data/po/GLOSSARY
says for the words of the English one."""
import os
import re
import sys

TOP = os.environ["top_srcdir"]
LANGUAGES = ("de", "fr")
SHORT = 10  # cells: words are cut there


def unquote(lines):
    text = "".join(re.findall(r'"((?:\\.|[^"\\])*)"', lines))
    return text.replace('\\"', '"').replace("\\n", "\n")


def messages(path):
    """(English, translations, cells) of each."""
    with open(path, encoding="utf-8") as f:
        entries = f.read().split("\n\n")
    for e in entries[1:]:
        def part(name, e=e):
            m = re.search(rf'^{re.escape(name)} ((?:".*"(?:\n|$))+)', e, re.M)
            return unquote(m[1]) if m else ""
        said = [unquote(s) for s in re.findall(
            r'^msgstr(?:\[\d\])? ((?:".*"(?:\n|$))+)', e, re.M)]
        cells = [int(n) for n in re.findall(r"^#\. .*cells: *(\d+)", e, re.M)]
        if part("msgid") and not e.startswith("#~"):
            yield part("msgid"), said, min(cells, default=999)


def glossary():
    rows = []
    with open(f"{TOP}/data/po/GLOSSARY", encoding="utf-8") as f:
        for n, line in enumerate(f, 1):
            if line.startswith("#") or not line.strip():
                continue
            english, *words = (c.strip() for c in re.split(r"\s\|\s", line))
            rows.append((n, re.compile(rf"(?<![\w-])(?:{english})(?![\w-])", re.I),
                         [w.split(", ") for w in words]))
    return rows


def main():
    rows, bad, n = glossary(), 0, 0
    used = set()
    for column, language in enumerate(LANGUAGES):
        for english, said, cells in messages(f"{TOP}/data/po/{language}.po"):
            if cells <= SHORT or "   " in english.strip() or not all(said):
                continue  # no room, or a row of keys and what they do
            for at, term, words in rows:
                if not term.search(english):
                    continue
                used.add(at)
                for text in said:
                    if not any(w in text.lower() for w in words[column]):
                        bad += 1
                        print(f"# {language}, GLOSSARY line {at}: {english!r}: "
                              f"{text!r} has none of {', '.join(words[column])}")
    n += 1
    print("not ok" if bad else "ok", n, "- each message has the glossary's words")
    unused = [at for at, _, _ in rows if at not in used]
    n += 1
    print("not ok" if unused else "ok", n, "- each term of the glossary is in use",
          *[f"# lines {unused}"] if unused else [])
    print(f"1..{n}")
    return bool(bad or unused)


if __name__ == "__main__":
    sys.exit(main())
