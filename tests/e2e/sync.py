# SPDX-License-Identifier: Apache-2.0
"""holdfast sync: the register's side of the worker, with one that is not there.

Enrolled and unlinked as lines, also beside a running register, and cut short
behind the worker; status, now, pause, resume, quarantine; what is refused.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import HOLDFAST, done, ok  # noqa: E402
from worker import HUB, Worker  # noqa: E402

# Part 1, a secret, and a hub's key, as a hub writes them down.
CODE = "00014-0410A-6105X-0R3GZ-G28A4-1440R-E1G53-0G1G3-40804"
URL = "https://hub.example:8443"
HASH = "00112233" * 8


def hf(*args, want=0):
    p = subprocess.run([HOLDFAST, *args, "--store", STORE], text=True,
                       capture_output=True, check=False)
    if p.returncode != want:
        print("#", args, p.returncode, p.stdout, p.stderr)
    return p


def said(*args, want=0):
    p = hf(*args, "--json", want=want)
    return json.loads(p.stdout) if p.returncode == 0 else {"err": p.stderr}


def events(kind):
    p = hf("export", "events")
    lines = [json.loads(line) for line in p.stdout.splitlines() if line]
    return [e for e in lines if e["type"].startswith("holdfast." + kind)]


tmp = tempfile.TemporaryDirectory(prefix="hf-sync.")
STORE = tmp.name + "/s"
subprocess.run([HOLDFAST, "init", "--store", STORE, "--shop", "Corner",
                "--register", "R01", "--currency", "EUR", "--prices",
                "included", "--tax", "A=19%", "--key-file", tmp.name + "/k"],
               check=True, capture_output=True)

ok(said("sync", "status") == {"ok": True, "linked": False},
   "a register without a hub says so")
p = hf("sync", "now", want=1)
ok(p.returncode == 1 and "does not run" in p.stderr,
   "without a worker nothing can be asked")
p = hf("sync", "enroll", "00014-0410B", "--hub", URL, want=1)
ok(p.returncode == 1 and "code" in p.stderr, "a code that was misread is told")
p = hf("sync", "enroll", CODE, "--hub", URL, want=1)
ok(p.returncode == 1 and "does not run" in p.stderr and
   not Path(STORE, "keys/reader").exists(),
   "nothing is made while there is no worker")
ok(hf("sync", "enroll", CODE, want=2).returncode == 2, "a hub must be named")
ok(hf("sync", "dance", want=2).returncode == 2, "other words are no words")

w = Worker(STORE)
w.refuse = "the code was used already"
p = hf("sync", "enroll", CODE, "--hub", URL, want=1)
ok(p.returncode == 1 and "used already" in p.stderr and
   not Path(STORE, "sync/enroll").exists(),
   "what the hub refuses is told, and the request is gone")
ok(events("hub.enrolled") == [], "and nothing is recorded")

w.refuse = None
w.enroll = True
r = said("sync", "enroll", CODE, "--hub", URL + "/", "--reason", "opening")
ok(r.get("ok") and r["hub"] == HUB and r["tenant"] == "Corner Ltd",
   "enrolled", r)
ok(w.asked["code"] == CODE and w.asked["url"] == URL and
   w.asked["register"] == "R01", "the worker was asked for that", w.asked)
e = events("hub.enrolled")
ok(len(e) == 1 and e[0]["data"]["kind"] == "enroll" and
   e[0]["data"]["url"] == URL and len(e[0]["data"]["link"]) == 64 and
   e[0]["data"]["reason"] == "opening", "which is a line", e)
ok(Path(tmp.name, "k.worker").stat().st_mode & 0o777 == 0o600,
   "the worker's key lies beside the store's")

w.say("link=offline why=connect%20timeout since=1764000000 retry_s=18 "
      "tried=3 feeds=products:812:1764000000")
s = said("sync", "status")
ok(s["linked"] and s["worker"] and s["link"] == "offline" and
   s["why"] == "connect timeout" and s["queued"] == s["head"] and
   s["feeds"][0]["revision"] == 812, "status", s)
text = subprocess.run([HOLDFAST, "sync", "status", "--store", STORE],
                      text=True, capture_output=True, check=False).stdout
ok("offline" in text, "and in words, or JSON where nobody looks", text)
ok(said("sync", "now")["ok"] and "NOW" in w.heard, "now")
ok(said("sync", "pause", "30")["ok"] and "PAUSE 30" in w.heard, "pause")
ok(said("sync", "pause")["ok"] and "PAUSE" in w.heard, "for good")
ok(said("sync", "resume")["ok"] and "RESUME" in w.heard, "resume")
ok(hf("sync", "pause", "0", want=2).returncode == 2, "not for no time")
w.items = [f"epoch=1 sequence=2 hash={HASH} reason=not%20UTF-8"]
q = said("sync", "quarantine")
ok(q["sequence"] == 2 and q["reason"] == "not UTF-8", "quarantine", q)

# beside a running register: it records what the verb asks for
ring = subprocess.Popen([HOLDFAST, "ring", "--keep-going", "--store", STORE],
                        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def enter(text):
    ring.stdin.write(text + "\n")
    ring.stdin.flush()
    return json.loads(ring.stdout.readline())


ok(enter("1000DP10")["ok"], "a register sells")
ok(enter("SY")["ok"], "SY looks at the link")
ok(enter("30SY")["ok"] and "PAUSE 30" in w.heard, "30SY pauses it")
p = subprocess.run([HOLDFAST, "sync", "unlink", "--reason", "sold",
                    "--store", STORE, "--json"], text=True,
                   capture_output=True, check=False)
ok(p.returncode == 0 and json.loads(p.stdout)["kind"] == "none",
   "unlinked beside it", p.stderr)
r = enter("SY")
ok(not r["ok"] and r["error"] == "no_hub", "which it heard of", r)
ok(enter("TL")["ok"] and enter("CA")["ok"], "and sells on")
ring.stdin.close()
ok(ring.wait(120) == 1, "to the end, one entry refused")
ok(not Path(STORE, "keys/reader").exists() and
   not Path(STORE, "sync/link").exists(), "the worker has nothing any more")
ok(said("sync", "status") == {"ok": True, "linked": False}, "and says so")
ok(hf("sync", "unlink", "--reason", "again", want=1).returncode == 1,
   "once is enough")

# cut short: the worker has its link, the journal nothing
r = said("sync", "enroll", CODE, "--hub", URL)
n = len(events("hub.enrolled"))
link = Path(STORE, "sync/link").read_text()
Path(STORE, "sync/link").write_text(link.replace("1.2.t.r", "1.2.t.r2"))
heard = w.heard.count("ENROLL")
r = said("sync", "enroll", CODE, "--hub", URL)
ok(r.get("ok") and w.heard.count("ENROLL") == heard and
   len(events("hub.enrolled")) == n + 1,
   "what the worker has is recorded, and nobody asked again", r)
w.close()
s = said("sync", "status")
ok(s["linked"] and not s["worker"] and s["link"] == "offline",
   "a worker that is away is offline", s)
v = said("verify")
ok(v["ok"], "and all of it verifies", v)
done()
