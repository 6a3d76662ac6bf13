# SPDX-License-Identifier: Apache-2.0
"""kill -9 at every disk call of a start at which a draft's time has come, and
of the sale behind it: the configuration is the one or the other, it becomes
active once, and every sale names the one it was made under."""
import json
import random
from datetime import datetime, timedelta, timezone

from crashlib import (SEED, SLOW, clone, diag, done, kill_wait, make_shop, ok,
                      replies, run, shim_env, workdir)

base = workdir()
store = make_shop(base)
ENTRIES = "\\pin 1 8642\n1190DP10\nTL\nCA\n"
for args, pin in ((["pin", "1"], "8642"),
                  (["add", "2", "--name", "Eva", "--role", "owner"], "9182")):
    p = run(["user", *args, "--pin-fd", "0", "--store", store], pin + "\n")
    assert p.returncode == 0, p.stderr
run(["ring", "--store", store], ENTRIES)
text = (store / "holdfast.conf").read_bytes()
new = text + b"\n[receipt]\nopened = yes\n"
assert b"[receipt]" not in text or b"opened" not in text
if b"[receipt]" in text:
    new = text.replace(b"[receipt]", b"[receipt]\nopened = yes", 1)
(base / "new.conf").write_bytes(new)
p = run(["config", "draft", base / "new.conf", "--store", store, "--json"])
assert p.returncode == 0, p.stderr
draft = json.loads(p.stdout)
soon = (datetime.now(timezone.utc) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
p = run(["config", "approve", draft["draft"], "--effective", soon, "--as", "2",
         "--as-pin-fd", "0", "--store", store, "--json"], "9182\n")
assert p.returncode == 0 and not json.loads(p.stdout)["active"], p.stderr
while datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ") <= soon:
    pass

copy = clone(store, base / "copy")
p = run(["ring", "--store", copy], ENTRIES, env=shim_env(copy, COUNT=base / "points"))
n_point = int((base / "points").read_text().split()[1])
ok(any("sale" in r for r in replies(p.stdout)), "a start, a draft, a sale", p.stderr)


def look(shop):
    """What is wrong with a shop, or nothing; it has started once more."""
    p = run(["ring", "--store", shop], ENTRIES)
    if p.returncode != 0:
        return p.stderr
    events = [json.loads(x) for x in run(["export", "events", "--store", shop]).stdout.splitlines()]
    active = [e for e in events if e["type"] == "holdfast.config.activated.v1"]
    if [e["data"]["version"] for e in active[1:]] != [draft["version"]]:
        return f"activated: {[e['data']['version'][:8] for e in active]}"
    now = None
    for e in events:
        if e["config"] not in ("", now) and now is not None:
            return f"line {e['sequence']} names {e['config'][:8]}, active is {now[:8]}"
        if e["type"] == "holdfast.config.activated.v1":
            now = e["data"]["version"]
    if events[-1]["config"] != draft["version"]:
        return "the last line is not made under it"
    if (shop / "holdfast.conf").read_bytes() != new:
        return "the file does not follow"
    if run(["config", "drafts", "--store", shop, "--json"]).stdout:
        return "the draft still waits"
    p = run(["verify", "--json", "--store", shop])
    v = json.loads(p.stdout)
    return None if v["ok"] and v["store"] == "equal" else p.stdout


ok(look(copy) is None, "and all is well without a kill", look(clone(copy, base / "look")))
rng = random.Random(SEED)
points = list(range(1, n_point + 1))
if not SLOW:
    points = sorted(rng.sample(points, min(12, n_point)))
diag(f"{n_point} points, {len(points)} tried, seed {SEED}")
bad = []
for n in points:
    copy = clone(store, base / "copy")
    p = run(["ring", "--store", copy], ENTRIES, env=shim_env(copy, KILL=n))
    wrong = look(copy) if kill_wait(p) else f"not killed: {p.returncode}"
    if wrong:
        bad.append((n, wrong))
ok(not bad, f"killed at {len(points)} points: active once, between two sales",
   "\n".join(map(str, bad)))
done()
