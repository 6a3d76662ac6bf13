#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What earlier builds left at a hub opens for ever: each hub in tests/hub/kept
is put back, brought up by 'holdfast-hub setup', shows what it showed then, byte
for byte, and its registers go on; what was changed in a dump is found."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
for where in ("tests/lib", "tests/crash", "tests/hub/kept"):
    sys.path.insert(0, str(SRC / where))
sys.dont_write_bytecode = True
import hfsig  # noqa: E402
import hubkit  # noqa: E402
import make as kept  # noqa: E402
import pg  # noqa: E402
from crashlib import diag, done, ok  # noqa: E402

pg.require()


class Kept(hubkit.Hub):
    """A hub out of its dump and its state, in a database of its own."""

    def __init__(self, cluster, top, db="holdfast", change=lambda sql: sql):
        self.dir = tempfile.mkdtemp(prefix="hfhub-")
        self.conf = self.dir + "/hub.conf"
        self.socket = self.dir + "/hub.sock"
        self.env = dict(os.environ, HOLDFAST_HUB_CONF=self.conf)
        self.own, self.db, self.proc = cluster, db, None
        self.stores, self.codes = {}, {}
        self.port = hubkit.free_port()
        state = Path(self.dir) / "state"
        state.mkdir(0o700)
        for name in ("hub.key", "pgpass", "admin.key"):
            shutil.copy(top / name, state)
        text = (top / "hub.conf").read_text()
        for a, b in (("@DIR@", self.dir), ("@SOCKET@", cluster.sock),
                     ("'holdfast'", "'%s'" % db)):
            text = text.replace(a, b)
        Path(self.conf).write_text(re.sub(
            r"listen = 127.*", "listen = 127.0.0.1:%d" % self.port, text))
        about = json.loads((top / "about.json").read_text())
        self.id, self.tenant = about["hub"], about["tenant"]
        self.admin_key = str(state / "admin.key")
        sql = (top / "hub.sql").read_text()
        if db != "holdfast":    # roles are the cluster's: there already
            sql = sql[sql.index("SET statement_timeout"):]
        cluster.psql('CREATE DATABASE "%s"' % db)
        cluster.psql(change(sql), db)
        word = (top / "pgpass").read_text().strip().rsplit(":", 1)[1]
        cluster.psql("ALTER ROLE holdfast_hub PASSWORD '%s'" % word)

    def psql(self, sql, db=None, tenant=None):
        return super().psql(sql, db or self.db, tenant)

    def setup(self):
        return subprocess.run(
            [hubkit.HUB, "setup", "--database", self.own.conninfo(self.db)],
            env=self.env, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False)

    def close(self):
        self.own = None     # the cluster is another's
        super().close()

    def rows(self, without=()):
        """Every row of every table."""
        tables = self.psql("SELECT tablename FROM pg_tables WHERE schemaname "
                           "= 'holdfast' ORDER BY 1")
        return {t: self.psql("SELECT to_jsonb(x) FROM holdfast.%s x ORDER BY "
                             "1" % t) for t in tables if t not in without}


def speaker(hub, top):
    """R02, as it was."""
    at = json.loads((top / "R02.json").read_text())
    s = hub.speaker("R02", "Harbor", enroll=False)
    s.sign = hfsig.Key(bytes.fromhex(at["sign"]))
    s.link = hfsig.Key(bytes.fromhex(at["link"]))
    s.keyid, s.id, s.nonce = at["keyid"], at["id"], at["nonce"]
    s.source, s.log = at["source"], [at["last"].encode()]
    return s


def lines(text):
    return [x.encode("latin-1") for x in text.split("\n") if x]


def logged(hub):
    """What the hub's own log says: hashes accepted, hashes rejected."""
    yes, no, part = [], [], b""
    for x in hub.run("export", "events", "--hub",
                     text=False).stdout.splitlines():
        d = json.loads(x)["data"]
        if "references" in d:
            no += [r["hash"] for r in d["references"]]
            continue
        part += d["line"].encode()
        if d.get("piece", 1) == d.get("pieces", 1):
            assert hashlib.sha256(part).hexdigest() == d["hash"]
            yes.append(part)
            part = b""
    return yes, no


def holds(hub):
    """Both chains of acts and the hub's own logs; what it says else."""
    for more in ((), ("--hub",)):
        p = hub.run("audit", "--verify", *more, check=False)
        if p.returncode != 0:
            return p.stderr
    return None


def brought_up(name, hub):
    p = hub.run("audit", check=False)
    ok(p.returncode == 0 or
       p.returncode == 1 and "run 'holdfast-hub setup'" in p.stderr,
       f"{name}: opens, or says what to run", p.stderr)
    p = hub.setup()
    ok(p.returncode == 0, f"{name}: setup brings it up", p.stderr)
    was = hub.rows()
    p = hub.setup()
    now = hub.rows()
    ok(p.returncode == 0 and was == now, f"{name}: once",
       [t for t in now if now[t] != was.get(t)])
    ok(holds(hub) is None and hub.broken() == [],
       f"{name}: acts, own log and every line hold", holds(hub))


def same(name, hub, s, then):
    now = kept.picture(hub, s)
    for kind in kept.BYTES:
        ok(now[kind] == then[kind] and any(then[kind].values()),
           f"{name}: byte for byte: {kind}",
           [k for k in then[kind] if now[kind].get(k) != then[kind][k]])
    for feed in kept.FEEDS:
        ok(now["feeds"][feed] == then["feeds"][feed] and
           then["feeds"][feed]["items"],
           f"{name}: {feed} are served as they were", now["feeds"][feed])
    for what in ("people", "stores", "admins", "quarantine", "exceptions"):
        ok(now[what] == then[what] and then[what],
           f"{name}: {what} are", (now[what], then[what]))
    ok([x for x in now["heads"] if x in then["heads"]] == then["heads"],
       f"{name}: where each register stands", now["heads"])

    def plain(acts):
        return [{k: a[k] for k in then["acts"][0]} for a in acts]
    acts = plain(now["acts"])
    ok([a for a in acts if a in then["acts"]] == then["acts"],
       f"{name}: every act stands as it did", acts)


