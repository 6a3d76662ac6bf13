#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A hub is set up: once, again, by two at once; what is in its database is
seen by one tenant only, whatever table it is in and whatever was forgotten;
its parts lie where they belong; its acts prove themselves."""
import http.client
import json
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
import hfsig  # noqa: E402
import pg  # noqa: E402

HUB = str(Path(os.environ["top_builddir"]) / "holdfast-hub")
NOBODY = "00000000-0000-0000-0000-000000000000"
count, failures = 0, 0


def ok(good, what, note=None):
    global count, failures
    count += 1
    failures += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}", flush=True)
    if not good and note is not None:
        for line in str(note).splitlines()[:12]:
            print("# " + line)


class Hub:
    """One hub's configuration and state, and its verbs."""

    def __init__(self, base, name="hub"):
        self.dir = os.path.join(base, name)
        os.makedirs(self.dir, exist_ok=True)
        self.conf = os.path.join(self.dir, "hub.conf")
        self.state = os.path.join(self.dir, "state")

    def run(self, *args, env=None):
        return subprocess.run([HUB, *args, "--config", self.conf, "--json"],
                              capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, **(env or {})))

    def setup(self, *databases, more=(), env=None):
        args = ["setup"]
        for d in databases:
            args += ["--database", d]
        if not os.path.exists(self.conf):
            args += ["--state", self.state, "--no-tls", "--listen",
                     "unix:" + os.path.join(self.dir, "sock")]
        return self.run(*args, *more, env=env)

    def rows(self, *args):
        r = self.run(*args)
        if r.returncode != 0:
            raise RuntimeError(f"{args}: {r.stderr}")
        return [json.loads(x) for x in r.stdout.splitlines()]

    def one(self, *args):
        return self.rows(*args)[0]


