# SPDX-License-Identifier: Apache-2.0
"""Lines of registers at the hub: each kept once, in order, byte for byte,
whatever is sent twice, lost, cut, left out, forged or copied; and every answer
signed.  Afterwards every row's hash and chain is looked at by SQL alone."""
import json
import os
import shutil
import socket
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


def is_head(a, till, n):
    line = json.loads(till.log[n - 1])
    return a.head == (line["epoch"], n, hubkit.sha(till.log[n - 1]))


def push_replay_overlap(hub):
    t = hub.speaker("R01")
    t.grow(6)
    a = t.push(1, 3)
    ok(a.status == 200 and is_head(a, t, 3), "three lines are kept", a)
    ok(hfsig.check_anchor(hub.key, t.id, a.json["head"]),
       "and the hub signs that it has them")
    a = t.push(1, 3)
    ok(a.status == 200 and is_head(a, t, 3), "the same again is an answer", a)
    a = t.push(2, 2)
    ok(a.status == 200 and is_head(a, t, 3), "one of them, too", a)
    a = t.push(2, 6, zstd=True)
    ok(a.status == 200 and is_head(a, t, 6),
       "what overlaps is trimmed, and zstd is read", a)
    t.grow(3)
    a = t.push(9, 9)
    ok(a.status == 409 and a.problem == "gap" and is_head(a, t, 6) and
       a.json["at"] == 7, "what begins beyond the head is a gap", a)
    a = t.push(7, 9)
    ok(a.status == 200 and is_head(a, t, 9), "from there on it goes on", a)
    ok([x for _, _, x in hub.lines(t.id)] == t.log,
       "the hub has the bytes that were sent, once each")
    a = t.head(backlog="count=38, oldest=720")
    ok(a.status == 200 and is_head(a, t, 9), "a head can be asked for", a)
    row = hub.psql("SELECT backlog_count, extract(epoch from now() - "
                   "backlog_oldest)::int, seen IS NOT NULL FROM "
                   "holdfast.register WHERE register = '%s'" % t.id)[0]
    count, oldest, seen = row.split("\t")
    ok(count == "38" and 715 < int(oldest) < 780 and seen == "t",
       "with what it has waiting, which the hub notes", row)
    return t


def history(hub, t):
    a = t.ask("GET", "/events", query="from=4&limit=3")
    ok(a.status == 200 and a.body.splitlines() == t.log[3:6] and
       a.headers["content-type"] == "application/jsonl",
       "its own lines come back verbatim", a)
    a = t.ask("GET", "/events", query="from=10")
    ok(a.status == 200 and a.body == b"", "beyond the head there are none", a)
    a = t.ask("GET", "/events", query="from=0")
    ok(a.status == 400 and a.problem == "malformed", "nothing is number 0", a)
    p = hub.run("export", "events", "--register", "R01", text=False)
    ok(p.stdout.splitlines() == t.log, "export gives the same bytes",
       p.stderr)


