#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ways a worker's line goes, at a real hub with TLS: by IPv6, through a proxy
of the environment or past it; what a cashier reads where it does not: a proxy
that says no, a login page in its place, one whose name is not known, a hub with
another key; and that the worker says it is awake while nobody answers."""
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."),
                                "tests/lib"))
import hubkit  # noqa: E402
import pg  # noqa: E402
from wired import done, ok  # noqa: E402

pg.require()


class Proxy:
    """CONNECT, and what it was asked for; says something else when told to."""

    def __init__(self):
        self.asked, self.says = [], None
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.sock.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            threading.Thread(target=self.carry, args=self.sock.accept()[:1],
                             daemon=True).start()

    def carry(self, c):
        with c:
            try:
                self.talk(c)
            except OSError:
                pass

    def talk(self, c):
        head = b""
        while b"\r\n\r\n" not in head:
            got = c.recv(4096)
            if not got:
                return
            head += got
        self.asked.append(head.split(b"\r\n")[0].decode())
        if self.says is not None:
            c.sendall(self.says)
            return
        host, port = head.split()[1].decode().rsplit(":", 1)
        with socket.create_connection((host.strip("[]"), int(port))) as hub:
            c.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=self.pump, args=(hub, c))
            back.start()
            self.pump(c, hub)
            back.join()

    @staticmethod
    def pump(a, b):
        try:
            while got := a.recv(65536):
                b.sendall(got)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def status(till):
    return json.loads(till.verb("sync", "status", "--json").stdout)


class Worker:
    """Under a service manager that hears it, with a proxy."""

    def __init__(self, till, **env):
        self.path = till.dir + "/notify"
        Path(self.path).unlink(missing_ok=True)
        self.heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.heard.bind(self.path)
        self.heard.settimeout(hubkit.PATIENCE)
        till.env = dict(os.environ)
        self.proc = subprocess.Popen(
            [hubkit.SYNCD, "--store", till.store], stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, preexec_fn=hubkit.die_with_parent,
            env=dict(os.environ, NOTIFY_SOCKET=self.path,
                     WATCHDOG_USEC="400000", **env))
        self.heard.recv(64)  # READY=1
        self.till = till

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.proc.terminate()
        self.proc.wait(hubkit.PATIENCE)
        self.heard.close()

    def comes_to(self, link):
        def there():
            s = status(self.till)
            if s["link"] != link or (link == "online" and s["queued"]):
                return None
            return s
        return hubkit.wait_until(there, link)


def enrolled(hub, number, url, **env):
    """A till, its worker stopped."""
    hub.register(number)
    till = hubkit.Till(hub, number, enroll=False)
    till.env = dict(os.environ)
    with Worker(till, **env):
        hubkit.wait_until(till.hears, "the worker")
        p = till.verb("sync", "enroll", hub.codes[number], "--hub", url,
                      check=False)
    return till, p


def has_six():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        return True
    except OSError:
        return False


def ways(hub, proxy, no):
    url = "https://localhost:%d" % hub.port
    at = "https://[::1]:%d" % hub.port if SIX else url
    till, p = enrolled(hub, "R01", at)
    ok(p.returncode == 0, "a hub's address may be of IPv6" +
       ("" if SIX else " # SKIP there is none on this machine"), p.stderr)
    with Worker(till, https_proxy=no) as w:
        s = w.comes_to("offline")
    ok("proxy" in s["why"] and "name" in s["why"],
       "a proxy whose name nobody knows is said to be that", s)
    with Worker(till, https_proxy=no, no_proxy="::1,localhost") as w:
        s = w.comes_to("online")
    ok(s["queued"] == 0, "it is not asked for what no_proxy names", s)
    till.close()
    till, p = enrolled(hub, "R02", url, https_proxy=proxy.url)
    ok(p.returncode == 0 and set(proxy.asked) == {
        "CONNECT localhost:%d HTTP/1.1" % hub.port},
       "a till enrolls through a proxy, which sees where to and no more",
       (p.stderr, proxy.asked))
    return till


def refusals(till, proxy):
    for says, word, what in (
            (b"HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic "
             b"realm=\"x\"\r\nContent-Length: 0\r\n\r\n", "proxy",
             "wants a password"),
            (b"HTTP/1.1 502 No\r\nContent-Length: 2\r\n\r\nno", "proxy",
             "does not get there"),
            (b"HTTP/1.1 200 OK\r\n\r\n<html>Log in!</html>", "secure",
             "lets a login page answer")):
        proxy.says = says
        with Worker(till, https_proxy=proxy.url) as w:
            s = w.comes_to("offline")
        ok(word in s["why"] and "SSL" not in s["why"] and
           len(s["why"]) <= 44, "a proxy that %s: %s" % (what, s["why"]), s)
    proxy.says = None


def silent(till):
    """More pings than the time a service manager would wait."""
    with socket.create_server(("127.0.0.1", 0)) as s, Worker(
            till, https_proxy="http://127.0.0.1:%d" % s.getsockname()[1]) as w:
        s.settimeout(hubkit.PATIENCE)
        held = s.accept()[0]
        said = [w.heard.recv(64) for _ in range(8)]
        link = status(till)["link"]
        held.close()
    ok(said == [b"WATCHDOG=1"] * 8 and link == "connecting",
       "while nobody answers the worker says that it is awake", (said, link))


def other_key(hub, till):
    hub.stop()
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x", "-keyout",
         hub.dir + "/state/tls.key", "-out", hub.dir + "/state/tls.crt"],
        capture_output=True, text=True, check=False)
    hub.serve()
    with Worker(till) as w:
        s = w.comes_to("offline")
        ok("certificate" in s["why"], "a hub with another TLS key is not spoken "
           "to", (s, made.stderr))
        again = hub.verb("register", "restore-code", "R02", "--json")["code"]
        p = till.verb("sync", "enroll", again, "--hub",
                      "https://localhost:%d" % hub.port, check=False)
        ok(p.returncode == 0, "by a restore code the till takes the new one",
           p.stderr)
        s = w.comes_to("online")
        ok(s["acked_epoch"] == 1 and s["acked"] == s["head"],
           "and goes on as itself", s)


for name in ("https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "ALL_PROXY",
             "all_proxy"):
    os.environ.pop(name, None)
SIX = has_six()
with hubkit.Hub(listen=("[::]:0" if SIX else "127.0.0.1:0",), tls=True) as hub_:
    proxy_ = Proxy()
    # too long for a name server to be asked: the same with and without one
    till_ = ways(hub_, proxy_, "http://%s.invalid:3128" % ("n" * 70))
    refusals(till_, proxy_)
    silent(till_)
    other_key(hub_, till_)
    till_.close()
done()
