# SPDX-License-Identifier: Apache-2.0
"""The worker is killed at calls of the system, from its start to its end, with
a log to push, and started again: the hub has each line once, and takes it for
no clone.  All of them in check-slow (HOLDFAST_SLOW), else some of each part."""
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
import fakehub  # noqa: E402
import synckit  # noqa: E402
from crashlib import BUILD, SEED, SLOW, diag, done, ok  # noqa: E402

KILLAT = str(BUILD / "tests/lib/killat")
POINTS = 20


def anew(kit):
    """Hub and worker as they were behind the enrolment."""
    hub = kit.hub
    hub.lines, hub.head, hub.poison = {}, (0, 0, fakehub.ZERO), {}
    hub.doubled = 0
    hub.links[kit.keyid].update(nonce="first", next=None)
    for p in (kit.store / "sync").iterdir():
        if p.name != "link":
            p.unlink()


def killed_at(kit, n):
    p = subprocess.run([KILLAT, str(n)] + kit.argv("--once"),
                       capture_output=True, timeout=60, check=False)
    return p.returncode, int(p.stdout or b"0")


kit = synckit.Kit(sales=30)
hub = kit.hub
want = kit.lines()
third = [k for k in range(len(want)) if k % 11 == 10]
hub.refuse = {third[0] + 1}  # bisected, and one request each for its parts


def whole():
    return hub.all()[:len(want)] == want and hub.whole()


anew(kit)
code, total = killed_at(kit, 0)
ok(code == 0 and whole() and total > 100, "not killed: all of it is there",
   f"{code} {total} {hub.requests}")
anew(kit)
rnd = random.Random(SEED)
points = range(1, total + 40) if SLOW else sorted(
    {1 + i * total // POINTS + rnd.randrange(max(1, total // POINTS))
     for i in range(POINTS)})
bad, killed, twice = [], 0, 0
for n in points:
    anew(kit)
    code, _ = killed_at(kit, n)
    killed += code == 137
    half = hub.whole() or not hub.lines
    code = kit.once()
    s = hub.links[kit.keyid]
    if code != 0 or not half or not whole() or len(hub.poison) != 1:
        bad.append((n, code, half, whole(), hub.poison, hub.requests[-12:]))
    twice += hub.doubled
    if len(bad) > 3:
        break
ok(not bad, f"killed at {killed} of {total} calls: each line is there once",
   "\n".join(str(b) for b in bad))
ok(twice == 0, "and none had to be sent again that was there", twice)
diag(f"{killed} kills, {total} calls")

# The same against a hub that went back, with what the worker kept.
anew(kit)
kit.once()
bad = []
for n in points if SLOW else list(points)[::4]:
    hub.lines, hub.head = {}, (0, 0, fakehub.ZERO)
    killed_at(kit, n)
    if kit.once() != 0 or not whole():
        bad.append((n, hub.requests[-12:]))
ok(not bad, "nor behind a hub that lost its data",
   "\n".join(str(b) for b in bad))
ok(not hub.bad, "every request was signed", hub.bad[:3])
hub.stop()
done()
