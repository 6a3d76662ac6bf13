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
import threading
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


def admin_key(path):
    with open(path, encoding="utf-8") as f:
        words = dict(w.strip().split(" = ", 1) for w in f if " = " in w)
    return words["keyid"], hfsig.Key(bytes.fromhex(words["secret"]))


def residency(hub, t):
    """What an administrator adds is where the tenant wants it; and a database
    whose label changes gives out nothing, takes nothing."""
    conf = Path(hub.conf)
    text = conf.read_text()
    hub.stop()
    conf.write_text(text + "residency = eu\n")
    hub.serve()
    t.grow(2)
    ok(t.push().status == 200, "who wants no place is good in all")
    made = hub.verb("tenant", "add", "EU Shop", "--residency", "eu")
    key = hub.dir + "/eu.key"
    hub.run("admin", "add", "Anna", "--tenant", made["tenant"], "--key", key)
    keyid, boss = admin_key(key)

    def ask(method, path, body=None):
        return hub.ask(boss, keyid, method, path,
                       json.dumps(body).encode() if body else None)

    a = ask("POST", "/v1/stores", {"name": "Paris"})
    ok(a.status == 201, "an administrator adds a store", a)
    b = ask("POST", "/v1/registers", {"store": a.json["store"],
                                      "number": "P1"})
    ok(b.status == 201, "and a register", b)
    rows = hub.psql("SELECT residency, tenant_name FROM holdfast.register "
                    "WHERE register = '%s'" % b.json["register"],
                    tenant=made["tenant"])
    ok(rows == ["eu\tEU Shop"], "which has its tenant's label and name", rows)
    p = hub.speaker("P1", enroll=False)
    e = p.enroll(b.json["code"])
    ok(e.status == 201 and e.json["tenant_name"] == "EU Shop",
       "as the till is told", e)
    p.grow(2)
    ok(p.push().status == 200, "and its lines are taken")
    hub.stop()
    conf.write_text(text + "residency = us\n")
    hub.serve()
    ok(t.head().status == 200, "who wants no place goes on")
    p.grow(1)
    got = [p.push(3), p.head(), p.ask("GET", "/events"), p.hello(),
           hub.ask(p.link, p.keyid, "GET", "/v1/feeds/products",
                   query="since=0"),
           ask("GET", "/v1/stores"), ask("GET", "/v1/acts"),
           ask("POST", "/v1/stores", {"name": "Lyon"}),
           ask("GET", "/v1/feeds/products/items")]
    ok(all(x.status == 421 and x.problem == "residency" for x in got),
       "a label that changed: nothing is taken and nothing told", got)
    e = hub.run("export", "events", "--tenant", "EU Shop", "--register", "P1",
                check=False)
    ok(e.returncode != 0 and not e.stdout, "nor exported", e)
    hub.stop()
    conf.write_text(text)
    hub.serve()


def foreign(hub, t):
    """Nobody speaks for another one, whatever id stands where."""
    made = hub.verb("tenant", "add", "Other")
    key = hub.dir + "/other.key"
    hub.run("admin", "add", "Bob", "--tenant", made["tenant"], "--key", key)
    keyid, bob = admin_key(key)
    t.grow(1)
    t.push()
    tp, sp, tenant, reg = t.keyid.split(".")
    paths = [("GET", "/v1/registers"), ("GET", "/v1/salvage"),
             ("GET", "/v1/stores"), ("GET", "/v1/feeds/products/items")]
    got = [hub.ask(bob, keyid, *p) for p in paths]
    ok(all(a.status == 200 and t.id not in a.body.decode() and
           hub.stores["Main"]["store"] not in a.body.decode() for a in got),
       "an administrator sees no other tenant's", got)
    got = [hub.ask(bob, keyid, "POST", "/v1/registers/%s/%s" %
                   (t.id, w), b'{"why":"x"}')
           for w in ("revoke", "restore-code")]
    got.append(hub.ask(bob, keyid, "POST",
                       "/v1/salvage/%s/1" % t.id,
                       b'{"decision":"accept","reason":"x"}'))
    ok(all(a.status == 404 for a in got), "and changes nothing of it", got)
    ids = ["%s.a.%s.%s" % (tp, tenant, keyid.split(".")[3]),
           "%s.a.%s.%s" % (tp, tenant, reg)]
    got = [hub.ask(bob, i, "GET", "/v1/registers") for i in ids]
    got += [hub.ask(t.link, k, "GET", t.path + "/head") for k in (
        "%s.%s.%s.%s" % (tp, sp, made["tenant"], reg),
        "%s.%s.%s.%s" % (tp, (int(sp) + 1) % 256, tenant, reg),
        "%s.%s.%s.%s" % ((int(tp) + 1) % 256, sp, tenant, reg))]
    ok(all(a.status == 401 and a.problem == "signature" for a in got),
       "nor by an id made of two, or of another part", got)
    got = [hub.ask(t.link, t.keyid, *p) for p in paths]
    ok(all(a.status == 403 for a in got), "a register administers nothing",
       got)
    got = [hub.ask(bob, keyid, "GET", t.path + "/head"),
           hub.ask(bob, keyid, "POST", t.path + "/events",
                   t.body(t.log), type=hubkit.BATCH)]
    ok(all(a.status == 403 for a in got), "an administrator is no register",
       got)
    ok(t.head().status == 200, "and it goes on")


