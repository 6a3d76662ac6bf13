#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Thirty days offline: a till that was enrolled and then saw no hub for thirty
business days, each closed by its Z, comes back, goes on selling and drains
through its worker into a real hub.  1,200 sales; 60,000 with HOLDFAST_SLOW=1."""
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."),
                                "tests/lib"))
import hubkit  # noqa: E402
import pg  # noqa: E402
import wired  # noqa: E402
from wired import ok, total  # noqa: E402

pg.require()
SLOW = bool(os.environ.get("HOLDFAST_SLOW"))
DAYS, A_DAY = 30, 2000 if SLOW else 40
MEMORY = 24 << 20  # of its own, whatever is queued


def diag(text):
    print("# " + text, flush=True)


def enrolled_a_month_ago(hub):
    """Its clock said so: the worker goes by the hub's."""
    was = dict(os.environ)
    os.environ.update(LD_PRELOAD=preload(), FAKETIME="-%dd" % (DAYS + 1),
                      FAKETIME_DONT_FAKE_MONOTONIC="1")
    try:
        shop = wired.Shop(hub, "R01")
        shop.sell(2)
        shop.level()
        shop.stop()
        shop.leave()
    finally:
        os.environ.clear()
        os.environ.update(was)
    return shop


def preload():
    """What the faketime program would preload."""
    out = subprocess.run(["faketime", "now", "env"], capture_output=True,
                         text=True, check=True).stdout
    return [x[11:] for x in out.splitlines()
            if x.startswith("LD_PRELOAD=")][0]


def month(shop):
    """Its days, rung at the register: how it ended, and how many were
    closed.  An entry that is refused ends it."""
    day = datetime.now(timezone.utc).replace(
        hour=9, minute=0, second=0, microsecond=0) - timedelta(DAYS)
    script = Path(shop.dir) / "month"
    with open(script, "w", encoding="ascii") as f:
        for z in range(1, DAYS + 1):
            f.write("\\clock %s\n" % day.strftime("%Y-%m-%dT%H:%M:%SZ"))
            for k in range(A_DAY):
                f.write("%dDP10\n%dDP20\nTL\n%s\n" % (
                    100 + k % 700, 250 + z, "CC" if k % 3 == 0 else "CA"))
            f.write("%dZR\n" % z)
            day += timedelta(1)
    closed = 0
    with open(script, "rb") as f, subprocess.Popen(
            [hubkit.HOLDFAST, "ring", "--store", shop.store], stdin=f,
            stdout=subprocess.PIPE) as p:
        for line in p.stdout:
            closed += b'"closed":true' in line
    return p.returncode, closed


def peak(pid):
    """What it has of its own, and most that was in memory for it, bytes."""
    s = dict(x.split(":", 1) for x in
             Path("/proc/%d/status" % pid).read_text().splitlines())
    return (int(s["RssAnon"].split()[0]) * 1024,
            int(s["VmHWM"].split()[0]) * 1024)


def main():
    if os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"   # nothing here is about a disk
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        shop = enrolled_a_month_ago(hub)
        try:
            ok(len(shop.at_hub()) > 0, "a till whose clock is a month behind "
               "is let in, and its first lines are taken")
            began = time.monotonic()
            ended, closed = month(shop)
            rung = time.monotonic() - began
            there = len(shop.at_hub())
            ok(ended == 0 and closed == DAYS,
               "%d days offline, each closed" % DAYS, (ended, closed))
            shop.start()
            worker = shop.worker.pid
            s = shop.until(lambda s: int(s.get("head", 0)) > DAYS * A_DAY)
            queued, mark = int(s.get("queued", 0)), int(s["head"])
            began = time.monotonic()
            sold, own = 0, 0
            while True:
                shop.sell()
                sold += 1
                own = max(own, peak(worker)[0])
                s = shop.state()
                if int(s["acked"]) >= mark or time.monotonic() - began > 600:
                    break
            took = time.monotonic() - began
            held = peak(worker)[1]
            ok(own < MEMORY, "the worker's memory is bounded", own)
            shop.leave()
            good = shop.level(60)
            mine = shop.verb("export", "events").stdout.encode()
            shop.stop()
            theirs = hub.run("export", "events", "--register", "R01",
                             text=False).stdout
            n = total(mine.splitlines())[0]
            ok(good and sold > 0 and queued >= DAYS * A_DAY,
               "%d queued lines drain while the till sells" % queued, s)
            # an export of events is a line, too, which may have gone up
            ok(theirs.startswith(mine) and
               theirs[len(mine):].count(b"\n") <= 1,
               "the bytes at the hub are those of the till",
               (len(mine), len(theirs)))
            ok(n == DAYS * A_DAY + sold + 2, "%d sales, each once" % n)
            ok(not hub.broken(), "every hash and every chain holds")
            diag("%d sales, %d lines; %d were at the hub before; rung in "
                 "%.1f s" % (n, len(mine.splitlines()), there, rung))
            diag("drained in %.1f s, %d sold meanwhile; %.1f MiB; the worker "
                 "had %.1f MiB of its own, %.1f with what is mapped" % (
                     took, sold, len(mine) / 2**20, own / 2**20,
                     held / 2**20))
            v = json.loads(shop.verb("verify", "--json").stdout)
            ok(v["ok"], "and the till's store follows from them", v)
        finally:
            shop.close()
    wired.done()


main()
