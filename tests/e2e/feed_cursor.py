#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Eight write to one feed at once, one reads at its end: nothing is missed.
And the same writers with numbers from a sequence, which everybody would take
first: there the reader misses rows.  Without that the test proves nothing."""
import json
import os
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."),
                                "tests", "lib"))
import pg  # noqa: E402

pg.require()
BUILD = os.environ.get("top_builddir", ".")
WRITERS = 8
EACH = 80
HOLD_MS = 20    # how long a transaction may take behind its last statement
TENANT = "01900000-0000-7000-8000-000000000001"
ZERO = "00000000-0000-0000-0000-000000000000"


def statements():
    out = subprocess.run([BUILD + "/tests/hub/print_sql"], check=True,
                         capture_output=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def make(c, rows):
    """A database as setup makes it, as far as feeds go."""
    c.psql("CREATE DATABASE hf")
    c.psql("CREATE ROLE holdfast_owner; CREATE ROLE holdfast_service;"
           "CREATE SCHEMA holdfast", "hf")
    c.psql(";\n".join(r["text"] for r in rows if "migration" in r), "hf")
    c.psql("SET holdfast.tenant = '%s'; INSERT INTO holdfast.feed (part,"
           " tenant, feed, epoch, rev) VALUES (1, '%s', 'products', 'e', 0);"
           "CREATE TABLE serial (id bigserial PRIMARY KEY, key text)"
           % (TENANT, TENANT), "hf")


def counter_write(text, writer):
    """EACH transactions by the hub's own statement."""
    s = ["SET holdfast.tenant = '%s';" % TENANT, "PREPARE put AS %s;" % text]
    for i in range(EACH):
        s.append("BEGIN; EXECUTE put(1, '%s', 'products', 'tenant', '%s',"
                 " false, '{0,1}', '{%d-%d-a,%d-%d-b}', '{epoch,epoch}',"
                 " '{\"{}\",\"{}\"}'); SELECT pg_sleep(random() * %f);"
                 " COMMIT;" % (TENANT, ZERO, writer, i, writer, i,
                               HOLD_MS / 1000))
    return "\n".join(s)


def serial_write(writer):
    s = []
    for i in range(EACH):
        s.append("BEGIN; INSERT INTO serial (key) VALUES ('%d-%d-a'),"
                 " ('%d-%d-b'); SELECT pg_sleep(random() * %f); COMMIT;"
                 % (writer, i, writer, i, HOLD_MS / 1000))
    return "\n".join(s)


COUNTER_READ = ("SELECT p.rev, p.key FROM holdfast.feed_item p WHERE part = 1"
                " AND tenant = '%s' AND feed = 'products' AND rev > %%d"
                " ORDER BY rev;" % TENANT)
SERIAL_READ = "SELECT id, key FROM serial WHERE id > %d ORDER BY id;"


class Reader:
    """One psql that is asked again and again."""

    def __init__(self, c, ask):
        self.ask, self.cursor, self.keys = ask, 0, []
        self.p = subprocess.Popen(
            [c.bin + "/psql", "-XAtq", "-F", "\t", "-h", c.sock, "-U", pg.ADMIN,
             "-d", "hf"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, bufsize=1)
        self.p.stdin.write("SET holdfast.tenant = '%s';\n" % TENANT)

    def look(self):
        self.p.stdin.write(self.ask % self.cursor + "\n\\echo .\n")
        self.p.stdin.flush()
        for line in self.p.stdout:
            if line == ".\n":
                return
            number, key = line.rstrip("\n").split("\t")
            self.cursor = int(number)
            self.keys.append(key)

    def close(self):
        self.p.stdin.close()
        self.p.wait()


def run(c, scripts, ask):
    """(seconds, looks, what the reader got)"""
    reader = Reader(c, ask)
    began = time.monotonic()
    jobs = [threading.Thread(target=c.psql, args=(s, "hf"))
            for s in scripts]
    for j in jobs:
        j.start()
    looks = 0
    while any(j.is_alive() for j in jobs):
        reader.look()
        looks += 1
    seconds = time.monotonic() - began
    reader.look()
    reader.close()
    return seconds, looks, reader.keys


def main():
    rows = statements()
    put = [r["text"] for r in rows if r.get("name") == "feed_put"][0]
    want = {"%d-%d-%s" % (w, i, x) for w in range(WRITERS)
            for i in range(EACH) for x in "ab"}
    with pg.Cluster(settings={"log_statement": "none",
                              "log_min_duration_statement": "-1"}) as c:
        make(c, rows)
        s, looks, keys = run(c, [counter_write(put, w)
                                 for w in range(WRITERS)], COUNTER_READ)
        print("# counter: %d items in %.1f s (%.0f commits/s), %d looks, "
              "%d missed" % (len(want), s, WRITERS * EACH / s, looks,
                             len(want - set(keys))))
        good = set(keys) == want and len(keys) == len(want)
        print("%s 1 - the counter's reader got every item once, of %d writers"
              % ("ok" if good else "not ok", WRITERS))
        revs = c.psql("SET holdfast.tenant = '%s'; SELECT count(*), min(rev),"
                      " max(rev), (SELECT rev FROM holdfast.feed) FROM"
                      " holdfast.feed_item" % TENANT, "hf")[0]
        gapless = revs == "%d\t1\t%d\t%d" % ((len(want),) * 3)
        print("%s 2 - numbers have no gap  # %s"
              % ("ok" if gapless else "not ok", revs))
        s, looks, keys = run(c, [serial_write(w) for w in range(WRITERS)],
                             SERIAL_READ)
        missed = len(want - set(keys))
        print("# sequence: %d rows in %.1f s, %d looks, %d missed (%.0f %%)"
              % (len(want), s, looks, missed, 100 * missed / len(want)))
        print("%s 3 - a sequence's reader misses some, or this proves nothing"
              % ("ok" if missed > 0 else "not ok"))
    print("1..3")
    return 0 if good and gapless and missed > 0 else 1


sys.exit(main())
