# SPDX-License-Identifier: Apache-2.0
"""Each row of the table of answers: what the worker does behind it, and that
the hub ends with every line once, in order, as it was written."""
import hashlib
import os
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
import fakehub  # noqa: E402
import synckit  # noqa: E402
from crashlib import done, ok, run  # noqa: E402


def quiet(kit):
    """Online, and nothing waits."""
    kit.hub.always, kit.hub.only, kit.hub.trouble = None, None, []
    kit.ask("NOW")
    good = kit.settled()
    s = kit.until(lambda s: s["link"] == "online" and s["queued"] == "0")
    return good and s["queued"] == "0"


def meet(kit, trouble, path="/events", sales=1, patience=synckit.PATIENCE):
    """One sale whose request meets the trouble; then all is well."""
    quiet(kit)
    kit.ask("PAUSE")
    kit.sell(sales)
    kit.hub.only, kit.hub.trouble = path, list(trouble)
    n = len(kit.hub.requests)
    kit.ask("RESUME")
    good = kit.hub.wait(lambda: not kit.hub.trouble, patience)
    mark = kit.state()["head"]
    s = kit.until(lambda s: s["acked"] == mark, patience)
    return good and s["acked"] == mark and kit.hub.whole(), \
        kit.hub.requests[n:]


kit = synckit.Kit()
hub = kit.hub
w = kit.worker()

# --- lost replies, replays, the unknown ------------------------------------
good, asked = meet(kit, ["cut:0"])
ok(good and asked == ["head", "events", "head"] and hub.doubled == 0,
   "a lost reply: the head is asked, and the line not sent again", asked)
good, asked = meet(kit, ["before-reset"])
ok(good and asked == ["head", "events", "head", "events"] and
   hub.doubled == 0, "a lost request: the head is asked, and the line sent again", asked)
good, asked = meet(kit, ["database"])
ok(good and "head" in asked[2:] and hub.doubled == 0, "the database fails: the head is asked",
   asked)
t = time.monotonic()
good, asked = meet(kit, ["before-busy", "before-busy"])
ok(good and time.monotonic() - t > 2, "busy: as long as it says", asked)

