# SPDX-License-Identifier: Apache-2.0
"""The open sale: what the draft's file holds after kill -9 or a power cut may
be of any age, and no sale comes back that was finished, none is lost that was
brought back, and no line that was voided."""
import os
import random
import subprocess
import time

from crashlib import (HOLDFAST, MODES, OUT, SEED, SLOW, SYNC, Disk, clone,
                      count_points, criterion, diag, done, events_of, kill_wait,
                      make_shop, ok, read_trace, replies, run, sales_of,
                      shim_env, short, workdir)

base = workdir()
store = make_shop(base)
rng = random.Random(SEED)
diag(f"seed {SEED}")
ONE = "5449000000996\nTL\nCA\n"


# --- kill -9 at every point of a park, a sale and a recall -------------------------

SCRIPT = ("5449000000996\nPK\n4011\nTL\nCA\nPK1\nLOAF\nVD1\n"
          "TL\n100CA\n50CC\nVD\n60CC\n")
c = count_points(base, store, SCRIPT)
whole = replies(c["out"])
bad = []
for n in range(1, c["points"] + 1):
    copy = clone(store, base / "copy")
    p = run(["ring", "--keep-going", "--store", copy], SCRIPT,
            env=shim_env(copy, KILL=n))
    if not kill_wait(p):
        bad.append((n, "not killed"))
        continue
    told = replies(p.stdout)
    lines = {told[-1]["lines"] if told else 0}
    if len(told) < len(whole):
        lines.add(whole[len(told)]["lines"])
    why = criterion(copy, sales_of(told), started=1, more=ONE, told=told,
                    script=SCRIPT, lines=lines)
    if why:
        bad.append((n, why))
ok(not bad, f"killed at {c['points']} points of park, recall and parts", "\n".join(map(str, bad)))


# --- the same of goods that come back: no line is paid back twice ------------------

def paid_back(events):
    """{(number, line): [sold, came back]} in thousandths."""
    found = {}
    for e in events:
        if short(e) != "sale.completed.v1":
            continue
        for line in e["data"]["lines"]:
            key = (e["data"]["number"], line["line"])
            if line["qty"] > 0:
                found.setdefault(key, [0, 0])[0] += line["qty"]
            if "return_of" in line:
                key = (line["return_of"], line["return_no"])
                found.setdefault(key, [0, 0])[1] -= line["qty"]
    return found


sold = clone(store, base / "sold")
p = run(["ring", "--store", sold], "3*5449000000996\n4011\nTL\nCA\n")
number = replies(p.stdout)[-1]["sale"]["number"]
# two baskets with the same line: the second is refused when it is to be paid
BACK = (f"{number}RF1\n2*RF1\nPK\n{number}RF1\nRF2\nPK\nPK1\nTL\nCA\n"
        "PK2\nTL\nCA\nVD1\nCA\n")
# whoever comes next tries all of it once more
AGAIN = f"CN\n3*{number}RF1\n2*RF1\nRF1\nRF2\nTL\nCA\n"
c = count_points(base, sold, BACK)
bad = []
for n in range(1, c["points"] + 1):
    copy = clone(sold, base / "copy")
    p = run(["ring", "--keep-going", "--store", copy], BACK,
            env=shim_env(copy, KILL=n))
    if not kill_wait(p):
        bad.append((n, "not killed"))
        continue
    run(["ring", "--keep-going", "--store", copy], AGAIN + "PK\n" + AGAIN)
    back = paid_back(events_of(copy))
    if [back[number, 1], back[number, 2]] != [[3000, 3000], [1000, 1000]]:
        bad.append((n, back))
    v = run(["verify", "--store", copy])
    if v.returncode != 0 or b'"store":"equal"' not in v.stdout:
        bad.append((n, v.stdout))
ok(not bad, f"killed at {c['points']} points of a return", "\n".join(map(str, bad[:5])))


# --- power cuts behind a draft that was flushed ------------------------------------

def flushed(trace):
    return any(op[0] == SYNC and op[1] == "draft" for op in read_trace(trace))


