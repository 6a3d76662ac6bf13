#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What tills follow, at a real hub: import, scopes, pages, tombstones, epochs,
waiting, people sealed to one register, what a shop changed itself, and what
administrators ask for."""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."),
                                "tests", "lib"))
import hfsig  # noqa: E402
import hubkit  # noqa: E402
import pg  # noqa: E402

pg.require()
n_point = 0
n_bad = 0


def ok(true, what, more=""):
    global n_point, n_bad
    n_point += 1
    n_bad += 0 if true else 1
    print("%s %d - %s%s" % ("ok" if true else "not ok", n_point, what,
                            "" if true else "  # %r" % (more,)), flush=True)


class Admin:
    """Whoever has the key that setup made."""

    def __init__(self, hub):
        self.hub = hub
        with open(hub.admin_key, encoding="utf-8") as f:
            text = f.read()
        words = dict(w.split(" = ", 1) for w in text.splitlines()
                     if " = " in w)
        self.keyid = words["keyid"]
        self.key = hfsig.Key(bytes.fromhex(words["secret"]))

    def ask(self, method, path, body=None, query="", kind=None):
        if isinstance(body, (dict, list)):
            body = json.dumps(body, ensure_ascii=False).encode()
        more = {"type": kind} if kind else {}
        return self.hub.ask(self.key, self.keyid, method, path, body, query,
                            **more)

    def put(self, feed, rows, query="", method="POST"):
        return self.ask(method, "/v1/feeds/%s/items" % feed, rows, query)


def product(code, price, name="Thing"):
    return {"code": code, "name": name, "price": price, "tax": "A"}


def page(till, feed, since=0, more="", **kw):
    return till.hub.ask(till.link, till.keyid, "GET", "/v1/feeds/" + feed,
                        None, "since=%d%s" % (since, more), **kw)


def keys(answer):
    return [i["key"] for i in answer.json["items"]]


def imports(hub, admin, r1, r2):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f:
        f.write("code;name;price;tax;department;age\n"
                "5449000000996;Cola;1,29;A;Drinks;\n"
                "X 1;Vodka;12;A;Spirits;18\n;none;1;A;;\n2;x;abc;A;;\n"
                "05449000000996;Cola again;1,39;A;Drinks;\n")
        f.flush()
        dry = hub.verb("import", "products", f.name, "--dry-run", "--json")
        ok(dry["taken"] == 3 and dry["refused"] == 2 and
           dry["reasons"] == {"no_code": 1, "bad_price": 1} and
           dry["written"] == 2, "a dry run says what there is", dry)
        a = page(r1, "products")
        ok(a.status == 200 and a.json["rev"] == 0, "and changes nothing", a)
        done = hub.verb("import", "products", f.name, "--json")
        ok(done["rev"] == 2 and done["replaced"] == 1,
           "one number each, the later of two rows wins", done)
        again = hub.verb("import", "products", f.name, "--json")
        ok(again["written"] == 0 and again["rev"] == 2,
           "what is there already takes no number", again)
        r = hub.run("import", "products", f.name, "--replace", check=False)
        ok(r.returncode == 1 and "nothing was replaced" in r.stderr,
           "half a list replaces nothing", r.stderr)
    a = page(r1, "products")
    ok(sorted(keys(a)) == ["05449000000996", "X 1"] and not a.json["more"] and
       a.json["items"][0]["body"].get("digits") == 2, "a register has them", a)
    cola = [i for i in a.json["items"] if i["key"].startswith("0544")][0]
    ok(cola["body"]["price"] == 139 and cola["scope"] == "tenant",
       "with price and scope", cola)
    tag = a.headers.get("etag")
    ok(tag == '"%s-%d"' % (a.json["epoch"], a.json["rev"]),
       "the ETag is epoch and revision", tag)

    def match(h):
        h["if-none-match"] = tag
    b = page(r1, "products", 2, "&epoch=" + a.json["epoch"], alter=match)
    ok(b.status == 304 and b.body == b"", "304 while nothing moves", b)
    one = page(r1, "products", 0, "&limit=1")
    two = page(r1, "products", one.json["rev"], "&limit=1&snapshot=1")
    ok(one.json["more"] and not two.json["more"] and
       sorted(keys(one) + keys(two)) == sorted(keys(a)), "pages", (one, two))


def many(hub, admin, r1, r2):
    """More rows than one statement takes."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f:
        f.write("code,name,price,tax\n")
        f.writelines("M%d,Thing %d,1.00,A\n" % (i % 4500, i)
                     for i in range(5000))
        f.flush()
        r = hub.verb("import", "products", f.name, "--json")
        s = hub.verb("import", "products", f.name, "--json")
    ok(r["written"] == 4500 and r["replaced"] == 500 and s["written"] == 0,
       "an import of several lots", r)
    since, got = 0, []
    while True:
        a = page(r1, "products", since, "&limit=1000&snapshot=1").json
        got += [i["key"] for i in a["items"]]
        since = a["rev"]
        if not a["more"]:
            break
    ok(len(got) == len(set(got)) and sum(k[0] == "M" for k in got) == 4500,
       "comes in pages, each item once", len(got))
    ok(hub.psql("SELECT count(*) FROM holdfast.feed_stage") == ["0"],
       "and leaves nothing aside")