# --- the hub goes back, and the log heals it --------------------------------
quiet(kit)
with hub.lock:
    keep = sorted(hub.lines)[:len(hub.lines) // 2]
    hub.lines = {k: hub.lines[k] for k in keep}
    hub.head = keep[-1] + (hashlib.sha256(hub.lines[keep[-1]]).hexdigest(),)
n = len(hub.requests)
hub.doubled = 0
kit.ask("NOW")
ok(kit.settled() and hub.doubled == 0,
   "a hub restored from yesterday gets today again", hub.requests[n:])
with hub.lock:
    hub.lines, hub.head = {}, (0, 0, fakehub.ZERO)
kit.sell(1)
ok(kit.settled(), "one that lost everything, too: by the gap it tells")
quiet(kit)
with hub.lock:  # it knows more than the worker thinks: overlap is trimmed
    hub.doubled = 0
ok(quiet(kit), "and all is quiet")

# --- sizes, poison -----------------------------------------------------------
good, asked = meet(kit, ["too-large", "too-large"], sales=12)
ok(good and not hub.poison, "too large: halves", hub.sizes)
quiet(kit)
kit.ask("PAUSE")
kit.sell(20)
first = hub.head[1] + 1
hub.refuse = {first + 9}
hub.sizes = []
kit.ask("RESUME")
good = kit.settled()
s = kit.until(lambda s: s["quarantined"] == "1" and s["queued"] == "0")
items = kit.ask("QUARANTINE")
it = synckit.words(items[0])
ok(good and list(hub.poison) == [first + 9] and s["quarantined"] == "1",
   "one poison line among twenty: it alone lies in quarantine",
   f"{hub.poison} {hub.sizes} {s}")
ok(it[""] == "ITEM" and it["sequence"] == str(first + 9) and
   it["hash"] == hashlib.sha256(hub.lines[(1, first + 9)]).hexdigest() and
   "poison" in it["reason"] and items[-1] == "END",
   "and the channel names it", items)
hub.refuse = {hub.head[1] + k for k in (1, 2, 3)}
kit.sell(3)
ok(kit.settled() and len(hub.poison) == 4, "three in a row, too", hub.poison)
hub.refuse = set()

# --- no -----------------------------------------------------------------------
for word in ("denied",):
    quiet(kit)
    kit.ask("PAUSE")
    kit.sell(1)
    hub.always, hub.only = word, "/events"
    kit.ask("RESUME")
    s = kit.until(lambda s: s["link"] == "offline")
    ok(word in s.get("why", "") and s["queued"] != "0",
       f"{word}: the line waits, and it says why", s)
ok(quiet(kit), "what was refused goes up when it no longer is")
quiet(kit)
hub.revoked = True
kit.sell(1)
s = kit.until(lambda s: s["fork"] == "revoked")
ok(s["link"] == "stopped" and s["fork"] == "revoked" and s["queued"] != "0",
   "revoked: it stops, and keeps the lines", s)
hub.revoked = False
ok(quiet(kit), "let in again, it sends them")

# --- the clock -----------------------------------------------------------------
quiet(kit)
hub.check_clock, hub.skew = True, 86400
n = len(hub.requests)
kit.ask("NOW")
kit.sell(1)
good = kit.settled()
s = kit.until(lambda s: int(s["offset_ms"]) > 86000000)
ok(good and 86300000 < int(s["offset_ms"]) < 86500000,
   "a clock a day off: asked again by the hub's, and it is told", s)
hub.skew = -86400
kit.sell(1)
ok(kit.settled(), "and a day the other way")
hub.skew = 0
kit.sell(1)
ok(kit.settled(), "and when it is set right")

# --- keys that change under it ---------------------------------------------------
quiet(kit)
for what in ("master", "data"):
    run(["keys", "rotate", what, "--store", kit.store])
    kit.sell(2)
good = kit.settled()
ok(good, "a new master key and a new data key: read on, by what is made anew",
   kit.state())

# --- progress without a sale ----------------------------------------------------
quiet(kit)
kit.ask("PAUSE")
kit.sell(2)
hub.trouble = ["reset", "html200", "error500"]
kit.ask("RESUME")
ok(kit.settled(), "three failures in a row, and on it goes by itself")
w.stop()

# --- kill -9 and start again; the nonce ------------------------------------------
for i in range(5):
    w = kit.worker()
    kit.hub.wait(lambda: False, 0.02 * i)
    w.kill()
kit.sell(1)
w = kit.worker()
ok(kit.settled() and kit.state()["fork"] == "none",
   "killed at its start again and again, it is no clone")
quiet(kit)
hub.trouble, hub.only = ["cut:0"], "/hello"
w.kill()
w = kit.worker()
ok(kit.hub.wait(lambda: not hub.trouble) and quiet(kit) and
   kit.state()["fork"] == "none", "nor by a lost reply to its hello")
w.stop()

# --- a copy of the disk -----------------------------------------------------------
copy = kit.base / "copy"
shutil.copytree(kit.store, copy, ignore=shutil.ignore_patterns("socket"))
kit.once()
twin = synckit.Kit.__new__(synckit.Kit)
twin.__dict__.update(kit.__dict__)
twin.store = copy
twin.sell(2)
own = twin.lines()
w = twin.worker()
s = twin.until(lambda s: s["fork"] != "none")
ok(s["fork"] == "clone" and s["link"] == "stopped",
   "the copy of a disk is called a clone", s)
got = hub.wait(lambda: all(v in hub.salvaged.values() or
                           v in hub.lines.values() for v in own))
ok(got and len(hub.salvaged) >= 2 and
   not any(v in hub.lines.values() for v in hub.salvaged.values()),
   "and what it sold is handed up beside the log", len(hub.salvaged))
w.stop()

# --- a fork ---------------------------------------------------------------------
kit.sell(2)
ok(kit.once() == 0 and kit.settled(), "the first one goes on")
hub.links[kit.keyid]["next"] = None
hub.links[kit.keyid]["nonce"] = "first"
shutil.rmtree(copy / "sync")
(copy / "sync").mkdir()
shutil.copy(kit.store / "sync/link", copy / "sync/link")
hub.salvaged = {}
before = dict(hub.lines)
w = twin.worker()
s = twin.until(lambda s: s["fork"] != "none")
ok(s["fork"] in ("fork", "rollback") and s["link"] == "stopped",
   "without its nonce the copy is found by its lines", s)
twin.sell(3)
twin.ask("NOW")
s = twin.until(lambda s: s["fork"] == "fork")
own = twin.lines()
good = hub.wait(lambda: all(x in hub.lines.values() or
                            x in hub.salvaged.values() for x in own[:-1]))
ok(s["fork"] == "fork" and good and hub.lines == before,
   "a fork: nothing of the log is touched, all the copy sold is kept beside",
   f"{s} {len(hub.salvaged)}")
w.stop()

# --- fenced ----------------------------------------------------------------------
hub.links[kit.keyid]["next"] = None
hub.links[kit.keyid]["nonce"] = "first"
shutil.rmtree(kit.store / "sync" / "data.mdb", ignore_errors=True)
(kit.store / "sync" / "data.mdb").unlink()
hub.fenced = 1
hub.salvaged = {}
kit.sell(2)
w = kit.worker()
s = kit.until(lambda s: s["fork"] == "fenced")
good = hub.wait(lambda: len(hub.salvaged) >= 2)
ok(s["fork"] == "fenced" and s["link"] == "stopped" and good,
   "fenced: it stops, and hands up beside the log what it has", s)
w.stop()
ok(kit.once() == 1, "and says with --once that not all went")
ok(not hub.bad, "every request was signed as it must be", hub.bad[:3])
hub.stop()
done()
