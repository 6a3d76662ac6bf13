# SPDX-License-Identifier: Apache-2.0
"""kill -9 behind every entry of a sale with all that can be put into one: what
is there again is what was, to the cent, whatever the clock says by then."""
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import (HOLDFAST, done, make_shop, ok, run, workdir)  # noqa: E402

RULES = """
[pricelist happy]
time = 17:00-19:00
5449000000996 = 0.50

[pricelist staff]
group = staff
all = -10%

[promotion three]
items = LOAF
buy = 3
free = 1

[coupon shop]
code = C50
kind = store
items = LOAF
off = 0.50

[coupon maker]
code = M20
kind = maker
tender = CP
items = 5449000000996
off = 0.20

[tender CP]
name = Voucher
"""
ENTRIES = ["CG staff", "CO C50", "5449000000996", "3*LOAF", "5DI", "M20",
           "\\clock 2026-11-21T20:00:00Z", "5449000000996", "299PO",
           "10DS", "100DT", "TE E-4711", "TE", "VN DE123456789", "CG",
           "CG staff", "LOAF", "3VD", "CO-", "CO C50", "PK", "PK", "4011"]

base = workdir()
store = make_shop(base)
with open(store / "holdfast.conf", "a", encoding="utf-8") as f:
    f.write(RULES)
p = run(["config", "apply", "--store", store])
ok(p.returncode == 0, "the shop has rules", p.stderr)


def keyed(entries):
    """The last answer to these, the register killed behind it."""
    reg = subprocess.Popen(
        [HOLDFAST, "ring", "--store", str(store), "--keep-going"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL)
    told = None
    for entry in entries:
        reg.stdin.write((entry + "\n").encode())
        reg.stdin.flush()
        told = json.loads(reg.stdout.readline())
    reg.send_signal(signal.SIGKILL)
    reg.wait()
    return told


NOW = "\\clock 2026-11-21T18:30:00Z"
keyed([NOW])
for entry in ENTRIES:
    told = keyed([NOW, entry])
    again = keyed(["\\clock 2026-11-21T12:00:00Z"])
    for side in (told, again):
        side.pop("parked", None)
    ok(told["ok"] and told == again, f"killed behind {entry}",
       f"{told}\n{again}")
p = run(["ring", "--store", store], "TL\nCA\n")
ok(p.returncode == 0 and '"sale"' in str(p.stdout), "and it is paid", p.stdout)
p = run(["verify", "--store", store])
ok(p.returncode == 0, "the journal verifies", p.stdout)
done()
