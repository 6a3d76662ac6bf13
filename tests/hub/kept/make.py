#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make.py NAME: a small hub with one of everything the build at hand keeps, as
NAME.tar.xz here, never touched again (README has what is in it).

With the programs and the tests/lib of the build it is of:
    top_builddir=BUILD top_srcdir=SOURCE tests/hub/kept/make.py 0.6.0

The test of it asks picture() again and finds what was found then."""
import json
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(os.environ.get("top_srcdir", ".")) / "tests/lib"))
import hfsig  # noqa: E402
import hubkit  # noqa: E402

HERE = Path(__file__).resolve().parent
FEEDS = ("products", "prices", "rules", "config", "people")
BYTES = ("lines", "salvaged", "aside")
SALE = "4011\nTL\nCA\n"


# --- what is looked at, then and now -----------------------------------------

def admin(hub):
    """Who has the administrator's key: a function that asks."""
    words = dict(w.split(" = ", 1) for w in
                 Path(hub.admin_key).read_text().splitlines() if " = " in w)
    key = hfsig.Key(bytes.fromhex(words["secret"]))
    return lambda path: hub.ask(key, words["keyid"], "GET", path)


def feed(hub, s, name):
    """What register s is served.  A person is sealed anew each time."""
    a = hub.ask(s.link, s.keyid, "GET", "/v1/feeds/" + name, None, "since=0")
    assert a.status == 200, a
    for i in a.json["items"]:
        if "sealed" in i.get("body", {}):
            i["body"] = "sealed"
    return {k: a.json[k] for k in ("epoch", "rev", "items")}


def picture(hub, s):
    """All that has to stay; s is the speaker of R02."""
    ask = admin(hub)
    out = {"lines": {}, "salvaged": {}, "aside": {}, "feeds": {}}
    for number in ("R01", "R02"):
        out["lines"][number] = exported(hub, number)
        out["salvaged"][number] = exported(hub, number, "--salvaged")
    for r in listed(hub, "salvage", "list"):
        out["aside"]["%s.%s" % (r["number"], r["epoch"])] = said(
            hub, "salvage", "show", r["number"], r["epoch"])
    for name in FEEDS:
        out["feeds"][name] = feed(hub, s, name)
    out["people"] = [i.get("person") for i in
                     ask("/v1/feeds/people/items").json["items"]]
    out["acts"] = listed(hub, "audit") + listed(hub, "audit", "--hub")
    out["stores"] = listed(hub, "store", "list")
    out["admins"] = listed(hub, "admin", "list")
    out["heads"] = hub.psql(
        "SELECT l.number, r.epoch, r.sequence, encode(r.hash, 'hex') FROM "
        "holdfast.register r JOIN holdfast.register_list l ON l.register = "
        "r.register ORDER BY l.number")
    out["quarantine"] = hub.psql(
        "SELECT epoch, sequence, reason FROM holdfast.quarantine")
    out["exceptions"] = hub.psql(
        "SELECT l.number, x.kind, x.epoch, x.sequence, x.state FROM "
        "holdfast.exception x JOIN holdfast.register_list l ON l.register = "
        "x.register ORDER BY 1, 2, 3, 4")
    return out


def said(hub, *args):
    """Byte for byte, as text: a line may be none."""
    return hub.run(*args, text=False).stdout.decode("latin-1")


def exported(hub, number, *more):
    return said(hub, "export", "events", "--register", number, *more)


def listed(hub, *args):
    return [json.loads(x) for x in
            hub.run(*args, "--json").stdout.splitlines()]


def write(top, seen):
    """As files, what is bytes as such."""
    top.mkdir()
    rest = dict(seen)
    for kind in BYTES:
        for name, text in rest.pop(kind).items():
            (top / (kind + "." + name)).write_bytes(text.encode("latin-1"))
    (top / "rest.json").write_text(json.dumps(rest, indent=1))


def read(top):
    """What was written."""
    seen = json.loads((top / "rest.json").read_text())
    for kind in BYTES:
        seen[kind] = {p.name.split(".", 1)[1]:
                      p.read_bytes().decode("latin-1")
                      for p in top.glob(kind + ".*")}
    return seen


# --- making one --------------------------------------------------------------

def put(hub, name, text, *more):
    path = Path(hub.dir) / "in"
    path.write_text(text)
    hub.run("import", name, path, *more)


def feeds(hub):
    put(hub, "products", "code,name,price,tax\n4011,Bananas,1.00,A\n"
        "4006381333900,Tea,2.40,B\n", "--format", "csv")
    put(hub, "products", "code,name,price,tax\n4006381333900,Harbor tea,2.60,"
        "B\n", "--format", "csv", "--store", hub.stores["Harbor"]["store"])
    put(hub, "prices", "code,price,valid_from\n4006381333900,2.20,"
        "2030-01-01T00:00:00Z\n", "--format", "csv")
    put(hub, "rules", "[promotion tea]\nitems = 4006381333900\nbuy = 3\n"
        "free = 1\n", "--format", "text", "--name", "tea")
    put(hub, "config", "[receipt]\nheader = Kept\n", "--format", "text",
        "--name", "main")
    put(hub, "people", json.dumps([
        {"number": "21", "name": "Kept Hanna", "role": "cashier",
         "active": True, "pin": "862491", "badges": ["B21"]},
        {"role": "helper", "text": "[role helper]\ndiscount = 5%\n"}]),
        "--format", "json")