def wrong(hub, t):
    n = len(t.log)
    prev = hubkit.sha(t.log[-1])
    good = t.line(n + 1, prev)
    other = hfsig.Key()

    def refused(a, status, problem, what):
        ok(a.status == status and a.problem == problem, what, a)

    refused(t.send([t.line(n + 1, prev, source=t.source[:-1] + ("1" if t.source[-1] == "0" else "0"))]),
            403, "denied", "a line of another register is not taken")
    refused(t.send([good[:-20] + b'A' * 18 + b'"}']), 403, "denied",
            "nor one that the register did not sign")
    refused(hub.ask(other, t.keyid, "POST", t.path + "/events",
                    t.body([good]), type=hubkit.BATCH), 401, "signature",
            "nor a request by another key")
    refused(t.send([good], alter=lambda h: h.update(
        {"content-digest": hfsig.digest(b"x")})), 401, "signature",
        "nor content that is not what the digest says")
    refused(hub.ask(t.link, t.keyid, "GET",
                    "/v1/registers/01890000-0000-7000-8000-000000000000/head"),
            403, "denied", "another register's head is not told")
    a = t.ask("GET", "/head", created=int(time.time()) - 400)
    refused(a, 401, "clock", "a request from another time is refused")
    ok(abs(hfsig_time(a.json["time"]) - time.time()) < 60,
       "by an answer that says what time it is")
    status, _, body = hub.raw("GET", t.path + "/head")
    ok(status == 401 and b"problem:signature" in body,
       "and one without a signature")
    refused(t.send([good, t.line(n + 3, hubkit.sha(good))]), 400,
            "malformed", "lines that do not follow from each other are none")
    refused(t.send([good[:-1]]), 400, "malformed", "nor is half a line")
    refused(t.ask("POST", "/events", b"[" + good + b"]", type=hubkit.BATCH),
            400, "malformed", "nor another form of a batch")
    refused(t.ask("POST", "/events", t.body([good]), type="text/plain"),
            400, "malformed", "nor another type")
    refused(t.send([good] * 1001), 413, "too-large",
            "more than a thousand are too many")
    bomb = hubkit.squeeze(b"[\n" + b" " * (64 << 20))
    a = t.ask("POST", "/events", bomb, type=hubkit.BATCH, encoding="zstd")
    refused(a, 413, "too-large", "64 MB in %d bytes is too much" % len(bomb))
    refused(t.ask("POST", "/events", b"x" * (3 << 20), type=hubkit.BATCH),
            413, "too-large", "3 MB are not even kept")
    refused(t.ask("POST", "/events", t.body([good]), type=hubkit.BATCH,
                  encoding="zstd"), 400, "malformed",
            "zstd that is none is none")
    refused(t.ask("GET", "/nothing"), 404, "not-found",
            "there is nothing of another name")
    a = t.ask("PUT", "/events", b"{}")
    ok(a.status == 405, "nor by another method", a)
    ok(is_head(t.head(), t, n), "and the head is where it was")


def hfsig_time(text):
    from datetime import datetime
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def poison(hub):
    t = hub.speaker("R02")
    t.grow(2)
    t.push()
    bad = b'{"specversion":"1.0","id":"\xff'
    m = {"epoch": 1, "sequence": 3, "prev": hubkit.sha(t.log[1]),
         "hash": hubkit.sha(bad), "reason": "not text",
         "bytes": hfsig.b64url(bad)}

    def send(**more):
        return t.ask("POST", "/quarantine", json.dumps(
            dict(m, **more)).encode())

    a = send(hash=hubkit.sha(b"other"))
    ok(a.status == 400 and a.problem == "malformed",
       "poison must have the hash it says", a)
    a = send()
    ok(a.status == 200 and a.head == (1, 3, hubkit.sha(bad)) and
       a.json["quarantined"] == 1, "a line nobody can read is kept", a)
    a = send()
    ok(a.status == 200 and a.json["quarantined"] == 1, "once", a)
    a = send(hash=hubkit.sha(bad + b"x"), bytes=hfsig.b64url(bad + b"x"))
    ok(a.status == 409 and a.problem == "fork", "another one there is a fork",
       a)
    t.log.append(bad)
    t.log.append(t.line(4, hubkit.sha(bad)))
    a = t.push(4, 4)
    ok(a.status == 200 and is_head(a, t, 4), "and the log goes on behind it",
       a)
    ok([x for _, _, x in hub.lines(t.id)] == t.log, "with its very bytes")


