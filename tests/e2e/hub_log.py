# SPDX-License-Identifier: Apache-2.0
"""The hub as a writer: what somebody has to look at is closed by who looked;
what is decided about salvaged lines is a line of the hub's own log, once,
whoever decides, twice, at once or cut off; acts and log are signed, so that
who owns the database writes neither; and a database of before comes along."""
import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/lib"))
sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/crash"))
import hubkit  # noqa: E402
import pg  # noqa: E402
from crashlib import diag, done, ok  # noqa: E402

pg.require()


def rows(out):
    return [json.loads(x) for x in out.splitlines()]


def exceptions(hub, *args):
    return rows(hub.run("exception", "list", *args, "--json").stdout)


def named(hub, *args):
    return [x["exception"].split(".", 1)[1] for x in exceptions(hub, *args)]


def acts(hub):
    return rows(hub.run("audit", "--json").stdout)


def open_kinds(hub):
    """Kinds the metrics count as open, when somebody looked again."""
    hub.kill()
    hub.serve()
    return hubkit.wait_until(lambda: {
        k.split('"')[1]: v for k, v in hub.metrics().items()
        if k.startswith("holdfast_hub_exceptions_open")}, "the census")


def looked_at(hub):
    a = hub.speaker("R01")
    a.grow(3)
    a.push()
    copy = a.copy()
    a.add()
    a.push()
    copy.epoch, copy.log = 1, list(copy.log)
    copy.add(kind="operator.signed-off")
    r = copy.send([copy.log[-1]])
    ok(r.problem == "fork" and named(hub) == ["fork.1.4"],
       "a fork is somebody's to look at", (r, named(hub)))
    a.hello()
    r = a.hello(nonce="AAAAAAAAAAAAAAAAAAAAAA")
    ok(r.problem == "clone" and named(hub) == ["clone.1.4", "fork.1.4"],
       "a copy that started, too", named(hub))
    ok(open_kinds(hub) == dict(
        {k: 0 for k in ("fenced", "rollback", "poison", "purged", "clock",
                        "feed", "other")}, fork=1, clone=1),
       "the metrics count them by kind")
    text = hub.run("exception", "list").stdout
    ok("R01.fork.1.4" in text or "fork.1.4" in text, "they are listed", text)

    one = exceptions(hub)[1]
    p = hub.run("exception", "close", one["exception"], check=False)
    ok(p.returncode == 2, "closed not without a reason", p.stderr)
    p = hub.run("exception", "close", "R01.fork.1", "--reason", "x",
                check=False)
    ok(p.returncode == 1 and "R01.fork.1.7" in p.stderr, "nor a half name",
       p.stderr)
    p = hub.run("exception", "close", "R01.fork.1.5", "--reason", "x",
                check=False)
    ok(p.returncode == 1 and "no such" in p.stderr, "nor what is not there",
       p.stderr)
    hub.run("exception", "close", "R01.fork.1.4", "--reason",
            "the copy was the technician's")
    again = hub.run("exception", "close", one["exception"], "--reason", "y",
                    check=False)
    ok(named(hub) == ["clone.1.4"] and again.returncode == 1,
       "once, by its number or its id", again.stderr)
    was = [x for x in exceptions(hub, "--all") if x["kind"] == "fork"][0]
    ok(was["state"] == "closed" and was["by"].startswith("cli:") and
       was["reason"] == "the copy was the technician's" and was["closed"],
       "with who, when and why", was)
    told = [x for x in acts(hub) if x["what"] == "exception.closed"]
    ok(len(told) == 1 and "kind=fork epoch=1 sequence=4" in told[0]["detail"]
       and told[0]["detail"].endswith("reason=the copy was the technician's"),
       "and an act", told)
    copy.send([copy.log[-1]])
    now = [x for x in exceptions(hub) if x["kind"] == "fork"]
    ok(len(now) == 1 and "by" not in now[0] and "reason" not in now[0],
       "what happens again is open again", now)

    copy.send([copy.log[-1]], what="/salvage")
    hub.run("salvage", "reject", "R01", "1", "--why", "a drill")
    was = [x for x in exceptions(hub, "--all") if x["kind"] == "fork"]
    ok(named(hub) == [] and was and was[0]["reason"] == "a drill",
       "salvage that is decided closes what it was about", was)

    b = hub.speaker("R02")
    b.grow(2)
    b.push()
    b.hello()
    b.hello(nonce="AAAAAAAAAAAAAAAAAAAAAA")
    ok(named(hub) == ["clone.1.2"], "another one is copied", named(hub))
    code = hub.verb("register", "restore-code", "R02", "--json")["code"]
    other = b.copy()
    other.link = hubkit.hfsig.Key()
    r = other.enroll(code)
    was = [x for x in exceptions(hub, "--all") if x["number"] == "R02"]
    ok(r.status == 201 and named(hub) == [] and was[0]["by"] == "hub",
       "a machine that takes its place closes that by itself", (r, was))



