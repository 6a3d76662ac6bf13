# SPDX-License-Identifier: Apache-2.0
"""The screen's rows of make bench: the register on a pseudo-terminal, with the
catalog the others use.  Time is from a key or the end of a scan to the last byte
of the frame it made; bytes are what a terminal is sent.

Alone: screen.py STORE CODES, with top_builddir set.
"""
import fcntl
import os
import pty
import random
import select
import signal
import statistics
import struct
import sys
import termios
import time
from pathlib import Path

QUIET = 0.003  # no byte for so long: the frame is out
STX, ETX = b"\x02", b"\x03"
LAYOUTS = (("panel", 24, 80), ("stacked", 24, 80), ("reader", 24, 80),
           ("panel", 50, 132))


class Register:
    def __init__(self, holdfast, store, layout, rows, cols, term="vt220"):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM=term, LC_ALL="C.UTF-8")
            for name in ("LINES", "COLUMNS", "NO_COLOR"):
                os.environ.pop(name, None)
            # the size is there before the program asks for it
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", rows, cols, 0, 0))
            os.execv(holdfast, [str(holdfast), "--store", str(store),
                                "--layout", layout])
        self.first = self.frame(2.0, 0.25)[1]

    def frame(self, patience=1.0, quiet=QUIET):
        """Milliseconds to the frame's last byte, and how many there were."""
        began = last = time.monotonic()
        n = 0
        while select.select([self.fd], [], [], quiet if n else patience)[0]:
            try:
                n += len(os.read(self.fd, 65536))
            except OSError:
                break
            last = time.monotonic()
        return (last - began) * 1000, n

    def do(self, keys, settle=0.0):
        os.write(self.fd, keys)
        ms, n = self.frame()
        if settle:  # what comes later belongs to it too
            n += self.frame(settle)[1]
        return ms, n

    def scan(self, code):
        return self.do(STX + code.encode() + ETX)

    def resize(self, rows, cols):
        """Milliseconds to the last byte of the screen in its new size."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, cols, 0, 0))
        return self.frame()[0]

    def rest(self):
        """Until nothing has woken it for a second: what is left to do is done."""
        before, since = self.wakeups(), time.monotonic()
        while time.monotonic() - since < 1:
            self.frame(0.1)
            if self.wakeups() != before:
                before, since = self.wakeups(), time.monotonic()

    def wakeups(self):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                return int(line.split()[1])
        return 0

    def cpu_us(self):
        """Microseconds it has run; what other jobs do does not count."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1000

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        self.frame(0.5, 0.2)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def p99(values):
    return sorted(values)[min(len(values) - 1, len(values) * 99 // 100)]


def cancel(r):
    for _ in range(2):
        r.do(b"CN\r", 0.1)
    r.do(b"\x15", 0.05)


def bench_screens(row, r, at, rows, cols):
    """Pay, a letter of a search, another size: milliseconds to all of it."""
    times, cost = [], []
    for _ in range(20):
        ms, n = r.do(b"+")
        times.append(ms)
        cost.append(n)
        r.do(b"\x1b", 0.2)
    row(f"Sale to Pay, {at}", round(statistics.median(cost)), "bytes")
    row(f"Sale to Pay, {at}", statistics.median(times), "ms p50")
    row(f"Sale to Pay, {at}", p99(times), "ms p99", "100", p99(times) < 100)

    times = []
    for words in (b"cho co", b"milk", b"or ju", b"sh", b"bio", b"a", b"e 5"):
        r.do(b"/", 0.1)
        for key in words:
            # the list of a key is all that comes until the next
            times.append(r.do(bytes([key]))[0])
            r.frame(0.06)
        r.do(b"\x15", 0.1)
        r.do(b"\x1b", 0.3)
    row(f"a letter of a search, {at}", statistics.median(times), "ms p50")
    row(f"a letter of a search, {at}", p99(times), "ms p99", "20", p99(times) < 20)

    times = [r.resize(rows + n % 2, cols + n % 2) for n in range(1, 21)]
    row(f"another size, {at}", statistics.median(times), "ms p50")
    row(f"another size, {at}", p99(times), "ms p99")


def bench_layout(row, holdfast, store, codes, layout, rows, cols):
    at = f"{layout} {cols}x{rows}"
    rng = random.Random(5)
    r = Register(holdfast, store, layout, rows, cols)
    row(f"first paint, {at}", r.first, "bytes")
    times, room, full = [], [], []
    spent = 0.0
    page = rows - 8
    for _ in range(12):
        for i, code in enumerate(rng.sample(codes, page + 12)):
            spent -= r.cpu_us()
            ms, n = r.scan(code)
            spent += r.cpu_us()
            times.append(ms)
            if 1 < i < page - 4:
                room.append(n)
            elif i > page:
                full.append(n)
            time.sleep(0.005)
        cancel(r)
    middle, worst = statistics.median(times), p99(times)
    row(f"scan to painted, {at}", middle, "ms p50")
    row(f"scan to painted, {at}", worst, "ms p99", "5", worst < 5)
    row(f"CPU of a scan, {at}", round(spent / len(times)), "us")
    for name, cost in (("with room", room), ("list full", full)):
        mean = round(statistics.mean(cost))
        bar = layout == "stacked"
        row(f"a scan {name}, most, {at}", max(cost), "bytes")
        row(f"a scan {name}, {at}", mean, "bytes", "200" if bar else None,
            mean < 200 if bar else None)

    echo, digit = [], []
    for _ in range(40):
        for _ in range(6):
            ms, n = r.do(b"7")
            echo.append(ms)
            digit.append(n)
            time.sleep(0.04)
        r.do(b"\x15", 0.01)
    row(f"key to echo, {at}", statistics.median(echo), "ms p50")
    row(f"key to echo, {at}", p99(echo), "ms p99", "20", p99(echo) < 20)
    row(f"a digit, {at}", round(statistics.median(digit)), "bytes")

    for code in rng.sample(codes, 8):
        r.scan(code)
        time.sleep(0.01)
    time.sleep(0.2)
    row(f"help and back, {at}", r.do(b"HP\r", 0.2)[1] + r.do(b"\x1b", 0.3)[1],
        "bytes")
    bench_screens(row, r, at, rows, cols)
    cancel(r)
    r.rest()
    before, began = r.wakeups(), time.time()
    idle = r.frame(10.0)[1]
    # the clock, when its minute was among them
    tick = int(time.time() // 60 - began // 60)
    woke = r.wakeups() - before
    row(f"idle for 10 s, {at}", idle, "bytes", str(48 * tick), idle <= 48 * tick)
    row(f"idle for 10 s, {at}", woke, "wake-ups", str(2 * tick), woke <= 2 * tick)
    r.end()


def bench(row, holdfast, store, codes):
    for layout, rows, cols in LAYOUTS:
        bench_layout(row, holdfast, store, codes, layout, rows, cols)


def main():
    store, codes = sys.argv[1:3]

    def row(name, value, unit, bar=None, kept=None):
        value = f"{value:.3f}" if isinstance(value, float) else value
        word = "" if kept is None else ("yes" if kept else "NO")
        print("\t".join((name, str(value), unit, bar or "", word)), flush=True)

    some = [c for c in Path(codes).read_text().split("\n") if c]
    bench(row, Path(os.environ["top_builddir"]) / "holdfast", store, some)


if __name__ == "__main__":
    main()
