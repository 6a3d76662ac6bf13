#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A register of a hub takes away no line that the hub has only one copy of:
whoever wants that says why."""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ.get("top_srcdir", ".")) / "tests/lib"))
import hubkit  # noqa: E402
import pg  # noqa: E402

pg.require()
n = bad = 0
os.environ["HOLDFAST_SEGMENT_KIB"] = "64"


def ok(true, what, why=""):
    global n, bad
    n += 1
    bad += 0 if true else 1
    print("%sok %d - %s" % ("" if true else "not ", n, what))
    if not true and why:
        print("# " + str(why).replace("\n", "\n# "))
    sys.stdout.flush()


def long_ago(till, *args, stdin=""):
    env = dict(os.environ, FAKETIME_DONT_FAKE_MONOTONIC="1")
    p = subprocess.run(["faketime", "-f", "-500d", hubkit.HOLDFAST, *args,
                        "--store", till.store], input=stdin, text=True,
                       capture_output=True, env=env, check=False)
    if p.returncode != 0:
        raise RuntimeError(p.stderr)


def old_shop(hub, number):
    """Whose first day was long ago."""
    where = tempfile.mkdtemp(prefix="hftill-")
    till = hubkit.Till.__new__(hubkit.Till)
    till.store, till.key = where + "/shop", where + "/key"
    long_ago(till, "init", "--shop", "OLD", "--register", number,
             "--currency", "EUR", "--prices", "included", "--tax", "A=19%",
             "--key-file", till.key)
    till = hubkit.Till(hub, number, enroll=False, where=where)
    conf = Path(where) / "conf"
    conf.write_text((Path(till.store) / "holdfast.conf").read_text() +
                    "\n[archive]\nkeep_days = 30\nmedium = any\n")
    long_ago(till, "config", "apply", str(conf))
    long_ago(till, "ring", stdin="100DP10\nTL\nCA\n" * 60 + "1ZR\n")
    till.ring("100DP10\nTL\nCA\n")
    return till


def hears(till, durable):
    """A register that stays, until it recorded what the hub has twice."""
    p = subprocess.Popen([hubkit.HOLDFAST, "ring", "--keep-going", "--store",
                          till.store], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, text=True)

    def look():
        till.verb("sync", "now", check=False)
        for entry in ("100DP10", "TL", "CA"):
            p.stdin.write(entry + "\n")
            p.stdin.flush()
            p.stdout.readline()
        time.sleep(0.2)
        acks = [json.loads(x)["data"] for x in till.lines()
                if b'"type":"holdfast.hub.acknowledged' in x]
        return acks and acks[-1].get("durable", 0) >= durable
    hubkit.wait_until(look, "an acknowledgement")
    p.stdin.close()
    p.wait(hubkit.PATIENCE)


def purge(till, archive, *more):
    return till.verb("purge", "--archive", archive, "--json", *more,
                     check=False)


def segments(till):
    return len(list((Path(till.store) / "journal").glob("*.seg")))


with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
    till = old_shop(hub, "R01")
    till.enroll()
    hears(till, 0)
    archive = till.dir + "/archive"
    till.verb("archive", archive)
    before = segments(till)
    ok(before > 2, "there are segments to take away", before)
    p = purge(till, archive)
    ok(p.returncode == 0 and json.loads(p.stdout).get("unsent") and
       segments(till) == before,
       "the hub has one copy: nothing is removed, and it says so",
       (p.returncode, p.stdout, p.stderr))
    p = purge(till, archive, "--beyond-hub")
    ok(p.returncode != 0 and segments(till) == before,
       "nor is it without a reason", p.stderr)
    mark = hub.verb("durable", "begin", "--json")["mark"]
    hub.run("durable", "confirm", mark)
    hears(till, 60)
    p = purge(till, archive)
    ok(p.returncode == 0 and segments(till) < before,
       "a backup of the hub is the second copy", (p.stdout, p.stderr))
    p = till.verb("verify", "--json", check=False)
    ok(json.loads(p.stdout)["ok"], "and all is well", p.stdout)
    register = json.loads(till.verb("sync", "status", "--json").stdout)[
        "keyid"].split(".")[-1]
    rows = hub.lines(register)
    ok([r[1] for r in rows] == list(range(1, len(rows) + 1)) and
       not hub.broken(), "the hub has the lines that are gone here", len(rows))
    # another one, whose hub is gone for good
    other = old_shop(hub, "R02")
    other.enroll()
    hears(other, 0)
    other.verb("archive", other.dir + "/archive")
    before = segments(other)
    p = purge(other, other.dir + "/archive", "--beyond-hub", "--reason",
              "the hub is gone")
    line = [x for x in other.lines() if b"journal.purged" in x]
    ok(p.returncode == 0 and segments(other) < before and line and
       json.loads(line[-1])["data"]["reason"] == "the hub is gone",
       "with a reason it is done, and the line says it",
       (p.stdout, p.stderr))
    till.close()
    other.close()
print("1..%d" % n)
sys.exit(bad > 0)