# --- the hub's own log -------------------------------------------------------

def log_of(hub):
    return hub.run("export", "events", "--hub",
                   text=False).stdout.splitlines()


def salvaged(hub):
    """The lines that the log accepts, put together again, and hashes it
    rejects; checked by our own hand."""
    out, refused, part = [], [], b""
    for x in log_of(hub):
        e = json.loads(x)
        d = e["data"]
        if e["type"] == "holdfast.salvage.rejected.v1":
            refused += [r["hash"] for r in d["references"]]
            continue
        assert e["type"] == "holdfast.salvage.accepted.v1"
        part += d["line"].encode()
        if d.get("piece", 1) < d.get("pieces", 1):
            continue
        assert hashlib.sha256(part).hexdigest() == d["hash"]
        out.append(part)
        part = b""
    return out, refused


def chain_holds(hub):
    """By contrib/check-chain and openssl, without a line of ours."""
    spki = bytes.fromhex("302a300506032b6570032100") + hub.key
    with tempfile.NamedTemporaryFile("w") as pem:
        pem.write("-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
                  % base64.b64encode(spki).decode())
        pem.flush()
        p = subprocess.run(
            [sys.executable,
             os.path.join(os.environ["top_srcdir"], "contrib/check-chain"),
             "-n", "1", pem.name], input=b"\n".join(log_of(hub)) + b"\n",
            capture_output=True, check=False)
    return p


def aside(s, n, epoch=7, first=1, pad=0):
    """n lines of an epoch that nobody opened, beside the log."""
    lines = [s.line(first + i, hubkit.ZERO, epoch=epoch, pad=pad)
             for i in range(n)]
    a = s.send(lines, what="/salvage")
    assert a.status == 200 and a.json["stored"] == n, a
    return lines


def decide(hub, word, number, epoch, why="because", **kw):
    return hub.run("salvage", word, number, epoch, "--why", why,
                   check=False, **kw)


