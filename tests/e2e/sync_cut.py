#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The line breaks at every byte of a request and of an answer, and the worker
is killed at every call it makes: a real hub has each line once, whatever was
under way.  Some of each here, all of them with HOLDFAST_SLOW=1; SEED= others."""
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."),
                                "tests/lib"))
import hubkit  # noqa: E402
import pg  # noqa: E402
import wired  # noqa: E402
from wired import ok  # noqa: E402

pg.require()
SLOW = bool(os.environ.get("HOLDFAST_SLOW"))
rng = random.Random(int(os.environ.get("SEED", "7")))
KILLAT = str(hubkit.BUILD / "tests/lib/killat")


def some(n, points):
    """Of 0..n all, or one of each of so many stretches and both ends."""
    if SLOW:
        return list(range(n + 1))
    step = max(1, n // points)
    return sorted({0, 1, n - 1, n} | {min(n, i + rng.randrange(step))
                                      for i in range(0, n, step)})


def sizes(shop):
    """Bytes up and down of one push, from the sale to the acknowledgement."""
    shop.level()
    shop.ask("PAUSE")
    shop.sell()
    shop.wire.cut()
    shop.ask("RESUME")
    shop.level(ask=None)
    return shop.wire.passed()


def cut_push(shop, way, at):
    """A push whose line breaks there; behind it all is level again."""
    shop.ask("PAUSE")
    shop.sell()
    shop.wire.cut(**{way: at})
    shop.ask("RESUME")
    hubkit.wait_until(lambda: shop.wire.broken() or
                      shop.state().get("queued") == "0", "the cut")
    was = shop.wire.broken()
    shop.wire.cut()
    return was, shop.level()


def cut_start(shop, way, at):
    """A whole life of a worker, its hello among it, on such a line."""
    shop.sell()
    shop.wire.cut(**{way: at})
    shop.sync()
    was = shop.wire.broken()
    shop.wire.cut()
    return was, shop.sync().returncode == 0


def broken_lines(shop):
    sizes(shop)  # whose lines of coming to a hub are in it
    # a look at feeds that falls in between is not of the push
    up, down = (min(n) for n in zip(*(sizes(shop) for _ in range(3))))
    for way, n in (("up", up), ("down", down)):
        cuts, bad, points = 0, [], some(n, 40)
        for at in points:
            was, good = cut_push(shop, way, at)
            cuts += was
            if not good:
                bad.append((at, shop.state()))
        # a request's length differs by some digits from the one measured
        ok(not bad and cuts * 10 >= len(points) * 8,
           "cut %s at %d of %d bytes: it goes on by itself" % (
               way, cuts, n), bad[:3])
        why = shop.same()
        ok(not why, "and each line is at the hub once", why)
    shop.stop()
    shop.sell()
    shop.wire.cut()
    shop.sync()
    up, down = shop.wire.passed()
    for way, n in (("up", up), ("down", down)):
        bad = [at for at in some(n, 16) if not cut_start(shop, way, at)[1]]
        why = shop.same()
        ok(not bad and not why, "a start of %d bytes %s, cut: no clone, each "
           "line once" % (n, way), (bad[:5], why))


def killed(shop):
    """killat: the worker dies as it enters its nth call."""
    def run(n):
        p = subprocess.run(
            [KILLAT, str(n), hubkit.SYNCD, "--store", shop.store, "--once"],
            capture_output=True, timeout=120, check=False)
        return p.returncode, int(p.stdout or b"0")
    shop.sell(3)
    code, calls = run(0)
    ok(code == 0 and calls > 100, "%d calls of a push, not killed" % calls,
       code)
    dead, bad = 0, []
    for n in some(calls + 10, 24)[1:]:
        shop.sell()
        dead += run(n)[0] == 137
        if shop.sync().returncode != 0:
            bad.append(n)
    why = shop.same()
    ok(not bad and not why and dead > 10, "killed at %d of them: each line is "
       "at the hub once, and it is no clone" % dead, (bad[:5], why))


def main():
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        shop = wired.Shop(hub, "R01")
        try:
            broken_lines(shop)
            killed(shop)
            forks = hub.psql("SELECT kind FROM holdfast.exception")
            ok(not forks, "and nobody was alarmed by any of it", forks)
        finally:
            shop.close()
    wired.done()


main()
