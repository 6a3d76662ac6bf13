# SPDX-License-Identifier: Apache-2.0
"""The hub's rows of make bench; by itself, where nothing else is measured:

    top_builddir=build python3 tests/bench/hub.py
    top_builddir=build python3 tests/bench/hub.py e2e      100 x 8 alone
    top_builddir=build python3 tests/bench/hub.py drain    a till that sells

The yardstick is tests/bench/append: the same lines, batches and threads into
plain files, flushed, before and behind each measurement, on the same disk.
Registers have made their batches before the clock runs (hub_load --ready)."""
import json
import os
import signal
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
import hubkit  # noqa: E402
import hubload  # noqa: E402

BUILD = Path(os.environ.get("top_builddir", "."))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))


def append(where, batch, threads, seconds=2):
    """Lines a second into plain files."""
    return int(subprocess.run(
        [str(BUILD / "tests/bench/append"), where, str(batch), str(threads),
         str(seconds)], capture_output=True, text=True, check=True).stdout)


def empty(l):
    """No lines, each register at epoch 1 with nothing."""
    l.sql("TRUNCATE holdfast.batch; TRUNCATE holdfast.register_epoch;"
          " UPDATE holdfast.register SET epoch = 1, sequence = 0,"
          " hash = decode(repeat('00', 32), 'hex'); CHECKPOINT")


def against_append(l, batch, threads, measure):
    """Median rate, median ratio to what append did around it."""
    rates, ratios = [], []
    for _ in range(ROUNDS):
        empty(l)
        before = append(l.dir, batch, threads)
        rate = measure()
        after = append(l.dir, batch, threads)
        rates.append(rate)
        ratios.append(rate / ((before + after) / 2))
    return statistics.median(rates), statistics.median(ratios)


def ingest(l):
    first = Path(l.registers).read_text().splitlines()[:8]
    eight = l.dir + "/eight"
    Path(eight).write_text("\n".join(first) + "\n")

    def one():
        return int(subprocess.run(
            [str(BUILD / "tests/bench/ingest"), l.conf, eight, "1000", "3"],
            capture_output=True, text=True, check=True).stdout)
    return against_append(l, 1000, 8, one)


def end_to_end(l, batch, connections, events, told):
    def one():
        r = l.load("--events", events, "--batch", batch, "--connections",
                   connections, "--ready")
        told.append(r)
        return r["per_second"]
    # the first line of all opens epoch 1: registers begin without one
    l.sql("UPDATE holdfast.register SET epoch = 0")
    return against_append(l, batch, connections, lambda: (
        l.sql("UPDATE holdfast.register SET epoch = 0"), one())[1])


