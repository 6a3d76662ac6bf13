#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real worker at a real hub: a register comes in by its code, feeds come
down and lie over the shop's own products, lines come back to a new machine."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ.get("top_srcdir", ".")) / "tests/lib"))
import hubkit  # noqa: E402
import hfsig  # noqa: E402

MAKE_LINK = str(hubkit.BUILD / "tests/sync/make_link")
n = bad = 0


def ok(true, what, why=""):
    global n, bad
    n += 1
    if not true:
        bad += 1
    print("%sok %d - %s" % ("" if true else "not ", n, what))
    if not true and why:
        print("# " + str(why).replace("\n", "\n# "))
    sys.stdout.flush()


def keys_of(till):
    """keys/reader, as 'holdfast sync enroll' makes it; no link yet."""
    subprocess.run([MAKE_LINK, till.store, till.key, till.dir + "/worker.key",
                    "http://127.0.0.1:1", till.hub.id,
                    hfsig.b64url(till.hub.key), "first"], check=True,
                   capture_output=True)
    os.unlink(till.store + "/sync/link")


def ask_in(till, url, code, more=""):
    Path(till.store + "/sync").mkdir(exist_ok=True)
    Path(till.store + "/sync/enroll.new").write_text(
        "url = %s\ncode = %s\nregister = R01\n%s" % (url, code, more))
    os.rename(till.store + "/sync/enroll.new", till.store + "/sync/enroll")


def scan(till, code):
    p = till.verb("scan", code, "--json", check=False)
    return json.loads(p.stdout)


def products(path, rows):
    path.write_text("code,name,price,tax,department\n" + "".join(
        "%s,%s,%s,A,1\n" % r for r in rows))
    return str(path)


def link_of(store):
    return dict(line.split(" = ", 1) for line in
                Path(store + "/sync/link").read_text().splitlines()
                if " = " in line)


def main():
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        url = "http://127.0.0.1:%d" % hub.port
        till = hubkit.Till(hub, "R01", enroll=False)
        own = products(Path(till.dir) / "own.csv",
                       [("4006381333931", "own pencil", "1.50"),
                        ("7612100055557", "own cocoa", "4.50")])
        till.verb("import", "products", own)
        keys_of(till)

        # --- coming in
        code = hub.register("R01")["code"]
        other = code[:-1] + ("A" if code[-1] != "A" else "B")
        ask_in(till, url, other)
        p = till.sync()
        ok(not os.path.exists(till.store + "/sync/link"),
           "a code that is not as it was shown leads nowhere", p.stderr)
        ask_in(till, url, code)
        p = till.sync()
        ok(os.path.exists(till.store + "/sync/link"),
           "with its code a register comes in", p.stderr)
        if not os.path.exists(till.store + "/sync/link"):
            print(hub.tail())
            return
        link = link_of(till.store)
        ok(link["hub"] == hub.id and link["tenant"] == hub.tenant and
           link["kind"] == "enroll", "and knows its hub", link)
        ok(not os.path.exists(till.store + "/sync/enroll"),
           "the code does not stay on the disk")
        ok(p.returncode == 0, "all of its lines went up", p.stderr)
        lines = till.lines()
        ok([x[2] for x in hub.lines(link["register"])] == lines,
           "and are there byte for byte")
        # a reply that was lost: the same code and link again
        os.unlink(till.store + "/sync/link")
        ask_in(till, url, code)
        p = till.sync()
        again = link_of(till.store) if \
            os.path.exists(till.store + "/sync/link") else {}
        ok(again.get("keyid") == link["keyid"],
           "the same code and link again get the same answer", p.stderr)

        # --- feeds
        feed = products(Path(till.dir) / "hub.csv",
                        [("4006381333931", "hub pencil", "1.20"),
                         ("96385074", "hub gum", "0.99")])
        r = hub.run("import", "products", feed, "--tenant", hub.tenant)

        def follows(code, price):
            # what the shop imported holds until the hub has applied it
            def look():
                nonlocal p
                p = till.sync()
                return scan(till, code).get("price") == price
            try:
                return hubkit.wait_until(look, code)
            except RuntimeError:
                return False
        ok(follows("4006381333931", 120), "feeds come down", p.stderr)
        a = scan(till, "4006381333931")
        b = scan(till, "7612100055557")
        c = scan(till, "96385074")
        ok(a.get("price") == 120 and a.get("name") == "hub pencil",
           "the hub's product lies over the shop's own", (a, r.stdout))
        ok(b.get("price") == 450, "what only the shop has is there", b)
        ok(c.get("price") == 99, "and what only the hub has", c)
        feed = products(Path(till.dir) / "hub2.csv",
                        [("4006381333931", "hub pencil", "1.10")])
        hub.run("import", "products", feed, "--tenant", hub.tenant)
        ok(follows("4006381333931", 110),
           "a page of one change, too")
        # the shop changes it: that holds until the hub knows
        hub.kill()
        till.verb("import", "products", own)
        ok(scan(till, "4006381333931").get("price") == 150,
           "what the shop imports itself holds")
        till.sync()
        ok(scan(till, "4006381333931").get("price") == 150,
           "also while the hub is not there")
        hub.serve()
        # another port: the link has its address in it
        text = Path(till.store + "/sync/link").read_text()
        Path(till.store + "/sync/link").write_text(text.replace(
            url, "http://127.0.0.1:%d" % hub.port))

        ok(follows("4006381333931", 110), "until the hub has applied it",
           p.stderr)
        till.ring("4006381333931\nTL\nCA\n")
        p = till.sync()
        lines = till.lines()
        ok([x[2] for x in hub.lines(link["register"])] == lines,
           "sales go up beside", p.stderr)

        # --- the lines of a machine that is gone
        back = hub.verb("register", "restore-code", link["register"], "--json")
        new = hubkit.Till(hub, "R01", enroll=False)
        keys_of(new)
        shutil.rmtree(new.store + "/journal")
        os.mkdir(new.store + "/journal")
        ask_in(new, "http://127.0.0.1:%d" % hub.port, back["code"])
        p = new.sync()
        there = Path(new.store + "/sync/history/lines")
        ok(p.returncode == 0 and there.exists() and
           there.read_bytes().splitlines() == lines,
           "a new machine gets them, bytes equal", p.stderr)
        anchor = new.store + "/sync/history/anchor"
        ok(os.path.exists(anchor) and
           "sequence = %d\n" % len(lines) in Path(anchor).read_text(),
           "with the hub's signature over the last")
        # torn in the middle, begun again
        os.unlink(anchor)
        whole = there.read_bytes()
        there.write_bytes(whole[:len(whole) // 2])
        p = new.sync()
        ok(there.read_bytes() == whole and os.path.exists(anchor),
           "what was torn is fetched on from there", p.stderr)
        new.close()
        till.close()


main()
print("1..%d" % n)
sys.exit(1 if bad else 0)
