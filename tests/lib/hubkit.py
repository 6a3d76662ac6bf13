# SPDX-License-Identifier: Apache-2.0
"""A hub to test against: PostgreSQL (pg.py), holdfast-hub beside it, a tenant,
a store, registers, and tills: real ones with their worker, or ones that speak
the protocol themselves (hfsig.py), to say what no worker would.

    with hubkit.Hub() as hub:               set up and serving on a unix socket
        code = hub.register("R01")["code"]
        till = hub.speaker("R01")           enrolled, with a log of its own
        till.grow(5); a = till.push()       a.status, a.problem, a.head, a.json
        shop = hub.till("R01")              a real store, enrolled
        shop.ring(...); shop.sync()         holdfast, holdfast-syncd --once
        hub.kill(); hub.serve()
        hub.lines(register)                 rows of event: (epoch, sequence, line)

Every answer's signature is checked, whatever its status: hfsig.Bad else.
"""
import base64
import ctypes
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import hfsig  # noqa: E402
import pg  # noqa: E402

BUILD = Path(os.environ.get("top_builddir", "."))
SRC = Path(os.environ.get("top_srcdir", "."))
HUB = os.environ.get("HOLDFAST_HUB", str(BUILD / "holdfast-hub"))
SYNCD = str(BUILD / "holdfast-syncd")
HOLDFAST = os.environ.get("HOLDFAST", str(BUILD / "holdfast"))
PATIENCE = pg.PATIENCE
BATCH = "application/cloudevents-batch+json"
ZERO = "0" * 64


