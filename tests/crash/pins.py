# SPDX-License-Identifier: Apache-2.0
"""kill -9 at every disk call while PINs are guessed, and behind every guess by
every way there is to prove who one is: whatever was answered was counted, so
that killing the register gives nobody another try.  Case 41.  And whoever voids
and pulls the plug stands in the audit."""
import json
import os
import random
import subprocess

from crashlib import (HOLDFAST, SEED, SLOW, clone, diag, done, events_of,
                      kill_wait, make_shop, ok, replies, run, shim_env, workdir)

GUESS = "\\pin 7 0815\n" * 3

base = workdir()
store = make_shop(base)
for args, pin in ((["pin", "1"], "8642"),
                  (["add", "7", "--name", "Ana"], "4711")):
    p = run(["user", *args, "--pin-fd", "0", "--store", store], pin + "\n")
    assert p.returncode == 0, p.stderr


def tries(shop, no="7"):
    """Of an operator, once the register has looked after itself."""
    p = run(["ring", "--store", shop], "")
    assert p.returncode == 0, p.stderr
    p = run(["user", "list", "--store", shop])
    return {o["operator"]: o["tries"]
            for o in json.loads(p.stdout)["operators"]}[no]


copy = clone(store, base / "copy")
p = run(["ring", "--keep-going", "--store", copy], GUESS,
        env=shim_env(copy, COUNT=base / "points"))
n_point = int((base / "points").read_text().split()[1])
whole = replies(p.stdout)
ok([r["error"] for r in whole] == ["pin"] * 3, "three wrong PINs are refused",
   whole)
ok(tries(copy) == 3, "and counted")

rng = random.Random(SEED)
points = list(range(1, n_point + 1))
if not SLOW:
    points = sorted(rng.sample(points, min(10, n_point)))
diag(f"{n_point} points, {len(points)} tried, seed {SEED}")
bad = []
for n in points:
    copy = clone(store, base / "copy")
    p = run(["ring", "--keep-going", "--store", copy], GUESS,
            env=shim_env(copy, KILL=n))
    if not kill_wait(p):
        bad.append((n, f"not killed: {p.returncode}"))
        continue
    told = len(replies(p.stdout))
    counted = tries(copy)
    if not told <= counted <= told + 1:
        bad.append((n, f"{told} were answered, {counted} are counted"))
    p = run(["verify", "--store", copy])
    if p.returncode != 0:
        bad.append((n, p.stdout))
ok(not bad, f"killed at {len(points)} points: no try is free",
   "\n".join(map(str, bad)))


# every way to prove it: a wrong one, kill -9 at its answer, a quarter of an
# hour, the next one.  Ten of them lock; none is forgotten on the way.
def killed(shop, lines, late=0):
    """The register gets these lines and is killed once the last is answered.
    Its answers."""
    p = subprocess.Popen(
        ["faketime", "-f", f"+{late}m", HOLDFAST, "ring", "--keep-going",
         "--store", str(shop)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=dict(os.environ, NO_FAKE_STAT="1"))
    p.stdin.write("".join(line + "\n" for line in lines).encode())
    p.stdin.flush()
    told = [json.loads(p.stdout.readline()) for _ in lines]
    p.kill()
    p.wait()
    return told


def set_up(args, secret, fd="--pin-fd"):
    p = run(["user", *args, fd, "0", "--store", both], secret + "\n")
    assert p.returncode == 0, p.stderr


both = clone(store, base / "both")
with open(both / "holdfast.conf", "a", encoding="utf-8") as f:
    f.write("\n[role supervisor]\nproof = both\n")
p = run(["config", "apply", "--store", both])
assert p.returncode == 0, p.stderr
set_up(["add", "2", "--name", "Eva", "--role", "supervisor"], "9182")
set_up(["badge", "2"], "BADGE-0002", "--badge-fd")
p = run(["user", "glass", "--store", both])
code = json.loads(p.stdout)["code"].replace("-", "")
# another code: two digits changed so that it still checks
wrong = next(c for c in (f"{i:04d}{code[4:]}" for i in range(10000))
             if c != code and sum(
                 sum(divmod(int(d) * (1 + k % 2), 10))
                 for k, d in enumerate(reversed(c))) % 10 == 0)
WAYS = {
    "badge and PIN": (["\\badge BADGE-0002", "\\pin 2 0815"], "2"),
    "an approval": (["\\pin 7 4711", "NS", "\\badge BADGE-0002",
                     "\\pin 2 0815"], "2"),
    "the emergency code": (["\\pin 7 4711", "NS", f"BG {wrong} why"], "glass"),
}
for name, (lines, no) in WAYS.items():
    copy = clone(both, base / "copy")
    words, counts = [], []
    for i in range(11):
        words.append(killed(copy, lines, 20 * (i + 1))[-1]["error"])
        counts.append(sum(e["type"] == "holdfast.operator.attempted.v1" and
                          e["data"].get("operator") == no
                          for e in events_of(copy)))
    ok(set(words) == {"pin", "wait"} and counts == [*range(1, 11), 10],
       f"{name}: kill -9 behind each of eleven, the last is not looked at",
       f"{words} {counts}")
    ok(no == "glass" or tries(copy, no) == 10, f"{name}: nothing was forgotten")
p = run(["verify", "--store", copy])
ok(p.returncode == 0, "and all of it verifies", p.stdout)

# a verb: killed at a disk call of its own behind the try
copy = clone(both, base / "copy")
(base / "pin").write_text("0815\n")
verb = ["user", "unlock", "7", "--as", "2", "--as-pin-fd", "0", "--store", copy]
p = run(verb, "0815\n", env=shim_env(copy, COUNT=base / "points"))
n_point = int((base / "points").read_text().split()[1])
count, bad = tries(copy, "2"), []
for n in sorted(rng.sample(range(1, n_point + 1), min(5, n_point))) * (
        1 if not SLOW else 4):
    was, before = count, len(events_of(copy))
    p = run(verb, "0815\n", env=shim_env(copy, KILL=n))
    count = tries(copy, "2")
    tried = [e for e in events_of(copy)[before:]
             if e["type"].endswith("operator.attempted.v1")]
    if count != was + len(tried):
        bad.append((n, was, count, len(tried)))
ok(not bad, "a verb that is killed has counted what it looked at", bad)

# who voids and pulls the plug
copy = clone(store, base / "copy")
told = killed(copy, ["\\pin 7 4711", "100DP10", "200DP10", "VD"])
ok(told[-1]["ok"], "a line is voided, and the plug pulled", told[-1])
told = killed(copy, ["\\pin 7 4711", "CN"])
ok(told[-1]["ok"], "the sale is voided, and the plug pulled", told[-1])
lines = [(e["type"].split(".", 1)[1], e["actor"]) for e in events_of(copy)]
ok(("line.voided.v1", "7") in lines and ("sale.voided.v1", "7") in lines,
   "both stand in the journal with who did it", lines)
p = run(["audit", "--store", copy])
ok(p.returncode == 0 and p.stdout.count(b"voided") >= 2, "and in the audit",
   p.stdout[-900:])
done()
