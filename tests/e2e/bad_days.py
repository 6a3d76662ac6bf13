#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad days of a till and its hub, by name: answers that are slow or never
come, clocks a day off on either side, a disk that was copied, a till whose
place was taken, a hub that is put back from a backup.  HACKING has the list of all, and where the others are.
HOLDFAST_SLOW=1 waits as long as a worker waits for an answer."""
import json
import os
import shutil
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
from wired import ok, total  # noqa: E402

pg.require()
SLOW = bool(os.environ.get("HOLDFAST_SLOW"))
DAY_MS = 86400 * 1000
STILL_S = 30  # HTTP_STILL_S of sync/http.h


def at_a_time(offset):
    """Environment of a machine whose clock is off."""
    out = subprocess.run(["faketime", "-f", offset, "env"], check=True,
                         capture_output=True, text=True).stdout.splitlines()
    return dict(os.environ, FAKETIME_DONT_FAKE_MONOTONIC="1", **dict(
        x.split("=", 1) for x in out if x.startswith(("LD_PRELOAD=",
                                                      "FAKETIME="))))


def settled(shop, what, good=True, sales=None):
    """All is at the hub, byte for byte; so many sales of it, if it is said."""
    good = shop.level() and good
    why = shop.same()
    n = total(shop.at_hub())[0]
    ok(good and not why and sales in (None, n), what,
       (good, why, n, sales, shop.state()))


# --- slow replies ---------------------------------------------------------------

def slow_replies(shop):
    shop.level()
    shop.wire.slow = 0.002
    began = time.monotonic()
    shop.sell(2)
    good = shop.level()
    took = time.monotonic() - began
    shop.wire.slow = 0
    ok(good and took > 0.5, "an answer of a byte at a time is an answer", took)
    shop.level()
    before = total(shop.at_hub())[0]
    shop.wire.still = True
    n = len(shop.wire.asked)
    shop.sell()
    hubkit.wait_until(lambda: total(shop.at_hub())[0] > before,
                      "a line at the hub")
    began = time.monotonic()
    shop.sell(5)
    sold = time.monotonic() - began
    s = shop.state()
    if SLOW:
        s = shop.until(lambda s: s["link"] == "offline", STILL_S + 20)
        ok(s["link"] == "offline", "an answer that never comes is given up", s)
    waits = int(s["queued"]) > 0
    shop.wire.still = False
    settled(shop, "while one does not come the till sells on, and nothing "
            "counts as sent", waits and sold < 5, before + 6)
    again = [x for x in shop.wire.asked[n:] if x.endswith("/events")]
    ok(len(again) <= 8, "nor is it asked in a hurry", again)


# --- clocks ---------------------------------------------------------------------

def offset(shop, ms):
    s = shop.until(lambda s: abs(int(s.get("offset_ms", 0)) - ms) < 60000,
                   ask="NOW")
    return abs(int(s["offset_ms"]) - ms) < 60000


def till_clock(shop, by, ms, words):
    shop.leave()
    shop.stop()
    shop.env = at_a_time(by)
    shop.start()
    before = total(shop.lines())[0]
    shop.sell(3)
    good = offset(shop, ms)
    settled(shop, "a till %s: it is told, sells, and all of it arrives" % words,
            good, before + 3)
    shop.leave()
    shop.stop()
    shop.env = None
    shop.start()


def hub_clock(hub, shop, by, ms, words):
    shop.level()
    env = hub.env
    hub.kill()
    hub.env = dict(env, **at_a_time(by))
    shop.sell(2)
    hub.serve()
    good = offset(shop, ms)
    settled(shop, "a hub %s: its tills see by how much, and are let in" % words,
            good)
    shop.stop()
    shop.start()
    settled(shop, "also one that starts meanwhile")
    hub.kill()
    hub.env = env
    hub.serve()
    shop.sell()
    good = offset(shop, 0)
    settled(shop, "and when it is set right", good)


# --- a disk that was copied -------------------------------------------------------

def alarms(hub, shop, kind):
    return hub.psql("SELECT sequence FROM holdfast.exception WHERE register = "
                    "'%s' AND kind = '%s' AND state = 'open'" % (shop.id, kind))


def kept_beside(hub, shop, lines):
    """The hub has them beside the log, in order."""
    rows = hub.psql("SELECT encode(hash, 'hex') FROM holdfast.fork_event WHERE "
                    "register = '%s' ORDER BY sequence" % shop.id)
    want = [hubkit.sha(x) for x in lines]
    return [x for x in rows if x in want] == want


def copied_and_caught(hub, shop):
    """The first was started anew since: the copy's nonce is an old one."""
    shop.level()
    shop.leave()
    twin = shop.twin("copy")
    shop.stop()
    shop.start()
    shop.level()
    twin.sell(4, cents=7)
    twin.start()
    said = []
    for _ in range(3):
        s = twin.until(lambda s: s.get("fork") not in (None, "none"))
        said.append((s.get("fork"), s["link"]))
        twin.kill()
        twin.start()
    own = [x for x in twin.lines() if x not in shop.at_hub()]
    twin.ask("NOW")
    hubkit.wait_until(lambda: kept_beside(hub, shop, own[:-1]), "the salvage")
    ok(said == [("clone", "stopped")] * 3 and alarms(hub, shop, "clone"),
       "a copied disk is caught at its hello, however often it starts", said)
    ok(total(own)[0] == 4, "what it sold lies beside the log", total(own))
    shop.sell(2)
    settled(shop, "and the one it was copied from goes on")
    twin.leave()
    twin.kill()