def scopes(hub, admin, r1, r2):
    since = page(r1, "products").json["rev"]
    s2 = hub.stores["Two"]["store"]
    a = admin.put("products", [product("100", 5)], "scope=store:" + s2)
    ok(a.status == 200 and a.json["written"] == 1, "an item of one store", a)
    a = admin.put("products", [product("200", 5)], "scope=register:" + r1.id)
    ok(a.status == 200, "and of one register", a)
    ok(keys(page(r1, "products", since)) == ["200"] and
       keys(page(r2, "products", since)) == ["100"],
       "each sees what is for it")
    a = page(r1, "products", since)
    b = page(r2, "products", since)
    ok(a.json["rev"] == b.json["rev"] == since + 2,
       "and goes on behind what is not", (a, b))
    a = admin.put("products", [product("1", 1)], "scope=store:" + r1.id)
    ok(a.status in (404, 422), "a store that is none", a)


def tombstones(hub, admin, r1, r2):
    a = admin.put("products", [{"code": "200", "deleted": True}],
                  "scope=register:" + r1.id)
    since = a.json["rev"]
    ok(a.json["deleted"] == 1, "an item is taken away", a)
    b = page(r1, "products", since - 1)
    ok(b.json["items"][0].get("deleted") is True and
       "body" not in b.json["items"][0], "as a tombstone", b)
    ok("200" not in keys(page(r1, "products")), "which no first copy has")
    r = admin.put("products", [product("7", 7), product("8", 8)],
                  method="PUT")
    ok(r.json["written"] == 2 and r.json["deleted"] == 2,
       "PUT takes away what it does not name", r)
    r = admin.put("products", [product("7", -7)], method="PUT")
    ok(r.status == 422, "and does nothing when a row is refused", r)
    r = admin.put("products", [], method="PUT")
    ok(r.status == 422 and len(keys(page(r1, "products"))) == 2,
       "nor when there is none", r)
    hub.psql("UPDATE holdfast.feed_item SET changed = now() - interval"
             " '91 days' WHERE deleted")
    hub.kill()
    hub.serve()
    hubkit.wait_until(lambda: hub.psql(
        "SELECT count(*) FROM holdfast.feed_item WHERE deleted") == ["0"],
        "old tombstones to go")
    b = page(r1, "products", 1)
    ok(b.status == 410 and b.problem == "refetch",
       "who is behind tombstones that went fetches all again", b)
    ok(page(r1, "products", 1, "&snapshot=1").status == 200,
       "unless it is doing so")
    now = page(r1, "products")
    ok(page(r1, "products", now.json["rev"]).status == 200,
       "and who is up to date goes on")