def fork_and_clone(hub):
    t = hub.speaker("R03")
    a = t.hello()
    ok(a.status == 200, "a worker says hello", a)
    t.grow(3)
    t.push()
    copy = t.copy()
    t.grow(2)
    copy.grow(3, data={"operator": "9"})
    a = t.push(4)
    ok(a.status == 200, "one of two copies goes on")
    a = copy.push(4)
    ok(a.status == 409 and a.problem == "fork" and a.json["at"] == 4 and
       is_head(a, t, 5), "the other is told at the first line that differs",
       a)
    a = copy.push(6)
    ok(a.status == 409 and a.problem == "fork",
       "also when it begins behind the head", a)
    a = copy.push(2, what="/salvage")
    ok(a.status == 200 and a.json["stored"] == 3 and a.json["known"] == 2,
       "what it has is salvaged", a)
    a = copy.push(4, what="/salvage")
    ok(a.status == 200 and a.json["stored"] == 0 and a.json["known"] == 3,
       "once", a)
    ok([x for _, _, x in hub.lines(t.id)] == t.log,
       "and stands beside the log, not in it")
    kept = hub.psql("SELECT sequence FROM holdfast.fork_event WHERE register "
                    "= '%s' ORDER BY sequence" % t.id)
    ok(kept == ["4", "5", "6"], "where the owner finds it", kept)
    kinds = hub.psql("SELECT DISTINCT kind FROM holdfast.exception WHERE "
                     "register = '%s'" % t.id)
    ok(kinds == ["fork"], "with a note that somebody must look", kinds)
    at = hub.psql("SELECT sequence FROM holdfast.exception WHERE register = "
                  "'%s'" % t.id)
    ok("4" in at and "2" not in at, "where the first line is another", at)

    copy.nonce = t.nonce
    a = t.hello(nxt="the-next-one")
    b = t.hello(nonce=copy.nonce, nxt="the-next-one")
    ok(a.status == 200 and b.status == 200, "a lost reply to hello is none")
    a = copy.hello()
    ok(a.status == 409 and a.problem == "clone",
       "a nonce that was used tells a copy", a)
    a = t.hello(nxt="7.seven")
    b = t.hello(nonce="8.eight", nxt="9.nine")
    c = t.hello(nonce="8.eight", nxt="9.other")
    ok(a.status == 200 and b.status == 200 and c.problem == "clone",
       "one that counts further than the hub's is no copy's: the hub was put "
       "back", (a, b, c))


def epochs(hub):
    t = hub.speaker("R04")
    t.grow(3)
    t.push()
    old = t.copy()
    t.restored(7)
    t.grow(2)
    t.push(4)
    a = t.head()
    ok(a.status == 200 and is_head(a, t, 6), "another epoch goes on", a)
    old.grow(2)
    a = old.push(4)
    ok(a.status == 409 and a.problem == "fenced",
       "the one before does not any more", a)
    a = old.push(1, 3)
    ok(a.status == 200, "but what was kept of it is known", a)
    a = old.push(4, what="/salvage")
    ok(a.status == 200 and a.json["stored"] == 2, "the rest is salvaged", a)

    # a batch over the border, and one that jumps back in its own history
    u = hub.speaker("R05")
    u.grow(2)
    u.restored(3)
    u.grow(1)
    a = u.push()
    ok(a.status == 200 and is_head(a, u, 4), "a batch may hold two epochs", a)
    back = u.copy()
    back.log = u.log[:3]
    back.epoch = 3
    u.grow(1)
    u.push(5)
    back.restored(5)
    back.grow(1)
    a = back.push(4)
    ok(a.status == 200 and is_head(a, back, 5),
       "an epoch may go on from before the end of the last", a)
    ok(len(hub.lines(u.id)) == 7, "both lines of one number are kept",
       hub.lines(u.id))
    kinds = hub.psql("SELECT kind, epoch, sequence FROM holdfast.exception "
                     "WHERE register = '%s'" % u.id)
    ok(kinds == ["rollback\t5\t4"], "and somebody is told", kinds)
    a = back.ask("GET", "/events")
    b = a.body.splitlines()
    ok(b == back.log[:len(b)] and len(b) == 2, "history follows its way", b)
    p = hub.run("export", "events", "--register", u.id, text=False)
    ok(p.stdout.splitlines() == back.log, "export, too", p.stdout)
    p = hub.run("export", "events", "--register", u.id, "--epoch", 3,
                text=False)
    ok(p.stdout.splitlines() == u.log[2:], "an epoch can be had by itself")

    # epochs that are not to be
    a = u.send([u.line(6, hubkit.sha(back.log[-1]), epoch=9)])
    ok(a.status == 409 and a.problem == "fork",
       "an epoch does not begin with just any line", a)
    data = {"from_epoch": 5, "from_sequence": 5, "from_hash": "ab" * 32,
            "source": "x"}
    a = u.send([u.line(6, "ab" * 32, kind="register.restored", data=data,
                       epoch=9)])
    ok(a.status == 409 and a.problem == "fork",
       "nor behind a line the hub does not have", a)
    data["from_hash"] = hubkit.sha(back.log[-1])
    a = u.send([u.line(6, hubkit.sha(back.log[-1]), kind="register.restored",
                       data=dict(data, public_key="cd" * 32), epoch=9)])
    ok(a.status == 403 and a.problem == "denied",
       "nor with a key nobody enrolled", a)


