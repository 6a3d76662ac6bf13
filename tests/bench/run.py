# SPDX-License-Identifier: Apache-2.0
"""make bench: ratios inside one run, as tab-separated rows.

    name  value  unit  bar  kept

BENCH_PRODUCTS=FILE  a products file (CSV, .gz allowed); else 100,000 made up
BENCH_SALES=N        sales behind the register for start and rebuild (1000000)
BENCH_ROUNDS=N       of each of the hub's measurements (3)
BENCH_DIR=DIR        where to work (a temporary directory on the build's disk)
"""
import gzip
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import devices
import hub
import screen

build = Path(os.environ["top_builddir"])
holdfast = build / "holdfast"
sales = int(os.environ.get("BENCH_SALES", "1000000"))
kept_all = True


def row(name, value, unit, bar=None, kept=None):
    global kept_all
    if isinstance(value, float):
        value = f"{value:.3f}"
    if kept is False:
        kept_all = False
    word = "" if kept is None else ("yes" if kept else "NO")
    print("\t".join((name, str(value), unit, bar or "", word)), flush=True)


def run(*args, stdin=None, **more):
    p = subprocess.run([str(a) for a in args], input=stdin,
                       capture_output=True, **more)
    if p.returncode != 0:
        sys.exit(f"bench: {args}: exit {p.returncode}\n{p.stderr.decode()[-2000:]}")
    return p.stdout.decode()


