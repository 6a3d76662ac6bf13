#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad days of a feed at a real till: away for longer than what was taken away
is remembered (410, all of it again), and killed while a page is written, or a
copy of all of it is swapped in.  HOLDFAST_SLOW=1 kills 150 times each."""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."),
                                "tests/lib"))
import hubkit  # noqa: E402
import pg  # noqa: E402
import wired  # noqa: E402
from wired import ok  # noqa: E402

pg.require()
SLOW = bool(os.environ.get("HOLDFAST_SLOW"))
rng = random.Random(int(os.environ.get("SEED", "7")))
ITEMS = 2400
PAGE = 1000     # PAGE_ITEMS of sync/pull.c
KILLS = 150 if SLOW else 8
# both ends of each page, as items are asked for in the order they came in
LOOK = [0, PAGE - 1, PAGE, 2 * PAGE - 1, 2 * PAGE, ITEMS - 1]


def put(hub, text, *more):
    path = Path(hub.dir) / ("p" + (".json" if text[0] == "[" else ".csv"))
    path.write_text(text)
    hub.run("import", "products", path, "--tenant", hub.tenant, *more)


def catalog(hub, cents):
    put(hub, "code,name,price,tax,department\n" + "".join(
        "%d,Thing %d,%d.%02d,A,1\n" % (10000 + i, i, cents // 100, cents % 100)
        for i in range(ITEMS)))


def price(shop, i):
    p = subprocess.run([hubkit.HOLDFAST, "scan", str(10000 + i), "--json",
                        "--store", shop.store], capture_output=True,
                       text=True, check=False)
    return json.loads(p.stdout).get("price")


def prices(shop):
    return [price(shop, i) for i in LOOK]


def follows(shop, cents):
    """A worker from its start to its end, which may find that somebody who
    was killed has not let go of a lock yet."""
    for _ in range(20):
        if shop.sync().returncode == 0 and \
                prices(shop) == [cents] * len(LOOK):
            return True
    return False


def tombstones(hub, shop):
    """Away for a hundred days."""
    catalog(hub, 100)
    ok(follows(shop, 100), "a catalog of the hub is at the till", prices(shop))
    put(hub, json.dumps([{"code": "10007", "deleted": True}]))
    ok(follows(shop, 100) and price(shop, 7) is None,
       "what is taken away there goes while the till is there")
    put(hub, json.dumps([{"code": str(10000 + i), "deleted": True}
                         for i in (8, ITEMS - 2)]))
    catalog_rows = "10009,Thing 9,7.77,A,1\n"
    put(hub, "code,name,price,tax,department\n" + catalog_rows)
    hub.psql("UPDATE holdfast.feed_item SET changed = now() - interval "
             "'100 days' WHERE deleted")
    hub.kill()
    hub.serve()
    hubkit.wait_until(lambda: hub.psql(
        "SELECT count(*) FROM holdfast.feed_item WHERE deleted") == ["0"],
        "old tombstones to go")
    had = [price(shop, i) for i in (8, 9, ITEMS - 2)]
    n = len(shop.wire.asked)
    good = follows(shop, 100)
    now = [price(shop, i) for i in (8, 9, ITEMS - 2)]
    asked = [x.split("?")[1].split("&")[0] for x in shop.wire.asked[n:]
             if "/feeds/products?" in x]
    ok(good and len(asked) > 2 and asked[0] != "since=0" and
       asked[1] == "since=0", "back behind what is remembered it fetches all "
       "of it", asked)
    ok(had == [100, 100, 100] and now == [None, 777, None],
       "and what was taken away meanwhile is gone", (had, now))
    n = len(shop.wire.asked)
    shop.sync()
    ok(not [x for x in shop.wire.asked[n:] if "since=0" in x],
       "once", shop.wire.asked[n:])


def killed_after(shop, seconds):
    """The worker and whoever it has at work, gone at once."""
    p = subprocess.Popen([hubkit.SYNCD, "--store", shop.store, "--once"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         start_new_session=True)
    try:
        p.wait(seconds)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(p.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return p.wait() == -signal.SIGKILL


def killed(hub, shop, what, change, torn):
    """Killed at any moment, the till has the old or the new, as torn() has
    it; the next worker goes on to the end."""
    bad, dead, early, cents, tries = [], 0, 0, 1000, 0
    change(cents)
    began = time.monotonic()
    shop.sync()
    took = time.monotonic() - began
    good = follows(shop, cents)
    while dead < KILLS and tries < 3 * KILLS:
        tries += 1
        old, cents = cents, cents + 1
        change(cents)
        if killed_after(shop, took * rng.random()):
            dead += 1
        else:
            took *= 0.9         # the machine does less else than it did
        seen = prices(shop)
        early += old in seen
        if not set(seen) <= {old, cents} or torn(seen):
            bad.append((tries, old, seen))
        if not follows(shop, cents):
            bad.append((tries, cents, prices(shop),
                        shop.sync().stderr[-300:]))
    ok(good and not bad and dead >= KILLS // 2 and early > 0,
       "%s: %d times killed, %d of them before all was there; no page is "
       "half, and it goes on" % (what, dead, early), (tries, bad[:3]))


def main():
    if os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"   # kill -9 is not about a disk
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        shop = wired.Shop(hub, "R01", work=False)
        try:
            tombstones(hub, shop)
            catalog(hub, 900)

            def pages(cents):
                catalog(hub, cents)

            def again(cents):
                catalog(hub, cents)
                hub.psql("UPDATE holdfast.feed SET epoch = '%08x' WHERE feed "
                         "= 'products'" % rng.getrandbits(32))
            killed(hub, shop, "pages of changes", pages,
                   lambda s: any(s[i] != s[i + 1] for i in (0, 2, 4)))
            killed(hub, shop, "a copy of all of it", again,
                   lambda s: len(set(s)) != 1)
            p = shop.verb("verify", "--json", check=False)
            ok(p.returncode == 0 and json.loads(p.stdout)["ok"],
               "the till's store and lines hold", p.stdout + p.stderr)
        finally:
            shop.close()
    wired.done()


main()
