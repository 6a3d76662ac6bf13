# SPDX-License-Identifier: Apache-2.0
"""What two machines sold under one name, and what lay on an old disk: it comes
to the hub beside the log, somebody decides, once, and it is handed out as what
it is; nothing of it is merged.  A till comes back by a code, with its people."""
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/lib"))
sys.path.insert(0, str(SRC / "tests/crash"))
import hubkit  # noqa: E402
import pg  # noqa: E402
from crashlib import diag, done, ok  # noqa: E402

pg.require()

SALE = "4011\nTL\nCA\n"


def sold(lines):
    return [x for x in lines if b'"type":"holdfast.sale.completed.v1"' in x]


def rows(out):
    return [json.loads(x) for x in out.splitlines()]


def salvage(hub, *args):
    return hub.run("salvage", *args, "--json", check=False)


def open_epochs(hub, number):
    return [r for r in rows(salvage(hub, "list").stdout)
            if r["number"] == number and r["decision"] == "open"]


def noticed(hub, number):
    return hub.psql(
        "SELECT kind FROM holdfast.exception x JOIN holdfast.register_list l "
        "ON l.register = x.register WHERE kind = 'fork' AND state = 'open' "
        "AND l.number = '%s'" % number)


def accepted(hub, number):
    """(what was decided, the line's bytes) of an export."""
    out = hub.run("export", "events", "--register", number, "--salvaged",
                  text=False).stdout
    got = []
    for x in out.splitlines():
        told = json.loads(x)["salvaged"]
        line = x[x.index(b',"line":') + 8:-1]
        assert hashlib.sha256(line).hexdigest() == told["hash"], x
        got.append((told, line))
    return got


def log_of(hub, number):
    return hub.run("export", "events", "--register", number,
                   text=False).stdout.splitlines()


def shop(hub, number):
    t = hub.till(number)
    t.stop()
    csv = Path(t.dir) / "c.csv"
    csv.write_text("code,name,price,tax,department\n4011,Bananas,1.00,A,F\n")
    t.verb("import", "products", csv)
    t.ring(SALE * 2)
    p = t.sync()
    ok(p.returncode == 0, f"{number}: what it sold is at the hub", p.stderr[-600:])
    return t


def a_fork(hub):
    """Two with the same data sell: the first is the log, the other is kept."""
    t = shop(hub, "R01")
    twin = Path(t.dir) / "twin"
    shutil.copytree(t.store, twin, ignore=shutil.ignore_patterns("socket"))
    t.ring(SALE)
    ok(t.sync().returncode == 0, "one of two goes on")
    first = log_of(hub, "R01")
    real, t.store = t.store, str(twin)
    t.ring(SALE * 3)
    p = t.sync()
    mine = t.lines()
    t.store = real
    ok(p.returncode == 1, "the other is refused", p.stderr[-600:])
    told = open_epochs(hub, "R01")
    lost = [x for x in mine if x not in first]
    have = [x for x in first if x not in mine]
    ok(len(told) == 1 and told[0]["lines"] == len(lost) > 2 and have,
       "what it alone has lies beside the log, every line",
       (told, len(lost)))
    ok(log_of(hub, "R01") == first, "and the log is as it was")
    opened = noticed(hub, "R01")
    ok(opened != [] and accepted(hub, "R01") == [],
       "somebody is told, and nothing is handed out before", opened)

    epoch = str(told[0]["epoch"])
    p = salvage(hub, "accept", "R01", epoch)
    ok(p.returncode == 2, "not without a reason", p.stderr)
    p = salvage(hub, "accept", "R01", epoch, "--why",
                "the copy sold at the market stall")
    ok(p.returncode == 0 and json.loads(p.stdout)["lines"] == len(lost),
       "the owner accepts it", p.stderr)
    again = salvage(hub, "accept", "R01", epoch, "--why", "x")
    other = salvage(hub, "reject", "R01", epoch, "--why", "x")
    ok(again.returncode == 1 and other.returncode == 1, "once",
       (again.stderr, other.stderr))
    got = accepted(hub, "R01")
    ok([x for _, x in got] == lost, "its bytes are handed out, in order")
    ok(got and all(
        a["reason"] == "the copy sold at the market stall" and
        a["by"].startswith("cli:") and a["decided"] and a["received"] and
        json.loads(x)["epoch"] == a["epoch"] and
        int(json.loads(x)["sequence"]) == a["sequence"] for a, x in got),
       "each with who, when and why, and from where", got[:1])
    ok(len(sold([x for _, x in got])) == 3, "three sales")
    acts = [a for a in rows(hub.run("audit", "--json").stdout)
            if a["what"] == "salvage.decided"]
    ok(len(acts) == 1 and f"lines={len(lost)} " in acts[0]["detail"],
       "and the log of acts says so", acts)
    ok(log_of(hub, "R01") == first and hub.broken() == [],
       "nothing was merged")
    ok(noticed(hub, "R01") == [], "nobody is told any more")
    t.store = str(twin)
    t.ring(SALE)
    t.sync()
    told = open_epochs(hub, "R01")
    ok(accepted(hub, "R01") == got and len(told) == 1 and
       told[0]["first"] == got[-1][0]["sequence"] + 1,
       "what the copy sells behind that waits by itself, and nothing twice",
       told)
    ok(noticed(hub, "R01") != [], "and somebody is told again")
    t.close()


