# SPDX-License-Identifier: Apache-2.0
"""What a shop changes itself holds until the hub has read the line of it; then
the hub's value counts again.  A price at its time counts with nobody online."""
import json
import os
import re
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/lib"))
sys.path.insert(0, str(SRC / "tests/crash"))
import hubkit  # noqa: E402
import pg  # noqa: E402
from crashlib import diag, done, ok  # noqa: E402

pg.require()

COLA = "5449000000996"
HEAD = "code,name,price,tax,department\n"
# of one's own import until the hub's value is back: it is there in a second or
# six, on a machine that is at rest
WITHIN = 20


def put(hub, feed, text, *more):
    path = Path(hub.dir) / "in"
    path.write_text(text)
    return hub.run("import", feed, path, "--tenant", hub.tenant, *more)


def scan(till, code, *before):
    p = subprocess.run([*before, hubkit.HOLDFAST, "scan", code, "--json",
                        "--store", till.store], capture_output=True,
                       text=True, check=False)
    return json.loads(p.stdout) if p.stdout else {}


def price(till, *before):
    return scan(till, COLA, *before).get("price")


def arrives(till, what, true, ask=True, seconds=WITHIN):
    def look():
        if ask:
            till.verb("sync", "now", check=False)
        return true()
    began = time.monotonic()
    try:
        hubkit.wait_until(look, what, seconds)
    except RuntimeError as e:
        diag(str(e))
        diag(till.verb("sync", "status", "--json", check=False).stdout)
        return False
    diag("%s: %.1f s" % (what, time.monotonic() - began))
    return True


def revision(till, feed):
    s = json.loads(till.verb("sync", "status", "--json").stdout)
    return {f["feed"]: f["revision"] for f in s["feeds"]}.get(feed)


def products(hub, till):
    put(hub, "products", HEAD + COLA + ",Cola,0.89,A,1\n", "--format", "csv")
    ok(arrives(till, "the hub's product", lambda: price(till) == 89),
       "the hub's price")
    till.stop()
    own = Path(till.dir) / "own.csv"
    own.write_text(HEAD + COLA + ",Cola,0.99,A,1\n" + "4711,Soap,2.00,A,1\n")
    till.verb("import", "products", own)
    ok(price(till) == 99 and scan(till, "4711").get("price") == 200,
       "the shop's own import counts at once, with nobody online")
    put(hub, "products", HEAD + COLA + ",Cola,0.95,A,1\n", "--format", "csv")
    ok(price(till) == 99, "and holds")
    till.start()
    ok(arrives(till, "the hub's value behind an own import",
               lambda: price(till) == 95, ask=False),
       "the hub has read the line: its value counts again, by itself")
    ok(scan(till, "4711").get("price") == 200,
       "over the shop's own, which stays where the hub says nothing")
    # once more, and lines of sales behind it: what the hub says it applied
    # stops at the last line that changed something
    own.write_text(HEAD + COLA + ",Cola,1.09,A,1\n")
    till.verb("import", "products", own)
    till.verb("ring", stdin=COLA + "\nTL\nCA\n")
    ok(arrives(till, "the same with sales behind it",
               lambda: price(till) == 95, ask=False),
       "also when sales came behind the import")
    ok(not scan(till, "4711").get("found"),
       "what neither has any more is gone")


def at_its_time(hub, till):
    later = datetime.now(timezone.utc) + timedelta(hours=2)
    put(hub, "prices", json.dumps([
        {"code": COLA, "price": "0.79",
         "valid_from": later.strftime("%Y-%m-%dT%H:%M:%SZ")}]),
        "--format", "json")
    ok(arrives(till, "a price for later", lambda: revision(till, "prices")) and
       price(till) == 95, "a price for later is there and does not count yet")
    hub.kill()
    till.stop()
    ok(price(till, "faketime", "-f", "+1h") == 95 and
       price(till, "faketime", "-f", "+3h") == 79,
       "it counts at its time, with no hub and no worker")
    hub.serve()
    till.start()


def config(hub, till):
    put(hub, "config", "[receipt]\nfooter = From the hub\n", "--format",
        "text", "--name", "paper")

    def footer(words):
        till.verb("ring", "--keep-going", stdin="", check=False)
        return "footer = " + words in [
            line for line in till.verb("config", "show").stdout.splitlines()
            if not line.startswith("#")]
    ok(arrives(till, "a setting", lambda: footer("From the hub")),
       "a setting of the hub")
    till.stop()
    path = Path(till.store) / "holdfast.conf"
    text = path.read_text()
    text = re.sub("(?m)^footer = .*$", "footer = Mine", text)
    if "footer = Mine" not in text:
        text += "[receipt]\nfooter = Mine\n"
    path.write_text(text)
    till.verb("config", "apply")
    ok(footer("Mine"), "the shop's own counts at once")
    till.start()
    ok(arrives(till, "the hub's reading of it", lambda: json.loads(till.verb(
        "sync", "status", "--json").stdout)["queued"] == 0) and
       footer("Mine"), "and holds when its line is at the hub")
    put(hub, "config", "[receipt]\nfooter = Later\n", "--format", "text",
        "--name", "paper")
    ok(arrives(till, "a later decision", lambda: footer("Later")),
       "until the hub decides anew")


def main():
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        till = hub.till("R01")
        try:
            products(hub, till)
            at_its_time(hub, till)
            config(hub, till)
            ok(json.loads(till.verb("verify", "--json").stdout)["ok"],
               "the till's lines hold")
        finally:
            till.close()
    done()


if __name__ == "__main__":
    main()
