# SPDX-License-Identifier: Apache-2.0
"""A register that nobody touches sleeps, and is there at once all the same: for a
request, for a customer's display; and what it says with the bell is told apart by
its rhythm.
"""
import atexit
import ctypes
import mmap
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (COLA, HOLDFAST, MILK, SLOW, UNKNOWN, Shop, cases,  # noqa: E402
                diag, ok, require, run, workdir)

SOON = 25  # seconds; a register that only looks each minute is later
ATTENTION, HELD, STOP = 1, 2, 3  # strokes


def wakeups(pid):
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("voluntary_ctxt_switches"):
            return int(line.split()[1])
    return 0


def asleep(s, seconds=1.0, patience=120.0):
    """Waits until nothing has woken it for so long."""
    pid, end = s.pid(), time.monotonic() + patience
    before, since = wakeups(pid), time.monotonic()
    while time.monotonic() - since < seconds and time.monotonic() < end:
        s.ask("quiet 50 50")
        time.sleep(0.05)
        if wakeups(pid) != before:
            before, since = wakeups(pid), time.monotonic()
    return time.monotonic() < end


def sleeps(shop, *args):
    seconds = 125 if SLOW else 4
    s = shop.copy("idle" + "".join(args)).register(*args, until=">")
    s.scan(MILK).see("Whole milk").settle(100)
    ok(asleep(s), f"it comes to rest, {' '.join(args) or 'panel'}")
    s.mark()
    before, began = wakeups(s.pid()), time.time()
    asleep(s, seconds, seconds)
    minutes = int(time.time() // 60 - began // 60)
    woke = wakeups(s.pid()) - before
    # the clock, and at most one more for what is looked at beside it
    ok(woke <= 2 * minutes, f"{woke} wake-ups in {seconds} s, {minutes} of them minutes",
       woke)
    ok(s.bytes() <= (0 if "--reader" in args else 48) * minutes,
       f"{s.bytes()} bytes", s.bytes())
    s.kill()


def a_request(shop):
    shop = shop.copy("request")
    s = shop.register()
    ok(asleep(s), "a register sleeps")
    for n in range(2):
        path = shop.path / "holdfast.conf"
        path.write_text(path.read_text(encoding="utf-8").replace(
            "CORNER MARKET", f"MARKET {n}").replace("MARKET 0", f"MARKET {n}"),
            encoding="utf-8")
        began = time.monotonic()
        p = run(["config", "apply", "--store", shop.path])
        took = time.monotonic() - began
        ok(p.returncode == 0 and took < SOON, f"what is asked of it is done in {took:.2f} s",
           p.stderr.decode())
        s.see(f"MARKET {n}")
        ok(asleep(s), "and it sleeps again")
    s.kill()


def a_display(shop):
    shop = shop.copy("display")
    s = shop.register()
    s.scan(COLA).see("Cola")
    for n in ("made", "there already"):
        ok(asleep(s), "a register sleeps")
        began = time.monotonic()
        with subprocess.Popen([HOLDFAST, "display", "--store", shop.path, "--device",
                               f"file:{shop.base / 'shown'}"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
            seen = b""
            while b"COLA" not in seen.upper() and p.poll() is None and (
                    time.monotonic() - began < SOON):
                time.sleep(0.02)
                if (shop.base / "shown").exists():
                    seen = (shop.base / "shown").read_bytes()
            took = time.monotonic() - began
            p.kill()
            ok(b"COLA" in seen.upper(), f"a display, its pipe {n}, shows the sale "
               f"after {took:.2f} s", (seen, p.stderr.read()))
        (shop.base / "shown").unlink(missing_ok=True)
    s.kill()


def in_memory(path):
    """How much of a file is there without the disk, in pages; and of how many."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(path, "rb") as f, mmap.mmap(f.fileno(), 0, mmap.MAP_PRIVATE,
                                          mmap.PROT_READ | mmap.PROT_WRITE) as m:
        pages = (len(m) + mmap.PAGESIZE - 1) // mmap.PAGESIZE
        there = (ctypes.c_ubyte * pages)()
        start = ctypes.c_char.from_buffer(m)
        rc = libc.mincore(ctypes.c_void_p(ctypes.addressof(start)),
                          ctypes.c_size_t(len(m)), there)
        del start
    return (sum(b & 1 for b in there) if rc == 0 else pages), pages


def a_first_search():
    """Before the first search is keyed the catalog has been read from the disk."""
    rows = "".join(f"I{n:06d},Product {n} of a long name {n * 7919 % 10007} g,1.29,B,10\n"
                   for n in range(30000))
    base = tempfile.mkdtemp(prefix="holdfast-pace.", dir=os.environ["top_builddir"])
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    shop = Shop(base, products="code,name,price,tax,department\n" + rows)
    path = next((shop.path / "catalog").glob("*/data.mdb"))
    with open(path, "rb") as f:
        os.fsync(f.fileno())
        os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    before, pages = in_memory(path)
    s = shop.register()
    ok(asleep(s), "a register sleeps")
    after = in_memory(path)[0]
    # a machine short of memory takes some of it away again
    ok(after >= pages * 9 // 10 > before, "and has its catalog in memory",
       (before, after, pages))
    diag(f"of {pages} pages {before}, then {after}")
    s.kill()


def strokes(s, ms=900):
    """Of one signal: it is over when so long nothing more is heard."""
    before = s.bells()
    while True:
        n = s.bells()
        s.ask(f"quiet {ms} {ms}")
        if s.bells() == n:
            return n - before


def rhythms(shop):
    """Each on one bell: the number of strokes is the signal."""
    log = shop.base / "log"
    s = shop.copy("rhythms").register(term="linux", log=log)

    def heard(name, n, act):
        before = s.bells()
        act()
        strokes(s)
        ok(s.bells() - before == n, f"{name}: {n} strokes", s.bells() - before)

    heard("a good scan", 0, lambda: s.scan(MILK).see("Whole milk"))
    heard("attention", ATTENTION, lambda: s.keys("F6"))
    heard("stop", STOP, lambda: s.scan(UNKNOWN).see("NOT ON FILE"))
    heard("a held scan", HELD, lambda: s.scan(COLA).see("Held"))
    before = s.bells()
    s.ask("quiet 4500 4500")
    ok(s.bells() - before == STOP, "stop again, until it is handled", s.bells() - before)
    s.press("Escape")
    s.gone("NOT ON FILE")
    heard("handled", 0, lambda: s.ask("quiet 4500 4500"))
    s.signal(15)
    s.wait()
    s.close()
    out = log.read_bytes()
    tones = [out.find(b"\x1b[10;" + hz) for hz in (b"880]", b"1320]", b"330]")]
    ok(-1 not in tones and tones == sorted(tones), "a console gives each its pitch", tones)
    ok(out.rfind(b"\x1b[10]\x1b[11]") > max(tones), "and has its own back at the end")
    quiet = shop.copy("quiet")
    quiet.configure({"display": {"sound": "off"}})
    s = quiet.register()
    s.scan(UNKNOWN).see("NOT ON FILE")
    s.scan(COLA).see("Held")
    s.ask("quiet 4500 4500")
    ok(s.bells() == 0 and s.shows("STOP"), "no sound where none is wanted, and all of it "
       "is on the screen", s.bells())
    s.kill()


def main():
    require()
    shop = Shop(workdir())
    cases((rhythms, shop), (sleeps, shop), (sleeps, shop, "--layout", "stacked"),
          (sleeps, shop, "--reader"), (a_request, shop), (a_display, shop), (a_first_search,), at_once=7)


main()
