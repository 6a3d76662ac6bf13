# SPDX-License-Identifier: Apache-2.0
"""The hub's server: TLS by its own certificate, whose pin it tells; slow,
silent and talkative clients; more at once than it works on; several processes
over one database; a stop while somebody is being served."""
import base64
import hashlib
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/lib"))
sys.path.insert(0, str(SRC / "tests/crash"))
import hfsig  # noqa: E402
import hubkit  # noqa: E402
import pg  # noqa: E402
from crashlib import diag, done, ok  # noqa: E402

pg.require()


def slow_clients(hub):
    """Begun now, looked at later: a body that drips, and a half head."""
    a, b = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    a.connect(hub.socket)
    b.connect(hub.socket)
    a.sendall(b"POST /v1/enroll HTTP/1.1\r\nHost: hub\r\n"
              b"Content-Length: 60000\r\n\r\n")
    b.sendall(b"GET /.well-known/holdfast HTTP/1.1\r\n")
    began = time.monotonic()
    ended = []

    def drip():
        while not ended and time.monotonic() - began < 180:
            try:
                a.sendall(b"x")
            except OSError:
                ended.append(time.monotonic() - began)
            time.sleep(0.2)

    t = threading.Thread(target=drip)
    t.start()
    return t, ended, b


def tls(hub):
    me = json.loads(hub.raw("GET", "/.well-known/holdfast",
                            connection=hub.connection(tls=True))[2])
    der = subprocess.run(["openssl", "x509", "-in", hub.dir +
                          "/state/tls.crt", "-noout", "-pubkey"],
                         capture_output=True, check=True).stdout
    der = ssl.PEM_cert_to_DER_cert(der.decode().replace(
        "PUBLIC KEY", "CERTIFICATE"))
    pin = "sha256//" + base64.b64encode(hashlib.sha256(der).digest()).decode()
    ok(me["tls"] == pin, "the pin it tells is that of its certificate", me)
    p = subprocess.run(["curl", "-sS", "-k", "--pinnedpubkey", pin,
                        "https://127.0.0.1:%d/healthz" % hub.port],
                       capture_output=True, text=True)
    ok(p.returncode == 0 and "answering" in p.stdout, "which curl takes",
       p.stderr)
    other = "sha256//" + base64.b64encode(bytes(32)).decode()
    p = subprocess.run(["curl", "-sS", "-k", "--pinnedpubkey", other,
                        "https://127.0.0.1:%d/healthz" % hub.port],
                       capture_output=True, text=True)
    ok(p.returncode == 90, "and no other", p.stderr)
    about = ssl.create_default_context()
    about.check_hostname, about.verify_mode = False, ssl.CERT_NONE
    about.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", hub.port)) as raw, \
            about.wrap_socket(raw) as s:
        ok(s.version() == "TLSv1.2", "TLS 1.2 is taken")
    t = hub.speaker("T1")
    t.grow(2)
    conn = hub.connection(tls=True)
    a = t.push(connection=conn)
    ok(a.status == 200 and a.head[1] == 2, "lines come through it", a)
    with socket.create_connection(("127.0.0.1", hub.port)) as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        s.settimeout(120)
        got = s.recv(4096)
    ok(not got.startswith(b"HTTP/1.1 2"), "without it nothing does", got)
    return t


def talk(hub, t):
    """Heads as long as a proxy makes them, and longer."""
    extra = {"X-Forwarded-For": "192.0.2.1, 10.0.0.1", "X-Request-Id": "a" * 64,
             "X-Forwarded-Proto": "https", "User-Agent": "x" * 200,
             "Accept": "*/*", "Via": "1.1 proxy"}
    a = t.head(alter=lambda h: h.update(extra))
    ok(a.status == 200, "a head with a proxy's words is read", a)
    status, _, _ = hub.raw("GET", "/healthz", headers={"X": "y" * 20000})
    ok(status in (400, 413, 414, 431), "an endless one is refused", status)
    status, _, body = hub.raw("GET", "/healthz?" + "z" * 700)
    ok(status == 404, "and an endless line", body)
    s = socket.socket(socket.AF_UNIX)
    s.connect(hub.socket)
    s.sendall(b"\x16\x03\x01\x02\x00\x01" + os.urandom(200) + b"\r\n\r\n")
    s.close()
    ok(t.head().status == 200, "noise is survived")


