# SPDX-License-Identifier: Apache-2.0
"""A card payment from the prompt to the books, against the simulated terminal:
whole, in part, declined, signed, given back, held and taken, and the end of the
terminal's day; what the register says it has is what the terminal has."""
import csv
import io
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import (BUILD, done, events_of, make_shop, ok, replies, run,  # noqa: E402
                      short, workdir)

base = workdir()
store = make_shop(base, printer=True)
paper, door = base / "book", base / "ec"
conf = store / "holdfast.conf"
text = conf.read_text().replace("[tender CC]\n", "[tender CC]\nkind = card\nterminal = ec\n")
conf.write_text(text + f"\n[device ec]\ndriver = zvt\nport = unix:{door}\n")
assert run(["config", "apply", "--store", store]).returncode == 0
sim = subprocess.Popen([str(BUILD / "holdfast-sim"), "zvt", "--unix", str(door),
                        "-o", "takes=0", "-o", "card=Visa 4411 chip",
                        "--paper", str(paper)],
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
sim.stdout.readline()
threading.Thread(target=sim.stdout.read, daemon=True).start()
ITEM = "5449000000996"      # 0.89


def tell(line):
    sim.stdin.write(line.encode() + b"\n")
    sim.stdin.flush()


def ring(*entries):
    p = run(["ring", "--keep-going", "--store", store], "".join(e + "\n" for e in entries))
    return replies(p.stdout)


r = ring(ITEM, "TL", "CC")[-1]
ok(r["card"] == {"op": "pay", "outcome": "approved", "amount": 89} and
   r["sale"]["total"] == 89, "a sale is paid by card", r)
got = run(["receipt", "R01-000001", "--store", store]).stdout.decode()
ok(re.search(r"\*\*\*\*4411  Auth\. ", got), "its receipt has the card, and four digits", got)
tell("once decline 05")
r = ring("2*" + ITEM, "100CC", "CC", "CC")
ok(r[1]["error"] == "declined" and r[1]["card"]["outcome"] == "declined",
   "declined leads back to paying", r[1])
ok(r[2].get("sale") and r[2]["sale"]["total"] == 178 and r[3]["error"] == "no_sale",
   "with the basket whole", r[2:])
r = ring("2*" + ITEM, "100CC", "VD", "100CC", "CA")
ok(r[1]["paid"][0]["amount"] == 100 and r[2]["due"] == 178 and
   r[2]["card"]["op"] == "reverse" and r[4]["sale"]["total"] == 178,
   "a part is given back, and paid again", r)
tell("signature on")
r = ring(ITEM, "CC", "SX", "CC", "TL", "SG")
ok(r[1]["paid"] and not r[1].get("sale") and r[2]["due"] == 89 and
   r[4]["error"] == "signature" and r[5]["sale"]["total"] == 89,
   "a signature is looked at", r)
tell("signature off")
r = ring(ITEM, "50CC", "CN", "TL")
ok(r[2]["lines"] == 0 and r[3]["error"] == "no_sale", "CN gives back, then ends it", r)
r = ring(ITEM, "5000KR", "KC")
ok(r[1]["card"]["op"] == "reserve" and r[2]["card"]["op"] == "capture" and
   r[2]["sale"]["total"] == 89, "money is held, and taken", r)
tell("once offline")
r = ring(ITEM, "CC", "KS", "KE")
ok(r[1]["card"]["outcome"] == "offline" and r[2]["ok"] and r[3]["ok"],
   "approved offline; and the terminal's day ends", r)
close = [e["data"] for e in events_of(store) if short(e) == "terminal.closed.v1"]
ok(len(close) == 1 and close[0]["difference"] == 0 and
   close[0]["amount"] == close[0]["paid"] == 89 * 4 + 178 + 100,
   "both have the same", close)
p = run(["export", "payments", "--store", store])
rows = list(csv.DictReader(io.StringIO(p.stdout.decode())))
mine = sum(round(float(x["amount"]) * 100) for x in rows
           if x["kind"] == "payment" and x["outcome"] in ("approved", "offline")
           and x["op"] not in ("reserve", "release"))
ok(rows[-1]["kind"] == "close" and mine == 89 * 4 + 178 + 100 and
   all(len(x["last4"]) in (0, 4) for x in rows), "the books tie out", p.stdout)
slip = (base / "paper").read_bytes()
ok(b"DAY OF" in slip and b"Both have the same." in slip,
   "the end of the terminal's day is printed", slip[-800:])
x = json.loads(run(["report", "x", "--json", "--store", store]).stdout)
cc = next(t for t in x["tenders"] if t["tender"] == "CC")
ok(sum(c["amount"] for c in x["cards"]) == cc["amount"] and
   sum(c["count"] for c in x["cards"]) == cc["count"] and
   sum(c.get("offline", 0) for c in x["cards"]) == 1 and
   sum(c.get("reversed", 0) for c in x["cards"]) > 1 and "unsettled" not in x,
   "a report has the cards, which sum to the tender", x)
ok(len(x["terminals"]) == 1 and x["terminals"][0]["begun"] == 0 and
   x["terminals"][0]["closed"] == 1 and x["terminals"][0]["difference"] == 0,
   "and knows that the terminal's day is over", x["terminals"])
ok(b"4411" in slip and b"R01-000001" in slip, "its slips are on our paper", slip[-800:])
v = json.loads(run(["verify", "--store", store, "--json"]).stdout)
ok(v["ok"] and v["store"] == "equal", "all holds", v)
p = run(["rebuild", "--store", store])
v = json.loads(run(["verify", "--store", store, "--json"]).stdout)
ok(p.returncode == 0 and v["store"] == "equal", "and made anew", v)
sim.kill()
sim.wait()
done()
