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


def main():
    with hubkit.Hub(tls=True, listen=("127.0.0.1:0",)) as hub:
        tls(hub)
    done()


main()