def decided(name, hub, then):
    yes, no = logged(hub)
    want = [x[x.index(b',"line":') + 8:-1]
            for x in lines(then["salvaged"]["R01"])]
    ok(want and yes == want,
       f"{name}: what was accepted is in the hub's own log, each line once",
       (len(yes), len(want)))
    want = [hubkit.sha(x) for x in lines(then["aside"]["R02.7"])]
    ok(want and no == want, f"{name}: and what was rejected by its hash", no)


def goes_on(name, hub, top, s, then):
    s.grow(2)
    a = s.push(2)
    ok(a.status == 200 and a.head[1] == 9,
       f"{name}: a log of then takes lines of now", a)
    ok(kept.exported(hub, "R02") == then["lines"]["R02"] +
       "".join(x.decode() + "\n" for x in s.log[1:]),
       f"{name}: behind those it had")
    where = Path(hub.dir) / "till"
    shutil.copytree(top / "till", where, symlinks=True)
    link = where / "shop/sync/link"
    link.write_text(re.sub(r"url = .*", "url = http://127.0.0.1:%d" % hub.port,
                           link.read_text()))
    machine = Path(hub.dir) / "machine"
    machine.write_text("a machine that is gone\n")
    env = dict(os.environ, HOLDFAST_MACHINE_ID=str(machine))

    def run(*args, **kw):
        return subprocess.run(
            [*args, "--store", str(where / "shop")], env=env,
            capture_output=True, text=True, check=False, timeout=120, **kw)
    key = ("--key-file", str(where / "key"))
    p = run(hubkit.HOLDFAST, "ring", *key, input=kept.SALE)
    ok(p.returncode == 0, f"{name}: a till of then sells",
       (p.stdout, p.stderr))
    p = run(hubkit.SYNCD, "--once", "--worker-key-file",
            str(where / "key.worker"))
    ok(p.returncode == 0, f"{name}: and hands in", p.stderr)
    mine = [x.encode("latin-1") for x in run(
        hubkit.HOLDFAST, "export", "events", *key).stdout.splitlines()]
    at = [x.encode("latin-1")
          for x in kept.exported(hub, "R01").splitlines()]
    ok(len(at) > len(lines(then["lines"]["R01"])) and at == mine[:len(at)] and
       b"sale.completed" in b"".join(at[len(lines(then["lines"]["R01"])):]),
       f"{name}: its log is the one it was, and the sale in it",
       (len(at), len(mine)))
    was, _ = logged(hub)
    p = hub.run("salvage", "accept", "R02", "8", "--why", "looked at",
                check=False)
    now, _ = logged(hub)
    ok(p.returncode == 0 and [x for x in now if x not in was] ==
       lines(then["aside"]["R02.8"]),
       f"{name}: what was open then can be decided now", p.stderr)
    ok(holds(hub) is None and hub.broken() == [], f"{name}: and all holds",
       holds(hub))


def touched(name, hub):
    """Somebody with the database writes in what was decided."""
    hub.psql("UPDATE holdfast.fork_event SET line = set_byte(line, 9, 35) "
             "WHERE decision = 'reject'")
    found = holds(hub) or ""
    ok("is not what came" in found,
       f"{name}: a salvaged line that is changed afterwards is found", found)


def changed(name, cluster, top):
    """One byte of the dump, and what finds it."""
    def reason(sql):
        assert "reason=a drill" in sql
        return sql.replace("reason=a drill", "reason=a trill")

    def aside(sql):     # the line that somebody accepted, in hexadecimal
        word = b'"type":"holdfast.sale.completed'.hex()
        at = sql.index(word, sql.index("COPY holdfast.fork_event"))
        return sql[:at] + "23" + sql[at + 2:]

    def line(sql):
        word = b'"type":"holdfast.sale.completed'.hex()
        at = sql.index(word, sql.index("COPY holdfast.batch"))
        return sql[:at] + "23" + sql[at + 2:]

    for n, (change, what) in enumerate((
            (reason, "an act"), (aside, "a salvaged line"),
            (line, "a line"))):
        hub = Kept(cluster, top, "bent%d" % n, change)
        p = hub.setup()
        found = p.stderr if p.returncode != 0 else (
            holds(hub) or hub.broken())
        ok(found, f"{name}: a byte of {what} that was changed is found",
           p.stderr)
        hub.close()


tars = sorted((SRC / "tests/hub/kept").glob("*.tar.xz"))
for path in tars:
    release = path.name.removesuffix(".tar.xz")
    with tempfile.TemporaryDirectory() as tmp, pg.Cluster(
            settings={"log_statement": "none"}) as c:
        with tarfile.open(path) as tar:
            tar.extractall(tmp)
        base = Path(tmp) / "hub"
        expect = kept.read(base / "expect")
        with Kept(c, base) as h:
            brought_up(release, h)
            h.serve()
            r02 = speaker(h, base)
            same(release, h, r02, expect)
            decided(release, h, expect)
            try:
                goes_on(release, h, base, r02, expect)
            except Exception:
                diag(h.tail())
                raise
            touched(release, h)
        changed(release, c, base)
ok(tars, f"{len(tars)} hubs of earlier builds are kept")
done()
