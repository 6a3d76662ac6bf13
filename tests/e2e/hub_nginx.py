# SPDX-License-Identifier: Apache-2.0
"""data/nginx/holdfast-hub.conf in a real nginx before a real hub: a till enrolls
and pushes through it, by TLS 1.3 and HTTP/2; the pin holds against another key
and outlives a certificate that is renewed; what nginx says by itself is not
believed."""
import base64
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/crash"))
sys.path.insert(0, str(SRC / "tests/lib"))
from crashlib import done, ok  # noqa: E402
import hubkit  # noqa: E402
import pg  # noqa: E402

pg.require()
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
if NGINX is None:
    print("1..0 # SKIP no nginx here: install nginx-light")
    sys.exit(0)


def openssl(*args, data=None):
    return subprocess.run(["openssl", *args], input=data, capture_output=True,
                          check=True).stdout


class Nginx:
    """The file as it is shipped, with other places, name and certificate."""

    def __init__(self, hub):
        self.dir = hub.dir + "/nginx"
        os.mkdir(self.dir)
        self.port = hubkit.free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.access = Path(self.dir + "/access")
        text = (SRC / "data/nginx/holdfast-hub.conf").read_text()
        for old, new in (
                ("unix:/run/holdfast-hub/http", "unix:" + hub.socket),
                ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl http2;"),
                ("\tlisten [::]:443 ssl http2;\n", ""),
                ("server_name hub.example.org;", "server_name localhost;"),
                ("/etc/holdfast-hub/tls/fullchain.pem", self.dir + "/cert.pem"),
                ("/etc/holdfast-hub/tls/key.pem", self.dir + "/key.pem")):
            if old not in text:
                raise RuntimeError(f"the shipped file has no {old!r}")
            text = text.replace(old, new)
        Path(self.dir + "/hub.conf").write_text(text)
        temp = "".join(f"{t}_temp_path {self.dir}/{t};\n" for t in (
            "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        Path(self.dir + "/nginx.conf").write_text(
            ("user root;\n" if os.geteuid() == 0 else "") +
            f"daemon off;\nworker_processes 1;\npid {self.dir}/pid;\n"
            f"error_log {self.dir}/error;\nevents {{ worker_connections 64; }}\nhttp {{\n"
            "log_format how '$server_protocol $ssl_protocol $request_method $uri "
            f"$status $http_content_encoding';\naccess_log {self.access} how;\n{temp}"
            f"include {self.dir}/hub.conf;\n}}\n")
        self.new_key()
        self.proc = None

    def new_key(self):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out",
                self.dir + "/key.pem")
        self.new_certificate()

    def new_certificate(self):
        openssl("req", "-new", "-x509", "-key", self.dir + "/key.pem", "-subj",
                "/CN=localhost", "-days", "2", "-out", self.dir + "/cert.pem")

    def keep(self, name):
        shutil.copy(self.dir + "/key.pem", self.dir + "/" + name)

    def bring(self, name):
        shutil.copy(self.dir + "/" + name, self.dir + "/key.pem")
        self.new_certificate()

    def pin(self):
        pub = openssl("x509", "-in", self.dir + "/cert.pem", "-noout", "-pubkey")
        der = openssl("pkey", "-pubin", "-outform", "DER", data=pub)
        return "sha256//" + base64.b64encode(hashlib.sha256(der).digest()).decode()

    def answers(self):
        if self.proc.poll() is not None:
            raise RuntimeError("nginx ended: " + Path(self.dir + "/error").read_text())
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def start(self):
        with open(self.dir + "/out", "ab") as out:
            self.proc = subprocess.Popen(
                [NGINX, "-p", self.dir, "-c", self.dir + "/nginx.conf", "-e",
                 self.dir + "/error"], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                preexec_fn=hubkit.die_with_parent)
        hubkit.wait_until(self.answers, "nginx")

    def stop(self):
        if self.proc is not None and self.proc.poll() is None:
            self.proc.send_signal(signal.SIGTERM)
            self.proc.wait(hubkit.PATIENCE)

    def get(self, path):
        p = subprocess.run(
            ["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{self.port}"], capture_output=True, check=False, timeout=30,
            input=f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        return p.stdout


def status(till):
    return json.loads(till.verb("sync", "status", "--json").stdout)


def online(till):
    s = status(till)
    return s["link"] == "online" and s["queued"] == 0 and s


def offline(till, words):
    def is_off():
        s = status(till)
        return s["link"] == "offline" and words in s["why"] and s
    return hubkit.wait_until(is_off, "offline: " + words)


def enroll(till, *more):
    return till.verb("sync", "enroll", hub.codes[till.number], "--hub", front.url,
                     *more, check=False)


SALE = "2000011\n100PO\nTL\nCA\n"

with hubkit.Hub() as hub:
    front = Nginx(hub)
    till = None
    try:
        front.start()
        hub.register("R01")
        till = hub.till("R01", enroll=False)
        (Path(till.dir) / "p.csv").write_text(
            "code,name,price,tax,department\n2000011,Pint of ale,5.90,A,20\n")
        till.verb("import", "products", till.dir + "/p.csv")
        till.start()
        wrong = "sha256//" + base64.b64encode(bytes(32)).decode()
        p = enroll(till, "--tls", wrong)
        ok(p.returncode == 1 and "certificate" in p.stderr,
           "another pin than its certificate's: not enrolled", p.stderr)
        p = enroll(till)
        ok(p.returncode == 1 and not os.path.exists(till.store + "/sync/link"),
           "nobody vouches for the certificate and no pin: not enrolled", p.stderr)
        ok("certificate" in p.stderr and "--tls" in p.stderr and p.stderr.count("\n") == 1, "and it says so",
           p.stderr)
        p = enroll(till, "--tls", front.pin())
        ok(p.returncode == 0, "with its pin a till enrolls through nginx", p.stderr)
        till.ring(SALE * 30)
        s = hubkit.wait_until(lambda: online(till), "the queue to empty")
        rows = front.access.read_text().splitlines()
        mine = [r for r in rows if "/v1/" in r]
        ok(mine and all(r.startswith("HTTP/2.0 TLSv1.3 ") for r in mine),
           f"{len(mine)} requests, all by TLS 1.3 and HTTP/2",
           [r for r in rows if "HTTP/2.0 TLSv1.3" not in r])
        pushed = [r for r in mine if r.split()[3].endswith("/events")]
        ok(pushed and all(r.split()[4] == "200" for r in pushed) and
           any(r.endswith(" zstd") for r in pushed),
           "batches pass as they were packed and signed", pushed)
        ok(s["sales_acked"] == 30, "30 sales are acknowledged", s)
        ok(b" 404 " in front.get("/metrics").split(b"\n")[0],
           "the hub's numbers are not given out through it")

        # --- the pin
        front.keep("first.pem")
        front.stop()
        front.new_key()
        front.start()
        till.ring(SALE * 3)
        s = offline(till, "certificate")
        before = s["acked"]
        ok(s["queued"] > 0, "a certificate over another key: nothing is sent", s)
        front.stop()
        front.bring("first.pem")
        front.start()
        till.verb("sync", "now")
        s = hubkit.wait_until(lambda: online(till), "the queue to empty")
        ok(s["acked"] > before, "renewed over the key that was pinned: all goes on", s)

        # --- nginx alone
        hub.kill()
        till.ring(SALE * 3)
        s = hubkit.wait_until(
            lambda: (lambda s: s["link"] == "offline" and s)(status(till)), "offline")
        gone = [r for r in front.access.read_text().splitlines()
                if re.search(r" 50[24] ", r)]
        ok(s["queued"] > 0 and gone and s["why"] != "",
           "no hub behind it: its own page is not the hub's word", (s, gone))
        hub.serve()
        till.verb("sync", "now")
        s = hubkit.wait_until(lambda: online(till), "the queue to empty")
        ok(s["sales_acked"] == 36 and s["refused"] == "none", "and then the rest", s)
        till.stop()
        here = till.verb("export", "events").stdout.encode()
        there = hub.run("export", "events", "--register", "R01").stdout.encode()
        ok(here == there, "byte for byte", (len(here), len(there)))
        rows = hub.psql("SELECT count(*) FROM holdfast.event")
        ok(rows == [str(len(here.splitlines()))], "each once", rows)
    finally:
        if till is not None:
            till.close()
        front.stop()
done()
