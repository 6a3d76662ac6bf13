# SPDX-License-Identifier: Apache-2.0
"""The screens in the README are captures of today's program, all 24 rows of
them to the letter; captures.py holds the captures against the program.  The
clock alone is another in every run, so the README has one of its own.

UPDATE_README=1 writes them anew: look at them before accepting."""
import difflib
import os
import re
import sys
from pathlib import Path

TOP = Path(os.environ["top_srcdir"])
README = TOP / "README"
CAPTURES = TOP / "tests/screen/captures"
ROWS = 24
CLOCK = "Sat 21 Nov 14:32"  # as wide as the mask in a capture
# the line above it, and what it is a capture of
FRAMES = (("The sale:", "sale"),
          ("Paying:", "pay-entered"),
          ("Finding, as one types:", "find"),
          ("A supervisor approves what is on the screen; the cashier stays signed on:",
           "approval-pin"))


def frame(name):
    """The rows of a capture as the README has them."""
    text = (CAPTURES / f"{name}.txt").read_text(encoding="utf-8")
    rows = text.partition("\n-- cursor")[0].split("\n")
    rows += [""] * (ROWS - len(rows))
    if len(rows) != ROWS or not re.search(r" Day 00 Mon hh:mm$", rows[0]):
        sys.exit(f"Bail out! {name} is no capture of {ROWS} rows with a clock")
    rows[0] = rows[0].replace("Day 00 Mon hh:mm", CLOCK)
    return [("    " + row).rstrip() for row in rows]


def main():
    lines = README.read_text(encoding="utf-8").split("\n")
    bad = 0
    for n, (title, name) in enumerate(FRAMES, 1):
        want = frame(name)
        at = lines.index(title) + 2 if lines.count(title) == 1 else None
        got = lines[at:at + ROWS] if at else []
        if at and os.environ.get("UPDATE_README"):
            lines[at:at + ROWS] = got = want
        same = got == want and lines[at + ROWS] == ""
        bad += not same
        print(f"{'ok' if same else 'not ok'} {n} - README shows {name} as it is")
        if not same:
            print("\n".join("# " + d for d in difflib.unified_diff(
                got, want, "README", name, lineterm="", n=0)))
    frames = sum(row.startswith("     R01 ") for row in lines)
    same = frames == len(FRAMES)
    print(f"{'ok' if same else 'not ok'} {n + 1} - and no screen that nobody compares")
    print(f"1..{n + 1}")
    if os.environ.get("UPDATE_README"):
        README.write_text("\n".join(lines), encoding="utf-8")
    return bad > 0 or not same


sys.exit(main())