def epochs(hub, admin, r1, r2):
    now = page(r1, "products").json
    a = page(r1, "products", now["rev"], "&epoch=other")
    ok(a.status == 410, "another epoch", a)
    b = page(r1, "products", now["rev"] + 50, "&epoch=" + now["epoch"])
    ok(b.status == 410, "a revision that the database does not know", b)
    c = page(r1, "products")
    ok(c.json["epoch"] != now["epoch"] and c.json["rev"] >= 10 ** 9,
       "begins an epoch, above all numbers that were given out", c)
    d = page(r2, "products", now["rev"], "&epoch=" + now["epoch"])
    ok(d.status == 410, "for everybody", d)
    e = page(r1, "nosuch")
    ok(e.status == 404, "a feed that is none", e)


def waiting(hub, admin, r1, r2):
    rev = page(r1, "prices").json["rev"]
    got = {}

    def wait():
        began = time.monotonic()
        got["a"] = page(r1, "prices", rev, "&wait=30")
        got["t"] = time.monotonic() - began
    t = threading.Thread(target=wait)
    t.start()
    time.sleep(0.5)     # it is on its way; earlier would pass, too
    w = admin.put("prices", [{"code": "7", "price": "1.19",
                              "valid_from": "2030-01-01T00:00:00Z"},
                             {"code": "7", "price": 99}])
    t.join(120)
    ok(w.json["written"] == 2 and got["t"] < 25 and
       len(got["a"].json["items"]) == 2,
       "who waits is told at once (%.1f s)" % got["t"], got)
    later = [i for i in got["a"].json["items"] if "valid_from" in i]
    ok(len(later) == 1 and later[0]["body"]["price"] == 119 and
       later[0]["valid_from"].startswith("2030-01-01T00:00:00"),
       "a price from a time on", later)
    began = time.monotonic()
    b = page(r1, "prices", got["a"].json["rev"], "&wait=2")
    ok(b.status == 200 and not b.json["items"] and
       1 < time.monotonic() - began < 25, "and waits no longer than asked")


def people(hub, admin, r1, r2):
    a = admin.put("people", [
        {"number": "7", "name": "Zoe Quill", "role": "cashier",
         "pin": "471199", "badges": ["B1"]},
        {"number": "8", "name": "Bob", "role": "owner", "active": False},
        {"role": "helper", "text": "[role helper]\ndiscount = 5%\n"},
        {"number": "x", "role": "cashier"},
        {"number": "9", "role": "cashier", "pin": "12"}])
    ok(a.json["taken"] == 3 and
       a.json["reasons"] == {"bad_number": 1, "bad_pin": 1},
       "persons and roles", a)
    ok("471199" not in a.body.decode() and '"12"' not in a.body.decode(),
       "no PIN in a report")
    p = page(r1, "people")
    by = {i["key"]: i["body"] for i in p.json["items"]}
    ok(set(by["7"]) == {"sealed"} and by["role/helper"]["text"].startswith(
        "[role helper]"), "a person goes out sealed, a role as it is", by)
    q = page(r2, "people")
    ok({i["key"]: i["body"] for i in q.json["items"]}["7"] != by["7"],
       "to each register for itself")
    rows = hub.psql("SELECT encode(body, 'hex') FROM holdfast.feed_item"
                    " WHERE feed = 'people'")
    ok(not any(w.encode().hex() in r for r in rows
               for w in ("Zoe", "Quill", "cashier", "471199")),
       "the database has nobody's name")
    n = admin.ask("GET", "/v1/feeds/people/items")
    zoe = [i for i in n.json["items"] if i["key"] == "7"][0]["person"]
    ok(zoe == {"number": "7", "name": "Zoe Quill", "role": "cashier",
               "active": True, "pin": True, "badges": 1},
       "an administrator sees who it is, and no PIN", zoe)
    admin.put("people", [{"number": "7", "role": "lead"}])
    n = admin.ask("GET", "/v1/feeds/people/items")
    zoe = [i for i in n.json["items"] if i["key"] == "7"][0]["person"]
    ok(zoe["role"] == "lead" and zoe["name"] == "Zoe Quill" and zoe["pin"],
       "what is not said stays", zoe)
    e = admin.ask("POST", "/v1/people/8/erase", b"{}")
    ok(e.status == 200 and e.json == {"erased": 1}, "one is erased", e)
    ok("8" not in keys(page(r1, "people")) and hub.psql(
        "SELECT count(*) FROM holdfast.person_key") == ["1"],
       "key and all")
    ok(admin.ask("POST", "/v1/people/8/erase", b"{}").status == 404,
       "and is not there again")