def copied_and_unseen(hub, shop):
    """The first never stopped, so the copy's nonce is the one the hub waits
    for: its hello passes, and its lines give it away."""
    shop.level()
    shop.leave()
    twin = shop.twin("unseen")
    shop.sell(2)
    shop.level()
    mine = shop.at_hub()
    twin.sell(6, cents=9)
    twin.start()
    s = twin.until(lambda s: s.get("fork") not in (None, "none"))
    own = [x for x in twin.lines() if x not in mine]
    twin.ask("NOW")
    hubkit.wait_until(lambda: kept_beside(hub, shop, own[:-1]), "the salvage")
    ok((s["fork"], s["link"]) == ("fork", "stopped") and
       alarms(hub, shop, "fork"), "a copy whose hello passed is caught by its "
       "fork", s)
    ok(total(own)[0] == 6 and shop.at_hub()[:len(mine)] == mine,
       "all it sold lies beside the log, which is as it was")
    shop.sell(3)
    settled(shop, "while the first sells and sends on")
    twin.leave()
    twin.kill()
    # it is the first that now has an old nonce; who is right, people know
    shop.sell(2)
    shop.leave()
    shop.level()
    shop.stop()
    shop.sell(2)
    shop.leave()
    lines = shop.lines()
    shop.start()
    s = shop.until(lambda s: s.get("fork") not in (None, "none"))
    there = shop.at_hub()
    extra = [x for x in lines if x not in there]
    ok(s["fork"] == "clone" and s["link"] == "stopped",
       "started anew the first is asked about, too", s)
    hubkit.wait_until(lambda: shop.ask("NOW") and
                      kept_beside(hub, shop, extra), "the salvage")
    ok(total(extra)[0] == 2, "and nothing it sells is lost", total(extra))


# --- a till whose place was taken -------------------------------------------------

def fenced(hub, shop):
    """Restored on another machine, while the old one was only slow."""
    shop.level()
    shop.wire.away = True
    shop.sell(4, cents=11)
    code = hub.verb("register", "restore-code", shop.number, "--json")["code"]
    p = subprocess.run(
        [hubkit.HOLDFAST, "restore", code, "--hub", "http://127.0.0.1:%d" %
         hub.port, "--store", shop.dir + "/new", "--key-file", shop.dir +
         "/newkey"], capture_output=True, text=True, check=False)
    new = object.__new__(wired.Shop)
    new.__dict__.update(shop.__dict__, store=shop.dir + "/new", ring_=None,
                        worker=None)
    good = p.returncode == 0
    new.sell(2)
    new.leave()
    good = good and new.sync().returncode == 0
    there = shop.at_hub()
    shop.wire.away = False
    s = shop.until(lambda s: s.get("fork") not in (None, "none"), ask="NOW")
    own = [x for x in shop.lines() if x not in there]
    hubkit.wait_until(lambda: shop.ask("NOW") and
                      kept_beside(hub, shop, own[:-1]), "the salvage")
    ok(good and (s["fork"], s["link"]) == ("fenced", "stopped"),
       "a till whose place was taken is fenced off", (p.stderr, s))
    ok(total(own)[0] == 4 and shop.at_hub()[:len(there)] == there,
       "what it alone had lies beside the log", total(own))
    new.sell()
    new.leave()
    ok(new.sync().returncode == 0 and not hub.broken(), "and the one in its "
       "place goes on")


# --- a hub that is put back --------------------------------------------------------

CODE = "4006381333931"


def put(hub, *prices):
    """One product, whose price changes so many times."""
    path = Path(hub.dir) / "p.csv"
    for p in prices:
        path.write_text("code,name,price,tax,department\n%s,Pen,%s,A,1\n"
                        % (CODE, p))
        hub.run("import", "products", path, "--tenant", hub.tenant)


def price(shop):
    p = shop.verb("scan", CODE, "--json", check=False)
    return json.loads(p.stdout or "{}").get("price")


def follows(shop, cents):
    try:
        return hubkit.wait_until(
            lambda: shop.ask("NOW") and price(shop) == cents, "a price", 30)
    except RuntimeError:
        return False


def cursor(shop):
    s = shop.state().get("feeds", "")
    return [int(x.split(":")[1]) for x in s.split(",")
            if x.startswith("products:")]


