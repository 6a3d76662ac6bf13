# SPDX-License-Identifier: Apache-2.0
"""A shop with a link to a fake hub, and the real worker between them.

    kit = synckit.Kit()          a store with some sales, kit.hub (fakehub)
    kit.sell(3)                  three more
    w = kit.worker()             holdfast-syncd; w.stop(), w.kill()
    kit.once()                   the same with --once: its exit status
    kit.state()                  STATE over the channel, a dict
    kit.settled()                wait until the hub has every line
    soon()                       a second, or more on a machine that is busy
"""
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
import fakehub  # noqa: E402
import hfsig  # noqa: E402
from crashlib import BUILD, make_shop, run, workdir  # noqa: E402

SYNCD = str(BUILD / "holdfast-syncd")
PATIENCE = fakehub.PATIENCE
MAKE_LINK = str(BUILD / "tests/sync/make_link")


def soon(seconds=1):
    """So many seconds, and what a machine that is busy takes for nothing."""
    t = time.monotonic()
    subprocess.run([SYNCD, "--version"], capture_output=True, check=False)
    return seconds + 20 * (time.monotonic() - t)


class Worker:
    def __init__(self, argv, env=None, wrap=()):
        self.log = open(os.environ.get("SYNCD_LOG", "/dev/null"), "ab")
        e = dict(os.environ)
        for k in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY",
                  "HTTPS_PROXY", "ALL_PROXY"):
            e.pop(k, None)
        e.update(env or {})
        self.proc = subprocess.Popen(list(wrap) + argv, stderr=self.log,
                                     stdout=self.log, env=e)

    def stop(self, patience=PATIENCE):
        """SIGTERM: how long it took."""
        t = time.monotonic()
        self.proc.send_signal(signal.SIGTERM)
        self.proc.wait(patience)
        self.log.close()
        return time.monotonic() - t

    def kill(self):
        self.proc.kill()
        self.proc.wait(PATIENCE)
        self.log.close()

    def peak(self):
        """The most memory it ever had of its own, bytes."""
        for line in open(f"/proc/{self.proc.pid}/status"):
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
        return 0


class Kit:
    def __init__(self, hub=None, sales=4, url=None, base=None, name="shop"):
        self.base = base or workdir()
        self.store, _ = made(make_shop(self.base))
        self.key = self.base / "worker.key"
        self.hub = hub or fakehub.Hub()
        self.link(url)
        self.sell(sales)

    def link(self, url=None):
        keyfile = [p for p in self.base.iterdir()
                   if p.is_file() and "key" in p.name and
                   p.name != "worker.key"][0]
        p = subprocess.run(
            [MAKE_LINK, str(self.store), str(keyfile), str(self.key),
             url or self.hub.url, self.hub.hub,
             hfsig.b64url(self.hub.key.public), "first"],
            capture_output=True, text=True, check=False)
        if p.returncode != 0:
            raise RuntimeError(p.stderr)
        self.keyid, key, reg = p.stdout.split()
        self.hub.know(self.keyid, key, reg)

    def sell(self, n):
        p = run(["ring", "--store", self.store],
                "5449000000996\nTL\nCA\n" * n)
        if p.returncode != 0:
            raise RuntimeError(p.stderr.decode())

    def lines(self):
        p = run(["export", "events", "--store", self.store])
        if p.returncode != 0:
            raise RuntimeError(p.stderr.decode())
        return p.stdout.splitlines()

    def argv(self, *more):
        return [SYNCD, "--store", str(self.store)] + list(more)

    def worker(self, *more, env=None, wrap=()):
        return Worker(self.argv(*more), env, wrap)

    def once(self, *more, patience=PATIENCE, env=None):
        w = self.worker("--once", *more, env=env)
        try:
            return w.proc.wait(patience)
        finally:
            if w.proc.poll() is None:
                w.kill()

    def ask(self, line, patience=10):
        """The first line of the answer, and what follows up to END."""
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(patience)
        end = time.monotonic() + patience
        while True:
            try:
                s.connect(str(self.store / "sync/socket"))
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
        s.sendall(line.encode() + b"\n")
        got = b""
        while b"\n" not in got or (got.startswith(b"ITEM") and
                                   b"\nEND" not in got):
            part = s.recv(65536)
            if not part:
                break
            got += part
        s.close()
        return got.decode().splitlines()

    def state(self):
        return words(self.ask("STATE")[0])

    def until(self, what, patience=PATIENCE):
        """STATE until what(state); the last one."""
        end = time.monotonic() + patience
        while True:
            s = self.state()
            if what(s) or time.monotonic() > end:
                return s
            time.sleep(0.05)

    def settled(self, patience=PATIENCE):
        """The hub has every line of the log, bytes equal, and says so."""
        want = self.lines()  # which is recorded, too, behind them
        return self.hub.wait(
            lambda: self.hub.all()[:len(want)] == want, patience) and \
            self.hub.whole()


def made(shop):
    """make_shop() of the crash tests gives the store, alone or with more."""
    if isinstance(shop, (tuple, list)):
        return Path(shop[0]), shop[1:]
    return Path(shop), ()


def words(line):
    out = {"": line.split(" ")[0]}
    for w in line.split(" ")[1:]:
        k, _, v = w.partition("=")
        out[k] = urllib.parse.unquote(v)
    return out
