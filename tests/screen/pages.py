# SPDX-License-Identifier: Apache-2.0
"""holdfast-keymap(5) and holdfast-keys(7) against the program, row by row: what a
page says can be written is taken, what it says cannot is refused, and a row the
program does not know of, or the other way round, is a fault."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import HOLDFAST, SRC, done, ok, workdir  # noqa: E402

base = workdir()
keymap5 = (SRC / "man/holdfast-keymap.5").read_text(encoding="utf-8")
keys7 = (SRC / "man/holdfast-keys.7").read_text(encoding="utf-8")


def part(page, begin, end=r"^\.S[sh] "):
    """A section of a page, up to the next one."""
    body = page.split(begin + "\n", 1)[1]
    return re.split(end, body, maxsplit=1, flags=re.M)[0]


def plain(text):
    return (text.replace(r"\(dq", '"').replace(r"\-", "-").replace(r"\&", "")
            .replace(r"\e", "\\"))


def wrong(text):
    """What --check says of a keymap: nothing, when it is right."""
    path = base / "tried"
    path.write_text(text, encoding="utf-8")
    p = subprocess.run([HOLDFAST, "keys", "--store", str(base), "--check", "--keymap",
                        str(path)], capture_output=True, text=True, check=False)
    said = p.stderr.replace(str(path), "").strip()
    assert (p.returncode == 0) == (said == ""), (p.returncode, said)
    return said


def takes(name, good, bad=()):
    """Every one of good is right, and every one of bad is refused with its place."""
    found = [f"{text!r}: {wrong(text)}" for text in good if wrong(text)]
    found += [f"{text!r} is taken" for text in bad if not wrong(text)]
    found += [f"{text!r}: {wrong(text)!r} names no place" for text in bad
              if not re.match(r":\d+:\d+: ", wrong(text))]
    ok(not found, name, "\n".join(found))


def bind(*keys, action="park"):
    return [f"[global]\n{key} = {action}\n" for key in keys]


# --- holdfast-keymap(5) -----------------------------------------------------------

example = part(keymap5, ".Sh EXAMPLES").split(".Bd -literal\n", 1)[1].split(".Ed", 1)[0]
ok(wrong(plain(example)) == "", "the example of the page is right", wrong(plain(example)))

heads = [plain(row) for row in re.findall(r"^\.It (.*)", part(keymap5, ".Ss Keys"), re.M)]
ok(heads == ["Li F1 No to Li F24", 'Li "x"', "Li enter , tab , esc , backspace , del , ins",
             "Li up , down , left , right , pgup , pgdn , home , end", "Li ctrl-x",
             "Li ctrl-f x", "Li alt-x", 'Li seq "..."'], "the rows of keys", heads)
takes("F1 to F24", bind("F1", "F24"), bind("F0", "F25"))
takes("a character in quotes", bind('"x"', '"/"', '"%"', '"\u00fc"', '"\\x22"'),
      bind('"xy"', '""', '" "', "x"))
takes("keys by name", bind(*(heads[2] + " , " + heads[3]).replace("Li ", "").replace(
    "enter , ", "").replace("esc , ", "").split(" , ")) + bind("enter", action="accept")
      + bind("esc", action="clear"), bind("delta", "scroll"))
letters = "abcdefghijklmnopqrstuvwxyz"
taken = re.search(r"but not (.*) and (.)\n", part(keymap5, ".Ss Keys"))
taken = taken.group(1).split(", ") + [taken.group(2)]
takes("a letter with Ctrl", bind(*(f"ctrl-{c}" for c in letters if c not in taken)),
      bind(*(f"ctrl-{c}" for c in taken)))
takes("Ctrl-F and a character", bind(*(f"ctrl-f {c}" for c in "1234567890-=a/")),
      bind("ctrl-f", "ctrl-f ab"))
takes("Alt and a character", bind("alt-x", "alt-1"), bind("alt-xy"))
takes("2 to 23 bytes that begin with a control byte",
      bind('seq "\\x1bx"', 'seq "\\x1d' + "x" * 22 + '"', 'seq "\\e[25~"'),
      bind('seq "\\x1b"', 'seq "\\x1d' + "x" * 23 + '"', 'seq "ab"', 'seq "\\x0dx"'))
takes("what cannot be bound to anything else",
      [f"[global]\n{line}\n" for line in ('"+" = pay', '"-" = void-line', '"*" = quantity',
                                          "enter = accept", "esc = clear")],
      bind("enter", "esc", '"+"', '"-"', '"*"', *(f'"{d}"' for d in "0123456789")))
takes("an action by name, by letters, a text, none",
      ["[global]\nF5 = " + v + "\n" for v in ("park", "PK", '"500CA"', '"12*\\r4017"', "none")],
      ["[global]\nF5 = " + v + "\n" for v in ("parc", "QQ", '""', "")])

listed = subprocess.run([HOLDFAST, "keys", "--store", str(base), "--json"],
                        capture_output=True, text=True, check=True).stdout
rows = [json.loads(line) for line in listed.splitlines()]
screens = sorted({row["screen"] for row in rows})
named = re.findall(r"^\.Li ([a-z-]+)(?: ,)?$",
                   part(keymap5, ".It Bq SCREEN", r"^\.It |^\.El"), re.M)
ok(len(named) >= 10 and set(named) <= set(screens), "the screens it names are there", named)
takes("every screen that is listed is a section",
      [f"[{s}]\nF5 = none\n" for s in screens], ["[no-such-screen]\n", "[sale\n", "[]\n"])

profiles = re.findall(r"^\.It Cm (\w+)", part(keymap5, ".Ss Profiles"), re.M)
ok(profiles == ["full", "numpad", "vt", "prog", "reader"], "the profiles", profiles)
takes("and each is taken", [f"[keys]\nprofile = {p}\n" for p in profiles],
      ["[keys]\nprofile = fast\n"])
settings = part(keymap5, ".It Bq keys", r"^\.It Bq global")
ok(re.findall(r"^\.Ic (\w+)", settings, re.M) == ["profile", "esc_delay", "scan_gap"],
   "the settings", settings)
for setting in ("esc_delay", "scan_gap"):
    m = re.search(rf"\.Ic {setting}\n(?:.*\n)*?.*?(\d+) to (\d+)", settings)
    low, high = int(m.group(1)), int(m.group(2))
    takes(f"{setting} is {low} to {high}",
          [f"[keys]\n{setting} = {n}\n" for n in (low, high)],
          [f"[keys]\n{setting} = {n}\n" for n in (low - 1, high + 1, "x")])

devices = part(keymap5, ".Ss Devices")
ok(re.findall(r"^\.It Ic (\w+)", devices, re.M) == ["prefix", "suffix", "kind", "allow"],
   "what a device takes", devices)


def device(more, prefix='"\\x0e"'):
    return f'[device "usb:1"]\nprefix = {prefix}\n{more}\n'


kinds = part(devices, ".It Ic kind", r"^\.It |^\.El")
kinds = re.findall(r"^\.Cm (\w+)", kinds, re.M)
ok(kinds == ["scan", "command", "either", "keylock"], "its kinds", kinds)
takes("each kind, with what it takes",
      [device(f"kind = {k}") for k in kinds if k != "keylock"]
      + [device('suffix = "\\x0f"'), device('suffix = "12345678"'),
         device('kind = command\nallow = "TL CA VD"'), device("", prefix='"]"'),
         device("", prefix='"abcdefgh"')],
      [device("kind = barcode"), device('suffix = "123456789"'),
       device('kind = command\nallow = "ZZ"'), device("", prefix='"abcdefghi"'),
       device("speed = 9600"), '[device "usb:1"]\nkind = scan\n', "[device]\n"])
takes("a prefix that would be typed is none", [],
      [device("", prefix=f'"{p}"') for p in (
          "\\e", "\\r", "\\t", "\\x08", "\\x06", "5", "+", "-", "*", "")])
takes("nor one that begins with another", [device("") + device("", '"\\x0f"').replace(
    "usb:1", "usb:2")], [device("") + device("", '"\\x0eA"').replace("usb:1", "usb:2")])
positions = re.findall(r"^\.Cm ([A-Z])$", devices, re.M)
ok(positions == ["L", "R", "X", "S", "P", "T"], "positions of a lock", positions)
lock = '[keylock "usb:1"]\nprefix = "\\x10"\n'
takes("a lock's positions, by number or by its own words",
      [lock + f"pos{n} = {p}\n" for n, p in enumerate(positions, 1)]
      + [lock + '"K5" = S\n', lock + "pos9 = L\n",
         device("kind = keylock", '"\\x10"') + '[keylock "usb:1"]\npos1 = L\n'],
      [lock + "pos1 = Q\n", lock + "pos0 = L\n", lock + "position = L\n",
       '[keylock "usb:1"]\npos1 = L\n'])

# --- holdfast-keys(7) -----------------------------------------------------------

# Each row of "The keys themselves", and what the map says of its keys.
KEYS = {
    "F1, ?": (("sale", "F1", "help"), ("sale", '"?"', "help")),
    "F2, /": (("sale", "F2", "find"), ("sale", '"/"', "find")),
    "F3": (("sale", "F3", "price-check"),),
    "F4, -": (("sale", "F4", "void-line"), ("sale", '"-"', "void-line"),
              ("pay", "F4", "remove-tender"), ("pay", '"-"', "remove-tender")),
    "F5": (("sale", "F5", "park"), ("ready", "F5", "park")),
    "F7": (("sale", "F7", "price-or-discount"),),
    "F8": (("sale", "F8", "return"), ("return", "F8", "return"), ("receipt", "F8", "copy")),
    "F9, .": (("sale", "F9", "menu"), ("pay", "F9", "menu")),
    "F10, +": (("sale", "F10", "pay"), ("sale", '"+"', "pay"), ("pay", "F10", "pay")),
    "F11": (("sale", "F11", "supervisor"),),
    "F12": (("sale", "F12", "lock"),),
    "F2 to F8 in Pay": tuple(("pay", f"F{n}", "-") for n in (2, 3, 5, 6, 7, 8)),
    "Li *": (),
    "Enter": (("sale", "enter", "accept"), ("pay", "enter", "accept")),
    "Esc": (("sale", "esc", "clear"), ("pay", "esc", "clear"), ("not-on-file", "esc", "clear")),
    "Ins": (("sale", "ins", "repeat-item"),),
    "arrows, PgUp, PgDn, Home, End": tuple(("sale", key, action) for key, action in (
        ("up", "up"), ("down", "down"), ("pgup", "page-up"), ("pgdn", "page-down"),
        ("home", "first"), ("end", "last"))),
    "Ctrl-F 1 .. 0": (), "Ctrl-L": (),
    "Ctrl-U": (("sale", "ctrl-u", "erase"),),
}
heads = [plain(row) for row in re.findall(
    r"^\.It (.*)", part(keys7, ".Ss The keys themselves"), re.M)]
ok(set(heads) == set(KEYS) and len(heads) == len(KEYS), "the rows of holdfast-keys(7)",
   set(heads) ^ set(KEYS))
there = {(row["screen"], row["key"], row["action"]) for row in rows}
missing = [want for wants in KEYS.values() for want in wants if want not in there]
ok(not missing, "and each key does what its row says", missing)
f_keys = {row["key"] for row in rows if row["screen"] == "sale"
          and re.fullmatch(r"F\d+", row["key"])}
ok(f_keys <= {key for wants in KEYS.values() for _, key, _ in wants},
   "no F-key of the sale is left out", f_keys)
actions = dict(re.findall(r"^\.It Cm ([a-z-]+)\n(?:\.Li (\w+)\*? :)?", keys7, re.M))
takes("every action of the page can be bound where it means something, or is not there yet",
      [], ["[global]\nF5 = no-such-action\n"])
unknown = [a for a in actions if "there is no such action" in wrong(f"[global]\nF5 = {a}\n")]
ok(len(actions) > 60 and not unknown, f"{len(actions)} names are known", unknown)
codes = {row["code"] for row in rows if row["code"]}
ok(codes <= set(actions.values()), "no letters are left out", codes - set(actions.values()))
done()
