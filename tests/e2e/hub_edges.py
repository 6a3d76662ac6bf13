# SPDX-License-Identifier: Apache-2.0
"""What a hub meets seldom: old TLS and a certificate that is renewed, lines
that begin late or with one that nobody can read, a database that is not where
a tenant wants its data any more, and salvage that somebody decides."""
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/lib"))
sys.path.insert(0, str(SRC / "tests/crash"))
import hfsig  # noqa: E402
import hubkit  # noqa: E402
import pg  # noqa: E402
from crashlib import done, ok  # noqa: E402

pg.require()


def public_of(crt):
    return subprocess.run(["openssl", "x509", "-in", crt, "-noout", "-pubkey"],
                          capture_output=True, check=True).stdout


def tls(hub):
    p = subprocess.run(["openssl", "s_client", "-connect", "127.0.0.1:%d" %
                        hub.port, "-tls1_1", "-cipher", "ALL@SECLEVEL=0"],
                       stdin=subprocess.DEVNULL, capture_output=True,
                       text=True, check=False)
    ok(p.returncode != 0 and "BEGIN CERTIFICATE" not in p.stdout,
       "TLS 1.1 is not taken", p.stderr)
    about = ssl.create_default_context()
    about.check_hostname, about.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", hub.port)) as raw, \
            about.wrap_socket(raw) as s:
        ok(s.version() == "TLSv1.3", "TLS 1.3 is", s.version())
    crt, key = (Path(hub.dir + "/state/tls." + x) for x in ("crt", "key"))
    was, public, secret = crt.read_bytes(), public_of(crt), key.read_bytes()
    crt.unlink()
    hub.run("setup", "--database", hub.own.conninfo("holdfast"),
            "--no-tenant")
    ok(crt.read_bytes() != was and key.read_bytes() == secret and
       public_of(crt) == public,
       "a certificate that is renewed keeps its key, and tills their pin")


def begin_late(hub):
    """A till that was purged before it came to a hub."""
    t = hub.speaker("E1")
    t.grow(8)
    a = t.push(5, 6)
    ok(a.status == 409 and a.problem == "gap" and a.json["at"] == 1,
       "a log begins with its first line", a)
    a = t.push(5, 6, query="begins=4")
    ok(a.status == 409 and a.problem == "gap",
       "or with the one that the till says it begins with", a)
    a = t.push(5, 6, query="begins=5")
    b = t.push(5, 6, query="begins=5")
    ok(a.status == 200 and a.head[1] == 6 and b.status == 200,
       "which is taken, and once", a)
    a = t.push(7, 8)
    ok(a.status == 200 and [x for _, _, x in hub.lines(t.id)] == t.log[4:],
       "and the log goes on", a)
    a = t.push(1, 4, query="begins=1")
    ok(a.status == 409, "what is before it does not come after it", a)
    a = t.ask("GET", "/events")
    ok(a.body.splitlines() == t.log[4:], "history begins there", a)
    kinds = hub.psql("SELECT kind, sequence FROM holdfast.exception WHERE "
                     "register = '%s' AND kind = 'purged'" % t.id)
    ok(kinds == ["purged\t5"], "somebody is told", kinds)
    u = hub.speaker("E2")
    u.grow(3)
    u.push(1, 1)
    a = u.push(3, 3, query="begins=3")
    ok(a.status == 409 and a.problem == "gap",
       "a log that began has no other beginning", a)


def poison_first(hub):
    t = hub.speaker("E3")
    bad = b'{"specversion":"1.0","id":"\xff'
    m = {"epoch": 1, "sequence": 1, "prev": hubkit.ZERO,
         "hash": hubkit.sha(bad), "reason": "not text",
         "bytes": hfsig.b64url(bad)}

    def send(**more):
        return t.ask("POST", "/quarantine", json.dumps(
            dict(m, **more)).encode())

    a = send(sequence=3)
    ok(a.status == 409 and a.problem == "gap",
       "poison beyond the head is a gap", a)
    a, b = send(), send()
    ok(a.status == 200 and a.head == (1, 1, hubkit.sha(bad)) and
       b.json["quarantined"] == 1, "a log may begin with poison, once", a)
    t.log.append(bad)
    t.log += [t.line(2, hubkit.sha(bad))]
    a = t.push(2)
    ok(a.status == 200 and [x for _, _, x in hub.lines(t.id)] == t.log,
       "and goes on behind it", a)
    ok(not hub.broken(), "every chain holds")


def main():
    with hubkit.Hub(tls=True, listen=("127.0.0.1:0",)) as hub:
        tls(hub)
        begin_late(hub)
        poison_first(hub)
    done()


main()
