# SPDX-License-Identifier: Apache-2.0
"""Power cuts while a card pays: images of the disk after the calls of a session
with the simulated terminal, each started by the real program with the terminal
gone.  Whatever is left: an end that was paid has its part of the sale in the same
group or neither is there, a payment that began and did not end is unknown at the
start, nothing that was told is lost, and the store is what the lines make."""
import json
import os
import random
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

from crashlib import (BUILD, MODES, OUT, SEED, SLOW, WRITE, Disk, clone, diag,
                      done, events_of, make_shop, ok, read_trace, replies, run,
                      sales_of, shim_env, short, workdir)

IMAGES = int(os.environ.get("IMAGES", "4000" if SLOW else "24"))
ITEM = "5449000000996"
SCRIPT = f"{ITEM}\nTL\n50CC\nCC\n{ITEM}\nTL\n50CC\nVD\n60CC\nCA\n{ITEM}\nTL\nCC\n"
PAID = ("approved", "offline")
OPEN = []                  # images that had a payment without an end

base = workdir()
rng = random.Random(SEED)
store = make_shop(base)
conf = store / "holdfast.conf"
conf.write_text(conf.read_text().replace(
    "[tender CC]\n", "[tender CC]\nkind = card\nterminal = ec\n") +
    f"\n[device ec]\ndriver = zvt\nport = unix:{base}/ec\n")
p = run(["config", "apply", "--store", store])
assert p.returncode == 0, p.stderr
sim = subprocess.Popen(
    [str(BUILD / "holdfast-sim"), "zvt", "--unix", f"{base}/ec", "-o", "takes=0",
     "-o", "quiet=200", "--paper", f"{base}/book"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
sim.stdout.readline()      # it is ready
threading.Thread(target=sim.stdout.read, daemon=True).start()
copy = clone(store, base / "run")
disk = Disk(copy, rng.randrange(1 << 30))
p = run(["ring", "--keep-going", "--store", copy], SCRIPT,
        env=shim_env(copy, TRACE=base / "trace"))
sim.kill()
sim.wait()
sim.stdin.close()
ops = read_trace(base / "trace")
whole = sales_of(replies(p.stdout))
ok(len(whole) == 3, "the session sells three times", p.stdout + p.stderr)
journal = [i for i, o in enumerate(ops) if o[0] == WRITE and o[1].endswith(".seg")]
diag(f"seed {SEED}, {IMAGES} images, {len(ops)} operations, "
     f"{len(journal)} of them to the journal")


def group(events):
    """None, or what is wrong with payments and parts of sales; who is open."""
    ops_of, open_, parts = {}, set(), set()
    for i, e in enumerate(events):
        kind, d = short(e), e["data"]
        if kind == "payment.started.v1":
            if d["payment"] in ops_of:
                return "begun twice", open_
            ops_of[d["payment"]] = d
            open_.add(d["payment"])
        elif kind == "payment.ended.v1":
            if d["payment"] not in ops_of:
                return "ended, and never begun", open_
            if d["outcome"] == "unknown":
                continue
            if d["payment"] not in open_:
                return "ended twice", open_
            open_.remove(d["payment"])
            begun = ops_of[d["payment"]]
            want = {"pay": "tender.taken.v1", "reverse": "tender.removed.v1"}[begun["op"]]
            about = d["payment"] if begun["op"] == "pay" else begun["of"]
            behind = events[i + 1] if i + 1 < len(events) else None
            if d["outcome"] in PAID and (
                    behind is None or short(behind) != want or
                    behind["data"].get("payment") != about):
                return f"{begun['op']} was paid without its {want}", open_
        elif kind == "tender.taken.v1" and "payment" in d:
            parts.add(d["payment"])
        elif kind == "tender.removed.v1" and "payment" in d:
            parts.discard(d["payment"])
        elif kind == "sale.completed.v1":
            listed = {t["payment"] for t in d["tenders"] if "payment" in t}
            if listed != parts:
                return f"sale {d['number']} lists {listed}, taken {parts}", open_
            parts = set()
    return None, open_


def check(job):
    image, told, label = job
    try:
        # the lines as the cut left them, before anybody decides
        p = run(["ring", "--keep-going", "--store", image], "TL\n")
        answer = replies(p.stdout)
        if not answer:
            return f"{label}: no start: {p.stderr.decode()}"
        events = events_of(image)
        why, open_ = group(events)
        if why:
            return f"{label}: {why}"
        if open_:
            OPEN.append(label)
        if bool(open_) != (answer[0].get("error") == "card_unknown"):
            return f"{label}: open {open_}, told {answer[0].get('error')}"
        have = {e["data"]["number"]: e["data"]["total"] for e in events
                if short(e) == "sale.completed.v1"}
        if any(have.get(n) != total for n, total in told.items()):
            return f"{label}: told {told}, recorded {have}"
        p = run(["report", "x", "--json", "--store", image])
        if json.loads(p.stdout).get("unsettled", 0) != len(open_):
            return f"{label}: unsettled is not {len(open_)}: {p.stdout}"
        v = json.loads(run(["verify", "--store", image, "--json"]).stdout)
        if not v["ok"] or v["store"] != "equal":
            return f"{label}: verify: {v}"
        return None
    finally:
        shutil.rmtree(image, ignore_errors=True)


bad, n, out = [], 0, b""
share = IMAGES / (len(ops) + 5 * len(journal))
with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
    pending = []
    for at, op in enumerate(ops):
        disk.add(op)
        if op[0] == OUT and op[1] != "paper":
            out += op[3]
        want = share * (6 if at in journal else 1)
        for _ in range(int(want) + (rng.random() < want % 1)):
            mode = "garbage" if at in journal and rng.random() < 0.5 else rng.choice(MODES)
            image = base / f"image-{n}"
            disk.image(rng, mode, image)
            pending.append(pool.submit(check, (
                image, sales_of(replies(out)), f"image {n}, {mode} after {at}")))
            n += 1
            while len(pending) > 8:
                bad.append(pending.pop(0).result())
    bad += [x.result() for x in pending]
bad = [x for x in bad if x]
ok(n > 0 and not bad, f"{n} images, 0 violations",
   f"{len(bad)} violations, seed {SEED}\n" + "\n".join(bad[:10]))
ok(OPEN, f"{len(OPEN)} of them with a payment that is not over")
done()
