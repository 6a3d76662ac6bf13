#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A full disk under a till that follows a hub: what cannot be kept is said in
words and waits; sales go on into what was set aside; and with room again all of
it goes on by itself, nothing lost, nothing twice.  The till alone is in a mount
namespace with a file system of its own; the hub is outside of it."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."),
                                "tests/lib"))
import hubkit  # noqa: E402
import pg  # noqa: E402
import wired  # noqa: E402
from wired import ok, total  # noqa: E402

MIB = 1 << 20
ITEMS = 4000


class Disk:
    """A file system of so many MiB, and what fills it."""

    def __init__(self, mib):
        self.path = Path(tempfile.mkdtemp(prefix="hffull-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % mib,
                        "tmpfs", self.path], check=True)
        self.filler = self.path / "filler"

    def fill(self, leave=0):
        fd = os.open(self.filler, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            for _ in range(100):
                st = os.statvfs(self.path)
                room = st.f_bavail * st.f_frsize - leave
                if room <= 0 or os.write(fd, b"x" * room) <= 0:
                    break
        except OSError:
            pass        # somebody else was first
        os.close(fd)

    def room(self):
        self.filler.unlink(missing_ok=True)


def put(hub, cents):
    path = Path(hub.dir) / "full.csv"
    path.write_text("code,name,price,tax,department\n" + "".join(
        "%d,A thing with quite a long name %d,%d.%02d,A,1\n" % (
            10000 + i, i, cents // 100, cents % 100)
        for i in range(ITEMS)))
    hub.run("import", "products", path, "--tenant", hub.tenant)


def price(shop):
    """Of the last item, which comes with the last page."""
    p = subprocess.run([hubkit.HOLDFAST, "scan", str(10000 + ITEMS - 1),
                        "--json", "--store", shop.store], capture_output=True,
                       text=True, check=False)
    return json.loads(p.stdout or "{}").get("price")


def follows(shop, cents):
    try:
        return hubkit.wait_until(lambda: shop.ask("NOW") and
                                 price(shop) == cents, "a price", 90)
    except RuntimeError:
        return False


def settled(shop, what):
    """All that was said to be final is at the hub, once.  The register looks once a second whether its store can be written."""
    try:
        hubkit.wait_until(lambda: shop.ask("NOW") and
                          total(shop.at_hub())[0] >= shop.told, "the sales")
    except RuntimeError:
        pass
    good = shop.level()
    why = shop.same()
    n = total(shop.at_hub())[0]
    ok(good and not why and n == shop.told, what,
       (why, n, shop.told, shop.state()))


def sell(shop, most):
    """Sales that were said to be final, and the first refusal's words."""
    for n in range(most):
        for word in ("1000DP10", "TL", "CA"):
            said = shop.enter(word)
            if not said["ok"]:
                return n, said.get("text", "")
        shop.told += 1
    return most, ""


def under_the_worker(shop, disk):
    """It cannot keep what is acknowledged."""
    sell(shop, 5)
    shop.level()
    shop.wire.away = True
    sell(shop, 50)
    disk.fill()
    shop.wire.away = False
    # what a page of LMDB needs may still be there: until it says so
    s = shop.until(lambda s: s.get("queued") == "0" or s.get("why"), 20,
                   ask="NOW")
    sold, _ = sell(shop, 50)
    ok(sold > 0, "with the disk full the till sells on into its reserve", sold)
    ok(shop.worker.poll() is None, "and the worker lives", s)
    disk.room()
    settled(shop, "with room again every line is there once")


def until_nothing_goes(shop, disk):
    """Sold until the register refuses, with a worker beside it."""
    disk.fill()
    words = ""
    for _ in range(40):
        _, words = sell(shop, 2000)
        disk.fill()
        if words:
            break
    ok("disk is full" in words, "when nothing goes any more it says so in "
       "words", words)
    ok(shop.worker.poll() is None, "the worker lives through it")
    state = shop.state()
    shop.worker.kill()
    shop.worker.wait()
    try:
        shop.start()
        started = True
    except RuntimeError as e:
        started = str(e)
    ok(started is True, "and starts on a full disk, too", (started, state))
    disk.room()
    shop.start()
    for word in ("CL", "CN", "CL"):
        shop.enter(word)
    sell(shop, 3)
    settled(shop, "with room again: what was said to be sold is there, once")


def under_a_feed(hub, shop, disk):
    put(hub, 100)
    ok(follows(shop, 100), "a catalog of the hub is at the till", shop.state())
    for what, change in (
            ("a page", lambda: put(hub, 200)),
            ("a copy of all of it", lambda: (put(hub, 300), hub.psql(
                "UPDATE holdfast.feed SET epoch = 'other' WHERE feed = "
                "'products'")))):
        had = price(shop)
        shop.level()
        disk.fill(leave=4096)
        change()
        s = shop.until(lambda s: "space" in s.get("feeds_why", ""), 30,
                       ask="NOW")
        why = s.get("feeds_why", "")
        ok("space" in why and price(shop) == had, "%s that has no room "
           "waits, says why, and the old prices count" % what, s)
        sold, words = sell(shop, 3)
        ok(sold == 3, "and the till sells on", (sold, words))
        disk.room()
        ok(follows(shop, had + 100), "with room it is there",
           (price(shop), shop.state()))


def till(hub):
    disk = Disk(48)
    tempfile.tempdir = str(disk.path)
    shop = wired.Shop(hub, "R01")
    shop.told = 0
    tempfile.tempdir = None
    try:
        under_the_worker(shop, disk)
        under_a_feed(hub, shop, disk)
        until_nothing_goes(shop, disk)
        p = shop.verb("verify", "--json", check=False)
        ok(p.returncode == 0 and json.loads(p.stdout)["ok"],
           "the till's store and lines hold", p.stdout + p.stderr)
    finally:
        shop.close()
        subprocess.run(["umount", "-l", str(disk.path)], check=False)
        os.rmdir(disk.path)
    wired.done()


def main():
    if os.environ.get("IN_NAMESPACE"):
        hub = hubkit.Hub.__new__(hubkit.Hub)
        hub.__dict__.update(json.loads(os.environ["IN_NAMESPACE"]))
        hub.own = pg.Cluster.__new__(pg.Cluster)
        hub.own.__dict__.update(json.loads(os.environ["ITS_DATABASE"]))
        till(hub)
    pg.require()
    flags = "-m" if os.getuid() == 0 else "-rm"
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        def plain(o):
            return json.dumps({k: v for k, v in o.__dict__.items()
                               if isinstance(v, (str, int, float, dict))})
        p = subprocess.run(
            ["unshare", flags, "--propagation", "private", sys.executable,
             __file__], check=False, env=dict(
                 os.environ, IN_NAMESPACE=plain(hub),
                 ITS_DATABASE=plain(hub.own)))
    sys.exit(p.returncode)


main()
