#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""data/holdfast-hub.openapi.json against a running hub: every path is in both,
every answer has a status that is described and content that is (an unknown
member is a fault), and every status that is described was seen, but those that
no quiet hub gives."""
import hashlib
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."),
                                "tests", "lib"))
import hfsig  # noqa: E402
import hubkit  # noqa: E402
import pg  # noqa: E402

try:
    import jsonschema
except ImportError:
    print("1..0 # SKIP no python3-jsonschema")
    sys.exit(0)

pg.require()
SRC = os.environ.get("top_srcdir", ".")
SPEC = json.load(open(SRC + "/data/holdfast-hub.openapi.json",
                      encoding="utf-8"))
# What it takes a busy hub or a dead database for: hub_ingest.py sees these.
NOT_HERE = {"429", "503"}
# Keys of persons come sealed from a till that has some.
NOR = {("/v1/registers/{id}/persons", "post", "200")}
n_point = 0
n_bad = 0
seen = set()


def ok(true, what, more=""):
    global n_point, n_bad
    n_point += 1
    n_bad += 0 if true else 1
    print("%s %d - %s%s" % ("ok" if true else "not ok", n_point, what,
                            "" if true else "  # %r" % (more,)), flush=True)


def shape(path):
    return "^" + re.sub(r"\{[a-z]+\}", "[^/]+", path) + "$"


def described(method, path):
    """(path of the description, operation)"""
    hits = [p for p in SPEC["paths"] if re.match(shape(p), path) and
            method.lower() in SPEC["paths"][p]]
    hits.sort(key=lambda p: p.count("{"))
    return hits[0], SPEC["paths"][hits[0]][method.lower()]


def resolved(schema):
    return dict(schema, components=SPEC["components"])


def check(method, path, status, headers, body):
    """None, or what is wrong with this answer."""
    where, op = described(method, path)
    seen.add((where, method.lower(), str(status)))
    r = op["responses"].get(str(status))
    if r is None:
        return "%s %s: %d is not described: %r" % (method, where, status,
                                                   body[:200])
    content = r.get("content")
    if not content:
        return None if not body else "%s %s: content with %d" % (
            method, where, status)
    kind = headers.get("content-type", "").split(";")[0]
    if kind not in content:
        return "%s %s: %d as %s" % (method, where, status, kind)
    if not kind.endswith("json"):
        return None
    try:
        jsonschema.Draft202012Validator(
            resolved(content[kind]["schema"])).validate(json.loads(body))
    except jsonschema.ValidationError as e:
        return "%s %s %d: %s at %s" % (method, where, status, e.message,
                                       list(e.absolute_path))
    return None


class Watch:
    """Every answer is held against the description."""

    def __init__(self, hub):
        self.wrong = []
        self.n = 0
        self.raw = hub.raw
        hub.raw = self.ask

    def ask(self, method, target, body=None, headers=None, connection=None):
        status, h, data = self.raw(method, target, body, headers, connection)
        self.n += 1
        fault = check(method, target.split("?")[0], status, h, data)
        if fault and fault not in self.wrong:
            self.wrong.append(fault)
        return status, h, data


def table():
    """What the hub itself answers."""
    text = open(SRC + "/src/hub/route_table.c", encoding="utf-8").read()
    return {(m.lower(), re.sub(r"\{[a-z]+\}", "{}", p)) for m, p in
            re.findall(r'\{"([A-Z]+)",\s*"([^"]+)"', text)}


def paths():
    return {(m, re.sub(r"\{[a-z]+\}", "{}", p))
            for p, ops in SPEC["paths"].items() for m in ops}


def admin_of(hub):
    words = dict(w.split(" = ", 1) for w in open(
        hub.admin_key, encoding="utf-8").read().splitlines() if " = " in w)
    return words["keyid"], hfsig.Key(bytes.fromhex(words["secret"]))


def everything(hub, till, other, admin):
    """Each path once as it is meant."""
    keyid, key = admin

    def a(method, path, body=None, query="", **kw):
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return hub.ask(key, keyid, method, path, body, query, **kw)
    hub.raw("GET", "/healthz")
    hub.raw("GET", "/metrics")
    hub.raw("GET", "/.well-known/holdfast")
    hub.raw("GET", "/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    till.hello()
    till.hello(nonce="AAAAAAAAAAAAAAAAAAAAAA")
    till.head(backlog="count=3, oldest=60")
    till.grow(3)
    till.push()
    till.ask("GET", "/events", query="from=2&limit=1")
    till.ask("GET", "/events", query="from=x")
    till.ask("POST", "/events", b"[\nno\n]", type=hubkit.BATCH)
    till.ask("POST", "/hello", b"{")
    till.send([till.line(9, hubkit.ZERO)])                  # gap
    till.ask("POST", "/persons", json.dumps(
        {"sealed": hfsig.b64url(os.urandom(100))}).encode())
    till.ask("POST", "/persons", b"{}")
    bad = b"\xff no line"
    prev = hubkit.sha(till.log[-1])
    poison = {"epoch": 1, "sequence": 4, "prev": prev,
              "hash": hashlib.sha256(bad).hexdigest(), "reason": "test",
              "bytes": hfsig.b64url(bad)}
    till.ask("POST", "/quarantine", json.dumps(poison).encode())
    till.ask("POST", "/quarantine", json.dumps(
        dict(poison, sequence=9)).encode())
    till.ask("POST", "/quarantine", b"{}")
    till.send([till.line(3, hubkit.ZERO, epoch=7)], what="/salvage")
    till.ask("POST", "/salvage", b"[\nno\n]", type=hubkit.BATCH)
    # feeds
    for feed, rows in (
            ("products", [{"code": "4006381333931", "name": "Pen",
                           "price": 250, "tax": "A", "age": 18, "unit": "kg",
                           "tare": 5, "deposit": "d", "groups": "g"},
                          {"code": "", "price": 1}]),
            ("prices", [{"code": "1", "price": 5,
                         "valid_from": "2030-01-01T00:00:00Z"}]),
            ("rules", [{"name": "w", "text": "[promotion x]\na = b\n"}]),
            ("config", [{"name": "m", "text": "[receipt]\na = b\n"}]),
            ("people", [{"number": "7", "name": "Zoe", "role": "cashier",
                         "pin": "123456", "badges": ["B"]},
                        {"role": "r", "text": "[role r]\na = b\n"}])):
        items = "/v1/feeds/%s/items" % feed
        a("POST", items, rows, "dry_run=1")
        a("POST", items, rows)
        a("GET", items, query="limit=1")
        hub.ask(till.link, till.keyid, "GET", "/v1/feeds/" + feed, None,
                "since=0")
    a("PUT", "/v1/feeds/products/items", b"code,name,price,tax\n7,x,1.00,A\n",
      type="text/csv")
    a("PUT", "/v1/feeds/products/items", b"code,name,price,tax\n7,x,no,A\n",
      type="text/csv")
    a("POST", "/v1/feeds/products/items", b"x", type="text/plain")
    for method, body in (("GET", None), ("PUT", []), ("POST", [])):
        a(method, "/v1/feeds/nosuch/items", body)
        a(method, "/v1/feeds/products/items", body,
          "limit=x" if method == "GET" else "digits=x")
    a("GET", "/v1/feeds/products/items", query="after=x")
    page = hub.ask(till.link, till.keyid, "GET", "/v1/feeds/products", None,
                   "since=0")

    def match(h):
        h["if-none-match"] = page.headers["etag"]
    for query in ("since=%d" % page.json["rev"], "since=1&epoch=x",
                  "since=x"):
        hub.ask(till.link, till.keyid, "GET", "/v1/feeds/products", None,
                query, alter=match)
    hub.ask(till.link, till.keyid, "GET", "/v1/feeds/nosuch")
    # administration
    s = a("POST", "/v1/stores", {"name": "Harbor"}).json
    a("POST", "/v1/stores", {})
    for path in ("/v1/stores", "/v1/registers", "/v1/salvage",
                 "/v1/exceptions"):
        a("GET", path, query="limit=1")
        a("GET", path, query="limit=x")
        a("GET", path, query="after=x")
    a("GET", "/v1/acts")
    a("GET", "/v1/acts", query="from=x")
    a("POST", "/v1/registers", {"store": s["store"], "number": "H1"})
    a("POST", "/v1/registers", {"store": "none", "number": "H2"})
    a("POST", "/v1/registers/%s/restore-code" % other.id, {})
    nobody = "0" * 8 + "-0000-7000-8000-" + "0" * 12
    a("POST", "/v1/registers/%s/restore-code" % nobody, {})
    decide = "/v1/salvage/%s/7" % till.id
    a("POST", decide, {"decision": "maybe", "reason": "x"})
    a("POST", decide, {"decision": "reject", "reason": "x"})
    a("POST", decide, {"decision": "reject", "reason": "x"})
    left = a("GET", "/v1/exceptions", query="limit=1&all=1").json
    a("GET", "/v1/exceptions", query="limit=1&all=1&after=" + left["next"])
    open_ones = a("GET", "/v1/exceptions").json["exceptions"]
    a("POST", "/v1/exceptions/%s/close" % open_ones[0]["exception"], {})
    a("POST", "/v1/exceptions/%s/close" % open_ones[0]["exception"],
      {"reason": "x"})
    a("POST", "/v1/exceptions/nosuch/close", {"reason": "x"})
    a("GET", "/v1/exceptions", query="all=1")
    a("POST", "/v1/people/7/erase", {})
    a("POST", "/v1/people/7/erase", {})
    a("POST", "/v1/registers/%s/revoke" % nobody, {"why": "x"})
    a("POST", "/v1/registers/%s/revoke" % other.id, {})
    # coming in
    r = hub.register("R09")
    till2 = hub.speaker("R09", enroll=False)
    till2.enroll("nonsense")
    till2.enroll(r["code"], machine=7)
    a2 = till2.enroll(r["code"])
    till2.enroll(r["code"], link_key=hfsig.b64url(os.urandom(32)))
    third = hub.speaker("R10", enroll=False)
    third.source = till2.source
    third.enroll(hub.register("R10")["code"])
    # a till that was replaced, and one that was copied
    hub.codes["H9"] = a("POST", "/v1/registers/%s/restore-code" % a2.json[
        "register"], {}).json["code"]
    hub.ask(hfsig.Key(), "new", "POST", "/v1/enroll", b"{}")
    fourth = till2.copy()
    fourth.link = hfsig.Key()
    fourth.enroll(hub.codes["H9"])
    till2.grow(1)
    for method, real, _ in asked(till2, "register"):
        hub.ask(till2.link, till2.keyid, method, real,
                till2.body(till2.log) if method == "POST" else None,
                type=hubkit.BATCH)
    a("POST", "/v1/registers/%s/revoke" % other.id, {"why": "x"})


def asked(till, *kinds):
    """What is asked with a key, about this till: method, path, whose key."""
    ids = {"id": till.id, "register": till.id, "feed": "products",
           "epoch": "7", "number": "7", "exception": till.id + ".fork.1.1"}
    for path, ops in SPEC["paths"].items():
        for method, op in ops.items():
            for kind in op["security"][:1]:
                kind = list(kind)[0]
                if not kinds or kind in kinds:
                    yield (method.upper(), re.sub(
                        r"\{([a-z]+)\}", lambda m: ids[m.group(1)], path), kind)


def refusals(hub, till, admin):
    """Of every path: a key that may not, none that is known, too much."""
    stranger = hfsig.Key()
    for m, real, kind in asked(till):
        body = None if m == "GET" else b"{}"
        right = admin if kind == "administrator" else (till.keyid, till.link)
        wrong = (till.keyid, till.link) if kind == "administrator" else admin
        if kind == "enrolling":
            right = ("new", till.link)
        hub.ask(wrong[1], wrong[0], m, real, body)
        hub.ask(stranger, right[0], m, real, body)
        if body is not None:
            hub.ask(right[1], right[0], m, real, b" " * (9 << 20))


def elsewhere(hub, till, admin):
    """The tenant's data must be where this hub has none."""
    code = hub.register("R11")["code"]
    for table in ("register", "tenant"):
        hub.psql("UPDATE holdfast.%s SET residency = 'moon'" % table)
    for m, real, kind in asked(till, "register", "administrator"):
        keyid, key = admin if kind == "administrator" else (till.keyid,
                                                            till.link)
        hub.ask(key, keyid, m, real, None if m == "GET" else b"{}")
    hub.speaker("R11", enroll=False).enroll(code)