def lost_reply(hub):
    """The hub gets it all; the till hears nothing."""
    t = hub.speaker("R06")
    t.grow(4)
    body = t.body(t.log)
    h = t.link.request("POST", t.path + "/events", body, keyid=t.keyid,
                       type=hubkit.BATCH)
    text = "POST %s/events HTTP/1.1\r\nHost: hub\r\nContent-Length: %d\r\n" % (
        t.path, len(body)) + "".join("%s: %s\r\n" % x for x in h.items()) + \
        "\r\n"
    whole = text.encode() + body
    s = socket.socket(socket.AF_UNIX)
    s.connect(hub.socket)
    s.sendall(whole)
    hubkit.wait_until(lambda: len(hub.lines(t.id)) == 4, "the lines")
    s.close()       # and the answer was never read
    ok(is_head(t.head(), t, 4), "what came before the line broke is there")
    a = t.push()
    ok(a.status == 200 and len(hub.lines(t.id)) == 4, "and is there once", a)
    # a request cut at many places leaves nothing
    u = hub.speaker("R07")
    u.grow(1)
    body = u.body(u.log)
    h = u.link.request("POST", u.path + "/events", body, keyid=u.keyid,
                       type=hubkit.BATCH)
    text = "POST %s/events HTTP/1.1\r\nHost: hub\r\nContent-Length: %d\r\n" % (
        u.path, len(body)) + "".join("%s: %s\r\n" % x for x in h.items()) + \
        "\r\n"
    whole = text.encode() + body
    for n in list(range(0, len(whole) - 1, 37)) + [len(whole) - 1]:
        s = socket.socket(socket.AF_UNIX)
        s.connect(hub.socket)
        s.sendall(whole[:n])
        s.close()
    a = u.head()
    ok(a.status == 200 and a.head[:2] == (0, 0),
       "half a request leaves nothing behind", a)
    # the same bytes again: a library that tries once more by itself
    for _ in range(2):
        status, _, data = hub.raw("POST", u.path + "/events", body, h)
        ok(status == 200, "the very same request twice is kept once", data)
    ok(len(hub.lines(u.id)) == 1, "as a line")


