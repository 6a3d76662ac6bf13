# SPDX-License-Identifier: Apache-2.0
"""What a cashier finds behind a card payment that broke off, where it is not
simple: behind more reservations than one looks through, with a terminal that
never took a payment, with money that was to go back."""
import os
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import (BUILD, HOLDFAST, done, events_of, make_shop, ok, replies, run,  # noqa: E402
                      short, workdir)

base = workdir()
store = make_shop(base)
paper, door = base / "book", base / "ec"
conf = store / "holdfast.conf"
text = conf.read_text().replace("[tender CC]\n", "[tender CC]\nkind = card\nterminal = ec\n")
conf.write_text(text + f"\n[device ec]\ndriver = zvt\nport = unix:{door}\n")
assert run(["config", "apply", "--store", store]).returncode == 0
sim = subprocess.Popen([str(BUILD / "holdfast-sim"), "zvt", "--unix", str(door),
                        "-o", "takes=0", "-o", "quiet=300", "--paper", str(paper)],
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
sim.stdout.readline()
heard, news = [], threading.Condition()


def listen():
    for line in sim.stdout:
        with news:
            heard.append(line.decode())
            news.notify_all()


threading.Thread(target=listen, daemon=True).start()
ITEM = "5449000000996"      # 0.89


def tell(line):
    sim.stdin.write(line.encode() + b"\n")
    sim.stdin.flush()


def ring(*entries):
    p = run(["ring", "--keep-going", "--store", store], "".join(e + "\n" for e in entries))
    return replies(p.stdout)


def broken(*entries):
    """The same, and the cable is pulled once the terminal is asked for money."""
    tell("once silent")
    with news:
        heard.clear()
    p = subprocess.Popen([HOLDFAST, "ring", "--keep-going", "--store", str(store)],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    p.stdin.write("".join(e + "\n" for e in entries).encode())
    p.stdin.close()
    with news:
        news.wait_for(lambda: any("ask pay" in x for x in heard), 120)
    tell("unplug")
    out = p.stdout.read()
    p.wait()
    tell("plug")
    return replies(out)


def ended():
    return [e["data"] for e in events_of(store) if short(e) == "payment.ended.v1"]


# a terminal that never took anything is asked for its last payment
r = broken(ITEM, "CC")
ok(r[1]["error"] == "card_unknown", "silence is unknown", r[1])
r = ring("TL")
ok(r[0]["error"] == "card_unknown" and "could not be read" not in str(r[0]),
   "and stays so behind a start", r)
r = ring("KA", "TL", "KX", "TL")
ok(r[2]["ok"] and r[3]["ok"], "a person ends it", r)
ok(not any("could not be read" in (d.get("text") or "") for d in ended()),
   "nobody says that a card could not be read", ended())
r = ring("CN")

# more of them than one looks through at once
r = ring(ITEM, *["100KR"] * 18)
ok(all(x["ok"] for x in r), "reservations", r)
ok(sum(1 for d in ended() if d["outcome"] == "approved") == 18, "18 are held", ended())
broken("CC")
r = ring("TL", ITEM, "CA")
asked = [x for x in r if x.get("error") == "card_unknown"]
last = ended()[-1]
ok(asked or last["how"] == "recovered",
   "what nobody knows is asked for behind 18 reservations", (r, last))
tell("quit")
sim.wait()
done()