def main():
    ok(table() == paths(), "what is described is what there is",
       table() ^ paths())
    faults = []
    for name, s in SPEC["components"]["schemas"].items():
        try:
            jsonschema.Draft202012Validator.check_schema(resolved(s))
        except jsonschema.SchemaError as e:
            faults.append((name, e.message))
    ok(not faults, "its schemas are schemas", faults)
    with hubkit.Hub() as hub:
        watch = Watch(hub)
        till, other = hub.speaker("R01"), hub.speaker("R02")
        everything(hub, till, other, admin_of(hub))
        refusals(hub, till, admin_of(hub))
        elsewhere(hub, till, admin_of(hub))
        for w in watch.wrong:
            print("# " + w)
        ok(not watch.wrong, "%d answers are as described" % watch.n,
           len(watch.wrong))
    left = sorted((p, m, s) for p, ops in SPEC["paths"].items()
                  for m, o in ops.items() for s in o["responses"]
                  if s not in NOT_HERE and (p, m, s) not in seen | NOR)
    for p, m, s in left:
        print("# not seen: %s %s %s" % (m, p, s))
    ok(not left, "every status was seen that can be (%d)" % len(seen),
       len(left))
    print("1..%d" % n_point)
    return 1 if n_bad else 0


sys.exit(main())