def timed(*args, stdin=None):
    """Seconds and peak memory in KiB of one command."""
    began = time.monotonic()
    with subprocess.Popen([str(a) for a in args], stdin=stdin or subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as p:
        err = p.stderr.read()
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode != 0:
        sys.exit(f"bench: {args}: exit {p.returncode}\n{err.decode()[-2000:]}")
    return time.monotonic() - began, usage.ru_maxrss


def products(base):
    """The products file, plain, and a file of codes that are on it."""
    given = os.environ.get("BENCH_PRODUCTS")
    path = base / "products.csv"
    if given:
        opener = gzip.open if given.endswith(".gz") else open
        with opener(given, "rb") as f, open(path, "wb") as out:
            shutil.copyfileobj(f, out)
    else:
        rng = random.Random(1)
        with open(path, "w", encoding="utf-8") as out:
            out.write("code,name,price,tax,department\n")
            for i in range(100000):
                out.write(f"I{i:07d},Product {i} of some length 250 g,"
                          f"{rng.randint(49, 2059) / 100:.2f},{'AB'[i % 2]},10\n")
    codes = base / "codes"
    with open(path, encoding="utf-8", errors="replace") as f, \
            open(codes, "w", encoding="utf-8") as out:
        next(f)
        for line in f:
            out.write(line.split(",", 1)[0].strip('"') + "\n")
    return path, codes


def private_kib(pid):
    """Memory of its own: private and not a mapping of the store's files."""
    total = 0
    counting = False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        words = line.split()
        if "-" in words[0] and ":" not in words[0]:
            counting = not line.rstrip().endswith(".mdb")
        elif counting and words[0] in ("Private_Clean:", "Private_Dirty:"):
            total += int(words[1])
    return total


def main():
    base = Path(os.environ.get("BENCH_DIR") or
                tempfile.mkdtemp(prefix="holdfast-bench.", dir=build))
    base.mkdir(parents=True, exist_ok=True)
    store, key = base / "shop", base / "key"
    csv, codes = products(base)
    run(holdfast, "init", "--store", store, "--shop", "BENCH", "--register", "R01",
        "--currency", "EUR", "--prices", "included", "--tax", "A=19%",
        "--tax", "B=7%", "--key-file", key)
    print("name\tvalue\tunit\tbar\tkept")

    # import, beside mdb_load of the same keys and values
    ours, loads = [], []
    rss = 0
    for _ in range(3):
        seconds, peak = timed(holdfast, "import", "products", csv, "--store", store)
        ours.append(seconds)
        rss = max(rss, peak)
        generation = sorted(p for p in (store / "catalog").iterdir() if p.is_dir())[-1]
        dump = base / "dump"
        with open(dump, "wb") as out:
            subprocess.run(["mdb_dump", "-a", str(generation)], stdout=out, check=True)
        fresh = base / "loaded"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        seconds, _ = timed("mdb_load", "-f", dump, fresh)
        loads.append(seconds)
    shutil.rmtree(base / "loaded", ignore_errors=True)
    (base / "dump").unlink()
    count = json.loads(run(holdfast, "import", "products", csv, "--dry-run", "--json",
                           "--store", store))
    row("products", count["taken"], "rows taken")
    row("products refused", count["refused"], "rows")
    row("import", min(ours), "s")
    row("mdb_load of the same", min(loads), "s")
    ratio = min(ours) / min(loads)
    row("import / mdb_load", ratio, "ratio", "1.5", ratio <= 1.5)
    row("import memory", rss // 1024, "MiB peak")

    # a keystroke of a search, up to the 99 items that are listed
    v = list(map(int, run(build / "tests/bench/find", store / "catalog").split()))
    names50, names99, names_most, letter50, letter_most = v[1:6]
    pair50, pair99, pair_most, words_most, scan_names = v[6:]
    row("find, keystroke of a name", names50, "us p50")
    row("find, keystroke of a name", names99, "us p99", "10000", names99 < 10000)
    row("find, keystroke of a name", names_most, "us max", "20000", names_most < 20000)
    row("find, any one letter or digit", letter50, "us p50")
    row("find, any one letter or digit", letter_most, "us max", "20000",
        letter_most < 20000)
    row("find, any two", pair50, "us p50")
    row("find, any two", pair99, "us p99", "10000", pair99 < 10000)
    row("find, any two", pair_most, "us max", "20000", pair_most < 20000)
    row("find, the four worst pairs, 16 letters", words_most, "us max", "20000",
        words_most < 20000)
    row("a look at every name", scan_names, "us p50")
    row("find p99 / a look at every name", names99 / scan_names, "ratio")

    # a basket priced, and a scan into it
    v = [int(x) / 1000 for x in run(build / "tests/bench/price").split()]
    row("price 100 lines, no rules", v[0], "us p50")
    row("scan into 2,000 lines, no rules", v[3], "us p50", "200", v[3] < 200)
    row("price 100 lines, 500 promotions", v[4], "us p50", "2000", v[4] < 2000)
    row("scan into them", v[5], "us p50", "200", v[5] < 200)
    row("500 promotions / no rules", v[4] / v[0], "ratio")
    row("price 100 lines, 500 promotions of everything", v[6], "us p50")
    row("price 2,000 lines, 500 promotions", v[8], "us p50")

    # tender to final
    rounds = 2000
    for flush_us in (1000, 0):
        v = [float(x) for x in run(build / "tests/bench/tender", store, key, codes,
                                   rounds, flush_us).split()]
        raw, final, final99, whole, cpu, cpu99, flushes, scan, scan99 = v
        at = f"flush {'+1 ms' if flush_us else 'as it is'}"
        row(f"raw 4 KiB append, {at}", raw, "us p50")
        row(f"tender to final, {at}", final, "us p50")
        row(f"tender to final, {at}", final99, "us p99")
        row(f"tender to prompt, {at}", whole, "us p50")
        row(f"tender to final / raw, {at}", final / raw, "ratio",
            "1.15" if flush_us else None, final / raw <= 1.15 if flush_us else None)
        row(f"flushes a sale, {at}", flushes, "fdatasync", "3", flushes <= 3)
    row("CPU before final", cpu, "us p50", "100", cpu < 100)
    row("CPU before final", cpu99, "us p99")
    row("scan to line, no screen", scan, "us p50")
    row("scan to line, no screen", scan99, "us p99")

    # a register with a past
    began = time.monotonic()
    run(build / "tests/bench/generate", store, key, sales, codes)
    row("sales generated", sales, f"in {time.monotonic() - began:.0f} s")
    events, us = map(int, run(build / "tests/bench/reading", store, key).split())
    reading = events / (us / 1e6)
    seconds, rebuild_rss = timed(holdfast, "rebuild", "--store", store)
    rebuilding = events / seconds
    row("reading alone", int(reading), "events/s")
    row("rebuild", int(rebuilding), "events/s")
    row("rebuild / reading", rebuilding / reading, "ratio", "0.3",
        rebuilding / reading >= 0.3)
    row("rebuild memory", rebuild_rss // 1024, "MiB peak, mapped store counted")

    code = codes.read_text().split("\n")[0]
    starts = []
    for _ in range(11):
        with subprocess.Popen([holdfast, "ring", "--store", store],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
            began = time.monotonic()
            p.stdin.write(f"\\scan {code}\n".encode())
            p.stdin.flush()
            p.stdout.readline()
            starts.append(time.monotonic() - began)
            p.stdin.write(b"CN\n")
            p.stdin.close()
            p.stdout.read()
    middle = statistics.median(starts) * 1000
    row(f"start to first scan, {sales} sales behind", middle, "ms p50", "150",
        middle < 150)

    with subprocess.Popen([holdfast, "ring", "--store", store],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
        some = codes.read_text().split("\n")
        rng = random.Random(3)
        for _ in range(100):
            text = "".join(f"\\scan {rng.choice(some) or code}\n" for _ in range(10))
            p.stdin.write((text + "TL\nCA\n").encode())
            p.stdin.flush()
            for _ in range(12):
                p.stdout.readline()
        kib = private_kib(p.pid)
        p.stdin.close()
    row("memory of its own, after 100 sales", kib / 1024, "MiB", "24", kib < 24 * 1024)

    screen.bench(row, holdfast, store, [c for c in some if c])
    devices.bench(row, holdfast, build / "holdfast-sim", store,
                  [c for c in some if c])
    hub.bench(row)
    if not os.environ.get("BENCH_DIR"):
        shutil.rmtree(base)
    sys.exit(0 if kept_all else 1)


main()