def parallel(hub):
    """Eight registers at once, overlapping themselves, while the hub is killed
    and PostgreSQL is stopped between."""
    tills = [hub.speaker("P%02d" % i) for i in range(8)]
    per = 120
    for t in tills:
        for _ in range(per // 20):
            t.grow(20, all=False)
    stop = threading.Event()
    acked = [0] * len(tills)
    broken = []

    def run(k, t):
        while acked[k] < per and not stop.is_set():
            first = max(1, acked[k] + 1 - k % 3 * 5)
            last = min(per, (acked[k] // 20 + 1) * 20)
            try:
                a = t.push(first, last)
            except (OSError, hubkit.http.client.HTTPException):
                time.sleep(0.05)
                continue
            except hfsig.Bad as e:
                broken.append(str(e))
                return
            if a.status == 200 or a.problem == "gap":
                acked[k] = a.head[1]
            elif a.status != 503:
                broken.append(repr(a))
                return
            else:
                time.sleep(0.05)

    threads = [threading.Thread(target=run, args=x)
               for x in enumerate(tills)]
    for x in threads:
        x.start()
    for i in range(3):
        hubkit.wait_until(lambda: sum(acked) >= per * (i + 1) * 2, "progress")
        hub.kill()
        hub.serve()
        if i == 1:
            hub.own.restart()
    for x in threads:
        x.join(120)
    stop.set()
    ok(not broken, "every answer is the hub's and none is a refusal", broken)
    ok(acked == [per] * 8, "eight registers come to their end", acked)
    ok(all([x for _, _, x in hub.lines(t.id)] == t.log for t in tills),
       "each line once, in order, with the hub killed three times and "
       "PostgreSQL once")


def house(hub):
    status, headers, body = hub.raw("GET", "/healthz")
    ok(status == 200 and json.loads(body) == {"databases": 1, "answering": 1},
       "it says that it is well", body)
    m = hubkit.wait_until(lambda: "holdfast_hub_durable_age_seconds" in
                          hub.metrics() and hub.metrics(), "the census")
    ok(m["holdfast_hub_events_stored_total"] > 0, "and counts", m)
    # counted when it starts, after the last kill, and each minute
    ok(m['holdfast_hub_registers{state="online"}'] > 0 and
       m['holdfast_hub_exceptions_open{kind="rollback"}'] == 1 and
       m['holdfast_hub_exceptions_open{kind="clone"}'] == 1,
       "its registers, and what somebody has to look at", m)
    promtool = shutil.which("promtool")
    _, _, text = hub.raw("GET", "/metrics")
    if promtool:
        p = hubkit.subprocess.run([promtool, "check", "metrics"], input=text,
                                  capture_output=True)
        ok(p.returncode == 0 and not p.stderr, "promtool takes its metrics",
           p.stdout + p.stderr)
    else:
        ok(not os.environ.get("REQUIRE_ALL"), "promtool is installed")
    status, _, _ = hub.raw("GET", "/metrics",
                           headers={"X-Forwarded-For": "10.1.2.3"})
    ok(status == 403, "which nobody gets through a proxy")
    conn = hub.connection()
    statuses = [hub.raw("GET", "/.well-known/holdfast", connection=conn)[0]
                for _ in range(3)]
    ok(statuses == [200] * 3, "one connection carries many requests")
    conn.close()
    hub.own.stop()
    status, _, _ = hub.raw("GET", "/healthz")
    ok(status == 503, "without its database it says that, too")
    t = tills_of(hub)[0]
    a = t.push(1, 1)
    ok(a.status == 503 and a.problem == "database" and
       int(a.headers["retry-after"]) > 0,
       "and tells a till to come again, signed", a)
    hub.own.start()
    hubkit.wait_until(lambda: t.push(1, 1).status == 200, "the database")
    ok(True, "and goes on when it is back")
    began = time.monotonic()
    ok(hub.stop() == 0 and time.monotonic() - began < 60,
       "it stops when it is told to", hub.tail())


SPEAKERS = []


def tills_of(hub):
    if not SPEAKERS:
        t = hub.speaker("Q01")
        t.grow(1)
        t.push()
        SPEAKERS.append(t)
    return SPEAKERS


with hubkit.Hub() as hub:
    first = push_replay_overlap(hub)
    history(hub, first)
    wrong(hub, first)
    poison(hub)
    fork_and_clone(hub)
    epochs(hub)
    lost_reply(hub)
    parallel(hub)
    bad = hub.broken()
    ok(not bad, "every row has its hash and follows from the one before", bad)
    # a check that cannot fail is none: one byte, one link, one origin
    for what, sql in (("byte", "UPDATE holdfast.batch SET line[1] = line[1] || "
                       "'x'::bytea WHERE register = '%s'" % first.id),
                      ("row", "DELETE FROM holdfast.batch WHERE register = "
                       "'%s' AND first = 4" % first.id),
                      ("epoch", "UPDATE holdfast.register_epoch SET from_hash "
                       "= sha256('x') WHERE from_sequence > 0")):
        found = hub.broken("BEGIN; " + sql + ";")
        ok(found, "a changed %s would be seen" % what)
    diag("rows: " + hub.psql("SELECT count(*) FROM holdfast.event")[0])
    tills_of(hub)
    house(hub)
done()
