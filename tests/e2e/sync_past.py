#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What other people's registers lost or sold twice, and we must not: each case
is named by what happened, with where it was told in public.  A real register,
its worker and a real hub over PostgreSQL; a hub of Python (fakehub.py) only
where the far side must refuse what a real one takes."""
import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

TOP = Path(os.environ.get("top_srcdir", "."))
sys.path.insert(0, str(TOP / "tests/lib"))
import hubkit  # noqa: E402
import pg  # noqa: E402
import wired  # noqa: E402
from wired import ok, total  # noqa: E402

pg.require()
SLOW = bool(os.environ.get("HOLDFAST_SLOW"))
rng = random.Random(int(os.environ.get("SEED", "7")))


def settled(shop, what, *more):
    """All is at the hub, byte for byte, and nothing else went wrong."""
    good = shop.level()
    why = shop.same()
    ok(good and not why and all(more), what, (why, more, shop.state()))


def hammer(port, raw, times):
    """The same bytes at the same moment; the statuses."""
    out = []

    def one():
        with socket.create_connection(("127.0.0.1", port)) as s:
            s.sendall(raw)
            out.append(int(s.recv(4096).split()[1]))
    threads = [threading.Thread(target=one) for _ in range(times)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return out


# --- sold twice ---------------------------------------------------------------

def lost_reply(hub, shop):
    shop.level()
    before = len(shop.at_hub())
    for _ in range(5):
        shop.wire.lose(b"/events")
        shop.sell()
        hubkit.wait_until(shop.wire.broken, "the lost reply")
        shop.sell()
        shop.level()
    n, _ = total(shop.at_hub()[before:])
    settled(shop, "server had it, reply lost, till sent again: a second order "
            "(odoo 40567, 40600, 85527, 108518)", n == 10)
    shop.wire.away = False
    shop.level()
    before = shop.at_hub()
    raw = shop.wire.kept[b"/events"]
    said = hammer(hub.port, raw, 8)
    after = shop.at_hub()
    ok(all(s == 200 for s in said) and after == before, "the same sale handed "
       "in eight times at once (odoo 42862, frappe/erpnext 12971)", said)
    ok(all(s == 200 for s in said), "a retry is told of a duplicate key, and "
       "crashes (odoo 258304): it is told yes", said)


def two_tabs(hub, shop):
    shop.sell()
    p = subprocess.run([hubkit.SYNCD, "--store", shop.store],
                       capture_output=True, text=True, timeout=30,
                       check=False)
    settled(shop, "two tabs of one till send the same orders (odoo 152259): "
            "one worker a till", p.returncode == 4)
    for what in ("batch", "event"):
        try:
            rows = hub.psql("SELECT count(*) FROM holdfast." + what)
            hub.psql("INSERT INTO holdfast.%s SELECT * FROM holdfast.%s LIMIT "
                     "1" % (what, what))
            ok(rows == ["0"], "no constraint in %s" % what, rows)
        except RuntimeError as e:
            ok("duplicate key" in str(e) or "cannot insert" in str(e),
               "uniqueness is the database's own, in %s (odoo 180278, "
               "frappe/erpnext 15699, 12645)" % what, e)


def eight_tills(hub, shops):
    """All of them sell, and every wire breaks here and there."""
    told = dict.fromkeys(shops, 0)
    before = {s: total(s.at_hub())[0] for s in shops if s.level()}
    for _ in range(40 if SLOW else 8):
        for s in shops:
            s.sell(2)
            told[s] += 2
            way = rng.choice(("up", "down"))
            s.wire.cut(**{way: rng.randrange(4000)})
            s.wire.away = rng.random() < 0.2
    for s in shops:
        s.wire.away = False
        s.wire.cut()
    good = [s.level() and not s.same() and
            total(s.at_hub())[0] == before[s] + told[s] for s in shops]
    ok(all(good), "several tills at once over a bad line: doubled, or wedged "
       "for ever (erpnext 12971, POSNext 50 and 97, powersync.dart 307 and "
       "308)", good)


# --- lost ---------------------------------------------------------------------

def power_cut(shop):
    shop.wire.away = True
    n = total(shop.lines())[0]
    shop.sell(3)
    shop.leave(signal.SIGKILL)
    shop.kill()
    shop.wire.away = False
    shop.start()
    shop.lines()                # a start of the register settles its journal
    shop.level()
    settled(shop, "confirmed orders gone with the power (odoo 125037)",
            total(shop.at_hub())[0] == n + 3)


def signed_out(shop):
    shop.wire.away = True
    n = total(shop.lines())[0]
    shop.sell(3)
    p = [shop.verb(*args, check=False).returncode for args in
         (("sync", "pause", "60"), ("keys", "rotate", "data"))]
    shop.verb("rebuild")
    shop.stop()
    shutil.rmtree(shop.store + "/catalog", ignore_errors=True)
    kept = total(shop.lines())[0]
    shop.wire.away = False
    shop.start()
    shop.ask("RESUME")
    settled(shop, "signing out, cleaning up: what was not sent is gone "
            "(Square help 7775 and 8106, Toast, Payanywhere)", kept == n + 3,
            p[1] == 0)


def offline_sale(shop):
    shop.wire.away = True
    before = total(shop.lines())
    shop.sell(40, cents=777)
    there = total(shop.at_hub())
    shop.until(lambda s: s["link"] == "offline", ask=None)
    shop.wire.away = False
    shop.level()
    n, cents = total(shop.at_hub())
    settled(shop, "sold offline: items doubled on the checks (Toast 14487965),"
            " payments not linked to sales (Lightspeed 25533690950427)",
            n == before[0] + 40, cents == before[1] + 40 * 777,
            there[0] <= before[0])


def same_number(hub, shop):
    """A duplicated tab counts from where the first did."""
    shop.level()
    shop.leave()
    other = shop.twin("tab")
    shop.sell(2)
    shop.level()
    mine = shop.at_hub()
    # more than the first one, or it is a disk put back, which only waits
    other.sell(9, cents=5)
    first = 1 + next(i for i, (a, b) in enumerate(zip(mine, other.lines()))
                     if a != b)
    other.start()
    s = other.until(lambda s: s.get("fork") in ("fork", "clone"))
    theirs = [x for x in other.lines() if x not in mine]
    hubkit.wait_until(lambda: hub.psql(
        "SELECT count(*) >= 9 FROM holdfast.fork_event WHERE register = '%s'"
        % shop.id) == ["t"], "the salvage")
    alarm = hub.psql("SELECT sequence FROM holdfast.exception WHERE register "
                     "= '%s' AND state = 'open' ORDER BY 1" % shop.id)
    ok(s["link"] == "stopped" and str(first) in alarm and shop.at_hub()[:len(mine)] == mine
       and total(theirs)[0] == 9, "another sale under the same number was "
       "dropped (odoo 71455, 16781): it is told, and kept beside",
       (s, alarm, first))
    other.leave()
    other.kill()


# --- stuck --------------------------------------------------------------------

def by_itself(hub, shop):
    hub.kill()
    shop.sell(2)
    s = shop.until(lambda s: int(s.get("tried", 0)) >= 2)
    hub.serve()
    good = shop.level(60, ask=None)
    ok(good and int(s["tried"]) >= 2, "'will retry', and nothing moved before "
       "the next sale (powersync-native 15)", shop.state())


def lost_then_more(shop):
    shop.level()
    shop.wire.lose(b"/events")
    shop.sell()
    hubkit.wait_until(shop.wire.broken, "the lost reply")
    shop.wire.away = True
    shop.sell(5)
    shop.wire.away = False
    settled(shop, "reply lost, more behind it: out of order for ever (apache/"
            "fluss 2826)")


def refused(shop, hub):
    """Somebody on the way says no, in every tone."""
    shop.level()
    held = []
    for status, more in ((401, ""), (403, ""), (407, ""), (429, "Retry-After: "
                         "1\r\n"), (422, ""), (410, ""), (200, "Content-Type: "
                         "text/html\r\n"), (302, "Location: http://login/\r\n")):
        body = "<html>no</html>"
        shop.wire.say = ("HTTP/1.1 %d No\r\nConnection: close\r\n%sContent-"
                         "Length: %d\r\n\r\n%s" % (status, more, len(body),
                                                   body)).encode()
        shop.ask("PAUSE")
        shop.sell()
        had = shop.state()
        shop.ask("RESUME")
        s = shop.until(lambda s: s["link"] == "offline")
        held.append(s["link"] == "offline" and s["acked"] == had["acked"] and
                    int(s["queued"]) >= int(had["queued"]))
        if status == 429:
            n = len(shop.wire.asked)
            time.sleep(1.5)
            held.append(len(shop.wire.asked) - n < 5)
        shop.wire.say = None
        shop.level()
    settled(shop, "401 taken for good, the queue deleted; a client kept in "
            "429 (hercycle-ai 313)", all(held))


def poison():
    import synckit
    kit = synckit.Kit(sales=2)
    kit.sell(6)
    at = len(kit.lines()) - 6
    kit.hub.refuse = {at, at + 1}
    w = kit.worker()
    good = kit.settled()
    s = kit.until(lambda s: s["queued"] == "0")
    ok(good and s["quarantined"] == "2" and
       sorted(kit.hub.poison) == [at, at + 1], "one bad record stops the whole "
       "queue (frappe/erpnext 11000, 11225, 11230; joplin 16544)", s)
    w.stop()
    kit.hub.stop()


# --- the server forgets -------------------------------------------------------

def again_from_zero(hub, shop):
    shop.level()
    shop.stop()
    hub.stop()
    hub.serve()
    n = len(shop.wire.asked)
    shop.start()
    shop.level()
    again = [a for a in shop.wire.asked[n:] if a.endswith("/events")]
    # what the register records of its own start may go up, once
    ok(len(again) <= 1, "restarted, and everything from zero (couchdb 4385)",
       again)


def own_database(data, to):
    """A data directory, copied as it is while nobody runs on it."""
    who = os.stat(data)
    shutil.copytree(data, to, symlinks=True)
    for top, _, files in os.walk(to):
        for name in [top] + [os.path.join(top, f) for f in files]:
            os.chown(name, who.st_uid, who.st_gid, follow_symlinks=False)


def yesterday(hub, shops):
    """The hub's database goes back; tills that run through it, and one whose
    worker was started anew in between and is once more."""
    for s in shops:
        s.level()
    hub.stop()
    hub.own.stop()
    own_database(hub.own.data, hub.dir + "/backup")
    hub.own.start()
    hub.serve()
    shops[1].kill()
    shops[1].start()            # a hello the backup knows nothing of
    for s in shops:
        s.sell(10)
        s.level()
    had = [s.at_hub() for s in shops]
    hub.kill()
    hub.own.stop()
    shutil.rmtree(hub.own.data)
    own_database(hub.dir + "/backup", hub.own.data)
    hub.own.start()
    shops[1].stop()
    hub.serve()
    shops[1].start()
    for s, h in zip(shops, had):
        hubkit.wait_until(lambda s=s, h=h: s.ask("NOW") and
                          len(s.at_hub()) >= len(h), "what was there")
    good = [s.level() and s.at_hub()[:len(h)] == h and not s.same()
            for s, h in zip(shops, had)]
    ok(good[0], "server restored from a backup, documents never sent again "
       "(medic/cht-core 8093, sync-android 296)", shops[0].state())
    ok(good[1], "nor is a till that was started since taken for a copy",
       shops[1].state())
    alarm = hub.psql("SELECT kind FROM holdfast.exception WHERE register = "
                     "'%s'" % shops[1].id)
    ok(not alarm, "and nobody is alarmed", alarm)


# --- undone by a pull ---------------------------------------------------------

def overwritten(hub, shop):
    def put(rows):
        name = shop.dir + "/p.csv"
        Path(name).write_text("code,name,price,tax,department\n" + "".join(
            "%s,%s,%s,A,1\n" % r for r in rows))
        return name

    def price():
        p = shop.verb("scan", "4006381333931", "--json", check=False)
        return ('"price":150' in p.stdout) * 150 + (
            '"price":120' in p.stdout) * 120

    def follow():
        hub.run("import", "products", put([("4006381333931", "pencil", "1.20"),
                                           ("96385074", "gum", "0.99")]),
                "--tenant", hub.tenant)
    follow()
    hubkit.wait_until(lambda: shop.ask("NOW") and price() == 120, "a feed")
    shop.level()
    with open(shop.store + "/catalog/lock", "rb") as lock:
        # as the worker does while a page of a feed is written
        fcntl.flock(lock, fcntl.LOCK_EX)
        threading.Timer(0.3, fcntl.flock, (lock, fcntl.LOCK_UN)).start()
        p = shop.verb("import", "products", put([("7612100055557", "cocoa",
                                                  "4.50")]), check=False)
    ok(p.returncode == 0, "an import waits while a page of a feed is written",
       p.stderr)
    shop.level()
    shop.wire.deny = b"/events"
    shop.verb("import", "products", put([("4006381333931", "own", "1.50")]))
    said = [shop.enter(x) for x in ("4006381333931", "TL", "CA")]
    hub.run("import", "products", put([("96385074", "gum", "0.95")]),
            "--tenant", hub.tenant)
    n = len(shop.wire.asked)
    shop.ask("NOW")
    hubkit.wait_until(lambda: shop.ask("NOW") and any(
        "/feeds/" in a for a in shop.wire.asked[n:]), "a page")
    time.sleep(0.2)
    held = price()
    shop.wire.deny = None
    good = shop.level()
    why = shop.same()
    ok(said[-1]["ok"] and held == 150 and good and not why,
       "paid offline, overwritten by what the server had before (odoo 288974)",
       (said, held, why, shop.state()))


def main():
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        shops = [wired.Shop(hub, "R0%d" % i) for i in (1, 2, 3)]
        shop = shops[0]
        try:
            lost_reply(hub, shop)
            two_tabs(hub, shop)
            lost_then_more(shop)
            refused(shop, hub)
            power_cut(shop)
            signed_out(shop)
            offline_sale(shop)
            by_itself(hub, shop)
            eight_tills(hub, shops)
            again_from_zero(hub, shop)
            overwritten(hub, shop)
            yesterday(hub, shops)
            same_number(hub, shops[2])
        finally:
            for s in shops:
                s.close()
    poison()
    wired.done()


main()
