# SPDX-License-Identifier: Apache-2.0
"""Yesterday comes back: the hub out of a backup heals by itself and the till
says what was; a till out of an image sells nothing, so that no number is
printed twice, until it is restored from the hub; and a till whose rights were
taken sells on and sends all of it when it is enrolled again."""
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

SRC = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(SRC / "tests/lib"))
sys.path.insert(0, str(SRC / "tests/crash"))
import hubkit  # noqa: E402
import pg  # noqa: E402
from crashlib import diag, done, ok  # noqa: E402

pg.require()


def status(till):
    return json.loads(till.verb("sync", "status", "--json").stdout)


def sell(till, n=1):
    p = till.verb("ring", stdin="100DP10\nCA\n" * n, check=False)
    return [json.loads(line) for line in p.stdout.splitlines()]


def numbers(replies):
    return [r["sale"]["number"] for r in replies if "sale" in r]


def reaches(till, what, true):
    def look():
        till.verb("sync", "now", check=False)
        s = status(till)
        return s if true(s) else None
    try:
        return hubkit.wait_until(look, what, 30)
    except RuntimeError as e:
        diag(str(e))
        diag(json.dumps(status(till)))
        return None


def synced(till):
    return reaches(till, "an empty queue", lambda s: s["queued"] == 0 and
                   s["link"] == "online")


def events(till, kind):
    return [e["data"] for e in map(json.loads, till.lines())
            if e["type"] == "holdfast." + kind + ".v1"]


def the_hub_goes_back(hub, till, register):
    ok(synced(till), "a till and its hub")
    hub.kill()
    hub.own.stop()
    subprocess.run(["cp", "-a", hub.own.data, hub.own.dir + "/copy"],
                   check=True)
    hub.own.start()
    hub.serve()
    sell(till, 3)
    ok(synced(till) and len(hub.lines(register)) == len(till.lines()),
       "the hub has what was sold since its backup")
    hub.kill()
    hub.own.stop(signal.SIGQUIT)
    for name in os.listdir(hub.own.data):
        path = os.path.join(hub.own.data, name)
        (shutil.rmtree if os.path.isdir(path) else os.unlink)(path)
    subprocess.run(["cp", "-a", hub.own.dir + "/copy/.", hub.own.data],
                   check=True)
    hub.own.start()
    hub.serve()
    s = reaches(till, "what was", lambda s: s["queued"] == 0 and
                s.get("was", {}).get("healed"))
    ok(s and "went back" in s["was"]["why"] and s["refused"] == "none" and
       s["link"] == "online", "put back, it is sent it again; the till says "
       "what was, apart from what is", status(till))
    ok(numbers(sell(till)) and synced(till) and
       [x[2] for x in hub.lines(register)] == till.lines() and
       not events(till, "hub.refused"),
       "it sells all the time, and every line is there once")


def the_till_goes_back(hub, till, register):
    till.stop()
    image = till.dir + "/image"
    shutil.copytree(till.store, image, symlinks=True)
    till.start()
    gone = numbers(sell(till, 12))
    ok(synced(till), "twelve sales more go up")
    till.stop()
    shutil.rmtree(till.store)
    shutil.move(image, till.store)
    till.start()
    s = reaches(till, "a refusal", lambda s: s["refused"] != "none")
    # a register that is there hears it from the worker
    ring = subprocess.Popen(
        [hubkit.HOLDFAST, "ring", "--keep-going", "--store", till.store],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    hubkit.wait_until(lambda: events(till, "hub.refused"), "its line", 30)
    out, _ = ring.communicate("100DP10\nCA\n", timeout=60)
    r = [json.loads(line) for line in out.splitlines()]
    ok(s and not r[0]["ok"] and r[0]["error"] == "old_disk",
       "an image that was put back sells nothing once it knows", (s, r))
    s = [status(till)["refused"]]
    till.stop()
    s.append(status(till)["refused"])
    ok(s == ["rollback"] * 2, "its status calls it what the register does", s)
    r = sell(till)
    ok(not r[0]["ok"] and r[0]["error"] == "old_disk",
       "also when nobody is there to say so", r)
    told = events(till, "hub.refused")
    ok(told and told[0]["kind"] in ("rollback", "clone"),
       "the journal says why", told)
    code = hub.verb("register", "restore-code", register, "--json")["code"]
    where = till.dir + "/again"
    os.mkdir(where)
    p = subprocess.run(
        [hubkit.HOLDFAST, "restore", code, "--hub",
         "http://127.0.0.1:%d" % hub.port, "--store", where + "/shop",
         "--key-file", where + "/key", "--json"], capture_output=True,
        text=True, timeout=120, check=False,
        env=dict(os.environ, HOLDFAST_SYNCD=hubkit.SYNCD))
    new = object.__new__(hubkit.Till)
    new.__dict__.update(hub=hub, number="R01", dir=where, worker=None,
                        store=where + "/shop", key=where + "/key")
    have = [e["number"] for e in events(new, "sale.completed")]
    fresh = numbers(sell(new))
    ok(p.returncode == 0 and set(gone) <= set(have) and fresh and
       not set(fresh) & set(have), "restored from the hub it has all sales "
       "and goes on under new numbers", (p.stderr, gone, have, fresh))
    new.start()
    ok(synced(new), "which the hub takes")
    return new


def rights_are_taken(hub, till, register):
    hub.verb("register", "revoke", register, "--why", "stolen",
             "--json")
    s = reaches(till, "revoked", lambda s: s["refused"] == "revoked")
    ok(s and numbers(sell(till)), "who was revoked sells on", s)
    code = hub.verb("register", "restore-code", register, "--json")["code"]
    p = till.verb("sync", "enroll", code, "--hub",
                  "http://127.0.0.1:%d" % hub.port, check=False)
    s = synced(till)
    ok(p.returncode == 0 and s and s["refused"] == "none",
       "enrolled again all of it goes up", (p.stderr, s))


def main():
    with hubkit.Hub(listen=["127.0.0.1:0"]) as hub:
        till = hub.till("R01")
        register = status(till)["keyid"].split(".")[-1]
        sell(till)
        the_hub_goes_back(hub, till, register)
        new = the_till_goes_back(hub, till, register)
        rights_are_taken(hub, new, register)
        new.close()
        till.close()
    done()


main()