def own(path, like):
    """Files of the database's user."""
    for top, _, files in os.walk(path):
        for name in [top] + [os.path.join(top, f) for f in files]:
            os.chown(name, like.st_uid, like.st_gid, follow_symlinks=False)


def base_backup(hub):
    subprocess.run([hub.own.bin + "/pg_basebackup", "-h", hub.own.sock, "-U",
                    pg.ADMIN, "-D", hub.dir + "/base", "-c", "fast",
                    "--no-sync"], check=True, capture_output=True)


def base_back(hub):
    was = os.stat(hub.own.data)
    hub.own.stop(signal.SIGQUIT)
    shutil.rmtree(hub.own.data)
    shutil.copytree(hub.dir + "/base", hub.own.data, symlinks=True)
    own(hub.own.data, was)
    hub.own.start()


def dump(hub):
    subprocess.run([hub.own.bin + "/pg_dump", "-Fc", "-f", hub.dir + "/dump",
                    "-d", hub.own.conninfo("holdfast")], check=True,
                   capture_output=True)


def dump_back(hub):
    hub.own.psql("DROP DATABASE holdfast")
    hub.own.psql("CREATE DATABASE holdfast")
    subprocess.run([hub.own.bin + "/pg_restore", "-d",
                    hub.own.conninfo("holdfast"), hub.dir + "/dump"],
                   check=True, capture_output=True)


def unknown(hub, shop):
    """It was enrolled behind the backup: the hub that is back says 401 to it,
    and signs that."""
    shop.sell(3)
    s = shop.until(lambda s: s["link"] != "online", ask="NOW")
    shop.sell(2)
    n, _ = total(shop.lines())
    kept = int(shop.state()["queued"])
    ok(s["link"] == "offline" and s.get("why") and kept > 0 and n == 5,
       "a till that the backup knows nothing of gets a signed 401: its queue "
       "stays", s)
    hub.register("R09")
    shop.verb("sync", "enroll", hub.codes["R09"], "--hub", shop.wire.url)
    settled(shop, "enrolled again, all of it arrives", sales=5)
    shop.close()


def yesterday(hub, shops, keep, back, what, early=False):
    """keep(hub) at night, back(hub) a day later.  early: the shop decides anew
    before a till is there, and what it lost has the same numbers."""
    put(hub, "1.20")
    ok(all([follows(s, 120) and s.level() for s in shops]),
       "%s: a day begins" % what)
    keep(hub)
    put(hub, "1.30", "1.40")
    late = None if early else wired.Shop(hub, "R09")
    for s in shops:
        s.sell(10)
    ok(all([follows(s, 140) and s.level() for s in shops]),
       "and goes on behind it", [cursor(s) for s in shops])
    for s in shops:
        s.wire.away = True
    had = [s.at_hub() for s in shops]
    hub.kill()
    back(hub)
    hub.serve()
    lost = [len(h) - len(s.at_hub()) for s, h in zip(shops, had)]
    if early:
        put(hub, "1.50", "1.60")
    shops[1].kill()             # and one that starts anew behind it
    for s in shops:
        s.wire.away = False
        s.start()
        s.sell(2)
    good = [follows(s, 160 if early else 120) for s in shops]
    ok(all(good), "put back, feeds are fetched again" + (
        ", though their numbers are what they were" if early else
        " by their new epoch"), [(price(s), cursor(s)) for s in shops])
    put(hub, "1.70")
    ok(all([follows(s, 170) for s in shops]), "and go on from there")
    for s, h in zip(shops, had):
        hubkit.wait_until(lambda s=s, h=h: s.ask("NOW") and
                          len(s.at_hub()) >= len(h), "what was there")
    good = [s.level() and s.at_hub()[:len(h)] == h and not s.same()
            for s, h in zip(shops, had)]
    ok(all(good) and min(lost) >= 10, "and what it lost comes again, "
       "byte for byte", (good, lost))
    alarm = hub.psql("SELECT kind, register FROM holdfast.exception WHERE "
                     "kind IN ('fork', 'clone')")
    ok(not alarm, "nobody is taken for a copy", alarm)
    if late is not None:
        unknown(hub, late)


def main():
    if os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"   # nothing here is about a disk
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        shops = []
        try:
            shops += [wired.Shop(hub, "R0%d" % i) for i in (1, 2)]
            shop = shops[0]
            yesterday(hub, shops, base_backup, base_back, "a base backup")
            yesterday(hub, shops, dump, dump_back, "a dump", True)
            slow_replies(shop)
            till_clock(shop, "+1d", -DAY_MS, "a day ahead")
            till_clock(shop, "-1d", DAY_MS, "a day behind")
            hub_clock(hub, shop, "+1d", DAY_MS, "a day ahead")
            hub_clock(hub, shop, "-1d", -DAY_MS, "a day behind")
            copied_and_caught(hub, shop)
            fenced(hub, shop)
            copied_and_unseen(hub, shops[1])
        finally:
            for s in shops:
                s.close()
    wired.done()


main()
