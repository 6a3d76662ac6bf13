#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A terminal that is set up badly sends whole card numbers: none of it may be
found in anything the register leaves behind, with its key or without."""
import atexit
import base64
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import done, make_shop, ok, run, workdir  # noqa: E402

SIM = os.path.join(os.environ.get("top_builddir", "."), "holdfast-sim")
PAN = "4970101234567893"
EXPIRY = "2712"

base = workdir()
store = make_shop(base, printer=True)
door = base / "card"
sim = subprocess.Popen([SIM, "caisse", "--unix", str(door)],
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
atexit.register(sim.kill)


def heard(word, seconds=20):
    """What the terminal said, up to ${word}."""
    said, end = b"", time.monotonic() + seconds
    while word not in said and time.monotonic() < end:
        if select.select([sim.stdout], [], [], 0.2)[0]:
            got = os.read(sim.stdout.fileno(), 65536)
            if not got:
                break
            said += got
    return said


heard(b"ready")
sim.stdin.write(b"leak on\nslow 100\n")
sim.stdin.flush()
conf = store / "holdfast.conf"
text, n = re.subn(r"(?m)^\[tender CC\]\n(?:[^\[\n].*\n)*",
                  "[tender CC]\nname = Card\nkind = card\nterminal = card\n",
                  conf.read_text())
ok(n == 1, "there is a tender for cards", text)
conf.write_text(text + f"\n[device card]\ndriver = caisse\nport = unix:{door}\n"
                "receipt = yes\n")
p = run(["config", "apply", "--store", store])
ok(p.returncode == 0, "a card terminal is configured", p.stderr)
ring = run(["ring", "--keep-going", "--store", store], "5449000000996\nTL\nCC\nRP\n")
ok(b"charged" in heard(b"charged"), "the terminal charged", ring.stdout)
export = run(["export", "events", "--store", store])
rows = run(["export", "tenders", "--format", "csv", "--store", store])
receipt = run(["receipt", "--store", store])
ok(PAN[-4:].encode() in export.stdout + rows.stdout + receipt.stdout + ring.stdout,
   "the last four digits are in what it tells",
   ring.stdout + ring.stderr + receipt.stdout)

said = {"ring": ring, "export": export, "csv": rows, "receipt": receipt,
        "verify": run(["verify", "--store", store])}
kept = {f"{name}.{part}": getattr(p, part)
        for name, p in said.items() for part in ("stdout", "stderr")}
for path in [*sorted(store.rglob("*")), base / "paper"]:
    if path.is_file():
        kept[str(path)] = path.read_bytes()
words = [PAN, PAN[6:], PAN[:12], PAN + "=" + EXPIRY, "AB004" + EXPIRY,
         "=" + EXPIRY, " ".join(PAN[i:i + 4] for i in range(0, 16, 4))]
words += [base64.b64encode(PAN.encode()).decode()[:16]]
found = [f"{name}: {w}" for name, data in kept.items()
         for w in words if w.encode() in data]
ok(len(kept) > 15 and not found, f"{len(kept)} places hold none of it", "\n".join(found))
ok(any(n.endswith("paper") for n in kept) and any("devices.log" in n for n in kept),
   "the paper and the log of the devices were among them", "\n".join(kept))
done()
