# SPDX-License-Identifier: Apache-2.0
"""make_hub.py SHOP KEY PIN-FILE FORKED RESTORED

For tests/stores/make: a shop that is there is enrolled at a hub, which has more
of its lines than it knows of itself: acknowledgements, products, a price, a
promotion, people, settings, and a second copy of its lines.  FORKED gets a copy
that sold on its own and was found; RESTORED the register as a restore code
brings it to another machine.  top_builddir and top_srcdir as in tests."""
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
import hubkit  # noqa: E402

shop, key, pin, forked, restored = sys.argv[1:]
hf = hubkit.HOLDFAST
who = Path(pin).read_text().strip()


def verb(store, *args, stdin="", check=True):
    p = subprocess.run([hf, *args, "--store", store], input=stdin,
                       capture_output=True, text=True, check=False)
    if check and p.returncode != 0:
        sys.exit("make_hub: %s: %s%s" % (" ".join(args), p.stdout, p.stderr))
    return p


class Ring:
    """A register that stays, so that its worker is heard."""

    def __init__(self, store):
        self.p = subprocess.Popen(
            [hf, "ring", "--keep-going", "--not-on-file", "line", "--store",
             store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.say("\\pin 1 " + who, "CN", "OD", "10000OS")

    def say(self, *entries):
        for e in entries:
            self.p.stdin.write(e + "\n")
            self.p.stdin.flush()
            self.p.stdout.readline()

    def close(self):
        self.p.stdin.close()
        self.p.stdout.read()
        self.p.wait()


def kinds(store):
    return [json.loads(x)["type"] for x in
            verb(store, "export", "events").stdout.splitlines()]


def until(store, kind, n=1):
    """Sell until a line of this kind is there: such lines ride with acts."""
    r = Ring(store)

    def look():
        verb(store, "sync", "now", check=False)
        r.say("4017", "TL", "CA")
        time.sleep(0.5)
        return kinds(store).count("holdfast.%s.v1" % kind) >= n
    hubkit.wait_until(look, kind, 60)
    r.close()


with hubkit.Hub(listen=("127.0.0.1:0",)) as hub:
    till = hubkit.Till(hub, "R01", enroll=False, where=os.path.dirname(shop))
    assert till.store == shop and till.key == key

    def put(feed, text, *more):
        path = Path(hub.dir) / "in"
        path.write_text(text)
        hub.run("import", feed, path, "--tenant", hub.tenant, *more)

    till.enroll()
    until(shop, "hub.acknowledged")
    put("products", "code,name,price,tax\n4006381333900,Hub tea,2.40,B\n",
        "--format", "csv")
    put("prices", "code,price,valid_from\n4006381333900,2.20,"
        "2020-01-01T00:00:00Z\n", "--format", "csv")
    put("people", json.dumps([{"number": "21", "name": "Hub Hanna",
                               "role": "cashier", "active": True,
                               "pin": "862491"}]), "--format", "json")
    until(shop, "feed.followed", 2)
    hub.run("durable", "begin", check=False)
    till.stop()
    # a copy of the disk that sells on, and is there first
    os.makedirs(forked)
    shutil.copytree(shop, forked + "/shop", symlinks=True,
                    ignore=shutil.ignore_patterns("socket"))
    for name in ("key", "key.worker"):
        shutil.copy(os.path.join(os.path.dirname(shop), name), forked)
    copy = hubkit.Till(hub, "R01", enroll=False, where=forked)
    till.start()
    until(shop, "hub.acknowledged", 2)
    till.stop()
    copy.start()
    until(copy.store, "hub.refused")
    copy.stop()
    # and what another machine makes of what the hub has
    os.makedirs(restored)
    code = hub.verb("register", "restore-code", "R01", "--json")["code"]
    r = subprocess.run([hf, "restore", code, "--hub",
                        "http://127.0.0.1:%d" % hub.port, "--store",
                        restored + "/shop", "--key-file", restored + "/key"],
                       capture_output=True, text=True, check=False)
    if r.returncode != 0:
        sys.exit("make_hub: restore: " + r.stderr)