def own(hub, admin, r1, r2):
    admin.put("config", [{"name": "main", "text":
                          "[receipt]\nheader = Hello\nfooter = Bye\n"}])
    admin.put("rules", [{"name": "w1", "text":
                         "[promotion milk]\nkind = percent\nvalue = 5%\n"}])
    r1.grow(1)
    r1.add(kind="operator.changed", data={
        "operator": "7", "role": "cashier", "active": True})
    r1.add(kind="config.activated", data={
        "version": "0" * 64, "text": "[shop]\nname = X\n[receipt]\n"
        "header = Mine\nfooter = Bye\n[promotion milk]\nkind = percent\n"
        "value = 7%\n"})
    r1.add(kind="catalog.imported", data={
        "version": 2, "rows": 1, "taken": 1, "refused": 0, "source": "p.csv",
        "hash": "0" * 64})
    r1.grow(2)
    a = r1.push()
    ok(a.status == 200, "a register's own changes come in", a)
    p = page(r1, "people")
    mine = [i for i in p.json["items"] if i["scope"] == "register"]
    ok(p.json["applied"] == 4 and [i["key"] for i in mine] == ["7"],
       "they are applied up to the last of them", p)
    c = {i["key"]: i for i in page(r1, "config").json["items"]}
    ok(c["~own"]["body"]["text"] == "[receipt]\nheader = Mine\n",
       "a key that the shop has otherwise", c)
    c = {i["key"]: i for i in page(r1, "rules").json["items"]}
    ok(c["~own"]["body"]["text"].startswith("[promotion milk]\n") and
       "7%" in c["~own"]["body"]["text"], "a section with a name, whole", c)
    ok("~own" not in keys(page(r2, "config")), "of that register alone")
    rev = page(r1, "config").json["rev"]
    page(r1, "config")
    ok(page(r1, "config").json["rev"] == rev, "once")
    h = r1.ask("GET", "/head")
    ok(h.json["applied"] == 4, "every answer says how far", h)
    admin.put("people", [{"number": "7", "role": "lead", "active": False}])
    admin.put("config", [{"name": "main", "text":
                          "[receipt]\nheader = Hi\n"}])
    ok([i["scope"] for i in page(r1, "people").json["items"]
        if i["key"] == "7"] == ["tenant"] and
       "~own" not in keys(page(r1, "config")),
       "who decides for all later takes it back")
    r1.add(kind="operator.changed", data={
        "operator": "7", "role": "owner", "active": True, "origin": "hub"})
    r1.push(first=7)
    ok([i["scope"] for i in page(r1, "people").json["items"]
        if i["key"] == "7"] == ["tenant"], "what was the hub's is no change")


