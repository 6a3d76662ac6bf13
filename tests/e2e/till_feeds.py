# SPDX-License-Identifier: Apache-2.0
"""What is decided at a hub arrives at a till and is sold by: products,
promotions, people, roles, settings."""
import json
import os
import sys
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/lib"))
sys.path.insert(0, str(SRC / "tests/crash"))
import hubkit  # noqa: E402
import pg  # noqa: E402
from crashlib import diag, done, ok  # noqa: E402

pg.require()

COLA, MILK = "5449000000996", "4006381333931"


def put(hub, feed, text, *more):
    path = Path(hub.dir) / "in"
    path.write_text(text)
    return hub.run("import", feed, path, "--tenant", hub.tenant, *more)


def scan(till, code):
    p = till.verb("scan", code, "--json", check=False)
    return json.loads(p.stdout) if p.stdout else {}


def arrives(till, what, true):
    """The worker brings it; it is told to ask now, and not in its time."""
    def look():
        till.verb("sync", "now", check=False)
        return true()
    try:
        hubkit.wait_until(look, what)
    except RuntimeError as e:
        diag(str(e))
        return False
    return True


def ring(till, text):
    """The answers of entries, and the last sale's total."""
    p = till.verb("ring", "--keep-going", stdin=text, check=False)
    rows = [json.loads(x) for x in p.stdout.splitlines()]
    sold = [r["sale"]["total"] for r in rows if "sale" in r]
    return rows, sold[-1] if sold else None


def sells(till, text, total, pin=True):
    who = "\\pin 1 8642\n" if pin else ""
    rows, sold = ring(till, who + text + "TL\nCA\n")
    if sold != total:
        diag(repr(rows))
    return sold == total


def active(till):
    return till.verb("config", "show").stdout


def events(till, kind):
    return [e for e in map(json.loads, till.lines())
            if e["type"] == "holdfast.%s.v1" % kind]


def unused(till):
    return json.loads(till.verb("sync", "status", "--json").stdout)["unused"]


def config_has(till, words):
    """What a look at the till makes of what came."""
    ring(till, "")
    return words in active(till)


def goods(hub, till):
    put(hub, "products", "code,name,price,tax\n%s,Cola,0.89,A\n"
        "%s,Milk,1.20,B\n" % (COLA, MILK), "--format", "csv")
    ok(arrives(till, "products", lambda: scan(till, COLA).get("found")),
       "a product of the hub is at the till")
    s = scan(till, COLA)
    ok(s["price"] == 89 and s["from"] == "feed", "which says whose it is", s)
    ok(sells(till, COLA + "\n", 89, pin=False), "and is sold")
    e = events(till, "feed.followed")
    ok(e and e[-1]["actor"] == "hub" and e[-1]["data"]["feed"] == "products",
       "a line names what was taken over", e)
    ok(events(till, "sale.completed")[-1]["catalog"] ==
       e[-1]["data"]["version"], "and the sale the version it was made by")
    put(hub, "prices", "code,price,valid_from\n%s,1.10,\n"
        "%s,1.05,2026-01-01T00:00:00Z\n%s,9.99,2099-01-01T00:00:00Z\n" % (
            MILK, MILK, MILK), "--format", "csv")
    ok(arrives(till, "prices", lambda: scan(till, MILK)["price"] == 105),
       "of prices the newest that is valid counts", scan(till, MILK))
    till.verb("backup", till.dir + "/b")
    ok(',1.05,' in Path(till.dir + "/b/catalog.csv").read_text(),
       "and is the one of a backup")


