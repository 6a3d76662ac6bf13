# SPDX-License-Identifier: Apache-2.0
"""The hub as a writer: what somebody has to look at is looked at once, and
closed by who did."""
import json
import os
import sys

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


with hubkit.Hub() as hub:
    try:
        looked_at(hub)
    except Exception:
        diag(hub.tail())
        raise
done()
