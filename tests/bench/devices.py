# SPDX-License-Identifier: Apache-2.0
"""The devices' rows of make bench: what they cost a scan when they are there, and
when each of them is in trouble: a printer's line that nobody reads, a terminal
whose port takes no call, a name that leads nowhere, nodes that are not there.

Alone: devices.py STORE CODES, with top_builddir set.
"""
import os
import random
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from screen import Register, cancel, p99

THERE = """
[printer]
driver = escpos
uri = unix:{dir}/printer
profile = epson
[drawer]
pin = 2
[device pad]
driver = zvt
port = unix:{dir}/pad
[device gun]
driver = scanner
port = file:{dir}/gun
[device scale]
driver = 8217
port = file:{dir}/scale
"""
SIMS = (("printer", "escpos", "unix"), ("pad", "zvt", "unix"),
        ("gun", "scanner", "pty"), ("scale", "8217", "pty"))
TROUBLE = """
[printer]
driver = escpos
uri = file:{dir}/deaf
profile = epson
[drawer]
pin = 2
[device pad]
driver = zvt
port = tcp:127.0.0.1:{port}
[device pad2]
driver = zvt
port = tcp:terminal.invalid:20007
[device gun]
driver = scanner
port = serial:/dev/ttyUSB99
[device scale]
driver = 8217
port = file:{dir}/nothing
"""


def apply(holdfast, store, text):
    conf = Path(store, "holdfast.conf")
    was = conf.read_text()
    conf.write_text(was + text)
    subprocess.run([holdfast, "config", "apply", "--store", store],
                   check=True, stdout=subprocess.DEVNULL)
    return was


def back(holdfast, store, was):
    Path(store, "holdfast.conf").write_text(was)
    subprocess.run([holdfast, "config", "apply", "--store", store],
                   check=True, stdout=subprocess.DEVNULL)


class Full:
    """A port whose queue is full: a call is neither taken nor refused."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.port = self.listener.getsockname()[1]
        self.callers = []
        for _ in range(4):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex(("127.0.0.1", self.port))
            self.callers.append(s)

    def close(self):
        for s in self.callers + [self.listener]:
            s.close()


def scans(holdfast, store, codes):
    """Milliseconds to the painted line, and the CPU of each in us."""
    rng = random.Random(5)
    r = Register(holdfast, store, "panel", 24, 80)
    r.frame(1.5, 0.5)
    times, spent = [], 0.0
    for _ in range(12):
        for code in rng.sample(codes, 25):
            spent -= r.cpu_us()
            times.append(r.scan(code)[0])
            spent += r.cpu_us()
            time.sleep(0.005)
        cancel(r)
    r.rest()
    woke = r.wakeups()
    r.frame(10.0)
    woke = r.wakeups() - woke
    r.end()
    return times, spent / len(times), woke


def bench(row, holdfast, sim, store, codes):
    with tempfile.TemporaryDirectory() as base:
        none, none_cpu, _ = scans(holdfast, store, codes)

        held = []
        for name, driver, kind in SIMS:
            held.append(subprocess.Popen(
                [sim, driver, f"--{kind}", f"{base}/{name}"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        for p in held:
            select.select([p.stdout], [], [], 5)
            if p.poll() is not None:
                sys.exit("devices.py: a simulated device did not start")
        was = apply(holdfast, store, THERE.format(dir=base))
        there, there_cpu, woke = scans(holdfast, store, codes)
        back(holdfast, store, was)
        for p in held:
            p.kill()
            p.wait()

        deaf, slave = os.openpty()  # nobody reads it
        os.symlink(os.ttyname(slave), f"{base}/deaf")
        full = Full()
        was = apply(holdfast, store, TROUBLE.format(dir=base, port=full.port))
        trouble, trouble_cpu, _ = scans(holdfast, store, codes)
        back(holdfast, store, was)
        full.close()
        os.close(deaf)
        os.close(slave)

    middle = statistics.median(none)
    for name, times, cpu in (("four devices there", there, there_cpu),
                             ("five in trouble", trouble, trouble_cpu)):
        ratio = statistics.median(times) / middle
        row(f"scan to painted, {name} / none", ratio, "ratio", "1.5", ratio < 1.5)
        row(f"scan to painted, {name}", p99(times), "ms p99", "50",
            p99(times) < 50)
        row(f"CPU of a scan, {name} / none", cpu / none_cpu, "ratio")
    row("idle for 10 s, four devices there", woke, "wake-ups")


def main():
    top = os.environ["top_builddir"]

    def row(name, value, unit, bar=None, good=True):
        print(f"{name:50} {value:10.3f} {unit:12} {bar or ''} "
              f"{'' if good else 'MISSED'}")

    bench(row, f"{top}/holdfast", f"{top}/holdfast-sim", sys.argv[1],
          [c for c in Path(sys.argv[2]).read_text().split("\n") if c])


if __name__ == "__main__":
    main()
