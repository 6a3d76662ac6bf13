#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A register leaves its hub while the worker runs, and comes back as itself:
nothing is sent in between, and it is no copy of itself afterwards.  One that is
enrolled keeps its link when it asks for another in vain."""
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ.get("top_srcdir", ".")) / "tests/lib"))
import hubkit  # noqa: E402

n = bad = 0


def ok(true, what, why=""):
    global n, bad
    n += 1
    bad += 0 if true else 1
    print("%sok %d - %s" % ("" if true else "not ", n, what))
    if not true and why:
        print("# " + str(why).replace("\n", "\n# "))
    sys.stdout.flush()


def status(till):
    return json.loads(till.verb("sync", "status", "--json").stdout)


def reaches(till, true):
    try:
        return hubkit.wait_until(lambda: true(status(till)), "it")
    except RuntimeError:
        return False


def once(till, *more):
    return subprocess.run([hubkit.SYNCD, "--store", till.store, "--once",
                           *more], capture_output=True, text=True,
                          timeout=hubkit.PATIENCE, check=False)


def in_vain(hub, till):
    """A used code, a hub that is not there; and one that was answered when the
    power went before the till had the answer."""
    reader = Path(till.store) / "keys/reader"
    before = reader.read_bytes()
    for url in ("http://127.0.0.1:%d" % hub.port, "http://127.0.0.1:9"):
        p = till.verb("sync", "enroll", hub.codes["R01"], "--hub", url,
                      check=False)
        ok(p.returncode == 1 and reader.read_bytes() == before and
           not reader.with_suffix(".new").exists(),
           "what is asked for in vain changes nothing", p.stderr)
    till.ring("100DP10\nCA\n")
    ok(reaches(till, lambda s: s["queued"] == 0 and s["sales_acked"] == 2),
       "and the link there was goes on", status(till))

    code = hub.verb("register", "restore-code", "R01", "--json")["code"]
    ask = ("sync", "enroll", code, "--hub", "http://127.0.0.1:%d" % hub.port)
    till.verb(*ask)
    till.stop()
    reader.rename(reader.with_suffix(".new"))
    reader.write_bytes(before)
    till.start()
    till.ring("100DP10\nCA\n")
    ok(reaches(till, lambda s: s["queued"] == 0 and s["sales_acked"] == 3),
       "the worker goes by the keys the hub knows", status(till))
    till.verb(*ask)
    ok(reader.read_bytes() != before and
       not reader.with_suffix(".new").exists() and
       reaches(till, lambda s: s["queued"] == 0 and s["link"] == "online"),
       "the same command again ends what was cut short", status(till))


def handed(hub):
    """A worker without a key of its own: the register hands it over, and again
    when the worker was started anew or the store has another master key."""
    till = hubkit.Till(hub, "R02", enroll=False)
    hub.register("R02")
    till.start()
    till.verb("sync", "enroll", hub.codes["R02"], "--hub",
              "http://127.0.0.1:%d" % hub.port, "--worker-key-file", "-")
    till.ring("100DP10\nCA\n")
    ok(not os.path.exists(till.key + ".worker") and
       reaches(till, lambda s: s["queued"] == 0 and s["sales_acked"] == 1),
       "a key that is handed over lies nowhere", status(till))
    till.stop()
    till.start()
    ok(status(till)["link"] == "locked", "a new worker waits for it",
       status(till))
    for n, what in ((2, "and has it when the register opens"),
                    (3, "also with another master key")):
        with till.open() as shop:
            shop.stdin.write("100DP10\nCA\n")
            shop.stdin.flush()
            ok(reaches(till, lambda s: s["queued"] == 0 and
                       s["sales_acked"] == n), what, status(till))
        till.verb("keys", "rotate", "master", "--reason", "test")
    rows = Path(till.dir) / "people.csv"
    rows.write_text("number,name,role,pin\n1,Olga,owner,864200\n"
                    "7,Ana,cashier,\n")
    hub.run("import", "people", str(rows))
    p = till.verb("sync", "now", check=False)
    ok(p.returncode == 1 and "open the register" in p.stderr,
       "who asks meanwhile is told what it waits for", p.stderr)
    with till.open():
        ok(reaches(till, lambda s: "Ana" in till.verb("user", "list").stdout),
           "and what is sealed to it can be opened",
           till.verb("user", "list").stdout)
    till.close()


def main():
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        till = hubkit.Till(hub, "R01")
        register = status(till)["keyid"].split(".")[-1]
        till.ring("100DP10\nCA\n")
        ok(reaches(till, lambda s: s["queued"] == 0 and s["sales_acked"] == 1),
           "a sale goes up", status(till))

        in_vain(hub, till)
        handed(hub)

        # --- it leaves, beside its worker
        kept = {p: p.read_bytes() for p in (
            Path(till.store) / "keys/reader", Path(till.store) / "sync/link")}
        till.verb("sync", "unlink", "--reason", "another hub")
        for path, what in kept.items():
            path.write_bytes(what)
        till.verb("sync", "unlink", "--reason", "another hub")
        ok(not any(p.exists() for p in kept) and till.verb(
            "sync", "unlink", "--reason", "x", check=False).returncode == 1,
           "leaving that was cut short is ended by the same command")
        there = len(hub.lines(register))
        till.ring("100DP10\nCA\n" * 3)
        p = once(till)
        ok(p.returncode == 4, "its worker runs", p.stderr)
        till.verb("sync", "now", check=False)
        till.stop()
        ok(len(hub.lines(register)) == there,
           "what is sold after it left stays here",
           (there, len(hub.lines(register))))

        # --- and comes back by a code, the same disk in the same machine
        till.start()
        code = hub.verb("register", "restore-code", register, "--json")["code"]
        till.verb("sync", "enroll", code, "--hub",
                  "http://127.0.0.1:%d" % hub.port)
        ok(reaches(till, lambda s: s["queued"] == 0 and
                   s["link"] == "online"),
           "it comes back, and is no copy of itself", status(till))
        lines = till.lines()
        ok(sum(b"sale.completed" in x for x in lines) == 6 and lines == [
            x[2] for x in hub.lines(register)[:len(lines)]],
           "all it sold alone is there, byte for byte",
           (len(hub.lines(register)), len(lines)))
        till.stop()
        till.start()
        till.ring("100DP10\nCA\n")
        ok(reaches(till, lambda s: s["queued"] == 0 and
                   s["link"] == "online"),
           "also after the worker's next start", status(till))
        till.stop()

        # --- what is counted
        feed = Path(till.dir) / "products.csv"
        feed.write_text("code,name,price,tax,department\n"
                        "96385074,gum,0.99,A,1\n")
        hub.run("import", "products", str(feed), "--tenant", hub.tenant)
        prom = Path(till.dir) / "w.prom"
        p = once(till, "--metrics", str(prom))
        ok('\nholdfast_sync_feed_revision{feed="products"} 1\n' in
           prom.read_text(), "feeds are in the metrics",
           prom.read_text() + p.stderr)
        till.close()


main()
print("1..%d" % n)
sys.exit(1 if bad else 0)
