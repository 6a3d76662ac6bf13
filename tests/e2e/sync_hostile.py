# SPDX-License-Identifier: Apache-2.0
"""Whatever answers the worker: garbage, a login page, a redirect, errors,
nothing, too much, too deep, too slow, somebody else's signature, an answer of
another question, of the past, of the future.  None of it moves what counts as
sent, none of it costs memory or stops the worker, and behind it the log goes
up whole, each line once."""
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
import hfsig  # noqa: E402
import synckit  # noqa: E402
from crashlib import diag, done, ok  # noqa: E402

# What is not the hub's: the line is offline, nothing else has changed.
NOT_OURS = ["reset", "garbage", "html200", "redirect", "error500",
            "unsigned403", "unsigned413", "unsigned503", "empty200",
            "unsigned", "huge", "huge-chunked", "huge-header",
            "many-headers", "deep", "signed-deep", "signed-garbage", "bomb",
            "other-key", "other-hub", "bit", "status", "stale",
            "cut:10", "cut:200", "cut:700"]
MEMORY = 64 << 20
KEPT = ("acked", "acked_epoch", "acked_hash", "anchor", "durable", "fork")


def at(kit, path, kind):
    """The answers to one kind of request are spoiled, once the worker was
    online and has something to send."""
    kit.hub.always, kit.hub.only = None, None
    kit.ask("NOW")
    ready = kit.settled()
    kit.until(lambda s: s["link"] == "online" and s["queued"] == "0")
    kit.ask("PAUSE")
    kit.sell(1)
    before = kit.state()
    kit.hub.always, kit.hub.only = kind, path
    n = len(kit.hub.requests)
    kit.ask("RESUME")
    kit.hub.wait(lambda: len([r for r in kit.hub.requests[n:]
                              if "/" + r == path]) > 0)
    s = kit.until(lambda s: s["link"] == "offline")
    same = all(s.get(k) == before.get(k) for k in KEPT) or (
        path == "/events" and s["acked"] == before["acked"])
    ok(ready and s["link"] == "offline" and same and s.get("why"),
       f"{kind} at {path}: offline, and nothing moved",
       f"{before}\n{s}\n{kit.hub.requests[n:]}")
    return s


def mended(kit, name):
    kit.hub.always, kit.hub.only = None, None
    kit.ask("NOW")
    good = kit.settled()
    s = kit.until(lambda s: s["link"] == "online" and s["queued"] == "0")
    ok(good and s["link"] == "online" and s["queued"] == "0", name,
       f"{s}\n{kit.hub.requests[-8:]}\n{kit.hub.bad}")


kit = synckit.Kit()
w = kit.worker()
for kind in NOT_OURS:
    at(kit, "/head", kind)
mended(kit, "behind all of that the log is up, each line once")
for kind in ("reset", "html200", "other-key", "stale", "bit", "huge", "cut:1",
             "cut:700", "before-reset"):
    at(kit, "/events", kind)
mended(kit, "and behind lost answers to lines, too")
ok(w.proc.poll() is None and w.peak() < MEMORY,
   "the worker lives, and never had 64 MiB", w.peak())
diag(f"peak {w.peak() >> 20} MiB")

# An answer that comes a byte at a time is an answer.
kit.hub.trouble = ["slow"]
kit.hub.only = "/head"
kit.ask("NOW")
kit.sell(1)
ok(kit.settled(60), "a slow answer is an answer")

# What the hub does sign is believed only where the own log says the same.
for kind, link, fork in (("future", "stopped", "rollback"),
                         ("other-hash", "stopped", "fork"),
                         ("bad-anchor", "online", "none")):
    kit.hub.always, kit.hub.only = None, None
    kit.ask("NOW")
    kit.settled()
    before = kit.until(lambda s: s["link"] == "online" and
                       s["queued"] == "0")
    kit.hub.always, kit.hub.only = kind, "/head"
    n = len(kit.hub.requests)
    kit.ask("NOW")
    kit.hub.wait(lambda: "head" in kit.hub.requests[n:])
    s = kit.until(lambda s: s["link"] == link and
                  (s["fork"] == fork) and
                  (link != "online" or s.get("why")))
    ok(s["link"] == link and s["fork"] == fork and
       s["acked"] == before["acked"] and
       s["acked_hash"] == before["acked_hash"],
       f"{kind}, signed: {link} {fork}, and nothing counts as sent by it",
       f"{before}\n{s}")
mended(kit, "when the hub says what is so, it goes on")

# SIGTERM while an answer does not come.
kit.hub.always, kit.hub.only = "wait:60", None
kit.ask("NOW")
n = len(kit.hub.requests)
kit.hub.wait(lambda: len(kit.hub.requests) > n)
took = w.stop()
ok(took < synckit.soon() and w.proc.returncode == 0, "it ends within a second",
   f"{took} {w.proc.returncode}")
kit.hub.always = None
ok(kit.once() == 0 and kit.settled(1), "and the next one goes on")

# Two on one store; a key that is another; a hub that is another.
w = kit.worker()
kit.state()
p = subprocess.run(kit.argv(), capture_output=True, text=True, timeout=120,
                   check=False)
ok(p.returncode == 4 and "another holdfast-syncd" in p.stderr,
   "one worker a store", p.stderr)
w.stop()
other = kit.base / "other.worker"
other.write_bytes(os.urandom(32))
w = kit.worker("--worker-key-file", str(other))
s = kit.until(lambda s: s["link"] == "offline")
ok(s["link"] == "offline" and s.get("why"), "another key file: it says so", s)
w.stop()
kit.hub.key = hfsig.Key(b"n" * 32)
kit.sell(1)
w = kit.worker()
s = kit.until(lambda s: s["link"] == "offline")
ok(s["link"] == "offline" and "enrolled" in s.get("why", "") or
   "signature" in s.get("why", ""), "a hub with another key: it says so", s)
w.stop()
kit.hub.stop()
done()