def idle_connections(l, n):
    """Memory of the hub with n that asked once and stay."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    p = subprocess.Popen(l.command("--connections", n, "--batch", 1,
                                   "--hold"),
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         text=True)
    told = json.loads(p.stdout.readline())
    kib, peak = l.hub_memory()
    p.stdin.write("\n")
    p.stdin.close()
    p.wait()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return told["open"], kib, peak


class Ring:
    """A register as a cashier would use it, with the time each answer took."""

    def __init__(self, till, codes):
        self.codes = codes
        self.n = 0
        self.p = subprocess.Popen(
            [str(BUILD / "holdfast"), "ring", "--keep-going", "--store",
             till.store],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def say(self, text):
        began = time.monotonic()
        self.p.stdin.write(text.encode() + b"\n")
        self.p.stdin.flush()
        self.p.stdout.readline()
        return (time.monotonic() - began) * 1000

    def sell(self, scans, finals):
        for _ in range(10):
            self.n += 1
            scans.append(self.say("\\scan "
                                  + self.codes[self.n % len(self.codes)]))
        self.say("TL")
        finals.append(self.say("CA"))
        time.sleep(0.01)

    def close(self):
        self.p.stdin.close()
        self.p.stdout.read()
        self.p.wait()


def p99(v):
    return sorted(v)[len(v) * 99 // 100]


def tasks(cluster):
    """Every thread of the hub and its database."""
    for pid in [cluster.proc.pid, cluster.own.proc.pid] + [
            int(p) for p in subprocess.run(
                ["pgrep", "-P", str(cluster.own.proc.pid)],
                capture_output=True, text=True, check=False).stdout.split()]:
        yield from (int(t) for t in os.listdir("/proc/%d/task" % pid))


def month(hub, number, sales):
    """A till that sold for so long and never heard of its hub."""
    products = Path(__file__).resolve().parents[2] / "data/sample-products.csv"
    till = hubkit.Till(hub, number, enroll=False)
    till.verb("import", "products", products)
    codes = [r.split(",")[0] for r in
             products.read_text().splitlines()[1:]][:20]
    path = Path(till.dir) / "codes"
    path.write_text("\n".join(codes) + "\n")
    subprocess.run([str(BUILD / "tests/bench/generate"), till.store,
                    till.key, str(sales), str(path)], check=True,
                   stdout=subprocess.DEVNULL)
    till.verb("rebuild")
    till.enroll()
    till.stop()
    return till, codes


def head_of(hub, number):
    return int(hub.psql("SELECT sequence FROM holdfast.register WHERE"
                        " number = '%s'" % number)[0])


def work(till):
    """The worker, with what its unit says of it."""
    till.start()
    os.sched_setscheduler(till.worker.pid, os.SCHED_IDLE, os.sched_param(0))
    return time.monotonic()


def alone(row, hub, sales):
    """Nobody sells."""
    till, _ = month(hub, "R02", sales)
    began = work(till)
    hubkit.wait_until(lambda: head_of(hub, "R02") >= sales, "the lines", 300)
    row("till: %d events drained while nobody sells" % sales,
        time.monotonic() - began, "s")
    till.close()


def drain(row, sales=60000):
    """A till that comes back after a month, and goes on selling meanwhile.  Hub
    and database are on another machine: here they have a disk in memory, and
    a processor that is not the till's.  A hundred sales beside the worker and a
    hundred while it is held take turns: what a disk does by the minute would
    be more than all there is between them."""
    cpus = sorted(os.sched_getaffinity(0))
    tempfile.tempdir = "/dev/shm"
    away = hubkit.Hub(listen=("127.0.0.1:0",))
    tempfile.tempdir = None
    with away as hub:
        for task in tasks(hub) if len(cpus) > 1 else ():
            os.sched_setaffinity(task, cpus[:-1])
        alone(row, hub, sales)
        till, codes = month(hub, "R01", sales)
        os.sched_setaffinity(0, cpus[-1:])
        r = Ring(till, codes)
        scans, finals = [], []
        work(till)
        scans2, finals2 = [], []
        head, took = 0, 0
        while took < 600 and head < sales:
            till.worker.send_signal(signal.SIGCONT)
            began = time.monotonic()
            for _ in range(100):
                r.sell(scans2, finals2)
            took += time.monotonic() - began
            till.worker.send_signal(signal.SIGSTOP)
            for _ in range(100):
                r.sell(scans, finals)
            head = head_of(hub, "R01")
        till.worker.send_signal(signal.SIGCONT)
        r.close()
        os.sched_setaffinity(0, cpus)
        hubkit.wait_until(lambda: till.verb("sync", "now").returncode == 0 and
                          json.loads(till.verb("sync", "status", "--json")
                                     .stdout).get("queued") == 0, "the rest")
        register = hub.psql("SELECT register FROM holdfast.register"
                            " WHERE number = 'R01'")[0]
        theirs = [x[2] for x in hub.lines(register)]
        ours = till.lines()[:len(theirs)]
        broken = hub.broken()
        till.close()
    row("till: %d events drained while it sells" % sales, took, "s", None,
        head >= sales)
    row("till: lines at the hub that are not its own, in order",
        sum(a != b for a, b in zip(ours, theirs)) + len(broken), "lines", "0",
        ours == theirs and not broken and len(theirs) > sales)
    row("till: sold meanwhile", len(finals2), "sales", "400",
        len(finals2) >= 400)
    for name, before, during in (("scan to answer", scans, scans2),
                                 ("tender to answer", finals, finals2)):
        row("till: %s, its worker held" % name, p99(before), "ms p99")
        row("till: %s, while it drains" % name, p99(during), "ms p99")
        ratio = p99(during) / p99(before)
        row("till: %s, draining / held" % name, ratio, "ratio", "1.5",
            ratio <= 1.5)


def hundred(row, l):
    """100 events x 8 connections, what the bar is about."""
    one = end_to_end_row(row, l, 100, 8, 4000, 0.12)
    with open(f"/proc/{l.proc.pid}/stat", encoding="utf-8") as f:
        t = f.read().rsplit(")", 1)[1].split()
    row("hub: its own CPU an event",
        (int(t[11]) + int(t[12])) * 10000 / (one["acked"] * ROUNDS), "us")


def end_to_end_row(row, l, batch, connections, events, bar):
    told = []
    rate, ratio = end_to_end(l, batch, connections, events, told)
    name = f"hub: end to end {batch} x {connections}"
    row(name, int(rate), "events/s")
    row(name + " / raw append", ratio, "ratio",
        str(bar) if bar else None, ratio >= bar if bar else None)
    last = told[-1]
    row(name + ", a batch", last["p50_us"] / 1000, "ms p50")
    row(name + ", a batch", last["p99_us"] / 1000, "ms p99")
    return last


def e2e(row):
    with hubload.Load(64, threads=None) as l:
        l.start_hub()
        hundred(row, l)


def bench(row):
    drain(row)
    with hubload.Load(64, threads=None) as l:
        rate, ratio = ingest(l)
        row("hub: ingest 1000 x 8, the statement alone", int(rate), "events/s")
        row("hub: ingest 1000 x 8 / raw append", ratio, "ratio", "0.25",
            ratio >= 0.25)
        l.start_hub()
        for batch, connections, events, bar in (
                (1, 8, 60, None), (10, 8, 400, None), (100, 8, 4000, 0.12),
                (1000, 8, 5000, None)):
            end_to_end_row(row, l, batch, connections, events, bar)
        with open(f"/proc/{l.proc.pid}/stat", encoding="utf-8") as f:
            t = f.read().rsplit(")", 1)[1].split()
        row("hub: its own CPU so far", (int(t[11]) + int(t[12])) / 100, "s")
    with hubload.Load(1000) as l:
        l.start_hub()
        before = append(l.dir, 500, 16)
        told = l.load("--events", 1000, "--batch", 500, "--connections", 16,
                      "--ready")
        after = append(l.dir, 500, 16)
        row("hub: storm of 1,000 registers x 1,000", told["seconds"], "s")
        row("hub: storm, events", told["per_second"], "events/s")
        row("hub: storm / raw append",
            told["per_second"] / ((before + after) / 2), "ratio")
        row("hub: storm, told to wait", told["busy"], "answers")
        bad = l.problems(1000)
        row("hub: storm, lines lost, doubled or out of order", len(bad),
            "; ".join(bad) or "none", "0", not bad)
        n, kib, peak = idle_connections(l, 10000)
        row("hub: connections that stay", n, "open", "10000", n == 10000)
        row("hub: memory with them", kib / 1024, "MiB", "64", kib < 64 * 1024)
        row("hub: most it ever had", peak / 1024, "MiB")


if __name__ == "__main__":
    def show(name, value, unit, bar=None, kept=None):
        if isinstance(value, float):
            value = f"{value:.3f}"
        word = "" if kept is None else ("yes" if kept else "NO")
        print("\t".join((name, str(value), unit, bar or "", word)), flush=True)
    (bench if len(sys.argv) < 2 else globals()[sys.argv[1]])(show)
