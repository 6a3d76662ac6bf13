# SPDX-License-Identifier: Apache-2.0
"""A dead till comes back out of what its hub has: the lines are those of the
hub, byte for byte; another key signs from the new epoch on; nothing that was
cut off is a store, and the same command goes on.  The worker is played by this
file itself, which leaves what one leaves."""
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(os.environ["top_srcdir"])
sys.path.insert(0, str(TOP / "tests/lib"))
import hfsig  # noqa: E402

HUB = "01900000-0000-7000-8000-00000000000a"
WHEN = "2026-11-22T12:00:00.000000Z"


def play_worker(argv):
    """What is left behind, as the test wants it: HF_LINES, HF_MODE."""
    store = Path(argv[argv.index("--store") + 1])
    mode = os.environ["HF_MODE"]
    sync = store / "sync"
    asked = (sync / "enroll").read_text()
    assert os.environ["HF_CODE"] in asked, asked
    assert Path(argv[argv.index("--worker-key-file") + 1]).stat().st_size == 32
    key = hfsig.Key(bytes([7] * 32))
    lines = Path(os.environ["HF_LINES"]).read_bytes()
    last = lines.splitlines()[-1]
    e = json.loads(last)
    t, s, r = re.fullmatch("/t/(.*)/s/(.*)/r/(.*)", e["source"]).groups()
    digest = hashlib.sha256(last).hexdigest()
    number = int(e["sequence"])
    history = sync / "history"
    if mode == "cut":
        (history / "lines").write_bytes(lines[:len(lines) // 2])
        return 1
    (history / "lines").write_bytes(
        lines.replace(b'"total":', b'"total":1', 1) if mode == "bent" else
        lines[:-len(last) - 1] if mode == "short" else lines)
    pub = hfsig.Key(bytes([8] * 32)) if mode == "forged" else key
    (sync / "link").write_text(
        f"[hub]\nurl = http://127.0.0.1:8480\nkeyid = 0.1.{t}.{r}\nhub = {HUB}\n"
        f"hub_key = {hfsig.b64url(key.public)}\ntenant = {t}\nstore = {s}\n"
        f"register = {r}\nkind = {'enroll' if mode == 'other' else 'restore'}\n"
        "nonce = n\n")
    (history / "anchor").write_text(
        f"[history]\nregister = {r}\nepoch = {e['epoch']}\nsequence = {number}\n"
        f"hash = {digest}\ntime = {WHEN}\nanchor = "
        f"{hfsig.anchor(pub, r, e['epoch'], number, digest, WHEN)}\n"
        f"hub = {HUB}\nkey = {hfsig.b64url(key.public)}\nfirst = 1\n"
        f"source = {e['source']}\n")
    return 0


if len(sys.argv) > 1:
    sys.exit(play_worker(sys.argv))

sys.path.insert(0, str(TOP / "tests/crash"))
from crashlib import (HOLDFAST, done, make_shop, ok, replies, run,  # noqa: E402
                      sales_of, workdir)

base = workdir()
CODE = hfsig.code(3, b"0123456789", hfsig.Key(bytes([7] * 32)).public)
worker = base / "worker"
worker.write_text(f'#!/bin/sh\nexec {sys.executable} {os.path.abspath(__file__)} "$@"\n')
worker.chmod(0o755)


def sell(store, n=1):
    p = run(["ring", "--store", store], "4011\nTL\nCA\n" * n)
    return sales_of(replies(p.stdout))


def export(store):
    p = run(["export", "events", "--store", store])
    assert p.returncode == 0, p.stderr
    return p.stdout if isinstance(p.stdout, bytes) else p.stdout.encode()


def restore(store, lines, mode="good", more=(), kill=None):
    env = dict(os.environ, HOLDFAST_SYNCD=str(worker), HF_LINES=str(lines),
               HF_MODE=mode, HF_CODE=CODE)
    p = subprocess.Popen(
        [HOLDFAST, "restore", CODE, "--hub", "http://127.0.0.1:8480", "--store",
         str(store), "--key-file", str(store) + ".key", "--json", *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    if kill is not None:
        time.sleep(kill)
        p.send_signal(signal.SIGKILL)
    out, err = p.communicate()
    return p.returncode, out.decode(), err.decode()


def verifies(store):
    p = run(["verify", "--json", "--store", store])
    v = json.loads(p.stdout)
    return p.returncode == 0 and v["ok"] and v["store"] == "equal", v


def public(store, path):
    p = run(["keys", "public", "--store", store])
    path.write_bytes(p.stdout if isinstance(p.stdout, bytes) else p.stdout.encode())
    return path


def chain(lines, pem):
    return subprocess.run([sys.executable, TOP / "contrib/check-chain", "-n", "1", pem],
                          input=lines, capture_output=True)


old = make_shop(base)
told = sell(old, 3)
run(["ring", "--store", old], "4011\n4011\nPK\n")
shown = export(old)
at_hub = base / "at_hub"
at_hub.write_bytes(shown)

new = base / "new"
code, out, err = restore(new, at_hub, "cut")
ok(code == 1 and not new.exists() and "again" in err, "half of it is no store", err)
link = [p for p in Path(str(new) + ".restoring/keys").iterdir() if p.name == "reader"][0].read_bytes()
for mode, word in (("bent", ""), ("short", "head"), ("forged", "signed by the hub"),
                   ("other", "restore code")):
    code, out, err = restore(new, at_hub, mode)
    ok(code != 0 and not new.exists() and word in err, f"{mode}: refused in words", err)
    (Path(str(new) + ".restoring/sync/history/anchor")).unlink(missing_ok=True)
ok(Path(str(new) + ".restoring/keys/reader").read_bytes() == link,
   "the link's keys are the same all the time")
code, out, err = restore(new, at_hub)
ok(code == 0 and json.loads(out)["ok"], "the same command goes on and ends well", err)
ok(not Path(str(new) + ".restoring").exists() and not (new / "sync/history").exists() and
   not (new / "sync/enroll").exists() and (new / "sync/link").exists(),
   "nothing of it is left but the link")
now = export(new)
ok(now.startswith(shown), "the hub's lines are in it, byte for byte")
more = [json.loads(line) for line in now[len(shown):].splitlines()]
ok(more[0]["type"] == "holdfast.register.restored.v1" and
   more[0]["data"]["from_sequence"] == len(shown.splitlines()) and
   more[0]["data"]["hub"] == HUB and more[0]["epoch"] > 1,
   "the next one says so, in another epoch", more[0])
ok([e["data"]["kind"] for e in more if e["type"] == "holdfast.hub.enrolled.v1"] == ["restore"],
   "and at which hub", more)
ok(verifies(new)[0], "it verifies", verifies(new))
old_pem, new_pem = public(old, base / "old.pem"), public(new, base / "new.pem")
ok(old_pem.read_bytes() != new_pem.read_bytes(), "another key signs")
p = chain(now, new_pem)
ok(p.returncode == 0, "a second implementation follows the key", p.stdout)
ok(chain(now, old_pem).returncode == 1, "and does not take the old one for it")
p = run(["receipt", sorted(told)[0], "--store", new])
ok(p.returncode == 0, "an old receipt is there", p.stderr)
# products come by the hub's feed; here by hand
run(["import", "products", base / "catalog.csv", "--store", new])
fresh = sell(new)
ok(len(fresh) == 1 and re.match(r"R01\.\d+-\d{6}$", next(iter(fresh), "")),
   "it sells on, under numbers of its own", fresh)
p = run(["export", "sales", "--format", "jsonl", "--store", new])
have = {json.loads(line)["number"] for line in p.stdout.splitlines()}
ok(have == set(told) | set(fresh), "all sales are there", have)
p = run(["rebuild", "--store", new])
ok(p.returncode == 0 and verifies(new)[0], "made anew of its lines it is the same", p.stderr)
run(["backup", base / "b", "--store", new])
p = run(["restore", base / "b", "--store", base / "r"])
ok(p.returncode == 0 and verifies(base / "r")[0], "a backup of it is one", p.stderr)
code, out, err = restore(new, at_hub)
ok(code == 1 and verifies(new)[0], "never over a store", err)

# the machine that came back goes, too: another key behind another key
(base / "second").write_bytes(export(new))
third = base / "third"
code, out, err = restore(third, base / "second", more=("--last-number", "R01-000900"))
ok(code == 0 and verifies(third)[0], "a third machine goes on", err)
ok(export(third).startswith((base / "second").read_bytes()), "with all lines")
ok(chain(export(third), public(third, base / "third.pem")).returncode == 0,
   "and check-chain follows both keys")

# archives: of before by its key, over both; with the store's keys and without
for where, what in ((old, "of the old machine"), (third, "over all three")):
    box = base / ("a-" + where.name)
    p = run(["ring", "--store", where], "PK\nTL\nCA\n")
    ok(p.returncode == 0, "what was parked is paid", (p.stdout, p.stderr))
    p = run(["close", "day", "--store", where])
    ok(p.returncode == 0, "a day is closed", (p.stdout, p.stderr))
    p = run(["archive", box, "--lines", "--store", where])
    ok(p.returncode == 0, f"an archive {what} is made", (p.stdout, p.stderr))
    p = run(["archive", "verify", box, "--store", third if where == third else old])
    ok(p.returncode == 0, "and holds", (p.stdout, p.stderr))
    p = run(["archive", "verify", box, "--no-key", "--public-key",
             base / ("third.pem" if where == third else "old.pem")])
    ok(p.returncode == 0, "also for who has its public key alone", (p.stdout, p.stderr))
p = run(["archive", "verify", base / ("a-" + old.name), "--store", third])
ok(p.returncode == 0 or b"key" in (p.stderr if isinstance(p.stderr, bytes) else p.stderr.encode()),
   "the register that follows knows whose that was", (p.stdout, p.stderr))

# killed anywhere: no store, or a whole one
seen = set()
for i in range(12):
    where = base / f"k{i}"
    restore(where, at_hub, kill=0.01 + i * 0.025)
    if (where / "keys").exists():
        ok(verifies(where)[0], f"killed {i}: it was done")
        seen.add("done")
        continue
    code, out, err = restore(where, at_hub)
    ok(code == 0 and verifies(where)[0] and export(where).startswith(shown),
       f"killed {i}: run again, and done", err)
    seen.add("again")
ok("again" in seen, "some were killed before the end", seen)

# what PINs are made with did not come: it says so, and what helps
run(["user", "pin", "1", "--pin-fd", "0", "--store", third], "8642\n")
(base / "fourth.lines").write_bytes(export(third))
fourth = base / "fourth"
code, out, err = restore(fourth, base / "fourth.lines")
ok(code == 0 and json.loads(out).get("pins") is False,
   "PINs that will not work are told of", (out, err))
p = run(["ring", "--store", fourth], "\\pin 1 8642\n")
ok(not replies(p.stdout)[0]["ok"], "and do not", p.stdout)
p = run(["user", "pin", "1", "--pin-fd", "0", "--store", fourth], "8642\n")
ok(p.returncode == 0, "who has the key gives new ones", p.stderr)
p = run(["ring", "--store", fourth], "\\pin 1 8642\n")
ok(replies(p.stdout)[0]["ok"], "which do", p.stdout)

p = run(["verify", "--store", third, "--key-file", str(third) + ".key.worker"])
ok(p.returncode == 5, "the worker's key does not open the store", p.stderr)
done()