def salvage(hub):
    """What a copy sold is seen and decided about by who runs the hub."""
    t = hub.speaker("E6")
    t.grow(2)
    t.push()
    copy = t.copy()
    t.grow(1)
    t.push(3)
    copy.grow(2, data={"operator": "7"})
    ok(copy.push(3).problem == "fork" and
       copy.push(3, what="/salvage").json["stored"] == 2,
       "what a copy wrote is salvaged")
    forged = copy.line(5, hubkit.sha(copy.log[-1]), sign=False)
    a = copy.send([copy.log[3], forged], "/salvage")
    ok(a.problem == "denied" and a.json["at"] == 5 and
       hub.verb("salvage", "list", "--json")["lines"] == 2,
       "but no line that the till did not sign", a)

    def noted():
        return hub.psql("SELECT DISTINCT state FROM holdfast.exception WHERE "
                        "register = '%s'" % t.id)

    row = hub.verb("salvage", "list", "--json")
    ok((row["number"], row["epoch"], row["lines"], row["decision"]) ==
       ("E6", 1, 2, "open") and noted() == ["open"], "and listed", row)
    p = hub.run("salvage", "show", "E6", 1, text=False)
    ok(p.stdout.splitlines() == copy.log[2:], "and shown as it came")
    p = hub.run("salvage", "accept", "E6", 1, check=False)
    ok(p.returncode == 2, "who decides says why", p.stderr)
    p = hub.run("salvage", "accept", "E6", 1, "--why", "x" * 501, check=False)
    ok(p.returncode == 1 and "500" in p.stderr, "in a few words", p.stderr)
    got = []

    def decide(word):
        got.append(hub.run("salvage", word, "E6", 1, "--why", "till was sold",
                           check=False).returncode)
    both = [threading.Thread(target=decide, args=(w,))
            for w in ("accept", "reject")]
    for x in both:
        x.start()
    for x in both:
        x.join()
    ok(sorted(got) == [0, 1], "of two who decide at once one does", got)
    row = hub.verb("salvage", "list", "--json")
    ok(row["decision"] in ("accept", "reject") and noted() == ["closed"],
       "nothing waits any more", row)
    ok(copy.push(3, what="/salvage").json["stored"] == 0 and
       hub.verb("salvage", "list", "--json") == row,
       "and what comes again is known")
    acts = [a for a in hub.verb("audit", "--json")
            if a["what"] == "salvage.decided"]
    ok(len(acts) == 1 and "till was sold" in acts[0]["detail"],
       "one act says so", acts)


def revoked(hub):
    """What was stolen does not come back, but its register does."""
    t = hub.speaker("E8")
    t.grow(3)
    t.push(1, 2)
    hub.run("register", "revoke", "E8", "--why", "stolen")
    ok(t.push(3).problem == "revoked", "a revoked till is refused")
    old = t.copy()
    code = hub.verb("register", "restore-code", "E8", "--json")
    ok(code["kind"] == "restore" and old.head().problem == "revoked",
       "a code for its register lets nobody in by itself", code)
    t.link = hfsig.Key()
    a = t.enroll(code["code"])
    b = t.push(3)
    ok(a.status == 201 and b.status == 200 and
       [x for _, _, x in hub.lines(t.id)] == t.log,
       "who brings it goes on where the log ended", (a, b))
    ok(old.push(3).problem == "revoked" and old.hello().problem == "revoked",
       "and the old link stays where it is", old.head())


def gauge(hub):
    """A database that makes others wait is seen."""
    t = hub.speaker("E7")
    hold = subprocess.Popen(
        [hub.own.bin + "/psql", "-XAtq", "-h", hub.own.sock, "-U", "postgres",
         "-d", "holdfast"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True)
    hold.stdin.write("BEGIN; LOCK TABLE holdfast.register; SELECT 'held';\n")
    hold.stdin.flush()
    hold.stdout.readline()
    ask = threading.Thread(target=t.head)
    ask.start()
    ok(hubkit.wait_until(
        lambda: hub.metrics()["holdfast_hub_db_pool_in_use"] >= 1,
        "a connection in use"), "connections in use are counted")
    hold.communicate()      # the end of its input is the end of the lock
    ask.join()
    ok(hubkit.wait_until(
        lambda: hub.metrics()["holdfast_hub_db_pool_in_use"] == 0,
        "none in use"), "and given back")


def main():
    with hubkit.Hub(tls=True, listen=("127.0.0.1:0",)) as hub:
        tls(hub)
        begin_late(hub)
        poison_first(hub)
        salvage(hub)
        revoked(hub)
        gauge(hub)
        one, two = hub.speaker("E4"), hub.speaker("E5")
        residency(hub, one)
        foreign(hub, two)
    done()


main()
