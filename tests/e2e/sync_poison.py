#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A line that no hub can read, from the till to who closes the case: a real
worker at a real hub whose answers of that line a program between them writes
with the hub's own key.  The line is kept apart, bytes as they are, those behind
it go on, and both sides say so until somebody has looked at it."""
import hashlib
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."),
                                "tests/lib"))
import hfsig  # noqa: E402
import hubkit  # noqa: E402
import pg  # noqa: E402
import wired  # noqa: E402
from wired import done, ok  # noqa: E402

pg.require()
POISON = b'"total":6666,'
HOP = ("connection", "transfer-encoding", "content-length")


def front(hub):
    """The hub, but for a batch with POISON in it."""
    text = Path(hub.dir + "/state/hub.key").read_text()
    key = hfsig.Key(bytes.fromhex(re.search(r"sign = (\w+)", text).group(1)))

    def refusal(register):
        rows = hub.raw("GET", "/.well-known/holdfast")[2]
        me = json.loads(rows)
        return json.dumps({
            "type": "urn:holdfast:problem:malformed", "title": "malformed",
            "status": 400, "detail": "total: is no number", "hub": me["hub"],
            "time": me["time"], "register": register}).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do(self):
            n = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(n) if n else None
            asked = {k.lower(): v for k, v in self.headers.items()}
            content = body or b""
            if asked.get("content-encoding") == "zstd":
                content = subprocess.run(["zstd", "-qdc"], input=body, check=True,
                                         capture_output=True).stdout
            if self.path.endswith("/events") and POISON in content:
                status, data = 400, refusal(self.path.split("/")[3])
                said = key.answer(status, data, keyid=hub.id,
                                  type="application/problem+json",
                                  request_headers=asked)
            else:
                status, said, data = hub.raw(self.command, self.path, body, asked)
            self.send_response_only(status)
            for k, v in said.items():
                if k.lower() not in HOP:
                    self.send_header(k, v)
            self.send_header("content-length", str(len(data or b"")))
            try:
                self.end_headers()
                self.wfile.write(data or b"")
            except OSError:
                pass  # the worker has been stopped

        do_GET = do_POST = do_PUT = do

    s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    s.daemon_threads = True
    threading.Thread(target=s.serve_forever, daemon=True).start()
    return s.server_address[1]


def status(shop):
    return json.loads(shop.verb("sync", "status", "--json").stdout)


def at_hub(hub, shop, at):
    """What the hub has at that place: type, bytes."""
    row = hub.psql("SELECT type || ' ' || encode(sha256(line), 'hex') FROM "
                   "holdfast.event WHERE register = '%s' AND sequence = %d" %
                   (shop.id, at))
    return row[0] if row else ""


def apart(hub, shop):
    shop.sell(1)
    shop.sell(1, cents=6666)
    shop.sell(1)
    ok(shop.level(), "the lines behind one that no hub can read go on",
       shop.state())
    lines = shop.lines()
    bad = [i for i, x in enumerate(lines, 1) if POISON in x]
    ok(len(bad) == 1, "there is such a line", bad)
    hashed = hashlib.sha256(lines[bad[0] - 1]).hexdigest()
    ok(hashed in at_hub(hub, shop, bad[0]), "the hub keeps it as it is",
       at_hub(hub, shop, bad[0]))
    said = shop.verb("sync", "quarantine", "--json").stdout
    item = json.loads(said)
    ok(item["sequence"] == bad[0] and item["hash"] == hashed and
       item["reason"] == "total: is no number",
       "the till lists it, with the reason the hub gave", said)
    s = status(shop)
    ok(s["quarantined"] == 1 and s["recorded"] == 0 and s["refused"] == "none",
       "its status counts it before a line says so", s)
    return bad[0]


def recorded(hub, shop, at):
    """By a register that stays open, with what it sells."""
    def noted():
        shop.sell(1)
        return hub.psql("SELECT 1 FROM holdfast.event WHERE type = "
                        "'holdfast.hub.quarantined.v1' AND register = '%s'" %
                        shop.id)
    hubkit.wait_until(noted, "the register's line of it")
    mine = [json.loads(x)["data"] for x in shop.lines()
            if b'"type":"holdfast.hub.quarantined.v1"' in x]
    s = status(shop)
    ok([m["sequence"] for m in mine] == [at] and s["quarantined"] == 1,
       "the register's own log says it, once", (mine, s))


def closed(hub, at):
    x = hub.verb("exception", "list", "--json")
    ok(x and x["kind"] == "poison" and x["sequence"] == at and
       x["number"] == "R01", "who keeps the hub sees it", x)
    hub.run("exception", "close", x["exception"], "--reason", "looked at it")
    left = hub.verb("exception", "list", "--json")
    was = hub.verb("exception", "list", "--all", "--json")
    ok(left == [] and was["state"] == "closed" and
       was["reason"] == "looked at it", "and closes the case, with a reason",
       (left, was))


with hubkit.Hub() as hub_:
    hub_.port = front(hub_)
    shop_ = wired.Shop(hub_, "R01")
    at_ = apart(hub_, shop_)
    recorded(hub_, shop_, at_)
    closed(hub_, at_)
    shop_.close()
done()