class Socket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("hub", timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(120)
        self.sock.connect(self.path)


def as_service(cluster, hub, db, sql):
    """What the service's own role gets; the error's text when it is one."""
    try:
        return cluster.psql(sql, db, "holdfast_hub", {
            "PGPASSFILE": os.path.join(hub.state, "pgpass")})
    except RuntimeError as e:
        return str(e)


# --- setup itself ------------------------------------------------------------

def test_setup(c, h):
    r = h.setup(c.conninfo("holdfast"), env={"PGPASSWORD": "unneeded"})
    ok(r.returncode == 0, "setup makes a hub", r.stderr)
    done = json.loads(r.stdout or "{}")
    modes = {f: stat.S_IMODE(os.stat(os.path.join(h.state, f)).st_mode)
             for f in ("hub.key", "pgpass", "admin.key")}
    ok(set(modes.values()) == {0o600} and
       stat.S_IMODE(os.stat(h.state).st_mode) == 0o700,
       "what is secret is for its owner alone", modes)
    with open(os.path.join(h.state, "pgpass"), encoding="utf-8") as f:
        password = f.read().strip().rsplit(":", 1)[1]
    with open(c.log, encoding="utf-8", errors="replace") as f:
        log = f.read()
    with open(h.conf, encoding="utf-8") as f:
        conf = f.read()
    ok(len(password) >= 40 and password not in log + conf + r.stderr and
       "SCRAM-SHA-256$" in log,
       "its password is in no log, statement or configuration")
    r = h.setup("host=x user=postgres password=geheim123")
    ok(r.returncode == 1 and "geheim123" not in r.stdout + r.stderr,
       "a password is refused as an argument, and not said again", r.stderr)

    def picture():
        files = {}
        for f in sorted(os.listdir(h.state)) + ["../hub.conf"]:
            with open(os.path.join(h.state, f), "rb") as g:
                files[f] = g.read()
        dump = subprocess.run(
            [pg.bindir() + "/pg_dump", "-s", "-h", c.sock, "-U", "postgres",
             "holdfast"], capture_output=True, text=True, check=True).stdout
        rows = c.psql("SELECT * FROM holdfast.migration", "holdfast")
        return files, re.sub(r"\\(un)?restrict .*", "", dump), rows

    before = picture()
    r = h.setup(c.conninfo("holdfast"))
    ok(r.returncode == 0 and picture() == before,
       "setup again changes nothing", r.stderr)
    ok(len(h.rows("tenant", "list")) == 1 and done.get("tenant"),
       "there is one tenant, made once")
    with open(os.path.join(h.state, "setup.lock"), "w") as f:
        import fcntl
        fcntl.flock(f, fcntl.LOCK_EX)
        r = h.setup(c.conninfo("holdfast"))
        ok(r.returncode == 4, "a second one on the same state is told to wait",
           r.stderr)
    return done


def test_at_once(c, h, base):
    """Two machines with the same state, one new database."""
    hubs = []
    for name in ("twin1", "twin2"):
        t = Hub(base, name)
        shutil.copytree(h.state, t.state)
        with open(h.conf, encoding="utf-8") as f:
            text = f.read().replace("dbname='holdfast'", "dbname='twins'")
        with open(t.conf, "w", encoding="utf-8") as f:
            f.write(text.replace(h.state, t.state))
        hubs.append(t)
    got = [None, None]

    def one(i):
        got[i] = hubs[i].setup(c.conninfo("twins"), more=("--no-tenant",))

    threads = [threading.Thread(target=one, args=(i,)) for i in (0, 1)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    ran = c.psql("SELECT number, count(*) FROM holdfast.migration "
                 "GROUP BY number", "twins")
    ok([r.returncode for r in got] == [0, 0] and
       all(x.endswith("\t1") for x in ran) and ran,
       "two at once do it once", "\n".join(r.stderr for r in got))
    ok(sum(int(n) for r in got for n in
           re.findall(r"(\d+) migrations? ran", r.stderr)) == len(ran),
       "and each of them by one", "\n".join(r.stderr for r in got))


def test_refusals(c, h, base):
    other = Hub(base, "other")
    r = other.setup(c.conninfo("holdfast"))
    ok(r.returncode == 1, "another hub cannot take its database", r.stderr)
    old = c.psql("SELECT encode(hash, 'hex') FROM holdfast.migration "
                 "WHERE number = 1", "holdfast")[0]
    c.psql("UPDATE holdfast.migration SET hash = sha256('x') "
           "WHERE number = 1", "holdfast")
    r = h.setup(c.conninfo("holdfast"))
    ok(r.returncode == 3, "a migration that is another one is refused",
       r.stderr)
    c.psql(f"UPDATE holdfast.migration SET hash = decode('{old}', 'hex') "
           "WHERE number = 1", "holdfast")
    c.psql("INSERT INTO holdfast.migration (part, tenant, number, name, hash,"
           f" program) VALUES (0, '{NOBODY}', 999, 'x', sha256('x'), '9')",
           "holdfast")
    r = h.setup(c.conninfo("holdfast"))
    ok(r.returncode == 3 and "newer" in r.stderr,
       "the database of a newer program is refused", r.stderr)
    c.psql("DELETE FROM holdfast.migration WHERE number = 999", "holdfast")
    r = h.setup(c.conninfo("holdfast"))
    ok(r.returncode == 0, "and is good again after that", r.stderr)


def test_lost(c, h, base):
    """What a shop loses: the service's password, the hub's keys."""
    passfile = os.path.join(h.state, "pgpass")
    key = os.path.join(h.state, "hub.key")
    service = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    for f in ([".", "hub.key"] if service else []):     # as systemd leaves it
        os.chown(os.path.join(h.state, f), service, -1)
    os.unlink(passfile)
    r = h.run("store", "list")
    ok(r.returncode == 1 and "password" in r.stderr,
       "a verb says why the database does not let it in", r.stderr)
    r = h.setup(c.conninfo("holdfast"))
    ok(r.returncode == 0 and "new password" in r.stderr and
       h.run("store", "list").returncode == 0,
       "a lost password is made anew", r.stderr)
    ok(service is None or os.stat(passfile).st_uid == service,
       "for whoever the state directory belongs to")
    c.psql("ALTER ROLE holdfast_hub PASSWORD NULL")
    r = h.setup(c.conninfo("holdfast"))
    ok(r.returncode == 0 and h.run("store", "list").returncode == 0,
       "a role that was left without one gets its own", r.stderr)
    with open(passfile, "rb") as f:
        before = f.read()
    # another hub's, new, on the same server and by mistake the same role
    late = Hub(base, "late")
    r = late.setup(c.conninfo("late"), more=("--no-tenant",))
    with open(passfile, "rb") as f:
        ok(r.returncode == 1 and f.read() == before and
           h.run("store", "list").returncode == 0,
           "no other hub takes the role's password", r.stderr)
    # who may not, and then who may, by the same words but one
    c.psql("CREATE ROLE clerk LOGIN PASSWORD 'x'")
    slip = Hub(base, "slip")
    who = c.conninfo("slips").replace("user=postgres", "user=clerk")
    r = slip.setup(who, more=("--role", "slip_hub"), env={"PGPASSWORD": "x"})
    ok(r.returncode == 1 and "--database" in r.stderr and
       not os.path.exists(slip.conf), "who may not is told who may", r.stderr)
    r = slip.setup(c.conninfo("slips2"), more=("--role", "slip_hub"))
    with open(slip.conf, encoding="utf-8") as f:
        ok(r.returncode == 0 and "slips2" in f.read(),
           "what was mistaken is in no configuration", r.stderr)
    os.rename(key, key + ".away")
    r = h.setup(c.conninfo("holdfast"))
    ok(r.returncode == 1 and "bring it back" in r.stderr and
       not os.path.exists(key), "lost keys are not made anew", r.stderr)
    shutil.copy(os.path.join(base, "late", "state", "hub.key"), key)
    r = h.run("store", "list")
    ok(r.returncode == 1 and "bring back" in r.stderr,
       "no verb works with another hub's keys", r.stderr)
    r = h.run("serve")
    ok(r.returncode == 1 and "bring back" in r.stderr,
       "nor does the server", r.stderr)
    os.rename(key + ".away", key)
    port = Hub(base, "port")
    r = port.run("setup", "--database", c.conninfo("ports"), "--state",
                 port.state, "--listen", "127.0.0.1:9443", "--role",
                 "port_hub", "--admin-key", key)
    with open(port.conf, encoding="utf-8") as f:
        ok(":9443\n" in f.read().split("url = ")[1].split("[")[0],
           "tills are sent to the port it listens at")
    ok(r.returncode == 1 and "is there already" in r.stderr and
       port.run("tenant", "list").stdout == "",
       "no tenant is made whose administrator's key cannot be", r.stderr)


# --- row-level security, every table -----------------------------------------

def columns(c, table):
    return [x.split("\t") for x in c.psql(
        "SELECT column_name, CASE data_type WHEN 'ARRAY' THEN udt_name ELSE "
        "data_type END, is_nullable, column_default IS NULL "
        "FROM information_schema.columns WHERE table_schema = 'holdfast' "
        f"AND table_name = '{table}' ORDER BY ordinal_position", "holdfast")]


def words(c, table):
    """column -> the first word its CHECK lets in."""
    out = {}
    for d in c.psql("SELECT pg_get_constraintdef(oid) FROM pg_constraint "
                    f"WHERE conrelid = 'holdfast.{table}'::regclass "
                    "AND contype = 'c'", "holdfast"):
        m = re.search(r"\((\w+) = ANY \(ARRAY\['(\w+)'", d)
        if m:
            out[m[1]] = m[2]
    return out


def insert(c, table, tenant, part=7):
    """A row of the table, of whatever columns it has to have."""
    first = words(c, table)
    names, values = [], []
    for name, kind, nullable, no_default in columns(c, table):
        if name == "part":
            v = str(part)
        elif name == "tenant":
            v = f"'{tenant}'"
        elif nullable == "YES" or no_default == "f":
            continue
        elif name in first:
            v = f"'{first[name]}'"
        else:
            v = {"uuid": "gen_random_uuid()", "text": "'x'",
                 "bytea": "sha256('x')", "smallint": "7", "bigint": "1",
                 "integer": "1", "boolean": "false",
                 "timestamp with time zone": "now()",
                 "_text": "ARRAY['x']", "_bytea": "ARRAY[sha256('x')]",
                 "_timestamptz": "ARRAY[now()]"}[kind]
        names.append(name)
        values.append(v)
    return (f"INSERT INTO holdfast.{table} ({', '.join(names)}) "
            f"VALUES ({', '.join(values)})")


def speak(tenant):
    return f"SET holdfast.tenant = '{tenant}';"


def test_rls(c, h):
    views = c.psql("SELECT viewname FROM pg_views WHERE schemaname = "
                   "'holdfast'", "holdfast")
    tables = c.psql(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = "
        "c.relnamespace WHERE n.nspname = 'holdfast' AND c.relkind IN "
        "('r', 'p', 'm', 'f', 'S') ORDER BY 1", "holdfast")
    a, b = str(uuid.uuid4()), str(uuid.uuid4())
    bad = {w: [] for w in ("forgotten", "foreign", "own", "write", "check",
                           "owner", "key", "stray")}
    for t in tables:
        c.psql(insert(c, t, a), "holdfast")
        got = as_service(c, h, "holdfast", f"SELECT 1 FROM holdfast.{t}")
        if "holdfast.tenant" not in got:
            bad["forgotten"].append((t, got))
        # in a transaction before it was set: the setting is there, and empty
        got = as_service(c, h, "holdfast", f"BEGIN; SET LOCAL "
                         f"holdfast.tenant = '{a}'; COMMIT; SELECT 1 FROM "
                         f"holdfast.{t}")
        if "invalid input syntax" not in got:
            bad["forgotten"].append((t, got))
        got = as_service(c, h, "holdfast", speak(b) +
                         f"SELECT 1 FROM holdfast.{t} WHERE tenant = '{a}'")
        if got != []:
            bad["foreign"].append((t, got))
        got = as_service(c, h, "holdfast", speak(a) +
                         f"SELECT 1 FROM holdfast.{t} LIMIT 1")
        if got != ["1"]:
            bad["own"].append((t, got))
        got = as_service(c, h, "holdfast", speak(b) + insert(c, t, a))
        if ("row-level security" not in got and
                "permission denied" not in got):
            bad["write"].append((t, got))
        got = as_service(c, h, "holdfast",
                         speak(b) + f"UPDATE holdfast.{t} SET part = part;"
                         f"DELETE FROM holdfast.{t}")
        if c.psql(f"SELECT count(*) FROM holdfast.{t} WHERE tenant = '{a}'",
                  "holdfast") != ["1"]:
            bad["write"].append((t, "a row went"))
        # nobody but a superuser is past it: the owner neither
        got = c.psql("SET ROLE holdfast_owner;" + speak(b) +
                     f"SELECT count(*) FROM holdfast.{t} "
                     f"WHERE tenant = '{a}'", "holdfast")
        if got != ["0"]:
            bad["owner"].append((t, got))
        key = c.psql(
            "SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM pg_index i,"
            " unnest(i.indkey) WITH ORDINALITY k(col, n) JOIN pg_attribute a"
            " ON a.attnum = k.col WHERE i.indisprimary AND i.indrelid ="
            f" 'holdfast.{t}'::regclass AND a.attrelid = i.indrelid",
            "holdfast")[0]
        if not key.startswith("part,tenant"):
            bad["key"].append((t, key))
        try:
            c.psql(insert(c, t, a, part=256), "holdfast")
            bad["stray"].append(t)
        except RuntimeError as e:
            if "part_of_0_255" not in str(e):
                bad["stray"].append((t, str(e)))
        c.psql(f"DELETE FROM holdfast.{t} WHERE tenant = '{a}'", "holdfast")
    # a view is as its table: rows of the batch are lines of the log
    c.psql(insert(c, "batch", a), "holdfast")
    for v in views:
        got = [as_service(c, h, "holdfast", x + f"SELECT count(*) FROM "
                          f"holdfast.{v}") for x in ("", speak(b), speak(a))]
        if "holdfast.tenant" not in got[0] or got[1:] != [["0"], ["1"]]:
            bad["foreign"].append((v, got))
    c.psql(f"DELETE FROM holdfast.batch WHERE tenant = '{a}'", "holdfast")
    n = len(tables)
    ok(n > 20 and not bad["forgotten"],
       f"a forgotten tenant is an error, in each of {n} tables",
       bad["forgotten"])
    ok(not bad["foreign"] and not bad["own"],
       "another tenant's rows are not there, one's own are",
       bad["foreign"] + bad["own"])
    ok(not bad["write"], "no row of another tenant is written, changed, "
       "removed", bad["write"])
    ok(not bad["owner"], "the owner of the tables is held by it, too",
       bad["owner"])
    ok(not bad["key"], "every key begins with part and tenant", bad["key"])
    ok(not bad["stray"], "a part of no range is refused everywhere",
       bad["stray"])
    role = c.psql("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
                  " rolreplication FROM pg_roles WHERE rolname = "
                  "'holdfast_hub'")
    mine = c.psql("SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid "
                  "= c.relowner WHERE r.rolname IN ('holdfast_hub', "
                  "'holdfast_service')", "holdfast")
    ok(role == ["f\tf\tf\tf\tf"] and mine == ["0"],
       "the service has no power and owns nothing", role + mine)
    got = [as_service(c, h, "holdfast", speak(a) + x) for x in (
        "UPDATE holdfast.batch SET line = '{}'", "DELETE FROM holdfast.batch",
        "UPDATE holdfast.act SET detail = ''", "TRUNCATE holdfast.batch",
        "CREATE TABLE holdfast.x (i int)", "DELETE FROM holdfast.act",
        "ALTER TABLE holdfast.batch DISABLE ROW LEVEL SECURITY",
        "SET ROLE holdfast_owner")]
    ok(all("permission denied" in g or "must be owner" in g for g in got),
       "it cannot change a line, an act, or a table", got)


# --- acts and second copies --------------------------------------------------

def test_acts(c, h, done):
    store = h.one("store", "add", "Main Street")
    reg = h.one("register", "add", "R01", "--store", "Main Street")
    r = h.run("register", "add", "R01", "--store", "Main Street")
    ok(r.returncode == 1 and "restore-code" in r.stderr and
       len(h.rows("register", "list")) == 1,
       "a number is in a store once", r.stderr)
    acts = h.rows("audit")
    ok([x["what"] for x in acts if x["part"] == store["part"]
        ].count("register.added") == 1 and
       {"tenant.added", "administrator.added", "store.added"} <=
       {x["what"] for x in acts}, "each act is told", acts)
    ok(all(x["actor"].startswith("cli:") for x in acts), "with its actor")
    proof = h.rows("audit", "--verify")
    ok(len(proof) >= 1 and all(len(x["last"]) == 64 for x in proof),
       "the chain is proved", proof)
    ok(h.run("audit", "--hub", "--verify").returncode == 0,
       "the hub's own as well")
    t = done["tenant"]
    for sql, undo, what in (
            ("UPDATE holdfast.act SET detail = 'x' WHERE tenant = '%s' AND "
             "what = 'store.added'",
             "UPDATE holdfast.act SET detail = '" + store["store"] +
             " Main Street' WHERE tenant = '%s' AND what = 'store.added'",
             "changed"),
            ("CREATE TABLE public.k AS SELECT * FROM holdfast.act WHERE "
             "tenant = '%s' AND what = 'register.added'; DELETE FROM "
             "holdfast.act WHERE what = 'register.added'",
             "INSERT INTO holdfast.act SELECT * FROM public.k; "
             "DROP TABLE public.k -- %s", "taken away"),
            ("UPDATE holdfast.act SET actor = 'cli:other' WHERE tenant = "
             "'%s' AND sequence = 1 AND what = 'tenant.added'",
             "UPDATE holdfast.act SET actor = '" + acts[0]["actor"] +
             "' WHERE tenant = '%s' AND sequence = 1", "ascribed to another")):
        c.psql(sql % t, "holdfast")
        r = h.run("audit", "--verify")
        ok(r.returncode == 3, f"an act that was {what} is found", r.stderr)
        c.psql(undo % t, "holdfast")
    ok(h.run("audit", "--verify").returncode == 0, "and is good again")

    def head(n):
        c.psql(f"UPDATE holdfast.register SET epoch = 1, sequence = {n} "
               f"WHERE register = '{reg['register']}'", "holdfast")

    def durable():
        return [x["durable"] for x in h.rows("register", "list")]

    head(5)
    mark = h.one("durable", "begin")["mark"]
    head(9)
    later = h.one("durable", "begin")["mark"]
    ok(durable() == [0], "a backup that nobody checked makes nothing durable")
    h.one("durable", "confirm", mark)
    ok(durable() == [5], "a checked one makes what was there before it",
       durable())
    h.one("durable", "confirm", later)
    ok(durable() == [9] and
       h.run("durable", "confirm", mark).returncode == 1 and
       durable() == [9], "and an older one takes nothing back", durable())
    head(0)
    c.psql("UPDATE holdfast.register SET epoch = 0, durable_epoch = 0, "
           "durable_sequence = 0", "holdfast")
    return reg


# --- codes --------------------------------------------------------------------

class Server:
    def __init__(self, h):
        self.h = h
        self.log = open(os.path.join(h.dir, "serve.log"), "w")
        self.proc = subprocess.Popen([HUB, "serve", "--config", h.conf],
                                     stdout=self.log, stderr=self.log)
        self.path = os.path.join(h.dir, "sock")
        end = time.monotonic() + 120
        while time.monotonic() < end and self.proc.poll() is None:
            try:
                self.public = hfsig.b64url_decode(
                    self.call("GET", "/.well-known/holdfast")[1]["key"])
                return
            except (OSError, KeyError, ValueError):
                time.sleep(0.05)
        with open(self.log.name) as f:
            raise RuntimeError("the hub does not answer: " + f.read())

    def call(self, method, path, body=None, key=None, keyid="new"):
        c = Socket(self.path)
        headers = {}
        data = None if body is None else json.dumps(body).encode()
        if key is not None:
            headers = key.request(method, path, data, keyid=keyid,
                                  **({} if data is None else
                                     {"type": "application/json"}))
        c.request(method, path, body=data, headers=headers)
        r = c.getresponse()
        text = r.read()
        if key is not None:
            hfsig.check_answer(self.public, r.status, dict(r.getheaders()),
                               text, request_headers=headers)
        c.close()
        return r.status, json.loads(text) if text else {}

    def stop(self):
        self.proc.send_signal(signal.SIGTERM)
        self.proc.wait(120)
        self.log.close()


def coming(code, link, source="/t/a/s/b/r/c", **more):
    body = {"code": code, "source": source, "register_no": "R01",
            "public_key": link.public.hex(), "link_key": hfsig.b64url(link.public),
            "box_key": hfsig.b64url(link.public), "machine": "m1",
            "product": "holdfast 0"}
    body.update(more)
    return {k: v for k, v in body.items() if v is not None}


def word(answer):
    return answer[1].get("type", "").rsplit(":", 1)[-1]


def test_codes(c, h, reg):
    s = Server(h)
    try:
        a, b, d = hfsig.Key(), hfsig.Key(), hfsig.Key()

        def enroll(code, key, **more):
            return s.call("POST", "/v1/enroll", coming(code, key, **more), key)

        code = h.one("register", "restore-code", "R01")
        ok(code["kind"] == "enroll", "a register that is new gets another code")
        hashes = c.psql("SELECT encode(hash, 'hex') FROM holdfast.code",
                        "holdfast")
        ok(len(hashes) == 2 and code["code"].replace("-", "").lower()
           not in c.psql("SELECT * FROM holdfast.code", "holdfast"),
           "the database keeps a hash of it")
        ok(word(enroll(reg["code"], a)) == "code", "the one before is void")
        # somebody else's key signs for the link in the body
        bad = s.call("POST", "/v1/enroll", coming(code["code"], a), b)
        ok(bad[0] == 401, "who does not have the link cannot come in", bad)
        first = enroll(code["code"], a)
        ok(first[0] == 201 and first[1]["kind"] == "enroll" and
           first[1]["register"] == reg["register"], "a code lets in", first)
        again = enroll(code["code"], a)
        for x in (first, again):
            for k in ("time", "anchor", "head"):
                x[1].pop(k, None)
        ok(again == first, "a lost reply is given again", again)
        ok(word(enroll(code["code"], b)) == "code",
           "and to nobody else")
        two = h.one("register", "add", "R02", "--store", "Main Street")
        ok(word(enroll(two["code"], b)) == "clone",
           "a till that is here already is a copy")
        c.psql("UPDATE holdfast.code SET expires = now() - interval '1 s' "
               "WHERE used IS NULL", "holdfast")
        ok(word(enroll(two["code"], b, source="/t/a/s/b/r/d")) == "code",
           "a code has an end")
        wrong = code["code"][:-1] + ("0" if code["code"][-1] != "0" else "1")
        ok(word(enroll(wrong, b)) == "code", "a wrong sign is found")
        # another machine takes its place
        keyid = first[1]["keyid"]
        path = f"/v1/registers/{reg['register']}/head"
        ok(s.call("GET", path, key=a, keyid=keyid)[0] == 200,
           "the link is good")
        back = h.one("register", "restore-code", "R01")
        ok(back["kind"] == "restore", "of a live one it is a restore code")
        got = enroll(back["code"], d, source=None, machine="m2")
        ok(got[0] == 201 and got[1]["kind"] == "restore" and
           got[1]["source"] == "/t/a/s/b/r/c", "another machine comes in", got)
        ok(word(s.call("GET", path, key=a, keyid=keyid)) == "fenced" and
           s.call("GET", path, key=d, keyid=keyid)[0] == 200,
           "the one before is fenced")
        path = f"/v1/registers/{reg['register']}/events"
        ok(word(s.call("GET", path, key=a, keyid=keyid)) == "fenced",
           "and reads nothing of what is sold since")
        path = f"/v1/registers/{reg['register']}/head"
        ok(word(enroll(code["code"], a)) == "code",
           "and does not come back by its old code")
        h.run("register", "revoke", "R01", "--why", "stolen")
        ok(word(s.call("GET", path, key=d, keyid=keyid)) == "revoked",
           "a revoked one is told so")
        ok(word(s.call("GET", path, key=hfsig.Key(), keyid=keyid)) ==
           "signature", "nobody's key is nobody")
        ok(h.run("audit", "--verify").returncode == 0 and
           {"register.enrolled", "register.replaced", "register.revoked"} <=
           {x["what"] for x in h.rows("audit")}, "all of it is in the acts")
    finally:
        s.stop()


# --- parts in two databases --------------------------------------------------

def test_parts(c, base):
    h = Hub(base, "parts")
    r = h.run("setup", "--state", h.state, "--no-tls", "--no-tenant",
              "--listen", "unix:" + h.dir + "/sock", "--role", "hub_parts",
              "--database", c.conninfo("part_eu"), "--parts", "0-127",
              "--residency", "eu",
              "--database", c.conninfo("part_us"), "--parts", "128-255",
              "--residency", "us")
    ok(r.returncode == 0, "one hub, two databases", r.stderr)
    for label in ("eu", "us"):
        t = h.one("tenant", "add", "Shop " + label, "--residency", label)
        for i in range(6):
            h.one("store", "add", f"Store {i}", "--tenant", t["tenant"])
            h.one("register", "add", f"R{i}", "--store", f"Store {i}",
                  "--tenant", t["tenant"])
    wide = h.one("tenant", "add", "Shop anywhere")
    ok(h.run("tenant", "add", "X", "--residency", "jp").returncode == 1,
       "a label that no database has is refused")
    used = {}
    for db, lo, hi in (("part_eu", 0, 127), ("part_us", 128, 255)):
        tables = c.psql("SELECT relname FROM pg_class WHERE relnamespace = "
                        "'holdfast'::regnamespace AND relkind = 'r'", db)
        spread, stray = set(), []
        for t in tables:
            for x in c.psql(f"SELECT part FROM holdfast.{t}", db):
                spread.add(int(x))
                if not lo <= int(x) <= hi:
                    stray.append((t, x))
        ok(not stray and len(spread) > 3, f"{db} holds parts of its own",
           stray)
        used[db] = set(c.psql("SELECT tenant_name FROM holdfast.register",
                              db))
        try:
            c.psql("INSERT INTO holdfast.tenant (part, tenant, name, "
                   f"residency) VALUES ({(hi + 128) % 256}, '{NOBODY}', 'x',"
                   " '')", db)
            ok(False, "a stray write fails in " + db)
        except RuntimeError as e:
            ok("part_of" in str(e), "a stray write fails in " + db, e)
    ok(used == {"part_eu": {"Shop eu"}, "part_us": {"Shop us"}},
       "each tenant's registers are where its label says", used)
    ok(len(h.rows("tenant", "list")) == 3 and
       len(h.rows("register", "list", "--tenant", "Shop us")) == 6 and
       h.run("audit", "--verify", "--tenant", "Shop us").returncode == 0,
       "lists and acts go over both", wide)
    # a range that shrinks past what is there is refused, and nothing is lost
    with open(h.conf, encoding="utf-8") as f:
        text = f.read()
    with open(h.conf, "w", encoding="utf-8") as f:
        f.write(text.replace("128-255", "255-255"))
    r = h.setup(c.conninfo("part_eu"), c.conninfo("part_us"),
                more=("--no-tenant",))
    ok(r.returncode == 1 and "parts that" in r.stderr,
       "a database does not lose parts it holds rows of", r.stderr)
    with open(h.conf, "w", encoding="utf-8") as f:
        f.write(text.replace("128-255", "100-255"))
    r = h.run("tenant", "list")
    ok(r.returncode == 1 and "give each its own" in r.stderr,
       "two databases cannot have the same part", r.stderr)


def main():
    pg.require()
    base = tempfile.mkdtemp(prefix="hfhub-")
    try:
        with pg.Cluster() as c:
            h = Hub(base)
            done = test_setup(c, h)
            test_at_once(c, h, base)
            test_refusals(c, h, base)
            test_lost(c, h, base)
            test_rls(c, h)
            reg = test_acts(c, h, done)
            test_codes(c, h, reg)
            test_parts(c, base)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print(f"1..{count}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