def decide(hub, word, number, why):
    (one,) = [r for r in listed(hub, "salvage", "list")
              if r["number"] == number and r["decision"] == "open"]
    hub.run("salvage", word, number, one["epoch"], "--why", why)


def synced(t):
    """What the shop has of its own is told first, then what it follows."""
    for _ in range(4):
        p = t.sync()
        if p.returncode == 0:
            return
    raise RuntimeError(p.stderr)


def real(hub):
    """A till that sells, and a copy of it that did."""
    t = hub.till("R01")
    t.stop()
    csv = Path(t.dir) / "c.csv"
    csv.write_text("code,name,price,tax,department\n4011,Bananas,1.00,A,F\n")
    t.verb("import", "products", csv)
    t.ring(SALE)
    synced(t)
    twin = Path(t.dir) / "twin"
    shutil.copytree(t.store, twin, ignore=shutil.ignore_patterns("socket"))
    t.ring(SALE)
    synced(t)
    shop, t.store = t.store, str(twin)
    t.ring(SALE)
    assert t.sync().returncode == 1
    t.store = shop
    shutil.rmtree(twin)
    decide(hub, "accept", "R01", "the copy sold at the market stall")
    return t


def spoken(hub):
    """A log with a line that is none in it, and two that lie beside it."""
    s = hub.speaker("R02", "Harbor")
    s.hello()
    s.grow(3)
    assert s.push().status == 200
    bad = b'{"specversion":"1.0","id":"\xff'
    a = s.ask("POST", "/quarantine", json.dumps(
        {"epoch": 1, "sequence": 4, "prev": hubkit.sha(s.log[-1]),
         "hash": hubkit.sha(bad), "reason": "not text",
         "bytes": hfsig.b64url(bad)}).encode())
    assert a.status == 200, a
    s.log.append(bad)
    s.log.append(s.line(5, hubkit.sha(bad)))
    s.grow(2)
    assert s.push(5).status == 200
    for epoch, n in ((7, 2), (8, 3)):
        a = s.send([s.line(i + 1, hubkit.ZERO, epoch=epoch)
                    for i in range(n)], what="/salvage")
        assert a.json["stored"] == n, a
        if epoch == 7:
            decide(hub, "reject", "R02", "a drill")
    return s


def dump(hub):
    """Roles and rows as SQL that any psql of this version or later reads."""
    own = hub.own

    def of(program, *args):
        out = subprocess.run(
            [own.bin + "/" + program, "-h", own.sock, "-U", "postgres", *args],
            check=True, capture_output=True, text=True).stdout
        return [x for x in out.splitlines()
                if x and not x.startswith(("--", "\\restrict",
                                           "\\unrestrict"))]
    roles = [x for x in of("pg_dumpall", "--roles-only",
                           "--no-role-passwords")
             if " ROLE postgres" not in x]
    return "\n".join(roles + of("pg_dump", "holdfast")) + "\n"


def main(name):
    with tempfile.TemporaryDirectory() as tmp, \
            hubkit.Hub(listen=("127.0.0.1:0",), tenant="Kept") as hub:
        machine = Path(tmp) / "machine"
        machine.write_text("a machine that is gone\n")
        os.environ["HOLDFAST_MACHINE_ID"] = str(machine)
        hub.store("Harbor")
        feeds(hub)
        t = real(hub)
        s = spoken(hub)
        top = Path(tmp) / "hub"
        seen = picture(hub, s)
        hub.stop()
        shutil.copytree(hub.dir + "/state", top)
        for path in [Path(hub.conf), *top.iterdir()]:
            text = path.read_bytes()
            for a, b in ((hub.own.sock, b"@SOCKET@"), (hub.dir, b"@DIR@")):
                text = text.replace(a.encode(), b)
            (top / path.name).write_bytes(text)
        for part in ("shop", "key", "key.worker"):
            of = Path(t.dir) / part
            if of.is_dir():
                shutil.copytree(of, top / "till" / part, symlinks=True,
                                ignore=shutil.ignore_patterns("socket"))
            else:
                shutil.copy(of, top / "till")
        t.close()
        conf = [x for x in (top / "hub.conf").read_text().splitlines(True)
                if not x.startswith("url")]
        (top / "hub.conf").write_text("".join(conf))
        (top / "hub.sql").write_text(dump(hub))
        write(top / "expect", seen)
        (top / "R02.json").write_text(json.dumps({
            "sign": s.sign.seed.hex(), "link": s.link.seed.hex(),
            "keyid": s.keyid, "id": s.id, "nonce": s.nonce,
            "source": s.source, "last": s.log[-1].decode()}))
        (top / "about.json").write_text(json.dumps({
            "hub": hub.id, "tenant": hub.tenant,
            "admin_key": os.path.basename(hub.admin_key)}))

        def plain(member):
            member.uid = member.gid = 0
            member.uname = member.gname = "root"
            return member
        out = HERE / (name + ".tar.xz")
        with tarfile.open(out, "w:xz", preset=9 | lzma.PRESET_EXTREME) as tar:
            tar.add(top, "hub", filter=plain)
        print(out, out.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1])