def people(hub, till):
    put(hub, "people", "number,name,role,active,pin\n"
        "1,Olga,owner,true,8642\n"
        "7,Wilhelmina,cashier,true,570391826405\n",
        "--format", "csv")
    ok(arrives(till, "people", lambda: ring(till, "") and
               len(events(till, "operator.changed")) == 2) and
       ring(till, "\\pin 7 570391826405\n")[0][-1]["ok"],
       "somebody of the hub signs on by their PIN")
    rows, _ = ring(till, "\\pin 7 4712\n")
    ok(not rows[-1]["ok"], "and by no other", rows)
    e = events(till, "operator.changed")
    ok({x["data"]["operator"] for x in e} >= {"1", "7"} and
       all(x["data"].get("origin") == "hub" for x in e),
       "lines say that it was the hub", e)
    ok(not any(w in line for line in till.lines()
               for w in (b"Wilhelmina", b"570391826405")), "and neither name nor PIN")
    put(hub, "people", "number,name,role,active\n7,Wilhelmina,cashier,false\n",
        "--format", "csv")
    ok(arrives(till, "the end", lambda: ring(till, "") and
               len(events(till, "operator.changed")) == 3) and
       not ring(till, "\\pin 7 570391826405\n")[0][-1]["ok"],
       "who is switched off there does not sign on here")
    put(hub, "people", "number,name,role,active\n1,Olga,owner,false\n",
        "--format", "csv")
    ok(arrives(till, "a refusal", lambda: unused(till).startswith("1: ")),
       "that nobody may be left to run the shop is refused, says its status",
       unused(till))
    put(hub, "people", "number,name,role,active\n1,Olga,owner,true\n",
        "--format", "csv")
    ok(arrives(till, "the end of it", lambda: not unused(till)) and
       len(events(till, "operator.changed")) == 3, "and not done")


def texts(hub, till):
    put(hub, "rules", "[promotion cola]\nname = Cola week\nitems = %s\n"
        "off = 0.10\n" % COLA, "--format", "text", "--name", "week")
    ok(arrives(till, "a promotion",
               lambda: config_has(till, "[promotion cola]")),
       "a promotion of the hub becomes active")
    ok(sells(till, COLA + "\n", 79), "and takes off what it says")
    put(hub, "config", "[receipt]\nfooter = From the hub\n", "--format",
        "text", "--name", "paper")
    ok(arrives(till, "a setting",
               lambda: config_has(till, "footer = From the hub")),
       "a setting of the hub becomes active")
    e = events(till, "config.activated")[-1]
    ok(e["actor"] == "hub" and e["data"]["why"] == "feed",
       "by a line of the hub", e)
    put(hub, "people", json.dumps([{"role": "cashier", "text":
        "[role cashier]\nreprint = no\n"}]), "--format", "json")
    ok(arrives(till, "a role", lambda: config_has(till, "reprint = no")),
       "a role of the hub has fewer permits")
    put(hub, "config", "[receipt]\nno_such = 1\n", "--format", "text",
        "--name", "bad")
    before = unused(till)
    ok(arrives(till, "what is not in use", lambda: unused(till)) and
       before == "" and "config/bad:2" in unused(till) and
       not events(till, "config.dropped"),
       "what a till would refuse its status says before it was looked at",
       (before, unused(till)))
    ok(arrives(till, "a refusal", lambda: ring(till, "") and
               events(till, "config.dropped")),
       "a text that no register reads is refused")
    ok("footer = From the hub" in active(till) and
       sells(till, COLA + "\n", 79), "and the one before sells on")
    why = events(till, "config.dropped")[-1]["data"]["why"]
    ok("config/bad:2" in why, "in words that name item and line", why)
    ok("config/bad:2" in unused(till), "nor does status forget it")
    put(hub, "config", json.dumps([{"name": "bad", "deleted": True}]),
        "--format", "json")
    ok(arrives(till, "the end of it", lambda: not unused(till)),
       "until the hub took it back")


def main():
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        till = hub.till("R01")
        try:
            goods(hub, till)
            people(hub, till)
            texts(hub, till)
            ok(json.loads(till.verb("verify", "--json").stdout)["ok"],
               "the till's lines hold, and its store follows from them")
            ok(till.verb("rebuild", check=False).returncode == 0,
               "also when it is made anew from them")
        finally:
            till.close()
    done()


if __name__ == "__main__":
    main()
