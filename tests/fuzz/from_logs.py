#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Inputs of fuzz_driver from the replay logs.

    tests/fuzz/from_logs.py LOG... DIR    writes DIR/NAME for each NAME.log

Only what a log gives the driver goes in: what it expects, the target has its own
rules for.  Times are rounded to those that the target knows.
"""
import os
import sys

MS = [1, 5, 20, 50, 100, 150, 250, 500, 1000, 2000, 3000, 5000, 10000, 30000,
      90000, 600000]
OPS = ["pay", "refund", "reverse", "reserve", "capture", "release", "last",
       "close", "status", "totals"]
LINES = {"cts": 1, "dsr": 2, "ri": 4, "dcd": 8}


def give(data):
    out = b""
    for i in range(0, len(data), 64):
        piece = data[i:i + 64]
        out += bytes([len(piece) - 1]) + piece
    return out


def bytes_of(text):
    out = b""
    while text := text.lstrip():
        if text[0] == '"':
            quoted, text = text[1:].split('"', 1)
            out += quoted.encode()
        else:
            out += bytes([int(text[:2], 16)])
            text = text[2:]
    return out


def wait(ms):
    out = b""
    while ms > 0:
        i = max([k for k, t in enumerate(MS) if t <= ms], default=0)
        out += bytes([0x80 | i])
        ms -= MS[i]
    return out


def value(words, key):
    for w in words:
        if w.startswith(key + "="):
            return int(w.split("=")[1]) & 0xff
    return 0


def act(text):
    words = text.split()
    what = words[0]
    if what == "ask":
        return bytes([0xc4, OPS.index(words[1]), value(words, "amount")])
    if what == "job":
        data = bytes_of(text.split(None, 2)[2])[:64]
        return bytes([0xc3, len(data) - 1]) + data
    if what == "weigh":
        return bytes([0xc8, value(words, "price"), value(words, "tare")])
    if what == "scale":
        return bytes([0xca, ["zero", "tare", "clear"].index(words[1])])
    if what == "show":
        rows = (text[5:].split("|") + [""])[:2]
        up, low = (r.encode()[:16].ljust(16, b" ") for r in rows)
        return b"\xcb" + bytes(b for pair in zip(up, low) for b in pair)
    if what == "lines":
        return bytes([0xc1, sum(LINES.get(w, 0) for w in words[1:])])
    return bytes([{"lost": 0xc0, "open": 0xc2, "stored": 0xc6,
                   "cancel": 0xc7, "rest": 0xc9}[what]])


def seed(path):
    driver, options, out = "", [], b""
    with open(path, encoding="utf-8") as log:
        for row in log:
            row = row.rstrip("\n")
            if row.startswith("# driver:"):
                driver = row.split(":", 1)[1].strip()
            elif row.startswith("# option:"):
                options.append(row.split(":", 1)[1].strip().replace(" ", ""))
            elif row.startswith("# lines:"):
                out += act("lines " + row.split(":", 1)[1])
            elif row.startswith("@ "):
                out += wait(int(row[2:]))
            elif row.startswith("! "):
                out += act(row[2:])
            elif row.startswith("< "):
                out += give(bytes_of(row[2:]))
    return " ".join([driver] + options).encode() + b"\n" + out


def main():
    *logs, to = sys.argv[1:]
    for path in logs:
        name = os.path.basename(path)[:-len(".log")]
        with open(os.path.join(to, name), "wb") as f:
            f.write(seed(path))


main()