def ring(copy, trace, parts):
    """Entries, and where None stands wait until the draft is flushed."""
    env = dict(os.environ, **shim_env(copy, TRACE=trace))
    p = subprocess.Popen([HOLDFAST, "ring", "--store", str(copy)],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
    out = b""
    for part in parts:
        if part is None:
            end = time.monotonic() + 120
            while not flushed(trace):
                assert time.monotonic() < end, "the draft was never flushed"
                time.sleep(0.02)
            continue
        p.stdin.write(part.encode())
        p.stdin.flush()
        for _ in range(part.count("\n")):
            out += p.stdout.readline()
    p.kill()
    p.wait()
    p.stdin.close()
    p.stdout.close()
    return out


def cut(name, parts, lines, also=lambda events: None):
    """Images of a cut behind the last answer; ${lines} may be offered then."""
    copy = clone(store, base / "copy")
    trace = base / "trace"
    trace.unlink(missing_ok=True)
    disk = Disk(copy)
    told = replies(ring(copy, trace, parts))
    script = "".join(p for p in parts if p)
    ops = read_trace(trace)
    last = max(i for i, op in enumerate(ops) if op[0] == OUT)
    for op in ops[:last + 1]:
        disk.add(op)
    found = []
    n = 400 if SLOW else 15
    for i in range(n):
        mode = rng.choice(MODES)
        disk.image(rng, mode, base / "image")
        why = criterion(base / "image", sales_of(told), started=0, more=ONE,
                        told=told, script=script, lines=lines)
        why = why or also(events_of(base / "image"))
        if why:
            found.append((i, mode, why))
    ok(not found, f"{name}: {n} images", "\n".join(map(str, found[:5])))


def last_sale(events):
    """The lines of the sale that was offered and finished first."""
    sales = [e for e in events if short(e) == "sale.completed.v1"]
    return sales[-2]["data"]["lines"] if len(sales) > 1 else []


def no_cola(events):
    if any(line["code"] == "5449000000996" for line in last_sale(events)):
        return "a voided line came back"
    return None


def one_cola(events):
    voided = any(short(e) == "line.voided.v1" for e in events)
    for line in last_sale(events):
        if voided and line["code"] == "5449000000996" and line["qty"] != 1000:
            return f"what was voided of a line came back: {line}"
    return None


def price_kept(events):
    for line in last_sale(events):
        if line["code"] == "4011" and (line["price"], line["amount"]) != (29, 25):
            return f"a price or a discount is gone: {line}"
    return None


A = "5449000000996\nLOAF\n"
cut("sold", [A, None, "TL\nCA\n4011\nTL\nCA\n"], {0})
cut("cancelled", [A, None, "CN\n4011\nTL\nCA\n"], {0})
cut("parked", [A, None, "PK\n4011\nTL\nCA\n"], {0})
cut("parked, nothing behind", [A, None, "PK\n"], {0})
cut("emptied", [A, None, "VD\nVD\nNS\n"], {0})
cut("emptied, then another", [A, None, "VD\nVD\n4011\n"], None)
cut("brought back", ["5449000000996\nPK\n4011\nTL\nCA\nPK1\n"], {1})
cut("brought back and changed", ["5449000000996\nLOAF\nPK\nPK1\nVD1\n"], {1}, no_cola)
cut("brought back twice", [A, None, "PK\n4011\nPK\nPK1\nPK\nPK2\n"], {1})
cut("brought back and sold", [A, None, "PK\nPK1\nTL\nCA\n"], {0})
cut("a line voided", [A, None, "VD1\n"], {1}, no_cola)
cut("a part of a line voided", ["3*5449000000996\nLOAF\n", None, "1QT1\n"], {2}, one_cola)
cut("goods that come back", [A + "TL\nCA\n0RF1\nRF2\n", None, "VD1\n"], {1})
cut("goods that came back", [A + "TL\nCA\n0RF1\n", None, "TL\nCA\n0RF\n"], {0})
cut("a part paid", ["5449000000996\nLOAF\nTL\n100CA\n"], {2})
cut("a part given back", [A, None, "4011\nTL\n100CA\n200CC\nVD\n"], {3})
cut("brought back and a part paid", ["5449000000996\nPK\nPK1\nTL\n50CC\n"], {1})
cut("paid in two parts", [A, None, "TL\n100CA\nCC\n4011\n"], None)
cut("price and discount", ["4011\nLOAF\n", None, "SL1\n29PO\n4DA\n"], {2}, price_kept)
done()