def restore(hub, t, number):
    code = hub.verb("register", "restore-code", number, "--json")["code"]
    where = Path(t.dir) / "new"
    p = subprocess.run(
        [hubkit.HOLDFAST, "restore", code, "--hub",
         f"http://127.0.0.1:{hub.port}", "--store", where, "--key-file",
         t.dir + "/newkey", "--json"], capture_output=True, text=True,
        timeout=120, check=False)
    ok(p.returncode == 0, f"{number} comes back by a code", p.stderr)
    return str(where)


def with_pin(t, *args):
    pin = Path(t.dir) / "pin"
    pin.write_text("8642\n")
    with pin.open() as f:
        return subprocess.run(
            [hubkit.HOLDFAST, "user", *args, "--pin-fd", str(f.fileno()),
             "--store", t.store], capture_output=True, text=True, check=False,
            pass_fds=[f.fileno()])


def a_dead_till(hub):
    """Replaced by a code; then its disk turns up."""
    t = shop(hub, "R02")
    p = with_pin(t, "add", "1", "--name", "Ann Example", "--role", "owner")
    ok(p.returncode == 0, "somebody has a PIN", p.stderr)
    t.ring("\\pin 1 8642\n" + SALE)
    p = t.sync()
    ok(p.returncode == 0, "the hub has it", p.stderr[-600:])
    at_hub = log_of(hub, "R02")
    t.ring("\\pin 1 8642\n" + SALE * 2)  # the hub never hears of these
    mine = t.lines()
    lost = mine[len(at_hub):]
    ok(mine[:len(at_hub)] == at_hub and len(sold(lost)) == 2,
       "two sales are on the disk alone", len(lost))

    old, new = t.store, restore(hub, t, "R02")
    t.store = new
    now = t.lines()
    ok(now[:len(at_hub)] == at_hub, "with all that the hub had")
    who = rows(t.verb("user", "list", "--json").stdout)
    ok(json.dumps(who).count("Ann Example") == 1, "its people have names", who)
    csv = Path(t.dir) / "c.csv"
    t.verb("import", "products", csv)
    p = t.verb("ring", stdin="\\pin 1 8642\n" + SALE, check=False)
    ok(p.returncode == 0 and len(sold(t.lines())) == 4,
       "a PIN of the dead till goes on under other keys", (p.stdout, p.stderr))
    p = with_pin(t, "pin", "1")
    ok(p.returncode == 0, "who has the key gives it anew", p.stderr)
    p = t.verb("ring", stdin="\\pin 1 8642\n" + SALE, check=False)
    ok(p.returncode == 0 and len(sold(t.lines())) == 5, "and it sells",
       (p.stdout, p.stderr))
    p = t.sync()
    ok(p.returncode == 0, "it is the register now", p.stderr[-600:])
    live = log_of(hub, "R02")

    t.store = old
    before = {p.name: p.read_bytes() for p in Path(old, "journal").iterdir()
              if p.is_file()}
    up = t.verb("sync", "salvage", old, "--json", check=False)
    told = json.loads(up.stdout) if up.returncode == 0 else {}
    ok(told.get("refused") == "fenced" and told["last"] >= len(mine),
       "the old disk is handed up", (up.stdout, up.stderr[-800:]))
    ok(before == {p.name: p.read_bytes() for p in
                  Path(old, "journal").iterdir() if p.is_file()},
       "and nothing was written into its log")
    told = open_epochs(hub, "R02")
    ok(len(told) == 1 and told[0]["first"] == len(at_hub) + 1 and
       told[0]["lines"] == told[0]["last"] - len(at_hub) >= len(lost) and
       told[0]["epoch"] == json.loads(lost[0])["epoch"],
       "just what was lost waits", (told, len(lost)))
    p = t.verb("sync", "salvage", old, check=False)
    ok(p.returncode == 0 and open_epochs(hub, "R02") == told, "a second time changes nothing",
       p.stdout)
    p = salvage(hub, "accept", "R02", told[0]["epoch"],
                "--why", "found in the old till")
    got = accepted(hub, "R02")
    ok(p.returncode == 0 and [x for _, x in got][:len(lost)] == lost and
       len(got) == told[0]["lines"], "accepted, it is handed out", p.stderr)
    ok(log_of(hub, "R02") == live and hub.broken() == [],
       "and the log goes on as it did")
    p = t.verb("sync", "salvage", t.dir, check=False)
    ok(p.returncode == 1 and "no store" in p.stderr, "only of a store", p.stderr)

    # the hub goes back to yesterday, and only the old disk has what it lost
    hub.psql("DELETE FROM holdfast.batch b USING holdfast.register r WHERE "
             "b.register = r.register AND r.number = 'R02' AND b.last = "
             f"{len(at_hub)} AND b.epoch = 1")
    p = t.verb("sync", "salvage", old, check=False)
    told = open_epochs(hub, "R02")
    ok(p.returncode == 0 and told and told[0]["last"] == len(at_hub),
       "also what the hub had acknowledged, and has lost", (p.stderr, told))
    p = salvage(hub, "reject", "R02", told[0]["epoch"], "--why",
                "not this")
    ok(p.returncode == 0 and accepted(hub, "R02") == got,
       "what is rejected is not handed out", p.stderr)
    t.close()


with hubkit.Hub(listen=("127.0.0.1:0",)) as hub:
    try:
        a_fork(hub)
        a_dead_till(hub)
    except Exception:
        diag(hub.tail())
        raise
done()