def long_line(s, size):
    """One whose pieces must not cut a character in two."""
    line = s.line(1, hubkit.ZERO, epoch=9, pad=size)
    text = line[:line.rindex(b',"sig":')].replace(
        b"x" * size, "aé€\\\"".encode() * (size // 8))
    return text + b',"sig":"%s"}' % hubkit.hfsig.b64url(
        s.sign.sign(text)).encode()


def logged(hub):
    s = hub.speaker("R05")
    s.grow(2)
    s.push()
    was = log_of(hub)
    yes, no = aside(s, 40), aside(s, 700, epoch=8)
    big = long_line(s, 900000)
    s.send([big], what="/salvage")
    p = decide(hub, "accept", "R05", 7, "sold at the \"stall\"")
    ok(p.returncode == 0, "lines are accepted", p.stderr)
    first = [json.loads(x) for x in log_of(hub)[len(was):]]
    ok([e["data"]["line"].encode() for e in first] == yes and
       all(e["actor"].startswith("cli:") and
           e["data"]["reason"] == "sold at the \"stall\"" and
           e["data"]["register"] == s.id and e["data"]["number"] == "R05" and
           e["data"]["epoch"] == 7 and e["data"]["sequence"] == i + 1
           for i, e in enumerate(first)),
       "each is a line of the hub's own log: who, why, whose, which, all of it",
       first[:1])
    ok(all(e["source"] == "/t/%s/s/%s/r/%s" % (
        hub.tenant, hub.id, first[0]["source"][-36:]) for e in first),
       "by the hub itself", first[0]["source"])
    again = decide(hub, "accept", "R05", 7)
    ok(again.returncode == 1 and len(log_of(hub)) == len(was) + 40,
       "a second time nothing", again.stderr)
    p = decide(hub, "reject", "R05", 8, "a drill")
    got, refused = salvaged(hub)
    ok(p.returncode == 0 and refused[-700:] == [hubkit.sha(x) for x in no],
       "rejected ones are named, without what they say", p.stderr)
    p = decide(hub, "accept", "R05", 9)
    got, _ = salvaged(hub)
    ok(p.returncode == 0 and got[-1] == big and len(big) > 890000,
       "a long line comes in pieces, and is whole", p.stderr)
    p = chain_holds(hub)
    ok(p.returncode == 0, "its chain and every signature hold, by openssl",
       p.stdout)
    ok(hub.broken() == [] and len(hub.psql(
        "SELECT 1 FROM holdfast.fork_event f WHERE decision IS NOT NULL AND "
        "NOT EXISTS (SELECT 1 FROM holdfast.event e JOIN holdfast.register r "
        "ON r.register = e.register AND r.kind = 'hub' AND e.part = f.part "
        "AND e.sequence = f.logged)")) == 0,
       "by SQL, too, and what was decided names its line")
    told = [r for r in hub.verb("audit", "--verify") if "log" in r]
    ok(len(told) == 1 and told[0]["lines"] == len(log_of(hub)) and
       told[0]["last"] == hubkit.sha(log_of(hub)[-1]),
       "audit --verify proves it", told)
    ok("HUB" not in hub.run("register", "list").stdout and
       all("HUB" != x["number"] for x in rows(
           hub.run("register", "list", "--json").stdout)),
       "it is no till")
    census = hubkit.wait_until(
        lambda: {k: v for k, v in hub.metrics().items()
                 if k.startswith("holdfast_hub_registers")}, "the census")
    ok(sum(census.values()) <= len(rows(
        hub.run("register", "list", "--json").stdout)), "nor counted as one",
       census)


class Held:
    """A transaction that keeps a row, until it is let go."""

    def __init__(self, hub, sql):
        c = hub.own
        self.p = subprocess.Popen(
            [c.bin + "/psql", "-XAtq", "-h", c.sock, "-U", pg.ADMIN, "-d",
             "holdfast"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        self.say("SET holdfast.tenant = '%s'; BEGIN; %s; SELECT 'held';"
                 % (hub.tenant, sql))
        for line in self.p.stdout:
            if line.strip() == "held":
                break

    def say(self, text):
        self.p.stdin.write(text + "\n")
        self.p.stdin.flush()

    def free(self):
        self.p.communicate("ROLLBACK;\n")


def begun(hub, *args):
    return subprocess.Popen([hubkit.HUB, *args], env=hub.env,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def waiting(hub, n):
    return hubkit.wait_until(
        lambda: int(hub.own.psql(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = "
            "'Lock'")[0]) >= n, "%d to wait" % n)


def once(hub):
    s = hub.speaker("R06")
    s.grow(1)
    s.push()
    lines = aside(s, 60)
    was = log_of(hub)
    args = ("salvage", "accept", "R06", "7", "--why", "x")

    # it has written everything but its act
    held = Held(hub, "SELECT FROM holdfast.act_head FOR UPDATE")
    p = begun(hub, *args)
    waiting(hub, 1)
    p.send_signal(signal.SIGKILL)
    p.wait()
    held.free()
    hubkit.wait_until(lambda: hub.own.psql(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = "
        "'holdfast-hub' AND state LIKE 'idle in%'") == ["0"], "its end")
    ok(log_of(hub) == was and hub.psql(
        "SELECT count(*) FROM holdfast.fork_event WHERE decision IS NOT NULL "
        "AND logged IS NULL") == ["0"] and
       hub.run("audit", "--verify", check=False).returncode == 0,
       "killed before its act: nothing was decided, nothing is logged")

    # two at once, and a third with another mind
    held = Held(hub, "SELECT FROM holdfast.act_head FOR UPDATE")
    two = [begun(hub, *args), begun(hub, *args),
           begun(hub, "salvage", "reject", "R06", "7", "--why", "y")]
    waiting(hub, 3)
    held.free()
    ends = sorted(p.wait() for p in two)
    for p in two:
        p.communicate()
    got, refused = salvaged(hub)
    hashes = [hubkit.sha(x) for x in lines]
    logged = [hubkit.sha(x) for x in got if hubkit.sha(x) in hashes]
    denied = [x for x in refused if x in hashes]
    ok(ends == [0, 1, 1] and sorted(logged + denied) == sorted(hashes),
       "of three at once one decides, and each line is logged once",
       (ends, len(logged), len(denied)))

    # two registers' lines into one log
    b = hub.speaker("R07")
    b.grow(1)
    b.push()
    more = aside(b, 30), aside(s, 30, epoch=8)
    held = Held(hub, "SELECT FROM holdfast.register WHERE kind = 'hub' "
                     "FOR UPDATE")
    two = [begun(hub, "salvage", "accept", "R07", "7", "--why", "x"),
           begun(hub, "salvage", "accept", "R06", "8", "--why", "x")]
    waiting(hub, 2)
    held.free()
    ends = [p.wait() for p in two]
    said = [p.communicate()[1] for p in two]
    got, _ = salvaged(hub)
    ok(ends == [0, 0] and sorted(got[-60:]) == sorted(more[0] + more[1]),
       "two write into it at once, and both are there", (ends, said))
    p = chain_holds(hub)
    ok(p.returncode == 0 and hub.broken() == [] and
       hub.run("audit", "--verify", check=False).returncode == 0,
       "and the chains hold", p.stdout)


# --- who owns the database ---------------------------------------------------

def act_hash(tenant, row, prev):
    """holdfast-hub-schema(7), by hand."""
    return hashlib.sha256("\n".join(
        ["holdfast-act-v1", tenant, *row, prev, ""]).encode()).hexdigest()


def chain_of(hub):
    return [r.split("\t") for r in hub.psql(
        "SELECT part, sequence, to_char(at AT TIME ZONE 'UTC', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), actor, what, detail, "
        "encode(hash, 'hex') FROM holdfast.act WHERE tenant = '%s' "
        "ORDER BY part, sequence" % hub.tenant)]


def rewrite(hub, of, change):
    """The acts of a part anew, with hashes that follow: what the owner of the
    database can do."""
    prev, sql = hubkit.ZERO, ""
    for row in [r for r in chain_of(hub) if r[0] == of]:
        row = change(row)
        prev = act_hash(hub.tenant, row[:6], prev)
        sql += ("UPDATE holdfast.act SET detail = '%s', hash = decode('%s', "
                "'hex') WHERE part = %s AND tenant = '%s' AND sequence = %s;\n" % (
                    row[5].replace("'", "''"), prev, of, hub.tenant, row[1]))
    return sql + ("UPDATE holdfast.act_head SET hash = decode('%s', 'hex') "
                  "WHERE part = %s AND tenant = '%s';\n" % (
                      prev, of, hub.tenant))


def owned(hub):
    ok(hub.run("audit", "--verify", check=False).returncode == 0 and
       hub.run("audit", "--hub", "--verify", check=False).returncode == 0,
       "acts hold")
    save = ("DROP TABLE IF EXISTS public.a, public.h, public.b; CREATE TABLE "
            "public.a AS SELECT * FROM holdfast.act; CREATE TABLE public.h AS "
            "SELECT * FROM holdfast.act_head; CREATE TABLE public.b AS SELECT "
            "* FROM holdfast.batch;")
    back = ("DELETE FROM holdfast.act; DELETE FROM holdfast.act_head; DELETE "
            "FROM holdfast.batch; INSERT INTO holdfast.act SELECT * FROM "
            "public.a; INSERT INTO holdfast.act_head SELECT * FROM public.h; "
            "INSERT INTO holdfast.batch SELECT * FROM public.b;")
    hub.psql(save)
    part = hub.psql("SELECT part FROM holdfast.tenant WHERE tenant = '%s'"
                    % hub.tenant)[0]
    mine = "part = %s AND tenant = '%s'" % (part, hub.tenant)
    told = rewrite(hub, part, lambda r: r)
    hub.psql(told)
    ok(hub.run("audit", "--verify", check=False).returncode == 0,
       "acts written anew as they were are the same: the hash is ours")

    def other(r):
        return r[:5] + [r[5] + "!"] if r[1] == "2" else r
    last = [r for r in chain_of(hub) if r[0] == part][-1]
    forged = act_hash(hub.tenant, [part, str(int(last[1]) + 1), last[2],
                                   "cli:root", "store.added", "mine"], last[6])
    one_more = ("INSERT INTO holdfast.act (part, tenant, sequence, at, actor, "
                "what, detail, hash, signature) SELECT part, tenant, "
                "sequence + 1, at, 'cli:root', 'store.added', 'mine', "
                "decode('%s', 'hex'), %%s FROM holdfast.act WHERE %s "
                "AND sequence = %s; UPDATE holdfast.act_head SET sequence = "
                "sequence + 1, hash = decode('%s', 'hex') WHERE %s;" % (
                    forged, mine, last[1], forged, mine))
    log = ("UPDATE holdfast.batch SET line[1] = convert_to(replace("
           "convert_from(line[1], 'UTF8'), 'a drill', 'a quill'), 'UTF8') WHERE "
           "register = (SELECT register FROM holdfast.register WHERE kind = "
           "'hub' AND tenant = '%s') AND first = 1" % hub.tenant)
    for sql, what in (
            (rewrite(hub, part, other), "rewritten with hashes that follow"),
            (rewrite(hub, part, other) + "UPDATE holdfast.act SET signature = "
             "NULL WHERE " + mine, "rewritten and not signed"),
            (rewrite(hub, part, other) + "UPDATE holdfast.act SET signature = "
             "NULL WHERE %s AND sequence < %s" % (mine, last[1]),
             "rewritten below one that is signed"),
            (one_more % "NULL", "put behind the last"),
            (one_more % "signature", "put there with another's signature")):
        hub.psql(sql)
        p = hub.run("audit", "--verify", check=False)
        ok(p.returncode == 3, f"an act that was {what} is found",
           (p.stdout, p.stderr))
        hub.psql(back)
    hub.psql(one_more % "NULL")
    hub.store("Harbor")
    p = hub.run("audit", "--verify", check=False)
    ok(p.returncode == 3 and "not signed" in p.stderr and
       [r[4] for r in chain_of(hub) if r[0] == part][-2:] ==
       ["store.added"] * 2, "also below one that the hub signed since",
       p.stderr)
    hub.psql(back)
    for sql, what in (("SET decision = 'accept' WHERE decision = 'reject'",
                       "turned"),
                      ("SET reason = reason WHERE false; DELETE FROM "
                       "holdfast.fork_event WHERE decision = 'accept'",
                       "taken away")):
        hub.psql("CREATE TABLE public.f AS SELECT * FROM holdfast.fork_event;"
                 "UPDATE holdfast.fork_event " + sql)
        p = hub.run("audit", "--verify", check=False)
        ok(p.returncode == 3 and "own log says" in p.stderr,
           f"a decision that was {what} is found", p.stderr)
        hub.psql("DELETE FROM holdfast.fork_event; INSERT INTO "
                 "holdfast.fork_event SELECT * FROM public.f; "
                 "DROP TABLE public.f")
    hub.psql(log)
    p = hub.run("audit", "--verify", check=False)
    x = hub.run("export", "events", "--hub", check=False)
    ok(p.returncode == 3 and x.returncode == 3 and "own log" in p.stderr,
       "a line of the hub's log that was changed, too", (p.stderr, x.stderr))
    hub.psql(back)
    ok(hub.run("audit", "--verify", check=False).returncode == 0,
       "and is good again")


# --- a database of before ----------------------------------------------------

def before(hub):
    """As 0.6.0 left it: its columns, its acts, what it had decided."""
    s = hub.speaker("R08")
    s.grow(1)
    s.push()
    lines = aside(s, 5)
    rest = aside(s, 3, epoch=8)
    logs = log_of(hub)
    hub.kill()
    hub.psql(
        "UPDATE holdfast.fork_event SET decision = 'accept', decided = now(),"
        " decided_by = 'cli:root', reason = 'of before' WHERE register = "
        "'%s' AND epoch = 7;\n"
        "DELETE FROM holdfast.batch b USING holdfast.register r WHERE "
        "r.register = b.register AND r.kind = 'hub';\n"
        "DELETE FROM holdfast.register_epoch b USING holdfast.register r "
        "WHERE r.register = b.register AND r.kind = 'hub';\n"
        "DELETE FROM holdfast.register WHERE kind = 'hub';\n"
        "ALTER TABLE holdfast.register DROP COLUMN kind;\n"
        "ALTER TABLE holdfast.act DROP COLUMN signature;\n"
        "ALTER TABLE holdfast.fork_event DROP COLUMN logged;\n"
        "ALTER TABLE holdfast.exception DROP COLUMN closed, "
        "DROP COLUMN closed_by, DROP COLUMN reason;\n"
        "SET holdfast.tenant = '00000000-0000-0000-0000-000000000000';\n"
        "DELETE FROM holdfast.migration WHERE number = 2;" % s.id)
    old = chain_of(hub)
    p = hub.run("audit", check=False)
    ok(p.returncode == 1 and "holdfast-hub setup" in p.stderr,
       "a database of before says what to run", p.stderr)
    p = subprocess.run(
        [hubkit.HUB, "setup", "--database", hub.own.conninfo("holdfast")],
        env=hub.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False)
    ok(p.returncode == 0, "setup brings it up", p.stderr)
    new = chain_of(hub)
    added = [r for r in new if r not in old]
    ok([r for r in new if r in old] == old and
       {r[4] for r in added} == {"acts.signed"} and
       len({r[0] for r in added}) == len(added) == len({r[0] for r in old}),
       "every act stands as it did, and one signs each chain", added)
    ok(hub.run("audit", "--verify", check=False).returncode == 0 and
       hub.run("audit", "--hub", "--verify", check=False).returncode == 0,
       "and they hold")
    got, refused = salvaged(hub)
    ok(got[-5:] == lines or set(lines) <= set(got),
       "what was decided before is in the hub's log", len(got))
    was, turned = 0, 0
    for x in logs:
        d = json.loads(x)["data"]
        was += d.get("piece", 1) == d.get("pieces", 1) and "line" in d
        turned += len(d.get("references", []))
    ok(len(got) == was + 5 and len(refused) == turned,
       "all of it, once", (len(got), was, len(refused), turned))
    subprocess.run(
        [hubkit.HUB, "setup", "--database", hub.own.conninfo("holdfast")],
        env=hub.env, stdin=subprocess.DEVNULL, capture_output=True,
        check=True)
    ok(salvaged(hub)[0] == got and chain_of(hub) == new,
       "run again setup does nothing")
    hub.serve()
    p = decide(hub, "accept", "R08", 8)
    ok(p.returncode == 0 and salvaged(hub)[0][-3:] == rest,
       "and it goes on", p.stderr)
    hub.psql("UPDATE holdfast.act SET detail = detail || '!' WHERE part = %s "
             "AND tenant = '%s' AND sequence = 1" % (old[0][0], hub.tenant))
    ok(hub.run("audit", "--verify", check=False).returncode == 3,
       "an act of before that is changed is found")


with hubkit.Hub() as hub:
    try:
        looked_at(hub)
        logged(hub)
        once(hub)
        owned(hub)
        before(hub)
    except Exception:
        diag(hub.tail())
        raise
done()