def wait_until(true, what="it", seconds=PATIENCE):
    """Until true() is; raises what did not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        v = true()
        if v:
            return v
        time.sleep(0.02)
    raise RuntimeError("waited in vain for " + what)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def sha(line):
    return hashlib.sha256(line).hexdigest()


class Answer:
    """What came back, believed."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        kind = headers.get("content-type", "").split(";")[0]
        self.json = json.loads(body) if kind.endswith("json") and body else {}
        self.problem = self.json.get("type", "").removeprefix(
            "urn:holdfast:problem:")
        head = self.json.get("head") or {}
        self.head = (head.get("epoch"), head.get("sequence"), head.get("hash"))

    def __repr__(self):
        return "%d %s %r" % (self.status, self.problem, self.body[:300])


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("hub", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Hub:
    """One hub.  databases: conninfos of pg clusters; none: one of its own.
    settings: lines for [hub]; listen: more addresses than its unix socket,
    which real workers need: ("127.0.0.1:0",)."""

    def __init__(self, databases=None, settings="", listen=(), tls=False,
                 fsync=False, serve=True, tenant="Shop", env=None,
                 parts=None, cluster=None):
        self.dir = tempfile.mkdtemp(prefix="hfhub-")
        self.conf = self.dir + "/hub.conf"
        self.socket = self.dir + "/hub.sock"
        self.env = dict(os.environ, HOLDFAST_HUB_CONF=self.conf, **(env or {}))
        self.own = None
        self.proc = None
        self.port = 0
        self.stores, self.codes = {}, {}
        if databases is None:
            self.own = cluster or pg.Cluster(
                fsync=fsync, settings={"log_statement": "none",
                                       "log_min_duration_statement": "-1"})
            self.own.psql('CREATE DATABASE holdfast')
            databases = [self.own.conninfo("holdfast")]
        args = ["setup", "--state", self.dir + "/state", "--name", "Test",
                "--listen", "unix:" + self.socket, "--json"]
        for i, d in enumerate(databases):
            args += ["--database", d]
            if parts:
                args += ["--parts", parts[i]]
        args += ["--tenant", tenant] if tenant else ["--no-tenant"]
        args += [] if tls else ["--no-tls"]
        made = self.verb(*args)
        self.id, self.tenant = made["hub"], made.get("tenant")
        self.admin_keyid = made.get("administrator")
        self.admin_key = made.get("admin_key")
        text = Path(self.conf).read_text()
        # a port that stays the same when the hub is started again
        listen = [a if not a.endswith(":0") else a[:-1] + str(free_port())
                  for a in listen]
        more = "".join("listen = %s\n" % a for a in listen) + settings
        Path(self.conf).write_text(text.replace("[hub]\n", "[hub]\n" + more))
        self.key = None
        if tenant:
            self.store("Main")
        if serve:
            self.serve()

    # --- its life ------------------------------------------------------------

    def run(self, *args, check=True, text=True):
        p = subprocess.run([HUB, *[str(a) for a in args]], env=self.env,
                           stdin=subprocess.DEVNULL, capture_output=True,
                           text=text, timeout=120, check=False)
        if check and p.returncode != 0:
            raise RuntimeError("holdfast-hub %s: %d %s" % (
                args[0], p.returncode, p.stderr))
        return p

    def verb(self, *args):
        """A verb's JSON: one object, or a list of them."""
        out = self.run(*args).stdout.splitlines()
        rows = [json.loads(line) for line in out if line.strip()]
        return rows[0] if len(rows) == 1 else rows

    def serve(self):
        """Start it, and wait until it says who it is."""
        self.log = open(self.dir + "/log", "ab")
        self.proc = subprocess.Popen(
            [HUB, "serve"], env=self.env, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, preexec_fn=die_with_parent)

        def answers():
            if self.proc.poll() is not None:
                raise RuntimeError("the hub ended: " + self.tail())
            try:
                return self.raw("GET", "/.well-known/holdfast")
            except OSError:
                return None
        status, headers, body = wait_until(answers, "the hub")
        me = json.loads(body)
        self.key = hfsig.b64url_decode(me["key"])
        self.box = hfsig.b64url_decode(me["box"])
        hfsig.check_answer(self.key, status, headers, body)
        for line in Path(self.dir + "/log").read_text().splitlines():
            if " listen " in line and "unix:" not in line:
                self.port = int(line.split("port=")[1].split()[0])

    def tail(self):
        return "".join(open(self.dir + "/log", errors="replace").readlines()[-8:])

    def stop(self):
        self.proc.send_signal(signal.SIGTERM)
        return self.proc.wait(PATIENCE)

    def kill(self):
        self.proc.kill()
        self.proc.wait(PATIENCE)

    def close(self):
        if self.proc is not None and self.proc.poll() is None:
            self.kill()
        if self.own is not None:
            self.own.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- what is in it -------------------------------------------------------

    def store(self, name):
        self.stores[name] = self.verb("store", "add", name, "--json")
        return self.stores[name]

    def register(self, number, store="Main"):
        """A register that may enroll; its code is in it."""
        r = self.verb("register", "add", number, "--store",
                      self.stores[store]["store"], "--json")
        self.codes[number] = r["code"]
        return r

    def psql(self, sql, db="holdfast", tenant=None):
        """As PostgreSQL's administrator, who sees all tenants' rows."""
        tenant = tenant or self.tenant
        return self.own.psql("SET holdfast.tenant = '%s';\n%s" % (tenant, sql),
                             db)

    def lines(self, register):
        rows = self.psql(
            "SELECT epoch, sequence, encode(line, 'base64') FROM "
            "holdfast.event WHERE register = '%s' ORDER BY epoch, sequence"
            % register.replace("'", "")) if register else []
        out, text = [], ""
        for row in rows:
            if "\t" in row:
                e, s, text = row.split("\t")
                out.append([int(e), int(s), text])
            else:
                out[-1][2] += row       # encode() breaks lines
        return [(e, s, base64.b64decode(t)) for e, s, t in out]

    def broken(self, before=""):
        """Lines whose hash or chain does not hold, and epochs that begin behind
        a line that is not there, by SQL and SHA-256 alone."""
        return self.psql(before + """
            WITH e AS (SELECT *, lag(sequence) OVER w AS last,
                         lag(hash) OVER w AS before FROM holdfast.event
                       WINDOW w AS (PARTITION BY register, epoch
                                    ORDER BY sequence))
            SELECT e.register, e.epoch, e.sequence FROM e
            LEFT JOIN holdfast.register_epoch o ON o.part = e.part
              AND o.tenant = e.tenant AND o.register = e.register
              AND o.epoch = e.epoch
            WHERE e.hash <> sha256(e.line)
              OR coalesce(e.last + 1, o.first, 0) <> e.sequence
              OR (e.type <> '' AND
                substring(convert_from(e.line, 'UTF8')
                  from '"prev":"([0-9a-f]{64})"') IS DISTINCT FROM
                encode(coalesce(e.before, o.from_hash), 'hex'))
            UNION ALL
            SELECT o.register, o.epoch, o.first FROM holdfast.register_epoch o
            WHERE o.from_sequence > 0 AND NOT EXISTS (
              SELECT 1 FROM e WHERE e.register = o.register
                AND e.epoch = o.from_epoch AND e.sequence = o.from_sequence
                AND e.hash = o.from_hash)""")

    def metrics(self):
        _, _, body = self.raw("GET", "/metrics")
        return {a: float(b) for a, b in
                (line.rsplit(" ", 1) for line in body.decode().splitlines()
                 if not line.startswith("#"))}

    # --- asking --------------------------------------------------------------

    def connection(self, timeout=PATIENCE, tcp=False, tls=False):
        if tls:
            about = ssl.create_default_context()
            about.check_hostname = False
            about.verify_mode = ssl.CERT_NONE
            return http.client.HTTPSConnection("127.0.0.1", self.port,
                                               timeout=timeout, context=about)
        if tcp:
            return http.client.HTTPConnection("127.0.0.1", self.port,
                                              timeout=timeout)
        return UnixConnection(self.socket, timeout)

    def raw(self, method, target, body=None, headers=None, connection=None):
        """Unsigned, unbelieved: (status, lower-case headers, content)."""
        c = connection or self.connection()
        try:
            c.request(method, target, body=body, headers=headers or {})
            r = c.getresponse()
            data = r.read()
            return r.status, {k.lower(): v for k, v in r.getheaders()}, data
        finally:
            if connection is None:
                c.close()

    def ask(self, key, keyid, method, path, body=None, query="",
            connection=None, alter=None, **sign):
        """Signed by key; the answer is believed or hfsig.Bad is raised."""
        h = key.request(method, path, body, query=query, keyid=keyid, **sign)
        if alter:
            alter(h)
        target = path + ("?" + query if query else "")
        status, headers, data = self.raw(method, target, body, h, connection)
        hfsig.check_answer(self.key, status, headers,
                           data if data else None, request_headers=h)
        return Answer(status, headers, data)

    def speaker(self, number, store="Main", enroll=True):
        return Speaker(self, number, store, enroll)

    def till(self, number, store="Main", **kw):
        return Till(self, number, store, **kw)


class Speaker:
    """A till of nothing but a log and the protocol."""

    def __init__(self, hub, number, store="Main", enroll=True):
        self.hub, self.number = hub, number
        self.sign, self.link = hfsig.Key(), hfsig.Key()
        self.log = []           # lines
        self.epoch = 1
        self.source = "/t/%s/s/%s/r/%s" % tuple(
            "0189%04x-0000-7000-8000-%012x" % (i, int.from_bytes(
                os.urandom(6), "big")) for i in range(3))
        if enroll:
            if number not in hub.codes:
                hub.register(number, store)
            self.enroll(hub.codes[number])

    def copy(self):
        """Its disk, copied."""
        other = object.__new__(Speaker)
        other.__dict__.update(self.__dict__, log=list(self.log))
        return other

    def enroll(self, code, **more):
        body = json.dumps({
            "code": code, "source": self.source, "register_no": self.number,
            "public_key": self.sign.public.hex(),
            "link_key": hfsig.b64url(self.link.public),
            "box_key": hfsig.b64url(os.urandom(31) + b"\1"),
            "machine": "m1", "product": "hubkit", **more}).encode()
        a = self.hub.ask(self.link, "new", "POST", "/v1/enroll", body)
        if a.status == 201:
            self.keyid, self.id = a.json["keyid"], a.json["register"]
            self.nonce = a.json["nonce"]
        return a

    @property
    def path(self):
        return "/v1/registers/%s" % self.id

    def ask(self, method, what, body=None, **kw):
        return self.hub.ask(self.link, self.keyid, method,
                            self.path + what, body, **kw)

    # --- its log -------------------------------------------------------------

    def last(self):
        return json.loads(self.log[-1]) if self.log else {
            "epoch": 0, "sequence": "0"}

    def line(self, sequence, prev, kind="operator.signed-on", data=None,
             epoch=None, source=None, sign=True, pad=0):
        """One line, as a till would spell it."""
        epoch = epoch or self.epoch
        data = data if data is not None else {"operator": "1"}
        if pad:
            data = dict(data, name="x" * pad)
        text = json.dumps({
            "specversion": "1.0", "id": "%d-%d" % (epoch, sequence),
            "source": source or self.source,
            "type": "holdfast.%s.v1" % kind,
            "time": "2026-11-21T14:%02d:%02d.123456Z" % (
                sequence // 60 % 60, sequence % 60),
            "tz": 60, "mono": sequence,
            "boot": "7d4bc0c4-7f35-4a93-9f61-1de4c4e1a2b3", "clock": "ok",
            "epoch": epoch, "sequence": "%020d" % sequence, "prev": prev,
            "actor": "1", "config": "0" * 64, "catalog": 1, "data": data},
            separators=(",", ":")).encode()[:-1]
        sig = self.sign.sign(text) if sign else bytes(64)
        return text + b',"sig":"%s"}' % hfsig.b64url(sig).encode()

    def add(self, **kw):
        prev = sha(self.log[-1]) if self.log else ZERO
        self.log.append(self.line(
            int(self.last()["sequence"]) + 1, prev, **kw))
        return self.log[-1]

    def grow(self, n, all=True, **kw):
        """n lines more; with all=False the last alone is signed: the hub looks
        at no other of a batch, and a signature here takes some ms."""
        for i in range(n):
            self.add(sign=all or i == n - 1, **kw)

    def restored(self, epoch, key=None):
        """A new epoch that goes on from the last line."""
        last = self.last()
        self.epoch = epoch
        data = {"from_epoch": last["epoch"],
                "from_sequence": int(last["sequence"]),
                "from_hash": sha(self.log[-1]), "source": "x"}
        if key:
            data["public_key"] = key
        return self.add(kind="register.restored", data=data)

    # --- what it says --------------------------------------------------------

    def body(self, lines):
        return b"[\n" + b",\n".join(lines) + b"\n]"

    def send(self, lines, what="/events", zstd=False, **kw):
        body = self.body(lines)
        if zstd:
            body = squeeze(body)
            kw["encoding"] = "zstd"
        return self.ask("POST", what, body, type=BATCH, **kw)

    def push(self, first=1, last=None, **kw):
        """The lines with these numbers, of its log."""
        return self.send(self.log[first - 1:last], **kw)

    def hello(self, nonce=None, nxt=None):
        nxt = nxt or hfsig.b64url(os.urandom(16))
        a = self.ask("POST", "/hello", json.dumps({
            "nonce": nonce or self.nonce, "next": nxt, "machine": "m1",
            "product": "hubkit"}).encode())
        if a.status == 200:
            self.nonce = nxt
        return a

    def head(self, **kw):
        return self.ask("GET", "/head", **kw)


def squeeze(data):
    """As a zstd frame, by the zstd program."""
    return subprocess.run(["zstd", "-q", "-c", "-1", "--no-check"], input=data,
                          capture_output=True, check=True).stdout


class Till:
    """A real store, its register and its worker."""

    def __init__(self, hub, number, store="Main", enroll=True, where=None):
        self.hub, self.number = hub, number
        self.dir = where or tempfile.mkdtemp(prefix="hftill-")
        self.store = self.dir + "/shop"
        self.key = self.dir + "/key"
        self.worker = None
        if not os.path.exists(self.store):
            self.verb("init", "--shop", "HUBKIT", "--register", number,
                      "--currency", "EUR", "--prices", "included", "--tax",
                      "A=19%", "--tax", "B=7%", "--key-file", self.key)
        if enroll:
            self.enroll(store)

    def verb(self, *args, stdin="", check=True):
        p = subprocess.run([HOLDFAST, *[str(a) for a in args], "--store",
                            self.store], input=stdin, capture_output=True,
                           text=True, timeout=300, check=False,
                           env=getattr(self, "env", None))
        if check and p.returncode != 0:
            raise RuntimeError("holdfast %s: %d %s%s" % (
                args[0], p.returncode, p.stdout[-500:], p.stderr))
        return p

    def enroll(self, store="Main"):
        """As a shop does it: 'holdfast sync enroll', the worker beside."""
        if self.number not in self.hub.codes:
            self.hub.register(self.number, store)
        self.start()
        wait_until(lambda: os.path.exists(self.store + "/sync/socket"),
                   "the worker")
        return self.verb("sync", "enroll", self.hub.codes[self.number],
                         "--hub", "http://127.0.0.1:%d" % self.hub.port)

    def ring(self, text):
        return self.verb("ring", stdin=text)

    def open(self):
        """Its register, which stays open for what is written to it."""
        return subprocess.Popen([HOLDFAST, "ring", "--store", self.store],
                                stdin=subprocess.PIPE, text=True,
                                stdout=subprocess.DEVNULL)

    def sync(self):
        """One round of the worker, to its end."""
        return subprocess.run([SYNCD, "--store", self.store, "--once"],
                              capture_output=True, text=True, timeout=300,
                              check=False)

    def start(self):
        """The worker, beside."""
        if self.worker is None or self.worker.poll() is not None:
            self.log = open(self.dir + "/syncd.log", "ab")
            self.worker = subprocess.Popen(
                [SYNCD, "--store", self.store], stdin=subprocess.DEVNULL,
                stdout=self.log, stderr=self.log,
                preexec_fn=die_with_parent)
            wait_until(self.hears, "the worker")

    def hears(self):
        """The worker is there and takes a call."""
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect(self.store + "/sync/socket")
            return True
        except OSError:
            return False
        finally:
            s.close()

    def stop(self):
        if self.worker is not None and self.worker.poll() is None:
            self.worker.terminate()
            self.worker.wait(PATIENCE)

    def lines(self):
        return self.verb("export", "events").stdout.encode().splitlines()

    def close(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)
