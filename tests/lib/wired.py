# SPDX-License-Identifier: Apache-2.0
"""A real till at a real hub with the wire between them in a test's hand
(cutproxy.py), for tests of what bad days look like.

    shop = wired.Shop(hub, "R01")   enrolled, its worker runs
    shop.sell(3)                    three sales at a register that stays open
    shop.wire.away = True           nobody reaches the hub
    shop.state()                    what the worker says, a dict
    shop.level()                    the worker says that nothing waits
    shop.same()                     the hub has the journal, byte for byte,
                                    each line once, each behind the one before
    shop.twin("dir")                its disk, copied

A register that stays open needs 2 ms a sale; one a sale needs a start."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cutproxy  # noqa: E402
import hubkit  # noqa: E402

number = bad = 0


def ok(true, what, why=""):
    global number, bad
    number += 1
    if not true:
        bad += 1
    print("%sok %d - %s" % ("" if true else "not ", number, what))
    if not true and why:
        print("# " + str(why)[:3000].replace("\n", "\n# "))
    sys.stdout.flush()
    return bool(true)


def done():
    print("1..%d" % number)
    sys.exit(1 if bad else 0)


def total(lines):
    """Sales and what they come to, by the lines alone."""
    n = cents = 0
    for line in lines:
        if b'"type":"holdfast.sale.completed.v1"' in line:
            n += 1
            cents += int(json.loads(line)["data"]["total"])
    return n, cents


class Shop(hubkit.Till):
    def __init__(self, hub, number, where=None, wrap=(), work=True, env=None):
        self.ring_ = None
        self.wrap, self.env = tuple(wrap), env
        self.wire = cutproxy.Wire(hub.port)
        super().__init__(hub, number, enroll=False, where=where)
        if where is None:
            hub.register(number)
            self.start()
            self.verb("sync", "enroll", hub.codes[number], "--hub",
                      self.wire.url)
        if not work:
            self.stop()

    @property
    def id(self):
        for line in Path(self.store + "/sync/link").read_text().splitlines():
            if line.startswith("register = "):
                return line[11:]
        return None

    # --- the register --------------------------------------------------------

    def open(self):
        if self.ring_ is None:
            self.ring_ = subprocess.Popen(
                [*self.wrap, hubkit.HOLDFAST, "ring", "--keep-going",
                 "--store", self.store], text=True, env=self.env,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                preexec_fn=hubkit.die_with_parent)

    def enter(self, text):
        self.open()
        self.ring_.stdin.write(text + "\n")
        self.ring_.stdin.flush()
        return json.loads(self.ring_.stdout.readline())

    def sell(self, n=1, cents=1000):
        """The last answer; a sale is what it said ok to."""
        self.open()
        for _ in range(n):
            for word in ("%dDP10" % cents, "TL", "CA"):
                said = self.enter(word)
                if not said["ok"]:
                    raise RuntimeError("%s: %s" % (word, said))
        return said

    def leave(self, how=None):
        """The register ends, in order or by a signal."""
        if self.ring_ is not None:
            if how is not None:
                self.ring_.send_signal(how)
            self.ring_.stdin.close()
            self.ring_.wait(hubkit.PATIENCE)
            self.ring_.stdout.close()
            self.ring_ = None

    def verb(self, *args, **kw):
        self.leave()
        return super().verb(*args, **kw)

    # --- the worker ----------------------------------------------------------

    def start(self, *more):
        if self.worker is None or self.worker.poll() is not None:
            env = {k: v for k, v in (self.env or os.environ).items()
                   if not k.lower().endswith("_proxy")}
            self.log = open(self.dir + "/syncd.log", "ab")
            self.worker = subprocess.Popen(
                [*self.wrap, hubkit.SYNCD, "--store", self.store, *more],
                env=env, stdin=subprocess.DEVNULL, stdout=self.log,
                stderr=self.log, preexec_fn=hubkit.die_with_parent)
            hubkit.wait_until(self.hears, "the worker")

    def kill(self):
        self.worker.kill()
        self.worker.wait(hubkit.PATIENCE)

    def ask(self, line):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(hubkit.PATIENCE)
            s.connect(self.store + "/sync/socket")
            s.sendall(line.encode() + b"\n")
            got = b""
            while b"\n" not in got:
                part = s.recv(65536)
                if not part:
                    break
                got += part
        return got.decode()

    def state(self):
        out = {}
        for w in self.ask("STATE").split()[1:]:
            k, _, v = w.partition("=")
            out[k] = urllib.parse.unquote(v)
        return out

    def until(self, what, seconds=hubkit.PATIENCE, ask=None):
        """STATE until what(state); the last one, whatever it is."""
        end = time.monotonic() + seconds
        while True:
            if ask:
                self.ask(ask)
            s = self.state()
            if what(s) or time.monotonic() > end:
                return s
            time.sleep(0.01)

    def level(self, seconds=hubkit.PATIENCE, ask="NOW"):
        """The hub has acknowledged the last line; how it is if it has not."""
        s = self.until(lambda s: s["link"] == "online" and
                       s.get("queued") == "0", seconds, ask)
        return s["link"] == "online" and s.get("queued") == "0"

    def at_hub(self):
        return [x[2] for x in self.hub.lines(self.id)]

    def same(self):
        """"" or what differs; level() before.  Who asks for the journal's
        lines adds one that says so: the worker may or may not be that far."""
        want = self.lines()
        have = self.at_hub()
        torn = self.hub.broken()
        if torn:
            return "torn at the hub: %s" % torn[:5]
        if have[:len(want)] != want:
            return "%d lines here, %d at the hub" % (len(want), len(have))
        if len(have) > len(want) + 1:
            return "%d lines more at the hub" % (len(have) - len(want))
        return ""

    def twin(self, name):
        """Its disk, copied: another machine that says it is this one."""
        where = self.dir + "/" + name
        os.mkdir(where)
        shutil.copytree(self.store, where + "/shop",
                        ignore=shutil.ignore_patterns("socket"))
        for name in ("key", "key.worker"):
            if os.path.exists(self.dir + "/" + name):
                shutil.copy(self.dir + "/" + name, where + "/" + name)
        other = object.__new__(Shop)
        other.__dict__.update(self.__dict__, dir=where, store=where + "/shop",
                              ring_=None, worker=None)
        return other

    def close(self):
        self.leave(signal.SIGTERM)
        if self.worker is not None and self.worker.poll() is None:
            self.kill()
        self.wire.close()
        shutil.rmtree(self.dir, ignore_errors=True)