def administration(hub, admin, r1, r2):
    a = admin.ask("POST", "/v1/stores", {"name": "Harbor"})
    ok(a.status == 201, "a store", a)
    b = admin.ask("POST", "/v1/registers", {"store": a.json["store"],
                                            "number": "H1"})
    ok(b.status == 201 and b.json["kind"] == "enroll" and b.json["code"],
       "a register, and its code", b)
    hub.codes["H1"] = b.json["code"]
    h1 = hubkit.Speaker(hub, "H1")
    c = admin.ask("POST", "/v1/registers/%s/restore-code" % h1.id, b"{}")
    ok(c.status == 201 and c.json["kind"] == "restore", "a restore code", c)
    d = admin.ask("GET", "/v1/registers", query="limit=2")
    e = admin.ask("GET", "/v1/registers",
                  query="limit=2&after=" + d.json["next"])
    ok(len(d.json["registers"]) == 2 and len(e.json["registers"]) == 1,
       "registers, in pages", (d, e))
    f = admin.ask("POST", "/v1/registers/%s/revoke" % h1.id,
                  {"why": "stolen"})
    ok(f.status == 200 and h1.ask("GET", "/head").status == 403,
       "a register is revoked", f)
    g = admin.ask("GET", "/v1/acts", query="limit=1000")
    what = [x["what"] for x in g.json["acts"]]
    ok(g.json["verified"] and {"store.added", "feed.written",
                               "person.erased"} <= set(what),
       "every act stands in the log, chained", what)
    s = admin.ask("GET", "/v1/salvage")
    ok(s.status == 200 and s.json["salvage"] == [], "nothing was salvaged", s)
    r1.send([r1.line(3, hubkit.ZERO, epoch=9)], what="/salvage")
    s = admin.ask("GET", "/v1/salvage")
    ok(s.json["salvage"][0]["epochs"][0] == {
        "epoch": 9, "lines": 1, "first": 3, "last": 3, "decision": "open"},
       "something was", s)
    path = "/v1/salvage/%s/9" % r1.id
    ok(admin.ask("POST", path, {"decision": "maybe", "reason": "x"}
                 ).status == 422, "a decision is one of two")
    t = admin.ask("POST", path, {"decision": "accept", "reason": "till burnt"})
    ok(t.status == 200 and t.json["lines"] == 1, "and is decided", t)
    ok(admin.ask("POST", path, {"decision": "reject", "reason": "x"}
                 ).status == 404, "once")
    ok(r1.ask("GET", "/head").status == 200 and hub.ask(
        r1.link, r1.keyid, "GET", "/v1/acts").status == 403,
       "a register may not ask what an administrator may")


def by_hand(hub, admin, r1, r2):
    """contrib/holdfast-hub-request, with openssl's signatures."""
    tool = os.path.join(os.environ.get("top_srcdir", "."), "contrib",
                        "holdfast-hub-request")

    def run(*args, key=hub.admin_key, **kw):
        return subprocess.run([sys.executable, tool, key, *args, "--url",
                               "unix:" + hub.socket], capture_output=True,
                              text=True, check=False, **kw)
    a = run("GET", "/v1/stores?limit=1")
    ok(a.returncode == 0 and len(json.loads(a.stdout)["stores"]) == 1,
       "a request by hand", a)
    b = run("POST", "/v1/feeds/prices/items", "-", "--type", "text/csv",
            input="code,price\n77,1.50\n")
    ok(b.returncode == 0 and json.loads(b.stdout)["written"] == 1,
       "with content", b)
    c = run("GET", "/v1/feeds/nosuch/items")
    ok(c.returncode == 1 and json.loads(c.stdout)["status"] == 404,
       "a problem is printed", c)
    with tempfile.NamedTemporaryFile("w") as f:
        with open(hub.admin_key, encoding="utf-8") as was:
            f.write("".join(
                "hub_key = %s\n" % hfsig.b64url(hfsig.Key().public)
                if line.startswith("hub_key") else line for line in was))
        f.flush()
        d = run("GET", "/v1/stores", key=f.name)
    ok(d.returncode == 3 and d.stdout == "", "another hub is not believed", d)
    e = run("GET", "/v1/stores", "--curl")
    ok(e.stdout.startswith("curl -X GET -H 'Signature-Input: hf="),
       "or a command of curl", e)


def main():
    with hubkit.Hub() as hub:
        hub.store("Two")
        admin = Admin(hub)
        r1, r2 = hub.speaker("R01"), hub.speaker("R02", "Two")
        for part in (imports, scopes, tombstones, epochs, waiting, people,
                     own, administration, by_hand, many):
            part(hub, admin, r1, r2)
    print("1..%d" % n_point)
    return 1 if n_bad else 0


sys.exit(main())
