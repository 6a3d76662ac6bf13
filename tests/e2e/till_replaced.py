# SPDX-License-Identifier: Apache-2.0
"""A till whose machine is dead goes on with another one, and opens for its
cashiers at once: their PINs, badges and the emergency code are what they were,
and none of what they are made with can be read in the hub's database."""
import json
import os
import subprocess
import sys
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/lib"))
sys.path.insert(0, str(SRC / "tests/crash"))
import hubkit  # noqa: E402
import pg  # noqa: E402
from crashlib import done, ok  # noqa: E402

pg.require()

BADGE = "BADGE-0007"


def status(till):
    return json.loads(till.verb("sync", "status", "--json").stdout)


def said(till, text):
    p = till.verb("ring", "--keep-going", stdin=text, check=False)
    return [json.loads(line) for line in p.stdout.splitlines()]


def settled(till):
    hubkit.wait_until(lambda: status(till)["queued"] == 0, "an empty queue")
    till.stop()


def persons(hub):
    return hub.psql("SELECT count(*), max(length(sealed)) "
                    "FROM holdfast.register_persons")[0].split("\t")


def restore(hub, old, name):
    """Another machine, out of the hub alone."""
    code = hub.verb("register", "restore-code",
                    status(old)["keyid"].split(".")[-1], "--json")["code"]
    new = object.__new__(hubkit.Till)
    where = os.path.join(hub.dir, name)
    os.mkdir(where)
    new.__dict__.update(hub=hub, number="R01", dir=where, worker=None,
                        store=where + "/shop", key=where + "/key")
    p = subprocess.run(
        [hubkit.HOLDFAST, "restore", code, "--hub",
         "http://127.0.0.1:%d" % hub.port, "--store", new.store,
         "--key-file", new.key, "--json"], capture_output=True, text=True,
        timeout=120, check=False, env=dict(
            os.environ, HOLDFAST_SYNCD=hubkit.SYNCD))
    return new, p


def everybody_is_let_in(till, what, glass, fresh):
    r = said(till, "\\pin 7 4712\n\\pin 7 4711\n100DP10\nCA\nSO\n"
             "\\badge " + BADGE + "\nSO\n\\pin 1 8642\nSO\n")
    ok(not r[0]["ok"] and all(x["ok"] for x in r[1:]),
       what + ": PINs and badge are those they were", r)
    r = said(till, "BG %s nobody is here\nNS\n" % glass)
    ok(all(x["ok"] for x in r), what + ": the emergency code is, too", r)
    r = said(till, "SO\n\\pin 7 4711\nVD3\n100DP10\n")
    p = till.verb("user", "pin", "7", "--pin-fd", "0", stdin=fresh + "\n",
                  check=False)
    r = said(till, "SO\n\\pin 7 4711\n\\pin 7 %s\nSO\n" % fresh)
    ok(p.returncode == 0 and not r[1]["ok"] and r[2]["ok"],
       what + ": and can be changed", (p.stderr, r))
    till.verb("user", "pin", "7", "--pin-fd", "0", stdin="4711\n")


def main():
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        till = hub.till("R01")
        till.verb("user", "pin", "1", "--pin-fd", "0", stdin="8642\n")
        till.verb("user", "add", "7", "--name", "Ana", "--pin-fd", "0",
                  stdin="4711\n")
        till.verb("user", "badge", "7", "--badge-fd", "0", stdin=BADGE + "\n")
        glass = till.verb("user", "glass", "--json").stdout
        glass = json.loads(glass)["code"]
        said(till, "\\pin 7 4711\n100DP10\nCA\n")
        hubkit.wait_until(lambda: persons(hub)[0] == "1", "keys of persons")
        settled(till)

        second, p = restore(hub, till, "second")
        ok(p.returncode == 0 and "pins" not in json.loads(p.stdout),
           "a second machine takes its place", (p.stdout, p.stderr))
        names = second.verb("user", "list").stdout
        ok("Ana" in names, "who it was can be read", names)
        everybody_is_let_in(second, "the second machine", glass, "5823")

        # --- and its own place is taken, too: peppers of both go on
        glass = json.loads(second.verb("user", "glass", "--json").stdout)
        had = int(persons(hub)[1])
        second.start()
        said(second, "\\pin 7 4711\n100DP10\nCA\n")
        hubkit.wait_until(lambda: int(persons(hub)[1]) > had,
                          "another pepper")
        settled(second)
        third, p = restore(hub, second, "third")
        ok(p.returncode == 0, "a third machine takes its place", p.stderr)
        everybody_is_let_in(third, "the third machine", glass["code"], "6194")

        # --- what a thief of the database has
        dump = subprocess.run(
            [hub.own.bin + "/pg_dump", "-h", hub.own.sock, "-U", pg.ADMIN,
             "holdfast"], capture_output=True, text=True, check=True).stdout
        log = Path(hub.dir + "/log").read_bytes()
        ok("register_persons" in dump and "pepper-" not in dump and
           b"pepper-".hex() not in dump and b"pepper" not in log,
           "what PINs are made with is sealed in its database")

        for t in (till, second, third):
            t.close()
    done()


main()