def scraped(hub):
    """Numbers are for this machine, or for who reaches their own address."""
    far, port = {"X-Forwarded-For": "203.0.113.9"}, hubkit.free_port()
    conf, near = hub.dir + "/scraped.conf", hub.dir + "/scraped.sock"
    Path(conf).write_text(Path(hub.conf).read_text().replace(
        "[hub]\n", "[hub]\nmetrics = 127.0.0.1:%d\n" % port))
    p = subprocess.Popen([hubkit.HUB, "serve", "--config", conf, "--listen",
                          "unix:" + near], stderr=subprocess.DEVNULL,
                         preexec_fn=hubkit.die_with_parent)
    about = ssl.create_default_context()
    about.check_hostname, about.verify_mode = False, ssl.CERT_NONE

    def get(path):
        try:
            return hub.raw("GET", path, headers=far,
                           connection=http.client.HTTPSConnection(
                               "127.0.0.1", port, timeout=30,
                               context=about))[0]
        except OSError:
            return None
    ok(hubkit.wait_until(lambda: get("/metrics"), "metrics") == 200 and
       hub.raw("GET", "/metrics", headers=far,
               connection=hubkit.UnixConnection(near, 30))[0] == 403,
       "metrics have an address of their own")
    ok(get("/healthz") == 200 and get("/v1/feeds/products") == 404,
       "where nothing else is")
    p.terminate()
    p.wait(30)


def lengths(hub):
    """A request that says where it ends in two ways hides another one."""
    hidden = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    for name, words in (
            ("length and chunks", b"Content-Length: 5\r\n"
             b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            ("two lengths", b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n"
             % len(hidden))):
        s = socket.socket(socket.AF_UNIX)
        s.connect(hub.socket)
        s.settimeout(30)
        s.sendall(b"POST /v1/enroll HTTP/1.1\r\nHost: x\r\n" + words + hidden)
        got = b""
        while True:
            try:
                more = s.recv(65536)
            except OSError:     # reset: cut with something unread
                break
            if not more:
                break
            got += more
        ok(got.startswith(b"HTTP/1.1 400") and b"holdfast_hub" not in got,
           name + ": refused, and nothing behind it is read", got[:200])


def seen_before(hub):
    """What an administrator sent to a hub that stopped since."""
    words = dict(w.split(" = ", 1) for w in
                 Path(hub.admin_key).read_text().splitlines() if " = " in w)
    key = hfsig.Key(bytes.fromhex(words["secret"]))
    body = b'{"name":"Twice"}'
    h = key.request("POST", "/v1/stores", body, keyid=words["keyid"])
    first = hub.raw("POST", "/v1/stores", body, h)[0]
    again = hub.raw("POST", "/v1/stores", body, h)[0]
    hub.kill()
    time.sleep(1.1)     # it is dated to the second
    hub.serve()
    status, _, text = hub.raw("POST", "/v1/stores", body, h)
    ok((first, again, status) == (201, 401, 401) and b":clock" in text,
       "is taken once, also by one that was started since", (
           first, again, status, text))
    a = hub.ask(key, words["keyid"], "GET", "/v1/stores")
    ok([s["name"] for s in a.json["stores"]].count("Twice") == 1,
       "and done once", a)


def crowd(hub):
    """Sixty-four at once where two work and two wait: some are sent away, with
    a time, signed; all of them are served in the end."""
    tills = [hub.speaker("C%02d" % i) for i in range(16)]
    for t in tills:
        t.grow(40, all=False)
    busy, wrong = [], []

    def run(t):
        conn = hub.connection()
        for i in range(400):
            try:
                a = t.push(connection=conn, backlog="count=40, oldest=3")
            except OSError as e:
                wrong.append(repr(e))
                return
            if a.status == 200:
                return
            if a.problem != "busy" or int(a.headers["retry-after"]) < 1:
                wrong.append(repr(a))
                return
            busy.append(a)
            time.sleep(0.02)
        wrong.append("never served")

    # something holds the rows, so that nobody is done in a moment
    threads = [threading.Thread(target=run, args=(t,)) for t in tills]
    lock = subprocess.Popen(
        [hub.own.bin + "/psql", "-Xq", "-h", hub.own.sock, "-U", pg.ADMIN,
         "holdfast"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True)
    lock.stdin.write("SET holdfast.tenant = '%s'; BEGIN; SELECT count(*) FROM "
                     "(SELECT 1 FROM holdfast.register FOR UPDATE) x;\n" %
                     hub.tenant)
    lock.stdin.flush()
    lock.stdout.readline()
    for x in threads:
        x.start()
    hubkit.wait_until(lambda: len(busy) >= 16 or wrong, "somebody sent away")
    status, _, _ = hub.raw("GET", "/metrics")
    lock.stdin.write("COMMIT;\n")
    lock.stdin.close()
    lock.wait(120)
    for x in threads:
        x.join(60)
    ok(not wrong and busy, "who is too many is told when to come again", wrong)
    ok(status == 200, "and the hub answers meanwhile")
    ok(all(t.head().head[1] == 40 for t in tills), "all are served in the end")
    m = hub.metrics()
    ok(m["holdfast_hub_in_service"] == 0 and m["holdfast_hub_waiting"] == 0,
       "and nobody is left in the house", m)


def two_processes(hub, t):
    """Another one over the same database, with the same keys."""
    other = hub.dir + "/other.sock"
    p = subprocess.Popen([hubkit.HUB, "serve", "--listen", "unix:" + other],
                         env=hub.env, stderr=subprocess.DEVNULL,
                         preexec_fn=hubkit.die_with_parent)
    hubkit.wait_until(lambda: os.path.exists(other), "the other process")
    t.grow(4)
    n = len(t.log)
    first = t.push(n - 3, n - 2)
    a = t.push(n - 3, n, connection=hubkit.UnixConnection(other, 30))
    b = t.push(n - 1, n)
    ok(first.status == 200 and a.status == 200 and b.status == 200 and
       b.head[1] == n, "two processes are one hub", (first, a, b))
    again = subprocess.run([hubkit.HUB, "serve", "--listen", "unix:" + other],
                           env=hub.env, capture_output=True, text=True)
    ok(again.returncode == 4, "an address has one process", again.stderr)
    p.kill()
    p.wait(120)
    p = subprocess.Popen([hubkit.HUB, "serve", "--listen", "unix:" + other],
                         env=hub.env, stderr=subprocess.DEVNULL,
                         preexec_fn=hubkit.die_with_parent)

    def answers():
        try:
            return t.head(connection=hubkit.UnixConnection(other, 30))
        except OSError:
            return None
    ok(hubkit.wait_until(answers, "the next one").status == 200,
       "and another one when that was killed")
    p.send_signal(signal.SIGINT)
    ok(p.wait(120) == 0 and not os.path.exists(other),
       "SIGINT ends it and takes its socket away")


def few_files(hub, t):
    """More connections than files: those of others are not taken for them."""
    near, port = hub.dir + "/few.sock", hubkit.free_port()
    with open(hub.dir + "/few.log", "wb") as log:
        p = subprocess.Popen(
            ["sh", "-c", 'ulimit -n 240; exec "$@"', "sh", hubkit.HUB, "serve",
             "--listen", "unix:" + near, "--listen", "127.0.0.1:%d" % port],
            env=hub.env, stderr=log, preexec_fn=hubkit.die_with_parent)
    hubkit.wait_until(lambda: os.path.exists(near), "a hub with few files")
    crowd = []
    for _ in range(400):
        s = socket.socket()
        s.settimeout(0.2)
        try:
            s.connect(("127.0.0.1", port))
        except OSError:     # the kernel's own line is full, too
            pass
        crowd.append(s)
    hub.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
             "WHERE usename = 'holdfast_hub'")
    try:
        a = t.head(connection=hubkit.UnixConnection(near, 20)).status
    except OSError as e:
        a = e
    ok(a == 200, "a crowd at one address shuts out neither another one nor the "
       "database", (a, Path(hub.dir + "/few.log").read_text()))
    for s in crowd:
        s.close()
    p.terminate()
    p.wait(60)


def stop_while_served(hub, t):
    """A request that has begun is answered; a new connection is not."""
    t.grow(1)
    body = t.body(t.log[-1:])
    h = t.link.request("POST", t.path + "/events", body, keyid=t.keyid,
                       type=hubkit.BATCH)
    text = ("POST %s/events HTTP/1.1\r\nHost: hub\r\nContent-Length: %d\r\n"
            "Connection: close\r\n" % (t.path, len(body)) +
            "".join("%s: %s\r\n" % x for x in h.items()) + "\r\n").encode()
    s = socket.socket(socket.AF_UNIX)
    s.connect(hub.socket)
    s.sendall(text + body[:-5])
    hubkit.wait_until(lambda: hub.metrics()["holdfast_hub_connections"] >= 2,
                      "the connection")
    hub.proc.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    s.sendall(body[-5:])
    got = b""
    while True:
        more = s.recv(65536)
        if not more:
            break
        got += more
    ok(got.startswith(b"HTTP/1.1 503") or got.startswith(b"HTTP/1.1 200"),
       "who is being served is answered", got[:200])
    ok(hub.proc.wait(120) == 0, "before it stops", hub.tail())


with hubkit.Hub(tls=True, listen=("127.0.0.1:0",),
                settings="threads = 2\n") as hub:
    drip, ended, half = slow_clients(hub)
    till = tls(hub)
    talk(hub, till)
    lengths(hub)
    scraped(hub)
    crowd(hub)
    two_processes(hub, till)
    drip.join(200)
    ok(ended and 10 < ended[0] < 120, "a body that drips is cut off", ended)
    half.settimeout(120)
    ok(half.recv(100) == b"", "and so is half a head")
    ok(till.head().status == 200, "and the others never felt it")
    few_files(hub, till)
    seen_before(hub)
    stop_while_served(hub, till)
done()
